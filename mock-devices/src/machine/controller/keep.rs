//! Between the controller and its memory: what changed is noted, and written in one commit before anything is told.

use std::collections::BTreeMap;

use printer_driver::{IdempotencyKey, JobId};

use super::MachineCore;
use super::tell::StoredEvent;
use crate::machine::desk::Desk;
use crate::machine::job::{Job, JobRecord, Volatile};
use crate::machine::journal::{Journal, Known};
use crate::machine::memory::{Change, MemoryError, RecordKey, Records};
use crate::machine::physical::BookletId;
use crate::machine::record::Record;
use crate::machine::table;

impl MachineCore {
    pub(super) fn touch(&mut self, table: u8, id: impl Into<u128>) {
        self.dirty.insert(RecordKey { table, id: id.into() });
    }

    pub(super) fn touch_desk(&mut self) {
        self.touch(table::DESK, 0u8);
    }

    pub(super) fn touch_job(&mut self, id: JobId) {
        self.touch(table::JOB, id.0);
    }

    pub(super) fn touch_booklet(&mut self, id: BookletId) {
        self.touch(table::BOOKLET, id.0);
    }

    pub(super) fn commit(&mut self) -> Result<(), MemoryError> {
        if self.dirty.is_empty() {
            return Ok(());
        }
        let changes: Vec<Change> =
            self.dirty.iter().map(|key| Change { key: *key, value: self.encode(*key) }).collect();
        let written = self.memory.commit(&changes);
        self.memory_failure = written.as_ref().err().map(ToString::to_string);
        written?;
        self.dirty.clear();
        Ok(())
    }

    fn encode(&self, key: RecordKey) -> Option<Vec<u8>> {
        let number = u64::try_from(key.id);
        let job = || self.jobs.get(&JobId(number.ok()?));
        match key.table {
            table::DESK => Some(self.desk.to_bytes()),
            table::JOB => Some(job()?.record.to_bytes()),
            table::CHIP_IF_CUT => job()?.chip_if_cut.clone(),
            table::PAGE => Some(job()?.page.as_ref()?.to_bytes()),
            table::JOURNAL => Some(self.journal.known.get(&IdempotencyKey(key.id))?.to_bytes()),
            table::EVENT => {
                let oldest = self.events.front()?.cursor;
                let place = usize::try_from(number.ok()?.checked_sub(oldest)?).ok()?;
                Some(self.events.get(place)?.to_bytes())
            }
            _ => self.store.encode(key),
        }
    }

    /// Takes up what an earlier start has left.
    pub(super) fn take_up(&mut self, records: &Records) -> Result<(), MemoryError> {
        let mut known = BTreeMap::new();
        for (key, bytes) in records {
            match key.table {
                table::DESK => self.desk = Desk::from_bytes(bytes)?,
                table::JOB => {
                    let record = JobRecord::from_bytes(bytes)?;
                    let chip_if_cut = records.get(&RecordKey { table: table::CHIP_IF_CUT, ..*key });
                    let page = records.get(&RecordKey { table: table::PAGE, ..*key });
                    let job = Job {
                        chip_if_cut: chip_if_cut.cloned(),
                        page: page.map(|bytes| Record::from_bytes(bytes)).transpose()?,
                        volatile: Volatile::default(),
                        record,
                    };
                    self.jobs.insert(job.record.id, job);
                }
                table::JOURNAL => {
                    known.insert(IdempotencyKey(key.id), Known::from_bytes(bytes)?);
                }
                table::EVENT => self.events.push_back(StoredEvent::from_bytes(bytes)?),
                _ => {}
            }
        }
        self.journal = Journal::from_loaded(known);
        let mut by_arrival: Vec<&JobRecord> = self.jobs.values().map(|job| &job.record).collect();
        by_arrival.sort_by_key(|record| record.arrival);
        let (out, inside): (Vec<&JobRecord>, Vec<&JobRecord>) =
            by_arrival.into_iter().partition(|record| record.step == crate::machine::job::Step::Out);
        self.finished = out.into_iter().map(|record| record.id).collect();
        self.inside = inside.into_iter().map(|record| record.id).collect();
        Ok(())
    }

    /// A job is over; results of jobs that ended long ago are forgotten.
    pub(super) fn retire(&mut self, id: JobId) {
        self.inside.retain(|known| *known != id);
        self.finished.push_back(id);
        while self.finished.len() > self.settings.finished_jobs_kept {
            let Some(oldest) = self.finished.pop_front() else { break };
            let Some(job) = self.jobs.remove(&oldest) else { continue };
            self.touch_job(oldest);
            self.touch(table::PAGE, oldest.0);
            self.touch(table::CHIP_IF_CUT, oldest.0);
            for key in job.record.keys {
                self.journal.forget(key);
                self.touch(table::JOURNAL, key.0);
            }
        }
    }
}
