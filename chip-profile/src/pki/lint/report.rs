//! What a linter says: rules as data, findings, and a report in a stable order.

use std::collections::BTreeMap;
use std::fmt;

use super::DocumentKind;
use crate::lds::FileId;

/// How binding a rule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The standard says MUST or SHALL.
    Mandatory,
    /// The standard says SHOULD or RECOMMENDED.
    Recommended,
}

impl fmt::Display for Severity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Severity::Mandatory => "mandatory",
            Severity::Recommended => "recommended",
        })
    }
}

/// One line of a profile.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Rule {
    /// Stable name in lower case, words joined by `_`, levels by `.`: `document_signer.key_usage`.
    pub id: &'static str,
    /// Where the standard says it.
    pub clause: &'static str,
    /// How binding it is.
    pub severity: Severity,
    /// What must or should be so.
    pub text: &'static str,
}

/// One deviation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule that is not kept.
    pub rule: &'static Rule,
    /// Where, in bytes from the start of what was linted; `None` when something that is not there has no place.
    pub position: Option<usize>,
    /// What stands there instead. Never what is personal.
    pub detail: String,
}

impl fmt::Display for Finding {
    /// One line: severity, rule, place, what the rule says, what stands there, clause.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Finding { rule, position, detail } = self;
        write!(formatter, "{} {}", rule.severity, rule.id)?;
        if let Some(position) = position {
            write!(formatter, " at byte {position}")?;
        }
        write!(formatter, ": {}", rule.text)?;
        if !detail.is_empty() {
            write!(formatter, ": {detail}")?;
        }
        write!(formatter, " ({})", rule.clause)
    }
}

/// Something inside that has a profile of its own: a certificate within a signed file or a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Which one: `certificate 1`.
    pub name: String,
    /// Where it begins, in bytes from the start of what it lies in.
    pub position: usize,
    /// Its report; positions count from the part's own start.
    pub report: LintReport,
}

/// What was found in one object, by position and then in the order of the profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LintReport {
    /// The profile that was applied; `None` when the bytes are nothing that has one.
    pub kind: Option<DocumentKind>,
    /// Deviations of the object itself.
    pub findings: Vec<Finding>,
    /// What lies inside and was linted by its own profile, in its order.
    pub parts: Vec<Part>,
}

impl LintReport {
    /// Whether nothing deviates, in the object and in its parts.
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty() && self.parts.iter().all(|part| part.report.is_clean())
    }
    /// Whether every mandatory rule is kept, in the object and in its parts.
    pub fn conforms(&self) -> bool {
        self.count(Severity::Mandatory) == 0
    }
    /// How many findings of this severity there are, parts included.
    pub fn count(&self, severity: Severity) -> usize {
        let own = self.findings.iter().filter(|finding| finding.rule.severity == severity).count();
        own + self.parts.iter().map(|part| part.report.count(severity)).sum::<usize>()
    }
    /// Whether the rule with this name was found broken in the object itself.
    pub fn has(&self, id: &str) -> bool {
        self.findings.iter().any(|finding| finding.rule.id == id)
    }

    fn write_indented(&self, formatter: &mut fmt::Formatter<'_>, indent: usize) -> fmt::Result {
        for finding in &self.findings {
            writeln!(formatter, "{:indent$}{finding}", "")?;
        }
        for part in self.parts.iter().filter(|part| !part.report.is_clean()) {
            let kind = part.report.kind.map_or("unknown", DocumentKind::name);
            writeln!(formatter, "{:indent$}{} ({kind}) at byte {}:", "", part.name, part.position)?;
            part.report.write_indented(formatter, indent + 2)?;
        }
        Ok(())
    }
}

impl fmt::Display for LintReport {
    /// A line for each finding, parts indented below a line that names them, and a line that counts.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_indented(formatter, 0)?;
        let kind = self.kind.map_or("unknown", DocumentKind::name);
        let (mandatory, recommended) = (self.count(Severity::Mandatory), self.count(Severity::Recommended));
        writeln!(formatter, "{kind}: {mandatory} mandatory, {recommended} recommended")
    }
}

