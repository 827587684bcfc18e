//! Centre and country signer in folders of their own, each with its passphrase.

use super::*;

/// A centre, and the country signer that issues to it.
struct Apart {
    folder: tempfile::TempDir,
    above: Passphrase,
}

impl Apart {
    fn new(suite: SignatureSuite) -> Apart {
        let apart =
            Apart { folder: tempfile::tempdir().unwrap(), above: Passphrase::new("known to other people".to_owned()) };
        let CeremonyRequest { issuer, country_signer, cost, .. } = request(1, 1);
        let country_signer = CountrySignerRequest { suite, ..country_signer };
        let request = AuthorityRequest { issuer, country_signer, cost };
        let made = authority_ceremony(&request, &apart.above, NOW, &*random(1), &apart.authority_folder()).unwrap();
        let request = CentreRequest { state: "UTO".to_owned(), chip_master: ChipMasterKind::default(), cost };
        let certificate = &made.country_signer.certificate;
        centre_ceremony(&request, certificate, &passphrase(), &*random(2), &apart.centre_folder()).unwrap();
        apart
    }
    fn authority_folder(&self) -> PathBuf {
        self.folder.path().join("authority")
    }
    fn centre_folder(&self) -> PathBuf {
        self.folder.path().join("centre")
    }
    fn authority(&self) -> Authority {
        Authority::open(&self.authority_folder(), &self.above, "UTO").unwrap()
    }
    fn ask(&self, suite: SignatureSuite, count: u32, at: Timestamp) -> Vec<PendingRequest> {
        let asked = DocumentSignerRequest { suite, ..request(count, 100).document_signers };
        request_document_signers(&asked, &passphrase(), at, &*random(at.0 as u64), &self.centre_folder(), "UTO")
            .unwrap()
    }
    fn issue(&self, requests: &[PendingRequest], at: Timestamp) -> Vec<IssuedCertificate> {
        let requests: Vec<Vec<u8>> = requests.iter().map(|request| request.request.clone()).collect();
        self.authority().issue(&requests, &IssuingPolicy::default(), at, &*random(at.0 as u64 + 1)).unwrap()
    }
    fn install(&self, certificates: &[Vec<u8>]) -> Result<Installation, KeyStoreError> {
        self.install_by(certificates, &InstallRules { document_months: 120, trusted: None })
    }
    fn install_by(&self, certificates: &[Vec<u8>], rules: &InstallRules) -> Result<Installation, KeyStoreError> {
        let named: Vec<(String, Vec<u8>)> =
            certificates.iter().enumerate().map(|(index, bytes)| (format!("file {index}"), bytes.clone())).collect();
        install(&named, rules, &passphrase(), &self.centre_folder(), "UTO")
    }
    fn store(&self) -> KeyStore {
        KeyStore::open(&self.centre_folder(), &passphrase(), "UTO").unwrap()
    }
}

fn bytes(certificates: &[IssuedCertificate]) -> Vec<Vec<u8>> {
    certificates.iter().map(|certificate| certificate.certificate.clone()).collect()
}

/// Alters one byte of a certificate.
fn altered(bytes: &[u8], place: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[place] ^= 1;
    bytes
}

