//! Hybrid public key encryption (RFC 9180), base mode, one message: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256,
//! ChaCha20-Poly1305.

use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::ec::{Curve, KeyPair, PublicKey, SharedSecret};

/// Length of an encapsulated key, in bytes (RFC 9180 7.1).
pub(super) const POINT_LENGTH: usize = 65;
/// Length of the tag, in bytes.
pub(super) const TAG_LENGTH: usize = 16;

const VERSION: &[u8] = b"HPKE-v1";
/// "KEM" and the identifier of DHKEM(P-256, HKDF-SHA256) (RFC 9180 4.1).
const KEM_SUITE: &[u8] = b"KEM\x00\x10";
/// "HPKE" and the identifiers of KEM, KDF and AEAD (RFC 9180 5.1).
const SUITE: &[u8] = b"HPKE\x00\x10\x00\x01\x00\x03";

/// Seals to `recipient` with a key pair that is used once; none when a key is not of P-256.
pub(super) fn seal(ephemeral: &KeyPair, recipient: &PublicKey, info: &[u8], message: &[u8]) -> Option<Vec<u8>> {
    if ephemeral.curve() != Curve::P256 {
        return None;
    }
    let secret = ephemeral.agree(recipient)?;
    let (cipher, nonce) = key_schedule(&secret, ephemeral.public_key(), recipient, info)?;
    cipher.encrypt(&nonce, message).ok()
}

/// Opens what was sealed; none when it does not open.
pub(super) fn open(
    encapsulated: &PublicKey,
    recipient: &KeyPair,
    info: &[u8],
    sealed: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    if recipient.curve() != Curve::P256 {
        return None;
    }
    let secret = recipient.agree(encapsulated)?;
    let (cipher, nonce) = key_schedule(&secret, encapsulated, recipient.public_key(), info)?;
    cipher.decrypt(&nonce, sealed).ok().map(Zeroizing::new)
}

/// ExtractAndExpand of DHKEM (RFC 9180 4.1), then KeySchedule in base mode (5.1), with the nonce of the first message.
fn key_schedule(
    secret: &SharedSecret,
    encapsulated: &PublicKey,
    recipient: &PublicKey,
    info: &[u8],
) -> Option<(ChaCha20Poly1305, Nonce)> {
    let context = [encapsulated.uncompressed(), recipient.uncompressed()].concat();
    let pseudo_random = extract(KEM_SUITE, &[], b"eae_prk", secret.as_bytes());
    let shared = expand::<32>(KEM_SUITE, &pseudo_random, b"shared_secret", &context)?;
    // Mode 00, and no pre-shared key.
    let mut context = vec![0];
    context.extend_from_slice(digest(SUITE, &[], b"psk_id_hash", &[]).as_slice());
    context.extend_from_slice(digest(SUITE, &[], b"info_hash", info).as_slice());
    let secret = extract(SUITE, shared.as_slice(), b"secret", &[]);
    let key = expand::<32>(SUITE, &secret, b"key", &context)?;
    let nonce = expand::<12>(SUITE, &secret, b"base_nonce", &context)?;
    Some((ChaCha20Poly1305::new(&Key::from(*key)), Nonce::from(*nonce)))
}

/// LabeledExtract (RFC 9180 4).
fn extract(suite: &[u8], salt: &[u8], label: &[u8], input: &[u8]) -> Hkdf<Sha256> {
    Hkdf::<Sha256>::new(Some(salt), &Zeroizing::new([VERSION, suite, label, input].concat()))
}

/// LabeledExtract of what is not secret, as bytes.
fn digest(suite: &[u8], salt: &[u8], label: &[u8], input: &[u8]) -> [u8; 32] {
    let (bytes, _) = Hkdf::<Sha256>::extract(Some(salt), &[VERSION, suite, label, input].concat());
    bytes.into()
}

/// LabeledExpand (RFC 9180 4); none when `N` is longer than the function gives.
fn expand<const N: usize>(
    suite: &[u8],
    pseudo_random: &Hkdf<Sha256>,
    label: &[u8],
    info: &[u8],
) -> Option<Zeroizing<[u8; N]>> {
    let length = u16::try_from(N).ok()?.to_be_bytes();
    let mut out = Zeroizing::new([0; N]);
    pseudo_random.expand_multi_info(&[&length, VERSION, suite, label, info], out.as_mut_slice()).ok()?;
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 9180, appendix A.5.1, with the associated data of its first message left out: key and base nonce are printed
    /// there, and the message is sealed with both.
    #[test]
    fn key_schedule_is_that_of_the_published_example() {
        let hex = |text: &str| hex::decode(text).unwrap();
        let ephemeral = KeyPair::from_private_scalar(
            Curve::P256,
            &hex("7550253e1147aae48839c1f8af80d2770fb7a4c763afe7d0afa7e0f42a5b3689"),
        )
        .unwrap();
        let recipient = KeyPair::from_private_scalar(
            Curve::P256,
            &hex("a4d1c55836aa30f9b3fbb6ac98d338c877c2867dd3a77396d13f68d3ab150d3b"),
        )
        .unwrap();
        assert_eq!(
            hex::encode(ephemeral.public_key().uncompressed()),
            "04c07836a0206e04e31d8ae99bfd549380b072a1b1b82e563c935c095827824fc1559eac6fb9e3c70cd3193968994e7fe9781aa103\
             f5b50e934b5b2f387e381291"
        );
        let info = b"Ode on a Grecian Urn";
        let secret = recipient.agree(ephemeral.public_key()).unwrap();
        let (cipher, nonce) = key_schedule(&secret, ephemeral.public_key(), recipient.public_key(), info).unwrap();
        let payload = chacha20poly1305::aead::Payload { msg: b"Beauty is truth, truth beauty", aad: b"Count-0" };
        assert_eq!(
            hex::encode(cipher.encrypt(&nonce, payload).unwrap()),
            "6469c41c5c81d3aa85432531ecf6460ec945bde1eb428cb2fedf7a29f5a685b4ccb0d057f03ea2952a27bb458b"
        );
        let sealed = seal(&ephemeral, recipient.public_key(), info, b"Beauty").unwrap();
        let opened = open(ephemeral.public_key(), &recipient, info, &sealed).unwrap();
        assert_eq!(opened.as_slice(), b"Beauty");
    }
}
