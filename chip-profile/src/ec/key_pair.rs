//! Key pairs: generation from randomness that is passed in, deterministic signatures, key agreement.

use bp256::BrainpoolP256r1;
use bp384::BrainpoolP384r1;
use ecdsa::elliptic_curve::sec1::{FromSec1Point, ModulusSize, ToSec1Point};
use ecdsa::elliptic_curve::{
    self, AffinePoint, CurveArithmetic, FieldBytes, FieldBytesSize, Generate, NonZeroScalar, PrimeField,
};
use ecdsa::hazmat::sign_prehashed_rfc6979;
use ecdsa::{EcdsaCurve, VerifyingKey};
use p256::NistP256;
use p384::NistP384;
use rand_core::CryptoRng;
use sha2::{Sha256, Sha384};
use zeroize::{Zeroize, Zeroizing};

use super::curve::Curve;
use super::hash::HashAlgorithm;
use super::public_key::{FIELD_LENGTH, KeyError, KeyErrorKind, PublicKey, Verifier, field_digest};

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

#[derive(Clone)]
enum Signer {
    P256(Secret<NistP256>),
    P384(Secret<NistP384>),
    BrainpoolP256r1(Secret<BrainpoolP256r1>),
    BrainpoolP384r1(Secret<BrainpoolP384r1>),
}

/// A private number between 1 and the order less one. `ecdsa`'s own signing key makes the public point whenever it is built,
/// which costs as much as a signature; here the point may be known already. Overwritten when dropped.
#[derive(Clone)]
struct Secret<C: CurveArithmetic>(NonZeroScalar<C>);

impl<C: CurveArithmetic> Drop for Secret<C> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<C: CurveArithmetic> Secret<C> {
    fn generate(rng: &mut dyn CryptoRng) -> Secret<C> {
        Secret(NonZeroScalar::generate_from_rng(rng))
    }

    fn from_bytes(scalar: &[u8]) -> Option<Secret<C>> {
        let field = Zeroizing::new(FieldBytes::<C>::try_from(scalar).ok()?);
        NonZeroScalar::from_repr(*field).into_option().map(Secret)
    }

    fn verifying_key(&self) -> VerifyingKey<C>
    where
        C: EcdsaCurve,
        AffinePoint<C>: FromSec1Point<C> + ToSec1Point<C>,
        FieldBytesSize<C>: ModulusSize,
    {
        VerifyingKey::from(elliptic_curve::PublicKey::from_secret_scalar(&self.0))
    }
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
            Curve::P256 => Signer::P256(Secret::generate(rng)),
            Curve::P384 => Signer::P384(Secret::generate(rng)),
            Curve::BrainpoolP256r1 => Signer::BrainpoolP256r1(Secret::generate(rng)),
            Curve::BrainpoolP384r1 => Signer::BrainpoolP384r1(Secret::generate(rng)),
        })
    }

    /// The key pair of a private number, big-endian, exactly [`Curve::field_length`] bytes.
    ///
    /// # Errors
    /// [`KeyErrorKind::Scalar`]: the number is zero, not below the curve's order or of another length.
    pub fn from_private_scalar(curve: Curve, scalar: &[u8]) -> Result<KeyPair, KeyError> {
        Signer::read(curve, scalar).map(KeyPair::from_signer)
    }

    /// The same where the public point is known, `04 || x || y`, which spares the multiplication that makes it.
    ///
    /// That the point lies on the curve is checked; that it is the one of the private number is vouched for by whoever
    /// made both. What a pair that does not belong together signs does not verify under its public key.
    ///
    /// # Errors
    /// The point is not on the curve, or the number is zero or beyond the curve's order.
    pub fn from_parts(curve: Curve, scalar: &[u8], public_point: &[u8]) -> Result<KeyPair, KeyError> {
        let public_key = PublicKey::from_uncompressed(curve, public_point)?;
        Ok(KeyPair { signer: Signer::read(curve, scalar)?, public_key })
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
        PrivateScalar(Zeroizing::new(with_key!(&self.signer, key => Zeroizing::new(key.0.to_repr()).to_vec())))
    }

    /// An ECDSA signature over `message` in DER, deterministic after RFC 6979: no randomness, so none can be bad.
    pub fn sign(&self, hash: HashAlgorithm, message: &[u8]) -> Vec<u8> {
        self.sign_digest(hash.hash_value(message).as_bytes())
    }

    /// An ECDSA signature in DER over a message whose hash value is `digest`.
    pub fn sign_digest(&self, digest: &[u8]) -> Vec<u8> {
        let mut field = [0; FIELD_LENGTH];
        let digest = field_digest(self.curve(), digest, &mut field);
        // RFC 6979 with the hash function whose length is the curve's.
        match &self.signer {
            Signer::P256(key) => {
                sign_prehashed_rfc6979::<NistP256, Sha256>(&key.0, digest, &[]).0.to_der().as_bytes().to_vec()
            }
            Signer::P384(key) => {
                sign_prehashed_rfc6979::<NistP384, Sha384>(&key.0, digest, &[]).0.to_der().as_bytes().to_vec()
            }
            Signer::BrainpoolP256r1(key) => {
                sign_prehashed_rfc6979::<BrainpoolP256r1, Sha256>(&key.0, digest, &[]).0.to_der().as_bytes().to_vec()
            }
            Signer::BrainpoolP384r1(key) => {
                sign_prehashed_rfc6979::<BrainpoolP384r1, Sha384>(&key.0, digest, &[]).0.to_der().as_bytes().to_vec()
            }
        }
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
        let public_key = PublicKey::from_verifier(match &signer {
            Signer::P256(key) => Verifier::P256(key.verifying_key()),
            Signer::P384(key) => Verifier::P384(key.verifying_key()),
            Signer::BrainpoolP256r1(key) => Verifier::BrainpoolP256r1(key.verifying_key()),
            Signer::BrainpoolP384r1(key) => Verifier::BrainpoolP384r1(key.verifying_key()),
        });
        KeyPair { signer, public_key }
    }
}

impl Signer {
    fn read(curve: Curve, scalar: &[u8]) -> Result<Signer, KeyError> {
        let signer = match curve {
            Curve::P256 => Secret::from_bytes(scalar).map(Signer::P256),
            Curve::P384 => Secret::from_bytes(scalar).map(Signer::P384),
            Curve::BrainpoolP256r1 => Secret::from_bytes(scalar).map(Signer::BrainpoolP256r1),
            Curve::BrainpoolP384r1 => Secret::from_bytes(scalar).map(Signer::BrainpoolP384r1),
        };
        signer.ok_or(KeyError { kind: KeyErrorKind::Scalar, position: 0 })
    }
}

fn agreed<C>(key: &Secret<C>, point: &VerifyingKey<C>) -> Zeroizing<Vec<u8>>
where
    C: EcdsaCurve + CurveArithmetic,
    AffinePoint<C>: FromSec1Point<C> + ToSec1Point<C>,
    FieldBytesSize<C>: ModulusSize,
{
    // Borrowed, so that no copy of the number is left behind.
    let scalar: &NonZeroScalar<C> = &key.0;
    let secret = elliptic_curve::ecdh::diffie_hellman(scalar, point.as_affine());
    Zeroizing::new(secret.raw_secret_bytes().to_vec())
}
