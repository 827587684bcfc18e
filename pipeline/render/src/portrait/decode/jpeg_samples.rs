//! JPEG samples to RGB.
//!
//! zune-jpeg is the fast decoder, in its strict mode. Files with restart intervals go to jpeg-decoder: zune-jpeg
//! 0.5.16-rc3 shows everything below garbled, without an error, once an interval ends just after a row.

use zune_jpeg::JpegDecoder;
use zune_jpeg::errors::DecodeErrors;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::jpeg_header::JpegHeader;
use crate::picture::{Channels, Picture};
use crate::portrait::error::PortraitError;

/// Decodes a file whose header was read and held against the limits. `pixels` gives its memory to the picture.
pub(super) fn decode(bytes: &[u8], header: &JpegHeader<'_>, mut pixels: Vec<u8>) -> Result<Picture, PortraitError> {
    // Four components without an Adobe segment leave open whether ink is stored inverted.
    if header.components == 4 && !header.has_adobe_segment {
        return Err(PortraitError::Unsupported("CMYK without the Adobe segment that explains it"));
    }
    if header.has_restarts {
        return decode_with_restarts(bytes, header, pixels);
    }
    let (width, height) = header.size();
    let options = DecoderOptions::default()
        .set_strict_mode(true)
        .set_max_width(width as usize)
        .set_max_height(height as usize)
        .jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(refused)?;
    if decoder.output_buffer_size() != Some(width as usize * height as usize * 3) {
        return Err(PortraitError::Damaged("the headers of a JPEG contradict each other"));
    }
    pixels.clear();
    pixels.resize(width as usize * height as usize * 3, 0);
    decoder.decode_into(&mut pixels).map_err(refused)?;
    Ok(Picture::new(width, height, Channels::Rgb, pixels)?)
}

fn decode_with_restarts(bytes: &[u8], header: &JpegHeader<'_>, mut pixels: Vec<u8>) -> Result<Picture, PortraitError> {
    let (width, height) = header.size();
    let mut decoder = jpeg_decoder::Decoder::new(bytes);
    decoder.set_max_decoding_buffer_size((width as usize * height as usize).saturating_mul(8));
    let samples = decoder.decode().map_err(|error| match error {
        jpeg_decoder::Error::Io(_) => PortraitError::Truncated,
        jpeg_decoder::Error::Unsupported(_) => PortraitError::Unsupported("coding process of the JPEG"),
        _ => PortraitError::Damaged("coded data of a JPEG"),
    })?;
    let info = decoder.info().ok_or(PortraitError::Damaged("the headers of a JPEG contradict each other"))?;
    if (u32::from(info.width), u32::from(info.height)) != (width, height) {
        return Err(PortraitError::Damaged("the headers of a JPEG contradict each other"));
    }
    match info.pixel_format {
        jpeg_decoder::PixelFormat::RGB24 => pixels = samples,
        jpeg_decoder::PixelFormat::L8 => {
            pixels.clear();
            pixels.extend(samples.iter().flat_map(|&value| [value; 3]));
        }
        _ => return Err(PortraitError::Unsupported("CMYK with restart intervals")),
    }
    Ok(Picture::new(width, height, Channels::Rgb, pixels)?)
}

fn refused(error: DecodeErrors) -> PortraitError {
    match error {
        DecodeErrors::ExhaustedData | DecodeErrors::IoErrors(_) => PortraitError::Truncated,
        DecodeErrors::Unsupported(_) => PortraitError::Unsupported("coding process of the JPEG"),
        DecodeErrors::HuffmanDecode(_) | DecodeErrors::MCUError(_) => PortraitError::Damaged("coded data of a JPEG"),
        DecodeErrors::DqtError(_) => PortraitError::Damaged("quantisation tables of a JPEG"),
        DecodeErrors::SosError(_) => PortraitError::Damaged("a scan header of a JPEG"),
        DecodeErrors::SofError(_) => PortraitError::Damaged("the frame header of a JPEG"),
        _ => PortraitError::Damaged("a JPEG that cannot be decoded"),
    }
}
