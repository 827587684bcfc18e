//! Coding of layers: PNG for grey, lossless and fast, JPEG for colour.

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use png::{BitDepth, Compression, Filter, PixelDimensions, Unit};

use super::{Canvas, Coding, Layer, LayerKind, PageError};

/// Codes a canvas as a layer: grey as PNG, colour as JPEG of the quality given.
pub(crate) fn layer(
    canvas: &Canvas,
    kind: LayerKind,
    dpi: u32,
    origin: (f32, f32),
    quality: u8,
) -> Result<Layer, PageError> {
    let error = PageError::Coding { kind };
    let width = u32::try_from(canvas.width()).map_err(|_| error.clone())?;
    let height = u32::try_from(canvas.height()).map_err(|_| error.clone())?;
    let (coding, bytes) = if kind == LayerKind::Observation {
        (Coding::JpegRgb, jpeg(canvas.pixels(), width, height, quality).ok_or(error)?)
    } else {
        (Coding::PngGrey, png(canvas.pixels(), width, height, dpi, true).ok_or(error)?)
    };
    Ok(Layer { kind, dpi, width, height, origin, coding, bytes })
}

/// Codes colour rows as a PNG, each with the filter that suits it: fine patterns code smaller than under [`png()`].
pub(crate) fn colour_png(pixels: &[u8], width: u32, height: u32, dpi: u32) -> Option<Vec<u8>> {
    encode(pixels, width, height, dpi, png::ColorType::Rgb, Compression::Fast, Filter::Adaptive)
}

/// Codes grey (`true`) or colour rows as a PNG with its resolution; `None` when the samples do not make that size.
#[must_use]
pub fn png(pixels: &[u8], width: u32, height: u32, dpi: u32, grey: bool) -> Option<Vec<u8>> {
    let colour = if grey { png::ColorType::Grayscale } else { png::ColorType::Rgb };
    encode(pixels, width, height, dpi, colour, Compression::Fast, Filter::Up)
}

/// Codes colour rows as a baseline JPEG, chroma at half resolution.
pub(crate) fn jpeg(pixels: &[u8], width: u32, height: u32, quality: u8) -> Option<Vec<u8>> {
    encode_jpeg(pixels, width, height, quality, ColorType::Rgb)
}

/// Codes grey rows as a baseline JPEG.
pub(crate) fn jpeg_grey(pixels: &[u8], width: u32, height: u32, quality: u8) -> Option<Vec<u8>> {
    encode_jpeg(pixels, width, height, quality, ColorType::Luma)
}

fn encode_jpeg(pixels: &[u8], width: u32, height: u32, quality: u8, colour: ColorType) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(pixels.len() / 8);
    let mut encoder = Encoder::new(&mut bytes, quality.clamp(1, 100));
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder.encode(pixels, u16::try_from(width).ok()?, u16::try_from(height).ok()?, colour).ok()?;
    Some(bytes)
}

fn encode(
    pixels: &[u8],
    width: u32,
    height: u32,
    dpi: u32,
    colour: png::ColorType,
    compression: Compression,
    filter: Filter,
) -> Option<Vec<u8>> {
    // Bare paper codes to next to nothing; an eighth of the samples is seldom passed.
    let mut bytes = Vec::with_capacity(pixels.len() / 8 + 1_024);
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(colour);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(compression);
    encoder.set_filter(filter);
    let per_metre = (f64::from(dpi) / 0.0254).round() as u32;
    encoder.set_pixel_dims(Some(PixelDimensions { xppu: per_metre, yppu: per_metre, unit: Unit::Meter }));
    let mut writer = encoder.write_header().ok()?;
    writer.write_image_data(pixels).ok()?;
    writer.finish().ok()?;
    Some(bytes)
}
