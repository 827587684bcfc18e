//! A machine that announces booklets at its own pace, whatever the host does, and notes when the ticket for each came.
//!
//! A pick that was asked for is carried out at the machine's next slot, as a feeder does it: slots have a fixed distance and
//! do not wait for a host that is late. What is measured begins at the slot, so a host that does not listen pays for it.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use printer_driver::{
    Acceptance, Attached, CameraImage, Command, Cursor, Description, DeviceError, EventBatch, FencingToken,
    IdempotencyKey, ImageId, JobId, JournalEntry, MachineDriver, Operation, Snapshot,
};

/// Times between a booklet that was announced and the first script of its ticket, shared by all machines.
#[derive(Debug, Clone, Default)]
pub struct Latencies {
    inner: Arc<Mutex<Vec<Duration>>>,
}

impl Latencies {
    /// None yet.
    pub fn new() -> Self {
        Latencies::default()
    }

    /// All of them, in no order.
    pub fn all(&self) -> Vec<Duration> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Duration>> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A driver whose picks come at fixed slots.
pub struct Paced<D> {
    machine: D,
    takt: Duration,
    next_slot: Instant,
    /// Picks that wait for their slot.
    waiting: VecDeque<Command>,
    /// Keys of picks that are not done, of which the machine beneath may know nothing yet.
    announced: BTreeMap<JobId, Instant>,
    latencies: Latencies,
}

impl<D: MachineDriver> Paced<D> {
    /// `machine`, which announces a booklet every `takt`, the first time at `first`.
    pub fn new(machine: D, takt: Duration, first: Instant, latencies: Latencies) -> Self {
        Paced { machine, takt, next_slot: first, waiting: VecDeque::new(), announced: BTreeMap::new(), latencies }
    }

    /// Carries out the picks whose slots have come.
    fn release(&mut self) -> Result<(), DeviceError> {
        while self.next_slot <= Instant::now() {
            let slot = self.next_slot;
            self.next_slot += self.takt;
            let Some(command) = self.waiting.pop_front() else { continue };
            if let Some(job) = command.operation.job() {
                self.announced.insert(job, slot);
            }
            self.machine.submit(&command)?;
        }
        Ok(())
    }
}

impl<D: MachineDriver> MachineDriver for Paced<D> {
    fn describe(&mut self) -> Result<Description, DeviceError> {
        self.machine.describe()
    }

    fn attach(&mut self, token: FencingToken) -> Result<Attached, DeviceError> {
        self.machine.attach(token)
    }

    fn submit(&mut self, command: &Command) -> Result<Acceptance, DeviceError> {
        match &command.operation {
            Operation::Pick { .. } => {
                self.waiting.push_back(command.clone());
                return Ok(Acceptance::Accepted);
            }
            Operation::Exchange { job, .. } | Operation::Encode { job, .. } => {
                if let Some(since) = self.announced.remove(job) {
                    self.latencies.lock().push(since.elapsed());
                }
            }
            _ => {}
        }
        self.machine.submit(command)
    }

    fn events(&mut self, after: Cursor, wait: Duration) -> Result<EventBatch, DeviceError> {
        self.release()?;
        let until = Instant::now() + wait;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let to_slot = self.next_slot.saturating_duration_since(Instant::now());
            let is_before_slot = !self.waiting.is_empty() && to_slot < left;
            let batch = self.machine.events(after, if is_before_slot { to_slot } else { left })?;
            if !batch.events.is_empty() || !is_before_slot {
                return Ok(batch);
            }
            self.release()?;
        }
    }

    fn snapshot(&mut self) -> Result<Snapshot, DeviceError> {
        self.machine.snapshot()
    }

    fn journal(&mut self, key: IdempotencyKey) -> Result<JournalEntry, DeviceError> {
        if self.waiting.iter().any(|command| command.key == key) {
            return Ok(JournalEntry::InProgress);
        }
        self.machine.journal(key)
    }

    fn image(&mut self, image: ImageId) -> Result<CameraImage, DeviceError> {
        self.machine.image(image)
    }
}
