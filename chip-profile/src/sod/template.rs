//! Making an EF.SOD: what is the same for all documents of a signer is laid out once.

use std::collections::BTreeMap;
use std::sync::Arc;

use thiserror::Error;

use super::attributes::SignedAttributes;
use super::lds_security_object::push_digest_algorithm;
use super::{
    EF_SOD, INTEGER, LDS_SECURITY_OBJECT, LdsSecurityObject, LdsVersion, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE,
    SET, SIGNED_DATA,
};
use crate::ec::{HashAlgorithm, KeyError};
use crate::pki::{Certificate, CertificateError, UnixTime};
use crate::signature::SignatureScheme;
use crate::tlv;

/// Why a template cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TemplateError {
    /// The document signer certificate cannot be read.
    #[error("document signer certificate: {0}")]
    Certificate(#[from] CertificateError),
    /// Doc 9303-12 table 6 asks for key usage digitalSignature, and only that, in a document signer certificate.
    #[error("certificate is not a document signer's: key usage is not digitalSignature alone")]
    NotADocumentSigner,
    /// The document signer's key cannot be used.
    #[error("document signer key: {0}")]
    Key(#[from] KeyError),
    /// A scheme that new documents are not signed with (Doc 9303-12 4.1.6).
    #[error("signature scheme is not one for new documents")]
    SchemeNotForIssuing,
    /// A scheme of another kind of key than the document signer's.
    #[error("signature scheme does not go with the document signer's key")]
    SchemeAndKeyDiffer,
    /// SHA-1 is not allowed for new documents (Doc 9303-12 4.1.6.4).
    #[error("SHA-1 is not allowed for new documents")]
    Sha1,
}

/// Why the hashes of a document cannot be signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PrepareError {
    /// A number outside 1 to 16.
    #[error("data group number {0} does not exist")]
    DataGroupNumber(u8),
    /// A hash value that the template's hash function cannot have made.
    #[error("hash of data group {group} has {found} bytes, not {expected}")]
    HashLength {
        /// The data group's number.
        group: u8,
        /// Length of the hash function's values, in bytes.
        expected: usize,
        /// Length found, in bytes.
        found: usize,
    },
    /// DG1 and DG2 are mandatory (Doc 9303-10 table 30).
    #[error("data group {0} is mandatory and missing")]
    MandatoryDataGroup(u8),
}

/// What is the same in every EF.SOD of one document signer.
#[derive(Debug, Clone)]
pub struct SecurityObjectTemplate {
    parts: Arc<Parts>,
}

#[derive(Debug)]
struct Parts {
    data_group_hash: HashAlgorithm,
    scheme: SignatureScheme,
    version: LdsVersion,
    /// digestAlgorithms of SignedData.
    digest_algorithms: Vec<u8>,
    /// certificates [0].
    certificates: Vec<u8>,
    /// version, issuerAndSerialNumber and digestAlgorithm of SignerInfo.
    signer_head: Vec<u8>,
    /// signatureAlgorithm of SignerInfo.
    signature_algorithm: Vec<u8>,
}

impl SecurityObjectTemplate {
    /// A template for the signer of this certificate (DER).
    ///
    /// `data_group_hash` is the hash function of the data groups; `scheme` says how the signer signs, and its hash
    /// function is also the one of the signed attributes.
    pub fn new(
        document_signer: &[u8],
        data_group_hash: HashAlgorithm,
        scheme: SignatureScheme,
        version: LdsVersion,
    ) -> Result<Self, TemplateError> {
        let certificate = Certificate::parse(document_signer)?;
        let usage = certificate.key_usage().unwrap_or_default();
        if !usage.digital_signature || usage.certificate_sign || usage.revocation_list_sign || usage.other {
            return Err(TemplateError::NotADocumentSigner);
        }
        if data_group_hash == HashAlgorithm::Sha1 {
            return Err(TemplateError::Sha1);
        }
        if !scheme.is_for_issuing() {
            return Err(TemplateError::SchemeNotForIssuing);
        }
        if !certificate.verifying_key()?.goes_with(scheme) {
            return Err(TemplateError::SchemeAndKeyDiffer);
        }
        let digest = scheme.hash();
        let mut digest_algorithms = Vec::new();
        tlv::push_nested(&mut digest_algorithms, SET, |out| push_digest_algorithm(out, digest));
        let mut certificates = Vec::new();
        tlv::push(&mut certificates, 0xA0, document_signer);
        let mut signer_head = Vec::new();
        tlv::push(&mut signer_head, INTEGER, &[1]);
        tlv::push_nested(&mut signer_head, SEQUENCE, |out| {
            out.extend_from_slice(certificate.issuer_bytes());
            tlv::push(out, INTEGER, certificate.serial());
        });
        push_digest_algorithm(&mut signer_head, digest);
        Ok(SecurityObjectTemplate {
            parts: Arc::new(Parts {
                data_group_hash,
                scheme,
                version,
                digest_algorithms,
                certificates,
                signer_head,
                signature_algorithm: scheme.to_der(),
            }),
        })
    }

