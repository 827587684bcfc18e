//! A linter for what a state publishes and what a chip carries: each deviation from Doc 9303 with its clause.
//!
//! The parsers of this crate refuse what is malformed; the linter explains. It reads tolerantly, BER included, goes on where
//! they stop, and holds what it reads against the profiles line by line. Every line is data: a [`Rule`] with a name, a clause
//! and a severity.
//!
//! ```
//! use chip_profile::pki::lint::{DocumentKind, lint};
//!
//! let report = lint(None, &[0x30, 0x03, 0x02, 0x01, 0x00]);
//! assert_eq!(report.kind, None);
//! let report = lint(Some(DocumentKind::CountrySigner), &[0x30, 0x03, 0x02, 0x01, 0x00]);
//! assert!(report.has("certificate.structure"));
//! ```

mod certificate;
mod der;
mod encoding;
mod fields;
mod kind;
mod oids;
mod profile;
mod report;

use certificate::Certificate;
use der::Node;
use report::{Findings, Line, must};

pub use kind::DocumentKind;
pub use report::{Finding, LintReport, Part, Rule, Severity};

/// Holds `bytes` against the profile of `kind`, or of what they seem to be.
///
/// The order of the findings is stable: by position, then in the order of the profile.
pub fn lint(kind: Option<DocumentKind>, bytes: &[u8]) -> LintReport {
    let Some(kind) = kind.or_else(|| DocumentKind::detect(bytes)) else {
        let mut findings = Findings::new();
        findings.of(&UNKNOWN.rule).at(0, "");
        return LintReport { kind: None, findings: findings.finish(), parts: Vec::new() };
    };
    let mut findings = Findings::new();
    if kind.is_certificate() {
        lint_certificate(kind, bytes, &mut findings);
    }
    LintReport { kind: Some(kind), findings: findings.finish(), parts: Vec::new() }
}

/// Every rule, in the order of the profiles.
pub fn rules() -> Vec<&'static Rule> {
    let mut rules: Vec<&'static Rule> = vec![&UNKNOWN.rule, &CERTIFICATE_STRUCTURE.rule];
    rules.extend(encoding::LINES.iter().map(|line| &line.rule));
    for kind in DocumentKind::ALL {
        for line in profile::of_certificate(kind).into_iter().flatten() {
            if !rules.contains(&&line.rule) {
                rules.push(&line.rule);
            }
        }
    }
    rules
}

static UNKNOWN: Line<()> =
    must("unknown", "Doc 9303-10, Doc 9303-12", "the bytes are something that Doc 9303 has a profile for", ());
static CERTIFICATE_STRUCTURE: Line<()> = must(
    "certificate.structure",
    "RFC 5280 4.1",
    "the bytes are one certificate, with the fields of a certificate in their order",
    (),
);

fn lint_certificate(kind: DocumentKind, bytes: &[u8], findings: &mut Findings) {
    let certificate = match Certificate::read(bytes) {
        Ok(certificate) => certificate,
        Err(broken) => return findings.of(&CERTIFICATE_STRUCTURE.rule).at(broken.position, broken.what),
    };
    for line in profile::of_certificate(kind).into_iter().flatten() {
        (line.check)(&certificate, &mut findings.of(&line.rule));
    }
    if let Ok(node) = Node::first(bytes, 0) {
        encoding::walk(&node, findings);
    }
    for extension in &certificate.extensions.0 {
        if let Ok(node) = Node::first(extension.octets.value, extension.octets.contents) {
            encoding::walk(&node, findings);
        }
    }
}

#[cfg(test)]
mod tests;
