//! The machine as a driver: controller, clock and a lock, in the program that uses it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use printer_driver::{
    Acceptance, Attached, CameraImage, Command, ControlCommand, ControlMode, Cursor, Description, DeviceError,
    ErrorKind, EventBatch, FeederId, FencingToken, IdempotencyKey, ImageId, JournalEntry, MachineDriver, Mode,
    Snapshot, Stack,
};

use super::booklet::{MockBooklet, Place};
use super::camera::Shot;
use super::controller::{MachineCore, OperatorError};
use super::faults::{FaultKind, FaultPlan};
use super::memory::{MachineMemory, MemoryError};
use super::settings::MachineSettings;
use crate::time::{Clock, Wake};

/// One host's session with a mock machine.
pub struct MockMachine {
    shared: Arc<Shared>,
}

/// What a person can do at a mock machine; clones are the same machine.
#[derive(Clone)]
pub struct MockMachineHandle {
    shared: Arc<Shared>,
}

struct Shared {
    core: Mutex<MachineCore>,
    clock: Arc<dyn Clock>,
    wake: Arc<Wake>,
}

impl Shared {
    /// The controller, after everything has happened that ends until now.
    fn core(&self) -> Result<(MutexGuard<'_, MachineCore>, Duration), DeviceError> {
        let mut core = self.lock();
        let now = self.clock.now();
        core.advance(now)?;
        Ok((core, now))
    }

    fn lock(&self) -> MutexGuard<'_, MachineCore> {
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something was done, so whoever waits for events looks again.
    fn acted<T>(&self, act: impl FnOnce(&mut MachineCore, Duration) -> T) -> T {
        let result = {
            let mut core = self.lock();
            let now = self.clock.now();
            act(&mut core, now)
        };
        self.wake.ring();
        result
    }
}

impl MockMachine {
    /// Switches a machine on. What it does from now on follows from `seed`, `clock` and what is handed in; what it was
    /// before is in `memory`.
    ///
    /// # Errors
    /// [`MemoryError`] when the memory cannot be read or written.
    pub fn start(
        settings: MachineSettings,
        clock: Arc<dyn Clock>,
        memory: Box<dyn MachineMemory>,
        seed: u64,
    ) -> Result<Self, MemoryError> {
        let now = clock.now();
        let epoch_unix_ms = clock.unix_ms().saturating_sub(i64::try_from(now.as_millis()).unwrap_or(i64::MAX));
        let core = MachineCore::start(settings, memory, seed, now, epoch_unix_ms)?;
        let shared = Shared { core: Mutex::new(core), clock, wake: Arc::new(Wake::new()) };
        Ok(MockMachine { shared: Arc::new(shared) })
    }

    /// For those who stand at the machine.
    pub fn handle(&self) -> MockMachineHandle {
        MockMachineHandle { shared: Arc::clone(&self.shared) }
    }

    /// Events after `after` without waiting.
    pub(super) fn events_now(&mut self, after: Cursor) -> Result<EventBatch, DeviceError> {
        self.shared.core()?.0.events_after(after)
    }
}

impl MachineDriver for MockMachine {
    fn describe(&mut self) -> Result<Description, DeviceError> {
        let (core, _) = self.shared.core()?;
        core.answers()?;
        Ok(core.describe())
    }

    fn attach(&mut self, token: FencingToken) -> Result<Attached, DeviceError> {
        self.shared.acted(|core, now| core.attach(token, now))
    }

    fn submit(&mut self, command: &Command) -> Result<Acceptance, DeviceError> {
        self.shared.acted(|core, now| core.submit(command, now))
    }

    fn events(&mut self, after: Cursor, wait: Duration) -> Result<EventBatch, DeviceError> {
        let until = self.shared.clock.now().saturating_add(wait);
        loop {
            let seen = self.shared.wake.generation();
            let deadline = {
                let (mut core, now) = self.shared.core()?;
                if let Err(silent) = core.answers() {
                    // A link takes its time to fail, so that a host that asks again at once does not spin.
                    let deadline = core.next_deadline().map_or(until, |next| next.min(until));
                    drop(core);
                    self.shared.clock.wait_until(deadline, &self.shared.wake, seen);
                    return Err(silent);
                }
                let batch = core.events_after(after)?;
                if !batch.events.is_empty() || now >= until {
                    return Ok(batch);
                }
                core.next_deadline().map_or(until, |next| next.min(until))
            };
            self.shared.clock.wait_until(deadline, &self.shared.wake, seen);
        }
    }