/// What was found in the files of a chip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChipLintReport {
    /// Deviations of the files together: lists, versions, what one file says of another. They have no place.
    pub findings: Vec<Finding>,
    /// The report of each file; positions count from its start.
    pub files: BTreeMap<FileId, LintReport>,
}

impl ChipLintReport {
    /// Whether nothing deviates, in the files and between them.
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty() && self.files.values().all(LintReport::is_clean)
    }
    /// Whether every mandatory rule is kept.
    pub fn conforms(&self) -> bool {
        self.count(Severity::Mandatory) == 0
    }
    /// How many findings of this severity there are.
    pub fn count(&self, severity: Severity) -> usize {
        let own = self.findings.iter().filter(|finding| finding.rule.severity == severity).count();
        own + self.files.values().map(|report| report.count(severity)).sum::<usize>()
    }
}

impl fmt::Display for ChipLintReport {
    /// A line for each finding between files, and each file with findings indented below a line that names it.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.findings {
            writeln!(formatter, "{finding}")?;
        }
        for (file, report) in self.files.iter().filter(|(_, report)| !report.is_clean()) {
            writeln!(formatter, "{file}:")?;
            report.write_indented(formatter, 2)?;
        }
        let (mandatory, recommended) = (self.count(Severity::Mandatory), self.count(Severity::Recommended));
        writeln!(formatter, "{} files: {mandatory} mandatory, {recommended} recommended", self.files.len())
    }
}

/// Most findings that one report keeps of one rule: bytes made to break a rule everywhere must not fill the memory.
const MOST_OF_ONE_RULE: usize = 20;

/// Collects findings while the lines of a profile are applied.
pub(super) struct Findings {
    found: Vec<(usize, Finding)>,
}

/// What one rule may add.
pub(super) struct Hits<'f> {
    findings: &'f mut Findings,
    rule: &'static Rule,
    order: usize,
    count: usize,
}

impl Findings {
    pub(super) fn new() -> Findings {
        Findings { found: Vec::new() }
    }
    pub(super) fn of(&mut self, rule: &'static Rule) -> Hits<'_> {
        let order = self.found.len();
        Hits { findings: self, rule, order, count: 0 }
    }
    /// By position, what has none first; what a line of a profile says replaces what the encoding rules say of the same
    /// place.
    pub(super) fn finish(self) -> Vec<Finding> {
        let mut found = self.found;
        found.sort_by_key(|(order, finding)| (finding.position, *order));
        let general = |finding: &Finding| finding.rule.id.starts_with("encoding.");
        let named: Vec<usize> =
            found.iter().filter(|(_, finding)| !general(finding)).filter_map(|(_, finding)| finding.position).collect();
        let replaced = |finding: &Finding| {
            general(finding) && finding.position.is_some_and(|position| named.binary_search(&position).is_ok())
        };
        found.into_iter().map(|(_, finding)| finding).filter(|finding| !replaced(finding)).collect()
    }
}

impl Hits<'_> {
    /// The rule is broken at this byte.
    pub(super) fn at(&mut self, position: usize, detail: impl Into<String>) {
        self.add(Some(position), detail.into());
    }
    /// The rule is broken by what several files say together.
    pub(super) fn about(&mut self, detail: impl Into<String>) {
        self.add(None, detail.into());
    }
    /// The rule is broken by something that is not there.
    pub(super) fn absent(&mut self) {
        self.add(None, String::new());
    }
    fn add(&mut self, position: Option<usize>, detail: String) {
        self.count += 1;
        if self.count <= MOST_OF_ONE_RULE {
            let finding = Finding { rule: self.rule, position, detail };
            self.findings.found.push((self.order, finding));
        }
    }
}

/// A line of a profile: the rule and what looks whether it is kept.
pub(super) struct Line<F> {
    pub(super) rule: Rule,
    pub(super) check: F,
}

pub(super) const fn must<F: Copy>(id: &'static str, clause: &'static str, text: &'static str, check: F) -> Line<F> {
    Line { rule: Rule { id, clause, severity: Severity::Mandatory, text }, check }
}

pub(super) const fn should<F: Copy>(id: &'static str, clause: &'static str, text: &'static str, check: F) -> Line<F> {
    Line { rule: Rule { id, clause, severity: Severity::Recommended, text }, check }
}
