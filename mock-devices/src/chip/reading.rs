//! READ BINARY (ISO/IEC 7816-4).

use super::{Authority, EmulatedChip, LifeCycle};
use chip_profile::apdu::{Command, Response, StatusWord};
use chip_profile::lds::FileId;
use chip_profile::personalisation::file_control::ReadCondition;
use chip_profile::tlv;

impl EmulatedChip {
    /// With B0 the offset stands in P1-P2, or P1 names a file by its short identifier; with B1 it stands in DO54 and the
    /// answer in DO53. Answers are cut to `longest` bytes.
    pub(super) fn read_binary(
        &mut self,
        command: &Command,
        authority: Authority,
        longest: usize,
    ) -> Result<Response, StatusWord> {
        let expected = command.expected.ok_or(StatusWord::WRONG_LENGTH)?;
        let (number, offset) = self.target(command)?;
        let in_application = self.session.selection.in_application();
        let file = self.memory.files.find(in_application, number).ok_or(StatusWord::FILE_NOT_FOUND)?;
        let allowed = match (self.memory.life_cycle, file.read) {
            (LifeCycle::Locked, ReadCondition::Always) => true,
            (LifeCycle::Locked, ReadCondition::AfterAccessControl) => authority == Authority::Access,
            (LifeCycle::Locked, ReadCondition::AfterTerminalAuthentication) => false,
            _ => authority == Authority::Transport,
        };
        if !allowed {
            return Err(StatusWord::SECURITY_STATUS);
        }
        let rest = file.contents.get(offset..).filter(|rest| !rest.is_empty()).ok_or(StatusWord::WRONG_OFFSET)?;
        let odd = command.instruction & 1 == 1;
        let room = expected.min(longest);
        let room = if odd { contents_within(room) } else { room };
        let mut bytes = rest.get(..room).unwrap_or(rest).to_vec();
        // 256 and 65,536 ask for all there is; anything else asks for just so many bytes.
        let asks_for_all = matches!(expected, 256 | 65_536);
        let status = if !asks_for_all && room > rest.len() { StatusWord::END_OF_FILE } else { StatusWord::OK };
        if let Some(file) = FileId::from_number(number, in_application) {
            self.faults.corrupt(file, offset, &mut bytes);
        }
        self.session.selection.file = Some(number);
        let data = if odd {
            let mut data = Vec::with_capacity(bytes.len() + 4);
            tlv::push(&mut data, 0x53, &bytes);
            data
        } else {
            bytes
        };
        Ok(Response { data, status })
    }

    /// Number of the file and offset that a READ BINARY or UPDATE BINARY means. Data after DO54 are the caller's.
    pub(super) fn target(&self, command: &Command) -> Result<(u16, usize), StatusWord> {
        let selection = self.session.selection;
        let by_short_identifier = |short: u8| {
            self.memory.files.by_short_identifier(selection.in_application(), short).ok_or(StatusWord::FILE_NOT_FOUND)
        };
        if command.instruction & 1 == 1 {
            let number = match (command.p1, command.p2) {
                (0, 0) => selection.file.ok_or(StatusWord::NOT_ALLOWED)?,
                (0, short @ 1..=30) => by_short_identifier(short)?,
                (high, low) => u16::from_be_bytes([high, low]),
            };
            let offset = tlv::Reader::new(&command.data).expect(0x54).map_err(|_| StatusWord::WRONG_DATA)?;
            if offset.value.is_empty() || offset.value.len() > 3 {
                return Err(StatusWord::WRONG_DATA);
            }
            let offset = offset.value.iter().fold(0, |number, byte| number << 8 | usize::from(*byte));
            return Ok((number, offset));
        }
        match command.p1 {
            0x00..=0x7F => {
                let number = selection.file.ok_or(StatusWord::NOT_ALLOWED)?;
                Ok((number, usize::from(u16::from_be_bytes([command.p1, command.p2]))))
            }
            short if short & 0x60 == 0 => Ok((by_short_identifier(short & 0x1F)?, usize::from(command.p2))),
            _ => Err(StatusWord::WRONG_P1P2),
        }
    }
}

/// Most contents whose DO53 takes no more than `length` bytes.
fn contents_within(length: usize) -> usize {
    (length.saturating_sub(5)..length).rev().find(|contents| tlv::encoded_len(0x53, *contents) <= length).unwrap_or(0)
}
