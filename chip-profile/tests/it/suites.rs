//! Every suite that is issued, with keys that sign by it: ours on curves, OpenSSL's for RSA.

use std::path::{Path, PathBuf};

use chip_profile::ec::{Curve, HashAlgorithm, KeyPair};
use chip_profile::signature::{SignatureScheme, VerifyingKey};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use crate::tools::openssl_well;

/// A private key of whichever algorithm; RSA keys lie in a file.
#[derive(Clone)]
pub(crate) enum Signer {
    Ec(KeyPair),
    Rsa { file: PathBuf, key: VerifyingKey },
}

/// A suite with keys of a country signer, another of the same name, and two document signers.
pub(crate) struct Suite {
    pub(crate) name: String,
    pub(crate) scheme: SignatureScheme,
    pub(crate) country_signer: Signer,
    pub(crate) foreign_country_signer: Signer,
    pub(crate) document_signer: Signer,
}

/// The suites on elliptic curves, P-256 first; their keys follow from seeds.
pub(crate) fn elliptic_suites() -> Vec<Suite> {
    let ec = |curve, seed| Signer::Ec(KeyPair::generate(curve, &mut ChaCha20Rng::seed_from_u64(seed)));
    let suite = |curve| Suite {
        name: format!("{curve:?}"),
        scheme: SignatureScheme::for_curve(curve),
        country_signer: ec(curve, 1),
        foreign_country_signer: ec(curve, 2),
        document_signer: ec(curve, 3),
    };
    Curve::ALL.map(suite).into()
}

/// The suites of Doc 9303-12 4.1.6 that are issued. Files of keys go to `folder`.
pub(crate) fn suites(folder: &Path) -> Vec<Suite> {
    let mut suites = elliptic_suites();
    // One set of keys serves every RSA suite: to make one takes OpenSSL half a second.
    let keys = ["csca", "foreign", "ds"].map(|name| Signer::rsa(folder, name));
    let [country_signer, foreign_country_signer, document_signer] = &keys;
    for hash in [HashAlgorithm::Sha256, HashAlgorithm::Sha384] {
        for scheme in [SignatureScheme::RsaPkcs1(hash), SignatureScheme::rsa_pss(hash)] {
            suites.push(Suite {
                name: format!("{scheme:?}"),
                scheme,
                country_signer: country_signer.clone(),
                foreign_country_signer: foreign_country_signer.clone(),
                document_signer: document_signer.clone(),
            });
        }
    }
    assert!(suites.iter().all(|suite| suite.scheme.is_for_issuing()));
    suites
}

impl Signer {
    fn rsa(folder: &Path, name: &str) -> Signer {
        let (file, public) = (folder.join(format!("{name}.pem")), folder.join(format!("{name}.pub")));
        let [private_file, public_file] = [&file, &public].map(|path| path.to_str().unwrap());
        openssl_well(&["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:3072", "-out", private_file]);
        openssl_well(&["pkey", "-in", private_file, "-pubout", "-outform", "DER", "-out", public_file]);
        let key = VerifyingKey::from_spki(&std::fs::read(&public).unwrap()).unwrap();
        Signer::Rsa { file, key }
    }

    pub(crate) fn key(&self) -> VerifyingKey {
        match self {
            Signer::Ec(key_pair) => key_pair.public_key().clone().into(),
            Signer::Rsa { key, .. } => key.clone(),
        }
    }

    pub(crate) fn sign(&self, scheme: SignatureScheme, message: &[u8]) -> Vec<u8> {
        let file = match self {
            Signer::Ec(key_pair) => return key_pair.sign(scheme.hash(), message),
            Signer::Rsa { file, .. } => file.to_str().unwrap(),
        };
        let folder = tempfile::tempdir().unwrap();
        let [message_file, signature_file] =
            ["message", "signature"].map(|name| folder.path().join(name).to_str().unwrap().to_owned());
        std::fs::write(&message_file, message).unwrap();
        let digest = digest_option(scheme);
        let mut arguments = vec!["dgst", &digest, "-sign", file, "-out", &signature_file];
        arguments.extend(padding(scheme));
        arguments.push(&message_file);
        openssl_well(&arguments);
        std::fs::read(signature_file).unwrap()
    }
}

/// What OpenSSL is told about the hash function.
pub(crate) fn digest_option(scheme: SignatureScheme) -> String {
    format!("-{:?}", scheme.hash()).to_lowercase()
}

/// What OpenSSL is told about the padding.
pub(crate) fn padding(scheme: SignatureScheme) -> &'static [&'static str] {
    match scheme {
        SignatureScheme::RsaPss { .. } => &["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest"],
        _ => &[],
    }
}
