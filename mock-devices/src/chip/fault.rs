//! Faults on command.

use chip_profile::lds::FileId;

/// A way in which a chip misbehaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChipFault {
    /// It never answers.
    Mute,
    /// It answers this many commands more and then never again.
    DieAfter(u32),
    /// After this many commands more the field drops once, and with it every session.
    DropFieldAfter(u32),
    /// The lowest bit of a byte is read inverted.
    CorruptByte {
        /// In which file.
        file: FileId,
        /// Which byte, counted from zero.
        offset: usize,
    },
    /// Writing the file fails with 6581.
    MemoryFailure {
        /// Which file.
        file: FileId,
    },
    /// Its transport keys are others than the delivery file says.
    WrongTransportKeys,
    /// Everything takes this many times as long.
    Slow(u8),
}

#[derive(Debug, Default)]
pub(super) struct Faults(Vec<ChipFault>);

/// What happens at a command that is answered.
pub(super) struct Fate {
    pub(super) drop_field: bool,
}

impl Faults {
    pub(super) fn add(&mut self, fault: ChipFault) {
        self.0.push(fault);
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &ChipFault> {
        self.0.iter()
    }

    /// Counts a command; `None` when it gets no answer.
    pub(super) fn before_command(&mut self) -> Option<Fate> {
        let mut fate = Fate { drop_field: false };
        let mut silent = false;
        self.0.retain_mut(|fault| match fault {
            ChipFault::Mute | ChipFault::DieAfter(0) => {
                silent = true;
                true
            }
            ChipFault::DieAfter(left) => {
                *left -= 1;
                true
            }
            ChipFault::DropFieldAfter(0) => {
                fate.drop_field = true;
                false
            }
            ChipFault::DropFieldAfter(left) => {
                *left -= 1;
                true
            }
            _ => true,
        });
        (!silent).then_some(fate)
    }

    pub(super) fn wrong_keys(&self) -> bool {
        self.0.contains(&ChipFault::WrongTransportKeys)
    }

    pub(super) fn fails_to_write(&self, file: FileId) -> bool {
        self.0.contains(&ChipFault::MemoryFailure { file })
    }

    /// How many times as long everything takes, at most a thousand times.
    pub(super) fn slowness(&self) -> u32 {
        let times = |fault: &ChipFault| if let ChipFault::Slow(times) = fault { u32::from(*times).max(1) } else { 1 };
        self.0.iter().map(times).fold(1, u32::saturating_mul).min(1000)
    }

    /// Inverts what is to be inverted in bytes read from `offset` on.
    pub(super) fn corrupt(&self, file: FileId, offset: usize, bytes: &mut [u8]) {
        for fault in &self.0 {
            if let ChipFault::CorruptByte { file: bad, offset: at } = fault
                && *bad == file
                && let Some(byte) = at.checked_sub(offset).and_then(|at| bytes.get_mut(at))
            {
                *byte ^= 1;
            }
        }
    }
}
