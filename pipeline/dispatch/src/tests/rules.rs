//! Each rule by itself.

use std::time::Duration;

use persoline_domain::application::DocumentType::{Passport32, Passport48};
use persoline_domain::identifiers::OrderId;
use persoline_domain::order::Priority;
use persoline_domain::store::WaitingOrder;

use super::{TODAY, member, place, waiting};
use crate::{Choice, Decision, DispatchLimits, Fleet, Health, HealthRecord, IdleReason, Pace, PlaceView, Reason};

fn choose(place: &PlaceView, fleet: &Fleet, orders: &[WaitingOrder]) -> Choice {
    crate::decide(place, fleet, orders, TODAY, &DispatchLimits::default())
}

/// What goes where and why, and why a place stays empty.
fn told(choice: &Choice) -> (Vec<(u64, Reason)>, Option<IdleReason>) {
    let told = choice.decisions.iter().map(|decision| match decision {
        Decision::Dispatch { order, reason, .. } => (order.0, *reason),
        Decision::Hold { order } => panic!("{order} is held"),
    });
    (told.collect(), choice.idle)
}

fn alone(place: &PlaceView, orders: &[WaitingOrder]) -> (Vec<(u64, Reason)>, Option<IdleReason>) {
    told(&choose(place, &Fleet::default(), orders))
}

#[test]
fn the_first_that_fits_is_next_and_what_does_not_fit_waits() {
    let place = place(2, &[(1, Passport32, 5)]);
    let orders =
        [waiting(1, Passport48, 3), waiting(2, Passport32, 3), waiting(3, Passport32, 3), waiting(4, Passport32, 3)];
    assert_eq!(alone(&place, &orders), (vec![(2, Reason::MostUrgent), (3, Reason::MostUrgent)], None));
    assert_eq!(crate::wanted(&place), [Passport32]);
}

#[test]
fn a_feeder_gives_no_more_than_it_has_and_the_fullest_gives_first() {
    let place = place(4, &[(1, Passport32, 1), (2, Passport32, 2)]);
    let orders: Vec<_> = (1..=4).map(|order| waiting(order, Passport32, 3)).collect();
    let choice = choose(&place, &Fleet::default(), &orders);
    let feeders: Vec<u16> = choice
        .decisions
        .iter()
        .map(|decision| match decision {
            Decision::Dispatch { feeder, .. } => *feeder,
            Decision::Hold { .. } => 0,
        })
        .collect();
    assert_eq!((feeders, choice.idle), (vec![2, 1, 2], Some(IdleReason::NoBooklets)));
}

#[test]
fn an_order_that_keeps_failing_goes_to_a_person() {
    let place = place(1, &[(1, Passport32, 5)]);
    let failing = WaitingOrder { remakes: 5, ..waiting(1, Passport32, 3) };
    let orders = [failing, WaitingOrder { remakes: 4, ..waiting(2, Passport32, 3) }];
    assert_eq!(
        choose(&place, &Fleet::default(), &orders).decisions,
        [
            Decision::Hold { order: OrderId(1) },
            Decision::Dispatch { order: OrderId(2), feeder: 1, reason: Reason::MostUrgent }
        ]
    );
}

#[test]
fn a_machine_that_is_not_ready_gets_nothing() {
    let idle = PlaceView { is_ready: false, ..place(4, &[(1, Passport32, 5)]) };
    assert_eq!(alone(&idle, &[waiting(1, Passport32, 3)]), (vec![], Some(IdleReason::NotExecuting)));
    assert!(crate::wanted(&idle).is_empty());
    assert_eq!(alone(&place(0, &[(1, Passport32, 5)]), &[waiting(1, Passport32, 3)]).1, Some(IdleReason::Full));
    assert_eq!(alone(&place(1, &[(1, Passport32, 5)]), &[]).1, Some(IdleReason::NothingWaits));
}

/// A machine with both kinds, set up for 48 pages.
fn set_up(free_places: u32) -> PlaceView {
    PlaceView { setup: Some(Passport48), ..place(free_places, &[(1, Passport32, 5), (2, Passport48, 5)]) }
}

#[test]
fn a_changeover_is_weighed_in_days() {
    // A day of urgency does not pay for changing over, two days do.
    let orders = [waiting(1, Passport32, 3), waiting(2, Passport48, 4)];
    assert_eq!(
        alone(&set_up(2), &orders).0,
        [(2, Reason::SameSetup), (1, Reason::NothingElse)],
        "first what it stands on"
    );
    let orders = [waiting(1, Passport32, 3), waiting(2, Passport48, 5), waiting(3, Passport32, 5)];
    let expected = [(1, Reason::Changeover), (3, Reason::SameSetup), (2, Reason::NothingElse)];
    assert_eq!(alone(&set_up(3), &orders).0, expected, "then it stays where it is");
}

#[test]
fn what_is_due_today_wins_against_every_set_up() {
    let orders = [waiting(1, Passport32, 0), waiting(2, Passport48, 1)];
    assert_eq!(alone(&set_up(1), &orders).0, [(1, Reason::Overdue)]);
    let fleet = Fleet { others: vec![member(&[Passport32], Passport32)] };
    assert_eq!(told(&choose(&set_up(1), &fleet, &orders)).0, [(1, Reason::Overdue)]);
    // Of one date, what the machine stands on goes first, overdue or not.
    let orders = [waiting(1, Passport32, -2), waiting(2, Passport48, -2)];
    assert_eq!(alone(&set_up(1), &orders).0, [(2, Reason::SameSetup)]);
}

