//! The core of one machine's supervision: which job is how far, and what comes next. No I/O, no clock.
//!
//! The rule that keeps promises across crashes: an act that *allows* an irreversible step is durable before the step is
//! asked for, and whatever was asked for is looked up in the machine's journal after a restart or a lost link, never simply
//! asked again.
//!
//! | file | answers for |
//! |---|---|
//! | `listing` | what may be given now: the word of people and policy, the orders that wait, the other machines |
//! | `pick`, `chip`, `page`, `end` | a job's way, step by step |
//! | `command` | commands handed in, and how they end |
//! | `record` | what is written into the store, and what it answers |
//! | `link` | the link to the machine, and what it tells of itself |
//! | `recovery` | jobs taken up after a crash, a restart, a lost link |
//! | `lies` | what no honest machine says |
//! | `apart` | machines that are dead or have lied, and what becomes of their jobs |
//! | `care` | health and pace of the machine, alarms of the host's own |
//! | `sight` | what others may see |

mod apart;
mod care;
mod chip;
mod command;
mod end;
mod exchange;
mod job;
mod lies;
mod link;
mod listing;
mod page;
mod pick;
mod record;
mod recovery;
mod settings;
mod sight;

use std::collections::BTreeMap;

use persoline_dispatch::{Fleet, IdleReason};
use persoline_domain::application::DocumentType;
use persoline_domain::clock::{Date, Timestamp};
use persoline_domain::identifiers::{Fence, JobNumber, MachineName};
use persoline_domain::job::JobRecord;
use persoline_domain::store::Standing;
use printer_driver::{Alarm, ChipEncoding, Cursor, Description, Feeder, FencingToken, Mode, Numbering, State};

use apart::Apart;
use care::Care;
use job::Job;
use lies::Scrutiny;

pub use care::HostAlarm;
pub use exchange::{BookletCheck, Effect, Input, Listing};
pub use job::Step;
pub use lies::{Lie, LieKind};
pub use link::alarm_code;
pub use listing::{check_booklet, list};
pub use settings::SessionSettings;

/// The moment at which an input is handled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Now.
    pub at: Timestamp,
    /// The civil date at the centre.
    pub today: Date,
}

