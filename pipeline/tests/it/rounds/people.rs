//! What people do when blows have fallen: they look at booklets, decide, release, approve.

use std::time::{Duration, Instant};

use mock_devices::machine::Place;
use persoline_domain::booklet::BookletState;
use persoline_domain::deed::HoldReason;
use persoline_domain::identifiers::Sequence;
use persoline_domain::order::OrderState;
use persoline_domain::store::{BookletRecord, OrderQuery, OrderRecord, Store};
use printer_driver::Stack;

use super::border::Truth;
use super::{World, is_under_way};

/// How often people look.
const LOOK: Duration = Duration::from_millis(30);
/// Without any move for this long, people look at the machines.
const STANDS_STILL: Duration = Duration::from_secs(3);
/// Longest time in which everything must have come to its end.
const SETTLED_WITHIN: Duration = Duration::from_secs(120);

impl World {
    /// Everything is brought up, people act, until every order is finished; then everything is counted.
    pub(super) fn settle(&mut self) {
        let begun = Instant::now();
        let (mut newest, mut moved) = (Sequence(0), Instant::now());
        loop {
            self.bring_up();
            self.check_host();
            let store = self.store();
            let counts = store.counts().expect("counts");
            let busy = counts.by_state.iter().any(|(state, count)| is_under_way(*state) && *count > 0);
            if !busy && !self.has_booklets_inside() {
                self.look_at_stacks();
                if !self.decide_about_held() {
                    break;
                }
            }
            let now = self.newest();
            if now != newest {
                (newest, moved) = (now, Instant::now());
            }
            if moved.elapsed() > STANDS_STILL {
                self.look_at_machines();
                moved = Instant::now();
            }
            if begun.elapsed() > SETTLED_WITHIN {
                let orders: Vec<_> =
                    self.orders(None).into_iter().filter(|order| order.state != OrderState::Finished).collect();
                panic!("a standstill: {orders:#?}; booklets inside: {:?}; newest: {:#?}", self.inside(), self.recent());
            }
            std::thread::sleep(LOOK);
        }
        self.count();
    }

    /// Booklets at stations of machines.
    fn inside(&mut self) -> Vec<(String, Place)> {
        let places = self.machines.iter_mut().flat_map(super::machine::Machine::places);
        places.filter(|(_, place)| matches!(place, Place::Station(_))).collect()
    }

    fn has_booklets_inside(&mut self) -> bool {
        !self.inside().is_empty()
    }

    fn recent(&self) -> Vec<String> {
        let newest = self.store().newest_events(40).expect("events");
        newest
            .iter()
            .map(|e| format!("{} {} {} {:?} {:?} {}", e.at, e.kind, e.actor, e.job, e.serial, e.detail))
            .collect()
    }

    /// A machine that gets no work is trusted again; machines in these rounds are honest, so a lie is a fault of the host.
    fn look_at_machines(&mut self) {
        let names: Vec<_> = self.machines.iter().map(super::machine::Machine::machine_name).collect();
        for name in names {
            let standing = self.store().standing(&name).expect("a standing");
            if let Some(reason) = standing.fenced_off {
                self.faults.push(format!("honest machine {name} was fenced off: {reason}; {:#?}", self.recent()));
                self.centre.run(&["machine", "clear", name.as_str()]).with(0, &[]);
            } else if standing.is_paused {
                self.centre.run(&["machine", "resume", name.as_str()]).with(0, &[]);
            }
        }
    }

    /// Stacks are emptied onto trays, and what the books do not expect there is accounted for.
    fn look_at_stacks(&mut self) {
        for index in 0..self.machines.len() {
            self.machines[index].take_stacks();
            let lying: Vec<String> = self.machines[index].trays.keys().cloned().collect();
            for serial in lying {
                let record = self.record(&serial);
                match record.state {
                    // Nothing was ever bound to it.
                    BookletState::Loaded => {
                        let acted = ["stock", "spoil", &serial, "--reason", "rejected_by_machine"];
                        self.centre.run(&acted).with(0, &[]);
                    }
                    BookletState::Quarantined if record.order.is_none() => self.decide(&record),
                    _ => {}
                }
            }
        }
    }

    /// Ends a booklet's quarantine by what it shows to whoever holds it in hand.
    fn decide(&mut self, record: &BookletRecord) {
        let serial = record.blank.serial.0.clone();
        let decision = match self.truth(&serial) {
            Some((Truth::Untouched, _)) if record.order.is_none() => "send-back",
            _ => "spoil",
        };
        self.centre.run(&["stock", "decide", &serial, decision, "--reason", "looked_at"]).with(0, &[]);
    }

    /// Decides about every held order; whether there was any.
    fn decide_about_held(&mut self) -> bool {
        let held = self.orders(Some(OrderState::Held));
        for order in &held {
            match order.hold {
                Some(HoldReason::Doubt) => self.decide_about_doubt(order),
                Some(HoldReason::RemakeApproval) => {}
                Some(HoldReason::TooManyRemakes) => self.release(order),
                other => panic!("{} is held because of {other:?}", order.application),
            }
            self.approve(order);
        }
        !held.is_empty()
    }

    fn decide_about_doubt(&mut self, order: &OrderRecord) {
        let quarantined = self.store().booklets(BookletState::Quarantined, None, None, 100_000).expect("booklets");
        for record in quarantined.into_iter().filter(|record| record.order == Some(order.order)) {
            self.decide(&record);
        }
        self.release(order);
    }

    fn release(&self, order: &OrderRecord) {
        self.centre.run(&["order", "release", order.application.as_str()]).with(0, &[]);
    }

    /// Two people approve that it is made again, if that is still asked for.
    fn approve(&self, order: &OrderRecord) {
        for person in ["anna", "bert"] {
            let state = self.store().order(order.order).expect("orders").expect("an order").state;
            if state == OrderState::Held {
                self.centre.run(&["remake", "approve", order.application.as_str(), "--actor", person]).with(0, &[]);
            }
        }
        let state = self.store().order(order.order).expect("orders").expect("an order").state;
        assert_ne!(state, OrderState::Held, "{} is held although people have acted", order.application);
    }

    pub(super) fn orders(&self, state: Option<OrderState>) -> Vec<OrderRecord> {
        self.store().orders(&OrderQuery { state, limit: 100_000, ..OrderQuery::default() }).expect("orders")
    }

    pub(super) fn record(&self, serial: &str) -> BookletRecord {
        let record = self.store().booklet(&serial.into()).expect("booklets");
        record.unwrap_or_else(|| panic!("{serial} is in no books"))
    }

    /// What became of a booklet in truth, and on which stack it lay if on any.
    pub(super) fn truth(&mut self, serial: &str) -> Option<(Truth, Option<Stack>)> {
        let layers = self.layers();
        let border = &self.border;
        let of = |(machine, layers): (&mut super::machine::Machine, u32)| {
            let found = machine.look(serial)?;
            let stack = match found.place {
                Place::Stack(stack) => Some(stack),
                _ => None,
            };
            Some((border.judge(&found, layers), stack))
        };
        self.machines.iter_mut().zip(layers).find_map(of)
    }

    /// How many layers a whole page has on each machine, as its good documents show.
    fn layers(&self) -> Vec<u32> {
        let most =
            |machine: &super::machine::Machine| machine.trays.values().map(|found| found.marks).max().unwrap_or(0);
        self.machines.iter().map(most).collect()
    }
}
