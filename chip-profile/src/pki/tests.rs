use std::path::{Path, PathBuf};
use std::process::Command;

use rand_core::SeedableRng;

use super::name::NameError;
use super::*;
use crate::ec::{Curve, KeyPair, PublicKey, VerifyError};
use crate::signature::SignatureScheme;
use crate::sod::testing::{alternative_name, name};

/// The folder of test data that is not part of the project.
pub(crate) fn shared() -> Option<PathBuf> {
    match std::env::var_os("PERSOLINE_SHARED") {
        Some(folder) => Some(PathBuf::from(folder)),
        None if std::env::var("CI").as_deref() == Ok("true") => panic!("PERSOLINE_SHARED is not set"),
        None => {
            println!("not run: no test data");
            None
        }
    }
}

/// What P-256 signs with.
const ECDSA: SignatureScheme = SignatureScheme::for_curve(Curve::P256);

fn rng(seed: u64) -> rand_chacha::ChaCha20Rng {
    rand_chacha::ChaCha20Rng::seed_from_u64(seed)
}

fn openssl(arguments: &[&str]) -> (bool, String) {
    let output = Command::new("openssl").args(arguments).output().expect("the openssl program is needed by this test");
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&text).into_owned())
}

fn addresses() -> Vec<String> {
    vec!["https://pki.utopia.example/UTO.crl".to_owned(), "ldap://pki.utopia.example/c=UT".to_owned()]
}

fn start() -> UnixTime {
    UnixTime::from_civil(2026, 11, 21, 0, 0, 0).unwrap()
}

fn country_signer(key: &PublicKey) -> CountrySigner {
    CountrySigner {
        serial: SerialNumber::generate(&mut rng(11)),
        name: name("CSCA Utopia"),
        alternative_name: alternative_name(),
        validity: Validity { not_before: start(), not_after: start().plus_months(15 * 12) },
        usage_period: UsagePeriod { not_before: start(), not_after: start().plus_months(3 * 12) },
        public_key: key.clone().into(),
        revocation_list_addresses: addresses(),
        policies: vec![const_oid::ObjectIdentifier::new_unwrap("1.3.6.1.4.1.99999.1")],
    }
}

fn document_signer(key: &PublicKey) -> DocumentSigner {
    DocumentSigner {
        serial: SerialNumber::generate(&mut rng(12)),
        subject: name("Document Signer 1"),
        alternative_name: alternative_name(),
        validity: Validity { not_before: start(), not_after: start().plus_months(123) },
        usage_period: UsagePeriod { not_before: start(), not_after: start().plus_months(3) },
        public_key: key.clone().into(),
        document_types: vec!["PP".to_owned(), "P".to_owned(), "I".to_owned()],
        revocation_list_addresses: addresses(),
        policies: Vec::new(),
    }
}

/// A country signer and a document signer under it.
fn issue(curve: Curve, below: Curve) -> (Certificate, Certificate, KeyPair) {
    let csca_key = KeyPair::generate(curve, &mut rng(1));
    let unsigned = country_signer(csca_key.public_key()).finalize(SignatureScheme::for_curve(curve)).unwrap();
    let csca = unsigned.assemble(&csca_key.sign(unsigned.scheme().hash(), unsigned.to_be_signed()));
    let csca = Certificate::parse(&csca).unwrap();
    let signer_key = KeyPair::generate(below, &mut rng(2));
    let unsigned = document_signer(signer_key.public_key()).finalize(&csca, SignatureScheme::for_curve(curve)).unwrap();
    let signer = unsigned.assemble(&csca_key.sign(unsigned.scheme().hash(), unsigned.to_be_signed()));
    (csca, Certificate::parse(&signer).unwrap(), csca_key)
}

