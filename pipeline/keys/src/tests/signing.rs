use super::*;

#[test]
fn signatures_verify_with_the_certificate_of_the_reservation() {
    let centre = Centre::new(1, 100);
    let signer = centre.signer();
    let messages: Vec<Vec<u8>> = (0..5u8).map(|number| vec![number; 100]).collect();
    let slices: Vec<&[u8]> = messages.iter().map(Vec::as_slice).collect();
    let [reservation] = <[Reservation; 1]>::try_from(signer.reserve(5, NOW).unwrap()).unwrap();
    let certificate = Certificate::parse(&reservation.signer.certificate).unwrap();
    assert_eq!(reservation.signer.scheme, SignatureSuite::P256.scheme());
    let signatures = sign(&signer, reservation, &slices).unwrap();
    assert_eq!(signatures.len(), 5);
    let key = certificate.verifying_key().unwrap();
    for (message, signature) in slices.iter().zip(&signatures) {
        key.verify(SignatureSuite::P256.scheme(), message, signature).unwrap();
    }
    assert!(key.verify(SignatureSuite::P256.scheme(), slices[0], &signatures[1]).is_err());
}

#[test]
fn rolls_over_in_the_middle_of_a_batch_and_drops_nothing() {
    let centre = Centre::new(3, 10);
    let names = centre.names();
    let signer = centre.signer();
    assert_eq!(shares(&signer.reserve(7, NOW).unwrap()), [(names[0].clone(), 7)]);
    // Three are left of the first; the rest of the batch goes to the second.
    assert_eq!(shares(&signer.reserve(8, NOW).unwrap()), [(names[0].clone(), 3), (names[1].clone(), 5)]);
    // The third signer's period has not begun: five are left, and asking for six takes none of them.
    assert_eq!(signer.reserve(6, NOW).unwrap_err(), SignerError::NoSignerLeft);
    assert_eq!(shares(&signer.reserve(5, NOW).unwrap()), [(names[1].clone(), 5)]);
    assert_eq!(signer.reserve(1, NOW).unwrap_err(), SignerError::NoSignerLeft);
    assert_eq!(shares(&signer.reserve(1, days(20)).unwrap()), [(names[2].clone(), 1)]);
}

#[test]
fn a_usage_period_ends_to_the_second() {
    let centre = Centre::new(2, 10);
    let names = centre.names();
    let signer = centre.signer();
    let end = centre.report.document_signers[0].usage_end;
    assert_eq!(shares(&signer.reserve(1, end).unwrap()), [(names[0].clone(), 1)]);
    let after = Timestamp(end.0 + 1000);
    assert_eq!(shares(&signer.reserve(1, after).unwrap()), [(names[1].clone(), 1)]);
    let last = centre.report.document_signers[1].usage_end;
    assert_eq!(signer.reserve(1, Timestamp(last.0 + 1000)).unwrap_err(), SignerError::NoSignerLeft);
    assert_eq!(signer.reserve(1, Timestamp(NOW.0 - 1000)).unwrap_err(), SignerError::NoSignerLeft);
    let standings = |now| centre.status(now).document_signers.iter().map(|s| s.standing).collect::<Vec<_>>();
    assert_eq!(standings(Timestamp(NOW.0 - 1000)), [SignerStanding::Waiting; 2]);
    assert_eq!(standings(after), [SignerStanding::Over, SignerStanding::Active]);
}

#[test]
fn eight_threads_never_sign_more_than_the_limit() {
    let centre = Centre::new(2, 500);
    let signer = centre.signer();
    let signatures = AtomicU64::new(0);
    let by_signer = Mutex::new(BTreeMap::<SignerName, u64>::new());
    std::thread::scope(|scope| {
        for thread in 0..8u32 {
            let (signer, signatures, by_signer) = (&signer, &signatures, &by_signer);
            scope.spawn(move || {
                let mut size = thread % 7 + 1;
                while size > 0 {
                    let Ok(reservations) = signer.reserve(size, NOW) else {
                        // What is left may be less than a batch.
                        size -= 1;
                        continue;
                    };
                    for reservation in reservations {
                        let name = reservation.signer.name.clone();
                        let messages = vec![b"message".as_slice(); reservation.count as usize];
                        let made = sign(signer, reservation, &messages).unwrap().len() as u64;
                        signatures.fetch_add(made, Ordering::Relaxed);
                        *by_signer.lock().unwrap().entry(name).or_default() += made;
                    }
                }
            });
        }
    });
    let by_signer = by_signer.into_inner().unwrap();
    assert!(by_signer.values().all(|count| *count <= 500), "{by_signer:?}");
    // Threads that were outrun in the middle of a batch lose its beginning, never more than seven documents each.
    let total = signatures.into_inner();
    assert!((1000 - 8 * 7..=1000).contains(&total), "{total}");
    assert!(centre.status(NOW).document_signers.iter().all(|s| s.standing == SignerStanding::UsedUp && s.left == 0));
}

