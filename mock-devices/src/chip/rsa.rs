//! Active authentication with RSA on the chip: digital signature scheme 1 of ISO/IEC 9796-2 (Doc 9303-11 6.1.2.2).
//!
//! ```text
//! 6A  M1: random, as long as there is room  hash(M1 || RND.IFD)  trailer: BC with SHA-1, else hash identifier and CC
//! ```
//!
//! The private operation is done with the Chinese remainder theorem over numbers of any length. An emulated chip has no power
//! line to listen at; a real one blinds.

use chip_profile::apdu::{Command, Response, StatusWord};
use chip_profile::ec::HashAlgorithm;
use chip_profile::personalisation::rsa_key::RsaKeyParts;
use crypto_bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use crypto_bigint::{BoxedUint, ConcatenatingMul, NonZero, Odd};
use rand_core::CryptoRng;

/// The answer to INTERNAL AUTHENTICATE.
pub(super) fn respond(key: &RsaKeyParts, hash: HashAlgorithm, command: &Command, rng: &mut impl CryptoRng) -> Response {
    if (command.p1, command.p2) != (0, 0) {
        return Response::status(StatusWord::WRONG_P1P2);
    }
    if command.data.len() != 8 {
        return Response::status(StatusWord::WRONG_LENGTH);
    }
    match representative(key.modulus_length(), hash, &command.data, rng).and_then(|message| sign(key, &message)) {
        Some(signature) => Response::data(signature),
        None => Response::status(StatusWord::CONDITIONS),
    }
}

/// The message representative, as long as the modulus.
fn representative(length: usize, hash: HashAlgorithm, challenge: &[u8], rng: &mut impl CryptoRng) -> Option<Vec<u8>> {
    let trailer: &[u8] = match hash {
        HashAlgorithm::Sha1 => &[0xBC],
        HashAlgorithm::Sha224 => &[0x38, 0xCC],
        HashAlgorithm::Sha256 => &[0x34, 0xCC],
        HashAlgorithm::Sha384 => &[0x36, 0xCC],
        HashAlgorithm::Sha512 => &[0x35, 0xCC],
        _ => return None,
    };
    let digest_length = hash.digest(&[]).len();
    let mut recoverable = vec![0; length.checked_sub(1 + digest_length + trailer.len())?];
    rng.fill_bytes(&mut recoverable);
    let digest = hash.digest(&[&recoverable, challenge].concat());
    Some([&[0x6A], recoverable.as_slice(), &digest, trailer].concat())
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
    // The representative begins with 6A and the modulus with a set bit, so that this never happens with keys of whole bytes.
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
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    /// The public operation.
    fn open(key: &RsaKeyParts, signature: &[u8]) -> Vec<u8> {
        let bits = precision(key.modulus_length());
        let number = |bytes: &[u8], bits| BoxedUint::from_be_slice(bytes, bits).unwrap();
        let parameters = BoxedMontyParams::new(Odd::new(number(key.modulus(), bits)).unwrap());
        let exponent = number(key.public_exponent(), 64);
        let opened = BoxedMontyForm::new(number(signature, bits), &parameters).pow(&exponent).retrieve().to_be_bytes();
        opened[opened.len() - key.modulus_length()..].to_vec()
    }

    #[test]
    fn signatures_open_to_the_representative_over_the_challenge() {
        let mut rng = ChaCha20Rng::seed_from_u64(3);
        for (bits, hash, trailer) in [
            (1280, HashAlgorithm::Sha1, &[0xBC][..]),
            (2048, HashAlgorithm::Sha256, &[0x34, 0xCC]),
            (3072, HashAlgorithm::Sha512, &[0x35, 0xCC]),
        ] {
            let key = rsa_key(bits);
            let command = Command::new(0, 0x88, 0, 0).with_data(*b"RND.IFD.").expecting(65_536);
            let signature = respond(&key, hash, &command, &mut rng).data;
            assert_eq!(signature.len(), bits / 8);
            let opened = open(&key, &signature);
            let digest_length = hash.digest(&[]).len();
            let (head, rest) = opened.split_at(opened.len() - trailer.len() - digest_length);
            assert_eq!((head[0], rest.ends_with(trailer)), (0x6A, true), "{bits}");
            assert_eq!(rest[..digest_length], hash.digest(&[&head[1..], b"RND.IFD."].concat()));
        }
    }
}
