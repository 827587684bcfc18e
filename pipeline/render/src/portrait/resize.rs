//! A crop of a photograph, brought to the portrait's size.

use std::mem;

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::pixels::{U8, U8x3};
use fast_image_resize::{FilterType, PixelTrait, PixelType, ResizeAlg, ResizeOptions, Resizer};

use crate::picture::{Channels, Picture};
use crate::portrait::crop::{Crop, Frame};
use crate::portrait::decode::Orientation;
use crate::portrait::error::PortraitError;
use crate::portrait::level::{self, LevelScratch};

/// Memory that resampling uses again from one portrait to the next.
#[derive(Default)]
pub struct ResizeScratch {
    resizer: Resizer,
    level: LevelScratch,
}

/// Cuts `crop` out of `source`, levels it if it is tilted, and resamples it to `frame` (Lanczos, three lobes; when the
/// picture shrinks the kernel widens with it, so nothing is aliased). Grey stays grey, colour stays colour.
///
/// `pixels` gives its memory to the result. A level crop that reaches over the edge of the source is moved into it and made
/// no larger than it; under a tilted one the pixels of the edge stand for what lies beyond.
///
/// # Errors
/// [`PortraitError::Settings`] for a frame without pixels or of more than 64 MB, [`PortraitError::Coder`] for a crop
/// that is not one: its numbers are not finite or below zero, or it is tilted and longer than the source from corner to
/// corner, or as far from it.
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
        let levelled = level::level(source, crop, level).ok_or(OUTSIDE)?;
        let (columns, rows) = levelled.size;
        let view = ImageRef::new(columns, rows, levelled.pixels, type_of_pixel).map_err(|_| MEMORY)?;
        let (width, height) = levelled.rectangle;
        let (left, top) = ((f64::from(columns) - width) / 2.0, (f64::from(rows) - height) / 2.0);
        resample(resizer, &view, &mut target, &options.crop(left, top, width, height))?;
    }
    drop(target);
    Ok(Picture::new(frame.width, frame.height, source.channels(), mem::take(&mut pixels))?)
}

/// A photograph as it was stored, and how it has to be turned to be upright.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The picture.
    pub stored: &'a Picture,
    /// How it was held.
    pub orientation: Orientation,
}

/// As [`resize`], of a photograph that may lie on its side: `crop` and `frame` are those of the upright one, and so is the
/// result. It is turned when it is small.
///
/// # Errors
/// As [`resize`].
pub fn resize_upright(
    source: Source<'_>,
    crop: &Crop,
    frame: Frame,
    pixels: Vec<u8>,
    scratch: &mut ResizeScratch,
) -> Result<Picture, PortraitError> {
    let Source { stored, orientation } = source;
    let upright_size = orientation.upright_size((stored.width(), stored.height()));
    let crop = as_stored(crop, orientation, upright_size);
    let (width, height) = orientation.upright_size((frame.width, frame.height));
    let lying = resize(stored, &crop, Frame { width, height }, pixels, scratch)?;
    Ok(orientation.turn_upright(lying)?)
}

