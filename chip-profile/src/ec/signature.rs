//! The two forms of an ECDSA signature.

use thiserror::Error;

use super::curve::{Curve, push_unsigned};
use crate::tlv;

/// The bytes are not a signature of the curve in the form that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("signature of {length} bytes does not have the form its curve requires")]
pub struct SignatureFormError {
    /// Length of what was given, in bytes.
    pub length: usize,
}

/// From the DER form of certificates and CMS to the plain form `r || s` of active authentication (TR-03111 5.2.1).
///
/// ```text
/// ECDSA-Sig-Value ::= SEQUENCE { r INTEGER, s INTEGER }
/// ```
///
/// The result is twice [`Curve::field_length`] long.
///
/// # Errors
/// The bytes are not two non-negative numbers in minimal DER, or one is longer than the curve's field. Whether they lie
/// below the order is for the verification to see.
pub fn der_to_plain(curve: Curve, signature: &[u8]) -> Result<Vec<u8>, SignatureFormError> {
    let refused = SignatureFormError { length: signature.len() };
    let sequence = tlv::parse_single(signature, 0x30).map_err(|_| refused)?;
    let mut reader = sequence.reader();
    let mut plain = Vec::with_capacity(2 * curve.field_length());
    for _ in 0..2 {
        let integer = reader.expect(0x02).map_err(|_| refused)?.value;
        let digits = unsigned_digits(integer).ok_or(refused)?;
        let padding = curve.field_length().checked_sub(digits.len()).ok_or(refused)?;
        plain.resize(plain.len() + padding, 0);
        plain.extend_from_slice(digits);
    }
    reader.finish().map_err(|_| refused)?;
    // A length written in more bytes than needed makes a second encoding of the same signature.
    if plain_to_der(curve, &plain)? == signature { Ok(plain) } else { Err(refused) }
}

/// From the plain form `r || s` (twice [`Curve::field_length`] bytes) to DER.
///
/// # Errors
/// The length is not twice that of the curve's field.
pub fn plain_to_der(curve: Curve, plain: &[u8]) -> Result<Vec<u8>, SignatureFormError> {
    let refused = SignatureFormError { length: plain.len() };
    if plain.len() != 2 * curve.field_length() {
        return Err(refused);
    }
    let (r, s) = plain.split_at_checked(curve.field_length()).ok_or(refused)?;
    let mut out = Vec::with_capacity(plain.len() + 9);
    tlv::push_nested(&mut out, 0x30, |out| {
        push_unsigned(out, r);
        push_unsigned(out, s);
    });
    Ok(out)
}

/// The digits of a minimal non-negative DER INTEGER without its sign byte.
pub(crate) fn unsigned_digits(integer: &[u8]) -> Option<&[u8]> {
    match integer {
        [] => None,
        [0] => Some(integer),
        [0, second, ..] if second & 0x80 == 0 => None,
        [0, rest @ ..] => Some(rest),
        [first, ..] if first & 0x80 != 0 => None,
        _ => Some(integer),
    }
}
