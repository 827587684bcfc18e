//! DG7: the displayed signature or usual mark (Doc 9303-10 4.7.7).
//!
//! ```text
//! 67 L
//!    02   01  number of signatures or marks, 1 to 9
//!    5F43 L   signature or mark, one for each
//! ```

use core::fmt;

use super::displayed_images;
use super::error::LdsError;

const TAG: u32 = 0x67;
const TAG_SIGNATURE: u32 = 0x5F43;

/// Data group 7.
#[derive(Clone, PartialEq, Eq)]
pub struct Dg7 {
    /// Images of the holder's signature or usual mark, 1 to 9, each a JPEG (JFIF) or JPEG 2000 file.
    pub signatures: Vec<Vec<u8>>,
}

impl Dg7 {
    /// The bytes of the file. Every image must be JPEG or JPEG 2000.
    ///
    /// # Errors
    /// No image or more than 9, one of another coding, or a file longer than readers can read.
    pub fn build(&self) -> Result<Vec<u8>, LdsError> {
        displayed_images::build(TAG, TAG_SIGNATURE, &self.signatures)
    }

    /// Reads the file. The coding of the images is not checked: what a State signed is read, and judged elsewhere
    /// ([`lint`](mod@crate::pki::lint)).
    ///
    /// # Errors
    /// Kind and position: not a data object 67, a counter outside of 1 to 9, or another number of images than it says.
    pub fn parse(file: &[u8]) -> Result<Self, LdsError> {
        Ok(Dg7 { signatures: displayed_images::parse(file, TAG, TAG_SIGNATURE)? })
    }
}

impl fmt::Debug for Dg7 {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Dg7({} signatures, redacted)", self.signatures.len())
    }
}
