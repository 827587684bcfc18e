//! The answer to reset that a reader of contactless chips makes up from the chip's historical bytes (PC/SC part 3, 3.1.3.2.3.1).
//!
//! ```text
//! 3B      direct convention
//! 8n      n historical bytes follow TD2
//! 80 01   T=0 and T=1, the latter for ISO/IEC 14443-4
//! …       historical bytes
//! TCK     exclusive or of all bytes after the first
//! ```

use crate::chip::ChipSettings;

/// Category indicator: compact data objects, without a status (ISO/IEC 7816-4 12.1.1).
const COMPACT_OBJECTS: u8 = 0x80;
/// Tag 7 and length 3: card capabilities (ISO/IEC 7816-4 12.1.1.9).
const CARD_CAPABILITIES: u8 = 0x73;
/// Selection by full name and by file identifier, and short identifiers of elementary files.
const SELECTION: u8 = 0x94;
/// Data units of one byte.
const DATA_CODING: u8 = 0x01;
/// Extended length of commands and answers.
const EXTENDED_LENGTH: u8 = 0x40;

/// Historical bytes of an eMRTD with these settings.
pub fn historical_bytes(settings: &ChipSettings) -> [u8; 5] {
    let lengths = if settings.extended_length { EXTENDED_LENGTH } else { 0 };
    [COMPACT_OBJECTS, CARD_CAPABILITIES, SELECTION, DATA_CODING, lengths]
}

/// The answer to reset of a chip with these settings.
pub fn of(settings: &ChipSettings) -> Vec<u8> {
    let historical = historical_bytes(settings);
    let mut answer = vec![0x3B, 0x80 | historical.len() as u8, 0x80, 0x01];
    answer.extend_from_slice(&historical);
    answer.push(answer.iter().skip(1).fold(0, |check, byte| check ^ byte));
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_tells_of_extended_length_and_its_check_byte_is_right() {
        let long = of(&ChipSettings::default());
        assert_eq!(long, [0x3B, 0x85, 0x80, 0x01, 0x80, 0x73, 0x94, 0x01, 0x40, 0x22]);
        let short = of(&ChipSettings { extended_length: false, ..ChipSettings::default() });
        assert_eq!(short[8], 0);
        for answer in [long, short] {
            assert_eq!(answer[1..].iter().fold(0, |check, byte| check ^ byte), 0);
        }
    }
}
