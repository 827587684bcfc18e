//! From a passphrase to a key, with Argon2id (RFC 9106).

use argon2::{Algorithm, Argon2, Params, Version};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::error::KeyStoreError;

/// Most memory that a key file may ask for, in KiB: one GiB. A damaged or hostile file must not exhaust the machine.
const MEMORY_LIMIT: u32 = 1024 * 1024;
/// Most passes that a key file may ask for.
const ITERATION_LIMIT: u32 = 64;
/// Most lanes that a key file may ask for.
const LANE_LIMIT: u32 = 64;

/// What people know. Overwritten when dropped, never shown.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Passphrase(String);

impl Passphrase {
    /// Takes the text over.
    pub fn new(text: String) -> Passphrase {
        Passphrase(text)
    }
}

impl std::fmt::Debug for Passphrase {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Passphrase(redacted)")
    }
}

/// What deriving a key from the passphrase costs, for us and for a thief. Stored in each file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PassphraseCost {
    /// Memory, in KiB.
    pub memory: u32,
    /// Passes over the memory.
    pub iterations: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Default for PassphraseCost {
    /// The second recommended option of RFC 9106 4: 64 MiB, three passes, four lanes.
    fn default() -> Self {
        PassphraseCost { memory: 64 * 1024, iterations: 3, lanes: 4 }
    }
}

/// A key that encrypts keys.
pub(crate) type KeyEncryptionKey = Zeroizing<[u8; 32]>;

/// Derives keys from one passphrase and remembers them, because the files of a ceremony share their salt.
pub(crate) struct Derivation<'a> {
    passphrase: &'a Passphrase,
    known: Vec<(PassphraseCost, [u8; 16], KeyEncryptionKey)>,
}

impl<'a> Derivation<'a> {
    pub(crate) fn new(passphrase: &'a Passphrase) -> Result<Self, KeyStoreError> {
        if passphrase.0.is_empty() {
            return Err(KeyStoreError::EmptyPassphrase);
        }
        Ok(Derivation { passphrase, known: Vec::new() })
    }

    pub(crate) fn key(&mut self, cost: PassphraseCost, salt: [u8; 16]) -> Result<KeyEncryptionKey, KeyStoreError> {
        if let Some((_, _, key)) = self.known.iter().find(|(known, of, _)| *known == cost && *of == salt) {
            return Ok(key.clone());
        }
        let within = cost.memory <= MEMORY_LIMIT && cost.iterations <= ITERATION_LIMIT && cost.lanes <= LANE_LIMIT;
        if !within {
            return Err(KeyStoreError::Cost);
        }
        let mut key = Zeroizing::new([0; 32]);
        let parameters = Params::new(cost.memory, cost.iterations, cost.lanes, Some(key.len()));
        Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters.map_err(|_| KeyStoreError::Cost)?)
            .hash_password_into(self.passphrase.0.as_bytes(), &salt, key.as_mut_slice())
            .map_err(|_| KeyStoreError::Cost)?;
        self.known.push((cost, salt, key.clone()));
        Ok(key)
    }
}
