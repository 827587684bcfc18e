//! Pictures of the holder made ready for engraving: tone and size.

mod double;

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};

use crate::picture::{Channels, Picture};

use super::PageError;

/// Tones that engraving gives well: neither bare plastic nor full burn within the portrait (Doc 9303-3 3.9.1.3).
const DARKEST: f32 = 14.0;
/// The lightest tone of a portrait.
const LIGHTEST: f32 = 246.0;
/// Engraving spreads within the plastic, so that middle tones come out too dark: they are lifted.
const GAMMA: f32 = 0.82;
/// A flat picture is not stretched more than this, lest noise be engraved.
const STEEPEST: f32 = 1.7;
/// By how much the shape of a portrait may differ from 35 : 45.
const SHAPE_TOLERANCE: f32 = 0.02;

/// Buffers that keep their memory from page to page.
#[derive(Default)]
pub(crate) struct ToneBuffers {
    grey: Vec<u8>,
    toned: Vec<u8>,
    scaled: Vec<u8>,
}

/// A portrait in grey whose tones have been counted, ready to be engraved at any size and strength.
pub(crate) struct Measured<'a> {
    portrait: &'a Picture,
    histogram: [u32; 256],
    buffers: &'a mut ToneBuffers,
}

/// Counts the tones of a portrait. Fails when it has not the shape of its field.
pub(crate) fn measure<'a>(portrait: &'a Picture, buffers: &'a mut ToneBuffers) -> Result<Measured<'a>, PageError> {
    check_shape(portrait)?;
    grey(portrait, &mut buffers.grey);
    Ok(Measured { portrait, histogram: histogram(&buffers.grey), buffers })
}

impl Measured<'_> {
    /// The portrait in tones for engraving at a size in pixels, grey, row by row.
    ///
    /// `strength` is 1 for full contrast; a ghost portrait is drawn with less.
    pub(crate) fn engrave(
        &mut self,
        width: u32,
        height: u32,
        strength: f32,
        resizer: &mut Resizer,
    ) -> Result<&[u8], PageError> {
        let tones = tone_curve(&self.histogram, strength);
        let ToneBuffers { grey, toned, scaled } = &mut *self.buffers;
        let portrait = self.portrait;
        // The curve is laid on whichever of both pictures has fewer pixels.
        if u64::from(width) * u64::from(height) < grey.len() as u64 {
            scale(grey, portrait, PixelType::U8, width, height, resizer, scaled)?;
            apply(&tones, scaled);
            return Ok(scaled);
        }
        toned.clone_from(grey);
        apply(&tones, toned);
        if (width, height) == (portrait.width() * 2, portrait.height() * 2) {
            scaled.resize(toned.len() * 4, 255);
            double::double(toned, portrait.width() as usize, scaled);
        } else {
            scale(toned, portrait, PixelType::U8, width, height, resizer, scaled)?;
        }
        Ok(scaled)
    }
}

/// The portrait in its own colours at a size in pixels, row by row.
pub(crate) fn coloured<'a>(
    portrait: &Picture,
    width: u32,
    height: u32,
    resizer: &mut Resizer,
    buffers: &'a mut ToneBuffers,
) -> Result<&'a mut [u8], PageError> {
    check_shape(portrait)?;
    match portrait.channels() {
        Channels::Rgb => {
            scale(portrait.pixels(), portrait, PixelType::U8x3, width, height, resizer, &mut buffers.scaled)?;
        }
        Channels::Grey => {
            let rgb = portrait.to_rgb();
            scale(rgb.pixels(), portrait, PixelType::U8x3, width, height, resizer, &mut buffers.scaled)?;
        }
    }
    Ok(&mut buffers.scaled)
}

/// A signature as large as its box in pixels admits, its sides in proportion, the paper made white.
///
/// Gives the left and top margin in the box, the width in pixels and the rows.
pub(crate) fn place_signature<'a>(
    signature: &Picture,
    width: u32,
    height: u32,
    resizer: &mut Resizer,
    buffers: &'a mut ToneBuffers,
) -> Result<(i32, i32, usize, &'a [u8]), PageError> {
    grey(signature, &mut buffers.grey);
    let histogram = histogram(&buffers.grey);
    let (ink, paper) = (percentile(&histogram, 0.005), percentile(&histogram, 0.8));
    // Without contrast there is no stroke to show, only paper.
    let tones: [u8; 256] = if paper - ink < 30.0 {
        [255; 256]
    } else {
        let white = paper - (paper - ink) * 0.12;
        std::array::from_fn(|value| ((value as f32 - ink) / (white - ink) * 255.0).clamp(0.0, 255.0) as u8)
    };
    apply(&tones, &mut buffers.grey);
    let ratio = signature.width() as f32 / signature.height() as f32;
    let fitted_width = (height as f32 * ratio).round().clamp(1.0, width as f32) as u32;
    let fitted_height = (fitted_width as f32 / ratio).round().clamp(1.0, height as f32) as u32;
    scale(&buffers.grey, signature, PixelType::U8, fitted_width, fitted_height, resizer, &mut buffers.scaled)?;
    let margin = |outer: u32, inner: u32| i32::try_from((outer - inner) / 2).unwrap_or(0);
    Ok((margin(width, fitted_width), margin(height, fitted_height), fitted_width as usize, &buffers.scaled))
}

