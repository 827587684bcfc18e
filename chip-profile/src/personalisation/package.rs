//! What a machine needs to write and lock one chip by itself, sealed to that machine, that job and that chip.
//!
//! A host that does not send its scripts through a machine's coupler hands the machine the write plan and the chip's own
//! transport keys. They are sealed with HPKE (RFC 9180) in its base mode: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256,
//! ChaCha20-Poly1305, one message for each encapsulated key, no associated data. So a vendor opens them with whatever HPKE its
//! language has.
//!
//! ```text
//! offset  length
//!      0       8  "PSLENC01"
//!      8      65  encapsulated key: uncompressed point of P-256 (SEC 1, 2.3.3)
//!     73       n  sealed contents
//!   73+n      16  tag
//! ```
//!
//! The `info` of HPKE binds the package, so that it opens for one job and one chip only:
//!
//! ```text
//!      0      28  "persoline encoding package 1"
//!     28       8  job
//!     36       n  chip serial as the chip answers it
//! ```
//!
//! The contents, numbers big-endian throughout:
//!
//! ```text
//!      0       1  01; 02 and 03 with keys of 24 and 32 bytes, and then what follows stands so much further behind
//!      1       1  key version of the transport keys
//!      2       1  security level: P1 of EXTERNAL AUTHENTICATE (GlobalPlatform Amendment D 7.1.2)
//!      3      16  Key-ENC
//!     19      16  Key-MAC
//!     35      16  Key-DEK
//!     51       2  number of commands
//!     53          commands in order, the lock last, each:
//!      0       1    what it is for, see below
//!      1       2    file identifier, or number of the secret
//!      3       4    offset in the file
//!      7       4    length
//!     11            command APDU (ISO/IEC 7816-4), not yet wrapped for the secure channel
//! ```
//!
//! | what it is for | command |
//! |---|---|
//! | 00 | SELECT of the master file |
//! | 01 | DELETE FILE of all that an earlier attempt left |
//! | 02 | CREATE FILE of the application |
//! | 03, 04 | CREATE FILE of a file of the master file, of the application |
//! | 05, 06 | UPDATE BINARY of a file of the master file, of the application |
//! | 07 | PUT DATA of a secret, by its number in [`SECRETS`] |
//! | 08 | ACTIVATE FILE: the lock |
//!
//! What a command is for only serves error texts; a machine sends the commands in order and stops where one is refused.

mod contents;
mod hpke;
#[cfg(test)]
mod tests;

pub use contents::SECRETS;

use core::fmt;

use rand_core::CryptoRng;
use thiserror::Error;

use super::scp03::{SecurityLevel, StaticKeys};
use super::write_plan::WritePlan;
use crate::ec::{Curve, KeyPair, PublicKey};

const MAGIC: &[u8; 8] = b"PSLENC01";
const INFO: &[u8; 28] = b"persoline encoding package 1";

/// Most commands of a plan in a package.
pub const MAX_COMMANDS: usize = 4_096;
/// Longest command in a package, in bytes: extended length with both length fields.
pub const MAX_COMMAND_BYTES: usize = 65_544;
/// Longest package, in bytes.
pub const MAX_PACKAGE_BYTES: usize = 1024 * 1024;

/// What a machine needs to write and lock one chip.
pub struct EncodingOrder {
    /// What is written, the lock last.
    pub plan: WritePlan,
    /// Version of the transport keys.
    pub key_version: u8,
    /// The chip's own transport keys, diversified.
    pub transport_keys: StaticKeys,
    /// What the secure channel protects.
    pub level: SecurityLevel,
}

impl fmt::Debug for EncodingOrder {
    // Plan and keys are secrets, so only their shape is shown.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "EncodingOrder({} commands, key version {})", self.plan.commands().len(), self.key_version)
    }
}