#[test]
fn uses_survive_a_restart() {
    let centre = Centre::new(1, 10);
    let first = centre.signer();
    let kept = first.reserve(4, NOW).unwrap().remove(0);
    drop(first);
    let second = centre.signer();
    let status = centre.status(NOW);
    assert_eq!((status.document_signers[0].used, status.document_signers[0].left), (4, 6));
    assert_eq!(second.reserve(7, NOW).unwrap_err(), SignerError::NoSignerLeft);
    assert_eq!(second.reserve(6, NOW).unwrap().len(), 1);
    // A reservation does not outlive the signer that gave it.
    let third = centre.signer();
    assert!(matches!(sign(&third, kept, &[b"message"]), Err(SignerError::Reservation { .. })));
}

#[test]
fn nothing_is_signed_without_a_reservation() {
    let centre = Centre::new(1, 10);
    let signer = centre.signer();
    let reservation = signer.reserve(1, NOW).unwrap().remove(0);
    let twice = Reservation { signer: reservation.signer.clone(), count: 1 };
    let asked = sign(&signer, Reservation { signer: reservation.signer.clone(), count: 1 }, &[b"a", b"b"]);
    assert_eq!(asked.unwrap_err(), SignerError::Reservation { asked: 2, reserved: 1 });
    assert_eq!(sign(&signer, reservation, &[b"a"]).unwrap().len(), 1);
    assert_eq!(sign(&signer, twice, &[b"b"]).unwrap_err(), SignerError::Reservation { asked: 1, reserved: 0 });
    let unknown =
        DocumentSigner { name: "ds-x".into(), certificate: Vec::new(), scheme: SignatureSuite::P256.scheme() };
    let refused = sign(&signer, Reservation { signer: Arc::new(unknown), count: 1 }, &[b"a"]);
    assert!(matches!(refused, Err(SignerError::Device(_))));
    // A ledger that cannot keep the count keeps anything from being signed.
    centre.ledger.broken.store(1, Ordering::Relaxed);
    assert!(matches!(signer.reserve(1, NOW), Err(SignerError::Ledger(_))));
}

#[test]
fn document_key_pairs_are_fresh_and_belong_together() {
    let centre = Centre::new(1, 10);
    let signer = centre.signer();
    let reproducible = centre.store().signer_with(SignatureEngine::Reproducible, centre.ledger.clone(), random(2));
    let engines: [&dyn Signer; 2] = [&signer, &reproducible];
    for (curve, signer) in KeyCurve::ALL.into_iter().flat_map(|curve| engines.map(|signer| (curve, signer))) {
        let of = curve.curve();
        let pairs = signer.document_key_pairs(curve, 3).unwrap();
        let points: BTreeSet<&[u8]> = pairs.iter().map(|pair| pair.public_point.as_slice()).collect();
        assert_eq!(points.len(), 3);
        for pair in &pairs {
            let again = chip_profile::ec::KeyPair::from_private_scalar(of, pair.private_scalar.expose()).unwrap();
            assert_eq!(again.public_key().uncompressed(), pair.public_point);
        }
    }
}

