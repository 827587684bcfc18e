//! A linter by others: pkilint, which knows RFC 5280 and nothing of Doc 9303.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;

use super::edit::State;
use super::*;
use crate::pki::testing::Suite;

/// The interpreter that has the packages of this crate's `tests/python/requirements.txt`.
pub(crate) fn python() -> Option<PathBuf> {
    match std::env::var_os("PERSOLINE_PYTHON") {
        Some(path) => Some(PathBuf::from(path)),
        None if std::env::var("CI").as_deref() == Ok("true") => panic!("PERSOLINE_PYTHON is not set"),
        None => {
            println!("not run: no tools");
            None
        }
    }
}

/// Findings that Doc 9303 forces: code, what its message has, and the clause.
const FORCED: [(&str, &str, &str); 1] =
    [("itu.invalid_asn1_syntax", "schema \"ECParameters\"", "Doc 9303-12 4.1.6.3: domain parameters are explicit")];

#[test]
fn pkilint_finds_only_what_doc_9303_forces() {
    let Some(python) = python() else { return };
    let folder = tempfile::tempdir().unwrap();
    for (number, suite) in Suite::all(1).iter().enumerate() {
        let sign = |message: &[u8]| suite.sign(message);
        let state = State::new(suite.verifying_key(), suite.scheme, &sign, &suite.verifying_key());
        for (index, (kind, bytes)) in state.documents().into_iter().enumerate() {
            let ending = if kind == DocumentKind::RevocationList { "crl" } else { "cer" };
            let name = format!("{number}-{index}-{}.{ending}", kind.name().replace(' ', "-"));
            std::fs::write(folder.path().join(name), bytes).unwrap();
        }
    }
    let program = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/python/lint.py");
    let output = Command::new(python).arg(program).arg(folder.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let mut forced = BTreeSet::new();
    let mut others = Vec::new();
    for line in text.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let [_, severity, code, message] = fields.as_slice() else { panic!("{line}") };
        match FORCED.iter().find(|(known, has, _)| known == code && message.contains(has)) {
            Some((code, ..)) => drop(forced.insert(*code)),
            None if *severity == "INFO" => {}
            None => others.push(line),
        }
    }
    assert!(others.is_empty(), "{}", others.join("\n"));
    assert_eq!(forced.len(), FORCED.len(), "a finding is listed that does not appear any more");
}
