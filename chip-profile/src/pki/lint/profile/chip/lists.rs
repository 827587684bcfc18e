//! Which files there are, and what EF.COM and EF.SOD say of them.

use std::collections::BTreeSet;

use super::{Chip, ChipLine};
use crate::lds::{FileId, LdsVersion};
use crate::pki::lint::report::must;

pub(super) static LINES: &[ChipLine] = &[
    must(
        "chip.mandatory_files",
        "Doc 9303-10 4.6.1, 4.6.2, 4.7.1, 4.7.2",
        "there are EF.COM, EF.SOD, DG1 and DG2",
        |chip, hits| {
            for file in [FileId::COM, FileId::SOD, FileId::DG1, FileId::DG2] {
                if !chip.has(file) {
                    hits.about(file.name());
                }
            }
        },
    ),
    must(
        "chip.data_groups.announced",
        "Doc 9303-10 4.6.1, table 35",
        "the list in EF.COM has the data groups whose hash values are in EF.SOD, and no others",
        |chip, hits| {
            let (Some(com), Some(signed)) = (&chip.com, signed(chip)) else { return };
            let announced: BTreeSet<FileId> = com.data_groups.iter().copied().collect();
            for file in announced.symmetric_difference(&signed) {
                hits.about(file.name());
            }
        },
    ),
    must(
        "chip.data_groups.signed",
        "Doc 9303-10 4.5.2, 4.6.2.3",
        "every data group that is there has a hash value in EF.SOD",
        |chip, hits| {
            let Some(signed) = signed(chip) else { return };
            for file in chip.files.keys().filter(|file| file.data_group().is_some() && !signed.contains(file)) {
                hits.about(file.name());
            }
        },
    ),
    must(
        "chip.data_groups.present",
        "Doc 9303-10 4.6.2.3",
        "every data group with a hash value in EF.SOD is there, but for DG3 and DG4, which not everyone can read",
        |chip, hits| {
            let Some(signed) = signed(chip) else { return };
            for file in signed.iter().filter(|file| ![FileId::DG3, FileId::DG4].contains(file) && !chip.has(**file)) {
                hits.about(file.name());
            }
        },
    ),
    must(
        "chip.data_groups.hashes",
        "Doc 9303-10 4.6.2.3 note 1",
        "the hash values in EF.SOD are those of the data groups",
        |chip, hits| {
            let Some(object) = &chip.security_object else { return };
            let object = object.lds_security_object();
            for (number, expected) in &object.data_group_hashes {
                if let Some(file) = FileId::from_data_group(*number)
                    && let Some(contents) = chip.files.get(&file)
                    && object.hash.digest(contents) != *expected
                {
                    hits.about(file.name());
                }
            }
        },
    ),
    must(
        "chip.versions",
        "Doc 9303-10 4.6.1, 4.6.2.1, appendix D",
        "EF.COM and EF.SOD name the same versions; without any in EF.SOD it is LDS 1.7",
        |chip, hits| {
            let (Some(com), Some(object)) = (&chip.com, &chip.security_object) else { return };
            match &object.lds_security_object().version_info {
                Some(signed) => {
                    if signed.lds_version != com.lds_version.digits() {
                        hits.about(format!("LDS {} and {}", com.lds_version.digits(), signed.lds_version));
                    }
                    if signed.unicode_version != com.unicode_version.digits() {
                        hits.about(format!("Unicode {} and {}", com.unicode_version.digits(), signed.unicode_version));
                    }
                }
                None if com.lds_version != LdsVersion::V1_7 => {
                    hits.about(format!("LDS {} and none", com.lds_version.digits()));
                }
                None => {}
            }
        },
    ),
];

/// Data groups with a hash value in EF.SOD.
fn signed(chip: &Chip<'_>) -> Option<BTreeSet<FileId>> {
    let object = chip.security_object.as_ref()?.lds_security_object();
    Some(object.data_group_hashes.keys().filter_map(|number| FileId::from_data_group(*number)).collect())
}
