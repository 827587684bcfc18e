//! Public keys: subject public key information in both forms, and verification.

use bp256::BrainpoolP256r1;
use bp384::BrainpoolP384r1;
use const_oid::ObjectIdentifier;
use ecdsa::signature::hazmat::PrehashVerifier;
use ecdsa::{Signature, VerifyingKey};
use p256::NistP256;
use p384::NistP384;
use thiserror::Error;

use super::curve::Curve;
use super::hash::HashAlgorithm;
use super::parameters::{self, Parameters};
use super::signature::der_to_plain;
use crate::tlv::{self, Reader, TlvError};

/// Why bytes are not a public key that can be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{kind} at byte {position}")]
pub struct KeyError {
    /// What is wrong.
    pub kind: KeyErrorKind,
    /// Offset from the start of the input, in bytes.
    pub position: usize,
}

/// What is wrong with a public key.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum KeyErrorKind {
    /// The structure is not SubjectPublicKeyInfo.
    #[error("subject public key information: {0}")]
    Structure(crate::tlv::TlvErrorKind),
    /// A key of another algorithm than the one that is read: id-ecPublicKey for a point, those of RSA for a modulus.
    #[error("key algorithm {0} is not supported")]
    UnsupportedAlgorithm(ObjectIdentifier),
    /// A named curve, or explicit parameters, that this library does not know.
    #[error("curve is not supported")]
    UnsupportedCurve,
    /// Explicit parameters that begin like a known curve and then differ from it, which must never be used.
    #[error("explicit parameters differ from those of the curve")]
    ParametersDiffer,
    /// Explicit parameters of a curve that nobody knows and that does not hold what a curve must.
    #[error("explicit parameters are not those of a curve: {0}")]
    Curve(&'static str),
    /// The point is compressed, of the wrong length or not on the curve.
    #[error("point is not an uncompressed point of the curve")]
    Point,
    /// The numbers of an RSA key are not minimal positive INTEGERs in a BIT STRING.
    #[error("RSA key is not two positive numbers in a bit string")]
    RsaKey,
    /// An RSA modulus, of this many bits, that is even or outside of [`crate::rsa::MODULUS_BITS`].
    #[error("RSA modulus of {0} bits is even, too short or too long")]
    RsaModulus(usize),
    /// An RSA exponent, of this many bits, that is even, one, or above [`crate::rsa::MAXIMUM_EXPONENT_BITS`].
    #[error("RSA exponent of {0} bits is even, one or too long")]
    RsaExponent(usize),
    /// The private number is zero, too long or not below the order.
    #[error("private number is not in the range of the curve's order")]
    Scalar,
}

/// Why a signature was not accepted.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// The signature is well formed and was not made by this key over this message.
    #[error("signature does not verify")]
    Mismatch,
    /// The signature's bytes are not of the form that scheme and key ask for: DER, plain, or as long as the modulus.
    #[error("signature does not have the required form")]
    SignatureForm,
    /// A signature algorithm that is not known here, or whose parameters are malformed.
    #[error(transparent)]
    Scheme(#[from] crate::signature::SchemeError),
    /// A scheme of one kind of key, and a key of another or one that is reserved for other parameters.
    #[error("signature algorithm does not go with the key")]
    SchemeAndKeyDiffer,
    /// The key that should verify cannot be used.
    #[error("public key: {0}")]
    Key(#[from] KeyError),
}

/// A point on a curve; the constructors check that it lies there.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey {
    point: Vec<u8>,
    pub(super) verifier: Verifier,
}

#[derive(Clone, PartialEq, Eq)]
pub(super) enum Verifier {
    P256(VerifyingKey<NistP256>),
    P384(VerifyingKey<NistP384>),
    BrainpoolP256r1(VerifyingKey<BrainpoolP256r1>),
    BrainpoolP384r1(VerifyingKey<BrainpoolP384r1>),
}

/// The same expression for the key of whichever curve.
macro_rules! with_key {
    ($verifier:expr, $key:ident => $body:expr) => {
        match $verifier {
            Verifier::P256($key) => $body,
            Verifier::P384($key) => $body,
            Verifier::BrainpoolP256r1($key) => $body,
            Verifier::BrainpoolP384r1($key) => $body,
        }
    };
}

