//! Composed pages, spoiled as a camera does, read back.

use super::*;
use crate::page::samples::{Sample, eriksson, varied};
use crate::page::{PageScratch, PageSettings, code_laser, compose_laser};
use crate::picture::Channels;
use crate::portrait::tests::Noise;

/// What a camera does to a page.
#[derive(Clone, Copy, Debug)]
struct Spoiling {
    shift_mm: (f32, f32),
    /// Standard deviation of the noise, grey values.
    noise: f64,
    /// Black and white come out as these.
    range: (f64, f64),
    blurred: bool,
}

const CLEAN: Spoiling = Spoiling { shift_mm: (0.0, 0.0), noise: 0.0, range: (0.0, 255.0), blurred: false };

/// The laser layer as an image, and the zone in it.
fn engraved(sample: &Sample, dpi: u32) -> (Picture, MrzZone) {
    let settings = PageSettings { dpi, ..PageSettings::default() };
    let mut scratch = PageScratch::new();
    compose_laser(&sample.page(), &settings, &mut scratch).unwrap();
    let layer = code_laser(&settings, &scratch).unwrap();
    let pixels = scratch.laser.pixels().to_vec();
    (Picture::new(layer.width, layer.height, Channels::Grey, pixels).unwrap(), MrzZone::td3(layer.origin))
}

fn seen_by_camera(image: &Picture, dpi: u32, spoiling: &Spoiling, seed: u64) -> Picture {
    let mut noise = Noise(seed);
    let (width, height) = (image.width() as i32, image.height() as i32);
    let by = |mm: f32| (mm / 25.4 * dpi as f32).round() as i32;
    let (dx, dy) = (by(spoiling.shift_mm.0), by(spoiling.shift_mm.1));
    let at = |x: i32, y: i32| {
        let inside = (0..width).contains(&x) && (0..height).contains(&y);
        if inside { f64::from(image.pixels()[(y * width + x) as usize]) } else { 255.0 }
    };
    let mut pixels = Vec::with_capacity(image.pixels().len());
    // Only what is read is looked at: the noise above it would cost time for nothing.
    let first = height - by(31.0);
    for y in 0..height {
        for x in 0..width {
            if y < first {
                pixels.push(255);
                continue;
            }
            let (x, y) = (x - dx, y - dy);
            let mut value = at(x, y);
            if spoiling.blurred {
                value = (4.0 * value
                    + 2.0 * (at(x - 1, y) + at(x + 1, y) + at(x, y - 1) + at(x, y + 1))
                    + at(x - 2, y)
                    + at(x + 2, y)
                    + at(x, y - 2)
                    + at(x, y + 2))
                    / 16.0;
            }
            let (black, white) = spoiling.range;
            // Four uniform deviates of variance 1/3, halved: the deviation of `bell` is 1/√12.
            let grain = noise.bell() * spoiling.noise * 12_f64.sqrt();
            pixels.push((black + value / 255.0 * (white - black) + grain).clamp(0.0, 255.0) as u8);
        }
    }
    Picture::new(image.width(), image.height(), Channels::Grey, pixels).unwrap()
}

#[test]
fn spoiled_pages_are_read_without_an_error() {
    let sample = eriksson();
    let spoilings = [
        CLEAN,
        Spoiling { shift_mm: (0.9, -0.8), noise: 12.0, range: (30.0, 230.0), blurred: true },
        Spoiling { shift_mm: (-1.0, 1.0), noise: 20.0, range: (60.0, 200.0), blurred: true },
        Spoiling { shift_mm: (0.33, 0.71), noise: 6.0, range: (90.0, 160.0), blurred: false },
    ];
    for dpi in [300, 600] {
        let (image, zone) = engraved(&sample, dpi);
        let reader = MrzReader::new(dpi, &zone).unwrap();
        for (spoiling, seed) in spoilings.iter().zip(0..) {
            let seen = reader.read(&seen_by_camera(&image, dpi, spoiling, seed)).unwrap();
            assert_eq!(seen.lines, sample.mrz, "{dpi} dpi, {spoiling:?}");
            assert!(seen.confidence > 0.7, "{dpi} dpi, {spoiling:?}: {}", seen.confidence);
        }
    }
}

#[test]
fn many_holders_are_read_with_noise_of_many_seeds() {
    for (sample, seed) in varied(10).iter().zip(100..) {
        let (image, zone) = engraved(sample, 300);
        let mut noise = Noise(seed);
        let shift_mm = (noise.bell() as f32, noise.bell() as f32);
        let spoiling = Spoiling { shift_mm, noise: 14.0, range: (40.0, 225.0), blurred: true };
        let seen = read_mrz(&seen_by_camera(&image, 300, &spoiling, seed), 300, &zone).unwrap();
        assert_eq!(seen.lines, sample.mrz, "seed {seed}");
    }
}

#[test]
fn every_character_is_told_from_every_other() {
    let alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<";
    let mut sample = eriksson();
    for turn in [0, 19] {
        let turned: String = alphabet.chars().cycle().skip(turn).take(44).collect();
        let back: String = alphabet.chars().rev().cycle().skip(turn).take(44).collect();
        sample.mrz = [turned, back];
        let (image, zone) = engraved(&sample, 300);
        let spoiling = Spoiling { shift_mm: (0.4, -0.6), noise: 12.0, range: (30.0, 230.0), blurred: true };
        let seen = read_mrz(&seen_by_camera(&image, 300, &spoiling, 7), 300, &zone).unwrap();
        assert_eq!(seen.lines, sample.mrz);
    }
}

