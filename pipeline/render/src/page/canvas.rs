//! Pixels of one layer, used again from page to page: only what was drawn on is wiped.

use crate::font::atlas::{Atlas, Key};

use super::fit::Line;
use super::geometry::pixels;

/// A white sheet of grey or colour pixels.
#[derive(Default)]
pub(crate) struct Canvas {
    width: usize,
    height: usize,
    channels: usize,
    pixels: Vec<u8>,
    dirty: Vec<Area>,
}

/// A rectangle of pixels within the canvas.
#[derive(Clone, Copy)]
struct Area {
    left: usize,
    top: usize,
    width: usize,
    height: usize,
}

impl Canvas {
    /// Makes the canvas white and of this size; `channels` is 1 or 3.
    pub(crate) fn prepare(&mut self, width: u32, height: u32, channels: usize) {
        let (width, height) = (width as usize, height as usize);
        if (self.width, self.height, self.channels) == (width, height, channels) {
            for area in std::mem::take(&mut self.dirty) {
                self.rows(area).for_each(|row| row.fill(255));
            }
            return;
        }
        (self.width, self.height, self.channels) = (width, height, channels);
        self.pixels.clear();
        self.pixels.resize(width * height * channels, 255);
        self.dirty.clear();
    }

    /// Pixels across.
    pub(crate) const fn width(&self) -> usize {
        self.width
    }

    /// Pixels down.
    pub(crate) const fn height(&self) -> usize {
        self.height
    }

    /// All samples, row by row.
    pub(crate) fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// All samples, to be written to; what is written so is wiped only by a change of size.
    pub(crate) fn pixels_mut(&mut self) -> &mut [u8] {
        &mut self.pixels
    }

    /// One row of samples.
    pub(crate) fn row_mut(&mut self, y: usize) -> Option<&mut [u8]> {
        let stride = self.width * self.channels;
        self.pixels.get_mut(y * stride..(y + 1) * stride)
    }

    /// Puts an image of `width` pixels a row down at a pixel; samples become the darker of both.
    pub(crate) fn darken(&mut self, left: i32, top: i32, width: usize, image: &[u8]) {
        self.place(left, top, width, image, |under, over| {
            under.iter_mut().zip(over).for_each(|(under, over)| *under = (*under).min(*over));
        });
    }

    /// Puts an image of `width` pixels a row down at a pixel, over what is there.
    pub(crate) fn copy(&mut self, left: i32, top: i32, width: usize, image: &[u8]) {
        self.place(left, top, width, image, |under, over| under.copy_from_slice(over));
    }

    /// Multiplies a grey image of `width` pixels a row into a colour canvas: white leaves what is there.
    pub(crate) fn multiply(&mut self, left: i32, top: i32, width: usize, grey: &[u8]) {
        let Some((area, skip_x, skip_y)) = self.clip(left, top, width, grey.len()) else { return };
        self.dirty.push(area);
        let sources = grey.chunks_exact(width).skip(skip_y);
        for (row, source) in self.rows(area).zip(sources) {
            for (pixel, &light) in row.as_chunks_mut::<3>().0.iter_mut().zip(source.iter().skip(skip_x)) {
                *pixel = pixel.map(|sample| mix(sample, 0, 255 - light));
            }
        }
    }

    /// Draws a line of text; `origin` is where the canvas begins on the page, in millimetres.
    pub(crate) fn text(&mut self, atlas: &mut Atlas, line: &Line, dpi: u32, origin: (f32, f32), ink: [u8; 3]) {
        let baseline = pixels(line.baseline - origin.1, dpi);
        let em = (line.em * 1_000.0).round() as u32;
        let mut pen = 0.0;
        for glyph in &line.glyphs {
            let left = pixels(line.left + pen * line.em - origin.0, dpi);
            let bitmap = atlas.get(Key { face: glyph.face, glyph: glyph.id, em, dpi });
            self.blend(left + bitmap.left, baseline + bitmap.top, bitmap.width, bitmap.coverage, ink);
            pen += glyph.advance;
        }
    }

