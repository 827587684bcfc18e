//! One file read without knowing its length, bounded whatever the chip answers.

use super::result::NotReadReason;
use crate::apdu::{Command, Response, StatusWord};
use crate::lds::FileId;
use crate::personalisation::read_plan::{PlannedRead, READ_BINARY};
use crate::tlv;

/// Offsets of READ BINARY end there.
const MOST_BYTES: usize = 65_535;
/// EF.DIR and EF.ATR/INFO, which have no length of their own.
const MOST_BYTES_OF_LIST: usize = 4_096;
/// Enough for tag and length of most files, and no more than the shortest file has.
const HEADER: usize = 4;

/// What comes of an answer.
pub(super) enum FileStep {
    Send(Command),
    Done(Vec<u8>),
    NotRead(NotReadReason),
}

/// How the file's beginning is asked for. Chips differ in what they take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Approach {
    /// By short identifier, as much as an answer carries.
    Whole,
    /// By short identifier, no more than tag and length: for chips that refuse to be asked for more than there is.
    Header,
    /// The file is being selected by its identifier: for chips without short identifiers.
    Selecting,
    /// It was selected so.
    Selected,
}

/// A file that is being read.
pub(super) struct FileReading {
    file: FileId,
    chunk: usize,
    approach: Approach,
    asked: usize,
    contents: Vec<u8>,
    total: Option<usize>,
}

impl core::fmt::Debug for FileReading {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "FileReading({}, {} of {:?} bytes)", self.file, self.contents.len(), self.total)
    }
}

impl FileReading {
    pub(super) fn new(file: FileId, chunk: usize) -> Self {
        FileReading { file, chunk, approach: Approach::Whole, asked: 0, contents: Vec::new(), total: None }
    }

    pub(super) fn file(&self) -> FileId {
        self.file
    }

    pub(super) fn bytes(&self) -> usize {
        self.contents.len()
    }

    pub(super) fn total(&self) -> Option<usize> {
        self.total
    }

    /// The next command.
    pub(super) fn command(&mut self) -> Command {
        let offset = self.contents.len();
        if offset == 0 {
            self.asked = if self.approach == Approach::Whole { self.chunk } else { HEADER };
            match self.approach {
                Approach::Whole | Approach::Header => return PlannedRead::new(self.file, 0, self.asked).command,
                Approach::Selecting => {
                    return Command::new(0x00, 0xA4, 0x02, 0x0C).with_data(self.file.number().to_be_bytes());
                }
                Approach::Selected => return Command::new(0x00, READ_BINARY, 0, 0).expecting(self.asked),
            }
        }
        let rest = self.total.map_or(self.chunk, |total| total.saturating_sub(offset).min(self.chunk));
        let read = PlannedRead::new(self.file, offset, rest);
        self.asked = read.length;
        read.command
    }

    /// Takes the answer to it.
    pub(super) fn take(&mut self, answer: &Response) -> FileStep {
        if self.approach == Approach::Selecting {
            if !answer.status.is_ok() {
                return FileStep::NotRead(NotReadReason::Refused(answer.status));
            }
            self.approach = Approach::Selected;
            return FileStep::Send(self.command());
        }
        let ended = answer.status == StatusWord::END_OF_FILE;
        if !answer.status.is_ok() && !ended || ended && answer.data.is_empty() {
            return self.refused(answer.status);
        }
        let data = match self.contents.len() {
            ODD_FROM.. => tlv::parse_single(&answer.data, 0x53).map(|object| object.value).unwrap_or_default(),
            _ => &answer.data,
        };
        if data.is_empty() || data.len() > self.asked {
            return FileStep::NotRead(NotReadReason::Answer(data.len(), self.asked));
        }
        self.contents.extend_from_slice(data);
        let short = ended || data.len() < self.asked.min(self.chunk);
        if self.is_list() { self.list(short) } else { self.object() }
    }

    /// EF.DIR and EF.ATR/INFO hold one data object after the other.
    fn is_list(&self) -> bool {
        self.file.tag().is_none() || self.file == FileId::DIR
    }

    fn refused(&mut self, status: StatusWord) -> FileStep {
        if !self.contents.is_empty() && self.is_list() {
            // Of a chip that refuses to be asked for more than there is, less and less is asked.
            if self.chunk > 1 && matches!(status.0 >> 8, 0x67 | 0x6C) {
                self.chunk /= 4;
                return FileStep::Send(self.command());
            }
            return self.list(true);
        }
        let hopeless = matches!(
            status,
            StatusWord::FILE_NOT_FOUND
                | StatusWord::SECURITY_STATUS
                | StatusWord::CONDITIONS
                | StatusWord::SM_MISSING
                | StatusWord::SM_INCORRECT
        );
        self.approach = match self.approach {
            Approach::Whole if self.contents.is_empty() && !hopeless => Approach::Header,
            Approach::Header if self.contents.is_empty() && !hopeless => Approach::Selecting,
            _ => return FileStep::NotRead(NotReadReason::Refused(status)),
        };
        FileStep::Send(self.command())
    }

    /// A file without a length of its own ends where the chip ends it.
    fn list(&mut self, ended: bool) -> FileStep {
        if ended {
            return FileStep::Done(core::mem::take(&mut self.contents));
        }
        match self.contents.len() {
            length @ MOST_BYTES_OF_LIST.. => FileStep::NotRead(NotReadReason::TooLong(length)),
            _ => FileStep::Send(self.command()),
        }
    }

    /// A file that is one data object ends with it; what the chip keeps behind it does not belong to it.
    fn object(&mut self) -> FileStep {
        let total = match self.total {
            Some(total) => total,
            None => match tlv::length_of_first(&self.contents) {
                Err(error) => return FileStep::NotRead(NotReadReason::NoObject(error)),
                Ok(None) => return FileStep::Send(self.command()),
                Ok(Some(total)) if total > MOST_BYTES => return FileStep::NotRead(NotReadReason::TooLong(total)),
                Ok(Some(total)) => *self.total.insert(total),
            },
        };
        if self.contents.len() < total {
            return FileStep::Send(self.command());
        }
        self.contents.truncate(total);
        FileStep::Done(core::mem::take(&mut self.contents))
    }
}

/// From there on the offset needs a data object, and the answer comes in one.
const ODD_FROM: usize = 0x8000;
