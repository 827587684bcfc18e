//! A reader with a chip on it, and what is told when this computer has none.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Mutex;

use chip_profile::lds::FileId;
use chip_profile::personalisation::rsa_key::RsaKeyParts;
use mock_devices::specimen::{Specimen, SpecimenSettings};
use mock_devices::virtual_reader::daemon::ReaderDaemon;
use tempfile::TempDir;

/// The free ports of one daemon may not be taken by the next before it has opened them.
static STARTING: Mutex<()> = Mutex::new(());

/// A pcscd of its own with `mock-chip` on its reader.
pub(crate) struct Bench {
    folder: TempDir,
    daemon: ReaderDaemon,
    chip: Child,
}

impl Bench {
    /// Lays the specimen on a reader; `None` where there is no pcscd, which in CI is a failure.
    pub(crate) fn with(specimen: &Specimen, more: &[&str]) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        specimen.save(&folder.path().join("chip")).unwrap();
        let daemon = daemon(folder.path())?;
        let chip = start_chip(folder.path(), &daemon, more);
        Some(Bench { folder, daemon, chip })
    }

    /// Runs a program with this reader and no other.
    pub(crate) fn run(&self, program: &mut Command) -> Output {
        self.daemon.serve(program).stdin(Stdio::null()).output().unwrap()
    }

    /// A folder for what is read.
    pub(crate) fn place(&self, name: &str) -> PathBuf {
        let place = self.folder.path().join(name);
        std::fs::create_dir_all(&place).unwrap();
        place
    }

    /// The certificate of the country signer.
    pub(crate) fn country_signer(&self) -> PathBuf {
        self.folder.path().join("chip").join(mock_devices::specimen::COUNTRY_SIGNER_FILE)
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        let _ = self.chip.kill();
        let _ = self.chip.wait();
    }
}

/// A pcscd without a chip.
pub(crate) fn daemon(folder: &Path) -> Option<ReaderDaemon> {
    let _starting = STARTING.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    match ReaderDaemon::start(folder) {
        Ok(daemon) => Some(daemon),
        Err(error) => {
            missing(&format!("no reader: {error}"));
            None
        }
    }
}

fn start_chip(folder: &Path, daemon: &ReaderDaemon, more: &[&str]) -> Child {
    let mut chip = Command::new(env!("CARGO_BIN_EXE_mock-chip"))
        .arg("--vpcd")
        .arg(folder.join("chip"))
        .args(["--port", &daemon.address().port().to_string()])
        .args(more)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(chip.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, format!("{{\"reader\":\"{}\"}}\n", daemon.address()));
    chip
}

/// Says that a test is not run, and why; in CI it must.
pub(crate) fn missing(what: &str) {
    assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "{what}");
    println!("not run: {what}");
}

/// A specimen of these settings.
pub(crate) fn specimen(change: impl FnOnce(&mut SpecimenSettings)) -> Specimen {
    let mut settings = SpecimenSettings { seed: 7, ..SpecimenSettings::default() };
    change(&mut settings);
    Specimen::make(&settings).unwrap()
}

/// An RSA key that OpenSSL has made, as chips are given it.
pub(crate) fn rsa_key(bits: usize) -> RsaKeyParts {
    let bits = bits.to_string();
    let made = Command::new("openssl").args(["genrsa", "-traditional", &bits]).stderr(Stdio::null()).output().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key.pem");
    std::fs::write(&file, made.stdout).unwrap();
    let mut convert = Command::new("openssl");
    convert.args(["rsa", "-traditional", "-outform", "DER", "-in"]).arg(&file);
    RsaKeyParts::from_der(&convert.output().unwrap().stdout).unwrap()
}

/// A copied passport: the files of `original` with other private keys and the same passwords.
pub(crate) fn copied(original: &Specimen, change: impl FnOnce(&mut SpecimenSettings)) -> Specimen {
    let foreign = specimen(|settings| {
        change(settings);
        settings.seed = 8;
    });
    let mut copy = original.clone();
    let names: Vec<_> = copy.chip.keys.iter().map(|key| key.name()).collect();
    assert_eq!(names, foreign.chip.keys.iter().map(|key| key.name()).collect::<Vec<_>>());
    for (key, other) in copy.chip.keys.iter_mut().zip(foreign.chip.keys) {
        if key.name().ends_with("authentication key") {
            *key = other;
        }
    }
    copy
}

/// Fails unless the files in `place` are those of the chip.
pub(crate) fn assert_read(place: &Path, specimen: &Specimen, files: &[FileId]) {
    for file in files {
        let read = std::fs::read(place.join(file.file_name())).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert_eq!(Some(&read), specimen.chip.files.get(file), "{file}");
    }
}

/// The lines that a program printed, and its complaint when it failed.
pub(crate) fn told(output: &Output) -> (Vec<String>, String) {
    let lines = String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect();
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.success(), complaint.is_empty(), "{complaint}");
    (lines, complaint)
}
