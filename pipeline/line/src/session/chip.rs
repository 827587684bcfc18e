//! From a bound booklet to a locked chip that was read back.

use persoline_domain::deed::{Deed, HoldReason};
use persoline_domain::identifiers::JobNumber;
use persoline_domain::store::StoreError;
use persoline_stage::workshop::{Blame, ChipTurn, Conversation, Signed, Ticket, Trouble};
use printer_driver::{BookletFate, Completion, DeviceError, JobId, Operation};

use super::command::code_of;
use super::job::ordinal;
use super::{Effect, Moment, Session, Step};

impl Session {
    pub(super) fn on_ticketed(
        &mut self,
        number: JobNumber,
        result: Result<Box<Ticket>, Trouble>,
        moment: Moment,
        effects: &mut Vec<Effect>,
    ) {
        let ticket = match result {
            Ok(ticket) => ticket,
            Err(_) if self.jobs.get(&number).is_none_or(|job| job.step != Step::Preparing) => return,
            Err(trouble) => return self.on_trouble(number, &trouble, moment, effects),
        };
        let encodes = self.recipient().is_some();
        let marks = self.description.as_ref().map_or_else(Vec::new, |told| told.capabilities.layers.clone());
        let Some(job) = self.jobs.get_mut(&number) else { return };
        if job.step != Step::Preparing {
            return;
        }
        if encodes && ticket.package.is_none() && !job.only_read_back {
            let trouble = Trouble::new(Blame::Centre, "encoding_package", "the workshop made none");
            return self.on_trouble(number, &trouble, moment, effects);
        }
        let Ticket { signed, layers, page, package, conversation } = *ticket;
        job.layers = layers;
        // A machine without the station for a layer is not asked for it.
        job.layers.retain(|layer| marks.is_empty() || marks.contains(&layer.kind));
        job.package = package;
        job.page = Some(page);
        job.conversation = Some(conversation);
        if job.only_read_back {
            if !self.resume_marking(number, effects) {
                self.turn_chip(number, None, effects);
            }
            return;
        }
        match signed {
            Some(signed) => self.keep_signed(number, signed, moment, effects),
            // The chip makes its keys first.
            None => self.turn_chip(number, None, effects),
        }
    }

    /// What was signed becomes durable before the chip is given any of it.
    fn keep_signed(&mut self, number: JobNumber, signed: Signed, moment: Moment, effects: &mut Vec<Effect>) {
        let Some(job) = self.jobs.get_mut(&number) else { return };
        let Signed { record, document } = signed;
        job.ticket = Some(record.clone());
        let deed = Deed::Ticketed { job: number, ticket: record, document };
        self.commit(number, vec![deed], Step::Signing, moment, effects);
    }

    /// What is signed is durable. A chip that is spoken to by the host is written now; a machine that encodes by itself also
    /// locks, so that the last check comes first.
    pub(super) fn on_signed(&mut self, number: JobNumber, effects: &mut Vec<Effect>) {
        let Some(job) = self.jobs.get_mut(&number) else { return };
        if job.package.is_some() {
            job.step = Step::StopCheck;
            return effects.push(Effect::AskStop(number));
        }
        self.turn_chip(number, None, effects);
    }

    /// The store gave leave: from here the chip may be locked.
    pub(super) fn lock(&mut self, number: JobNumber, effects: &mut Vec<Effect>) {
        match self.jobs.get_mut(&number).and_then(|job| job.package.take()) {
            Some(package) => {
                let operation = Operation::Encode { job: JobId(number.0), package };
                self.submit(number, ordinal::ENCODE, operation, Step::Encoding, effects);
            }
            None => self.turn_chip(number, None, effects),
        }
    }

    /// The machine has written and locked the chip by itself, or not: what the chip says decides.
    pub(super) fn on_encoded(
        &mut self,
        number: JobNumber,
        result: Result<Completion, DeviceError>,
        moment: Moment,
        effects: &mut Vec<Effect>,
    ) {
        let Some(job) = self.jobs.get_mut(&number) else { return };
        match result {
            Ok(_) if job.conversation.is_some() => self.turn_chip(number, None, effects),
            // After a crash the conversation is made again first.
            Ok(_) => {
                job.only_read_back = true;
                self.prepare(number, moment, effects);
            }
            Err(error) => self.fail(number, error.fate, code_of(error.kind), moment, effects),
        }
    }

    /// Lets the conversation say what comes next.
    pub(super) fn turn_chip(&mut self, number: JobNumber, answers: Option<Vec<Vec<u8>>>, effects: &mut Vec<Effect>) {
        let Some(job) = self.jobs.get_mut(&number) else { return };
        let Some(conversation) = job.conversation.take() else { return };
        job.step = Step::Wrapping;
        effects.push(Effect::TurnChip { job: number, conversation, answers });
    }

