//! Doc 9303-10: files of the logical data structure, as far as a file alone can be judged.

use std::collections::BTreeSet;

use crate::lds::{CardAccess, Com, Dg1, Dg2, Dg11, Dg12, Dg14, Dg15, Dir, FileId, LdsError, MAX_FILE_LENGTH};
use crate::pki::lint::der::Node;
use crate::pki::lint::report::{Findings, Hits, Line, Part, must, should};
use crate::pki::lint::{DocumentKind, encoding};
use crate::tlv;

/// A file and what it claims to be.
pub(in crate::pki::lint) struct File<'a> {
    file: FileId,
    bytes: &'a [u8],
}

pub(in crate::pki::lint) type FileLine = Line<fn(&File<'_>, &mut Hits<'_>)>;

pub(in crate::pki::lint) static LINES: &[FileLine] = &[
    must("file.structure", "Doc 9303-10 3.11, 4.6, 4.7", "the file has the structure of its table", |file, hits| {
        // Errors of these parsers name a kind and a position, never what stands there.
        if let Some(error) = parse(file.file, file.bytes).err() {
            hits.at(error.position.unwrap_or(0), error.what);
        }
    }),
    should("file.length", "readers in the field", "the file has at most 32,767 bytes", |file, hits| {
        if file.bytes.len() > MAX_FILE_LENGTH {
            hits.at(MAX_FILE_LENGTH, format!("{} bytes", file.bytes.len()));
        }
    }),
];

/// Applies the lines; files that hold DER follow its rules as well.
pub(in crate::pki::lint) fn lint_file(file: FileId, bytes: &[u8], findings: &mut Findings) -> Vec<Part> {
    if file == FileId::SOD || file == FileId::CARD_SECURITY {
        let kind = if file == FileId::SOD { DocumentKind::SecurityObject } else { DocumentKind::CardSecurity };
        return crate::pki::lint::lint_signed_data(kind, bytes, findings);
    }
    for line in LINES {
        (line.check)(&File { file, bytes }, &mut findings.of(&line.rule));
    }
    if [FileId::DG14, FileId::DG15, FileId::CARD_ACCESS].contains(&file)
        && let Ok(node) = Node::first(bytes, 0)
    {
        encoding::walk(&node, &BTreeSet::new(), findings);
    }
    Vec::new()
}

struct Fault {
    position: Option<usize>,
    what: String,
}

impl From<LdsError> for Fault {
    fn from(error: LdsError) -> Fault {
        Fault { position: Some(error.position), what: error.kind.to_string() }
    }
}

impl From<tlv::TlvError> for Fault {
    fn from(error: tlv::TlvError) -> Fault {
        Fault { position: Some(error.position), what: error.kind.to_string() }
    }
}

fn parse(file: FileId, bytes: &[u8]) -> Result<(), Fault> {
    match file {
        FileId::COM => drop(Com::parse(bytes)?),
        FileId::DG1 => drop(Dg1::parse(bytes)?),
        FileId::DG2 => drop(Dg2::parse(bytes)?),
        FileId::DG11 => drop(Dg11::parse(bytes)?),
        FileId::DG12 => drop(Dg12::parse(bytes)?),
        FileId::DG14 => drop(Dg14::parse(bytes)?),
        FileId::DG15 => drop(Dg15::parse(bytes)?),
        FileId::DIR => drop(Dir::parse(bytes)?),
        FileId::CARD_ACCESS => drop(CardAccess::parse(bytes)?),
        _ => match file.tag() {
            Some(tag) => drop(tlv::parse_single(bytes, tag)?),
            None => {
                let mut reader = tlv::Reader::new(bytes);
                while reader.next_object()?.is_some() {}
            }
        },
    }
    Ok(())
}
