//! Drivers that take orders which they must refuse, or refuse none.

use std::time::Duration;

use printer_driver::{
    Acceptance, CameraImage, Command, Cursor, DeviceError, ErrorKind, EventBatch, ImageId, JobId, MachineDriver,
    Operation,
};

use super::{Case, Right, Wrong, changed, result_of, wrong};

pub(super) const CASES: &[Case] = &[
    ("accepts more than it can take", wrong::<NeverFull>, "full queue"),
    ("accepts picks after an abort", wrong::<PicksAlways>, "abort amid a booklet"),
    ("accepts picks when it is stopped", wrong::<PicksAlways>, "stop amid a booklet"),
    ("accepts picks when it is held", wrong::<PicksAlways>, "hold amid a booklet"),
    ("accepts picks when it is suspended", wrong::<PicksAlways>, "suspend amid a booklet"),
    ("ends commands about jobs it never had", wrong::<AnyJob>, "unknown jobs"),
    ("gives a used job to another booklet", wrong::<JobsAgain>, "used jobs"),
    ("takes a package for its coupler", wrong::<AnyPackage>, "encoding the chip"),
    ("leaves out the number it was told", wrong::<NoNumber>, "numbers"),
    ("cuts what is too large", wrong::<Cuts>, "oversized commands"),
    ("obeys the host while people command", wrong::<KeyIgnored>, "key on the panel"),
    ("gives any picture", wrong::<AnyPicture>, "pictures"),
    ("tells an empty feeder as a misfeed", wrong::<EmptyIsMisfeed>, "empty feeder"),
];

#[derive(Default)]
struct NeverFull;
impl Wrong for NeverFull {
    fn submit(&mut self, right: &mut Right, command: &Command) -> Result<Acceptance, DeviceError> {
        match right.driver.submit(command) {
            Err(error) if error.kind == ErrorKind::Busy => Ok(Acceptance::Accepted),
            answer => answer,
        }
    }
}

#[derive(Default)]
struct PicksAlways;
impl Wrong for PicksAlways {
    fn submit(&mut self, right: &mut Right, command: &Command) -> Result<Acceptance, DeviceError> {
        let picks = matches!(command.operation, Operation::Pick { .. });
        match right.driver.submit(command) {
            Err(error) if picks && error.kind == ErrorKind::WrongState => Ok(Acceptance::Accepted),
            answer => answer,
        }
    }
}

#[derive(Default)]
struct AnyJob;
impl Wrong for AnyJob {
    fn submit(&mut self, right: &mut Right, command: &Command) -> Result<Acceptance, DeviceError> {
        match right.driver.submit(command) {
            Err(error) if error.kind == ErrorKind::NotFound => {
                let key = command.key.0;
                right.machine(|machine| machine.tell_end(key, None, "OK OUT good"));
                Ok(Acceptance::Accepted)
            }
            answer => answer,
        }
    }
}

#[derive(Default)]
struct JobsAgain;
impl Wrong for JobsAgain {
    fn submit(&mut self, right: &mut Right, command: &Command) -> Result<Acceptance, DeviceError> {
        let mut command = command.clone();
        if let Operation::Pick { job, .. } = &mut command.operation
            && right.machine(|machine| machine.jobs.contains_key(&job.0))
        {
            *job = JobId(job.0 + (1 << 50));
        }
        right.driver.submit(&command)
    }
}

#[derive(Default)]
struct AnyPackage;
impl Wrong for AnyPackage {
    fn submit(&mut self, right: &mut Right, command: &Command) -> Result<Acceptance, DeviceError> {
        if matches!(command.operation, Operation::Encode { .. }) {
            right.machine(|machine| machine.tell_end(command.key.0, None, "OK DONE"));
            return Ok(Acceptance::Accepted);
        }
        right.driver.submit(command)
    }
}

#[derive(Default)]
struct NoNumber;
impl Wrong for NoNumber {
    fn submit(&mut self, right: &mut Right, command: &Command) -> Result<Acceptance, DeviceError> {
        let mut command = command.clone();
        if let Operation::Personalise { number, .. } = &mut command.operation {
            *number = None;
        }
        right.driver.submit(&command)
    }
}

#[derive(Default)]
struct Cuts;
impl Wrong for Cuts {
    fn submit(&mut self, right: &mut Right, command: &Command) -> Result<Acceptance, DeviceError> {
        let mut command = command.clone();
        match &mut command.operation {
            Operation::Exchange { script, .. } => script.commands.iter_mut().for_each(|apdu| apdu.truncate(200)),
            Operation::Personalise { layers, .. } => layers.truncate(1),
            _ => {}
        }
        right.driver.submit(&command)
    }
}

#[derive(Default)]
struct KeyIgnored;
impl Wrong for KeyIgnored {
    fn submit(&mut self, right: &mut Right, command: &Command) -> Result<Acceptance, DeviceError> {
        let before = right.machine(|machine| std::mem::replace(&mut machine.control, "remote"));
        let answer = right.driver.submit(command);
        right.machine(|machine| machine.control = before);
        answer
    }
}

#[derive(Default)]
struct AnyPicture;
impl Wrong for AnyPicture {
    fn image(&mut self, _: &mut Right, _: ImageId) -> Result<CameraImage, DeviceError> {
        Ok(CameraImage::new(1, 1, 300, vec![255]))
    }
}

#[derive(Default)]
struct EmptyIsMisfeed;
impl Wrong for EmptyIsMisfeed {
    fn events(&mut self, right: &mut Right, after: Cursor, wait: Duration) -> Result<EventBatch, DeviceError> {
        let batch = right.driver.events(after, wait)?;
        Ok(changed(batch, |event| {
            if let Some(Err(error)) = result_of(event)
                && error.kind == ErrorKind::FeederEmpty
            {
                error.kind = ErrorKind::Misfeed;
            }
        }))
    }
}
