//! The core of one machine's supervision: which job is how far, and what comes next. No I/O, no clock.
//!
//! The rule that keeps promises across crashes: an act that *allows* an irreversible step is durable before the step is
//! asked for, and whatever was asked for is looked up in the machine's journal after a restart or a lost link, never simply
//! asked again.

mod chip;
mod end;
mod exchange;
mod page;
mod pick;
mod recovery;

use std::collections::BTreeMap;
use std::time::Duration;

use persoline_dispatch::{DispatchLimits, FeederView, PlaceView};
use persoline_domain::application::DocumentType;
use persoline_domain::clock::{Date, Timestamp};
use persoline_domain::deed::{Act, Deed};
use persoline_domain::identifiers::{Actor, ApplicationNumber, BookletSerial, Fence, JobNumber, MachineName, OrderId};
use persoline_domain::job::{JobRecord, TicketRecord};
use persoline_domain::store::{Outcome, StoreError};
use persoline_stage::workshop::{Conversation, PageExpectation};
use printer_driver::{
    Acceptance, Alarm, Attached, BookletFate, ChipIdentity, Command, Completion, ControlCommand, Cursor, Description,
    DeviceError, ErrorKind, Event, EventBody, Feeder, FencingToken, IdempotencyKey, JobId, Layer, Operation, Snapshot,
    State,
};

pub use exchange::{Effect, Input};

/// Limits and delays of a session, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionSettings {
    /// Jobs under way at once, if the machine would take more.
    pub jobs_at_once: u32,
    /// How long to wait before a command is tried again that the machine could not take.
    pub retry_after: Duration,
    /// How long to wait before a broken link, or the centre's own trouble, is tried again.
    pub reconnect_after: Duration,
    /// Whether the host brings a machine that stands still into execution by itself.
    pub starts_machine: bool,
    /// Limits of dispatch.
    pub dispatch: DispatchLimits,
}

impl Default for SessionSettings {
    fn default() -> Self {
        SessionSettings {
            jobs_at_once: 8,
            retry_after: Duration::from_millis(200),
            reconnect_after: Duration::from_secs(2),
            starts_machine: true,
            dispatch: DispatchLimits::default(),
        }
    }
}

/// The moment at which an input is handled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Now.
    pub at: Timestamp,
    /// The civil date at the centre.
    pub today: Date,
}

/// Longest wait before a command is tried again that the machine could not carry out. Each try stands in its journal.
const RETRY_LONGEST: Duration = Duration::from_secs(30);

/// Ordinals of a job's commands; with them keys are the same after a restart.
mod ordinal {
    pub(super) const PICK: u32 = 1;
    pub(super) const PERSONALISE: u32 = 2;
    pub(super) const DELIVER_GOOD: u32 = 3;
    pub(super) const DELIVER_REJECT: u32 = 4;
    /// Chip scripts: bits 12 to 30 are the fence's, the lowest 12 bits count, so that a script of an earlier host is not
    /// taken for one of this.
    pub(super) const EXCHANGE: u32 = 0x8000_0000;
}

/// The key of a job's command; above those bits that [`IdempotencyKey::of_job`] uses it counts attempts.
///
/// An attempt is counted only when the one before it stands in the machine's journal as ended, and each ordinal counts its
/// own. So after a crash, which forgets the count, the journal leads from the first attempt to the last one.
fn key_of(number: JobNumber, ordinal: u32, attempt: u32) -> IdempotencyKey {
    IdempotencyKey(IdempotencyKey::of_job(JobId(number.0), ordinal).0 | u128::from(attempt & 0xFF_FFFF) << 96)
}

/// Marks the keys of commands to the machine as a whole.
const CONTROL_KEY: u128 = 1 << 120;

/// Where a job stands. Names say what is being waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// The store, for the dispatch.
    Dispatching,
    /// The machine, for a picked booklet.
    Picking,
    /// The store, for the binding.
    Binding,
    /// The workshop, for the ticket.
    Preparing,
    /// The store, for the ticket.
    Signing,
    /// The workshop, for the next script.
    Wrapping,
    /// The machine, for the chip's answers.
    Encoding,
    /// The store, for the word that nobody wants a stop.
    StopCheck,
    /// The store, for leave to lock the chip.
    Locking,
    /// The store, for leave to mark the page.
    Clearing,
    /// The machine, for the marked page.
    Marking,
    /// The machine, for the picture.
    Fetching,
    /// The workshop, for the verdict on the page.
    Verifying,
    /// The store, for leave to deliver.
    Passing,
    /// The machine, for the delivery.
    Delivering,
    /// The store, for the end.
    Finishing,
    /// The store, for the end without a document.
    Failing,
    /// The machine, for the booklet's way onto the reject stack.
    Rejecting,
    /// Time, before a step is tried again.
    Pausing,
    /// The machine's journal.
    Recovering,
}