#[test]
fn another_kind_is_left_to_a_machine_that_stands_on_it_while_it_can_take_it() {
    let orders = [waiting(1, Passport32, 1), waiting(2, Passport48, 5)];
    let stands = member(&[Passport32], Passport32);
    let one = |other| told(&choose(&set_up(1), &Fleet { others: vec![other] }, &orders)).0;
    assert_eq!(one(stands.clone()), [(2, Reason::OtherKindElsewhere)]);
    let not_so = [
        crate::FleetMember { is_ready: false, ..stands.clone() },
        crate::FleetMember { health: Health::Probation, ..stands.clone() },
        crate::FleetMember { documents: vec![Passport48], ..stands.clone() },
        crate::FleetMember { setup: Some(Passport48), ..stands.clone() },
        // It is stuck with what it has.
        crate::FleetMember { under_way: 10, documents_per_hour: 9, ..stands },
    ];
    for other in not_so {
        assert_eq!(one(other.clone()), [(1, Reason::Changeover)], "{other:?}");
    }
}

#[test]
fn a_machine_on_probation_gets_one_at_a_time_and_nothing_dear() {
    let ill = PlaceView { health: Health::Probation, ..place(4, &[(1, Passport32, 9)]) };
    let urgent = WaitingOrder { priority: Priority::Urgent, ..waiting(1, Passport32, 3) };
    let remake = WaitingOrder { remakes: 1, ..waiting(2, Passport32, 3) };
    let orders = [urgent, remake, waiting(3, Passport32, 3), waiting(4, Passport32, 3)];
    // Alone it has to make them all, one by one.
    assert_eq!(alone(&ill, &orders).0, [(1, Reason::MostUrgent)]);
    let fleet = Fleet { others: vec![member(&[Passport32], Passport48)] };
    assert_eq!(told(&choose(&ill, &fleet, &orders)).0, [(3, Reason::MostUrgent)]);
    let busy = PlaceView { under_way: 1, ..ill.clone() };
    assert_eq!(alone(&busy, &orders), (vec![], Some(IdleReason::Probation)));
    assert!(crate::wanted(&busy).is_empty());
    let barred = PlaceView { health: Health::Barred, ..ill };
    assert_eq!(alone(&barred, &orders), (vec![], Some(IdleReason::SpoiledTooMany)));
}

#[test]
fn health_follows_from_the_latest_ends() {
    let limits =
        DispatchLimits { health_window: 8, spoils_on_probation: 3, spoils_in_a_row: 4, ..DispatchLimits::default() };
    let mut record = HealthRecord::default();
    for order in 1..=2 {
        record.spoiled(OrderId(order));
        record.good();
    }
    assert_eq!(record.health(&limits), Health::Sound);
    record.spoiled(OrderId(3));
    assert_eq!(record.health(&limits), Health::Probation);
    // The same order again and again is no proof against the machine.
    for _ in 0..5 {
        record.spoiled(OrderId(3));
    }
    assert_eq!(record.health(&limits), Health::Probation);
    for order in 4..=6 {
        record.spoiled(OrderId(order));
    }
    assert_eq!(record.health(&limits), Health::Barred);
    for _ in 0..8 {
        record.good();
    }
    assert_eq!(record.health(&limits), Health::Sound);
}

#[test]
fn the_last_orders_are_left_to_a_machine_that_finishes_them_sooner() {
    let slow = PlaceView { documents_per_hour: 60, ..place(3, &[(1, Passport32, 9)]) };
    let fast = member(&[Passport32], Passport32);
    let fleet = Fleet { others: vec![fast.clone()] };
    let orders: Vec<_> = (1..=9).map(|order| waiting(order, Passport32, 3)).collect();
    // Five times as fast: up to four it has done before this one has done its first.
    assert_eq!(told(&choose(&slow, &fleet, &orders[..4])), (vec![], Some(IdleReason::LeftToOthers)));
    let nine: Vec<u64> = told(&choose(&slow, &fleet, &orders)).0.into_iter().map(|(order, _)| order).collect();
    assert_eq!(nine, [5], "one to each of both ends at the same time");
    // Not to one that has enough to do, cannot make it, or stands on something else.
    let not_so = [
        crate::FleetMember { under_way: 9, ..fast.clone() },
        crate::FleetMember { documents: vec![Passport48], ..fast.clone() },
        crate::FleetMember { setup: Some(Passport48), ..fast.clone() },
        crate::FleetMember { is_ready: false, ..fast },
    ];
    for other in not_so {
        let fleet = Fleet { others: vec![other.clone()] };
        assert_eq!(told(&choose(&slow, &fleet, &orders[..1])).0, [(1, Reason::MostUrgent)], "{other:?}");
    }
}

#[test]
fn pace_is_documents_over_busy_time() {
    let mut pace = Pace::default();
    assert_eq!(pace.documents_per_hour(300), 300);
    for _ in 0..40 {
        pace.busy(Duration::from_secs(60));
        pace.finished();
    }
    assert!((60..80).contains(&pace.documents_per_hour(300)), "{}", pace.documents_per_hour(300));
    // It has work and finishes nothing.
    pace.busy(Duration::from_secs(36_000));
    assert!(pace.documents_per_hour(300) < 5);
}
