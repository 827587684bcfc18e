//! Key pairs: generation from randomness that is passed in, deterministic signatures, key agreement.

use bp256::BrainpoolP256r1;
use bp384::BrainpoolP384r1;
use ecdsa::elliptic_curve::sec1::{FromSec1Point, ModulusSize, ToSec1Point};
use ecdsa::elliptic_curve::{self, AffinePoint, CurveArithmetic, FieldBytesSize, Generate};
use ecdsa::signature::hazmat::PrehashSigner;
use ecdsa::{EcdsaCurve, SigningKey, VerifyingKey};
use p256::NistP256;
use p384::NistP384;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::curve::Curve;
use super::hash::HashAlgorithm;
use super::public_key::{KeyError, KeyErrorKind, PublicKey, Verifier, field_digest};

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
    P256(SigningKey<NistP256>),
    P384(SigningKey<NistP384>),
    BrainpoolP256r1(SigningKey<BrainpoolP256r1>),
    BrainpoolP384r1(SigningKey<BrainpoolP384r1>),
}

/// The same expression for the key of whichever curve.
macro_rules! with_key {
    ($signer:expr, $key:ident => $body:expr) => {
        match $signer {
            Signer::P256($key) => $body,
            Signer::P384($key) => $body,
            Signer::BrainpoolP256r1($key) => $body,
            Signer::BrainpoolP384r1($key) => $body,
        }
    };
}

impl std::fmt::Debug for KeyPair {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("KeyPair").field("public_key", &self.public_key).finish_non_exhaustive()
    }
}

impl KeyPair {
    /// A fresh key pair.
    pub fn generate(curve: Curve, rng: &mut dyn CryptoRng) -> KeyPair {
        KeyPair::from_signer(match curve {
            Curve::P256 => Signer::P256(SigningKey::generate_from_rng(rng)),
            Curve::P384 => Signer::P384(SigningKey::generate_from_rng(rng)),
            Curve::BrainpoolP256r1 => Signer::BrainpoolP256r1(SigningKey::generate_from_rng(rng)),
            Curve::BrainpoolP384r1 => Signer::BrainpoolP384r1(SigningKey::generate_from_rng(rng)),
        })
    }

    /// The key pair of a private number, big-endian, exactly [`Curve::field_length`] bytes.
    pub fn from_private_scalar(curve: Curve, scalar: &[u8]) -> Result<KeyPair, KeyError> {
        let refused = KeyError { kind: KeyErrorKind::Scalar, position: 0 };
        if scalar.len() != curve.field_length() {
            return Err(refused);
        }
        let signer = match curve {
            Curve::P256 => SigningKey::from_slice(scalar).map(Signer::P256),
            Curve::P384 => SigningKey::from_slice(scalar).map(Signer::P384),
            Curve::BrainpoolP256r1 => SigningKey::from_slice(scalar).map(Signer::BrainpoolP256r1),
            Curve::BrainpoolP384r1 => SigningKey::from_slice(scalar).map(Signer::BrainpoolP384r1),
        };
        signer.map(KeyPair::from_signer).map_err(|_| refused)
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
        PrivateScalar(Zeroizing::new(with_key!(&self.signer, key => Zeroizing::new(key.to_bytes()).to_vec())))
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
        with_key!(&self.signer, key => {
            let signature: Result<ecdsa::der::Signature<_>, _> = key.sign_prehash(&digest);
            signature.map(|signature| signature.as_bytes().to_vec()).unwrap_or_default()
        })
    }

    /// Diffie-Hellman key agreement with the other side's public key, TR-03111 4.3.1. `None` if the curves differ.
    pub fn agree(&self, other: &PublicKey) -> Option<SharedSecret> {
        let secret = match (&self.signer, &other.verifier) {
            (Signer::P256(key), Verifier::P256(point)) => agreed(key, point),
            (Signer::P384(key), Verifier::P384(point)) => agreed(key, point),
            (Signer::BrainpoolP256r1(key), Verifier::BrainpoolP256r1(point)) => agreed(key, point),
            (Signer::BrainpoolP384r1(key), Verifier::BrainpoolP384r1(point)) => agreed(key, point),
            _ => return None,
        };
        Some(SharedSecret(secret))
    }

    fn from_signer(signer: Signer) -> KeyPair {
        let public_key = match &signer {
            Signer::P256(key) => PublicKey::from_verifier(Verifier::P256(*key.verifying_key())),
            Signer::P384(key) => PublicKey::from_verifier(Verifier::P384(*key.verifying_key())),
            Signer::BrainpoolP256r1(key) => PublicKey::from_verifier(Verifier::BrainpoolP256r1(*key.verifying_key())),
            Signer::BrainpoolP384r1(key) => PublicKey::from_verifier(Verifier::BrainpoolP384r1(*key.verifying_key())),
        };
        KeyPair { signer, public_key }
    }
}

fn agreed<C>(key: &SigningKey<C>, point: &VerifyingKey<C>) -> Zeroizing<Vec<u8>>
where
    C: EcdsaCurve + CurveArithmetic,
    AffinePoint<C>: FromSec1Point<C> + ToSec1Point<C>,
    FieldBytesSize<C>: ModulusSize,
{
    let secret = elliptic_curve::ecdh::diffie_hellman(key.as_nonzero_scalar(), point.as_affine());
    Zeroizing::new(secret.raw_secret_bytes().to_vec())
}
