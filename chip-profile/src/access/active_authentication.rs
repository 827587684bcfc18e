//! Active authentication with ECDSA, Doc 9303-11 6.1: the chip signs a challenge with a key that never leaves it.
//!
//! ```text
//! INTERNAL AUTHENTICATE RND.IFD (8)  →
//!                                    ←  r || s, each as long as the order (BSI TR-03111 5.2.1, plain format)
//! ```
//!
//! The public key is in DG15, the hash algorithm in the ActiveAuthenticationInfo of DG14; passive authentication must
//! vouch for both.

use thiserror::Error;

use super::{AccessError, require_ok};
use crate::apdu::{Command, Response, StatusWord};
use crate::ec::{HashAlgorithm, KeyPair, PublicKey, VerifyError, der_to_plain};

const INTERNAL_AUTHENTICATE: u8 = 0x88;

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
}

/// The command for a fresh random challenge RND.IFD.
pub fn command(challenge: [u8; 8]) -> Command {
    Command::new(0x00, INTERNAL_AUTHENTICATE, 0x00, 0x00).with_data(challenge).expecting(256)
}

/// The command for a fresh random challenge RND.IFD, with extended length fields: signatures over
/// [`CipherSuite::longest_short_answer`](super::CipherSuite::longest_short_answer) bytes (RSA above 1,784 bits) fit no
/// protected short answer.
pub fn extended_command(challenge: [u8; 8]) -> Command {
    command(challenge).expecting(65_536)
}

/// Checks the chip's answer with the public key of DG15 and the hash algorithm that DG14 announces.
pub fn verify(
    public_key: &PublicKey,
    hash: HashAlgorithm,
    challenge: [u8; 8],
    response: &Response,
) -> Result<(), ActiveAuthenticationError> {
    require_ok(response, "INTERNAL AUTHENTICATE")?;
    public_key.verify_plain(hash, &challenge, &response.data)?;
    Ok(())
}

/// Whether a command belongs to this protocol.
pub fn accepts(command: &Command) -> bool {
    command.instruction == INTERNAL_AUTHENTICATE
}

/// The chip's answer.
pub fn respond(key_pair: &KeyPair, hash: HashAlgorithm, command: &Command) -> Response {
    if (command.p1, command.p2) != (0, 0) {
        return Response::status(StatusWord::WRONG_P1P2);
    }
    if command.data.len() != 8 {
        return Response::status(StatusWord::WRONG_LENGTH);
    }
    match der_to_plain(key_pair.curve(), &key_pair.sign(hash, &command.data)) {
        Ok(signature) => Response::data(signature),
        Err(_) => Response::status(StatusWord::CONDITIONS),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::seeded;
    use super::*;
    use crate::ec::Curve;

    #[test]
    fn chip_proves_its_key_and_a_copy_does_not() {
        for (curve, hash, length) in
            [(Curve::P256, HashAlgorithm::Sha256, 64), (Curve::P384, HashAlgorithm::Sha384, 96)]
        {
            let key_pair = KeyPair::generate(curve, &mut seeded(1));
            let copy = KeyPair::generate(curve, &mut seeded(2));
            let challenge = *b"challeng";
            let sent = Command::parse(&command(challenge).to_bytes()).unwrap();
            assert!(accepts(&sent));
            let answer = respond(&key_pair, hash, &sent);
            assert_eq!(answer.data.len(), length);
            assert_eq!(verify(key_pair.public_key(), hash, challenge, &answer), Ok(()));
            assert!(verify(key_pair.public_key(), hash, *b"another1", &answer).is_err());
            assert!(verify(key_pair.public_key(), hash, challenge, &respond(&copy, hash, &sent)).is_err());
            let refused = respond(&key_pair, hash, &Command::new(0, 0x88, 0, 0).with_data([1, 2, 3]));
            assert_eq!(refused.status, StatusWord::WRONG_LENGTH);
            assert!(matches!(
                verify(key_pair.public_key(), hash, challenge, &refused),
                Err(ActiveAuthenticationError::Access(AccessError::Refused { .. }))
            ));
        }
    }
}
