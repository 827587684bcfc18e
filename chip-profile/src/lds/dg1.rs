//! DG1: the machine readable zone (Doc 9303-10 4.7.1).
//!
//! ```text
//! 61 L
//!    5F1F L  the characters of all lines, without line breaks
//! ```

use core::fmt;

use super::error::{LdsError, LdsErrorKind};
use super::template;
use crate::mrz::{MrzError, MrzLines, Td3};
use crate::tlv;

const TAG: u32 = 0x61;
const TAG_MRZ: u32 = 0x5F1F;

/// Data group 1.
#[derive(Clone, PartialEq, Eq)]
pub struct Dg1 {
    text: String,
    format: MrzFormat,
}

/// The format of a machine readable zone, which its length tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MrzFormat {
    /// Three lines of 30
    Td1,
    /// Two lines of 36
    Td2,
    /// Two lines of 44
    Td3,
}

impl MrzFormat {
    /// Number of lines and characters in each.
    pub const fn lines(self) -> (usize, usize) {
        match self {
            Self::Td1 => (3, 30),
            Self::Td2 => (2, 36),
            Self::Td3 => (2, 44),
        }
    }
}

impl Dg1 {
    /// The data group for the zone that is printed.
    pub fn new(lines: &MrzLines) -> Self {
        Dg1 { text: lines.text().to_owned(), format: MrzFormat::Td3 }
    }

    /// The characters without line breaks.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The format of the zone.
    pub const fn format(&self) -> MrzFormat {
        self.format
    }

    /// The lines.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        let (count, length) = self.format.lines();
        (0..count).filter_map(move |line| self.text.get(line * length..(line + 1) * length))
    }

    /// The fields of a passport's zone, with all check digits verified.
    pub fn td3(&self) -> Result<Td3, MrzError> {
        Td3::parse(&self.text)
    }

    /// The bytes of the file.
    pub fn build(&self) -> Result<Vec<u8>, LdsError> {
        let mut contents = Vec::with_capacity(96);
        tlv::push(&mut contents, TAG_MRZ, self.text.as_bytes());
        template::file(TAG, &contents)
    }

    /// Reads the file. The zone's characters and length are checked here, its fields by [`Self::td3`].
    pub fn parse(file: &[u8]) -> Result<Self, LdsError> {
        let mut reader = template::outer(file, TAG)?.reader();
        let zone = reader.expect(TAG_MRZ)?;
        reader.finish()?;
        let wrong = |offset| LdsError::new(LdsErrorKind::Mrz, zone.position + offset);
        let format = match zone.value.len() {
            90 => MrzFormat::Td1,
            72 => MrzFormat::Td2,
            88 => MrzFormat::Td3,
            _ => return Err(wrong(0)),
        };
        if let Some(offset) = zone.value.iter().position(|byte| !matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'<')) {
            return Err(wrong(offset));
        }
        let text = core::str::from_utf8(zone.value).map_err(|_| wrong(0))?;
        Ok(Dg1 { text: text.to_owned(), format })
    }
}

impl fmt::Debug for Dg1 {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Dg1({:?}, redacted)", self.format)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZONE: &str = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10";

    #[test]
    fn the_printed_zone_is_the_stored_zone() {
        let lines = Td3::parse(ZONE).unwrap().encode().unwrap();
        let file = Dg1::new(&lines).build().unwrap();
        assert_eq!(file, [&[0x61, 0x5B, 0x5F, 0x1F, 0x58], ZONE.as_bytes()].concat());
        let dg1 = Dg1::parse(&file).unwrap();
        assert_eq!(dg1.lines().collect::<Vec<_>>(), lines.lines());
        assert!(!format!("{dg1:?}").contains("ERIKSSON"));
    }

    #[test]
    fn other_lengths_and_characters_are_refused() {
        for (zone, position) in [(&ZONE[1..], 5), (&ZONE.to_lowercase()[..], 5), (&ZONE.replace('9', " ")[..], 51)] {
            let mut contents = Vec::new();
            tlv::push(&mut contents, TAG_MRZ, zone.as_bytes());
            let file = template::file(TAG, &contents).unwrap();
            assert_eq!(Dg1::parse(&file), Err(LdsError::new(LdsErrorKind::Mrz, position)), "{zone}");
        }
    }
}
