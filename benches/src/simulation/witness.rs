//! What those who check remember: what was accepted, how orders were passed over.

use std::collections::{BTreeMap, BTreeSet};

use persoline_domain::deed::{Act, Deed};
use persoline_domain::identifiers::{JobNumber, OrderId};
use persoline_domain::order::{OrderState, effective_due};
use persoline_domain::store::{EventRecord, Store as _};

use super::world::World;

/// How often an order may be passed over by one that is due on a later day, once it has waited long enough to be seen: a
/// machine on probation is given no remake and nothing urgent while a sound one can take it.
const PASSED_OVER: usize = 6;
/// How long an order that is being given to a machine may still look waiting.
const ON_ITS_WAY: u64 = 5_000;
/// How long an order waits before being passed over counts.
const SEEN_AFTER: u64 = 30_000;

/// Those who check.
#[derive(Debug, Default)]
pub(crate) struct Witness {
    /// Every order that was accepted.
    pub(crate) accepted: Vec<OrderId>,
    /// Orders that people cancelled.
    pub(crate) cancelled: BTreeSet<OrderId>,
    /// Serials that were torn up.
    pub(crate) destroyed: BTreeSet<String>,
    /// Since when each order waits, and when ones that are due on a later day went first.
    waiting: BTreeMap<OrderId, (u64, Vec<u64>)>,
    /// The most that any order was passed over.
    pub(crate) passed_over: usize,
}

impl World<'_> {
    /// Whether the order that went to a machine was the one whose turn it was.
    fn check_turn(&mut self, order: OrderId) {
        let Ok(Some(record)) = self.truth.order(order) else { return };
        let own = effective_due(record.due, record.priority);
        let waiting = self.truth.waiting(&[record.document], 64).unwrap_or_default();
        let now = self.now;
        let still: BTreeSet<OrderId> = waiting.iter().map(|other| other.order).collect();
        self.witness.waiting.retain(|known, _| still.contains(known) || *known != order);
        let mut passed = None;
        for other in waiting.iter().filter(|other| other.order != order) {
            let (since, passes) = self.witness.waiting.entry(other.order).or_insert((now, Vec::new()));
            if other.effective_due < own && now >= *since + SEEN_AFTER {
                passes.push(now);
                // Its own dispatch may be on its way to the store at the same moment.
                let count = passes.iter().filter(|at| **at + ON_ITS_WAY <= now).count();
                self.witness.passed_over = self.witness.passed_over.max(count);
                if count > PASSED_OVER {
                    passed = Some((other.order, count));
                }
            }
        }
        if let Some((other, times)) = passed {
            self.violated(
                "9",
                format!("order {other} was passed over {times} times by orders due later, now by {order}"),
            );
        }
    }

    /// After acts were made durable.
    pub(in crate::simulation) fn after_commit(&mut self, acts: &[Act]) {
        for act in acts {
            match &act.deed {
                Deed::Dispatched { order, .. } => {
                    self.witness.waiting.remove(order);
                    self.check_turn(*order);
                    self.check_approvals(*order);
                }
                Deed::OrderHeld { order, .. } | Deed::OrderCancelled { order } => {
                    self.witness.waiting.remove(order);
                }
                _ => {}
            }
        }
    }

    /// A remake that goes to a machine was approved by as many different people as the policy asks for.
    fn check_approvals(&mut self, order: OrderId) {
        let asked = usize::from(self.plan.policy.remake_approvals);
        if asked == 0 {
            return;
        }
        let timeline = self.truth.timeline(order).unwrap_or_default();
        // A job that was given up before its booklet was bound has lost none.
        let was_bound = |job: Option<JobNumber>| timeline.iter().any(|event| event.kind == "bound" && event.job == job);
        let is_lost = |event: &&EventRecord| match event.kind.as_str() {
            "spoiled" | "abandoned" => was_bound(event.job),
            "document_rejected" => true,
            "inspection_decided" => event.detail.contains("flaw"),
            _ => false,
        };
        let Some(last) = timeline.iter().rev().find(is_lost) else { return };
        let approvals = self.people.approvals.iter().filter(|(of, _, at)| *of == order && *at > last.sequence);
        let people: BTreeSet<&str> = approvals.map(|(_, name, _)| *name).collect();
        if people.len() < asked {
            self.violated(
                "3",
                format!("order {order} is made again with the approval of {people:?}, and the policy asks for {asked}"),
            );
        }
    }

    /// Orders that were accepted and neither ended nor wait for anybody.
    pub(in crate::simulation) fn lost_orders(&self) -> Vec<OrderId> {
        let orders = self.orders();
        let is_known = |order: &OrderId| {
            orders
                .iter()
                .any(|record| record.order == *order && (record.state != OrderState::Held || record.hold.is_some()))
        };
        self.witness.accepted.iter().filter(|order| !is_known(order)).copied().collect()
    }
}
