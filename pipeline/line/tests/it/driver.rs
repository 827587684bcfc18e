//! The test machine behind the trait that drivers implement.

use std::time::Duration;

use printer_driver::{
    Acceptance, Attached, CameraImage, Command, Cursor, Description, DeviceError, EventBatch, FencingToken,
    IdempotencyKey, ImageId, JournalEntry, MachineDriver, Snapshot,
};

use crate::machine::Machine;

/// A session with the machine, for one call.
pub(crate) struct Driver<'a>(pub(crate) &'a mut Machine);

impl MachineDriver for Driver<'_> {
    fn describe(&mut self) -> Result<Description, DeviceError> {
        self.0.describe()
    }
    fn attach(&mut self, token: FencingToken) -> Result<Attached, DeviceError> {
        self.0.attach(token)
    }
    fn submit(&mut self, command: &Command) -> Result<Acceptance, DeviceError> {
        self.0.submit(command)
    }
    fn events(&mut self, after: Cursor, _: Duration) -> Result<EventBatch, DeviceError> {
        self.0.events(after)
    }
    fn snapshot(&mut self) -> Result<Snapshot, DeviceError> {
        self.0.snapshot()
    }
    fn journal(&mut self, key: IdempotencyKey) -> Result<JournalEntry, DeviceError> {
        self.0.journal(key)
    }
    fn image(&mut self, image: ImageId) -> Result<CameraImage, DeviceError> {
        self.0.image(image)
    }
}
