//! The crates `emrtd` and `dmrtd`, built apart from the product because they bring other generations of its crates.

use std::path::{Path, PathBuf};
use std::process::Command;

use chip_profile::ec::HashAlgorithm;
use chip_profile::lds::FileId;
use mock_devices::specimen::{Specimen, SpecimenSettings};

use super::bench::{Bench, assert_read, copied, missing, rsa_key, specimen, told};

const READ: [FileId; 6] = [FileId::COM, FileId::SOD, FileId::DG1, FileId::DG2, FileId::DG14, FileId::DG15];

/// A reader that was built beside the product: `PERSOLINE_STRANGERS` names the folder.
fn reader(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("PERSOLINE_STRANGERS").map(PathBuf::from).unwrap_or_else(|| {
        let programs = Path::new(env!("CARGO_BIN_EXE_mock-chip"));
        programs.ancestors().nth(2).unwrap_or(programs).join("strangers/debug")
    });
    let program = folder.join(name);
    if program.exists() {
        return Some(program);
    }
    let manifest = "mock-devices/tests/strangers/readers/Cargo.toml --target-dir target/strangers";
    missing(&format!("no {}: cargo build --manifest-path {manifest}", program.display()));
    None
}

/// The words with which a reader is told the zone.
fn zone(specimen: &Specimen) -> [String; 3] {
    specimen.printed().map(str::to_owned)
}

fn wrong_zone(specimen: &Specimen) -> [String; 3] {
    let [number, birth, expiry] = zone(specimen);
    [number.replace('C', "D"), birth, expiry]
}

#[test]
fn emrtd_reads_every_file_after_basic_access_control_and_is_refused_with_a_wrong_zone() {
    let Some(reader) = reader("emrtd-reader") else { return };
    let specimen = specimen(|_| {});
    let Some(bench) = Bench::with(&specimen, &[]) else { return };
    let place = bench.place("read");
    let (lines, complaint) = told(&bench.run(Command::new(&reader).arg(&place).args(zone(&specimen))));
    assert_eq!((lines, complaint.as_str()), (vec!["access".to_owned(), "read".to_owned()], ""));
    assert_read(&place, &specimen, &READ);

    let place = bench.place("refused");
    let (lines, complaint) = told(&bench.run(Command::new(&reader).arg(&place).args(wrong_zone(&specimen))));
    assert!(lines.is_empty() && !complaint.is_empty(), "{complaint}");
}

#[test]
fn emrtd_gets_nowhere_on_a_chip_without_basic_access_control() {
    let Some(reader) = reader("emrtd-reader") else { return };
    let specimen = specimen(|settings| settings.basic_access_control = false);
    let Some(bench) = Bench::with(&specimen, &[]) else { return };
    let place = bench.place("refused");
    let (lines, _) = told(&bench.run(Command::new(&reader).arg(&place).args(zone(&specimen))));
    assert!(lines.is_empty());
}

/// What `dmrtd` says on the way through `protocol`, and its complaint.
fn dmrtd(bench: &Bench, reader: &Path, csca: &Path, words: &[&str]) -> (Vec<String>, String) {
    told(&bench.run(Command::new(reader).arg(bench.place("read")).arg(csca).args(words)))
}

#[test]
fn dmrtd_opens_by_every_password_reads_and_authenticates() {
    let Some(reader) = reader("dmrtd-reader") else { return };
    let specimen = specimen(|_| {});
    let Some(bench) = Bench::with(&specimen, &[]) else { return };
    let zone = zone(&specimen);
    let [number, birth, expiry] = zone.each_ref().map(String::as_str);
    let can = specimen.card_access_number.digits();
    for words in
        [&["bac", "mrz", number, birth, expiry][..], &["pace", "mrz", number, birth, expiry], &["pace", "can", can]]
    {
        let (lines, complaint) = dmrtd(&bench, &reader, &bench.country_signer(), words);
        assert_eq!(complaint, "", "{words:?}");
        assert_eq!(lines, ["access", "read", "passive authentication", "active authentication"], "{words:?}");
        assert_read(&bench.place("read"), &specimen, &READ);
    }
}

#[test]
fn dmrtd_refuses_wrong_passwords_foreign_signers_changed_data_and_copied_chips() {
    let Some(reader) = reader("dmrtd-reader") else { return };
    let original = specimen(|_| {});
    let Some(bench) = Bench::with(&original, &[]) else { return };
    let wrong = wrong_zone(&original);
    let [number, birth, expiry] = wrong.each_ref().map(String::as_str);
    for words in
        [&["bac", "mrz", number, birth, expiry][..], &["pace", "mrz", number, birth, expiry], &["pace", "can", "1"]]
    {
        let (lines, _) = dmrtd(&bench, &reader, &bench.country_signer(), words);
        assert!(lines.is_empty(), "{words:?}");
    }
    let foreign = bench.place("foreign").join("csca.der");
    std::fs::write(&foreign, specimen(|settings| settings.seed = 9).country_signer).unwrap();
    let can = original.card_access_number.digits();
    let (lines, _) = dmrtd(&bench, &reader, &foreign, &["pace", "can", can]);
    assert_eq!(lines, ["access", "read"]);
    drop(bench);

    let Some(bench) = Bench::with(&original, &["--fault", "corrupt=DG2@9000"]) else { return };
    let (lines, complaint) = dmrtd(&bench, &reader, &bench.country_signer(), &["pace", "can", can]);
    assert_eq!(lines, ["access", "read"], "{complaint}");
    drop(bench);

    let Some(bench) = Bench::with(&copied(&original, |_| {}), &[]) else { return };
    let (lines, complaint) = dmrtd(&bench, &reader, &bench.country_signer(), &["pace", "can", can]);
    assert_eq!(lines, ["access", "read", "passive authentication"], "{complaint}");
}

/// RSA by ISO/IEC 9796-2, with a hash function that its trailer implies and one that it names: proven by the chip that has the
/// key, and not by a copy. The crate asks with a short Le, for which keys of 1,792 bits and more are too long under secure
/// messaging; those are read by `persoline inspect`.
#[test]
fn dmrtd_sees_rsa_keys_proven_and_a_copy_fail() {
    let Some(reader) = reader("dmrtd-reader") else { return };
    let settings = SpecimenSettings { seed: 7, ..SpecimenSettings::default() };
    for (bits, hash) in [(1280, HashAlgorithm::Sha1), (1536, HashAlgorithm::Sha256)] {
        let original = Specimen::make_with_rsa(&settings, rsa_key(bits), hash).unwrap();
        let foreign = Specimen::make_with_rsa(&settings, rsa_key(bits), hash).unwrap();
        let mut copy = original.clone();
        copy.chip.keys = foreign.chip.keys;
        for (specimen, proves) in [(&original, true), (&copy, false)] {
            let Some(bench) = Bench::with(specimen, &[]) else { return };
            let can = specimen.card_access_number.digits();
            let (lines, complaint) = dmrtd(&bench, &reader, &bench.country_signer(), &["pace", "can", can]);
            let mut expected = vec!["access", "read", "passive authentication"];
            expected.extend(proves.then_some("active authentication"));
            assert_eq!(lines, expected, "{bits} {hash:?}: {complaint}");
            // What a copy signs is chance under the key of DG15: it may lie beyond the modulus, and may even end as a
            // representative does.
            let refusals = ["did not prove", "not a well-formed signature", "unsupported ISO 9796-2 hash identifier"];
            let refused = refusals.iter().any(|words| complaint.contains(words));
            assert_eq!(refused, !proves, "{complaint}");
            assert_read(&bench.place("read"), specimen, &READ);
        }
    }
}
