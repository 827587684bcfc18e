//! What a proof shows, in the order in which it is laid down, before it becomes pixels or PDF operators.

use fast_image_resize::Resizer;

use crate::font::Face;
use crate::font::shape::{Glyph, shape, width};
use crate::page::fit::Line;
use crate::page::geometry::{GHOST, PORTRAIT, Rect, SIGNATURE, WINDOW, extent};
use crate::page::text::{self, CARD_ACCESS_NUMBER_CAPTION, SIGNATURE_CAPTION, SLOTS, in_use};
use crate::page::{DataPage, Field, PageError, ToneBuffers, measure, place_signature, strengths};

use super::outline::contours;
use super::{PROOF_DPI, ProofSettings, background, emblem};

/// A point in millimetres from the top left corner of the page.
pub(crate) type Point = (f32, f32);
/// Red, green, blue.
pub(crate) type Colour = [u8; 3];

/// Ink of what the laser engraves.
const BLACK: Colour = [22, 22, 26];
/// Ink of the captions.
const CAPTION: Colour = [52, 78, 120];
/// Ink of the header.
const HEADER: Colour = [34, 54, 104];
/// Ink of the word SPECIMEN.
const SPECIMEN: Colour = [196, 36, 60];
/// Em of captions in millimetres: capitals of 1.1 mm (Doc 9303-3 3.3 asks for 1.0 to 1.8 mm).
const CAPTION_EM: f32 = 1.55;

/// Something laid on the page.
pub(crate) enum Item {
    /// Surfaces of one colour; contours wind non-zero.
    Fill { contours: Vec<Vec<Point>>, colour: Colour, opacity: f32 },
    /// Lines of one colour and width in millimetres.
    Strokes { paths: Vec<Vec<Point>>, width: f32, colour: Colour, opacity: f32 },
    /// A line of text.
    Text { line: Line, colour: Colour },
    /// A grey picture, multiplied with what lies under it, as engraving does.
    Picture { place: Rect, width: u32, height: u32, pixels: Vec<u8> },
}

/// A proof: the background, which is the same on every page, and what is laid over it.
pub(crate) struct Scene {
    /// From bottom to top, over [`background::items`].
    pub(crate) items: Vec<Item>,
}

/// Draws a page.
pub(crate) fn build(page: &DataPage<'_>, settings: &ProofSettings<'_>) -> Result<Scene, PageError> {
    let mut items = Vec::new();
    header(page, settings, &mut items)?;
    pictures(page, &mut items)?;
    if settings.is_specimen(page) {
        specimen(&mut items);
    }
    for slot in SLOTS.iter().filter(|slot| in_use(page, slot.place.field)) {
        caption(slot.place.field, (slot.place.left, slot.caption_baseline), &mut items);
    }
    caption(Field::Signature, SIGNATURE_CAPTION, &mut items);
    if in_use(page, Field::CardAccessNumber) {
        caption(Field::CardAccessNumber, CARD_ACCESS_NUMBER_CAPTION, &mut items);
    }
    items.extend(text::lines(page)?.into_iter().map(|line| Item::Text { line, colour: BLACK }));
    Ok(Scene { items })
}

/// Fields 01 and 02: state and document, in both languages, beside the emblem.
fn header(page: &DataPage<'_>, settings: &ProofSettings<'_>, items: &mut Vec<Item>) -> Result<(), PageError> {
    items.extend(emblem::items((9.6, 9.4), 5.4, HEADER));
    let state = format!("{} {}", settings.state_chinese, settings.state);
    for (text, style, em, baseline) in
        [(state.as_str(), Face::Bold, 3.3, 8.5), (page.document_type, Face::Regular, 2.6, 12.7)]
    {
        let field = Field::IssuingState;
        let glyphs = shape(style, text.trim()).map_err(|characters| PageError::MissingGlyph { field, characters })?;
        let em = f32::min(em, 22.5 / width(&glyphs).max(1.0));
        let line = Line { field, left: 16.6, baseline, em, glyphs };
        items.push(Item::Text { line, colour: HEADER });
    }
    Ok(())
}

/// Portrait, ghost, window and signature in the tones of the layers.
fn pictures(page: &DataPage<'_>, items: &mut Vec<Item>) -> Result<(), PageError> {
    items.push(emblem::window_frame(WINDOW));
    let mut resizer = Resizer::new();
    let mut buffers = ToneBuffers::default();
    let mut portrait = measure(page.portrait, &mut buffers)?;
    for (place, strength) in strengths([PORTRAIT, GHOST, WINDOW]) {
        let (width, height) = (extent(place.width, PROOF_DPI), extent(place.height, PROOF_DPI));
        let pixels = portrait.engrave(width, height, strength, &mut resizer)?.to_vec();
        items.push(Item::Picture { place, width, height, pixels });
    }
    if let Some(signature) = page.signature {
        let (width, height) = (extent(SIGNATURE.width, PROOF_DPI), extent(SIGNATURE.height, PROOF_DPI));
        let (x, y, across, rows) = place_signature(signature, width, height, &mut resizer, &mut buffers)?;
        let millimetre = 25.4 / PROOF_DPI as f32;
        let (across, down) = (across as u32, (rows.len() / across.max(1)) as u32);
        let (left, top) = (SIGNATURE.left + x as f32 * millimetre, SIGNATURE.top + y as f32 * millimetre);
        let place = Rect::new(left, top, across as f32 * millimetre, down as f32 * millimetre);
        items.push(Item::Picture { place, width: across, height: down, pixels: rows.to_vec() });
    }
    Ok(())
}

/// The word across the visual zone, clear of the MRZ.
fn specimen(items: &mut Vec<Item>) {
    for (text, em, centre, opacity) in [("SPECIMEN", 19.0, (71.0, 40.0), 0.16), ("樣本", 8.5, (21.5, 55.0), 0.34)] {
        let angle = -19.0_f32.to_radians();
        items.push(Item::Fill { contours: contours(Face::Bold, text, em, centre, angle), colour: SPECIMEN, opacity });
    }
}

/// A caption: Chinese, an oblique, English in italics, and the number of the field (Doc 9303-3 3.3).
fn caption(field: Field, (left, baseline): Point, items: &mut Vec<Item>) {
    let (chinese, english) = field.captions();
    let number = field.number().map(|number| format!("  {number}")).unwrap_or_default();
    let parts = [(Face::Regular, format!("{chinese} / ")), (Face::Italic, format!("{english}{number}"))];
    // Captions are our own words, which the fonts have; a test sets every one.
    let glyphs: Vec<Glyph> = parts.iter().flat_map(|(style, text)| shape(*style, text).unwrap_or_default()).collect();
    items.push(Item::Text { line: Line { field, left, baseline, em: CAPTION_EM, glyphs }, colour: CAPTION });
}

/// The background under every scene, from bottom to top.
pub(crate) fn background() -> Vec<Item> {
    background::items()
}
