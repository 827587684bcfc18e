//! From a waiting order to a bound booklet.

use persoline_dispatch::Decision;
use persoline_domain::deed::{Act, Deed, HoldReason};
use persoline_domain::identifiers::{Actor, BookletSerial, JobNumber};
use persoline_domain::store::{Refusal, StoreError, WaitingOrder};
use persoline_stage::workshop::TicketTask;
use printer_driver::{
    BookletFate, ChipIdentity, Completion, DeviceError, ErrorKind, FeederId, Format, JobId, Operation, Stack,
};

use super::{Effect, Job, Moment, RETRY_LONGEST, Session, Step, code_of, ordinal};

/// Longest serial that is taken from a machine, in bytes; more is a misreading.
const SERIAL_BYTES: usize = 32;

impl Session {
    pub(super) fn on_waiting(
        &mut self,
        result: Result<Vec<WaitingOrder>, StoreError>,
        moment: Moment,
        effects: &mut Vec<Effect>,
    ) {
        self.listing = false;
        let waiting = match result {
            Ok(waiting) => waiting,
            Err(error) => return self.halt(error.to_string(), effects),
        };
        // What this session is dispatching already may still look waiting to the reader.
        let waiting: Vec<WaitingOrder> =
            waiting.into_iter().filter(|order| !self.jobs.values().any(|job| job.order == order.order)).collect();
        let decisions = persoline_dispatch::decide(&self.place(), &waiting, self.settings.dispatch);
        if decisions.is_empty() {
            self.list_again_at = moment.at.after(self.settings.retry_after);
        }
        for decision in decisions {
            match decision {
                Decision::Hold { order } => {
                    let deed = Deed::OrderHeld { order, reason: HoldReason::TooManyRemakes };
                    effects.push(Effect::Report(Act { at: moment.at, actor: Actor::Line, fence: None, deed }));
                    self.list_again_at = moment.at.after(self.settings.retry_after);
                }
                Decision::Dispatch { order, feeder } => {
                    if let Some(order) = waiting.iter().find(|candidate| candidate.order == order) {
                        self.dispatch(order, feeder, moment, effects);
                    }
                }
            }
        }
    }

    fn dispatch(&mut self, order: &WaitingOrder, feeder: u16, moment: Moment, effects: &mut Vec<Effect>) {
        let number = JobNumber(self.next_job);
        self.next_job += self.job_stride;
        let job = Job {
            number,
            order: order.order,
            application: order.application.clone(),
            document: order.document,
            step: Step::Dispatching,
            feeder,
            serial: None,
            chip: None,
            pending: None,
            retry_at: None,
            conversation: None,
            layers: Vec::new(),
            page: None,
            ticket: None,
            only_read_back: false,
            may_be_locked: false,
            exchanges: 0,
            ordinal: ordinal::PICK,
            attempts: 0,
            rejects_after: false,
        };
        let deed = Deed::Dispatched { order: job.order, job: number, machine: self.machine.clone() };
        self.jobs.insert(number, job);
        self.commit(number, vec![deed], Step::Dispatching, moment, effects);
    }

    pub(super) fn on_dispatched(
        &mut self,
        number: JobNumber,
        accepted: bool,
        moment: Moment,
        effects: &mut Vec<Effect>,
    ) {
        if !accepted {
            // Another machine was faster, or a person held the order: it is not ours.
            self.list_again_at = moment.at;
            return self.forget(number);
        }
        let Some(job) = self.jobs.get(&number) else { return };
        let operation = Operation::Pick {
            job: JobId(number.0),
            feeder: FeederId(job.feeder),
            format: Format(job.document.name().to_owned()),
        };
        self.submit(number, ordinal::PICK, operation, Step::Picking, effects);
    }

    pub(super) fn on_picked(
        &mut self,
        number: JobNumber,
        result: Result<Completion, DeviceError>,
        moment: Moment,
        effects: &mut Vec<Effect>,
    ) {
        match result {
            Ok(Completion::Picked { serial, chip, .. }) if serial.len() <= SERIAL_BYTES && !serial.is_empty() => {
                self.bind(number, BookletSerial(serial), chip, moment, effects);
            }
            Ok(_) => self.withdraw(number, "misread_serial", true, moment, effects),
            Err(error) => {
                if error.kind == ErrorKind::FeederEmpty
                    && let Some(job) = self.jobs.get(&number)
                {
                    self.empty_feeders.insert(job.feeder, moment.at.after(RETRY_LONGEST));
                }
                // A booklet that may have been taken must not stay in the machine, whoever rejects it first.
                let picked = error.fate != BookletFate::Untouched;
                self.withdraw(number, code_of(error.kind), picked, moment, effects);
            }
        }
    }

