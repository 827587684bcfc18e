//! The typefaces of the data page, carried in the program, and which characters they can print.

pub(crate) mod atlas;
pub(crate) mod shape;

use std::sync::LazyLock;

use ttf_parser::Face as Parsed;
use unicode_normalization::UnicodeNormalization;

/// A typeface of the page; each is a subset of a free font, see `assets/fonts/SOURCES.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Face {
    /// Latin and Cyrillic text, upright.
    Regular,
    /// Latin and Cyrillic captions in the second language (Doc 9303-3 3.3).
    Italic,
    /// Latin and Cyrillic headings.
    Bold,
    /// Chinese, in the forms used in Hong Kong.
    Chinese,
    /// OCR-B of the machine readable zone: 0-9, A-Z, `<` (Doc 9303-3 4.4).
    OcrB,
}

impl Face {
    /// Every face, in the order of their numbers.
    pub const ALL: [Self; 5] = [Self::Regular, Self::Italic, Self::Bold, Self::Chinese, Self::OcrB];

    /// The font file, OpenType with TrueType or CFF outlines of 1000 or more units to the em.
    #[must_use]
    pub const fn file(self) -> &'static [u8] {
        match self {
            Self::Regular => include_bytes!("../assets/fonts/NotoSans-Regular-latin.ttf"),
            Self::Italic => include_bytes!("../assets/fonts/NotoSans-Italic-latin.ttf"),
            Self::Bold => include_bytes!("../assets/fonts/NotoSans-Bold-latin.ttf"),
            Self::Chinese => include_bytes!("../assets/fonts/NotoSansCJKhk-Regular-names.otf"),
            Self::OcrB => include_bytes!("../assets/fonts/OCRB-mrz.otf"),
        }
    }

    /// The tables of the font file; `None` only if the file carried in the program were damaged.
    pub(crate) fn parsed(self) -> Option<&'static Parsed<'static>> {
        FACES.get(self as usize).and_then(Option::as_ref)
    }
}

/// Whether every character of a text can be printed in the visual inspection zone, and if not, which cannot.
///
/// The text is composed first (NFC), as it is when the page is set. A character is listed once, in the order met.
///
/// # Errors
/// The characters that no face has.
pub fn covers(text: &str) -> Result<(), Vec<char>> {
    let mut missing = Vec::new();
    for character in text.nfc() {
        if shape::find(Face::Regular, character).is_none() && !missing.contains(&character) {
            missing.push(character);
        }
    }
    if missing.is_empty() { Ok(()) } else { Err(missing) }
}

// Read once from constant bytes; never changes.
static FACES: LazyLock<[Option<Parsed<'static>>; 5]> =
    LazyLock::new(|| Face::ALL.map(|face| Parsed::parse(face.file(), 0).ok()));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_a_font() {
        for face in Face::ALL {
            assert!(face.parsed().is_some(), "{face:?}");
        }
    }

    #[test]
    fn latin_characters_of_doc_9303_are_covered() {
        let letters = "ÁÀÂÄÃĂÅĀĄĆĈČĊÇÐĎÉÈÊËĚĖĒĘĔĜĞĠĢĦĤÍÌÎÏĨİĪĮĬĴĶŁĹĽĻĿŃÑŇŅŊØÓÒÔÖÕŐŌŎŒÞŔŘŖŚŜŠŞẞŤŢŦÚÙÛÜŨŬŰŮŪŲŴÝŶŸŹŽŻÆĲ";
        assert_eq!(covers(letters), Ok(()));
        // The small İ is the letter i and a mark, for which there is no glyph; its capital stands on passports.
        assert_eq!(covers(&letters.replace('İ', "").to_lowercase()), Ok(()));
        assert_eq!(covers("O'CONNOR-SMITH, Jr. (D’ARTAGNAN) 0123456789 / · №"), Ok(()));
        assert_eq!(covers("ЁЖИКОВ НАТАЛЬЯ"), Ok(()));
    }

    #[test]
    fn chinese_of_hong_kong_is_covered_and_combining_marks_are_composed() {
        // The second part is from HKSCS, the last two beyond the basic plane.
        assert_eq!(covers("陳大文香港特別行政區 嘅咗埗邨㗎嚟\u{282E2}\u{20BA9}"), Ok(()));
        assert_eq!(covers("A\u{308}"), Ok(()));
    }

    #[test]
    fn what_is_missing_is_named_once() {
        assert_eq!(covers("KIM \u{AE40}\u{0E01}\u{AE40}"), Err(vec!['\u{AE40}', '\u{0E01}']));
    }

    #[test]
    fn mrz_face_has_the_characters_of_figure_4_only() {
        for character in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<".chars() {
            assert!(shape::find(Face::OcrB, character).is_some(), "{character}");
        }
        assert!(shape::find(Face::OcrB, 'a').is_none());
    }
}
