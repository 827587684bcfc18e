//! Intake as its callers see it: records, files, the sample set.

// The lints spare functions marked as tests, but not what those share.
#![allow(clippy::unwrap_used, clippy::panic)]

mod faults;
mod files;
mod identity;
mod samples;
mod signed;

use std::convert::Infallible;
use std::fs;
use std::path::{Path, PathBuf};

use persoline_domain::application::{Eyes, Payload};
use persoline_intake::{
    Fault, FileSummary, Intake, PersonSecret, PictureFault, PictureSize, PortraitCheck, TakeError, Taken, Trust,
};
use serde_json::{Value, json};

/// Takes JPEG and PNG for pictures of 1200 by 1600, by their first bytes; one that says `tiny` is too small.
struct FirstBytes;

impl PortraitCheck for FirstBytes {
    fn check(&self, bytes: &[u8]) -> Result<PictureSize, PictureFault> {
        let fault = |what: &str| PictureFault { what: what.to_owned(), remedy: "Send a portrait.".to_owned() };
        if !bytes.starts_with(&[0xFF, 0xD8, 0xFF]) && !bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            return Err(fault("not an image"));
        }
        if bytes.ends_with(b"tiny") {
            return Err(fault("1 by 1 pixels is too small"));
        }
        Ok(PictureSize { width: 1200, height: 1600 })
    }
    fn check_eyes(&self, _: PictureSize, eyes: Eyes) -> Result<(), PictureFault> {
        if eyes.right.0 - eyes.left.0 < 90 {
            let remedy = "Take it again from nearer by.".to_owned();
            return Err(PictureFault { what: "fewer than 90 pixels between the eyes".to_owned(), remedy });
        }
        Ok(())
    }
    fn check_signature(&self, bytes: &[u8]) -> Result<PictureSize, PictureFault> {
        self.check(bytes)
    }
}

/// Fonts that lack the snowman.
fn covers(text: &str) -> Result<(), Vec<char>> {
    if text.contains('☃') { Err(vec!['☃']) } else { Ok(()) }
}

fn secret() -> PersonSecret {
    PersonSecret::new([7; 32])
}

/// A folder with a portrait, a signature and whatever a test puts there.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        let folder = Folder(tempfile::tempdir().unwrap());
        folder.write("portrait.jpg", b"\xFF\xD8\xFF portrait");
        folder.write("signature.png", b"\x89PNG\r\n\x1a\n signature");
        folder
    }
    fn path(&self) -> &Path {
        self.0.path()
    }
    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    }
    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).unwrap()
    }
    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(self.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
    fn check_line(&self, line: &[u8]) -> Result<Payload, Vec<Fault>> {
        Intake::new(&FirstBytes, &covers, &secret(), Trust::Open).check_record(12, line, self.path())
    }
    fn check(&self, record: &Value) -> Result<Payload, Vec<Fault>> {
        self.check_line(record.to_string().as_bytes())
    }
}

fn record() -> Value {
    json!({
        "application_number": "UTP-26-1000011", "channel": "mission_abroad", "document_type": "passport_48",
        "names": {"primary": "Eriksson", "secondary": "Anna Maria", "chinese": "陳大文"},
        "sex": "X", "date_of_birth": "1974-08-??", "place_of_birth": "Zenith", "nationality": "UTO",
        "identity_number": "U1436356(0)",
        "received_at": "2026-11-13T09:48:15+08:00", "approved_at": "2026-11-13T02:19:15Z", "priority": "urgent",
        "collection": {"place": "Mission in Nadir", "kind": "mission"},
        "portrait": {"file": "portrait.jpg", "eyes": {"left": [446, 692], "right": [768, 693]}},
        "signature": {"file": "signature.png"}, "observations": ["Height 1.52 m"],
    })
}

/// Takes a file in and accepts everything; what was accepted comes back.
fn take_all(path: &Path, trust: Trust) -> Result<(FileSummary, Vec<Payload>), TakeError<Infallible>> {
    let mut taken = Vec::new();
    let secret = secret();
    let intake = Intake::new(&FirstBytes, &covers, &secret, trust);
    let summary = intake.take_file(path, &mut |batch| {
        let answers = vec![Taken::Accepted; batch.len()];
        taken.extend(batch);
        Ok(answers)
    })?;
    Ok((summary, taken))
}
