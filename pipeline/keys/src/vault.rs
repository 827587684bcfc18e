//! Personal payloads, each under a key of its own, wrapped by a key that comes from the root key.
//!
//! ```text
//! wrapped key: 1 byte version (1), 24 bytes nonce, 32 bytes key encrypted, 16 bytes tag
//! ciphertext:  1 byte version (1), 24 bytes nonce, the payload encrypted, 16 bytes tag
//! ```
//!
//! Both are XChaCha20-Poly1305; each authenticates what it is for and the application number, so that neither opens in
//! another's place. Erasing the wrapped key erases the payload, wherever copies of the ciphertext may lie.

use std::sync::Arc;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use persoline_domain::chance::RandomSource;
use persoline_domain::identifiers::ApplicationNumber;
use persoline_domain::seal::{PayloadVault, SealError, SealedPayload};
use sha2::Sha256;
use zeroize::Zeroizing;

const VERSION: u8 = 1;
const NONCE_LENGTH: usize = 24;

/// Seals payloads with the root key of a [`KeyStore`](crate::KeyStore).
pub struct SoftwareVault {
    wrapping_key: Zeroizing<[u8; 32]>,
    random: Arc<dyn RandomSource>,
}

impl std::fmt::Debug for SoftwareVault {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("SoftwareVault(redacted)")
    }
}

impl SoftwareVault {
    pub(crate) fn new(wrapping_key: Zeroizing<[u8; 32]>, random: Arc<dyn RandomSource>) -> SoftwareVault {
        SoftwareVault { wrapping_key, random }
    }

    fn encrypt(&self, key: &[u8; 32], purpose: &[u8], plain: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut nonce = [0; NONCE_LENGTH];
        self.random.fill(&mut nonce);
        let encrypted = XChaCha20Poly1305::new(key.into())
            .encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: purpose })
            .map_err(|_| SealError::Refused)?;
        let mut out = Vec::with_capacity(1 + NONCE_LENGTH + encrypted.len());
        out.push(VERSION);
        out.extend_from_slice(&nonce);
        out.extend_from_slice(&encrypted);
        Ok(out)
    }
}

impl PayloadVault for SoftwareVault {
    fn seal(&self, application: &ApplicationNumber, plain: &[u8]) -> Result<SealedPayload, SealError> {
        let mut key = Zeroizing::new([0; 32]);
        self.random.fill(key.as_mut_slice());
        Ok(SealedPayload {
            wrapped_key: self.encrypt(&self.wrapping_key, &purpose(b"key", application), key.as_slice())?,
            ciphertext: self.encrypt(&key, &purpose(b"payload", application), plain)?,
        })
    }

    fn open(&self, application: &ApplicationNumber, sealed: &SealedPayload) -> Result<Zeroizing<Vec<u8>>, SealError> {
        if sealed.wrapped_key.is_empty() {
            return Err(SealError::Erased);
        }
        let key = decrypt(&self.wrapping_key, &purpose(b"key", application), &sealed.wrapped_key)?;
        let key: &[u8; 32] = key.as_slice().try_into().map_err(|_| SealError::Refused)?;
        decrypt(key, &purpose(b"payload", application), &sealed.ciphertext)
    }
}

/// The key that wraps, from the root key. `None` never happens: HKDF refuses only outputs longer than 255 hashes.
pub(crate) fn wrapping_key(root: &[u8; 32]) -> Option<Zeroizing<[u8; 32]>> {
    let mut key = Zeroizing::new([0; 32]);
    Hkdf::<Sha256>::new(None, root).expand(b"persoline payload key wrapping", key.as_mut_slice()).ok()?;
    Some(key)
}

fn decrypt(key: &[u8; 32], purpose: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let (version, rest) = sealed.split_first().ok_or(SealError::Refused)?;
    let (nonce, encrypted) = rest.split_first_chunk::<NONCE_LENGTH>().ok_or(SealError::Refused)?;
    if *version != VERSION {
        return Err(SealError::Refused);
    }
    XChaCha20Poly1305::new(key.into())
        .decrypt(&XNonce::from(*nonce), Payload { msg: encrypted, aad: purpose })
        .map(Zeroizing::new)
        .map_err(|_| SealError::Refused)
}

fn purpose(what: &[u8], application: &ApplicationNumber) -> Vec<u8> {
    [b"persoline 1 ".as_slice(), what, b" ", application.as_str().as_bytes()].concat()
}
