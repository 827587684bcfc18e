//! What to do next for one receiver: a state machine without I/O, clock or chance of its own.
//!
//! ```text
//! Ask ── known ──▶ Read ── entries ──▶ Deliver ── taken ──▶ Commit ── committed ──▶ Read
//!  ▲                 │ none              │ fault
//!  └──── elapsed ── Wait ◀───────────────┘        (a fault that no repetition mends leads to Stop)
//! ```
//!
//! The cursor moves after the delivery, never before, so a crash between any two steps repeats a delivery and loses none.
//! After every fault the receiver is asked again what it has: an answer that was lost may have been a yes.

use std::time::Duration;

use persoline_domain::identifiers::Sequence;
use persoline_domain::store::OutboxEntry;

use crate::receiver::{Delivery, Fault, Mark, Trouble};

/// How long an empty outbox is left alone.
pub const REST: Duration = Duration::from_millis(200);
/// The first wait after a fault; each further fault in a row doubles it.
pub const FIRST_WAIT: Duration = Duration::from_secs(1);
/// The longest wait that doubling leads to.
pub const LONGEST_WAIT: Duration = Duration::from_secs(300);
/// The longest wait that a receiver may ask for.
pub const LONGEST_ASKED: Duration = Duration::from_secs(3600);

/// Brings one receiver's reports on their way.
#[derive(Debug)]
pub struct Courier {
    batch: usize,
    phase: Phase,
    cursor: Sequence,
    /// Faults in a row, without any report taken in between.
    faults: u32,
}

/// What is to be done next, by whoever carries the courier's effects out; its result is the next [`Input`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Read the cursor from the store, and ask the receiver for its last report: [`Input::Known`] or [`Input::Fault`].
    Ask,
    /// Read entries from the outbox: [`Input::Entries`] or [`Input::Fault`].
    Read {
        /// After this position.
        after: Sequence,
        /// At most so many.
        limit: usize,
    },
    /// Hand these over: [`Input::Delivered`].
    Deliver(Vec<OutboxEntry>),
    /// Make the cursor durable: [`Input::Committed`] or [`Input::Fault`].
    Commit {
        /// All up to and with this position is delivered.
        through: Sequence,
    },
    /// Nothing is there to be delivered: look again after [`REST`] with [`Input::Elapsed`].
    Rest,
    /// Wait so long, then [`Input::Elapsed`].
    Wait(Duration),
    /// A person has to look; every further input is answered so.
    Stop(Trouble),
}

/// What came of an effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// Where store and receiver stand.
    Known {
        /// The store's cursor.
        cursor: Sequence,
        /// The receiver's own last report, if it can tell.
        mark: Option<Mark>,
    },
    /// What stands in the outbox, oldest first.
    Entries(Vec<OutboxEntry>),
    /// What the receiver answered.
    Delivered(Delivery),
    /// The cursor is durable.
    Committed,
    /// The time has passed.
    Elapsed,
    /// Store or receiver could not be asked.
    Fault(Fault),
}

#[derive(Debug)]
enum Phase {
    Asking,
    /// The receiver has more than the cursor says: its mark is looked for in the outbox.
    Matching(Mark),
    Reading,
    Delivering(Vec<Sequence>),
    Committing {
        through: Sequence,
        fault: Option<Fault>,
    },
    Resting,
    Waiting,
    Stopped(Trouble),
}

impl Courier {
    /// A courier for a receiver that takes `batch` reports at once. Its first effect is [`Effect::Ask`].
    pub fn new(batch: usize) -> Courier {
        Courier { batch: batch.max(1), phase: Phase::Asking, cursor: Sequence(0), faults: 0 }
    }

    /// The position up to which everything is delivered, as far as is known.
    pub fn cursor(&self) -> Sequence {
        self.cursor
    }

    /// Faults in a row.
    pub fn faults(&self) -> u32 {
        self.faults
    }

