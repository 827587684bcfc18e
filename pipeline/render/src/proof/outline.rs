//! Text as surfaces: for words that are drawing rather than text.

use ttf_parser::OutlineBuilder;

use crate::font::Face;
use crate::font::shape::{shape, width};

use super::scene::Point;

/// Straight pieces that a curve becomes.
const PIECES: usize = 6;

/// The contours of a text set about a centre and turned by an angle (radians, clockwise on the page).
pub(crate) fn contours(style: Face, text: &str, em: f32, centre: Point, angle: f32) -> Vec<Vec<Point>> {
    let glyphs = shape(style, text).unwrap_or_default();
    let mut outline = Outline {
        pen: -width(&glyphs) / 2.0,
        unit: 1.0,
        em,
        centre,
        turn: angle.sin_cos(),
        last: (0.0, 0.0),
        contours: Vec::new(),
    };
    for glyph in &glyphs {
        if let Some(face) = glyph.face.parsed() {
            outline.unit = f32::from(face.units_per_em());
            face.outline_glyph(glyph.id, &mut outline);
        }
        outline.pen += glyph.advance;
    }
    outline.contours
}

struct Outline {
    pen: f32,
    unit: f32,
    em: f32,
    centre: Point,
    turn: (f32, f32),
    last: Point,
    contours: Vec<Vec<Point>>,
}

/// Capitals are 0.71 em tall: half of it centres them.
const HALF_CAPITAL: f32 = 0.357;

impl Outline {
    fn add(&mut self, x: f32, y: f32) {
        let (u, v) = ((self.pen + x / self.unit) * self.em, (HALF_CAPITAL - y / self.unit) * self.em);
        let (sine, cosine) = self.turn;
        let point = (self.centre.0 + u * cosine - v * sine, self.centre.1 + u * sine + v * cosine);
        if let Some(contour) = self.contours.last_mut() {
            contour.push(point);
        }
        self.last = (x, y);
    }

    fn curve(&mut self, place: impl Fn(f32) -> Point) {
        for piece in 1..=PIECES {
            let (x, y) = place(piece as f32 / PIECES as f32);
            self.add(x, y);
        }
    }
}

impl OutlineBuilder for Outline {
    fn move_to(&mut self, x: f32, y: f32) {
        self.contours.push(Vec::new());
        self.add(x, y);
    }
    fn line_to(&mut self, x: f32, y: f32) {
        self.add(x, y);
    }
    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let from = self.last;
        self.curve(|t| {
            let s = 1.0 - t;
            (s * s * from.0 + 2.0 * s * t * x1 + t * t * x, s * s * from.1 + 2.0 * s * t * y1 + t * t * y)
        });
    }
    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let from = self.last;
        let bezier = |t: f32, a: f32, b: f32, c: f32, d: f32| {
            let s = 1.0 - t;
            s * s * s * a + 3.0 * s * s * t * b + 3.0 * s * t * t * c + t * t * t * d
        };
        self.curve(|t| (bezier(t, from.0, x1, x2, x), bezier(t, from.1, y1, y2, y)));
    }
    fn close(&mut self) {}
}
