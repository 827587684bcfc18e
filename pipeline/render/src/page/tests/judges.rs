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
    // Twelve pages' zones one below the other: one call of the reader for all.
    for (turn, samples) in varied(24).chunks(12).enumerate() {
        let dpi = if turn == 0 { 300 } else { 600 };
        let settings = PageSettings { dpi, ..PageSettings::default() };
        let (mut zones, mut across) = (Vec::new(), 0);
        for sample in samples {
            compose_laser(&sample.page(), &settings, &mut scratch).unwrap();
            let layer = code_laser(&settings, &scratch).unwrap();
            let top = geometry::pixels(PAGE_HEIGHT_MM - MRZ_HEIGHT_MM - layer.origin.1, dpi) as usize;
            zones.extend_from_slice(&decode(&layer)[top * layer.width as usize..]);
            across = layer.width;
        }
        let image = png(&zones, across, zones.len() as u32 / across, dpi, true).unwrap();
        let expected: Vec<&String> = samples.iter().flat_map(|sample| &sample.mrz).collect();
        assert_eq!(read_mrz(&model, &image).iter().collect::<Vec<_>>(), expected, "{dpi} dpi");
    }
}
