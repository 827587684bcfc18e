//! EF.ATR/INFO: what the chip can do (Doc 9303-10 3.11.1, ISO/IEC 7816-4 12.1.1 and 12.7.1).
//!
//! ```text
//! 47   03   card capabilities
//! 7F66 L    extended length information
//!    02 L      most bytes of a command
//!    02 L      most bytes of a response
//! …         further data objects
//! ```

use super::error::{LdsError, LdsErrorKind};
use super::template;
use crate::tlv::{self, Reader, Tlv, TlvErrorKind};

const TAG_CARD_CAPABILITIES: u32 = 0x47;
const TAG_EXTENDED_LENGTH: u32 = 0x7F66;
const TAG_INTEGER: u32 = 0x02;

/// EF.ATR/INFO.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AtrInfo {
    /// The data objects, in the order of the file.
    pub objects: Vec<AtrObject>,
}

/// A data object of EF.ATR/INFO.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AtrObject {
    /// Data object 47 with three bytes
    CardCapabilities(CardCapabilities),
    /// Data object 7F66
    ExtendedLength(ExtendedLength),
    /// Any other data object
    Other {
        /// Its tag, as the big-endian number of its bytes.
        tag: u32,
        /// Its contents.
        value: Vec<u8>,
    },
}

/// The three tables of software functions (ISO/IEC 7816-4 12.1.1.9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CardCapabilities(pub [u8; 3]);

impl CardCapabilities {
    /// A chip whose applications are selected by full name, with short file identifiers and one-byte data units, and
    /// neither chaining nor extended length.
    pub const BASIC: Self = CardCapabilities([FULL_NAME | SHORT_IDENTIFIER, ONE_BYTE_UNIT, 0]);

    /// These and command chaining.
    pub const fn with_command_chaining(self) -> Self {
        let [first, second, third] = self.0;
        CardCapabilities([first, second, third | COMMAND_CHAINING])
    }

    /// These and extended Lc and Le, whose limits EF.ATR/INFO then gives.
    pub const fn with_extended_length(self) -> Self {
        let [first, second, third] = self.0;
        CardCapabilities([first, second, third | EXTENDED_LENGTH | EXTENDED_LENGTH_INFORMATION])
    }

    /// Whether an application can be selected by its full name.
    pub const fn selects_by_full_name(self) -> bool {
        self.0[0] & FULL_NAME != 0
    }

    /// Whether files can be read by their short identifier.
    pub const fn short_identifiers(self) -> bool {
        self.0[0] & SHORT_IDENTIFIER != 0
    }

    /// Whether commands can be chained.
    pub const fn command_chaining(self) -> bool {
        self.0[2] & COMMAND_CHAINING != 0
    }

    /// Whether Lc and Le may be extended.
    pub const fn extended_length(self) -> bool {
        self.0[2] & EXTENDED_LENGTH != 0
    }

    /// Whether EF.ATR/INFO gives the limits of extended length.
    pub const fn extended_length_information(self) -> bool {
        self.0[2] & EXTENDED_LENGTH_INFORMATION != 0
    }
}

const FULL_NAME: u8 = 0x80;
const SHORT_IDENTIFIER: u8 = 0x04;
const ONE_BYTE_UNIT: u8 = 0x01;
const COMMAND_CHAINING: u8 = 0x80;
const EXTENDED_LENGTH: u8 = 0x40;
const EXTENDED_LENGTH_INFORMATION: u8 = 0x20;

/// The limits of extended length, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExtendedLength {
    /// Most bytes of a command, header and length fields included; at least 1.
    pub command: u32,
    /// Most bytes of a response; at least 1.
    pub response: u32,
}

impl AtrInfo {
    /// What a chip with these capabilities says; the limits where its Lc and Le may be extended.
    pub fn new(capabilities: CardCapabilities, extended_length: Option<ExtendedLength>) -> Self {
        let limits = extended_length.map(AtrObject::ExtendedLength);
        AtrInfo { objects: [AtrObject::CardCapabilities(capabilities)].into_iter().chain(limits).collect() }
    }

    /// The card capabilities, if they are told.
    pub fn card_capabilities(&self) -> Option<CardCapabilities> {
        self.objects.iter().find_map(|object| match object {
            AtrObject::CardCapabilities(capabilities) => Some(*capabilities),
            _ => None,
        })
    }

