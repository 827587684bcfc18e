use super::*;
use crate::tlv;
use rand_core::SeedableRng;
use std::process::Command;

fn rng(seed: u64) -> rand_chacha::ChaCha20Rng {
    rand_chacha::ChaCha20Rng::seed_from_u64(seed)
}

/// Runs OpenSSL, which has to be there.
fn openssl(arguments: &[&str]) -> (bool, String) {
    let output = Command::new("openssl").args(arguments).output().expect("the openssl program is needed by this test");
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&text).into_owned())
}

/// RFC 6979 A.2.5 and A.2.6, message "sample" and "test", each curve with the hash function of its own length.
#[test]
fn signs_as_rfc_6979_says() {
    let cases = [
        (
            Curve::P256,
            HashAlgorithm::Sha256,
            "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721",
            "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716\
             f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
        ),
        (
            Curve::P384,
            HashAlgorithm::Sha384,
            "6b9d3dad2e1b8c1c05b19875b6659f4de23c3b667bf297ba9aa47740787137d896d5724e4c70a825f872c9ea60d2edf5",
            "94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c81a648152e44acf96e36dd1e80fabe46\
             99ef4aeb15f178cea1fe40db2603138f130e740a19624526203b6351d0a3a94fa329c145786e679e7b82c71a38628ac8",
        ),
    ];
    for (curve, hash, scalar, plain) in cases {
        let key_pair = KeyPair::from_private_scalar(curve, &hex::decode(scalar).unwrap()).unwrap();
        let signature = key_pair.sign(hash, b"sample");
        assert_eq!(hex::encode(der_to_plain(curve, &signature).unwrap()), plain);
        assert_eq!(key_pair.public_key().verify(hash, b"sample", &signature), Ok(()));
        assert_eq!(key_pair.public_key().verify(hash, b"Sample", &signature), Err(VerifyError::Mismatch));
        assert_eq!(hex::encode(key_pair.private_scalar().as_bytes()), scalar);
    }
}

#[test]
fn a_pair_of_known_parts_signs_like_the_one_that_was_made() {
    for curve in Curve::ALL {
        let made = KeyPair::generate(curve, &mut rng(31));
        let (scalar, point) = (made.private_scalar(), made.public_key().uncompressed());
        let known = KeyPair::from_parts(curve, scalar.as_bytes(), point).unwrap();
        assert_eq!(known.public_key(), made.public_key());
        let signature = known.sign(curve.hash(), b"message");
        assert_eq!(signature, made.sign(curve.hash(), b"message"));
        assert_eq!(made.public_key().verify(curve.hash(), b"message", &signature), Ok(()));
        let kind =
            |scalar: &[u8], point: &[u8]| KeyPair::from_parts(curve, scalar, point).map(drop).map_err(|e| e.kind);
        assert_eq!(kind(&vec![0; curve.field_length()], point), Err(KeyErrorKind::Scalar));
        assert_eq!(kind(&scalar.as_bytes()[1..], point), Err(KeyErrorKind::Scalar));
        assert_eq!(kind(scalar.as_bytes(), &point[1..]), Err(KeyErrorKind::Point));
    }
}

/// NIST CAVP component test of ECC CDH, P-256 count 0.
#[test]
fn agrees_as_nist_says() {
    let point = "04700c48f77f56584c5cc632ca65640db91b6bacce3a4df6b42ce7cc838833d287\
                 db71e509e3fd9b060ddb20ba5c51dcc5948d46fbf640dfe0441782cab85fa4ac";
    let other = PublicKey::from_uncompressed(Curve::P256, &hex::decode(point).unwrap()).unwrap();
    let scalar = "7d7dc5f71eb29ddaf80d6214632eeae03d9058af1fb6d22ed80badb62bc1a534";
    let key_pair = KeyPair::from_private_scalar(Curve::P256, &hex::decode(scalar).unwrap()).unwrap();
    let secret = key_pair.agree(&other).unwrap();
    assert_eq!(hex::encode(secret.as_bytes()), "46fc62106420ff012e54a434fbdd2d25ccc5852060561e68040dd7778997bd7b");
    assert!(KeyPair::generate(Curve::P384, &mut rng(1)).agree(&other).is_none());
}

#[test]
fn openssl_reads_explicit_keys_and_verifies_signatures() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(path("message"), b"what is signed").unwrap();
    for curve in Curve::ALL {
        let key_pair = KeyPair::generate(curve, &mut rng(7));
        for hash in [HashAlgorithm::Sha1, HashAlgorithm::Sha256, HashAlgorithm::Sha384, HashAlgorithm::Sha512] {
            std::fs::write(path("signature"), key_pair.sign(hash, b"what is signed")).unwrap();
            for spki in [key_pair.public_key().to_spki_explicit(), key_pair.public_key().to_spki_named()] {
                std::fs::write(path("key"), &spki).unwrap();
                let digest = format!("-{hash:?}").to_lowercase();
                let (good, text) = openssl(&[
                    "dgst",
                    &digest,
                    "-keyform",
                    "DER",
                    "-verify",
                    &path("key"),
                    "-signature",
                    &path("signature"),
                    &path("message"),
                ]);
                assert!(good && text.contains("Verified OK"), "{curve:?} {hash:?}: {text}");
                assert_eq!(PublicKey::from_spki(&spki).as_ref(), Ok(key_pair.public_key()));
            }
        }
    }
}