#[test]
fn a_misprinted_character_is_seen_as_printed() {
    for (position, printed) in [(0, 'B'), (4, '0'), (9, '8'), (43, '1'), (20, '<')] {
        let mut sample = eriksson();
        let ordered = sample.mrz.clone();
        sample.mrz[1].replace_range(position..=position, &printed.to_string());
        let (image, zone) = engraved(&sample, 300);
        let spoiling = Spoiling { shift_mm: (-0.5, 0.3), noise: 10.0, range: (30.0, 230.0), blurred: true };
        let seen = read_mrz(&seen_by_camera(&image, 300, &spoiling, 3), 300, &zone).unwrap();
        assert_eq!(seen.lines, sample.mrz);
        assert_eq!(seen.lines == ordered, sample.mrz == ordered);
    }
}

#[test]
fn the_card_access_number_is_read_as_it_is_printed() {
    let mut sample = eriksson();
    let spoilings = [
        CLEAN,
        Spoiling { shift_mm: (0.9, -0.8), noise: 12.0, range: (30.0, 230.0), blurred: true },
        Spoiling { shift_mm: (-1.0, 1.0), noise: 20.0, range: (60.0, 200.0), blurred: true },
    ];
    for dpi in [300, 600] {
        for (number, seed) in ["482915", "000000", "888808", "170693"].into_iter().zip(1..) {
            sample.card_access_number = number;
            let (image, zone) = engraved(&sample, dpi);
            let reader = MrzReader::new(dpi, &zone).unwrap();
            for spoiling in &spoilings {
                let seen = seen_by_camera(&image, dpi, spoiling, seed);
                let mrz = reader.read(&seen).unwrap();
                assert_eq!(reader.read_card_access_number(&seen, &mrz).as_deref(), Ok(number), "{dpi}, {spoiling:?}");
            }
        }
    }
}

#[test]
fn a_page_without_a_card_access_number_has_none() {
    let (mut image, zone) = engraved(&eriksson(), 300);
    let pixel = |mm: f32| (mm / 25.4 * 300.0) as usize;
    let (x, y) = zone.card_access_number;
    for row in pixel(y - zone.origin.1 - 3.2)..pixel(y - zone.origin.1 + 0.6) {
        let left = pixel(x - zone.origin.0 - 1.0);
        image.row_mut(row as u32).unwrap()[left..left + pixel(18.0)].fill(255);
    }
    let spoiling = Spoiling { noise: 8.0, range: (30.0, 230.0), ..CLEAN };
    let image = seen_by_camera(&image, 300, &spoiling, 1);
    let reader = MrzReader::new(300, &zone).unwrap();
    let mrz = reader.read(&image).unwrap();
    assert_eq!(reader.read_card_access_number(&image, &mrz), Err(CameraError::CardAccessNumber { position: 1 }));
}

#[test]
fn a_blank_page_and_a_missing_character_are_errors() {
    let (image, zone) = engraved(&eriksson(), 300);
    for noise in [0.0, 6.0] {
        let spoiling = Spoiling { noise, range: (0.0, 230.0), ..CLEAN };
        let paper = Picture::filled(image.width(), image.height(), Channels::Grey, 255).unwrap();
        let read = read_mrz(&seen_by_camera(&paper, 300, &spoiling, 1), 300, &zone);
        assert_eq!(read, Err(CameraError::Blank { line: 1 }), "noise {noise}");
    }
    // Strong noise without print has contrast, but is like no character.
    let spoiling = Spoiling { noise: 40.0, range: (0.0, 128.0), ..CLEAN };
    let paper = Picture::filled(image.width(), image.height(), Channels::Grey, 255).unwrap();
    let read = read_mrz(&seen_by_camera(&paper, 300, &spoiling, 1), 300, &zone);
    assert!(matches!(read, Err(CameraError::Unreadable { .. } | CameraError::Blank { .. })), "{read:?}");

    // The eleventh character of the lower line is scraped off, or blackened.
    for ink in [255, 0] {
        let mut damaged = image.clone();
        let (x, y) = zone.pens[1];
        let pixel = |mm: f32| (mm / 25.4 * 300.0) as usize;
        let left = pixel(x - zone.origin.0 + 10.0 * zone.pitch);
        for row in pixel(y - zone.origin.1 - 3.2)..pixel(y - zone.origin.1 + 0.6) {
            damaged.row_mut(row as u32).unwrap()[left..left + pixel(zone.pitch)].fill(ink);
        }
        let spoiling = Spoiling { noise: 8.0, range: (30.0, 230.0), ..CLEAN };
        let read = read_mrz(&seen_by_camera(&damaged, 300, &spoiling, 1), 300, &zone);
        assert_eq!(read, Err(CameraError::Unreadable { line: 2, position: 11 }), "{ink}");
    }
}

#[test]
fn wrong_images_are_refused() {
    let (image, zone) = engraved(&eriksson(), 300);
    assert_eq!(read_mrz(&image, 100, &zone), Err(CameraError::Resolution { dpi: 100 }));
    assert_eq!(read_mrz(&image, 600, &zone), Err(CameraError::Outside));
    let tiny = Picture::filled(1, 1, Channels::Rgb, 0).unwrap();
    assert_eq!(read_mrz(&tiny, 300, &zone), Err(CameraError::Outside));
    let astray = MrzZone { pens: [(f32::NAN, -1e30), (1e30, 0.0)], ..zone };
    assert!(read_mrz(&image, 300, &astray).is_err());
    let absurd = MrzZone { pitch: 1e30, ..zone };
    assert!(read_mrz(&image, 300, &absurd).is_err());
}

#[test]
fn what_was_read_does_not_show_in_debug_output() {
    let sample = eriksson();
    let (image, zone) = engraved(&sample, 300);
    let shown = format!("{:?}", read_mrz(&image, 300, &zone).unwrap());
    assert!(!shown.contains("ERIKSSON"), "{shown}");
}
