//! Domain parameters as an algorithm identifier carries them: the name of a curve, or every number of it.

use super::curve::PRIME_FIELD;
use super::domain::{self, DomainParameters};
use super::public_key::{KeyError, KeyErrorKind, read_oid};
use super::signature::unsigned_digits;
use super::without_leading_zeros;
use crate::tlv::{Reader, Tlv};

/// What the parameters of id-ecPublicKey stand for.
pub(super) enum Parameters<'a> {
    /// A curve of [`domain::NAMED`], by its name or by all of its numbers.
    Known(&'static DomainParameters),
    /// Explicit numbers over a prime that no known curve has.
    Other(ExplicitNumbers<'a>),
}

/// ECParameters of a prime field as they stand, big-endian, without leading zeros.
pub(super) struct ExplicitNumbers<'a> {
    pub(super) prime: &'a [u8],
    pub(super) a: &'a [u8],
    pub(super) b: &'a [u8],
    /// As written: compressed or not.
    pub(super) generator: &'a [u8],
    pub(super) order: &'a [u8],
    /// Where the numbers begin in the input.
    pub(super) position: usize,
}

/// Reads the algorithm identifier of a key up to and including its parameters.
pub(super) fn read_algorithm<'a>(algorithm: &mut Reader<'a>) -> Result<Parameters<'a>, KeyError> {
    let position = algorithm.position();
    let oid = read_oid(algorithm)?;
    if oid != super::EC_PUBLIC_KEY {
        return Err(KeyError { kind: KeyErrorKind::UnsupportedAlgorithm(oid), position });
    }
    let position = algorithm.position();
    let unsupported = KeyError { kind: KeyErrorKind::UnsupportedCurve, position };
    let parameters = match algorithm.peek_tag()? {
        Some(0x06) => domain::by_oid(&read_oid(algorithm)?).map(Parameters::Known).ok_or(unsupported)?,
        Some(0x30) => read_explicit(algorithm.expect(0x30)?.reader())?,
        _ => return Err(unsupported),
    };
    algorithm.finish()?;
    Ok(parameters)
}

/// Reads ECParameters. The prime and the first coefficient choose among the known curves, everything after them must
/// agree: parameters that share a field with a known curve and differ in the generator are how forged keys were once made
/// to verify (CVE-2020-0601).
///
/// Accepted, because states issue such certificates: a missing cofactor, coefficients with leading zero bytes, and any
/// seed, which takes no part in the arithmetic.
fn read_explicit(mut reader: Reader<'_>) -> Result<Parameters<'_>, KeyError> {
    let version = reader.expect(0x02)?;
    if !matches!(version.value, [1..=3]) {
        return Err(KeyError { kind: KeyErrorKind::UnsupportedCurve, position: version.position });
    }
    let mut field = reader.expect(0x30)?.reader();
    let position = field.position();
    let unsupported = KeyError { kind: KeyErrorKind::UnsupportedCurve, position };
    if read_oid(&mut field)? != PRIME_FIELD {
        return Err(unsupported);
    }
    let prime = field.expect(0x02)?;
    field.finish()?;
    let digits = unsigned_digits(prime.value).ok_or(unsupported.clone())?;

    let mut coefficients = reader.expect(0x30)?.reader();
    let a = coefficients.expect(0x04)?;
    let b = coefficients.expect(0x04)?;
    coefficients.optional(0x03)?;
    coefficients.finish()?;
    let generator = reader.expect(0x04)?;
    let order = reader.expect(0x02)?;
    if let Some(cofactor) = reader.optional(0x02)? {
        require(cofactor, |value| value == [1])?;
    }
    reader.finish()?;

    let mut of_prime = domain::NAMED.into_iter().filter(|domain| domain.prime == digits).peekable();
    if of_prime.peek().is_none() {
        return Ok(Parameters::Other(ExplicitNumbers {
            prime: digits,
            a: without_leading_zeros(a.value),
            b: without_leading_zeros(b.value),
            generator: generator.value,
            order: unsigned_digits(order.value).ok_or(unsupported)?,
            position,
        }));
    }
    let same = |value: &[u8], number: &[u8]| without_leading_zeros(value) == without_leading_zeros(number);
    let known = of_prime
        .find(|domain| same(a.value, domain.a))
        .ok_or(KeyError { kind: KeyErrorKind::ParametersDiffer, position: a.position })?;
    require(b, |value| same(value, known.b))?;
    require(generator, |value| value == known.generator || is_compressed(value, known))?;
    require(order, |value| unsigned_digits(value) == Some(known.order))?;
    Ok(Parameters::Known(known))
}

/// Whether `point` is the compressed form of the curve's generator, which says no less.
fn is_compressed(point: &[u8], domain: &DomainParameters) -> bool {
    let parity = domain.generator.last().map(|byte| 2 + (byte & 1));
    let x = domain.generator.get(1..=domain.prime.len());
    point.split_first().is_some_and(|(form, rest)| Some(*form) == parity && Some(rest) == x)
}

fn require(object: Tlv<'_>, agrees: impl Fn(&[u8]) -> bool) -> Result<(), KeyError> {
    if agrees(object.value) {
        Ok(())
    } else {
        Err(KeyError { kind: KeyErrorKind::ParametersDiffer, position: object.position })
    }
}
