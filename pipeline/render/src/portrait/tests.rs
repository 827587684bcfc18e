//! What the tests of the portrait share, and the tests of the whole preparation.

use std::path::PathBuf;

use super::crop::{Eyes, FaceImageType, Frame};
use super::decode::{DecodeLimits, decode};
use super::jpeg2000;
use super::prepare::{PortraitFormat, PortraitScratch, PortraitSettings, prepare};
use crate::picture::{Channels, Picture};

/// A small generator of noise, the same everywhere (SplitMix64).
pub(crate) struct Noise(pub(crate) u64);

impl Noise {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Between −1 and 1, most of it near 0.
    pub(crate) fn bell(&mut self) -> f64 {
        let mut sum = 0.0;
        for _ in 0..4 {
            sum += (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        }
        sum / 2.0 - 1.0
    }
}

/// A smooth oval before a light ground, with hair, eyes and some grain: it codes like a photograph.
pub(crate) fn noisy_face(width: u32, height: u32, seed: u64) -> Picture {
    let mut noise = Noise(seed);
    let mut pixels = Vec::new();
    for y in 0..height {
        for x in 0..width {
            let (u, v) = (f64::from(x) / f64::from(width) - 0.5, f64::from(y) / f64::from(height) - 0.5);
            let radius = (u * u * 9.0 + v * v * 6.0).sqrt();
            let edge = 1.0 / (1.0 + ((radius - 1.0) * 40.0).exp());
            let hair =
                if v < -0.22 { ((u * 300.0).sin() * 25.0 + (v * 170.0 + u * 90.0).sin() * 20.0) * edge } else { 0.0 };
            let eye = |centre: f64| (-((u - centre).powi(2) * 900.0 + (v + 0.1).powi(2) * 2500.0)).exp() * 90.0;
            let shade = 30.0 * u * edge;
            let grain = noise.bell() * 5.0;
            for (skin, ground) in [(205.0, 225.0), (165.0, 228.0), (140.0, 232.0)] {
                let value = skin * edge + ground * (1.0 - edge) + hair + shade - eye(-0.13) - eye(0.13) + grain;
                pixels.push(value.clamp(0.0, 255.0) as u8);
            }
        }
    }
    Picture::new(width, height, Channels::Rgb, pixels).unwrap()
}

pub(crate) fn psnr(a: &Picture, b: &Picture) -> f64 {
    assert_eq!((a.width(), a.height(), a.channels()), (b.width(), b.height(), b.channels()));
    let squares: f64 = a.pixels().iter().zip(b.pixels()).map(|(&a, &b)| f64::from(a.abs_diff(b)).powi(2)).sum();
    10.0 * (255.0 * 255.0 * a.pixels().len() as f64 / squares.max(1e-9)).log10()
}

/// JPEG files of `folder` in the test data; `None`, said aloud, where there is no test data.
pub(crate) fn photographs(folder: &str) -> Option<Vec<Vec<u8>>> {
    let Some(shared) = std::env::var_os("PERSOLINE_SHARED") else {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "no test data: PERSOLINE_SHARED is not set");
        println!("not run: no test data");
        return None;
    };
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(PathBuf::from(shared).join(folder)).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "jpg"));
    paths.sort();
    assert!(!paths.is_empty(), "no photographs in {folder}");
    Some(paths.iter().map(|path| std::fs::read(path).unwrap()).collect())
}

pub(crate) fn jpeg_of(picture: &Picture, quality: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    super::jpeg::encode_at(picture, quality, &mut bytes).unwrap();
    bytes
}

#[test]
fn every_face_becomes_a_portrait_of_the_frame_and_the_target() {
    let Some(faces) = photographs("faces") else { return };
    let settings = PortraitSettings { photographs_are_composed: false, ..PortraitSettings::default() };
    let mut scratch = PortraitScratch::default();
    for bytes in &faces {
        let portrait = prepare(bytes, None, &settings, &mut scratch).unwrap();
        assert_eq!((portrait.width, portrait.height), (413, 531));
        assert_eq!((portrait.picture.width(), portrait.picture.height()), (413, 531));
        assert_eq!(portrait.face_image_type, FaceImageType::Basic);
        assert!(portrait.coded.len() <= 18_000 && portrait.coded.len() >= 17_100, "{} bytes", portrait.coded.len());
        assert!(portrait.coded.starts_with(b"\0\0\0\x0cjP  "));
    }
}

