use super::*;

#[test]
fn a_ceremony_makes_certificates_that_openssl_verifies() {
    let centre = Centre::new(2, 100);
    let file = |name: &str| centre.keys().join(name);
    let openssl = |arguments: &[&str]| openssl(&centre.keys(), arguments);
    let csca = centre.report.country_signer.name.clone();
    assert!(openssl(&["x509", "-inform", "DER", "-in", &format!("{csca}.der"), "-noout", "-pubkey", "-out", "key"]).0);
    for name in centre.names() {
        let bytes = std::fs::read(file(&format!("{name}.der"))).unwrap();
        let certificate = Certificate::parse(&bytes).unwrap();
        std::fs::write(file("tbs"), certificate.tbs_bytes()).unwrap();
        std::fs::write(file("signature"), certificate.signature_bytes()).unwrap();
        let (good, text) = openssl(&["dgst", "-sha384", "-verify", "key", "-signature", "signature", "tbs"]);
        assert!(good, "{text}");
        let (_, text) = openssl(&["x509", "-inform", "DER", "-in", &format!("{name}.der"), "-noout", "-text"]);
        assert!(
            text.contains("C = UT, O = Utopia Specimen, CN = Document Signer 00")
                || text.contains("C=UT, O=Utopia Specimen, CN=Document Signer 00"),
            "{text}"
        );
        assert_eq!(certificate.document_types().unwrap(), ["P"]);
    }
    let report = &centre.report;
    assert_eq!(<[u8; 32]>::from(Sha256::digest(&report.country_signer.certificate)), report.country_signer.fingerprint);
    assert_eq!(centre.signer().country_signers(), [Arc::from(report.country_signer.certificate.as_slice())]);
}

#[test]
fn usage_periods_are_staggered_with_one_in_reserve_from_the_first_day() {
    let centre = Centre::new(4, 100);
    let periods: Vec<(i64, i64)> = centre
        .report
        .document_signers
        .iter()
        .map(|signer| ((signer.usage_begin.0 - NOW.0) / DAY, (signer.usage_end.0 + 1000 - NOW.0) / DAY))
        .collect();
    assert_eq!(periods, [(0, 70), (0, 90), (20, 110), (40, 130)]);
    for signer in &centre.report.document_signers {
        assert!(signer.expiry > signer.usage_end && signer.expiry <= centre.report.country_signer.expiry);
    }
}

#[test]
fn a_wrong_passphrase_and_a_damaged_file_are_told_apart() {
    let centre = Centre::new(1, 100);
    let wrong = Passphrase::new("correct horse battery stapler".to_owned());
    assert!(matches!(KeyStore::open(&centre.keys(), &wrong, "UTO"), Err(KeyStoreError::WrongPassphrase { .. })));
    let empty = Passphrase::new(String::new());
    assert!(matches!(KeyStore::open(&centre.keys(), &empty, "UTO"), Err(KeyStoreError::EmptyPassphrase)));

    let name = format!("{}.key", centre.names()[0]);
    let path = centre.keys().join(&name);
    let whole = std::fs::read(&path).unwrap();
    for place in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[place] ^= 0x10;
        std::fs::write(&path, &bytes).unwrap();
        match KeyStore::open(&centre.keys(), &passphrase(), "UTO") {
            Err(KeyStoreError::Damaged { file, .. }) => assert_eq!(file, name),
            other => panic!("byte {place}: {other:?}"),
        }
    }
    for length in 0..whole.len() {
        std::fs::write(&path, &whole[..length]).unwrap();
        assert!(matches!(KeyStore::open(&centre.keys(), &passphrase(), "UTO"), Err(KeyStoreError::Damaged { .. })));
    }
    std::fs::write(&path, &whole).unwrap();
    assert!(KeyStore::open(&centre.keys(), &passphrase(), "UTO").is_ok());
}

