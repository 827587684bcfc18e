//! The core of one machine's supervision: which job is how far, and what comes next. No I/O, no clock.
//!
//! The rule that keeps promises across crashes: an act that *allows* an irreversible step is durable before the step is
//! asked for, and whatever was asked for is looked up in the machine's journal after a restart or a lost link, never simply
//! asked again.

mod chip;
mod end;
mod exchange;
mod job;
mod link;
mod page;
mod pick;
mod recovery;

use std::collections::BTreeMap;
use std::time::Duration;

use persoline_dispatch::{DispatchLimits, FeederView, PlaceView};
use persoline_domain::application::DocumentType;
use persoline_domain::clock::{Date, Timestamp};
use persoline_domain::deed::{Act, Deed};
use persoline_domain::identifiers::{Actor, ApplicationNumber, Fence, JobNumber, MachineName};
use persoline_domain::job::JobRecord;
use persoline_domain::store::{Outcome, StoreError};
use printer_driver::{
    Acceptance, Alarm, BookletFate, Command, Completion, Cursor, Description, DeviceError, ErrorKind, Feeder,
    FencingToken, IdempotencyKey, Operation, State,
};

use job::{Job, key_of, ordinal};
use link::is_link_error;

pub use exchange::{Effect, Input};
pub use job::Step;

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
        let command = Command::new(key_of(number, ordinal, job.attempts), token, operation);
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

/// Whether an error passes by itself or with a person's hand at the machine, so that the same is tried again.
fn is_passing(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::Busy | ErrorKind::WrongState | ErrorKind::StackFull)
}

/// What became of the booklet, for a command to mark or deliver it: one that the machine cannot find was taken out by
/// somebody, and whatever the error says, a person has to look for it.
fn fate_of(error: &DeviceError) -> BookletFate {
    if error.kind == ErrorKind::NotFound { BookletFate::Unknown } else { error.fate }
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
