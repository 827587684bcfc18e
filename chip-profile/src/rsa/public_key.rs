//! RSA public keys, RFC 8017 A.1.1 and RFC 4055 1.2.

use crypto_bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use crypto_bigint::{BoxedUint, Odd};

use super::padding::{is_pkcs1, is_pss};
use super::{PssParameters, RSA_ENCRYPTION, RSASSA_PSS};
use crate::ec::{HashAlgorithm, KeyError, KeyErrorKind, VerifyError, push_unsigned, read_oid, unsigned_digits};
use crate::tlv;

/// Lengths of modulus that are accepted, in bits: what is found in documents and certificates, with room above. A longer
/// one would let a certificate buy more of the reader's time than any check of it is worth.
pub const MODULUS_BITS: std::ops::RangeInclusive<usize> = 1024..=8192;
/// Longest public exponent that is accepted, in bits. Those found have at most 17.
pub const MAXIMUM_EXPONENT_BITS: usize = 64;

/// An RSA public key.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey {
    modulus: Vec<u8>,
    exponent: Vec<u8>,
    use_of_key: UseOfKey,
}

/// What the algorithm identifier of the key allows it for, RFC 4055 1.2.
#[derive(Clone, Copy, PartialEq, Eq)]
enum UseOfKey {
    /// rsaEncryption: any scheme.
    Any,
    /// id-RSASSA-PSS, with the parameters if it names them.
    Pss(Option<PssParameters>),
}

impl std::fmt::Debug for PublicKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("rsa::PublicKey").field("bits", &self.bits()).finish_non_exhaustive()
    }
}

impl PublicKey {
    /// From modulus and public exponent, big-endian; leading zeros are dropped.
    ///
    /// # Errors
    /// [`KeyErrorKind::RsaModulus`]: even, or of a length outside of [`MODULUS_BITS`]. [`KeyErrorKind::RsaExponent`]:
    /// even, one, or longer than [`MAXIMUM_EXPONENT_BITS`].
    pub fn new(modulus: &[u8], exponent: &[u8]) -> Result<PublicKey, KeyError> {
        PublicKey::checked(modulus, exponent, UseOfKey::Any).map_err(|kind| KeyError { kind, position: 0 })
    }

    /// From SubjectPublicKeyInfo whose algorithm is rsaEncryption or id-RSASSA-PSS.
    ///
    /// ```text
    /// SubjectPublicKeyInfo ::= SEQUENCE { algorithm SEQUENCE { OID, parameters }, BIT STRING RSAPublicKey }
    /// RSAPublicKey ::= SEQUENCE { modulus INTEGER, publicExponent INTEGER }
    /// ```
    ///
    /// # Errors
    /// As [`new`](Self::new), with the position; and another algorithm, malformed parameters of id-RSASSA-PSS, or
    /// numbers that are not two minimal positive INTEGERs.
    pub fn from_spki(spki: &[u8]) -> Result<PublicKey, KeyError> {
        let mut fields = tlv::parse_single(spki, 0x30)?.reader();
        let mut algorithm = fields.expect(0x30)?.reader();
        let position = algorithm.position();
        let oid = read_oid(&mut algorithm)?;
        let use_of_key = match oid {
            RSA_ENCRYPTION => {
                algorithm.optional(0x05)?;
                UseOfKey::Any
            }
            RSASSA_PSS if algorithm.is_empty() => UseOfKey::Pss(None),
            RSASSA_PSS => UseOfKey::Pss(Some(PssParameters::read(&mut algorithm)?)),
            _ => return Err(KeyError { kind: KeyErrorKind::UnsupportedAlgorithm(oid), position }),
        };
        algorithm.finish()?;
        let bits = fields.expect(0x03)?;
        fields.finish()?;
        let mut inner = bits.reader();
        if bits.value.first() != Some(&0) || inner.skip(1).is_none() {
            return Err(KeyError { kind: KeyErrorKind::RsaKey, position: bits.position });
        }
        let mut numbers = inner.expect(0x30)?.reader();
        inner.finish()?;
        let position = numbers.position();
        let wrong = KeyError { kind: KeyErrorKind::RsaKey, position };
        let modulus = unsigned_digits(numbers.expect(0x02)?.value).ok_or(wrong.clone())?;
        let exponent = unsigned_digits(numbers.expect(0x02)?.value).ok_or(wrong)?;
        numbers.finish()?;
        PublicKey::checked(modulus, exponent, use_of_key).map_err(|kind| KeyError { kind, position })
    }

    fn checked(modulus: &[u8], exponent: &[u8], use_of_key: UseOfKey) -> Result<PublicKey, KeyErrorKind> {
        let (modulus, exponent) = (without_leading_zeros(modulus), without_leading_zeros(exponent));
        let is_odd = |number: &[u8]| number.last().is_some_and(|byte| byte & 1 == 1);
        if !MODULUS_BITS.contains(&bits(modulus)) || !is_odd(modulus) {
            return Err(KeyErrorKind::RsaModulus(bits(modulus)));
        }
        if !(2..=MAXIMUM_EXPONENT_BITS).contains(&bits(exponent)) || !is_odd(exponent) {
            return Err(KeyErrorKind::RsaExponent(bits(exponent)));
        }
        Ok(PublicKey { modulus: modulus.to_vec(), exponent: exponent.to_vec(), use_of_key })
    }

    /// Length of the modulus, in bits.
    pub fn bits(&self) -> usize {
        bits(&self.modulus)
    }
    /// The modulus, big-endian, without leading zeros.
    pub fn modulus(&self) -> &[u8] {
        &self.modulus
    }
    /// The public exponent, big-endian, without leading zeros.
    pub fn exponent(&self) -> &[u8] {
        &self.exponent
    }

