//! Signed attributes, RFC 5652 5.3 and 11; Doc 9303-10 table 38 requires them.
//!
//! ```text
//! SignedAttributes ::= SET OF Attribute { attrType OBJECT IDENTIFIER, attrValues SET OF ANY }
//! ```
//!
//! What is signed is the SET (31); in SignerInfo the same bytes stand under [0] (A0).

use super::strict::{self, fault};
use super::{
    CONTENT_TYPE, LDS_SECURITY_OBJECT, MESSAGE_DIGEST, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE, SET, SIGNING_TIME,
    SodError, SodErrorKind,
};
use crate::pki::UnixTime;
use crate::tlv::{self, Tlv};
use const_oid::ObjectIdentifier;

/// The attributes that Doc 9303 gives a meaning; others are allowed and ignored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SignedAttributes {
    pub(super) message_digest: Vec<u8>,
    pub(super) signing_time: Option<UnixTime>,
}

impl SignedAttributes {
    /// The SET to be signed, its members in DER order.
    pub(super) fn encode(message_digest: &[u8], signing_time: Option<UnixTime>) -> Vec<u8> {
        let mut members = vec![
            attribute(CONTENT_TYPE, |out| tlv::push(out, OBJECT_IDENTIFIER, LDS_SECURITY_OBJECT.as_bytes())),
            attribute(MESSAGE_DIGEST, |out| tlv::push(out, OCTET_STRING, message_digest)),
        ];
        members.extend(signing_time.map(|time| attribute(SIGNING_TIME, |out| time.push_time(out))));
        // X.690 11.6: the members of a SET OF ascend as octet strings.
        members.sort();
        let mut out = Vec::with_capacity(160);
        tlv::push(&mut out, SET, &members.concat());
        out
    }

    /// Reads the members of `set` ([0] of SignerInfo).
    pub(super) fn read(set: &Tlv<'_>) -> Result<Self, SodError> {
        let mut reader = set.reader();
        let mut seen: Vec<ObjectIdentifier> = Vec::new();
        let mut content_type = false;
        let mut message_digest = None;
        let mut signing_time = None;
        let mut previous: &[u8] = &[];
        while !reader.is_empty() {
            let (rest, position) = (reader.remaining(), reader.position());
            let member = strict::expect(&mut reader, SEQUENCE)?;
            let encoded = rest.get(..reader.position() - position).unwrap_or_default();
            if encoded <= previous {
                return Err(fault(SodErrorKind::AttributeOrder, position));
            }
            previous = encoded;
            let mut inner = member.reader();
            let (identifier, position) = strict::object_identifier(&mut inner)?;
            let values = strict::expect(&mut inner, SET)?;
            inner.finish()?;
            if seen.contains(&identifier) {
                return Err(fault(SodErrorKind::AttributeRepeated(identifier), position));
            }
            seen.push(identifier);
            let mut values = values.reader();
            match identifier {
                CONTENT_TYPE => {
                    let (named, position) = strict::object_identifier(&mut values)?;
                    if named != LDS_SECURITY_OBJECT {
                        return Err(fault(SodErrorKind::AttributeContentType, position));
                    }
                    content_type = true;
                }
                MESSAGE_DIGEST => message_digest = Some(strict::expect(&mut values, OCTET_STRING)?.value.to_vec()),
                SIGNING_TIME => {
                    let time = values.next_object()?;
                    let time = time.filter(|time| matches!((time.tag, time.value.len()), (0x17, 13) | (0x18, 15)));
                    let time = time.and_then(|time| UnixTime::parse(time.value).ok());
                    signing_time = Some(time.ok_or_else(|| fault(SodErrorKind::SigningTime, position))?);
                }
                _ => continue,
            }
            if !values.is_empty() {
                return Err(fault(SodErrorKind::AttributeRepeated(identifier), position));
            }
        }
        if !content_type {
            return Err(fault(SodErrorKind::AttributeMissing(CONTENT_TYPE), set.position));
        }
        let message_digest =
            message_digest.ok_or_else(|| fault(SodErrorKind::AttributeMissing(MESSAGE_DIGEST), set.position))?;
        Ok(SignedAttributes { message_digest, signing_time })
    }
}

fn attribute(identifier: ObjectIdentifier, value: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut out = Vec::with_capacity(96);
    tlv::push_nested(&mut out, SEQUENCE, |out| {
        tlv::push(out, OBJECT_IDENTIFIER, identifier.as_bytes());
        tlv::push_nested(out, SET, value);
    });
    out
}
