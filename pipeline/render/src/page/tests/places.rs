//! Where ink lies, in millimetres of the page (Doc 9303-4 3 and 4).

use super::*;
use crate::page::samples::Sample;

/// The box of all pixels darker than a middle grey within a part of the laser layer, in millimetres of the page.
fn ink(pixels: &[u8], layer: &Layer, part: Rect) -> Option<Rect> {
    let millimetre = 25.4 / layer.dpi as f32;
    let (mut left, mut right, mut top, mut bottom) = (f32::MAX, f32::MIN, f32::MAX, f32::MIN);
    for (y, row) in pixels.chunks(layer.width as usize).enumerate() {
        let y = layer.origin.1 + y as f32 * millimetre;
        if y < part.top || y > part.bottom() {
            continue;
        }
        for (x, _) in row.iter().enumerate().filter(|(_, value)| **value < 128) {
            let x = layer.origin.0 + x as f32 * millimetre;
            if x >= part.left && x <= part.right() {
                (left, right) = (left.min(x), right.max(x + millimetre));
                (top, bottom) = (top.min(y), bottom.max(y + millimetre));
            }
        }
    }
    (left < right).then(|| Rect::new(left, top, right - left, bottom - top))
}

fn laser(sample: &Sample, dpi: u32) -> (Layer, Vec<u8>) {
    let settings = PageSettings { dpi, ..PageSettings::default() };
    let layer = compose(&sample.page(), &settings, &mut PageScratch::new()).unwrap().laser;
    let pixels = decode(&layer);
    (layer, pixels)
}

#[test]
fn mrz_ink_lies_where_doc_9303_4_says() {
    for dpi in [300, 600] {
        let (layer, pixels) = laser(&eriksson(), dpi);
        let zone = Zone::MachineReadable.rect();
        let all = ink(&pixels, &layer, zone).unwrap();
        let printing = MRZ_PRINTING_ZONE_MM;
        assert!(all.left >= printing.left && all.right() <= printing.right(), "{all:?}");
        assert!(all.top >= printing.top && all.bottom() <= printing.bottom(), "{all:?}");
        // The first character begins 6.0 ± 1.0 mm from the left edge; P has a little more side bearing than the widest.
        assert!((all.left - 6.0).abs() < 0.3, "{all:?}");
        // Forty-three pitches lie between the first character and the last.
        assert!((all.width - 43.0 * 2.54 - 1.75).abs() < 0.3, "{all:?}");
        for centre in LINE_CENTRES_FROM_BOTTOM_MM {
            let middle = PAGE_HEIGHT_MM - centre;
            let line = ink(&pixels, &layer, Rect::new(0.0, middle - 3.1, PAGE_WIDTH_MM, 6.2)).unwrap();
            assert!(line.top >= middle - 2.15 && line.bottom() <= middle + 2.15, "{line:?}");
            assert!(((line.top + line.bottom()) / 2.0 - middle).abs() < 0.2, "{line:?}");
        }
    }
}

#[test]
fn characters_of_the_mrz_are_a_tenth_of_an_inch_apart() {
    let mut sample = eriksson();
    sample.mrz[0] = "H".repeat(44);
    let (layer, pixels) = laser(&sample, 600);
    for index in [0, 1, 21, 43] {
        let cell = Rect::new(5.6 + index as f32 * 2.54, 70.1, 2.54, 4.3);
        let letter = ink(&pixels, &layer, cell).unwrap();
        let offset = letter.left - cell.left;
        assert!((offset - 0.141 * 3.513).abs() < 0.06, "{index}: {offset}");
    }
}

#[test]
fn margins_are_free_and_zones_keep_apart() {
    let (layer, pixels) = laser(&eriksson(), 600);
    let all = ink(&pixels, &layer, Rect::new(0.0, 0.0, PAGE_WIDTH_MM, PAGE_HEIGHT_MM)).unwrap();
    assert!(all.left >= 2.0 && all.top >= 2.0, "{all:?}");
    assert!(all.right() <= PAGE_WIDTH_MM - 2.0 && all.bottom() <= PAGE_HEIGHT_MM - 2.0, "{all:?}");
    // Between the visual zone and the printing zone of the MRZ nothing is engraved.
    assert_eq!(ink(&pixels, &layer, Rect::new(0.0, 64.8, PAGE_WIDTH_MM, 5.2)), None);
    // Between portrait and fields neither, nor in the window that another layer fills.
    assert_eq!(ink(&pixels, &layer, Rect::new(39.2, 0.0, 2.4, 64.0)), None);
    assert_eq!(ink(&pixels, &layer, geometry::WINDOW), None);
}

#[test]
fn the_portrait_is_where_zone_v_is_and_the_ghost_is_lighter() {
    let (layer, pixels) = laser(&eriksson(), 600);
    let mean = |part: Rect| {
        let at = |x: f32, y: f32| {
            let (x, y) = (geometry::pixels(x - layer.origin.0, 600), geometry::pixels(y - layer.origin.1, 600));
            f32::from(pixels[y as usize * layer.width as usize + x as usize])
        };
        let steps = (0..20).flat_map(|row| (0..20).map(move |column| (column as f32 / 20.0, row as f32 / 20.0)));
        steps.map(|(u, v)| at(part.left + u * part.width, part.top + v * part.height)).sum::<f32>() / 400.0
    };
    let (portrait, ghost) = (mean(geometry::PORTRAIT), mean(geometry::GHOST));
    assert!(portrait < 225.0 && ghost < 250.0 && ghost > portrait + 20.0, "{portrait} {ghost}");
    let zone = Zone::Portrait.rect();
    assert!(geometry::PORTRAIT.left >= zone.left + 2.0 && geometry::PORTRAIT.bottom() <= zone.bottom());
}

#[test]
fn names_of_the_greatest_length_stay_in_their_fields() {
    let primary = "BENNELONG WOOLOOMOOLOO WARRANDYTE WARNAMBOOL NILAVADHANANANDA PAPANDROPOULOUS";
    let secondary = "CHAYAPA DEJTHAMRONG KRASUANG ARNPOL PETCH CHARONGUANG JONATHON WARREN TREVOR";
    let sample = Sample::new(primary, secondary, Some("歐陽\u{282E2}諸葛司馬慕容"), "L898902C3");
    let lines = text::lines(&sample.page()).unwrap();
    for field in [Field::PrimaryIdentifier, Field::SecondaryIdentifier] {
        let set: Vec<_> = lines.iter().filter(|line| line.field == field).collect();
        assert_eq!(set.len(), 2, "{field}");
    }
    let (layer, pixels) = laser(&sample, 600);
    assert_eq!(ink(&pixels, &layer, Rect::new(121.2, 10.0, 2.0, 14.0)), None);
    // The two fields do not run into each other: rows end where the next caption begins.
    let upper = ink(&pixels, &layer, Rect::new(41.5, 12.5, 80.0, 5.0)).unwrap();
    assert!(upper.bottom() < 17.5, "{upper:?}");
}

#[test]
fn a_signature_is_engraved_in_zone_iv_and_its_place_is_free_without_one() {
    let mut sample = eriksson();
    let zone = Zone::Signature.rect();
    let (layer, pixels) = laser(&sample, 600);
    let signed = ink(&pixels, &layer, geometry::SIGNATURE).unwrap();
    assert!(signed.top >= zone.top && signed.bottom() <= zone.bottom() && signed.width > 20.0, "{signed:?}");
    sample.signature = None;
    let (layer, pixels) = laser(&sample, 600);
    assert_eq!(ink(&pixels, &layer, geometry::SIGNATURE), None);
}
