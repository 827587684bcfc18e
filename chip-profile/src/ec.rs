//! Elliptic-curve keys and signatures, with domain parameters written out where Doc 9303-12 asks for them.
//!
//! Doc 9303-12 4.1.6.3: certificates carry *explicit* parameters, cofactor included, and uncompressed points. General
//! X.509 libraries name the curve instead, so the subject public key information is written and read here.
//!
//! ```
//! use chip_profile::ec::{Curve, HashAlgorithm, KeyPair, PublicKey};
//! # fn example(rng: &mut dyn rand_core::CryptoRng) -> Result<(), Box<dyn std::error::Error>> {
//! let key_pair = KeyPair::generate(Curve::P256, rng);
//! let signature = key_pair.sign(HashAlgorithm::Sha256, b"to be signed");
//! let public_key = PublicKey::from_spki(&key_pair.public_key().to_spki_explicit())?;
//! public_key.verify(HashAlgorithm::Sha256, b"to be signed", &signature)?;
//! # Ok(()) }
//! ```

mod curve;
mod domain;
mod explicit;
mod hash;
mod key_pair;
mod parameters;
mod public_key;
mod signature;

pub use curve::Curve;
pub(crate) use curve::push_unsigned;
pub use explicit::{ExplicitKey, MAXIMUM_FIELD_BITS};
pub use hash::{HashAlgorithm, HashValue};
pub use key_pair::{KeyPair, PrivateScalar, SharedSecret};
pub(crate) use public_key::read_oid;
pub use public_key::{KeyError, KeyErrorKind, PublicKey, VerifyError};
pub(crate) use signature::unsigned_digits;
pub use signature::{SignatureFormError, der_to_plain, plain_to_der};

/// id-ecPublicKey, RFC 5480 2.1.1.
pub const EC_PUBLIC_KEY: const_oid::ObjectIdentifier = const_oid::ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");

fn without_leading_zeros(number: &[u8]) -> &[u8] {
    number.iter().position(|byte| *byte != 0).and_then(|first| number.get(first..)).unwrap_or_default()
}

#[cfg(test)]
mod tests;
