//! Every suite, judged by OpenSSL: certificates, signatures of documents, limits.

use super::*;

fn request_of(above: SignatureSuite, below: SignatureSuite) -> CeremonyRequest {
    let mut request = request(2, 3);
    request.country_signer.suite = above;
    request.document_signers.suite = below;
    request
}

#[test]
fn certificates_and_signatures_of_every_suite_are_verified_by_openssl() {
    // Each suite above itself; then others below, which Doc 9303-12 4.1.6 allows, of another algorithm too.
    let mixed = [
        (SignatureSuite::Rsa3072PssSha256, SignatureSuite::P256),
        (SignatureSuite::P384, SignatureSuite::Rsa3072PssSha256),
        (SignatureSuite::BrainpoolP384r1, SignatureSuite::BrainpoolP256r1),
        (SignatureSuite::Rsa3072PssSha384, SignatureSuite::Rsa3072Pkcs1Sha256),
    ];
    for (above, below) in SignatureSuite::ALL.into_iter().map(|suite| (suite, suite)).chain(mixed) {
        let centre = Centre::of(&request_of(above, below));
        let country_signer = &centre.report.country_signer.certificate;
        for bytes in centre.report.document_signers.iter().map(|signer| &signer.certificate).chain([country_signer]) {
            let certificate = Certificate::parse(bytes).unwrap();
            assert_eq!(certificate.signature_scheme().unwrap(), above.scheme());
            openssl_verifies(above.scheme(), country_signer, certificate.tbs_bytes(), certificate.signature_bytes());
        }
        let signer = centre.signer();
        // The limit holds, and a batch rolls over from one signer to the next.
        let mut reservations = signer.reserve(5, NOW).unwrap();
        assert_eq!(signer.reserve(2, NOW).unwrap_err(), SignerError::NoSignerLeft);
        assert_eq!(reservations.iter().map(|reservation| reservation.count).collect::<Vec<_>>(), [3, 2]);
        let reservation = reservations.remove(0);
        assert_eq!(reservation.signer.scheme, below.scheme());
        let certificate = reservation.signer.certificate.clone();
        let signature = sign(&signer, reservation, &[b"what an EF.SOD signs"]).unwrap().remove(0);
        openssl_verifies(below.scheme(), &certificate, b"what an EF.SOD signs", &signature);
        assert_eq!(centre.status(NOW).document_signers[0].suite, Some(below));
    }
}

/// A folder that the first version of the format made, two signers on P-256 under P-384, still opens and signs.
#[test]
fn keys_of_the_first_format_still_open() {
    let folder = tempfile::tempdir().unwrap();
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tests/version_1");
    for file in std::fs::read_dir(kept).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), folder.path().join(file.file_name())).unwrap();
    }
    let (ledger, at) = (Arc::new(Counts::default()), days(1));
    let signer = KeyStore::open(folder.path(), &passphrase(), "UTO").unwrap().signer(ledger.clone(), random(1));
    let reservation = signer.reserve(1, at).unwrap().remove(0);
    let certificate = reservation.signer.certificate.clone();
    let signature = sign(&signer, reservation, &[b"message"]).unwrap().remove(0);
    openssl_verifies(SignatureSuite::P256.scheme(), &certificate, b"message", &signature);
    // Its country signer issues too.
    let asked = request(1, 10).document_signers;
    let requests = request_document_signers(&asked, &passphrase(), at, &*random(2), folder.path(), "UTO").unwrap();
    let authority = Authority::open(folder.path(), &passphrase(), "UTO").unwrap();
    let bytes = vec![requests[0].request.clone()];
    let issued = authority.issue(&bytes, &IssuingPolicy::default(), at, &*random(3)).unwrap();
    let rules = InstallRules { document_months: 120, trusted: None };
    let given = [("a".to_owned(), issued[0].certificate.clone())];
    install(&given, &rules, &passphrase(), folder.path(), "UTO").unwrap();
    let status = status(folder.path(), "UTO", &*ledger, at).unwrap();
    assert_eq!(
        status.document_signers.iter().map(|signer| signer.suite).collect::<Vec<_>>(),
        [Some(SignatureSuite::P256); 3]
    );
}
