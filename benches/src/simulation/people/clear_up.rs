//! The end of the day: people decide everything that waits for them, until every order has its document.

use mock_devices::machine::Place;
use persoline_domain::deed::{Deed, HoldReason};
use persoline_domain::order::OrderState;
use persoline_domain::store::Store as _;

use crate::simulation::world::World;

/// How long after the last fault everything that needs nobody must have ended by itself.
const SETTLES_WITHIN: u64 = 90 * 60_000;
/// How often somebody looks whether it is over.
const LOOK: u64 = 2_000;
/// How long people and machines take at most to clear up.
const CLEARED_WITHIN: u64 = 300 * 60_000;

impl World<'_> {
    /// From the last fault until nothing moves any more.
    pub(in crate::simulation) fn settle(&mut self) {
        let end = self.now + SETTLES_WITHIN;
        let mut looked_at = 0;
        while self.violations.is_empty() {
            if self.now >= looked_at + LOOK {
                looked_at = self.now;
                if self.is_settled() {
                    return;
                }
            }
            if self.now > end {
                let open = self.what_is_open();
                return self.violated("6", format!("the line does not go on by itself: {open}"));
            }
            self.turn();
        }
    }

    /// Whether every order has ended or waits for a person.
    fn is_settled(&self) -> bool {
        let is_at_rest = self.host_starts.is_empty() && !self.hosts.iter().any(|host| !host.is_old && host.is_busy());
        // Machines that wait for people give their orders back or keep them waiting; that is as it should be.
        let may_work =
            self.sites.iter().any(|site| self.truth.standing(&site.name).is_ok_and(|standing| standing.allowed(1) > 0));
        is_at_rest
            && self.people.next_order >= self.plan.orders.len()
            && self.orders().iter().all(|order| match order.state {
                OrderState::Finished | OrderState::Held | OrderState::Cancelled => true,
                OrderState::Waiting => !may_work,
                _ => false,
            })
    }

    fn what_is_open(&self) -> String {
        let orders = self.orders();
        let open = orders.iter().filter(|order| !Self::has_ended(order.state));
        let orders: Vec<String> = open
            .map(|order| {
                let state = order.state.name();
                let hold = order.hold.map(HoldReason::name).unwrap_or_default();
                format!("{} {state} {hold}", order.order)
            })
            .collect();
        let mut steps = Vec::new();
        for host in self.hosts.iter().filter(|host| !host.is_old) {
            for (site, running) in host.running.iter().enumerate() {
                for (job, _, step) in running.session.steps() {
                    steps.push(format!("{} job {job} {}", self.name_of(site), step.name()));
                }
                steps.push(format!("{} {:?}", self.name_of(site), running.session.state()));
            }
        }
        let inspections = self.truth.inspections(20).unwrap_or_default();
        let inspections: Vec<String> =
            inspections.iter().map(|one| format!("{} {}", one.serial, one.kind.name())).collect();
        let piles = |pile: &[mock_devices::machine::MockBooklet]| {
            pile.iter().map(|booklet| booklet.serial.clone()).collect::<Vec<_>>().join(" ")
        };
        let hand: Vec<&str> = self.house.hand.iter().map(|(booklet, _)| booklet.serial.as_str()).collect();
        let inside: Vec<String> = self
            .sites
            .iter()
            .flat_map(|site| site.handle.places())
            .filter(|(_, place)| matches!(place, Place::Station(_) | Place::Stack(_)))
            .map(|(serial, place)| format!("{serial} {place:?}"))
            .collect();
        let books = self.truth.reconcile().unwrap_or_default();
        let moving = books.by_state.iter().filter(|(state, count)| state.is_in_motion() && *count > 0);
        let moving: Vec<String> = moving.map(|(state, count)| format!("{count} {}", state.name())).collect();
        let standings = self.sites.iter().map(|site| format!("{:?}", self.truth.standing(&site.name)));
        format!(
            "orders [{}], inspections [{}], in hand [{}], on the shelf [{}], inside [{}], in motion [{}], sessions [{}], standing [{}]",
            orders.join(", "),
            inspections.join(", "),
            hand.join(", "),
            piles(&self.house.shelf),
            inside.join(", "),
            moving.join(", "),
            steps.join(", "),
            standings.collect::<Vec<_>>().join(", ")
        )
    }

    /// People decide all that waits for them, and the line works until every order has ended.
    pub(in crate::simulation) fn clear_up(&mut self) {
        self.tell(format_args!("people clear up"));
        self.people.is_clearing_up = true;
        self.people.ends_shift = false;
        self.people.drained_since = None;
        // A host that was replaced long ago is switched off by somebody.
        let old: Vec<u32> = self.hosts.iter().filter(|host| host.is_old).map(|host| host.id).collect();
        old.into_iter().for_each(|id| self.die(id));
        let end = self.now + CLEARED_WITHIN;
        let (mut looked_at, mut released_at) = (0, 0);
        while self.violations.is_empty() {
            if self.now > end {
                let open = self.what_is_open();
                let (promise, what) = self.why_not_cleared();
                return self.violated(promise, format!("{what} though people did all they could: {open}"));
            }
            if self.now >= looked_at + LOOK {
                looked_at = self.now;
                if self.is_cleared() {
                    return;
                }
            }
            if self.now >= released_at + 30_000 {
                released_at = self.now;
                self.resume_machines();
                self.release_orders();
            }
            self.turn();
        }
    }

    fn is_cleared(&self) -> bool {
        let is_at_rest = self.host_starts.is_empty() && !self.hosts.iter().any(|host| host.is_busy());
        is_at_rest
            && self.people.next_order >= self.plan.orders.len()
            && self.orders().iter().all(|order| Self::has_ended(order.state))
            && self.truth.inspections(1).is_ok_and(|left| left.is_empty())
            && self.lies_still()
            && self.house.shelf.is_empty()
            && self.reports_are_out()
    }

    /// Which promise a day breaks that cannot be cleared up.
    fn why_not_cleared(&self) -> (&'static str, &'static str) {
        if self.orders().iter().any(|order| !Self::has_ended(order.state)) {
            ("1", "an order has no document")
        } else if !self.reports_are_out() {
            ("report", "a report was not delivered")
        } else if !self.house.hand.is_empty() || !self.house.shelf.is_empty() {
            ("2", "a booklet cannot be accounted for")
        } else {
            ("6", "something does not come to rest")
        }
    }

    fn reports_are_out(&self) -> bool {
        let count = self.truth.outbox(persoline_domain::identifiers::Sequence(0), 10_000).map_or(0, |all| all.len());
        self.registers.iter().all(|register| register.seen.len() >= count)
    }

    /// Orders that are held go on, once a person has seen what became of their booklets.
    fn release_orders(&mut self) {
        for record in self.orders().into_iter().filter(|record| record.state == OrderState::Held) {
            let order = record.order;
            let is_decided = match record.hold {
                // As long as its booklet lies in quarantine, or cannot be found, nobody knows.
                Some(HoldReason::Doubt) => record.serial.as_ref().is_none_or(|serial| {
                    self.truth.booklet(serial).ok().flatten().is_some_and(|booklet| {
                        !booklet.state.is_in_motion()
                            && booklet.state != persoline_domain::booklet::BookletState::Quarantined
                    })
                }),
                Some(HoldReason::RemakeApproval) => false,
                _ => true,
            };
            if is_decided && self.person("ada", Deed::OrderReleased { order }).is_ok() {
                self.tally.act("releases an order");
            }
        }
    }
}
