//! A machine as it is at one moment.

use crate::{ControlMode, Format, JobId, Mode, Stack, State, StationId};

/// Answer to [`MachineDriver::snapshot`](crate::MachineDriver::snapshot).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Snapshot {
    /// PackML state.
    pub state: State,
    /// Mode.
    pub mode: Mode,
    /// Who commands.
    pub control: ControlMode,
    /// Alarms that are set or not yet acknowledged.
    pub alarms: Vec<Alarm>,
    /// Feeders with what is loaded.
    pub feeders: Vec<Feeder>,
    /// Output stacks.
    pub stacks: Vec<StackLevel>,
    /// Consumables.
    pub consumables: Vec<Consumable>,
    /// Stations.
    pub stations: Vec<Station>,
    /// Jobs whose booklet is inside, then those whose booklet is out and whose results the machine still keeps; of the
    /// latter the oldest are left out first.
    pub jobs: Vec<JobPosition>,
    /// Counts since the machine was built.
    pub counters: Counters,
}

impl Snapshot {
    /// A machine of which nothing is known but its state, mode and who commands it; fill the fields in.
    pub fn new(state: State, mode: Mode, control: ControlMode) -> Self {
        Snapshot {
            state,
            mode,
            control,
            alarms: Vec::new(),
            feeders: Vec::new(),
            stacks: Vec::new(),
            consumables: Vec::new(),
            stations: Vec::new(),
            jobs: Vec::new(),
            counters: Counters::default(),
        }
    }
}

/// Names an alarm of a machine; the same condition at another time has another id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AlarmId(pub u64);

/// How much an alarm matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Notice,
    /// Production goes on, but somebody should come.
    Warning,
    /// Production has stopped.
    Critical,
}

/// A condition that wants attention.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Alarm {
    /// Its name.
    pub id: AlarmId,
    /// The machine's code for this kind of condition.
    pub code: String,
    /// How much it matters.
    pub severity: Severity,
    /// What, where and what to do; no personal data.
    pub text: String,
    /// Where, if at one station.
    pub station: Option<StationId>,
    /// Whether the condition still holds.
    pub is_set: bool,
    /// Whether a person has seen it.
    pub is_acknowledged: bool,
}

impl Alarm {
    /// An alarm that is set, not acknowledged, and not of one station.
    pub fn new(id: AlarmId, code: impl Into<String>, severity: Severity, text: impl Into<String>) -> Self {
        Alarm {
            id,
            code: code.into(),
            severity,
            text: text.into(),
            station: None,
            is_set: true,
            is_acknowledged: false,
        }
    }
    /// The same alarm at a station.
    #[must_use]
    pub fn with_station(mut self, station: Option<StationId>) -> Self {
        self.station = station;
        self
    }
}

/// Names a feeder of a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FeederId(pub u16);

/// A feeder and what is loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Feeder {
    /// Its number in the machine.
    pub id: FeederId,
    /// The format that is loaded; none when it is empty and was never loaded.
    pub format: Option<Format>,
    /// Lowest and highest serial of what was loaded. The order of the stack is not known.
    pub serial_range: Option<(String, String)>,
    /// Booklets left, as far as the machine can tell.
    pub remaining: u32,
}

impl Feeder {
    /// A feeder that was never loaded.
    pub fn new(id: FeederId) -> Self {
        Feeder { id, format: None, serial_range: None, remaining: 0 }
    }
    /// The same feeder with `remaining` booklets of a format, between the lowest and the highest serial if known.
    #[must_use]
    pub fn with_load(mut self, format: Format, serial_range: Option<(String, String)>, remaining: u32) -> Self {
        self.format = Some(format);
        self.serial_range = serial_range;
        self.remaining = remaining;
        self
    }
}

/// An output stack's level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct StackLevel {
    /// Which stack.
    pub stack: Stack,
    /// Booklets on it.
    pub count: u32,
    /// Booklets it holds.
    pub capacity: u32,
}

impl StackLevel {
    /// A stack with `count` of at most `capacity` booklets.
    pub fn new(stack: Stack, count: u32, capacity: u32) -> Self {
        StackLevel { stack, count, capacity }
    }
}

/// Something that is used up.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Consumable {
    /// What operators call it.
    pub name: String,
    /// What is left, in thousandths of full.
    pub level_per_mille: u16,
    /// The lot that is in use, if the machine knows it.
    pub lot: Option<String>,
    /// Last day of use, `YYYY-MM-DD`, if the machine knows it.
    pub expiry: Option<String>,
}

impl Consumable {
    /// A consumable of which `level_per_mille` thousandths are left, of an unknown lot.
    pub fn new(name: impl Into<String>, level_per_mille: u16) -> Self {
        Consumable { name: name.into(), level_per_mille, lot: None, expiry: None }
    }
    /// The same consumable of this lot, with its last day of use as `YYYY-MM-DD`.
    #[must_use]
    pub fn with_lot(mut self, lot: Option<String>, expiry: Option<String>) -> Self {
        self.lot = lot;
        self.expiry = expiry;
        self
    }
}

/// A station's telemetry.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Station {
    /// Which station.
    pub id: StationId,
    /// The job whose booklet lies there.
    pub job: Option<JobId>,
    /// Booklets it has worked on since the machine was built.
    pub cycles: u64,
    /// Temperature in tenths of a degree Celsius, if it is measured.
    pub temperature_decidegrees: Option<i32>,
}

impl Station {
    /// An empty station after `cycles` booklets.
    pub fn new(id: StationId, cycles: u64) -> Self {
        Station { id, job: None, cycles, temperature_decidegrees: None }
    }
    /// The same station with this job's booklet.
    #[must_use]
    pub fn with_job(mut self, job: Option<JobId>) -> Self {
        self.job = job;
        self
    }
    /// The same station at this temperature, in tenths of a degree Celsius.
    #[must_use]
    pub fn with_temperature(mut self, temperature_decidegrees: Option<i32>) -> Self {
        self.temperature_decidegrees = temperature_decidegrees;
        self
    }
}

/// Where a job's booklet is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct JobPosition {
    /// The job.
    pub job: JobId,
    /// The serial that was read at pick.
    pub serial: String,
    /// The station where it lies; none once it is out.
    pub station: Option<StationId>,
    /// Whether anything irreversible has been done to it: data written or a mark made, or perhaps made.
    pub is_marked: bool,
}

impl JobPosition {
    /// An unmarked booklet at a station.
    pub fn new(job: JobId, serial: impl Into<String>, station: Option<StationId>) -> Self {
        JobPosition { job, serial: serial.into(), station, is_marked: false }
    }
    /// The same booklet, after (or before) something irreversible.
    #[must_use]
    pub fn with_mark(mut self, is_marked: bool) -> Self {
        self.is_marked = is_marked;
        self
    }
}

/// Counts since the machine was built.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Counters {
    /// Booklets picked.
    pub picked: u64,
    /// Booklets put on the good stack.
    pub good: u64,
    /// Booklets put on the reject stack, by reason.
    pub rejected: Vec<(String, u64)>,
}

impl Counters {
    /// Counts of what was picked, put on the good stack, and put on the reject stack by reason.
    pub fn new(picked: u64, good: u64, rejected: Vec<(String, u64)>) -> Self {
        Counters { picked, good, rejected }
    }
    /// Booklets put on the reject stack, whatever the reason.
    pub fn rejected_total(&self) -> u64 {
        self.rejected.iter().fold(0, |sum, (_, count)| sum.saturating_add(*count))
    }
}
