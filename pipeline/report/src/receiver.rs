//! What a receiver of reports must be able to do, and what it may answer.

use std::time::Duration;

use persoline_domain::identifiers::Sequence;
use persoline_domain::outbox::Objection;
use thiserror::Error;

use crate::view::Report;

/// Where reports go.
pub trait Receiver: Send {
    /// Reports that are handed over at once, at most; one or more.
    fn batch(&self) -> usize;

    /// The last report that the receiver itself is known to have; `None` when it has none or cannot tell. Asked at the
    /// start and after every fault, before anything is delivered.
    ///
    /// # Errors
    /// A [`Fault`] when it cannot be asked, or must not be given anything.
    fn reached(&mut self) -> Result<Option<Mark>, Fault>;

    /// Hands reports over in their order. What is answered as taken must survive a loss of power at the receiver.
    fn deliver(&mut self, reports: &[Report]) -> Delivery;
}

/// A receiver and its name, which stays the same for ever: its cursor is kept under it.
pub type NamedReceiver = (String, Box<dyn Receiver>);

/// A report as a receiver remembers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Its position in the outbox.
    pub sequence: Sequence,
    /// Its idempotency key.
    pub key: String,
}

/// What came of handing reports over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// So many from the front were taken, now or before.
    pub taken: usize,
    /// Why the next one was not; `None` when all were.
    pub fault: Option<Fault>,
}

/// Why a receiver did not take a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// It may take it later.
    Later {
        /// What went wrong.
        why: String,
        /// How long it asked to be left alone, if it did.
        asked: Option<Duration>,
    },
    /// It turns this centre away, whatever stands in the report: people have to put something right, perhaps at its side,
    /// and may be slow about it. What was offered may be offered again, seldom.
    TurnedAway {
        /// What it says.
        objection: Objection,
        /// How long it asked to be left alone, if it did.
        asked: Option<Duration>,
    },
    /// It will not take it until a person has mended something.
    Stop(Trouble),
}

/// Why nothing more is delivered to a receiver until a person has looked. Nothing is skipped.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Trouble {
    /// An answer that no repetition will change.
    #[error(
        "it refuses report {key} with HTTP status {status}: nothing more is sent until that is mended there and the program is started again"
    )]
    Refused {
        /// The report's idempotency key.
        key: String,
        /// The status of its answer.
        status: u16,
    },
    /// The file ends before what the store knows as delivered.
    #[error(
        "it ends with report {found}, but {delivered} is the last that was delivered: put the right file back, or \
         move this one away"
    )]
    Behind {
        /// Position of the file's last report.
        found: Sequence,
        /// Position that the store knows as delivered.
        delivered: Sequence,
    },
    /// What stands in the file is none of this outbox.
    #[error("its last line is no report of this centre: name another file, or move this one away")]
    Foreign,
    /// The receiver cannot be used as it is set up.
    #[error("{0}")]
    Unusable(String),
}
