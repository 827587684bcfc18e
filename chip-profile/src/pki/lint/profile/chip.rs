//! What the files of a chip say together: Doc 9303-10 4.6 and 4.7, Doc 9303-11 9.2.11.

mod dates;
mod lists;
mod security;

use crate::lds::{CardAccess, Com, Dg1, Dg2, Dg11, Dg12, Dg14, Dg15, Dir, ElementaryFiles, FileId, SecurityInfos};
use crate::mrz::{AnyMrz, CivilDate};
use crate::pki::lint::report::{Findings, Hits, Line};
use crate::sod::{CardSecurity, SecurityObject};

/// The files of a chip, each read as far as it can be.
pub(in crate::pki::lint) struct Chip<'a> {
    files: &'a ElementaryFiles,
    com: Option<Com>,
    security_object: Option<SecurityObject>,
    dg1: Option<AnyMrz>,
    dg2: Option<Dg2>,
    dg11: Option<Dg11>,
    dg12: Option<Dg12>,
    dg14: Option<SecurityInfos>,
    dg15: Option<Dg15>,
    card_access: Option<SecurityInfos>,
    card_security: Option<SecurityInfos>,
    dir: Option<Dir>,
}

pub(in crate::pki::lint) type ChipLine = Line<fn(&Chip<'_>, &mut Hits<'_>)>;

impl<'a> Chip<'a> {
    fn read(files: &'a ElementaryFiles) -> Chip<'a> {
        let get = |file: FileId| files.get(&file).map(Vec::as_slice);
        Chip {
            files,
            com: get(FileId::COM).and_then(|file| Com::parse(file).ok()),
            security_object: get(FileId::SOD).and_then(|file| SecurityObject::parse(file).ok()),
            dg1: get(FileId::DG1).and_then(|file| Dg1::parse(file).ok()?.fields().ok()),
            dg2: get(FileId::DG2).and_then(|file| Dg2::parse(file).ok()),
            dg11: get(FileId::DG11).and_then(|file| Dg11::parse(file).ok()),
            dg12: get(FileId::DG12).and_then(|file| Dg12::parse(file).ok()),
            dg14: get(FileId::DG14).and_then(|file| Some(Dg14::parse(file).ok()?.security_infos)),
            dg15: get(FileId::DG15).and_then(|file| Dg15::parse(file).ok()),
            card_access: get(FileId::CARD_ACCESS).and_then(|file| Some(CardAccess::parse(file).ok()?.security_infos)),
            card_security: get(FileId::CARD_SECURITY)
                .and_then(|file| Some(CardSecurity::parse(file).ok()?.security_infos().clone())),
            dir: get(FileId::DIR).and_then(|file| Dir::parse(file).ok()),
        }
    }

    fn has(&self, file: FileId) -> bool {
        self.files.contains_key(&file)
    }

    /// The date of issue of DG12, else the day of the signature.
    fn date_of_issue(&self) -> Option<CivilDate> {
        let told = self.dg12.as_ref().and_then(|dg12| dg12.date_of_issue);
        told.or_else(|| {
            let (year, month, day) = self.security_object.as_ref()?.signing_time()?.date();
            CivilDate::new(u16::try_from(year).ok()?, month, day)
        })
    }
}

/// Every line about files together.
pub(in crate::pki::lint) fn lines() -> impl Iterator<Item = &'static ChipLine> {
    [lists::LINES, security::LINES, dates::LINES].into_iter().flatten()
}

/// Applies them.
pub(in crate::pki::lint) fn lint_together(files: &ElementaryFiles, findings: &mut Findings) {
    let chip = Chip::read(files);
    for line in lines() {
        (line.check)(&chip, &mut findings.of(&line.rule));
    }
}
