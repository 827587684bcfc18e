//! Drivers in layers: each answers itself what it wants to, and hands the rest down.

use std::time::Duration;

use printer_driver::{
    Acceptance, Attached, CameraImage, Command, Cursor, Description, DeviceError, EventBatch, FencingToken,
    IdempotencyKey, ImageId, JournalEntry, MachineDriver, Snapshot,
};

pub(super) trait DriverLayer: Send {
    fn submit(&mut self, beneath: &mut dyn MachineDriver, command: &Command) -> Result<Acceptance, DeviceError> {
        beneath.submit(command)
    }
    fn events(&mut self, beneath: &mut dyn MachineDriver, after: Cursor) -> Result<EventBatch, DeviceError> {
        beneath.events(after, Duration::ZERO)
    }
    fn journal(&mut self, beneath: &mut dyn MachineDriver, key: IdempotencyKey) -> Result<JournalEntry, DeviceError> {
        beneath.journal(key)
    }
}

pub(super) struct Wrapped<L>(pub(super) L, pub(super) Box<dyn MachineDriver>);

impl<L: DriverLayer> MachineDriver for Wrapped<L> {
    fn describe(&mut self) -> Result<Description, DeviceError> {
        self.1.describe()
    }
    fn attach(&mut self, token: FencingToken) -> Result<Attached, DeviceError> {
        self.1.attach(token)
    }
    fn submit(&mut self, command: &Command) -> Result<Acceptance, DeviceError> {
        self.0.submit(&mut *self.1, command)
    }
    fn events(&mut self, after: Cursor, _: Duration) -> Result<EventBatch, DeviceError> {
        self.0.events(&mut *self.1, after)
    }
    fn snapshot(&mut self) -> Result<Snapshot, DeviceError> {
        self.1.snapshot()
    }
    fn journal(&mut self, key: IdempotencyKey) -> Result<JournalEntry, DeviceError> {
        self.0.journal(&mut *self.1, key)
    }
    fn image(&mut self, image: ImageId) -> Result<CameraImage, DeviceError> {
        self.1.image(image)
    }
}
