//! Public keys on any curve over a prime field, for verification only.
//!
//! Keys are made on the four curves of [`Curve`](super::Curve); certificates of the world hold others as well, by name or
//! with all numbers written out. What enters here is public, so the arithmetic takes a time that depends on it; its amount
//! is bounded because fields above [`MAXIMUM_FIELD_BITS`] are refused. A curve that no standard names is accepted when it
//! holds what makes ECDSA sound: an odd prime field, a curve that is not singular, a generator on it whose order is a
//! prime of the field's size and other than the field's, cofactor 1. That its numbers were well chosen is vouched for by
//! whoever signed the certificate.

mod arithmetic;
#[cfg(test)]
mod tests;

use const_oid::ObjectIdentifier;

use super::curve::explicit_parameters;
use super::domain::{self, DomainParameters};
use super::parameters::{self, ExplicitNumbers, Parameters};
use super::public_key::{KeyError, KeyErrorKind, VerifyError, spki};
use super::signature::unsigned_digits;
use super::without_leading_zeros;
use crate::tlv;

/// Longest field that is accepted, in bits; the longest in use has 521.
pub const MAXIMUM_FIELD_BITS: usize = 640;
/// Shortest field that is accepted, in bits, for curves that no standard names.
const MINIMUM_FIELD_BITS: usize = 160;

/// A point on a curve of any parameters; [`from_spki`](Self::from_spki) checks that it lies there.
#[derive(Clone, PartialEq, Eq)]
pub struct ExplicitKey {
    domain: Domain,
    point: Vec<u8>,
}

/// Domain parameters as numbers, big-endian; those of the field are as long as the prime.
#[derive(Clone, PartialEq, Eq)]
struct Domain {
    prime: Vec<u8>,
    a: Vec<u8>,
    b: Vec<u8>,
    /// `04 || x || y`.
    generator: Vec<u8>,
    order: Vec<u8>,
}

impl std::fmt::Debug for ExplicitKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("ExplicitKey").field("field_bits", &self.field_bits()).finish_non_exhaustive()
    }
}

impl ExplicitKey {
    /// From SubjectPublicKeyInfo of id-ecPublicKey with the name of a curve or with explicit parameters.
    ///
    /// Parameters over the field of a named curve must be those of a named curve in every number (CVE-2020-0601).
    ///
    /// # Errors
    /// Kind and position of the first fault: another algorithm, a name that is not known, parameters that differ from
    /// the curve's whose field they have, numbers that are not those of a sound curve ([`KeyErrorKind::Curve`]), or a
    /// point that is not an uncompressed point of it.
    pub fn from_spki(spki: &[u8]) -> Result<ExplicitKey, KeyError> {
        let mut fields = tlv::parse_single(spki, 0x30)?.reader();
        let mut algorithm = fields.expect(0x30)?.reader();
        let domain = match parameters::read_algorithm(&mut algorithm)? {
            Parameters::Known(known) => Domain::of(known),
            Parameters::Other(numbers) => Domain::checked(&numbers)
                .map_err(|reason| KeyError { kind: KeyErrorKind::Curve(reason), position: numbers.position })?,
        };
        let bits = fields.expect(0x03)?;
        fields.finish()?;
        let refused = KeyError { kind: KeyErrorKind::Point, position: bits.position };
        match bits.value {
            [0, point @ ..] if arithmetic::is_on_curve(&domain, point) => {
                Ok(ExplicitKey { domain, point: point.to_vec() })
            }
            _ => Err(refused),
        }
    }

    /// SubjectPublicKeyInfo with explicit parameters, cofactor included.
    pub fn to_spki(&self) -> Vec<u8> {
        let Domain { prime, a, b, generator, order } = &self.domain;
        spki(&explicit_parameters(prime, a, b, generator, order), &self.point)
    }

    /// The name of the curve, where the parameters are those of one that has a name here.
    pub fn curve_oid(&self) -> Option<ObjectIdentifier> {
        let Domain { prime, a, b, generator, order } = &self.domain;
        let is_this = |known: &&&DomainParameters| {
            [known.prime, known.a, known.b, known.generator, known.order]
                == [&prime[..], &a[..], &b[..], &generator[..], &order[..]]
        };
        domain::NAMED.iter().find(is_this).map(|known| known.oid)
    }