impl std::fmt::Debug for PublicKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("PublicKey").field("curve", &self.curve()).finish_non_exhaustive()
    }
}

impl PublicKey {
    /// From an uncompressed point, `04 || x || y`.
    ///
    /// # Errors
    /// [`KeyErrorKind::Point`]: compressed, of another length, or not on the curve.
    pub fn from_uncompressed(curve: Curve, point: &[u8]) -> Result<PublicKey, KeyError> {
        let refused = KeyError { kind: KeyErrorKind::Point, position: 0 };
        if point.len() != 1 + 2 * curve.field_length() || point.first() != Some(&0x04) {
            return Err(refused);
        }
        let verifier = match curve {
            Curve::P256 => VerifyingKey::from_sec1_bytes(point).map(Verifier::P256),
            Curve::P384 => VerifyingKey::from_sec1_bytes(point).map(Verifier::P384),
            Curve::BrainpoolP256r1 => VerifyingKey::from_sec1_bytes(point).map(Verifier::BrainpoolP256r1),
            Curve::BrainpoolP384r1 => VerifyingKey::from_sec1_bytes(point).map(Verifier::BrainpoolP384r1),
        };
        Ok(PublicKey { point: point.to_vec(), verifier: verifier.map_err(|_| refused)? })
    }

    pub(super) fn from_verifier(verifier: Verifier) -> PublicKey {
        let point = with_key!(&verifier, key => key.to_sec1_point(false).as_bytes().to_vec());
        PublicKey { point, verifier }
    }

    /// From SubjectPublicKeyInfo with a named curve or with explicit parameters, which must then equal a known curve in
    /// every number (RFC 5480 2, Doc 9303-12 4.1.6.3). Keys on other curves can be verified with as
    /// [`ExplicitKey`](super::ExplicitKey).
    ///
    /// # Errors
    /// Kind and position of the first fault: another algorithm than id-ecPublicKey, a curve that is none of [`Curve`],
    /// parameters that differ from those of the curve whose field they have ([`KeyErrorKind::ParametersDiffer`]), or a
    /// point that is not an uncompressed point of it.
    pub fn from_spki(spki: &[u8]) -> Result<PublicKey, KeyError> {
        let mut fields = tlv::parse_single(spki, 0x30)?.reader();
        let mut algorithm = fields.expect(0x30)?.reader();
        let position = algorithm.position();
        let curve = match parameters::read_algorithm(&mut algorithm)? {
            Parameters::Known(domain) => Curve::from_oid(&domain.oid),
            Parameters::Other(_) => None,
        };
        let curve = curve.ok_or(KeyError { kind: KeyErrorKind::UnsupportedCurve, position })?;
        let bits = fields.expect(0x03)?;
        fields.finish()?;
        match bits.value {
            [0, point @ ..] => PublicKey::from_uncompressed(curve, point)
                .map_err(|error| KeyError { position: bits.position, ..error }),
            _ => Err(KeyError { kind: KeyErrorKind::Point, position: bits.position }),
        }
    }

    /// The curve of the point.
    pub fn curve(&self) -> Curve {
        match self.verifier {
            Verifier::P256(_) => Curve::P256,
            Verifier::P384(_) => Curve::P384,
            Verifier::BrainpoolP256r1(_) => Curve::BrainpoolP256r1,
            Verifier::BrainpoolP384r1(_) => Curve::BrainpoolP384r1,
        }
    }

    /// The point as `04 || x || y`.
    pub fn uncompressed(&self) -> &[u8] {
        &self.point
    }

    /// SubjectPublicKeyInfo with explicit parameters, as Doc 9303-12 4.1.6.3 requires of certificates and TR-03110 of
    /// chip authentication keys.
    ///
    /// ```text
    /// SubjectPublicKeyInfo ::= SEQUENCE {
    ///     algorithm SEQUENCE { id-ecPublicKey, parameters ECParameters },
    ///     subjectPublicKey BIT STRING }
    /// ```
    pub fn to_spki_explicit(&self) -> Vec<u8> {
        self.to_spki(&self.curve().explicit_parameters())
    }

