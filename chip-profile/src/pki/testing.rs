//! Every suite that a state may issue with, for the tests of this room. Private operations with RSA are OpenSSL's.

use std::process::Command;

use rand_core::SeedableRng;

use crate::ec::{Curve, HashAlgorithm, KeyPair};
use crate::signature::{SignatureScheme, VerifyingKey};

/// A key and how it signs.
pub(crate) struct Suite {
    pub(crate) name: &'static str,
    pub(crate) scheme: SignatureScheme,
    key: Key,
}

enum Key {
    Ec(KeyPair),
    Rsa(std::rc::Rc<tempfile::TempDir>, VerifyingKey),
}

/// What OpenSSL says, and whether it was content.
pub(crate) fn openssl(arguments: &[&str]) -> (bool, String) {
    let output = Command::new("openssl").args(arguments).output().expect("the openssl program is needed by this test");
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&text).into_owned())
}

impl Suite {
    /// Every suite of the issue of new documents; `seed` makes other keys on the curves.
    pub(crate) fn all(seed: u64) -> Vec<Suite> {
        let mut rng = rand_chacha::ChaCha20Rng::seed_from_u64(seed);
        let mut suites: Vec<Suite> = [
            ("P-256", Curve::P256),
            ("P-384", Curve::P384),
            ("brainpoolP256r1", Curve::BrainpoolP256r1),
            ("brainpoolP384r1", Curve::BrainpoolP384r1),
        ]
        .into_iter()
        .map(|(name, curve)| Suite {
            name,
            scheme: SignatureScheme::for_curve(curve),
            key: Key::Ec(KeyPair::generate(curve, &mut rng)),
        })
        .collect();
        let folder = std::rc::Rc::new(tempfile::tempdir().unwrap());
        let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        let bits = "rsa_keygen_bits:3072";
        let (good, text) = openssl(&["genpkey", "-algorithm", "RSA", "-pkeyopt", bits, "-out", &path("key")]);
        assert!(good, "{text}");
        let (good, text) =
            openssl(&["pkey", "-in", &path("key"), "-pubout", "-outform", "DER", "-out", &path("public")]);
        assert!(good, "{text}");
        let public = VerifyingKey::from_spki(&std::fs::read(path("public")).unwrap()).unwrap();
        suites.extend(
            [
                ("RSA-3072 PKCS#1 v1.5, SHA-256", SignatureScheme::RsaPkcs1(HashAlgorithm::Sha256)),
                ("RSA-3072 PSS, SHA-256", SignatureScheme::rsa_pss(HashAlgorithm::Sha256)),
                ("RSA-3072 PSS, SHA-384", SignatureScheme::rsa_pss(HashAlgorithm::Sha384)),
            ]
            .map(|(name, scheme)| Suite { name, scheme, key: Key::Rsa(folder.clone(), public.clone()) }),
        );
        suites
    }
    /// The public half.
    pub(crate) fn verifying_key(&self) -> VerifyingKey {
        match &self.key {
            Key::Ec(key) => key.public_key().clone().into(),
            Key::Rsa(_, public) => public.clone(),
        }
    }
    /// A signature of the suite's scheme.
    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let folder = match &self.key {
            Key::Ec(key) => return key.sign(self.scheme.hash(), message),
            Key::Rsa(folder, _) => folder,
        };
        let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        std::fs::write(path("message"), message).unwrap();
        let digest = format!("-{:?}", self.scheme.hash()).to_lowercase();
        let key = path("key");
        let mut arguments = vec!["dgst", &digest, "-sign", &key];
        if let SignatureScheme::RsaPss { .. } = self.scheme {
            arguments.extend(["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest"]);
        }
        let (signature, message) = (path("signature"), path("message"));
        arguments.extend(["-out", &signature, &message]);
        let (good, text) = openssl(&arguments);
        assert!(good, "{text}");
        std::fs::read(path("signature")).unwrap()
    }
}
