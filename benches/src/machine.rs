//! A machine that takes no time of its own: no waiting, no memory that outlives it, no sensor noise.
//!
//! What the line can tell apart is real: every booklet has an emulated chip that is written, locked and read over its
//! coupler, and the camera's picture is the engraved layer, brought to the camera's resolution. That work is done by a
//! thread of the machine's own (`device NAME`), so that it can be told from the line's.

pub mod camera;
mod device;
mod told;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crossbeam_channel::Sender;
use mock_devices::chip::EmulatedChip;
use printer_driver::{
    Acceptance, Attached, CameraImage, Capabilities, Command, ControlMode, Cursor, Description, DeviceError, ErrorKind,
    EventBatch, FeederId, FencingToken, Format, IdempotencyKey, Identity, ImageId, JournalEntry, LayerKind,
    MachineDriver, Mode, Snapshot, Stack, StackLevel, State,
};

use crate::{Failure, failure};
use device::Device;
use told::Told;

/// Booklets that can be under way at once.
const JOBS_AT_ONCE: u32 = 16;
/// Commands that wait for the device at most: each booklet has one.
const COMMAND_LIMIT: usize = 64;

/// A blank in a feeder.
pub struct Booklet {
    /// Its number.
    pub serial: String,
    /// Its chip.
    pub chip: EmulatedChip,
}

/// A machine without time of its own.
pub struct InstantMachine {
    told: Arc<Told>,
    commands: Sender<Command>,
}

/// Counts of booklets that came out.
#[derive(Debug, Default)]
pub struct Output {
    good: AtomicU64,
    rejected: AtomicU64,
}

impl Output {
    /// Booklets on good stacks.
    pub fn good(&self) -> u64 {
        self.good.load(Ordering::Acquire)
    }
    /// Booklets on reject stacks.
    pub fn rejected(&self) -> u64 {
        self.rejected.load(Ordering::Acquire)
    }

    fn count(&self, stack: Stack) {
        let counter = if stack == Stack::Good { &self.good } else { &self.rejected };
        counter.fetch_add(1, Ordering::AcqRel);
    }
}

impl InstantMachine {
    /// Switches a machine on with these booklets in its feeders; it counts what comes out in `output`.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn start(
        name: &str,
        feeders: Vec<(FeederId, Format, Vec<Booklet>)>,
        output: Arc<Output>,
    ) -> Result<Self, Failure> {
        let loaded = feeders.iter().map(|(id, format, booklets)| told::feeder(*id, format.clone(), booklets.len()));
        let told = Arc::new(Told::new(loaded.collect()));
        let (commands, received) = crossbeam_channel::bounded(COMMAND_LIMIT);
        let stock: BTreeMap<FeederId, VecDeque<Booklet>> =
            feeders.into_iter().map(|(id, _, booklets)| (id, booklets.into())).collect();
        let device = Device::new(stock, Arc::clone(&told), output);
        std::thread::Builder::new()
            .name(format!("device {name}"))
            .spawn(move || device.run(&received))
            .map_err(failure)?;
        Ok(InstantMachine { told, commands })
    }
}

impl MachineDriver for InstantMachine {
    fn describe(&mut self) -> Result<Description, DeviceError> {
        let mut capabilities = Capabilities::minimal();
        capabilities.formats = self.told.feeders().into_iter().filter_map(|feeder| feeder.format).collect();
        capabilities.layers = vec![LayerKind::Laser, LayerKind::Window, LayerKind::Observation];
        capabilities.dots_per_inch = vec![300, 600];
        capabilities.jobs_at_once = JOBS_AT_ONCE;
        capabilities.apdu_bytes = 65_544;
        let identity = Identity::new("Persoline", "Instant", "0", env!("CARGO_PKG_VERSION"));
        Ok(Description::new(identity, capabilities))
    }

    fn attach(&mut self, token: FencingToken) -> Result<Attached, DeviceError> {
        self.told.attach(token)
    }

    fn submit(&mut self, command: &Command) -> Result<Acceptance, DeviceError> {
        if !self.told.accept(command)? {
            return Ok(Acceptance::Repeated);
        }
        self.commands
            .send(command.clone())
            .map_err(|_| DeviceError::unknown(ErrorKind::Fault, "the device's thread has ended"))?;
        Ok(Acceptance::Accepted)
    }

    fn events(&mut self, after: Cursor, wait: Duration) -> Result<EventBatch, DeviceError> {
        self.told.events(after, wait)
    }

    fn snapshot(&mut self) -> Result<Snapshot, DeviceError> {
        let stack = |stack| StackLevel::new(stack, 0, u32::MAX);
        let mut snapshot = Snapshot::new(State::Execute, Mode::Production, ControlMode::Remote);
        snapshot.feeders = self.told.feeders();
        snapshot.stacks = vec![stack(Stack::Good), stack(Stack::Reject)];
        Ok(snapshot)
    }

    fn journal(&mut self, key: IdempotencyKey) -> Result<JournalEntry, DeviceError> {
        Ok(self.told.journal(key))
    }

    fn image(&mut self, image: ImageId) -> Result<CameraImage, DeviceError> {
        self.told.take_image(image).ok_or_else(|| DeviceError::untouched(ErrorKind::NotFound, "no such picture"))
    }
}

#[cfg(test)]
mod tests;
