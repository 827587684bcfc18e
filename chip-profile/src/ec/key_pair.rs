//! Key pairs: generation from randomness that is passed in, deterministic signatures, key agreement.

use p256::ecdsa::signature::hazmat::PrehashSigner;
use p256::elliptic_curve::Generate;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::curve::Curve;
use super::hash::HashAlgorithm;
use super::public_key::{KeyError, KeyErrorKind, PublicKey, field_digest};

/// The private number of a key, big-endian, [`Curve::field_length`] bytes. Overwritten when dropped, never shown.
#[derive(Clone)]
pub struct PrivateScalar(Zeroizing<Vec<u8>>);

impl PrivateScalar {
    /// The number itself, for injection into a chip or for sealing.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl std::fmt::Debug for PrivateScalar {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("PrivateScalar(redacted)")
    }
}

/// The x coordinate that both sides of a key agreement compute, TR-03111 4.3. Overwritten when dropped, never shown.
#[derive(Clone)]
pub struct SharedSecret(Zeroizing<Vec<u8>>);

impl SharedSecret {
    /// Big-endian, [`Curve::field_length`] bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl std::fmt::Debug for SharedSecret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("SharedSecret(redacted)")
    }
}

/// A private key with its public key.
#[derive(Clone)]
pub struct KeyPair {
    signer: Signer,
    public_key: PublicKey,
}

// The RustCrypto signing keys overwrite themselves when dropped.
#[derive(Clone)]
enum Signer {
    P256(p256::ecdsa::SigningKey),
    P384(p384::ecdsa::SigningKey),
}

impl std::fmt::Debug for KeyPair {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("KeyPair").field("public_key", &self.public_key).finish_non_exhaustive()
    }
}

impl KeyPair {
    /// A fresh key pair.
    pub fn generate(curve: Curve, rng: &mut dyn CryptoRng) -> KeyPair {
        loop {
            let signer = match curve {
                Curve::P256 => Signer::P256(p256::ecdsa::SigningKey::generate_from_rng(rng)),
                Curve::P384 => Signer::P384(p384::ecdsa::SigningKey::generate_from_rng(rng)),
            };
            // Generation never yields the number zero, so the point always exists and the loop runs once.
            if let Ok(key_pair) = KeyPair::from_signer(signer) {
                return key_pair;
            }
        }
    }

    /// The key pair of a private number, big-endian, exactly [`Curve::field_length`] bytes.
    pub fn from_private_scalar(curve: Curve, scalar: &[u8]) -> Result<KeyPair, KeyError> {
        let refused = KeyError { kind: KeyErrorKind::Scalar, position: 0 };
        if scalar.len() != curve.field_length() {
            return Err(refused);
        }
        let signer = match curve {
            Curve::P256 => Signer::P256(p256::ecdsa::SigningKey::from_slice(scalar).map_err(|_| refused.clone())?),
            Curve::P384 => Signer::P384(p384::ecdsa::SigningKey::from_slice(scalar).map_err(|_| refused.clone())?),
        };
        KeyPair::from_signer(signer)
    }

    /// The curve of the key.
    pub fn curve(&self) -> Curve {
        self.public_key.curve()
    }

    /// The public half.
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// A copy of the private number.
    pub fn private_scalar(&self) -> PrivateScalar {
        PrivateScalar(Zeroizing::new(match &self.signer {
            Signer::P256(key) => Zeroizing::new(key.to_bytes()).to_vec(),
            Signer::P384(key) => Zeroizing::new(key.to_bytes()).to_vec(),
        }))
    }

    /// An ECDSA signature over `message` in DER, deterministic after RFC 6979: no randomness, so none can be bad.
    pub fn sign(&self, hash: HashAlgorithm, message: &[u8]) -> Vec<u8> {
        self.sign_digest(&hash.digest(message))
    }

    /// An ECDSA signature in DER over a message whose hash value is `digest`.
    pub fn sign_digest(&self, digest: &[u8]) -> Vec<u8> {
        let digest = field_digest(self.curve(), digest);
        // RFC 6979 tries nonces until one serves, so the arithmetic never answers with an error; were that to change, the
        // empty bytes verify with no key.
        match &self.signer {
            Signer::P256(key) => {
                let signature: Result<p256::ecdsa::DerSignature, _> = key.sign_prehash(&digest);
                signature.map(|signature| signature.as_bytes().to_vec()).unwrap_or_default()
            }
            Signer::P384(key) => {
                let signature: Result<p384::ecdsa::DerSignature, _> = key.sign_prehash(&digest);
                signature.map(|signature| signature.as_bytes().to_vec()).unwrap_or_default()
            }
        }
    }

    /// Diffie-Hellman key agreement with the other side's public key, TR-03111 4.3.1. `None` if the curves differ.
    pub fn agree(&self, other: &PublicKey) -> Option<SharedSecret> {
        let secret = match (&self.signer, other.curve()) {
            (Signer::P256(key), Curve::P256) => {
                let point = p256::PublicKey::from_sec1_bytes(other.uncompressed()).ok()?;
                p256::ecdh::diffie_hellman(key.as_nonzero_scalar(), point.as_affine()).raw_secret_bytes().to_vec()
            }
            (Signer::P384(key), Curve::P384) => {
                let point = p384::PublicKey::from_sec1_bytes(other.uncompressed()).ok()?;
                p384::ecdh::diffie_hellman(key.as_nonzero_scalar(), point.as_affine()).raw_secret_bytes().to_vec()
            }
            _ => return None,
        };
        Some(SharedSecret(Zeroizing::new(secret)))
    }

    fn from_signer(signer: Signer) -> Result<KeyPair, KeyError> {
        let public_key = match &signer {
            Signer::P256(key) => {
                PublicKey::from_uncompressed(Curve::P256, key.verifying_key().to_sec1_point(false).as_bytes())?
            }
            Signer::P384(key) => {
                PublicKey::from_uncompressed(Curve::P384, key.verifying_key().to_sec1_point(false).as_bytes())?
            }
        };
        Ok(KeyPair { signer, public_key })
    }
}