#[test]
fn chip_session_keys_are_those_of_the_chip() {
    let centre = Centre::new(1, 10);
    let signer = centre.signer();
    let chip = |serial: &[u8]| ChipSessionRequest {
        chip_serial: serial.to_vec(),
        key_version: 0x30,
        host_challenge: vec![1; 8],
        card_challenge: vec![2; 8],
    };
    let keys = signer.chip_session_keys(&[chip(b"chip one"), chip(b"chip two")]).unwrap();
    assert_eq!(keys.len(), 2);
    assert_ne!(keys[0].encryption, keys[1].encryption);
    // The chip was given keys diversified from the same master key, which the test takes from its file.
    let bytes = std::fs::read(centre.keys().join("chip-master.key")).unwrap();
    let file = key_file::KeyFile::parse("chip-master", &bytes).unwrap();
    let passphrase = passphrase();
    let master = file.open(&mut crate::passphrase::Derivation::new(&passphrase).unwrap()).unwrap();
    let master = MasterKey::new(scp03::AesKey::from_slice(&master).unwrap());
    let chips =
        scp03::derive_session_keys(&scp03::diversify(&master, b"chip one", 0x30), &[1; 8].into(), &[2; 8].into());
    let ours = [&keys[0].encryption, &keys[0].command_mac, &keys[0].response_mac].map(|key| key.expose());
    assert_eq!(ours, chips.expose());
    // What a machine that encodes by itself is sealed are the chip's own keys.
    let chip = ChipTransportRequest { chip_serial: b"chip one".to_vec(), key_version: 0x30 };
    let keys = signer.chip_transport_keys(&[chip]).unwrap().remove(0);
    let ours = [&keys.encryption, &keys.command_mac, &keys.data_encryption].map(|key| key.expose()).concat();
    assert_eq!(ours, scp03::diversify(&master, b"chip one", 0x30).expose().as_slice());
}

#[test]
fn keys_that_signed_their_last_document_are_erased() {
    let centre = Centre::new(3, 10);
    let names = centre.names();
    let running = centre.signer();
    let last = running.reserve(10, NOW).unwrap().remove(0);
    let retire = |now| {
        let Retirement { erased, cut_short } =
            retire_document_signers(&centre.keys(), "UTO", &*centre.ledger, now).unwrap();
        assert!(cut_short.is_none(), "{cut_short:?}");
        erased
    };
    assert_eq!(retire(NOW), [SignerName(names[0].clone())]);
    assert_eq!(retire(NOW), []);
    let exists = |name: String| centre.keys().join(name).exists();
    assert!(!exists(format!("{}.key", names[0])) && !exists(format!("{}.der", names[0])));
    assert!(exists(format!("retired-{}.der", names[0])));
    // What was reserved before is still signed, and the next signer takes over after a restart.
    assert_eq!(sign(&running, last, &[b"last".as_slice(); 10]).unwrap().len(), 10);
    assert_eq!(shares(&centre.signer().reserve(1, NOW).unwrap()), [(names[1].clone(), 1)]);
    // A crash between the two steps is made good by the next run.
    let renamed = centre.keys().join(format!("retired-{}.der", names[1]));
    std::fs::rename(centre.keys().join(format!("{}.der", names[1])), renamed).unwrap();
    assert_eq!(retire(days(95)), [SignerName(names[1].clone())]);
    assert_eq!(retire(days(95)), []);
    assert!(!exists(format!("{}.key", names[1])) && exists(format!("{}.key", names[2])));
    assert_eq!(retire(days(200)), [SignerName(names[2].clone())]);
    assert_eq!(centre.signer().reserve(1, NOW).unwrap_err(), SignerError::NoSignerLeft);
}

#[test]
fn an_erasure_that_was_cut_short_is_ended_and_told_by_the_next() {
    let centre = Centre::new(2, 10);
    let names = centre.names();
    let retire = || retire_document_signers(&centre.keys(), "UTO", &*centre.ledger, days(200)).unwrap();
    // Something lies where the second certificate is to be put away.
    let in_the_way = centre.keys().join(format!("retired-{}.der", names[1]));
    std::fs::create_dir(&in_the_way).unwrap();
    let first = retire();
    assert!(first.erased.is_empty() && first.cut_short.is_some());
    std::fs::remove_dir(&in_the_way).unwrap();
    let second = retire();
    assert!(second.cut_short.is_none());
    assert_eq!(second.erased.iter().map(|name| &name.0).collect::<Vec<_>>(), names.iter().collect::<Vec<_>>());
    assert!(names.iter().all(|name| !centre.keys().join(format!("{name}.key")).exists()));
}

