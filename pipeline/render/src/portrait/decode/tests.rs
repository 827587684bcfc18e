//! Photographs of all kinds, made by the encoders, and damage of all kinds.

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use super::*;
use crate::picture::Channels;
use crate::portrait::tests::{Noise, jpeg_of, noisy_face, photographs, psnr};

const LIMITS: DecodeLimits =
    DecodeLimits { max_bytes: 10_000_000, max_pixels: 4_000_000, min_width: 20, min_height: 30 };

/// Four quarters of different colours: turning and mirroring are seen at once.
fn quarters(width: u32, height: u32) -> Picture {
    let pixels = (0..height).flat_map(|y| {
        (0..width).flat_map(move |x| match (x < width / 2, y < height / 2) {
            (true, true) => [200, 30, 30],
            (false, true) => [30, 200, 30],
            (true, false) => [30, 30, 200],
            (false, false) => [220, 220, 220],
        })
    });
    Picture::new(width, height, Channels::Rgb, pixels.collect()).unwrap()
}

fn jpeg(picture: &Picture, make: impl FnOnce(&mut Encoder<&mut Vec<u8>>)) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 92);
    make(&mut encoder);
    let color = match picture.channels() {
        Channels::Grey => ColorType::Luma,
        Channels::Rgb => ColorType::Rgb,
    };
    encoder.encode(picture.pixels(), picture.width() as u16, picture.height() as u16, color).unwrap();
    bytes
}

/// A little-endian TIFF structure with nothing but an orientation.
fn tiff(orientation: u16) -> Vec<u8> {
    let mut bytes = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    bytes.extend_from_slice(&orientation.to_le_bytes());
    bytes.extend_from_slice(&[0, 0, 0, 0, 0, 0]);
    bytes
}

fn png(picture_bytes: &[u8], size: (u32, u32), color: png::ColorType, depth: png::BitDepth) -> Vec<u8> {
    png_with(picture_bytes, size, color, depth, |_| {})
}

fn png_with(
    data: &[u8],
    (width, height): (u32, u32),
    color: png::ColorType,
    depth: png::BitDepth,
    make: impl FnOnce(&mut png::Info<'_>),
) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut info = png::Info::with_size(width, height);
    info.color_type = color;
    info.bit_depth = depth;
    make(&mut info);
    let encoder = png::Encoder::with_info(&mut bytes, info).unwrap();
    encoder.write_header().unwrap().write_image_data(data).unwrap();
    bytes
}

fn scans(bytes: &[u8]) -> usize {
    bytes.windows(2).filter(|window| *window == [0xff, 0xda]).count()
}

#[test]
fn jpegs_of_every_kind_show_the_picture() {
    let picture = noisy_face(203, 261, 7);
    let interleaved = jpeg(&picture, |encoder| encoder.set_sampling_factor(SamplingFactor::R_4_2_0));
    let separate = jpeg(&picture, |encoder| {
        encoder.set_sampling_factor(SamplingFactor::R_4_2_0);
        encoder.set_optimized_huffman_tables(true);
    });
    let progressive = jpeg(&picture, |encoder| {
        encoder.set_sampling_factor(SamplingFactor::R_4_2_0);
        encoder.set_progressive(true);
    });
    let full = jpeg(&picture, |encoder| encoder.set_sampling_factor(SamplingFactor::R_4_4_4));
    let restarted = jpeg(&picture, |encoder| encoder.set_restart_interval(5));
    let restarted_progressive = jpeg(&picture, |encoder| {
        encoder.set_restart_interval(7);
        encoder.set_progressive(true);
    });
    assert_eq!((scans(&interleaved), scans(&separate)), (1, 3));
    assert!(scans(&progressive) > 3);
    for (name, bytes) in [
        ("interleaved", interleaved),
        ("separate scans", separate),
        ("progressive", progressive),
        ("4:4:4", full),
        ("restart markers", restarted),
        ("restart markers, progressive", restarted_progressive),
    ] {
        let shown = decode(&bytes, &LIMITS).unwrap();
        let likeness = psnr(&shown, &picture);
        assert!(likeness > 33.0, "{name}: {likeness}");
        assert_eq!(check(&bytes, &LIMITS), inspect(&bytes, &LIMITS), "{name}");
    }
    let grey = picture.to_grey();
    assert!(psnr(&decode(&jpeg(&grey, |_| {}), &LIMITS).unwrap(), &grey.to_rgb()) > 33.0);
}

