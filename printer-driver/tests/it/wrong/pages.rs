//! Drivers that are wrong about marking pages.

use std::time::Duration;

use printer_driver::{
    Acceptance, BookletFate, Command, Completion, Cursor, DeviceError, ErrorKind, EventBatch, EventBody, MachineDriver,
    Operation, ProgressStep,
};

use super::{Case, Right, Wrong, changed, result_of, wrong};

pub(super) const CASES: &[Case] = &[
    ("tells the serial that should be there", wrong::<TellsExpected>, "wrong serial expected"),
    ("marks whatever booklet lies there", wrong::<MarksAnything>, "wrong serial expected"),
    ("does not read the serial again", wrong::<ReadsOnce>, "wrong serial before the mark"),
    ("tells the serial that was loaded", wrong::<TellsLoaded>, "wrong serial at pick"),
    ("says untouched of a marked booklet", wrong::<Untouched>, "fates of booklets"),
    ("marks again when a picture is wanted", wrong::<MarksForPicture>, "pictures again"),
    ("accepts a layer that is no image", wrong::<AnyLayer>, "malformed commands"),
    ("does not tell that the serial was confirmed", wrong::<SilentSteps>, "one booklet's way"),
    ("gives up a marked booklet", wrong::<GivesUpMarked>, "cancelling a marked booklet"),
    ("cancels what it carries out", wrong::<BothWays>, "cancelling in a race"),
    ("tells as done what a stop broke off", wrong::<DoneAtStop>, "stop amid a booklet"),
];

#[derive(Default)]
struct TellsExpected(String);
impl Wrong for TellsExpected {
    fn submit(&mut self, right: &mut Right, command: &Command) -> Result<Acceptance, DeviceError> {
        if let Operation::Personalise { expected_serial, .. } = &command.operation {
            self.0.clone_from(expected_serial);
        }
        right.driver.submit(command)
    }
    fn events(&mut self, right: &mut Right, after: Cursor, wait: Duration) -> Result<EventBatch, DeviceError> {
        let batch = right.driver.events(after, wait)?;
        Ok(changed(batch, |event| {
            if let Some(Err(error)) = result_of(event)
                && error.kind == ErrorKind::WrongSerial
            {
                error.serial = Some(self.0.clone());
            }
        }))
    }
}

#[derive(Default)]
struct MarksAnything;
impl Wrong for MarksAnything {
    fn submit(&mut self, right: &mut Right, command: &Command) -> Result<Acceptance, DeviceError> {
        let mut command = command.clone();
        if let Operation::Personalise { job, expected_serial, .. } = &mut command.operation {
            right.booklet_of(job.0, |booklet| expected_serial.clone_from(&booklet.serial));
        }
        right.driver.submit(&command)
    }
}

#[derive(Default)]
struct ReadsOnce;
impl Wrong for ReadsOnce {
    fn submit(&mut self, right: &mut Right, command: &Command) -> Result<Acceptance, DeviceError> {
        right.machine(|machine| machine.misread = None);
        right.driver.submit(command)
    }
}

#[derive(Default)]
struct TellsLoaded(Option<String>);
impl Wrong for TellsLoaded {
    fn submit(&mut self, right: &mut Right, command: &Command) -> Result<Acceptance, DeviceError> {
        if matches!(command.operation, Operation::Pick { .. }) {
            self.0 = right.machine(|machine| machine.feeder.iter().map(|booklet| booklet.serial.clone()).min());
        }
        right.driver.submit(command)
    }
    fn events(&mut self, right: &mut Right, after: Cursor, wait: Duration) -> Result<EventBatch, DeviceError> {
        let batch = right.driver.events(after, wait)?;
        Ok(changed(batch, |event| {
            if let (Some(Ok(Completion::Picked { serial, .. })), Some(loaded)) = (result_of(event), &self.0) {
                serial.clone_from(loaded);
            }
        }))
    }
}

#[derive(Default)]
struct Untouched;
impl Wrong for Untouched {
    fn events(&mut self, right: &mut Right, after: Cursor, wait: Duration) -> Result<EventBatch, DeviceError> {
        let batch = right.driver.events(after, wait)?;
        Ok(changed(batch, |event| {
            if let Some(Err(error)) = result_of(event) {
                error.fate = BookletFate::Untouched;
            }
        }))
    }
}

#[derive(Default)]
struct MarksForPicture;
impl Wrong for MarksForPicture {
    fn submit(&mut self, right: &mut Right, command: &Command) -> Result<Acceptance, DeviceError> {
        if let Operation::Photograph { job } = &command.operation {
            right.booklet_of(job.0, |booklet| booklet.marks += u32::from(booklet.marks > 0));
        }
        right.driver.submit(command)
    }
}

#[derive(Default)]
struct AnyLayer;
impl Wrong for AnyLayer {
    fn submit(&mut self, right: &mut Right, command: &Command) -> Result<Acceptance, DeviceError> {
        let answer = right.driver.submit(command);
        match (&answer, &command.operation) {
            (Err(error), Operation::Personalise { job, .. }) if error.kind == ErrorKind::Invalid => {
                right.booklet_of(job.0, |booklet| booklet.marks += 1);
                right.machine(|machine| machine.tell_end(command.key.0, None, "OK PHOTO 1"));
                Ok(Acceptance::Accepted)
            }
            _ => answer,
        }
    }
}

#[derive(Default)]
struct SilentSteps;
impl Wrong for SilentSteps {
    fn events(&mut self, right: &mut Right, after: Cursor, wait: Duration) -> Result<EventBatch, DeviceError> {
        let batch = right.driver.events(after, wait)?;
        Ok(changed(batch, |event| {
            if let EventBody::Progress { step, .. } = &mut event.body {
                *step = ProgressStep::Captured;
            }
        }))
    }
}

#[derive(Default)]
struct GivesUpMarked;
impl Wrong for GivesUpMarked {
    fn submit(&mut self, right: &mut Right, command: &Command) -> Result<Acceptance, DeviceError> {
        if let Operation::Cancel { job } = &command.operation {
            right.machine(|machine| {
                machine.jobs.entry(job.0).and_modify(|job| job.touched = false);
            });
        }
        right.driver.submit(command)
    }
}

#[derive(Default)]
struct BothWays;
impl Wrong for BothWays {
    fn submit(&mut self, right: &mut Right, command: &Command) -> Result<Acceptance, DeviceError> {
        match right.driver.submit(command) {
            Err(error) if error.kind == ErrorKind::Busy && matches!(command.operation, Operation::Cancel { .. }) => {
                let entry = crate::acme::controller::Entry {
                    words: String::new(),
                    job: None,
                    end: Some("OK GIVENUP".to_owned()),
                    lost: false,
                };
                right.machine(|machine| {
                    machine.journal.insert(command.key.0, entry);
                    machine.tell_end(command.key.0, None, "OK GIVENUP");
                });
                Ok(Acceptance::Accepted)
            }
            answer => answer,
        }
    }
}

#[derive(Default)]
struct DoneAtStop;
impl Wrong for DoneAtStop {
    fn events(&mut self, right: &mut Right, after: Cursor, wait: Duration) -> Result<EventBatch, DeviceError> {
        let batch = right.driver.events(after, wait)?;
        Ok(changed(batch, |event| {
            if let Some(result) = result_of(event)
                && matches!(result, Err(error) if error.detail == "it broke off")
            {
                *result = Ok(Completion::Personalised { image: printer_driver::ImageId(1) });
            }
        }))
    }
}
