//! Drivers that hide what happened.

use std::collections::BTreeMap;

use benches::simulation::Ports;
use persoline_domain::identifiers::MachineName;
use printer_driver::{
    Acceptance, BookletFate, Command, Completion, Cursor, DeviceError, Event, EventBatch, EventBody, IdempotencyKey,
    JobId, JournalEntry, MachineDriver, Operation, ProgressStep, Stack,
};

use super::driver::{DriverLayer, Wrapped};
use super::found;

/// Says of everything that nobody knows that it did not happen.
struct Guesses;

impl DriverLayer for Guesses {
    fn events(&mut self, beneath: &mut dyn MachineDriver, after: Cursor) -> Result<EventBatch, DeviceError> {
        let mut batch = beneath.events(after, std::time::Duration::ZERO)?;
        for event in &mut batch.events {
            if let EventBody::Completed { result: Err(error), .. } = &mut event.body {
                error.fate = guessed(error.fate);
            }
        }
        Ok(batch)
    }
    fn journal(&mut self, beneath: &mut dyn MachineDriver, key: IdempotencyKey) -> Result<JournalEntry, DeviceError> {
        Ok(match beneath.journal(key)? {
            JournalEntry::Unknown => JournalEntry::NotReceived,
            JournalEntry::Ended(Err(mut error)) => {
                error.fate = guessed(error.fate);
                JournalEntry::Ended(Err(error))
            }
            known => known,
        })
    }
}

fn guessed(fate: BookletFate) -> BookletFate {
    if fate == BookletFate::Unknown { BookletFate::Untouched } else { fate }
}

/// Keeps to itself that a page was engraved a second time.
#[derive(Default)]
struct HidesReprints(BTreeMap<JobId, u32>);

impl DriverLayer for HidesReprints {
    fn events(&mut self, beneath: &mut dyn MachineDriver, after: Cursor) -> Result<EventBatch, DeviceError> {
        let mut batch = beneath.events(after, std::time::Duration::ZERO)?;
        for event in batch.events.iter_mut().filter(|event| event.cursor > after) {
            self.hide(event);
        }
        Ok(batch)
    }
}

impl HidesReprints {
    fn hide(&mut self, event: &mut Event) {
        if let EventBody::Progress { job, step: step @ ProgressStep::Engraved } = &mut event.body {
            let count = self.0.entry(*job).or_default();
            *count += 1;
            if *count > 1 {
                *step = ProgressStep::SerialConfirmed;
            }
        }
    }
}

/// Now and then does not put a document out and says it did.
#[derive(Default)]
struct KeepsDocuments {
    asked: u64,
    kept: Vec<(IdempotencyKey, JobId)>,
}

impl DriverLayer for KeepsDocuments {
    fn submit(&mut self, beneath: &mut dyn MachineDriver, command: &Command) -> Result<Acceptance, DeviceError> {
        if let Operation::Deliver { job, stack: Stack::Good } = &command.operation {
            self.asked += 1;
            if self.asked.is_multiple_of(4) {
                self.kept.push((command.key, *job));
                return Ok(Acceptance::Accepted);
            }
        }
        beneath.submit(command)
    }
    fn journal(&mut self, beneath: &mut dyn MachineDriver, key: IdempotencyKey) -> Result<JournalEntry, DeviceError> {
        if self.kept.iter().any(|(known, _)| *known == key) {
            return Ok(JournalEntry::Ended(Ok(Completion::Delivered { stack: Stack::Good })));
        }
        beneath.journal(key)
    }
    fn events(&mut self, beneath: &mut dyn MachineDriver, after: Cursor) -> Result<EventBatch, DeviceError> {
        let mut batch = beneath.events(after, std::time::Duration::ZERO)?;
        // Told in the place of news that do not matter.
        for event in batch.events.iter_mut().filter(|event| event.cursor > after) {
            let is_idle = matches!(event.body, EventBody::StackChanged(_) | EventBody::Progress { .. });
            if is_idle && let Some((key, job)) = self.kept.pop() {
                let result = Ok(Completion::Delivered { stack: Stack::Good });
                event.body = EventBody::Completed { key, job: Some(job), result };
            }
        }
        Ok(batch)
    }
}

struct Drivers(fn(Box<dyn MachineDriver>) -> Box<dyn MachineDriver>);

impl Ports for Drivers {
    fn driver(&self, _: &MachineName, driver: Box<dyn MachineDriver>) -> Box<dyn MachineDriver> {
        (self.0)(driver)
    }
}

#[test]
fn a_driver_that_guesses_is_found() {
    found("says untouched of what nobody knows", &Drivers(|driver| Box::new(Wrapped(Guesses, driver))), &["6", "1"]);
}

#[test]
fn a_page_marked_twice_unheard_is_found() {
    let ports = Drivers(|driver| Box::new(Wrapped(HidesReprints::default(), driver)));
    found("hides that a page was marked twice", &ports, &["1", "6"]);
}

#[test]
fn a_document_that_never_came_out_is_found() {
    let ports = Drivers(|driver| Box::new(Wrapped(KeepsDocuments::default(), driver)));
    found("says delivered of what stays inside", &ports, &["1", "6", "2"]);
}
