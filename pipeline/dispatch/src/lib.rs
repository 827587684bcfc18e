//! Which order goes to which place on a machine next: a pure function of what is known.
//!
//! The store lists waiting orders most urgent first. A place takes the first one that it can make, so the most urgent order
//! that fits is always next, and nothing is prepared for an order before a booklet was picked for it.

use persoline_domain::application::DocumentType;
use persoline_domain::identifiers::OrderId;
use persoline_domain::store::WaitingOrder;

/// A feeder of a machine, as far as dispatch needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FeederView {
    /// Its number in the machine.
    pub feeder: u16,
    /// What its booklets can become.
    pub document: DocumentType,
    /// Booklets left that no job has been promised.
    pub free: u32,
}

/// What a machine can take now.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PlaceView {
    /// Whether it may be given work: it executes, is not paused, and its link works.
    pub is_ready: bool,
    /// Jobs that it can take more than it has.
    pub free_places: u32,
    /// Its feeders.
    pub feeders: Vec<FeederView>,
}

/// What is to be done with a waiting order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// It goes to this machine, from this feeder.
    Dispatch {
        /// Which order.
        order: OrderId,
        /// From which feeder.
        feeder: u16,
    },
    /// Too many booklets were spoiled for it: a person has to look.
    Hold {
        /// Which order.
        order: OrderId,
    },
}

/// Limits of dispatch, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DispatchLimits {
    /// Booklets that may be spoiled for one order before a person has to look.
    pub remakes: u32,
}

impl Default for DispatchLimits {
    fn default() -> Self {
        DispatchLimits { remakes: 4 }
    }
}

/// Document types that the machine could start on now; none when it cannot take work.
pub fn wanted(place: &PlaceView) -> Vec<DocumentType> {
    if !place.is_ready || place.free_places == 0 {
        return Vec::new();
    }
    DocumentType::ALL
        .into_iter()
        .filter(|document| place.feeders.iter().any(|feeder| feeder.document == *document && feeder.free > 0))
        .collect()
}

/// Decides over `waiting`, most urgent first, until the machine's places or feeders are used up.
pub fn decide(place: &PlaceView, waiting: &[WaitingOrder], limits: DispatchLimits) -> Vec<Decision> {
    let mut decisions = Vec::new();
    if !place.is_ready {
        return decisions;
    }
    let mut places = place.free_places;
    let mut feeders = place.feeders.clone();
    for order in waiting {
        if order.remakes > limits.remakes {
            decisions.push(Decision::Hold { order: order.order });
            continue;
        }
        if places == 0 {
            break;
        }
        // Of several feeders that fit, the fullest, so that none runs empty before it must.
        let fitting = feeders.iter_mut().filter(|feeder| feeder.document == order.document && feeder.free > 0);
        if let Some(feeder) = fitting.max_by_key(|feeder| (feeder.free, std::cmp::Reverse(feeder.feeder))) {
            feeder.free -= 1;
            places -= 1;
            decisions.push(Decision::Dispatch { order: order.order, feeder: feeder.feeder });
        }
    }
    decisions
}

#[cfg(test)]
mod tests {
    use persoline_domain::clock::Date;
    use persoline_domain::order::Priority;

    use super::*;

    fn waiting(order: u64, document: DocumentType, remakes: u32) -> WaitingOrder {
        WaitingOrder {
            order: OrderId(order),
            application: "A".into(),
            document,
            priority: Priority::Normal,
            remakes,
            due: Date::constant(2026, 11, 20),
        }
    }

    fn place(free_places: u32, feeders: &[(u16, DocumentType, u32)]) -> PlaceView {
        let feeders = feeders.iter().map(|(feeder, document, free)| FeederView {
            feeder: *feeder,
            document: *document,
            free: *free,
        });
        PlaceView { is_ready: true, free_places, feeders: feeders.collect() }
    }

    #[test]
    fn the_first_that_fits_is_next_and_what_does_not_fit_waits() {
        let place = place(2, &[(1, DocumentType::Passport32, 5)]);
        let orders = [
            waiting(1, DocumentType::Passport48, 0),
            waiting(2, DocumentType::Passport32, 0),
            waiting(3, DocumentType::Passport32, 0),
            waiting(4, DocumentType::Passport32, 0),
        ];
        assert_eq!(
            decide(&place, &orders, DispatchLimits::default()),
            [2, 3].map(|order| Decision::Dispatch { order: OrderId(order), feeder: 1 })
        );
        assert_eq!(wanted(&place), [DocumentType::Passport32]);
    }

    #[test]
    fn a_feeder_gives_no_more_than_it_has() {
        let place = place(4, &[(1, DocumentType::Passport32, 1), (2, DocumentType::Passport32, 2)]);
        let orders: Vec<_> = (1..=4).map(|order| waiting(order, DocumentType::Passport32, 0)).collect();
        let feeders: Vec<u16> = decide(&place, &orders, DispatchLimits::default())
            .into_iter()
            .map(|decision| match decision {
                Decision::Dispatch { feeder, .. } => feeder,
                Decision::Hold { .. } => 0,
            })
            .collect();
        assert_eq!(feeders, [2, 1, 2]);
    }

    #[test]
    fn an_order_that_keeps_failing_goes_to_a_person() {
        let place = place(1, &[(1, DocumentType::Passport32, 5)]);
        let orders = [waiting(1, DocumentType::Passport32, 5), waiting(2, DocumentType::Passport32, 4)];
        assert_eq!(
            decide(&place, &orders, DispatchLimits::default()),
            [Decision::Hold { order: OrderId(1) }, Decision::Dispatch { order: OrderId(2), feeder: 1 }]
        );
    }

    #[test]
    fn a_machine_that_is_not_ready_gets_nothing() {
        let idle = PlaceView { is_ready: false, ..place(4, &[(1, DocumentType::Passport32, 5)]) };
        assert!(decide(&idle, &[waiting(1, DocumentType::Passport32, 0)], DispatchLimits::default()).is_empty());
        assert!(wanted(&idle).is_empty());
    }
}
