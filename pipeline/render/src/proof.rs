//! The proof for people: the data page in full colour on a specimen background of our own drawing, as PNG and as PDF.
//!
//! Rendered on demand, never on the way of a document to a machine. Both forms draw the same scene; the PDF's text can
//! be selected and carries the characters of both languages and the MRZ.

mod background;
mod emblem;
mod outline;
mod pdf;
mod raster;
mod scene;

#[cfg(test)]
mod tests;

use crate::page::{DataPage, PageError};

/// Dots per inch of the PNG.
pub const PROOF_DPI: u32 = 300;

/// How a proof is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProofSettings<'a> {
    /// Name of the issuing state in Chinese (field 01).
    pub state_chinese: &'a str,
    /// Name of the issuing state in English (field 01).
    pub state: &'a str,
    /// The code of a real issuing state. Only when it is given, and is the page's own (field 04), the word SPECIMEN is
    /// left out.
    pub production_state: Option<&'a str>,
}

/// The specimen state Utopia (Doc 9303-3 section 5, part G).
impl Default for ProofSettings<'_> {
    fn default() -> Self {
        Self { state_chinese: "烏托邦", state: "UTOPIA", production_state: None }
    }
}

impl ProofSettings<'_> {
    fn is_specimen(&self, page: &DataPage<'_>) -> bool {
        self.production_state.is_none_or(|state| state != page.issuing_state)
    }
}

/// The proof as a PNG of [`PROOF_DPI`], 125 × 88 mm, colour.
///
/// # Errors
/// As [`crate::page::compose_laser`], the resolution excepted; and a name of the state with a character that cannot be
/// printed.
pub fn png(page: &DataPage<'_>, settings: &ProofSettings<'_>) -> Result<Vec<u8>, PageError> {
    raster::png(&scene::build(page, settings)?)
}

/// The proof as a PDF of one page, 125 × 88 mm, with embedded fonts.
///
/// # Errors
/// As [`png()`]; [`PageError::Font`] when a font cannot be embedded.
pub fn pdf(page: &DataPage<'_>, settings: &ProofSettings<'_>) -> Result<Vec<u8>, PageError> {
    pdf::pdf(&scene::build(page, settings)?)
}
