use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use chip_profile::ec::HashAlgorithm;
use chip_profile::personalisation::scp03::{self, MasterKey};
use chip_profile::pki::Certificate;
use persoline_domain::chance::RandomSource;
use persoline_domain::clock::Timestamp;
use persoline_domain::identifiers::{ApplicationNumber, SignerName};
use persoline_domain::seal::{PayloadVault, SealError, SealedPayload};
use persoline_domain::signer::{
    ChipSessionRequest, DocumentSigner, KeyCurve, Reservation, Signer, SignerError, SigningLedger,
};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use sha2::{Digest, Sha256};

use super::*;

/// Seeded randomness.
struct Seeded(Mutex<ChaCha20Rng>);

impl RandomSource for Seeded {
    fn fill(&self, bytes: &mut [u8]) {
        self.0.lock().unwrap().fill_bytes(bytes);
    }
}

fn random(seed: u64) -> Arc<dyn RandomSource> {
    Arc::new(Seeded(Mutex::new(ChaCha20Rng::seed_from_u64(seed))))
}

/// A ledger that outlives signers, as the store does.
#[derive(Default)]
struct Counts {
    uses: Mutex<BTreeMap<SignerName, u64>>,
    broken: AtomicU64,
}

impl SigningLedger for Counts {
    fn reserve_uses(&self, signer: &SignerName, count: u32, limit: u64) -> Result<u32, SignerError> {
        if self.broken.load(Ordering::Relaxed) > 0 {
            return Err(SignerError::Ledger("disk full".to_owned()));
        }
        let mut uses = self.uses.lock().unwrap();
        let used = uses.entry(signer.clone()).or_default();
        let granted = u64::from(count).min(limit.saturating_sub(*used));
        *used += granted;
        Ok(granted as u32)
    }
    fn uses(&self, signer: &SignerName) -> Result<u64, SignerError> {
        Ok(self.uses.lock().unwrap().get(signer).copied().unwrap_or_default())
    }
}

const DAY: i64 = 86_400_000;
/// 2026-11-21T00:00:00Z
const NOW: Timestamp = Timestamp(1_795_219_200_000);

fn days(count: i64) -> Timestamp {
    Timestamp(NOW.0 + count * DAY)
}

fn passphrase() -> Passphrase {
    Passphrase::new("correct horse battery staple".to_owned())
}

/// A request whose passphrase is cheap to try.
fn request(count: u32, limit: u64) -> CeremonyRequest {
    let mut request = CeremonyRequest::specimen();
    request.cost = PassphraseCost { memory: 64, iterations: 1, lanes: 1 };
    request.document_signers.count = count;
    request.document_signers.document_limit = limit;
    request
}

struct Centre {
    folder: tempfile::TempDir,
    report: CeremonyReport,
    ledger: Arc<Counts>,
}

impl Centre {
    fn new(count: u32, limit: u64) -> Centre {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("keys");
        let report = ceremony(&request(count, limit), &passphrase(), NOW, &*random(1), &place).unwrap();
        Centre { folder, report, ledger: Arc::default() }
    }
    fn keys(&self) -> PathBuf {
        self.folder.path().join("keys")
    }
    fn store(&self) -> KeyStore {
        KeyStore::open(&self.keys(), &passphrase(), "UTO").unwrap()
    }
    fn signer(&self) -> SoftwareSigner {
        self.store().signer(self.ledger.clone(), random(2))
    }
    fn names(&self) -> Vec<String> {
        self.report.document_signers.iter().map(|signer| signer.name.clone()).collect()
    }
    fn status(&self, now: Timestamp) -> KeyStatus {
        status(&self.keys(), "UTO", &*self.ledger, now).unwrap()
    }
}

/// What each reservation of an answer says.
fn shares(reservations: &[Reservation]) -> Vec<(String, u32)> {
    reservations.iter().map(|reservation| (reservation.signer.name.to_string(), reservation.count)).collect()
}