    /// Length of the field, in bits.
    pub fn field_bits(&self) -> usize {
        bits(&self.domain.prime)
    }

    /// The point as `04 || x || y`.
    pub fn uncompressed(&self) -> &[u8] {
        &self.point
    }

    /// Checks an ECDSA signature in DER over a message whose hash value is `digest`.
    ///
    /// # Errors
    /// [`VerifyError::SignatureForm`]: not two numbers below the order in minimal DER. [`VerifyError::Mismatch`]: not
    /// made by this key over this hash value.
    pub fn verify_digest(&self, digest: &[u8], signature: &[u8]) -> Result<(), VerifyError> {
        let (r, s) = read_der(signature).ok_or(VerifyError::SignatureForm)?;
        self.verify_numbers(digest, r, s)
    }

    /// Checks an ECDSA signature in the plain form `r || s` (TR-03111 5.2.1), each as long as the order.
    ///
    /// # Errors
    /// [`VerifyError::SignatureForm`]: not two numbers below the order, each as long as it. [`VerifyError::Mismatch`]:
    /// not made by this key over this hash value.
    pub fn verify_plain_digest(&self, digest: &[u8], plain: &[u8]) -> Result<(), VerifyError> {
        let length = self.domain.order.len();
        match plain.split_at_checked(length) {
            Some((r, s)) if s.len() == length => self.verify_numbers(digest, r, s),
            _ => Err(VerifyError::SignatureForm),
        }
    }

    fn verify_numbers(&self, digest: &[u8], r: &[u8], s: &[u8]) -> Result<(), VerifyError> {
        match arithmetic::verify(&self.domain, &self.point, digest, r, s) {
            Some(true) => Ok(()),
            Some(false) => Err(VerifyError::Mismatch),
            None => Err(VerifyError::SignatureForm),
        }
    }
}

impl Domain {
    fn of(known: &DomainParameters) -> Domain {
        Domain {
            prime: known.prime.to_vec(),
            a: known.a.to_vec(),
            b: known.b.to_vec(),
            generator: known.generator.to_vec(),
            order: known.order.to_vec(),
        }
    }

    /// The numbers, if they are those of a curve; else which of them is not.
    fn checked(numbers: &ExplicitNumbers<'_>) -> Result<Domain, &'static str> {
        let field_bits = bits(numbers.prime);
        if !(MINIMUM_FIELD_BITS..=MAXIMUM_FIELD_BITS).contains(&field_bits) {
            return Err("field is too small or too large");
        }
        if bits(numbers.order).abs_diff(field_bits) > 1 || numbers.order == numbers.prime {
            return Err("order is not one of a curve with cofactor 1");
        }
        let length = numbers.prime.len();
        let domain = Domain {
            prime: numbers.prime.to_vec(),
            a: padded(numbers.a, length).ok_or("coefficient is longer than the field")?,
            b: padded(numbers.b, length).ok_or("coefficient is longer than the field")?,
            generator: numbers.generator.to_vec(),
            order: numbers.order.to_vec(),
        };
        arithmetic::check(&domain)?;
        Ok(domain)
    }
}

/// r and s of `SEQUENCE { r INTEGER, s INTEGER }` in minimal DER.
fn read_der(signature: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut reader = tlv::parse_single(signature, 0x30).ok()?.reader();
    let r = unsigned_digits(reader.expect(0x02).ok()?.value)?;
    let s = unsigned_digits(reader.expect(0x02).ok()?.value)?;
    reader.finish().ok()?;
    // A length written in more bytes than needed makes a second encoding of the same signature.
    let mut again = Vec::with_capacity(signature.len());
    tlv::push_nested(&mut again, 0x30, |out| {
        super::push_unsigned(out, r);
        super::push_unsigned(out, s);
    });
    (again == signature).then_some((r, s))
}

fn padded(number: &[u8], length: usize) -> Option<Vec<u8>> {
    let mut out = vec![0; length.checked_sub(number.len())?];
    out.extend_from_slice(number);
    Some(out)
}

/// Length of a big-endian number, in bits.
fn bits(number: &[u8]) -> usize {
    let digits = without_leading_zeros(number);
    digits.first().map_or(0, |first| 8 * digits.len() - first.leading_zeros() as usize)
}
