//! What an inspection answers, for people and for programs.

use std::fmt::Write;
use std::path::Path;

use chip_profile::access::pace::{Mapping, PasswordReference};
use chip_profile::inspection::reader::{AccessUsed, ChipReading};
use chip_profile::inspection::{Check, Conclusion, InspectionReport, Portrait, Verdict};
use chip_profile::lds::dg2::ImageDataType;
use chip_profile::lds::{Dg1, FileId};
use chip_profile::pki::UnixTime;
use schemars::JsonSchema;
use serde::Serialize;

use super::deviations::ObjectView;
use super::source::{Document, Unreadable};

/// The format's name and version.
const FORMAT: &str = "persoline-inspection/1";

/// What an inspection found. Nothing in it is personal.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "Inspection of a document")]
pub(super) struct Answer {
    /// Format and version: `persoline-inspection/1`.
    format: String,
    /// `accepted`: no check failed and the essential ones passed. `refused`: a check failed, or an essential one could not be
    /// done. `unreadable`: there is nothing to judge by.
    #[schemars(extend("enum" = ["accepted", "refused", "unreadable"]))]
    conclusion: String,
    /// Why it is not accepted, in the order of the checks; empty when it is.
    reasons: Vec<String>,
    /// As at which time it was inspected, RFC 3339 in UTC.
    #[schemars(extend("format" = "date-time"))]
    inspected_at: String,
    /// Where it came from; null when nothing could be read.
    #[schemars(extend("enum" = ["folder", "application", "chip", null]))]
    source: Option<String>,
    /// Document code and issuing State as DG1 writes them, such as `P` and `UTO`; null when DG1 cannot be read.
    document: Option<DocumentView>,
    /// How the chip was opened; null when there was no chip.
    access: Option<AccessView>,
    /// The checks, in the order in which they were made.
    checks: Vec<CheckView>,
    /// The files that were read.
    files: Vec<FileView>,
    /// Files that the chip lists and did not give.
    not_read: Vec<NotReadView>,
    /// Where the portrait was written; null when it was not asked for, or when there is none.
    pub(super) portrait: Option<PortraitView>,
    /// Deviations from the standard; null when they were not asked for.
    pub(super) deviations: Option<Vec<ObjectView>>,
}

/// What kind of document it is.
#[derive(Debug, Serialize, JsonSchema)]
struct DocumentView {
    code: String,
    issuing_state: String,
}

/// How a chip was opened.
#[derive(Debug, Serialize, JsonSchema)]
struct AccessView {
    /// `none`, `basic_access_control` or `pace`.
    #[schemars(extend("enum" = ["none", "basic_access_control", "pace"]))]
    protocol: String,
    /// Mapping, cipher and curve of PACE; null without it.
    parameters: Option<String>,
    /// `mrz` or `can`; null when none was needed.
    #[schemars(extend("enum" = ["mrz", "can", null]))]
    password: Option<String>,
    /// Commands that were sent.
    commands: usize,
}

/// One check.
#[derive(Debug, Serialize, JsonSchema)]
struct CheckView {
    /// Its name for machines, which does not change.
    name: String,
    /// The file, of the checks that are made once for each.
    file: Option<String>,
    /// Its name for people.
    title: String,
    /// `passed`, `failed` or `not_done`.
    #[schemars(extend("enum" = ["passed", "failed", "not_done"]))]
    verdict: String,
    /// Why; empty when there is nothing to add.
    detail: String,
    /// The clause that asks for it.
    clause: String,
    /// Without this check a document is not accepted.
    essential: bool,
    /// This check does not bear on the conclusion.
    informative: bool,
}

/// A file that was read.
#[derive(Debug, Serialize, JsonSchema)]
struct FileView {
    file: String,
    /// Its length.
    bytes: usize,
}

/// A file that was not.
#[derive(Debug, Serialize, JsonSchema)]
struct NotReadView {
    file: String,
    /// Why.
    reason: String,
}

/// The portrait that was written.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct PortraitView {
    /// `jpeg` or `jpeg_2000`.
    #[schemars(extend("enum" = ["jpeg", "jpeg_2000"]))]
    coding: String,
    /// Its length.
    bytes: usize,
    /// Where.
    file: String,
}

impl PortraitView {
    pub(super) fn of(portrait: &Portrait, place: &Path) -> Self {
        let coding = match portrait.coding {
            ImageDataType::Jpeg => "jpeg",
            ImageDataType::Jpeg2000 => "jpeg_2000",
        };
        PortraitView { coding: coding.to_owned(), bytes: portrait.bytes.len(), file: place.display().to_string() }
    }
}

impl Answer {
    /// The answer about a document that was read.
    pub(super) fn new(document: &Document, report: &InspectionReport, now: UnixTime) -> Self {
        let chip = document.chip.as_ref();
        let not_read = chip.into_iter().flat_map(|chip| &chip.not_read);
        Answer {
            conclusion: report.conclusion().name().to_owned(),
            reasons: reasons(report),
            source: Some(document.source.to_owned()),
            document: document.files.get(&FileId::DG1).and_then(|file| DocumentView::of(file)),
            access: chip.map(AccessView::of),
            checks: report.checks.iter().map(CheckView::of).collect(),
            files: document
                .files
                .iter()
                .map(|(file, contents)| FileView { file: file.to_string(), bytes: contents.len() })
                .collect(),
            not_read: not_read
                .map(|file| NotReadView { file: file.file.to_string(), reason: file.reason.to_string() })
                .collect(),
            ..Answer::empty(now)
        }
    }

