//! Why an EF.SOD is not one, or is not authentic.

use const_oid::ObjectIdentifier;
use thiserror::Error;

use crate::ec::{KeyError, VerifyError};
use crate::pki::CertificateError;
use crate::tlv::{TlvError, TlvErrorKind};

/// Why bytes are not an EF.SOD.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{kind} at byte {position}")]
pub struct SodError {
    /// What is wrong.
    pub kind: SodErrorKind,
    /// Offset from the start of the file, in bytes.
    pub position: usize,
}

/// What is wrong with an EF.SOD.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SodErrorKind {
    /// The data objects are not those of the structure.
    #[error(transparent)]
    Tlv(TlvErrorKind),
    /// A length is not written in its shortest form, as DER requires (Doc 9303-10 4.6.2.2).
    #[error("length is not in its shortest form")]
    NotDer,
    /// The content is not SignedData.
    #[error("content type is not id-signedData")]
    NotSignedData,
    /// SignedData has another version than 3 (RFC 5652 5.1: the content is not id-data).
    #[error("version of SignedData is {0}, not 3")]
    SignedDataVersion(u32),
    /// The signed content is not an LDSSecurityObject.
    #[error("encapsulated content type is not id-icao-mrtd-security-ldsSecurityObject")]
    EncapsulatedContentType,
    /// The version of the LDSSecurityObject is neither 0 nor 1.
    #[error("version of the LDSSecurityObject is {0}, not 0 or 1")]
    LdsSecurityObjectVersion(u32),
    /// ldsVersionInfo must be there with version 1 and must not be with version 0.
    #[error("ldsVersionInfo does not go with the version of the LDSSecurityObject")]
    LdsVersionInfo,
    /// A hash function that Doc 9303-12 4.1.6.4 does not list.
    #[error("digest algorithm {0} is not known")]
    DigestAlgorithm(ObjectIdentifier),
    /// Parameters of a hash function that are neither absent nor NULL.
    #[error("parameters of the digest algorithm are neither absent nor NULL")]
    DigestParameters,
    /// The signer's hash function is not announced in digestAlgorithms.
    #[error("digest algorithm of the signer is not announced in digestAlgorithms")]
    DigestNotAnnounced,
    /// The hash function of the signature algorithm is not the signer's.
    #[error("digest algorithms of signer and signature differ")]
    DigestsDiffer,
    /// Fewer than two or more than sixteen data groups.
    #[error("{0} data group hashes, not 2 to 16")]
    DataGroupCount(usize),
    /// A data group number outside 1 to 16.
    #[error("data group number {0} does not exist")]
    DataGroupNumber(u32),
    /// A data group number appears twice.
    #[error("data group {0} is repeated")]
    DataGroupRepeated(u8),
    /// A hash value that the hash function cannot have made.
    #[error("hash of data group {0} has the wrong length")]
    HashLength(u8),
    /// Not exactly one signer.
    #[error("{0} signers, not one")]
    SignerCount(usize),
    /// The version of SignerInfo does not go with the signer identifier (RFC 5652 5.3).
    #[error("version of SignerInfo is {0}")]
    SignerVersion(u32),
    /// No certificate is inside.
    #[error("document signer certificate is not inside")]
    NoCertificate,
    /// A required signed attribute is missing.
    #[error("signed attribute {0} is missing")]
    AttributeMissing(ObjectIdentifier),
    /// An attribute appears twice, or has not exactly one value.
    #[error("signed attribute {0} is repeated or has not one value")]
    AttributeRepeated(ObjectIdentifier),
    /// The attributes are not in the order that DER requires.
    #[error("signed attributes are not in DER order")]
    AttributeOrder,
    /// The contentType attribute does not name the LDSSecurityObject.
    #[error("contentType attribute differs from the content")]
    AttributeContentType,
    /// The signingTime attribute is not a time.
    #[error("signingTime attribute is not a time")]
    SigningTime,
}

impl From<TlvError> for SodError {
    fn from(error: TlvError) -> Self {
        SodError { kind: SodErrorKind::Tlv(error.kind), position: error.position }
    }
}

/// Why the signature of an EF.SOD does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SodVerifyError {
    /// The messageDigest attribute is not the hash of the LDSSecurityObject: the hash list was altered.
    #[error("messageDigest attribute is not the hash of the content")]
    MessageDigest,
    /// No certificate inside belongs to the signer identifier.
    #[error("no certificate inside belongs to the signer identifier")]
    NoDocumentSigner,
    /// The document signer certificate cannot be read.
    #[error("document signer certificate: {0}")]
    Certificate(#[from] CertificateError),
    /// The document signer's public key cannot be used.
    #[error("document signer key: {0}")]
    Key(#[from] KeyError),
    /// The signature over the attributes does not verify, or its algorithm is not supported.
    #[error("signature of the attributes: {0}")]
    Signature(#[from] VerifyError),
}
