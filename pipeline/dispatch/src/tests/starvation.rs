//! No order starves: a centre of several machines over many days, under a stream of newer urgent orders, with machines that
//! die, fall ill, run slowly and are loaded with one kind of booklets or another.

use std::collections::BTreeMap;

use persoline_domain::application::DocumentType::{self, Passport32, Passport48};
use persoline_domain::clock::{Date, Timestamp};
use persoline_domain::identifiers::OrderId;
use persoline_domain::order::{Priority, effective_due};
use persoline_domain::store::WaitingOrder;
use proptest::prelude::*;

use super::in_days;
use crate::{Decision, DispatchLimits, FeederView, Fleet, FleetMember, Health, PlaceView};

/// Steps of five minutes in a working day.
const STEPS: u64 = 24;
/// Days that a centre is watched.
const DAYS: u64 = 60;
/// Days from receipt to due date.
const PLEDGE: i64 = 7;
/// Orders that a machine is told of at once, of each kind.
const LISTED: usize = 16;

/// A machine of the test.
#[derive(Debug, Clone)]
struct Machine {
    documents: Vec<DocumentType>,
    /// Steps that a document takes.
    takt: u64,
    health: Health,
    /// Days on which it is dead, of any ten.
    dead: Vec<u64>,
    setup: Option<DocumentType>,
    busy_until: u64,
}

fn machine() -> impl Strategy<Value = Machine> {
    let documents = prop_oneof![
        Just(vec![Passport32]),
        Just(vec![Passport48]),
        Just(vec![Passport32, Passport48]),
        Just(vec![Passport32, Passport48]),
    ];
    let health = prop_oneof![3 => Just(Health::Sound), 1 => Just(Health::Probation)];
    (documents, 1..5_u64, health, proptest::collection::vec(0..10_u64, 0..5)).prop_map(
        |(documents, takt, health, dead)| Machine { documents, takt, health, dead, setup: None, busy_until: 0 },
    )
}

impl Machine {
    fn lives(&self, step: u64) -> bool {
        !self.dead.contains(&(step / STEPS % 10))
    }

    fn rate(&self) -> u32 {
        u32::try_from(12 / self.takt).unwrap()
    }

    fn as_member(&self, step: u64) -> FleetMember {
        FleetMember {
            is_ready: self.lives(step),
            documents: self.documents.clone(),
            setup: self.setup,
            health: self.health,
            documents_per_hour: self.rate(),
            under_way: u32::from(self.busy_until > step),
        }
    }

    fn as_place(&self, step: u64) -> PlaceView {
        let feeder = |(index, document): (usize, &DocumentType)| FeederView {
            feeder: u16::try_from(index).unwrap(),
            document: *document,
            free: 100,
        };
        PlaceView {
            is_ready: self.lives(step),
            free_places: u32::from(self.busy_until <= step),
            under_way: u32::from(self.busy_until > step),
            feeders: self.documents.iter().enumerate().map(feeder).collect(),
            setup: self.setup,
            health: self.health,
            documents_per_hour: self.rate(),
        }
    }
}

/// Orders that wait, as the store ranks them.
#[derive(Default)]
struct Waiting(BTreeMap<(Date, u8, u64), WaitingOrder>);

impl Waiting {
    fn accept(&mut self, number: u64, document: DocumentType, priority: Priority, today: i64) {
        let due = in_days(today + PLEDGE);
        let order = WaitingOrder {
            order: OrderId(number),
            application: "A".into(),
            document,
            priority,
            remakes: u32::from(number.is_multiple_of(17)),
            due,
            effective_due: effective_due(due, priority),
            received: Timestamp(0),
        };
        self.0.insert((order.effective_due, u8::from(order.remakes == 0), number), order);
    }

    /// Up to so many of each kind, in rank order.
    fn list(&self, documents: &[DocumentType]) -> Vec<WaitingOrder> {
        let mut left: BTreeMap<DocumentType, usize> = documents.iter().map(|document| (*document, LISTED)).collect();
        let listed = self.0.values().filter(|order| {
            left.get_mut(&order.document).is_some_and(|left| {
                *left = left.saturating_sub(1);
                *left > 0
            })
        });
        listed.cloned().collect()
    }
}

/// What came of watching a centre.
struct Watched {
    /// Longest wait from receipt to dispatch, of those that were dispatched and of those that still wait, in days.
    longest: u64,
    dispatched: u64,
}

