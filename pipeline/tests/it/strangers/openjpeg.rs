//! OpenJPEG's own decoder: the portrait of DG2. A JPEG is decoded by another crate than the one that coded it.

use persoline_render::portrait::jpeg2000;

use super::document::{Document, check, each, tool};
use super::missing;
use super::tlv::Coding;

/// Size of every portrait in DG2.
const WIDTH: usize = 413;
const HEIGHT: usize = 531;
/// The portrait on the page in pixels of its 300 dpi, a little inside its edge: left, top, width, height.
const ON_PAGE: [usize; 4] = [50, 212, 406, 522];
/// Cells across and down in which portraits are compared.
const CELLS: [usize; 2] = [12, 16];
/// Least likeness of the portrait in the chip and on the page, which is engraved in grey and lies under a specimen mark.
const LEAST_LIKENESS: f64 = 0.85;

struct Pixels {
    width: usize,
    height: usize,
    rgb: Vec<u8>,
}

pub(crate) fn judge(documents: &[Document]) -> Vec<String> {
    if missing("opj_decompress") {
        return Vec::new();
    }
    let mut faults = each(documents, portrait);
    faults.extend(notices_another_face(documents).err());
    faults
}

fn portrait(document: &Document) -> Result<(), String> {
    let pixels = decoded(document)?;
    let likeness = likeness(&pixels, document)?;
    check(likeness > LEAST_LIKENESS, || format!("the portrait is like that on the page by {likeness:.3} only"))
}

fn decoded(document: &Document) -> Result<Pixels, String> {
    let image = document.portrait().ok_or("DG2 has no portrait")?;
    let size = (usize::from(image.width), usize::from(image.height));
    check(size == (WIDTH, HEIGHT), || format!("DG2 says {size:?} pixels"))?;
    let pixels = match image.coding {
        Coding::Jpeg2000 => {
            let (coded, plain) = (document.path("portrait.jp2"), document.path("portrait.ppm"));
            std::fs::write(&coded, &image.data).map_err(|error| error.to_string())?;
            tool("opj_decompress", &["-quiet", "-i", &coded, "-o", &plain])?;
            let pixels = portable_pixmap(&document.read("portrait.ppm")).ok_or("three colours expected")?;
            // The colours that another build of the decoder sees, in the same order.
            let ours = jpeg2000::decode(&image.data, 1 << 20).map_err(|error| error.to_string())?;
            let furthest = ours.pixels().iter().zip(&pixels.rgb).map(|(a, b)| a.abs_diff(*b)).max();
            check(furthest.is_some_and(|furthest| furthest <= 2), || format!("colours differ by {furthest:?}"))?;
            pixels
        }
        Coding::Jpeg => {
            let mut decoder = jpeg_decoder::Decoder::new(image.data.as_slice());
            let rgb = decoder.decode().map_err(|error| error.to_string())?;
            let info = decoder.info().ok_or("no header")?;
            let is_rgb = info.pixel_format == jpeg_decoder::PixelFormat::RGB24;
            check(is_rgb, || format!("{:?} instead of three colours", info.pixel_format))?;
            Pixels { width: info.width.into(), height: info.height.into(), rgb }
        }
    };
    check((pixels.width, pixels.height) == (WIDTH, HEIGHT), || format!("{} × {}", pixels.width, pixels.height))?;
    Ok(pixels)
}

/// How like the portrait is to that on the document's page: the correlation of cells' lightness.
fn likeness(pixels: &Pixels, document: &Document) -> Result<f64, String> {
    let page = png_pixels(&document.read("datapage.png"))?;
    let in_chip = cells(pixels, [0, 0, pixels.width, pixels.height]);
    Ok(correlation(&in_chip, &cells(&page, ON_PAGE)))
}

/// The measure tells people apart: a portrait is less like another person's page.
fn notices_another_face(documents: &[Document]) -> Result<(), String> {
    let [first, .., last] = documents else { return Ok(()) };
    let pixels = decoded(first)?;
    let (own, other) = (likeness(&pixels, first)?, likeness(&pixels, last)?);
    check(first.record["portrait"] == last.record["portrait"] || own > other, || {
        format!("own page {own:.3}, another's {other:.3}")
    })
}

/// A binary PPM: `P6`, comments, width, height, 255, then the pixels.
fn portable_pixmap(bytes: &[u8]) -> Option<Pixels> {
    let (mut at, mut numbers) = (2, Vec::new());
    if bytes.get(..2)? != b"P6" {
        return None;
    }
    while numbers.len() < 3 {
        match bytes.get(at)? {
            b'#' => at += bytes[at..].iter().position(|byte| *byte == b'\n')?,
            byte if byte.is_ascii_digit() => {
                let length = bytes[at..].iter().position(|byte| !byte.is_ascii_digit())?;
                numbers.push(std::str::from_utf8(&bytes[at..at + length]).ok()?.parse().ok()?);
                at += length;
            }
            _ => at += 1,
        }
    }
    let rgb = bytes.get(at + 1..)?.to_vec();
    (numbers[2] == 255 && rgb.len() == numbers[0] * numbers[1] * 3).then_some(Pixels {
        width: numbers[0],
        height: numbers[1],
        rgb,
    })
}

fn png_pixels(bytes: &[u8]) -> Result<Pixels, String> {
    let (width, height, rgb) = super::tesseract::decode(bytes)?;
    Ok(Pixels { width, height, rgb })
}

/// The mean lightness of each cell of a part.
fn cells(pixels: &Pixels, [left, top, width, height]: [usize; 4]) -> Vec<f64> {
    let [across, down] = CELLS;
    let mean = |column: usize, row: usize| {
        let (mut sum, mut count) = (0.0, 0.0);
        for y in top + height * row / down..top + height * (row + 1) / down {
            for x in left + width * column / across..left + width * (column + 1) / across {
                let at = (y * pixels.width + x) * 3;
                sum += pixels.rgb[at..at + 3].iter().map(|sample| f64::from(*sample)).sum::<f64>();
                count += 3.0;
            }
        }
        sum / count
    };
    (0..down).flat_map(|row| (0..across).map(move |column| (column, row))).map(|(x, y)| mean(x, y)).collect()
}

fn correlation(one: &[f64], other: &[f64]) -> f64 {
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let (mean_one, mean_other) = (mean(one), mean(other));
    let (mut both, mut ones, mut others) = (0.0, 0.0, 0.0);
    for (a, b) in one.iter().zip(other) {
        let (a, b) = (a - mean_one, b - mean_other);
        both += a * b;
        ones += a * a;
        others += b * b;
    }
    both / (ones * others).sqrt()
}
