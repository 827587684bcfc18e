//! P-256 and P-384 on the way of every document, by aws-lc-rs: four to six times as fast as the implementations in Rust alone.
//!
//! The private numbers come from the randomness that is passed in. The number that each ECDSA signature needs comes from the
//! library, which draws it from the system's randomness mixed with key and message, so the same message is signed
//! differently each time; where signatures have to follow from a seed, [`PrivateKey`](crate::private_key::PrivateKey) signs.

use aws_lc_rs::agreement::{self, ECDH_P256, ECDH_P384};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair};
use chip_profile::ec::{Curve, KeyPair};
use persoline_domain::chance::RandomSource;
use persoline_domain::signer::{DocumentKeyPair, KeyCurve, SecretBytes, SignerError};
use zeroize::Zeroizing;

/// How often a private number is drawn anew: one beyond the order of the curve comes once in four thousand million draws.
const DRAWS: usize = 8;

/// A key that signs documents.
pub(crate) struct FastKey(EcdsaKeyPair);

impl FastKey {
    /// The fast form of a key; `None` on curves that have none.
    pub(crate) fn of(key: &KeyPair) -> Option<FastKey> {
        let algorithm = match key.curve() {
            Curve::P256 => &ECDSA_P256_SHA256_ASN1_SIGNING,
            Curve::P384 => &ECDSA_P384_SHA384_ASN1_SIGNING,
            _ => return None,
        };
        let (scalar, point) = (key.private_scalar(), key.public_key().uncompressed());
        EcdsaKeyPair::from_private_key_and_public_key(algorithm, scalar.as_bytes(), point).ok().map(FastKey)
    }

    /// A signature in DER, with the hash function of the curve.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignerError> {
        let signature = self.0.sign(&SystemRandom::new(), message).map_err(|_| failed())?;
        Ok(signature.as_ref().to_vec())
    }
}

/// A fresh key pair for a chip; `None` on curves that have no fast form.
pub(crate) fn document_key_pair(
    curve: KeyCurve,
    random: &dyn RandomSource,
) -> Option<Result<DocumentKeyPair, SignerError>> {
    let algorithm = match curve {
        KeyCurve::P256 => &ECDH_P256,
        KeyCurve::P384 => &ECDH_P384,
        _ => return None,
    };
    let mut scalar = Zeroizing::new(vec![0; curve.curve().field_length()]);
    for _ in 0..DRAWS {
        random.fill(&mut scalar);
        let Ok(key) = agreement::PrivateKey::from_private_key(algorithm, &scalar) else { continue };
        let pair = key.compute_public_key().map_err(|_| failed()).map(|point| DocumentKeyPair {
            curve,
            public_point: point.as_ref().to_vec(),
            private_scalar: SecretBytes::new(scalar.to_vec()),
        });
        return Some(pair);
    }
    Some(Err(failed()))
}

fn failed() -> SignerError {
    SignerError::Device("the key does not work".to_owned())
}
