//! DG1: the machine readable zone (Doc 9303-10 4.7.1).
//!
//! ```text
//! 61 L
//!    5F1F L  the characters of all lines, without line breaks
//! ```

use core::fmt;

use super::error::{LdsError, LdsErrorKind};
use super::template;
use crate::mrz::{AnyMrz, MrzError, MrzFormat, MrzLines};
use crate::tlv;

const TAG: u32 = 0x61;
const TAG_MRZ: u32 = 0x5F1F;

/// Data group 1.
#[derive(Clone, PartialEq, Eq)]
pub struct Dg1 {
    text: String,
    format: MrzFormat,
}

impl Dg1 {
    /// The data group for the zone that is printed. A visa has no chip: its zone is refused by [`Self::build`].
    pub fn new<const COUNT: usize>(lines: &MrzLines<COUNT>) -> Self {
        Dg1 { text: lines.text().to_owned(), format: lines.format() }
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

    /// The fields of the zone, with all check digits verified.
    ///
    /// # Errors
    /// The first fault of the zone, as [`AnyMrz::parse_as`].
    pub fn fields(&self) -> Result<AnyMrz, MrzError> {
        AnyMrz::parse_as(self.format, &self.text)
    }

    /// The bytes of the file.
    ///
    /// # Errors
    /// [`LdsErrorKind::Mrz`]: the zone is a visa's.
    pub fn build(&self) -> Result<Vec<u8>, LdsError> {
        if self.format.is_visa() {
            return Err(LdsError::new(LdsErrorKind::Mrz, 0));
        }
        let mut contents = Vec::with_capacity(96);
        tlv::push(&mut contents, TAG_MRZ, self.text.as_bytes());
        template::file(TAG, &contents)
    }

    /// Reads the file. The zone's characters and length are checked here, its fields by [`Self::fields`].
    ///
    /// # Errors
    /// The bytes are not a data object 61 with one 5F1F inside, or there are not the 72, 88 or 90 characters of a
    /// machine readable zone ([`LdsErrorKind::Mrz`]).
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
    use crate::mrz::{MrvA, Td1, Td3};

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
    fn cards_have_a_chip_and_visas_have_none() {
        let card = "I<UTOD231458907<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6ERIKSSON<<ANNA<MARIA<<<<<<<<<<";
        let file = Dg1::new(&Td1::parse(card).unwrap().encode().unwrap()).build().unwrap();
        assert_eq!(file, [&[0x61, 0x5D, 0x5F, 0x1F, 0x5A], card.as_bytes()].concat());
        let dg1 = Dg1::parse(&file).unwrap();
        assert_eq!(dg1.lines().last(), Some("ERIKSSON<<ANNA<MARIA<<<<<<<<<<"));
        assert_eq!(dg1.fields().unwrap(), AnyMrz::parse(card).unwrap());
        let visa = "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L8988901C4XXX4009078F96121096ZE184226B<<<<<<";
        let dg1 = Dg1::new(&MrvA::parse(visa).unwrap().encode().unwrap());
        assert_eq!(dg1.build(), Err(LdsError::new(LdsErrorKind::Mrz, 0)));
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