/// Whoever raises the number of documents in the file and mends its digest gets a key that does not open.
#[test]
fn what_the_header_says_is_authenticated() {
    let centre = Centre::new(1, 100);
    let path = centre.keys().join(format!("{}.key", centre.names()[0]));
    let whole = std::fs::read(&path).unwrap();
    let header_length = whole.len() - 32 - (2 + 32 + 16);
    for place in 12..header_length {
        let mut bytes = whole.clone();
        bytes[place] ^= 0x01;
        let length = bytes.len() - 32;
        let digest = Sha256::digest(&bytes[..length]);
        bytes[length..].copy_from_slice(&digest);
        std::fs::write(&path, &bytes).unwrap();
        let error = KeyStore::open(&centre.keys(), &passphrase(), "UTO").unwrap_err();
        assert!(
            matches!(
                error,
                KeyStoreError::WrongPassphrase { .. }
                    | KeyStoreError::OtherState { .. }
                    | KeyStoreError::Damaged { .. }
                    | KeyStoreError::Cost
            ),
            "byte {place}: {error}"
        );
    }
}

#[test]
fn keys_of_another_state_and_swapped_files_are_refused() {
    let centre = Centre::new(2, 100);
    match KeyStore::open(&centre.keys(), &passphrase(), "CHN") {
        Err(KeyStoreError::OtherState { expected, found }) => {
            assert_eq!((expected, found), ("CHN".into(), "UTO".into()))
        }
        other => panic!("{other:?}"),
    }
    assert!(matches!(status(&centre.keys(), "CHN", &*centre.ledger, NOW), Err(KeyStoreError::OtherState { .. })));
    assert!(matches!(Authority::open(&centre.keys(), &passphrase(), "CHN"), Err(KeyStoreError::OtherState { .. })));

    let names = centre.names();
    let place = |name: &str, ending: &str| centre.keys().join(format!("{name}.{ending}"));
    std::fs::copy(place(&names[0], "key"), place(&names[1], "key")).unwrap();
    let error = KeyStore::open(&centre.keys(), &passphrase(), "UTO").unwrap_err();
    assert!(error.to_string().contains("renamed"), "{error}");

    let centre = Centre::new(2, 100);
    let names = centre.names();
    let place = |name: &str, ending: &str| centre.keys().join(format!("{name}.{ending}"));
    std::fs::copy(place(&names[0], "der"), place(&names[1], "der")).unwrap();
    let error = KeyStore::open(&centre.keys(), &passphrase(), "UTO").unwrap_err();
    assert!(error.to_string().contains("not the certificate of its key"), "{error}");
}

#[test]
fn a_certificate_of_a_foreign_authority_is_refused() {
    let (centre, other) = (Centre::new(1, 100), Centre::new(1, 100));
    // The same names and seeds give the same bytes, so the other centre is made anew from another seed.
    let place = other.folder.path().join("others");
    let report = ceremony(&request(1, 100), &passphrase(), NOW, &*random(77), &place).unwrap();
    let foreign = &report.country_signer.name;
    let own = &centre.report.country_signer.name;
    for ending in ["key", "der"] {
        std::fs::remove_file(centre.keys().join(format!("{own}.{ending}"))).unwrap();
        let file = format!("{foreign}.{ending}");
        std::fs::copy(place.join(&file), centre.keys().join(&file)).unwrap();
    }
    let error = KeyStore::open(&centre.keys(), &passphrase(), "UTO").unwrap_err();
    assert!(error.to_string().contains("no country signer of the folder signed it"), "{error}");
}

