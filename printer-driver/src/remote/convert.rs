//! Between the contract's types and the messages of the link, both ways, bounded by [`limits`](crate::limits).
//!
//! `told` makes a message, `understood` takes one apart. What this edition does not know is dealt with as the head of the
//! `.proto` file says.

pub(crate) mod command;
pub(crate) mod description;
pub(crate) mod error;
pub(crate) mod event;
pub(crate) mod names;
pub(crate) mod parts;
pub(crate) mod session;
pub(crate) mod snapshot;
#[cfg(test)]
mod tests;

use thiserror::Error;

use crate::limits::Excess;
use crate::{DeviceError, ErrorKind, IdempotencyKey};

/// A message that breaks the rules of the link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum Malformed {
    #[error("{0} is missing")]
    Missing(&'static str),
    #[error("{0} is out of range")]
    OutOfRange(&'static str),
    #[error("{0} is not known to this edition")]
    Unknown(&'static str),
    #[error(transparent)]
    Excess(#[from] Excess),
}

impl Malformed {
    /// What a machine answers to a command that it cannot understand: nothing was done.
    pub(crate) fn refused(self) -> DeviceError {
        let kind = match self {
            Malformed::Unknown(_) => ErrorKind::Unsupported,
            Malformed::Missing(_) | Malformed::OutOfRange(_) | Malformed::Excess(_) => ErrorKind::Invalid,
        };
        DeviceError::untouched(kind, self.to_string())
    }
}

/// A key as its sixteen bytes, most significant first.
pub(crate) fn key_told(key: IdempotencyKey) -> Vec<u8> {
    key.0.to_be_bytes().to_vec()
}

pub(crate) fn key_understood(bytes: &[u8]) -> Result<IdempotencyKey, Malformed> {
    let bytes = bytes.try_into().map_err(|_| Malformed::OutOfRange("key"))?;
    Ok(IdempotencyKey(u128::from_be_bytes(bytes)))
}

/// A number of two bytes, as stations and feeders have.
fn small(what: &'static str, number: u32) -> Result<u16, Malformed> {
    u16::try_from(number).map_err(|_| Malformed::OutOfRange(what))
}