    fn bind(
        &mut self,
        number: JobNumber,
        serial: BookletSerial,
        chip: ChipIdentity,
        moment: Moment,
        effects: &mut Vec<Effect>,
    ) {
        let Some(job) = self.jobs.get_mut(&number) else { return };
        let chip_serial = chip.chip_serial.clone();
        job.serial = Some(serial.clone());
        job.chip = Some(chip);
        self.commit(number, vec![Deed::Bound { job: number, serial, chip_serial }], Step::Binding, moment, effects);
    }

    pub(super) fn on_bound(
        &mut self,
        number: JobNumber,
        refusal: Option<Refusal>,
        moment: Moment,
        effects: &mut Vec<Effect>,
    ) {
        let Some(refusal) = refusal else { return self.prepare(number, moment, effects) };
        let (code, sets_aside) = match refusal {
            Refusal::BoundBefore(_) => ("bound_before", false),
            Refusal::ForeignBooklet(_) => ("foreign_booklet", false),
            Refusal::OtherChip(_) => ("other_chip", false),
            Refusal::Unfit(..) => ("unfit_booklet", true),
            _ => ("binding_refused", false),
        };
        if sets_aside && let Some(serial) = self.jobs.get(&number).and_then(|job| job.serial.clone()) {
            let deed = Deed::BlankQuarantined { serial, reason: code.to_owned() };
            effects.push(Effect::Report(self.act(deed, moment)));
        }
        self.report(code.to_owned(), moment, effects);
        self.withdraw(number, code, true, moment, effects);
    }

    /// Gives a job up before a booklet is bound; a booklet that was picked goes to the reject stack.
    pub(super) fn withdraw(
        &mut self,
        number: JobNumber,
        reason: &str,
        picked: bool,
        moment: Moment,
        effects: &mut Vec<Effect>,
    ) {
        if let Some(job) = self.jobs.get_mut(&number) {
            job.rejects_after = picked;
        }
        let deed = Deed::Withdrawn { job: number, reason: reason.to_owned() };
        self.commit(number, vec![deed], Step::Failing, moment, effects);
        self.list_again_at = moment.at.after(self.settings.retry_after);
    }

    /// Asks the workshop for the ticket of a bound booklet, or for the rest of it after a crash.
    pub(super) fn prepare(&mut self, number: JobNumber, moment: Moment, effects: &mut Vec<Effect>) {
        let Some(job) = self.jobs.get_mut(&number) else { return };
        let Some(serial) = job.serial.clone() else { return };
        job.step = Step::Preparing;
        job.retry_at = None;
        // A job taken up after a crash learns its chip from the chip itself; the store has checked it when it was bound.
        let chip = job.chip.clone().unwrap_or(ChipIdentity::new(Vec::new(), 0));
        let task = TicketTask {
            order: job.order,
            application: job.application.clone(),
            job: number,
            serial,
            chip,
            at: moment.at,
            today: moment.today,
            again: job.ticket.is_some(),
        };
        let signed = if job.only_read_back { job.ticket.clone() } else { None };
        effects.push(Effect::Ticket { task, signed });
    }

    /// Sends a booklet onto the reject stack under another key, because nobody knows whether it is there.
    pub(super) fn reject_again(&mut self, number: JobNumber, effects: &mut Vec<Effect>) {
        if let Some(job) = self.jobs.get_mut(&number) {
            job.attempts += 1;
        }
        self.reject(number, effects);
    }

    /// Sends a booklet onto the reject stack.
    pub(super) fn reject(&mut self, number: JobNumber, effects: &mut Vec<Effect>) {
        let operation = Operation::Deliver { job: JobId(number.0), stack: Stack::Reject };
        self.submit(number, ordinal::DELIVER_REJECT, operation, Step::Rejecting, effects);
    }
}
