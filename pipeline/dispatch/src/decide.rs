//! The decision itself: rules in their order, for one machine at one moment.

use persoline_domain::application::DocumentType;
use persoline_domain::clock::Date;
use persoline_domain::identifiers::OrderId;
use persoline_domain::store::WaitingOrder;

use crate::rules::{health, rate, setup};
use crate::{DispatchLimits, FeederView, Fleet, Health, IdleReason, PlaceView, Reason};

/// What is to be done with a waiting order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// It goes to this machine, from this feeder.
    Dispatch {
        /// Which order.
        order: OrderId,
        /// From which feeder.
        feeder: u16,
        /// Why this one.
        reason: Reason,
    },
    /// Too many booklets were spoiled for it: a person has to look.
    Hold {
        /// Which order.
        order: OrderId,
    },
}

/// What was decided for a machine.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Choice {
    /// What is to be done, in this order.
    pub decisions: Vec<Decision>,
    /// Why a place that it still has stays empty, or why it has none; none when every place was filled.
    pub idle: Option<IdleReason>,
}

/// Document types that the machine could start on now; none when it cannot take work.
pub fn wanted(place: &PlaceView) -> Vec<DocumentType> {
    if !place.is_ready || health::places(place.health, place.free_places, place.under_way) == 0 {
        return Vec::new();
    }
    let is_loaded = |document: &DocumentType| place.feeders.iter().any(|f| f.document == *document && f.free > 0);
    DocumentType::ALL.into_iter().filter(is_loaded).collect()
}

/// Decides over `waiting`, in rank order, until the machine's places or feeders are used up.
pub fn decide(
    place: &PlaceView,
    fleet: &Fleet,
    waiting: &[WaitingOrder],
    today: Date,
    limits: &DispatchLimits,
) -> Choice {
    if !place.is_ready {
        return Choice { decisions: Vec::new(), idle: Some(IdleReason::NotExecuting) };
    }
    let mut decisions: Vec<Decision> = Vec::new();
    let failing = |order: &&WaitingOrder| order.remakes > limits.remakes;
    decisions.extend(waiting.iter().filter(failing).map(|order| Decision::Hold { order: order.order }));
    let mut places = health::places(place.health, place.free_places, place.under_way);
    let idle = match (places, place.health) {
        (0, Health::Barred) => Some(IdleReason::SpoiledTooMany),
        (0, Health::Probation) if place.free_places > 0 => Some(IdleReason::Probation),
        (0, _) => Some(IdleReason::Full),
        _ if place.feeders.iter().all(|feeder| feeder.free == 0) => Some(IdleReason::NoBooklets),
        _ => None,
    };
    if idle.is_some() {
        return Choice { decisions, idle };
    }
    let mut candidates: Vec<&WaitingOrder> = waiting.iter().filter(|order| !failing(order)).collect();
    let mut feeders = place.feeders.clone();
    let (mut under_way, mut loaded) = (place.under_way, place.setup);
    let mut was_left = false;
    while places > 0 {
        candidates.retain(|order| feeders.iter().any(|feeder| feeder.document == order.document && feeder.free > 0));
        let Some((index, reason)) = setup::choose(loaded, &candidates, fleet, today, limits) else { break };
        let order = candidates.remove(index);
        let ahead = waiting.iter().filter(|other| other.document == order.document);
        let ahead = ahead.take_while(|other| other.order != order.order).count();
        let ahead = u32::try_from(ahead).unwrap_or(u32::MAX);
        if health::is_left(place.health, order, ahead, fleet, today)
            || rate::is_left(place, under_way, order, ahead, fleet)
        {
            was_left = true;
            continue;
        }
        let Some(feeder) = fullest(&mut feeders, order.document) else { continue };
        feeder.free -= 1;
        places -= 1;
        under_way = under_way.saturating_add(1);
        loaded = Some(order.document);
        decisions.push(Decision::Dispatch { order: order.order, feeder: feeder.feeder, reason });
    }
    let idle = match places {
        0 => None,
        _ if was_left => Some(IdleReason::LeftToOthers),
        _ if feeders.iter().all(|feeder| feeder.free == 0) => Some(IdleReason::NoBooklets),
        _ => Some(IdleReason::NothingWaits),
    };
    Choice { decisions, idle }
}

/// Of several feeders that fit, the fullest, so that none runs empty before it must.
fn fullest(feeders: &mut [FeederView], document: DocumentType) -> Option<&mut FeederView> {
    let fitting = feeders.iter_mut().filter(|feeder| feeder.document == document && feeder.free > 0);
    fitting.max_by_key(|feeder| (feeder.free, std::cmp::Reverse(feeder.feeder)))
}
