//! An EF.SOD read over its original bytes.

use std::ops::Range;

use super::attributes::SignedAttributes;
use super::strict::{self, fault};
use super::{
    EF_SOD, INTEGER, LDS_SECURITY_OBJECT, LdsSecurityObject, OCTET_STRING, SEQUENCE, SET, SIGNED_DATA, SodError,
    SodErrorKind, SodVerifyError,
};
use crate::ec::{HashAlgorithm, VerifyError};
use crate::pki::{Certificate, UnixTime};
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

/// A parsed EF.SOD together with its original bytes.
#[derive(Clone)]
pub struct SecurityObject {
    bytes: Vec<u8>,
    content: Range<usize>,
    lds_security_object: LdsSecurityObject,
    certificates: Vec<Range<usize>>,
    signer: SignerIdentifier,
    digest: HashAlgorithm,
    signed_attributes: Range<usize>,
    attributes: SignedAttributes,
    signature_scheme: Result<SignatureScheme, SchemeError>,
    signature: Range<usize>,
}

impl core::fmt::Debug for SecurityObject {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("SecurityObject")
            .field("hash", &self.lds_security_object.hash)
            .field("data_groups", &self.lds_security_object.data_group_hashes.keys())
            .field("signature_scheme", &self.signature_scheme)
            .finish_non_exhaustive()
    }
}

impl SecurityObject {
    /// Reads a file with its tag 77. Nothing may follow, nothing may be missing, and every length is as DER has it.
    pub fn parse(file: &[u8]) -> Result<Self, SodError> {
        let mut reader = Reader::new(file);
        let outer = strict::expect(&mut reader, EF_SOD)?;
        reader.finish()?;
        let mut reader = outer.reader();
        let content_info = strict::expect(&mut reader, SEQUENCE)?;
        reader.finish()?;
        let mut reader = content_info.reader();
        let (content_type, position) = strict::object_identifier(&mut reader)?;
        if content_type != SIGNED_DATA {
            return Err(fault(SodErrorKind::NotSignedData, position));
        }
        let explicit = strict::expect(&mut reader, 0xA0)?;
        reader.finish()?;
        let mut reader = explicit.reader();
        let signed_data = strict::expect(&mut reader, SEQUENCE)?;
        reader.finish()?;
        Self::read_signed_data(file, &signed_data)
    }

    fn read_signed_data(file: &[u8], signed_data: &Tlv<'_>) -> Result<Self, SodError> {
        let mut reader = signed_data.reader();
        let (version, position) = strict::integer(&mut reader)?;
        if version != 3 {
            return Err(fault(SodErrorKind::SignedDataVersion(version), position));
        }
        let set = strict::expect(&mut reader, SET)?;
        let mut members = set.reader();
        let mut announced = Vec::new();
        while !members.is_empty() {
            announced.push(strict::digest_algorithm(&mut members)?);
        }
        let content = read_encapsulated_content(&mut reader)?;
        let lds_security_object = LdsSecurityObject::read(&mut content.reader())?;
        let certificates = read_certificates(&mut reader)?;
        if reader.peek_tag()? == Some(0xA1) {
            // Revocation lists do not belong here but are allowed; nobody looks at them.
            strict::expect(&mut reader, 0xA1)?;
        }
        let signers = strict::expect(&mut reader, SET)?;
        reader.finish()?;
        let mut members = signers.reader();
        let signer = strict::expect(&mut members, SEQUENCE).map_err(|error| match signers.value {
            [] => fault(SodErrorKind::SignerCount(0), signers.position),
            _ => error,
        })?;
        if !members.is_empty() {
            let position = members.position();
            let mut count = 1;
            while members.next_object()?.is_some() {
                count += 1;
            }
            return Err(fault(SodErrorKind::SignerCount(count), position));
        }
        let signer = SignerInfo::read(&signer)?;
        if !announced.contains(&signer.digest) {
            return Err(fault(SodErrorKind::DigestNotAnnounced, set.position));
        }
        Ok(SecurityObject {
            bytes: file.to_vec(),
            content: range(&content),
            lds_security_object,
            certificates,
            signer: signer.identifier,
            digest: signer.digest,
            signed_attributes: signer.signed_attributes,
            attributes: signer.attributes,
            signature_scheme: signer.signature_scheme,
            signature: signer.signature,
        })
    }

    /// The file as it came, with its tag 77.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }
    /// The signed list of hashes.
    pub fn lds_security_object(&self) -> &LdsSecurityObject {
        &self.lds_security_object
    }
    /// How the signer is named.
    pub fn signer(&self) -> &SignerIdentifier {
        &self.signer
    }
    /// Hash function of the signer (messageDigest and signature).
    pub fn digest_algorithm(&self) -> HashAlgorithm {
        self.digest
    }
    /// How it is signed, if it is a way that is known here.
    pub fn signature_scheme(&self) -> Result<SignatureScheme, SchemeError> {
        self.signature_scheme
    }
    /// The signingTime attribute, if the signer gave one.
    pub fn signing_time(&self) -> Option<UnixTime> {
        self.attributes.signing_time
    }
    /// DER of the certificates inside, as they came.
    pub fn certificates(&self) -> impl Iterator<Item = &[u8]> {
        self.certificates.iter().map(|range| self.slice(range))
    }
    /// The certificate that the signer identifier points at.
    pub fn document_signer(&self) -> Result<Certificate, SodVerifyError> {
        let mut unreadable = None;
        for bytes in self.certificates() {
            match Certificate::parse(bytes) {
                Ok(certificate) if self.is_signer(&certificate) => return Ok(certificate),
                Ok(_) => {}
                Err(error) => unreadable = Some(error),
            }
        }
        Err(unreadable.map_or(SodVerifyError::NoDocumentSigner, SodVerifyError::Certificate))
    }