    fn snapshot(&mut self) -> Result<Snapshot, DeviceError> {
        self.shared.core()?.0.snapshot()
    }

    fn journal(&mut self, key: IdempotencyKey) -> Result<JournalEntry, DeviceError> {
        self.shared.core()?.0.journal(key)
    }

    fn image(&mut self, image: ImageId) -> Result<CameraImage, DeviceError> {
        let shot = self.shared.core()?.0.shot(image)?;
        let failed = || DeviceError::untouched(ErrorKind::CameraFailed, "the picture cannot be composed");
        shot.take().ok_or_else(failed)
    }
}

impl MockMachineHandle {
    /// Another session with the same machine, as of another host.
    pub fn connect(&self) -> MockMachine {
        MockMachine { shared: Arc::clone(&self.shared) }
    }

    /// When something will happen next if nothing is handed in; none when the machine waits for a host or a person.
    pub fn next_deadline(&self) -> Option<Duration> {
        self.shared.lock().next_deadline()
    }

    /// Lets everything happen that ends until now.
    ///
    /// # Errors
    /// [`ErrorKind::Timeout`] when the memory cannot be written.
    pub fn advance(&self) -> Result<(), DeviceError> {
        self.shared.acted(MachineCore::advance)
    }

    /// Kills the controller and starts it again at once over its memory: whatever was under way has ended as `seed` says,
    /// and sessions have to be attached anew. Other than after a [`power_cut`](Self::power_cut), no time passes.
    ///
    /// # Errors
    /// [`MemoryError`] when the memory cannot be read or written.
    pub fn restart(&self, seed: u64) -> Result<(), MemoryError> {
        self.shared.acted(|core, now| core.restart(seed, now))
    }

    /// Loads booklets into a feeder; those that the machine has ever held are left out, so that a host may load its
    /// whole stock again after a restart. Returns how many were loaded.
    ///
    /// # Errors
    /// [`OperatorError::NoSuchPart`], [`OperatorError::WrongFormat`]; then none was loaded.
    pub fn load(&self, feeder: FeederId, booklets: Vec<MockBooklet>) -> Result<usize, OperatorError> {
        self.shared.acted(|core, now| core.load(feeder, booklets, now))
    }

    /// Whether the machine has ever held a booklet with this serial.
    pub fn has_held(&self, serial: &str) -> bool {
        self.shared.lock().has_held(serial)
    }

    /// Takes all booklets off a stack.
    ///
    /// # Errors
    /// [`OperatorError::Device`] when the memory cannot be written.
    pub fn empty_stack(&self, stack: Stack) -> Result<Vec<MockBooklet>, OperatorError> {
        self.shared.acted(|core, now| core.empty_stack(stack, now))
    }

    /// Takes all booklets out of a feeder.
    ///
    /// # Errors
    /// [`OperatorError::NoSuchPart`] when there is no such feeder.
    pub fn empty_feeder(&self, feeder: FeederId) -> Result<Vec<MockBooklet>, OperatorError> {
        self.shared.acted(|core, now| core.empty_feeder(feeder, now))
    }

    /// Lays spare booklets, which are nobody's, onto a stack until it is full.
    ///
    /// # Errors
    /// [`OperatorError::Device`] when the memory cannot be written.
    pub fn fill_stack(&self, stack: Stack) -> Result<(), OperatorError> {
        self.shared.acted(|core, now| core.fill_stack(stack, now))
    }

    /// Takes stuck booklets out and lays them onto the reject stack; the machine stays held until it is unheld.
    ///
    /// # Errors
    /// [`OperatorError::Device`] when the memory cannot be written.
    pub fn clear_jam(&self) -> Result<usize, OperatorError> {
        self.shared.acted(|core, now| core.clear_jam(now))
    }

    /// Replaces a consumable by a full one; a snapshot names them.
    ///
    /// # Errors
    /// [`OperatorError::NoSuchPart`] when no consumable has this name.
    pub fn refill(&self, name: &str, lot: Option<&str>, expiry: Option<&str>) -> Result<(), OperatorError> {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        self.shared.acted(|core, now| core.refill(name, owned(lot), owned(expiry), now))
    }