    /// SubjectPublicKeyInfo with the curve's name, as general X.509 software expects it (RFC 5480 2.1.1).
    pub fn to_spki_named(&self) -> Vec<u8> {
        let mut name = Vec::new();
        tlv::push(&mut name, 0x06, self.curve().oid().as_bytes());
        self.to_spki(&name)
    }

    /// Checks an ECDSA signature in DER over `message`.
    ///
    /// # Errors
    /// As [`verify_digest`](Self::verify_digest).
    pub fn verify(&self, hash: HashAlgorithm, message: &[u8], signature_der: &[u8]) -> Result<(), VerifyError> {
        self.verify_digest(&hash.digest(message), signature_der)
    }

    /// Checks an ECDSA signature in DER over a message whose hash value is `digest`.
    ///
    /// # Errors
    /// [`VerifyError::SignatureForm`]: not a signature of the curve in minimal DER. [`VerifyError::Mismatch`]: not made
    /// by this key over this hash value.
    pub fn verify_digest(&self, digest: &[u8], signature_der: &[u8]) -> Result<(), VerifyError> {
        let plain = der_to_plain(self.curve(), signature_der).map_err(|_| VerifyError::SignatureForm)?;
        self.verify_plain_digest(digest, &plain)
    }

    /// Checks an ECDSA signature in the plain form `r || s` of active authentication over `message`.
    ///
    /// # Errors
    /// As [`verify_plain_digest`](Self::verify_plain_digest).
    pub fn verify_plain(&self, hash: HashAlgorithm, message: &[u8], plain: &[u8]) -> Result<(), VerifyError> {
        self.verify_plain_digest(&hash.digest(message), plain)
    }

    /// The same over a message whose hash value is `digest`.
    ///
    /// # Errors
    /// [`VerifyError::SignatureForm`]: not two numbers below the order, each as long as the field.
    /// [`VerifyError::Mismatch`]: not made by this key over this hash value.
    pub fn verify_plain_digest(&self, digest: &[u8], plain: &[u8]) -> Result<(), VerifyError> {
        let mut field = [0; FIELD_LENGTH];
        let digest = field_digest(self.curve(), digest, &mut field);
        with_key!(&self.verifier, key => {
            let signature = Signature::from_slice(plain).map_err(|_| VerifyError::SignatureForm)?;
            key.verify_prehash(digest, &signature).map_err(|_| VerifyError::Mismatch)
        })
    }

    fn to_spki(&self, parameters: &[u8]) -> Vec<u8> {
        spki(parameters, &self.point)
    }
}

/// SubjectPublicKeyInfo of id-ecPublicKey with these parameters and this point.
pub(super) fn spki(parameters: &[u8], point: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(parameters.len() + point.len() + 24);
    tlv::push_nested(&mut out, 0x30, |out| {
        tlv::push_nested(out, 0x30, |out| {
            tlv::push(out, 0x06, super::EC_PUBLIC_KEY.as_bytes());
            out.extend_from_slice(parameters);
        });
        tlv::push_header(out, 0x03, point.len() + 1);
        out.push(0);
        out.extend_from_slice(point);
    });
    out
}

/// Length of the longest field of a [`Curve`], in bytes.
pub(super) const FIELD_LENGTH: usize = 48;

/// SEC 1 4.1.3 step 5: the leftmost bits of a longer hash value; a shorter one is the same number with leading zeros.
pub(super) fn field_digest<'a>(curve: Curve, digest: &'a [u8], field: &'a mut [u8; FIELD_LENGTH]) -> &'a [u8] {
    let length = curve.field_length();
    if let Some(leftmost) = digest.get(..length) {
        return leftmost;
    }
    let padding = length - digest.len();
    if let Some(end) = field.get_mut(padding..length) {
        end.copy_from_slice(digest);
    }
    field.get(..length).unwrap_or_default()
}

pub(crate) fn read_oid(reader: &mut Reader<'_>) -> Result<ObjectIdentifier, TlvError> {
    let object = reader.expect(0x06)?;
    ObjectIdentifier::from_bytes(object.value)
        .map_err(|_| TlvError { kind: tlv::TlvErrorKind::Value, position: object.position })
}

impl From<TlvError> for KeyError {
    fn from(error: TlvError) -> Self {
        KeyError { kind: KeyErrorKind::Structure(error.kind), position: error.position }
    }
}
