//! The device's side: booklets taken, chips spoken to, pages pictured, booklets put out.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use crossbeam_channel::Receiver;
use mock_devices::chip::EmulatedChip;
use mock_devices::machine::Coupler;
use printer_driver::{
    ApduScript, Command, Completion, DeviceError, ErrorKind, EventBody, FeederId, ImageId, JobId, Layer, Operation,
    Stack, StationId,
};

use super::told::{Ended, Told};
use super::{Booklet, Output, camera};

/// The status word of success (ISO/IEC 7816-4, 5.6).
const SUCCESS: [u8; 2] = [0x90, 0x00];

/// Booklets and what is done with them.
pub(super) struct Device {
    feeders: BTreeMap<FeederId, VecDeque<Booklet>>,
    inside: BTreeMap<JobId, Booklet>,
    camera: camera::Camera,
    last_image: u64,
    told: Arc<Told>,
    output: Arc<Output>,
}

impl Device {
    pub(super) fn new(feeders: BTreeMap<FeederId, VecDeque<Booklet>>, told: Arc<Told>, output: Arc<Output>) -> Self {
        let camera = camera::Camera::default();
        Device { feeders, inside: BTreeMap::new(), camera, last_image: 0, told, output }
    }

    /// Carries commands out, one after the other, until the host is gone.
    pub(super) fn run(mut self, commands: &Receiver<Command>) {
        for Command { key, operation, .. } in commands {
            let job = operation.job();
            let (before, result) = match operation {
                Operation::Pick { job, feeder, .. } => self.pick(job, feeder),
                Operation::Exchange { job, script } => (None, self.exchange(job, &script)),
                Operation::Personalise { job, expected_serial, layers, .. } => {
                    (None, self.personalise(job, &expected_serial, &layers))
                }
                Operation::Deliver { job, stack } => (None, self.deliver(job, stack)),
                Operation::Cancel { job } => (None, self.deliver(job, Stack::Reject).map(|_| Completion::Cancelled)),
                _ => (None, Ok(Completion::Done)),
            };
            self.told.end(key, job, before, result);
        }
    }

    fn pick(&mut self, job: JobId, feeder: FeederId) -> (Option<EventBody>, Ended) {
        let Some(mut booklet) = self.feeders.get_mut(&feeder).and_then(VecDeque::pop_front) else {
            return (None, Err(DeviceError::untouched(ErrorKind::FeederEmpty, "no booklet is left")));
        };
        let announced = self.told.picked(feeder);
        booklet.chip.reset();
        let Some(chip) = Coupler::identity(&mut booklet.chip) else {
            return (announced, Err(DeviceError::untouched(ErrorKind::ChipMute, "the chip does not answer")));
        };
        let serial = booklet.serial.clone();
        self.inside.insert(job, booklet);
        (announced, Ok(Completion::Picked { serial, chip, station: StationId(1) }))
    }

    fn exchange(&mut self, job: JobId, script: &ApduScript) -> Ended {
        let booklet = self.inside.get_mut(&job).ok_or_else(unknown_job)?;
        Ok(Completion::Answered { answers: transmit(&mut booklet.chip, script) })
    }

    fn personalise(&mut self, job: JobId, expected_serial: &str, layers: &[Layer]) -> Ended {
        let booklet = self.inside.get(&job).ok_or_else(unknown_job)?;
        if booklet.serial != expected_serial {
            return Err(DeviceError::untouched(ErrorKind::WrongSerial, "another serial was expected"));
        }
        let picture = self.camera.picture(layers);
        let picture = picture.map_err(|what| DeviceError::untouched(ErrorKind::Invalid, what))?;
        self.last_image += 1;
        let image = ImageId(self.last_image);
        self.told.keep_image(image, picture);
        Ok(Completion::Personalised { image })
    }

    fn deliver(&mut self, job: JobId, stack: Stack) -> Ended {
        self.inside.remove(&job).ok_or_else(unknown_job)?;
        self.output.count(stack);
        Ok(Completion::Delivered { stack })
    }
}

fn transmit(chip: &mut EmulatedChip, script: &ApduScript) -> Vec<Vec<u8>> {
    if script.reset_first {
        chip.reset();
    }
    let mut answers = Vec::with_capacity(script.commands.len());
    for command in &script.commands {
        let answer = chip.transmit(command);
        let status = answer.last_chunk::<2>().copied();
        answers.push(answer);
        let accepted = status.is_some_and(|word| word == SUCCESS || script.accept.contains(&u16::from_be_bytes(word)));
        if !accepted {
            break;
        }
    }
    answers
}

fn unknown_job() -> DeviceError {
    DeviceError::untouched(ErrorKind::NotFound, "no booklet of this job is in the machine")
}
