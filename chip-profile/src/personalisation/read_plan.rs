//! Which files are read back, how long they are and in which chunks.

use super::file_control::ReadCondition;
use super::write_plan::{ChipLimits, MASTER_FILE, SELECT, read_condition};
use crate::access::CipherSuite;
use crate::apdu::Command;
use crate::lds::{ElementaryFiles, FileId};

/// INS of READ BINARY with offset or short identifier in P1-P2.
pub const READ_BINARY: u8 = 0xB0;
/// INS of READ BINARY with the offset in a data object.
pub const READ_BINARY_ODD: u8 = 0xB1;

/// Answers up to this many bytes, DO53 around them included, are asked for with short length fields, and then a chip
/// shortens its protected answer to what fits a short one.
const SHORT_FIELDS: usize = 264;

/// Files to read with their lengths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadPlan {
    files: Vec<(FileId, usize)>,
    limits: ChipLimits,
}

/// One READ BINARY and what it brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedRead {
    /// The file.
    pub file: FileId,
    /// Bytes that must come.
    pub length: usize,
    /// The command, not yet protected.
    pub command: Command,
}

impl PlannedRead {
    /// The read of `length` bytes from `offset`: the first read of a file selects it by its short identifier, later ones go to
    /// the current file. From offset 32,768 on the answer wraps the bytes in an object and brings four fewer.
    pub fn new(file: FileId, offset: usize, length: usize) -> Self {
        let command = match offset {
            0 => Command::new(0x00, READ_BINARY, 0x80 | file.short_identifier(), 0).expecting(length),
            1..0x8000 => Command::new(0x00, READ_BINARY, (offset >> 8) as u8, offset as u8).expecting(length),
            _ => {
                // The answer wraps the bytes in DO53, which takes four bytes at most.
                let length = length.saturating_sub(4).max(1);
                let header = crate::tlv::encoded_len(0x53, length);
                let offset = (offset as u16).to_be_bytes();
                let command = Command::new(0x00, READ_BINARY_ODD, 0, 0)
                    .with_data([0x54, 2, offset[0], offset[1]])
                    .expecting(header);
                return PlannedRead { file, length, command };
            }
        };
        PlannedRead { file, length, command }
    }

    /// The bytes of the file in an answer; `None` when it does not bring just what was asked for.
    pub fn contents<'a>(&self, data: &'a [u8]) -> Option<&'a [u8]> {
        let contents = match self.command.instruction {
            READ_BINARY_ODD => crate::tlv::parse_single(data, 0x53).ok()?.value,
            _ => data,
        };
        (contents.len() == self.length).then_some(contents)
    }
}

impl ReadPlan {
    /// Plans to read back all of `files` that an inspection system may read (DG3 and DG4 want terminal authentication).
    pub fn new(files: &ElementaryFiles, limits: ChipLimits) -> Self {
        let files = files
            .iter()
            .filter(|(file, _)| read_condition(**file) != ReadCondition::AfterTerminalAuthentication)
            .map(|(file, contents)| (*file, contents.len()))
            .collect();
        ReadPlan { files, limits }
    }

    /// Files and their lengths in bytes, those of the master file first.
    pub fn files(&self) -> &[(FileId, usize)] {
        &self.files
    }

    /// Whether chip and reader speak extended length.
    pub(super) fn extended_length(&self) -> bool {
        self.limits.extended_length
    }

    /// Whether a file is to be read.
    pub fn contains(&self, file: FileId) -> bool {
        self.files.iter().any(|(planned, _)| *planned == file)
    }

    /// Reads of the files that everyone may read, in the master file. No protection.
    pub fn free_reads(&self) -> Vec<PlannedRead> {
        let chunk = if self.limits.extended_length { self.limits.buffer.max(256) } else { 256 };
        self.reads(chunk, 256, |file| read_condition(file) == ReadCondition::Always)
    }

    /// Reads of the files of the master file that want access control.
    pub fn protected_master_file_reads(&self, suite: CipherSuite) -> Vec<PlannedRead> {
        self.reads(self.limits.read_chunk(suite), suite.longest_short_answer(), |file| {
            !file.in_application() && read_condition(file) != ReadCondition::Always
        })
    }

    /// Reads of the files of the application.
    pub fn application_reads(&self, suite: CipherSuite) -> Vec<PlannedRead> {
        self.reads(self.limits.read_chunk(suite), suite.longest_short_answer(), FileId::in_application)
    }

    /// Reads of at most `chunk` bytes; those that go out with short length fields of at most `short`.
    fn reads(&self, chunk: usize, short: usize, wanted: impl Fn(FileId) -> bool) -> Vec<PlannedRead> {
        let mut reads = Vec::new();
        for (file, total) in self.files.iter().copied().filter(|(file, _)| wanted(*file)) {
            let mut offset = 0;
            while offset < total {
                let rest = chunk.min(total - offset);
                let rest = if rest <= SHORT_FIELDS { rest.min(short) } else { rest };
                let read = PlannedRead::new(file, offset, rest);
                offset += read.length;
                reads.push(read);
            }
        }
        reads
    }
}

/// SELECT of the master file.
pub fn select_master_file() -> Command {
    Command::new(0x00, SELECT, 0x00, 0x0C).with_data(MASTER_FILE.to_be_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_cover_every_byte_and_never_ask_for_what_a_chip_would_shorten() {
        for buffer in [255, 400, 1024] {
            let limits = ChipLimits::new(buffer, buffer > 255);
            for length in (1..3000).chain(33_000..33_600) {
                let files = ElementaryFiles::from([(FileId::DG2, vec![0; length]), (FileId::DG3, vec![0; 9])]);
                let plan = ReadPlan::new(&files, limits);
                assert_eq!(plan.files(), [(FileId::DG2, length)]);
                for suite in [CipherSuite::TripleDes, CipherSuite::Aes128] {
                    let reads = plan.application_reads(suite);
                    assert_eq!(reads.iter().map(|read| read.length).sum::<usize>(), length);
                    let most = limits.read_chunk(suite);
                    for expected in reads.iter().filter_map(|read| read.command.expected) {
                        assert!(expected <= most && (expected > 256 || expected <= suite.longest_short_answer()));
                    }
                }
            }
        }
    }
}
