//! Doc 9303-10 3.11.2: EF.DIR.

use super::FileLine;
use crate::lds::{ApplicationId, Dir};
use crate::pki::lint::report::must;

pub(super) static LINES: &[FileLine] = &[must(
    "dir.emrtd",
    "Doc 9303-10 3.11.2, table 31",
    "EF.DIR lists the eMRTD application A0000002471001",
    |file, hits| {
        if let Ok(dir) = Dir::parse(file.bytes)
            && !dir.applications.contains(&ApplicationId::emrtd())
        {
            hits.at(0, "others only");
        }
    },
)];
