//! Lists, hashes and structures of the data groups.

use std::collections::BTreeSet;

use super::report::{CheckName, InspectionReport, Outcome};
use crate::lds::{
    AtrInfo, CardAccess, Com, Dg1, Dg2, Dg5, Dg7, Dg11, Dg12, Dg13, Dg14, Dg15, Dg16, Dir, ElementaryFiles, FileId,
    LdsError, OpaqueDataGroup,
};
use crate::sod::{LdsSecurityObject, LdsVersionInfo};

/// Fingers and irises lie behind extended access control; an inspection system without it cannot read them.
pub(super) const EXTENDED_ACCESS: [FileId; 2] = [FileId::DG3, FileId::DG4];

/// Data groups that are there, in ascending order.
pub(super) fn present(files: &ElementaryFiles) -> BTreeSet<FileId> {
    files.keys().copied().filter(|file| file.data_group().is_some()).collect()
}

/// Data groups whose hashes are signed.
pub(super) fn listed(object: &LdsSecurityObject) -> BTreeSet<FileId> {
    object.data_group_hashes.keys().filter_map(|number| FileId::from_data_group(*number)).collect()
}

/// EF.COM by itself and against EF.SOD.
pub(super) fn check_common_data(
    report: &mut InspectionReport,
    files: &ElementaryFiles,
    object: Option<&LdsSecurityObject>,
) -> Option<Com> {
    let Some(bytes) = files.get(&FileId::COM) else {
        report.add(CheckName::CommonDataStructure, Outcome::failed("EF.COM is missing"));
        return None;
    };
    let com = match Com::parse(bytes) {
        Ok(com) => com,
        Err(error) => {
            report.add(CheckName::CommonDataStructure, Outcome::failed(error.to_string()));
            return None;
        }
    };
    report.add(CheckName::CommonDataStructure, Outcome::Passed);
    if let Some(object) = object {
        report.add(CheckName::LdsVersions, versions(&com, object.version_info.as_ref()));
    }
    Some(com)
}

fn versions(com: &Com, signed: Option<&LdsVersionInfo>) -> Outcome {
    // EF.COM is not signed; from LDS 1.8 on the security object repeats its versions.
    match signed {
        Some(signed) => Outcome::from_condition(
            signed.lds_version == com.lds_version.digits() && signed.unicode_version == com.unicode_version.digits(),
            "EF.COM names other versions than EF.SOD",
        ),
        None => Outcome::from_condition(
            com.lds_version == crate::lds::LdsVersion::V1_7,
            "EF.COM names LDS 1.8, EF.SOD lacks the versions",
        ),
    }
}

/// Hash of every listed data group, and equality of the three lists.
pub(super) fn check_hashes(
    report: &mut InspectionReport,
    files: &ElementaryFiles,
    com: Option<&Com>,
    object: &LdsSecurityObject,
    left_unread: &BTreeSet<FileId>,
) {
    let is_unread = |file: &FileId| EXTENDED_ACCESS.contains(file) || left_unread.contains(file);
    report.add(CheckName::DataGroupList, compare_lists(files, com, object, is_unread));
    for (number, expected) in &object.data_group_hashes {
        let Some(file) = FileId::from_data_group(*number) else { continue };
        let outcome = match files.get(&file) {
            Some(contents) => Outcome::from_condition(
                object.hash.digest(contents) == *expected,
                "contents are not those that were signed",
            ),
            None if is_unread(&file) => Outcome::not_done("not read"),
            None => Outcome::failed("listed in EF.SOD and not on the chip"),
        };
        report.add(CheckName::DataGroupHash(file), outcome);
    }
}

