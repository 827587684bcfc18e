//! What a machine tells.

use crate::{
    Alarm, AlarmId, Consumable, ControlMode, DeviceError, Feeder, IdempotencyKey, ImageId, JobId, Mode, Stack,
    StackLevel, State, Station, StationId,
};

/// Position in a machine's sequence of events. Consecutive; zero is before the first event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Cursor(pub u64);

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event {
    /// Its position.
    pub cursor: Cursor,
    /// The machine's clock, in milliseconds since 1970 UTC. Informative: machines' clocks jump.
    pub machine_time_ms: i64,
    /// What happened.
    pub body: EventBody,
}

impl Event {
    /// An event at a position, at a time of the machine's clock in milliseconds since 1970 UTC.
    pub fn new(cursor: Cursor, machine_time_ms: i64, body: EventBody) -> Self {
        Event { cursor, machine_time_ms, body }
    }
}

/// Answer to [`MachineDriver::events`](crate::MachineDriver::events).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct EventBatch {
    /// Events, oldest first, with consecutive cursors.
    pub events: Vec<Event>,
}

impl EventBatch {
    /// These events, oldest first, with consecutive cursors.
    pub fn new(events: Vec<Event>) -> Self {
        EventBatch { events }
    }
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum EventBody {
    /// The machine is in another state.
    StateChanged(State),
    /// Production, maintenance or manual.
    ModeChanged(Mode),
    /// Another party commands the machine.
    ControlChanged(ControlMode),
    /// A command has come to its end. Told once for every accepted command, and again for every repeat.
    Completed {
        /// The command's key.
        key: IdempotencyKey,
        /// The job that the command was about, if it was about one.
        job: Option<JobId>,
        /// How it ended.
        result: Result<Completion, DeviceError>,
    },
    /// A step of a command that is still under way.
    Progress {
        /// The job.
        job: JobId,
        /// The step that is done.
        step: ProgressStep,
    },
    /// A condition that wants attention has begun.
    AlarmSet(Alarm),
    /// The condition is gone.
    AlarmCleared(AlarmId),
    /// A person has seen it.
    AlarmAcknowledged(AlarmId),
    /// What is in a feeder has changed: the machine's announcement of the booklets it could pick next.
    FeederChanged(Feeder),
    /// A stack's level has changed.
    StackChanged(StackLevel),
    /// A consumable's level has changed.
    ConsumableChanged(Consumable),
    /// A station's telemetry.
    StationChanged(Station),
    /// Something that this edition of the contract has no word for: a link stands it in for what a newer machine tells, so
    /// that cursors stay consecutive. A host counts it and does nothing else; a driver never tells it of its own.
    Unrecognised,
}

/// Steps of a command that is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProgressStep {
    /// The serial was read again and is the expected one; the next step is irreversible.
    SerialConfirmed,
    /// The data page is engraved.
    Engraved,
    /// The observation page is printed.
    Inked,
    /// The picture is taken.
    Captured,
}

/// How a command ended well.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Completion {
    /// A control, mode or alarm command is done.
    Done,
    /// A booklet was picked and identified.
    Picked {
        /// The serial that was read.
        serial: String,
        /// What the chip said of itself.
        chip: ChipIdentity,
        /// The encoding station where it lies.
        station: StationId,
    },
    /// The chip's answers, one for each command that was sent; fewer than commands if one was not accepted.
    Answered {
        /// Answer bytes with status word.
        answers: Vec<Vec<u8>>,
    },
    /// The machine wrote the chip from its package and locked it.
    Encoded,
    /// The page is marked and photographed.
    Personalised {
        /// The camera's picture, to be fetched.
        image: ImageId,
    },
    /// The booklet is out.
    Delivered {
        /// Where it lies.
        stack: Stack,
    },
    /// The job was given up before anything was marked or written.
    Cancelled,
}

impl core::fmt::Debug for Completion {
    // Answers of a chip can carry personal data, so only their number is shown.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Completion::Done => f.write_str("Done"),
            Completion::Picked { serial, chip, station } => write!(f, "Picked({serial}, {chip:?}, {station:?})"),
            Completion::Answered { answers } => write!(f, "Answered({} answers)", answers.len()),
            Completion::Encoded => f.write_str("Encoded"),
            Completion::Personalised { image } => write!(f, "Personalised({image:?})"),
            Completion::Delivered { stack } => write!(f, "Delivered({stack:?})"),
            Completion::Cancelled => f.write_str("Cancelled"),
        }
    }
}

/// What a chip says of itself before personalisation.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ChipIdentity {
    /// The chip's serial as it answers it.
    pub chip_serial: Vec<u8>,
    /// Version of its transport key.
    pub key_version: u8,
}

impl ChipIdentity {
    /// What a chip said: its serial and the version of its transport key.
    pub fn new(chip_serial: impl Into<Vec<u8>>, key_version: u8) -> Self {
        ChipIdentity { chip_serial: chip_serial.into(), key_version }
    }
}

/// What became of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum JournalEntry {
    /// It never arrived.
    NotReceived,
    /// It is under way.
    InProgress,
    /// It has ended.
    Ended(Result<Completion, DeviceError>),
    /// The machine can no longer say.
    Unknown,
}
