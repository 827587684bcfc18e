//! The port behind which personal payloads are sealed.

use thiserror::Error;
use zeroize::Zeroizing;

use crate::identifiers::ApplicationNumber;

/// Seals what is personal under a key of its own for each order, so that destroying the key erases the payload.
pub trait PayloadVault: Send + Sync {
    /// Seals `plain` for the order of `application`, which is bound into the seal.
    ///
    /// # Errors
    /// [`SealError::Refused`] when the payload is longer than the vault can seal.
    fn seal(&self, application: &ApplicationNumber, plain: &[u8]) -> Result<SealedPayload, SealError>;
    /// Opens what was sealed for `application`.
    ///
    /// # Errors
    /// [`SealError::Erased`] when its key was erased; [`SealError::Refused`] when it was sealed for another application
    /// or under another root key, or is damaged.
    fn open(&self, application: &ApplicationNumber, sealed: &SealedPayload) -> Result<Zeroizing<Vec<u8>>, SealError>;
}

/// A payload and its key, both unreadable without the vault.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedPayload {
    /// The order's own key, wrapped. Erasing it makes the payload unreadable for ever.
    pub wrapped_key: Vec<u8>,
    /// The payload under that key.
    pub ciphertext: Vec<u8>,
}

impl core::fmt::Debug for SealedPayload {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "SealedPayload({} bytes)", self.ciphertext.len())
    }
}

/// Why a payload could not be sealed or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SealError {
    /// It was sealed for another order, under another root key, or it is damaged.
    #[error("the sealed payload does not belong to this order and these keys, or it is damaged")]
    Refused,
    /// Its key was erased.
    #[error("the payload was erased")]
    Erased,
}