#[test]
fn both_codings_show_the_picture_that_the_page_gets() {
    let bytes = jpeg_of(&noisy_face(826, 1062, 1), 95);
    for format in [PortraitFormat::Jpeg2000, PortraitFormat::Jpeg] {
        let settings = PortraitSettings { format, ..PortraitSettings::default() };
        let portrait = prepare(&bytes, None, &settings, &mut PortraitScratch::default()).unwrap();
        let shown = match format {
            PortraitFormat::Jpeg2000 => jpeg2000::decode(&portrait.coded, 1_000_000).unwrap(),
            PortraitFormat::Jpeg => decode(&portrait.coded, &DecodeLimits::default()).unwrap(),
        };
        let likeness = psnr(&shown, &portrait.picture);
        assert!(likeness > 33.0, "{format:?} {likeness}");
        assert_eq!(portrait.face_image_type, FaceImageType::FullFrontal);
        assert!(portrait.coded.len() <= settings.target_bytes);
    }
}

#[test]
fn the_eyes_come_to_their_place() {
    // Two black dots on white, tilted by eight degrees.
    let (left, right) = ((400.0_f64, 500.0_f64), (697.08_f64, 541.75_f64));
    let mut photograph = Picture::filled(1200, 1600, Channels::Rgb, 255).unwrap();
    for y in 0..1600_u32 {
        let row = photograph.row_mut(y).unwrap();
        for (x, pixel) in row.chunks_exact_mut(3).enumerate() {
            let near = |eye: (f64, f64)| (x as f64 - eye.0).hypot(f64::from(y) - eye.1) < 24.0;
            if near(left) || near(right) {
                pixel.fill(0);
            }
        }
    }
    let eyes = Eyes { left, right };
    let settings = PortraitSettings { photographs_are_composed: false, ..PortraitSettings::default() };
    let portrait = prepare(&jpeg_of(&photograph, 95), Some(&eyes), &settings, &mut PortraitScratch::default()).unwrap();
    assert_eq!(portrait.face_image_type, FaceImageType::FullFrontal);
    let centre = |columns: std::ops::Range<u32>| {
        let mut sums = (0.0, 0.0, 0.0);
        for (x, y) in columns.flat_map(|x| (0..531).map(move |y| (x, y))) {
            if portrait.picture.pixel(x, y).unwrap()[0] < 128 {
                sums = (sums.0 + f64::from(x), sums.1 + f64::from(y), sums.2 + 1.0);
            }
        }
        (sums.0 / sums.2, sums.1 / sums.2)
    };
    let (left, right) = (centre(0..206), centre(206..413));
    assert!((left.1 - right.1).abs() < 1.5, "level: {left:?} {right:?}");
    assert!(right.0 - left.0 >= 90.0);
    assert!(((left.0 + right.0) / 2.0 / 413.0 - 0.5).abs() < 0.05);
    assert!((0.3..=0.5).contains(&(left.1 / 531.0)), "{}", left.1);
}

#[test]
fn scratch_does_not_carry_one_portrait_into_the_next() {
    let settings = PortraitSettings { frame: Frame { width: 240, height: 308 }, ..PortraitSettings::default() };
    let photographs = [jpeg_of(&noisy_face(700, 900, 5), 90), jpeg_of(&noisy_face(500, 640, 6), 90)];
    let mut shared = PortraitScratch::default();
    for bytes in photographs.iter().chain(&photographs) {
        let again = prepare(bytes, None, &settings, &mut shared).unwrap();
        let fresh = prepare(bytes, None, &settings, &mut PortraitScratch::default()).unwrap();
        assert!(again == fresh);
    }
}

#[test]
fn a_portrait_does_not_show_itself_in_debug_output() {
    let bytes = jpeg_of(&noisy_face(413, 531, 1), 90);
    let portrait = prepare(&bytes, None, &PortraitSettings::default(), &mut PortraitScratch::default()).unwrap();
    let shown = format!("{portrait:?}");
    assert!(shown.len() < 200, "{shown}");
}
