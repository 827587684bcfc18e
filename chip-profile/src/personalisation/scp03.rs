//! Secure Channel Protocol 03 (GlobalPlatform Card Specification 2.3, Amendment D version 1.2), host and card: AES-128, -192
//! and -256, cryptograms and MACs of eight bytes (S8 mode) or sixteen (S16 mode).
//!
//! ```text
//! host                                          card
//! INITIALIZE UPDATE  80 50 kv 00 08 hc 00   →
//!                                           ←   diversification(10) kv 03 i  card challenge(8) cryptogram(8) [counter(3)]
//! EXTERNAL AUTHENTICATE 84 82 level 00 10   →   host cryptogram(8) C-MAC(8)
//! every other command, CLA bit 3 set        →   [encrypted data] C-MAC(8)
//!                                           ←   [encrypted data] R-MAC(8)        (levels 13 and 33)
//! ```
//!
//! A C-MAC is chained from command to command and the encryption counter goes up by one with each, whatever the card
//! answers. So the host can wrap a whole script before it sends the first command of it.
//!
//! The static keys never meet the host state machine: whoever holds the [`MasterKey`] derives [`SessionKeys`] from the two
//! challenges and hands out nothing else.

mod block;
mod card;
mod host;
mod keys;
mod mode;
#[cfg(test)]
mod tests;

pub use card::{CardChannel, CardSession};
pub use host::{Host, HostChannel, InitializeUpdateResponse};
pub use keys::{AesKey, MasterKey, SessionKeys, StaticKeys, derive_session_keys, diversify};
pub use mode::{Challenge, Mode};

use crate::apdu::StatusWord;
use thiserror::Error;

/// INS of INITIALIZE UPDATE.
pub const INITIALIZE_UPDATE: u8 = 0x50;
/// INS of EXTERNAL AUTHENTICATE.
pub const EXTERNAL_AUTHENTICATE: u8 = 0x82;

/// What is protected after EXTERNAL AUTHENTICATE (Amendment D 7.1.2). The value is P1 of that command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum SecurityLevel {
    /// C-MAC: commands cannot be altered.
    CommandMac = 0x01,
    /// C-DECRYPTION and C-MAC: commands are secret as well.
    CommandEncryption = 0x03,
    /// C-MAC and R-MAC.
    CommandAndResponseMac = 0x11,
    /// C-DECRYPTION, C-MAC and R-MAC.
    CommandEncryptionResponseMac = 0x13,
    /// C-DECRYPTION, R-ENCRYPTION, C-MAC and R-MAC: both directions are secret and cannot be altered.
    Full = 0x33,
}

impl SecurityLevel {
    /// The level with this value; `None` when Amendment D does not name it.
    pub fn from_value(value: u8) -> Option<Self> {
        [
            Self::CommandMac,
            Self::CommandEncryption,
            Self::CommandAndResponseMac,
            Self::CommandEncryptionResponseMac,
            Self::Full,
        ]
        .into_iter()
        .find(|level| *level as u8 == value)
    }
    /// P1 of EXTERNAL AUTHENTICATE.
    pub fn value(self) -> u8 {
        self as u8
    }
    /// Whether command data are encrypted.
    pub fn encrypts_commands(self) -> bool {
        self as u8 & 0x02 != 0
    }
    /// Whether answers carry a MAC.
    pub fn protects_responses(self) -> bool {
        self as u8 & 0x10 != 0
    }
    /// Whether answer data are encrypted.
    pub fn encrypts_responses(self) -> bool {
        self as u8 & 0x20 != 0
    }
}

/// Why a secure channel could not be opened or a message was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Scp03Error {
    /// The card answered with a status word that is not 9000.
    #[error("card answered {status}")]
    Status {
        /// What it answered.
        status: StatusWord,
    },
    /// An answer or command does not have the layout of Amendment D.
    #[error("message of {length} bytes does not have the layout of SCP03")]
    Layout {
        /// Length of the message's data, in bytes.
        length: usize,
    },
    /// The card speaks another protocol, or SCP03 in another mode than the host.
    #[error("card announces secure channel protocol {protocol:02X} with parameter {parameter:02X}")]
    Protocol {
        /// Identifier of the secure channel protocol.
        protocol: u8,
        /// The parameter "i".
        parameter: u8,
    },
    /// The card used keys of another version than was asked for.
    #[error("card used key version {found:02X}, expected {expected:02X}")]
    KeyVersion {
        /// What the host asked for.
        expected: u8,
        /// What the card used.
        found: u8,
    },
    /// The other side does not have the same keys.
    #[error("cryptogram of the other side is wrong")]
    Cryptogram,
    /// A MAC does not fit: the message was altered, is out of order or belongs to another session.
    #[error("message authentication code is wrong")]
    Mac,
    /// Encrypted data do not decrypt to padded data.
    #[error("padding is wrong")]
    Padding,
    /// A command is too long to be wrapped.
    #[error("command of {length} bytes is too long for the secure channel")]
    TooLong {
        /// Length of the command's data, in bytes.
        length: usize,
    },
    /// There are more answers than wrapped commands.
    #[error("answer without a command")]
    Unexpected,
}
