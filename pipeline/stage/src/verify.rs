//! Verify: what the camera saw on the page, held against what was ordered.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use persoline_render::camera::{CameraError, MrzReader, MrzZone};
use persoline_render::picture::{Channels, Picture};
use printer_driver::CameraImage;

use crate::workshop::{Blame, PageExpectation, Trouble};

/// Reads pages; keeps a reader for each resolution that came up.
#[derive(Default)]
pub struct PageVerifier {
    readers: Mutex<HashMap<u32, Arc<MrzReader>>>,
}

impl PageVerifier {
    /// Whether the camera's picture of the whole page shows the ordered MRZ and card access number. The reader reads what is there; it is not told
    /// what to expect.
    ///
    /// # Errors
    /// A trouble of the booklet: the image does not have the size that it names, the page cannot be read, or what it
    /// shows is not what was ordered.
    pub fn verify(&self, expected: &PageExpectation, image: &CameraImage) -> Result<(), Trouble> {
        let booklet = |code: &str, detail: String| Trouble::new(Blame::Booklet, code, detail);
        let unreadable = |error: CameraError| booklet("mrz_unreadable", error.to_string());
        let picture = Picture::new(image.width, image.height, Channels::Grey, image.grey.clone())
            .map_err(|error| booklet("camera_image", error.to_string()))?;
        let reader = self.reader(image.dots_per_inch).map_err(unreadable)?;
        let seen = reader.read(&picture).map_err(unreadable)?;
        if seen.lines != *expected.mrz.expose() {
            let pairs = seen.lines.iter().zip(expected.mrz.expose()).flat_map(|(a, b)| a.chars().zip(b.chars()));
            let count = pairs.filter(|(a, b)| a != b).count();
            let detail = format!("{count} characters of the MRZ on the page are not the ordered ones");
            return Err(booklet("mrz_differs", detail));
        }
        if let Some(ordered) = &expected.card_access_number {
            let number = reader.read_card_access_number(&picture, &seen);
            let number = number.map_err(|error| booklet("can_unreadable", error.to_string()))?;
            if number != ordered.digits() {
                let detail = "the card access number on the page is not the one that opens the chip";
                return Err(booklet("can_differs", detail.to_owned()));
            }
        }
        Ok(())
    }

    fn reader(&self, dots_per_inch: u32) -> Result<Arc<MrzReader>, CameraError> {
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(reader) = readers.get(&dots_per_inch) {
            return Ok(Arc::clone(reader));
        }
        let reader = Arc::new(MrzReader::new(dots_per_inch, &MrzZone::td3((0.0, 0.0)))?);
        readers.insert(dots_per_inch, Arc::clone(&reader));
        Ok(reader)
    }
}

#[cfg(test)]
mod tests;