/// A crop of the upright photograph in the axes of the stored one.
fn as_stored(crop: &Crop, orientation: Orientation, (width, height): (u32, u32)) -> Crop {
    use Orientation::{
        MirroredHorizontally, MirroredVertically, Rotated90, Rotated180, Rotated270, Transposed, Transversed, Upright,
    };
    let (x, y) = (crop.centre_x, crop.centre_y);
    let (from_right, from_below) = (f64::from(width) - x, f64::from(height) - y);
    let (centre_x, centre_y) = match orientation {
        Upright => (x, y),
        MirroredHorizontally => (from_right, y),
        Rotated180 => (from_right, from_below),
        MirroredVertically => (x, from_below),
        Transposed => (y, x),
        Rotated90 => (y, from_right),
        Transversed => (from_below, from_right),
        Rotated270 => (from_below, x),
    };
    let (width, height) = match orientation {
        Upright | MirroredHorizontally | Rotated180 | MirroredVertically => (crop.width, crop.height),
        Transposed | Rotated90 | Transversed | Rotated270 => (crop.height, crop.width),
    };
    // In a mirror a head leans the other way.
    let tilt = match orientation {
        Upright | Rotated90 | Rotated180 | Rotated270 => crop.tilt,
        MirroredHorizontally | MirroredVertically | Transposed | Transversed => -crop.tilt,
    };
    Crop { centre_x, centre_y, width, height, tilt, face_image_type: crop.face_image_type }
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

    /// Round spots, so that nothing is alike under turning or mirroring.
    fn spots(width: u32, height: u32) -> Picture {
        let colour = |x: u32, y: u32| {
            let wave = |a: f64, b: f64| 127.5 + 100.0 * (f64::from(x) * a + f64::from(y) * b).sin();
            [wave(0.05, 0.02) as u8, wave(0.01, 0.07) as u8, (x * 255 / width) as u8]
        };
        let pixels = (0..height).flat_map(|y| (0..width).flat_map(move |x| colour(x, y))).collect();
        Picture::new(width, height, Channels::Rgb, pixels).unwrap()
    }

    #[test]
    fn levelling_samples_where_the_tilted_rectangle_lies() {
        let source = spots(400, 500);
        let frame = Frame { width: 100, height: 120 };
        for degrees in [-14.9, -3.0, 1.1, 8.0, 14.9_f64] {
            let tilt = degrees.to_radians();
            let crop = crop((195.3, 260.7), (200.0, 240.0), tilt);
            let result = resize(&source, &crop, frame, vec![], &mut ResizeScratch::default()).unwrap();
            let (sine, cosine) = tilt.sin_cos();
            for (x, y) in [(3_u32, 4_u32), (97, 3), (50, 60), (2, 117), (96, 116), (71, 30)] {
                let (u, v) = ((f64::from(x) + 0.5) * 2.0 - 100.0, (f64::from(y) + 0.5) * 2.0 - 120.0);
                let at = (195.3 + u * cosine - v * sine - 0.5, 260.7 + u * sine + v * cosine - 0.5);
                let wave = |a: f64, b: f64| 127.5 + 100.0 * (at.0 * a + at.1 * b).sin();
                let expected = [wave(0.05, 0.02), wave(0.01, 0.07), at.0 * 255.0 / 400.0];
                for (seen, expected) in result.pixel(x, y).unwrap().iter().zip(expected) {
                    assert!((f64::from(*seen) - expected).abs() < 3.0, "{degrees} {x},{y}: {seen} {expected}");
                }
            }
        }
    }

    #[test]
    fn a_photograph_that_lies_on_its_side_gives_the_portrait_of_the_upright_one() {
        let upright = spots(300, 380);
        let frame = Frame { width: 70, height: 90 };
        let scratch = &mut ResizeScratch::default();
        for (orientation, tilt) in
            Orientation::ALL.into_iter().flat_map(|orientation| [0.0, -0.1, 0.2].map(|tilt| (orientation, tilt)))
        {
            // How a camera held that way stores the scene: the turning that the orientation undoes.
            let held = match orientation {
                Orientation::Rotated90 => Orientation::Rotated270,
                Orientation::Rotated270 => Orientation::Rotated90,
                other => other,
            };
            let stored = held.turn_upright(upright.clone()).unwrap();
            let crop = crop((140.0, 200.0), (140.0, 180.0), tilt);
            let source = Source { stored: &stored, orientation };
            let turned = resize_upright(source, &crop, frame, vec![], scratch).unwrap();
            let expected = resize(&upright, &crop, frame, vec![], scratch).unwrap();
            assert_eq!((turned.width(), turned.height()), (70, 90));
            let difference = turned.pixels().iter().zip(expected.pixels()).map(|(a, b)| a.abs_diff(*b)).max();
            assert!(difference <= Some(3), "{orientation:?} tilted by {tilt}: {difference:?}");
        }
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
        assert!(resize(&source, &crop((1e300, -1e300), (9.0, 9.0), 0.1), frame, vec![], scratch).is_err());
        assert!(resize(&source, &crop((125.0, 125.0), (9.0, 9.0), 1.6), frame, vec![], scratch).is_err());
        assert!(resize(&source, &crop((f64::NAN, 0.0), (f64::NAN, 9.0), 0.1), frame, vec![], scratch).is_err());
    }
}
