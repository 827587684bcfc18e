//! The camera: the engraved layer as it was handed in, brought to the camera's resolution, neither shifted nor noisy.

use mock_devices::machine::{CAMERA_DOTS_PER_INCH, PAGE_MICROMETRES};
use printer_driver::{CameraImage, Layer, LayerCoding, LayerKind};

/// Memory that pictures use again.
#[derive(Default)]
pub struct Camera {
    samples: Vec<u8>,
    sums: Vec<u16>,
}

impl Camera {
    /// The data page. Only the laser layer is looked at: the window holds no text, and the observation page is another.
    ///
    /// # Errors
    /// A text that says why the layer cannot be pictured.
    pub fn picture(&mut self, layers: &[Layer]) -> Result<CameraImage, String> {
        let laser = layers.iter().find(|layer| layer.kind == LayerKind::Laser);
        let layer = laser.ok_or("the laser layer is missing")?;
        let factor = layer.dots_per_inch / CAMERA_DOTS_PER_INCH;
        if layer.coding != LayerCoding::PngGrey || factor == 0 || layer.dots_per_inch % CAMERA_DOTS_PER_INCH != 0 {
            return Err("the laser layer is no grey PNG of a whole multiple of 300 dots per inch".to_owned());
        }
        self.decode(layer)?;
        let [page_width, page_height] = [PAGE_MICROMETRES.0, PAGE_MICROMETRES.1].map(camera_pixels);
        let [left, top] = [layer.left_micrometres, layer.top_micrometres].map(camera_pixels);
        let mut grey = vec![255; page_width * page_height];
        let factor = factor as usize;
        let rows = grey.chunks_exact_mut(page_width.max(1)).skip(top);
        let bands = self.samples.chunks(layer.width as usize * factor);
        for (row, band) in rows.zip(bands) {
            let cells = row.get_mut(left..).unwrap_or_default();
            average(band, layer.width as usize, factor, &mut self.sums, cells);
        }
        let [width, height] = [page_width, page_height].map(|pixels| u32::try_from(pixels).unwrap_or(u32::MAX));
        Ok(CameraImage::new(width, height, CAMERA_DOTS_PER_INCH, grey))
    }

    fn decode(&mut self, layer: &Layer) -> Result<(), String> {
        let bad = |error: png::DecodingError| format!("the laser layer is no PNG: {error}");
        let mut reader = png::Decoder::new(std::io::Cursor::new(&layer.bytes[..])).read_info().map_err(bad)?;
        let size = reader.output_buffer_size().ok_or("the laser layer is too large")?;
        if size != layer.width as usize * layer.height as usize {
            return Err("the laser layer has another size than announced".to_owned());
        }
        self.samples.resize(size, 0);
        reader.next_frame(&mut self.samples).map_err(bad)?;
        Ok(())
    }
}

/// Means of `factor` by `factor` samples; a band that ends early is the mean of the rows it has.
fn average(band: &[u8], width: usize, factor: usize, sums: &mut Vec<u16>, cells: &mut [u8]) {
    sums.clear();
    sums.resize(width, 0);
    let rows = band.chunks_exact(width.max(1));
    let count = rows.len().max(1) * factor;
    for row in rows {
        sums.iter_mut().zip(row).for_each(|(sum, sample)| *sum += u16::from(*sample));
    }
    // The usual factor has a loop of its own, which the compiler can make wide.
    if (factor, count) == (2, 4) {
        for (cell, pair) in cells.iter_mut().zip(sums.as_chunks::<2>().0) {
            *cell = ((pair[0] + pair[1]) / 4) as u8;
        }
        return;
    }
    for (cell, sums) in cells.iter_mut().zip(sums.chunks_exact(factor)) {
        let sum: usize = sums.iter().map(|sum| usize::from(*sum)).sum();
        *cell = u8::try_from(sum / count).unwrap_or(255);
    }
}

fn camera_pixels(micrometres: u32) -> usize {
    (u64::from(micrometres) * u64::from(CAMERA_DOTS_PER_INCH) + 12_700) as usize / 25_400
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_samples_become_one() {
        let mut cells = [255; 3];
        average(&[0, 0, 255, 155, 0, 0, 255, 255], 4, 2, &mut Vec::new(), &mut cells);
        assert_eq!(cells, [0, 230, 255]);
    }

    #[test]
    fn a_page_without_laser_layer_has_no_picture() {
        assert!(Camera::default().picture(&[]).is_err());
    }
}
