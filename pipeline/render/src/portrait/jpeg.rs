//! Baseline JPEG (ISO/IEC 10918-1) for DG2 by configuration, coded to a size in bytes.

use jpeg_encoder::{ColorType, Encoder, PixelDensity, SamplingFactor};

use crate::picture::{Channels, Picture};
use crate::portrait::error::PortraitError;

/// How a portrait is coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JpegSettings {
    /// Bytes of the whole file; never passed.
    pub target_bytes: usize,
}

impl Default for JpegSettings {
    /// 18,000 bytes.
    fn default() -> Self {
        Self { target_bytes: 18_000 }
    }
}

/// Memory that coding uses again from one portrait to the next.
#[derive(Debug, Default)]
pub struct JpegScratch {
    /// The quality that fitted last: portraits of one centre are alike, so the search begins there.
    last_quality: Option<u8>,
    coded: Vec<u8>,
}

const LEAST_QUALITY: u8 = 5;
const MOST_QUALITY: u8 = 98;
const FIRST_QUALITY: u8 = 80;

/// Codes a picture at the highest quality (Independent JPEG Group's scale) whose file is at most `target_bytes`.
///
/// Colour is coded 4:2:0 in one interleaved scan with the standard's tables: some readers decode separate scans, which
/// tables made for the picture would bring with them, to garbage.
///
/// # Errors
/// [`PortraitError::DoesNotFit`] when not even the least quality fits; else as [`encode_at`].
pub fn encode(picture: &Picture, settings: &JpegSettings, scratch: &mut JpegScratch) -> Result<Vec<u8>, PortraitError> {
    let target = settings.target_bytes;
    let mut best: Option<Vec<u8>> = None;
    // Qualities from `low` to `high` are open; what is below `low` fits.
    let (mut low, mut high) = (LEAST_QUALITY, MOST_QUALITY);
    let mut quality = scratch.last_quality.unwrap_or(FIRST_QUALITY).clamp(low, high);
    let mut step = 2;
    while low <= high {
        encode_at(picture, quality, &mut scratch.coded)?;
        if scratch.coded.len() <= target {
            best = Some(scratch.coded.clone());
            scratch.last_quality = Some(quality);
            low = quality + 1;
            if low > high {
                break;
            }
            quality = if high == MOST_QUALITY { (quality + step).min(high) } else { low.midpoint(high) };
        } else {
            high = quality - 1;
            if low > high {
                break;
            }
            quality = if low == LEAST_QUALITY { quality.saturating_sub(step).max(low) } else { low.midpoint(high) };
        }
        step = step.saturating_mul(2);
    }
    best.ok_or(PortraitError::DoesNotFit { target })
}

/// Codes a picture at one quality, 1 to 100, into `out`, whose memory is used again.
///
/// # Errors
/// [`PortraitError::Coder`]: a side is longer than 65,535 pixels, or the coder fails.
pub fn encode_at(picture: &Picture, quality: u8, out: &mut Vec<u8>) -> Result<(), PortraitError> {
    let sides = [picture.width(), picture.height()].map(u16::try_from);
    let [Ok(width), Ok(height)] = sides else {
        return Err(PortraitError::Coder("a JPEG of more than 65,535 pixels a side"));
    };
    let color = match picture.channels() {
        Channels::Grey => ColorType::Luma,
        Channels::Rgb => ColorType::Rgb,
    };
    out.clear();
    let mut encoder = Encoder::new(&mut *out, quality.clamp(1, 100));
    encoder.set_sampling_factor(SamplingFactor::R_4_2_0);
    encoder.set_optimized_huffman_tables(false);
    encoder.set_density(PixelDensity::dpi(300));
    encoder.encode(picture.pixels(), width, height, color).map_err(|_| PortraitError::Coder("JPEG coding"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::portrait::decode::{DecodeLimits, decode};
    use crate::portrait::tests::{noisy_face, psnr};

    #[test]
    fn the_highest_quality_that_fits_is_found_from_any_start() {
        let picture = noisy_face(413, 531, 3);
        let mut sizes = Vec::new();
        for last_quality in [None, Some(5), Some(50), Some(98)] {
            let mut scratch = JpegScratch { last_quality, ..JpegScratch::default() };
            let coded = encode(&picture, &JpegSettings::default(), &mut scratch).unwrap();
            assert!(coded.len() <= 18_000);
            let mut next = Vec::new();
            encode_at(&picture, scratch.last_quality.unwrap() + 1, &mut next).unwrap();
            assert!(next.len() > 18_000 || scratch.last_quality == Some(MOST_QUALITY));
            sizes.push(coded.len());
            let shown = decode(&coded, &DecodeLimits::default()).unwrap();
            assert!(psnr(&shown, &picture) > 30.0);
        }
        assert!(sizes.windows(2).all(|pair| pair[0] == pair[1]), "{sizes:?}");
    }

    #[test]
    fn an_impossible_target_is_an_error() {
        let settings = JpegSettings { target_bytes: 700 };
        let refused = encode(&noisy_face(413, 531, 3), &settings, &mut JpegScratch::default());
        assert_eq!(refused, Err(PortraitError::DoesNotFit { target: 700 }));
    }
}
