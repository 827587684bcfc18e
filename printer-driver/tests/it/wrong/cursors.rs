//! Drivers that are wrong about events and their order.

use std::time::Duration;

use printer_driver::{Attached, Cursor, DeviceError, ErrorKind, EventBatch, FencingToken, MachineDriver};

use super::{Case, Right, Wrong, changed, wrong};
use crate::acme::driver;

pub(super) const CASES: &[Case] = &[
    ("leaves gaps between cursors", wrong::<Gaps>, "consecutive cursors"),
    ("replays from where it was", wrong::<OwnPlace>, "replay from a cursor"),
    ("answers a cursor it never reached", wrong::<NeverGone>, "cursors that are gone"),
    ("drops events that nobody read", wrong::<Drops>, "unread events"),
    ("hands events on as they come", wrong::<AsTheyCome>, "disturbed events"),
    ("waits longer than it was asked to", wrong::<Sleepy>, "calls that return in time"),
];

#[derive(Default)]
struct Gaps;
impl Wrong for Gaps {
    fn attach(&mut self, right: &mut Right, token: FencingToken) -> Result<Attached, DeviceError> {
        let mut attached = right.driver.attach(token)?;
        attached.newest.0 *= 2;
        Ok(attached)
    }
    fn events(&mut self, right: &mut Right, after: Cursor, wait: Duration) -> Result<EventBatch, DeviceError> {
        let batch = right.driver.events(Cursor(after.0 / 2), wait)?;
        Ok(changed(batch, |event| event.cursor.0 *= 2))
    }
}

#[derive(Default)]
struct OwnPlace(u64);
impl Wrong for OwnPlace {
    fn events(&mut self, right: &mut Right, after: Cursor, wait: Duration) -> Result<EventBatch, DeviceError> {
        let batch = right.driver.events(Cursor(after.0.max(self.0)), wait)?;
        self.0 = batch.events.last().map_or(self.0, |event| event.cursor.0);
        Ok(batch)
    }
}

#[derive(Default)]
struct NeverGone;
impl Wrong for NeverGone {
    fn events(&mut self, right: &mut Right, after: Cursor, wait: Duration) -> Result<EventBatch, DeviceError> {
        match right.driver.events(after, wait) {
            Err(error) if error.kind == ErrorKind::CursorGone => Ok(EventBatch::default()),
            answer => answer,
        }
    }
}

#[derive(Default)]
struct Drops;
impl Wrong for Drops {
    fn events(&mut self, right: &mut Right, after: Cursor, wait: Duration) -> Result<EventBatch, DeviceError> {
        let newest = right.machine(|machine| machine.newest());
        if newest.saturating_sub(after.0) > 12 {
            return Err(DeviceError::untouched(ErrorKind::CursorGone, "twelve events are kept"));
        }
        right.driver.events(after, wait)
    }
}

#[derive(Default)]
struct AsTheyCome;
impl Wrong for AsTheyCome {
    fn events(&mut self, right: &mut Right, after: Cursor, wait: Duration) -> Result<EventBatch, DeviceError> {
        right.driver.events(after, wait)?;
        let lines = right.wire.ask(&format!("EVENTS {}", after.0)).unwrap_or_default();
        Ok(EventBatch::new(lines.lines().filter_map(driver::event).collect()))
    }
}

#[derive(Default)]
struct Sleepy;
impl Wrong for Sleepy {
    fn events(&mut self, right: &mut Right, after: Cursor, wait: Duration) -> Result<EventBatch, DeviceError> {
        let batch = right.driver.events(after, wait)?;
        if batch.events.is_empty() {
            right.wire.wait(Duration::from_secs(1));
        }
        Ok(batch)
    }
}
