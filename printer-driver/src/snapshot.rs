//! A machine as it is at one moment.

use crate::{ControlMode, Format, JobId, Mode, Stack, State, StationId};

/// Answer to [`MachineDriver::snapshot`](crate::MachineDriver::snapshot).
#[derive(Debug, Clone, PartialEq, Eq)]
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
    /// Booklets inside the machine that belong to a job.
    pub jobs: Vec<JobPosition>,
    /// Counts since the machine was built.
    pub counters: Counters,
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

/// Names a feeder of a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FeederId(pub u16);

/// A feeder and what is loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
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

/// An output stack's level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StackLevel {
    /// Which stack.
    pub stack: Stack,
    /// Booklets on it.
    pub count: u32,
    /// Booklets it holds.
    pub capacity: u32,
}

/// Something that is used up.
#[derive(Debug, Clone, PartialEq, Eq)]
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

/// A station's telemetry.
#[derive(Debug, Clone, PartialEq, Eq)]
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

/// Where a job's booklet is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobPosition {
    /// The job.
    pub job: JobId,
    /// The serial that was read at pick.
    pub serial: String,
    /// The station where it lies; none once it is out.
    pub station: Option<StationId>,
    /// Whether anything irreversible has been done to it.
    pub is_marked: bool,
}

/// Counts since the machine was built.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counters {
    /// Booklets picked.
    pub picked: u64,
    /// Booklets put on the good stack.
    pub good: u64,
    /// Booklets put on the reject stack, by reason.
    pub rejected: Vec<(String, u64)>,
}
