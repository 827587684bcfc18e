//! DG5: the displayed portrait (Doc 9303-10 4.7.5).
//!
//! ```text
//! 65 L
//!    02   01  number of portraits, 1 to 9
//!    5F40 L   portrait, one for each
//! ```

use core::fmt;

use super::displayed_images;
use super::error::LdsError;

const TAG: u32 = 0x65;
const TAG_PORTRAIT: u32 = 0x5F40;

/// Data group 5.
#[derive(Clone, PartialEq, Eq)]
pub struct Dg5 {
    /// The portraits, 1 to 9, each a JPEG (JFIF) or JPEG 2000 file.
    pub portraits: Vec<Vec<u8>>,
}

impl Dg5 {
    /// The bytes of the file. Every image must be JPEG or JPEG 2000.
    ///
    /// # Errors
    /// No portrait or more than 9, one of another coding, or a file longer than readers can read.
    pub fn build(&self) -> Result<Vec<u8>, LdsError> {
        displayed_images::build(TAG, TAG_PORTRAIT, &self.portraits)
    }

    /// Reads the file. The coding of the images is not checked: what a State signed is read, and judged elsewhere
    /// ([`lint`](mod@crate::pki::lint)).
    ///
    /// # Errors
    /// Kind and position: not a data object 65, a counter outside of 1 to 9, or another number of portraits than it
    /// says.
    pub fn parse(file: &[u8]) -> Result<Self, LdsError> {
        Ok(Dg5 { portraits: displayed_images::parse(file, TAG, TAG_PORTRAIT)? })
    }
}

impl fmt::Debug for Dg5 {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Dg5({} portraits, redacted)", self.portraits.len())
    }
}
