//! `persoline inspect --pcsc`: a specimen's chip on a virtual reader, opened by every password, judged, and refused when its
//! keys, its data or its signer are not what they should be.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use chip_profile::access::CipherSuite;
use chip_profile::access::pace::PaceParameters;
use chip_profile::ec::{Curve, HashAlgorithm};
use chip_profile::personalisation::key_object::KeyObject;
use chip_profile::personalisation::rsa_key::RsaKeyParts;
use mock_devices::chip::ChipSettings;
use mock_devices::specimen::{COUNTRY_SIGNER_FILE, Specimen, SpecimenSettings};
use mock_devices::virtual_reader::daemon::ReaderDaemon;
use mock_devices::virtual_reader::{ReaderEvent, VirtualReader, VirtualReaderSettings};
use serde_json::Value;
use tempfile::TempDir;

use crate::support::Ended;

/// A reader with a chip on it, for one inspection after the other. The chip goes when the reader goes.
struct Bench {
    daemon: ReaderDaemon,
    folder: TempDir,
}

impl Bench {
    /// `None` where there is no pcscd, which in CI is a failure.
    fn with(specimen: &Specimen) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        specimen.save(folder.path()).unwrap();
        let daemon = match ReaderDaemon::start(folder.path()) {
            Ok(daemon) => daemon,
            Err(error) => {
                assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "no reader: {error}");
                println!("not run: no reader: {error}");
                return None;
            }
        };
        let mut chip = specimen.chip.clone().open(ChipSettings::default(), 1);
        let reader = VirtualReader::new(VirtualReaderSettings::new(daemon.address()));
        let (inserted, wait) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            reader.insert_once(&mut chip, &mut |event| {
                if event == ReaderEvent::Inserted {
                    let _ = inserted.send(());
                }
            })
        });
        wait.recv().unwrap();
        Some(Bench { daemon, folder })
    }

    fn country_signer(&self) -> PathBuf {
        self.folder.path().join(COUNTRY_SIGNER_FILE)
    }

    fn inspect(&self, words: &[&str]) -> Ended {
        let mut program = Command::new(env!("CARGO_BIN_EXE_persoline"));
        program.args(["inspect", "--pcsc", "Virtual", "--json", "--at", "2026-12-01", "--csca"]);
        program.arg(self.country_signer()).args(words).stdin(Stdio::null());
        Ended::of(self.daemon.serve(&mut program).output().unwrap())
    }
}

fn settings() -> SpecimenSettings {
    SpecimenSettings { seed: 21, ..SpecimenSettings::default() }
}

fn zone(specimen: &Specimen) -> String {
    specimen.zone.replace('\n', "")
}

/// The verdict of a check.
fn verdict<'a>(answer: &'a Value, name: &str) -> &'a str {
    let checks = answer["checks"].as_array().unwrap();
    let check = checks.iter().find(|check| check["name"] == name).unwrap_or_else(|| panic!("{name}: {answer:#}"));
    check["verdict"].as_str().unwrap()
}

fn access(answer: &Value) -> (&str, &str) {
    let word = |name: &str| answer["access"][name].as_str().unwrap_or_default();
    (word("protocol"), word("password"))
}

#[test]
fn a_chip_is_accepted_by_every_access_and_proves_both_keys() {
    let mapping = SpecimenSettings { pace: vec![PaceParameters::P256_AES128_CAM], ..settings() };
    let strong = SpecimenSettings {
        basic_access_control: false,
        pace: vec![PaceParameters::P384_AES256],
        curve: Curve::P384,
        active_authentication: Some(Curve::P384),
        chip_authentication: Some((CipherSuite::Aes256, Curve::P384)),
        ..settings()
    };
    let basic = SpecimenSettings { pace: Vec::new(), ..settings() };
    for (settings, protocol) in
        [(settings(), "pace"), (mapping, "pace"), (strong, "pace"), (basic, "basic_access_control")]
    {
        let by_mapping = settings.pace.contains(&PaceParameters::P256_AES128_CAM);
        let specimen = Specimen::make(&settings).unwrap();
        let Some(bench) = Bench::with(&specimen) else { return };
        let (zone, can) = (zone(&specimen), specimen.card_access_number.digits().to_owned());
        let mut passwords = vec![(["--mrz", zone.as_str()], "mrz")];
        if protocol == "pace" {
            passwords.push((["--can", can.as_str()], "can"));
        }
        for (words, password) in passwords {
            let ended = bench.inspect(&words).with(0, &["accepted"]);
            let answer = ended.json();
            assert_eq!(access(&answer), (protocol, password), "{answer:#}");
            for name in ["active_authentication", "chip_authentication"] {
                assert_eq!(verdict(&answer, name), "passed", "{answer:#}");
            }
            if by_mapping {
                assert_eq!(verdict(&answer, "chip_authentication_mapping"), "passed", "{answer:#}");
            }
        }
    }
}

