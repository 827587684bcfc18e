//! Tesseract, with a model trained on OCR-B: the machine readable zone of the page against `mrz.txt` and DG1.

use std::path::PathBuf;
use std::process::Command;

use super::document::{Document, check, each};
use super::{missing, tlv, without};

/// Upper and lower edge of the zone's inside on a page of 88 mm.
const ZONE_MM: [f64; 2] = [66.4, 86.0];
/// Height of the page.
const PAGE_MM: f64 = 88.0;

pub(crate) fn judge(documents: &[Document]) -> Vec<String> {
    let mut faults = each(documents, |document| {
        let dg1 = document.read("DG1.bin");
        let in_chip = tlv::at(&dg1, &[0x61, 0x5F1F]).map(|value| String::from_utf8_lossy(value).into_owned());
        let written = document.mrz().concat();
        check(in_chip.as_ref() == Some(&written), || format!("DG1 {in_chip:?}, mrz.txt {written}"))
    });
    let model = std::env::var_os("PERSOLINE_SHARED").map(|shared| PathBuf::from(shared).join("tessdata"));
    let model = model.filter(|folder| folder.join("mrz.traineddata").is_file());
    if without(model.is_some(), "no test data") || missing("tesseract") {
        return faults;
    }
    faults.extend(each(documents, cut_zone));
    let Some(model) = model else { return faults };
    // One call of the reader for each half of the pages: loading its model takes longer than reading a page.
    let halves = documents.split_at(documents.len() / 2);
    let read = std::thread::scope(|scope| {
        let threads = [halves.0, halves.1].map(|half| scope.spawn(|| read_pages(&model, half)));
        threads.map(|thread| thread.join().unwrap())
    });
    faults.extend(read.into_iter().flatten());
    faults
}

/// Writes the zone of the page as a picture of its own.
fn cut_zone(document: &Document) -> Result<(), String> {
    let (width, height, rgb) = decode(&document.read("datapage.png"))?;
    let [top, bottom] = ZONE_MM.map(|edge| (edge / PAGE_MM * height as f64) as usize);
    let zone = rgb.get(top * width * 3..bottom * width * 3).ok_or("the page is too small")?;
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, width as u32, (bottom - top) as u32);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::Fast);
    // 300 dots to the inch.
    encoder.set_pixel_dims(Some(png::PixelDimensions { xppu: 11_811, yppu: 11_811, unit: png::Unit::Meter }));
    let mut writer = encoder.write_header().map_err(|error| error.to_string())?;
    writer.write_image_data(zone).map_err(|error| error.to_string())?;
    writer.finish().map_err(|error| error.to_string())?;
    std::fs::write(document.folder.join("zone.png"), out).map_err(|error| error.to_string())
}

/// Reads all pages and compares; what is wrong.
fn read_pages(model: &PathBuf, documents: &[Document]) -> Vec<String> {
    let Some(first) = documents.first() else { return Vec::new() };
    let list: String = documents.iter().map(|document| document.path("zone.png") + "\n").collect();
    std::fs::write(first.folder.join("zones.txt"), list).unwrap();
    let mut command = Command::new("tesseract");
    command.arg(first.folder.join("zones.txt")).args(["stdout", "-l", "mrz", "--psm", "6", "--tessdata-dir"]);
    let output = command.arg(model).env("OMP_THREAD_LIMIT", "1").output().unwrap();
    if !output.status.success() {
        return vec![String::from_utf8_lossy(&output.stderr).into_owned()];
    }
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let pages: Vec<Vec<String>> = text
        .split('\u{C}')
        .map(|page| page.lines().map(|line| line.replace(' ', "")).filter(|line| !line.is_empty()).collect())
        .collect();
    if pages.len() < documents.len() {
        return vec![format!("{} pages read of {}", pages.len(), documents.len())];
    }
    let compare = |(document, read): (&Document, &Vec<String>)| {
        let written = document.mrz();
        (*read != written).then(|| format!("{}: read {read:?}, written {written:?}", document.application))
    };
    documents.iter().zip(&pages).filter_map(compare).collect()
}

/// Width, height and RGB samples of a PNG.
pub(crate) fn decode(bytes: &[u8]) -> Result<(usize, usize, Vec<u8>), String> {
    let decoder = png::Decoder::new(std::io::Cursor::new(bytes));
    let mut reader = decoder.read_info().map_err(|error| error.to_string())?;
    let mut pixels = vec![0; reader.output_buffer_size().ok_or("too large")?];
    let info = reader.next_frame(&mut pixels).map_err(|error| error.to_string())?;
    check(info.color_type == png::ColorType::Rgb, || format!("{:?} instead of RGB", info.color_type))?;
    Ok((info.width as usize, info.height as usize, pixels))
}
