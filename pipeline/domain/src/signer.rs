//! The ports behind which keys live.

mod suite;

use core::fmt;
use std::sync::Arc;

use chip_profile::ec::Curve;
use chip_profile::signature::SignatureScheme;

use thiserror::Error;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::clock::Timestamp;
use crate::identifiers::SignerName;

pub use suite::SignatureSuite;

/// Signs for the issuing state, and derives what must never leave the place where keys are kept.
///
/// Every method takes a batch, because a hardware module is latency. A use is reserved durably before anything is signed:
/// a reservation that is never used is lost, a signature that was never reserved does not exist.
pub trait Signer: Send + Sync {
    /// Reserves `count` documents, durably, with the document signers that may sign at `now`.
    ///
    /// The answer holds at least one reservation and their counts sum to `count`; there are several where one signer
    /// reaches its document count on the way.
    ///
    /// # Errors
    /// [`SignerError::NoSignerLeft`] when the document signers of this moment have not so many left between them,
    /// [`SignerError::Ledger`] when the uses cannot be counted durably. What was reserved by then is lost.
    fn reserve(&self, count: u32, now: Timestamp) -> Result<Vec<Reservation>, SignerError>;

    /// Signs what each of `documents` needs with the reserved document signer and uses the reservation up.
    ///
    /// A use is a document: its EF.SOD and, where it has one, its EF.CardSecurity (Doc 9303-12 4.1.1.2 counts documents).
    /// Answers stand in the order of `documents`.
    ///
    /// # Errors
    /// [`SignerError::Reservation`] for more documents than were reserved, or a reservation that is not this signer's
    /// to use any more; [`SignerError::Device`] when there is no such key here, or it does not sign. The reservation is
    /// lost either way.
    fn sign(
        &self,
        reservation: Reservation,
        documents: &[DocumentToSign<'_>],
    ) -> Result<Vec<DocumentSignatures>, SignerError>;

    /// Makes `count` key pairs for chips: active authentication, chip authentication.
    ///
    /// # Errors
    /// [`SignerError::Device`] when the key, module or device that makes them does not work.
    fn document_key_pairs(&self, curve: KeyCurve, count: u32) -> Result<Vec<DocumentKeyPair>, SignerError>;

    /// `count` RSA key pairs for active authentication of chips, from those that were made ahead, the others made now,
    /// which takes a moment each. A signer that has none answers an error, as this does by itself.
    ///
    /// # Errors
    /// [`SignerError::Device`] when the signer makes no such keys, or one cannot be made.
    fn document_rsa_key_pairs(&self, _count: u32) -> Result<Vec<DocumentRsaKeyPair>, SignerError> {
        Err(SignerError::Device("this signer makes no RSA keys for chips".to_owned()))
    }

    /// Makes one RSA key pair ahead of need unless as many lie ready as the signer holds; tells whether it made one. Whoever
    /// has time to spare calls it, and nobody unless chips are to have RSA keys.
    ///
    /// # Errors
    /// [`SignerError::Device`] when it cannot be made.
    fn make_rsa_key_pair_ahead(&self) -> Result<bool, SignerError> {
        Ok(false)
    }

    /// Derives session keys of chips' transport keys (GlobalPlatform SCP03); the master key stays inside.
    ///
    /// # Errors
    /// [`SignerError::Device`] when a challenge has neither eight nor sixteen bytes, or the device does not work.
    fn chip_session_keys(&self, chips: &[ChipSessionRequest]) -> Result<Vec<ChipSessionKeys>, SignerError>;

    /// Derives transport keys of chips themselves, for a machine that encodes chips by itself: they leave the place where
    /// keys are kept only to be sealed to that machine. A signer that does not let them out answers an error, as this does
    /// by itself, and machines of that kind cannot be used with it.
    ///
    /// # Errors
    /// [`SignerError::Device`] when the signer does not let them out, or the device does not work.
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
    ///
    /// # Errors
    /// [`SignerError::Ledger`] when the uses cannot be made durable: none may be taken for granted then.
    fn reserve_uses(&self, signer: &SignerName, count: u32, limit: u64) -> Result<u32, SignerError>;
    /// Uses reserved so far.
    ///
    /// # Errors
    /// [`SignerError::Ledger`] when the count cannot be read; a signer that was never used has none.
    fn uses(&self, signer: &SignerName) -> Result<u64, SignerError>;
}

/// What is to be signed for one document: the bytes themselves, not their digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DocumentToSign<'a> {
    /// The signed attributes of EF.SOD.
    pub security_object: &'a [u8],
    /// Those of EF.CardSecurity, for a chip that has one.
    pub card_security: Option<&'a [u8]>,
}

impl<'a> DocumentToSign<'a> {
    /// A document without EF.CardSecurity.
    pub fn security_object(message: &'a [u8]) -> DocumentToSign<'a> {
        DocumentToSign { security_object: message, card_security: None }
    }
}

/// The signatures of one document, as the signer's scheme writes them: ECDSA in DER, RSA as long as the modulus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentSignatures {
    /// Of EF.SOD.
    pub security_object: Vec<u8>,
    /// Of EF.CardSecurity, if that was asked for.
    pub card_security: Option<Vec<u8>>,
}

/// The right to sign a number of documents as one document signer. It is used up by signing.
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
    /// How it signs.
    pub scheme: SignatureScheme,
}

/// Curves of keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum KeyCurve {
    /// NIST P-256 (secp256r1).
    P256,
    /// NIST P-384 (secp384r1).
    P384,
    /// brainpoolP256r1 (RFC 5639).
    BrainpoolP256r1,
    /// brainpoolP384r1 (RFC 5639).
    BrainpoolP384r1,
}

impl KeyCurve {
    /// All.
    pub const ALL: [KeyCurve; 4] =
        [KeyCurve::P256, KeyCurve::P384, KeyCurve::BrainpoolP256r1, KeyCurve::BrainpoolP384r1];
    /// The name used in files and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            KeyCurve::P256 => "P-256",
            KeyCurve::P384 => "P-384",
            KeyCurve::BrainpoolP256r1 => "brainpoolP256r1",
            KeyCurve::BrainpoolP384r1 => "brainpoolP384r1",
        }
    }
    /// The curve of that name.
    pub fn parse(name: &str) -> Option<KeyCurve> {
        KeyCurve::ALL.into_iter().find(|curve| curve.name() == name)
    }
    /// The curve as the chip profile names it.
    pub fn curve(self) -> Curve {
        match self {
            KeyCurve::P256 => Curve::P256,
            KeyCurve::P384 => Curve::P384,
            KeyCurve::BrainpoolP256r1 => Curve::BrainpoolP256r1,
            KeyCurve::BrainpoolP384r1 => Curve::BrainpoolP384r1,
        }
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

/// An RSA key pair of one chip, for active authentication by ISO/IEC 9796-2.
#[derive(Debug)]
pub struct DocumentRsaKeyPair {
    /// RSAPublicKey (RFC 8017 A.1.1), DER.
    pub public_key: Vec<u8>,
    /// RSAPrivateKey (RFC 8017 A.1.2), DER. It lives until the chip is locked and is overwritten then.
    pub private_key: SecretBytes,
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
    #[error("signatures for {asked} documents asked of a reservation of {reserved}")]
    Reservation {
        /// Documents asked for.
        asked: usize,
        /// Documents reserved.
        reserved: u32,
    },
    /// The reservation could not be made durable.
    #[error("the count of signatures could not be kept: {0}")]
    Ledger(String),
    /// The key, module or device does not work.
    #[error("the signer failed: {0}")]
    Device(String),
}