/// OpenSSL checks the signature over the certificate's signed part with the issuer's key. `openssl verify` refuses
/// explicit parameters in a chain, which Doc 9303 requires, so the signature is checked by itself.
fn openssl_verifies(folder: &Path, certificate: &Certificate, issuer: &Certificate) {
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    std::fs::write(path("issuer.der"), issuer.as_bytes()).unwrap();
    std::fs::write(path("tbs"), certificate.tbs_bytes()).unwrap();
    std::fs::write(path("signature"), certificate.signature_bytes()).unwrap();
    let arguments = ["x509", "-inform", "DER", "-in", &path("issuer.der"), "-noout", "-pubkey", "-out", &path("key")];
    let (good, text) = openssl(&arguments);
    assert!(good, "{text}");
    let SignatureScheme::Ecdsa(hash) = certificate.signature_scheme().unwrap() else { panic!() };
    let digest = format!("-{hash:?}").to_lowercase();
    let (good, text) =
        openssl(&["dgst", &digest, "-verify", &path("key"), "-signature", &path("signature"), &path("tbs")]);
    assert!(good && text.contains("Verified OK"), "{text}");
}

#[test]
fn openssl_reads_and_verifies_what_is_issued() {
    let folder = tempfile::tempdir().unwrap();
    for (curve, below) in [(Curve::P256, Curve::P256), (Curve::P384, Curve::P256), (Curve::P384, Curve::P384)] {
        let (csca, signer, _) = issue(curve, below);
        openssl_verifies(folder.path(), &csca, &csca);
        openssl_verifies(folder.path(), &signer, &csca);

        let text_of = |certificate: &Certificate| {
            let path = folder.path().join("certificate.der");
            std::fs::write(&path, certificate.as_bytes()).unwrap();
            let (good, text) = openssl(&[
                "x509",
                "-inform",
                "DER",
                "-in",
                path.to_str().unwrap(),
                "-noout",
                "-text",
                "-nameopt",
                "RFC2253",
            ]);
            assert!(good, "{text}");
            // Versions of OpenSSL differ in how they print a directory name among alternative names.
            let text = text.replace("DirName:ST = UTI, L = UTO", "DirName:/ST=UTI/L=UTO");
            text.lines().map(str::trim).collect::<Vec<_>>().join("\n")
        };
        let both = [
            "Version: 3 (0x2)",
            "Issuer: CN=CSCA Utopia,serialNumber=001,O=Utopia Immigration,C=UT",
            "Not Before: Nov 21 00:00:00 2026 GMT",
            "Field Type: prime-field",
            "Generator (uncompressed):",
            "Cofactor:  1 (0x1)",
            "X509v3 Authority Key Identifier:",
            "X509v3 Subject Key Identifier:",
            "X509v3 Subject Alternative Name:\nemail:pki@utopia.example, DirName:/ST=UTI/L=UTO",
            "X509v3 Issuer Alternative Name:\nemail:pki@utopia.example, DirName:/ST=UTI/L=UTO",
            "X509v3 CRL Distribution Points:\nFull Name:\nURI:https://pki.utopia.example/UTO.crl\nURI:ldap://pki.utopia.example/c=UT",
        ];
        let of_csca = [
            "Subject: CN=CSCA Utopia,serialNumber=001,O=Utopia Immigration,C=UT",
            "Not After : Nov 21 00:00:00 2041 GMT",
            "X509v3 Key Usage: critical\nCertificate Sign, CRL Sign\n",
            "X509v3 Basic Constraints: critical\nCA:TRUE, pathlen:0",
            "X509v3 Private Key Usage Period:\nNot Before: Nov 21 00:00:00 2026 GMT, Not After: Nov 21 00:00:00 2029 GMT",
            "Policy: 1.3.6.1.4.1.99999.1",
        ];
        let of_signer = [
            "Subject: CN=Document Signer 1,serialNumber=001,O=Utopia Immigration,C=UT",
            "Not After : Feb 21 00:00:00 2037 GMT",
            "X509v3 Key Usage: critical\nDigital Signature\n",
            "X509v3 Private Key Usage Period:\nNot Before: Nov 21 00:00:00 2026 GMT, Not After: Feb 21 00:00:00 2027 GMT",
            "2.23.136.1.1.6.2:",
        ];
        let csca_text = text_of(&csca);
        let signer_text = text_of(&signer);
        for line in both {
            assert!(csca_text.contains(line), "{line}\n in {csca_text}");
            assert!(signer_text.contains(line), "{line}\n in {signer_text}");
        }
        of_csca.iter().for_each(|line| assert!(csca_text.contains(line), "{line}\n in {csca_text}"));
        of_signer.iter().for_each(|line| assert!(signer_text.contains(line), "{line}\n in {signer_text}"));
        assert!(!signer_text.contains("Basic Constraints") && !signer_text.contains("Extended Key Usage"));
        assert!(!csca_text.contains("ASN1 OID"), "a named curve");
    }
}

