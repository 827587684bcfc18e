//! An exported document, and work on many of them at once.

use std::path::PathBuf;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

use super::tlv::{self, FaceImage};
use crate::support::Centre;

/// Threads that judge at once.
const THREADS: usize = 2;

/// A document's exported folder with the record it was made from.
pub(crate) struct Document {
    pub(crate) application: String,
    pub(crate) folder: PathBuf,
    pub(crate) record: Value,
}

/// Exports everything that is finished.
pub(crate) fn export(centre: &Centre, records: &[Value]) -> Vec<Document> {
    let out = centre.input("documents");
    let written = centre.run(&["export", "--out", &out, "--json"]).with(0, &[]).json();
    let written = written.as_array().unwrap();
    let document = |entry: &Value| {
        let application = entry["application"].as_str().unwrap().to_owned();
        let record = records.iter().find(|record| record["application_number"] == application.as_str());
        Document {
            folder: PathBuf::from(entry["folder"].as_str().unwrap()),
            record: record.unwrap().clone(),
            application,
        }
    };
    written.iter().map(document).collect()
}

impl Document {
    /// A file of the folder.
    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        let file = self.folder.join(name);
        std::fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
    }

    /// The place of a file of the folder, as text.
    pub(crate) fn path(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }

    /// The two lines of `mrz.txt`.
    pub(crate) fn mrz(&self) -> Vec<String> {
        String::from_utf8(self.read("mrz.txt")).unwrap().lines().map(str::to_owned).collect()
    }

    /// The portrait in DG2.
    pub(crate) fn portrait(&self) -> Option<FaceImage> {
        tlv::face_image(&self.read("DG2.bin"))
    }
}

/// Does something with every document, on two threads; answers what is wrong, the document named.
pub(crate) fn each(documents: &[Document], judge: impl Fn(&Document) -> Result<(), String> + Sync) -> Vec<String> {
    let (next, faults) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                while let Some(document) = documents.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(fault) = judge(document) {
                        faults.lock().unwrap().push(format!("{}: {fault}", document.application));
                    }
                }
            });
        }
    });
    faults.into_inner().unwrap()
}

/// What a program says on standard output; its complaint when it fails.
pub(crate) fn tool(program: &str, arguments: &[&str]) -> Result<Vec<u8>, String> {
    let output = Command::new(program).args(arguments).output().map_err(|error| format!("{program}: {error}"))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = [output.stdout, output.stderr].concat();
    Err(format!("{program} {}: {}", arguments.join(" "), String::from_utf8_lossy(&said).trim()))
}

/// Fails with a text unless something is so.
pub(crate) fn check(is_so: bool, otherwise: impl FnOnce() -> String) -> Result<(), String> {
    if is_so { Ok(()) } else { Err(otherwise()) }
}
