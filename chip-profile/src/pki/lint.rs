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
//!
//! The files of a chip are judged each by itself and together:
//!
//! ```
//! use chip_profile::lds::{Dir, ElementaryFiles, FileId};
//! use chip_profile::pki::lint::lint_chip;
//!
//! # fn main() -> Result<(), chip_profile::lds::LdsError> {
//! let files = ElementaryFiles::from([(FileId::DIR, Dir::default().build()?)]);
//! let report = lint_chip(&files);
//! assert!(report.files[&FileId::DIR].is_clean());
//! assert!(report.findings.iter().all(|finding| finding.rule.id == "chip.mandatory_files"));
//! # Ok(()) }
//! ```

mod certificate;
mod der;
mod encoding;
mod fields;
mod kind;
mod oids;
mod profile;
mod report;
mod revocation_list;
mod signed_data;

use std::collections::BTreeSet;

use crate::lds::{ElementaryFiles, FileId};
use certificate::Certificate;
use der::Node;
use fields::Extensions;
use profile::file::security_infos::Infos;
use report::{Findings, Line, must};
use revocation_list::RevocationList;
use signed_data::SignedData;

pub use kind::DocumentKind;
pub use report::{ChipLintReport, Finding, LintReport, Part, Rule, Severity};

/// Holds `bytes` against the profile of `kind`, or of what they seem to be.
///
/// The order of the findings is stable: by position, then in the order of the profile.
pub fn lint(kind: Option<DocumentKind>, bytes: &[u8]) -> LintReport {
    let mut findings = Findings::new();
    let kind = kind.or_else(|| DocumentKind::detect(bytes));
    let parts = match kind {
        None => {
            findings.of(&UNKNOWN.rule).at(0, "");
            Vec::new()
        }
        Some(kind) if kind.is_certificate() => lint_certificate(kind, bytes, &mut findings),
        Some(DocumentKind::RevocationList) => lint_revocation_list(bytes, &mut findings),
        Some(DocumentKind::File(file)) => profile::file::lint_file(file, bytes, &mut findings),
        Some(kind) => lint_signed_data(kind, bytes, &mut findings),
    };
    LintReport { kind, findings: findings.finish(), parts }
}

/// Holds each file of a chip against its profile, and what they say together against Doc 9303-10 4.6 and Doc 9303-11 9.2.11.
pub fn lint_chip(files: &ElementaryFiles) -> ChipLintReport {
    let mut together = Findings::new();
    profile::chip::lint_together(files, &mut together);
    let lint_one = |(file, contents): (&FileId, &Vec<u8>)| (*file, lint(Some((*file).into()), contents));
    ChipLintReport { findings: together.finish(), files: files.iter().map(lint_one).collect() }
}

/// Every rule, in the order of the profiles.
pub fn rules() -> Vec<&'static Rule> {
    let mut rules: Vec<&'static Rule> = vec![&UNKNOWN.rule];
    rules.extend(encoding::LINES.iter().map(|line| &line.rule));
    rules.push(&CERTIFICATE_STRUCTURE.rule);
    let mut push = |rule: &'static Rule| {
        if !rules.contains(&rule) {
            rules.push(rule);
        }
    };
    for kind in DocumentKind::ALL {
        profile::of_certificate(kind).into_iter().flatten().for_each(|line| push(&line.rule));
    }
    push(&REVOCATION_LIST_STRUCTURE.rule);
    profile::revocation_list::LINES.iter().for_each(|line| push(&line.rule));
    push(&SIGNED_DATA_STRUCTURE.rule);
    for kind in DocumentKind::ALL {
        profile::of_signed_data(kind).into_iter().flatten().for_each(|line| push(&line.rule));
    }
    for file in FileId::ALL {
        profile::file::lines_of(file).into_iter().flatten().for_each(|line| push(&line.rule));
    }
    profile::file::security_infos::lines().for_each(|line| push(&line.rule));
    profile::chip::lines().for_each(|line| push(&line.rule));
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
static REVOCATION_LIST_STRUCTURE: Line<()> = must(
    "revocation_list.structure",
    "RFC 5280 5.1",
    "the bytes are one revocation list, with the fields of such a list in their order",
    (),
);
static SIGNED_DATA_STRUCTURE: Line<()> = must(
    "signed_data.structure",
    "RFC 5652 3 and 5.1",
    "the bytes are one ContentInfo with SignedData, with its fields in their order",
    (),
);

