//! Making a SignedData: what is the same for all contents of a signer is laid out once.

use std::sync::Arc;

use const_oid::ObjectIdentifier;
use thiserror::Error;

use super::attributes;
use super::strict::push_digest_algorithm;
use super::{INTEGER, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE, SET, SIGNED_DATA};
use crate::ec::{HashAlgorithm, KeyError};
use crate::pki::{Certificate, UnixTime};
use crate::signature::SignatureScheme;
use crate::tlv;

/// Why a template cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CmsTemplateError {
    /// The signer's key cannot be used.
    #[error("signer's key: {0}")]
    Key(#[from] KeyError),
    /// A signer that is to be named by its key has no subjectKeyIdentifier.
    #[error("signer's certificate has no subject key identifier")]
    NoKeyIdentifier,
    /// A scheme that nothing new is signed with (Doc 9303-12 4.1.6).
    #[error("signature scheme is not one for issuing")]
    SchemeNotForIssuing,
    /// A scheme of another kind of key than the signer's.
    #[error("signature scheme does not go with the signer's key")]
    SchemeAndKeyDiffer,
}

/// What is the same in every SignedData of one signer and one type of content. Copies share it.
#[derive(Debug, Clone)]
pub struct SignedDataTemplate {
    parts: Arc<Parts>,
}

#[derive(Debug)]
struct Parts {
    content_type: ObjectIdentifier,
    scheme: SignatureScheme,
    /// version and digestAlgorithms of SignedData.
    head: Vec<u8>,
    /// certificates [0].
    certificates: Vec<u8>,
    /// version, sid and digestAlgorithm of SignerInfo.
    signer_head: Vec<u8>,
    /// The contentType attribute.
    content_type_attribute: Vec<u8>,
    /// signatureAlgorithm of SignerInfo.
    signature_algorithm: Vec<u8>,
}

impl SignedDataTemplate {
    /// A template for contents of type `content_type` that the holder of this certificate signs with `scheme`, whose hash
    /// function is also the one of the message digest. `others` are further certificates (DER) to go inside.
    ///
    /// # Errors
    /// The scheme is not one for issuing (Doc 9303-12 4.1.6) or not one of the signer's key, or that key cannot be
    /// used.
    pub fn new(
        signer: &Certificate,
        content_type: ObjectIdentifier,
        scheme: SignatureScheme,
        others: &[&[u8]],
    ) -> Result<SignedDataTemplate, CmsTemplateError> {
        let mut signer_head = Vec::new();
        tlv::push(&mut signer_head, INTEGER, &[1]);
        tlv::push_nested(&mut signer_head, SEQUENCE, |out| {
            out.extend_from_slice(signer.issuer_bytes());
            tlv::push(out, INTEGER, signer.serial());
        });
        SignedDataTemplate::with_identifier(signer, content_type, scheme, others, signer_head)
    }

    /// The same with the signer named by its subjectKeyIdentifier, as Doc 9303-12 tables 18 and 19 recommend for lists.
    ///
    /// # Errors
    /// As [`new`](Self::new); [`CmsTemplateError::NoKeyIdentifier`] when the certificate has no subjectKeyIdentifier.
    pub fn named_by_key(
        signer: &Certificate,
        content_type: ObjectIdentifier,
        scheme: SignatureScheme,
        others: &[&[u8]],
    ) -> Result<SignedDataTemplate, CmsTemplateError> {
        let mut signer_head = Vec::new();
        tlv::push(&mut signer_head, INTEGER, &[3]);
        let identifier = signer.subject_key_identifier().ok_or(CmsTemplateError::NoKeyIdentifier)?;
        tlv::push(&mut signer_head, 0x80, identifier);
        SignedDataTemplate::with_identifier(signer, content_type, scheme, others, signer_head)
    }

    /// `signer_head` has version and identifier of SignerInfo.
    fn with_identifier(
        signer: &Certificate,
        content_type: ObjectIdentifier,
        scheme: SignatureScheme,
        others: &[&[u8]],
        mut signer_head: Vec<u8>,
    ) -> Result<SignedDataTemplate, CmsTemplateError> {
        if !scheme.is_for_issuing() {
            return Err(CmsTemplateError::SchemeNotForIssuing);
        }
        if !signer.verifying_key()?.goes_with(scheme) {
            return Err(CmsTemplateError::SchemeAndKeyDiffer);
        }
        let digest = scheme.hash();
        let mut head = vec![];
        tlv::push(&mut head, INTEGER, &[3]);
        tlv::push_nested(&mut head, SET, |out| push_digest_algorithm(out, digest));
        let mut inside: Vec<&[u8]> = std::iter::once(signer.as_bytes()).chain(others.iter().copied()).collect();
        // X.690 11.6: the members of a SET OF ascend as octet strings.
        inside.sort_unstable();
        inside.dedup();
        let mut certificates = Vec::new();
        tlv::push_nested(&mut certificates, 0xA0, |out| {
            inside.iter().for_each(|certificate| out.extend_from_slice(certificate));
        });
        push_digest_algorithm(&mut signer_head, digest);
        Ok(SignedDataTemplate {
            parts: Arc::new(Parts {
                content_type,
                scheme,
                head,
                certificates,
                signer_head,
                content_type_attribute: attributes::content_type(content_type),
                signature_algorithm: scheme.to_der(),
            }),
        })
    }

