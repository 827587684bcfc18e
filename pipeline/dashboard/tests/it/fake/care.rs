//! What the store in memory knows of the care of people.

use std::collections::BTreeMap;

use persoline_domain::booklet::{BookletMove, BookletState};
use persoline_domain::deed::{Act, Deed, HoldReason};
use persoline_domain::identifiers::{MachineName, OrderId};
use persoline_domain::order::{OrderMove, OrderState};
use persoline_domain::stock::{StockClass, StockLine, StockSight, StockStanding};
use persoline_domain::store::{FirstPiece, InspectionKind, Refusal, ShiftRecord, Standing, StoreError};

use super::store::{Kept, MemoryStore};

impl StockSight for MemoryStore {
    fn stock_standing(&self) -> Result<StockStanding, StoreError> {
        let mut counts: BTreeMap<_, u64> = BTreeMap::new();
        self.with(|kept| {
            for booklet in kept.booklets.values() {
                let machine = booklet.machine.clone().filter(|_| booklet.state == BookletState::Loaded);
                *counts.entry((booklet.state, StockClass::of(&booklet.blank), machine)).or_default() += 1;
            }
            let line = |((state, class, machine), count)| StockLine { state, class, machine, count };
            Ok(StockStanding { received: kept.received, lines: counts.into_iter().map(line).collect() })
        })
    }
}

/// What a deed is about, as the log shows it.
pub(crate) type Subject = (&'static str, Option<OrderId>, String);

impl Kept {
    /// How a machine stands; tests write what they want to see.
    pub(crate) fn standing_of(&self, machine: &MachineName) -> Standing {
        let pending = self
            .inspections
            .iter()
            .any(|record| record.machine == *machine && record.kind == InspectionKind::FirstPiece);
        Standing {
            is_paused: self.paused.contains(machine),
            is_draining: self.draining.contains(machine),
            fenced_off: self.fenced_off.get(machine).cloned(),
            first_piece: if pending { FirstPiece::Pending } else { FirstPiece::NotNeeded },
            has_shift: self.shift.is_some(),
            needs_shift: self.policy.first_piece,
        }
    }

    /// Deeds of care; none for others.
    pub(crate) fn apply_care(&mut self, act: &Act) -> Option<Result<Subject, Refusal>> {
        Some(match &act.deed {
            Deed::OrderCancelled { order } => self.cancel(*order),
            Deed::PriorityChanged { order, priority } => match self.orders.get_mut(&order.0) {
                Some(record) => {
                    record.priority = *priority;
                    Ok(("priority_changed", Some(*order), priority.name().to_owned()))
                }
                None => Err(Refusal::NotFound("order")),
            },
            Deed::RemakeApproved { order } => self.approve_remake(*order, act),
            Deed::InspectionDecided { serial, approved, reason } => {
                let Some(at) = self.inspections.iter().position(|record| record.serial == *serial) else {
                    return Some(Err(Refusal::NotFound("inspection")));
                };
                let record = self.inspections.remove(at);
                let rejected = if *approved {
                    Ok(())
                } else {
                    self.move_booklet(serial, BookletMove::Spoil, Some(reason))
                        .and_then(|()| self.step(record.order, OrderMove::Reject).map(drop))
                };
                rejected.map(|()| ("inspection_decided", Some(record.order), reason.clone()))
            }
            Deed::DocumentRejected { serial, reason } => {
                let order = self.booklets.get(&serial.0).and_then(|booklet| booklet.order);
                self.move_booklet(serial, BookletMove::Spoil, Some(reason))
                    .and_then(|()| self.step(order.unwrap_or(OrderId(0)), OrderMove::Reject).map(drop))
                    .map(|()| ("document_rejected", order, reason.clone()))
            }
            Deed::QuarantineDecided { serial, decision, reason } => self
                .move_booklet(serial, decision.by(), Some(reason))
                .map(|()| ("quarantine_decided", None, reason.clone())),
            Deed::MachineDraining { machine } => {
                self.draining.push(machine.clone());
                Ok(("machine_draining", None, String::new()))
            }
            Deed::MachineCleared { machine } => match self.fenced_off.remove(machine) {
                Some(_) => Ok(("machine_cleared", None, String::new())),
                None => Err(Refusal::NotFound("machine that is fenced off")),
            },
            Deed::AlarmAcknowledged { alarm, code, .. } => Ok(("alarm_acknowledged", None, format!("{code} {alarm}"))),
            Deed::ShiftOpened { shift } => match &self.shift {
                Some(open) => Err(Refusal::ShiftOpen(open.shift)),
                None if self.shifts_before.contains(shift) => Err(Refusal::ShiftBefore(*shift)),
                None => {
                    self.shift = Some(ShiftRecord { shift: *shift, opened: act.at, by: act.actor.to_string() });
                    Ok(("shift_opened", None, shift.to_string()))
                }
            },
            Deed::ShiftClosed { shift, counted } => {
                let differences: Vec<(BookletState, i64)> = counted
                    .iter()
                    .map(|(state, count)| (*state, count.cast_signed() - self.count(*state).cast_signed()))
                    .filter(|(_, difference)| *difference != 0)
                    .collect();
                if differences.is_empty() {
                    self.shifts_before.extend(self.shift.take().map(|open| open.shift));
                    Ok(("shift_closed", None, shift.to_string()))
                } else {
                    Err(Refusal::NotReconciled { differences })
                }
            }
            _ => return None,
        })
    }

    fn cancel(&mut self, order: OrderId) -> Result<Subject, Refusal> {
        let record = self.orders.get_mut(&order.0).ok_or(Refusal::NotFound("order"))?;
        if record.state.is_on_machine() {
            record.stop_requested = true;
        } else {
            self.step(order, OrderMove::Cancel)?;
        }
        Ok(("order_cancelled", Some(order), String::new()))
    }

    fn approve_remake(&mut self, order: OrderId, act: &Act) -> Result<Subject, Refusal> {
        let person = act.actor.person().ok_or(Refusal::NeedsPerson)?.to_lowercase();
        let record = self.orders.get(&order.0).ok_or(Refusal::NotFound("order"))?;
        if record.hold != Some(HoldReason::RemakeApproval) || record.state != OrderState::Held {
            return Err(Refusal::Unlawful { what: format!("order {order}"), state: record.state.name() });
        }
        let approvals = self.approvals.entry(order.0).or_default();
        if !approvals.insert(person) {
            return Err(Refusal::NeedsAnotherPerson);
        }
        if approvals.len() >= usize::from(self.policy.remake_approvals) {
            self.step(order, OrderMove::Release)?.hold = None;
        }
        Ok(("remake_approved", Some(order), String::new()))
    }

    fn count(&self, state: BookletState) -> u64 {
        self.booklets.values().filter(|booklet| booklet.state == state).count() as u64
    }
}
