//! File control parameters of CREATE FILE (ISO/IEC 7816-4, ISO/IEC 7816-9), written by the host and read by the
//! chip.
//!
//! ```text
//! 62 { 82 01 38  84 L AID              8A 01 03 }                       application
//! 62 { 80 02 size 82 01 01 83 02 file identifier 88 01 short identifier << 3
//!      8A 01 03  8C 03 03 FF condition }                                elementary file
//! ```
//!
//! 8A 03 is the initialisation state: until ACTIVATE FILE the security attributes do not apply. 8C is the compact form:
//! access mode 03 (UPDATE, READ), then the condition of UPDATE (FF: never) and that of READ.

use crate::tlv::{self, Reader, TlvError, TlvErrorKind};

/// Tag of the template.
pub const FILE_CONTROL_PARAMETERS: u32 = 0x62;

const NEVER: u8 = 0xFF;
const INITIALISATION_STATE: u8 = 0x03;
const APPLICATION: u8 = 0x38;
const TRANSPARENT: u8 = 0x01;

/// Who may read an elementary file once the chip is locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadCondition {
    /// Everyone (00).
    Always,
    /// Under secure messaging after basic access control or PACE (E0: external authentication and secure messaging).
    AfterAccessControl,
    /// Only after terminal authentication, which the chip does not offer: nobody (FF).
    AfterTerminalAuthentication,
}

impl ReadCondition {
    fn value(self) -> u8 {
        match self {
            ReadCondition::Always => 0x00,
            ReadCondition::AfterAccessControl => 0xE0,
            ReadCondition::AfterTerminalAuthentication => NEVER,
        }
    }
    fn from_value(value: u8) -> Option<Self> {
        [Self::Always, Self::AfterAccessControl, Self::AfterTerminalAuthentication]
            .into_iter()
            .find(|condition| condition.value() == value)
    }
}

/// What CREATE FILE creates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileControl {
    /// A dedicated file with the identifier of an application, 5 to 16 bytes.
    Application {
        /// The application identifier.
        identifier: Vec<u8>,
    },
    /// A transparent elementary file in the current dedicated file.
    Elementary {
        /// File identifier.
        number: u16,
        /// Short identifier, 1 to 30.
        short_identifier: u8,
        /// Bytes that it holds.
        size: u16,
        /// Who may read it.
        read: ReadCondition,
    },
}

impl FileControl {
    /// The template with its tag.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(32);
        tlv::push_nested(&mut out, FILE_CONTROL_PARAMETERS, |out| match self {
            FileControl::Application { identifier } => {
                tlv::push(out, 0x82, &[APPLICATION]);
                tlv::push(out, 0x84, identifier);
                tlv::push(out, 0x8A, &[INITIALISATION_STATE]);
            }
            FileControl::Elementary { number, short_identifier, size, read } => {
                tlv::push(out, 0x80, &size.to_be_bytes());
                tlv::push(out, 0x82, &[TRANSPARENT]);
                tlv::push(out, 0x83, &number.to_be_bytes());
                tlv::push(out, 0x88, &[short_identifier << 3]);
                tlv::push(out, 0x8A, &[INITIALISATION_STATE]);
                tlv::push(out, 0x8C, &[0x03, NEVER, read.value()]);
            }
        });
        out
    }

    /// Reads the template; unknown data objects in it are refused, for a chip must not ignore an attribute.
    ///
    /// # Errors
    /// Kind and position of the first fault.
    pub fn parse(bytes: &[u8]) -> Result<Self, TlvError> {
        let template = tlv::parse_single(bytes, FILE_CONTROL_PARAMETERS)?;
        let mut reader = template.reader();
        let invalid = |position| TlvError { kind: TlvErrorKind::Value, position };
        let size = reader.optional(0x80)?;
        let descriptor = reader.expect(0x82)?;
        let control = match (descriptor.value, size) {
            ([APPLICATION], None) => {
                let identifier = reader.expect(0x84)?;
                if !(5..=16).contains(&identifier.value.len()) {
                    return Err(invalid(identifier.position));
                }
                state(&mut reader)?;
                FileControl::Application { identifier: identifier.value.to_vec() }
            }
            ([TRANSPARENT], Some(size)) => {
                let number = reader.expect(0x83)?;
                let short = reader.expect(0x88)?;
                state(&mut reader)?;
                let attributes = reader.expect(0x8C)?;
                let [0x03, NEVER, read] = attributes.value else { return Err(invalid(attributes.position)) };
                let [shifted] = short.value else { return Err(invalid(short.position)) };
                if shifted & 0x07 != 0 || !(1..=30).contains(&(shifted >> 3)) {
                    return Err(invalid(short.position));
                }
                FileControl::Elementary {
                    number: u16::from_be_bytes(number.value.try_into().map_err(|_| invalid(number.position))?),
                    short_identifier: shifted >> 3,
                    size: u16::from_be_bytes(size.value.try_into().map_err(|_| invalid(size.position))?),
                    read: ReadCondition::from_value(*read).ok_or(invalid(attributes.position))?,
                }
            }
            _ => return Err(invalid(descriptor.position)),
        };
        reader.finish()?;
        Ok(control)
    }
}

fn state(reader: &mut Reader<'_>) -> Result<(), TlvError> {
    let state = reader.expect(0x8A)?;
    if state.value == [INITIALISATION_STATE] {
        Ok(())
    } else {
        Err(TlvError { kind: TlvErrorKind::Value, position: state.position })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_have_the_bytes_of_the_layout_and_read_back() {
        let dg1 = FileControl::Elementary {
            number: 0x0101,
            short_identifier: 1,
            size: 93,
            read: ReadCondition::AfterAccessControl,
        };
        let expected =
            [0x62, 0x16, 0x80, 2, 0, 93, 0x82, 1, 1, 0x83, 2, 1, 1, 0x88, 1, 8, 0x8A, 1, 3, 0x8C, 3, 3, 0xFF, 0xE0];
        assert_eq!(dg1.to_bytes(), expected);
        assert_eq!(FileControl::parse(&expected).unwrap(), dg1);
        let application = FileControl::Application { identifier: vec![0xA0, 0, 0, 2, 0x47, 0x10, 1] };
        let expected = [0x62, 15, 0x82, 1, 0x38, 0x84, 7, 0xA0, 0, 0, 2, 0x47, 0x10, 1, 0x8A, 1, 3];
        assert_eq!(application.to_bytes(), expected);
        assert_eq!(FileControl::parse(&expected).unwrap(), application);
    }

    #[test]
    fn every_altered_or_shortened_template_is_refused_or_means_something_else() {
        let control = FileControl::Elementary {
            number: 0x0102,
            short_identifier: 2,
            size: 18_000,
            read: ReadCondition::AfterAccessControl,
        };
        let bytes = control.to_bytes();
        for at in 0..bytes.len() {
            assert!(FileControl::parse(&bytes[..at]).is_err());
            let mut altered = bytes.clone();
            altered[at] ^= 0x41;
            assert_ne!(FileControl::parse(&altered).ok(), Some(control.clone()), "byte {at}");
        }
    }
}
