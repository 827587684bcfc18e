use super::*;
use crate::ec::{Curve, HashAlgorithm, KeyPair, VerifyError};
use std::process::Command;

fn rng(seed: u64) -> rand_chacha::ChaCha20Rng {
    rand_core::SeedableRng::seed_from_u64(seed)
}

fn openssl(folder: &std::path::Path, arguments: &[&str]) {
    let output = Command::new("openssl").args(arguments).current_dir(folder).output().expect("the openssl program");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// A key of OpenSSL and its signature over "message" with SHA-512: named or with explicit parameters.
fn of_openssl(curve: &str, encoding: &str) -> (Vec<u8>, Vec<u8>) {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::fs::write(folder.join("message"), b"message").unwrap();
    let encoding = format!("ec_param_enc:{encoding}");
    let curve = format!("ec_paramgen_curve:{curve}");
    openssl(folder, &["genpkey", "-algorithm", "EC", "-pkeyopt", &curve, "-pkeyopt", &encoding, "-out", "key"]);
    openssl(folder, &["pkey", "-in", "key", "-pubout", "-outform", "DER", "-out", "public"]);
    openssl(folder, &["dgst", "-sha512", "-sign", "key", "-out", "signature", "message"]);
    (std::fs::read(folder.join("public")).unwrap(), std::fs::read(folder.join("signature")).unwrap())
}

#[test]
fn signatures_of_openssl_on_other_curves_verify() {
    let digest = HashAlgorithm::Sha512.digest(b"message");
    let curves = [
        ("prime192v1", "named_curve", 192),
        ("secp224r1", "explicit", 224),
        ("secp521r1", "named_curve", 521),
        ("secp521r1", "explicit", 521),
        ("brainpoolP224r1", "named_curve", 224),
        ("brainpoolP320r1", "explicit", 320),
        ("brainpoolP512r1", "named_curve", 512),
        ("brainpoolP256t1", "explicit", 256),
        ("brainpoolP512t1", "explicit", 512),
        ("brainpoolP384r1", "explicit", 384),
        // Curves whose names nobody here knows: their numbers are checked.
        ("secp256k1", "explicit", 256),
        ("prime239v1", "explicit", 239),
    ];
    for (curve, encoding, bits) in curves {
        let (spki, signature) = of_openssl(curve, encoding);
        let key = ExplicitKey::from_spki(&spki).unwrap_or_else(|error| panic!("{curve}: {error}"));
        assert_eq!(key.field_bits(), bits);
        assert_eq!(key.verify_digest(&digest, &signature), Ok(()), "{curve} {encoding}");
        assert_eq!(
            key.verify_digest(&HashAlgorithm::Sha512.digest(b"massage"), &signature),
            Err(VerifyError::Mismatch)
        );
        let mut altered = signature.clone();
        *altered.last_mut().unwrap() ^= 1;
        assert_eq!(key.verify_digest(&digest, &altered), Err(VerifyError::Mismatch));
        assert_eq!(key.verify_digest(&digest, &signature[1..]), Err(VerifyError::SignatureForm));
        assert_eq!(ExplicitKey::from_spki(&key.to_spki()), Ok(key));
    }
}

/// The same judgement as the implementation of the curves that keys are made on, by every hash length.
#[test]
fn agrees_with_the_curves_that_are_made() {
    for curve in Curve::ALL {
        let key_pair = KeyPair::generate(curve, &mut rng(4));
        let key = ExplicitKey::from_spki(&key_pair.public_key().to_spki_explicit()).unwrap();
        assert_eq!(key.uncompressed(), key_pair.public_key().uncompressed());
        assert_eq!(key.to_spki(), key_pair.public_key().to_spki_explicit());
        for hash in HashAlgorithm::ALL {
            let digest = hash.digest(b"message");
            let signature = key_pair.sign_digest(&digest);
            assert_eq!(key.verify_digest(&digest, &signature), Ok(()), "{curve:?} {hash:?}");
            let plain = crate::ec::der_to_plain(curve, &signature).unwrap();
            assert_eq!(key.verify_plain_digest(&digest, &plain), Ok(()));
            assert_eq!(key.verify_plain_digest(&digest, &plain[1..]), Err(VerifyError::SignatureForm));
        }
        let length = curve.field_length();
        let order = curve.domain().order;
        for (r, s) in
            [(vec![0; length], vec![1; length]), (order.to_vec(), vec![1; length]), (vec![1; length], order.to_vec())]
        {
            let refused = key.verify_plain_digest(&[1; 32], &[r, s].concat());
            assert_eq!(refused, Err(VerifyError::SignatureForm), "numbers outside of 1 to the order less one");
        }
        // The equation with every digest zero: u₁ = 0, and a point at infinity on the way.
        assert_eq!(
            key.verify_plain_digest(&[0; 32], &[vec![1; length], vec![1; length]].concat()),
            Err(VerifyError::Mismatch)
        );
    }
}

/// secp256k1 with one number changed at a time.
#[test]
fn nonsense_parameters_are_refused() {
    let bytes = |text: &str| hex::decode(text).unwrap();
    let prime = bytes("fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f");
    let order = bytes("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
    let generator = bytes(concat!(
        "0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
        "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8"
    ));
    let (zero, seven) = (vec![0; 32], [vec![0; 31], vec![7]].concat());
    let read = |prime: &[u8], a: &[u8], b: &[u8], generator: &[u8], order: &[u8]| {
        let parameters = explicit_parameters(prime, a, b, generator, order);
        ExplicitKey::from_spki(&spki(&parameters, generator)).map(drop).map_err(|error| error.kind)
    };
    assert_eq!(read(&prime, &zero, &seven, &generator, &order), Ok(()));
    let less = |number: &[u8], by: u8| {
        let mut out = number.to_vec();
        *out.last_mut().unwrap() -= by;
        out
    };
    let refused = |reason| Err(KeyErrorKind::Curve(reason));
    assert_eq!(read(&less(&prime, 2), &zero, &seven, &generator, &order), refused("field is not a prime field"));
    assert_eq!(read(&less(&prime, 1), &zero, &seven, &generator, &order), refused("field is not a prime field"));
    assert_eq!(read(&prime, &zero, &seven, &generator, &less(&order, 2)), refused("order is not a prime"));
    assert_eq!(read(&prime, &zero, &zero, &generator, &order), refused("curve is singular"));
    let off = "generator is not an uncompressed point of the curve";
    assert_eq!(read(&prime, &zero, &less(&seven, 1), &generator, &order), refused(off));
    assert_eq!(read(&prime, &zero, &seven, &less(&generator, 1), &order), refused(off));
    assert_eq!(read(&prime, &prime, &seven, &generator, &order), refused("coefficient is not in the field"));
    let cofactor = "order is not one of a curve with cofactor 1";
    assert_eq!(read(&prime, &zero, &seven, &generator, &prime), refused(cofactor));
    assert_eq!(read(&prime, &zero, &seven, &generator, &order[16..]), refused(cofactor));
    // A prime of the right length that is not the order: that of NIST P-256.
    let other = Curve::P256.domain().order;
    assert_eq!(read(&prime, &zero, &seven, &generator, other), refused(cofactor));
    for length in [16, 81, 8192] {
        let huge = vec![0xFF; length];
        let size = "field is too small or too large";
        assert_eq!(read(&huge, &zero, &seven, &generator, &huge), refused(size), "{length} bytes");
    }
}
