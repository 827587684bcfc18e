//! From a waiting order to a bound booklet.

use persoline_domain::booklet;
use persoline_domain::deed::Deed;
use persoline_domain::identifiers::{BookletSerial, DocumentNumber, JobNumber};
use persoline_domain::job::JobPhase;
use persoline_domain::store::{Refusal, StoreError, WaitingOrder};
use persoline_stage::workshop::TicketTask;
use printer_driver::{
    BookletFate, ChipIdentity, Completion, DeviceError, ErrorKind, FeederId, Format, JobId, Numbering, Operation, Stack,
};

use super::command::{RETRY_LONGEST, code_of};
use super::job::ordinal;
use super::{BookletCheck, Effect, Job, Moment, Session, Step};

/// Longest serial that is taken from a machine, in bytes; more is a misreading.
pub(super) const SERIAL_BYTES: usize = 32;

impl Session {
    pub(super) fn dispatch(&mut self, order: &WaitingOrder, feeder: u16, moment: Moment, effects: &mut Vec<Effect>) {
        let number = JobNumber(self.next_job);
        self.next_job += self.job_stride;
        let subject = (order.order, order.application.clone(), order.document);
        let mut job = Job::new(number, subject, Step::Dispatching, JobPhase::Dispatched);
        (job.feeder, job.ordinal) = (feeder, ordinal::PICK);
        let deed = Deed::Dispatched { order: order.order, job: number, machine: self.machine.clone() };
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
        if accepted {
            return self.check_before_pick(number, effects);
        }
        // Another machine was faster, or a person held the order or paused the machine: it is not ours.
        self.forget(number);
        self.list_again_at = moment.at.after(self.settings.retry_after);
        self.look();
    }

    /// Asks whether somebody wants the order stopped, right before a booklet is picked for it.
    pub(super) fn check_before_pick(&mut self, number: JobNumber, effects: &mut Vec<Effect>) {
        if let Some(job) = self.jobs.get_mut(&number) {
            (job.step, job.retry_at) = (Step::PickCheck, None);
            effects.push(Effect::AskStop(number));
        }
    }

    /// Nobody wants a stop: the booklet is picked, or the pick that the machine could not take is handed in again.
    pub(super) fn pick(&mut self, number: JobNumber, effects: &mut Vec<Effect>) {
        let Some(job) = self.jobs.get_mut(&number) else { return };
        if job.pending.is_some() {
            job.step = Step::Picking;
            return self.hand_in_again(number, effects);
        }
        let operation = Operation::Pick {
            job: JobId(number.0),
            feeder: FeederId(job.feeder),
            format: Format(job.document.name().to_owned()),
        };
        self.setup = Some(job.document);
        self.submit(number, ordinal::PICK, operation, Step::Picking, effects);
    }

    pub(super) fn on_picked(
        &mut self,
        number: JobNumber,
        result: Result<Completion, DeviceError>,
        moment: Moment,
        effects: &mut Vec<Effect>,
    ) {
        if self.jobs.get(&number).is_some_and(Job::is_stray) {
            let read = match result {
                Ok(Completion::Picked { serial, chip, .. }) => Some((serial, chip)),
                _ => None,
            };
            return self.put_out(number, read, effects);
        }
        match result {
            Ok(Completion::Picked { serial, chip, .. }) if serial.len() <= SERIAL_BYTES && !serial.is_empty() => {
                self.check_before_bind(number, BookletSerial(serial), chip, effects);
            }
            Ok(_) => {
                if self.note_pick(true, moment, effects) {
                    self.withdraw(number, "misread_serial", true, moment, effects);
                }
            }
            Err(error) => self.on_pick_failed(number, &error, moment, effects),
        }
    }

