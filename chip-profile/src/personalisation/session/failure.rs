//! Why a personalisation stopped, and what its chip has become.

use core::fmt;

use thiserror::Error;

use crate::apdu::{Response, StatusWord};
use crate::personalisation::channel::ChannelError;
use crate::personalisation::write_plan::Purpose;
use crate::tlv::TlvError;

/// What a chip has become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChipFate {
    /// Nothing was written. It can be tried again, but a refused authentication counts on the chip.
    Untouched,
    /// Some or all data were written, and it is not locked. It bears a valid signature if EF.SOD is among them. A plan that is
    /// [`WritePlan::starting_over`](crate::personalisation::WritePlan::starting_over) can write it again.
    PartWritten,
    /// Everything was written and it is locked.
    Locked,
    /// The lock was sent and its answer is missing or not to be trusted: for a person to judge. A read back can show that it
    /// is locked, for an unlocked chip offers no access control.
    Unknown,
}

impl fmt::Display for ChipFate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            ChipFate::Untouched => "untouched",
            ChipFate::PartWritten => "part-written",
            ChipFate::Locked => "locked",
            ChipFate::Unknown => "unknown",
        })
    }
}

/// Why personalisation stopped and what the chip has become.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("chip {fate}: {kind}")]
pub struct PersonalisationError {
    /// What the chip has become.
    pub fate: ChipFate,
    /// What went wrong.
    pub kind: PersonalisationErrorKind,
}

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PersonalisationErrorKind {
    /// The chip refused a command before the secure channel stood.
    #[error("{command} was answered {status}")]
    Refused {
        /// Which command.
        command: &'static str,
        /// The status word.
        status: StatusWord,
    },
    /// The chip refused a command of the plan.
    #[error("{purpose} was answered {status}")]
    RefusedInPlan {
        /// What the command was for.
        purpose: Purpose,
        /// The status word.
        status: StatusWord,
    },
    /// The chip serial is not encoded as it must be.
    #[error("chip serial: {0}")]
    Identity(TlvError),
    /// Another chip lies in the station than the one that was bound.
    #[error("chip is not the one that was bound")]
    OtherChip,
    /// The secure channel failed.
    #[error("secure channel: {0}")]
    Channel(#[from] ChannelError),
    /// The channel does not encrypt commands, so the chip's private keys would go out in the clear.
    #[error("the channel does not encrypt commands")]
    Unencrypted,
    /// The public key of a key pair that the chip made is malformed.
    #[error("public key that the chip made: {0}")]
    MadeKey(TlvError),
    /// The plan was made for other keys than the chip has made, or would delete them.
    #[error("plan is not that of the keys that the chip made")]
    OtherKeys,
    /// There are fewer answers than commands, and the last is no refusal.
    #[error("answers are missing")]
    Interrupted,
    /// A step was called out of its order.
    #[error("step out of order")]
    OutOfOrder,
}

impl PersonalisationErrorKind {
    /// Whether this error says that host and chip do not have the same keys. Several of them in a row at one station mean that
    /// a batch or a key version is mistaken, and going on would harm one chip after the other.
    pub fn speaks_for_wrong_keys(&self) -> bool {
        matches!(self, PersonalisationErrorKind::Channel(error) if error.speaks_for_wrong_keys())
    }
}

pub(super) fn require(answer: &Response, command: &'static str) -> Result<(), PersonalisationErrorKind> {
    if answer.status.is_ok() {
        Ok(())
    } else {
        Err(PersonalisationErrorKind::Refused { command, status: answer.status })
    }
}

/// The refusal with which a script stopped early, if it did.
pub(super) fn refused(answers: &[Response], command: &'static str) -> Option<PersonalisationErrorKind> {
    answers.iter().find_map(|answer| require(answer, command).err())
}
