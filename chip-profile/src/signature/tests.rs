use std::path::{Path, PathBuf};
use std::process::Command;

use super::*;
use crate::ec::{Curve, HashAlgorithm, KeyErrorKind, KeyPair, VerifyError};
use crate::rsa;

mod suites;

fn rng(seed: u64) -> rand_chacha::ChaCha20Rng {
    rand_core::SeedableRng::seed_from_u64(seed)
}

/// Runs OpenSSL, which has to be there.
fn openssl(arguments: &[&str]) -> (bool, String) {
    let output = Command::new("openssl").args(arguments).output().expect("the openssl program is needed by this test");
    (output.status.success(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
}

fn in_folder(folder: &Path, name: &str) -> String {
    folder.join(name).to_str().unwrap().to_owned()
}

/// A private key of whichever algorithm; RSA keys are OpenSSL's, in a file.
enum Signer {
    Ec(KeyPair),
    Rsa { file: PathBuf, key: VerifyingKey },
}

impl Signer {
    fn rsa(folder: &Path, name: &str, bits: usize) -> Signer {
        let (file, public) = (in_folder(folder, name), in_folder(folder, &format!("{name}.pub")));
        let bits = format!("rsa_keygen_bits:{bits}");
        let (good, text) = openssl(&["genpkey", "-algorithm", "RSA", "-pkeyopt", &bits, "-out", &file]);
        assert!(good, "{text}");
        assert!(openssl(&["pkey", "-in", &file, "-pubout", "-outform", "DER", "-out", &public]).0);
        let spki = std::fs::read(public).unwrap();
        let key = VerifyingKey::from_spki(&spki).unwrap();
        assert_eq!(key.to_spki(), spki);
        Signer::Rsa { file: PathBuf::from(file), key }
    }

    fn key(&self) -> VerifyingKey {
        match self {
            Signer::Ec(key_pair) => key_pair.public_key().clone().into(),
            Signer::Rsa { key, .. } => key.clone(),
        }
    }

    fn sign(&self, scheme: SignatureScheme, message: &[u8]) -> Vec<u8> {
        let file = match self {
            Signer::Ec(key_pair) => return key_pair.sign(scheme.hash(), message),
            Signer::Rsa { file, .. } => file,
        };
        let folder = tempfile::tempdir().unwrap();
        let (message_file, signature) = (in_folder(folder.path(), "message"), in_folder(folder.path(), "signature"));
        std::fs::write(&message_file, message).unwrap();
        let digest = format!("-{:?}", scheme.hash()).to_lowercase();
        let options = padding(scheme);
        let mut arguments = vec!["dgst", &digest, "-sign", file.to_str().unwrap(), "-out", &signature];
        options.iter().for_each(|option| arguments.extend(["-sigopt", option]));
        arguments.push(&message_file);
        let (good, text) = openssl(&arguments);
        assert!(good, "{text}");
        std::fs::read(signature).unwrap()
    }
}

/// What OpenSSL is told about the padding.
fn padding(scheme: SignatureScheme) -> Vec<String> {
    match scheme {
        SignatureScheme::RsaPss { hash, mgf_hash, salt_length } => {
            let mask = (mgf_hash != hash).then(|| format!("rsa_mgf1_md:{mgf_hash:?}").to_lowercase());
            let salt = format!("rsa_pss_saltlen:{salt_length}");
            ["rsa_padding_mode:pss".to_owned(), salt].into_iter().chain(mask).collect()
        }
        _ => Vec::new(),
    }
}

#[test]
fn rsa_signatures_of_openssl_verify_in_every_padding_and_length() {
    use HashAlgorithm::*;
    let folder = tempfile::tempdir().unwrap();
    let pss = |hash, mgf_hash, salt_length| SignatureScheme::RsaPss { hash, mgf_hash, salt_length };
    let schemes = [
        SignatureScheme::RsaPkcs1(Sha1),
        SignatureScheme::RsaPkcs1(Sha224),
        SignatureScheme::RsaPkcs1(Sha512),
        SignatureScheme::rsa_pss(Sha256),
        pss(Sha256, Sha1, 20),
        pss(Sha384, Sha512, 0),
        pss(Sha1, Sha1, 11),
    ];
    // 1,025 and 1,031 bits: the first byte of the encoding is empty or almost so.
    for (index, bits) in [1024, 1025, 1031, 2048].into_iter().enumerate() {
        let signer = Signer::rsa(folder.path(), &format!("key{index}"), bits);
        for scheme in schemes {
            let signature = signer.sign(scheme, b"message");
            assert_eq!(signer.key().verify(scheme, b"message", &signature), Ok(()), "{bits} {scheme:?}");
            assert_eq!(signer.key().verify(scheme, b"massage", &signature), Err(VerifyError::Mismatch));
            let mut altered = signature.clone();
            *altered.last_mut().unwrap() ^= 1;
            assert_eq!(signer.key().verify(scheme, b"message", &altered), Err(VerifyError::Mismatch));
            for other in schemes.iter().filter(|other| **other != scheme) {
                assert!(signer.key().verify(*other, b"message", &signature).is_err(), "{scheme:?} as {other:?}");
            }
            let long = [&[0], signature.as_slice()].concat();
            assert_eq!(signer.key().verify(scheme, b"message", &long), Err(VerifyError::SignatureForm));
        }
    }
}

#[test]
fn a_key_of_rsassa_pss_is_held_to_its_parameters() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| in_folder(folder.path(), name);
    let options = [
        "rsa_keygen_bits:1024",
        "rsa_pss_keygen_md:sha256",
        "rsa_pss_keygen_mgf1_md:sha256",
        "rsa_pss_keygen_saltlen:24",
    ];
    let mut arguments = vec!["genpkey", "-algorithm", "RSA-PSS", "-out"];
    let key_file = path("key");
    arguments.push(&key_file);
    options.iter().for_each(|option| arguments.extend(["-pkeyopt", option]));
    assert!(openssl(&arguments).0);
    assert!(openssl(&["pkey", "-in", &key_file, "-pubout", "-outform", "DER", "-out", &path("public")]).0);
    let spki = std::fs::read(path("public")).unwrap();
    let key = VerifyingKey::from_spki(&spki).unwrap();
    assert_eq!(key.to_spki(), spki);
    let signer = Signer::Rsa { file: PathBuf::from(&key_file), key: key.clone() };
    let sha256 = HashAlgorithm::Sha256;
    let good = SignatureScheme::rsa_pss(sha256);
    assert_eq!(key.verify(good, b"message", &signer.sign(good, b"message")), Ok(()));
    for other in [
        SignatureScheme::RsaPkcs1(sha256),
        SignatureScheme::rsa_pss(HashAlgorithm::Sha512),
        SignatureScheme::RsaPss { hash: sha256, mgf_hash: sha256, salt_length: 23 },
        SignatureScheme::Ecdsa(sha256),
    ] {
        assert!(!key.goes_with(other));
        assert_eq!(key.verify(other, b"message", &[0; 128]), Err(VerifyError::SchemeAndKeyDiffer));
    }
}

#[test]
fn keys_that_would_cost_too_much_are_refused() {
    let modulus = |bits: usize| {
        let mut number = vec![0xFF; bits.div_ceil(8)];
        number[0] >>= (8 - bits % 8) % 8;
        number
    };
    let kind = |modulus: &[u8], exponent: &[u8]| rsa::PublicKey::new(modulus, exponent).map_err(|error| error.kind);
    assert!(kind(&modulus(1024), &[3]).is_ok() && kind(&modulus(8192), &[1, 0, 1]).is_ok());
    assert!(kind(&modulus(2048), &[0xFF; 8]).is_ok());
    assert_eq!(kind(&modulus(65_536), &[3]), Err(KeyErrorKind::RsaModulus(65_536)));
    assert_eq!(kind(&modulus(8193), &[3]), Err(KeyErrorKind::RsaModulus(8193)));
    assert_eq!(kind(&modulus(1023), &[3]), Err(KeyErrorKind::RsaModulus(1023)));
    assert_eq!(kind(&[], &[3]), Err(KeyErrorKind::RsaModulus(0)));
    let even = [&modulus(1024)[..127], &[0xFE]].concat();
    assert_eq!(kind(&even, &[3]), Err(KeyErrorKind::RsaModulus(1024)));
    assert_eq!(kind(&modulus(1024), &[0xFF; 500]), Err(KeyErrorKind::RsaExponent(4000)));
    for (exponent, bits) in [(&[][..], 0), (&[0], 0), (&[1], 1), (&[4], 3), (&[1; 9], 65)] {
        assert_eq!(kind(&modulus(1024), exponent), Err(KeyErrorKind::RsaExponent(bits)));
    }
}

/// AlgorithmIdentifiers as OpenSSL 3 writes them into certificates.
#[test]
fn algorithm_identifiers_are_those_of_everybody() {
    use HashAlgorithm::*;
    let pss_of_sha256 = "304106092a864886f70d01010a3034a00f300d06096086480165030402010500a11c301a06092a864886f70d010108\
                         300d06096086480165030402010500a203020120";
    for (scheme, der) in [
        (SignatureScheme::Ecdsa(Sha256), "300a06082a8648ce3d040302"),
        (SignatureScheme::Ecdsa(Sha384), "300a06082a8648ce3d040303"),
        (SignatureScheme::RsaPkcs1(Sha256), "300d06092a864886f70d01010b0500"),
        (SignatureScheme::rsa_pss(Sha256), pss_of_sha256),
        (SignatureScheme::rsa_pss(Sha1), "300d06092a864886f70d01010a3000"),
    ] {
        assert_eq!(hex::encode(scheme.to_der()), der);
        assert_eq!(SignatureScheme::from_der(&scheme.to_der()), Ok(scheme));
    }
    // Defaults written out, the NULL left out, and the reverse.
    for (der, scheme) in [
        ("300b06092a864886f70d01010b", SignatureScheme::RsaPkcs1(Sha256)),
        ("300c06082a8648ce3d0403020500", SignatureScheme::Ecdsa(Sha256)),
        ("301706092a864886f70d01010a300aa203020114a303020101", SignatureScheme::rsa_pss(Sha1)),
    ] {
        assert_eq!(SignatureScheme::from_der(&hex::decode(der).unwrap()), Ok(scheme), "{der}");
    }
    let rsa_encryption = hex::decode("300d06092a864886f70d0101010500").unwrap();
    assert_eq!(SignatureScheme::from_der_of_signer(&rsa_encryption, Sha384), Ok(SignatureScheme::RsaPkcs1(Sha384)));
    assert!(matches!(
        SignatureScheme::from_der(&rsa_encryption),
        Err(SchemeError { kind: SchemeErrorKind::Unsupported(rsa::RSA_ENCRYPTION), position: 2 })
    ));
    // Another trailer, another mask function, a salt length of three bytes, something after the parameters.
    for der in [
        "301206092a864886f70d01010a3005a303020102",
        "302806092a864886f70d01010a301ba119301706092a864886f70d010109300a06082a864886f70d02050500",
        "301406092a864886f70d01010a3007a2050203010000",
        "300f06092a864886f70d01010b05000500",
        "300e06092a864886f70d01010b050100",
    ] {
        assert!(SignatureScheme::from_der(&hex::decode(der).unwrap()).is_err(), "{der}");
    }
}

#[test]
fn what_is_issued_is_not_signed_with_what_is_only_read() {
    use HashAlgorithm::*;
    for scheme in [
        SignatureScheme::Ecdsa(Sha1),
        SignatureScheme::RsaPkcs1(Sha1),
        SignatureScheme::EcdsaPlain(Sha256),
        SignatureScheme::RsaPss { hash: Sha256, mgf_hash: Sha1, salt_length: 32 },
        SignatureScheme::RsaPss { hash: Sha256, mgf_hash: Sha256, salt_length: 20 },
    ] {
        assert!(!scheme.is_for_issuing(), "{scheme:?}");
    }
    for scheme in [SignatureScheme::Ecdsa(Sha384), SignatureScheme::RsaPkcs1(Sha256), SignatureScheme::rsa_pss(Sha384)]
    {
        assert!(scheme.is_for_issuing(), "{scheme:?}");
    }
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_refused_or_read(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
        let _ = SignatureScheme::from_der(&bytes);
        let _ = VerifyingKey::from_spki(&bytes);
    }

}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(64))]

    /// A key with bytes changed is refused, or is another key of bounded size; verification ends either way.
    #[test]
    fn altered_keys_are_refused_or_read(
        which in 0..5_usize,
        changes in proptest::collection::vec((proptest::num::u16::ANY, proptest::num::u8::ANY), 1..4),
    ) {
        let keys = suites::spki_of_many_kinds();
        let mut spki = keys[which].clone();
        for (place, value) in changes {
            let place = usize::from(place) % spki.len();
            spki[place] = value;
        }
        if let Ok(key) = VerifyingKey::from_spki(&spki) {
            for scheme in [SignatureScheme::Ecdsa(HashAlgorithm::Sha256), SignatureScheme::rsa_pss(HashAlgorithm::Sha256)] {
                let _ = key.verify(scheme, b"message", &[0x30, 0x06, 0x02, 0x01, 0x01, 0x02, 0x01, 0x01]);
                let _ = key.verify(scheme, b"message", &[1; 256]);
            }
        }
    }
}