    fn on_pick_failed(&mut self, number: JobNumber, error: &DeviceError, moment: Moment, effects: &mut Vec<Effect>) {
        let Some(job) = self.jobs.get(&number) else { return };
        let order = job.order;
        if error.kind == ErrorKind::FeederEmpty {
            self.empty_feeders.insert(job.feeder, moment.at.after(RETRY_LONGEST));
        }
        let (code, reason) = (code_of(error.kind), code_of(error.kind).to_owned());
        let serial = error.serial.clone().filter(|serial| !serial.is_empty() && serial.len() <= SERIAL_BYTES);
        let about = match (error.fate, serial.map(BookletSerial)) {
            (BookletFate::Untouched, None) => return self.withdraw(number, code, false, moment, effects),
            (_, None) => None,
            (BookletFate::Spoiled, Some(serial)) => {
                Some((serial.clone(), Deed::BlankSpoiled { serial, reason: reason.clone() }))
            }
            // Untouched but named: it has left the feeder, and a person may clear it.
            (_, Some(serial)) => Some((serial.clone(), Deed::BlankQuarantined { serial, reason: reason.clone() })),
        };
        if error.fate != BookletFate::Untouched {
            self.note_spoiled(order, moment, effects);
        }
        // A booklet that may have been taken must not stay in the machine, whoever rejects it first.
        let Some((serial, deed)) = about else { return self.withdraw(number, code, true, moment, effects) };
        if let Some(job) = self.jobs.get_mut(&number) {
            (job.step, job.named, job.withdrawal) = (Step::BindCheck, Some(deed), Some(reason));
            effects.push(Effect::AskBooklet { job: number, serial });
        }
    }

    /// What the books say of a booklet whose chip nobody has read: only if it lay in this machine's feeder the machine is
    /// believed that it has left it.
    fn on_named(&mut self, number: JobNumber, check: &BookletCheck, moment: Moment, effects: &mut Vec<Effect>) {
        let Some(job) = self.jobs.get_mut(&number) else { return };
        let deed = job.named.take().filter(|_| check.loaded_in.as_ref() == Some(&self.machine));
        if job.is_stray() {
            let listed = check.chip_serial.as_ref();
            let deed = deed.filter(|_| job.chip.as_ref().is_some_and(|chip| listed == Some(&chip.chip_serial)));
            effects.extend(deed.map(|deed| Effect::Report(self.act(deed, moment))));
            return self.reject(number, effects);
        }
        let reason = job.withdrawal.take().unwrap_or_default();
        self.set_aside(number, deed, &reason, moment, effects);
    }

    /// Asks what the books say of the picked booklet, and whether somebody wants the order stopped, right before it is
    /// bound: until then it costs nothing.
    fn check_before_bind(
        &mut self,
        number: JobNumber,
        serial: BookletSerial,
        chip: ChipIdentity,
        effects: &mut Vec<Effect>,
    ) {
        let Some(job) = self.jobs.get_mut(&number) else { return };
        (job.serial, job.chip) = (Some(serial.clone()), Some(chip));
        (job.step, job.retry_at) = (Step::BindCheck, None);
        effects.push(Effect::AskBooklet { job: number, serial });
    }

    pub(super) fn on_booklet(
        &mut self,
        number: JobNumber,
        result: Result<BookletCheck, StoreError>,
        moment: Moment,
        effects: &mut Vec<Effect>,
    ) {
        let Some(job) = self.jobs.get_mut(&number).filter(|job| job.step == Step::BindCheck) else { return };
        let check = match result {
            Ok(check) => check,
            Err(error) => return self.halt(error.to_string(), effects),
        };
        if job.named.is_some() {
            return self.on_named(number, &check, moment, effects);
        }
        let (Some(serial), Some(chip)) = (job.serial.clone(), job.chip.clone()) else { return };
        job.is_itself = check.chip_serial.is_some_and(|listed| listed == chip.chip_serial);
        let is_itself = job.is_itself;
        let is_numbered_so = match check.numbering {
            Some(booklet::Numbering::Engraved) => self.numbering() == Some(Numbering::Engraved),
            Some(booklet::Numbering::Perforated) => self.numbering() == Some(Numbering::PrePrinted),
            // In no delivery: the store says so when it is to be bound.
            None => true,
        };
        let code = match is_numbered_so {
            _ if check.is_stopped => "stopped_before_bind",
            false => "other_numbering",
            true => {
                let chip_serial = chip.chip_serial;
                let deed = Deed::Bound { job: number, serial, chip_serial };
                return self.commit(number, vec![deed], Step::Binding, moment, effects);
            }
        };
        let about = is_itself.then(|| Deed::BlankQuarantined { serial, reason: code.to_owned() });
        self.set_aside(number, about, code, moment, effects);
    }

