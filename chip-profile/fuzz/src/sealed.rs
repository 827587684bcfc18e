//! HPKE (RFC 9180) in base mode as encoding packages use it, from the sender's side: any contents under a good seal.

use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use chip_profile::ec::{Curve, KeyPair, PublicKey};
use chip_profile::personalisation::package::PackageBinding;
use hkdf::Hkdf;
use sha2::Sha256;

const KEM_SUITE: &[u8] = b"KEM\x00\x10";
const SUITE: &[u8] = b"HPKE\x00\x10\x00\x01\x00\x03";

fn extract(suite: &[u8], salt: &[u8], label: &[u8], material: &[u8]) -> Vec<u8> {
    let labelled = [b"HPKE-v1", suite, label, material].concat();
    Hkdf::<Sha256>::extract(Some(salt), &labelled).0.to_vec()
}

fn expand<const N: usize>(suite: &[u8], key: &[u8], label: &[u8], info: &[u8]) -> [u8; N] {
    let labelled = [&(N as u16).to_be_bytes(), b"HPKE-v1".as_slice(), suite, label, info].concat();
    let mut out = [0; N];
    Hkdf::<Sha256>::from_prk(key).expect("a hash").expand(&labelled, &mut out).expect("a short key");
    out
}

/// The package that a machine with the key `recipient` opens to these contents.
pub fn package(contents: &[u8], recipient: &PublicKey, binding: &PackageBinding) -> Vec<u8> {
    let ephemeral = KeyPair::from_private_scalar(Curve::P256, &[0x19; 32]).expect("a scalar below the order");
    let secret = ephemeral.agree(recipient).expect("a key of P-256");
    let info = [b"persoline encoding package 1", binding.job.to_be_bytes().as_slice(), &binding.chip_serial].concat();
    let context = [ephemeral.public_key().uncompressed(), recipient.uncompressed()].concat();
    let shared: [u8; 32] =
        expand(KEM_SUITE, &extract(KEM_SUITE, b"", b"eae_prk", secret.as_bytes()), b"shared_secret", &context);
    let context =
        [[0].as_slice(), &extract(SUITE, b"", b"psk_id_hash", b""), &extract(SUITE, b"", b"info_hash", &info)].concat();
    let secret = extract(SUITE, &shared, b"secret", b"");
    let cipher = ChaCha20Poly1305::new(&Key::from(expand::<32>(SUITE, &secret, b"key", &context)));
    let nonce = Nonce::from(expand::<12>(SUITE, &secret, b"base_nonce", &context));
    let sealed = cipher.encrypt(&nonce, contents).expect("a short message");
    [b"PSLENC01", ephemeral.public_key().uncompressed(), &sealed].concat()
}