/// A use is a document: its EF.SOD and its EF.CardSecurity together.
#[test]
fn one_use_covers_both_signatures_of_a_document() {
    let centre = Centre::new(1, 2);
    let signer = centre.signer();
    let reservation = signer.reserve(2, NOW).unwrap().remove(0);
    let certificate = Certificate::parse(&reservation.signer.certificate).unwrap();
    let both = DocumentToSign { security_object: b"an EF.SOD", card_security: Some(b"an EF.CardSecurity") };
    let made = signer.sign(reservation, &[both, DocumentToSign::security_object(b"another")]).unwrap();
    let [DocumentSignatures { security_object, card_security: Some(card_security) }, last] = made.as_slice() else {
        panic!("{made:?}");
    };
    let (key, scheme) = (certificate.verifying_key().unwrap(), SignatureSuite::P256.scheme());
    key.verify(scheme, b"an EF.SOD", security_object).unwrap();
    key.verify(scheme, b"an EF.CardSecurity", card_security).unwrap();
    assert_eq!(last.card_security, None);
    assert_eq!(centre.status(NOW).document_signers[0].used, 2);
}

#[test]
fn a_simulation_can_sign_the_same_again_and_the_line_does_not() {
    let centre = Centre::new(1, 10);
    let twice = |engine| {
        let signer = centre.store().signer_with(engine, centre.ledger.clone(), random(2));
        let reservation = signer.reserve(2, NOW).unwrap().remove(0);
        sign(&signer, reservation, &[b"message", b"message"]).unwrap()
    };
    let (same, other) = (twice(SignatureEngine::Reproducible), twice(SignatureEngine::Fast));
    assert_eq!(same[0], same[1]);
    assert_ne!(other[0], other[1]);
}

#[test]
fn rsa_keys_of_chips_are_made_ahead() {
    let signer = Centre::new(1, 10).signer();
    assert!(signer.make_rsa_key_pair_ahead().unwrap());
    let pairs = signer.document_rsa_key_pairs(2).unwrap();
    assert_eq!(pairs.len(), 2);
    let folder = tempfile::tempdir().unwrap();
    for pair in &pairs {
        std::fs::write(folder.path().join("private"), pair.private_key.expose()).unwrap();
        std::fs::write(folder.path().join("public"), &pair.public_key).unwrap();
        let (good, text) = openssl(folder.path(), &["rsa", "-inform", "DER", "-in", "private", "-check", "-noout"]);
        assert!(good && text.contains("RSA key ok"), "{text}");
        let modulus = |file: &str, arguments: &[&str]| {
            let show = [&["rsa", "-inform", "DER", "-in", file, "-noout", "-modulus"], arguments].concat();
            let (good, text) = openssl(folder.path(), &show);
            assert!(good, "{text}");
            text.lines().find(|line| line.starts_with("Modulus=")).unwrap().to_owned()
        };
        assert_eq!(modulus("private", &[]), modulus("public", &["-RSAPublicKey_in"]));
    }
    assert!(!format!("{pairs:?}").contains("private_key: ["));
}

/// Chips with AES-256 keys want a master key of that length.
#[test]
fn a_master_key_of_aes_256_gives_transport_keys_as_long() {
    let mut request = request(1, 10);
    request.chip_master = ChipMasterKind::Aes256;
    let signer = Centre::of(&request).signer();
    let chip = ChipTransportRequest { chip_serial: b"chip one".to_vec(), key_version: 0x30 };
    let keys = signer.chip_transport_keys(&[chip]).unwrap().remove(0);
    let lengths = [&keys.encryption, &keys.command_mac, &keys.data_encryption].map(|key| key.expose().len());
    assert_eq!(lengths, [32; 3]);
    let chip = ChipSessionRequest {
        chip_serial: b"chip one".to_vec(),
        key_version: 0x30,
        host_challenge: vec![1; 16],
        card_challenge: vec![2; 16],
    };
    assert_eq!(signer.chip_session_keys(&[chip]).unwrap()[0].encryption.expose().len(), 32);
}
