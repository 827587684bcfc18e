//! A tilted rectangle of a photograph, turned level at the photograph's own resolution.
//!
//! Turning is done in two shears (Catmull and Smith): one moves every column up or down, one every row to the left or right.
//! A column keeps its distance to the grid of pixels from row to row, and a row from column to column, so each shear is the
//! same blend of two neighbours along the whole line, and runs in vector instructions. The shears stretch the rectangle by the
//! cosine of the tilt, across and down in opposite directions; the resampling that follows takes that back.

use crate::picture::{Channels, Picture};
use crate::portrait::crop::Crop;

/// Memory that levelling uses again from one portrait to the next.
#[derive(Default)]
pub(super) struct LevelScratch {
    columns: Vec<Run>,
    weights: Vec<u16>,
    row: Vec<u8>,
    pixels: Vec<u8>,
}

/// The rectangle, level.
pub(super) struct Level<'a> {
    /// Its pixels, without gaps.
    pub(super) pixels: &'a [u8],
    /// Columns and rows of them.
    pub(super) size: (u32, u32),
    /// Width and height of the rectangle, which lies in their middle: at most a pixel less.
    pub(super) rectangle: (f64, f64),
}

/// Neighbouring columns that are moved by the same whole number of rows.
struct Run {
    first: usize,
    end: usize,
    /// Row of the photograph at row 0 of the level picture.
    row: i64,
}

/// One in fixed point. A sample times this still fits 16 bits.
const WHOLE: u16 = 256;

/// Turns the rectangle level. `None` when it is larger than anything that fits the photograph, or far from it. Where it passes an edge by a
/// hair, the pixels of the edge stand.
pub(super) fn level<'a>(source: &Picture, crop: &Crop, scratch: &'a mut LevelScratch) -> Option<Level<'a>> {
    match source.channels() {
        Channels::Grey => shear::<1>(source, crop, scratch),
        Channels::Rgb => shear::<3>(source, crop, scratch),
    }
}

fn shear<'a, const N: usize>(source: &Picture, crop: &Crop, scratch: &'a mut LevelScratch) -> Option<Level<'a>> {
    let (sine, cosine) = crop.tilt.sin_cos();
    let rectangle = (crop.width * cosine, crop.height / cosine);
    let diagonal = f64::from(source.width()).hypot(f64::from(source.height()));
    let fits = |length: f64| length > 0.0 && length <= diagonal;
    let is_near = |place: f64| place.abs() <= diagonal;
    if ![crop.width, crop.height, rectangle.0, rectangle.1].into_iter().all(fits)
        || ![crop.centre_x, crop.centre_y].into_iter().all(is_near)
    {
        return None;
    }
    let (columns, rows) = (rectangle.0.ceil(), rectangle.1.ceil());
    let LevelScratch { columns: runs, weights, row, pixels } = scratch;
    move_columns::<N>(source, crop, rows, (runs, weights));

    let (width, count) = (source.width() as usize, columns as usize);
    pixels.clear();
    pixels.resize(count * rows as usize * N, 0);
    row.clear();
    row.resize((count + 1) * N, 0);
    for (line, index) in pixels.chunks_exact_mut(count * N).zip(0_i64..) {
        // Pixel middles lie at halves.
        let down = index as f64 + 0.5 - rows / 2.0;
        let left = crop.centre_x - columns / 2.0 - down * sine * cosine;
        let first = left.floor();
        blend_columns::<N>(source, index, (runs, weights), (first as i64, width), row);
        blend_neighbours(row, row.get(N..)?, fixed(left - first), line);
    }
    Some(Level { pixels, size: (columns as u32, rows as u32), rectangle })
}

/// How far each column of the photograph is moved: whole rows in runs, and for each sample what remains.
fn move_columns<const N: usize>(
    source: &Picture,
    crop: &Crop,
    rows: f64,
    (runs, weights): (&mut Vec<Run>, &mut Vec<u16>),
) {
    runs.clear();
    weights.clear();
    let slope = crop.tilt.tan();
    for column in 0..source.width() as usize {
        let top = crop.centre_y - rows / 2.0 + (column as f64 + 0.5 - crop.centre_x) * slope;
        let row = top.floor() as i64;
        weights.extend([fixed(top - top.floor()); N]);
        match runs.last_mut() {
            Some(run) if run.row == row => run.end = column + 1,
            _ => runs.push(Run { first: column, end: column + 1, row }),
        }
    }
}

/// The columns from `first` on in row `index` of the level picture; beyond an edge, the edge.
fn blend_columns<const N: usize>(
    source: &Picture,
    index: i64,
    (runs, weights): (&[Run], &[u16]),
    (first, width): (i64, usize),
    out: &mut [u8],
) {
    let count = (out.len() / N) as i64;
    // Columns of the photograph that are there.
    let from = first.clamp(0, width as i64) as usize;
    let to = (first + count).clamp(0, width as i64) as usize;
    let last_row = i64::from(source.height()) - 1;
    let samples = |row: i64| {
        let start = row.clamp(0, last_row) as usize * source.stride();
        source.pixels().get(start..start + source.stride()).unwrap_or(&[])
    };
    let reached = runs.partition_point(|run| run.end <= from);
    for run in runs.iter().skip(reached).take_while(|run| run.first < to) {
        let (start, end) = (run.first.max(from), run.end.min(to));
        let (upper, lower) = (samples(run.row + index), samples(run.row + index + 1));
        let part = start * N..end * N;
        let (upper, lower) = (upper.get(part.clone()).unwrap_or(&[]), lower.get(part).unwrap_or(&[]));
        let offset = (start as i64 - first) as usize * N;
        let out = out.get_mut(offset..offset + (end - start) * N).unwrap_or(&mut []);
        let weights = weights.get(start * N..end * N).unwrap_or(&[]);
        for (((out, upper), lower), weight) in out.iter_mut().zip(upper).zip(lower).zip(weights) {
            *out = blend(*upper, *lower, *weight);
        }
    }
    extend_edges::<N>(out, (from as i64 - first).max(0) as usize, (to as i64 - first).max(0) as usize);
}

/// Repeats the first and the last of the pixels in `from..to` up to both ends.
fn extend_edges<const N: usize>(out: &mut [u8], from: usize, to: usize) {
    let (pixels, _) = out.as_chunks_mut::<N>();
    let (from, to) = (from.min(pixels.len()), to.min(pixels.len()));
    let (Some(&first), Some(&last)) = (pixels.get(from), pixels.get(to.wrapping_sub(1))) else { return };
    pixels.iter_mut().take(from).for_each(|pixel| *pixel = first);
    pixels.iter_mut().skip(to).for_each(|pixel| *pixel = last);
}

/// Each sample blended with its neighbour on the right.
fn blend_neighbours(row: &[u8], right: &[u8], weight: u16, out: &mut [u8]) {
    for ((out, sample), right) in out.iter_mut().zip(row).zip(right) {
        *out = blend(*sample, *right, weight);
    }
}

/// `one` at weight 0, `other` at [`WHOLE`].
#[inline(always)]
fn blend(one: u8, other: u8, weight: u16) -> u8 {
    ((u16::from(one) * (WHOLE - weight) + u16::from(other) * weight + WHOLE / 2) >> 8) as u8
}

/// A part of one in fixed point.
fn fixed(part: f64) -> u16 {
    (part * f64::from(WHOLE)).round().clamp(0.0, f64::from(WHOLE)) as u16
}