/// The supervision of one machine.
pub struct Session {
    machine: MachineName,
    fence: Fence,
    settings: SessionSettings,
    link: Link,
    state: State,
    mode: Mode,
    /// What people and policy say, once the store was asked.
    standing: Option<Standing>,
    /// Whether the host is about to end: nothing new.
    draining: bool,
    halted: bool,
    capacity: u32,
    feeders: BTreeMap<u16, Feeder>,
    alarms: BTreeMap<u64, Alarm>,
    cursor: Cursor,
    /// Whether the machine no longer has what followed the cursor.
    cursor_lost: bool,
    /// Up to where events are only looked back at.
    look_back_to: Option<Cursor>,
    /// A transition that was impossible, unless the machine has started anew since.
    suspicion: Option<Lie>,
    start_count: Option<u64>,
    /// Whether the machine's controller has started anew since this session attached before.
    has_restarted: bool,
    /// Whether the loss of the link that is down is in the log.
    loss_reported: bool,
    /// When the machine is steered again, after it refused.
    start_again_at: Option<Timestamp>,
    /// For which state, and whether drained, the machine was steered last.
    steered: Option<(State, bool)>,
    /// Whether the host may clear the abort in which it found the machine.
    clears_abort: bool,
    jobs: BTreeMap<JobNumber, Job>,
    next_job: u64,
    job_stride: u64,
    listing: bool,
    list_again_at: Timestamp,
    /// When the store is asked for the standing, whether or not there is a place to be filled.
    standing_due_at: Timestamp,
    /// Feeders that the machine called empty, until when: it announces another level, or may have done so unheard.
    empty_feeders: BTreeMap<u16, Timestamp>,
    /// Until when nothing is dispatched, because the centre has no document number to give.
    numbers_again_at: Option<Timestamp>,
    description: Option<Description>,
    /// What the machine made last.
    setup: Option<DocumentType>,
    fleet: Fleet,
    idle: Option<IdleReason>,
    /// The latest moment that this session was told.
    latest: Option<Timestamp>,
    care: Care,
    scrutiny: Scrutiny,
    apart: Apart,
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
    ) -> Self {
        let stride = stride.max(1);
        let jobs = open.into_iter().map(|record| (record.job, recovery::job_of(record, fence))).collect();
        Session {
            machine,
            fence,
            settings,
            link: Link::Down(Timestamp(i64::MIN)),
            state: State::Stopped,
            mode: Mode::Production,
            standing: None,
            draining: false,
            halted: false,
            capacity: 0,
            feeders: BTreeMap::new(),
            alarms: BTreeMap::new(),
            cursor: Cursor::default(),
            cursor_lost: false,
            look_back_to: None,
            suspicion: None,
            start_count: None,
            has_restarted: false,
            loss_reported: false,
            start_again_at: None,
            steered: None,
            clears_abort: false,
            jobs,
            next_job: first_job,
            job_stride: stride,
            listing: false,
            list_again_at: Timestamp(i64::MIN),
            standing_due_at: Timestamp(i64::MIN),
            empty_feeders: BTreeMap::new(),
            numbers_again_at: None,
            description: None,
            setup: None,
            fleet: Fleet::default(),
            idle: None,
            latest: None,
            care: Care::default(),
            scrutiny: Scrutiny::new(fence, first_job, stride),
            apart: Apart::default(),
        }
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
            Input::Events(result) => self.on_events(result, moment, &mut effects),
            Input::Journal { key, result } => self.on_journal(key, result, moment, &mut effects),
            Input::Image { job, result } => self.on_image(job, result, moment, &mut effects),
            Input::Committed { job, result } => self.on_committed(job, result, moment, &mut effects),
            Input::Waiting(result) => self.on_waiting(result, moment, &mut effects),
            Input::Stop { job, result } => self.on_stop(job, result, moment, &mut effects),
            Input::Booklet { job, result } => self.on_booklet(job, result, moment, &mut effects),
            Input::Fence(result) => self.on_fence(result, &mut effects),
            Input::Ticketed { job, result } => self.on_ticketed(job, result, moment, &mut effects),
            Input::ChipTurned { job, conversation, turn } => {
                self.on_chip_turned(job, conversation, turn, moment, &mut effects);
            }
            Input::PageVerified { job, result } => self.on_page_verified(job, result, moment, &mut effects),
            Input::Pause(paused) => self.on_pause(paused),
            Input::Look => self.look(),
            Input::Acknowledge(alarm) => self.acknowledge(alarm, &mut effects),
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
        if self.latest.replace(moment.at).is_some_and(|before| moment.at < before) {
            self.clock_went_back(moment.at);
        }
        self.care.passes(moment.at, self.link == Link::Up && self.state.accepts_jobs() && !self.jobs.is_empty());
        self.keep_apart(moment, effects);
        self.ask_listing(moment, effects);
        if let Link::Down(at) = self.link
            && moment.at >= at
            && self.may_attach()
        {
            if self.apart.needs_fence() {
                self.apart.asks_fence();
                effects.push(Effect::TakeFence);
            } else {
                self.link = Link::Attaching;
                effects.push(Effect::Attach(FencingToken(self.fence.0)));
            }
        }
        if self.link != Link::Up {
            return;
        }
        if self.start_again_at.is_some_and(|at| moment.at >= at) {
            (self.start_again_at, self.steered) = (None, None);
        }
        self.steer_machine(effects);
        let is_due = |job: &&Job| job.retry_at.is_some_and(|at| moment.at >= at);
        let due: Vec<JobNumber> = self.jobs.values().filter(is_due).map(|job| job.number).collect();
        for number in due {
            self.retry(number, moment, effects);
        }
    }

    /// The clock went back: what was to wait until a moment that is far away again waits no longer.
    fn clock_went_back(&mut self, now: Timestamp) {
        self.list_again_at = self.list_again_at.min(now);
        self.standing_due_at = self.standing_due_at.min(now);
        self.start_again_at = self.start_again_at.map(|at| at.min(now));
        self.numbers_again_at = None;
        self.empty_feeders.clear();
        if let Link::Down(at) = self.link {
            self.link = Link::Down(at.min(now));
        }
        for job in self.jobs.values_mut() {
            job.retry_at = job.retry_at.map(|at| at.min(now));
        }
    }

    /// The machine's public key, if it encodes chips by itself.
    fn recipient(&self) -> Option<&[u8]> {
        match &self.description.as_ref()?.capabilities.encoding {
            ChipEncoding::Machine { recipient } => Some(recipient),
            _ => None,
        }
    }

    /// How numbers come onto booklets in this machine.
    fn numbering(&self) -> Option<Numbering> {
        Some(self.description.as_ref()?.capabilities.numbering)
    }
}
