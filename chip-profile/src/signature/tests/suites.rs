//! Every suite of Doc 9303-12 4.1.6 that is issued: certificates, link certificate, revocation list, EF.SOD and
//! EF.CardSecurity, each judged by OpenSSL.

use std::collections::BTreeMap;

use super::*;
use crate::cms::CmsVerifyError;
use crate::lds::{LdsVersion, SecurityInfo, SecurityInfos};
use crate::pki::{
    Certificate, CountrySigner, DocumentSigner, LinkCertificate, ProfileError, RevocationList, RevocationListRequest,
    SerialNumber, UnsignedCertificate, UsagePeriod, Validity,
};
use crate::sod::testing::{alternative_name, name, start};
use crate::sod::{CardSecurity, CardSecurityTemplate, SecurityObject, SecurityObjectTemplate};
use crate::tlv;

/// Keys of one suite and how they sign.
struct Suite {
    scheme: SignatureScheme,
    country_signer: Signer,
    document_signer: Signer,
}

fn suites(folder: &Path) -> Vec<Suite> {
    let mut suites: Vec<Suite> = Curve::ALL
        .into_iter()
        .map(|curve| Suite {
            scheme: SignatureScheme::for_curve(curve),
            country_signer: Signer::Ec(KeyPair::generate(curve, &mut rng(1))),
            document_signer: Signer::Ec(KeyPair::generate(curve, &mut rng(2))),
        })
        .collect();
    let schemes = [
        SignatureScheme::RsaPkcs1(HashAlgorithm::Sha256),
        SignatureScheme::RsaPkcs1(HashAlgorithm::Sha384),
        SignatureScheme::rsa_pss(HashAlgorithm::Sha256),
        SignatureScheme::rsa_pss(HashAlgorithm::Sha384),
    ];
    // One pair of keys of 3,072 bits serves every RSA suite: to make one takes OpenSSL half a second.
    let made = [Signer::rsa(folder, "csca.pem", 3072), Signer::rsa(folder, "ds.pem", 3072)];
    let [country_signer, document_signer] = &made;
    let copy = |signer: &Signer| match signer {
        Signer::Rsa { file, key } => Signer::Rsa { file: file.clone(), key: key.clone() },
        Signer::Ec(key_pair) => Signer::Ec(key_pair.clone()),
    };
    suites.extend(schemes.into_iter().map(|scheme| Suite {
        scheme,
        country_signer: copy(country_signer),
        document_signer: copy(document_signer),
    }));
    suites
}

fn assembled(unsigned: &UnsignedCertificate, signer: &Signer) -> Vec<u8> {
    unsigned.assemble(&signer.sign(unsigned.scheme(), unsigned.to_be_signed()))
}

fn country_signer(key: VerifyingKey) -> CountrySigner {
    CountrySigner {
        serial: SerialNumber::generate(&mut rng(11)),
        name: name("CSCA Utopia"),
        alternative_name: alternative_name(),
        validity: Validity { not_before: start(), not_after: start().plus_months(180) },
        usage_period: UsagePeriod { not_before: start(), not_after: start().plus_months(36) },
        public_key: key,
        revocation_list_addresses: vec!["https://pki.utopia.example/UTO.crl".to_owned()],
        policies: Vec::new(),
    }
}

fn document_signer(key: VerifyingKey) -> DocumentSigner {
    DocumentSigner {
        serial: SerialNumber::generate(&mut rng(12)),
        subject: name("Document Signer 1"),
        alternative_name: alternative_name(),
        validity: Validity { not_before: start(), not_after: start().plus_months(123) },
        usage_period: UsagePeriod { not_before: start(), not_after: start().plus_months(3) },
        public_key: key,
        document_types: vec!["P".to_owned()],
        revocation_list_addresses: vec!["https://pki.utopia.example/UTO.crl".to_owned()],
        policies: Vec::new(),
    }
}

impl Suite {
    fn certificates(&self) -> (Certificate, Certificate) {
        let unsigned = country_signer(self.country_signer.key()).finalize(self.scheme).unwrap();
        let csca = Certificate::parse(&assembled(&unsigned, &self.country_signer)).unwrap();
        let unsigned = document_signer(self.document_signer.key()).finalize(&csca, self.scheme).unwrap();
        let signer = Certificate::parse(&assembled(&unsigned, &self.country_signer)).unwrap();
        (csca, signer)
    }
}

