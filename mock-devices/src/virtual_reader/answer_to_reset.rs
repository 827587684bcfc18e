//! The answer to reset that a reader of contactless chips makes up from the chip's historical bytes (PC/SC part 3, 3.1.3.2.3.1).
//!
//! ```text
//! 3B      direct convention
//! 8n      n historical bytes follow TD2
//! 80 01   T=0 and T=1, the latter for ISO/IEC 14443-4
//! …       historical bytes
//! TCK     exclusive or of all bytes after the first
//! ```

use crate::chip::EmulatedChip;
use chip_profile::lds::{AtrInfo, AtrObject, CardCapabilities, FileId};

/// Category indicator: compact data objects, without a status (ISO/IEC 7816-4 12.1.1).
const COMPACT_OBJECTS: u8 = 0x80;
/// Tag 7 and length 3: card capabilities (ISO/IEC 7816-4 12.1.1.9).
const CARD_CAPABILITIES: u8 = 0x73;

/// Historical bytes of an eMRTD: its capabilities, as EF.ATR/INFO has them if it is there.
pub fn historical_bytes(chip: &EmulatedChip) -> [u8; 5] {
    let [first, second, third] = capabilities(chip).0;
    [COMPACT_OBJECTS, CARD_CAPABILITIES, first, second, third]
}

fn capabilities(chip: &EmulatedChip) -> CardCapabilities {
    let file = chip.contents(FileId::ATR_INFO).and_then(|contents| AtrInfo::parse(contents).ok()).unwrap_or_default();
    let told = file.objects.iter().find_map(|object| match object {
        AtrObject::CardCapabilities(capabilities) => Some(*capabilities),
        _ => None,
    });
    told.unwrap_or(CardCapabilities::BASIC)
}

/// The answer to reset of a chip.
pub fn of(chip: &EmulatedChip) -> Vec<u8> {
    let historical = historical_bytes(chip);
    let mut answer = vec![0x3B, 0x80 | historical.len() as u8, 0x80, 0x01];
    answer.extend_from_slice(&historical);
    answer.push(answer.iter().skip(1).fold(0, |check, byte| check ^ byte));
    answer
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chip::{ChipSettings, PersonalisedChip};
    use chip_profile::lds::ExtendedLength;

    #[test]
    fn the_answer_tells_what_the_file_tells_and_its_check_byte_is_right() {
        let mut chip = PersonalisedChip::default();
        let short = of(&chip.clone().open(ChipSettings::default(), 1));
        assert_eq!(short, [0x3B, 0x85, 0x80, 0x01, 0x80, 0x73, 0x84, 0x01, 0x00, 0x72]);
        let limits = Some(ExtendedLength { command: 1024, response: 1024 });
        let extended = AtrInfo::new(CardCapabilities::BASIC.with_extended_length(), limits).build().unwrap();
        chip.files.insert(FileId::ATR_INFO, extended);
        let long = of(&chip.open(ChipSettings::default(), 1));
        assert_eq!(long[6..9], [0x84, 0x01, 0x60]);
        for answer in [long, short] {
            assert_eq!(answer[1..].iter().fold(0, |check, byte| check ^ byte), 0);
        }
    }
}
