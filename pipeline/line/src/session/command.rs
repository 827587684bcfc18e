//! Commands handed in, and how they end.

use std::time::Duration;

use persoline_domain::identifiers::JobNumber;
use printer_driver::{
    Acceptance, BookletFate, Command, Completion, DeviceError, ErrorKind, FencingToken, IdempotencyKey, Operation,
};

use super::job::key_of;
use super::link::is_link_error;
use super::{Effect, Moment, Session, Step};

/// Longest wait before a command is tried again that the machine could not carry out. Each try stands in its journal.
pub(super) const RETRY_LONGEST: Duration = Duration::from_secs(30);

impl Session {
    pub(super) fn on_submitted(
        &mut self,
        key: IdempotencyKey,
        result: Result<Acceptance, DeviceError>,
        moment: Moment,
        effects: &mut Vec<Effect>,
    ) {
        let error = match result {
            Ok(_) => return self.scrutiny.accepted(key, self.start_count),
            Err(error) => error,
        };
        if is_link_error(error.kind) {
            return self.on_link_error(&error, moment, effects);
        }
        if let Err(lie) = self.scrutiny.sizes(error.check_limits()) {
            return self.fence_off(&lie, moment, effects);
        }
        let Some(number) = self.job_of_key(key) else { return self.start_later(key, error.kind, moment) };
        let picks = self.pending(number).is_some_and(|operation| matches!(operation, Operation::Pick { .. }));
        // Not accepted, so nothing has happened and the machine does not know the key: it stays good for later.
        if is_passing(error.kind) && !(picks && error.kind == ErrorKind::WrongState) {
            self.pause_job(number, moment);
        } else {
            self.on_completed(key, Err(error), moment, effects);
        }
    }

    pub(super) fn on_completed(
        &mut self,
        key: IdempotencyKey,
        result: Result<Completion, DeviceError>,
        moment: Moment,
        effects: &mut Vec<Effect>,
    ) {
        let Some(number) = self.job_of_key(key) else {
            if let Err(error) = result {
                self.start_later(key, error.kind, moment);
            }
            return;
        };
        let Some(job) = self.jobs.get_mut(&number) else { return };
        let Some(operation) = job.pending.as_ref().map(|command| &command.operation) else { return };
        if let Err(error) = &result
            && is_passing(error.kind)
            && error.fate == BookletFate::Untouched
        {
            // Before anything was picked the order need not wait for this machine; nor can a pick be asked for again of
            // which, after a crash, only the key is known.
            let picks = matches!(operation, Operation::Pick { .. });
            if !picks || (error.kind != ErrorKind::WrongState && job.step != Step::Recovering) {
                return self.try_anew(number, moment);
            }
        }
        let is_marked = match &result {
            Ok(_) => true,
            Err(error) => error.kind == ErrorKind::CameraFailed && error.fate != BookletFate::Untouched,
        };
        if matches!(operation, Operation::Personalise { .. }) && job.page.is_none() && is_marked {
            // Marked before a crash: what the page must show has to be made again before its picture can be judged.
            return self.reopen_page(number, moment, effects);
        }
        let Some(command) = job.pending.take() else { return };
        job.retry_at = None;
        match command.operation {
            Operation::Pick { .. } => self.on_picked(number, result, moment, effects),
            Operation::Exchange { .. } => self.on_answered(number, result, moment, effects),
            Operation::Encode { .. } => self.on_encoded(number, result, moment, effects),
            Operation::Personalise { .. } | Operation::Photograph { .. } => {
                self.on_personalised(number, result, moment, effects);
            }
            Operation::Deliver { stack, .. } => self.on_delivered(number, stack, result, moment, effects),
            Operation::Cancel { .. } => self.forget(number),
            _ => {}
        }
    }

    /// Hands in a command for a job, which then waits for it at `step`.
    pub(super) fn submit(
        &mut self,
        number: JobNumber,
        ordinal: u32,
        operation: Operation,
        step: Step,
        effects: &mut Vec<Effect>,
    ) {
        let token = FencingToken(self.fence.0);
        let Some(job) = self.jobs.get_mut(&number) else { return };
        if job.ordinal != ordinal {
            (job.ordinal, job.attempts) = (ordinal, 0);
        }
        let command = Command::new(key_of(number, ordinal, job.attempts), token, operation);
        job.step = step;
        job.retry_at = None;
        job.pending = Some(command.clone());
        self.hand_in(command, effects);
    }