/// The public key of a certificate in OpenSSL's own form, taken out by OpenSSL.
fn public_key(folder: &Path, certificate: &Certificate) -> String {
    let (file, key) = (in_folder(folder, "issuer"), in_folder(folder, "issuer.key"));
    std::fs::write(&file, certificate.as_bytes()).unwrap();
    let (good, text) = openssl(&["x509", "-inform", "DER", "-in", &file, "-noout", "-pubkey", "-out", &key]);
    assert!(good, "{text}");
    key
}

/// OpenSSL checks a signature over `signed`.
fn openssl_verifies(folder: &Path, scheme: SignatureScheme, key: &str, signed: &[u8], signature: &[u8]) {
    let (signed_file, signature_file) = (in_folder(folder, "signed"), in_folder(folder, "signature"));
    std::fs::write(&signed_file, signed).unwrap();
    std::fs::write(&signature_file, signature).unwrap();
    let (digest, options) = (format!("-{:?}", scheme.hash()).to_lowercase(), padding(scheme));
    let mut arguments = vec!["dgst", &digest, "-verify", key, "-signature", &signature_file];
    options.iter().for_each(|option| arguments.extend(["-sigopt", option]));
    arguments.push(&signed_file);
    let (good, text) = openssl(&arguments);
    assert!(good && text.contains("Verified OK"), "{scheme:?}: {text}");
}

#[test]
fn openssl_verifies_certificates_links_and_lists_of_every_suite() {
    let keys = tempfile::tempdir().unwrap();
    for suite in suites(keys.path()) {
        let (csca, signer) = suite.certificates();
        let key = public_key(keys.path(), &csca);
        let unsigned = LinkCertificate {
            serial: SerialNumber::generate(&mut rng(13)),
            validity: Validity { not_before: start(), not_after: csca.not_after() },
        }
        .finalize(&csca, &csca, suite.scheme)
        .unwrap();
        let link = Certificate::parse(&assembled(&unsigned, &suite.country_signer)).unwrap();
        for certificate in [&csca, &signer, &link] {
            assert_eq!(certificate.signature_scheme(), Ok(suite.scheme));
            assert_eq!(certificate.verify_signed_by(&csca.verifying_key().unwrap()), Ok(()));
            assert_eq!(certificate.signature_algorithm_bytes(), suite.scheme.to_der());
            openssl_verifies(keys.path(), suite.scheme, &key, certificate.tbs_bytes(), certificate.signature_bytes());
        }
        let revoked = SerialNumber::from_octets(signer.serial().try_into().unwrap());
        let unsigned = RevocationListRequest {
            number: 7,
            this_update: start(),
            next_update: start().plus_days(90),
            revoked: vec![(revoked, start())],
        }
        .finalize(&csca, suite.scheme)
        .unwrap();
        let list = RevocationList::parse(&assembled(&unsigned, &suite.country_signer)).unwrap();
        assert_eq!(list.signature_scheme(), Ok(suite.scheme));
        assert_eq!(list.verify_signed_by(&csca.verifying_key().unwrap()), Ok(()));
        assert_eq!(list.revocation_of(&signer), Some(start()));
        openssl_verifies(keys.path(), suite.scheme, &key, list.tbs_bytes(), list.signature_bytes());

        // Without explicit parameters OpenSSL also follows the chain, algorithm identifiers included.
        let path = |name: &str| in_folder(keys.path(), name);
        for (name, bytes) in [("csca.der", csca.as_bytes()), ("ds.der", signer.as_bytes())] {
            std::fs::write(path(name), bytes).unwrap();
        }
        assert!(openssl(&["x509", "-inform", "DER", "-in", &path("csca.der"), "-out", &path("csca.crt")]).0);
        let (good, text) = openssl(&["verify", "-no_check_time", "-CAfile", &path("csca.crt"), &path("ds.der")]);
        let is_rsa = matches!(suite.scheme, SignatureScheme::RsaPkcs1(_) | SignatureScheme::RsaPss { .. });
        assert_eq!(good, is_rsa, "{:?}: {text}", suite.scheme);
    }
}

fn hashes(hash: HashAlgorithm) -> BTreeMap<u8, Vec<u8>> {
    [1, 2, 14, 15].into_iter().map(|group| (group, hash.digest(&[group]))).collect()
}

fn security_infos() -> SecurityInfos {
    SecurityInfos::new(vec![SecurityInfo::ActiveAuthentication {
        signature_algorithm: HashAlgorithm::Sha256.ecdsa_plain_oid(),
    }])
}

