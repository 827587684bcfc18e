//! How jobs end.

use persoline_domain::deed::Deed;
use persoline_domain::identifiers::JobNumber;
use persoline_domain::job::JobPhase;
use printer_driver::{BookletFate, Completion, DeviceError, ErrorKind, Operation, Stack};

use super::command::{code_of, fate_of};
use super::{Effect, Moment, Session, Step};

/// Why a job ends that says nothing against the machine.
const NOT_THE_MACHINE: [&str; 3] = ["stopped_before_lock", KEYS_REFUSED, "internal_fault"];
/// Why a job ends whose chip does not have the keys that the signer derives for it.
const KEYS_REFUSED: &str = "chip_keys";

impl Session {
    /// Ends a job whose booklet is bound, by what became of the booklet.
    ///
    /// A serial is bound at most once, so even an untouched booklet is written off here.
    pub(super) fn fail(
        &mut self,
        number: JobNumber,
        fate: BookletFate,
        code: &str,
        moment: Moment,
        effects: &mut Vec<Effect>,
    ) {
        let Some(job) = self.jobs.get_mut(&number) else { return };
        let order = job.order;
        job.conversation = None;
        job.package = None;
        job.pending = None;
        job.layers = Vec::new();
        job.rejects_after = true;
        if code == KEYS_REFUSED {
            self.note_keys_refused(moment, effects);
        }
        if !NOT_THE_MACHINE.contains(&code) {
            self.note_spoiled(order, moment, effects);
        }
        let reason = code.to_owned();
        let deed = match fate {
            BookletFate::Unknown => Deed::Doubtful { job: number, reason },
            BookletFate::Spoiled | BookletFate::Untouched => Deed::Spoiled { job: number, reason },
        };
        self.commit(number, vec![deed], Step::Failing, moment, effects);
    }

    /// After the store knows that a job ended without a document: the booklet, if one was picked, leaves the machine.
    pub(super) fn after_failure(&mut self, number: JobNumber, effects: &mut Vec<Effect>) {
        if self.jobs.get(&number).is_some_and(|job| job.rejects_after) {
            self.reject(number, effects);
        } else {
            self.forget(number);
        }
    }

    /// The document is good and in the books.
    pub(super) fn on_finished(&mut self, number: JobNumber) {
        self.note_good();
        self.forget(number);
    }

    pub(super) fn on_delivered(
        &mut self,
        number: JobNumber,
        stack: Stack,
        result: Result<Completion, DeviceError>,
        moment: Moment,
        effects: &mut Vec<Effect>,
    ) {
        match (stack, result) {
            (Stack::Good, Ok(_)) => {
                let deed = Deed::Finished { job: number, on: moment.today };
                self.commit(number, vec![deed], Step::Finishing, moment, effects);
            }
            (Stack::Good, Err(error)) => self.fail(number, fate_of(&error), code_of(error.kind), moment, effects),
            (Stack::Reject, Err(error)) if error.kind == ErrorKind::PowerLost => self.reject_again(number, effects),
            // The store has written the booklet off; where it lies is the machine's alarm.
            (Stack::Reject, _) => self.forget(number),
        }
    }

    /// Tries a step again that had to wait.
    pub(super) fn retry(&mut self, number: JobNumber, moment: Moment, effects: &mut Vec<Effect>) {
        let Some(job) = self.jobs.get_mut(&number) else { return };
        job.retry_at = None;
        if let Some(command) = &job.pending {
            match &command.operation {
                Operation::Personalise { layers, .. } if layers.is_empty() => self.reopen_page(number, moment, effects),
                Operation::Pick { .. } if job.step != Step::Recovering => self.check_before_pick(number, effects),
                _ => self.hand_in_again(number, effects),
            }
            return;
        }
        match (job.step, job.phase, job.serial.clone()) {
            // No number could be given: the booklet that waits is bound now, perhaps.
            (Step::Pausing, JobPhase::Dispatched, Some(serial)) => {
                job.step = Step::BindCheck;
                effects.push(Effect::AskBooklet { job: number, serial });
            }
            (Step::Pausing, _, _) => self.prepare(number, moment, effects),
            (Step::Recovering, _, _) => self.take_up(number, moment, effects),
            _ => {}
        }
    }
}
