//! Doc 9303-10 4.7.16: persons to notify.

use super::FileLine;
use super::text::{dates_are_digits, names_end_without_filler};
use crate::pki::lint::report::must;

const TABLE: &str = "Doc 9303-10 table 81";

pub(super) static LINES: &[FileLine] = &[
    must("dg16.dates", TABLE, "dates are eight digits", |file, hits| dates_are_digits(file, &[(0x5F50, 8)], hits)),
    must("dg16.names", TABLE, "names have no fillers at their end", |file, hits| {
        names_end_without_filler(file, &[0x5F51], hits);
    }),
];
