//! Doc 9303-10 4.7.5 and 4.7.7: the displayed portrait, the displayed signature or usual mark.

use super::FileLine;
use super::text::images_have_their_coding;
use crate::pki::lint::report::must;

pub(super) static LINES: &[FileLine] = &[must(
    "displayed_image.coding",
    "Doc 9303-10 tables 60 and 64",
    "a displayed image is JPEG or JPEG 2000",
    |file, hits| images_have_their_coding(file, &[0x5F40, 0x5F43], hits),
)];