fn lint_certificate(kind: DocumentKind, bytes: &[u8], findings: &mut Findings) -> Vec<Part> {
    match Certificate::read(bytes) {
        Ok(certificate) => {
            for line in profile::of_certificate(kind).into_iter().flatten() {
                (line.check)(&certificate, &mut findings.of(&line.rule));
            }
            walk_all(bytes, &certificate.extensions, findings);
        }
        Err(broken) => findings.of(&CERTIFICATE_STRUCTURE.rule).at(broken.position, broken.what),
    }
    Vec::new()
}

fn lint_revocation_list(bytes: &[u8], findings: &mut Findings) -> Vec<Part> {
    match RevocationList::read(bytes) {
        Ok(list) => {
            for line in profile::revocation_list::LINES {
                (line.check)(&list, &mut findings.of(&line.rule));
            }
            walk_all(bytes, &list.extensions, findings);
        }
        Err(broken) => findings.of(&REVOCATION_LIST_STRUCTURE.rule).at(broken.position, broken.what),
    }
    Vec::new()
}

fn lint_signed_data(kind: DocumentKind, bytes: &[u8], findings: &mut Findings) -> Vec<Part> {
    let data = match SignedData::read(bytes) {
        Ok(data) => data,
        Err(broken) => {
            findings.of(&SIGNED_DATA_STRUCTURE.rule).at(broken.position, broken.what);
            return Vec::new();
        }
    };
    for line in profile::of_signed_data(kind).into_iter().flatten() {
        (line.check)(&data, &mut findings.of(&line.rule));
    }
    if kind == DocumentKind::CardSecurity
        && let Some(set) = data.content.and_then(|content| Node::first(content.value, content.contents).ok())
        && let Some(infos) = Infos::read(FileId::CARD_SECURITY, set)
    {
        profile::file::security_infos::apply(&infos, findings);
    }
    // Certificates have reports of their own, which tell of their encoding too.
    let signer = data.signers.first().and_then(|signer| data.certificate_of(signer));
    let signer_kind = match kind {
        DocumentKind::MasterList => DocumentKind::MasterListSigner,
        DocumentKind::DeviationList => DocumentKind::DeviationListSigner,
        _ => DocumentKind::DocumentSigner,
    };
    let mut certificates = Vec::new();
    for (index, node) in data.certificates.iter().enumerate() {
        let kind = if Some(index) == signer { Some(signer_kind) } else { None };
        certificates.push((format!("certificate {}", index + 1), *node, kind));
    }
    if let Some(content) = data.content {
        let listed = match kind {
            DocumentKind::MasterList => {
                profile::master_list::Content::read(content).map(|content| content.certificates)
            }
            _ => Ok(Vec::new()),
        };
        for (index, node) in listed.unwrap_or_default().into_iter().enumerate() {
            certificates.push((format!("entry {}", index + 1), node, None));
        }
    }
    let apart: BTreeSet<usize> = certificates.iter().map(|(_, node, _)| node.position).collect();
    let mut roots = vec![Node::first(bytes, 0)];
    roots.extend(data.content.map(|content| Node::first(content.value, content.contents)));
    for root in roots.into_iter().flatten() {
        encoding::walk(&root, &apart, findings);
    }
    let report = |(name, node, kind): (String, Node<'_>, Option<DocumentKind>)| Part {
        name,
        position: node.position,
        report: lint(
            kind.or_else(|| DocumentKind::detect(node.whole).filter(|kind| kind.is_certificate())),
            node.whole,
        ),
    };
    certificates.into_iter().map(report).collect()
}

/// The encoding of all of it, and of the values of the extensions.
fn walk_all(bytes: &[u8], extensions: &Extensions<'_>, findings: &mut Findings) {
    let values = extensions.0.iter().map(|extension| Node::first(extension.octets.value, extension.octets.contents));
    for root in [Node::first(bytes, 0)].into_iter().chain(values).flatten() {
        encoding::walk(&root, &BTreeSet::new(), findings);
    }
}

#[cfg(test)]
pub(crate) mod tests;
