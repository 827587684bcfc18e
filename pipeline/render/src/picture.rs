//! Rows of eight-bit samples: the one form in which pixels pass between the steps of this crate.

use std::fmt;

use thiserror::Error;

/// What the samples of one pixel mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Channels {
    /// One sample a pixel: 0 black to 255 white.
    Grey,
    /// Three samples a pixel: red, green, blue, sRGB.
    Rgb,
}

impl Channels {
    /// Samples (bytes) of one pixel: 1 or 3.
    #[must_use]
    pub const fn count(self) -> usize {
        match self {
            Self::Grey => 1,
            Self::Rgb => 3,
        }
    }
}

/// Why samples do not make a picture.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum PictureError {
    /// Width or height is zero, or the picture would not fit into memory.
    #[error("a picture of {width} by {height} pixels cannot be held")]
    Size {
        /// Width asked for, pixels.
        width: u32,
        /// Height asked for, pixels.
        height: u32,
    },
    /// The number of samples is not width × height × channels.
    #[error("{found} samples where the size asks for {expected}")]
    Samples {
        /// Samples that the size asks for.
        expected: usize,
        /// Samples given.
        found: usize,
    },
}

/// A picture of eight-bit samples, row by row from the top, pixels interleaved, without padding.
///
/// It may show a person: `Debug` tells the size only.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    width: u32,
    height: u32,
    channels: Channels,
    pixels: Vec<u8>,
}

impl Picture {
    /// Takes samples as a picture.
    ///
    /// # Errors
    /// [`PictureError::Size`] when a side is zero or so many samples cannot be held, [`PictureError::Samples`] when
    /// their number is not what the size asks for.
    pub fn new(width: u32, height: u32, channels: Channels, pixels: Vec<u8>) -> Result<Self, PictureError> {
        let expected = samples(width, height, channels)?;
        if pixels.len() != expected {
            return Err(PictureError::Samples { expected, found: pixels.len() });
        }
        Ok(Self { width, height, channels, pixels })
    }

    /// A picture with every sample set to `value`.
    ///
    /// # Errors
    /// [`PictureError::Size`] when a side is zero or so many samples cannot be held.
    pub fn filled(width: u32, height: u32, channels: Channels, value: u8) -> Result<Self, PictureError> {
        let pixels = vec![value; samples(width, height, channels)?];
        Ok(Self { width, height, channels, pixels })
    }

    /// Width in pixels, at least 1.
    #[must_use]
    pub const fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels, at least 1.
    #[must_use]
    pub const fn height(&self) -> u32 {
        self.height
    }

    /// What the samples of a pixel mean.
    #[must_use]
    pub const fn channels(&self) -> Channels {
        self.channels
    }

    /// All samples, top row first.
    #[must_use]
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// All samples, to be written to.
    pub fn pixels_mut(&mut self) -> &mut [u8] {
        &mut self.pixels
    }

    /// Gives the samples back, so that their memory can be used again.
    #[must_use]
    pub fn into_pixels(self) -> Vec<u8> {
        self.pixels
    }

    /// Bytes of one row.
    #[must_use]
    pub const fn stride(&self) -> usize {
        self.width as usize * self.channels.count()
    }

    /// One row, 0 at the top; `None` below the last.
    #[must_use]
    pub fn row(&self, y: u32) -> Option<&[u8]> {
        let start = self.row_start(y)?;
        self.pixels.get(start..start + self.stride())
    }

    /// One row to be written to; `None` below the last.
    pub fn row_mut(&mut self, y: u32) -> Option<&mut [u8]> {
        let start = self.row_start(y)?;
        let stride = self.stride();
        self.pixels.get_mut(start..start + stride)
    }

