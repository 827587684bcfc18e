//! The machine's controller: a state machine without clock, threads or I/O of its own but its memory.
//!
//! What happens follows from what was handed in, from the time that each call names, and from the seed. A caller hands
//! commands in with [`MachineCore::submit`], asks when something will happen next with [`MachineCore::next_deadline`],
//! lets time pass with [`MachineCore::advance`] and reads [`MachineCore::events_after`]. Steps that ended in between are
//! carried out in the order and at the moment in which they ended, however late `advance` is called.

mod chip;
mod commands;
mod control;
mod dispatch;
mod interrupt;
mod keep;
mod operate;
pub(crate) mod refusals;
mod report;
mod steps;
mod supplies;
mod tell;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use printer_driver::{DeviceError, ErrorKind, IdempotencyKey, JobId, State, StationId};

use super::desk::Desk;
use super::faults::FaultKind;
use super::job::Job;
use super::journal::Journal;
use super::memory::{InMemory, MachineMemory, MemoryError, RecordKey, Records};
use super::physical::PhysicalStore;
use super::settings::MachineSettings;
use crate::chance::Chance;
use tell::StoredEvent;

pub use operate::OperatorError;

/// Longest script of an exchange, in commands.
pub const SCRIPT_COMMANDS_MAX: usize = 4_096;

/// Most events in one answer.
pub const EVENTS_AT_ONCE: usize = 256;

/// The controller of one machine with all its booklets.
pub struct MachineCore {
    settings: MachineSettings,
    chance: Chance,
    memory: Box<dyn MachineMemory>,
    /// What went wrong when the memory was last written, if it did.
    memory_failure: Option<String>,
    epoch_unix_ms: i64,
    now: Duration,
    desk: Desk,
    store: PhysicalStore,
    jobs: BTreeMap<JobId, Job>,
    /// Jobs whose booklet is inside, in the order in which they came.
    inside: Vec<JobId>,
    /// Jobs whose booklet is out, oldest first.
    finished: VecDeque<JobId>,
    journal: Journal,
    events: VecDeque<StoredEvent>,
    /// The control command that waits for a state, and when the state change ends if it waits for nothing else.
    control_command: Option<IdempotencyKey>,
    state_due: Option<Duration>,
    power_cut_due: Option<Duration>,
    off_until: Option<Duration>,
    /// When laser and print head were last at work; none after power was cut.
    last_hot: Option<Duration>,
    /// Chips in a row that refused the keys, by station, since the machine was switched on.
    refused_keys: BTreeMap<StationId, u32>,
    /// Ends of commands that are told late, and when.
    late: Vec<(Duration, IdempotencyKey)>,
    /// How often each kind of fault has struck since the machine was switched on.
    reached: BTreeMap<&'static str, u64>,
    dirty: BTreeSet<RecordKey>,
}

/// Stations' numbers.
pub(crate) mod station {
    use printer_driver::{FeederId, StationId, StationKind};

    pub(crate) const IDENTIFY: StationId = StationId(100);
    pub(crate) const LASER: StationId = StationId(300);
    pub(crate) const INKJET: StationId = StationId(400);
    pub(crate) const CAMERA: StationId = StationId(500);
    pub(crate) const OUTPUT: StationId = StationId(600);

    /// The station of its kind, where there is one only.
    pub(crate) fn using(kind: StationKind) -> StationId {
        match kind {
            StationKind::Laser => LASER,
            StationKind::Inkjet => INKJET,
            StationKind::Output => OUTPUT,
            _ => CAMERA,
        }
    }
    pub(crate) fn feed(feeder: FeederId) -> StationId {
        StationId(feeder.0)
    }
    pub(crate) fn encoder(number: u16) -> StationId {
        StationId(200u16.saturating_add(number))
    }
}

impl MachineCore {
    /// Switches a machine on, at `now` on a clock whose zero was at `epoch_unix_ms`.
    ///
    /// An empty memory is a new machine. Otherwise power was cut at whatever was the last commit, and every step that
    /// was under way has ended as the seed says.
    ///
    /// # Errors
    /// [`MemoryError`] when the memory cannot be read or written.
    pub fn start(
        settings: MachineSettings,
        mut memory: Box<dyn MachineMemory>,
        seed: u64,
        now: Duration,
        epoch_unix_ms: i64,
    ) -> Result<Self, MemoryError> {
        let records = memory.load()?;
        let mut core = MachineCore::taken_up(settings, memory, &records, seed, now, epoch_unix_ms)?;
        core.commit()?;
        Ok(core)
    }

    /// The program that runs the controller is killed and started again over the same memory, all within `now`.
    ///
    /// # Errors
    /// [`MemoryError`] when the memory cannot be read; then the controller runs on as it was. When it cannot be written,
    /// the controller has started and tells nothing until it can.
    pub fn restart(&mut self, seed: u64, now: Duration) -> Result<(), MemoryError> {
        let records = self.memory.load()?;
        let (settings, lent) = (self.settings.clone(), Box::new(InMemory::new()));
        let mut core = MachineCore::taken_up(settings, lent, &records, seed, now.max(self.now), self.epoch_unix_ms)?;
        std::mem::swap(&mut core.memory, &mut self.memory);
        core.reached = std::mem::take(&mut self.reached);
        *self = core;
        self.commit()
    }