    /// Presses a button on the panel.
    ///
    /// # Errors
    /// [`OperatorError::Device`] when the button does nothing in this state.
    pub fn press(&self, command: ControlCommand) -> Result<(), OperatorError> {
        self.shared.acted(|core, now| core.press(command, now))
    }

    /// Turns the key on the panel: who commands the machine.
    ///
    /// # Errors
    /// [`OperatorError::Device`] when the memory cannot be written.
    pub fn turn_key(&self, control: ControlMode) -> Result<(), OperatorError> {
        self.shared.acted(|core, now| core.turn_key(control, now))
    }

    /// Opens a cover: a machine that moves aborts at once; until it is closed nothing starts.
    ///
    /// # Errors
    /// [`OperatorError::Device`] when the memory cannot be written.
    pub fn open_cover(&self) -> Result<(), OperatorError> {
        self.shared.acted(MachineCore::open_cover)
    }

    /// Closes the cover. The machine stays where it is until somebody clears and starts it.
    ///
    /// # Errors
    /// [`OperatorError::Device`] when the memory cannot be written.
    pub fn close_cover(&self) -> Result<(), OperatorError> {
        self.shared.acted(MachineCore::close_cover)
    }

    /// Makes a consumable as it is when only so much is left of it, in thousandths of full.
    ///
    /// # Errors
    /// [`OperatorError::NoSuchPart`] when no consumable has this name.
    pub fn use_up(&self, name: &str, left_per_mille: u16) -> Result<(), OperatorError> {
        self.shared.acted(|core, now| core.use_up(name, left_per_mille, now))
    }

    /// Turns the mode switch on the panel.
    ///
    /// # Errors
    /// [`OperatorError::Device`] when the mode cannot change in this state.
    pub fn set_mode(&self, mode: Mode) -> Result<(), OperatorError> {
        self.shared.acted(|core, now| core.set_mode(mode, now))
    }

    /// Cuts the power; it comes back by itself.
    ///
    /// # Errors
    /// [`OperatorError::Device`] when the memory cannot be written.
    pub fn power_cut(&self) -> Result<(), OperatorError> {
        self.shared.acted(|core, now| core.power_cut(now))
    }

    /// Changes what goes wrong from now on.
    pub fn set_faults(&self, faults: FaultPlan) {
        self.shared.acted(|core, _| core.set_faults(faults));
    }

    /// Makes a fault strike once more: this booklet, or the next one.
    pub fn force_fault(&self, kind: FaultKind, serial: Option<&str>) {
        self.shared.acted(|core, _| core.force_fault(kind, serial.map(str::to_owned)));
    }

    /// How often each kind of fault has struck since the machine was switched on, by the fault's name; all kinds are there.
    pub fn reached(&self) -> BTreeMap<&'static str, u64> {
        self.shared.lock().reached().clone()
    }

    /// Looks at a booklet as it physically is; none when there is none or a person has taken it.
    pub fn look<T>(&self, serial: &str, look: impl FnOnce(&MockBooklet, Place) -> T) -> Option<T> {
        let core = self.shared.lock();
        core.look(serial).map(|(booklet, place)| look(booklet, place))
    }

    /// Takes a booklet into one's hands, to read its chip with another reader or to damage it.
    pub fn handle_booklet<T>(&self, serial: &str, act: impl FnOnce(&mut MockBooklet) -> T) -> Option<T> {
        self.shared.acted(|core, _| core.look_mut(serial).map(act))
    }

    /// What the camera saw when it took this picture, for a simulation that develops pictures of its own.
    ///
    /// # Errors
    /// As [`image`](MachineDriver::image).
    pub fn shot(&self, image: ImageId) -> Result<Shot, DeviceError> {
        self.shared.core()?.0.shot(image)
    }

    /// What went wrong when the memory was last written; until it can be written the machine tells nothing.
    pub fn memory_failure(&self) -> Option<String> {
        self.shared.lock().memory_failure().map(str::to_owned)
    }

    /// Whether a command is under way: who switches the machine off now cuts its power.
    pub fn is_busy(&self) -> bool {
        self.shared.core().is_ok_and(|(core, _)| core.is_busy())
    }

    /// Every booklet that was ever loaded, by serial, with where it is.
    pub fn places(&self) -> Vec<(String, Place)> {
        self.shared.lock().places().map(|(serial, place)| (serial.to_owned(), place)).collect()
    }
}
