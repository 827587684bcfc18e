//! What became of each command, by its key.

use std::collections::{BTreeMap, VecDeque};

use printer_driver::{Completion, DeviceError, ErrorKind, IdempotencyKey, JobId, JournalEntry, Operation};

use super::memory::MemoryError;
use super::record::{Reader, Record, record_struct};

/// Keys that are known; beyond it the oldest whose results are no longer kept are dropped.
pub(crate) const KEYS_KEPT: usize = 1_000_000;

/// A command as the journal knows it.
pub(crate) struct Known {
    /// Commands in the order in which they came.
    pub(crate) number: u64,
    pub(crate) job: Option<JobId>,
    /// Which operation it was, so that one key cannot stand for two.
    pub(crate) operation: u8,
    pub(crate) outcome: Outcome,
}

record_struct!(Known { number, job, operation, outcome });

/// How a command ended.
pub(crate) enum Outcome {
    UnderWay,
    Ended(Result<Completion, DeviceError>),
    /// It ended, and the machine cannot say how.
    Lost(DeviceError),
    /// It ended so long ago that the result is no longer kept.
    Forgotten,
}

impl Record for Outcome {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Outcome::UnderWay => 0u8.write(out),
            Outcome::Ended(result) => {
                1u8.write(out);
                result.write(out);
            }
            Outcome::Lost(error) => {
                2u8.write(out);
                error.write(out);
            }
            Outcome::Forgotten => 3u8.write(out),
        }
    }
    fn read(input: &mut Reader<'_>) -> Result<Self, MemoryError> {
        Ok(match u8::read(input)? {
            0 => Outcome::UnderWay,
            1 => Outcome::Ended(Record::read(input)?),
            2 => Outcome::Lost(Record::read(input)?),
            3 => Outcome::Forgotten,
            _ => return Err(input.damaged()),
        })
    }
}

/// All commands that are known.
#[derive(Default)]
pub(crate) struct Journal {
    pub(crate) known: BTreeMap<IdempotencyKey, Known>,
    last_number: u64,
    /// Keys whose results are no longer kept, the oldest first.
    forgotten: VecDeque<IdempotencyKey>,
}

impl Journal {
    /// Whether a command is under way.
    pub(crate) fn is_busy(&self) -> bool {
        self.known.values().any(|known| matches!(known.outcome, Outcome::UnderWay))
    }

    pub(crate) fn from_loaded(known: BTreeMap<IdempotencyKey, Known>) -> Self {
        let last_number = known.values().map(|known| known.number).max().unwrap_or(0);
        let forgotten = known.iter().filter(|(_, known)| matches!(known.outcome, Outcome::Forgotten));
        let mut forgotten: Vec<_> = forgotten.map(|(key, known)| (known.number, *key)).collect();
        forgotten.sort_unstable();
        Journal { known, last_number, forgotten: forgotten.into_iter().map(|(_, key)| key).collect() }
    }

    /// The result is no longer kept, but the key stays known.
    pub(crate) fn forget(&mut self, key: IdempotencyKey) {
        if let Some(known) = self.known.get_mut(&key) {
            known.outcome = Outcome::Forgotten;
            self.forgotten.push_back(key);
        }
    }

    /// Notes an accepted command; returns a key that had to be dropped for it.
    pub(crate) fn accept(&mut self, key: IdempotencyKey, operation: &Operation) -> Option<IdempotencyKey> {
        self.last_number = self.last_number.saturating_add(1);
        let known = Known {
            number: self.last_number,
            job: operation.job(),
            operation: kind(operation),
            outcome: Outcome::UnderWay,
        };
        self.known.insert(key, known);
        if self.known.len() <= KEYS_KEPT {
            return None;
        }
        let oldest = self.forgotten.pop_front()?;
        self.known.remove(&oldest);
        Some(oldest)
    }

    pub(crate) fn entry(&self, key: IdempotencyKey) -> JournalEntry {
        match self.known.get(&key).map(|known| &known.outcome) {
            None => JournalEntry::NotReceived,
            Some(Outcome::UnderWay) => JournalEntry::InProgress,
            Some(Outcome::Ended(result)) => JournalEntry::Ended(result.clone()),
            Some(Outcome::Lost(_) | Outcome::Forgotten) => JournalEntry::Unknown,
        }
    }

    /// How the command ended, as it is told; none while it is under way.
    pub(crate) fn told(&self, key: IdempotencyKey) -> Option<Result<Completion, DeviceError>> {
        match self.known.get(&key).map(|known| &known.outcome) {
            Some(Outcome::UnderWay) => None,
            Some(Outcome::Ended(result)) => Some(result.clone()),
            Some(Outcome::Lost(error)) => Some(Err(error.clone())),
            Some(Outcome::Forgotten) | None => {
                Some(Err(DeviceError::unknown(ErrorKind::Fault, "the result is no longer kept")))
            }
        }
    }
}

/// Tells operations apart.
pub(crate) fn kind(operation: &Operation) -> u8 {
    match operation {
        Operation::Control(_) => 1,
        Operation::SetMode(_) => 2,
        Operation::AcknowledgeAlarm(_) => 3,
        Operation::Pick { .. } => 4,
        Operation::Exchange { .. } => 5,
        Operation::Personalise { .. } => 6,
        Operation::Deliver { .. } => 7,
        Operation::Cancel { .. } => 8,
        Operation::Encode { .. } => 9,
        Operation::Photograph { .. } => 10,
        _ => u8::MAX,
    }
}
