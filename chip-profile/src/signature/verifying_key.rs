//! A public key of whichever algorithm, for verification.

use super::scheme::SignatureScheme;
use crate::ec::{self, KeyError, KeyErrorKind, VerifyError};
use crate::rsa::{self, PssParameters};

/// A public key that signatures can be verified with.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum VerifyingKey {
    /// A key on one of the curves that keys are made on.
    Ec(ec::PublicKey),
    /// An RSA key.
    Rsa(rsa::PublicKey),
    /// A key on any other curve, named or with explicit parameters, for verification only.
    Explicit(ec::ExplicitKey),
}

impl VerifyingKey {
    /// From SubjectPublicKeyInfo.
    ///
    /// # Errors
    /// Kind and position of the first fault: an algorithm that is neither RSA nor id-ecPublicKey, a structure that is
    /// not its own, or a key that is refused by [`rsa::PublicKey::from_spki`], [`ec::PublicKey::from_spki`] or, on
    /// other curves, [`ec::ExplicitKey::from_spki`].
    pub fn from_spki(spki: &[u8]) -> Result<VerifyingKey, KeyError> {
        match rsa::PublicKey::from_spki(spki) {
            Ok(key) => Ok(VerifyingKey::Rsa(key)),
            Err(KeyError { kind: KeyErrorKind::UnsupportedAlgorithm(ec::EC_PUBLIC_KEY), .. }) => {
                match ec::PublicKey::from_spki(spki) {
                    Ok(key) => Ok(VerifyingKey::Ec(key)),
                    Err(KeyError { kind: KeyErrorKind::UnsupportedCurve, .. }) => {
                        ec::ExplicitKey::from_spki(spki).map(VerifyingKey::Explicit)
                    }
                    Err(error) => Err(error),
                }
            }
            Err(error) => Err(error),
        }
    }

    /// SubjectPublicKeyInfo as certificates of Doc 9303-12 4.1.6 carry it: explicit parameters for elliptic curves,
    /// rsaEncryption for RSA.
    pub fn to_spki(&self) -> Vec<u8> {
        match self {
            VerifyingKey::Ec(key) => key.to_spki_explicit(),
            VerifyingKey::Rsa(key) => key.to_spki(),
            VerifyingKey::Explicit(key) => key.to_spki(),
        }
    }

    /// The contents of subjectPublicKey, whose hash value identifies the key (RFC 5280 4.2.1.2): the uncompressed point,
    /// or RSAPublicKey in DER.
    pub fn subject_public_key(&self) -> Vec<u8> {
        match self {
            VerifyingKey::Ec(key) => key.uncompressed().to_vec(),
            VerifyingKey::Rsa(key) => key.to_der(),
            VerifyingKey::Explicit(key) => key.uncompressed().to_vec(),
        }
    }

    /// The key as one that is made here, if it is on such a curve.
    pub fn as_ec(&self) -> Option<&ec::PublicKey> {
        match self {
            VerifyingKey::Ec(key) => Some(key),
            VerifyingKey::Rsa(_) | VerifyingKey::Explicit(_) => None,
        }
    }

    /// Whether signatures of this scheme can come from this key.
    pub fn goes_with(&self, scheme: SignatureScheme) -> bool {
        match (self, scheme) {
            (
                VerifyingKey::Ec(_) | VerifyingKey::Explicit(_),
                SignatureScheme::Ecdsa(_) | SignatureScheme::EcdsaPlain(_),
            ) => true,
            (VerifyingKey::Rsa(key), SignatureScheme::RsaPkcs1(_)) => key.allows_pkcs1(),
            (VerifyingKey::Rsa(key), SignatureScheme::RsaPss { hash, mgf_hash, salt_length }) => {
                key.allows_pss(PssParameters { hash, mgf_hash, salt_length })
            }
            _ => false,
        }
    }

    /// Checks a signature over `message`.
    ///
    /// # Errors
    /// As [`verify_digest`](Self::verify_digest).
    pub fn verify(&self, scheme: SignatureScheme, message: &[u8], signature: &[u8]) -> Result<(), VerifyError> {
        self.verify_digest(scheme, &scheme.hash().digest(message), signature)
    }

    /// Checks a signature over a message whose hash value is `digest`.
    ///
    /// # Errors
    /// [`VerifyError::SchemeAndKeyDiffer`] for a scheme that does not go with the key ([`goes_with`](Self::goes_with)),
    /// [`VerifyError::SignatureForm`] for bytes that are no signature of such a key, [`VerifyError::Mismatch`] for one
    /// that is not by this key over this hash value.
    pub fn verify_digest(&self, scheme: SignatureScheme, digest: &[u8], signature: &[u8]) -> Result<(), VerifyError> {
        match (self, scheme) {
            (VerifyingKey::Ec(key), SignatureScheme::Ecdsa(_)) => key.verify_digest(digest, signature),
            (VerifyingKey::Ec(key), SignatureScheme::EcdsaPlain(_)) => key.verify_plain_digest(digest, signature),
            (VerifyingKey::Explicit(key), SignatureScheme::Ecdsa(_)) => key.verify_digest(digest, signature),
            (VerifyingKey::Explicit(key), SignatureScheme::EcdsaPlain(_)) => key.verify_plain_digest(digest, signature),
            (VerifyingKey::Rsa(key), SignatureScheme::RsaPkcs1(hash)) => {
                key.verify_pkcs1_digest(hash, digest, signature)
            }
            (VerifyingKey::Rsa(key), SignatureScheme::RsaPss { hash, mgf_hash, salt_length }) => {
                key.verify_pss_digest(PssParameters { hash, mgf_hash, salt_length }, digest, signature)
            }
            _ => Err(VerifyError::SchemeAndKeyDiffer),
        }
    }
}

impl From<ec::PublicKey> for VerifyingKey {
    fn from(key: ec::PublicKey) -> VerifyingKey {
        VerifyingKey::Ec(key)
    }
}

impl From<rsa::PublicKey> for VerifyingKey {
    fn from(key: rsa::PublicKey) -> VerifyingKey {
        VerifyingKey::Rsa(key)
    }
}