#[test]
fn requested_issued_installed_and_signed_in_every_algorithm() {
    for suite in [SignatureSuite::P256, SignatureSuite::BrainpoolP256r1, SignatureSuite::Rsa3072PssSha256] {
        let apart = Apart::new(suite);
        let ledger = Arc::new(Counts::default());
        let none = apart.store().signer(ledger.clone(), random(9));
        assert_eq!(none.reserve(1, NOW).unwrap_err(), SignerError::NoSignerLeft);

        let requests = apart.ask(suite, 3, NOW);
        for request in &requests {
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join("request"), &request.request).unwrap();
            let (good, text) =
                openssl(folder.path(), &["req", "-inform", "DER", "-in", "request", "-verify", "-noout"]);
            assert!(good && text.contains("verify OK"), "{text}");
        }
        let status = status(&apart.centre_folder(), "UTO", &*ledger, NOW).unwrap();
        assert_eq!((status.requests, status.document_signers.len()), (requests.clone(), 0));

        let issued = apart.issue(&requests, NOW);
        let installed = apart.install(&bytes(&issued)).unwrap();
        assert_eq!(
            installed.document_signers.iter().map(|signer| &signer.name).collect::<Vec<_>>(),
            requests.iter().map(|request| &request.name).collect::<Vec<_>>()
        );
        assert_eq!(pending_requests(&apart.centre_folder()).unwrap(), []);
        // Again changes nothing.
        assert_eq!(apart.install(&bytes(&issued)).unwrap(), Installation::default());

        let signer = apart.store().signer(ledger, random(9));
        let reservation = signer.reserve(1, NOW).unwrap().remove(0);
        assert_eq!(reservation.signer.certificate, issued[0].certificate);
        let signature = sign(&signer, reservation, &[b"message"]).unwrap().remove(0);
        openssl_verifies(suite.scheme(), &issued[0].certificate, b"message", &signature);
    }
}

/// The ends of a later batch go on from the one before, and numbers are never given again.
#[test]
fn a_later_batch_goes_on_where_the_one_before_ends() {
    let apart = Apart::new(SignatureSuite::P256);
    let first = apart.ask(SignatureSuite::P256, 2, NOW);
    apart.install(&bytes(&apart.issue(&first, NOW))).unwrap();
    let second = apart.ask(SignatureSuite::P256, 2, days(30));
    let period =
        |request: &PendingRequest| ((request.usage_begin.0 - NOW.0) / DAY, (request.usage_end.0 + 1000 - NOW.0) / DAY);
    assert_eq!(first.iter().map(period).collect::<Vec<_>>(), [(0, 70), (0, 90)]);
    assert_eq!(second.iter().map(period).collect::<Vec<_>>(), [(30, 110), (40, 130)]);
    assert!(second[0].name.starts_with("ds-003-") && second[1].name.starts_with("ds-004-"), "{second:?}");
}

#[test]
fn altered_requests_and_what_the_policy_does_not_grant_are_refused() {
    let apart = Apart::new(SignatureSuite::P256);
    let requests: Vec<Vec<u8>> =
        apart.ask(SignatureSuite::P256, 2, NOW).into_iter().map(|request| request.request).collect();
    let authority = apart.authority();
    let refused =
        |requests: &[Vec<u8>], policy: &IssuingPolicy, at| match authority.issue(requests, policy, at, &*random(4)) {
            Err(KeyStoreError::RequestRefused { index, reason }) => (index, reason),
            other => panic!("{other:?}"),
        };
    let policy = IssuingPolicy::default();
    for place in 0..requests[1].len() {
        let tampered = [requests[0].clone(), altered(&requests[1], place)];
        assert_eq!(refused(&tampered, &policy, NOW).0, 1, "byte {place}");
    }
    let twice = [requests[0].clone(), requests[0].clone()];
    assert!(refused(&twice, &policy, NOW).1.contains("has a certificate already"));
    let short = IssuingPolicy { longest_usage_days: 30, ..policy.clone() };
    assert!(refused(&requests, &short, NOW).1.contains("longer than the policy"));
    let cards = IssuingPolicy { document_types: vec!["I".to_owned()], ..policy.clone() };
    assert!(refused(&requests, &cards, NOW).1.contains("document type"));
    assert!(refused(&requests, &policy, days(80)).1.contains("is over"));
    // Nothing of a refused batch was issued: now both are.
    assert_eq!(authority.issue(&requests, &policy, NOW, &*random(4)).unwrap().len(), 2);
    assert!(refused(&requests, &policy, NOW).1.contains("has a certificate already"));
}