    /// The rows from the top.
    pub fn rows(&self) -> std::slice::ChunksExact<'_, u8> {
        self.pixels.chunks_exact(self.stride())
    }

    /// The samples of one pixel (one or three bytes); `None` outside.
    #[must_use]
    pub fn pixel(&self, x: u32, y: u32) -> Option<&[u8]> {
        if x >= self.width {
            return None;
        }
        let at = x as usize * self.channels.count();
        self.row(y)?.get(at..at + self.channels.count())
    }

    /// The picture in grey: luma of ITU-R BT.601 (0.299 R + 0.587 G + 0.114 B), rounded; a grey picture is copied.
    #[must_use]
    pub fn to_grey(&self) -> Self {
        let pixels = match self.channels {
            Channels::Grey => self.pixels.clone(),
            Channels::Rgb => self.pixels.chunks_exact(3).map(luma).collect(),
        };
        Self { width: self.width, height: self.height, channels: Channels::Grey, pixels }
    }

    /// The picture in colour: grey samples are repeated; a colour picture is copied.
    #[must_use]
    pub fn to_rgb(&self) -> Self {
        let pixels = match self.channels {
            Channels::Grey => self.pixels.iter().flat_map(|&value| [value; 3]).collect(),
            Channels::Rgb => self.pixels.clone(),
        };
        Self { width: self.width, height: self.height, channels: Channels::Rgb, pixels }
    }

    fn row_start(&self, y: u32) -> Option<usize> {
        (y < self.height).then(|| y as usize * self.stride())
    }
}

impl fmt::Debug for Picture {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Picture")
            .field("width", &self.width)
            .field("height", &self.height)
            .field("channels", &self.channels)
            .finish_non_exhaustive()
    }
}

fn samples(width: u32, height: u32, channels: Channels) -> Result<usize, PictureError> {
    let error = PictureError::Size { width, height };
    if width == 0 || height == 0 {
        return Err(error);
    }
    let count = (width as usize).checked_mul(height as usize).and_then(|pixels| pixels.checked_mul(channels.count()));
    count.filter(|&bytes| bytes <= isize::MAX as usize).ok_or(error)
}

fn luma(pixel: &[u8]) -> u8 {
    let [red, green, blue] = [0, 1, 2].map(|index| u32::from(pixel.get(index).copied().unwrap_or(0)));
    // Weights of 2^16 in all, so that white stays 255; the sum never passes 255 after the shift.
    ((red * 19_595 + green * 38_470 + blue * 7_471 + 32_768) >> 16) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn size_and_samples_must_agree() {
        assert_eq!(Picture::new(0, 5, Channels::Grey, vec![]), Err(PictureError::Size { width: 0, height: 5 }));
        assert_eq!(
            Picture::new(2, 2, Channels::Rgb, vec![0; 11]),
            Err(PictureError::Samples { expected: 12, found: 11 })
        );
        assert!(Picture::filled(u32::MAX, u32::MAX, Channels::Rgb, 0).is_err());
        assert!(Picture::new(2, 2, Channels::Rgb, vec![0; 12]).is_ok());
    }

    #[test]
    fn rows_and_pixels_are_found_and_bounded() {
        let mut picture = Picture::new(2, 2, Channels::Rgb, (0..12).collect()).unwrap();
        assert_eq!(picture.row(1), Some(&[6, 7, 8, 9, 10, 11][..]));
        assert_eq!(picture.row(2), None);
        assert_eq!(picture.pixel(1, 0), Some(&[3, 4, 5][..]));
        assert_eq!(picture.pixel(2, 0), None);
        picture.row_mut(0).unwrap()[0] = 99;
        assert_eq!(picture.rows().next().unwrap()[0], 99);
    }

    #[test]
    fn grey_keeps_black_and_white_and_weighs_colours() {
        let pixels = vec![0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 255, 0, 0, 0, 255];
        let grey = Picture::new(5, 1, Channels::Rgb, pixels).unwrap().to_grey();
        assert_eq!(grey.pixels(), [0, 255, 76, 150, 29]);
        assert_eq!(grey.to_rgb().pixel(2, 0), Some(&[76, 76, 76][..]));
    }

    #[test]
    fn debug_shows_no_pixel() {
        let shown = format!("{:?}", Picture::filled(1, 1, Channels::Grey, 123).unwrap());
        assert!(!shown.contains("123"), "{shown}");
    }
}
