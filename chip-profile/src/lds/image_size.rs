//! What an image file says of itself: its type, and its width and height in pixels.

use super::dg2::ImageDataType;

/// The signature box with which a JPEG 2000 file begins (ISO/IEC 15444-1 I.5.1).
const JP2_SIGNATURE: &[u8] = b"\x00\x00\x00\x0CjP  \r\n\x87\n";
/// Start of codestream and the size marker (ISO/IEC 15444-1 A.4.1 and A.5.1).
const CODESTREAM_START: &[u8] = b"\xFF\x4F\xFF\x51";
/// Start of image and the marker prefix after it (ISO/IEC 10918-1 B.1.1).
const JPEG_START: &[u8] = b"\xFF\xD8\xFF";

/// Width and height, or `None` when the bytes are not an image of this type.
pub(crate) fn image_size(kind: ImageDataType, image: &[u8]) -> Option<(u32, u32)> {
    match kind {
        ImageDataType::Jpeg => jpeg_size(image),
        ImageDataType::Jpeg2000 if image.starts_with(CODESTREAM_START) => codestream_size(image),
        ImageDataType::Jpeg2000 => jp2_size(image.strip_prefix(JP2_SIGNATURE)?),
    }
}

/// Whether the bytes are a JPEG or a JPEG 2000 image, as far as their headers tell.
pub(crate) fn is_image(bytes: &[u8]) -> bool {
    [ImageDataType::Jpeg, ImageDataType::Jpeg2000].into_iter().any(|kind| image_size(kind, bytes).is_some())
}

fn big_endian(bytes: &[u8], at: usize, length: usize) -> Option<u32> {
    let bytes = bytes.get(at..at.checked_add(length)?)?;
    Some(bytes.iter().fold(0, |number, byte| number << 8 | u32::from(*byte)))
}

/// From the frame header SOF0 to SOF15, passing over the segments before it.
fn jpeg_size(image: &[u8]) -> Option<(u32, u32)> {
    if !image.starts_with(JPEG_START) {
        return None;
    }
    let mut at = 2;
    loop {
        let (&0xFF, &marker) = (image.get(at)?, image.get(at + 1)?) else { return None };
        match marker {
            0xFF => at += 1,
            0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF => {
                return Some((big_endian(image, at + 7, 2)?, big_endian(image, at + 5, 2)?));
            }
            // Scan data or the end come after the frame header in every valid file.
            0xD0..=0xDA => return None,
            _ => at += 2 + (big_endian(image, at + 2, 2)? as usize).max(2),
        }
    }
}

/// From the image header box, which is the first in the header box.
fn jp2_size(mut boxes: &[u8]) -> Option<(u32, u32)> {
    loop {
        let length = big_endian(boxes, 0, 4)? as usize;
        if boxes.get(4..8)? == b"jp2h" {
            let header = boxes.get(8..)?;
            if header.get(4..8)? != b"ihdr" {
                return None;
            }
            return Some((big_endian(header, 12, 4)?, big_endian(header, 8, 4)?));
        }
        boxes = boxes.get(length.max(8)..)?;
    }
}

/// From the size marker segment: the reference grid less the image's offset in it.
fn codestream_size(image: &[u8]) -> Option<(u32, u32)> {
    let size = |at| big_endian(image, at, 4);
    Some((size(8)?.checked_sub(size(16)?)?, size(12)?.checked_sub(size(20)?)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_from_the_headers() {
        let jpeg = b"\xFF\xD8\xFF\xE0\x00\x04JF\xFF\xFF\xC2\x00\x11\x08\x01\x02\x03\x04\x03";
        assert_eq!(image_size(ImageDataType::Jpeg, jpeg), Some((0x304, 0x102)));
        assert_eq!(image_size(ImageDataType::Jpeg2000, jpeg), None);
        let mut codestream = CODESTREAM_START.to_vec();
        codestream.extend([0, 0x29, 0, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 0, 1, 0, 0, 0, 2]);
        assert_eq!(image_size(ImageDataType::Jpeg2000, &codestream), Some((0x1FF, 0x2FE)));
        let mut jp2 = JP2_SIGNATURE.to_vec();
        jp2.extend(b"\0\0\0\x14ftypjp2 \0\0\0\0jp2 \0\0\0\x2Djp2h\0\0\0\x16ihdr\0\0\x02\x13\0\0\x01\x9D");
        assert_eq!(image_size(ImageDataType::Jpeg2000, &jp2), Some((413, 531)));
        assert_eq!(image_size(ImageDataType::Jpeg, &jp2), None);
        for image in [&jpeg[..], &codestream, &jp2] {
            for length in 0..image.len() - 1 {
                for kind in [ImageDataType::Jpeg, ImageDataType::Jpeg2000] {
                    let _ = image_size(kind, &image[..length]);
                }
            }
        }
    }
}
