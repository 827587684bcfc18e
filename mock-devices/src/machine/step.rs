//! The machine on its caller's thread and in its caller's time, for a simulation with one thread.

use std::sync::Arc;
use std::time::Duration;

use printer_driver::{
    Acceptance, Attached, CameraImage, Command, Cursor, Description, DeviceError, EventBatch, FencingToken,
    IdempotencyKey, ImageId, JournalEntry, MachineDriver, Snapshot,
};

use super::driver::{MockMachine, MockMachineHandle};
use super::memory::{MachineMemory, MemoryError};
use super::settings::MachineSettings;
use crate::time::Clock;

/// A machine that never waits: whoever calls it decides when time passes.
///
/// It is the same controller as that of a [`MockMachine`] and has the same handle. [`events`](MachineDriver::events)
/// answers at once with what there is, whatever it was asked to wait. A simulation asks
/// [`next_deadline`](MockMachineHandle::next_deadline), lets its clock stand there, and calls
/// [`advance`](MockMachineHandle::advance) or any method of the driver: what ended until then has happened in its order.
///
/// ```
/// use std::sync::Arc;
/// use std::time::Duration;
/// use mock_devices::machine::{InMemory, MachineSettings, StepMachine, restore_emulated_chip};
/// use mock_devices::time::VirtualClock;
/// use printer_driver::{Command, ControlCommand, FencingToken, IdempotencyKey, MachineDriver, Operation, State};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let clock = Arc::new(VirtualClock::standing(1_790_000_000_000));
/// let settings = MachineSettings::line_300("SIM-1", restore_emulated_chip);
/// let mut machine = StepMachine::start(settings, clock.clone(), Box::new(InMemory::new()), 42)?;
/// let handle = machine.handle();
/// machine.attach(FencingToken(1))?;
/// let operation = Operation::Control(ControlCommand::Reset);
/// machine.submit(&Command::new(IdempotencyKey(1), FencingToken(1), operation))?;
/// while let Some(deadline) = handle.next_deadline() {
///     clock.advance_to(deadline);
///     handle.advance()?;
/// }
/// assert_eq!(machine.snapshot()?.state, State::Idle);
/// handle.restart(43)?;
/// assert_eq!(machine.snapshot()?.state, State::Stopped);
/// # Ok(())
/// # }
/// ```
pub struct StepMachine {
    machine: MockMachine,
}

impl StepMachine {
    /// Switches a machine on, as [`MockMachine::start`] does.
    ///
    /// # Errors
    /// [`MemoryError`] when the memory cannot be read or written.
    pub fn start(
        settings: MachineSettings,
        clock: Arc<dyn Clock>,
        memory: Box<dyn MachineMemory>,
        seed: u64,
    ) -> Result<Self, MemoryError> {
        Ok(StepMachine { machine: MockMachine::start(settings, clock, memory, seed)? })
    }

    /// Another session with the machine of a handle, as of another host or of the same one after its restart.
    pub fn connect(handle: &MockMachineHandle) -> Self {
        StepMachine { machine: handle.connect() }
    }

    /// For those who stand at the machine.
    pub fn handle(&self) -> MockMachineHandle {
        self.machine.handle()
    }
}

impl MachineDriver for StepMachine {
    fn describe(&mut self) -> Result<Description, DeviceError> {
        self.machine.describe()
    }
    fn attach(&mut self, token: FencingToken) -> Result<Attached, DeviceError> {
        self.machine.attach(token)
    }
    fn submit(&mut self, command: &Command) -> Result<Acceptance, DeviceError> {
        self.machine.submit(command)
    }
    fn events(&mut self, after: Cursor, _wait: Duration) -> Result<EventBatch, DeviceError> {
        self.machine.events_now(after)
    }
    fn snapshot(&mut self) -> Result<Snapshot, DeviceError> {
        self.machine.snapshot()
    }
    fn journal(&mut self, key: IdempotencyKey) -> Result<JournalEntry, DeviceError> {
        self.machine.journal(key)
    }
    fn image(&mut self, image: ImageId) -> Result<CameraImage, DeviceError> {
        self.machine.image(image)
    }
}