#[test]
fn what_is_issued_reads_back_with_every_field() {
    let (csca, signer, csca_key) = issue(Curve::P384, Curve::P256);
    assert_eq!(csca.verify_signed_by(&csca.verifying_key().unwrap()), Ok(()));
    assert_eq!(signer.verify_signed_by(&csca_key.public_key().clone().into()), Ok(()));
    assert_eq!(csca.verify_signed_by(&signer.verifying_key().unwrap()), Err(VerifyError::SignatureForm));
    assert_eq!(signer.issuer_bytes(), csca.subject_bytes());
    assert_eq!(signer.authority_key_identifier(), csca.subject_key_identifier());
    assert_eq!(csca.authority_key_identifier(), csca.subject_key_identifier());
    assert!(csca.is_self_issued() && !signer.is_self_issued());
    assert_eq!((csca.subject_country(), signer.issuer_country()), (Some("UT"), Some("UT")));
    assert_eq!(csca.basic_constraints().map(|c| (c.certificate_authority, c.path_length)), Some((true, Some(0))));
    assert_eq!(signer.basic_constraints(), None);
    let usage = csca.key_usage().unwrap();
    assert!(usage.certificate_sign && usage.revocation_list_sign && !usage.digital_signature && !usage.other);
    let usage = signer.key_usage().unwrap();
    assert!(!usage.certificate_sign && !usage.revocation_list_sign && usage.digital_signature && !usage.other);
    let period = signer.private_key_usage_period().unwrap();
    assert_eq!((period.not_before, period.not_after), (Some(start()), Some(start().plus_months(3))));
    // DER sorts the set.
    assert_eq!(signer.document_types().unwrap(), ["I", "P", "PP"]);
    assert!(signer.is_valid_at(start()) && signer.is_valid_at(signer.not_after()));
    assert!(!signer.is_valid_at(start().plus_seconds(-1)) && !signer.is_valid_at(signer.not_after().plus_seconds(1)));
    assert_eq!(signer.serial().len(), 20);
    assert_eq!(signer.serial()[0] & 0xC0, 0x40);
    let critical: Vec<String> = csca.extensions().iter().filter(|e| e.critical).map(|e| e.oid.to_string()).collect();
    assert_eq!(critical, ["2.5.29.15", "2.5.29.19"]);
}

#[test]
fn an_altered_byte_anywhere_is_noticed() {
    let (csca, signer, _) = issue(Curve::P256, Curve::P256);
    let key = csca.verifying_key().unwrap();
    for place in 0..signer.as_bytes().len() {
        let mut bytes = signer.as_bytes().to_vec();
        bytes[place] ^= 1;
        if let Ok(altered) = Certificate::parse(&bytes) {
            assert!(altered.verify_signed_by(&key).is_err(), "byte {place}");
        }
        assert!(Certificate::parse(&signer.as_bytes()[..place]).is_err());
    }
    assert!(Certificate::parse(&[signer.as_bytes(), &[0]].concat()).is_err());
}