/// A job under way.
pub(crate) struct Job {
    pub(crate) number: JobNumber,
    pub(crate) order: OrderId,
    pub(crate) application: ApplicationNumber,
    pub(crate) document: DocumentType,
    pub(crate) step: Step,
    pub(crate) feeder: u16,
    pub(crate) serial: Option<BookletSerial>,
    pub(crate) chip: Option<ChipIdentity>,
    /// The command that was handed in and has not completed.
    pub(crate) pending: Option<Command>,
    /// When a step is tried again.
    pub(crate) retry_at: Option<Timestamp>,
    conversation: Option<Box<dyn Conversation>>,
    layers: Vec<Layer>,
    page: Option<PageExpectation>,
    ticket: Option<TicketRecord>,
    /// Whether the chip was locked before a crash, so that it is only read back.
    only_read_back: bool,
    /// Whether the store gave leave to lock the chip.
    may_be_locked: bool,
    /// Chip scripts sent by this session.
    exchanges: u32,
    /// The ordinal of the latest command.
    ordinal: u32,
    /// How often a command with this ordinal ended without effect and was handed in anew under another key.
    attempts: u32,
    /// What follows a commit that ends the job: reject the booklet, or nothing.
    rejects_after: bool,
}

/// The supervision of one machine.
pub struct Session {
    machine: MachineName,
    fence: Fence,
    settings: SessionSettings,
    link: Link,
    state: State,
    paused: bool,
    draining: bool,
    halted: bool,
    capacity: u32,
    feeders: BTreeMap<u16, Feeder>,
    alarms: BTreeMap<u64, Alarm>,
    cursor: Cursor,
    start_count: Option<u64>,
    /// Whether the machine's controller has started anew since this session attached before.
    has_restarted: bool,
    /// Whether the loss of the link that is down is in the log.
    loss_reported: bool,
    /// When the machine is brought towards execution again, after it refused.
    start_again_at: Option<Timestamp>,
    jobs: BTreeMap<JobNumber, Job>,
    next_job: u64,
    job_stride: u64,
    listing: bool,
    list_again_at: Timestamp,
    /// Feeders that the machine called empty, until when: it announces another level, or may have done so unheard.
    empty_feeders: BTreeMap<u16, Timestamp>,
    description: Option<Description>,
}

/// Whether the machine can be spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Link {
    /// Not yet, or not any more; to be tried at this moment.
    Down(Timestamp),
    /// Being tried.
    Attaching,
    /// Works.
    Up,
}

impl Step {
    /// The name used in views.
    pub fn name(self) -> &'static str {
        match self {
            Step::Dispatching => "dispatching",
            Step::Picking => "picking",
            Step::Binding => "binding",
            Step::Preparing => "preparing",
            Step::Signing => "signing",
            Step::Wrapping => "wrapping",
            Step::Encoding => "encoding",
            Step::StopCheck => "stop_check",
            Step::Locking => "locking",
            Step::Clearing => "clearing",
            Step::Marking => "marking",
            Step::Fetching => "fetching",
            Step::Verifying => "verifying",
            Step::Passing => "passing",
            Step::Delivering => "delivering",
            Step::Finishing => "finishing",
            Step::Failing => "failing",
            Step::Rejecting => "rejecting",
            Step::Pausing => "pausing",
            Step::Recovering => "recovering",
        }
    }
}

