//! Data groups whose contents are not this crate's affair: DG3 and DG4, the reserved DG6, those that are yet to be
//! defined (DG8 to DG10) and the issuer's own DG13 (Doc 9303-10 4.7.3, 4.7.4, 4.7.6, 4.7.8 to 4.7.10, 4.7.13).
//!
//! ```text
//! tag of the data group  L  contents
//! ```

use core::fmt;

use super::error::{LdsError, LdsErrorKind};
use super::file_id::FileId;
use super::template;

/// A data group that is carried as it is: only its tag and its length are looked at.
#[derive(Clone, PartialEq, Eq)]
pub struct OpaqueDataGroup {
    file: FileId,
    tag: u32,
    /// The contents, without the data group's tag and length.
    pub contents: Vec<u8>,
}

impl OpaqueDataGroup {
    /// The data group `file` with these contents. Any other file is refused.
    ///
    /// # Errors
    /// [`LdsErrorKind::NoDataGroup`]: the file is not a data group.
    pub fn new(file: FileId, contents: Vec<u8>) -> Result<Self, LdsError> {
        let tag = file.tag().filter(|_| file.data_group().is_some());
        let tag = tag.ok_or(LdsError::new(LdsErrorKind::NoDataGroup, 0))?;
        Ok(OpaqueDataGroup { file, tag, contents })
    }

    /// Which data group it is.
    pub const fn file(&self) -> FileId {
        self.file
    }

    /// The bytes of the file.
    ///
    /// # Errors
    /// The file would be longer than readers can read.
    pub fn build(&self) -> Result<Vec<u8>, LdsError> {
        template::file(self.tag, &self.contents)
    }

    /// Reads the data group `file`, whose tag the bytes must begin with and at whose end they must end.
    ///
    /// # Errors
    /// As [`Self::new`]; or the bytes are not one data object with the tag of `file`.
    pub fn parse(file: FileId, bytes: &[u8]) -> Result<Self, LdsError> {
        let mut group = Self::new(file, Vec::new())?;
        group.contents = template::outer(bytes, group.tag)?.value.to_vec();
        Ok(group)
    }
}

impl fmt::Debug for OpaqueDataGroup {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "OpaqueDataGroup({}, redacted)", self.file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tlv::TlvErrorKind;

    #[test]
    fn the_tag_is_that_of_the_data_group() {
        for number in 1..=16 {
            let file = FileId::from_data_group(number).unwrap();
            let group = OpaqueDataGroup::new(file, vec![7; 200]).unwrap();
            let bytes = group.build().unwrap();
            assert_eq!(u32::from(bytes[0]), file.tag().unwrap());
            assert_eq!(OpaqueDataGroup::parse(file, &bytes).unwrap(), group);
        }
        let bytes = [0x63, 0x01, 0x00];
        let other = TlvErrorKind::UnexpectedTag { expected: 0x76, found: 0x63 };
        assert_eq!(OpaqueDataGroup::parse(FileId::DG4, &bytes), Err(LdsError::new(LdsErrorKind::Tlv(other), 0)));
        let longer = [0x63, 0x01, 0x00, 0x00];
        let trailing = LdsError::new(LdsErrorKind::Tlv(TlvErrorKind::TrailingData), 3);
        assert_eq!(OpaqueDataGroup::parse(FileId::DG3, &longer), Err(trailing));
        for file in [FileId::COM, FileId::SOD, FileId::DIR, FileId::ATR_INFO] {
            assert_eq!(OpaqueDataGroup::new(file, vec![]).unwrap_err().kind, LdsErrorKind::NoDataGroup);
        }
        assert!(!format!("{:?}", OpaqueDataGroup::new(FileId::DG3, vec![123]).unwrap()).contains("123"));
    }
}