#[test]
fn what_the_profile_forbids_is_not_issued() {
    let (csca, signer, csca_key) = issue(Curve::P256, Curve::P256);
    let key = csca_key.public_key();
    let refused = |change: &dyn Fn(&mut DocumentSigner)| {
        let mut profile = document_signer(key);
        change(&mut profile);
        profile.finalize(&csca, ECDSA).unwrap_err()
    };
    assert_eq!(refused(&|p| p.subject.country = CountryCode::new("CN").unwrap()), ProfileError::CountriesDiffer);
    assert_eq!(refused(&|p| p.document_types.clear()), ProfileError::DocumentTypes);
    assert_eq!(refused(&|p| p.document_types.push("P<".to_owned())), ProfileError::DocumentTypes);
    assert_eq!(refused(&|p| p.revocation_list_addresses.clear()), ProfileError::RevocationListAddress);
    let ftp = |p: &mut DocumentSigner| p.revocation_list_addresses = vec!["ftp://utopia.example/a".to_owned()];
    assert_eq!(refused(&ftp), ProfileError::RevocationListAddress);
    assert_eq!(refused(&|p| p.validity.not_after = start().plus_months(181)), ProfileError::OutlivesIssuer);
    assert_eq!(refused(&|p| p.validity.not_after = start().plus_days(-1)), ProfileError::Period("validity"));
    let late = |p: &mut DocumentSigner| p.usage_period.not_after = p.validity.not_after.plus_seconds(1);
    assert_eq!(refused(&late), ProfileError::UsageOutsideValidity);
    let state = |p: &mut DocumentSigner| p.alternative_name.state = "UT<".to_owned();
    assert_eq!(refused(&state), ProfileError::Name(NameError::StateCode));
    let long = |p: &mut DocumentSigner| p.subject.common_name = "x".repeat(65);
    assert_eq!(refused(&long), ProfileError::Name(NameError::Text("common name")));
    let mail = |p: &mut DocumentSigner| p.alternative_name.contacts = vec![Contact::Email("ü@utopia".to_owned())];
    assert_eq!(refused(&mail), ProfileError::Name(NameError::Contact));
    assert_eq!(document_signer(key).finalize(&signer, ECDSA).unwrap_err(), ProfileError::Issuer("basic constraints"));
    assert_eq!(CountryCode::new("ut"), Err(NameError::CountryCode));
    assert_eq!(CountryCode::new("UTO"), Err(NameError::CountryCode));
}

#[test]
fn names_beyond_printable_string_become_utf8() {
    let mut profile = country_signer(KeyPair::generate(Curve::P256, &mut rng(4)).public_key());
    profile.name.organization = Some("香港特別行政區政府入境事務處".to_owned());
    let unsigned = profile.finalize(ECDSA).unwrap();
    let key_pair = KeyPair::generate(Curve::P256, &mut rng(4));
    let bytes = unsigned.assemble(&key_pair.sign(unsigned.scheme().hash(), unsigned.to_be_signed()));
    let certificate = Certificate::parse(&bytes).unwrap();
    assert!(certificate.subject().contains("香港特別行政區政府入境事務處"), "{}", certificate.subject());
}

#[test]
fn serial_numbers_are_positive_and_twenty_octets_from_any_randomness() {
    for octets in [[0x00; 20], [0xFF; 20], [0x80; 20]] {
        let serial = SerialNumber::from_octets(octets);
        assert_eq!((serial.as_bytes().len(), serial.as_bytes()[0] >> 6), (20, 1));
    }
}

/// A second country signer that follows the first.
fn follow(previous: &KeyPair, old: &Certificate, common_name: &str) -> (Certificate, Certificate) {
    let key = KeyPair::generate(Curve::P384, &mut rng(21));
    let mut profile = country_signer(key.public_key());
    profile.name = name(common_name);
    let unsigned = profile.finalize(SignatureScheme::for_curve(Curve::P384)).unwrap();
    let new =
        Certificate::parse(&unsigned.assemble(&key.sign(unsigned.scheme().hash(), unsigned.to_be_signed()))).unwrap();
    let link = LinkCertificate {
        serial: SerialNumber::generate(&mut rng(22)),
        validity: Validity { not_before: new.not_before(), not_after: old.not_after() },
    };
    let unsigned = link.finalize(old, &new, ECDSA).unwrap();
    let link = unsigned.assemble(&previous.sign(unsigned.scheme().hash(), unsigned.to_be_signed()));
    (new, Certificate::parse(&link).unwrap())
}