impl Session {
    /// A session for a machine under `fence`, with the jobs that the store says are open. Its own jobs are numbered
    /// `first_job`, `first_job + stride`, … so that sessions side by side never use the same number.
    pub fn new(
        machine: MachineName,
        fence: Fence,
        settings: SessionSettings,
        (first_job, stride): (u64, u64),
        open: Vec<JobRecord>,
        paused: bool,
    ) -> Self {
        let jobs = open.into_iter().map(|record| (record.job, recovery::job_of(record, fence))).collect();
        Session {
            machine,
            fence,
            settings,
            link: Link::Down(Timestamp(i64::MIN)),
            state: State::Stopped,
            paused,
            draining: false,
            halted: false,
            capacity: 0,
            feeders: BTreeMap::new(),
            alarms: BTreeMap::new(),
            cursor: Cursor::default(),
            start_count: None,
            has_restarted: false,
            loss_reported: false,
            start_again_at: None,
            jobs,
            next_job: first_job,
            job_stride: stride.max(1),
            listing: false,
            list_again_at: Timestamp(i64::MIN),
            empty_feeders: BTreeMap::new(),
            description: None,
        }
    }

    /// The position up to which events were handled.
    pub fn cursor(&self) -> Cursor {
        self.cursor
    }
    /// Whether the machine can be polled for events.
    pub fn is_linked(&self) -> bool {
        self.link == Link::Up
    }
    /// Whether nothing is under way.
    pub fn is_idle(&self) -> bool {
        self.jobs.is_empty()
    }
    /// Whether the session has ended.
    pub fn is_halted(&self) -> bool {
        self.halted
    }
    /// The machine's PackML state as last told.
    pub fn state(&self) -> State {
        self.state
    }
    /// Whether a person has paused it.
    pub fn is_paused(&self) -> bool {
        self.paused
    }
    /// Alarms that are set or not acknowledged.
    pub fn alarms(&self) -> impl Iterator<Item = &Alarm> {
        self.alarms.values()
    }
    /// Feeders as last announced.
    pub fn feeders(&self) -> impl Iterator<Item = &Feeder> {
        self.feeders.values()
    }
    /// Jobs under way with their steps.
    pub fn steps(&self) -> impl Iterator<Item = (JobNumber, &ApplicationNumber, Step)> {
        self.jobs.values().filter(|job| !job.is_stray()).map(|job| (job.number, &job.application, job.step))
    }
    /// What the machine said of itself.
    pub fn description(&self) -> Option<&Description> {
        self.description.as_ref()
    }

    /// Handles one input.
    pub fn step(&mut self, input: Input, moment: Moment) -> Vec<Effect> {
        let mut effects = Vec::new();
        if self.halted {
            return effects;
        }
        match input {
            Input::Tick => {}
            Input::Attached(result) => self.on_attached(result, moment, &mut effects),
            Input::Submitted { key, result } => self.on_submitted(key, result, moment, &mut effects),
            Input::Events(Ok(batch)) => {
                for event in batch.events {
                    self.on_event(event, moment, &mut effects);
                }
            }
            Input::Events(Err(error)) => self.on_link_error(&error, moment, &mut effects),
            Input::Journal { key, result } => self.on_journal(key, result, moment, &mut effects),
            Input::Image { job, result } => self.on_image(job, result, moment, &mut effects),
            Input::Committed { job, result } => self.on_committed(job, result, moment, &mut effects),
            Input::Waiting(result) => self.on_waiting(result, moment, &mut effects),
            Input::Stop { job, result } => self.on_stop(job, result, moment, &mut effects),
            Input::Ticketed { job, result } => self.on_ticketed(job, result, moment, &mut effects),
            Input::ChipTurned { job, conversation, turn } => {
                self.on_chip_turned(job, conversation, turn, moment, &mut effects);
            }
            Input::PageVerified { job, result } => self.on_page_verified(job, result, moment, &mut effects),
            Input::Pause(paused) => self.paused = paused,
            Input::Drain => self.draining = true,
        }
        self.proceed(moment, &mut effects);
        effects
    }

    /// What is due by itself: a link to be tried, steps to be tried again, places to be filled.
    fn proceed(&mut self, moment: Moment, effects: &mut Vec<Effect>) {
        if self.halted {
            return;
        }
        if let Link::Down(at) = self.link
            && moment.at >= at
        {
            self.link = Link::Attaching;
            effects.push(Effect::Attach(FencingToken(self.fence.0)));
        }
        if self.link != Link::Up {
            return;
        }
        if self.start_again_at.is_some_and(|at| moment.at >= at) {
            self.start_again_at = None;
            self.start_machine(effects);
        }
        let due: Vec<JobNumber> = self
            .jobs
            .values()
            .filter(|job| job.retry_at.is_some_and(|at| moment.at >= at))
            .map(|job| job.number)
            .collect();
        for number in due {
            self.retry(number, moment, effects);
        }
        if !self.listing && moment.at >= self.list_again_at {
            self.empty_feeders.retain(|_, until| moment.at < *until);
            let documents = persoline_dispatch::wanted(&self.place());
            if !documents.is_empty() {
                self.listing = true;
                effects.push(Effect::ListWaiting { documents, limit: usize::try_from(self.capacity).unwrap_or(8) * 2 });
            }
        }
    }