fn check_shape(portrait: &Picture) -> Result<(), PageError> {
    let (width, height) = (portrait.width(), portrait.height());
    let ratio = width as f32 / height as f32 / (35.0 / 45.0);
    if (ratio - 1.0).abs() > SHAPE_TOLERANCE { Err(PageError::PortraitShape { width, height }) } else { Ok(()) }
}

fn grey(picture: &Picture, into: &mut Vec<u8>) {
    into.clear();
    match picture.channels() {
        Channels::Grey => into.extend_from_slice(picture.pixels()),
        Channels::Rgb => into.extend(picture.pixels().as_chunks::<3>().0.iter().map(|&[red, green, blue]| {
            ((u32::from(red) * 19_595 + u32::from(green) * 38_470 + u32::from(blue) * 7_471 + 32_768) >> 16) as u8
        })),
    }
}

fn histogram(grey: &[u8]) -> [u32; 256] {
    // Four tables side by side: equal neighbours do not wait for one another.
    let mut tables = [[0_u32; 256]; 4];
    let (quads, rest) = grey.as_chunks::<4>();
    for quad in quads {
        for (table, &value) in tables.iter_mut().zip(quad) {
            if let Some(count) = table.get_mut(usize::from(value)) {
                *count += 1;
            }
        }
    }
    for &value in rest {
        if let Some(count) = tables[0].get_mut(usize::from(value)) {
            *count += 1;
        }
    }
    std::array::from_fn(|value| tables.iter().filter_map(|table| table.get(value)).sum())
}

/// The value below which a share of the pixels lies.
fn percentile(histogram: &[u32; 256], share: f32) -> f32 {
    let total: u32 = histogram.iter().sum();
    let wanted = (total as f32 * share) as u32;
    let mut seen = 0;
    for (value, count) in histogram.iter().enumerate() {
        seen += count;
        if seen > wanted {
            return value as f32;
        }
    }
    255.0
}

/// What each tone becomes: the picture's own range is spread over the range that engraves well, middle tones lifted.
fn tone_curve(histogram: &[u32; 256], strength: f32) -> [u8; 256] {
    let (dark, light) = (percentile(histogram, 0.005), percentile(histogram, 0.995));
    let span = (light - dark).max(255.0 / STEEPEST);
    // A range shorter than the span is laid with its light end on the light end.
    let dark = (light - span).min(dark);
    std::array::from_fn(|value| {
        let tone = ((value as f32 - dark) / span).clamp(0.0, 1.0).powf(GAMMA);
        let engraved = DARKEST + tone * (LIGHTEST - DARKEST);
        (255.0 - (255.0 - engraved) * strength).round() as u8
    })
}

fn apply(tones: &[u8; 256], grey: &mut [u8]) {
    for value in grey {
        *value = tones.get(usize::from(*value)).copied().unwrap_or(*value);
    }
}

fn scale(
    samples: &[u8],
    picture: &Picture,
    pixel: PixelType,
    width: u32,
    height: u32,
    resizer: &mut Resizer,
    into: &mut Vec<u8>,
) -> Result<(), PageError> {
    into.resize(width as usize * height as usize * pixel.size(), 255);
    let source = ImageRef::new(picture.width(), picture.height(), samples, pixel).map_err(|_| PageError::Scaling)?;
    let mut target = Image::from_slice_u8(width, height, into, pixel).map_err(|_| PageError::Scaling)?;
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::CatmullRom));
    resizer.resize(&source, &mut target, &options).map_err(|_| PageError::Scaling)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dull_picture_gains_contrast_and_nothing_is_burnt_out() {
        let pixels: Vec<u8> = (0..35 * 45_u32).map(|index| 70 + (index % 35 * 2) as u8).collect();
        let dull = Picture::new(35, 45, Channels::Grey, pixels).unwrap();
        let mut buffers = ToneBuffers::default();
        let mut measured = measure(&dull, &mut buffers).unwrap();
        let engraved = measured.engrave(35, 45, 1.0, &mut Resizer::new()).unwrap();
        let (least, most) = (*engraved.iter().min().unwrap(), *engraved.iter().max().unwrap());
        assert!(most - least > 85, "{least} {most}");
        assert!(least > 0 && most < 255);
    }

    #[test]
    fn a_portrait_is_never_stretched() {
        let wide = Picture::filled(100, 100, Channels::Rgb, 9).unwrap();
        let mut buffers = ToneBuffers::default();
        let error = measure(&wide, &mut buffers).err();
        assert_eq!(error, Some(PageError::PortraitShape { width: 100, height: 100 }));
    }

    #[test]
    fn a_signature_on_grey_paper_gets_white_paper_and_keeps_its_shape() {
        let mut pixels = vec![200; 200 * 50];
        pixels[20 * 200..22 * 200].fill(40);
        let signature = Picture::new(200, 50, Channels::Grey, pixels).unwrap();
        let mut buffers = ToneBuffers::default();
        let (left, top, width, rows) =
            place_signature(&signature, 400, 200, &mut Resizer::new(), &mut buffers).unwrap();
        assert_eq!((left, top, width, rows.len()), (0, 50, 400, 400 * 100));
        assert_eq!(rows[0], 255);
        assert!(rows.iter().any(|&value| value < 20));
    }
}