#[test]
fn a_link_certificate_carries_the_new_key_under_the_old_signature() {
    let folder = tempfile::tempdir().unwrap();
    let (old, signer, old_key) = issue(Curve::P256, Curve::P256);
    let (new, link) = follow(&old_key, &old, "CSCA Utopia");
    openssl_verifies(folder.path(), &link, &old);
    assert!(link.is_self_issued(), "the name stayed");
    assert_eq!(link.verifying_key(), new.verifying_key());
    assert_eq!(link.subject_key_identifier(), new.subject_key_identifier());
    assert_eq!(link.authority_key_identifier(), old.subject_key_identifier());
    assert_eq!(link.private_key_usage_period(), new.private_key_usage_period());
    assert!(link.extension(&certificate::NAME_CHANGE).is_none());
    assert!(link.verify_signed_by(&new.verifying_key().unwrap()).is_err());

    let (new, link) = follow(&old_key, &old, "CSCA Utopia II");
    openssl_verifies(folder.path(), &link, &old);
    assert_eq!((link.issuer_bytes(), link.subject_bytes()), (old.subject_bytes(), new.subject_bytes()));
    assert!(link.extension(&certificate::NAME_CHANGE).is_some_and(|change| !change.critical && change.value == [5, 0]));
    let template = LinkCertificate {
        serial: SerialNumber::generate(&mut rng(23)),
        validity: Validity { not_before: start(), not_after: old.not_after().plus_seconds(1) },
    };
    assert_eq!(template.finalize(&old, &new, ECDSA).unwrap_err(), ProfileError::OutlivesIssuer);
    let short = LinkCertificate { validity: Validity { not_before: start(), not_after: start() }, ..template };
    assert_eq!(short.finalize(&old, &signer, ECDSA).unwrap_err(), ProfileError::Issuer("key usage"));
}

#[test]
fn times_that_certificates_cannot_write_are_refused() {
    let (csca, signer, _) = issue(Curve::P256, Curve::P256);
    let far = start().plus_months(12 * 9000);
    let early = start().plus_months(-12 * 100);
    let scheme = SignatureScheme::for_curve(Curve::P256);
    let list = |this_update: UnixTime, since| RevocationListRequest {
        number: 1,
        this_update,
        next_update: this_update.plus_days(30),
        revoked: vec![(SerialNumber::from_octets([1; 20]), since)],
    };
    list(start(), start()).finalize(&csca, scheme).unwrap();
    for refused in [list(far, start()), list(early, start()), list(start(), far)] {
        assert!(matches!(refused.finalize(&csca, scheme), Err(ProfileError::Period(_))), "{refused:?}");
    }
    let link = LinkCertificate {
        serial: SerialNumber::generate(&mut rng(24)),
        validity: Validity { not_before: early, not_after: csca.not_after() },
    };
    assert_eq!(link.finalize(&csca, &csca, scheme), Err(ProfileError::Period("validity")));
    let request = CertificateRequest {
        subject: name("Document Signer 7"),
        public_key: signer.verifying_key().unwrap(),
        usage_period: Some(UsagePeriod { not_before: start(), not_after: far }),
        document_types: Vec::new(),
    };
    assert_eq!(request.finalize(scheme), Err(ProfileError::Period("usage period")));
}

