//! A machine that lies on command.
//!
//! [`Liar`] goes round a driver and tells what it tells, but for the lies that its handle asks for. A host must fence such a
//! machine off with an alarm and a reason, and must take nothing of it for true. Cursors stay consecutive where the lie is
//! not about them, so that what is caught is the lie and not its consequence.

mod kind;
mod telling;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use printer_driver::{
    Acceptance, Attached, CameraImage, Command, Completion, Cursor, Description, DeviceError, Event, EventBatch,
    FencingToken, Format, IdempotencyKey, Identity, ImageId, JobId, JobPosition, JournalEntry, MachineDriver,
    Operation, Snapshot, Stack, State,
};

pub use kind::LieKind;

/// How many entries an oversized list has.
const MANY: u64 = 100_000;

/// A driver that lies.
pub struct Liar<D> {
    inner: D,
    handle: LiarHandle,
}

/// Whoever makes a liar lie; clones are for the same one.
#[derive(Clone, Default)]
pub struct LiarHandle {
    shared: Arc<Mutex<Told>>,
}

/// What was asked for and what was told.
#[derive(Default)]
struct Told {
    asked: Vec<LieKind>,
    counts: BTreeMap<&'static str, u64>,
    /// Events that never happened, by the cursors that they were told with.
    invented: BTreeMap<u64, Event>,
    newest: u64,
    state: Option<State>,
    last_end: Option<Event>,
    last_job: Option<JobId>,
    operations: BTreeMap<IdempotencyKey, Operation>,
    serials: BTreeSet<String>,
    chips: BTreeMap<Vec<u8>, JobId>,
    start_count: u64,
    is_attached: bool,
}

impl<D: MachineDriver> Liar<D> {
    /// A driver that lies when it is asked to.
    pub fn new(inner: D) -> Self {
        LiarHandle::default().connect(inner)
    }

    /// For whoever makes it lie.
    pub fn handle(&self) -> LiarHandle {
        self.handle.clone()
    }

    /// The driver that tells the truth.
    pub fn inner_mut(&mut self) -> &mut D {
        &mut self.inner
    }
}

impl LiarHandle {
    /// Another session with the same liar.
    pub fn connect<D: MachineDriver>(&self, inner: D) -> Liar<D> {
        Liar { inner, handle: self.clone() }
    }

    /// Asks for a lie, to be told once at its first occasion.
    pub fn lie(&self, kind: LieKind) {
        self.lock().asked.push(kind);
    }

    /// How often each lie was told, by its name; all kinds are there.
    pub fn told(&self) -> BTreeMap<&'static str, u64> {
        let told = self.lock();
        LieKind::ALL.into_iter().map(|kind| (kind.name(), told.counts.get(kind.name()).copied().unwrap_or(0))).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Told> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Told {
    /// Whether this lie is to be told now.
    fn tells(&mut self, kind: LieKind) -> bool {
        let Some(place) = self.asked.iter().position(|asked| *asked == kind) else { return false };
        self.asked.remove(place);
        let count = self.counts.entry(kind.name()).or_insert(0);
        *count = count.saturating_add(1);
        true
    }

    fn is_asked(&self, kind: LieKind) -> bool {
        self.asked.contains(&kind)
    }

    /// The cursor that the machine itself gave what is told with this one.
    fn own(&self, told: u64) -> u64 {
        told.saturating_sub(self.invented.range(..=told).count() as u64)
    }

    /// The cursor with which an event of the machine's own is told.
    fn shown(&self, own: u64) -> u64 {
        self.invented.keys().fold(own, |shown, invented| if *invented <= shown { shown + 1 } else { shown })
    }
}

impl<D: MachineDriver> MachineDriver for Liar<D> {
    fn describe(&mut self) -> Result<Description, DeviceError> {
        let mut description = self.inner.describe()?;
        let mut told = self.handle.lock();
        if told.tells(LieKind::OversizedDescription) {
            description.capabilities.formats = (0..MANY).map(|number| Format(format!("format-{number}"))).collect();
        }
        if told.is_attached && told.tells(LieKind::ForeignIdentity) {
            description.identity = Identity::new("Nobody", "No Machine", "0", "0");
        }
        Ok(description)
    }

    fn attach(&mut self, token: FencingToken) -> Result<Attached, DeviceError> {
        let mut attached = self.inner.attach(token)?;
        let mut told = self.handle.lock();
        attached.newest = Cursor(told.shown(attached.newest.0));
        told.start_count = attached.start_count;
        told.is_attached = true;
        if told.newest > 0 && told.tells(LieKind::NewestBack) {
            attached.newest = Cursor(0);
        }
        if told.tells(LieKind::StartCountBack) {
            attached.start_count = told.start_count.saturating_sub(1);
        }
        Ok(attached)
    }

    fn submit(&mut self, command: &Command) -> Result<Acceptance, DeviceError> {
        let acceptance = self.inner.submit(command)?;
        let mut told = self.handle.lock();
        told.last_job = command.operation.job().or(told.last_job);
        told.operations.insert(command.key, command.operation.clone());
        Ok(acceptance)
    }

    fn events(&mut self, after: Cursor, wait: Duration) -> Result<EventBatch, DeviceError> {
        let (own, wait) = {
            let told = self.handle.lock();
            // What is invented needs no waiting for.
            (Cursor(told.own(after.0)), if told.asked.is_empty() { wait } else { wait.min(Duration::from_millis(10)) })
        };
        let batch = self.inner.events(own, wait)?;
        Ok(EventBatch::new(self.handle.lock().tell(after, batch.events)))
    }

    fn snapshot(&mut self) -> Result<Snapshot, DeviceError> {
        let mut snapshot = self.inner.snapshot()?;
        if self.handle.lock().tells(LieKind::OversizedSnapshot) {
            let position = |number| JobPosition::new(JobId(u64::MAX - number), format!("Z{number}"), None);
            snapshot.jobs = (0..MANY).map(position).collect();
        }
        Ok(snapshot)
    }

    fn journal(&mut self, key: IdempotencyKey) -> Result<JournalEntry, DeviceError> {
        let entry = self.inner.journal(key)?;
        let mut told = self.handle.lock();
        let Some(operation) = told.operations.get(&key).cloned() else { return Ok(entry) };
        if entry != JournalEntry::NotReceived && told.tells(LieKind::JournalDenies) {
            return Ok(JournalEntry::NotReceived);
        }
        if told.tells(LieKind::JournalWrong) {
            return Ok(JournalEntry::Ended(Ok(another(&operation))));
        }
        Ok(entry)
    }

    fn image(&mut self, image: ImageId) -> Result<CameraImage, DeviceError> {
        let mut picture = self.inner.image(image)?;
        if self.handle.lock().tells(LieKind::ImpossibleImage) {
            picture.width = u32::MAX;
        }
        Ok(picture)
    }
}

/// A completion of another kind than this operation has.
fn another(operation: &Operation) -> Completion {
    match operation {
        Operation::Deliver { .. } => Completion::Done,
        _ => Completion::Delivered { stack: Stack::Good },
    }
}