    pub(super) fn on_chip_turned(
        &mut self,
        number: JobNumber,
        conversation: Box<dyn Conversation>,
        turn: ChipTurn,
        moment: Moment,
        effects: &mut Vec<Effect>,
    ) {
        let fence = self.fence.0;
        let Some(job) = self.jobs.get_mut(&number) else { return };
        if job.step != Step::Wrapping {
            return;
        }
        match turn {
            ChipTurn::Send(script) => {
                job.conversation = Some(conversation);
                job.exchanges += 1;
                job.is_touched = true;
                let turn = u32::try_from(fence & 0x7_FFFF).unwrap_or(0) << 12 | (job.exchanges & 0xFFF);
                let operation = Operation::Exchange { job: JobId(number.0), script };
                self.submit(number, ordinal::EXCHANGE + turn, operation, Step::Encoding, effects);
            }
            ChipTurn::Signed(signed) => {
                job.conversation = Some(conversation);
                self.note_keys_accepted();
                self.keep_signed(number, *signed, moment, effects);
            }
            ChipTurn::BeforeLock => {
                job.conversation = Some(conversation);
                job.step = Step::StopCheck;
                self.note_keys_accepted();
                effects.push(Effect::AskStop(number));
            }
            ChipTurn::Done => {
                // The conversation held the chip's private keys; they are overwritten here, with the chip locked.
                drop(conversation);
                self.commit(number, vec![Deed::Marking { job: number }], Step::Clearing, moment, effects);
            }
            ChipTurn::Failed { fate, code } => self.fail(number, fate, &code, moment, effects),
            ChipTurn::Trouble(trouble) => self.on_trouble(number, &trouble, moment, effects),
        }
    }

    pub(super) fn on_answered(
        &mut self,
        number: JobNumber,
        result: Result<Completion, DeviceError>,
        moment: Moment,
        effects: &mut Vec<Effect>,
    ) {
        match result {
            Ok(Completion::Answered { answers }) => self.turn_chip(number, Some(answers), effects),
            Ok(_) => self.fail(number, BookletFate::Unknown, "odd_answer", moment, effects),
            Err(error) => self.fail(number, error.fate, code_of(error.kind), moment, effects),
        }
    }

    pub(super) fn on_stop(
        &mut self,
        number: JobNumber,
        result: Result<bool, StoreError>,
        moment: Moment,
        effects: &mut Vec<Effect>,
    ) {
        let Some(step) = self.jobs.get(&number).map(|job| job.step) else { return };
        match result {
            _ if !matches!(step, Step::PickCheck | Step::StopCheck) => {}
            Err(error) => self.halt(error.to_string(), effects),
            Ok(false) if step == Step::PickCheck => self.pick(number, effects),
            Ok(true) if step == Step::PickCheck => {
                if let Some(job) = self.jobs.get_mut(&number) {
                    job.pending = None;
                }
                self.withdraw(number, "stopped_before_pick", false, moment, effects);
            }
            Ok(true) => self.fail(number, BookletFate::Spoiled, "stopped_before_lock", moment, effects),
            Ok(false) => self.commit(number, vec![Deed::Locking { job: number }], Step::Locking, moment, effects),
        }
    }

    /// A trouble is told once for each job, not for each try.
    pub(super) fn report_trouble(
        &mut self,
        number: JobNumber,
        trouble: &Trouble,
        moment: Moment,
        effects: &mut Vec<Effect>,
    ) {
        let Some(job) = self.jobs.get_mut(&number) else { return };
        if job.trouble.as_ref() != Some(&trouble.code) {
            job.trouble = Some(trouble.code.clone());
            self.report(format!("trouble:{}", trouble.code), moment, effects);
        }
    }

    /// What follows when the workshop could not do its work.
    pub(super) fn on_trouble(
        &mut self,
        number: JobNumber,
        trouble: &Trouble,
        moment: Moment,
        effects: &mut Vec<Effect>,
    ) {
        self.report_trouble(number, trouble, moment, effects);
        match trouble.blame {
            Blame::Booklet => self.fail(number, BookletFate::Spoiled, &trouble.code, moment, effects),
            Blame::Centre => {
                let at = moment.at.after(self.settings.reconnect_after);
                if let Some(job) = self.jobs.get_mut(&number) {
                    job.step = Step::Pausing;
                    job.retry_at = Some(at);
                }
            }
            Blame::Order => {
                let Some(job) = self.jobs.get_mut(&number) else { return };
                job.pending = None;
                job.rejects_after = true;
                let hold = Deed::OrderHeld { order: job.order, reason: HoldReason::Unpreparable };
                let spoil = Deed::Spoiled { job: number, reason: trouble.code.clone() };
                self.commit(number, vec![hold, spoil], Step::Failing, moment, effects);
            }
        }
    }
}
