//! AlgorithmIdentifier of a signature, RFC 5758 3.2 (ECDSA), RFC 4055 3 and 5 (RSA), TR-03111 5.2.1 (plain ECDSA).

use const_oid::ObjectIdentifier;
use thiserror::Error;

use crate::ec::{Curve, HashAlgorithm, read_oid};
use crate::rsa::{PssParameters, RSA_ENCRYPTION, RSASSA_PSS};
use crate::tlv::{self, Reader, TlvError, TlvErrorKind};

/// How a signature is made: kind of key, hash function, padding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SignatureScheme {
    /// ecdsa-with-SHA…, a signature in DER.
    Ecdsa(HashAlgorithm),
    /// ecdsa-plain-SHA…, r and s side by side. Read in old documents; new ones are signed with the form in DER.
    EcdsaPlain(HashAlgorithm),
    /// sha…WithRSAEncryption: RSASSA-PKCS1-v1_5.
    RsaPkcs1(HashAlgorithm),
    /// id-RSASSA-PSS with MGF1.
    RsaPss {
        /// Hash function of the message.
        hash: HashAlgorithm,
        /// Hash function of the mask generation function.
        mgf_hash: HashAlgorithm,
        /// Length of the salt, in bytes.
        salt_length: u16,
    },
}

/// Why bytes are not the AlgorithmIdentifier of a signature that can be verified here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("signature algorithm: {kind} at byte {position}")]
pub struct SchemeError {
    /// What is wrong.
    pub kind: SchemeErrorKind,
    /// Offset from the start of the AlgorithmIdentifier, in bytes.
    pub position: usize,
}

/// What is wrong with an AlgorithmIdentifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SchemeErrorKind {
    /// It is not a SEQUENCE of an object identifier and parameters, or the parameters are not those of the algorithm.
    #[error(transparent)]
    Structure(TlvErrorKind),
    /// An algorithm that is not known here.
    #[error("algorithm {0} is not supported")]
    Unsupported(ObjectIdentifier),
}

impl From<TlvError> for SchemeError {
    fn from(error: TlvError) -> SchemeError {
        SchemeError { kind: SchemeErrorKind::Structure(error.kind), position: error.position }
    }
}

impl SignatureScheme {
    /// ECDSA with the hash function that goes with the curve.
    pub const fn for_curve(curve: Curve) -> SignatureScheme {
        SignatureScheme::Ecdsa(curve.hash())
    }

    /// RSASSA-PSS with one hash function for message and mask, and a salt as long as its value (RFC 4055 3.1).
    pub const fn rsa_pss(hash: HashAlgorithm) -> SignatureScheme {
        SignatureScheme::RsaPss { hash, mgf_hash: hash, salt_length: hash.length() as u16 }
    }

    /// The hash function of the message.
    pub const fn hash(self) -> HashAlgorithm {
        match self {
            SignatureScheme::Ecdsa(hash)
            | SignatureScheme::EcdsaPlain(hash)
            | SignatureScheme::RsaPkcs1(hash)
            | SignatureScheme::RsaPss { hash, .. } => hash,
        }
    }

    /// Whether new certificates, lists and documents may be signed so: ECDSA in DER or RSA, not with SHA-1 (Doc 9303-12
    /// 4.1.6), and RSASSA-PSS as [`rsa_pss`](Self::rsa_pss) makes it.
    pub fn is_for_issuing(self) -> bool {
        let is_form = match self {
            SignatureScheme::Ecdsa(_) | SignatureScheme::RsaPkcs1(_) => true,
            SignatureScheme::RsaPss { hash, .. } => self == SignatureScheme::rsa_pss(hash),
            SignatureScheme::EcdsaPlain(_) => false,
        };
        is_form && self.hash() != HashAlgorithm::Sha1
    }

