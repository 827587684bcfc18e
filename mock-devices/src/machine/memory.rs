//! What outlives a machine's controller and the program that it runs in.
//!
//! A machine writes before it tells: what it committed is what a host may have been told, so a program that is killed
//! and started again finds every booklet, journal entry and event where they were. A memory is a table of records; a
//! commit changes some of them all at once or not at all.

pub(super) mod folder;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use thiserror::Error;

/// Names a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordKey {
    /// The kind of thing.
    pub table: u8,
    /// The thing's own number.
    pub id: u128,
}

/// One record's new value, or none when it is gone.
#[derive(Clone, PartialEq, Eq)]
pub struct Change {
    /// Which record.
    pub key: RecordKey,
    /// What it holds from now on.
    pub value: Option<Vec<u8>>,
}

impl core::fmt::Debug for Change {
    // A record can hold a page or a chip, so only its size is shown.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Change({:?}, {:?} bytes)", self.key, self.value.as_ref().map(Vec::len))
    }
}

/// Every record there is.
pub type Records = BTreeMap<RecordKey, Vec<u8>>;

/// What goes wrong with a memory.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum MemoryError {
    /// The folder or its file cannot be read or written.
    #[error("the machine's memory cannot be read or written: {0}")]
    Io(#[from] std::io::Error),
    /// Another program has the folder open.
    #[error("the machine's memory is in use by another program")]
    InUse,
    /// What is there was not written by a machine, or under another key, or was changed.
    #[error("the machine's memory is damaged, or the key is not the one it was written under, at byte {position}")]
    Damaged {
        /// Byte in the file, or in the record when it was the record that could not be read.
        position: u64,
    },
}

/// Outlives the controller.
pub trait MachineMemory: Send {
    /// Every record that was committed.
    ///
    /// # Errors
    /// [`MemoryError`]
    fn load(&mut self) -> Result<Records, MemoryError>;

    /// Changes all these records or none, and returns when they would outlive the program.
    ///
    /// # Errors
    /// [`MemoryError`]; then nothing was changed.
    fn commit(&mut self, changes: &[Change]) -> Result<(), MemoryError>;
}

/// Memory that outlives the machine but not the program; a clone is the same memory.
#[derive(Clone, Default)]
pub struct InMemory {
    records: Arc<Mutex<Records>>,
}

impl InMemory {
    /// An empty one.
    pub fn new() -> Self {
        InMemory::default()
    }

    /// A copy of what is there now, which later commits do not change.
    pub fn copy(&self) -> InMemory {
        let records = self.records.lock().unwrap_or_else(PoisonError::into_inner).clone();
        InMemory { records: Arc::new(Mutex::new(records)) }
    }
}

impl MachineMemory for InMemory {
    fn load(&mut self) -> Result<Records, MemoryError> {
        Ok(self.records.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    fn commit(&mut self, changes: &[Change]) -> Result<(), MemoryError> {
        let mut records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        apply(&mut records, changes);
        Ok(())
    }
}

fn apply(records: &mut Records, changes: &[Change]) {
    for change in changes {
        match &change.value {
            Some(value) => records.insert(change.key, value.clone()),
            None => records.remove(&change.key),
        };
    }
}
