use super::*;
use crate::pki::lint::tests::edit::{State, csca_key, start};
use crate::pki::lint::{DocumentKind, lint};
use crate::pki::testing::{Suite, openssl};
use crate::pki::{Certificate, DocumentSigner, SerialNumber, UsagePeriod, Validity};
use crate::sod::testing::{alternative_name, name};

/// A name and a key, and nothing more.
fn asked(suite: &Suite) -> CertificateRequest {
    let (subject, public_key) = (name("Document Signer 7"), suite.verifying_key());
    CertificateRequest { subject, public_key, usage_period: None, document_types: Vec::new() }
}

fn made(suite: &Suite) -> Vec<u8> {
    let unsigned = asked(suite).finalize(suite.scheme).unwrap();
    unsigned.assemble(&suite.sign(unsigned.to_be_signed()))
}

#[test]
fn openssl_verifies_requests_of_every_suite_and_certificates_follow_from_them() {
    let state = State::utopia();
    let issuer = Certificate::parse(&state.csca).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    for suite in Suite::all(5) {
        let bytes = made(&suite);
        std::fs::write(path("request"), &bytes).unwrap();
        let (good, text) = openssl(&["req", "-inform", "DER", "-in", &path("request"), "-verify", "-noout", "-text"]);
        assert!(good && text.contains("verify OK"), "{}: {text}", suite.name);
        assert!(!text.contains("ASN1 OID"), "{}: a named curve", suite.name);

        let request = SignedRequest::parse(&bytes).unwrap();
        assert_eq!(request.verify_possession(), Ok(()), "{}", suite.name);
        assert_eq!(request.subject(), Ok(name("Document Signer 7")));
        assert_eq!(request.scheme(), suite.scheme);
        let profile = DocumentSigner {
            serial: SerialNumber::from_octets([7; 20]),
            subject: request.subject().unwrap(),
            alternative_name: alternative_name(),
            validity: Validity { not_before: start(), not_after: start().plus_months(123) },
            usage_period: UsagePeriod { not_before: start(), not_after: start().plus_months(3) },
            public_key: request.verifying_key().unwrap(),
            document_types: vec!["P".to_owned()],
            revocation_list_addresses: vec!["https://pki.utopia.example/UTO.crl".to_owned()],
            policies: Vec::new(),
        };
        let scheme = SignatureScheme::for_curve(crate::ec::Curve::P256);
        let unsigned = profile.finalize(&issuer, scheme).unwrap();
        let certificate = unsigned.assemble(&csca_key().sign(scheme.hash(), unsigned.to_be_signed()));
        let report = lint(Some(DocumentKind::DocumentSigner), &certificate);
        assert!(report.is_clean(), "{}\n{report}", suite.name);
        let certificate = Certificate::parse(&certificate).unwrap();
        assert_eq!(certificate.verifying_key().unwrap(), suite.verifying_key());
        assert_eq!(certificate.verify_signed_by(&issuer.verifying_key().unwrap()), Ok(()));
    }
}

#[test]
fn requests_of_openssl_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let key = path("key");
    let out = path("request");
    let subject = "/C=UT/O=Utopia Immigration/serialNumber=001/CN=Document Signer 7";
    for encoding in ["ec_param_enc:explicit", "ec_param_enc:named_curve"] {
        let options = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-pkeyopt", encoding];
        let mut arguments = vec!["req", "-new", "-nodes", "-utf8", "-outform", "DER", "-subj", subject];
        arguments.extend(options);
        arguments.extend(["-addext", "keyUsage=digitalSignature", "-keyout", &key, "-out", &out]);
        let (good, text) = openssl(&arguments);
        assert!(good, "{text}");
        let request = SignedRequest::parse(&std::fs::read(&out).unwrap()).unwrap();
        assert_eq!(request.verify_possession(), Ok(()), "{encoding}");
        assert_eq!(request.subject(), Ok(name("Document Signer 7")), "{encoding}");
    }
}

#[test]
fn a_request_by_another_key_and_an_altered_one_are_refused() {
    let suites = Suite::all(6);
    let suite = &suites[0];
    let request = asked(suite);
    let unsigned = request.finalize(suite.scheme).unwrap();
    let other = &Suite::all(7)[0];
    let stolen = SignedRequest::parse(&unsigned.assemble(&other.sign(unsigned.to_be_signed()))).unwrap();
    assert!(matches!(stolen.verify_possession(), Err(RequestError::Possession(_))));
    let bytes = made(suite);
    for place in 0..bytes.len() {
        let mut altered = bytes.clone();
        altered[place] ^= 1;
        let noticed = SignedRequest::parse(&altered).is_err_and(|_| true)
            || SignedRequest::parse(&altered).is_ok_and(|request| request.verify_possession().is_err());
        assert!(noticed, "byte {place}");
        assert!(SignedRequest::parse(&bytes[..place]).is_err());
    }
    assert!(request.finalize(SignatureScheme::rsa_pss(crate::ec::HashAlgorithm::Sha256)).is_err());
}

/// A request that says when the key is to sign and what: OpenSSL reads it, it reads back, and every byte counts.
#[test]
fn a_request_names_usage_period_and_document_types() {
    let suite = &Suite::all(8)[0];
    let usage = UsagePeriod { not_before: start(), not_after: start().plus_days(90).plus_seconds(-1) };
    let document_types = vec!["PP".to_owned(), "P".to_owned()];
    let asked = CertificateRequest { usage_period: Some(usage), document_types, ..asked(suite) };
    let unsigned = asked.finalize(suite.scheme).unwrap();
    let whole = unsigned.assemble(&suite.sign(unsigned.to_be_signed()));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("request").to_str().unwrap().to_owned();
    std::fs::write(&file, &whole).unwrap();
    let (good, text) = openssl(&["req", "-inform", "DER", "-in", &file, "-noout", "-text", "-verify"]);
    assert!(good && text.contains("verify OK"), "{text}");
    assert!(text.contains("Private Key Usage Period") && text.contains("2.23.136.1.1.6.2"), "{text}");

    let read = SignedRequest::parse(&whole).unwrap();
    assert_eq!(
        (read.usage_period(), read.document_types().unwrap()),
        (Some(usage), ["P", "PP"].map(str::to_owned).as_slice())
    );
    let plain = SignedRequest::parse(&made(suite)).unwrap();
    assert_eq!((plain.usage_period(), plain.document_types()), (None, None));
    for place in 0..whole.len() {
        let mut altered = whole.clone();
        altered[place] ^= 1;
        assert!(!SignedRequest::parse(&altered).is_ok_and(|read| read.verify_possession().is_ok()), "byte {place}");
        assert!(SignedRequest::parse(&whole[..place]).is_err(), "{place} bytes");
    }
    let backwards = UsagePeriod { not_before: usage.not_after, not_after: usage.not_before };
    let backwards = CertificateRequest { usage_period: Some(backwards), ..asked };
    assert_eq!(backwards.finalize(suite.scheme), Err(ProfileError::Period("usage period")));
}