#[test]
fn inverted_ink_comes_out_as_colour() {
    let picture = quarters(64, 96);
    // Ink is what the colour lacks; the encoder stores it inverted, as Adobe does.
    let ink: Vec<u8> = picture.pixels().chunks_exact(3).flat_map(|p| [255 - p[0], 255 - p[1], 255 - p[2], 0]).collect();
    for color in [ColorType::Cmyk, ColorType::CmykAsYcck] {
        let mut bytes = Vec::new();
        Encoder::new(&mut bytes, 95).encode(&ink, 64, 96, color).unwrap();
        let shown = decode(&bytes, &LIMITS).unwrap();
        assert!(psnr(&shown, &picture) > 28.0, "{color:?}: {}", psnr(&shown, &picture));
        let adobe = bytes.windows(5).position(|window| window == b"Adobe").unwrap();
        bytes[adobe] = b'a';
        assert!(matches!(decode(&bytes, &LIMITS), Err(PortraitError::Unsupported(_))));
    }
}

#[test]
fn pngs_of_every_kind_show_the_picture() {
    use png::{BitDepth, ColorType};
    let size = (40, 60);
    let picture = quarters(40, 60);
    let rgb = picture.pixels();
    assert!(decode(&png(rgb, size, ColorType::Rgb, BitDepth::Eight), &LIMITS).unwrap() == picture);

    let sixteen: Vec<u8> = rgb.iter().flat_map(|&value| [value, 99]).collect();
    assert!(decode(&png(&sixteen, size, ColorType::Rgb, BitDepth::Sixteen), &LIMITS).unwrap() == picture);

    let grey = picture.to_grey();
    let coded = png(grey.pixels(), size, ColorType::Grayscale, BitDepth::Eight);
    assert!(decode(&coded, &LIMITS).unwrap() == grey.to_rgb());

    let bits: Vec<u8> = (0..60).flat_map(|y| [if y < 30 { 0xff } else { 0 }; 5]).collect();
    let shown = decode(&png(&bits, size, ColorType::Grayscale, BitDepth::One), &LIMITS).unwrap();
    assert_eq!((shown.pixel(9, 9), shown.pixel(9, 40)), (Some(&[255; 3][..]), Some(&[0; 3][..])));

    let indexed: Vec<u8> =
        (0..60).flat_map(|y| (0..40).map(move |x| u8::from(x >= 20) + 2 * u8::from(y >= 30))).collect();
    let palette = vec![200, 30, 30, 30, 200, 30, 30, 30, 200, 220, 220, 220];
    let coded =
        png_with(&indexed, size, ColorType::Indexed, BitDepth::Eight, |info| info.palette = Some(palette.into()));
    assert!(decode(&coded, &LIMITS).unwrap() == picture);
}

#[test]
fn what_is_transparent_is_seen_on_white() {
    use png::{BitDepth, ColorType};
    let pixel = [10, 200, 90];
    for (alpha, expected) in [(255, [10, 200, 90]), (0, [255, 255, 255]), (128, [132, 227, 172])] {
        let data: Vec<u8> = std::iter::repeat_n([pixel[0], pixel[1], pixel[2], alpha], 2400).flatten().collect();
        let shown = decode(&png(&data, (40, 60), ColorType::Rgba, BitDepth::Eight), &LIMITS).unwrap();
        assert_eq!(shown.pixel(3, 3).unwrap(), expected);
        let data: Vec<u8> = std::iter::repeat_n([pixel[0], alpha], 2400).flatten().collect();
        let shown = decode(&png(&data, (40, 60), ColorType::GrayscaleAlpha, BitDepth::Eight), &LIMITS).unwrap();
        assert_eq!(shown.pixel(3, 3).unwrap(), [expected[0]; 3]);
    }
}

#[test]
fn interlaced_pngs_are_read() {
    // The encoder writes no interlaced files, so the seven passes of Adam7 (8.2) are written out: 32 by 32, 8-bit grey.
    let value = |x: usize| (x / 2) as u8;
    let mut raw = Vec::new();
    for (x0, y0, dx, dy) in
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    {
        for _ in (y0..32).step_by(dy) {
            raw.push(0);
            raw.extend((x0..32).step_by(dx).map(|x| value(x) * 17));
        }
    }
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut bytes, b"IHDR", &[0, 0, 0, 32, 0, 0, 0, 32, 8, 0, 0, 0, 1]);
    chunk(&mut bytes, b"IDAT", &stored_zlib(&raw));
    chunk(&mut bytes, b"IEND", &[]);
    let shown = decode(&bytes, &LIMITS).unwrap();
    for (x, pixel) in shown.row(17).unwrap().chunks_exact(3).enumerate() {
        assert_eq!(pixel, [value(x) * 17; 3]);
    }
}

