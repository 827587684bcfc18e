//! DG13: optional details at the issuer's discretion (Doc 9303-10 4.7.13).
//!
//! ```text
//! 6D L  contents
//! ```

use core::fmt;

use super::error::LdsError;
use super::template;

const TAG: u32 = 0x6D;

/// Data group 13.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Dg13 {
    /// What the issuer chose to store, in whatever coding.
    pub contents: Vec<u8>,
}

impl Dg13 {
    /// The bytes of the file.
    ///
    /// # Errors
    /// The file would be longer than readers can read.
    pub fn build(&self) -> Result<Vec<u8>, LdsError> {
        template::file(TAG, &self.contents)
    }

    /// Reads the file.
    ///
    /// # Errors
    /// The bytes are not one data object 6D.
    pub fn parse(file: &[u8]) -> Result<Self, LdsError> {
        Ok(Dg13 { contents: template::outer(file, TAG)?.value.to_vec() })
    }
}

impl fmt::Debug for Dg13 {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Dg13(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::super::error::LdsErrorKind;
    use super::super::{Dg13, MAX_FILE_LENGTH};

    #[test]
    fn contents_are_carried_as_they_are() {
        let dg13 = Dg13 { contents: b"\x01 any \xFF".to_vec() };
        let file = dg13.build().unwrap();
        assert_eq!(file, b"\x6D\x07\x01 any \xFF");
        assert_eq!(Dg13::parse(&file).unwrap(), dg13);
        assert!(Dg13::parse(&file[..6]).is_err());
        let longest = Dg13 { contents: vec![0; MAX_FILE_LENGTH - 4] };
        assert_eq!(longest.build().unwrap().len(), MAX_FILE_LENGTH);
        let longer = Dg13 { contents: vec![0; MAX_FILE_LENGTH - 3] };
        assert!(matches!(longer.build().unwrap_err().kind, LdsErrorKind::FileTooLong { .. }));
    }
}
