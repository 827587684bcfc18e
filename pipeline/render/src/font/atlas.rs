//! Glyphs already rasterised, so that a page is set by copying.

use std::collections::HashMap;

use ab_glyph_rasterizer::{Point, Rasterizer, point};
use ttf_parser::{GlyphId, OutlineBuilder};

use super::Face;

/// Bytes of coverage that an atlas may hold; past this it starts anew. About 10,000 letters at 600 dpi.
const CAPACITY: usize = 16 << 20;

/// What a bitmap was made for.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    /// Typeface.
    pub(crate) face: Face,
    /// Glyph of the typeface.
    pub(crate) glyph: GlyphId,
    /// Size of the em in micrometres.
    pub(crate) em: u32,
    /// Dots per inch.
    pub(crate) dpi: u32,
}

/// The coverage of one glyph, 0 to 255 for each pixel, with its place against the pen.
#[derive(Clone, Copy)]
pub(crate) struct Bitmap<'a> {
    /// Pixels from the pen to the first column.
    pub(crate) left: i32,
    /// Pixels from the baseline down to the first row; negative above.
    pub(crate) top: i32,
    /// Pixels of a row.
    pub(crate) width: usize,
    /// Rows of `width` coverages.
    pub(crate) coverage: &'a [u8],
}

/// Rasterised glyphs by key, with a bound on their bytes.
#[derive(Default)]
pub(crate) struct Atlas {
    entries: HashMap<Key, Entry>,
    coverage: Vec<u8>,
}

#[derive(Clone, Copy)]
struct Entry {
    left: i32,
    top: i32,
    width: usize,
    start: usize,
    end: usize,
}

impl Atlas {
    /// The bitmap of a glyph, made at first use.
    pub(crate) fn get(&mut self, key: Key) -> Bitmap<'_> {
        let entry = match self.entries.get(&key) {
            Some(entry) => *entry,
            None => self.insert(key),
        };
        let coverage = self.coverage.get(entry.start..entry.end).unwrap_or(&[]);
        Bitmap { left: entry.left, top: entry.top, width: entry.width, coverage }
    }

    fn insert(&mut self, key: Key) -> Entry {
        if self.coverage.len() > CAPACITY {
            self.entries.clear();
            self.coverage.clear();
        }
        let start = self.coverage.len();
        let entry = rasterise(key, &mut self.coverage).map_or(
            Entry { left: 0, top: 0, width: 0, start, end: start },
            |(left, top, width)| Entry { left, top, width, start, end: self.coverage.len() },
        );
        self.entries.insert(key, entry);
        entry
    }
}

/// Appends the coverage of a glyph; gives its left, top and width. `None` for a glyph without ink.
fn rasterise(key: Key, coverage: &mut Vec<u8>) -> Option<(i32, i32, usize)> {
    let face = key.face.parsed()?;
    let pixels_per_em = key.em as f32 / 25_400.0 * key.dpi as f32;
    let scale = pixels_per_em / f32::from(face.units_per_em());
    let mut bounds = Bounds::default();
    face.outline_glyph(key.glyph, &mut bounds)?;
    let left = (bounds.left * scale).floor() as i32 - 1;
    let right = (bounds.right * scale).ceil() as i32 + 1;
    let top = (-bounds.top * scale).floor() as i32 - 1;
    let bottom = (-bounds.bottom * scale).ceil() as i32 + 1;
    let width = usize::try_from(right - left).ok()?;
    let height = usize::try_from(bottom - top).ok()?;
    let mut outline = Outline {
        rasterizer: Rasterizer::new(width, height),
        scale,
        origin: point(-left as f32, -top as f32),
        start: point(0.0, 0.0),
        last: point(0.0, 0.0),
    };
    face.outline_glyph(key.glyph, &mut outline)?;
    outline.rasterizer.for_each_pixel(|_, value| coverage.push((value.clamp(0.0, 1.0) * 255.0 + 0.5) as u8));
    Some((left, top, width))
}

/// The extent of an outline with its control points, in font units.
struct Bounds {
    left: f32,
    right: f32,
    bottom: f32,
    top: f32,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { left: f32::MAX, right: f32::MIN, bottom: f32::MAX, top: f32::MIN }
    }
}

impl Bounds {
    fn add(&mut self, x: f32, y: f32) {
        self.left = self.left.min(x);
        self.right = self.right.max(x);
        self.bottom = self.bottom.min(y);
        self.top = self.top.max(y);
    }
}

impl OutlineBuilder for Bounds {
    fn move_to(&mut self, x: f32, y: f32) {
        self.add(x, y);
    }
    fn line_to(&mut self, x: f32, y: f32) {
        self.add(x, y);
    }
    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.add(x1, y1);
        self.add(x, y);
    }
    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.add(x1, y1);
        self.add(x2, y2);
        self.add(x, y);
    }
    fn close(&mut self) {}
}

struct Outline {
    rasterizer: Rasterizer,
    scale: f32,
    origin: Point,
    start: Point,
    last: Point,
}

impl Outline {
    fn place(&self, x: f32, y: f32) -> Point {
        point(self.origin.x + x * self.scale, self.origin.y - y * self.scale)
    }
}

impl OutlineBuilder for Outline {
    fn move_to(&mut self, x: f32, y: f32) {
        self.start = self.place(x, y);
        self.last = self.start;
    }
    fn line_to(&mut self, x: f32, y: f32) {
        let to = self.place(x, y);
        self.rasterizer.draw_line(self.last, to);
        self.last = to;
    }
    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let to = self.place(x, y);
        self.rasterizer.draw_quad(self.last, self.place(x1, y1), to);
        self.last = to;
    }
    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let to = self.place(x, y);
        self.rasterizer.draw_cubic(self.last, self.place(x1, y1), self.place(x2, y2), to);
        self.last = to;
    }
    fn close(&mut self) {
        self.rasterizer.draw_line(self.last, self.start);
        self.last = self.start;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digit_of_ocr_b_size_1_is_as_tall_as_the_standard_says() {
        // ISO 1073-2 size I: 2.4 mm between the stroke centres, 0.35 mm stroke.
        let mut atlas = Atlas::default();
        let glyph = crate::font::shape::find(Face::OcrB, '0').unwrap().id;
        let key = Key { face: Face::OcrB, glyph, em: 3_513, dpi: 600 };
        let bitmap = atlas.get(key);
        let rows = bitmap.coverage.chunks(bitmap.width);
        let inked = rows.filter(|row| row.iter().any(|&value| value > 127)).count();
        let millimetres = inked as f32 * 25.4 / 600.0;
        assert!((millimetres - 2.75).abs() < 0.1, "{millimetres}");
    }

    #[test]
    fn a_second_look_gives_the_same_bitmap() {
        let mut atlas = Atlas::default();
        let glyph = crate::font::shape::find(Face::Chinese, '永').unwrap().id;
        let key = Key { face: Face::Chinese, glyph, em: 3_000, dpi: 300 };
        let first = atlas.get(key).coverage.to_vec();
        assert!(first.contains(&255));
        assert_eq!(atlas.get(key).coverage, first);
        assert_eq!(atlas.entries.len(), 1);
    }
}
