//! A driver's duty towards its host over a link that disturbs events.

use std::time::Duration;

use printer_driver::{
    Acceptance, Attached, CameraImage, Command, Cursor, Description, DeviceError, EventBatch, FencingToken,
    IdempotencyKey, ImageId, JournalEntry, MachineDriver, Snapshot,
};

/// Tells events in the order of their cursors, none twice, and none before one that is missing: what was left out is read
/// again with the next call.
pub struct Straight<D> {
    inner: D,
}

impl<D: MachineDriver> Straight<D> {
    /// Puts right what this driver tells.
    pub fn new(inner: D) -> Self {
        Straight { inner }
    }

    /// The driver whose events are put right.
    pub fn inner_mut(&mut self) -> &mut D {
        &mut self.inner
    }
}

impl<D: MachineDriver> MachineDriver for Straight<D> {
    fn describe(&mut self) -> Result<Description, DeviceError> {
        self.inner.describe()
    }
    fn attach(&mut self, token: FencingToken) -> Result<Attached, DeviceError> {
        self.inner.attach(token)
    }
    fn submit(&mut self, command: &Command) -> Result<Acceptance, DeviceError> {
        self.inner.submit(command)
    }
    fn events(&mut self, after: Cursor, wait: Duration) -> Result<EventBatch, DeviceError> {
        let mut events = self.inner.events(after, wait)?.events;
        events.retain(|event| event.cursor > after);
        events.sort_by_key(|event| event.cursor);
        events.dedup_by_key(|event| event.cursor);
        let whole = events.iter().zip(after.0.saturating_add(1)..).take_while(|(event, next)| event.cursor.0 == *next);
        let whole = whole.count();
        events.truncate(whole);
        Ok(EventBatch::new(events))
    }
    fn snapshot(&mut self) -> Result<Snapshot, DeviceError> {
        self.inner.snapshot()
    }
    fn journal(&mut self, key: IdempotencyKey) -> Result<JournalEntry, DeviceError> {
        self.inner.journal(key)
    }
    fn image(&mut self, image: ImageId) -> Result<CameraImage, DeviceError> {
        self.inner.image(image)
    }
}