#[test]
fn a_ceremony_never_replaces_keys_and_leaves_nothing_half_made() {
    let centre = Centre::new(1, 100);
    let again = ceremony(&request(1, 100), &passphrase(), NOW, &*random(5), &centre.keys());
    assert!(matches!(again, Err(KeyStoreError::AlreadyThere)));

    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("keys");
    let mut wrong = request(1, 100);
    wrong.document_signers.document_types.clear();
    assert!(matches!(ceremony(&wrong, &passphrase(), NOW, &*random(5), &place), Err(KeyStoreError::Profile(_))));
    wrong = request(0, 100);
    assert!(matches!(ceremony(&wrong, &passphrase(), NOW, &*random(5), &place), Err(KeyStoreError::Request(_))));
    wrong = request(1, 0);
    assert!(matches!(ceremony(&wrong, &passphrase(), NOW, &*random(5), &place), Err(KeyStoreError::Request(_))));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    assert!(matches!(KeyStore::open(&place, &passphrase(), "UTO"), Err(KeyStoreError::NoKeys)));

    // What a crash left under the provisional name is in nobody's way.
    std::fs::create_dir(folder.path().join("keys.partial")).unwrap();
    std::fs::write(folder.path().join("keys.partial/ds-001.key"), b"half").unwrap();
    ceremony(&request(1, 100), &passphrase(), NOW, &*random(5), &place).unwrap();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    KeyStore::open(&place, &passphrase(), "UTO").unwrap();
}

#[cfg(unix)]
#[test]
fn key_files_are_their_owners_alone_and_hold_no_key_in_clear() {
    use std::os::unix::fs::PermissionsExt;
    let centre = Centre::new(1, 100);
    assert_eq!(std::fs::metadata(centre.keys()).unwrap().permissions().mode() & 0o777, 0o700);
    for entry in std::fs::read_dir(centre.keys()).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", entry.file_name());
    }
    let shown = format!("{:?} {:?} {:?}", passphrase(), centre.store(), centre.signer());
    assert!(!shown.contains("horse") && !shown.contains("key_pair"), "{shown}");
}

#[test]
fn names_of_signers_never_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut names = BTreeSet::new();
    for seed in 0..4 {
        let place = folder.path().join(seed.to_string());
        let report = ceremony(&request(3, 10), &passphrase(), NOW, &*random(seed), &place).unwrap();
        names.extend(report.document_signers.into_iter().map(|signer| signer.name));
    }
    assert_eq!(names.len(), 12);
}

/// The default cost is what RFC 9106 recommends, and is written into the files.
#[test]
fn the_cost_of_the_passphrase_stands_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("keys");
    let mut request = request(1, 10);
    request.cost = PassphraseCost { memory: 128, iterations: 2, lanes: 2 };
    ceremony(&request, &passphrase(), NOW, &*random(1), &place).unwrap();
    let header = read_header(&place, "chip-master");
    assert_eq!(header.cost, request.cost);
    assert_eq!(header.document_limit, 0);
    assert_eq!(PassphraseCost::default(), PassphraseCost { memory: 65_536, iterations: 3, lanes: 4 });
    request.cost.memory = u32::MAX;
    let refused = ceremony(&request, &passphrase(), NOW, &*random(1), &folder.path().join("more"));
    assert!(matches!(refused, Err(KeyStoreError::Cost)));
}

fn read_header(folder: &Path, name: &str) -> key_file::KeyHeader {
    let bytes = std::fs::read(folder.join(format!("{name}.key"))).unwrap();
    key_file::KeyFile::parse(name, &bytes).unwrap().header().clone()
}

#[test]
fn the_country_signers_private_key_may_be_kept_elsewhere() {
    let centre = Centre::new(1, 10);
    let key = centre.keys().join(format!("{}.key", centre.report.country_signer.name));
    std::fs::rename(&key, centre.folder.path().join("on a card in a safe")).unwrap();
    assert_eq!(centre.signer().reserve(1, NOW).unwrap().len(), 1);
    assert_eq!(centre.status(NOW).country_signers[0].suite, None);
    let elsewhere = Authority::open(&centre.keys(), &passphrase(), "UTO");
    assert!(matches!(elsewhere, Err(KeyStoreError::CountrySignerElsewhere)));
}
