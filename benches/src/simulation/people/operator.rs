//! Operators: take orders in, hold, release, expedite and cancel them, pause and drain machines, approve remakes.

use persoline_domain::application::{Channel, Collection, CollectionKind};
use persoline_domain::clock::Timestamp;
use persoline_domain::deed::{Deed, HoldReason, NewOrder};
use persoline_domain::identifiers::{BatchName, Digest, MachineName, PersonKey, Sequence};
use persoline_domain::order::{OrderState, Priority};
use persoline_domain::seal::SealedPayload;
use persoline_domain::store::{OrderQuery, OrderRecord, Outcome, Store as _};

use super::PEOPLE;
use crate::simulation::plan::OrderPlan;
use crate::simulation::world::World;

impl World<'_> {
    /// Orders whose time has come are accepted.
    pub(in crate::simulation) fn take_orders_in(&mut self) {
        while let Some(plan) = self.plan.orders.get(self.people.next_order).copied().filter(|plan| plan.at <= self.now)
        {
            let index = self.people.next_order;
            let mut new = self.new_order(index, plan);
            if let Some(centre) = &self.real {
                new = centre.order(self.seed, index, new);
            }
            match self.person("cho", Deed::OrderAccepted(Box::new(new))).as_deref() {
                Ok([Outcome::Accepted { order, .. }]) => {
                    self.witness.accepted.push(*order);
                    self.people.next_order += 1;
                }
                // No room on the disk: taken in again later, as one does with a file.
                _ => return,
            }
        }
    }

    fn new_order(&self, index: usize, plan: OrderPlan) -> NewOrder {
        let number = index as u64 + 1;
        let bytes = |number: u64| {
            let mut bytes = [0; 32];
            bytes.iter_mut().zip(number.to_be_bytes()).for_each(|(to, from)| *to = from);
            Digest(bytes)
        };
        let person = if plan.same_person { number.saturating_sub(1).max(1) } else { number };
        let first_day = self.plan.start.utc_date();
        NewOrder {
            application: format!("A-{number:03}").as_str().into(),
            digest: bytes(number),
            person: PersonKey(bytes(person)),
            channel: Channel::Web,
            batch: BatchName(format!("batch-{}", index % 3)),
            document: plan.document,
            priority: plan.priority,
            collection: Collection { place: "Harbour".to_owned(), kind: CollectionKind::Counter },
            received: Timestamp(self.wall().0 - 1000),
            approved: self.wall(),
            due: first_day.saturating_add(jiff::Span::new().days(plan.due_in)),
            payload: SealedPayload { wrapped_key: vec![1], ciphertext: vec![2] },
        }
    }

    /// Every order as it stands.
    pub(in crate::simulation) fn orders(&self) -> Vec<OrderRecord> {
        let query = OrderQuery { limit: 10_000, ..OrderQuery::default() };
        self.truth.orders(&query).unwrap_or_default()
    }

    /// A look at orders and machines.
    pub(in crate::simulation) fn operate(&mut self) {
        self.approve_remakes();
        self.people.sees_the_end = self.people.next_order >= self.plan.orders.len()
            && self.orders().iter().all(|order| Self::has_ended(order.state));
        if self.people.is_clearing_up {
            return;
        }
        let meddling = self.plan.meddling;
        if !self.is_calm() && self.people.dice.per_mille(meddling) {
            self.meddle_with_an_order();
        }
        if !self.is_calm() && self.people.dice.per_mille(meddling / 2) {
            self.meddle_with_a_machine();
        }
    }

    fn meddle_with_an_order(&mut self) {
        let orders = self.orders();
        let Some(record) = self.people.dice.one_of(&orders) else { return };
        let order = record.order;
        let (name, deed) = match self.people.dice.below(6) {
            0 | 1 => ("holds an order", Deed::OrderHeld { order, reason: HoldReason::Person }),
            2 | 3 => ("releases an order", Deed::OrderReleased { order }),
            4 => ("expedites an order", Deed::PriorityChanged { order, priority: Priority::Urgent }),
            _ => ("cancels an order", Deed::OrderCancelled { order }),
        };
        // Doubt and remakes are decided with the booklet in hand, not in passing.
        let in_passing = !matches!(record.hold, Some(HoldReason::Doubt | HoldReason::RemakeApproval));
        let cancels = matches!(deed, Deed::OrderCancelled { .. });
        if in_passing && self.person("ada", deed).is_ok() {
            self.tally.act(name);
            if cancels {
                self.witness.cancelled.insert(order);
            }
        }
    }

    fn meddle_with_a_machine(&mut self) {
        let site = usize::try_from(self.people.dice.below(self.sites.len() as u64)).unwrap_or(0);
        let Some(machine) = self.sites.get(site).map(|site| site.name.clone()) else { return };
        let (name, deed) = match self.people.dice.below(6) {
            4 | 5 => {
                if self.acknowledge_alarm("ada", site) {
                    self.tally.act("acknowledges an alarm");
                }
                return;
            }
            0 => ("pauses a machine", Deed::MachinePaused { machine }),
            1 => ("drains a machine", Deed::MachineDraining { machine }),
            _ => ("resumes a machine", Deed::MachineResumed { machine }),
        };
        if self.person("ada", deed).is_ok() {
            self.tally.act(name);
        }
    }

    /// Remakes wait for as many different people as the policy asks for.
    fn approve_remakes(&mut self) {
        if self.plan.policy.remake_approvals == 0 {
            return;
        }
        let waits = |record: &OrderRecord| record.hold == Some(HoldReason::RemakeApproval);
        for record in self.orders().into_iter().filter(waits) {
            let order = record.order;
            let index = usize::try_from(self.people.dice.below(PEOPLE.len() as u64)).unwrap_or(0);
            let Some(name) = PEOPLE.get(index).copied() else { continue };
            let again = self.person(name, Deed::RemakeApproved { order });
            self.tell(format_args!("{name} approves the remake of order {order}: {}", again.is_ok()));
            if again.is_ok() {
                self.tally.act("approves a remake");
                let newest = self.truth.newest_events(1).unwrap_or_default();
                let sequence = newest.first().map_or(Sequence(0), |event| event.sequence);
                self.people.approvals.push((order, name, sequence));
            }
        }
    }

    /// Machines that people have stopped, or that were fenced off, go on.
    pub(in crate::simulation) fn resume_machines(&mut self) {
        let names: Vec<MachineName> = self.sites.iter().map(|site| site.name.clone()).collect();
        for machine in names {
            let Ok(standing) = self.truth.standing(&machine) else { continue };
            if standing.fenced_off.is_some() {
                self.tally.act("clears a fenced machine");
                let _ = self.person("ada", Deed::MachineCleared { machine: machine.clone() });
            }
            if (standing.is_paused || standing.is_draining) && self.people.drained_since.is_none() {
                let _ = self.person("ada", Deed::MachineResumed { machine });
            }
        }
    }

    /// Whether an order is at its end.
    pub(in crate::simulation) fn has_ended(state: OrderState) -> bool {
        matches!(state, OrderState::Finished | OrderState::Cancelled)
    }
}
