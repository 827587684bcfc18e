//! A SignedData read over its original bytes.

use std::ops::Range;

use const_oid::ObjectIdentifier;

use super::attributes::SignedAttributes;
use super::signer_info::{SignerIdentifier, SignerInfo};
use super::strict::{self, fault};
use super::{CmsError, CmsErrorKind, CmsVerifyError, OCTET_STRING, SEQUENCE, SET, SIGNED_DATA};
use crate::ec::HashAlgorithm;
use crate::pki::{Certificate, UnixTime};
use crate::signature::{SchemeError, SignatureScheme, VerifyingKey};
use crate::tlv::{Reader, Tlv};

/// A parsed SignedData together with its original bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedData {
    bytes: Vec<u8>,
    content_type: ObjectIdentifier,
    content: Range<usize>,
    certificates: Vec<Range<usize>>,
    signer: SignerInfo,
}

impl core::fmt::Debug for SignedData {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("SignedData")
            .field("content_type", &self.content_type)
            .field("certificates", &self.certificates.len())
            .field("signature_scheme", &self.signer.signature_scheme)
            .finish_non_exhaustive()
    }
}

impl SignedData {
    /// Reads a ContentInfo whose content is of type `content_type`. Nothing may follow, nothing may be missing, and every
    /// length is as DER has it.
    ///
    /// Signed attributes may be missing, as they are in EF.CardSecurity of some chips; RFC 5652 5.3 asks for them, and
    /// whoever must insist asks [`message_digest`](Self::message_digest).
    ///
    /// # Errors
    /// Kind and position of the first fault: no SignedData of version 3, a content of another type, a length that is
    /// not in its shortest form, no certificate, not exactly one signer, or signed attributes that break RFC 5652 5.3
    /// and 11.
    pub fn parse(content_info: &[u8], content_type: ObjectIdentifier) -> Result<SignedData, CmsError> {
        SignedData::read(content_info, &mut Reader::new(content_info), content_type)
    }

    /// Reads the ContentInfo at which `reader` stands, which must be the rest of `file`; positions count from its start.
    pub(crate) fn read(
        file: &[u8],
        reader: &mut Reader<'_>,
        content_type: ObjectIdentifier,
    ) -> Result<SignedData, CmsError> {
        let content_info = strict::expect(reader, SEQUENCE)?;
        reader.finish()?;
        let mut reader = content_info.reader();
        let (found, position) = strict::object_identifier(&mut reader)?;
        if found != SIGNED_DATA {
            return Err(fault(CmsErrorKind::NotSignedData, position));
        }
        let explicit = strict::expect(&mut reader, 0xA0)?;
        reader.finish()?;
        let mut reader = explicit.reader();
        let signed_data = strict::expect(&mut reader, SEQUENCE)?;
        reader.finish()?;

        let mut reader = signed_data.reader();
        let (version, position) = strict::integer(&mut reader)?;
        if version != 3 {
            return Err(fault(CmsErrorKind::SignedDataVersion(version), position));
        }
        let set = strict::expect(&mut reader, SET)?;
        let mut members = set.reader();
        let mut announced = Vec::new();
        while !members.is_empty() {
            announced.push(strict::digest_algorithm(&mut members)?);
        }
        let content = read_encapsulated_content(&mut reader, content_type)?;
        let certificates = read_certificates(&mut reader)?;
        if reader.peek_tag()? == Some(0xA1) {
            // Revocation lists are allowed; nobody looks at them.
            strict::expect(&mut reader, 0xA1)?;
        }
        let signers = strict::expect(&mut reader, SET)?;
        reader.finish()?;
        let signer = read_one_signer(&signers, content_type)?;
        if !announced.contains(&signer.digest) {
            return Err(fault(CmsErrorKind::DigestNotAnnounced, set.position));
        }
        Ok(SignedData { bytes: file.to_vec(), content_type, content: range(&content), certificates, signer })
    }

    /// The input as it came.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }
    /// The type of the content.
    pub fn content_type(&self) -> ObjectIdentifier {
        self.content_type
    }
    /// The signed content.
    pub fn content(&self) -> &[u8] {
        self.slice(&self.content)
    }
    /// Where the content stands in the input.
    pub(crate) fn content_position(&self) -> usize {
        self.content.start
    }
    /// DER of the certificates inside, as they came.
    pub fn certificates(&self) -> impl Iterator<Item = &[u8]> {
        self.certificates.iter().map(|range| self.slice(range))
    }
    /// How the signer is named.
    pub fn signer(&self) -> &SignerIdentifier {
        &self.signer.identifier
    }
    /// Hash function of the signer: of messageDigest and of the signature.
    pub fn digest_algorithm(&self) -> HashAlgorithm {
        self.signer.digest
    }
    /// How it is signed, if it is a way that is known here.
    ///
    /// # Errors
    /// The algorithm identifier of SignerInfo is malformed or names what is not known here; all else can be read.
    pub fn signature_scheme(&self) -> Result<SignatureScheme, SchemeError> {
        self.signer.signature_scheme
    }
    /// The messageDigest attribute; absent only where no attributes are signed.
    pub fn message_digest(&self) -> Option<&[u8]> {
        self.attributes().map(|attributes| attributes.message_digest.as_slice())
    }
    /// The signingTime attribute, if the signer gave one.
    pub fn signing_time(&self) -> Option<UnixTime> {
        self.attributes().and_then(|attributes| attributes.signing_time)
    }
    /// The signature: DER for ECDSA, as long as the modulus for RSA.
    pub fn signature_bytes(&self) -> &[u8] {
        self.slice(&self.signer.signature)
    }

