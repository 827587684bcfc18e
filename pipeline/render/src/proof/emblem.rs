//! The emblem of the specimen state, a compass rose within a wreath of arcs, and the frame of the window.

use std::f32::consts::TAU;

use crate::page::Rect;

use super::scene::{Colour, Item, Point};

/// The emblem about a centre.
pub(crate) fn items(centre: Point, radius: f32, colour: Colour) -> Vec<Item> {
    let ring = |share: f32| circle(centre, radius * share);
    let wreath = (0..24).map(|arc| petal(centre, radius, arc as f32 / 24.0 * TAU)).collect();
    vec![
        Item::Strokes { paths: vec![ring(1.0), ring(0.72)], width: 0.16, colour, opacity: 0.9 },
        Item::Strokes { paths: wreath, width: 0.09, colour, opacity: 0.9 },
        Item::Fill { contours: star(centre, radius * 0.64, 0.30, TAU / 16.0), colour: [120, 142, 190], opacity: 0.9 },
        Item::Fill { contours: star(centre, radius * 0.64, 0.26, 0.0), colour, opacity: 1.0 },
    ]
}

/// The edge of the transparent window: a lighter field with rounded corners.
pub(crate) fn window_frame(window: Rect) -> Item {
    let (left, top) = (window.left - 0.7, window.top - 0.7);
    let (right, bottom) = (window.right() + 0.7, window.bottom() + 0.7);
    let corner = 1.6;
    let corners = [
        ((right - corner, top + corner), 0.75),
        ((right - corner, bottom - corner), 0.0),
        ((left + corner, bottom - corner), 0.25),
        ((left + corner, top + corner), 0.5),
    ];
    let arc = |(centre, turn): (Point, f32)| {
        (0..=8).map(move |step| around(centre, corner, (turn + step as f32 / 32.0) * TAU))
    };
    let contour = corners.into_iter().flat_map(arc).collect();
    Item::Fill { contours: vec![contour], colour: [252, 253, 255], opacity: 0.85 }
}

/// Points on a circle, closed.
pub(crate) fn circle(centre: Point, radius: f32) -> Vec<Point> {
    (0..=72).map(|step| around(centre, radius, step as f32 / 72.0 * TAU)).collect()
}

/// A point at a distance and an angle (radians, clockwise from the right).
pub(crate) fn around(centre: Point, radius: f32, angle: f32) -> Point {
    (centre.0 + radius * angle.cos(), centre.1 + radius * angle.sin())
}

/// An eight-pointed star whose points alternate between long and short.
fn star(centre: Point, radius: f32, waist: f32, turn: f32) -> Vec<Vec<Point>> {
    let point = |step: usize| {
        let reach = match step % 4 {
            0 => 1.0,
            2 => 0.58,
            _ => waist,
        };
        around(centre, radius * reach, turn + step as f32 / 16.0 * TAU)
    };
    vec![(0..16).map(point).collect()]
}

/// One leaf of the wreath between the two rings.
fn petal(centre: Point, radius: f32, angle: f32) -> Vec<Point> {
    (0..=16)
        .map(|step| {
            let t = step as f32 / 16.0;
            let reach = 0.74 + 0.24 * (t * TAU / 2.0).sin();
            around(centre, radius * reach, angle + t * TAU / 12.0)
        })
        .collect()
}
