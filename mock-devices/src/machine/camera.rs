//! What the camera sees: the engraved page at 300 dpi, a little off, a little blurred, with the noise of a sensor.

use std::sync::Arc;

use printer_driver::{CameraImage, Layer, LayerCoding, LayerKind};

use super::booklet::Mark;
use crate::chance::Draw;

/// Resolution of the camera, in pixels per inch.
pub const CAMERA_DOTS_PER_INCH: u32 = 300;

/// A data page (ICAO Doc 9303-4, 2.1: TD3) in micrometres, width and height.
pub const PAGE_MICROMETRES: (u32, u32) = (125_000, 88_000);

/// Half a millimetre at the camera's resolution.
const SHIFT_PIXELS: i64 = 5;

/// Samples that are looked at together, and as many white ones in RGB.
const BLOCK: usize = 64;
const WHITE: [u8; 3 * BLOCK] = [255; 3 * BLOCK];

/// The part of a page that carries marks, in grey, 0 black; the rest of the page is white.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Raster {
    left: usize,
    top: usize,
    width: usize,
    height: usize,
    grey: Vec<u8>,
}

impl Raster {
    fn white(left: usize, top: usize, width: usize, height: usize) -> Self {
        Raster { left, top, width, height, grey: vec![255; width * height] }
    }

    /// The whole page.
    fn page(&self) -> Raster {
        let (page_width, page_height) = PAGE_MICROMETRES;
        let width = pixels(page_width, CAMERA_DOTS_PER_INCH);
        let mut page = Raster::white(0, 0, width, pixels(page_height, CAMERA_DOTS_PER_INCH));
        let rows = page.grey.chunks_exact_mut(width.max(1)).skip(self.top);
        for (target, source) in rows.zip(self.grey.chunks_exact(self.width.max(1))) {
            if let Some(target) = target.get_mut(self.left..self.left + self.width) {
                target.copy_from_slice(source);
            }
        }
        page
    }
}

/// A layer that cannot be marked, and why.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct BadLayer(pub(crate) &'static str);

fn pixels(micrometres: u32, dots_per_inch: u32) -> usize {
    (u64::from(micrometres) * u64::from(dots_per_inch) + 12_700) as usize / 25_400
}

/// Checks what can be checked without decoding: that the layer lies on the page and that its header agrees.
pub(crate) fn check(layer: &Layer) -> Result<(), BadLayer> {
    let (page_width, page_height) = PAGE_MICROMETRES;
    let reaches = |start: u32, count: u32| start as usize * layer.dots_per_inch as usize / 25_400 + count as usize;
    if layer.dots_per_inch == 0 || layer.width == 0 || layer.height == 0 {
        return Err(BadLayer("a layer is empty"));
    }
    // One pixel of grace, because positions in micrometres are rounded.
    if reaches(layer.left_micrometres, layer.width) > pixels(page_width, layer.dots_per_inch) + 1
        || reaches(layer.top_micrometres, layer.height) > pixels(page_height, layer.dots_per_inch) + 1
    {
        return Err(BadLayer("a layer reaches beyond the page"));
    }
    match layer.coding {
        LayerCoding::PngGrey | LayerCoding::PngRgb => {
            let reader = png::Decoder::new(std::io::Cursor::new(&layer.bytes[..])).read_info();
            let reader = reader.map_err(|_| BadLayer("a layer is not a PNG"))?;
            let expected = match layer.coding {
                LayerCoding::PngGrey => png::ColorType::Grayscale,
                _ => png::ColorType::Rgb,
            };
            if reader.output_color_type() != (expected, png::BitDepth::Eight) {
                return Err(BadLayer("a layer's PNG has other samples than announced"));
            }
            let info = reader.info();
            if (info.width, info.height) != (layer.width, layer.height) {
                return Err(BadLayer("a layer's PNG has another size than announced"));
            }
            Ok(())
        }
        LayerCoding::JpegRgb => {
            let mut decoder =
                zune_jpeg::JpegDecoder::new(zune_jpeg::zune_core::bytestream::ZCursor::new(&layer.bytes[..]));
            decoder.decode_headers().map_err(|_| BadLayer("a layer is not a JPEG"))?;
            if decoder.dimensions() != Some((layer.width as usize, layer.height as usize)) {
                return Err(BadLayer("a layer's JPEG has another size than announced"));
            }
            Ok(())
        }
        _ => Err(BadLayer("a layer's coding is not known")),
    }
}

