//! Taking jobs up again: after a crash of the host, a restart of the machine, a lost link.
//!
//! | phase in the store | what may have happened | what is asked | what follows |
//! |---|---|---|---|
//! | dispatched | a booklet may have been picked | journal of the pick | bind, wait, or withdraw |
//! | bound, ticketed | keys or data in the chip, not locked | nothing | prepare anew, empty the chip and write it again |
//! | locking | the chip may be locked | the chip itself | read back and compare; spoiled if it is not locked |
//! | locking, the machine encodes | the package may be with the machine | journal of the encoding | read back; spoiled if it never arrived, for the keys are gone |
//! | marking | the page may be marked | journal of the marking | mark, wait, verify, or a person |
//! | verified | the document may be out | journal of the delivery | deliver, wait, finish, or a person |

use persoline_domain::application::DocumentType;
use persoline_domain::deed::Deed;
use persoline_domain::identifiers::{ApplicationNumber, BookletSerial, Fence, JobNumber, OrderId};
use persoline_domain::job::{JobPhase, JobRecord};
use printer_driver::{
    BookletFate, ChipIdentity, Command, Completion, DeviceError, EncodingPackage, EventBody, FeederId, FencingToken,
    Format, IdempotencyKey, JobId, JournalEntry, Numbering, Operation, Snapshot, Stack,
};

use super::job::{key_of, ordinal};
use super::pick::SERIAL_BYTES;
use super::{Effect, Job, Moment, Session, Step};

/// A job as it stands after a crash.
pub(super) fn job_of(record: JobRecord, fence: Fence) -> Job {
    let number = record.job;
    let serial = record.serial;
    let operation = match record.phase {
        JobPhase::Dispatched => Some((
            ordinal::PICK,
            Operation::Pick {
                job: JobId(number.0),
                feeder: FeederId(0),
                format: Format(record.document.name().to_owned()),
            },
        )),
        JobPhase::Marking => Some((
            ordinal::PERSONALISE,
            Operation::Personalise {
                job: JobId(number.0),
                expected_serial: serial.as_ref().map(|serial| serial.0.clone()).unwrap_or_default(),
                layers: Vec::new(),
                number: None,
            },
        )),
        JobPhase::Verified => {
            Some((ordinal::DELIVER_GOOD, Operation::Deliver { job: JobId(number.0), stack: Stack::Good }))
        }
        _ => None,
    };
    // The command stands for the question to the journal; it is never handed in as it is here.
    let ordinal = operation.as_ref().map_or(0, |(ordinal, _)| *ordinal);
    let pending = operation
        .map(|(ordinal, operation)| Command::new(key_of(number, ordinal, 0), FencingToken(fence.0), operation));
    let subject = (record.order, record.application, record.document);
    Job {
        serial,
        number_given: record.number,
        chip: record.chip.map(|(chip_serial, key_version)| ChipIdentity::new(chip_serial, key_version)),
        pending,
        ticket: record.ticket,
        // A chip that makes its keys itself may have begun to before anything was signed.
        is_touched: record.phase >= JobPhase::Bound,
        only_read_back: matches!(record.phase, JobPhase::Locking | JobPhase::Marking | JobPhase::Verified),
        ordinal,
        ..Job::new(number, subject, Step::Recovering, record.phase)
    }
}

impl Session {
    /// After attaching: each job that was waiting for the machine asks what became of its command.
    pub(super) fn recover_all(&mut self, moment: Moment, effects: &mut Vec<Effect>) {
        let numbers: Vec<JobNumber> = self.jobs.keys().copied().collect();
        for number in numbers {
            let Some(job) = self.jobs.get_mut(&number) else { continue };
            match (job.pending.clone(), job.step) {
                (Some(command), _) => {
                    job.retry_at = None;
                    self.ask_journal(&command, effects);
                }
                (None, Step::Recovering) => self.take_up(number, moment, effects),
                // The store, the workshop or the clock has it; their answers come by themselves.
                (None, _) => {}
            }
        }
    }

    /// A job without a command at the machine: bound, ticketed or locking when the host died, or its picture is not fetched
    /// or not judged.
    pub(super) fn take_up(&mut self, number: JobNumber, moment: Moment, effects: &mut Vec<Effect>) {
        let encodes = self.recipient().is_some();
        let Some(job) = self.jobs.get_mut(&number) else { return };
        job.retry_at = None;
        let (ordinal, operation) = match job.phase {
            // Only the journal knows whether the package has arrived.
            JobPhase::Locking if encodes && job.conversation.is_none() => {
                let operation = Operation::Encode { job: JobId(number.0), package: EncodingPackage(Vec::new()) };
                (ordinal::ENCODE, operation)
            }
            // The page is marked: the journal names its picture again.
            _ if job.page.is_some() => {
                let operation = Operation::Personalise {
                    job: JobId(number.0),
                    expected_serial: job.serial.as_ref().map(|serial| serial.0.clone()).unwrap_or_default(),
                    number: None,
                    layers: Vec::new(),
                };
                (ordinal::PERSONALISE, operation)
            }
            _ => return self.prepare(number, moment, effects),
        };
        if job.ordinal != ordinal {
            (job.ordinal, job.attempts) = (ordinal, 0);
        }
        let key = key_of(number, ordinal, job.attempts);
        let command = Command::new(key, FencingToken(self.fence.0), operation);
        job.pending = Some(command.clone());
        self.ask_journal(&command, effects);
    }

