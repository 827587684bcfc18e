//! The curves that keys can be made on.

use const_oid::ObjectIdentifier;

use super::domain::{self, DomainParameters};
use crate::tlv;

/// prime-field, RFC 3279 2.3.5.
pub(super) const PRIME_FIELD: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.1.1");

/// An elliptic curve with prime order and cofactor 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Curve {
    /// NIST P-256, secp256r1.
    P256,
    /// NIST P-384, secp384r1.
    P384,
    /// brainpoolP256r1, RFC 5639 3.4.
    BrainpoolP256r1,
    /// brainpoolP384r1, RFC 5639 3.6.
    BrainpoolP384r1,
}

impl Curve {
    /// Every curve that keys can be made on.
    pub const ALL: [Curve; 4] = [Curve::P256, Curve::P384, Curve::BrainpoolP256r1, Curve::BrainpoolP384r1];

    /// The curve's object identifier, RFC 5480 2.1.1.1 and RFC 5639 4.1.
    pub fn oid(self) -> ObjectIdentifier {
        self.domain().oid
    }

    /// The curve with this object identifier.
    pub fn from_oid(oid: &ObjectIdentifier) -> Option<Curve> {
        Curve::ALL.into_iter().find(|curve| curve.oid() == *oid)
    }

    /// Length of a field element and of a scalar, in bytes.
    pub const fn field_length(self) -> usize {
        match self {
            Curve::P256 | Curve::BrainpoolP256r1 => 32,
            Curve::P384 | Curve::BrainpoolP384r1 => 48,
        }
    }

    /// The number by which TR-03110-3 A.2.1.1 (table 4) and Doc 9303-11 9.5.1 call the curve in PACE.
    pub const fn standardized_parameter_id(self) -> u8 {
        match self {
            Curve::P256 => 12,
            Curve::BrainpoolP256r1 => 13,
            Curve::P384 => 15,
            Curve::BrainpoolP384r1 => 16,
        }
    }

    /// The hash function of Doc 9303-12 4.1.6.4 whose length goes with the curve.
    pub const fn hash(self) -> super::HashAlgorithm {
        match self {
            Curve::P256 | Curve::BrainpoolP256r1 => super::HashAlgorithm::Sha256,
            Curve::P384 | Curve::BrainpoolP384r1 => super::HashAlgorithm::Sha384,
        }
    }

    /// Explicit domain parameters in DER: uncompressed generator, cofactor included, no seed (Doc 9303-12 4.1.6.3,
    /// TR-03111 5.1.1).
    pub fn explicit_parameters(self) -> Vec<u8> {
        let domain = self.domain();
        explicit_parameters(domain.prime, domain.a, domain.b, domain.generator, domain.order)
    }

    pub(super) fn domain(self) -> &'static DomainParameters {
        match self {
            Curve::P256 => &domain::P256,
            Curve::P384 => &domain::P384,
            Curve::BrainpoolP256r1 => &domain::BRAINPOOL_P256R1,
            Curve::BrainpoolP384r1 => &domain::BRAINPOOL_P384R1,
        }
    }
}

/// ```text
/// ECParameters ::= SEQUENCE {
///     version  INTEGER { ecpVer1(1) } (ecpVer1),
///     fieldID  SEQUENCE { fieldType OBJECT IDENTIFIER, prime INTEGER },
///     curve    SEQUENCE { a OCTET STRING, b OCTET STRING, seed BIT STRING OPTIONAL },
///     base     OCTET STRING,
///     order    INTEGER,
///     cofactor INTEGER OPTIONAL }
/// ```
///
/// Coefficients are as long as the prime; the cofactor is 1.
pub(super) fn explicit_parameters(prime: &[u8], a: &[u8], b: &[u8], generator: &[u8], order: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(8 * prime.len() + 48);
    tlv::push_nested(&mut out, 0x30, |out| {
        tlv::push(out, 0x02, &[1]);
        tlv::push_nested(out, 0x30, |out| {
            tlv::push(out, 0x06, PRIME_FIELD.as_bytes());
            push_unsigned(out, prime);
        });
        tlv::push_nested(out, 0x30, |out| {
            tlv::push(out, 0x04, a);
            tlv::push(out, 0x04, b);
        });
        tlv::push(out, 0x04, generator);
        push_unsigned(out, order);
        tlv::push(out, 0x02, &[1]);
    });
    out
}

/// Appends an unsigned big-endian number as a minimal DER INTEGER.
pub(crate) fn push_unsigned(out: &mut Vec<u8>, number: &[u8]) {
    let first = number.iter().position(|byte| *byte != 0).unwrap_or(number.len().saturating_sub(1));
    let digits = number.get(first..).unwrap_or_default();
    let sign = digits.first().is_none_or(|byte| byte & 0x80 != 0);
    tlv::push_header(out, 0x02, digits.len() + usize::from(sign));
    if sign {
        out.push(0);
    }
    out.extend_from_slice(digits);
}
