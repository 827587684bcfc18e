//! Who signed and how: SignerInfo, RFC 5652 5.3.
//!
//! ```text
//! SignerInfo ::= SEQUENCE {
//!     version            INTEGER,
//!     sid                CHOICE { issuerAndSerialNumber, subjectKeyIdentifier [0] },
//!     digestAlgorithm    AlgorithmIdentifier,
//!     signedAttrs        [0] IMPLICIT SignedAttributes OPTIONAL,
//!     signatureAlgorithm AlgorithmIdentifier,
//!     signature          OCTET STRING,
//!     unsignedAttrs      [1] IMPLICIT … OPTIONAL }
//! ```

use std::ops::Range;

use const_oid::ObjectIdentifier;

use super::attributes::SignedAttributes;
use super::signed_data::range;
use super::strict::{self, fault};
use super::{CmsError, CmsErrorKind, INTEGER, OCTET_STRING, SEQUENCE};
use crate::ec::HashAlgorithm;
use crate::pki::Certificate;
use crate::signature::{SchemeError, SignatureScheme};
use crate::tlv::{Reader, Tlv};

/// Whose key signed: how SignerInfo points at the certificate (RFC 5652 5.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignerIdentifier {
    /// Version 1: DER of the issuer's name, and contents bytes of the serial number.
    IssuerAndSerialNumber {
        /// The issuer's Name, DER with its header.
        issuer: Vec<u8>,
        /// Contents bytes of the INTEGER.
        serial: Vec<u8>,
    },
    /// Version 3: subject key identifier.
    SubjectKeyIdentifier(Vec<u8>),
}

impl SignerIdentifier {
    /// Whether it points at this certificate.
    pub fn is_of(&self, certificate: &Certificate) -> bool {
        match self {
            SignerIdentifier::IssuerAndSerialNumber { issuer, serial } => {
                certificate.issuer_bytes() == issuer && certificate.serial() == serial
            }
            SignerIdentifier::SubjectKeyIdentifier(identifier) => {
                certificate.subject_key_identifier() == Some(identifier)
            }
        }
    }
}

#[derive(Clone, PartialEq, Eq)]
pub(super) struct SignerInfo {
    pub(super) identifier: SignerIdentifier,
    pub(super) digest: HashAlgorithm,
    /// Where they stand, with their tag, and what they say.
    pub(super) signed_attributes: Option<(Range<usize>, SignedAttributes)>,
    pub(super) signature_scheme: Result<SignatureScheme, SchemeError>,
    pub(super) signature: Range<usize>,
}

impl SignerInfo {
    pub(super) fn read(sequence: &Tlv<'_>, content_type: ObjectIdentifier) -> Result<Self, CmsError> {
        let mut reader = sequence.reader();
        let (version, version_position) = strict::integer(&mut reader)?;
        let (identifier, required) = match reader.peek_tag()? {
            Some(0x80) => {
                let identifier = strict::expect(&mut reader, 0x80)?.value.to_vec();
                (SignerIdentifier::SubjectKeyIdentifier(identifier), 3)
            }
            _ => (read_issuer_and_serial_number(&mut reader)?, 1),
        };
        if version != required {
            return Err(fault(CmsErrorKind::SignerVersion(version), version_position));
        }
        let digest = strict::digest_algorithm(&mut reader)?;
        let start = reader.position();
        let signed_attributes = match reader.peek_tag()? {
            Some(0xA0) => {
                let set = strict::expect(&mut reader, 0xA0)?;
                Some((start..reader.position(), SignedAttributes::read(&set, content_type)?))
            }
            _ => None,
        };
        let (rest, position) = (reader.remaining(), reader.position());
        strict::expect(&mut reader, SEQUENCE)?;
        let algorithm = rest.get(..reader.position() - position).unwrap_or_default();
        let signature_scheme = SignatureScheme::from_der_of_signer(algorithm, digest);
        if signature_scheme.is_ok_and(|scheme| scheme.hash() != digest) {
            return Err(fault(CmsErrorKind::DigestsDiffer, position));
        }
        let signature = range(&strict::expect(&mut reader, OCTET_STRING)?);
        // Unsigned attributes are allowed and ignored.
        reader.optional(0xA1)?;
        reader.finish()?;
        Ok(SignerInfo { identifier, digest, signed_attributes, signature_scheme, signature })
    }
}

fn read_issuer_and_serial_number(reader: &mut Reader<'_>) -> Result<SignerIdentifier, CmsError> {
    let sequence = strict::expect(reader, SEQUENCE)?;
    let mut inner = sequence.reader();
    let (rest, start) = (inner.remaining(), inner.position());
    strict::expect(&mut inner, SEQUENCE)?;
    let issuer = rest.get(..inner.position() - start).unwrap_or_default().to_vec();
    let serial = strict::expect(&mut inner, INTEGER)?.value.to_vec();
    inner.finish()?;
    Ok(SignerIdentifier::IssuerAndSerialNumber { issuer, serial })
}
