//! From a locked chip to a verified page.

use persoline_domain::deed::Deed;
use persoline_domain::identifiers::JobNumber;
use persoline_stage::workshop::{Blame, Trouble};
use printer_driver::{
    BookletFate, CameraImage, Completion, DeviceError, ErrorKind, JobId, Numbering, Operation, Stack,
};

use super::command::{code_of, fate_of};
use super::job::ordinal;
use super::link::is_link_error;
use super::{Effect, Moment, Session, Step};

impl Session {
    /// Asks the machine to mark the page.
    pub(super) fn mark(&mut self, number: JobNumber, effects: &mut Vec<Effect>) {
        let is_engraved = self.numbering() == Some(Numbering::Engraved);
        let Some(job) = self.jobs.get_mut(&number) else { return };
        let Some(serial) = &job.serial else { return };
        let operation = Operation::Personalise {
            job: JobId(number.0),
            expected_serial: serial.0.clone(),
            number: is_engraved.then(|| job.number_given.as_ref().map(|number| number.0.clone())).flatten(),
            layers: std::mem::take(&mut job.layers),
        };
        self.submit(number, ordinal::PERSONALISE, operation, Step::Marking, effects);
    }

    pub(super) fn on_personalised(
        &mut self,
        number: JobNumber,
        result: Result<Completion, DeviceError>,
        moment: Moment,
        effects: &mut Vec<Effect>,
    ) {
        match result {
            Ok(Completion::Personalised { image }) => {
                if let Some(job) = self.jobs.get_mut(&number) {
                    job.step = Step::Fetching;
                    effects.push(Effect::FetchImage { job: number, image });
                }
            }
            Ok(_) => self.fail(number, BookletFate::Unknown, "odd_answer", moment, effects),
            // The page is marked, and the camera gave no picture of it: it is asked for another.
            Err(error) if error.kind == ErrorKind::CameraFailed && error.fate != BookletFate::Untouched => {
                if !self.photograph(number, effects) {
                    self.fail(number, fate_of(&error), code_of(error.kind), moment, effects);
                }
            }
            Err(error) => self.fail(number, fate_of(&error), code_of(error.kind), moment, effects),
        }
    }

    /// Asks for another picture of a marked page; `false` when enough were taken.
    fn photograph(&mut self, number: JobNumber, effects: &mut Vec<Effect>) -> bool {
        let most = self.settings.photographs;
        let Some(job) = self.jobs.get_mut(&number).filter(|job| job.photographs < most) else { return false };
        job.photographs += 1;
        let ordinal = ordinal::PHOTOGRAPH + (job.photographs & 0xFF);
        self.submit(number, ordinal, Operation::Photograph { job: JobId(number.0) }, Step::Photographing, effects);
        true
    }

    pub(super) fn on_image(
        &mut self,
        number: JobNumber,
        result: Result<CameraImage, DeviceError>,
        moment: Moment,
        effects: &mut Vec<Effect>,
    ) {
        if let Ok(image) = &result
            && let Err(lie) = self.scrutiny.sizes(image.check_limits())
        {
            return self.fence_off(&lie, moment, effects);
        }
        let Some(job) = self.jobs.get_mut(&number).filter(|job| job.step == Step::Fetching) else { return };
        match result {
            Ok(image) => {
                let Some(expected) = job.page.clone() else { return };
                job.step = Step::Verifying;
                effects.push(Effect::VerifyPage { job: number, expected, image });
            }
            Err(error) if is_link_error(error.kind) => {
                // The journal still knows the completion and with it the picture's name.
                job.step = Step::Recovering;
                self.on_link_error(&error, moment, effects);
            }
            // A marked page that nobody has seen is for a person to look at.
            Err(error) => self.fail(number, BookletFate::Unknown, code_of(error.kind), moment, effects),
        }
    }

    pub(super) fn on_page_verified(
        &mut self,
        number: JobNumber,
        result: Result<(), Trouble>,
        moment: Moment,
        effects: &mut Vec<Effect>,
    ) {
        let Some(job) = self.jobs.get(&number).filter(|job| job.step == Step::Verifying) else { return };
        match result {
            // What was told before is still being read: the page is looked at once more when all is known.
            Ok(()) if self.look_back_to.is_some() => {
                let at = moment.at.after(self.settings.retry_after);
                if let Some(job) = self.jobs.get_mut(&number) {
                    (job.step, job.retry_at) = (Step::Recovering, Some(at));
                }
            }
            // A machine that marked the page again by itself has done what nobody asked for, however it looks.
            Ok(()) if job.engraved > 1 => self.fail(number, BookletFate::Unknown, "marked_again", moment, effects),
            Ok(()) => self.commit(number, vec![Deed::Verified { job: number }], Step::Passing, moment, effects),
            Err(trouble) if trouble.blame == Blame::Centre => {
                // The page is marked and stays so: later its picture is fetched and looked at once more.
                self.report_trouble(number, &trouble, moment, effects);
                let at = moment.at.after(self.settings.reconnect_after);
                if let Some(job) = self.jobs.get_mut(&number) {
                    job.step = Step::Recovering;
                    job.retry_at = Some(at);
                }
            }
            // A page that is right can be misread; a page that is wrong stays wrong.
            Err(trouble) if trouble.blame == Blame::Booklet && self.photograph(number, effects) => {}
            Err(trouble) => self.on_trouble(number, &trouble, moment, effects),
        }
    }

    pub(super) fn deliver_good(&mut self, number: JobNumber, effects: &mut Vec<Effect>) {
        let operation = Operation::Deliver { job: JobId(number.0), stack: Stack::Good };
        self.submit(number, ordinal::DELIVER_GOOD, operation, Step::Delivering, effects);
    }
}