fn watch(mut machines: Vec<Machine>, load_percent: u64, urgent_percent: u64, seed: u64) -> Watched {
    let limits = DispatchLimits::default();
    let mut chance = seed;
    let mut below = |below: u64| {
        chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (chance >> 33) % below
    };
    // What the machines can do of each kind, in thousandths of a document a step, if each does only that.
    let able = |machines: &[Machine], document| -> u64 {
        let lives = |machine: &Machine| (0..10).filter(|day| !machine.dead.contains(day)).count() as u64;
        let makes = machines.iter().filter(|machine| machine.documents.contains(&document));
        makes.map(|machine| 100 * lives(machine) / machine.takt / machine.documents.len() as u64).sum()
    };
    let rates = [(Passport32, able(&machines, Passport32)), (Passport48, able(&machines, Passport48))];
    let mut waiting = Waiting::default();
    let mut received = BTreeMap::new();
    let mut number = 0;
    let mut watched = Watched { longest: 0, dispatched: 0 };
    for step in 0..DAYS * STEPS {
        let day = (step / STEPS).cast_signed();
        let today = in_days(day);
        for (document, rate) in rates {
            let rate = rate * load_percent / 100;
            let arrivals = rate / 1000 + u64::from(below(1000) < rate % 1000);
            for _ in 0..arrivals {
                number += 1;
                let priority = if below(100) < urgent_percent { Priority::Urgent } else { Priority::Normal };
                waiting.accept(number, document, priority, day);
                received.insert(number, step);
            }
        }
        for index in 0..machines.len() {
            let others = machines.iter().enumerate().filter(|(other, _)| *other != index);
            let fleet = Fleet { others: others.map(|(_, other)| other.as_member(step)).collect() };
            let place = machines[index].as_place(step);
            let listed = waiting.list(&crate::wanted(&place));
            let choice = crate::decide(&place, &fleet, &listed, today, &limits);
            for decision in choice.decisions {
                let Decision::Dispatch { order, .. } = decision else { panic!("{decision:?}") };
                let order = listed.iter().find(|listed| listed.order == order).unwrap();
                // A sound machine passes over what is due only for what is as urgent, or where another can take it now.
                let due = listed.iter().find(|other| other.due <= today);
                if let Some(due) = due.filter(|due| due.effective_due < order.effective_due) {
                    let leaves = |other: &FleetMember| other.is_good_for(due.document);
                    assert!(fleet.others.iter().any(leaves), "{order:?} passed {due:?} on {today}");
                }
                waiting.0.retain(|_, other| other.order != order.order);
                machines[index].setup = Some(order.document);
                machines[index].busy_until = step + machines[index].takt;
                watched.longest = watched.longest.max((step - received[&order.order.0]) / STEPS);
                watched.dispatched += 1;
            }
        }
    }
    for order in waiting.0.values() {
        watched.longest = watched.longest.max((DAYS * STEPS - received[&order.order.0]) / STEPS);
    }
    watched
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    /// Even when nearly all that comes is urgent and newer, each order is dispatched within a bound.
    #[test]
    fn each_order_is_dispatched_within_a_bound(
        machines in proptest::collection::vec(machine(), 1..5),
        load_percent in 50..90_u64,
        urgent_percent in 50..96_u64,
        seed in any::<u64>(),
    ) {
        let context = format!("{machines:?} {load_percent} {urgent_percent} seed {seed}");
        let watched = watch(machines, load_percent, urgent_percent, seed);
        // The pledge, and the days that dead machines may take from it. An endless stream of urgent orders over all the
        // sixty days does not make it more.
        prop_assert!(watched.longest <= PLEDGE as u64 + 15, "{} days: {context}", watched.longest);
    }

    /// A centre that gets a fifth more than it can do falls behind by a fifth, and old orders do not pay for it alone.
    #[test]
    fn overload_is_shared(
        machines in proptest::collection::vec(machine(), 1..5),
        urgent_percent in 50..96_u64,
        seed in any::<u64>(),
    ) {
        let context = format!("{machines:?} {urgent_percent} seed {seed}");
        let watched = watch(machines, 120, urgent_percent, seed);
        prop_assert!(watched.longest <= DAYS / 6 + PLEDGE as u64 + 20, "{} days: {context}", watched.longest);
    }
}
