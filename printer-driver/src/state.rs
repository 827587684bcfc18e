//! Equipment states, modes and control, after PackML (ISA-TR88.00.02).

/// The seventeen states of PackML. `Stopped`, `Idle`, `Execute` and `Aborted` are required of every machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the names are the standard's own, and the standard defines them")]
pub enum State {
    Stopped,
    Starting,
    Idle,
    Suspended,
    Execute,
    Stopping,
    Aborting,
    Aborted,
    Holding,
    Held,
    Unholding,
    Suspending,
    Unsuspending,
    Resetting,
    Completing,
    Complete,
    Clearing,
}

impl State {
    /// The states that every driver must have.
    pub const REQUIRED: [State; 4] = [State::Stopped, State::Idle, State::Execute, State::Aborted];

    /// Whether new booklets may be picked in this state.
    pub fn accepts_jobs(self) -> bool {
        self == State::Execute
    }
    /// The standard's name.
    pub fn name(self) -> &'static str {
        match self {
            State::Stopped => "Stopped",
            State::Starting => "Starting",
            State::Idle => "Idle",
            State::Suspended => "Suspended",
            State::Execute => "Execute",
            State::Stopping => "Stopping",
            State::Aborting => "Aborting",
            State::Aborted => "Aborted",
            State::Holding => "Holding",
            State::Held => "Held",
            State::Unholding => "Unholding",
            State::Suspending => "Suspending",
            State::Unsuspending => "Unsuspending",
            State::Resetting => "Resetting",
            State::Completing => "Completing",
            State::Complete => "Complete",
            State::Clearing => "Clearing",
        }
    }
}

/// What the machine is used for at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Documents are made.
    Production,
    /// Work on the machine itself; nothing is produced.
    Maintenance,
    /// A person moves it step by step.
    Manual,
}

/// Who commands the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ControlMode {
    /// Nobody over the link.
    Offline,
    /// The panel on the machine.
    Local,
    /// The host.
    Remote,
}
