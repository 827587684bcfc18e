//! Doc 9303-10 4.7.1: the machine readable zone. Errors of the zone name a field and a place, never what stands there.

use super::{File, FileLine};
use crate::lds::Dg1;
use crate::mrz::{MrzError, MrzErrorKind};
use crate::pki::lint::report::{Hits, must};

pub(super) static LINES: &[FileLine] = &[
    must(
        "dg1.check_digits",
        "Doc 9303-10 4.7.1, Doc 9303-3 4.9",
        "the check digits of the zone in DG1 are right",
        |file, hits| say(file, hits, |kind| *kind == MrzErrorKind::CheckDigit),
    ),
    must(
        "dg1.dates",
        "Doc 9303-10 4.7.1, Doc 9303-3 4.8",
        "the dates in DG1 are dates, and that of expiry is known",
        |file, hits| say(file, hits, |kind| *kind == MrzErrorKind::Date),
    ),
    must(
        "dg1.fields",
        "Doc 9303-10 4.7.1, tables 40 to 42",
        "the other fields of the zone in DG1 keep the rules of its format",
        |file, hits| say(file, hits, |kind| !matches!(kind, MrzErrorKind::CheckDigit | MrzErrorKind::Date)),
    ),
];

fn say(file: &File<'_>, hits: &mut Hits<'_>, is_meant: fn(&MrzErrorKind) -> bool) {
    let Ok(dg1) = Dg1::parse(file.bytes) else { return };
    if let Err(MrzError { field, line, position, kind, .. }) = dg1.fields()
        && is_meant(&kind)
    {
        // Five bytes of tags and lengths stand before the first character.
        let (_, length) = dg1.format().lines();
        let before = usize::from(line).saturating_sub(1) * length;
        let at = 5 + before + usize::from(position).saturating_sub(1);
        hits.at(at, format!("line {line}, position {position}: {field}"));
    }
}