    /// What the machine could take now.
    fn place(&self) -> PlaceView {
        let open = u32::try_from(self.jobs.len()).unwrap_or(u32::MAX);
        let feeders = self.feeders.values().filter(|feeder| !self.empty_feeders.contains_key(&feeder.id.0)).filter_map(
            |feeder| {
                let document = DocumentType::parse(&feeder.format.as_ref()?.0)?;
                let promised = self
                    .jobs
                    .values()
                    .filter(|job| job.feeder == feeder.id.0 && matches!(job.step, Step::Dispatching | Step::Picking));
                let promised = u32::try_from(promised.count()).unwrap_or(u32::MAX);
                Some(FeederView { feeder: feeder.id.0, document, free: feeder.remaining.saturating_sub(promised) })
            },
        );
        PlaceView {
            is_ready: self.link == Link::Up && self.state.accepts_jobs() && !self.paused && !self.draining,
            free_places: self.capacity.saturating_sub(open),
            feeders: feeders.collect(),
        }
    }

    fn on_attached(
        &mut self,
        result: Result<Box<(Attached, Description, Snapshot)>, DeviceError>,
        moment: Moment,
        effects: &mut Vec<Effect>,
    ) {
        let (attached, description, snapshot) = match result {
            Ok(answer) => *answer,
            Err(error) => return self.on_link_error(&error, moment, effects),
        };
        self.link = Link::Up;
        self.capacity = description.capabilities.jobs_at_once.min(self.settings.jobs_at_once);
        self.description = Some(description);
        self.cursor = attached.newest;
        self.has_restarted = self.start_count.is_some_and(|before| before != attached.start_count);
        self.start_count = Some(attached.start_count);
        self.loss_reported = false;
        self.start_again_at = None;
        self.state = snapshot.state;
        self.feeders = snapshot.feeders.iter().map(|feeder| (feeder.id.0, feeder.clone())).collect();
        self.alarms = snapshot.alarms.iter().map(|alarm| (alarm.id.0, alarm.clone())).collect();
        self.empty_feeders.clear();
        self.start_machine(effects);
        self.recover_all(moment, effects);
        self.reject_strays(&snapshot, moment, effects);
    }

    /// Brings a machine that stands still towards execution, if that is the host's business.
    fn start_machine(&self, effects: &mut Vec<Effect>) {
        let command = match self.state {
            _ if !self.settings.starts_machine => return,
            State::Aborted => ControlCommand::Clear,
            State::Stopped | State::Complete => ControlCommand::Reset,
            State::Idle => ControlCommand::Start,
            _ => return,
        };
        // The newest event makes the key another one each time, and the same for a repeat.
        let key = IdempotencyKey(
            CONTROL_KEY | u128::from(self.fence.0) << 64 | u128::from(self.cursor.0) << 8 | command as u128,
        );
        effects.push(Effect::Submit(Command {
            key,
            token: FencingToken(self.fence.0),
            operation: Operation::Control(command),
        }));
    }

    fn on_event(&mut self, event: Event, moment: Moment, effects: &mut Vec<Effect>) {
        if event.cursor <= self.cursor {
            return;
        }
        self.cursor = event.cursor;
        match event.body {
            EventBody::StateChanged(state) => {
                self.state = state;
                // A machine that aborted by itself waits for a person.
                if state != State::Aborted {
                    self.start_machine(effects);
                }
                if state == State::Execute {
                    self.wake(moment);
                }
            }
            EventBody::Completed { key, result, .. } => self.on_completed(key, result, moment, effects),
            EventBody::AlarmSet(alarm) => {
                self.report(format!("alarm_set:{}", alarm.code), moment, effects);
                self.alarms.insert(alarm.id.0, alarm);
            }
            EventBody::AlarmCleared(id) => {
                if let Some(alarm) = self.alarms.get_mut(&id.0) {
                    alarm.is_set = false;
                    if alarm.is_acknowledged {
                        self.alarms.remove(&id.0);
                    }
                }
            }
            EventBody::AlarmAcknowledged(id) => {
                if let Some(alarm) = self.alarms.get_mut(&id.0) {
                    alarm.is_acknowledged = true;
                    if !alarm.is_set {
                        self.alarms.remove(&id.0);
                    }
                }
            }
            EventBody::FeederChanged(feeder) => {
                if feeder.remaining > 0 {
                    self.empty_feeders.remove(&feeder.id.0);
                }
                self.feeders.insert(feeder.id.0, feeder);
            }
            EventBody::StackChanged(level) if level.count < level.capacity => self.wake(moment),
            _ => {}
        }
    }