/// Decodes a layer to its samples: one or three bytes a pixel.
pub(crate) fn decode(layer: &Layer) -> Result<(Vec<u8>, usize), BadLayer> {
    check(layer)?;
    match layer.coding {
        LayerCoding::PngGrey | LayerCoding::PngRgb => {
            let bad = || BadLayer("a layer's PNG cannot be decoded");
            let mut reader =
                png::Decoder::new(std::io::Cursor::new(&layer.bytes[..])).read_info().map_err(|_| bad())?;
            let mut samples = vec![0; reader.output_buffer_size().ok_or_else(bad)?];
            reader.next_frame(&mut samples).map_err(|_| bad())?;
            Ok((samples, if layer.coding == LayerCoding::PngGrey { 1 } else { 3 }))
        }
        LayerCoding::JpegRgb => {
            let mut decoder =
                zune_jpeg::JpegDecoder::new(zune_jpeg::zune_core::bytestream::ZCursor::new(&layer.bytes[..]));
            let samples = decoder.decode().map_err(|_| BadLayer("a layer's JPEG cannot be decoded"))?;
            let each = samples.len() / (layer.width as usize * layer.height as usize);
            if each == 1 || each == 3 { Ok((samples, each)) } else { Err(BadLayer("a layer's JPEG is not RGB")) }
        }
        _ => Err(BadLayer("a layer's coding is not known")),
    }
}

/// Composes what is on the data page, at the camera's resolution. The observation page is not in the camera's view.
pub(crate) fn compose(marks: &[Mark]) -> Result<Raster, BadLayer> {
    let (page_width, page_height) = PAGE_MICROMETRES;
    let edge = |micrometres: u32| pixels(micrometres, CAMERA_DOTS_PER_INCH);
    let cells = |start: u32, count: u32, dots_per_inch: u32, edge: usize| {
        let first = pixels(start, dots_per_inch);
        let camera = |at: usize| (at * CAMERA_DOTS_PER_INCH as usize / dots_per_inch.max(1) as usize).min(edge);
        (camera(first), (camera(first + count as usize) + 1).min(edge))
    };
    let seen = || marks.iter().map(|mark| &mark.layer).filter(|layer| layer.kind != LayerKind::Observation);
    let span = |cells_of: &dyn Fn(&Layer) -> (usize, usize)| {
        let ends = seen().map(cells_of);
        ends.reduce(|one, other| (one.0.min(other.0), one.1.max(other.1))).unwrap_or((0, 0))
    };
    let (left, right) =
        span(&|layer| cells(layer.left_micrometres, layer.width, layer.dots_per_inch, edge(page_width)));
    let (top, bottom) =
        span(&|layer| cells(layer.top_micrometres, layer.height, layer.dots_per_inch, edge(page_height)));
    let mut page = Raster::white(left, top, right - left, bottom - top);
    for mark in marks.iter().filter(|mark| mark.layer.kind != LayerKind::Observation) {
        let (samples, each) = decode(&mark.layer)?;
        engrave(&mut page, mark, &samples, each);
    }
    Ok(page)
}

