//! The specimen background: tinted ground, wave fields, ribbons and rosettes, drawn by formulas of our own.
//!
//! It is a pattern for proofs. The background of a real blank is printed by its maker.

use std::f32::consts::TAU;

use crate::page::geometry::PORTRAIT;
use crate::page::{MRZ_HEIGHT_MM, PAGE_HEIGHT_MM, PAGE_WIDTH_MM, Rect};

use super::emblem::around;
use super::scene::{Colour, Item, Point};

const TEAL: Colour = [38, 128, 136];
const ROSE: Colour = [176, 70, 112];
const GOLD: Colour = [178, 132, 52];
const INDIGO: Colour = [62, 84, 160];
const WHITE: Colour = [255, 255, 255];

/// Ground colours from left to right.
const GROUND: [[f32; 3]; 4] =
    [[248.0, 232.0, 234.0], [246.0, 240.0, 228.0], [230.0, 243.0, 238.0], [228.0, 236.0, 248.0]];
/// Strips of the ground; each reaches to the right edge, so that no seam shows between two.
const STRIPS: usize = 96;
/// Millimetres between the points of a wave.
const STEP: f32 = 0.45;

/// Everything, from bottom to top.
pub(crate) fn items() -> Vec<Item> {
    let mrz_top = PAGE_HEIGHT_MM - MRZ_HEIGHT_MM;
    let mut items = ground();
    items.push(strokes(field(), 0.085, TEAL, 0.30));
    items.push(strokes(ribbon(22.0, 9.0, 0.0), 0.075, ROSE, 0.34));
    items.push(strokes(ribbon(47.0, 8.0, 2.1), 0.075, GOLD, 0.34));
    items.push(strokes(rosette((84.0, 37.5), 25.0, 14, 22), 0.07, INDIGO, 0.30));
    items.push(strokes(rosette((84.0, 37.5), 12.5, 9, 14), 0.07, ROSE, 0.32));
    items.push(strokes(rosette((113.5, 16.5), 7.6, 8, 12), 0.07, TEAL, 0.36));
    // Nothing comes between an eye and the face, nor between a reader and the MRZ: both stand on paler ground.
    items.push(rectangle(PORTRAIT, WHITE, 0.58));
    items.push(rectangle(Rect::new(0.0, mrz_top, PAGE_WIDTH_MM, MRZ_HEIGHT_MM), WHITE, 0.74));
    items.push(strokes(braid(mrz_top + 0.55, 0.55), 0.09, INDIGO, 0.75));
    items.push(strokes(braid(1.0, 0.5), 0.09, INDIGO, 0.75));
    items.push(strokes(braid(PAGE_HEIGHT_MM - 1.0, 0.5), 0.09, INDIGO, 0.75));
    items
}

fn ground() -> Vec<Item> {
    let strip = |index: usize| {
        let t = index as f32 / STRIPS as f32;
        let left = t * PAGE_WIDTH_MM;
        rectangle(Rect::new(left, 0.0, PAGE_WIDTH_MM - left, PAGE_HEIGHT_MM), tint(t), 1.0)
    };
    (0..STRIPS).map(strip).collect()
}

/// The ground's colour at a share of the width.
fn tint(t: f32) -> Colour {
    let scaled = t * (GROUND.len() - 1) as f32;
    let from = scaled as usize;
    let share = scaled - from as f32;
    let (Some(a), Some(b)) = (GROUND.get(from), GROUND.get((from + 1).min(GROUND.len() - 1))) else { return WHITE };
    [0, 1, 2].map(|channel: usize| {
        let at = |colour: &[f32; 3]| colour.get(channel).copied().unwrap_or(255.0);
        (at(a) + (at(b) - at(a)) * share).round() as u8
    })
}

/// Waves over the whole page whose phase drifts from line to line.
fn field() -> Vec<Vec<Point>> {
    let line = |index: usize| {
        let k = index as f32;
        wave(move |x| {
            let swell = 1.5 * (TAU * x / 31.0 + k * 0.21).sin() + 0.7 * (TAU * x / 11.3 - k * 0.33).sin();
            k * 1.15 - 2.0 + swell
        })
    };
    (0..80).map(line).collect()
}

/// A bundle of waves that twist about a swinging middle, as a ribbon does.
fn ribbon(middle: f32, reach: f32, phase: f32) -> Vec<Vec<Point>> {
    let strand = |index: usize| {
        let turn = index as f32 / 26.0 * TAU;
        wave(move |x| {
            let centre = middle + 6.0 * (TAU * x / 118.0 + phase).sin();
            let envelope = reach * (0.55 + 0.45 * (TAU * x / 57.0 + phase * 1.7).cos());
            centre + envelope * (TAU * x / 44.0 + turn).cos() * (0.75 + 0.25 * (TAU * x / 14.7 - turn).sin())
        })
    };
    (0..26).map(strand).collect()
}

/// Closed curves about a centre between two opposite flowers of `petals` petals.
fn rosette(centre: Point, radius: f32, petals: usize, curves: usize) -> Vec<Vec<Point>> {
    let points = petals * 40;
    let curve = |index: usize| {
        let s = index as f32 / (curves - 1) as f32 * 2.0 - 1.0;
        let at = move |step: usize| {
            let angle = step as f32 / points as f32 * TAU;
            let petal = (angle * petals as f32).cos();
            let fine = (angle * petals as f32 * 2.0 + s * 2.2).cos();
            around(centre, radius * (0.66 + 0.27 * s * petal + 0.07 * fine), angle + 0.05 * s)
        };
        (0..=points).map(at).collect()
    };
    (0..curves).map(curve).collect()
}

/// Four strands plaited along a horizontal line.
fn braid(middle: f32, reach: f32) -> Vec<Vec<Point>> {
    (0..4).map(|strand| wave(move |x| middle + reach * (TAU * (x / 3.6 + strand as f32 / 4.0)).sin())).collect()
}

fn wave(height: impl Fn(f32) -> f32) -> Vec<Point> {
    let count = (PAGE_WIDTH_MM / STEP) as usize + 2;
    (0..count).map(|index| index as f32 * STEP).map(|x| (x, height(x))).collect()
}

fn strokes(paths: Vec<Vec<Point>>, width: f32, colour: Colour, opacity: f32) -> Item {
    Item::Strokes { paths, width, colour, opacity }
}

fn rectangle(place: Rect, colour: Colour, opacity: f32) -> Item {
    let (right, bottom) = (place.right(), place.bottom());
    let contour = vec![(place.left, place.top), (right, place.top), (right, bottom), (place.left, bottom)];
    Item::Fill { contours: vec![contour], colour, opacity }
}
