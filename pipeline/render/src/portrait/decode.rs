//! JPEG and PNG as cameras, scanners and phones write them, to upright RGB.
//!
//! Limits are checked against the header before memory is taken. A truncated file is refused, never shown half grey.

mod jpeg_header;
mod jpeg_samples;
mod orientation;
mod png_samples;
#[cfg(test)]
mod tests;

use crate::picture::Picture;
use crate::portrait::error::PortraitError;

pub use orientation::Orientation;

/// What a photograph may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecodeLimits {
    /// Bytes of the file.
    pub max_bytes: usize,
    /// Width × height, pixels.
    pub max_pixels: u64,
    /// Least width when upright, pixels.
    pub min_width: u32,
    /// Least height when upright, pixels.
    pub min_height: u32,
}

impl Default for DecodeLimits {
    /// 20 MB, 50 megapixels, and at least 180 by 230 pixels.
    fn default() -> Self {
        Self { max_bytes: 20_000_000, max_pixels: 50_000_000, min_width: 180, min_height: 230 }
    }
}

/// The file formats that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PictureFormat {
    /// ISO/IEC 10918-1, baseline, extended sequential or progressive, 8 bits, Huffman coded.
    Jpeg,
    /// ISO/IEC 15948.
    Png,
}

/// What the header says of a photograph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PictureInfo {
    /// The file format.
    pub format: PictureFormat,
    /// Width when turned upright, pixels.
    pub width: u32,
    /// Height when turned upright, pixels.
    pub height: u32,
    /// How the stored picture has to be turned to be upright.
    pub orientation: Orientation,
}

/// Reads the header only, and holds it against the limits. Sound headers can stand before damaged data: see [`check`].
///
/// # Errors
/// The file is neither JPEG nor PNG, exceeds the limits or falls short of them, is of a kind that is not read, or its
/// header is damaged or ends early.
pub fn inspect(bytes: &[u8], limits: &DecodeLimits) -> Result<PictureInfo, PortraitError> {
    let format = recognise(bytes, limits)?;
    let (stored, orientation) = match format {
        PictureFormat::Jpeg => {
            let header = jpeg_header::read(bytes, jpeg_header::Extent::Header)?;
            (header.size(), header.orientation())
        }
        PictureFormat::Png => {
            let stored = png_samples::size(bytes)?;
            check_pixels(stored, limits)?;
            (stored, png_samples::orientation(bytes))
        }
    };
    limited(format, stored, orientation, limits)
}

/// Decodes the whole photograph and throws the pixels away: what intake asks, so that no damage is found later.
///
/// # Errors
/// As [`inspect`]; or the coded data is damaged or ends early.
pub fn check(bytes: &[u8], limits: &DecodeLimits) -> Result<PictureInfo, PortraitError> {
    decode_as_stored(bytes, limits, Vec::new()).map(|(info, _)| info)
}

/// Decodes to upright RGB.
///
/// # Errors
/// As [`check`].
pub fn decode(bytes: &[u8], limits: &DecodeLimits) -> Result<Picture, PortraitError> {
    let (info, picture) = decode_as_stored(bytes, limits, Vec::new())?;
    Ok(info.orientation.turn_upright(picture)?)
}

/// Decodes to RGB as it is stored, for those who turn it upright later, when it is smaller: the size in the answer is that
/// of the upright picture. `pixels` gives its memory to the picture, from which [`Picture::into_pixels`] takes it back.
///
/// # Errors
/// The photograph passes the limits, is damaged, or is of a kind that is not read.
pub fn decode_as_stored(
    bytes: &[u8],
    limits: &DecodeLimits,
    pixels: Vec<u8>,
) -> Result<(PictureInfo, Picture), PortraitError> {
    let format = recognise(bytes, limits)?;
    match format {
        PictureFormat::Jpeg => {
            let header = jpeg_header::read(bytes, jpeg_header::Extent::Whole)?;
            let info = limited(format, header.size(), header.orientation(), limits)?;
            Ok((info, jpeg_samples::decode(bytes, &header, pixels)?))
        }
        PictureFormat::Png => {
            let stored = png_samples::size(bytes)?;
            check_pixels(stored, limits)?;
            let (picture, orientation) = png_samples::decode(bytes, stored, pixels)?;
            Ok((limited(format, stored, orientation, limits)?, picture))
        }
    }
}

fn recognise(bytes: &[u8], limits: &DecodeLimits) -> Result<PictureFormat, PortraitError> {
    if bytes.is_empty() {
        return Err(PortraitError::Empty);
    }
    if bytes.len() > limits.max_bytes {
        return Err(PortraitError::TooManyBytes { bytes: bytes.len(), limit: limits.max_bytes });
    }
    if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
        Ok(PictureFormat::Jpeg)
    } else if bytes.starts_with(png_samples::SIGNATURE) {
        Ok(PictureFormat::Png)
    } else {
        Err(PortraitError::NotAnImage)
    }
}

fn check_pixels((width, height): (u32, u32), limits: &DecodeLimits) -> Result<(), PortraitError> {
    if u64::from(width) * u64::from(height) > limits.max_pixels {
        return Err(PortraitError::TooManyPixels { width, height, limit: limits.max_pixels });
    }
    Ok(())
}

fn limited(
    format: PictureFormat,
    stored: (u32, u32),
    orientation: Orientation,
    limits: &DecodeLimits,
) -> Result<PictureInfo, PortraitError> {
    check_pixels(stored, limits)?;
    let (width, height) = orientation.upright_size(stored);
    let DecodeLimits { min_width, min_height, .. } = *limits;
    if width < min_width || height < min_height {
        return Err(PortraitError::TooSmall { width, height, min_width, min_height });
    }
    Ok(PictureInfo { format, width, height, orientation })
}