/// Darkens the cells of the camera's grid that a layer covers, as far as it is marked.
fn engrave(page: &mut Raster, mark: &Mark, samples: &[u8], each: usize) {
    let layer = &mark.layer;
    let resolution = layer.dots_per_inch.max(1) as usize;
    let camera = CAMERA_DOTS_PER_INCH as usize;
    let left = pixels(layer.left_micrometres, layer.dots_per_inch);
    let top = pixels(layer.top_micrometres, layer.dots_per_inch);
    // Each sample covers this part of a camera's cell, in 256ths.
    let weight = u32::try_from(256 * camera * camera / (resolution * resolution)).unwrap_or(256).min(256);
    let row_bytes = (layer.width as usize * each).max(1);
    let rows = layer.height as usize * usize::from(mark.done_per_mille.min(1000)) / 1000;
    let first_column = left * camera / resolution;
    // Darkness of one row of cells, summed over the layer's rows that fall into it.
    let mut row_darkness = vec![0u32; (left + layer.width as usize) * camera / resolution - first_column + 1];
    let mut lines = samples.chunks_exact(row_bytes).take(rows).enumerate().peekable();
    while let Some((row, line)) = lines.next() {
        for (block, part) in line.chunks(BLOCK * each.max(1)).enumerate() {
            // Most of a page is blank, and comparing whole blocks is far cheaper than looking at each sample.
            if WHITE.get(..part.len()) == Some(part) {
                continue;
            }
            for (offset, sample) in part.chunks_exact(each.max(1)).enumerate() {
                let level = match sample {
                    [grey] => u32::from(*grey),
                    several => several.iter().map(|&value| u32::from(value)).sum::<u32>() / each.max(1) as u32,
                };
                let column = left + block * BLOCK + offset;
                if let Some(cell) = row_darkness.get_mut(column * camera / resolution - first_column) {
                    *cell += (255 - level) * weight;
                }
            }
        }
        let y = (top + row) * camera / resolution;
        if lines.peek().is_some_and(|(next, _)| (top + next) * camera / resolution == y) {
            continue;
        }
        let line = y.saturating_sub(page.top);
        let start = line * page.width + first_column.saturating_sub(page.left);
        let cells = page.grey.get_mut(start..((line + 1) * page.width).max(start)).unwrap_or_default();
        for (cell, darkness) in cells.iter_mut().zip(&mut row_darkness) {
            *cell = cell.saturating_sub(u8::try_from(*darkness >> 8).unwrap_or(255));
            *darkness = 0;
        }
    }
}

/// What has to be known to take a picture, so that it can be taken without holding the machine up.
pub struct Shot {
    pub(crate) marks: Vec<Mark>,
    pub(crate) raster: Option<Arc<Raster>>,
    pub(crate) draw: Draw,
    pub(crate) is_misread: bool,
}

impl Shot {
    /// What was marked on the page when the picture was taken.
    pub fn marks(&self) -> &[Mark] {
        &self.marks
    }

    /// Whether the picture is blurred and full of noise.
    pub fn is_misread(&self) -> bool {
        self.is_misread
    }

    /// Takes the picture; the same shot gives the same picture. None when the page cannot be composed.
    pub fn take(mut self) -> Option<CameraImage> {
        let page = match self.raster {
            Some(raster) => raster.page(),
            None => compose(&self.marks).ok()?.page(),
        };
        let across = self.draw.between(-SHIFT_PIXELS, SHIFT_PIXELS);
        let down = self.draw.between(-SHIFT_PIXELS, SHIFT_PIXELS);
        // Gain in 256ths: between a dim and a bright lamp.
        let gain = self.draw.between(236, 260);
        let blur = if self.is_misread { 9 } else { 1 };
        let mut grey = shifted(&page, across, down);
        for _ in 0..blur {
            grey = softened(&grey, page.width, if self.is_misread { 0 } else { 12 });
        }
        let mut noise = vec![0u8; grey.len()];
        self.draw.fill(&mut noise);
        let strength = if self.is_misread { 10 } else { 1 };
        for (sample, noise) in grey.iter_mut().zip(noise) {
            // The sum of two uniform numbers, centred: plus or minus 15, most often near zero.
            let error = (i64::from(noise & 15) + i64::from(noise >> 4) - 15) * strength / 2;
            let level = ((i64::from(*sample) * gain) >> 8) + error;
            *sample = u8::try_from(level.clamp(0, 255)).unwrap_or(0);
        }
        Some(CameraImage::new(
            u32::try_from(page.width).ok()?,
            u32::try_from(page.height).ok()?,
            CAMERA_DOTS_PER_INCH,
            grey,
        ))
    }
}

fn shifted(page: &Raster, across: i64, down: i64) -> Vec<u8> {
    let mut out = vec![255u8; page.grey.len()];
    let skip = usize::try_from(across.unsigned_abs()).unwrap_or(0).min(page.width);
    for (row, target) in out.chunks_exact_mut(page.width.max(1)).enumerate() {
        let Some(from) = i64::try_from(row).ok().and_then(|row| usize::try_from(row - down).ok()) else { continue };
        let Some(source) = page.grey.chunks_exact(page.width.max(1)).nth(from) else { continue };
        let kept = page.width - skip;
        let (target, source) = if across >= 0 {
            (target.get_mut(skip..), source.get(..kept))
        } else {
            (target.get_mut(..kept), source.get(skip..))
        };
        if let (Some(target), Some(source)) = (target, source) {
            target.copy_from_slice(source);
        }
    }
    out
}