fn openssl_verifies_cms(cms: &[u8], content: &[u8]) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| in_folder(folder.path(), name);
    std::fs::write(path("cms"), cms).unwrap();
    let verify = ["cms", "-verify", "-noverify", "-inform", "DER", "-in", &path("cms"), "-out", &path("content")];
    openssl(&verify).0 && std::fs::read(path("content")).unwrap() == content
}

#[test]
fn openssl_verifies_security_objects_of_every_suite() {
    let keys = tempfile::tempdir().unwrap();
    for suite in suites(keys.path()) {
        let (_, signer) = suite.certificates();
        let hash = suite.scheme.hash();
        for version in [LdsVersion::V1_8, LdsVersion::V1_7] {
            let template = SecurityObjectTemplate::new(signer.as_bytes(), hash, suite.scheme, version).unwrap();
            let prepared = template.prepare_at(&hashes(hash), start()).unwrap();
            let signature = suite.document_signer.sign(suite.scheme, prepared.to_be_signed());
            let file = prepared.assemble(&signature);
            let object = SecurityObject::parse(&file).unwrap();
            assert_eq!(object.signature_scheme(), Ok(suite.scheme));
            assert_eq!(object.lds_security_object().version_info.is_some(), version == LdsVersion::V1_8);
            assert_eq!(object.verify_signature(), Ok(()));
            let content = object.signed_data().content();
            let cms = tlv::parse_single(&file, 0x77).unwrap().value;
            assert!(openssl_verifies_cms(cms, content), "{:?}", suite.scheme);

            let mut altered = cms.to_vec();
            let last = altered.len() - 1;
            altered[last] ^= 1;
            assert!(!openssl_verifies_cms(&altered, content));
            let mut file = Vec::new();
            tlv::push(&mut file, 0x77, &altered);
            let refused = SecurityObject::parse(&file).unwrap().verify_signature();
            assert_eq!(refused, Err(CmsVerifyError::Signature(VerifyError::Mismatch)));
        }
        let template = CardSecurityTemplate::new(signer.as_bytes(), suite.scheme).unwrap();
        for prepared in [template.prepare(&security_infos()), template.prepare_at(&security_infos(), start())] {
            let prepared = prepared.unwrap();
            let file = prepared.assemble(&suite.document_signer.sign(suite.scheme, prepared.to_be_signed()));
            let object = CardSecurity::parse(&file).unwrap();
            assert_eq!(object.security_infos(), &security_infos());
            assert_eq!(object.verify_signature(), Ok(()));
            assert_eq!(object.document_signer().unwrap(), signer);
            assert!(openssl_verifies_cms(&file, object.signed_data().content()), "{:?}", suite.scheme);
        }
    }
}

#[test]
fn a_scheme_of_another_key_is_not_issued_with() {
    let folder = tempfile::tempdir().unwrap();
    let rsa = Signer::rsa(folder.path(), "key", 1024).key();
    let ec: VerifyingKey = KeyPair::generate(Curve::BrainpoolP384r1, &mut rng(3)).public_key().clone().into();
    let sha256 = HashAlgorithm::Sha256;
    let refused = |key: &VerifyingKey, scheme| country_signer(key.clone()).finalize(scheme).unwrap_err();
    assert_eq!(refused(&rsa, SignatureScheme::Ecdsa(sha256)), ProfileError::SchemeAndKeyDiffer);
    assert_eq!(refused(&ec, SignatureScheme::rsa_pss(sha256)), ProfileError::SchemeAndKeyDiffer);
    assert_eq!(refused(&rsa, SignatureScheme::RsaPkcs1(HashAlgorithm::Sha1)), ProfileError::SchemeNotForIssuing);
    assert_eq!(refused(&ec, SignatureScheme::EcdsaPlain(sha256)), ProfileError::SchemeNotForIssuing);
}

/// Subject public keys of each kind, for those who alter them.
pub(super) fn spki_of_many_kinds() -> Vec<Vec<u8>> {
    let rsa = rsa::PublicKey::new(&[0xC5; 256], &[1, 0, 1]).unwrap();
    let mut keys = vec![rsa.to_spki()];
    for curve in [Curve::P256, Curve::BrainpoolP384r1] {
        let key_pair = KeyPair::from_private_scalar(curve, &vec![1; curve.field_length()]).unwrap();
        keys.extend([key_pair.public_key().to_spki_explicit(), key_pair.public_key().to_spki_named()]);
    }
    keys
}