/// For which job and which chip a package is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageBinding {
    /// The host's job.
    pub job: u64,
    /// The chip's serial as it answers it.
    pub chip_serial: Vec<u8>,
}

impl PackageBinding {
    /// The `info` of HPKE.
    fn info(&self) -> Vec<u8> {
        [INFO.as_slice(), &self.job.to_be_bytes(), &self.chip_serial].concat()
    }
}

/// Why a package could not be sealed or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("encoding package, byte {position}: {kind}")]
pub struct PackageError {
    /// What is wrong.
    pub kind: PackageErrorKind,
    /// Where, in bytes: in the package, or in its contents once it was opened.
    pub position: usize,
}

/// What is wrong with a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PackageErrorKind {
    /// It does not begin as a package does.
    #[error("is not a package of this version")]
    Magic,
    /// It ends too early, goes on too long, or has more commands than a package may have.
    #[error("length does not fit")]
    Length,
    /// A key is not of P-256.
    #[error("is not a point of P-256")]
    Key,
    /// It was sealed to another machine, for another job or another chip, or was changed.
    #[error("does not open: for another machine, job or chip, or changed")]
    Sealed,
    /// The contents say something that no host of ours writes.
    #[error("contents are malformed")]
    Contents,
    /// The security level does not encrypt commands, so the chip's private keys would go out in the clear.
    #[error("security level does not encrypt commands")]
    Level,
}

impl PackageError {
    fn new(kind: PackageErrorKind, position: usize) -> Self {
        PackageError { kind, position }
    }
}

/// Seals an order to the machine whose public key is `recipient`. `rng` makes the key that is used once.
///
/// # Errors
/// [`PackageErrorKind::Key`] when the machine's key is not of P-256, [`PackageErrorKind::Length`] when the plan is too long,
/// [`PackageErrorKind::Level`] when the security level would not keep secrets.
pub fn seal(
    order: &EncodingOrder,
    recipient: &PublicKey,
    binding: &PackageBinding,
    rng: &mut dyn CryptoRng,
) -> Result<Vec<u8>, PackageError> {
    let contents = contents::write(order)?;
    let ephemeral = KeyPair::generate(Curve::P256, rng);
    let not_p256 = PackageError::new(PackageErrorKind::Key, MAGIC.len());
    let sealed = hpke::seal(&ephemeral, recipient, &binding.info(), &contents).ok_or(not_p256)?;
    let package = [MAGIC.as_slice(), ephemeral.public_key().uncompressed(), &sealed].concat();
    if package.len() > MAX_PACKAGE_BYTES {
        return Err(PackageError::new(PackageErrorKind::Length, MAX_PACKAGE_BYTES));
    }
    Ok(package)
}

/// Opens a package with the machine's private key.
///
/// # Errors
/// [`PackageErrorKind::Sealed`] when it is for another machine, job or chip, or was changed; the others when it was never one.
pub fn open(package: &[u8], machine: &KeyPair, binding: &PackageBinding) -> Result<EncodingOrder, PackageError> {
    let error = |kind, position| Err(PackageError::new(kind, position));
    let Some(body) = package.strip_prefix(MAGIC.as_slice()) else { return error(PackageErrorKind::Magic, 0) };
    let Some((point, sealed)) = body.split_at_checked(hpke::POINT_LENGTH) else {
        return error(PackageErrorKind::Length, package.len());
    };
    if sealed.len() < hpke::TAG_LENGTH || package.len() > MAX_PACKAGE_BYTES {
        return error(PackageErrorKind::Length, package.len());
    }
    let Ok(encapsulated) = PublicKey::from_uncompressed(Curve::P256, point) else {
        return error(PackageErrorKind::Key, MAGIC.len());
    };
    match hpke::open(&encapsulated, machine, &binding.info(), sealed) {
        Some(contents) => contents::read(&contents),
        None => error(PackageErrorKind::Sealed, MAGIC.len() + hpke::POINT_LENGTH),
    }
}