    pub(super) fn on_journal(
        &mut self,
        key: IdempotencyKey,
        result: Result<JournalEntry, DeviceError>,
        moment: Moment,
        effects: &mut Vec<Effect>,
    ) {
        let entry = match result {
            Ok(entry) => entry,
            Err(error) => return self.on_link_error(&error, moment, effects),
        };
        if self.apart.is_fenced_off() {
            return;
        }
        if let Err(lie) = self.scrutiny.journal(key, &entry, self.start_count) {
            return self.fence_off(&lie, moment, effects);
        }
        let Some(number) = self.job_of_key(key) else { return };
        match entry {
            JournalEntry::InProgress => {}
            JournalEntry::Ended(result) => self.on_completed(key, result, moment, effects),
            _ if self.is_stray_of_unknown_chip(number) => self.put_out(number, None, effects),
            JournalEntry::NotReceived => self.on_not_received(number, moment, effects),
            _ => self.on_outcome_unknown(number, moment, effects),
        }
    }

    fn on_not_received(&mut self, number: JobNumber, moment: Moment, effects: &mut Vec<Effect>) {
        let has_restarted = self.has_restarted;
        let Some(job) = self.jobs.get_mut(&number) else { return };
        let recovering = job.step == Step::Recovering;
        match job.pending.as_mut().map(|command| &mut command.operation) {
            // Before a crash the pick was not asked for: the order waits again, and perhaps for another machine.
            Some(Operation::Pick { .. }) if recovering => {
                job.pending = None;
                self.withdraw(number, "restarted", false, moment, effects);
            }
            Some(Operation::Personalise { layers, .. }) if layers.is_empty() => {
                self.reopen_page(number, moment, effects)
            }
            // The package was for this host's ears alone; its keys are gone with it, and the chip is as it was.
            Some(Operation::Encode { package, .. }) if package.0.is_empty() => {
                self.fail(number, BookletFate::Untouched, "encoding_not_received", moment, effects);
            }
            // The chip lost its session with the power, so the rest of a conversation means nothing to it.
            Some(Operation::Exchange { .. }) if has_restarted => self.on_outcome_unknown(number, moment, effects),
            Some(operation) => {
                job.step = match operation {
                    Operation::Deliver { stack: Stack::Good, .. } => Step::Delivering,
                    Operation::Pick { .. } => Step::Picking,
                    _ => job.step,
                };
                self.hand_in_again(number, effects);
            }
            None => {}
        }
    }

    /// The machine cannot say what became of the command.
    fn on_outcome_unknown(&mut self, number: JobNumber, moment: Moment, effects: &mut Vec<Effect>) {
        let Some(job) = self.jobs.get_mut(&number) else { return };
        let Some(command) = job.pending.take() else { return };
        match command.operation {
            Operation::Pick { .. } => self.withdraw(number, "pick_unknown", true, moment, effects),
            // The chip is written again from the start, or read back, as if the host had died here.
            Operation::Exchange { .. } => {
                job.only_read_back = job.may_be_locked();
                self.prepare(number, moment, effects);
            }
            // The chip itself says whether it is locked and right.
            Operation::Encode { .. } => {
                job.only_read_back = true;
                self.prepare(number, moment, effects);
            }
            Operation::Photograph { .. } => self.fail(number, BookletFate::Unknown, "camera_failed", moment, effects),
            Operation::Personalise { .. } => {
                self.fail(number, BookletFate::Unknown, "marking_unknown", moment, effects)
            }
            Operation::Deliver { stack: Stack::Good, .. } => {
                self.fail(number, BookletFate::Unknown, "delivery_unknown", moment, effects);
            }
            // A booklet may be sent onto the reject stack as often as one likes.
            Operation::Deliver { stack: Stack::Reject, .. } => self.reject_again(number, effects),
            _ => self.forget(number),
        }
    }

    /// Makes page and expectation again; the chip's conversation that comes with them is not needed any more.
    pub(super) fn reopen_page(&mut self, number: JobNumber, moment: Moment, effects: &mut Vec<Effect>) {
        let Some(job) = self.jobs.get_mut(&number) else { return };
        job.only_read_back = true;
        self.prepare(number, moment, effects);
    }

