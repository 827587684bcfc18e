//! Python packages of others: `mrz` reads the machine readable zone, `asn1crypto` and `ecdsa` read and verify EF.SOD and
//! certificates, explicit curve parameters included.

use std::process::{Command, Stdio};

use super::document::Document;
use super::without;

const SCRIPT: &str = include_str!("stranger.py");

pub(crate) fn judge(documents: &[Document]) -> Vec<String> {
    let python = std::env::var_os("PERSOLINE_PYTHON").unwrap_or_else(|| "python3".into());
    let packages = Command::new(&python)
        .args(["-c", "import mrz, asn1crypto, ecdsa"])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if without(packages.is_ok_and(|status| status.success()), "no Python with mrz, asn1crypto and ecdsa") {
        return Vec::new();
    }
    let halves = documents.split_at(documents.len() / 2);
    let started: Vec<_> = [halves.0, halves.1]
        .into_iter()
        .filter(|half| !half.is_empty())
        .map(|half| {
            let mut command = Command::new(&python);
            command.args(["-c", SCRIPT]).args(half.iter().map(|document| &document.folder));
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        })
        .collect();
    let mut faults = Vec::new();
    for child in started {
        let output = child.wait_with_output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        let lines = String::from_utf8_lossy(&said).lines().map(str::to_owned).collect::<Vec<_>>();
        if !output.status.success() || !lines.is_empty() {
            faults.extend(lines);
            faults.push(format!("ended with {}", output.status));
        }
    }
    faults
}
