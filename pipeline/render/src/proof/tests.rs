//! What strangers make of a proof.

use std::path::Path;
use std::process::Command;

use super::*;
use crate::judge::{missing, mrz_model, pipe, read_mrz};
use crate::page::samples::{Sample, eriksson, varied};
use crate::page::{Field, MRZ_HEIGHT_MM, PAGE_HEIGHT_MM};

#[test]
fn tesseract_reads_the_mrz_of_the_png_without_an_error() {
    let Some(model) = mrz_model() else { return };
    if missing("tesseract") {
        return;
    }
    // Twelve pages' zones one below the other: one call of the reader for all.
    for samples in varied(12).chunks(12) {
        let (mut zones, mut across) = (Vec::new(), 0);
        for sample in samples {
            let (width, _, pixels) = decode(&png(&sample.page(), &ProofSettings::default()).unwrap());
            let top = ((PAGE_HEIGHT_MM - MRZ_HEIGHT_MM + 1.6) / 25.4 * PROOF_DPI as f32) as u32;
            let bottom = ((PAGE_HEIGHT_MM - 2.0) / 25.4 * PROOF_DPI as f32) as u32;
            zones.extend_from_slice(&pixels[(top * width * 3) as usize..(bottom * width * 3) as usize]);
            across = width;
        }
        let down = zones.len() as u32 / across / 3;
        let image = crate::page::png(&zones, across, down, PROOF_DPI, false).unwrap();
        let expected: Vec<&String> = samples.iter().flat_map(|sample| &sample.mrz).collect();
        assert_eq!(read_mrz(&model, &image).iter().collect::<Vec<_>>(), expected);
    }
}

#[test]
fn qpdf_and_poppler_accept_the_pdf_and_read_its_text() {
    if ["qpdf", "pdftotext", "pdffonts"].into_iter().any(missing) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("proof.pdf");
    let mut samples = varied(6);
    samples.push(eriksson());
    samples.push(Sample::new("歐陽", "DIACRITICS ĄŽŐ ẞ Þ", Some("㗎嘅\u{282E2}"), "K01234567"));
    for sample in &samples {
        std::fs::write(&path, pdf(&sample.page(), &ProofSettings::default()).unwrap()).unwrap();
        let check = Command::new("qpdf").arg("--check").arg(&path).output().unwrap();
        assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stderr));
        let words = text(&path);
        let lines: Vec<&str> = words.lines().map(str::trim).collect();
        for line in sample.mrz.iter().chain([&sample.primary]) {
            assert!(lines.contains(&line.as_str()), "{line} in\n{words}");
        }
        // The nationality stands on the line of the Chinese name.
        let chinese = sample.chinese.as_deref().unwrap_or_default();
        assert!(
            lines.iter().any(|line| line.strip_prefix(chinese) == Some(" 烏托邦 / UTOPIAN (UTO)"))
                || chinese.is_empty()
        );
        assert!(sample.secondary.is_empty() || lines.contains(&sample.secondary.as_str()), "{words}");
        let fonts = String::from_utf8(pipe(Command::new("pdffonts").arg(&path), b"")).unwrap();
        let rows: Vec<&str> = fonts.lines().skip(2).collect();
        assert!(rows.len() >= 4, "{fonts}");
        // Columns: name, type (two or three words), encoding, embedded, subset, unicode, object.
        assert!(rows.iter().all(|row| row.contains(" yes yes yes ")), "{fonts}");
    }
}

#[test]
fn pdf_metadata_names_no_one() {
    let sample = eriksson();
    let bytes = pdf(&sample.page(), &ProofSettings::default()).unwrap();
    let holds = |word: &str| bytes.windows(word.len()).any(|window| window == word.as_bytes());
    assert!(holds("Persoline") && !holds("ERIKSSON") && !holds("L898902C3"));
}

#[test]
fn specimen_is_left_out_only_for_the_state_that_is_named() {
    let sample = eriksson();
    let page = sample.page();
    let specimen = png(&page, &ProofSettings::default()).unwrap();
    let other = ProofSettings { production_state: Some("CHN"), ..ProofSettings::default() };
    assert_eq!(png(&page, &other).unwrap(), specimen);
    let own = ProofSettings { production_state: Some("UTO"), ..ProofSettings::default() };
    assert!(reds(&png(&page, &own).unwrap()) * 4 < reds(&specimen));
}

#[test]
fn a_page_that_cannot_be_engraved_has_no_proof() {
    let mut sample = eriksson();
    sample.primary = "金\u{AE40}".to_owned();
    let expected = PageError::MissingGlyph { field: Field::PrimaryIdentifier, characters: vec!['\u{AE40}'] };
    assert_eq!(png(&sample.page(), &ProofSettings::default()), Err(expected.clone()));
    assert_eq!(pdf(&sample.page(), &ProofSettings::default()), Err(expected));
}

#[test]
fn every_caption_can_be_set() {
    for slot in &crate::page::text::SLOTS {
        let (chinese, english) = slot.place.field.captions();
        assert_eq!(crate::font::covers(&format!("{chinese}{english}")), Ok(()));
    }
}

fn text(path: &Path) -> String {
    String::from_utf8(pipe(Command::new("pdftotext").arg("-raw").arg(path).arg("-"), b"")).unwrap()
}

/// Pixels in which red stands clearly above green.
fn reds(bytes: &[u8]) -> usize {
    let (_, _, pixels) = decode(bytes);
    pixels.chunks(3).filter(|pixel| i32::from(pixel[0]) - i32::from(pixel[1]) > 36).count()
}

fn decode(bytes: &[u8]) -> (u32, u32, Vec<u8>) {
    let mut reader = ::png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    (info.width, info.height, pixels)
}
