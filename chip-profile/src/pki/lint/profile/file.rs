//! Doc 9303-10: files of the logical data structure, as far as a file alone can be judged.

mod atr_info;
mod card_access;
mod com;
mod dg1;
mod dg11;
mod dg12;
mod dg15;
mod dg16;
mod dg2;
mod dir;
mod displayed_images;
pub(in crate::pki::lint) mod security_infos;
mod text;

use std::collections::BTreeSet;

use crate::lds::{
    AtrInfo, Com, Dg1, Dg2, Dg5, Dg7, Dg11, Dg12, Dg13, Dg14, Dg15, Dg16, Dir, FileId, LdsError, LdsErrorKind,
    MAX_FILE_LENGTH, OpaqueDataGroup, SecurityInfos,
};
use crate::pki::lint::der::Node;
use crate::pki::lint::report::{Findings, Hits, Line, Part, must, should};
use crate::pki::lint::{DocumentKind, encoding};
use security_infos::Infos;

/// A file and what it claims to be.
pub(in crate::pki::lint) struct File<'a> {
    file: FileId,
    bytes: &'a [u8],
}

impl<'a> File<'a> {
    /// The data objects inside the outermost one, as far as they can be read.
    fn objects(&self) -> Vec<Node<'a>> {
        let mut found = Vec::new();
        let Ok(outer) = Node::first(self.bytes, 0) else { return found };
        let mut fields = outer.fields();
        while let Ok(Some(node)) = fields.next() {
            found.push(node);
        }
        found
    }

    /// The first of them with this tag.
    fn object(&self, tag: u32) -> Option<Node<'a>> {
        self.objects().into_iter().find(|node| node.tag == tag)
    }
}

pub(in crate::pki::lint) type FileLine = Line<fn(&File<'_>, &mut Hits<'_>)>;

static LINES: &[FileLine] = &[
    must("file.structure", "Doc 9303-10 3.11, 4.6, 4.7", "the file has the structure of its table", |file, hits| {
        // Errors of these parsers name a kind and a position, never what stands there. A version that is not known has a
        // line of its own.
        if let Err(error) = parse(file.file, file.bytes)
            && !(file.file == FileId::COM && error.kind == LdsErrorKind::Version)
        {
            hits.at(error.position, error.kind.to_string());
        }
    }),
    should("file.length", "readers in the field", "the file has at most 32,767 bytes", |file, hits| {
        if file.bytes.len() > MAX_FILE_LENGTH {
            hits.at(MAX_FILE_LENGTH, format!("{} bytes", file.bytes.len()));
        }
    }),
];

/// The lines that apply to a file, but for those of SecurityInfos.
pub(in crate::pki::lint) fn lines_of(file: FileId) -> Vec<&'static [FileLine]> {
    let own: &'static [FileLine] = match file {
        FileId::COM => com::LINES,
        FileId::DG1 => dg1::LINES,
        FileId::DG2 => dg2::LINES,
        FileId::DG5 | FileId::DG7 => displayed_images::LINES,
        FileId::DG11 => dg11::LINES,
        FileId::DG12 => dg12::LINES,
        FileId::DG15 => dg15::LINES,
        FileId::DG16 => dg16::LINES,
        FileId::CARD_ACCESS => card_access::LINES,
        FileId::DIR => dir::LINES,
        FileId::ATR_INFO => atr_info::LINES,
        _ => &[],
    };
    vec![LINES, own]
}

/// Applies the lines; files that hold DER follow its rules as well.
pub(in crate::pki::lint) fn lint_file(file: FileId, bytes: &[u8], findings: &mut Findings) -> Vec<Part> {
    if file == FileId::SOD || file == FileId::CARD_SECURITY {
        let kind = if file == FileId::SOD { DocumentKind::SecurityObject } else { DocumentKind::CardSecurity };
        return crate::pki::lint::lint_signed_data(kind, bytes, findings);
    }
    for line in lines_of(file).into_iter().flatten() {
        (line.check)(&File { file, bytes }, &mut findings.of(&line.rule));
    }
    let outer = Node::first(bytes, 0).ok();
    let set = match file {
        FileId::CARD_ACCESS => outer,
        FileId::DG14 => outer.and_then(|outer| outer.fields().next().ok().flatten()),
        _ => None,
    };
    if let Some(infos) = set.and_then(|set| Infos::read(file, set)) {
        security_infos::apply(&infos, findings);
    }
    if [FileId::DG14, FileId::DG15, FileId::CARD_ACCESS].contains(&file)
        && let Some(node) = outer
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
