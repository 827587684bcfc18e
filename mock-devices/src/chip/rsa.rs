//! The private operation of active authentication with RSA.
//!
//! It is done with the Chinese remainder theorem over numbers of any length. An emulated chip has no power line to listen at; a
//! real one blinds.

use chip_profile::access::active_authentication::RawRsaPrivate;
use chip_profile::personalisation::rsa_key::RsaKeyParts;
use crypto_bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use crypto_bigint::{BoxedUint, ConcatenatingMul, NonZero, Odd};

/// The key that the chip keeps.
pub(super) struct Private<'a>(pub(super) &'a RsaKeyParts);

impl RawRsaPrivate for Private<'_> {
    fn modulus_length(&self) -> usize {
        self.0.modulus_length()
    }
    fn sign_raw(&self, representative: &[u8]) -> Option<Vec<u8>> {
        sign(self.0, representative)
    }
}

/// m^d mod n by the two primes: s = s2 + q · ((s1 - s2) · q^-1 mod p).
fn sign(key: &RsaKeyParts, message: &[u8]) -> Option<Vec<u8>> {
    let [p, q] = key.primes();
    let [first_exponent, second_exponent] = key.exponents();
    let half = precision(p.len().max(q.len()));
    let whole = 2 * half;
    let number = |bytes: &[u8], bits: u32| BoxedUint::from_be_slice(bytes, bits).ok();
    let modulus = number(key.modulus(), whole)?;
    let message = number(message, whole)?;
    if message >= modulus {
        return None;
    }
    let power = |prime: &[u8], exponent: &[u8]| -> Option<(BoxedMontyParams, BoxedMontyForm)> {
        let prime = number(prime, half)?;
        let reduced = message.rem(&Option::<NonZero<BoxedUint>>::from(NonZero::new(prime.clone()))?);
        let parameters = BoxedMontyParams::new(Option::<Odd<BoxedUint>>::from(Odd::new(prime))?);
        let form = BoxedMontyForm::new(reduced, &parameters).pow(&number(exponent, half)?);
        Some((parameters, form))
    };
    let (modulo_p, s1) = power(p, first_exponent)?;
    let (_, s2) = power(q, second_exponent)?;
    let s2 = s2.retrieve();
    let prime = Option::<NonZero<BoxedUint>>::from(NonZero::new(number(p, half)?))?;
    let s2_modulo_p = BoxedMontyForm::new(s2.rem(&prime), &modulo_p);
    let coefficient = BoxedMontyForm::new(number(key.coefficient(), half)?, &modulo_p);
    let h = ((s1 - s2_modulo_p) * coefficient).retrieve();
    let signature = h.concatenating_mul(number(q, half)?).wrapping_add(&s2);
    let bytes = signature.to_be_bytes();
    let skip = bytes.len().checked_sub(key.modulus_length())?;
    bytes.get(skip..).map(<[u8]>::to_vec)
}

/// Bits of whole words.
fn precision(bytes: usize) -> u32 {
    (bytes.next_multiple_of(8) * 8) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chip::tests::rsa_key;
    use chip_profile::access::active_authentication::{command, respond_rsa, verify};
    use chip_profile::ec::HashAlgorithm;
    use chip_profile::rsa::PublicKey;
    use chip_profile::signature::VerifyingKey;
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    #[test]
    fn answers_verify_with_the_public_key_and_with_no_other() {
        let mut rng = ChaCha20Rng::seed_from_u64(3);
        let lengths = [1280, 2048, 3072];
        let public = |bits| {
            let key = rsa_key(bits);
            VerifyingKey::Rsa(PublicKey::new(key.modulus(), key.public_exponent()).unwrap())
        };
        for (bits, hash) in lengths.into_iter().zip([HashAlgorithm::Sha1, HashAlgorithm::Sha256, HashAlgorithm::Sha512])
        {
            let challenge = *b"RND.IFD.";
            let answer = respond_rsa(&Private(&rsa_key(bits)), hash, &command(challenge), &mut rng);
            assert_eq!(answer.data.len(), bits / 8);
            for other in lengths {
                let result = verify(&public(other), None, challenge, &answer);
                assert_eq!(result.is_ok(), other == bits, "{bits} against {other}");
            }
            assert!(verify(&public(bits), None, *b"another.", &answer).is_err());
        }
    }

    #[test]
    fn a_representative_beyond_the_modulus_is_refused() {
        assert_eq!(Private(&rsa_key(1280)).sign_raw(&[0xFF; 160]), None);
        assert_eq!(Private(&rsa_key(1280)).sign_raw(&[0; 161]), None);
    }
}
