//! The scene as pixels.

use std::sync::LazyLock;

use ab_glyph_rasterizer::{Rasterizer, point};

use crate::font::atlas::Atlas;
use crate::page::geometry::{extent, pixels};
use crate::page::{Canvas, LayerKind, PAGE_HEIGHT_MM, PAGE_WIDTH_MM, PageError, colour_png};

use super::PROOF_DPI;
use super::scene::{Colour, Item, Point, Scene, background};

/// Draws the scene and codes it.
pub(crate) fn png(scene: &Scene) -> Result<Vec<u8>, PageError> {
    let mut sheet = Sheet::new();
    sheet.canvas.copy(0, 0, sheet.canvas.width(), &BACKGROUND);
    scene.items.iter().for_each(|item| sheet.draw(item));
    let (width, height) = (extent(PAGE_WIDTH_MM, PROOF_DPI), extent(PAGE_HEIGHT_MM, PROOF_DPI));
    colour_png(sheet.canvas.pixels(), width, height, PROOF_DPI).ok_or(PageError::Coding { kind: LayerKind::Laser })
}

// The same on every proof, drawn once.
static BACKGROUND: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut sheet = Sheet::new();
    background().iter().for_each(|item| sheet.draw(item));
    sheet.canvas.pixels().to_vec()
});

struct Sheet {
    canvas: Canvas,
    atlas: Atlas,
    mask: Rasterizer,
}

impl Sheet {
    fn new() -> Self {
        let mut canvas = Canvas::default();
        canvas.prepare(extent(PAGE_WIDTH_MM, PROOF_DPI), extent(PAGE_HEIGHT_MM, PROOF_DPI), 3);
        let mask = Rasterizer::new(canvas.width(), canvas.height());
        Self { canvas, atlas: Atlas::default(), mask }
    }

    fn draw(&mut self, item: &Item) {
        match item {
            Item::Fill { contours, colour, opacity } => {
                for contour in contours {
                    self.contour(contour);
                }
                self.ink(*colour, *opacity);
            }
            Item::Strokes { paths, width, colour, opacity } => {
                paths.iter().for_each(|path| self.stroke(path, *width));
                self.ink(*colour, *opacity);
            }
            Item::Text { line, colour } => {
                self.canvas.text(&mut self.atlas, line, PROOF_DPI, (0.0, 0.0), *colour);
            }
            Item::Picture { place, width, pixels: samples, .. } => {
                let (left, top) = (pixels(place.left, PROOF_DPI), pixels(place.top, PROOF_DPI));
                self.canvas.multiply(left, top, *width as usize, samples);
            }
        }
    }

    fn contour(&mut self, contour: &[Point]) {
        let ends = contour.iter().skip(1).chain(contour.first());
        for (from, to) in contour.iter().zip(ends) {
            self.edge(*from, *to);
        }
    }

    /// A path as a chain of quadrangles, all of one direction of winding, so that they add up.
    fn stroke(&mut self, path: &[Point], width: f32) {
        for (from, to) in path.iter().zip(path.iter().skip(1)) {
            let (dx, dy) = (to.0 - from.0, to.1 - from.1);
            let length = dx.hypot(dy).max(f32::EPSILON);
            let (nx, ny) = (-dy / length * width / 2.0, dx / length * width / 2.0);
            let corners = [
                (from.0 + nx, from.1 + ny),
                (to.0 + nx, to.1 + ny),
                (to.0 - nx, to.1 - ny),
                (from.0 - nx, from.1 - ny),
            ];
            self.contour(&corners);
        }
    }

    fn edge(&mut self, from: Point, to: Point) {
        let scale = PROOF_DPI as f32 / 25.4;
        let (right, bottom) = (self.canvas.width() as f32, self.canvas.height() as f32);
        let place = |(x, y): Point| point((x * scale).clamp(0.0, right), (y * scale).clamp(0.0, bottom));
        self.mask.draw_line(place(from), place(to));
    }

    /// Lays colour through the mask and empties the mask.
    fn ink(&mut self, colour: Colour, opacity: f32) {
        let (canvas, mask) = (&mut self.canvas, &mut self.mask);
        let samples = canvas.pixels_mut();
        mask.for_each_pixel(|index, cover| {
            let cover = (cover.abs().min(1.0) * opacity * 255.0 + 0.5) as u8;
            if cover > 0
                && let Some(pixel) = samples.get_mut(index * 3..index * 3 + 3)
            {
                pixel.iter_mut().zip(colour).for_each(|(sample, ink)| *sample = crate::page::mix(*sample, ink, cover));
            }
        });
        mask.clear();
    }
}
