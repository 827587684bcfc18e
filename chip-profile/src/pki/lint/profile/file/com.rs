//! Doc 9303-10 4.6.1: EF.COM.

use super::FileLine;
use crate::lds::{Com, FileId, LdsErrorKind};
use crate::pki::lint::report::must;

pub(super) static LINES: &[FileLine] = &[
    must(
        "com.versions",
        "Doc 9303-10 4.6.1.1, 4.6.1.2",
        "the versions are LDS 1.7 or 1.8 in four digits and Unicode in six",
        |file, hits| {
            if let Err(error) = Com::parse(file.bytes)
                && error.kind == LdsErrorKind::Version
            {
                hits.at(error.position, error.kind.to_string());
            }
        },
    ),
    must(
        "com.mandatory_data_groups",
        "Doc 9303-10 4.6.1, 4.7.1, 4.7.2",
        "the list has DG1 and DG2, which every document has",
        |file, hits| {
            let Ok(com) = Com::parse(file.bytes) else { return };
            let list = file.object(0x5C).map_or(0, |list| list.position);
            for missing in [FileId::DG1, FileId::DG2].into_iter().filter(|file| !com.data_groups.contains(file)) {
                hits.at(list, format!("without {missing}"));
            }
        },
    ),
];
