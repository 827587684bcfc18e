//! Making an EF.SOD: what is the same for all documents of a signer is laid out once.

use std::collections::BTreeMap;

use thiserror::Error;

use super::{EF_SOD, LDS_SECURITY_OBJECT, LdsSecurityObject, LdsVersion};
use crate::cms::{CmsTemplateError, PreparedSignedData, SignedDataTemplate};
use crate::ec::HashAlgorithm;
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
    /// The document signer's key or the scheme cannot be used.
    #[error("document signer: {0}")]
    Signer(#[from] CmsTemplateError),
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
    signed_data: SignedDataTemplate,
    data_group_hash: HashAlgorithm,
    version: LdsVersion,
}

impl SecurityObjectTemplate {
    /// A template for the signer of this certificate (DER).
    ///
    /// `data_group_hash` is the hash function of the data groups; `scheme` says how the signer signs, and its hash
    /// function is also the one of the signed attributes.
    ///
    /// # Errors
    /// The certificate cannot be read or is not a document signer's, the data groups would be hashed with SHA-1, or the
    /// scheme is not one for issuing or not one of the certificate's key.
    pub fn new(
        document_signer: &[u8],
        data_group_hash: HashAlgorithm,
        scheme: SignatureScheme,
        version: LdsVersion,
    ) -> Result<Self, TemplateError> {
        let certificate = read_document_signer(document_signer)?;
        if data_group_hash == HashAlgorithm::Sha1 {
            return Err(TemplateError::Sha1);
        }
        let signed_data = SignedDataTemplate::new(&certificate, LDS_SECURITY_OBJECT, scheme, &[])?;
        Ok(SecurityObjectTemplate { signed_data, data_group_hash, version })
    }

    /// The hash function that data groups are hashed with.
    pub fn data_group_hash(&self) -> HashAlgorithm {
        self.data_group_hash
    }
    /// How the signer signs; one that takes hash values signs the one of [`PreparedSod::to_be_signed`].
    pub fn scheme(&self) -> SignatureScheme {
        self.signed_data.scheme()
    }
    /// The version of the logical data structure.
    pub fn lds_version(&self) -> LdsVersion {
        self.version
    }

    /// Lays out the EF.SOD of one document from its hashes by data group number, without signingTime.
    ///
    /// # Errors
    /// A number that is not 1 to 16, a hash whose length is not that of [`data_group_hash`](Self::data_group_hash), or
    /// no hash of DG1 or DG2, which are mandatory.
    pub fn prepare(&self, hashes: &BTreeMap<u8, Vec<u8>>) -> Result<PreparedSod, PrepareError> {
        self.prepare_with(hashes, None)
    }

    /// The same with a signingTime attribute.
    ///
    /// # Errors
    /// As [`prepare`](Self::prepare).
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
        let expected = self.data_group_hash.length();
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
        let capacity = 64 + hashes.len() * (expected + 8);
        Ok(PreparedSod(self.signed_data.prepare_with(capacity, signing_time, |out| {
            LdsSecurityObject::push(out, self.version, self.data_group_hash, hashes);
        })))
    }
}

/// Doc 9303-12 table 6: key usage digitalSignature, and only that.
pub(super) fn read_document_signer(certificate: &[u8]) -> Result<Certificate, TemplateError> {
    let certificate = Certificate::parse(certificate)?;
    let usage = certificate.key_usage().unwrap_or_default();
    if !usage.digital_signature || usage.certificate_sign || usage.revocation_list_sign || usage.other {
        return Err(TemplateError::NotADocumentSigner);
    }
    Ok(certificate)
}

/// An EF.SOD that lacks only its signature.
#[derive(Debug, Clone)]
pub struct PreparedSod(PreparedSignedData);

impl PreparedSod {
    /// What the document signer signs: the signed attributes, a SET OF in DER.
    pub fn to_be_signed(&self) -> &[u8] {
        self.0.to_be_signed()
    }

    /// The file EF.SOD with its tag 77, from the signature: DER for ECDSA, as long as the modulus for RSA.
    pub fn assemble(&self, signature: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.0.assembled_length(signature) + 8);
        tlv::push_nested(&mut out, EF_SOD, |out| self.0.push(out, signature));
        out
    }
}
