//! The ports behind which keys live.

use core::fmt;
use std::sync::Arc;

use thiserror::Error;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::clock::Timestamp;
use crate::identifiers::SignerName;

/// Signs for the issuing state, and derives what must never leave the place where keys are kept.
///
/// Every method takes a batch, because a hardware module is latency. A use is reserved durably before anything is signed:
/// a reservation that is never used is lost, a signature that was never reserved does not exist.
pub trait Signer: Send + Sync {
    /// Reserves `count` signatures, durably, with the document signers that may sign at `now`.
    ///
    /// The answer holds at least one reservation and their counts sum to `count`; there are several where one signer
    /// reaches its document count on the way.
    fn reserve(&self, count: u32, now: Timestamp) -> Result<Vec<Reservation>, SignerError>;

    /// Signs each of `messages` with the reserved document signer and uses the reservation up.
    ///
    /// A message is what is to be signed, not its digest. Answers are ECDSA signatures as DER, in the order of `messages`.
    fn sign(&self, reservation: Reservation, messages: &[&[u8]]) -> Result<Vec<Vec<u8>>, SignerError>;

    /// Makes `count` key pairs for chips: active authentication, chip authentication.
    fn document_key_pairs(&self, curve: KeyCurve, count: u32) -> Result<Vec<DocumentKeyPair>, SignerError>;

    /// Derives session keys of chips' transport keys (GlobalPlatform SCP03); the master key stays inside.
    fn chip_session_keys(&self, chips: &[ChipSessionRequest]) -> Result<Vec<ChipSessionKeys>, SignerError>;

    /// Derives transport keys of chips themselves, for a machine that encodes chips by itself: they leave the place where
    /// keys are kept only to be sealed to that machine. A signer that does not let them out answers an error, as this does
    /// by itself, and machines of that kind cannot be used with it.
    fn chip_transport_keys(&self, _chips: &[ChipTransportRequest]) -> Result<Vec<ChipTransportKeys>, SignerError> {
        Err(SignerError::Device("this signer does not let transport keys of chips out".to_owned()))
    }

    /// The country signer's certificates, newest first, as DER.
    fn country_signers(&self) -> Vec<Arc<[u8]>>;
}

/// Counts the use of document signers, durably and across processes. The store implements it.
pub trait SigningLedger: Send + Sync {
    /// Adds up to `count` uses to `signer` without ever exceeding `limit` in all; returns how many were granted, which
    /// may be none. Durable when it returns.
    fn reserve_uses(&self, signer: &SignerName, count: u32, limit: u64) -> Result<u32, SignerError>;
    /// Uses reserved so far.
    fn uses(&self, signer: &SignerName) -> Result<u64, SignerError>;
}

/// The right to a number of signatures by one document signer. It is used up by signing.
#[derive(Debug)]
pub struct Reservation {
    /// By whom.
    pub signer: Arc<DocumentSigner>,
    /// How many.
    pub count: u32,
}

/// A document signer as those who assemble an EF.SOD must know it.
#[derive(Debug, PartialEq, Eq)]
pub struct DocumentSigner {
    /// What the centre calls it.
    pub name: SignerName,
    /// Its certificate, DER.
    pub certificate: Vec<u8>,
    /// The curve of its key, which fixes the digest of the signature: SHA-256 with P-256, SHA-384 with P-384.
    pub curve: KeyCurve,
}

/// Curves of keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum KeyCurve {
    /// NIST P-256 (secp256r1).
    P256,
    /// NIST P-384 (secp384r1).
    P384,
}

impl KeyCurve {
    /// The name used in files and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            KeyCurve::P256 => "P-256",
            KeyCurve::P384 => "P-384",
        }
    }
    /// The curve of that name.
    pub fn parse(name: &str) -> Option<KeyCurve> {
        [KeyCurve::P256, KeyCurve::P384].into_iter().find(|curve| curve.name() == name)
    }
}

/// A key pair of one chip.
#[derive(Debug)]
pub struct DocumentKeyPair {
    /// Its curve.
    pub curve: KeyCurve,
    /// Uncompressed point: 04, x, y.
    pub public_point: Vec<u8>,
    /// Big-endian scalar of the field's length. It lives until the chip is locked and is overwritten then.
    pub private_scalar: SecretBytes,
}

/// One chip's part of an SCP03 handshake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChipSessionRequest {
    /// The chip's serial, which diversifies its transport key.
    pub chip_serial: Vec<u8>,
    /// Version of the transport key.
    pub key_version: u8,
    /// The host's challenge: eight bytes, sixteen with chips in S16 mode.
    pub host_challenge: Vec<u8>,
    /// The chip's challenge, as long.
    pub card_challenge: Vec<u8>,
}

/// A chip whose transport keys are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChipTransportRequest {
    /// The chip's serial, which diversifies its transport keys.
    pub chip_serial: Vec<u8>,
    /// Version of the transport keys.
    pub key_version: u8,
}

/// The transport keys of one chip (GlobalPlatform Amendment D), each as long as the master key.
#[derive(Debug)]
pub struct ChipTransportKeys {
    /// Key-ENC
    pub encryption: SecretBytes,
    /// Key-MAC
    pub command_mac: SecretBytes,
    /// Key-DEK
    pub data_encryption: SecretBytes,
}

/// Session keys of one SCP03 session.
#[derive(Debug)]
pub struct ChipSessionKeys {
    /// S-ENC
    pub encryption: SecretBytes,
    /// S-MAC
    pub command_mac: SecretBytes,
    /// S-RMAC
    pub response_mac: SecretBytes,
}

/// Secret bytes: overwritten when dropped, not shown by `Debug`.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct SecretBytes(Vec<u8>);

impl SecretBytes {
    /// Takes the bytes over.
    pub fn new(bytes: Vec<u8>) -> Self {
        SecretBytes(bytes)
    }
    /// The bytes, for those who must use them.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for SecretBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretBytes({} bytes)", self.0.len())
    }
}

/// Why keys could not be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SignerError {
    /// No document signer may sign at this moment.
    #[error("no document signer is in its usage period with documents left; request and install new ones")]
    NoSignerLeft,
    /// A batch does not fit its reservation.
    #[error("{asked} signatures asked of a reservation of {reserved}")]
    Reservation {
        /// Signatures asked for.
        asked: usize,
        /// Signatures reserved.
        reserved: u32,
    },
    /// The reservation could not be made durable.
    #[error("the count of signatures could not be kept: {0}")]
    Ledger(String),
    /// The key, module or device does not work.
    #[error("the signer failed: {0}")]
    Device(String),
}
