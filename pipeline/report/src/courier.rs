//! What to do next for one receiver: a state machine without I/O, clock or chance of its own.
//!
//! ```text
//! Ask ── known ──▶ Read ── entries ──▶ Deliver ── taken ──▶ Commit ── committed ──▶ Read
//!  ▲                 │ none              │ fault
//!  └──── elapsed ── Wait ◀───────────────┘        (a fault that no repetition mends leads to Stop)
//! ```
//!
//! A wait is short at first after faults that mend themselves, and long from the beginning where the receiver turns this
//! centre away: there people have to act, and many attempts with wrong credentials may lock the centre out. Whoever
//! carries the effects out may end a wait early when a person asks for it.
//!
//! The cursor moves after the delivery, never before, so a crash between any two steps repeats a delivery and loses none.
//! After every fault the receiver is asked again what it has: an answer that was lost may have been a yes.

use std::time::Duration;

use persoline_domain::identifiers::Sequence;
use persoline_domain::outbox::Objection;
use persoline_domain::store::OutboxEntry;

use crate::receiver::{Delivery, Fault, Mark, Trouble};

/// How long an empty outbox is left alone.
pub const REST: Duration = Duration::from_millis(200);
/// The first wait after a fault; each further fault in a row doubles it.
pub const FIRST_WAIT: Duration = Duration::from_secs(1);
/// The longest wait that doubling leads to.
pub const LONGEST_WAIT: Duration = Duration::from_secs(300);
/// The first wait after a receiver has turned this centre away; each further time in a row doubles it.
pub const FIRST_WAIT_TURNED_AWAY: Duration = Duration::from_secs(60);
/// The longest wait that this doubling leads to.
pub const LONGEST_WAIT_TURNED_AWAY: Duration = Duration::from_secs(1800);
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
    /// What the receiver objects to, as long as it turns this centre away.
    objection: Option<Objection>,
    /// How often it has said so in a row.
    turned_away: u32,
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
        Courier {
            batch: batch.max(1),
            phase: Phase::Asking,
            cursor: Sequence(0),
            faults: 0,
            objection: None,
            turned_away: 0,
        }
    }

    /// The position up to which everything is delivered, as far as is known.
    pub fn cursor(&self) -> Sequence {
        self.cursor
    }

    /// Faults in a row.
    pub fn faults(&self) -> u32 {
        self.faults
    }

    /// What the receiver objects to: it turns this centre away. `None` as soon as it answers a delivery otherwise.
    pub fn objection(&self) -> Option<Objection> {
        self.objection
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
                self.welcome();
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
        if taken > 0 || !matches!(delivery.fault, Some(Fault::TurnedAway { .. })) {
            self.welcome();
        }
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
                self.wait(spread(FIRST_WAIT, LONGEST_WAIT, self.faults, chance), asked)
            }
            Fault::TurnedAway { objection, asked } => {
                self.faults = self.faults.saturating_add(1);
                self.turned_away = self.turned_away.saturating_add(1);
                self.objection = Some(objection);
                self.wait(spread(FIRST_WAIT_TURNED_AWAY, LONGEST_WAIT_TURNED_AWAY, self.turned_away, chance), asked)
            }
        }
    }

    fn wait(&mut self, wait: Duration, asked: Option<Duration>) -> Effect {
        self.phase = Phase::Waiting;
        Effect::Wait(wait.max(asked.unwrap_or_default().min(LONGEST_ASKED)))
    }

    /// The receiver does not turn this centre away any more.
    fn welcome(&mut self) {
        (self.objection, self.turned_away) = (None, 0);
    }
}

/// The wait after so many faults in a row: between half and all of what doubling gives, as `chance` has it, so that many
/// senders do not come back at the same moment.
fn spread(first: Duration, longest: Duration, faults: u32, chance: u32) -> Duration {
    let doubled = first.saturating_mul(1_u32.checked_shl(faults.saturating_sub(1)).unwrap_or(u32::MAX));
    let longest = doubled.min(longest);
    longest / 2 + (longest / 2).mul_f64(f64::from(chance) / f64::from(u32::MAX))
}

#[cfg(test)]
mod tests;