#[test]
fn wrong_passwords_leave_the_chip_unread() {
    for settings in [settings(), SpecimenSettings { pace: Vec::new(), ..settings() }] {
        let specimen = Specimen::make(&settings).unwrap();
        let Some(bench) = Bench::with(&specimen) else { return };
        // Another date of expiry, with the check digits that go with it.
        let issued = settings.issued.plus_months(1);
        let wrong = zone(&Specimen::make(&SpecimenSettings { issued, ..settings.clone() }).unwrap());
        bench.inspect(&["--mrz", &wrong]).with(2, &["unreadable"]);
        if !settings.pace.is_empty() {
            bench.inspect(&["--can", "000000"]).with(2, &["unreadable"]);
            bench.inspect(&["--can", specimen.card_access_number.digits()]).with(0, &["accepted"]);
        }
    }
}

#[test]
fn a_chip_without_the_private_keys_of_its_files_is_refused() {
    for pace in [vec![PaceParameters::P256_AES128], vec![PaceParameters::P256_AES128_CAM]] {
        let by_mapping = pace.contains(&PaceParameters::P256_AES128_CAM);
        let original = Specimen::make(&SpecimenSettings { pace: pace.clone(), ..settings() }).unwrap();
        let foreign = Specimen::make(&SpecimenSettings { pace, seed: 22, ..settings() }).unwrap();
        type Which = fn(&KeyObject) -> bool;
        let kinds: [(&str, Which); 2] = [
            ("active_authentication", |key| matches!(key, KeyObject::ActiveAuthentication { .. })),
            ("chip_authentication", |key| matches!(key, KeyObject::ChipAuthentication { .. })),
        ];
        for (name, which) in kinds {
            let mut copy = original.clone();
            for (key, other) in copy.chip.keys.iter_mut().zip(&foreign.chip.keys) {
                if which(key) {
                    *key = other.clone();
                }
            }
            let Some(bench) = Bench::with(&copy) else { return };
            let answer = bench.inspect(&["--can", copy.card_access_number.digits()]).with(1, &["refused"]).json();
            assert_eq!(verdict(&answer, name), "failed", "{answer:#}");
            if by_mapping && name == "chip_authentication" {
                assert_eq!(verdict(&answer, "chip_authentication_mapping"), "failed", "{answer:#}");
            }
        }
    }
}

/// An RSA key that OpenSSL has made, as chips are given it.
fn rsa_key(bits: &str) -> RsaKeyParts {
    let folder = tempfile::tempdir().unwrap();
    let openssl = |words: &[&str]| {
        let output = Command::new("openssl").args(words).current_dir(&folder).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    openssl(&["genrsa", "-traditional", "-out", "key.pem", bits]);
    openssl(&["rsa", "-traditional", "-in", "key.pem", "-outform", "DER", "-out", "key.der"]);
    RsaKeyParts::from_der(&std::fs::read(folder.path().join("key.der")).unwrap()).unwrap()
}

/// Active authentication by ISO/IEC 9796-2: answers that fill more than a short field, with hash functions that the trailer
/// implies and names, over PACE and over basic access control.
#[test]
fn rsa_keys_are_proven_and_a_chip_without_its_key_is_refused() {
    let basic = SpecimenSettings { pace: Vec::new(), ..settings() };
    for (settings, bits, hash) in [(settings(), "2048", HashAlgorithm::Sha256), (basic, "3072", HashAlgorithm::Sha512)]
    {
        let [original, foreign] = [(); 2].map(|()| Specimen::make_with_rsa(&settings, rsa_key(bits), hash).unwrap());
        let mut copy = original.clone();
        copy.chip.keys = foreign.chip.keys;
        for (specimen, verdict_of_key, exit_code, word) in
            [(&original, "passed", 0, "accepted"), (&copy, "failed", 1, "refused")]
        {
            let Some(bench) = Bench::with(specimen) else { return };
            let answer = bench.inspect(&["--mrz", &zone(specimen)]).with(exit_code, &[word]).json();
            assert_eq!(verdict(&answer, "active_authentication"), verdict_of_key, "{bits}: {answer:#}");
            assert_eq!(verdict(&answer, "security_object_signature"), "passed", "{answer:#}");
        }
    }
}

#[test]
fn a_foreign_country_signer_is_not_believed() {
    let specimen = Specimen::make(&settings()).unwrap();
    let Some(bench) = Bench::with(&specimen) else { return };
    let foreign = Specimen::make(&SpecimenSettings { seed: 22, ..settings() }).unwrap();
    std::fs::write(bench.country_signer(), foreign.country_signer).unwrap();
    let answer = bench.inspect(&["--mrz", &zone(&specimen)]).with(1, &["refused"]).json();
    assert_eq!(verdict(&answer, "document_signer_chain"), "failed", "{answer:#}");
}
