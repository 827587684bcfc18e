//! Active authentication, Doc 9303-11 6.1: the chip signs a challenge with a key that never leaves it.
//!
//! ```text
//! INTERNAL AUTHENTICATE RND.IFD (8)  →
//!                                    ←  ECDSA: r || s, each as long as the order (BSI TR-03111 5.2.1, plain format)
//!                                       RSA: a signature of ISO/IEC 9796-2 digital signature scheme 1, as long as the modulus
//! ```
//!
//! The public key is in DG15, ECDSA's hash algorithm in the ActiveAuthenticationInfo of DG14; RSA's stands in the signature.
//! Passive authentication must vouch for both files.

mod iso9796;
#[cfg(test)]
mod tests;

use rand_core::CryptoRng;
use thiserror::Error;

use super::{AccessError, require_ok};
use crate::apdu::{Command, Response, StatusWord};
use crate::ec::{HashAlgorithm, KeyPair, VerifyError, der_to_plain};
use crate::signature::{SignatureScheme, VerifyingKey};

pub use iso9796::RawRsaPrivate;

const INTERNAL_AUTHENTICATE: u8 = 0x88;
const CHALLENGE_LENGTH: usize = 8;

/// Why active authentication failed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ActiveAuthenticationError {
    /// The chip refused the command.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The signature is not of this key over this challenge: the chip may be a copy.
    #[error("signature of the challenge: {0}")]
    Signature(#[from] VerifyError),
    /// The key is an elliptic-curve key, and nothing says with which hash algorithm the chip signs.
    #[error("the hash algorithm is not announced")]
    HashNotAnnounced,
    /// The key is an RSA key whose modulus has not 1024 to 4096 bits, or not a multiple of eight.
    #[error("modulus of {bits} bits")]
    ModulusLength {
        /// Length of the modulus, in bits.
        bits: usize,
    },
}

/// The command for a fresh random challenge RND.IFD.
pub fn command(challenge: [u8; CHALLENGE_LENGTH]) -> Command {
    Command::new(0x00, INTERNAL_AUTHENTICATE, 0x00, 0x00).with_data(challenge).expecting(256)
}

/// The command for a fresh random challenge RND.IFD, with extended length fields: signatures over
/// [`CipherSuite::longest_short_answer`](super::CipherSuite::longest_short_answer) bytes (RSA above 1,784 bits) fit no
/// protected short answer.
pub fn extended_command(challenge: [u8; CHALLENGE_LENGTH]) -> Command {
    command(challenge).expecting(65_536)
}

/// The command for a chip with this key: with extended length fields when its signature needs them.
pub fn command_for(key: &VerifyingKey, challenge: [u8; CHALLENGE_LENGTH]) -> Command {
    match key {
        // What fits under AES fits under Triple-DES.
        VerifyingKey::Rsa(key) if key.modulus().len() > super::CipherSuite::Aes128.longest_short_answer() => {
            extended_command(challenge)
        }
        _ => command(challenge),
    }
}

/// Checks the chip's answer with the public key of DG15. `announced` is the hash algorithm of DG14's
/// ActiveAuthenticationInfo, which an elliptic-curve key needs.
///
/// # Errors
/// The chip refused the command, or the signature is not of this key over this challenge.
/// [`ActiveAuthenticationError::HashNotAnnounced`] for an elliptic-curve key without `announced`,
/// [`ActiveAuthenticationError::ModulusLength`] for an RSA modulus that does not have 1,024 to 4,096 bits in whole
/// bytes.
pub fn verify(
    key: &VerifyingKey,
    announced: Option<HashAlgorithm>,
    challenge: [u8; CHALLENGE_LENGTH],
    response: &Response,
) -> Result<(), ActiveAuthenticationError> {
    require_ok(response, "INTERNAL AUTHENTICATE")?;
    if let VerifyingKey::Rsa(key) = key {
        return iso9796::verify(key, &challenge, &response.data);
    }
    let hash = announced.ok_or(ActiveAuthenticationError::HashNotAnnounced)?;
    key.verify(SignatureScheme::EcdsaPlain(hash), &challenge, &response.data)?;
    Ok(())
}

/// Whether a command belongs to this protocol.
pub fn accepts(command: &Command) -> bool {
    command.instruction == INTERNAL_AUTHENTICATE
}

/// The answer of a chip with an elliptic-curve key.
pub fn respond(key_pair: &KeyPair, hash: HashAlgorithm, command: &Command) -> Response {
    let sign = |challenge: &[u8]| der_to_plain(key_pair.curve(), &key_pair.sign(hash, challenge)).ok();
    answer(command, sign)
}

/// The answer of a chip with an RSA key: draws the part of the message that is the chip's.
///
/// The answer may be longer than 256 bytes: whether the terminal has asked for so many is for the caller to see.
pub fn respond_rsa(
    key: &(impl RawRsaPrivate + ?Sized),
    hash: HashAlgorithm,
    command: &Command,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Response {
    answer(command, |challenge| {
        let representative = iso9796::representative(key.modulus_length(), hash, challenge, rng)?;
        key.sign_raw(&representative)
    })
}

fn answer(command: &Command, sign: impl FnOnce(&[u8]) -> Option<Vec<u8>>) -> Response {
    if (command.p1, command.p2) != (0, 0) {
        return Response::status(StatusWord::WRONG_P1P2);
    }
    if command.data.len() != CHALLENGE_LENGTH {
        return Response::status(StatusWord::WRONG_LENGTH);
    }
    match sign(&command.data) {
        Some(signature) => Response::data(signature),
        None => Response::status(StatusWord::CONDITIONS),
    }
}