fn chunk(bytes: &mut Vec<u8>, name: &[u8; 4], data: &[u8]) {
    bytes.extend_from_slice(&(data.len() as u32).to_be_bytes());
    let checked = [&name[..], data].concat();
    bytes.extend_from_slice(&checked);
    let mut crc = u32::MAX;
    for byte in checked {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
        }
    }
    bytes.extend_from_slice(&(!crc).to_be_bytes());
}

fn stored_zlib(raw: &[u8]) -> Vec<u8> {
    let length = raw.len() as u16;
    let mut bytes = vec![0x78, 0x01, 0x01];
    bytes.extend_from_slice(&length.to_le_bytes());
    bytes.extend_from_slice(&(!length).to_le_bytes());
    bytes.extend_from_slice(raw);
    let (a, b) = raw.iter().fold((1_u32, 0_u32), |(a, b), &byte| {
        let a = (a + u32::from(byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    bytes.extend_from_slice(&(b << 16 | a).to_be_bytes());
    bytes
}

#[test]
fn all_eight_orientations_come_out_upright() {
    let upright = quarters(48, 80);
    for orientation in Orientation::ALL {
        // How a camera held that way stores the scene: the turning that the orientation undoes.
        let held = match orientation {
            Orientation::Rotated90 => Orientation::Rotated270,
            Orientation::Rotated270 => Orientation::Rotated90,
            other => other,
        };
        let stored = held.turn_upright(upright.clone()).unwrap();
        let exif = tiff(orientation as u16);
        let coded = jpeg(&stored, |encoder| {
            encoder.set_sampling_factor(SamplingFactor::R_4_4_4);
            encoder.add_app_segment(1, [b"Exif\0\0", &exif[..]].concat()).unwrap();
        });
        let info = inspect(&coded, &LIMITS).unwrap();
        assert_eq!((info.width, info.height, info.orientation), (48, 80, orientation));
        let shown = decode(&coded, &LIMITS).unwrap();
        assert!(psnr(&shown, &upright) > 28.0, "{orientation:?} {}", psnr(&shown, &upright));

        let size = (stored.width(), stored.height());
        let coded = png_with(stored.pixels(), size, png::ColorType::Rgb, png::BitDepth::Eight, |info| {
            info.exif_metadata = Some(exif.clone().into());
        });
        assert_eq!(inspect(&coded, &LIMITS).unwrap(), PictureInfo { format: PictureFormat::Png, ..info });
        assert!(decode(&coded, &LIMITS).unwrap() == upright, "{orientation:?}");
    }
}

#[test]
fn the_numbers_of_exif_mean_what_exif_says() {
    // Exif: where row 0 and column 0 of the stored picture lie in the scene. Checked by the place of the stored pixel
    // (0, 0) and of its right neighbour.
    let mut pixels = vec![0; 6];
    pixels[0] = 1;
    pixels[1] = 2;
    let stored = Picture::new(2, 3, Channels::Grey, pixels).unwrap();
    let place = |orientation: Orientation| {
        let shown = orientation.turn_upright(stored.clone()).unwrap();
        let at = |value| {
            let index = shown.pixels().iter().position(|&pixel| pixel == value).unwrap() as u32;
            (index % shown.width(), index / shown.width())
        };
        (at(1), at(2))
    };
    let expected = [
        ((0, 0), (1, 0)), // row 0 top, column 0 left
        ((1, 0), (0, 0)), // top, right
        ((1, 2), (0, 2)), // bottom, right
        ((0, 2), (1, 2)), // bottom, left
        ((0, 0), (0, 1)), // row 0 left, column 0 top
        ((2, 0), (2, 1)), // row 0 right, column 0 top
        ((2, 1), (2, 0)), // row 0 right, column 0 bottom
        ((0, 1), (0, 0)), // row 0 left, column 0 bottom
    ];
    for (orientation, expected) in Orientation::ALL.into_iter().zip(expected) {
        assert_eq!(place(orientation), expected, "{orientation:?}");
    }
}

#[test]
fn limits_hold_before_memory_is_taken() {
    let one = jpeg(&Picture::filled(1, 1, Channels::Rgb, 9).unwrap(), |_| {});
    let too_small = PortraitError::TooSmall { width: 1, height: 1, min_width: 20, min_height: 30 };
    assert_eq!(check(&one, &LIMITS), Err(too_small.clone()));
    let one = png(&[1, 2, 3], (1, 1), png::ColorType::Rgb, png::BitDepth::Eight);
    assert_eq!(check(&one, &LIMITS), Err(too_small));

    // Only the header says 10,000 by 10,000.
    let mut huge = jpeg_of(&quarters(40, 60), 80);
    let frame = huge.windows(2).position(|window| window == [0xff, 0xc0]).unwrap();
    huge[frame + 5..frame + 9].copy_from_slice(&[0x27, 0x10, 0x27, 0x10]);
    let too_many = PortraitError::TooManyPixels { width: 10_000, height: 10_000, limit: 4_000_000 };
    assert_eq!(inspect(&huge, &LIMITS), Err(too_many.clone()));
    assert_eq!(check(&huge, &LIMITS), Err(too_many.clone()));
    let mut huge = png(quarters(40, 60).pixels(), (40, 60), png::ColorType::Rgb, png::BitDepth::Eight);
    huge[16..24].copy_from_slice(&[0, 0, 0x27, 0x10, 0, 0, 0x27, 0x10]);
    assert_eq!(check(&huge, &LIMITS), Err(too_many));

    let tight = DecodeLimits { max_bytes: 100, ..LIMITS };
    assert!(matches!(check(&huge, &tight), Err(PortraitError::TooManyBytes { limit: 100, .. })));
}

#[test]
fn what_is_no_photograph_is_refused_in_words() {
    assert_eq!(check(b"", &LIMITS), Err(PortraitError::Empty));
    for no_image in [&b"GIF89a.................."[..], b"%PDF-1.7", b"\xff\xd8", b"hello", &[0; 500]] {
        assert_eq!(check(no_image, &LIMITS), Err(PortraitError::NotAnImage));
    }
    for process in [0xc3, 0xc9, 0xca, 0xc5] {
        let mut bytes = jpeg_of(&quarters(40, 60), 80);
        let frame = bytes.windows(2).position(|window| window == [0xff, 0xc0]).unwrap();
        bytes[frame + 1] = process;
        assert!(matches!(check(&bytes, &LIMITS), Err(PortraitError::Unsupported(_))), "{process:x}");
    }
    let message = check(b"hello", &LIMITS).unwrap_err().to_string();
    assert!(message.contains("supply the photograph as a JPEG or PNG"), "{message}");
}

#[test]
fn truncation_is_refused_at_every_length() {
    let picture = noisy_face(101, 131, 3);
    let baseline = jpeg_of(&picture, 85);
    let progressive = jpeg(&picture, |encoder| encoder.set_progressive(true));
    let png = png(picture.pixels(), (101, 131), png::ColorType::Rgb, png::BitDepth::Eight);
    for (bytes, step) in [(baseline, 7), (progressive, 11), (png, 83)] {
        for length in (0..bytes.len()).step_by(step).chain([bytes.len() - 2, bytes.len() - 1]) {
            let refused = check(&bytes[..length], &LIMITS);
            assert!(refused.is_err(), "{length} of {}", bytes.len());
            if length > 24 {
                assert!(matches!(refused, Err(PortraitError::Truncated | PortraitError::Damaged(_))), "{refused:?}");
            }
        }
    }
}

#[test]
fn flipped_bytes_never_panic() {
    let picture = noisy_face(101, 131, 5);
    let files = [
        jpeg_of(&picture, 85),
        jpeg(&picture, |encoder| encoder.set_progressive(true)),
        jpeg(&picture, |encoder| {
            encoder.set_sampling_factor(SamplingFactor::R_4_2_0);
            encoder.set_optimized_huffman_tables(true);
        }),
        jpeg(&picture, |encoder| encoder.add_app_segment(1, [b"Exif\0\0", &tiff(6)[..]].concat()).unwrap()),
        png(picture.pixels(), (101, 131), png::ColorType::Rgb, png::BitDepth::Eight),
    ];
    let mut noise = Noise(1);
    for bytes in &files {
        // The headers byte by byte, the rest by chance.
        for round in 0..700_usize {
            let mut damaged = bytes.clone();
            let flips = 1 + noise.next() % 3;
            for _ in 0..flips {
                let at = if round < 350 { round } else { (noise.next() % bytes.len() as u64) as usize };
                let at = at.min(bytes.len() - 1);
                damaged[at] ^= (1 + noise.next() % 255) as u8;
            }
            let _ = check(&damaged, &LIMITS);
        }
    }
}

#[test]
fn every_photograph_of_the_test_data_is_sound() {
    for folder in ["faces", "portraits"] {
        let Some(files) = photographs(folder) else { return };
        for bytes in files {
            assert!(check(&bytes, &DecodeLimits::default()).is_ok());
        }
    }
}
