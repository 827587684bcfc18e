//! JPEG 2000 (ISO/IEC 15444-1) for DG2, coded by OpenJPEG to a size in bytes.
//!
//! What is chosen: one tile, one layer, six resolutions, code blocks of 64 by 64, the irreversible 9/7 wavelet and
//! colour transform, full resolution of all components (common readers decode subsampled ones wrongly), a JP2 file.
//!
//! OpenJPEG codes every bit plane down to steps of one grey value and then throws most of them away. It has no setting
//! for coarser steps, but the standard ties the step to the precision: the codestream of a picture of 8 − n bits is that
//! of the 8-bit picture with steps 2ⁿ as wide (15444-1 equation E-3, Δ = 2^(R − ε)(1 + μ/2¹¹), where R grows with the
//! precision). So the samples are handed over with n bits less, and the precision in the header is put right afterwards.
//! The rounding of samples is fed back along the row, which pushes its noise to the frequencies that are not kept.

mod codestream;
mod openjpeg;
#[cfg(test)]
mod tests;

use crate::picture::{Channels, Picture};
use crate::portrait::error::PortraitError;
use openjpeg::{EncodeOrder, Refused};

/// How a portrait is coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Jpeg2000Settings {
    /// Bytes of the whole file; never passed, and missed by little.
    pub target_bytes: usize,
    /// Resolutions, 1 to 8: levels of the wavelet and one.
    pub resolutions: u32,
}

impl Default for Jpeg2000Settings {
    /// 18,000 bytes, six resolutions.
    fn default() -> Self {
        Self { target_bytes: 18_000, resolutions: 6 }
    }
}

/// Memory that coding uses again from one portrait to the next.
#[derive(Debug, Default)]
pub struct Jpeg2000Scratch {
    codestream: Vec<u8>,
}

/// The smallest target that is tried: headers alone take a few hundred bytes.
const LEAST_TARGET: usize = 600;
/// OpenJPEG's rate control may pass its limit by some bytes of markers that it does not count.
const RATE_SLACK: usize = 24;
/// Below this part of the target the result is coded again with finer steps.
const LEAST_FILL: f64 = 0.96;
/// Bits by which steps are coarsened at most.
const MOST_COARSENING: u32 = 4;
/// Bytes that all passes together should take, in targets: enough for rate control to choose well from.
const PASSES_WANTED: f64 = 1.45;
/// Bytes of all passes for each unit of the measure in [`DetailHistogram`], at the lower edge of what photographs show.
const BYTES_PER_DETAIL: f64 = 0.34;
/// Attempts: the first, one with finer steps, and two with a little less where the target was passed.
const MOST_ATTEMPTS: u32 = 4;

/// Codes a picture, colour or grey, as a JP2 file of at most `target_bytes`.
///
/// Smaller files come out only where the picture has too little in it to fill the target.
///
/// # Errors
/// [`PortraitError::DoesNotFit`] when the target is below 600 bytes or is not met, [`PortraitError::Settings`] for
/// other than 1 to 8 resolutions, [`PortraitError::Coder`] when the coder fails.
pub fn encode(
    picture: &Picture,
    settings: &Jpeg2000Settings,
    scratch: &mut Jpeg2000Scratch,
) -> Result<Vec<u8>, PortraitError> {
    let target = settings.target_bytes;
    if target < LEAST_TARGET {
        return Err(PortraitError::DoesNotFit { target });
    }
    if !(1..=8).contains(&settings.resolutions) {
        return Err(PortraitError::Settings("JPEG 2000 resolutions are 1 to 8"));
    }
    let overhead = codestream::BOX_BYTES + RATE_SLACK;
    let mut coarsening = DetailHistogram::of(picture).coarsening_for(target);
    let mut budget = target.saturating_sub(overhead);
    for _ in 0..MOST_ATTEMPTS {
        encode_codestream(picture, coarsening, settings.resolutions, budget, &mut scratch.codestream)?;
        let file = codestream::to_jp2(&mut scratch.codestream, coarsening, picture)?;
        if file.len() > target {
            budget = budget.saturating_sub(file.len() - target + RATE_SLACK);
        } else if coarsening > 0 && (file.len() as f64) < LEAST_FILL * target as f64 {
            coarsening -= 1;
        } else {
            return Ok(file);
        }
    }
    Err(PortraitError::DoesNotFit { target })
}

/// Decodes a JP2 file or codestream of 8-bit grey or colour, as [`encode`] makes them.
///
/// Above `max_pixels` it is refused from the header. Truncated data is refused.
///
/// # Errors
/// [`PortraitError::Damaged`] for what cannot be decoded or has more than `max_pixels`, [`PortraitError::Unsupported`] for
/// other than 8 bits a sample or other than one or three components.
pub fn decode(bytes: &[u8], max_pixels: u64) -> Result<Picture, PortraitError> {
    let decoded = openjpeg::decode(bytes, max_pixels).map_err(|_| PortraitError::Damaged("JPEG 2000 data"))?;
    if decoded.components.iter().any(|component| component.precision != 8 || component.signed) {
        return Err(PortraitError::Unsupported("JPEG 2000 of other than 8 bits a sample"));
    }
    let sample = |value: &i32| (*value).clamp(0, 255) as u8;
    let (channels, pixels) = match decoded.components.as_slice() {
        [grey] => (Channels::Grey, grey.samples.iter().map(sample).collect()),
        [red, green, blue] => {
            let colours = red.samples.iter().zip(&green.samples).zip(&blue.samples);
            let pixels = colours.flat_map(|((red, green), blue)| [sample(red), sample(green), sample(blue)]);
            (Channels::Rgb, pixels.collect())
        }
        _ => return Err(PortraitError::Unsupported("JPEG 2000 of other than one or three components")),
    };
    Ok(Picture::new(decoded.width, decoded.height, channels, pixels)?)
}