    /// Booklets in the machine whose job the store has ended, or never had: onto the reject stack.
    pub(super) fn reject_strays(&mut self, snapshot: &Snapshot, effects: &mut Vec<Effect>) {
        for position in snapshot.jobs.iter().filter(|position| position.station.is_some()) {
            self.find_stray(JobNumber(position.job.0), &position.serial, effects);
        }
    }

    /// A pick that was still waiting in the machine when its job was given up ends now: its booklet belongs to nobody.
    pub(super) fn put_out_unknown(&mut self, body: &EventBody, effects: &mut Vec<Effect>) {
        if let EventBody::Completed { job: Some(job), result: Ok(Completion::Picked { serial, chip, .. }), .. } = body
            && self.insert_stray(JobNumber(job.0))
        {
            self.put_out(JobNumber(job.0), Some((serial.clone(), chip.clone())), effects);
        }
    }

    /// Takes note of a booklet that belongs to no job; `false` when it belongs to one.
    fn insert_stray(&mut self, number: JobNumber) -> bool {
        if self.jobs.contains_key(&number) {
            return false;
        }
        let subject = (OrderId(0), ApplicationNumber(String::new()), DocumentType::Passport32);
        self.jobs.insert(number, Job::new(number, subject, Step::Recovering, JobPhase::Ended));
        true
    }

    /// Whether it is a booklet of no job whose pick is looked up.
    fn is_stray_of_unknown_chip(&self, number: JobNumber) -> bool {
        let picks = |command: &Command| matches!(command.operation, Operation::Pick { .. });
        self.jobs.get(&number).is_some_and(|job| job.is_stray() && job.pending.as_ref().is_some_and(picks))
    }

    /// A booklet lies in the machine that belongs to no job. Its serial may have been misread, perhaps that is why it belongs
    /// to none: the journal of its pick says which chip it has.
    fn find_stray(&mut self, number: JobNumber, serial: &str, effects: &mut Vec<Effect>) {
        if !self.insert_stray(number) {
            return;
        }
        if serial.is_empty() {
            return self.put_out(number, None, effects);
        }
        let (feeder, format) = (FeederId(0), Format(String::new()));
        let pick = Operation::Pick { job: JobId(number.0), feeder, format };
        let question = Command::new(key_of(number, ordinal::PICK, 0), FencingToken(self.fence.0), pick);
        if let Some(stray) = self.jobs.get_mut(&number) {
            (stray.ordinal, stray.pending) = (ordinal::PICK, Some(question.clone()));
        }
        self.ask_journal(&question, effects);
    }

    /// Puts a booklet out that belongs to no job, and says what it is where serial and chip agree with the books. Of any
    /// other nothing can be said before a person has it in the hand.
    pub(super) fn put_out(
        &mut self,
        number: JobNumber,
        read: Option<(String, ChipIdentity)>,
        effects: &mut Vec<Effect>,
    ) {
        let Some(stray) = self.jobs.get_mut(&number) else { return };
        stray.pending = None;
        // The fence counts as attempts: what could not be put out under an earlier host is tried again.
        (stray.ordinal, stray.attempts) =
            (ordinal::DELIVER_REJECT, u32::try_from(self.fence.0 & 0xFF_FFFF).unwrap_or(0));
        let Some((serial, chip)) = read.filter(|(serial, _)| !serial.is_empty() && serial.len() <= SERIAL_BYTES) else {
            return self.reject(number, effects);
        };
        // One that was never bound still counts as loaded here, if it is what was read.
        let serial = BookletSerial(serial);
        (stray.step, stray.chip) = (Step::BindCheck, Some(chip));
        stray.named = Some(Deed::BlankQuarantined { serial: serial.clone(), reason: "stray".to_owned() });
        effects.push(Effect::AskBooklet { job: number, serial });
    }

    /// After a crash while the page was being marked, the ticket was made again: back to the command that is open.
    pub(super) fn resume_marking(&mut self, number: JobNumber, effects: &mut Vec<Effect>) -> bool {
        let is_engraved = self.numbering() == Some(Numbering::Engraved);
        let Some(job) = self.jobs.get_mut(&number) else { return false };
        let Some(command) = job.pending.as_mut() else { return false };
        let Operation::Personalise { layers, number: engraved, .. } = &mut command.operation else { return false };
        *layers = std::mem::take(&mut job.layers);
        *engraved = is_engraved.then(|| job.number_given.as_ref().map(|number| number.0.clone())).flatten();
        job.conversation = None;
        job.step = Step::Marking;
        // Handed in again under the same key: a machine that has done it tells its completion again.
        self.hand_in_again(number, effects);
        true
    }
}
