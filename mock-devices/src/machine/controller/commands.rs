//! Commands: who may hand them in, whether they can be carried out, and what they set going.

use std::collections::BTreeSet;
use std::time::Duration;

use printer_driver::{
    Acceptance, ApduScript, Attached, Command, Completion, ControlMode, Cursor, DeviceError, ErrorKind, EventBody,
    FencingToken, IdempotencyKey, JobId, JournalEntry, Layer, Mode, Numbering, Operation, Stack,
};

use super::{MachineCore, SCRIPT_COMMANDS_MAX};
use crate::machine::camera;
use crate::machine::job::{Job, Step};
use crate::machine::journal;
use crate::machine::physical::PageOrder;
use crate::machine::table;

fn refused<T>(kind: ErrorKind, why: impl Into<String>) -> Result<T, DeviceError> {
    Err(DeviceError::untouched(kind, why))
}

impl MachineCore {
    /// Takes control of the machine.
    ///
    /// # Errors
    /// [`ErrorKind::Fenced`] when a higher token was seen.
    pub fn attach(&mut self, token: FencingToken, now: Duration) -> Result<Attached, DeviceError> {
        self.advance(now)?;
        self.answers()?;
        if token.0 < self.desk.token {
            return refused(ErrorKind::Fenced, format!("token {} was seen", self.desk.token));
        }
        self.desk.token = token.0;
        self.desk.is_attached = true;
        self.touch_desk();
        if self.desk.control == ControlMode::Offline {
            self.set_control(ControlMode::Remote, now);
        }
        self.settle()?;
        Ok(Attached::new(Cursor(self.desk.newest_event), self.desk.start_count))
    }

    /// Hands in a command.
    ///
    /// # Errors
    /// Then the command was not accepted, unless the kind is [`ErrorKind::Timeout`] or [`ErrorKind::LinkLost`].
    pub fn submit(&mut self, command: &Command, now: Duration) -> Result<Acceptance, DeviceError> {
        self.advance(now)?;
        self.answers()?;
        let now = self.now;
        self.admit_token(command.token)?;
        command.check_limits().or_else(|excess| refused(ErrorKind::Invalid, excess.to_string()))?;
        if let Some(known) = self.journal.known.get(&command.key) {
            if known.operation != journal::kind(&command.operation) || known.job != command.operation.job() {
                return refused(ErrorKind::Invalid, "the key stands for another command");
            }
            if self.journal.told(command.key).is_some() {
                self.tell_completed(command.key, now);
            }
            self.settle()?;
            return Ok(Acceptance::Repeated);
        }
        if self.desk.control != ControlMode::Remote {
            return refused(ErrorKind::WrongState, "the panel on the machine is in control");
        }
        self.admit(&command.operation)?;
        if let Some(dropped) = self.journal.accept(command.key, &command.operation) {
            self.touch(table::JOURNAL, dropped.0);
        }
        self.touch(table::JOURNAL, command.key.0);
        self.carry_out(command.key, &command.operation, now);
        self.dispatch(now);
        self.settle()?;
        Ok(Acceptance::Accepted)
    }

    /// What became of the command with this key.
    ///
    /// # Errors
    /// [`ErrorKind::LinkLost`] while power is off.
    pub fn journal(&mut self, key: IdempotencyKey) -> Result<JournalEntry, DeviceError> {
        self.answers()?;
        self.settle()?;
        Ok(self.journal.entry(key))
    }

    fn admit_token(&self, token: FencingToken) -> Result<(), DeviceError> {
        if token.0 < self.desk.token {
            return refused(ErrorKind::Fenced, format!("token {} was seen", self.desk.token));
        }
        if token.0 > self.desk.token || !self.desk.is_attached {
            return refused(ErrorKind::NotAttached, "attach with this token first");
        }
        Ok(())
    }

