//! A crop of a photograph, brought to the portrait's size.

use std::mem;

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::pixels::{U8, U8x3};
use fast_image_resize::{FilterType, PixelTrait, PixelType, ResizeAlg, ResizeOptions, Resizer};

use crate::picture::{Channels, Picture};
use crate::portrait::crop::{Crop, Frame};
use crate::portrait::error::PortraitError;

/// Memory that resampling uses again from one portrait to the next.
#[derive(Default)]
pub struct ResizeScratch {
    resizer: Resizer,
    level: Vec<u8>,
}

/// Cuts `crop` out of `source`, levels it if it is tilted, and resamples it to `frame` (Lanczos, three lobes; when the
/// picture shrinks the kernel widens with it, so nothing is aliased). Grey stays grey, colour stays colour.
///
/// `pixels` gives its memory to the result. Fails when the crop does not lie inside the source.
pub fn resize(
    source: &Picture,
    crop: &Crop,
    frame: Frame,
    pixels: Vec<u8>,
    scratch: &mut ResizeScratch,
) -> Result<Picture, PortraitError> {
    let type_of_pixel = match source.channels() {
        Channels::Grey => PixelType::U8,
        Channels::Rgb => PixelType::U8x3,
    };
    let mut pixels = pixels;
    let bytes = (frame.width as usize).saturating_mul(frame.height as usize).saturating_mul(source.channels().count());
    if bytes == 0 || bytes > MAX_FRAME_BYTES {
        return Err(PortraitError::Settings("the size of the frame"));
    }
    if ![crop.centre_x, crop.centre_y, crop.width, crop.height, crop.tilt].iter().all(|value| value.is_finite()) {
        return Err(OUTSIDE);
    }
    pixels.clear();
    pixels.resize(bytes, 0);

    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3)).use_alpha(false);
    let ResizeScratch { resizer, level } = scratch;
    let mut target = Image::from_slice_u8(frame.width, frame.height, &mut pixels, type_of_pixel).map_err(|_| MEMORY)?;
    if crop.tilt == 0.0 {
        let view =
            ImageRef::new(source.width(), source.height(), source.pixels(), type_of_pixel).map_err(|_| MEMORY)?;
        // Rounding may put an edge a hair outside, which the resampler would refuse.
        let width = crop.width.min(f64::from(source.width()));
        let height = crop.height.min(f64::from(source.height()));
        let left = (crop.centre_x - width / 2.0).clamp(0.0, f64::from(source.width()) - width);
        let top = (crop.centre_y - height / 2.0).clamp(0.0, f64::from(source.height()) - height);
        resample(resizer, &view, &mut target, &options.crop(left, top, width, height))?;
    } else {
        let (width, height) = level_rectangle(source, crop, level)?;
        let view = ImageRef::new(width, height, level, type_of_pixel).map_err(|_| MEMORY)?;
        resample(resizer, &view, &mut target, &options)?;
    }
    drop(target);
    Ok(Picture::new(frame.width, frame.height, source.channels(), mem::take(&mut pixels))?)
}

const MAX_FRAME_BYTES: usize = 64_000_000;
const MEMORY: PortraitError = PortraitError::Coder("memory of the resampler");
const OUTSIDE: PortraitError = PortraitError::Coder("a crop outside the photograph");

/// Names the two pixel types used here: the resampler's own choice at run time would compile it for all it knows.
fn resample(
    resizer: &mut Resizer,
    view: &ImageRef<'_>,
    target: &mut Image<'_>,
    options: &ResizeOptions,
) -> Result<(), PortraitError> {
    match target.pixel_type() {
        PixelType::U8 => resample_typed::<U8>(resizer, view, target, options),
        _ => resample_typed::<U8x3>(resizer, view, target, options),
    }
}

fn resample_typed<P: PixelTrait>(
    resizer: &mut Resizer,
    view: &ImageRef<'_>,
    target: &mut Image<'_>,
    options: &ResizeOptions,
) -> Result<(), PortraitError> {
    let view = view.typed_image::<P>().ok_or(MEMORY)?;
    let mut target = target.typed_image_mut::<P>().ok_or(MEMORY)?;
    resizer.resize_typed(&view, &mut target, options).map_err(|_| OUTSIDE)
}

/// Bits of a position behind the point, when a tilted rectangle is walked along.
const POSITION_BITS: u32 = 16;
/// Bits of the weights with which four pixels are blended.
const WEIGHT_BITS: u32 = 10;

/// Samples a tilted rectangle at the photograph's own resolution, bilinearly, into `level`.
fn level_rectangle(source: &Picture, crop: &Crop, level: &mut Vec<u8>) -> Result<(u32, u32), PortraitError> {
    let (width, height) = (crop.width.round().max(1.0), crop.height.round().max(1.0));
    let diagonal = f64::from(source.width()).hypot(f64::from(source.height()));
    if !(width <= diagonal && height <= diagonal) {
        return Err(OUTSIDE);
    }
    let (columns, rows) = (width as u32, height as u32);
    match source.channels() {
        Channels::Grey => walk::<1>(source, crop, (columns, rows), level),
        Channels::Rgb => walk::<3>(source, crop, (columns, rows), level),
    }
    Ok((columns, rows))
}