    /// The hash function that data groups are hashed with.
    pub fn data_group_hash(&self) -> HashAlgorithm {
        self.parts.data_group_hash
    }
    /// How the signer signs; one that takes hash values signs the one of [`PreparedSod::to_be_signed`].
    pub fn scheme(&self) -> SignatureScheme {
        self.parts.scheme
    }
    /// The version of the logical data structure.
    pub fn lds_version(&self) -> LdsVersion {
        self.parts.version
    }

    /// Lays out the EF.SOD of one document from its hashes by data group number, without signingTime.
    pub fn prepare(&self, hashes: &BTreeMap<u8, Vec<u8>>) -> Result<PreparedSod, PrepareError> {
        self.prepare_with(hashes, None)
    }

    /// The same with a signingTime attribute.
    pub fn prepare_at(
        &self,
        hashes: &BTreeMap<u8, Vec<u8>>,
        signing_time: UnixTime,
    ) -> Result<PreparedSod, PrepareError> {
        self.prepare_with(hashes, Some(signing_time))
    }

    fn prepare_with(
        &self,
        hashes: &BTreeMap<u8, Vec<u8>>,
        signing_time: Option<UnixTime>,
    ) -> Result<PreparedSod, PrepareError> {
        let expected = self.parts.data_group_hash.length();
        for (group, hash) in hashes {
            if !(1..=16).contains(group) {
                return Err(PrepareError::DataGroupNumber(*group));
            }
            if hash.len() != expected {
                return Err(PrepareError::HashLength { group: *group, expected, found: hash.len() });
            }
        }
        if let Some(missing) = [1, 2].into_iter().find(|group| !hashes.contains_key(group)) {
            return Err(PrepareError::MandatoryDataGroup(missing));
        }
        let mut content = Vec::with_capacity(64 + hashes.len() * (expected + 8));
        LdsSecurityObject::push(&mut content, self.parts.version, self.parts.data_group_hash, hashes);
        let to_be_signed = SignedAttributes::encode(&self.parts.scheme.hash().digest(&content), signing_time);
        Ok(PreparedSod { parts: Arc::clone(&self.parts), content, to_be_signed })
    }
}

/// An EF.SOD that lacks only its signature.
#[derive(Debug, Clone)]
pub struct PreparedSod {
    parts: Arc<Parts>,
    content: Vec<u8>,
    to_be_signed: Vec<u8>,
}

impl PreparedSod {
    /// What the document signer signs: the signed attributes, a SET OF in DER.
    pub fn to_be_signed(&self) -> &[u8] {
        &self.to_be_signed
    }

    /// The file EF.SOD with its tag 77, from the signature: DER for ECDSA, as long as the modulus for RSA.
    pub fn assemble(&self, signature: &[u8]) -> Vec<u8> {
        let parts = &self.parts;
        let mut out = Vec::with_capacity(256 + self.content.len() + parts.certificates.len() + signature.len());
        tlv::push_nested(&mut out, EF_SOD, |out| {
            tlv::push_nested(out, SEQUENCE, |out| {
                tlv::push(out, OBJECT_IDENTIFIER, SIGNED_DATA.as_bytes());
                tlv::push_nested(out, 0xA0, |out| {
                    tlv::push_nested(out, SEQUENCE, |out| self.push_signed_data(out, signature));
                });
            });
        });
        out
    }

    fn push_signed_data(&self, out: &mut Vec<u8>, signature: &[u8]) {
        let parts = &self.parts;
        tlv::push(out, INTEGER, &[3]);
        out.extend_from_slice(&parts.digest_algorithms);
        tlv::push_nested(out, SEQUENCE, |out| {
            tlv::push(out, OBJECT_IDENTIFIER, LDS_SECURITY_OBJECT.as_bytes());
            tlv::push_nested(out, 0xA0, |out| tlv::push(out, OCTET_STRING, &self.content));
        });
        out.extend_from_slice(&parts.certificates);
        tlv::push_nested(out, SET, |out| {
            tlv::push_nested(out, SEQUENCE, |out| {
                out.extend_from_slice(&parts.signer_head);
                // The attributes stand here under [0] in place of the tag of a SET.
                out.push(0xA0);
                out.extend_from_slice(self.to_be_signed.get(1..).unwrap_or_default());
                out.extend_from_slice(&parts.signature_algorithm);
                tlv::push(out, OCTET_STRING, signature);
            });
        });
    }
}
