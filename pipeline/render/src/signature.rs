//! The holder's signature as a chip shows it in DG7 (Doc 9303-10 4.7.7): grey, no larger than it is of use, as JPEG.

use crate::portrait::crop::{Crop, FaceImageType, Frame};
use crate::portrait::decode::{self, DecodeLimits};
use crate::portrait::error::PortraitError;
use crate::portrait::jpeg::{self, JpegScratch, JpegSettings};
use crate::portrait::resize::{self, ResizeScratch};

/// Largest width, in pixels: 50 mm at 300 dots an inch.
pub const WIDEST: u32 = 600;
/// Largest height, in pixels.
pub const TALLEST: u32 = 300;
/// Bytes of the coded image at most.
pub const MOST_BYTES: usize = 10_000;

/// Decodes an image of a signature, brings it to a size that fits, its sides in proportion, and codes it.
///
/// # Errors
/// The bytes are no JPEG or PNG within `limits`.
pub fn coded(bytes: &[u8], limits: &DecodeLimits) -> Result<Vec<u8>, PortraitError> {
    let picture = decode::decode(bytes, limits)?.to_grey();
    let (width, height) = (f64::from(picture.width()), f64::from(picture.height()));
    let scale = (f64::from(WIDEST) / width).min(f64::from(TALLEST) / height);
    let picture = if scale < 1.0 {
        let whole = Crop {
            centre_x: width / 2.0,
            centre_y: height / 2.0,
            width,
            height,
            tilt: 0.0,
            face_image_type: FaceImageType::Basic,
        };
        let side = |length: f64| (length * scale).round().max(1.0) as u32;
        let frame = Frame { width: side(width), height: side(height) };
        resize::resize(&picture, &whole, frame, Vec::new(), &mut ResizeScratch::default())?
    } else {
        picture
    };
    jpeg::encode(&picture, &JpegSettings { target_bytes: MOST_BYTES }, &mut JpegScratch::default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::samples;
    use crate::picture::Channels;

    #[test]
    fn a_signature_keeps_its_shape_and_is_no_larger_than_it_may_be() {
        let limits = DecodeLimits { min_width: 1, min_height: 1, ..DecodeLimits::default() };
        let drawn = samples::signature().to_rgb();
        let mut original = Vec::new();
        jpeg::encode_at(&drawn, 95, &mut original).unwrap();
        let bytes = coded(&original, &limits).unwrap();
        // The frame's header: marker, length, precision, height, width, number of components.
        let frame = bytes.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
        assert_eq!(bytes[frame + 9], 1, "one component: grey");
        let shown = decode::decode(&bytes, &limits).unwrap();
        let scale = (f64::from(WIDEST) / f64::from(drawn.width())).min(f64::from(TALLEST) / f64::from(drawn.height()));
        let side = |length: u32| (f64::from(length) * scale.min(1.0)).round() as u32;
        assert_eq!((shown.width(), shown.height()), (side(drawn.width()), side(drawn.height())));

        let wide = crate::picture::Picture::filled(2400, 300, Channels::Rgb, 255).unwrap();
        jpeg::encode_at(&wide, 90, &mut original).unwrap();
        let bytes = coded(&original, &limits).unwrap();
        assert!(bytes.len() <= MOST_BYTES && bytes.starts_with(&[0xFF, 0xD8]));
        let shown = decode::decode(&bytes, &limits).unwrap();
        assert_eq!((shown.width(), shown.height()), (WIDEST, 75));
        assert!(coded(b"no picture", &limits).is_err());
    }
}
