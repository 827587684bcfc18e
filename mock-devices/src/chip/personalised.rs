//! A personalised chip apart from the chip that carries it: its files and its secrets.

use super::files::{File, Files};
use super::{ChipIdentity, ChipSettings, EmulatedChip, LifeCycle};
use chip_profile::access::EMRTD_APPLICATION;
use chip_profile::lds::{ElementaryFiles, FileId};
use chip_profile::personalisation::ChipData;
use chip_profile::personalisation::key_object::KeyObject;
use chip_profile::personalisation::scp03::StaticKeys;
use chip_profile::personalisation::write_plan::read_condition;
use std::fmt;

/// Files and secrets of a locked chip.
///
/// Nothing is checked: a chip whose private key is not that of its data group is what a copied passport looks like, and
/// tests of readers need one.
#[derive(Clone, Default)]
pub struct PersonalisedChip {
    /// Contents of the elementary files.
    pub files: ElementaryFiles,
    /// Passwords and private keys.
    pub keys: Vec<KeyObject>,
}

impl fmt::Debug for PersonalisedChip {
    // Files are personal data and keys are secret, so only their names are shown.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let files: Vec<_> = self.files.iter().map(|(file, contents)| (file.name(), contents.len())).collect();
        let keys: Vec<_> = self.keys.iter().map(KeyObject::name).collect();
        formatter.debug_struct("PersonalisedChip").field("files", &files).field("keys", &keys).finish()
    }
}

impl PersonalisedChip {
    /// What `data` make of a chip.
    pub fn from_data(data: &ChipData) -> Self {
        PersonalisedChip { files: data.files.clone(), keys: data.key_objects() }
    }

    /// The chip itself: locked, the field off. It has no transport keys worth the name, for nothing opens it any more. Its
    /// randomness follows from `seed`. Of files beyond 65,535 bytes only the first so many are there.
    pub fn open(self, settings: ChipSettings, seed: u64) -> EmulatedChip {
        let identity = ChipIdentity {
            chip_serial: seed.to_be_bytes().to_vec(),
            key_version: 1,
            transport_keys: StaticKeys::new([0; 16], [0; 16], [0; 16]),
        };
        let mut chip = EmulatedChip::new(identity, settings, seed);
        let mut files = Files { application_identifier: Some(EMRTD_APPLICATION.to_vec()), ..Files::default() };
        for (file, mut contents) in self.files {
            contents.truncate(usize::from(u16::MAX));
            let short_identifier = file.short_identifier();
            let stored = File { short_identifier, read: read_condition(file), contents };
            files.directory_mut(file.in_application()).insert(file.number(), stored);
        }
        chip.memory.files = files;
        chip.memory.keys = self.keys;
        chip.memory.life_cycle = LifeCycle::Locked;
        chip
    }
}

impl EmulatedChip {
    /// What lies in the chip's memory: files and secrets, whatever its state. No reader gets this; it is the view of whoever
    /// owns the emulation.
    pub fn personalised(&self) -> PersonalisedChip {
        let files = [false, true].into_iter().flat_map(|in_application| {
            let directory = self.memory.files.directory(in_application).iter();
            directory.filter_map(move |(number, file)| {
                Some((FileId::from_number(*number, in_application)?, file.contents.clone()))
            })
        });
        PersonalisedChip { files: files.collect(), keys: self.memory.keys.clone() }
    }
}
