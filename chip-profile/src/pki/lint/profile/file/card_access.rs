//! Doc 9303-10 3.11.3: EF.CardAccess.

use super::FileLine;
use crate::lds::{SecurityInfo, SecurityInfos};
use crate::pki::lint::report::must;

pub(super) static LINES: &[FileLine] = &[must(
    "card_access.pace_info",
    "Doc 9303-10 3.11.3, Doc 9303-11 9.2.11",
    "EF.CardAccess has a PACEInfo",
    |file, hits| {
        if let Ok(infos) = SecurityInfos::from_der(file.bytes)
            && !infos.iter().any(|info| matches!(info, SecurityInfo::Pace { .. }))
        {
            hits.at(0, "none");
        }
    },
)];
