//! Why bytes are not SignedData, or are not authentic.

use const_oid::ObjectIdentifier;
use thiserror::Error;

use crate::ec::{KeyError, VerifyError};
use crate::pki::CertificateError;
use crate::tlv::{TlvError, TlvErrorKind};

/// Why bytes are not a SignedData of the form that Doc 9303 uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{kind} at byte {position}")]
pub struct CmsError {
    /// What is wrong.
    pub kind: CmsErrorKind,
    /// Offset from the start of the file, in bytes.
    pub position: usize,
}

/// What is wrong with a SignedData.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CmsErrorKind {
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
    /// The signed content is of another type than the one that was asked for.
    #[error("encapsulated content type is {0}")]
    ContentType(ObjectIdentifier),
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
    /// Not exactly one signer.
    #[error("{0} signers, not one")]
    SignerCount(usize),
    /// The version of SignerInfo does not go with the signer identifier (RFC 5652 5.3).
    #[error("version of SignerInfo is {0}")]
    SignerVersion(u32),
    /// No certificate is inside.
    #[error("signer's certificate is not inside")]
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
    /// The contentType attribute names another type than the content's.
    #[error("contentType attribute differs from the content")]
    AttributeContentType,
    /// The signingTime attribute is not a time.
    #[error("signingTime attribute is not a time")]
    SigningTime,
}

impl From<TlvError> for CmsError {
    fn from(error: TlvError) -> Self {
        CmsError { kind: CmsErrorKind::Tlv(error.kind), position: error.position }
    }
}

/// Why the signature of a SignedData does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CmsVerifyError {
    /// The messageDigest attribute is not the hash of the content: the content was altered.
    #[error("messageDigest attribute is not the hash of the content")]
    MessageDigest,
    /// No certificate inside belongs to the signer identifier.
    #[error("no certificate inside belongs to the signer identifier")]
    NoSigner,
    /// The signer's certificate cannot be read.
    #[error("signer's certificate: {0}")]
    Certificate(#[from] CertificateError),
    /// The signer's public key cannot be used.
    #[error("signer's key: {0}")]
    Key(#[from] KeyError),
    /// The signature does not verify, or its algorithm is not supported.
    #[error("signature: {0}")]
    Signature(#[from] VerifyError),
}
