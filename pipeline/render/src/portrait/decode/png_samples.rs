//! PNG of every kind (ISO/IEC 15948): 1 to 16 bits, grey, palette, colour, alpha over white, interlaced.

use std::io::Cursor;

use png::{BitDepth, ColorType, Decoder, DecodingError, Limits, Transformations};

use super::orientation::Orientation;
use crate::picture::{Channels, Picture};
use crate::portrait::error::PortraitError;

pub(super) const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
/// What chunks beside the picture may take: colour profiles, texts, Exif.
const ANCILLARY_BYTES: usize = 4_000_000;

/// The size in the header chunk, which has to come first: length 13, `IHDR`, width, height (11.2.2).
pub(super) fn size(bytes: &[u8]) -> Result<(u32, u32), PortraitError> {
    let rest = bytes.get(SIGNATURE.len()..).unwrap_or(&[]);
    let Some(&[l3, l2, l1, l0, b'I', b'H', b'D', b'R', w3, w2, w1, w0, h3, h2, h1, h0]) = rest.first_chunk::<16>()
    else {
        return Err(if rest.len() < 16 {
            PortraitError::Truncated
        } else {
            PortraitError::Damaged("the header of a PNG")
        });
    };
    let [length, width, height] = [[l3, l2, l1, l0], [w3, w2, w1, w0], [h3, h2, h1, h0]].map(u32::from_be_bytes);
    if length != 13 || width == 0 || height == 0 {
        return Err(PortraitError::Damaged("the header of a PNG"));
    }
    Ok((width, height))
}

/// The orientation in an Exif chunk before the picture; upright when there is none or the file is damaged.
pub(super) fn orientation(bytes: &[u8]) -> Orientation {
    let reader = Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: ANCILLARY_BYTES }).read_info();
    reader.map_or(Orientation::Upright, |reader| orientation_of(reader.info()))
}

/// Decodes to RGB as stored. The orientation is read at the end, for its chunk may follow the picture.
pub(super) fn decode(
    bytes: &[u8],
    stored: (u32, u32),
    mut pixels: Vec<u8>,
) -> Result<(Picture, Orientation), PortraitError> {
    let (width, height) = stored;
    let count = width as usize * height as usize;
    let mut decoder =
        Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: count.saturating_mul(8) + ANCILLARY_BYTES });
    decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
    decoder.ignore_checksums(false);
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    let mut reader = decoder.read_info().map_err(|error| refused(&error))?;
    let (color, depth) = reader.output_color_type();
    let samples = color.samples();
    if depth != BitDepth::Eight || color == ColorType::Indexed || (reader.info().width, reader.info().height) != stored
    {
        return Err(PortraitError::Damaged("the header of a PNG"));
    }
    let mut raw = match samples {
        3 => std::mem::take(&mut pixels),
        _ => Vec::new(),
    };
    raw.clear();
    raw.resize(count * samples, 0);
    reader.next_frame(&mut raw).map_err(|error| refused(&error))?;
    reader.finish().map_err(|error| refused(&error))?;
    if samples == 3 {
        pixels = raw;
    } else {
        pixels.clear();
        pixels.reserve_exact(count * 3);
        pixels.extend(raw.chunks_exact(samples).flat_map(over_white));
    }
    Ok((Picture::new(width, height, Channels::Rgb, pixels)?, orientation_of(reader.info())))
}

fn orientation_of(info: &png::Info<'_>) -> Orientation {
    info.exif_metadata.as_ref().map_or(Orientation::Upright, |exif| Orientation::of_exif(exif))
}

fn over_white(pixel: &[u8]) -> [u8; 3] {
    let blend = |value: u8, alpha: u8| {
        let (value, alpha) = (u32::from(value), u32::from(alpha));
        // Between 0 and 255 for every pair: a weighted mean of the value and 255, rounded.
        ((value * alpha + 255 * (255 - alpha) + 127) / 255) as u8
    };
    match *pixel {
        [grey] => [grey; 3],
        [grey, alpha] => [blend(grey, alpha); 3],
        [red, green, blue, alpha] => [red, green, blue].map(|value| blend(value, alpha)),
        _ => [255; 3],
    }
}

fn refused(error: &DecodingError) -> PortraitError {
    match error {
        DecodingError::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => PortraitError::Truncated,
        DecodingError::LimitsExceeded => PortraitError::Unsupported("PNG with very large extra chunks"),
        _ => PortraitError::Damaged("coded data of a PNG"),
    }
}
