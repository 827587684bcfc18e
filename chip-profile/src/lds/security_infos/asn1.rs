//! The few ASN.1 types that security information is made of.

use const_oid::ObjectIdentifier;

use super::super::error::{LdsError, LdsErrorKind};
use crate::tlv::{self, Reader, Tlv};

pub(in super::super) const INTEGER: u32 = 0x02;
pub(in super::super) const BIT_STRING: u32 = 0x03;
pub(in super::super) const OCTET_STRING: u32 = 0x04;
pub(in super::super) const OBJECT_IDENTIFIER: u32 = 0x06;
pub(in super::super) const SEQUENCE: u32 = 0x30;
pub(in super::super) const SET: u32 = 0x31;

pub(super) const fn error(position: usize) -> LdsError {
    LdsError::new(LdsErrorKind::SecurityInfo, position)
}

/// A non-negative INTEGER in its shortest encoding.
pub(super) fn integer(object: &Tlv<'_>) -> Result<u32, LdsError> {
    let wrong = error(object.position);
    let magnitude = match object.value {
        [] | [0x80..=0xFF, ..] | [0, 0..=0x7F, ..] => return Err(wrong),
        [0, rest @ ..] if !rest.is_empty() => rest,
        value => value,
    };
    if magnitude.len() > 4 {
        return Err(wrong);
    }
    Ok(magnitude.iter().fold(0, |number, byte| number << 8 | u32::from(*byte)))
}

/// Appends a non-negative INTEGER.
pub(super) fn push_integer(out: &mut Vec<u8>, number: u32) {
    let bytes = number.to_be_bytes();
    let skip = bytes.iter().take_while(|byte| **byte == 0).count().min(3);
    let mut value = bytes.get(skip..).unwrap_or_default().to_vec();
    if value.first().is_some_and(|byte| byte & 0x80 != 0) {
        value.insert(0, 0);
    }
    tlv::push(out, INTEGER, &value);
}

pub(super) fn object_identifier(object: &Tlv<'_>) -> Result<ObjectIdentifier, LdsError> {
    ObjectIdentifier::from_bytes(object.value).map_err(|_| error(object.position))
}

pub(super) fn push_object_identifier(out: &mut Vec<u8>, identifier: &ObjectIdentifier) {
    tlv::push(out, OBJECT_IDENTIFIER, identifier.as_bytes());
}

/// Fails unless `bytes`, which begin at `position`, are an AlgorithmIdentifier.
pub(super) fn algorithm_identifier(bytes: &[u8], position: usize) -> Result<(), LdsError> {
    shifted(position, || {
        let mut algorithm = tlv::parse_single(bytes, SEQUENCE)?.reader();
        object_identifier(&algorithm.expect(OBJECT_IDENTIFIER)?)?;
        algorithm.next_object()?;
        Ok(algorithm.finish()?)
    })
}

/// Fails unless `bytes`, which begin at `position`, are a SubjectPublicKeyInfo: SEQUENCE of an AlgorithmIdentifier and a
/// BIT STRING of whole bytes.
pub(in super::super) fn subject_public_key_info(bytes: &[u8], position: usize) -> Result<(), LdsError> {
    shifted(position, || {
        let mut info: Reader<'_> = tlv::parse_single(bytes, SEQUENCE)?.reader();
        let mut algorithm = info.expect(SEQUENCE)?.reader();
        object_identifier(&algorithm.expect(OBJECT_IDENTIFIER)?)?;
        algorithm.next_object()?;
        algorithm.finish()?;
        let key = info.expect(BIT_STRING)?;
        info.finish()?;
        match key.value {
            [0, _, ..] => Ok(()),
            _ => Err(error(key.position)),
        }
    })
}

fn shifted(position: usize, read: impl FnOnce() -> Result<(), LdsError>) -> Result<(), LdsError> {
    read().map_err(|error| LdsError { position: error.position + position, ..error })
}