fn encode_codestream(
    picture: &Picture,
    coarsening: u32,
    resolutions: u32,
    max_bytes: usize,
    out: &mut Vec<u8>,
) -> Result<(), PortraitError> {
    let order = EncodeOrder {
        width: picture.width(),
        height: picture.height(),
        components: picture.channels().count() as u32,
        precision: 8 - coarsening,
        // The smallest resolution has at least one pixel a side.
        resolutions: resolutions.min(1 + picture.width().min(picture.height()).ilog2()),
        max_bytes: Some(max_bytes),
    };
    let fill = |planes: &mut [&mut [i32]]| match planes {
        [grey] => fill_grey(picture, coarsening, grey),
        [red, green, blue] => fill_colour(picture, coarsening, [red, green, blue]),
        _ => {}
    };
    openjpeg::encode(&order, fill, out).map_err(|Refused(what)| PortraitError::Coder(what))
}

fn fill_grey(picture: &Picture, coarsening: u32, grey: &mut [i32]) {
    let half = (1 << coarsening) >> 1;
    for (row, out) in picture.rows().zip(grey.chunks_exact_mut(picture.width() as usize)) {
        let mut carried = half;
        for (&sample, out) in row.iter().zip(out) {
            carried = coarsen(sample, carried, coarsening, out);
        }
    }
}

fn fill_colour(picture: &Picture, coarsening: u32, [red, green, blue]: [&mut [i32]; 3]) {
    let half = (1 << coarsening) >> 1;
    let width = picture.width() as usize;
    let planes = red.chunks_exact_mut(width).zip(green.chunks_exact_mut(width)).zip(blue.chunks_exact_mut(width));
    for (row, ((red, green), blue)) in picture.rows().zip(planes) {
        let mut carried = [half; 3];
        let outs = red.iter_mut().zip(green).zip(blue);
        for (pixel, ((red, green), blue)) in row.chunks_exact(3).zip(outs) {
            let &[r, g, b] = pixel else { continue };
            carried = [
                coarsen(r, carried[0], coarsening, red),
                coarsen(g, carried[1], coarsening, green),
                coarsen(b, carried[2], coarsening, blue),
            ];
        }
    }
}

/// Writes the sample without its lowest bits and returns what was lost, for the next sample of the row.
#[inline]
fn coarsen(sample: u8, carried: i32, coarsening: u32, out: &mut i32) -> i32 {
    let value = i32::from(sample) + carried;
    *out = value >> coarsening;
    value & ((1 << coarsening) - 1)
}

/// How often each magnitude of fine detail occurs: what predicts the bytes of all coding passes, so that most portraits
/// are coded once. The detail is that of the finest level of a Haar wavelet on luma, in every other pair of rows.
struct DetailHistogram {
    counts: [u32; 512],
}

impl DetailHistogram {
    fn of(picture: &Picture) -> Self {
        let mut counts = [0; 512];
        let channels = picture.channels().count();
        // Four times luma, roughly.
        let luma = |pixel: &[u8]| match *pixel {
            [red, green, blue] => i32::from(red) + 2 * i32::from(green) + i32::from(blue),
            [grey] => 4 * i32::from(grey),
            _ => 0,
        };
        for pair in picture.pixels().chunks_exact(2 * picture.stride()).step_by(2) {
            let (upper, lower) = pair.split_at(picture.stride());
            let squares = upper.chunks_exact(2 * channels).zip(lower.chunks_exact(2 * channels));
            for (upper, lower) in squares {
                let [a, b, c, d] = {
                    let (a, b) = upper.split_at(channels);
                    let (c, d) = lower.split_at(channels);
                    [a, b, c, d].map(luma)
                };
                for detail in [a - b + c - d, a + b - c - d, a - b - c + d] {
                    // At most 2 × 1020 before, 255 after.
                    if let Some(count) = counts.get_mut(detail.unsigned_abs() as usize / 8) {
                        *count += 1;
                    }
                }
            }
        }
        Self { counts }
    }

    /// The coarsest steps at which all passes still take comfortably more than the target.
    fn coarsening_for(&self, target: usize) -> u32 {
        let wanted = PASSES_WANTED * target as f64;
        (1..=MOST_COARSENING).rev().find(|&bits| self.predicted_bytes(bits) >= wanted).unwrap_or(0)
    }

    fn predicted_bytes(&self, coarsening: u32) -> f64 {
        let step = f64::from(1 << coarsening);
        let magnitudes = self.counts.iter().zip(0_u32..);
        let detail: f64 = magnitudes
            .filter(|&(&count, _)| count > 0)
            .map(|(&count, magnitude)| f64::from(count) * (1.0 + (f64::from(magnitude) + 0.5) / step).log2())
            .sum();
        // Every other pair of rows was looked at.
        2.0 * detail * BYTES_PER_DETAIL
    }
}
