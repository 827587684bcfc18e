//! The plan by which a chip is written, as data: which commands, in which order, for what.
//!
//! | step | command | standard |
//! |---|---|---|
//! | select the master file | `00 A4 00 0C 02 3F00` | ISO/IEC 7816-4 |
//! | start over, when asked to | `00 E4 00 00 02 3F00`: DELETE FILE of all that the master file holds | ISO/IEC 7816-9 |
//! | create an elementary file | `00 E0 00 00 Lc 62…`, see [`file_control`](super::file_control) | ISO/IEC 7816-9 |
//! | create the application | `00 E0 00 00 Lc 62…` | ISO/IEC 7816-9 |
//! | write a chunk up to offset 32,767 | `00 D6 offset Lc data` | ISO/IEC 7816-4 |
//! | write a chunk beyond | `00 D7 00 00 Lc 54 02 offset 53 L data` | ISO/IEC 7816-4 |
//! | write a secret | `00 DB 3F FF Lc …`, see [`key_object`](super::key_object); one longer than the chip's buffer in a chain of commands, all but the last of class 10 | ISO/IEC 7816-4 |
//! | lock | `00 44 00 00 02 3F00`: ACTIVATE FILE of the master file | ISO/IEC 7816-9 |
//!
//! A file or application that was created is the current one, so that no SELECT stands between. Files of the master file come
//! first, then the application, its files and the secrets. The lock is a part of its own, for a stop check comes before
//! it: afterwards nothing can be created or written, and nothing can be taken back.

mod chip_data;
mod limits;
#[cfg(test)]
mod tests;

pub use chip_data::{ChipAuthenticationKey, ChipData, PlanError};
pub use limits::ChipLimits;

use super::file_control::{FileControl, ReadCondition};
use super::key_object::KeyObject;
use super::two_phase::MadeKeys;
use crate::access::EMRTD_APPLICATION;
use crate::apdu::Command;
use crate::lds::FileId;
use crate::tlv;
use core::fmt;
use zeroize::Zeroize;

/// INS of CREATE FILE.
pub const CREATE_FILE: u8 = 0xE0;
/// INS of DELETE FILE.
pub const DELETE_FILE: u8 = 0xE4;
/// INS of UPDATE BINARY with the offset in P1-P2.
pub const UPDATE_BINARY: u8 = 0xD6;
/// INS of UPDATE BINARY with the offset in a data object.
pub const UPDATE_BINARY_ODD: u8 = 0xD7;
/// INS of PUT DATA with data objects in the data field.
pub const PUT_DATA: u8 = 0xDB;
/// INS of ACTIVATE FILE.
pub const ACTIVATE_FILE: u8 = 0x44;
/// INS of SELECT.
pub const SELECT: u8 = 0xA4;
/// Identifier of the master file.
pub const MASTER_FILE: u16 = 0x3F00;

/// First offset that P1-P2 cannot express.
const ODD_FROM: usize = 0x8000;

/// What a command of the plan is for; its text stands in errors and records and shows nothing personal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Purpose {
    /// SELECT of the master file.
    SelectMasterFile,
    /// DELETE FILE of all that an interrupted attempt left.
    StartOver,
    /// CREATE FILE of the application.
    CreateApplication,
    /// CREATE FILE of an elementary file.
    CreateFile(FileId),
    /// UPDATE BINARY of a chunk.
    Write {
        /// The file.
        file: FileId,
        /// Where the chunk begins, in bytes.
        offset: usize,
    },
    /// PUT DATA of a secret.
    PutKey(&'static str),
    /// GENERATE ASYMMETRIC KEY PAIR.
    MakeKey(&'static str),
    /// ACTIVATE FILE.
    Lock,
}

impl fmt::Display for Purpose {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Purpose::SelectMasterFile => formatter.write_str("SELECT of the master file"),
            Purpose::StartOver => formatter.write_str("DELETE FILE of the master file's contents"),
            Purpose::CreateApplication => formatter.write_str("CREATE FILE of the application"),
            Purpose::CreateFile(file) => write!(formatter, "CREATE FILE of {file}"),
            Purpose::Write { file, offset } => write!(formatter, "UPDATE BINARY of {file} at {offset}"),
            Purpose::PutKey(name) => write!(formatter, "PUT DATA of the {name}"),
            Purpose::MakeKey(name) => write!(formatter, "GENERATE ASYMMETRIC KEY PAIR of the {name}"),
            Purpose::Lock => formatter.write_str("ACTIVATE FILE"),
        }
    }
}

/// A command of the plan. Its data are overwritten when it is dropped, and Debug does not show them.
pub struct PlannedCommand {
    /// What it is for.
    pub purpose: Purpose,
    /// The command, not yet wrapped.
    pub command: Command,
}

impl fmt::Debug for PlannedCommand {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "PlannedCommand({}, {} bytes)", self.purpose, self.command.data.len())
    }
}

impl Drop for PlannedCommand {
    fn drop(&mut self) {
        self.command.data.zeroize();
    }
}

/// The whole plan: everything that is written, then the lock.
#[derive(Debug)]
pub struct WritePlan {
    commands: Vec<PlannedCommand>,
    /// Keys that the chip has already when it is written.
    made_on_chip: MadeKeys,
}

