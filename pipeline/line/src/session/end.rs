//! How jobs end.

use persoline_domain::deed::Deed;
use persoline_domain::identifiers::JobNumber;
use printer_driver::{BookletFate, Completion, DeviceError, ErrorKind, Operation, Stack};

use super::{Effect, Moment, Session, Step, code_of, fate_of};

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
        job.conversation = None;
        job.pending = None;
        job.layers = Vec::new();
        job.rejects_after = true;
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
        if let Some(command) = job.pending.clone() {
            if matches!(&command.operation, Operation::Personalise { layers, .. } if layers.is_empty()) {
                return self.reopen_page(number, moment, effects);
            }
            effects.push(Effect::Submit(command));
            return;
        }
        match job.step {
            Step::Pausing => self.prepare(number, moment, effects),
            Step::Recovering => self.take_up(number, moment, effects),
            _ => {}
        }
    }
}