#[test]
fn a_ceremony_makes_certificates_that_openssl_verifies() {
    let centre = Centre::new(2, 100);
    let file = |name: &str| centre.keys().join(name);
    let openssl = |arguments: &[&str]| {
        let output = std::process::Command::new("openssl").args(arguments).current_dir(centre.keys()).output();
        let output = output.expect("the openssl program is needed by this test");
        (output.status.success(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
    };
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
    let mut other_issuer = request(1, 1).issuer;
    other_issuer.state = "CHN".to_owned();
    let more = request(1, 100).document_signers;
    let refused = add_document_signers(&other_issuer, &more, &passphrase(), NOW, &*random(3), &centre.keys());
    assert!(matches!(refused, Err(KeyStoreError::OtherState { .. })));

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
fn signatures_verify_with_the_certificate_of_the_reservation() {
    let centre = Centre::new(1, 100);
    let signer = centre.signer();
    let messages: Vec<Vec<u8>> = (0..5u8).map(|number| vec![number; 100]).collect();
    let slices: Vec<&[u8]> = messages.iter().map(Vec::as_slice).collect();
    let [reservation] = <[Reservation; 1]>::try_from(signer.reserve(5, NOW).unwrap()).unwrap();
    let certificate = Certificate::parse(&reservation.signer.certificate).unwrap();
    assert_eq!(reservation.signer.curve, KeyCurve::P256);
    let signatures = signer.sign(reservation, &slices).unwrap();
    assert_eq!(signatures.len(), 5);
    let key = certificate.public_key().unwrap();
    for (message, signature) in slices.iter().zip(&signatures) {
        key.verify(HashAlgorithm::Sha256, message, signature).unwrap();
    }
    assert!(key.verify(HashAlgorithm::Sha256, slices[0], &signatures[1]).is_err());
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
                        let made = signer.sign(reservation, &messages).unwrap().len() as u64;
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
    assert!(matches!(third.sign(kept, &[b"message"]), Err(SignerError::Reservation { .. })));
}

#[test]
fn nothing_is_signed_without_a_reservation() {
    let centre = Centre::new(1, 10);
    let signer = centre.signer();
    let reservation = signer.reserve(1, NOW).unwrap().remove(0);
    let twice = Reservation { signer: reservation.signer.clone(), count: 1 };
    let asked = signer.sign(Reservation { signer: reservation.signer.clone(), count: 1 }, &[b"a", b"b"]);
    assert_eq!(asked.unwrap_err(), SignerError::Reservation { asked: 2, reserved: 1 });
    assert_eq!(signer.sign(reservation, &[b"a"]).unwrap().len(), 1);
    assert_eq!(signer.sign(twice, &[b"b"]).unwrap_err(), SignerError::Reservation { asked: 1, reserved: 0 });
    let unknown = DocumentSigner { name: "ds-x".into(), certificate: Vec::new(), curve: KeyCurve::P256 };
    let refused = signer.sign(Reservation { signer: Arc::new(unknown), count: 1 }, &[b"a"]);
    assert!(matches!(refused, Err(SignerError::Device(_))));
    // A ledger that cannot keep the count keeps anything from being signed.
    centre.ledger.broken.store(1, Ordering::Relaxed);
    assert!(matches!(signer.reserve(1, NOW), Err(SignerError::Ledger(_))));
}

#[test]
fn more_document_signers_join_and_take_over() {
    let centre = Centre::new(1, 10);
    let signer = centre.signer();
    signer.reserve(10, NOW).unwrap();
    assert_eq!(signer.reserve(1, NOW).unwrap_err(), SignerError::NoSignerLeft);
    let mut more = request(1, 20).document_signers;
    more.curve = KeyCurve::P384;
    let issuer = request(1, 1).issuer;
    let report = add_document_signers(&issuer, &more, &passphrase(), days(10), &*random(9), &centre.keys()).unwrap();
    assert_eq!(report.country_signer, centre.report.country_signer);
    let signer = centre.signer();
    let reservation = signer.reserve(2, days(10)).unwrap().remove(0);
    assert_eq!(reservation.signer.name.as_str(), report.document_signers[0].name);
    let key = Certificate::parse(&reservation.signer.certificate).unwrap().public_key().unwrap();
    let signatures = signer.sign(reservation, &[b"message"]).unwrap();
    key.verify(HashAlgorithm::Sha384, b"message", &signatures[0]).unwrap();

    let wrong = Passphrase::new("guess".to_owned());
    let refused = add_document_signers(&issuer, &more, &wrong, days(10), &*random(9), &centre.keys());
    assert!(matches!(refused, Err(KeyStoreError::WrongPassphrase { .. })));
    let late = add_document_signers(&issuer, &more, &passphrase(), days(1200), &*random(9), &centre.keys());
    assert!(matches!(late, Err(KeyStoreError::Request(_))));
    // A crash between key and certificate leaves a key without a certificate, which is not used.
    let name = &report.document_signers[0].name;
    std::fs::remove_file(centre.keys().join(format!("{name}.der"))).unwrap();
    assert_eq!(centre.status(NOW).document_signers.len(), 1);
    centre.store();
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

#[test]
fn document_key_pairs_are_fresh_and_belong_together() {
    let centre = Centre::new(1, 10);
    let signer = centre.signer();
    for (curve, of) in
        [(KeyCurve::P256, chip_profile::ec::Curve::P256), (KeyCurve::P384, chip_profile::ec::Curve::P384)]
    {
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
        host_challenge: [1; 8],
        card_challenge: [2; 8],
    };
    let keys = signer.chip_session_keys(&[chip(b"chip one"), chip(b"chip two")]).unwrap();
    assert_eq!(keys.len(), 2);
    assert_ne!(keys[0].encryption, keys[1].encryption);
    // The seed of the ceremony tells the master key that was drawn; the chip derives the same keys from it.
    let again = centre.signer().chip_session_keys(&[chip(b"chip one")]).unwrap();
    assert_eq!(again[0].command_mac, keys[0].command_mac);
    let other_master = scp03::diversify(&MasterKey::new([0; 16]), b"chip one", 0x30);
    let other = scp03::derive_session_keys(&other_master, &[1; 8], &[2; 8]);
    assert_ne!(keys[0].encryption.expose(), other.expose()[0]);
}

#[test]
fn a_payload_opens_for_its_order_alone_until_its_key_is_erased() {
    let centre = Centre::new(1, 10);
    let vault = centre.store().vault(random(8));
    let (one, two) = (ApplicationNumber::from("A-1"), ApplicationNumber::from("A-2"));
    let plain = b"name, portrait, number".as_slice();
    let sealed = vault.seal(&one, plain).unwrap();
    assert_eq!(vault.open(&one, &sealed).unwrap().as_slice(), plain);
    assert!(!sealed.ciphertext.windows(8).any(|window| window == b"portrait"));
    assert_eq!(vault.open(&two, &sealed).unwrap_err(), SealError::Refused);
    // Two payloads' keys are not interchangeable, and nothing repeats.
    let again = vault.seal(&one, plain).unwrap();
    assert_ne!(again.ciphertext, sealed.ciphertext);
    let mixed = SealedPayload { wrapped_key: again.wrapped_key.clone(), ciphertext: sealed.ciphertext.clone() };
    assert_eq!(vault.open(&one, &mixed).unwrap_err(), SealError::Refused);
    for place in 0..sealed.wrapped_key.len() {
        let mut damaged = sealed.clone();
        damaged.wrapped_key[place] ^= 1;
        assert_eq!(vault.open(&one, &damaged).unwrap_err(), SealError::Refused);
    }
    for place in 0..sealed.ciphertext.len() {
        let mut damaged = sealed.clone();
        damaged.ciphertext[place] ^= 1;
        assert_eq!(vault.open(&one, &damaged).unwrap_err(), SealError::Refused);
    }
    let erased = SealedPayload { wrapped_key: Vec::new(), ciphertext: sealed.ciphertext.clone() };
    assert_eq!(vault.open(&one, &erased).unwrap_err(), SealError::Erased);
    // The root key is in the folder: a vault opened later reads what this one sealed, one of another folder does not.
    assert_eq!(centre.store().vault(random(9)).open(&one, &sealed).unwrap().as_slice(), plain);
    let place = centre.folder.path().join("others");
    ceremony(&request(1, 10), &passphrase(), NOW, &*random(10), &place).unwrap();
    let other = KeyStore::open(&place, &passphrase(), "UTO").unwrap().vault(random(9));
    assert_eq!(other.open(&one, &sealed).unwrap_err(), SealError::Refused);
    assert!(matches!(
        vault.open(&one, &SealedPayload { wrapped_key: vec![1], ciphertext: vec![] }),
        Err(SealError::Refused)
    ));
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