/// Walks the rectangle row by row in fixed-point steps.
fn walk<const N: usize>(source: &Picture, crop: &Crop, (columns, rows): (u32, u32), level: &mut Vec<u8>) {
    let one = f64::from(1u32 << POSITION_BITS);
    let fixed = |value: f64| (value * one).round() as i64;
    let (sine, cosine) = crop.tilt.sin_cos();
    let (step_x, step_y) = (crop.width / f64::from(columns), crop.height / f64::from(rows));
    let along = (fixed(step_x * cosine), fixed(step_x * sine));
    let last = |length: u32| i64::from(length.saturating_sub(1)) << POSITION_BITS;
    let (last_x, last_y) = (last(source.width()), last(source.height()));
    let (pixels, _) = source.pixels().as_chunks::<N>();
    level.clear();
    level.resize(columns as usize * rows as usize * N, 0);
    let (out, _) = level.as_chunks_mut::<N>();
    for (row, line) in out.chunks_exact_mut(columns as usize).enumerate() {
        let own_y = (row as f64 + 0.5) * step_y - crop.height / 2.0;
        let own_x = 0.5 * step_x - crop.width / 2.0;
        // Pixel middles lie at halves.
        let mut x = fixed(crop.centre_x + own_x * cosine - own_y * sine - 0.5);
        let mut y = fixed(crop.centre_y + own_x * sine + own_y * cosine - 0.5);
        for target in line {
            *target = blend(pixels, source.width() as usize, x.clamp(0, last_x), y.clamp(0, last_y));
            x += along.0;
            y += along.1;
        }
    }
}

/// The four pixels around a position, weighted by how near they are.
#[inline(always)]
fn blend<const N: usize>(pixels: &[[u8; N]], width: usize, x: i64, y: i64) -> [u8; N] {
    const WHOLE: u32 = 1 << WEIGHT_BITS;
    let weight = |position: i64| (position as u32 & ((1 << POSITION_BITS) - 1)) >> (POSITION_BITS - WEIGHT_BITS);
    let place = (y >> POSITION_BITS) as usize * width + (x >> POSITION_BITS) as usize;
    let (right, lower) = (weight(x), weight(y));
    // A neighbour past the edge has no weight, so any pixel will do in its place.
    let beside = usize::from(right > 0);
    let below = if lower > 0 { width } else { 0 };
    let at = |offset: usize| pixels.get(place + offset).copied().unwrap_or([0; N]);
    let [a, b, c, d] = [at(0), at(beside), at(below), at(below + beside)];
    std::array::from_fn(|channel| {
        let row = |left: [u8; N], other: [u8; N]| {
            u32::from(left[channel]) * (WHOLE - right) + u32::from(other[channel]) * right
        };
        let sum = row(a, b) * (WHOLE - lower) + row(c, d) * lower;
        ((sum + (1 << (2 * WEIGHT_BITS - 1))) >> (2 * WEIGHT_BITS)) as u8
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::portrait::crop::FaceImageType;

    fn ramp(width: u32, height: u32) -> Picture {
        let pixels =
            (0..height).flat_map(|y| (0..width).flat_map(move |x| [(x % 256) as u8, (y % 256) as u8, 77])).collect();
        Picture::new(width, height, Channels::Rgb, pixels).unwrap()
    }

    fn crop(centre: (f64, f64), size: (f64, f64), tilt: f64) -> Crop {
        let face_image_type = FaceImageType::Basic;
        Crop { centre_x: centre.0, centre_y: centre.1, width: size.0, height: size.1, tilt, face_image_type }
    }

    #[test]
    fn the_crop_and_nothing_else_is_seen() {
        let source = ramp(250, 250);
        let frame = Frame { width: 50, height: 60 };
        let crop = crop((125.0, 140.0), (100.0, 120.0), 0.0);
        let result = resize(&source, &crop, frame, vec![], &mut ResizeScratch::default()).unwrap();
        let middle = result.pixel(25, 30).unwrap();
        assert!(middle[0].abs_diff(125) <= 1 && middle[1].abs_diff(140) <= 1 && middle[2] == 77, "{middle:?}");
        let corner = result.pixel(0, 0).unwrap();
        assert!(corner[0].abs_diff(75) <= 2 && corner[1].abs_diff(80) <= 2, "{corner:?}");
    }

    #[test]
    fn a_tilted_crop_is_levelled() {
        let source = ramp(250, 250);
        let frame = Frame { width: 50, height: 60 };
        let tilt = 10_f64.to_radians();
        let crop = crop((125.0, 125.0), (100.0, 120.0), tilt);
        let result = resize(&source, &crop, frame, vec![], &mut ResizeScratch::default()).unwrap();
        // A step of 20 pixels to the right in the frame is 40 along the tilted edge.
        let (sine, cosine) = tilt.sin_cos();
        let (a, b) = (result.pixel(15, 30).unwrap(), result.pixel(35, 30).unwrap());
        assert!((f64::from(b[0]) - f64::from(a[0]) - 40.0 * cosine).abs() <= 1.5, "{a:?} {b:?}");
        assert!((f64::from(b[1]) - f64::from(a[1]) - 40.0 * sine).abs() <= 1.5, "{a:?} {b:?}");
    }

    #[test]
    fn grey_stays_grey_and_nonsense_is_refused() {
        let source = ramp(250, 250).to_grey();
        let frame = Frame { width: 50, height: 60 };
        let scratch = &mut ResizeScratch::default();
        let good = crop((125.0, 125.0), (250.0, 250.0), 0.0);
        assert_eq!(resize(&source, &good, frame, vec![], scratch).unwrap().channels(), Channels::Grey);
        assert!(resize(&source, &good, Frame { width: 0, height: 1 }, vec![], scratch).is_err());
        assert!(resize(&source, &crop((125.0, 125.0), (1e9, 1e9), 0.1), frame, vec![], scratch).is_err());
        assert!(resize(&source, &crop((f64::NAN, 0.0), (f64::NAN, 9.0), 0.1), frame, vec![], scratch).is_err());
    }
}
