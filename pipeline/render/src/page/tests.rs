//! What the layers show and where.

mod judges;
mod places;

use super::*;
use crate::page::samples::{eriksson, varied};

#[test]
fn a_page_has_three_layers_of_the_resolution_asked_for() {
    let sample = eriksson();
    for dpi in [300, 600] {
        let settings = PageSettings { dpi, ..PageSettings::default() };
        let layers = compose(&sample.page(), &settings, &mut PageScratch::new()).unwrap();
        let pixels = |millimetres: f32| geometry::extent(millimetres, dpi);
        assert_eq!((layers.laser.width, layers.laser.height), (pixels(121.0), pixels(84.0)));
        assert_eq!((layers.window.width, layers.window.height), (pixels(14.0), pixels(18.0)));
        assert_eq!((layers.observation.width, layers.observation.height), (pixels(26.0), pixels(33.43)));
        assert_eq!([layers.laser.dpi, layers.window.dpi, layers.observation.dpi], [dpi; 3]);
        assert_eq!((layers.laser.coding, layers.observation.coding), (Coding::PngGrey, Coding::JpegRgb));
        assert!(layers.observation.bytes.starts_with(&[0xFF, 0xD8, 0xFF]));
    }
}

#[test]
fn laser_layer_is_lossless() {
    let sample = eriksson();
    let mut scratch = PageScratch::new();
    let layers = compose(&sample.page(), &PageSettings::default(), &mut scratch).unwrap();
    assert_eq!(decode(&layers.laser), scratch.laser.pixels());
    assert_eq!(decode(&layers.window), scratch.window.pixels());
}

#[test]
fn scratch_memory_keeps_nothing_of_the_page_before() {
    let (long, short) = (&varied(4)[3], eriksson());
    let settings = PageSettings::default();
    let mut used = PageScratch::new();
    compose(&long.page(), &settings, &mut used).unwrap();
    let mut bare = short.page();
    bare.signature = None;
    let again = compose(&bare, &settings, &mut used).unwrap();
    assert_eq!(again, compose(&bare, &settings, &mut PageScratch::new()).unwrap());
}

#[test]
fn a_missing_glyph_is_named_with_its_field() {
    let mut sample = eriksson();
    sample.chinese = Some("金\u{AE40}".to_owned());
    let error = compose(&sample.page(), &PageSettings::default(), &mut PageScratch::new()).unwrap_err();
    assert_eq!(error, PageError::MissingGlyph { field: Field::ChineseName, characters: vec!['\u{AE40}'] });
    assert_eq!(error.to_string(), "the field Name in Chinese has characters that cannot be printed: \u{AE40} (U+AE40)");
}

#[test]
fn lines_that_are_no_mrz_are_refused() {
    let mut sample = eriksson();
    sample.mrz[1].pop();
    let error = compose(&sample.page(), &PageSettings::default(), &mut PageScratch::new()).unwrap_err();
    assert_eq!(error, PageError::MachineReadableLine { line: 2 });
    sample.mrz[0] = "é".repeat(22);
    let error = compose(&sample.page(), &PageSettings::default(), &mut PageScratch::new()).unwrap_err();
    assert_eq!(error, PageError::MachineReadableLine { line: 1 });
}

#[test]
fn resolution_and_card_access_number_are_checked() {
    let sample = eriksson();
    let mut page = sample.page();
    let settings = PageSettings { dpi: 72, ..PageSettings::default() };
    assert_eq!(compose(&page, &settings, &mut PageScratch::new()).unwrap_err(), PageError::Resolution { dpi: 72 });
    page.card_access_number = Some("12345");
    let error = compose(&page, &PageSettings::default(), &mut PageScratch::new()).unwrap_err();
    assert_eq!(error, PageError::CardAccessNumber);
}

#[test]
fn observations_are_wrapped_and_bounded() {
    let mut sample = eriksson();
    sample.observations = vec!["THE HOLDER IS ALSO KNOWN AS ANNA MARIA ERIKSDOTTER. ".repeat(3), "第二段".to_owned()];
    let lines = observation::lines(&sample.page()).unwrap();
    assert!(lines.len() >= 3);
    let layers = compose(&sample.page(), &PageSettings::default(), &mut PageScratch::new()).unwrap();
    assert!(layers.observation.width > geometry::extent(100.0, 600));
    sample.observations = vec!["MORE THAN A PAGE HOLDS. ".repeat(100)];
    assert_eq!(
        compose(&sample.page(), &PageSettings::default(), &mut PageScratch::new()).unwrap_err(),
        PageError::TooLong { field: Field::Observations }
    );
}

#[test]
fn debug_shows_no_one() {
    let sample = eriksson();
    let page = sample.page();
    let layers = compose(&page, &PageSettings::default(), &mut PageScratch::new()).unwrap();
    let shown = format!("{page:?} {layers:?}");
    assert!(!shown.contains("ERIKSSON") && !shown.contains("bytes"), "{shown}");
}

/// Decodes a grey layer with the PNG reader.
pub(crate) fn decode(layer: &Layer) -> Vec<u8> {
    let mut reader = ::png::Decoder::new(std::io::Cursor::new(&layer.bytes)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    assert_eq!((info.width, info.height), (layer.width, layer.height));
    pixels
}