    fn taken_up(
        settings: MachineSettings,
        memory: Box<dyn MachineMemory>,
        records: &Records,
        seed: u64,
        now: Duration,
        epoch_unix_ms: i64,
    ) -> Result<Self, MemoryError> {
        let mut core = MachineCore {
            store: PhysicalStore::decode(records, settings.restore_chip)?,
            chance: Chance::from_seed(seed),
            memory,
            memory_failure: None,
            epoch_unix_ms,
            now,
            desk: Desk::new(&settings.supplies),
            jobs: BTreeMap::new(),
            inside: Vec::new(),
            finished: VecDeque::new(),
            journal: Journal::default(),
            events: VecDeque::new(),
            control_command: None,
            state_due: None,
            power_cut_due: None,
            off_until: None,
            last_hot: None,
            refused_keys: BTreeMap::new(),
            late: Vec::new(),
            reached: FaultKind::ALL.into_iter().map(|kind| (kind.name(), 0)).collect(),
            dirty: BTreeSet::new(),
            settings,
        };
        core.take_up(records)?;
        if !records.is_empty() {
            core.interrupt(ErrorKind::PowerLost, None, now);
        }
        core.boot(now);
        Ok(core)
    }

    /// When something will happen next if nothing is handed in; may lie in the past when `advance` was not called.
    pub fn next_deadline(&self) -> Option<Duration> {
        if self.off_until.is_some() {
            return self.off_until;
        }
        let steps = self.inside.iter().filter_map(|id| self.jobs.get(id)?.volatile.due);
        let late = self.late.iter().map(|(due, _)| *due);
        steps.chain(self.state_due).chain(self.power_cut_due).chain(late).min()
    }

    /// Lets everything happen that ends until `now`.
    ///
    /// # Errors
    /// [`ErrorKind::Timeout`] when the memory cannot be written; what happened is told once it can be again.
    pub fn advance(&mut self, now: Duration) -> Result<(), DeviceError> {
        while let Some(at) = self.next_deadline().filter(|deadline| *deadline <= now) {
            self.happen(at.max(self.now));
        }
        self.now = self.now.max(now);
        self.settle()
    }

    /// One thing happens.
    fn happen(&mut self, at: Duration) {
        self.now = at;
        if self.off_until.is_some() {
            self.off_until = None;
            self.boot(at);
        } else if self.power_cut_due.is_some_and(|due| due <= at) {
            self.cut_power(at);
            return;
        } else if self.state_due.is_some_and(|due| due <= at) {
            self.state_due = None;
            self.state_settled(at);
        } else if let Some(place) = self.late.iter().position(|(due, _)| *due <= at) {
            let (_, key) = self.late.remove(place);
            self.tell_late(key, at);
        } else {
            let due = |id: &&JobId| self.jobs.get(id).and_then(|job| job.volatile.due);
            let next = self.inside.iter().filter(|id| due(id).is_some()).min_by_key(|id| due(id)).copied();
            if let Some(id) = next {
                self.finish_step(id, at);
            }
        }
        self.dispatch(at);
    }

    /// Writes what changed; nothing may be told before.
    fn settle(&mut self) -> Result<(), DeviceError> {
        self.commit().map_err(|error| DeviceError::untouched(ErrorKind::Timeout, error.to_string()))
    }

    /// Whether the machine answers at all.
    pub(super) fn answers(&self) -> Result<(), DeviceError> {
        match self.off_until {
            None => Ok(()),
            Some(_) => Err(DeviceError::untouched(ErrorKind::LinkLost, "the machine does not answer")),
        }
    }

    /// The controller starts: everything stands still, and nobody is in control.
    fn boot(&mut self, now: Duration) {
        self.desk.start_count = self.desk.start_count.saturating_add(1);
        self.desk.is_attached = false;
        self.desk.is_blocked = false;
        self.control_command = None;
        self.state_due = None;
        self.power_cut_due = None;
        self.late.clear();
        for key in std::mem::take(&mut self.desk.untold) {
            self.tell_completed(key, now);
        }
        self.set_jam_alarms(now);
        self.set_state(State::Stopped, now);
        self.last_hot = None;
        self.set_control(printer_driver::ControlMode::Offline, now);
    }

    fn encoders(&self) -> impl Iterator<Item = StationId> + use<> {
        (1..=self.settings.encoders).map(station::encoder)
    }

    /// Whether no booklet lies at the station or is on its way there.
    fn is_free(&self, station: StationId) -> bool {
        !self.inside.iter().filter_map(|id| self.jobs.get(id)).any(|job| job.is_at_or_moving_to(station))
    }
}