    /// Whether an operation can be carried out, or can wait for its turn.
    fn admit(&self, operation: &Operation) -> Result<(), DeviceError> {
        match operation {
            Operation::Control(command) => self.admit_control(*command),
            Operation::SetMode(_) => self.admit_mode(),
            Operation::AcknowledgeAlarm(id) => {
                if self.desk.alarms.iter().any(|alarm| alarm.id == *id) {
                    Ok(())
                } else {
                    refused(ErrorKind::NotFound, "no such alarm")
                }
            }
            Operation::Pick { job, feeder, format } => {
                if self.jobs.contains_key(job) {
                    return refused(ErrorKind::Invalid, "the job was used before");
                }
                let Some((_, loaded)) = self.settings.feeders.iter().find(|(id, _)| id == feeder) else {
                    return refused(ErrorKind::NotFound, "no such feeder");
                };
                if loaded != format {
                    return refused(ErrorKind::Invalid, format!("the feeder takes {}", loaded.0));
                }
                if !self.desk.state.accepts_jobs() || self.desk.mode != Mode::Production {
                    let state = self.desk.state.name();
                    return refused(ErrorKind::WrongState, format!("no pick in {state}, mode {:?}", self.desk.mode));
                }
                if self.inside.len() >= self.settings.jobs_at_once as usize {
                    return refused(ErrorKind::Busy, format!("{} jobs are under way", self.inside.len()));
                }
                Ok(())
            }
            Operation::Exchange { job, script } => {
                self.admit_script(script)?;
                self.admit_work(*job)
            }
            Operation::Encode { job, .. } => {
                if self.settings.encoding_key.is_none() {
                    return refused(ErrorKind::Unsupported, "this machine encodes through its coupler");
                }
                self.admit_work(*job)
            }
            Operation::Personalise { job, layers, number, .. } => {
                self.admit_number(number.as_deref())?;
                self.admit_layers(layers)?;
                self.admit_work(*job)?;
                if self.is_marked_of(*job) {
                    return refused(ErrorKind::Invalid, "the page is marked already");
                }
                Ok(())
            }
            Operation::Photograph { job } => {
                self.admit_work(*job)?;
                if !self.is_marked_of(*job) {
                    return refused(ErrorKind::Invalid, "the page carries no marks yet");
                }
                Ok(())
            }
            Operation::Deliver { job, stack } => match self.jobs.get(job) {
                Some(known) if known.record.step == Step::Out => {
                    let lies_there = known.record.stack == Some(*stack) && known.record.booklet.is_some();
                    if lies_there { Ok(()) } else { refused(ErrorKind::NotFound, "the booklet is out already") }
                }
                _ => self.admit_work(*job),
            },
            Operation::Cancel { job } => match self.jobs.get(job) {
                Some(known) if known.record.is_touched => refused(
                    ErrorKind::WrongState,
                    "the booklet may carry data or marks: deliver it to the reject stack",
                ),
                Some(known) if known.record.step == Step::Out => Ok(()),
                _ => self.admit_work(*job),
            },
            _ => refused(ErrorKind::Unsupported, "no such operation"),
        }
    }

    fn admit_number(&self, number: Option<&str>) -> Result<(), DeviceError> {
        match (self.settings.numbering, number) {
            (Numbering::Engraved, None | Some("")) => refused(ErrorKind::Invalid, "this machine needs the number"),
            (Numbering::Engraved, Some(_)) | (_, None) => Ok(()),
            (_, Some(_)) => refused(ErrorKind::Unsupported, "this machine engraves no numbers"),
        }
    }

    fn is_marked_of(&self, job: JobId) -> bool {
        let booklet = self.jobs.get(&job).and_then(|job| job.record.booklet);
        booklet.and_then(|id| self.store.body(id)).is_some_and(|body| body.times_marked > 0)
    }

    fn admit_script(&self, script: &ApduScript) -> Result<(), DeviceError> {
        if script.commands.is_empty() || script.commands.len() > SCRIPT_COMMANDS_MAX {
            return refused(ErrorKind::Invalid, format!("a script has 1 to {SCRIPT_COMMANDS_MAX} commands"));
        }
        let longest = self.settings.apdu_bytes as usize;
        if script.commands.iter().any(|command| command.len() < 4 || command.len() > longest) {
            return refused(ErrorKind::Invalid, format!("a command has 4 to {longest} bytes"));
        }
        Ok(())
    }

    fn admit_layers(&self, layers: &[Layer]) -> Result<(), DeviceError> {
        let kinds: BTreeSet<_> = layers.iter().map(|layer| layer.kind).collect();
        if layers.is_empty() || kinds.len() != layers.len() {
            return refused(ErrorKind::Invalid, "there must be layers, and each kind at most once");
        }
        let codings = self.settings.codings();
        for layer in layers {
            if !matches!(layer.dots_per_inch, 300 | 600) {
                return refused(ErrorKind::Unsupported, "layers have 300 or 600 pixels per inch");
            }
            if !codings.contains(&(layer.kind, layer.coding)) {
                return refused(ErrorKind::Unsupported, "no such layer, or not in this coding");
            }
            camera::check(layer).or_else(|bad| refused(ErrorKind::Invalid, bad.0))?;
        }
        Ok(())
    }

