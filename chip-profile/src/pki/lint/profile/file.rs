//! Doc 9303-10: files of the logical data structure, as far as a file alone can be judged.

use std::collections::BTreeSet;

use crate::lds::{
    AtrInfo, Com, Dg1, Dg2, Dg5, Dg7, Dg11, Dg12, Dg13, Dg14, Dg15, Dg16, Dir, FileId, LdsError, MAX_FILE_LENGTH,
    OpaqueDataGroup, SecurityInfo, SecurityInfos,
};
use crate::pki::lint::der::Node;
use crate::pki::lint::report::{Findings, Hits, Line, Part, must, should};
use crate::pki::lint::{DocumentKind, encoding};

/// id-PACE, Doc 9303-11 9.2.1.
const PACE: const_oid::ObjectIdentifier = const_oid::ObjectIdentifier::new_unwrap("0.4.0.127.0.7.2.2.4");

/// A file and what it claims to be.
pub(in crate::pki::lint) struct File<'a> {
    file: FileId,
    bytes: &'a [u8],
}

pub(in crate::pki::lint) type FileLine = Line<fn(&File<'_>, &mut Hits<'_>)>;

pub(in crate::pki::lint) static LINES: &[FileLine] = &[
    must("file.structure", "Doc 9303-10 3.11, 4.6, 4.7", "the file has the structure of its table", |file, hits| {
        // Errors of these parsers name a kind and a position, never what stands there.
        if let Err(error) = parse(file.file, file.bytes) {
            hits.at(error.position, error.kind.to_string());
        }
    }),
    should("file.length", "readers in the field", "the file has at most 32,767 bytes", |file, hits| {
        if file.bytes.len() > MAX_FILE_LENGTH {
            hits.at(MAX_FILE_LENGTH, format!("{} bytes", file.bytes.len()));
        }
    }),
    must(
        "dg1.check_digits",
        "Doc 9303-10 4.7.1, Doc 9303-3 4.9",
        "the zone in DG1 keeps the rules of its format",
        |file, hits| {
            // Errors of the zone name a field and a place, never what stands there.
            if file.file == FileId::DG1
                && let Ok(dg1) = Dg1::parse(file.bytes)
                && let Err(error) = dg1.fields()
            {
                hits.at(0, format!("line {}, position {}: {}", error.line, error.position, error.field));
            }
        },
    ),
    must(
        "card_access.pace_info",
        "Doc 9303-10 3.11.3, Doc 9303-11 9.2",
        "EF.CardAccess has a PACEInfo",
        |file, hits| {
            let pace = |info: &SecurityInfo| info.protocol().as_bytes().starts_with(PACE.as_bytes());
            if file.file == FileId::CARD_ACCESS
                && let Ok(infos) = SecurityInfos::from_der(file.bytes)
                && !infos.iter().any(pace)
            {
                hits.at(0, "none");
            }
        },
    ),
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

fn parse(file: FileId, bytes: &[u8]) -> Result<(), LdsError> {
    match file {
        FileId::COM => drop(Com::parse(bytes)?),
        FileId::DG1 => drop(Dg1::parse(bytes)?),
        FileId::DG2 => drop(Dg2::parse(bytes)?),
        FileId::DG11 => drop(Dg11::parse(bytes)?),
        FileId::DG12 => drop(Dg12::parse(bytes)?),
        FileId::DG14 => drop(Dg14::parse(bytes)?),
        FileId::DG15 => drop(Dg15::parse(bytes)?),
        FileId::DIR => drop(Dir::parse(bytes)?),
        FileId::CARD_ACCESS => drop(SecurityInfos::from_der(bytes)?),
        FileId::DG5 => drop(Dg5::parse(bytes)?),
        FileId::DG7 => drop(Dg7::parse(bytes)?),
        FileId::DG13 => drop(Dg13::parse(bytes)?),
        FileId::DG16 => drop(Dg16::parse(bytes)?),
        FileId::ATR_INFO => drop(AtrInfo::parse(bytes)?),
        file => drop(OpaqueDataGroup::parse(file, bytes)?),
    }
    Ok(())
}