fn compare_lists(
    files: &ElementaryFiles,
    com: Option<&Com>,
    object: &LdsSecurityObject,
    is_unread: impl Fn(&FileId) -> bool,
) -> Outcome {
    let (signed, present) = (listed(object), present(files));
    // Doc 9303-10 table 30: every document has them.
    if let Some(mandatory) = [FileId::DG1, FileId::DG2].into_iter().find(|file| !signed.contains(file)) {
        return Outcome::failed(format!("{mandatory} is mandatory and not listed in EF.SOD"));
    }
    if let Some(added) = present.difference(&signed).next() {
        return Outcome::failed(format!("{added} is on the chip and not listed in EF.SOD"));
    }
    if let Some(missing) = signed.difference(&present).find(|file| !is_unread(file)) {
        return Outcome::failed(format!("{missing} is listed in EF.SOD and not on the chip"));
    }
    let Some(com) = com else { return Outcome::not_done("EF.COM cannot be read") };
    let announced: BTreeSet<FileId> = com.data_groups.iter().copied().collect();
    match announced.symmetric_difference(&signed).next() {
        Some(file) => Outcome::failed(format!("EF.COM and EF.SOD disagree about {file}")),
        None => Outcome::Passed,
    }
}

/// Each data group read as what it is, those without a reader here by their tag; and what else lies on the chip unsigned.
pub(super) fn check_structures(report: &mut InspectionReport, files: &ElementaryFiles) {
    for file in present(files) {
        let Some(contents) = files.get(&file) else { continue };
        report.add(CheckName::DataGroupStructure(file), structure(file, contents));
    }
    for file in [FileId::ATR_INFO, FileId::DIR] {
        let Some(contents) = files.get(&file) else { continue };
        report.add(CheckName::FileStructure(file), structure_without_end(file, contents));
    }
}

fn read<T>(outcome: Result<T, LdsError>) -> Outcome {
    outcome.map_or_else(|error| Outcome::failed(error.to_string()), |_| Outcome::Passed)
}

/// EF.ATR/INFO and EF.DIR have no outermost object that tells their length: a chip gives them with the zeros that fill the
/// file (ISO/IEC 7816-4 allows these after data objects).
fn structure_without_end(file: FileId, contents: &[u8]) -> Outcome {
    let parse = |contents| match file {
        FileId::DIR => Dir::parse(contents).map(drop),
        _ => AtrInfo::parse(contents).map(drop),
    };
    let filling = contents.iter().rev().take_while(|byte| **byte == 0).count();
    let unfilled = contents.get(..contents.len() - filling).unwrap_or_default();
    read(parse(contents).or_else(|error| parse(unfilled).map_err(|_| error)))
}

fn structure(file: FileId, contents: &[u8]) -> Outcome {
    match file {
        FileId::DG1 => read(Dg1::parse(contents)),
        FileId::DG2 => read(Dg2::parse(contents)),
        FileId::DG5 => read(Dg5::parse(contents)),
        FileId::DG7 => read(Dg7::parse(contents)),
        FileId::DG11 => read(Dg11::parse(contents)),
        FileId::DG12 => read(Dg12::parse(contents)),
        FileId::DG13 => read(Dg13::parse(contents)),
        FileId::DG14 => read(Dg14::parse(contents)),
        FileId::DG15 => read(Dg15::parse(contents)),
        FileId::DG16 => read(Dg16::parse(contents)),
        _ => match OpaqueDataGroup::parse(file, contents) {
            Ok(_) => Outcome::Noted("tag and length only".to_owned()),
            Err(error) => Outcome::failed(error.to_string()),
        },
    }
}

/// Every SecurityInfo of EF.CardAccess must stand in DG14, which is signed (Doc 9303-11 9.2.11).
pub(super) fn check_card_access(report: &mut InspectionReport, files: &ElementaryFiles) {
    let outcome = match (files.get(&FileId::CARD_ACCESS), files.get(&FileId::DG14)) {
        (None, _) => Outcome::not_done("EF.CardAccess is not there or was not read"),
        (Some(_), None) => Outcome::failed("EF.CardAccess without DG14"),
        (Some(card_access), Some(dg14)) => match (CardAccess::parse(card_access), Dg14::parse(dg14)) {
            (Err(error), _) => Outcome::failed(format!("EF.CardAccess: {error}")),
            (_, Err(error)) => Outcome::failed(format!("DG14: {error}")),
            (Ok(card_access), Ok(dg14)) => Outcome::from_condition(
                dg14.security_infos.contains_all(&card_access.security_infos),
                "EF.CardAccess says what DG14 does not",
            ),
        },
    };
    report.add(CheckName::CardAccess, outcome);
}