    /// The answer when there is nothing to judge by.
    pub(super) fn unreadable(why: &Unreadable, now: UnixTime) -> Self {
        Answer { reasons: vec![why.text.clone()], ..Answer::empty(now) }
    }

    fn empty(now: UnixTime) -> Self {
        Answer {
            format: FORMAT.to_owned(),
            conclusion: Conclusion::Unreadable.name().to_owned(),
            reasons: Vec::new(),
            inspected_at: now.to_string(),
            source: None,
            document: None,
            access: None,
            checks: Vec::new(),
            files: Vec::new(),
            not_read: Vec::new(),
            portrait: None,
            deviations: None,
        }
    }

    /// The conclusion as the exit code tells it.
    pub(super) fn ends(&self) -> Conclusion {
        [Conclusion::Accepted, Conclusion::Refused]
            .into_iter()
            .find(|conclusion| conclusion.name() == self.conclusion)
            .unwrap_or(Conclusion::Unreadable)
    }

    /// The answer for an officer: the conclusion, why, and each check.
    pub(super) fn text(&self) -> String {
        let mut out = self.conclusion.to_uppercase();
        if let Some(document) = &self.document {
            let _ = write!(out, "  {} of {}", document.code, document.issuing_state);
        }
        let _ = writeln!(out, "  (as at {})", self.inspected_at);
        for reason in &self.reasons {
            let _ = writeln!(out, "  because  {reason}");
        }
        if let Some(access) = &self.access {
            let opened = match (&access.parameters, &access.password) {
                (Some(parameters), Some(password)) => {
                    format!("PACE with {parameters} and the {}", password.to_uppercase())
                }
                (_, Some(_)) => "basic access control".to_owned(),
                _ => "without access control".to_owned(),
            };
            let _ = writeln!(out, "  chip opened by {opened}; {} commands", access.commands);
        }
        for file in &self.not_read {
            let _ = writeln!(out, "  {} could not be read: {}", file.file, file.reason);
        }
        if !self.checks.is_empty() {
            out.push('\n');
        }
        for check in &self.checks {
            let verdict = match check.verdict.as_str() {
                "passed" => "passed",
                "failed" if check.informative => "note",
                "failed" => "FAILED",
                _ => "not done",
            };
            let detail = if check.detail.is_empty() { String::new() } else { format!(": {}", check.detail) };
            let _ = writeln!(out, "  {verdict:<8}  {}{detail}", check.title);
        }
        if let Some(portrait) = &self.portrait {
            let _ = writeln!(out, "\n  portrait in {} ({}, {} bytes)", portrait.file, portrait.coding, portrait.bytes);
        }
        if let Some(objects) = &self.deviations {
            let lines: Vec<String> = objects.iter().flat_map(ObjectView::lines).collect();
            let _ = writeln!(out, "\n  {} deviations from the standard", lines.len());
            for line in lines {
                let _ = writeln!(out, "  {line}");
            }
        }
        out
    }
}

/// Each reason once, as a sentence.
fn reasons(report: &InspectionReport) -> Vec<String> {
    let sentence = |check: &Check| match check.verdict {
        Verdict::NotDone => format!("{} could not be checked: {}", check.name, check.detail),
        _ => format!("{}: {}", check.name, check.detail),
    };
    let mut reasons: Vec<String> = report.reasons().map(sentence).collect();
    if report.conclusion() == Conclusion::Unreadable {
        reasons.retain(|reason| reason.contains("EF.SOD"));
    }
    reasons
}

impl DocumentView {
    fn of(dg1: &[u8]) -> Option<Self> {
        let dg1 = Dg1::parse(dg1).ok()?;
        let field =
            |range: std::ops::Range<usize>| dg1.text().get(range).unwrap_or_default().trim_end_matches('<').to_owned();
        Some(DocumentView { code: field(0..2), issuing_state: field(2..5) })
    }
}

impl AccessView {
    fn of(reading: &ChipReading) -> Self {
        let (protocol, parameters, password) = match reading.access {
            AccessUsed::None => ("none", None, None),
            AccessUsed::BasicAccessControl => ("basic_access_control", None, Some("mrz")),
            AccessUsed::Pace(parameters, reference) => {
                let mapping = match parameters.mapping() {
                    Mapping::Generic => "generic mapping",
                    Mapping::ChipAuthentication => "chip authentication mapping",
                };
                let password = match reference {
                    PasswordReference::Mrz => "mrz",
                    PasswordReference::Can => "can",
                };
                let described = format!("{mapping}, {:?}, {:?}", parameters.suite(), parameters.curve());
                ("pace", Some(described), Some(password))
            }
        };
        AccessView {
            protocol: protocol.to_owned(),
            parameters,
            password: password.map(str::to_owned),
            commands: reading.exchanges,
        }
    }
}

impl CheckView {
    fn of(check: &Check) -> Self {
        let verdict = match check.verdict {
            Verdict::Passed => "passed",
            Verdict::Failed => "failed",
            Verdict::NotDone => "not_done",
        };
        CheckView {
            name: check.name.code().to_owned(),
            file: check.name.file().map(|file| file.to_string()),
            title: check.name.to_string(),
            verdict: verdict.to_owned(),
            detail: check.detail.clone(),
            clause: check.name.clause().to_owned(),
            essential: check.name.is_essential(),
            informative: check.name.is_informative(),
        }
    }
}
