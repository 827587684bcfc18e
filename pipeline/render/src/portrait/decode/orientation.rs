//! The eight ways in which a camera may have been held (Exif 2.3, tag 0x0112), and turning back from them.

use crate::picture::{Picture, PictureError};

/// How a stored picture has to be turned to be upright. The numbers are Exif's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Orientation {
    /// 1: as stored.
    #[default]
    Upright = 1,
    /// 2: left and right exchanged.
    MirroredHorizontally = 2,
    /// 3: upside down.
    Rotated180 = 3,
    /// 4: top and bottom exchanged.
    MirroredVertically = 4,
    /// 5: mirrored along the diagonal from the top left.
    Transposed = 5,
    /// 6: to be turned a quarter clockwise.
    Rotated90 = 6,
    /// 7: mirrored along the diagonal from the top right.
    Transversed = 7,
    /// 8: to be turned a quarter anticlockwise.
    Rotated270 = 8,
}

impl Orientation {
    /// All eight in Exif's order.
    pub const ALL: [Self; 8] = [
        Self::Upright,
        Self::MirroredHorizontally,
        Self::Rotated180,
        Self::MirroredVertically,
        Self::Transposed,
        Self::Rotated90,
        Self::Transversed,
        Self::Rotated270,
    ];

    /// From Exif's number, 1 to 8.
    #[must_use]
    pub fn from_exif_number(number: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|orientation| *orientation as u32 == number)
    }

    /// Width and height when a stored picture of this size is upright.
    #[must_use]
    pub const fn upright_size(self, (width, height): (u32, u32)) -> (u32, u32) {
        if self.exchanges_sides() { (height, width) } else { (width, height) }
    }

    /// From the TIFF structure of an Exif segment. A missing or unreadable tag means upright: a camera that did not
    /// note how it was held is no reason to refuse a photograph.
    pub(super) fn of_exif(tiff: &[u8]) -> Self {
        let read = exif::Reader::new().continue_on_error(true).read_raw(tiff.to_vec());
        let fields = match read {
            Ok(fields) => fields,
            Err(exif::Error::PartialResult(partial)) => partial.into_inner().0,
            Err(_) => return Self::Upright,
        };
        fields
            .get_field(exif::Tag::Orientation, exif::In::PRIMARY)
            .and_then(|field| field.value.get_uint(0))
            .and_then(Self::from_exif_number)
            .unwrap_or_default()
    }

    /// Turns a stored picture upright.
    ///
    /// # Errors
    /// None in practice: a picture that is turned has as many samples as before.
    pub fn turn_upright(self, picture: Picture) -> Result<Picture, PictureError> {
        if self == Self::Upright {
            return Ok(picture);
        }
        let samples = picture.channels().count();
        let (width, height) = self.upright_size((picture.width(), picture.height()));
        let stride = picture.stride();
        let (stored_width, stored_height) = (picture.width() as usize, picture.height() as usize);
        // Each row of the result is a run through the stored samples: where it begins, and the step to the next pixel.
        let last_row = (stored_height - 1) * stride;
        let last_pixel = (stored_width - 1) * samples;
        let (origin, pixel_step, row_step) = match self {
            Self::Upright => (0, samples as isize, stride as isize),
            Self::MirroredHorizontally => (last_pixel, -(samples as isize), stride as isize),
            Self::Rotated180 => (last_row + last_pixel, -(samples as isize), -(stride as isize)),
            Self::MirroredVertically => (last_row, samples as isize, -(stride as isize)),
            Self::Transposed => (0, stride as isize, samples as isize),
            Self::Rotated90 => (last_row, -(stride as isize), samples as isize),
            Self::Transversed => (last_row + last_pixel, -(stride as isize), -(samples as isize)),
            Self::Rotated270 => (last_pixel, stride as isize, -(samples as isize)),
        };
        let source = picture.pixels();
        let mut pixels = Vec::with_capacity(source.len());
        for y in 0..height as isize {
            let mut at = origin.wrapping_add_signed(y * row_step);
            for _ in 0..width {
                pixels.extend_from_slice(source.get(at..at + samples).unwrap_or(&[]));
                at = at.wrapping_add_signed(pixel_step);
            }
        }
        Picture::new(width, height, picture.channels(), pixels)
    }

    const fn exchanges_sides(self) -> bool {
        matches!(self, Self::Transposed | Self::Rotated90 | Self::Transversed | Self::Rotated270)
    }
}
