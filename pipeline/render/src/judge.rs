//! Programs of others that judge what this crate makes; for tests.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Whether a test has to go without: a tool is missing. Fails under `CI=true`, where nothing may be left out.
pub(crate) fn missing(tool: &str) -> bool {
    let found = Command::new(tool).arg("-v").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok();
    without(found, &format!("{tool} is not installed"))
}

/// The folder with tesseract's model for the MRZ, if the test data is there.
pub(crate) fn mrz_model() -> Option<PathBuf> {
    let folder = std::env::var_os("PERSOLINE_SHARED").map(|shared| PathBuf::from(shared).join("tessdata"));
    let folder = folder.filter(|folder| folder.join("mrz.traineddata").is_file());
    if without(folder.is_some(), "no test data") { None } else { folder }
}

/// The lines that tesseract reads from an image of the machine readable zone.
pub(crate) fn read_mrz(model: &PathBuf, png: &[u8]) -> Vec<String> {
    let arguments = ["stdin", "stdout", "-l", "mrz", "--psm", "6", "--tessdata-dir"];
    let output = pipe(Command::new("tesseract").args(arguments).arg(model).env("OMP_THREAD_LIMIT", "1"), png);
    let text = String::from_utf8(output).unwrap();
    text.lines().map(|line| line.replace(' ', "")).filter(|line| !line.is_empty()).collect()
}

/// Runs a program on bytes and gives what it writes; fails when the program does.
pub(crate) fn pipe(command: &mut Command, input: &[u8]) -> Vec<u8> {
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

fn without(there: bool, what: &str) -> bool {
    if there {
        return false;
    }
    assert!(std::env::var("CI").as_deref() != Ok("true"), "{what}");
    println!("not run: {what}");
    true
}
