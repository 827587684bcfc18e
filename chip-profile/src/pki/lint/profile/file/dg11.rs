//! Doc 9303-10 4.7.11: additional personal details.

use super::FileLine;
use super::text::{dates_are_digits, images_have_their_coding, names_end_without_filler, texts_have_their_length};
use crate::pki::lint::report::{must, should};

const TABLE: &str = "Doc 9303-10 table 72";

pub(super) static LINES: &[FileLine] = &[
    must("dg11.length", TABLE, "texts have at most 99 bytes, custody information 999", |file, hits| {
        let texts = [0x5F0E, 0x5F0F, 0x5F10, 0x5F11, 0x5F42, 0x5F12, 0x5F13, 0x5F14, 0x5F15, 0x5F17];
        let limits: Vec<_> = texts.map(|tag| (tag, 99)).into_iter().chain([(0x5F18, 999)]).collect();
        texts_have_their_length(file, &limits, hits);
    }),
    must("dg11.date_of_birth", TABLE, "the full date of birth is eight digits", |file, hits| {
        dates_are_digits(file, &[(0x5F2B, 8)], hits);
    }),
    must("dg11.names", TABLE, "names have no fillers at their end", |file, hits| {
        names_end_without_filler(file, &[0x5F0E, 0x5F0F], hits);
    }),
    must("dg11.proof_of_citizenship", TABLE, "the proof of citizenship is JPEG or JPEG 2000", |file, hits| {
        images_have_their_coding(file, &[0x5F16], hits);
    }),
    // The table makes each mandatory where the one before it is; who has no title cannot keep that.
    should(
        "dg11.depending_elements",
        TABLE,
        "a title goes with a profession, a summary with a title, a proof of citizenship with a summary",
        |file, hits| {
            for (first, second) in [(0x5F13, 0x5F14), (0x5F14, 0x5F15), (0x5F15, 0x5F16)] {
                if let (Some(first), None) = (file.object(first), file.object(second)) {
                    hits.at(first.position, format!("without {second:04X}"));
                }
            }
        },
    ),
];
