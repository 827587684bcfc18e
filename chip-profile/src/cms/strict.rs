//! Reading with the rules of DER on top of [`crate::tlv`].

use const_oid::ObjectIdentifier;

use super::{CmsError, CmsErrorKind, INTEGER, NULL, OBJECT_IDENTIFIER, SEQUENCE};
use crate::ec::HashAlgorithm;
use crate::tlv::{self, Reader, Tlv, TlvErrorKind};

pub(crate) fn fault(kind: CmsErrorKind, position: usize) -> CmsError {
    CmsError { kind, position }
}

/// The next data object, which must carry `tag` and a length in its shortest form.
pub(crate) fn expect<'a>(reader: &mut Reader<'a>, tag: u32) -> Result<Tlv<'a>, CmsError> {
    let start = reader.position();
    let object = reader.expect(tag)?;
    if reader.position() - start != tlv::encoded_len(tag, object.value.len()) {
        return Err(fault(CmsErrorKind::NotDer, start));
    }
    Ok(object)
}

/// A non-negative INTEGER of at most four bytes, in its shortest form.
pub(crate) fn integer(reader: &mut Reader<'_>) -> Result<(u32, usize), CmsError> {
    let object = expect(reader, INTEGER)?;
    let malformed = fault(CmsErrorKind::Tlv(TlvErrorKind::Value), object.position);
    let significant = match object.value {
        [0] => &[][..],
        [0, rest @ ..] if rest.first().is_some_and(|byte| byte & 0x80 != 0) => rest,
        [0x01..=0x7F, ..] => object.value,
        _ => return Err(malformed),
    };
    if significant.len() > 4 {
        return Err(malformed);
    }
    Ok((significant.iter().fold(0, |number, byte| number << 8 | u32::from(*byte)), object.position))
}

/// An OBJECT IDENTIFIER and its position.
pub(crate) fn object_identifier(reader: &mut Reader<'_>) -> Result<(ObjectIdentifier, usize), CmsError> {
    let object = expect(reader, OBJECT_IDENTIFIER)?;
    ObjectIdentifier::from_bytes(object.value)
        .map(|identifier| (identifier, object.position))
        .map_err(|_| fault(CmsErrorKind::Tlv(TlvErrorKind::Value), object.position))
}

/// AlgorithmIdentifier of a hash function: parameters absent or NULL (RFC 5754 2).
pub(crate) fn digest_algorithm(reader: &mut Reader<'_>) -> Result<HashAlgorithm, CmsError> {
    let (identifier, position, mut parameters) = algorithm(reader)?;
    let hash = HashAlgorithm::from_oid(&identifier)
        .ok_or_else(|| fault(CmsErrorKind::DigestAlgorithm(identifier), position))?;
    let position = parameters.position();
    let absent_or_null = match parameters.next_object()? {
        None => true,
        Some(object) => object.tag == NULL && object.value.is_empty() && parameters.is_empty(),
    };
    if absent_or_null { Ok(hash) } else { Err(fault(CmsErrorKind::DigestParameters, position)) }
}

/// AlgorithmIdentifier: object identifier, its position, and a reader at the parameters.
pub(crate) fn algorithm<'a>(reader: &mut Reader<'a>) -> Result<(ObjectIdentifier, usize, Reader<'a>), CmsError> {
    let sequence = expect(reader, SEQUENCE)?;
    let mut inner = sequence.reader();
    let (identifier, position) = object_identifier(&mut inner)?;
    Ok((identifier, position, inner))
}

/// Appends the AlgorithmIdentifier of a hash function with absent parameters (RFC 5754 2).
pub(crate) fn push_digest_algorithm(out: &mut Vec<u8>, hash: HashAlgorithm) {
    tlv::push_nested(out, SEQUENCE, |out| tlv::push(out, OBJECT_IDENTIFIER, hash.oid().as_bytes()));
}