    pub(super) fn on_bound(
        &mut self,
        number: JobNumber,
        refusal: Option<Refusal>,
        moment: Moment,
        effects: &mut Vec<Effect>,
    ) {
        let Some(refusal) = refusal else {
            if self.note_pick(false, moment, effects) {
                self.prepare(number, moment, effects);
            }
            return;
        };
        let (code, sets_aside) = match refusal {
            Refusal::StopRequested => ("stopped_before_bind", true),
            Refusal::NoNumbers => return self.wait_for_numbers(number, moment, effects),
            Refusal::BoundBefore(_) => ("bound_before", false),
            Refusal::ForeignBooklet(_) => ("foreign_booklet", false),
            // The serial may have been misread, so that nothing can be said of the booklet that bears it.
            Refusal::OtherChip(_) => ("other_chip", false),
            Refusal::Unfit(..) => ("unfit_booklet", true),
            _ => ("binding_refused", false),
        };
        self.report(code.to_owned(), moment, effects);
        if let Some(job) = self.jobs.get_mut(&number) {
            job.step = Step::Recovering;
        }
        let itself = self.jobs.get(&number).filter(|job| job.is_itself && sets_aside);
        let serial = itself.and_then(|job| job.serial.clone());
        let about = serial.map(|serial| Deed::BlankQuarantined { serial, reason: code.to_owned() });
        if matches!(code, "binding_refused" | "stopped_before_bind") || self.note_pick(true, moment, effects) {
            self.set_aside(number, about, code, moment, effects);
        }
    }

    /// The centre has no number to give: the booklet waits in the machine, and nothing new is begun.
    fn wait_for_numbers(&mut self, number: JobNumber, moment: Moment, effects: &mut Vec<Effect>) {
        self.care.raise("no_numbers", String::new(), moment.at);
        if self.numbers_again_at.is_none() {
            self.report("no_numbers".to_owned(), moment, effects);
        }
        let again = moment.at.after(self.settings.reconnect_after);
        self.numbers_again_at = Some(again.after(self.settings.reconnect_after));
        if let Some(job) = self.jobs.get_mut(&number) {
            (job.step, job.retry_at) = (Step::Pausing, Some(again));
        }
    }

    /// A booklet was picked, and the books agree with it or not. `false` when that was once too often and the machine is
    /// fenced off.
    fn note_pick(&mut self, is_odd: bool, moment: Moment, effects: &mut Vec<Effect>) -> bool {
        if !is_odd {
            self.care.clear("no_numbers");
        }
        match self.scrutiny.picked(is_odd, self.settings.odd_booklets, self.settings.odd_booklets_of) {
            Ok(()) => true,
            Err(lie) => {
                self.fence_off(&lie, moment, effects);
                false
            }
        }
    }

    /// Tells the store about a booklet that was picked and will not be bound, then gives the job up. The booklet goes to the
    /// reject stack; if the books do not know it, or know it as something else, that stands.
    pub(super) fn set_aside(
        &mut self,
        number: JobNumber,
        about: Option<Deed>,
        reason: &str,
        moment: Moment,
        effects: &mut Vec<Effect>,
    ) {
        let Some(deed) = about else { return self.withdraw(number, reason, true, moment, effects) };
        if let Some(job) = self.jobs.get_mut(&number) {
            job.withdrawal = Some(reason.to_owned());
        }
        self.commit(number, vec![deed], Step::SettingAside, moment, effects);
    }

    pub(super) fn on_set_aside(&mut self, number: JobNumber, moment: Moment, effects: &mut Vec<Effect>) {
        let reason = self.jobs.get_mut(&number).and_then(|job| job.withdrawal.take()).unwrap_or_default();
        self.withdraw(number, &reason, true, moment, effects);
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
        let recipient = self.recipient().map(<[u8]>::to_vec);
        let Some(job) = self.jobs.get_mut(&number) else { return };
        let Some(serial) = job.serial.clone() else { return };
        // With pre-numbered stock it is the serial.
        let document_number = job.number_given.clone().unwrap_or_else(|| DocumentNumber(serial.0.clone()));
        job.step = Step::Preparing;
        job.retry_at = None;
        // A job taken up after a crash learns its chip from the chip itself; the store has checked it when it was bound.
        let chip = job.chip.clone().unwrap_or(ChipIdentity::new(Vec::new(), 0));
        let task = TicketTask {
            order: job.order,
            application: job.application.clone(),
            job: number,
            serial,
            number: document_number,
            chip,
            recipient,
            at: moment.at,
            today: moment.today,
            again: job.is_touched,
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