#[test]
fn openssl_reads_and_verifies_a_revocation_list() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (csca, signer, key) = issue(Curve::P384, Curve::P256);
    let revoked = SerialNumber::from_octets(signer.serial().try_into().unwrap());
    let request = |revoked: &[(SerialNumber, UnixTime)]| RevocationListRequest {
        number: 200,
        this_update: start().plus_days(3),
        next_update: start().plus_days(93),
        revoked: revoked.to_vec(),
    };
    let make = |request: RevocationListRequest| {
        let unsigned = request.finalize(&csca, SignatureScheme::for_curve(Curve::P384)).unwrap();
        unsigned.assemble(&key.sign(unsigned.scheme().hash(), unsigned.to_be_signed()))
    };
    let bytes = make(request(&[(revoked, start().plus_days(2))]));
    std::fs::write(path("crl"), &bytes).unwrap();
    let (good, text) = openssl(&["crl", "-inform", "DER", "-in", &path("crl"), "-noout", "-text"]);
    assert!(good, "{text}");
    let serial: String = signer.serial().iter().map(|byte| format!("{byte:02X}")).collect();
    for line in [
        "Version 2 (0x1)",
        "Last Update: Nov 24 00:00:00 2026 GMT",
        "Next Update: Feb 22 00:00:00 2027 GMT",
        "X509v3 CRL Number:",
        "200",
        "X509v3 Authority Key Identifier:",
        &format!("Serial Number: {serial}"),
        "Revocation Date: Nov 23 00:00:00 2026 GMT",
    ] {
        assert!(text.contains(line), "{line}\n in {text}");
    }
    let list = RevocationList::parse(&bytes).unwrap();
    std::fs::write(path("csca"), csca.as_bytes()).unwrap();
    std::fs::write(path("tbs"), list.tbs_bytes()).unwrap();
    std::fs::write(path("signature"), list.signature_bytes()).unwrap();
    assert!(openssl(&["x509", "-inform", "DER", "-in", &path("csca"), "-noout", "-pubkey", "-out", &path("key")]).0);
    let (good, text) =
        openssl(&["dgst", "-sha384", "-verify", &path("key"), "-signature", &path("signature"), &path("tbs")]);
    assert!(good, "{text}");

    assert_eq!(list.verify_signed_by(&key.public_key().clone().into()), Ok(()));
    assert_eq!(list.issuer_bytes(), csca.subject_bytes());
    assert_eq!((list.this_update(), list.next_update()), (start().plus_days(3), Some(start().plus_days(93))));
    assert_eq!(list.revocation_of(&signer), Some(start().plus_days(2)));
    assert_eq!(list.revocation_of(&csca), None);
    for place in 0..bytes.len() {
        let mut altered = bytes.clone();
        altered[place] ^= 1;
        let noticed = match RevocationList::parse(&altered) {
            Ok(list) => list.verify_signed_by(&key.public_key().clone().into()).is_err(),
            Err(_) => true,
        };
        // The outer algorithm's bytes are compared with the inner ones, which are signed.
        assert!(noticed, "byte {place}");
        assert!(RevocationList::parse(&bytes[..place]).is_err());
    }

    // Nothing revoked: the field is absent, and the list is still needed.
    let none = RevocationList::parse(&make(request(&[]))).unwrap();
    assert!(none.revoked().is_empty());
    let mut late = request(&[]);
    late.next_update = start().plus_days(94);
    assert!(matches!(late.finalize(&csca, ECDSA), Err(ProfileError::Period(_))));
    assert_eq!(request(&[]).finalize(&signer, ECDSA).unwrap_err(), ProfileError::Issuer("key usage"));
}

/// A list as OpenSSL makes it.
#[test]
fn reads_a_revocation_list_of_openssl() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let output = Command::new("openssl").args(arguments).current_dir(folder.path()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    let configuration = "[ca]\ndefault_ca=d\n[d]\ndatabase=index\ncrlnumber=number\ndefault_md=sha256\n\
        default_crl_days=30\ncrl_extensions=e\n[e]\nauthorityKeyIdentifier=keyid\n[req]\ndistinguished_name=n\n[n]\n";
    std::fs::write(folder.path().join("c"), configuration).unwrap();
    std::fs::write(folder.path().join("index"), "R\t361121000000Z\t261101120000Z\t0A1B\tunknown\t/CN=x\n").unwrap();
    std::fs::write(folder.path().join("number"), "07\n").unwrap();
    let curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    let names = [
        "-subj",
        "/C=UT/CN=CSCA",
        "-keyout",
        "k",
        "-out",
        "cert",
        "-config",
        "c",
        "-addext",
        "subjectKeyIdentifier=hash",
    ];
    run(&[&["req", "-x509"], &curve[..], &names[..]].concat());
    run(&["ca", "-gencrl", "-config", "c", "-keyfile", "k", "-cert", "cert", "-out", "crl"]);
    run(&["crl", "-in", "crl", "-outform", "DER", "-out", "crl.der"]);
    run(&["x509", "-in", "cert", "-outform", "DER", "-out", "cert.der"]);
    let list = RevocationList::parse(&std::fs::read(folder.path().join("crl.der")).unwrap()).unwrap();
    let issuer = Certificate::parse(&std::fs::read(folder.path().join("cert.der")).unwrap()).unwrap();
    assert_eq!(list.verify_signed_by(&issuer.verifying_key().unwrap()), Ok(()));
    assert_eq!(list.revoked().len(), 1);
    assert_eq!(list.revoked()[0].serial, [0x0A, 0x1B]);
    assert_eq!(list.revoked()[0].since.to_string(), "2026-11-01T12:00:00Z");
}
