//! From text to glyphs and their advances.

use ttf_parser::GlyphId;
use unicode_normalization::UnicodeNormalization;

use super::Face;

/// One character as the page shows it.
#[derive(Clone, Copy, PartialEq)]
pub(crate) struct Glyph {
    /// The face that has it.
    pub(crate) face: Face,
    /// Its number in that face.
    pub(crate) id: GlyphId,
    /// Its advance in em.
    pub(crate) advance: f32,
    /// The character it stands for.
    pub(crate) character: char,
}

/// The glyphs of a text, composed (NFC), one for each character. Fails with the characters that no face has.
pub(crate) fn shape(style: Face, text: &str) -> Result<Vec<Glyph>, Vec<char>> {
    let mut glyphs = Vec::with_capacity(text.len());
    let mut missing = Vec::new();
    for character in text.nfc() {
        match find(style, character) {
            Some(glyph) => glyphs.push(glyph),
            None if missing.contains(&character) => {}
            None => missing.push(character),
        }
    }
    if missing.is_empty() { Ok(glyphs) } else { Err(missing) }
}

/// The glyph of a character: of the style's own face, else of the Chinese one. The MRZ's face stands alone.
pub(crate) fn find(style: Face, character: char) -> Option<Glyph> {
    let faces: &[Face] = if style == Face::OcrB { &[Face::OcrB] } else { &[style, Face::Chinese] };
    faces.iter().find_map(|&face| {
        let parsed = face.parsed()?;
        let id = parsed.glyph_index(character)?;
        let advance = f32::from(parsed.glyph_hor_advance(id)?) / f32::from(parsed.units_per_em());
        Some(Glyph { face, id, advance, character })
    })
}

/// Width of glyphs set one after the other, in em.
pub(crate) fn width(glyphs: &[Glyph]) -> f32 {
    glyphs.iter().map(|glyph| glyph.advance).sum()
}