    /// Checks that the hash list is the one that was signed and that the document signer inside signed it. Whether that
    /// signer may be trusted is another question ([`crate::inspection`]).
    pub fn verify_signature(&self) -> Result<(), SodVerifyError> {
        if self.digest.digest(self.slice(&self.content)) != self.attributes.message_digest {
            return Err(SodVerifyError::MessageDigest);
        }
        let signer = self.document_signer()?;
        let signature = self.slice(&self.signature);
        let signed = self.signed_bytes();
        let scheme = self.signature_scheme.map_err(VerifyError::from)?;
        Ok(signer.verifying_key()?.verify(scheme, &signed, signature)?)
    }

    /// What the signature covers: the signed attributes under the tag of a SET (RFC 5652 5.4).
    pub fn signed_bytes(&self) -> Vec<u8> {
        let mut signed = self.slice(&self.signed_attributes).to_vec();
        if let Some(tag) = signed.first_mut() {
            *tag = SET as u8;
        }
        signed
    }

    fn is_signer(&self, certificate: &Certificate) -> bool {
        match &self.signer {
            SignerIdentifier::IssuerAndSerialNumber { issuer, serial } => {
                certificate.issuer_bytes() == issuer && certificate.serial() == serial
            }
            SignerIdentifier::SubjectKeyIdentifier(identifier) => {
                certificate.subject_key_identifier() == Some(identifier)
            }
        }
    }
    fn slice(&self, range: &Range<usize>) -> &[u8] {
        self.bytes.get(range.clone()).unwrap_or_default()
    }
}

/// Where an object's contents stand in the file.
fn range(object: &Tlv<'_>) -> Range<usize> {
    object.position..object.position + object.value.len()
}

/// EncapsulatedContentInfo: the contents of the OCTET STRING.
fn read_encapsulated_content<'a>(reader: &mut Reader<'a>) -> Result<Tlv<'a>, SodError> {
    let sequence = strict::expect(reader, SEQUENCE)?;
    let mut inner = sequence.reader();
    let (content_type, position) = strict::object_identifier(&mut inner)?;
    if content_type != LDS_SECURITY_OBJECT {
        return Err(fault(SodErrorKind::EncapsulatedContentType, position));
    }
    let explicit = strict::expect(&mut inner, 0xA0)?;
    inner.finish()?;
    let mut inner = explicit.reader();
    let content = strict::expect(&mut inner, OCTET_STRING)?;
    inner.finish()?;
    Ok(content)
}

/// `certificates [0] IMPLICIT`: each with its header.
fn read_certificates(reader: &mut Reader<'_>) -> Result<Vec<Range<usize>>, SodError> {
    let position = reader.position();
    if reader.peek_tag()? != Some(0xA0) {
        return Err(fault(SodErrorKind::NoCertificate, position));
    }
    let set = strict::expect(reader, 0xA0)?;
    let mut members = set.reader();
    let mut certificates = Vec::new();
    while !members.is_empty() {
        let start = members.position();
        strict::expect(&mut members, SEQUENCE)?;
        certificates.push(start..members.position());
    }
    if certificates.is_empty() {
        return Err(fault(SodErrorKind::NoCertificate, position));
    }
    Ok(certificates)
}

/// SignerInfo, RFC 5652 5.3.
///
/// ```text
/// SEQUENCE { version, sid, digestAlgorithm, signedAttrs [0], signatureAlgorithm, signature OCTET STRING }
/// ```
struct SignerInfo {
    identifier: SignerIdentifier,
    digest: HashAlgorithm,
    signed_attributes: Range<usize>,
    attributes: SignedAttributes,
    signature_scheme: Result<SignatureScheme, SchemeError>,
    signature: Range<usize>,
}

impl SignerInfo {
    fn read(sequence: &Tlv<'_>) -> Result<Self, SodError> {
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
            return Err(fault(SodErrorKind::SignerVersion(version), version_position));
        }
        let digest = strict::digest_algorithm(&mut reader)?;
        let start = reader.position();
        if reader.peek_tag()? != Some(0xA0) {
            return Err(fault(SodErrorKind::AttributeMissing(super::CONTENT_TYPE), start));
        }
        let set = strict::expect(&mut reader, 0xA0)?;
        let signed_attributes = start..reader.position();
        let attributes = SignedAttributes::read(&set)?;
        let (rest, position) = (reader.remaining(), reader.position());
        strict::expect(&mut reader, SEQUENCE)?;
        let algorithm = rest.get(..reader.position() - position).unwrap_or_default();
        let signature_scheme = SignatureScheme::from_der_of_signer(algorithm, digest);
        if signature_scheme.is_ok_and(|scheme| scheme.hash() != digest) {
            return Err(fault(SodErrorKind::DigestsDiffer, position));
        }
        let signature = range(&strict::expect(&mut reader, OCTET_STRING)?);
        // Unsigned attributes are allowed and ignored.
        reader.optional(0xA1)?;
        reader.finish()?;
        Ok(SignerInfo { identifier, digest, signed_attributes, attributes, signature_scheme, signature })
    }
}

fn read_issuer_and_serial_number(reader: &mut Reader<'_>) -> Result<SignerIdentifier, SodError> {
    let sequence = strict::expect(reader, SEQUENCE)?;
    let mut inner = sequence.reader();
    let (rest, start) = (inner.remaining(), inner.position());
    strict::expect(&mut inner, SEQUENCE)?;
    let issuer = rest.get(..inner.position() - start).unwrap_or_default().to_vec();
    let serial = strict::expect(&mut inner, INTEGER)?.value.to_vec();
    inner.finish()?;
    Ok(SignerIdentifier::IssuerAndSerialNumber { issuer, serial })
}