    /// What follows from `input`. `chance` is any number, the same for the same run: it spreads the waits.
    pub fn handle(&mut self, input: Input, chance: u32) -> Effect {
        match (std::mem::replace(&mut self.phase, Phase::Asking), input) {
            (Phase::Stopped(trouble), _) => self.stop(trouble),
            (_, Input::Fault(fault)) => self.after_fault(fault, chance),
            (Phase::Asking, Input::Known { cursor, mark }) => self.known(cursor, mark),
            (Phase::Matching(mark), Input::Entries(entries)) => {
                let is_ours = |entry: &OutboxEntry| entry.sequence == mark.sequence && entry.key == mark.key;
                if entries.iter().any(is_ours) { self.commit(mark.sequence, None) } else { self.stop(Trouble::Foreign) }
            }
            (Phase::Reading, Input::Entries(entries)) if entries.is_empty() => {
                self.phase = Phase::Resting;
                Effect::Rest
            }
            (Phase::Reading, Input::Entries(entries)) => {
                self.phase = Phase::Delivering(entries.iter().map(|entry| entry.sequence).collect());
                Effect::Deliver(entries)
            }
            (Phase::Delivering(sequences), Input::Delivered(delivery)) => self.delivered(&sequences, delivery, chance),
            (Phase::Committing { through, fault }, Input::Committed) => {
                self.cursor = through;
                self.faults = 0;
                match fault {
                    Some(fault) => self.after_fault(fault, chance),
                    None => self.read(),
                }
            }
            (Phase::Resting, Input::Elapsed) => self.read(),
            // After a wait, and after an input that does not belong here, everything is asked anew.
            _ => Effect::Ask,
        }
    }

    fn known(&mut self, cursor: Sequence, mark: Option<Mark>) -> Effect {
        self.cursor = cursor;
        match mark {
            Some(mark) if mark.sequence < cursor => {
                self.stop(Trouble::Behind { found: mark.sequence, delivered: cursor })
            }
            Some(mark) if mark.sequence > cursor => {
                self.phase = Phase::Matching(mark);
                Effect::Read { after: cursor, limit: self.batch }
            }
            _ => self.read(),
        }
    }

    fn delivered(&mut self, sequences: &[Sequence], delivery: Delivery, chance: u32) -> Effect {
        let taken = delivery.taken.min(sequences.len());
        let is_short = taken < sequences.len() && delivery.fault.is_none();
        let fault = if is_short {
            Some(Fault::Later { why: "it did not take all and did not say why".to_owned(), asked: None })
        } else {
            delivery.fault
        };
        match (taken.checked_sub(1).and_then(|last| sequences.get(last)), fault) {
            (Some(through), fault) => self.commit(*through, fault),
            (None, Some(fault)) => self.after_fault(fault, chance),
            (None, None) => self.read(),
        }
    }

    fn read(&mut self) -> Effect {
        self.phase = Phase::Reading;
        Effect::Read { after: self.cursor, limit: self.batch }
    }

    fn commit(&mut self, through: Sequence, fault: Option<Fault>) -> Effect {
        self.phase = Phase::Committing { through, fault };
        Effect::Commit { through }
    }

    fn stop(&mut self, trouble: Trouble) -> Effect {
        self.phase = Phase::Stopped(trouble.clone());
        Effect::Stop(trouble)
    }

    fn after_fault(&mut self, fault: Fault, chance: u32) -> Effect {
        match fault {
            Fault::Stop(trouble) => self.stop(trouble),
            Fault::Later { asked, .. } => {
                self.faults = self.faults.saturating_add(1);
                self.phase = Phase::Waiting;
                let asked = asked.unwrap_or_default().min(LONGEST_ASKED);
                Effect::Wait(wait(self.faults, chance).max(asked))
            }
        }
    }
}

/// The wait after so many faults in a row: between half and all of what doubling gives, as `chance` has it, so that many
/// senders do not come back at the same moment.
fn wait(faults: u32, chance: u32) -> Duration {
    let doubled = FIRST_WAIT.saturating_mul(1_u32.checked_shl(faults.saturating_sub(1)).unwrap_or(u32::MAX));
    let longest = doubled.min(LONGEST_WAIT);
    longest / 2 + (longest / 2).mul_f64(f64::from(chance) / f64::from(u32::MAX))
}

#[cfg(test)]
mod tests;