    /// Whether a job's booklet lies inside and waits for the host.
    fn admit_work(&self, job: JobId) -> Result<(), DeviceError> {
        let Some(known) = self.jobs.get(&job) else {
            return refused(ErrorKind::NotFound, "no such job");
        };
        match known.record.step {
            Step::Resting => {}
            Step::Out => return refused(ErrorKind::NotFound, "the booklet is out already"),
            Step::Jammed => return refused(ErrorKind::Jam, "the booklet is stuck: a person must take it out"),
            _ => return refused(ErrorKind::Busy, "the job's last command is still under way"),
        }
        if !self.accepts_work() || self.desk.mode != Mode::Production {
            let state = self.desk.state.name();
            return refused(ErrorKind::WrongState, format!("no work in {state}, mode {:?}", self.desk.mode));
        }
        Ok(())
    }

    fn carry_out(&mut self, key: IdempotencyKey, operation: &Operation, now: Duration) {
        match operation {
            Operation::Control(command) => self.control(*command, Some(key), now),
            Operation::SetMode(mode) => {
                if self.desk.mode != *mode {
                    self.desk.mode = *mode;
                    self.tell(EventBody::ModeChanged(*mode), now);
                }
                self.end(key, Ok(Completion::Done), now);
            }
            Operation::AcknowledgeAlarm(id) => {
                if self.desk.acknowledge(*id) {
                    self.tell(EventBody::AlarmAcknowledged(*id), now);
                }
                self.end(key, Ok(Completion::Done), now);
            }
            Operation::Pick { job, feeder, .. } => {
                self.desk.last_arrival = self.desk.last_arrival.saturating_add(1);
                self.jobs.insert(*job, Job::new(*job, self.desk.last_arrival, *feeder, key));
                self.inside.push(*job);
                self.touch_job(*job);
                self.touch_desk();
            }
            Operation::Exchange { job, script } => self.begin(*job, key, |job| {
                job.volatile.script = Some(script.clone());
                job.record.step = Step::AwaitExchange;
            }),
            Operation::Encode { job, package } => self.begin(*job, key, |job| {
                job.volatile.package = Some(package.clone());
                job.record.step = Step::AwaitExchange;
            }),
            Operation::Personalise { job, expected_serial, layers, number } => self.begin(*job, key, |job| {
                let (expected_serial, number) = (expected_serial.clone(), number.clone());
                job.page = Some(PageOrder { expected_serial, number, layers: layers.clone() });
                job.record.step = Step::AwaitLaser;
            }),
            Operation::Photograph { job } => self.begin(*job, key, |job| {
                job.record.is_photographing = true;
                job.record.step = Step::AwaitCamera;
            }),
            Operation::Deliver { job, stack } => self.put_out(*job, key, *stack, false, now),
            Operation::Cancel { job } => self.put_out(*job, key, Stack::Reject, true, now),
            _ => {}
        }
    }

    fn begin(&mut self, id: JobId, key: IdempotencyKey, change: impl FnOnce(&mut Job)) {
        if let Some(job) = self.jobs.get_mut(&id) {
            job.record.command = Some(key);
            job.record.keys.push(key);
            change(job);
            self.touch_job(id);
            self.touch(table::PAGE, id.0);
        }
    }

    fn put_out(&mut self, id: JobId, key: IdempotencyKey, stack: Stack, is_cancelling: bool, now: Duration) {
        let is_out = self.jobs.get(&id).is_some_and(|job| job.record.step == Step::Out);
        if is_out {
            // The machine, or a person, has put the booklet there already.
            if let Some(job) = self.jobs.get_mut(&id) {
                job.record.keys.push(key);
            }
            self.touch_job(id);
            let completion = if is_cancelling { Completion::Cancelled } else { Completion::Delivered { stack } };
            self.end(key, Ok(completion), now);
            return;
        }
        self.begin(id, key, |job| {
            job.record.stack = Some(stack);
            job.record.is_cancelling = is_cancelling;
            job.record.step = Step::AwaitOutput;
        });
    }
}
