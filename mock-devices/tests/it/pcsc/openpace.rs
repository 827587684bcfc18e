//! OpenPACE, the library of the German identity card's makers, with commands around it that are compiled here.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use chip_profile::access::CipherSuite;
use chip_profile::access::pace::{Mapping, PaceParameters};
use chip_profile::ec::Curve;
use chip_profile::lds::FileId;
use mock_devices::specimen::{Specimen, SpecimenSettings};
use tempfile::TempDir;

use super::bench::{Bench, assert_read, copied, missing, specimen, told};

const READ: [FileId; 7] =
    [FileId::CARD_ACCESS, FileId::COM, FileId::SOD, FileId::DG1, FileId::DG2, FileId::DG14, FileId::DG15];

/// The reader, compiled once.
fn reader() -> Option<&'static Path> {
    static READER: OnceLock<Option<(TempDir, PathBuf)>> = OnceLock::new();
    let compiled = READER.get_or_init(|| {
        let flags =
            Command::new("pkg-config").args(["--cflags", "--libs", "libeac", "libpcsclite", "libcrypto"]).output();
        let Ok(flags) = flags.map_err(drop).and_then(|flags| if flags.status.success() { Ok(flags) } else { Err(()) })
        else {
            missing("no libeac-dev, libpcsclite-dev and libssl-dev");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("openpace-reader");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/strangers/openpace/openpace-reader.c");
        let mut compiler = Command::new("cc");
        compiler.args(["-O1", "-Wall", "-Wextra", "-Werror", "-o"]).arg(&program).arg(source);
        let output = compiler.args(String::from_utf8(flags.stdout).unwrap().split_whitespace()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Some((folder, program))
    });
    compiled.as_ref().map(|(_, program)| program.as_path())
}

/// The MRZ information of Doc 9303-11 9.7.3.
fn information(specimen: &Specimen) -> String {
    let lower = specimen.zone.lines().nth(1).unwrap();
    [&lower[0..10], &lower[13..20], &lower[21..28]].concat()
}

/// Domain parameters of the chip authentication key.
fn number(settings: &SpecimenSettings) -> &'static str {
    match settings.chip_authentication.unwrap().1 {
        Curve::P256 => "12",
        Curve::P384 => "15",
        Curve::BrainpoolP256r1 => "13",
        other => panic!("{other:?}"),
    }
}

struct Kind(fn(&mut SpecimenSettings));

const KINDS: [Kind; 4] = [
    Kind(|_| {}),
    Kind(|settings| {
        settings.basic_access_control = false;
        settings.pace = vec![PaceParameters::P384_AES256];
        settings.curve = Curve::P384;
        settings.active_authentication = Some(Curve::P384);
        settings.chip_authentication = Some((CipherSuite::Aes256, Curve::P384));
    }),
    Kind(|settings| {
        settings.curve = Curve::BrainpoolP256r1;
        settings.pace =
            PaceParameters::new(Mapping::Generic, CipherSuite::Aes128, settings.curve).into_iter().collect();
        settings.active_authentication = Some(Curve::BrainpoolP256r1);
        settings.chip_authentication = Some((CipherSuite::Aes128, Curve::BrainpoolP256r1));
    }),
    Kind(|settings| settings.chip_authentication = Some((CipherSuite::TripleDes, Curve::P256))),
];

#[test]
fn openpace_opens_reads_and_challenges_the_chip() {
    let Some(reader) = reader() else { return };
    for Kind(change) in KINDS {
        let mut settings = SpecimenSettings::default();
        change(&mut settings);
        let specimen = specimen(change);
        let Some(bench) = Bench::with(&specimen, &[]) else { return };
        let zone = information(&specimen);
        for (kind, password) in [("mrz", zone.as_str()), ("can", specimen.card_access_number.digits())] {
            let place = bench.place(kind);
            let output = bench.run(Command::new(reader).arg(&place).args([kind, password, number(&settings)]));
            let (lines, complaint) = told(&output);
            assert_eq!(complaint, "");
            assert_eq!(lines, ["access", "read", "active authentication", "chip authentication"]);
            assert_read(&place, &specimen, &READ);
        }
    }
}

#[test]
fn openpace_refuses_wrong_passwords_and_wrong_private_keys() {
    let Some(reader) = reader() else { return };
    let specimen = specimen(|_| {});
    let Some(bench) = Bench::with(&specimen, &[]) else { return };
    let zone = information(&specimen).replace("L898902C", "L898903C");
    let digits: String =
        specimen.card_access_number.digits().chars().map(|digit| if digit == '0' { '1' } else { '0' }).collect();
    for (kind, password) in [("mrz", zone.as_str()), ("can", &digits)] {
        let place = bench.place(kind);
        let output = bench.run(Command::new(reader).arg(&place).args([kind, password, "12"]));
        let (lines, complaint) = told(&output);
        assert!(lines.is_empty() && complaint.starts_with("GENERAL AUTHENTICATE: 6300"), "{complaint}");
    }
    drop(bench);

    let clone = copied(&specimen, |_| {});
    let Some(bench) = Bench::with(&clone, &[]) else { return };
    let place = bench.place("read");
    let output = bench.run(Command::new(reader).arg(&place).args(["mrz", &information(&clone), "12"]));
    let (lines, complaint) = told(&output);
    assert_eq!(lines, ["access", "read"]);
    assert!(complaint.starts_with("active authentication: the signature is wrong"), "{complaint}");
}