    /// Lays ink on the canvas through a mask of coverage of `width` pixels a row.
    fn blend(&mut self, left: i32, top: i32, width: usize, coverage: &[u8], ink: [u8; 3]) {
        let Some((area, skip_x, skip_y)) = self.clip(left, top, width, coverage.len()) else { return };
        self.dirty.push(area);
        let channels = self.channels;
        let masks = coverage.chunks_exact(width).skip(skip_y);
        for (row, mask) in self.rows(area).zip(masks) {
            let mask = mask.get(skip_x..).unwrap_or(&[]);
            if channels == 1 {
                for (pixel, &cover) in row.iter_mut().zip(mask) {
                    *pixel = mix(*pixel, ink[0], cover);
                }
            } else {
                for (pixel, &cover) in row.chunks_exact_mut(channels).zip(mask).filter(|(_, cover)| **cover > 0) {
                    pixel.iter_mut().zip(ink).for_each(|(sample, ink)| *sample = mix(*sample, ink, cover));
                }
            }
        }
    }

    fn place(&mut self, left: i32, top: i32, width: usize, image: &[u8], put: impl Fn(&mut [u8], &[u8])) {
        let channels = self.channels.max(1);
        let Some((area, skip_x, skip_y)) = self.clip(left, top, width, image.len() / channels) else { return };
        self.dirty.push(area);
        let sources = image.chunks_exact(width * channels).skip(skip_y);
        for (row, source) in self.rows(area).zip(sources) {
            let start = skip_x * channels;
            if let Some(source) = source.get(start..start + row.len()) {
                put(row, source);
            }
        }
    }

    /// The part of an image that lies on the canvas, and how much of the image is left of it and above it.
    fn clip(&self, left: i32, top: i32, width: usize, samples: usize) -> Option<(Area, usize, usize)> {
        let height = samples.checked_div(width)?;
        let skip_x = usize::try_from(left.min(0).unsigned_abs()).ok()?;
        let skip_y = usize::try_from(top.min(0).unsigned_abs()).ok()?;
        let left = usize::try_from(left.max(0)).ok()?;
        let top = usize::try_from(top.max(0)).ok()?;
        let width = width.checked_sub(skip_x)?.min(self.width.checked_sub(left)?);
        let height = height.checked_sub(skip_y)?.min(self.height.checked_sub(top)?);
        (width > 0 && height > 0).then_some((Area { left, top, width, height }, skip_x, skip_y))
    }

    fn rows(&mut self, area: Area) -> impl Iterator<Item = &mut [u8]> {
        let stride = (self.width * self.channels).max(1);
        let (start, length) = (area.left * self.channels, area.width * self.channels);
        let rows = self.pixels.chunks_exact_mut(stride).skip(area.top).take(area.height);
        rows.filter_map(move |row| row.get_mut(start..start + length))
    }
}

/// Ink over a sample, by coverage.
pub(crate) fn mix(under: u8, ink: u8, cover: u8) -> u8 {
    let (under, ink, cover) = (u32::from(under), u32::from(ink), u32::from(cover));
    let sum = under * (255 - cover) + ink * cover + 128;
    // Division by 255 without dividing.
    ((sum + (sum >> 8)) >> 8) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_drawn_is_wiped_and_all_of_it() {
        let mut canvas = Canvas::default();
        canvas.prepare(10, 10, 1);
        canvas.copy(-1, 8, 4, &[0; 16]);
        assert_eq!(canvas.pixels().iter().filter(|&&value| value == 0).count(), 6);
        canvas.prepare(10, 10, 1);
        assert!(canvas.pixels().iter().all(|&value| value == 255));
    }

    #[test]
    fn what_lies_outside_is_left_out() {
        let mut canvas = Canvas::default();
        canvas.prepare(4, 4, 3);
        canvas.copy(4, 0, 2, &[0; 12]);
        canvas.copy(-9, -9, 2, &[0; 12]);
        canvas.copy(0, 0, 0, &[]);
        assert!(canvas.pixels().iter().all(|&value| value == 255));
    }

    #[test]
    fn mixing_is_exact_at_both_ends() {
        for value in 0..=255 {
            assert_eq!(mix(value, 7, 0), value);
            assert_eq!(mix(value, 7, 255), 7);
        }
    }
}
