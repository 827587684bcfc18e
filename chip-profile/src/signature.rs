//! Signatures of certificates, revocation lists, EF.SOD and everything else in CMS: one scheme and one key type over all
//! suites of Doc 9303-12 4.1.6.
//!
//! ```
//! use chip_profile::ec::{Curve, KeyPair};
//! use chip_profile::signature::{SignatureScheme, VerifyingKey};
//! # fn example(rng: &mut dyn rand_core::CryptoRng) -> Result<(), Box<dyn std::error::Error>> {
//! let key_pair = KeyPair::generate(Curve::BrainpoolP256r1, rng);
//! let scheme = SignatureScheme::for_curve(Curve::BrainpoolP256r1);
//! let signature = key_pair.sign(scheme.hash(), b"to be signed");
//! let key = VerifyingKey::from_spki(&key_pair.public_key().to_spki_explicit())?;
//! key.verify(scheme, b"to be signed", &signature)?;
//! # Ok(()) }
//! ```

mod scheme;
#[cfg(test)]
mod tests;
mod verifying_key;

pub use scheme::{SchemeError, SchemeErrorKind, SignatureScheme};
pub use verifying_key::VerifyingKey;
