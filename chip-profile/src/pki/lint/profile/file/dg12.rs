//! Doc 9303-10 4.7.12: additional document details.

use super::FileLine;
use super::text::{dates_are_digits, images_have_their_coding, names_end_without_filler, texts_have_their_length};
use crate::pki::lint::report::must;

const TABLE: &str = "Doc 9303-10 table 74";

pub(super) static LINES: &[FileLine] = &[
    must("dg12.length", TABLE, "texts have at most 99 bytes", |file, hits| {
        texts_have_their_length(file, &[0x5F19, 0x5F1A, 0x5F1B, 0x5F1C, 0x5F56].map(|tag| (tag, 99)), hits);
    }),
    must(
        "dg12.dates",
        TABLE,
        "the date of issue is eight digits, the time of personalisation fourteen",
        |file, hits| {
            dates_are_digits(file, &[(0x5F26, 8), (0x5F55, 14)], hits);
        },
    ),
    must("dg12.names", "Doc 9303-10 table 73", "names have no fillers at their end", |file, hits| {
        names_end_without_filler(file, &[0x5F1A], hits);
    }),
    must("dg12.images", TABLE, "images of front and rear are JPEG or JPEG 2000", |file, hits| {
        images_have_their_coding(file, &[0x5F1D, 0x5F1E], hits);
    }),
];