    /// Every command passes here, so that what the machine tells of commands can be held against what was asked.
    pub(super) fn hand_in(&mut self, command: Command, effects: &mut Vec<Effect>) {
        self.scrutiny.asked(&command);
        effects.push(Effect::Submit(command));
    }

    /// Asks the journal what became of a command, of this session or of one before it.
    pub(super) fn ask_journal(&mut self, command: &Command, effects: &mut Vec<Effect>) {
        self.scrutiny.asked(command);
        effects.push(Effect::AskJournal(command.key));
    }

    /// The command that a job waits for is handed in again, as it is.
    pub(super) fn hand_in_again(&mut self, number: JobNumber, effects: &mut Vec<Effect>) {
        if let Some(command) = self.jobs.get(&number).and_then(|job| job.pending.clone()) {
            self.hand_in(command, effects);
        }
    }

    pub(super) fn pause_job(&mut self, number: JobNumber, moment: Moment) {
        if let Some(job) = self.jobs.get_mut(&number) {
            let wait = self.settings.retry_after * (1 << job.attempts.min(10));
            job.retry_at = Some(moment.at.after(wait.min(RETRY_LONGEST.max(self.settings.retry_after))));
        }
    }

    /// The machine may be able to do now what it could not: what waits to be tried again is tried at once.
    pub(super) fn wake(&mut self, moment: Moment) {
        for job in self.jobs.values_mut().filter(|job| job.pending.is_some() && job.retry_at.is_some()) {
            job.retry_at = Some(moment.at);
        }
    }

    /// A command ended without effect: it is handed in again later, under another key, for the old one stays ended.
    fn try_anew(&mut self, number: JobNumber, moment: Moment) {
        if let Some(job) = self.jobs.get_mut(&number) {
            job.attempts += 1;
            if let Some(command) = job.pending.as_mut() {
                command.key = key_of(number, job.ordinal, job.attempts);
            }
        }
        self.pause_job(number, moment);
    }

    pub(super) fn forget(&mut self, number: JobNumber) {
        self.jobs.remove(&number);
    }

    fn pending(&self, number: JobNumber) -> Option<&Operation> {
        Some(&self.jobs.get(&number)?.pending.as_ref()?.operation)
    }

    pub(super) fn job_of_key(&self, key: IdempotencyKey) -> Option<JobNumber> {
        let waits = |job: &&super::Job| job.pending.as_ref().is_some_and(|command| command.key == key);
        self.jobs.values().find(waits).map(|job| job.number)
    }
}

/// Whether an error passes by itself or with a person's hand at the machine, so that the same is tried again.
pub(super) fn is_passing(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::Busy | ErrorKind::WrongState | ErrorKind::StackFull)
}

/// What became of the booklet, for a command to mark or deliver it: one that the machine cannot find was taken out by
/// somebody, and whatever the error says, a person has to look for it.
pub(super) fn fate_of(error: &DeviceError) -> BookletFate {
    if error.kind == ErrorKind::NotFound { BookletFate::Unknown } else { error.fate }
}

/// An error kind as a code for the log.
pub(super) fn code_of(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::NotAttached => "not_attached",
        ErrorKind::Fenced => "fenced",
        ErrorKind::LinkLost => "link_lost",
        ErrorKind::Timeout => "timeout",
        ErrorKind::WrongState => "wrong_state",
        ErrorKind::Busy => "busy",
        ErrorKind::Unsupported => "unsupported",
        ErrorKind::Invalid => "invalid",
        ErrorKind::NotFound => "not_found",
        ErrorKind::CursorGone => "cursor_gone",
        ErrorKind::FeederEmpty => "feeder_empty",
        ErrorKind::StackFull => "stack_full",
        ErrorKind::Misfeed => "misfeed",
        ErrorKind::DoubleFeed => "double_feed",
        ErrorKind::WrongSerial => "wrong_serial",
        ErrorKind::ChipMute => "chip_mute",
        ErrorKind::MarkingFailed => "marking_failed",
        ErrorKind::CameraFailed => "camera_failed",
        ErrorKind::Jam => "jam",
        ErrorKind::PowerLost => "power_lost",
        _ => "machine_fault",
    }
}
