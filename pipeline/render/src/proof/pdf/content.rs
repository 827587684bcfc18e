//! The operators of a content stream (ISO 32000-1 8 and 9), in millimetres.

use std::collections::BTreeMap;

use pdf_writer::types::LineJoinStyle;
use pdf_writer::{Content, Name, Str};

use crate::page::Rect;
use crate::page::fit::Line;
use crate::proof::scene::{Colour, Item, Point};

use super::fonts::FontSet;

/// Graphics states by name, each with its opacity.
pub(super) type States = BTreeMap<String, f32>;
/// The graphics state in which pictures are laid.
pub(super) const MULTIPLY: &[u8] = b"Multiply";

/// The graphics states that items need.
pub(super) fn states_of(items: &[Item]) -> States {
    let opacities = items.iter().filter_map(|item| match item {
        Item::Fill { opacity, .. } | Item::Strokes { opacity, .. } => Some(*opacity),
        Item::Text { .. } => Some(1.0),
        Item::Picture { .. } => None,
    });
    opacities.map(|opacity| (state_name(opacity), opacity)).collect()
}

/// Writes items; text only when fonts are given.
pub(super) fn draw(items: &[Item], content: &mut Content, fonts: Option<&FontSet>, states: &States) {
    let mut pictures = 0;
    for item in items {
        match item {
            Item::Fill { contours, colour, opacity } => {
                state(content, *opacity, states);
                fill_colour(content, *colour);
                contours.iter().for_each(|contour| path(content, contour, true));
                content.fill_nonzero();
            }
            Item::Strokes { paths, width, colour, opacity } => {
                state(content, *opacity, states);
                let [red, green, blue] = unit(*colour);
                content.set_stroke_rgb(red, green, blue).set_line_width(*width);
                content.set_line_join(LineJoinStyle::RoundJoin);
                paths.iter().for_each(|points| path(content, points, false));
                content.stroke();
            }
            Item::Text { line, colour } => {
                if let Some(fonts) = fonts {
                    state(content, 1.0, states);
                    text(content, line, *colour, fonts);
                }
            }
            Item::Picture { place, .. } => {
                picture(content, *place, pictures);
                pictures += 1;
            }
        }
    }
}

/// The name of a picture by its number.
pub(super) fn picture_name(index: usize) -> String {
    format!("Picture{index}")
}

/// A line of text, a run for each change of face. Advances are those of the fonts, so that one run is one string.
fn text(content: &mut Content, line: &Line, colour: Colour, fonts: &FontSet) {
    content.begin_text();
    fill_colour(content, colour);
    // The page's y grows downwards; glyphs stand upright.
    content.set_text_matrix([1.0, 0.0, 0.0, -1.0, line.left, line.baseline]);
    for run in line.glyphs.chunk_by(|a, b| a.face == b.face) {
        let Some(first) = run.first() else { continue };
        let codes: Vec<u8> = run.iter().flat_map(|glyph| fonts.code(*glyph).to_be_bytes()).collect();
        content.set_font(Name(FontSet::name(first.face).as_bytes()), line.em);
        content.show(Str(&codes));
    }
    content.end_text();
}

fn picture(content: &mut Content, place: Rect, index: usize) {
    content.save_state();
    content.set_parameters(Name(MULTIPLY));
    content.transform([place.width, 0.0, 0.0, -place.height, place.left, place.bottom()]);
    content.x_object(Name(picture_name(index).as_bytes()));
    content.restore_state();
}

fn path(content: &mut Content, points: &[Point], close: bool) {
    for (index, &(x, y)) in points.iter().enumerate() {
        let (x, y) = (short(x), short(y));
        if index == 0 {
            content.move_to(x, y);
        } else {
            content.line_to(x, y);
        }
    }
    if close {
        content.close_path();
    }
}

fn state(content: &mut Content, opacity: f32, states: &States) {
    let name = state_name(opacity);
    if states.contains_key(&name) {
        content.set_parameters(Name(name.as_bytes()));
    }
}

fn state_name(opacity: f32) -> String {
    format!("Opacity{:03}", (opacity * 100.0).round() as u32)
}

fn fill_colour(content: &mut Content, colour: Colour) {
    let [red, green, blue] = unit(colour);
    content.set_fill_rgb(red, green, blue);
}

fn unit(colour: Colour) -> [f32; 3] {
    colour.map(|channel| (f32::from(channel) / 255.0 * 1_000.0).round() / 1_000.0)
}

/// A hundredth of a millimetre is finer than a proof shows.
fn short(value: f32) -> f32 {
    (value * 100.0).round() / 100.0
}