    /// The limits of extended length, if they are told.
    pub fn extended_length(&self) -> Option<ExtendedLength> {
        self.objects.iter().find_map(|object| match object {
            AtrObject::ExtendedLength(limits) => Some(*limits),
            _ => None,
        })
    }

    /// The bytes of the file. The limits must be there when the capabilities announce them.
    ///
    /// # Errors
    /// A limit of zero, capabilities or limits that are there twice, limits that are announced and not there, an
    /// [`AtrObject::Other`] that is of a kind with a name here, or a file longer than readers can read.
    pub fn build(&self) -> Result<Vec<u8>, LdsError> {
        let mut out = Vec::with_capacity(32);
        for object in &self.objects {
            let start = out.len();
            match object {
                AtrObject::CardCapabilities(capabilities) => {
                    tlv::push(&mut out, TAG_CARD_CAPABILITIES, &capabilities.0);
                }
                AtrObject::ExtendedLength(limits) => {
                    if limits.command == 0 || limits.response == 0 {
                        return Err(LdsError::new(TlvErrorKind::Value.into(), start));
                    }
                    tlv::push_nested(&mut out, TAG_EXTENDED_LENGTH, |out| {
                        push_limit(out, limits.command);
                        push_limit(out, limits.response);
                    });
                }
                AtrObject::Other { tag, value } => tlv::push(&mut out, *tag, value),
            }
        }
        // What was built is read again, so that an object under another's tag, or twice, is refused.
        if Self::parse(&out)? != *self {
            return Err(LdsError::new(TlvErrorKind::Value.into(), 0));
        }
        template::checked_length(out)
    }

    /// Reads the file. Data objects that Doc 9303 does not name are kept.
    ///
    /// # Errors
    /// Kind and position: not data objects one after another, capabilities or limits that are there twice, limits that
    /// are not two positive numbers, or that are announced and not there ([`LdsErrorKind::Missing`]).
    pub fn parse(file: &[u8]) -> Result<Self, LdsError> {
        let mut reader = Reader::new(file);
        let mut objects: Vec<AtrObject> = Vec::new();
        let (mut capabilities, mut limits) = (None, None);
        while let Some(object) = reader.next_object()? {
            objects.push(match (object.tag, object.value) {
                (TAG_CARD_CAPABILITIES, &[first, second, third]) => {
                    let found = CardCapabilities([first, second, third]);
                    template::once(&mut capabilities, found, &object)?;
                    AtrObject::CardCapabilities(found)
                }
                (TAG_EXTENDED_LENGTH, _) => {
                    let found = extended_length(&object)?;
                    template::once(&mut limits, found, &object)?;
                    AtrObject::ExtendedLength(found)
                }
                (tag, value) => AtrObject::Other { tag, value: value.to_vec() },
            });
        }
        if capabilities.is_some_and(CardCapabilities::extended_length_information) && limits.is_none() {
            return Err(LdsError::new(LdsErrorKind::Missing { tag: TAG_EXTENDED_LENGTH }, file.len()));
        }
        Ok(AtrInfo { objects })
    }
}

fn extended_length(object: &Tlv<'_>) -> Result<ExtendedLength, LdsError> {
    let mut reader = object.reader();
    let (command, response) = (reader.expect(TAG_INTEGER)?, reader.expect(TAG_INTEGER)?);
    reader.finish()?;
    Ok(ExtendedLength { command: limit(&command)?, response: limit(&response)? })
}

/// A positive number. Chips write those above 32,767 with and without a zero in front.
fn limit(object: &Tlv<'_>) -> Result<u32, LdsError> {
    let significant = object.value.iter().skip_while(|byte| **byte == 0);
    let number = match object.value.len() {
        1..=5 if significant.clone().count() <= 4 => significant.fold(0, |number, byte| number << 8 | u32::from(*byte)),
        _ => 0,
    };
    if number == 0 { Err(LdsError::new(TlvErrorKind::Value.into(), object.position)) } else { Ok(number) }
}