impl WritePlan {
    /// Plans how `data` get onto a chip with `limits`. The lock is the last command.
    ///
    /// # Errors
    /// What is missing, contradictory or too long in the data, before any chip is touched.
    pub fn build(data: &ChipData, limits: &ChipLimits) -> Result<Self, PlanError> {
        data.check()?;
        let chunk = limits.update_chunk().ok_or(PlanError::Buffer { bytes: limits.buffer })?;
        let mut plan = WritePlan { commands: Vec::with_capacity(64), made_on_chip: data.made_on_chip.clone() };
        let identifier = MASTER_FILE.to_be_bytes();
        plan.push(Purpose::SelectMasterFile, Command::new(0, SELECT, 0x00, 0x0C).with_data(identifier));
        // The order of FileId is that of a chip: the master file's files come first.
        let (application, master): (Vec<_>, Vec<_>) = data.files.iter().partition(|(file, _)| file.in_application());
        for (file, contents) in master {
            plan.file(*file, contents, chunk)?;
        }
        let control = FileControl::Application { identifier: EMRTD_APPLICATION.to_vec() };
        plan.push(Purpose::CreateApplication, Command::new(0, CREATE_FILE, 0, 0).with_data(control.to_bytes()));
        for (file, contents) in application {
            plan.file(*file, contents, chunk)?;
        }
        for object in data.key_objects() {
            plan.key(&object, chunk);
        }
        plan.push(Purpose::Lock, Command::new(0, ACTIVATE_FILE, 0, 0).with_data(identifier));
        Ok(plan)
    }

    /// The same plan for a chip that an interrupted attempt left part-written: it deletes all files and secrets first. On an
    /// untouched chip that does no harm. Not for the second phase of a chip that makes its own keys: it would delete them.
    #[must_use]
    pub fn starting_over(mut self) -> Self {
        self.commands.insert(1, start_over());
        self
    }

    /// A plan that was made elsewhere and came as its commands, the lock last.
    pub(super) fn from_commands(commands: Vec<PlannedCommand>) -> Self {
        WritePlan { commands, made_on_chip: MadeKeys::default() }
    }

    /// Keys that the chip must have made itself before this plan is carried out.
    pub fn made_on_chip(&self) -> &MadeKeys {
        &self.made_on_chip
    }

    /// Every command in order, the lock last.
    pub fn commands(&self) -> &[PlannedCommand] {
        &self.commands
    }

    /// Everything but the lock.
    pub fn before_lock(&self) -> &[PlannedCommand] {
        self.commands.split_last().map_or(&[], |(_, before)| before)
    }

    /// The lock: one command, after which nothing can be written.
    pub fn lock(&self) -> &[PlannedCommand] {
        self.commands.get(self.before_lock().len()..).unwrap_or(&[])
    }

    fn push(&mut self, purpose: Purpose, command: Command) {
        self.commands.push(PlannedCommand { purpose, command });
    }

    fn file(&mut self, file: FileId, contents: &[u8], chunk: usize) -> Result<(), PlanError> {
        let size = u16::try_from(contents.len())
            .ok()
            .filter(|size| *size > 0)
            .ok_or(PlanError::FileLength { file, length: contents.len() })?;
        let control = FileControl::Elementary {
            number: file.number(),
            short_identifier: file.short_identifier(),
            size,
            read: read_condition(file),
        };
        self.push(Purpose::CreateFile(file), Command::new(0, CREATE_FILE, 0, 0).with_data(control.to_bytes()));
        let mut offset = 0;
        while offset < contents.len() {
            let beyond = offset >= ODD_FROM;
            let room = if beyond { chunk.saturating_sub(ODD_OVERHEAD).max(1) } else { chunk };
            // A chunk that begins within reach of P1-P2 may end beyond it.
            let end = contents.len().min(offset + room);
            let part = contents.get(offset..end).unwrap_or_default();
            let command = if beyond {
                let mut field = Vec::with_capacity(part.len() + ODD_OVERHEAD);
                tlv::push(&mut field, 0x54, &(offset as u16).to_be_bytes());
                tlv::push(&mut field, 0x53, part);
                Command::new(0, UPDATE_BINARY_ODD, 0, 0).with_data(field)
            } else {
                Command::new(0, UPDATE_BINARY, (offset >> 8) as u8, offset as u8).with_data(part)
            };
            self.push(Purpose::Write { file, offset }, command);
            offset = end;
        }
        Ok(())
    }

    fn key(&mut self, object: &KeyObject, chunk: usize) {
        let field = object.to_bytes();
        let mut parts = field.chunks(chunk.max(1)).peekable();
        while let Some(part) = parts.next() {
            let class = if parts.peek().is_some() { CHAINING } else { 0 };
            self.push(Purpose::PutKey(object.name()), Command::new(class, PUT_DATA, 0x3F, 0xFF).with_data(part));
        }
    }
}

/// DELETE FILE of all that the master file holds.
pub(super) fn start_over() -> PlannedCommand {
    let command = Command::new(0, DELETE_FILE, 0, 0).with_data(MASTER_FILE.to_be_bytes());
    PlannedCommand { purpose: Purpose::StartOver, command }
}

/// Class bit of command chaining: more commands follow (ISO/IEC 7816-4 5.3.3).
const CHAINING: u8 = 0x10;

/// Offset data object and header of the data object around the chunk, in bytes.
const ODD_OVERHEAD: usize = 8;

/// Who may read a file (Doc 9303-10 and -11): those that announce access control are free, DG3 and DG4 are sensitive.
pub fn read_condition(file: FileId) -> ReadCondition {
    match file {
        FileId::CARD_ACCESS | FileId::DIR | FileId::ATR_INFO => ReadCondition::Always,
        FileId::DG3 | FileId::DG4 => ReadCondition::AfterTerminalAuthentication,
        _ => ReadCondition::AfterAccessControl,
    }
}
