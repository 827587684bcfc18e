//! The 37 characters of the zone as the typeface draws them, and how like one a piece of image is.

use crate::font::Face;
use crate::font::atlas::{Atlas, Key};

const ALPHABET: &[u8; 37] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<";
/// White rows above and below the highest and the lowest character.
const MARGIN: i32 = 3;

/// The character of a template.
pub(super) fn character(index: usize) -> u8 {
    ALPHABET.get(index).copied().unwrap_or(b'<')
}

/// A piece of the image, of a template's size, about its mean.
pub(super) struct Cell {
    ink: Vec<i16>,
    /// Square root of the sum of squares about the mean.
    norm: f32,
}

impl Cell {
    pub(super) fn new(mut ink: Vec<i16>) -> Self {
        let count = ink.len().max(1) as f64;
        let sum: i64 = ink.iter().map(|&ink| i64::from(ink)).sum();
        let squares: i64 = ink.iter().map(|&ink| i64::from(ink) * i64::from(ink)).sum();
        let norm = (squares as f64 - sum as f64 * sum as f64 / count).max(1.0).sqrt() as f32;
        let mean = (sum as f64 / count).round() as i16;
        ink.iter_mut().for_each(|ink| *ink -= mean);
        Self { ink, norm }
    }
}

/// All templates, one pitch wide, from `top` below the baseline.
pub(super) struct Templates {
    width: i32,
    pub(super) height: i32,
    /// Rows from the baseline down to the first row; negative.
    pub(super) top: i32,
    templates: Vec<Template>,
    /// What an average character has in each row and column, about its mean.
    pub(super) row_profile: Vec<i32>,
    pub(super) column_profile: Vec<i32>,
}

struct Template {
    /// Coverage about its mean.
    weights: Vec<i16>,
    norm: f32,
}

impl Templates {
    /// Templates of `width` pixels; `None` when the typeface lacks a character.
    pub(super) fn new(em_mm: f32, dpi: u32, width: i32) -> Option<Self> {
        let face = Face::OcrB.parsed()?;
        let mut atlas = Atlas::default();
        let em = (em_mm * 1000.0).round() as u32;
        let keys = ALPHABET.map(|byte| {
            let glyph = face.glyph_index(char::from(byte))?;
            Some(Key { face: Face::OcrB, glyph, em, dpi })
        });
        let (mut top, mut bottom) = (0, 0);
        for key in keys {
            let bitmap = atlas.get(key?);
            if bitmap.width == 0 {
                return None;
            }
            top = top.min(bitmap.top);
            bottom = bottom.max(bitmap.top + (bitmap.coverage.len() / bitmap.width) as i32);
        }
        let (top, height) = (top - MARGIN, bottom - top + 2 * MARGIN);
        let (columns, rows) = (usize::try_from(width).ok()?, usize::try_from(height).ok()?);
        let mut row_sums = vec![0_i32; rows];
        let mut column_sums = vec![0_i32; columns];
        let mut templates = Vec::with_capacity(keys.len());
        for key in keys {
            let bitmap = atlas.get(key?);
            let mut coverage = vec![0_i16; columns * rows];
            for (y, row) in (bitmap.top - top..).zip(bitmap.coverage.chunks_exact(bitmap.width)) {
                for (x, &value) in (bitmap.left..).zip(row) {
                    let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y)) else { continue };
                    let inside = x < columns && y < rows;
                    if let Some(place) = coverage.get_mut(y * columns + x).filter(|_| inside) {
                        *place = i16::from(value);
                    }
                }
            }
            for (row, sum) in coverage.chunks_exact(columns).zip(&mut row_sums) {
                *sum += row.iter().map(|&value| i32::from(value)).sum::<i32>();
                for (&value, sum) in row.iter().zip(&mut column_sums) {
                    *sum += i32::from(value);
                }
            }
            templates.push(Template::new(coverage));
        }
        let row_profile = about_mean(&row_sums);
        let column_profile = about_mean(&column_sums);
        Some(Self { width, height, top, templates, row_profile, column_profile })
    }

    /// Columns and rows of a template.
    pub(super) fn size(&self) -> (usize, usize) {
        (self.width.unsigned_abs() as usize, self.height.unsigned_abs() as usize)
    }

    /// Correlation with every character, −1 to 1.
    pub(super) fn likeness(&self, cell: &Cell) -> Vec<f32> {
        self.templates.iter().map(|template| template.likeness(cell)).collect()
    }

    /// Correlation with one character.
    pub(super) fn likeness_to(&self, index: usize, cell: &Cell) -> f32 {
        self.templates.get(index).map_or(-1.0, |template| template.likeness(cell))
    }

    /// The most similar character and its correlation.
    pub(super) fn best(&self, cell: &Cell) -> (usize, f32) {
        let likeness = self.templates.iter().map(|template| template.likeness(cell)).enumerate();
        likeness.max_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or((0, -1.0))
    }
}

impl Template {
    fn new(coverage: Vec<i16>) -> Self {
        let count = coverage.len().max(1) as i32;
        let mean = coverage.iter().map(|&value| i32::from(value)).sum::<i32>() / count;
        let weights: Vec<i16> = coverage.iter().map(|&value| value - mean as i16).collect();
        let norm = Cell::new(weights.clone()).norm;
        Self { weights, norm }
    }

    fn likeness(&self, cell: &Cell) -> f32 {
        let products = self.weights.iter().zip(&cell.ink).map(|(&weight, &ink)| i32::from(weight) * i32::from(ink));
        // Below 2^31: some thousand products of at most 255 × 255 need 2^28.
        products.sum::<i32>() as f32 / (self.norm * cell.norm)
    }
}

fn about_mean(sums: &[i32]) -> Vec<i32> {
    let mean = sums.iter().sum::<i32>() / sums.len().max(1) as i32;
    // Scaled so that products with the ink of a line stay small.
    sums.iter().map(|sum| (sum - mean) / 64).collect()
}