/// At least two bytes, as chips have them, and never negative.
fn push_limit(out: &mut Vec<u8>, number: u32) {
    let [first, rest @ ..] = &u64::from(number).to_be_bytes()[3..] else { return };
    let bytes: &[u8] = match number {
        0..=0x7FFF => &rest[2..],
        0x8000..=0x7F_FFFF => &rest[1..],
        0x80_0000..=0x7FFF_FFFF => rest,
        _ => &[*first, rest[0], rest[1], rest[2], rest[3]],
    };
    tlv::push(out, TAG_INTEGER, bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: [u8; 16] =
        [0x47, 0x03, 0x84, 0x01, 0xE0, 0x7F, 0x66, 0x08, 0x02, 0x02, 0x08, 0x00, 0x02, 0x02, 0x10, 0x00];

    fn chip() -> AtrInfo {
        let capabilities = CardCapabilities::BASIC.with_command_chaining().with_extended_length();
        AtrInfo::new(capabilities, Some(ExtendedLength { command: 2048, response: 4096 }))
    }

    /// Written out by hand from Doc 9303-10 table 29.
    #[test]
    fn capabilities_and_limits_of_table_29() {
        assert_eq!(chip().build().unwrap(), FILE);
        let read = AtrInfo::parse(&FILE).unwrap();
        assert_eq!(read, chip());
        assert_eq!(read.extended_length(), Some(ExtendedLength { command: 2048, response: 4096 }));
        let capabilities = read.card_capabilities().unwrap();
        assert!(capabilities.selects_by_full_name() && capabilities.short_identifiers());
        assert!(capabilities.command_chaining() && capabilities.extended_length());
        let basic = AtrInfo::new(CardCapabilities::BASIC, None);
        assert_eq!(basic.build().unwrap(), [0x47, 0x03, 0x84, 0x01, 0x00]);
        assert_eq!(AtrInfo::parse(&[]).unwrap(), AtrInfo::default());
    }

    #[test]
    fn numbers_are_positive_in_either_form() {
        for number in [1, 255, 256, 1000, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x7F_FFFF, 0x80_0000, u32::MAX] {
            let atr = AtrInfo::new(
                CardCapabilities::BASIC.with_extended_length(),
                Some(ExtendedLength { command: number, response: 1 }),
            );
            let file = atr.build().unwrap();
            assert!(file[10] & 0x80 == 0, "{file:02X?}");
            assert_eq!(AtrInfo::parse(&file).unwrap(), atr);
        }
        let unsigned = [0x7F, 0x66, 0x08, 0x02, 0x02, 0xFF, 0xFF, 0x02, 0x02, 0xFF, 0xFF];
        let limits = AtrInfo::parse(&unsigned).unwrap().extended_length();
        assert_eq!(limits, Some(ExtendedLength { command: 65_535, response: 65_535 }));
    }

    #[test]
    fn further_objects_are_kept() {
        let service_data = AtrObject::Other { tag: 0x43, value: vec![0xB8] };
        let atr = AtrInfo { objects: [vec![service_data], chip().objects].concat() };
        let file = atr.build().unwrap();
        assert_eq!(file, [&[0x43, 0x01, 0xB8], &FILE[..]].concat());
        assert_eq!(AtrInfo::parse(&file).unwrap(), atr);
        let short = AtrInfo::parse(&[0x47, 0x01, 0x84]).unwrap();
        assert_eq!(short.objects, [AtrObject::Other { tag: 0x47, value: vec![0x84] }]);
        assert_eq!(short.build().unwrap(), [0x47, 0x01, 0x84]);
    }

    #[test]
    fn faults_are_named_with_their_position() {
        let missing = LdsError::new(LdsErrorKind::Missing { tag: 0x7F66 }, 5);
        assert_eq!(AtrInfo::parse(&FILE[..5]), Err(missing));
        assert_eq!(AtrInfo::new(CardCapabilities::BASIC.with_extended_length(), None).build(), Err(missing));
        let twice = [&FILE[..], &FILE[5..]].concat();
        assert_eq!(AtrInfo::parse(&twice), Err(LdsError::new(LdsErrorKind::Repeated { tag: 0x7F66 }, 19)));
        let mut zero = FILE;
        zero[14] = 0;
        assert_eq!(AtrInfo::parse(&zero), Err(LdsError::new(TlvErrorKind::Value.into(), 14)));
        let other_tag = AtrInfo { objects: vec![AtrObject::Other { tag: 0x47, value: vec![1, 2, 3] }] };
        assert_eq!(other_tag.build().unwrap_err().kind, LdsErrorKind::Tlv(TlvErrorKind::Value));
    }
}