#[test]
fn a_batch_whose_copies_cannot_be_kept_is_not_issued() {
    let apart = Apart::new(SignatureSuite::P256);
    let requests: Vec<Vec<u8>> =
        apart.ask(SignatureSuite::P256, 3, NOW).into_iter().map(|request| request.request).collect();
    let (authority, policy) = (apart.authority(), IssuingPolicy::default());
    let issue = || authority.issue(&requests, &policy, NOW, &*random(9));
    let place = |name: &str| apart.authority_folder().join(format!("{name}.der"));
    let names: Vec<String> = issue().unwrap().into_iter().map(|certificate| certificate.name).collect();
    names.iter().for_each(|name| std::fs::remove_file(place(name)).unwrap());
    // The same randomness makes the same serial numbers; something lies where the last copy is to be.
    std::fs::create_dir(place(&names[2])).unwrap();
    assert!(matches!(issue(), Err(KeyStoreError::Io { .. })));
    assert!(!place(&names[0]).exists() && !place(&names[1]).exists());
    std::fs::remove_dir(place(&names[2])).unwrap();
    assert_eq!(issue().unwrap().len(), 3);
}

#[test]
fn certificates_that_differ_from_what_was_asked_are_refused() {
    let apart = Apart::new(SignatureSuite::P256);
    let requests = apart.ask(SignatureSuite::P256, 2, NOW);
    let issued = bytes(&apart.issue(&requests, NOW));
    let before: Vec<_> = std::fs::read_dir(apart.centre_folder()).unwrap().map(|e| e.unwrap().file_name()).collect();
    for place in (0..issued[1].len()).step_by(7) {
        assert!(apart.install(&[issued[0].clone(), altered(&issued[1], place)]).is_err(), "byte {place}");
    }
    // The wrong country signer, under the same name.
    let other = Apart::new(SignatureSuite::P256);
    let foreign_folder = other.folder.path().join("foreign");
    let CeremonyRequest { issuer, country_signer, cost, .. } = request(1, 1);
    let foreign = AuthorityRequest { issuer, country_signer, cost };
    authority_ceremony(&foreign, &other.above, NOW, &*random(77), &foreign_folder).unwrap();
    let foreign = Authority::open(&foreign_folder, &other.above, "UTO").unwrap();
    let asked: Vec<Vec<u8>> = requests.iter().map(|request| request.request.clone()).collect();
    let by_foreign = bytes(&foreign.issue(&asked, &IssuingPolicy::default(), NOW, &*random(5)).unwrap());
    let error = apart.install(&by_foreign).unwrap_err();
    assert!(error.to_string().contains("no country signer that is trusted here"), "{error}");
    let own = foreign.certificate().certificate;
    let error = apart.install(&[vec![own.clone()], by_foreign.clone()].concat()).unwrap_err();
    assert!(error.to_string().contains("no link certificate leads"), "{error}");
    // Documents live longer than the certificate.
    let rules = InstallRules { document_months: 121, trusted: None };
    let error = apart.install_by(&issued, &rules).unwrap_err();
    assert!(error.to_string().contains("ends before the last document"), "{error}");
    // Another centre's.
    let more = Apart::new(SignatureSuite::P256);
    let error = more.install(&issued).unwrap_err();
    assert!(error.to_string().contains("not requested here"), "{error}");
    // Whoever compares the fingerprint by voice may trust the foreign one.
    let after: Vec<_> = std::fs::read_dir(apart.centre_folder()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(before.len(), after.len(), "nothing of what was refused is left");
    let rules = InstallRules { document_months: 120, trusted: Some(foreign.certificate().fingerprint) };
    let installed = apart.install_by(&[vec![own], by_foreign].concat(), &rules).unwrap();
    assert_eq!((installed.country_signers.len(), installed.document_signers.len()), (1, 2));
    apart.store();
}

#[test]
fn a_link_certificate_brings_the_next_country_signer() {
    let apart = Apart::new(SignatureSuite::P256);
    let request = CountrySignerRequest { suite: SignatureSuite::BrainpoolP384r1, ..CountrySignerRequest::default() };
    let same_second = apart.authority().succeed(&request, NOW, &*random(6));
    assert!(matches!(same_second, Err(KeyStoreError::Request(_))));
    let made = apart.authority().succeed(&request, days(700), &*random(6)).unwrap();
    let old = store::read_certificate(&apart.centre_folder(), &apart.store_names()[0]).unwrap();
    let link = Certificate::parse(&made.link.certificate).unwrap();
    openssl_verifies(SignatureSuite::P256.scheme(), old.as_bytes(), link.tbs_bytes(), link.signature_bytes());
    // The new one issues from now on; its certificate alone is not trusted, with the link it is.
    let issued = bytes(&apart.issue(&apart.ask(SignatureSuite::P256, 1, days(700)), days(700)));
    assert!(apart.install(&issued).is_err());
    assert!(apart.install(std::slice::from_ref(&made.country_signer.certificate)).is_err());
    let all = [vec![made.country_signer.certificate, made.link.certificate], issued].concat();
    let installed = apart.install(&all).unwrap();
    assert_eq!((installed.country_signers.len(), installed.document_signers.len()), (2, 1));
    let country_signers = apart.store().signer(Arc::new(Counts::default()), random(1)).country_signers();
    assert_eq!(country_signers.len(), 2);
    assert_eq!(*country_signers[0], *installed.country_signers[0].certificate);
    let exported: Vec<String> =
        certificates(&apart.centre_folder(), "UTO").unwrap().into_iter().map(|one| one.name).collect();
    assert_eq!(exported.len(), 4, "{exported:?}");
}

impl Apart {
    fn store_names(&self) -> Vec<String> {
        store::certificate_names(&self.centre_folder(), "csca-").unwrap()
    }
}

#[test]
fn revocation_lists_grow_and_are_verified_by_openssl() {
    for suite in [SignatureSuite::P256, SignatureSuite::Rsa3072PssSha256] {
        let apart = Apart::new(suite);
        let issued = apart.issue(&apart.ask(suite, 2, NOW), NOW);
        let list = |revoke: &[&str], at| {
            let revoke = revoke.iter().map(|serial| (*serial).to_owned()).collect();
            apart.authority().revocation_list(&RevocationListRequest { revoke, days: 90 }, at)
        };
        assert_eq!(list(&[], NOW).unwrap().revoked, Vec::<String>::new());
        let unknown = list(&["4400"], NOW).unwrap_err();
        assert!(matches!(unknown, KeyStoreError::NotIssued { .. }));
        let second = list(&[&issued[0].serial.to_uppercase()], days(1)).unwrap();
        assert_eq!((second.number, &second.revoked), (2, &vec![issued[0].serial.clone()]));
        let third = list(&[&issued[0].serial, &issued[1].serial], days(2)).unwrap();
        assert_eq!(third.revoked, [issued[0].serial.clone(), issued[1].serial.clone()]);
        let status = status(&apart.authority_folder(), "UTO", &Counts::default(), days(2)).unwrap();
        assert_eq!(status.revocation_list.map(|list| (list.number, list.revoked)), Some((3, 2)));

        let folder = apart.authority_folder();
        std::fs::write(folder.join("list"), &third.list).unwrap();
        let (good, text) = openssl(&folder, &["crl", "-inform", "DER", "-in", "list", "-noout", "-text"]);
        assert!(good && text.contains(&issued[1].serial.to_uppercase()), "{text}");
        let parsed = chip_profile::pki::RevocationList::parse(&third.list).unwrap();
        let own = apart.authority().certificate().certificate;
        openssl_verifies(suite.scheme(), &own, parsed.tbs_bytes(), parsed.signature_bytes());
        // Who revoked first stays revoked since then.
        assert_eq!(parsed.revoked()[0].since.0, days(1).unix_seconds());
        // A list of somebody else is not gone on from.
        std::fs::write(folder.join("revocation-000004.crl"), altered(&third.list, 60)).unwrap();
        assert!(list(&[], days(3)).is_err());
    }
}

#[test]
fn a_folder_of_the_country_signer_alone_is_no_centre() {
    let apart = Apart::new(SignatureSuite::P256);
    let opened = KeyStore::open(&apart.authority_folder(), &apart.above, "UTO");
    assert!(matches!(opened, Err(KeyStoreError::CentreElsewhere)), "{opened:?}");
    let wrong = Authority::open(&apart.authority_folder(), &passphrase(), "UTO");
    assert!(matches!(wrong, Err(KeyStoreError::WrongPassphrase { .. })));
    let asked = request(1, 1).document_signers;
    let with_another = request_document_signers(&asked, &apart.above, NOW, &*random(1), &apart.centre_folder(), "UTO");
    assert!(matches!(with_another, Err(KeyStoreError::WrongPassphrase { .. })));
    assert_eq!(pending_requests(&apart.centre_folder()).unwrap(), []);
}

#[test]
fn a_master_list_is_signed_below_and_verified_by_openssl() {
    let other = Apart::new(SignatureSuite::P384).authority().certificate().certificate;
    for suite in [SignatureSuite::P256, SignatureSuite::Rsa3072Pkcs1Sha256] {
        let apart = Apart::new(suite);
        let list = |certificates: Vec<(String, Vec<u8>)>, at| {
            let request = MasterListRequest { certificates, suite: None };
            apart.authority().master_list(&request, at, &*random(12))
        };
        let foreign = ("foreign.cer".to_owned(), other.clone());
        let first = list(vec![foreign.clone()], days(1)).unwrap();
        assert_eq!((first.listed, first.signer_is_new), (2, true));
        let again = list(vec![foreign.clone(), foreign.clone()], days(2)).unwrap();
        assert_eq!((again.listed, again.signer_is_new, &again.signer), (2, false, &first.signer));
        // A year later another signer is made.
        assert!(list(Vec::new(), days(400)).unwrap().signer_is_new);

        let folder = apart.authority_folder();
        std::fs::write(folder.join("list"), &first.list).unwrap();
        let verify = ["cms", "-verify", "-noverify", "-inform", "DER", "-in", "list", "-out", "content"];
        let (good, text) = openssl(&folder, &verify);
        assert!(good, "{text}");
        let own = apart.authority().certificate().certificate;
        let signer = Certificate::parse(&first.signer.certificate).unwrap();
        openssl_verifies(suite.scheme(), &own, signer.tbs_bytes(), signer.signature_bytes());
        // The signer can be revoked like any other.
        let revoke = RevocationListRequest { revoke: vec![first.signer.serial.clone()], days: 30 };
        assert_eq!(apart.authority().revocation_list(&revoke, days(3)).unwrap().revoked, [first.signer.serial]);

        let refused = |bytes: Vec<u8>| list(vec![("bad.cer".to_owned(), bytes)], days(2)).unwrap_err().to_string();
        assert!(refused(altered(&other, other.len() - 1)).contains("bad.cer"));
        let below = apart.issue(&apart.ask(SignatureSuite::P256, 1, NOW), NOW).remove(0).certificate;
        assert!(refused(below).contains("no country signer's own certificate"));
    }
}

#[test]
fn the_public_key_directory_is_given_signers_and_lists() {
    use chip_profile::pki::ldif::{self, pkd::PkdObject};
    let apart = Apart::new(SignatureSuite::P256);
    let issued = apart.issue(&apart.ask(SignatureSuite::P256, 2, NOW), NOW);
    let authority = apart.authority();
    let request = MasterListRequest { certificates: Vec::new(), suite: Some(SignatureSuite::BrainpoolP256r1) };
    let list = authority.master_list(&request, days(1), &*random(3)).unwrap();
    authority.revocation_list(&RevocationListRequest { revoke: Vec::new(), days: 90 }, NOW).unwrap();
    let base = ldif::pkd::DOWNLOAD_BASE;
    let report = directory(&apart.authority_folder(), "UTO", base, Some(&list.list)).unwrap();
    assert_eq!((report.document_signers, report.revocation_list, report.master_list), (2, true, true));
    let entries = ldif::parse(report.text.as_bytes()).unwrap();
    let objects: Vec<PkdObject> = entries.iter().map(|entry| PkdObject::from_entry(entry).unwrap()).collect();
    let certificates = objects.iter().filter_map(|object| match object {
        PkdObject::Certificate(certificate) => Some(certificate.as_bytes().to_vec()),
        _ => None,
    });
    let mut certificates: Vec<Vec<u8>> = certificates.collect();
    let mut wanted = bytes(&issued);
    certificates.sort();
    wanted.sort();
    assert_eq!((certificates, objects.len()), (wanted, 4));
}
