//! The observation page's layer: colour portrait with name and number in microtext, and the observations.

use crate::font::Face;
use crate::font::shape::{shape, width};

use super::fit::{Line, wrap};
use super::geometry::{OBSERVATION_PORTRAIT, OBSERVATION_TEXT, extent};
use super::portrait::coloured;
use super::{Canvas, DataPage, Field, Layer, LayerKind, PageError, PageScratch, PageSettings, code};

/// Em of the observations and distance of their lines, millimetres.
const TEXT_EM: f32 = 2.4;
const TEXT_LINE: f32 = 3.5;
/// Em of the microtext in millimetres where the resolution gives it 12 pixels; otherwise as much as 12 pixels need.
const MICROTEXT_EM: f32 = 0.62;
const MICROTEXT_LEAST_PIXELS: f32 = 12.0;
/// Distance of the lines of microtext in em.
const MICROTEXT_LINE: f32 = 1.05;
/// How far microtext darkens what is light, and lightens what is dark, of 255.
const MICROTEXT_DEPTH: u32 = 84;

const ORIGIN: (f32, f32) = (OBSERVATION_PORTRAIT.left, OBSERVATION_PORTRAIT.top);

/// Composes the observation page's layer in the scratch memory. It is no larger than what is on it.
///
/// # Errors
/// An observation, or the name in microtext, has a character without a glyph; the observations do not fit the page; the
/// portrait has not the shape of 35 by 45 mm; or the resolution is out of range.
pub fn compose_observation(
    page: &DataPage<'_>,
    settings: &PageSettings,
    scratch: &mut PageScratch,
) -> Result<(), PageError> {
    let dpi = settings.checked_dpi()?;
    let lines = lines(page)?;
    let bottom = lines.last().map_or(0.0, |line| line.baseline + TEXT_LINE / 2.0);
    let bottom = OBSERVATION_PORTRAIT.bottom().max(bottom);
    let right = if lines.is_empty() { OBSERVATION_PORTRAIT.right() } else { OBSERVATION_TEXT.right() };
    let across = extent(OBSERVATION_PORTRAIT.width, dpi);
    let down = extent(OBSERVATION_PORTRAIT.height, dpi);
    let strip = microtext(page, across, dpi, scratch)?;
    let image = coloured(page.portrait, across, down, &mut scratch.resizer, &mut scratch.tone)?;
    strip.press_into(&mut scratch.microtext, image, across as usize);
    scratch.observation.prepare(extent(right - ORIGIN.0, dpi), extent(bottom - ORIGIN.1, dpi), 3);
    scratch.observation.copy(0, 0, across as usize, image);
    for line in &lines {
        scratch.observation.text(&mut scratch.atlas, line, dpi, ORIGIN, [0; 3]);
    }
    Ok(())
}

/// Codes the observation page's layer last composed: JPEG, colour.
///
/// # Errors
/// [`PageError::Coding`] when no such layer was composed in `scratch`, or the coder fails.
pub fn code_observation(settings: &PageSettings, scratch: &PageScratch) -> Result<Layer, PageError> {
    code::layer(&scratch.observation, LayerKind::Observation, settings.dpi, ORIGIN, settings.colour_quality)
}

/// The observations, wrapped. Each entry begins a paragraph.
pub(crate) fn lines(page: &DataPage<'_>) -> Result<Vec<Line>, PageError> {
    let field = Field::Observations;
    let mut set: Vec<Line> = Vec::new();
    for paragraph in page.observations {
        let glyphs =
            shape(Face::Regular, paragraph).map_err(|characters| PageError::MissingGlyph { field, characters })?;
        for line in wrap(&glyphs, OBSERVATION_TEXT.width / TEXT_EM) {
            let baseline = OBSERVATION_TEXT.top + TEXT_EM + set.len() as f32 * TEXT_LINE;
            if baseline > OBSERVATION_TEXT.bottom() || width(line) * TEXT_EM > OBSERVATION_TEXT.width {
                return Err(PageError::TooLong { field });
            }
            set.push(Line { field, left: OBSERVATION_TEXT.left, baseline, em: TEXT_EM, glyphs: line.to_vec() });
        }
    }
    Ok(set)
}

/// A line of microtext that repeats: drawn once, pressed into the portrait line by line, each shifted.
struct Strip {
    period: usize,
    line_height: usize,
}

/// Draws the strip into the scratch memory, one repetition longer than the portrait is wide.
fn microtext(page: &DataPage<'_>, across: u32, dpi: u32, scratch: &mut PageScratch) -> Result<Strip, PageError> {
    let field = Field::PrimaryIdentifier;
    let text = format!("{} {} {} · ", page.primary_identifier, page.secondary_identifier, page.passport_number);
    let glyphs = shape(Face::Regular, &text).map_err(|characters| PageError::MissingGlyph { field, characters })?;
    let em = MICROTEXT_EM.max(MICROTEXT_LEAST_PIXELS * 25.4 / dpi as f32);
    let period = extent(width(&glyphs) * em, dpi);
    let line_height = extent(em * MICROTEXT_LINE, dpi);
    scratch.microtext.prepare(across + period, line_height, 1);
    let one: Line = Line { field, left: 0.0, baseline: em * 0.82, em, glyphs };
    let step = period as f32 * 25.4 / dpi as f32;
    for repetition in 0..=(across / period + 1) {
        let line = Line { left: repetition as f32 * step, ..one.clone() };
        scratch.microtext.text(&mut scratch.atlas, &line, dpi, (0.0, 0.0), [0; 3]);
    }
    Ok(Strip { period: period as usize, line_height: line_height as usize })
}

impl Strip {
    fn press_into(&self, strip: &mut Canvas, image: &mut [u8], across: usize) {
        for (y, row) in image.chunks_exact_mut(across * 3).enumerate() {
            let line = y / self.line_height;
            // Each line begins elsewhere, so that the words make no columns.
            let shift = line * self.period * 5 / 13 % self.period;
            let Some(mask) = strip.row_mut(y % self.line_height).and_then(|mask| mask.get(shift..shift + across))
            else {
                continue;
            };
            for (pixel, &light) in row.as_chunks_mut::<3>().0.iter_mut().zip(mask.iter()) {
                if light < 255 {
                    *pixel = press(*pixel, 255 - light);
                }
            }
        }
    }
}

/// A pixel under a stroke of microtext: what is light gets darker, what is dark gets lighter.
fn press(pixel: [u8; 3], cover: u8) -> [u8; 3] {
    let depth = u32::from(cover) * MICROTEXT_DEPTH / 255;
    let paper = if pixel[1] > 96 { 0 } else { 255 };
    pixel.map(|sample| ((u32::from(sample) * (255 - depth) + paper * depth) / 255) as u8)
}
