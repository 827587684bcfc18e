//! `--lint`: each deviation from the standard with its clause.

use std::path::{Path, PathBuf};

use chip_profile::lds::{ElementaryFiles, FileId};
use chip_profile::pki::lint::{DocumentKind, Finding, LintReport, Severity, lint, lint_chip};
use schemars::JsonSchema;
use serde::Serialize;

use super::super::{print_json, say};
use super::files;
use crate::exit::{Ending, Failure};

/// What deviates in one object.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ObjectView {
    /// The file, or the part of it: `EF.SOD`, `list.ml, certificate 3`.
    pub(super) object: String,
    /// What it was taken for; null when it is nothing that has a profile.
    kind: Option<String>,
    /// What deviates.
    findings: Vec<FindingView>,
}

/// One deviation.
#[derive(Debug, Serialize, JsonSchema)]
struct FindingView {
    /// `mandatory` when the standard says MUST or SHALL, `recommended` when it says SHOULD.
    severity: String,
    /// Name of the rule for machines.
    rule: String,
    /// Where the standard says it.
    clause: String,
    /// What must or should be so.
    text: String,
    /// What stands there instead; empty when there is nothing to add.
    detail: String,
    /// Where, in bytes from the start of the object; null when what is missing has no place.
    position: Option<usize>,
}

impl ObjectView {
    fn broken_rules(&self) -> usize {
        self.findings.iter().filter(|finding| finding.severity == "mandatory").count()
    }

    /// One line for each finding.
    pub(super) fn lines(&self) -> impl Iterator<Item = String> {
        self.findings.iter().map(|finding| {
            let FindingView { severity, clause, text, detail, position, .. } = finding;
            let place = position.map(|position| format!(" at byte {position}")).unwrap_or_default();
            let detail = if detail.is_empty() { String::new() } else { format!(": {detail}") };
            format!("{severity:<11}  {}{place}: {text}{detail} ({clause})", self.object)
        })
    }
}

/// Lints the files that were named, and nothing else.
pub(super) fn lint_files(named: &[PathBuf], json: bool) -> Result<Ending, Failure> {
    if named.is_empty() {
        return Err(Failure::input("--lint: name a folder to inspect, or files to lint"));
    }
    let mut objects = Vec::new();
    let mut unreadable = Vec::new();
    for path in named {
        match read(path) {
            Ok(contents) => add(&mut objects, path.display().to_string(), &lint(kind_of(path), &contents)),
            Err(text) => unreadable.push(format!("{}: {text}", path.display())),
        }
    }
    // A file that is nothing known cannot be said to conform.
    unreadable.extend(
        objects
            .iter()
            .filter(|object| object.kind.is_none())
            .map(|object| format!("{}: it is no certificate, list or elementary file", object.object)),
    );
    if json {
        print_json(&objects)?;
    } else {
        for line in objects.iter().flat_map(ObjectView::lines) {
            say(line)?;
        }
        let rules: usize = objects.iter().map(ObjectView::broken_rules).sum();
        let all: usize = objects.iter().map(|object| object.findings.len()).sum();
        say(format!("{} objects: {rules} mandatory and {} recommended deviations", objects.len(), all - rules))?;
    }
    for text in &unreadable {
        // Standard output may be JSON that a program reads.
        Failure::input(text.clone()).tell();
    }
    Ok(if !unreadable.is_empty() {
        Ending::Unreadable
    } else if objects.iter().any(|object| object.broken_rules() > 0) {
        Ending::Refused
    } else {
        Ending::Done
    })
}

/// The same beside an inspection, whose exit code is the document's.
pub(super) fn of_files(named: &[PathBuf]) -> Result<Vec<ObjectView>, Failure> {
    let mut objects = Vec::new();
    for path in named {
        let contents = read(path).map_err(|text| Failure::input(format!("{}: {text}", path.display())))?;
        add(&mut objects, path.display().to_string(), &lint(kind_of(path), &contents));
    }
    Ok(objects)
}

/// The files of a document together, every file by itself, and the certificates inside.
pub(super) fn of_document(files: &ElementaryFiles) -> Vec<ObjectView> {
    let report = lint_chip(files);
    let mut objects = vec![ObjectView {
        object: "files".to_owned(),
        kind: Some("files of a chip".to_owned()),
        findings: report.findings.iter().map(FindingView::of).collect(),
    }];
    for (file, report) in &report.files {
        add(&mut objects, file.to_string(), report);
    }
    objects
}

impl FindingView {
    fn of(finding: &Finding) -> FindingView {
        FindingView {
            severity: match finding.rule.severity {
                Severity::Mandatory => "mandatory".to_owned(),
                Severity::Recommended => "recommended".to_owned(),
            },
            rule: finding.rule.id.to_owned(),
            clause: finding.rule.clause.to_owned(),
            text: finding.rule.text.to_owned(),
            detail: finding.detail.clone(),
            position: finding.position,
        }
    }
}

fn add(objects: &mut Vec<ObjectView>, object: String, report: &LintReport) {
    objects.push(ObjectView {
        object: object.clone(),
        kind: report.kind.map(|kind| kind.name().to_owned()),
        findings: report.findings.iter().map(FindingView::of).collect(),
    });
    for part in &report.parts {
        add(objects, format!("{object}, {}", part.name), &part.report);
    }
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    let contents = files::read(path, files::LONGEST_LIST)?;
    for label in ["CERTIFICATE", "X509 CRL"] {
        if let Ok(der) = files::der(contents.clone(), label) {
            return Ok(der);
        }
    }
    Err("its PEM holds neither a certificate nor a revocation list".to_owned())
}

/// A file that is named as an elementary file is one; what others are, their bytes tell.
fn kind_of(path: &Path) -> Option<DocumentKind> {
    path.file_name().and_then(|name| name.to_str()).and_then(FileId::from_file_name).map(DocumentKind::from)
}