    /// The object identifier of the algorithm.
    pub const fn oid(self) -> ObjectIdentifier {
        match self {
            SignatureScheme::Ecdsa(hash) => hash.ecdsa_oid(),
            SignatureScheme::EcdsaPlain(hash) => hash.ecdsa_plain_oid(),
            SignatureScheme::RsaPkcs1(hash) => hash.rsa_oid(),
            SignatureScheme::RsaPss { .. } => RSASSA_PSS,
        }
    }

    /// AlgorithmIdentifier in DER.
    pub fn to_der(self) -> Vec<u8> {
        let mut out = Vec::with_capacity(64);
        self.push(&mut out);
        out
    }

    /// Appends the AlgorithmIdentifier in DER: without parameters for ECDSA, NULL for PKCS #1 v1.5, RSASSA-PSS-params.
    pub fn push(self, out: &mut Vec<u8>) {
        tlv::push_nested(out, 0x30, |out| {
            tlv::push(out, 0x06, self.oid().as_bytes());
            match self {
                SignatureScheme::Ecdsa(_) | SignatureScheme::EcdsaPlain(_) => {}
                SignatureScheme::RsaPkcs1(_) => tlv::push(out, 0x05, &[]),
                SignatureScheme::RsaPss { hash, mgf_hash, salt_length } => {
                    PssParameters { hash, mgf_hash, salt_length }.push(out);
                }
            }
        });
    }

    /// Reads an AlgorithmIdentifier. Where parameters are absent or NULL, both are accepted.
    ///
    /// # Errors
    /// [`SchemeErrorKind::Unsupported`]: an algorithm that is not known here. [`SchemeErrorKind::Structure`]: not an
    /// AlgorithmIdentifier, or parameters that are not the algorithm's.
    pub fn from_der(algorithm: &[u8]) -> Result<SignatureScheme, SchemeError> {
        read(algorithm, None)
    }

    /// The same in a SignerInfo of CMS, where rsaEncryption stands for RSASSA-PKCS1-v1_5 with the signer's hash function
    /// (RFC 3370 3.2).
    ///
    /// # Errors
    /// As [`from_der`](Self::from_der).
    pub fn from_der_of_signer(algorithm: &[u8], digest: HashAlgorithm) -> Result<SignatureScheme, SchemeError> {
        read(algorithm, Some(digest))
    }
}

fn read(algorithm: &[u8], digest: Option<HashAlgorithm>) -> Result<SignatureScheme, SchemeError> {
    let mut reader = tlv::parse_single(algorithm, 0x30)?.reader();
    let position = reader.position();
    let oid = read_oid(&mut reader)?;
    let scheme = match (oid, digest) {
        (RSASSA_PSS, _) => {
            let PssParameters { hash, mgf_hash, salt_length } = PssParameters::read(&mut reader)?;
            SignatureScheme::RsaPss { hash, mgf_hash, salt_length }
        }
        (RSA_ENCRYPTION, Some(hash)) => {
            absent_or_null(&mut reader)?;
            SignatureScheme::RsaPkcs1(hash)
        }
        _ => {
            let scheme = HashAlgorithm::from_ecdsa_oid(&oid)
                .map(SignatureScheme::Ecdsa)
                .or_else(|| HashAlgorithm::from_ecdsa_plain_oid(&oid).map(SignatureScheme::EcdsaPlain))
                .or_else(|| HashAlgorithm::from_rsa_oid(&oid).map(SignatureScheme::RsaPkcs1))
                .ok_or(SchemeError { kind: SchemeErrorKind::Unsupported(oid), position })?;
            absent_or_null(&mut reader)?;
            scheme
        }
    };
    reader.finish()?;
    Ok(scheme)
}

fn absent_or_null(reader: &mut Reader<'_>) -> Result<(), TlvError> {
    match reader.optional(0x05)? {
        Some(null) if !null.value.is_empty() => Err(TlvError { kind: TlvErrorKind::Value, position: null.position }),
        _ => Ok(()),
    }
}
