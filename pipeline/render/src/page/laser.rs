//! The laser layer: text, MRZ, portrait, ghost portrait and signature, engraved in grey.

use super::geometry::{GHOST, PORTRAIT, PRINTABLE, Rect, SIGNATURE, extent, pixels};
use super::{DataPage, Layer, LayerKind, PageError, PageScratch, PageSettings, code, measure, place_signature, text};

/// How much of the portrait's strength the ghost has.
pub(crate) const GHOST_STRENGTH: f32 = 0.42;

const ORIGIN: (f32, f32) = (PRINTABLE.left, PRINTABLE.top);

/// Composes the laser layer in the scratch memory.
///
/// # Errors
/// A character without a glyph, a text that does not fit its field, lines of the MRZ that are not 44 of its characters,
/// a card access number that is not six digits, a portrait without the shape of 35 by 45 mm, or a resolution out of
/// range.
pub fn compose_laser(page: &DataPage<'_>, settings: &PageSettings, scratch: &mut PageScratch) -> Result<(), PageError> {
    let dpi = settings.checked_dpi()?;
    let lines = text::lines(page)?;
    scratch.laser.prepare(extent(PRINTABLE.width, dpi), extent(PRINTABLE.height, dpi), 1);
    let mut portrait = measure(page.portrait, &mut scratch.tone)?;
    for (place, strength) in [(PORTRAIT, 1.0), (GHOST, GHOST_STRENGTH)] {
        let (left, top, width, height) = on_canvas(place, dpi);
        let image = portrait.engrave(width, height, strength, &mut scratch.resizer)?;
        scratch.laser.copy(left, top, width as usize, image);
    }
    if let Some(signature) = page.signature {
        let (left, top, width, height) = on_canvas(SIGNATURE, dpi);
        let (x, y, width, image) = place_signature(signature, width, height, &mut scratch.resizer, &mut scratch.tone)?;
        scratch.laser.darken(left + x, top + y, width, image);
    }
    for line in &lines {
        scratch.laser.text(&mut scratch.atlas, line, dpi, ORIGIN, [0; 3]);
    }
    Ok(())
}

/// Codes the laser layer last composed: PNG, grey, lossless.
///
/// # Errors
/// [`PageError::Coding`] when no laser layer was composed in `scratch`, or the coder fails.
pub fn code_laser(settings: &PageSettings, scratch: &PageScratch) -> Result<Layer, PageError> {
    code::layer(&scratch.laser, LayerKind::Laser, settings.dpi, ORIGIN, settings.colour_quality)
}

fn on_canvas(place: Rect, dpi: u32) -> (i32, i32, u32, u32) {
    let left = pixels(place.left - ORIGIN.0, dpi);
    let top = pixels(place.top - ORIGIN.1, dpi);
    (left, top, extent(place.width, dpi), extent(place.height, dpi))
}