    /// RSAPublicKey in DER, the contents of subjectPublicKey.
    pub fn to_der(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.modulus.len() + self.exponent.len() + 16);
        tlv::push_nested(&mut out, 0x30, |out| {
            push_unsigned(out, &self.modulus);
            push_unsigned(out, &self.exponent);
        });
        out
    }

    /// SubjectPublicKeyInfo; for a key of any use rsaEncryption with NULL (RFC 4055 1.2).
    pub fn to_spki(&self) -> Vec<u8> {
        let key = self.to_der();
        let mut out = Vec::with_capacity(key.len() + 32);
        tlv::push_nested(&mut out, 0x30, |out| {
            tlv::push_nested(out, 0x30, |out| match self.use_of_key {
                UseOfKey::Any => {
                    tlv::push(out, 0x06, RSA_ENCRYPTION.as_bytes());
                    tlv::push(out, 0x05, &[]);
                }
                UseOfKey::Pss(parameters) => {
                    tlv::push(out, 0x06, RSASSA_PSS.as_bytes());
                    if let Some(parameters) = parameters {
                        parameters.push(out);
                    }
                }
            });
            tlv::push_header(out, 0x03, key.len() + 1);
            out.push(0);
            out.extend_from_slice(&key);
        });
        out
    }

    /// RSAVP1 (RFC 8017 5.2.2): the signature raised to the public exponent, as long as the modulus, big-endian.
    ///
    /// The signature must be as long as the modulus and, as a number, below it.
    ///
    /// # Errors
    /// [`VerifyError::SignatureForm`] when it is not.
    pub fn recover(&self, signature: &[u8]) -> Result<Vec<u8>, VerifyError> {
        if signature.len() != self.modulus.len() || signature >= self.modulus.as_slice() {
            return Err(VerifyError::SignatureForm);
        }
        let precision = (8 * self.modulus.len()).next_multiple_of(64) as u32;
        let number = |bytes: &[u8]| BoxedUint::from_be_slice(bytes, precision).map_err(|_| VerifyError::SignatureForm);
        let modulus = Odd::new(number(&self.modulus)?).into_option().ok_or(VerifyError::SignatureForm)?;
        let exponent = BoxedUint::from_be_slice(&self.exponent, 64).map_err(|_| VerifyError::SignatureForm)?;
        let parameters = BoxedMontyParams::new_vartime(modulus);
        let power = BoxedMontyForm::new(number(signature)?, &parameters)
            .pow_bounded_exp(&exponent, bits(&self.exponent) as u32)
            .retrieve()
            .to_be_bytes();
        let start = power.len().saturating_sub(self.modulus.len());
        Ok(power.get(start..).unwrap_or_default().to_vec())
    }

    /// Checks an RSASSA-PKCS1-v1_5 signature (RFC 8017 8.2.2) over a message whose hash value is `digest`.
    ///
    /// # Errors
    /// [`VerifyError::SchemeAndKeyDiffer`] for a key of id-RSASSA-PSS, [`VerifyError::SignatureForm`] as
    /// [`recover`](Self::recover), [`VerifyError::Mismatch`] for a signature that is not by this key over this hash
    /// value.
    pub fn verify_pkcs1_digest(&self, hash: HashAlgorithm, digest: &[u8], signature: &[u8]) -> Result<(), VerifyError> {
        if self.use_of_key != UseOfKey::Any {
            return Err(VerifyError::SchemeAndKeyDiffer);
        }
        let encoded = self.recover(signature)?;
        if is_pkcs1(hash, digest, &encoded) { Ok(()) } else { Err(VerifyError::Mismatch) }
    }

    /// Checks an RSASSA-PSS signature (RFC 8017 8.1.2) over a message whose hash value is `digest`.
    ///
    /// # Errors
    /// [`VerifyError::SchemeAndKeyDiffer`] for a key that asks for other parameters ([`allows_pss`](Self::allows_pss)),
    /// [`VerifyError::SignatureForm`] as [`recover`](Self::recover), [`VerifyError::Mismatch`] for a signature that is
    /// not by this key over this hash value.
    pub fn verify_pss_digest(
        &self,
        parameters: PssParameters,
        digest: &[u8],
        signature: &[u8],
    ) -> Result<(), VerifyError> {
        if !self.allows_pss(parameters) {
            return Err(VerifyError::SchemeAndKeyDiffer);
        }
        let encoded = self.recover(signature)?;
        let is_good = is_pss(parameters, digest, &encoded, self.bits() - 1);
        if is_good { Ok(()) } else { Err(VerifyError::Mismatch) }
    }

    /// Whether the key may be used with PKCS #1 v1.5, which keys of id-RSASSA-PSS may not (RFC 4055 1.2).
    pub fn allows_pkcs1(&self) -> bool {
        self.use_of_key == UseOfKey::Any
    }

    /// Whether the key may be used with these parameters: a key that names its own asks for the same hash functions and
    /// for a salt not shorter (RFC 4055 3.3).
    pub fn allows_pss(&self, parameters: PssParameters) -> bool {
        match self.use_of_key {
            UseOfKey::Any | UseOfKey::Pss(None) => true,
            UseOfKey::Pss(Some(required)) => {
                parameters.hash == required.hash
                    && parameters.mgf_hash == required.mgf_hash
                    && parameters.salt_length >= required.salt_length
            }
        }
    }
}

fn bits(number: &[u8]) -> usize {
    number.first().map_or(0, |first| 8 * number.len() - first.leading_zeros() as usize)
}

fn without_leading_zeros(number: &[u8]) -> &[u8] {
    number.iter().position(|byte| *byte != 0).and_then(|first| number.get(first..)).unwrap_or_default()
}