    /// The certificate inside that the signer identifier points at.
    ///
    /// # Errors
    /// [`CmsVerifyError::NoSigner`] when no certificate inside is the signer's; [`CmsVerifyError::Certificate`] when
    /// one of them cannot be read and so may have been it.
    pub fn signer_certificate(&self) -> Result<Certificate, CmsVerifyError> {
        let mut unreadable = None;
        for bytes in self.certificates() {
            match Certificate::parse(bytes) {
                Ok(certificate) if self.signer.identifier.is_of(&certificate) => return Ok(certificate),
                Ok(_) => {}
                Err(error) => unreadable = Some(error),
            }
        }
        Err(unreadable.map_or(CmsVerifyError::NoSigner, CmsVerifyError::Certificate))
    }

    /// Checks that the content is the one that was signed and that the signer whose certificate is inside signed it.
    /// Whether that signer may be trusted is the caller's question.
    ///
    /// # Errors
    /// As [`signer_certificate`](Self::signer_certificate) and [`verify_signed_by`](Self::verify_signed_by);
    /// [`CmsVerifyError::Key`] when the signer's key is not one that can be used here.
    pub fn verify(&self) -> Result<Certificate, CmsVerifyError> {
        let signer = self.signer_certificate()?;
        self.verify_signed_by(&signer.verifying_key()?)?;
        Ok(signer)
    }

    /// The same with a key that is known from elsewhere.
    ///
    /// # Errors
    /// [`CmsVerifyError::MessageDigest`]: the content was altered. [`CmsVerifyError::Signature`]: the signature is not
    /// by this key, or its algorithm is not known here or not one of this kind of key.
    pub fn verify_signed_by(&self, key: &VerifyingKey) -> Result<(), CmsVerifyError> {
        if let Some(message_digest) = self.message_digest()
            && self.signer.digest.digest(self.content()) != message_digest
        {
            return Err(CmsVerifyError::MessageDigest);
        }
        let scheme = self.signature_scheme().map_err(crate::ec::VerifyError::from)?;
        Ok(key.verify(scheme, &self.signed_bytes(), self.signature_bytes())?)
    }

    /// What the signature covers: the signed attributes under the tag of a SET (RFC 5652 5.4), or the content itself
    /// where there are none.
    pub fn signed_bytes(&self) -> Vec<u8> {
        let Some((range, _)) = &self.signer.signed_attributes else { return self.content().to_vec() };
        let mut signed = self.slice(range).to_vec();
        if let Some(tag) = signed.first_mut() {
            *tag = SET as u8;
        }
        signed
    }

    fn attributes(&self) -> Option<&SignedAttributes> {
        self.signer.signed_attributes.as_ref().map(|(_, attributes)| attributes)
    }
    fn slice(&self, range: &Range<usize>) -> &[u8] {
        self.bytes.get(range.clone()).unwrap_or_default()
    }
}

/// Where an object's contents stand in the input.
pub(super) fn range(object: &Tlv<'_>) -> Range<usize> {
    object.position..object.position + object.value.len()
}

/// EncapsulatedContentInfo: the contents of the OCTET STRING.
fn read_encapsulated_content<'a>(reader: &mut Reader<'a>, content_type: ObjectIdentifier) -> Result<Tlv<'a>, CmsError> {
    let sequence = strict::expect(reader, SEQUENCE)?;
    let mut inner = sequence.reader();
    let (found, position) = strict::object_identifier(&mut inner)?;
    if found != content_type {
        return Err(fault(CmsErrorKind::ContentType(found), position));
    }
    let explicit = strict::expect(&mut inner, 0xA0)?;
    inner.finish()?;
    let mut inner = explicit.reader();
    let content = strict::expect(&mut inner, OCTET_STRING)?;
    inner.finish()?;
    Ok(content)
}

/// `certificates [0] IMPLICIT`: each with its header.
fn read_certificates(reader: &mut Reader<'_>) -> Result<Vec<Range<usize>>, CmsError> {
    let position = reader.position();
    if reader.peek_tag()? != Some(0xA0) {
        return Err(fault(CmsErrorKind::NoCertificate, position));
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
        return Err(fault(CmsErrorKind::NoCertificate, position));
    }
    Ok(certificates)
}

fn read_one_signer(signers: &Tlv<'_>, content_type: ObjectIdentifier) -> Result<SignerInfo, CmsError> {
    let mut members = signers.reader();
    if members.is_empty() {
        return Err(fault(CmsErrorKind::SignerCount(0), signers.position));
    }
    let signer = strict::expect(&mut members, SEQUENCE)?;
    if !members.is_empty() {
        let position = members.position();
        let mut count = 1;
        while members.next_object()?.is_some() {
            count += 1;
        }
        return Err(fault(CmsErrorKind::SignerCount(count), position));
    }
    SignerInfo::read(&signer, content_type)
}