#[test]
fn reads_and_verifies_what_openssl_made() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(path("message"), b"what is signed").unwrap();
    for (curve, name) in [(Curve::P256, "prime256v1"), (Curve::P384, "secp384r1")] {
        for encoding in ["explicit", "named_curve"] {
            let parameters = format!("ec_paramgen_curve:{name}");
            let encoded = format!("ec_param_enc:{encoding}");
            let made = openssl(&[
                "genpkey",
                "-algorithm",
                "EC",
                "-pkeyopt",
                &parameters,
                "-pkeyopt",
                &encoded,
                "-out",
                &path("private"),
            ]);
            assert!(made.0, "{}", made.1);
            assert!(openssl(&["pkey", "-in", &path("private"), "-pubout", "-outform", "DER", "-out", &path("key")]).0);
            let (message, signature) = (path("message"), path("signature"));
            assert!(openssl(&["dgst", "-sha384", "-sign", &path("private"), "-out", &signature, &message]).0);
            let key = PublicKey::from_spki(&std::fs::read(path("key")).unwrap()).unwrap();
            assert_eq!(key.curve(), curve);
            let signature = std::fs::read(signature).unwrap();
            assert_eq!(key.verify(HashAlgorithm::Sha384, b"what is signed", &signature), Ok(()));
            let plain = der_to_plain(curve, &signature).unwrap();
            assert_eq!(key.verify_plain(HashAlgorithm::Sha384, b"what is signed", &plain), Ok(()));
            assert_eq!(plain_to_der(curve, &plain).unwrap(), signature);
        }
    }
}

/// CVE-2020-0601: with a chosen generator anyone can own anyone's public key.
#[test]
fn refuses_parameters_that_differ_in_one_byte() {
    for curve in Curve::ALL {
        let spki = KeyPair::generate(curve, &mut rng(3)).public_key().to_spki_explicit();
        let parameters = curve.explicit_parameters();
        let start = spki.windows(parameters.len()).position(|window| window == parameters).unwrap();
        for place in start..start + parameters.len() {
            let mut altered = spki.clone();
            altered[place] ^= 0x40;
            assert!(PublicKey::from_spki(&altered).is_err(), "{curve:?} byte {place}");
        }
        let generator = spki.windows(4).position(|window| window == &generator_of(curve)[1..5]).unwrap();
        let mut altered = spki.clone();
        altered[generator] ^= 1;
        assert_eq!(PublicKey::from_spki(&altered).unwrap_err().kind, KeyErrorKind::ParametersDiffer);
    }
}

fn generator_of(curve: Curve) -> &'static [u8] {
    curve.domain().generator
}

#[test]
fn refuses_points_off_the_curve_and_numbers_out_of_range() {
    for curve in Curve::ALL {
        let mut point = generator_of(curve).to_vec();
        assert!(PublicKey::from_uncompressed(curve, &point).is_ok());
        let last = point.len() - 1;
        point[last] ^= 1;
        assert_eq!(PublicKey::from_uncompressed(curve, &point).unwrap_err().kind, KeyErrorKind::Point);
        assert!(PublicKey::from_uncompressed(curve, &[0]).is_err());
        let compressed = [&[0x02], &generator_of(curve)[1..=curve.field_length()]].concat();
        assert!(PublicKey::from_uncompressed(curve, &compressed).is_err());
        assert!(KeyPair::from_private_scalar(curve, &vec![0; curve.field_length()]).is_err());
        assert!(KeyPair::from_private_scalar(curve, curve.domain().order).is_err());
        assert!(KeyPair::from_private_scalar(curve, &[1]).is_err());
    }
    let unknown = "3016301406072a8648ce3d020106092b2403030208010109";
    let error = PublicKey::from_spki(&hex::decode(unknown).unwrap()).unwrap_err();
    assert_eq!(error.kind, KeyErrorKind::UnsupportedCurve);
}

#[test]
fn refuses_signatures_in_another_form() {
    let key_pair = KeyPair::generate(Curve::P256, &mut rng(5));
    let signature = key_pair.sign(HashAlgorithm::Sha256, b"message");
    let verify = |signature: &[u8]| key_pair.public_key().verify(HashAlgorithm::Sha256, b"message", signature);
    assert_eq!(verify(&signature), Ok(()));
    for length in 0..signature.len() {
        assert_eq!(verify(&signature[..length]), Err(VerifyError::SignatureForm));
    }
    // The same numbers with a length in two bytes, with a superfluous zero, with bytes after the end.
    let inner = &signature[2..];
    assert_eq!(verify(&[&[0x30, 0x81, inner.len() as u8], inner].concat()), Err(VerifyError::SignatureForm));
    assert_eq!(verify(&[signature.as_slice(), &[0]].concat()), Err(VerifyError::SignatureForm));
    let plain = der_to_plain(Curve::P256, &signature).unwrap();
    let mut padded = Vec::new();
    tlv::push_nested(&mut padded, 0x30, |out| {
        tlv::push(out, 0x02, &[&[0, 0], &plain[..32]].concat());
        tlv::push(out, 0x02, &[&[0, 0], &plain[32..]].concat());
    });
    assert_eq!(verify(&padded), Err(VerifyError::SignatureForm));
    assert_eq!(verify(&[0x30, 0x06, 0x02, 0x01, 0x00, 0x02, 0x01, 0x00]), Err(VerifyError::SignatureForm));
    // A signature of the other curve.
    let other = KeyPair::generate(Curve::P384, &mut rng(6)).sign(HashAlgorithm::Sha384, b"message");
    assert_eq!(verify(&other), Err(VerifyError::SignatureForm));
}

#[test]
fn secrets_do_not_show() {
    let key_pair = KeyPair::generate(Curve::P256, &mut rng(9));
    let secret = hex::encode(key_pair.private_scalar().as_bytes());
    let shown = format!("{key_pair:?} {:?} {:?}", key_pair.private_scalar(), key_pair.agree(key_pair.public_key()));
    assert!(!shown.contains(&secret[..16]) && shown.contains("redacted"), "{shown}");
}