    /// How the signer signs; one that takes hash values signs the one of [`PreparedSignedData::to_be_signed`].
    pub fn scheme(&self) -> SignatureScheme {
        self.parts.scheme
    }
    /// The hash function of the message digest and of the signature.
    pub fn hash(&self) -> HashAlgorithm {
        self.parts.scheme.hash()
    }

    /// Lays out the SignedData of one content, without signingTime.
    pub fn prepare(&self, content: &[u8]) -> PreparedSignedData {
        self.prepare_with(content.len(), None, |out| out.extend_from_slice(content))
    }

    /// The same with a signingTime attribute.
    pub fn prepare_at(&self, content: &[u8], signing_time: UnixTime) -> PreparedSignedData {
        self.prepare_with(content.len(), Some(signing_time), |out| out.extend_from_slice(content))
    }

    /// The same with a content of about `capacity` bytes that is written in place.
    pub(crate) fn prepare_with(
        &self,
        capacity: usize,
        signing_time: Option<UnixTime>,
        write: impl FnOnce(&mut Vec<u8>),
    ) -> PreparedSignedData {
        let mut laid_out = Vec::with_capacity(capacity + attributes::CAPACITY);
        write(&mut laid_out);
        let content_length = laid_out.len();
        let digest = self.hash().hash_value(&laid_out);
        attributes::push(&mut laid_out, &self.parts.content_type_attribute, digest.as_bytes(), signing_time);
        PreparedSignedData { parts: Arc::clone(&self.parts), laid_out, content_length }
    }
}

/// A SignedData that lacks only its signature.
#[derive(Debug, Clone)]
pub struct PreparedSignedData {
    parts: Arc<Parts>,
    /// The content, then the signed attributes as they are signed.
    laid_out: Vec<u8>,
    content_length: usize,
}

impl PreparedSignedData {
    /// What the signer signs: the signed attributes, a SET OF in DER.
    pub fn to_be_signed(&self) -> &[u8] {
        self.laid_out.get(self.content_length..).unwrap_or_default()
    }

    /// The ContentInfo, from the signature: DER for ECDSA, as long as the modulus for RSA.
    pub fn assemble(&self, signature: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.assembled_length(signature));
        self.push(&mut out, signature);
        out
    }

    /// A length that the ContentInfo does not exceed, in bytes.
    pub(crate) fn assembled_length(&self, signature: &[u8]) -> usize {
        let parts = &self.parts;
        let fixed = parts.head.len() + parts.certificates.len() + parts.signer_head.len();
        fixed + parts.signature_algorithm.len() + self.laid_out.len() + signature.len() + 96
    }

    /// Appends the ContentInfo.
    pub(crate) fn push(&self, out: &mut Vec<u8>, signature: &[u8]) {
        tlv::push_nested(out, SEQUENCE, |out| {
            tlv::push(out, OBJECT_IDENTIFIER, SIGNED_DATA.as_bytes());
            tlv::push_nested(out, 0xA0, |out| {
                tlv::push_nested(out, SEQUENCE, |out| self.push_signed_data(out, signature));
            });
        });
    }

    fn push_signed_data(&self, out: &mut Vec<u8>, signature: &[u8]) {
        let parts = &self.parts;
        out.extend_from_slice(&parts.head);
        tlv::push_nested(out, SEQUENCE, |out| {
            tlv::push(out, OBJECT_IDENTIFIER, parts.content_type.as_bytes());
            tlv::push_nested(out, 0xA0, |out| {
                tlv::push(out, OCTET_STRING, self.laid_out.get(..self.content_length).unwrap_or_default());
            });
        });
        out.extend_from_slice(&parts.certificates);
        tlv::push_nested(out, SET, |out| {
            tlv::push_nested(out, SEQUENCE, |out| {
                out.extend_from_slice(&parts.signer_head);
                // The attributes stand here under [0] in place of the tag of a SET.
                out.push(0xA0);
                out.extend_from_slice(self.to_be_signed().get(1..).unwrap_or_default());
                out.extend_from_slice(&parts.signature_algorithm);
                tlv::push(out, OCTET_STRING, signature);
            });
        });
    }
}
