//! RSA public keys: the public operation alone, RFC 8017; Doc 9303-12 4.1.6.1.
//!
//! Private operations are the caller's: what is issued is prepared here, signed elsewhere and assembled here. Everything
//! that enters is public, so the arithmetic may take a time that depends on it. Its amount is bounded by
//! [`MODULUS_BITS`] and [`MAXIMUM_EXPONENT_BITS`]: keys beyond them are refused when they are read.

mod padding;
mod pss;
mod public_key;

pub use pss::PssParameters;
pub use public_key::{MAXIMUM_EXPONENT_BITS, MODULUS_BITS, PublicKey};

use const_oid::ObjectIdentifier;

/// rsaEncryption, RFC 8017 A.1.
pub const RSA_ENCRYPTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
/// id-RSASSA-PSS, RFC 8017 A.2.3.
pub const RSASSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
/// id-mgf1, RFC 8017 A.2.1.
const MGF1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.8");
