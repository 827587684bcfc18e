//! CREATE FILE, DELETE FILE, UPDATE BINARY, ACTIVATE FILE: only over the transport channel and only before the lock.

use super::files::{File, Files};
use super::session::{Directory, Selection};
use super::{Authority, EmulatedChip, LifeCycle, timing};
use chip_profile::apdu::{Command, Response, StatusWord};
use chip_profile::lds::FileId;
use chip_profile::personalisation::file_control::FileControl;
use chip_profile::personalisation::write_plan::MASTER_FILE;
use chip_profile::tlv;

/// File, application or key exists already.
pub(super) const EXISTS: StatusWord = StatusWord(0x6A89);

impl EmulatedChip {
    /// A locked chip refuses with 6985 whoever asks, an unlocked one with 6982 who has no channel.
    pub(super) fn require_writable(&self, authority: Authority) -> Result<(), StatusWord> {
        if !self.is_writable() {
            Err(StatusWord::CONDITIONS)
        } else if authority != Authority::Transport {
            Err(StatusWord::SECURITY_STATUS)
        } else {
            Ok(())
        }
    }

    pub(super) fn create_file(&mut self, command: &Command, authority: Authority) -> Result<Response, StatusWord> {
        self.require_writable(authority)?;
        if (command.p1, command.p2) != (0, 0) {
            return Err(StatusWord::WRONG_P1P2);
        }
        let control = FileControl::parse(&command.data).map_err(|_| StatusWord::WRONG_DATA)?;
        let selection = match control {
            FileControl::Application { identifier } => {
                if self.memory.files.application_identifier.is_some() {
                    return Err(EXISTS);
                }
                self.memory.files.application_identifier = Some(identifier);
                Selection { directory: Directory::Application, file: None }
            }
            FileControl::Elementary { number, short_identifier, size, read } => {
                let in_application = self.session.selection.in_application();
                let directory = self.memory.files.directory(in_application);
                if directory.contains_key(&number)
                    || directory.values().any(|file| file.short_identifier == short_identifier)
                {
                    return Err(EXISTS);
                }
                if self.memory.files.size() + usize::from(size) > self.settings.memory {
                    return Err(StatusWord::NO_MEMORY);
                }
                let file = File { short_identifier, read, contents: vec![0; usize::from(size)] };
                self.memory.files.directory_mut(in_application).insert(number, file);
                Selection { file: Some(number), ..self.session.selection }
            }
        };
        self.memory.life_cycle = LifeCycle::Personalising;
        self.session.selection = selection;
        self.spend(timing::CREATION);
        Ok(Response::status(StatusWord::OK))
    }

    /// Deletes everything that was written: the chip is as delivered, but for its counters.
    pub(super) fn delete_file(&mut self, command: &Command, authority: Authority) -> Result<Response, StatusWord> {
        self.require_writable(authority)?;
        if (command.p1, command.p2) != (0, 0) {
            return Err(StatusWord::WRONG_P1P2);
        }
        if command.data != MASTER_FILE.to_be_bytes() {
            return Err(StatusWord::FILE_NOT_FOUND);
        }
        self.spend(timing::writing(0, self.memory.files.size()));
        self.memory.files = Files::default();
        self.memory.keys.clear();
        self.memory.life_cycle = LifeCycle::Initialised;
        self.session.selection = Selection::default();
        Ok(Response::status(StatusWord::OK))
    }

    pub(super) fn update_binary(&mut self, command: &Command, authority: Authority) -> Result<Response, StatusWord> {
        self.require_writable(authority)?;
        let (number, offset) = self.target(command)?;
        let bytes = if command.instruction & 1 == 1 {
            let mut reader = tlv::Reader::new(&command.data);
            let mut next = |tag| reader.expect(tag).map_err(|_| StatusWord::WRONG_DATA);
            next(0x54)?;
            next(0x53)?.value
        } else {
            command.data.as_slice()
        };
        if bytes.is_empty() {
            return Err(StatusWord::WRONG_LENGTH);
        }
        let in_application = self.session.selection.in_application();
        if FileId::from_number(number, in_application).is_some_and(|file| self.faults.fails_to_write(file)) {
            return Err(StatusWord::MEMORY_FAILURE);
        }
        let file =
            self.memory.files.directory_mut(in_application).get_mut(&number).ok_or(StatusWord::FILE_NOT_FOUND)?;
        let room = file.contents.get_mut(offset..offset + bytes.len()).ok_or(StatusWord::NO_MEMORY)?;
        room.copy_from_slice(bytes);
        self.session.selection.file = Some(number);
        self.spend(timing::writing(offset, bytes.len()));
        Ok(Response::status(StatusWord::OK))
    }

    pub(super) fn activate(&mut self, command: &Command, authority: Authority) -> Result<Response, StatusWord> {
        self.require_writable(authority)?;
        if (command.p1, command.p2) != (0, 0) {
            return Err(StatusWord::WRONG_P1P2);
        }
        if command.data != MASTER_FILE.to_be_bytes() {
            return Err(StatusWord::FILE_NOT_FOUND);
        }
        // An empty chip that is locked would be lost.
        if self.memory.life_cycle != LifeCycle::Personalising || self.memory.files.application_identifier.is_none() {
            return Err(StatusWord::CONDITIONS);
        }
        self.memory.life_cycle = LifeCycle::Locked;
        self.session.selection = Selection::default();
        self.spend(timing::writing(0, 1));
        Ok(Response::status(StatusWord::OK))
    }
}
