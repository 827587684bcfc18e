//! The file system: a master file with elementary files and one application with its own.

use chip_profile::personalisation::file_control::ReadCondition;
use std::collections::BTreeMap;
use std::fmt;

/// An elementary file.
#[derive(Clone)]
pub(super) struct File {
    pub(super) short_identifier: u8,
    pub(super) read: ReadCondition,
    pub(super) contents: Vec<u8>,
}

impl fmt::Debug for File {
    // The contents are personal data, so only their length is shown.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "File({} bytes, {:?})", self.contents.len(), self.read)
    }
}

/// Everything that was created.
#[derive(Debug, Default)]
pub(super) struct Files {
    pub(super) master: BTreeMap<u16, File>,
    /// Identifier of the application, once it was created.
    pub(super) application_identifier: Option<Vec<u8>>,
    pub(super) application: BTreeMap<u16, File>,
}

impl Files {
    pub(super) fn directory(&self, in_application: bool) -> &BTreeMap<u16, File> {
        if in_application { &self.application } else { &self.master }
    }

    pub(super) fn directory_mut(&mut self, in_application: bool) -> &mut BTreeMap<u16, File> {
        if in_application { &mut self.application } else { &mut self.master }
    }

    pub(super) fn find(&self, in_application: bool, number: u16) -> Option<&File> {
        self.directory(in_application).get(&number)
    }

    pub(super) fn by_short_identifier(&self, in_application: bool, short: u8) -> Option<u16> {
        self.directory(in_application)
            .iter()
            .find(|(_, file)| file.short_identifier == short)
            .map(|(number, _)| *number)
    }

    /// Bytes that all files take.
    pub(super) fn size(&self) -> usize {
        self.master.values().chain(self.application.values()).map(|file| file.contents.len()).sum()
    }
}
