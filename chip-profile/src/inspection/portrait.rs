//! The portrait of DG2, for the officer to look at.

use core::fmt;

use crate::lds::dg2::ImageDataType;
use crate::lds::{Dg2, ElementaryFiles, FileId};

/// A coded image of the holder. Personal: Debug shows its coding and length alone.
#[derive(Clone, PartialEq, Eq)]
pub struct Portrait {
    /// JPEG or JPEG 2000.
    pub coding: ImageDataType,
    /// The file as it lies in DG2, ready for a decoder.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for Portrait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Portrait({:?}, {} bytes)", self.coding, self.bytes.len())
    }
}

/// The first face of DG2, in either format; `None` when DG2 is missing, malformed or without an image.
pub fn portrait(files: &ElementaryFiles) -> Option<Portrait> {
    let dg2 = Dg2::parse(files.get(&FileId::DG2)?).ok()?;
    let face = dg2.portrait()?;
    Some(Portrait { coding: face.coding, bytes: face.image.to_vec() })
}
