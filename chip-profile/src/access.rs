//! Access control and secure messaging, Doc 9303-11.
//!
//! Both ends of every protocol stand here as state machines without I/O: the terminal makes commands and takes the
//! answers, the chip takes commands and makes the answers. Randomness is an argument. A session ends in a pair of
//! secure-messaging ends, [`secure_messaging::SecureMessaging`] for the terminal and
//! [`secure_messaging::ChipSecureMessaging`] for the chip.
//!
//! ```
//! use chip_profile::access::pace::{PaceChip, PaceParameters, PacePassword, PaceTerminal};
//! use chip_profile::access::{TerminalStep, select_application};
//! # fn transmit(chip: &mut PaceChip, command: &chip_profile::apdu::Command) -> chip_profile::access::ChipStep {
//! #     chip.process(command, &mut rng())
//! # }
//! # fn rng() -> rand_chacha::ChaCha20Rng { rand_core::SeedableRng::seed_from_u64(1) }
//! # fn main() -> Result<(), chip_profile::access::AccessError> {
//! let parameters = PaceParameters::P256_AES128;
//! let mut chip = PaceChip::new(vec![parameters], vec![PacePassword::can("123456")]);
//! let mut terminal = PaceTerminal::new(parameters, PacePassword::can("123456"));
//! # let mut rng: rand_chacha::ChaCha20Rng = rand_core::SeedableRng::seed_from_u64(2);
//! let mut command = terminal.start();
//! let mut session = loop {
//!     let answer = transmit(&mut chip, &command).response;
//!     match terminal.advance(&answer, &mut rng)? {
//!         TerminalStep::Send(next) => command = next,
//!         TerminalStep::Established(session) => break session,
//!     }
//! };
//! let protected = session.protect(&select_application())?;
//! # assert_eq!(protected.class, 0x0C);
//! # Ok(()) }
//! ```
//!
//! | module | clause of Doc 9303-11 |
//! |---|---|
//! | [`bac`] | 4.3 basic access control |
//! | [`policy`] | 4.1 which of them a chip offers, by date of issue |
//! | [`pace`] | 4.4 password authenticated connection establishment, generic and chip authentication mapping |
//! | [`can`] | 4.4 card access number |
//! | [`active_authentication`] | 6.1 |
//! | [`chip_authentication`] | 6.2 |
//! | [`secure_messaging`] | 9.8 |

pub mod active_authentication;
pub mod bac;
pub mod can;
pub mod chip_authentication;
mod cipher;
mod curve;
pub mod des;
mod key_derivation;
pub mod pace;
pub mod policy;
pub mod secure_messaging;
mod static_key;
#[cfg(test)]
mod testing;

use subtle::ConstantTimeEq;
use thiserror::Error;

use crate::apdu::{Command, Response, StatusWord};
use crate::tlv::TlvError;

pub use cipher::CipherSuite;
pub use key_derivation::MrzInformation;

/// Application identifier of the eMRTD application (Doc 9303-10 3.4.1.1).
pub const EMRTD_APPLICATION: [u8; 7] = [0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01];

/// The command that selects the eMRTD application by its identifier (Doc 9303-10 3.6.2).
pub fn select_application() -> Command {
    Command::new(0x00, 0xA4, 0x04, 0x0C).with_data(EMRTD_APPLICATION)
}

/// What a terminal does next in an access protocol.
#[derive(Debug)]
#[must_use]
pub enum TerminalStep {
    /// Send this command and hand its answer to `advance`.
    Send(Command),
    /// The session stands; every further command goes through it.
    Established(secure_messaging::SecureMessaging),
}

/// What a chip does with a command of an access protocol.
#[derive(Debug)]
#[must_use]
pub struct ChipStep {
    /// The answer, still without protection.
    pub response: Response,
    /// The new session, to be used from the next command on; `None` while the protocol runs or has failed.
    pub established: Option<secure_messaging::ChipSecureMessaging>,
}

impl ChipStep {
    pub(crate) fn answer(response: Response) -> Self {
        ChipStep { response, established: None }
    }
    pub(crate) fn refuse(status: StatusWord) -> Self {
        ChipStep::answer(Response::status(status))
    }
}

/// Why an access protocol or a protected message failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AccessError {
    /// The chip answered with a status that ends the protocol.
    #[error("chip answered {status} to {step}")]
    Refused {
        /// Name of the step, from the standard.
        step: &'static str,
        /// The status word.
        status: StatusWord,
    },
    /// The answer's data objects are not what the protocol asks for.
    #[error("answer to {step}: {error}")]
    Structure {
        /// Name of the step, from the standard.
        step: &'static str,
        /// Kind and position.
        error: TlvError,
    },
    /// A field of the answer has the wrong length.
    #[error("answer to {step}: expected {expected} bytes, found {found}")]
    Length {
        /// Name of the step, from the standard.
        step: &'static str,
        /// Length that the standard gives, in bytes.
        expected: usize,
        /// Length found, in bytes.
        found: usize,
    },
    /// The other side did not prove that it knows the password or the key.
    #[error("{step}: authentication of the other side failed")]
    NotAuthentic {
        /// Name of the step, from the standard.
        step: &'static str,
    },
    /// A public key that is not a point of the curve, is the point at infinity, or repeats our own.
    #[error("{step}: public key of the other side is not acceptable")]
    PublicKey {
        /// Name of the step, from the standard.
        step: &'static str,
    },
    /// A field of the machine readable zone holds a character that it cannot hold.
    #[error("character that no machine readable zone holds")]
    MrzCharacter,
    /// A step was called out of its order.
    #[error("{step} is out of order")]
    OutOfOrder {
        /// Name of the step, from the standard.
        step: &'static str,
    },
    /// The message bears no cryptographic checksum; the other side has left the session. Carries the bare status.
    #[error("message without protection, status {0}")]
    Unprotected(StatusWord),
    /// The cryptographic checksum (DO8E) is wrong: altered, replayed or out of order.
    #[error("cryptographic checksum is wrong")]
    Checksum,
    /// A secure-messaging data object is malformed, repeated, unknown or out of order.
    #[error("secure messaging data object: {0}")]
    DataObject(TlvError),
    /// Decrypted data lacks the padding of ISO/IEC 9797-1 method 2.
    #[error("padding of the decrypted data is wrong")]
    Padding,
    /// The protected status (DO99) differs from the status word outside.
    #[error("protected status differs from the status word")]
    StatusMismatch,
    /// The command cannot be protected: its class is reserved, or its data would exceed 65,535 bytes.
    #[error("command cannot be protected")]
    Unprotectable,
}

pub(crate) fn require_ok(response: &Response, step: &'static str) -> Result<(), AccessError> {
    if response.status.is_ok() { Ok(()) } else { Err(AccessError::Refused { step, status: response.status }) }
}

pub(crate) fn require_array<const N: usize>(bytes: &[u8], step: &'static str) -> Result<[u8; N], AccessError> {
    bytes.try_into().map_err(|_| AccessError::Length { step, expected: N, found: bytes.len() })
}

/// Equality whose duration does not tell where two byte strings differ.
pub(crate) fn equal_in_constant_time(left: &[u8], right: &[u8]) -> bool {
    left.ct_eq(right).into()
}
