//! Drivers that tell ends which they must not tell.

use std::time::Duration;

use printer_driver::{Acceptance, Command, Cursor, DeviceError, EventBatch, EventBody, MachineDriver};

use super::{Case, Right, Wrong, wrong};

pub(super) const CASES: &[Case] = &[
    ("tells each end twice", wrong::<Twice>, "told ends"),
    ("tells an end before it has accepted", wrong::<BeforeAccepting>, "told ends"),
];

#[derive(Default)]
struct Twice(Vec<u128>);
impl Wrong for Twice {
    fn events(&mut self, right: &mut Right, after: Cursor, wait: Duration) -> Result<EventBatch, DeviceError> {
        let batch = right.driver.events(after, wait)?;
        for event in &batch.events {
            if let EventBody::Completed { key, .. } = &event.body
                && !self.0.contains(&key.0)
            {
                self.0.push(key.0);
                right.machine(|machine| {
                    let end = machine.journal.get(&key.0).and_then(|entry| entry.end.clone());
                    machine.tell_end(key.0, None, &end.unwrap_or_default());
                });
            }
        }
        Ok(batch)
    }
}

#[derive(Default)]
struct BeforeAccepting;
impl Wrong for BeforeAccepting {
    fn submit(&mut self, right: &mut Right, command: &Command) -> Result<Acceptance, DeviceError> {
        right.machine(|machine| machine.tell_end(command.key.0, None, "OK DONE"));
        right.driver.submit(command)
    }
}
