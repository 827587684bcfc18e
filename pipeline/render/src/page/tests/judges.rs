//! A stranger reads the machine readable zone: tesseract with a model trained on OCR-B.

use crate::judge::{missing, read_mrz};
use crate::page::tests::decode;

use super::*;

#[test]
fn tesseract_reads_the_mrz_of_the_laser_layer_without_an_error() {
    let Some(model) = crate::judge::mrz_model() else { return };
    if missing("tesseract") {
        return;
    }
    let mut scratch = PageScratch::new();
    for (index, sample) in varied(36).iter().enumerate() {
        let dpi = if index % 3 == 0 { 300 } else { 600 };
        let settings = PageSettings { dpi, ..PageSettings::default() };
        compose_laser(&sample.page(), &settings, &mut scratch).unwrap();
        let layer = code_laser(&settings, &scratch).unwrap();
        let top = geometry::pixels(PAGE_HEIGHT_MM - MRZ_HEIGHT_MM - layer.origin.1, dpi) as usize;
        let pixels = decode(&layer);
        let zone = &pixels[top * layer.width as usize..];
        let image = png(zone, layer.width, layer.height - top as u32, dpi, true).unwrap();
        assert_eq!(read_mrz(&model, &image), sample.mrz, "page {index} at {dpi} dpi");
    }
}
