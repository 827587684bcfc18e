//! Signed attributes, RFC 5652 5.3 and 11; Doc 9303-10 4.6.2.2 requires them.
//!
//! ```text
//! SignedAttributes ::= SET OF Attribute { attrType OBJECT IDENTIFIER, attrValues SET OF ANY }
//! ```
//!
//! What is signed is the SET (31); in SignerInfo the same bytes stand under [0] (A0).

use super::strict::{self, fault};
use super::{
    CONTENT_TYPE, CmsError, CmsErrorKind, MESSAGE_DIGEST, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE, SET, SIGNING_TIME,
};
use crate::pki::UnixTime;
use crate::tlv::{self, Tlv};
use const_oid::ObjectIdentifier;

/// No set of the three attributes is longer, in bytes, for the content types in use.
pub(super) const CAPACITY: usize = 192;

/// The contentType attribute.
pub(super) fn content_type(content_type: ObjectIdentifier) -> Vec<u8> {
    let mut out = Vec::with_capacity(48);
    push_attribute(&mut out, CONTENT_TYPE, |out| tlv::push(out, OBJECT_IDENTIFIER, content_type.as_bytes()));
    out
}

/// Appends the SET to be signed, its members in DER order.
pub(super) fn push(
    out: &mut Vec<u8>,
    content_type_attribute: &[u8],
    message_digest: &[u8],
    signing_time: Option<UnixTime>,
) {
    let digest_length = attribute_length(tlv::encoded_len(OCTET_STRING, message_digest.len()));
    let time_length = signing_time.map(|time| attribute_length(time.encoded_len()));
    // X.690 11.6: the members of a SET OF ascend as octet strings. All begin with the tag of a SEQUENCE and a length below
    // 128, so the shortest comes first; of equal lengths, the object identifier decides, and these ascend as listed.
    let mut members = [(content_type_attribute.len(), 0), (digest_length, 1), (time_length.unwrap_or(usize::MAX), 2)];
    members.sort_unstable();
    tlv::push_header(out, SET, content_type_attribute.len() + digest_length + time_length.unwrap_or(0));
    for (_, member) in members {
        match (member, signing_time) {
            (0, _) => out.extend_from_slice(content_type_attribute),
            (1, _) => push_attribute(out, MESSAGE_DIGEST, |out| tlv::push(out, OCTET_STRING, message_digest)),
            (_, Some(time)) => push_attribute(out, SIGNING_TIME, |out| time.push_time(out)),
            (_, None) => {}
        }
    }
}

/// Length of an attribute whose value is encoded in `value` bytes.
fn attribute_length(value: usize) -> usize {
    let set = tlv::encoded_len(SET, value);
    tlv::encoded_len(SEQUENCE, tlv::encoded_len(OBJECT_IDENTIFIER, SIGNING_TIME.as_bytes().len()) + set)
}

fn push_attribute(out: &mut Vec<u8>, identifier: ObjectIdentifier, value: impl FnOnce(&mut Vec<u8>)) {
    tlv::push_nested(out, SEQUENCE, |out| {
        tlv::push(out, OBJECT_IDENTIFIER, identifier.as_bytes());
        tlv::push_nested(out, SET, value);
    });
}

/// The attributes that Doc 9303 gives a meaning; others are allowed and ignored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SignedAttributes {
    pub(super) message_digest: Vec<u8>,
    pub(super) signing_time: Option<UnixTime>,
}

impl SignedAttributes {
    /// Reads the members of `set` ([0] of SignerInfo) over a content of this type.
    pub(super) fn read(set: &Tlv<'_>, content_type: ObjectIdentifier) -> Result<Self, CmsError> {
        let mut reader = set.reader();
        let mut seen: Vec<ObjectIdentifier> = Vec::new();
        let mut is_named = false;
        let mut message_digest = None;
        let mut signing_time = None;
        let mut previous: &[u8] = &[];
        while !reader.is_empty() {
            let (rest, position) = (reader.remaining(), reader.position());
            let member = strict::expect(&mut reader, SEQUENCE)?;
            let encoded = rest.get(..reader.position() - position).unwrap_or_default();
            if encoded <= previous {
                return Err(fault(CmsErrorKind::AttributeOrder, position));
            }
            previous = encoded;
            let mut inner = member.reader();
            let (identifier, position) = strict::object_identifier(&mut inner)?;
            let values = strict::expect(&mut inner, SET)?;
            inner.finish()?;
            if seen.contains(&identifier) {
                return Err(fault(CmsErrorKind::AttributeRepeated(identifier), position));
            }
            seen.push(identifier);
            let mut values = values.reader();
            match identifier {
                CONTENT_TYPE => {
                    let (named, position) = strict::object_identifier(&mut values)?;
                    if named != content_type {
                        return Err(fault(CmsErrorKind::AttributeContentType, position));
                    }
                    is_named = true;
                }
                MESSAGE_DIGEST => message_digest = Some(strict::expect(&mut values, OCTET_STRING)?.value.to_vec()),
                SIGNING_TIME => {
                    let time = values.next_object()?;
                    let time = time.filter(|time| matches!((time.tag, time.value.len()), (0x17, 13) | (0x18, 15)));
                    let time = time.and_then(|time| UnixTime::parse(time.value).ok());
                    signing_time = Some(time.ok_or_else(|| fault(CmsErrorKind::SigningTime, position))?);
                }
                _ => continue,
            }
            if !values.is_empty() {
                return Err(fault(CmsErrorKind::AttributeRepeated(identifier), position));
            }
        }
        if !is_named {
            return Err(fault(CmsErrorKind::AttributeMissing(CONTENT_TYPE), set.position));
        }
        let message_digest =
            message_digest.ok_or_else(|| fault(CmsErrorKind::AttributeMissing(MESSAGE_DIGEST), set.position))?;
        Ok(SignedAttributes { message_digest, signing_time })
    }
}