/// Mixes each pixel with its four neighbours; `own` is the pixel's own weight against four.
fn softened(grey: &[u8], width: usize, own: u32) -> Vec<u8> {
    let at = |index: Option<usize>, fallback: u8| {
        u32::from(index.and_then(|index| grey.get(index)).copied().unwrap_or(fallback))
    };
    grey.iter()
        .enumerate()
        .map(|(index, &sample)| {
            let around = at(index.checked_sub(1), sample)
                + at(index.checked_add(1), sample)
                + at(index.checked_sub(width), sample)
                + at(index.checked_add(width), sample);
            u8::try_from((around + u32::from(sample) * own) / (4 + own)).unwrap_or(sample)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::Chance;

    fn grey(dots_per_inch: u32, width: u32, height: u32, samples: &[u8]) -> Mark {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, width, height);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.write_header().unwrap().write_image_data(samples).unwrap();
        let layer = Layer::new(LayerKind::Laser, LayerCoding::PngGrey, dots_per_inch, (width, height), bytes)
            .at(25_400, 25_400);
        Mark { layer, done_per_mille: 1000 }
    }

    fn at(raster: &Raster, x: usize, y: usize) -> u8 {
        let page = raster.page();
        page.grey[y * page.width + x]
    }

    #[test]
    fn six_hundred_dots_are_averaged_to_three_hundred() {
        let page = compose(&[grey(600, 4, 2, &[0, 0, 255, 155, 0, 0, 255, 255])]).unwrap();
        assert_eq!((at(&page, 300, 300), at(&page, 301, 300)), (0, 230));
        assert_eq!((at(&page, 299, 300), at(&page, 302, 300), at(&page, 300, 301)), (255, 255, 255));
    }

    #[test]
    fn a_colour_layer_is_taken_as_jpeg_and_its_size_is_checked() {
        let mut mark = grey(300, 1, 1, &[0]);
        let mut bytes = Vec::new();
        let encoder = jpeg_encoder::Encoder::new(&mut bytes, 90);
        encoder.encode(&[200; 16 * 8 * 3], 16, 8, jpeg_encoder::ColorType::Rgb).unwrap();
        mark.layer = Layer::new(mark.layer.kind, LayerCoding::JpegRgb, 300, (16, 8), bytes).at(25_400, 25_400);
        let (samples, each) = decode(&mark.layer).unwrap();
        assert_eq!((samples.len(), each), (16 * 8 * 3, 3));
        mark.layer.width = 15;
        assert!(check(&mark.layer).is_err());
        mark.layer.bytes = [0xFF, 0xD8, 0xFF].as_slice().into();
        assert!(check(&mark.layer).is_err());
    }

    #[test]
    fn a_mark_that_broke_off_ends_where_it_broke_off() {
        let mut mark = grey(300, 1, 4, &[10, 20, 30, 40]);
        mark.done_per_mille = 500;
        let page = compose(&[mark]).unwrap();
        assert_eq!([300, 301, 302].map(|y| at(&page, 300, y)), [10, 20, 255]);
    }

    #[test]
    fn a_picture_is_shifted_by_half_a_millimetre_at_most() {
        let marks = [grey(300, 20, 20, &[0; 400])];
        let mut shifts = std::collections::BTreeSet::new();
        for round in 0..8 {
            let draw = Chance::from_seed(3).draw("camera", 1, round);
            let shot = Shot { marks: marks.to_vec(), raster: None, draw, is_misread: false };
            let picture = shot.take().unwrap();
            let row = &picture.grey[310 * 1476..311 * 1476];
            let left = row.iter().position(|&level| level < 128).unwrap();
            assert!((295..=305).contains(&left), "{left}");
            shifts.insert(left);
        }
        assert!(shifts.len() > 2, "{shifts:?}");
    }
}
