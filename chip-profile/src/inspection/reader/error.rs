//! Why a chip could not be read.

use thiserror::Error;

use super::ReaderPhase;
use crate::access::AccessError;
use crate::apdu::StatusWord;

/// Why a chip could not be read to its end. Never holds what was read, nor a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ReaderError {
    /// The chip refused a step without which nothing can be read.
    #[error("{phase}: the chip answered {status}")]
    Refused {
        /// The step, with the file if it is about one.
        phase: ReaderPhase,
        /// The status word.
        status: StatusWord,
    },
    /// An access protocol failed, or a message of the session is not authentic.
    #[error("{phase}: {error}")]
    Access {
        /// The step, with the file if it is about one.
        phase: ReaderPhase,
        /// What is wrong.
        error: AccessError,
    },
    /// The chip wants a password and none is known.
    #[error("the chip is read only with the machine readable zone or the card access number")]
    PasswordNeeded,
    /// The chip offers basic access control alone, for which the card access number is of no use.
    #[error("the chip does not offer PACE; the card access number does not open it, the machine readable zone does")]
    CanWithoutPace,
    /// The chip keeps answering and gets nowhere.
    #[error("{phase}: given up after {most} commands")]
    TooManyExchanges {
        /// The step, with the file if it is about one.
        phase: ReaderPhase,
        /// Commands after which the reading gives up.
        most: usize,
    },
    /// An answer was handed over before the first command or after the end.
    #[error("step out of order")]
    OutOfOrder,
}

impl ReaderError {
    /// Whether the chip refused the password: the zone or the number may have been read or typed wrongly.
    pub fn is_wrong_password(&self) -> bool {
        matches!(
            self,
            ReaderError::Access {
                phase: ReaderPhase::Pace | ReaderPhase::BasicAccessControl,
                error: AccessError::NotAuthentic { .. }
                    | AccessError::Refused { status: StatusWord(0x6300..=0x63CF | 0x6982 | 0x6988), .. },
            }
        )
    }
}