    fn on_submitted(
        &mut self,
        key: IdempotencyKey,
        result: Result<Acceptance, DeviceError>,
        moment: Moment,
        effects: &mut Vec<Effect>,
    ) {
        let Err(error) = result else { return };
        if is_link_error(error.kind) {
            return self.on_link_error(&error, moment, effects);
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

    /// A command to the machine as a whole was refused, perhaps because it is on its way into another state.
    fn start_later(&mut self, key: IdempotencyKey, kind: ErrorKind, moment: Moment) {
        // A machine that has aborted by itself meanwhile waits for a person.
        let clears = key.0 & 0xFF == ControlCommand::Clear as u128;
        if key.0 & CONTROL_KEY != 0 && is_passing(kind) && (clears || self.state != State::Aborted) {
            self.start_again_at = Some(moment.at.after(self.settings.reconnect_after));
        }
    }

    fn on_completed(
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
        if let Err(error) = &result
            && is_passing(error.kind)
            && error.fate == BookletFate::Untouched
        {
            let picks = matches!(job.pending.as_ref().map(|command| &command.operation), Some(Operation::Pick { .. }));
            // Before anything was picked the order need not wait for this machine; nor can a pick be asked for again of
            // which, after a crash, only the key is known.
            if !picks || (error.kind != ErrorKind::WrongState && job.step != Step::Recovering) {
                return self.try_anew(number, moment);
            }
        }
        let marks =
            matches!(job.pending.as_ref().map(|command| &command.operation), Some(Operation::Personalise { .. }));
        if marks && job.page.is_none() && result.is_ok() {
            // Marked before a crash: what the page must show has to be made again before its picture can be judged.
            return self.reopen_page(number, moment, effects);
        }
        let Some(command) = job.pending.take() else { return };
        job.retry_at = None;
        match command.operation {
            Operation::Pick { .. } => self.on_picked(number, result, moment, effects),
            Operation::Exchange { .. } => self.on_answered(number, result, moment, effects),
            Operation::Personalise { .. } => self.on_personalised(number, result, moment, effects),
            Operation::Deliver { stack, .. } => self.on_delivered(number, stack, result, moment, effects),
            Operation::Cancel { .. } => self.forget(number),
            _ => {}
        }
    }

    fn on_committed(
        &mut self,
        number: JobNumber,
        result: Result<Vec<Outcome>, StoreError>,
        moment: Moment,
        effects: &mut Vec<Effect>,
    ) {
        let Some(step) = self.jobs.get(&number).map(|job| job.step) else { return };
        let refusal = match result {
            Ok(_) => None,
            Err(StoreError::Refused { refusal, .. }) => Some(refusal),
            Err(error) => return self.halt(error.to_string(), effects),
        };
        if refusal == Some(persoline_domain::store::Refusal::Fenced) {
            return self.halt(format!("another host has taken control of machine {}", self.machine), effects);
        }
        match step {
            Step::Dispatching => self.on_dispatched(number, refusal.is_none(), moment, effects),
            Step::Binding => self.on_bound(number, refusal, moment, effects),
            _ if refusal.is_some() => {
                // The tables forbid what this session thinks comes next: it and the store disagree, so a person must look.
                let why = refusal.map(|refusal| refusal.to_string()).unwrap_or_default();
                self.halt(format!("the store refused job {number} while {step:?}: {why}"), effects);
            }
            Step::Signing => self.on_signed(number, effects),
            Step::Locking => self.lock(number, effects),
            Step::Clearing => self.mark(number, effects),
            Step::Passing => self.deliver_good(number, effects),
            Step::Finishing => self.forget(number),
            Step::Failing => self.after_failure(number, effects),
            _ => {}
        }
    }

    fn on_link_error(&mut self, error: &DeviceError, moment: Moment, effects: &mut Vec<Effect>) {
        match error.kind {
            ErrorKind::Fenced => {
                self.halt(format!("another host has taken control of machine {}", self.machine), effects)
            }
            kind if !matches!(self.link, Link::Down(_)) => {
                // Once for each loss, not for each try to get it back.
                if !self.loss_reported {
                    self.report(format!("link_lost:{}", code_of(kind)), moment, effects);
                    self.loss_reported = true;
                }
                self.link = Link::Down(moment.at.after(self.settings.reconnect_after));
            }
            _ => {}
        }
    }

    /// Ends the session; the store has the truth, so nothing is lost.
    fn halt(&mut self, why: String, effects: &mut Vec<Effect>) {
        self.halted = true;
        effects.push(Effect::Halt(why));
    }

    fn report(&self, code: String, moment: Moment, effects: &mut Vec<Effect>) {
        effects.push(Effect::Report(self.act(Deed::MachineReported { machine: self.machine.clone(), code }, moment)));
    }

    fn act(&self, deed: Deed, moment: Moment) -> Act {
        Act { at: moment.at, actor: Actor::Machine(self.machine.clone()), fence: Some(self.fence), deed }
    }

    /// Hands in a command for a job, which then waits for it at `step`.
    fn submit(&mut self, number: JobNumber, ordinal: u32, operation: Operation, step: Step, effects: &mut Vec<Effect>) {
        let token = FencingToken(self.fence.0);
        let Some(job) = self.jobs.get_mut(&number) else { return };
        if job.ordinal != ordinal {
            (job.ordinal, job.attempts) = (ordinal, 0);
        }
        let command = Command { key: key_of(number, ordinal, job.attempts), token, operation };
        job.step = step;
        job.retry_at = None;
        job.pending = Some(command.clone());
        effects.push(Effect::Submit(command));
    }

    /// Commits a deed of a job, which then waits for it at `step`.
    fn commit(&mut self, number: JobNumber, deeds: Vec<Deed>, step: Step, moment: Moment, effects: &mut Vec<Effect>) {
        let acts = deeds.into_iter().map(|deed| self.act(deed, moment)).collect();
        if let Some(job) = self.jobs.get_mut(&number) {
            job.step = step;
            job.retry_at = None;
            effects.push(Effect::Commit { job: number, acts });
        }
    }

    fn pause_job(&mut self, number: JobNumber, moment: Moment) {
        if let Some(job) = self.jobs.get_mut(&number) {
            let wait = self.settings.retry_after * (1 << job.attempts.min(10));
            job.retry_at = Some(moment.at.after(wait.min(RETRY_LONGEST.max(self.settings.retry_after))));
        }
    }

    /// The machine may be able to do now what it could not: what waits to be tried again is tried at once.
    fn wake(&mut self, moment: Moment) {
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

    fn forget(&mut self, number: JobNumber) {
        self.jobs.remove(&number);
    }

    fn pending(&self, number: JobNumber) -> Option<&Operation> {
        Some(&self.jobs.get(&number)?.pending.as_ref()?.operation)
    }

    fn job_of_key(&self, key: IdempotencyKey) -> Option<JobNumber> {
        self.jobs
            .values()
            .find(|job| job.pending.as_ref().is_some_and(|command| command.key == key))
            .map(|job| job.number)
    }
}

impl Job {
    /// Whether it is no job of the store's, but a booklet in the machine that belongs to none.
    fn is_stray(&self) -> bool {
        self.order == OrderId(0)
    }
}

/// Whether an error passes by itself or with a person's hand at the machine, so that the same is tried again.
fn is_passing(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::Busy | ErrorKind::WrongState | ErrorKind::StackFull)
}

/// What became of the booklet, for a command to mark or deliver it: one that the machine cannot find was taken out by
/// somebody, and whatever the error says, a person has to look for it.
fn fate_of(error: &DeviceError) -> BookletFate {
    if error.kind == ErrorKind::NotFound { BookletFate::Unknown } else { error.fate }
}

/// Whether an error means that the link, not the command, failed.
fn is_link_error(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::LinkLost | ErrorKind::Timeout | ErrorKind::NotAttached | ErrorKind::Fenced | ErrorKind::CursorGone
    )
}

/// An error kind as a code for the log.
fn code_of(kind: ErrorKind) -> &'static str {
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
