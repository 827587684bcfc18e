//! The link to the machine: taking control, what the machine tells of itself, losing it.

use persoline_domain::identifiers::JobNumber;
use persoline_domain::job::JobPhase;
use printer_driver::{
    Alarm, AlarmId, Attached, Command, ControlCommand, Cursor, Description, DeviceError, ErrorKind, Event, EventBatch,
    EventBody, FencingToken, IdempotencyKey, JobId, Operation, ProgressStep, Snapshot, State,
};

use super::command::{code_of, is_passing};
use super::{Effect, Job, Lie, LieKind, Link, Moment, Session};

/// Marks the keys of commands to the machine as a whole. Below it stands the fence, then a cursor, then the command.
pub(super) const CONTROL_KEY: u128 = 1 << 120;
/// Events that a new session looks back at, when pages may have been marked before it.
const LOOKED_BACK: u64 = 512;
/// Alarms of a machine that are kept at most.
const ALARMS: usize = 256;
/// Bits of a fence in such a key.
const FENCE_BITS: u64 = (1 << 54) - 1;
/// Marks the keys of alarms' acknowledgements among them; below it the fence, then the alarm.
const ACKNOWLEDGE_KEY: u128 = CONTROL_KEY | 1 << 119;

/// The code of an alarm as it may stand in the log: a machine's own words do not go there.
pub fn alarm_code(code: &str) -> &str {
    let is_code = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.');
    let is_plain = (1..=64).contains(&code.len()) && code.chars().all(is_code);
    if is_plain { code } else { "odd_code" }
}

/// The fence under which a command to the machine as a whole was handed in.
pub(super) fn fence_of_control(key: IdempotencyKey) -> u64 {
    u64::try_from((key.0 & !ACKNOWLEDGE_KEY) >> 64).unwrap_or(u64::MAX)
}

impl Session {
    pub(super) fn on_attached(
        &mut self,
        result: Result<Box<(Attached, Description, Snapshot)>, DeviceError>,
        moment: Moment,
        effects: &mut Vec<Effect>,
    ) {
        let answer = match result {
            Ok(answer) => answer,
            Err(error) => return self.on_link_error(&error, moment, effects),
        };
        if self.apart.is_fenced_off() {
            return;
        }
        let newest = answer.0.newest;
        let from = self.look_back_from(newest);
        if let Err(lie) = self.scrutiny.attached(&answer, self.start_count, from) {
            return self.fence_off(&lie, moment, effects);
        }
        let is_same_start = self.start_count == Some(answer.0.start_count);
        if let Some(lie) = self.suspicion.take().filter(|_| is_same_start) {
            return self.fence_off(&lie, moment, effects);
        }
        let (attached, description, snapshot) = *answer;
        (self.cursor, self.cursor_lost) = (from, false);
        self.look_back_to = Some(newest).filter(|newest| *newest > from);
        self.link = Link::Up;
        self.apart.attached();
        self.care.clear("machine_dead");
        self.capacity = description.capabilities.jobs_at_once.min(self.settings.jobs_at_once);
        self.description = Some(description);
        self.has_restarted = self.start_count.is_some_and(|before| before != attached.start_count);
        self.start_count = Some(attached.start_count);
        self.start_again_at = None;
        self.steered = None;
        self.state = snapshot.state;
        self.mode = snapshot.mode;
        self.feeders = snapshot.feeders.iter().map(|feeder| (feeder.id.0, feeder.clone())).collect();
        self.alarms = snapshot.alarms.iter().take(ALARMS).map(|alarm| (alarm.id.0, alarm.clone())).collect();
        self.empty_feeders.clear();
        // Whoever takes control may clear it once; a machine that aborts under control waits for a person.
        self.clears_abort = self.state == State::Aborted;
        self.recover_all(moment, effects);
        self.reject_strays(&snapshot, effects);
    }

    /// After which event the machine's events are read once it is attached. What happened since this session heard it last,
    /// or lately if it is new and pages may have been marked meanwhile, is read only for marks that nobody asked for:
    /// everything else is in the snapshot and in the journal.
    fn look_back_from(&self, newest: Cursor) -> Cursor {
        let marks = |job: &Job| matches!(job.phase, JobPhase::Marking | JobPhase::Verified);
        match self.start_count {
            _ if self.cursor_lost => newest,
            Some(_) => self.cursor.min(newest),
            None if self.jobs.values().any(marks) => Cursor(newest.0.saturating_sub(LOOKED_BACK)),
            None => newest,
        }
    }

    /// Whether an event is one of those that are only looked back at.
    fn looks_back(&mut self, event: &Event) -> bool {
        let Some(until) = self.look_back_to else { return false };
        self.look_back_to = Some(until).filter(|until| *until > event.cursor);
        if event.cursor > until {
            return false;
        }
        self.cursor = event.cursor;
        if let EventBody::Progress { job, step } = event.body {
            self.on_progress(job, step);
        }
        true
    }

    /// Brings a machine that stands still towards execution, if that is the host's business; stops one that is drained.
    /// Once for each state that it stands in: what it refuses for good is not asked for again and again.
    pub(super) fn steer_machine(&mut self, effects: &mut Vec<Effect>) {
        let Some(standing) = &self.standing else { return };
        let is_drained = standing.is_draining && self.jobs.is_empty();
        if self.steered.replace((self.state, is_drained)) == Some((self.state, is_drained)) {
            return;
        }
        use State::{Aborted, Aborting, Clearing, Complete, Idle, Stopped, Stopping};
        let command = match self.state {
            Stopped | Stopping | Aborted | Aborting | Clearing if is_drained => return,
            _ if is_drained => ControlCommand::Stop,
            _ if !self.settings.starts_machine => return,
            Aborted if self.clears_abort => ControlCommand::Clear,
            Stopped | Complete => ControlCommand::Reset,
            Idle => ControlCommand::Start,
            _ => return,
        };
        // The newest event that is known makes the key another one each time, and the same for a repeat.
        let newest = self.look_back_to.unwrap_or(self.cursor).max(self.cursor);
        let fence = u128::from(self.fence.0 & FENCE_BITS) << 64;
        let key = IdempotencyKey(CONTROL_KEY | fence | u128::from(newest.0) << 8 | command as u128);
        self.hand_in(Command::new(key, FencingToken(self.fence.0), Operation::Control(command)), effects);
    }

    /// A person has seen an alarm: the machine is told.
    pub(super) fn acknowledge(&mut self, alarm: AlarmId, effects: &mut Vec<Effect>) {
        let waits = self.alarms.get(&alarm.0).is_some_and(|alarm| !alarm.is_acknowledged);
        if self.link != Link::Up || !waits {
            return;
        }
        let fence = u128::from(self.fence.0 & FENCE_BITS) << 64;
        let key = IdempotencyKey(ACKNOWLEDGE_KEY | fence | u128::from(alarm.0));
        self.hand_in(Command::new(key, FencingToken(self.fence.0), Operation::AcknowledgeAlarm(alarm)), effects);
    }

    pub(super) fn on_events(
        &mut self,
        result: Result<EventBatch, DeviceError>,
        moment: Moment,
        effects: &mut Vec<Effect>,
    ) {
        if self.link != Link::Up {
            return;
        }
        let batch = match result {
            Ok(batch) => batch,
            Err(error) => return self.on_link_error(&error, moment, effects),
        };
        // Only now the link has proven that it works.
        self.loss_reported = false;
        let events = match self.scrutiny.batch(batch) {
            Ok(events) => events,
            Err(lie) => return self.fence_off(&lie, moment, effects),
        };
        for event in events {
            let is_before = self.looks_back(&event);
            let is_repeat = self.scrutiny.was_told(&event.body);
            if let Err(lie) = self.scrutiny.event(&event.body, is_before) {
                if may_have_started_anew(&lie, &event.body) {
                    // Whether it did, it says when it is attached again.
                    self.suspicion = Some(lie);
                    let why = "the machine may have started anew";
                    return self.on_link_error(&DeviceError::untouched(ErrorKind::LinkLost, why), moment, effects);
                }
                return self.fence_off(&lie, moment, effects);
            }
            if is_before {
                continue;
            }
            if !is_repeat {
                self.put_out_unknown(&event.body, effects);
            }
            self.on_event(event, moment, effects);
            if self.apart.is_fenced_off() {
                return;
            }
        }
    }

    fn on_event(&mut self, event: Event, moment: Moment, effects: &mut Vec<Effect>) {
        self.cursor = event.cursor;
        match event.body {
            EventBody::StateChanged(state) => {
                self.state = state;
                // A machine that aborted by itself waits for a person.
                self.clears_abort = false;
                if state == State::Execute {
                    self.wake(moment);
                }
            }
            EventBody::ModeChanged(mode) => self.mode = mode,
            EventBody::Completed { key, result, .. } => self.on_completed(key, result, moment, effects),
            EventBody::Progress { job, step } => self.on_progress(job, step),
            EventBody::AlarmSet(alarm) => self.on_alarm(alarm, moment, effects),
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

    fn on_alarm(&mut self, alarm: Alarm, moment: Moment, effects: &mut Vec<Effect>) {
        if self.alarms.len() >= ALARMS {
            // What is over and only waits to be seen gives way.
            self.alarms.retain(|_, known| known.is_set);
        }
        if self.alarms.len() >= ALARMS && !self.alarms.contains_key(&alarm.id.0) {
            let detail = format!("more than {ALARMS} alarms are set");
            return self.fence_off(&Lie { kind: LieKind::Oversized, detail }, moment, effects);
        }
        let is_told = self.alarms.values().any(|known| known.is_set && known.code == alarm.code);
        if !is_told && self.may_report(moment.at) {
            self.report(format!("alarm_set:{}", alarm_code(&alarm.code)), moment, effects);
        }
        self.alarms.insert(alarm.id.0, alarm);
    }

    /// A step of a command is done. A page is engraved once: what is told a second time was marked a second time.
    fn on_progress(&mut self, job: JobId, step: ProgressStep) {
        if step == ProgressStep::Engraved
            && let Some(job) = self.jobs.get_mut(&JobNumber(job.0))
        {
            job.engraved = job.engraved.saturating_add(1);
        }
    }

    /// A command to the machine as a whole was refused, perhaps because it is on its way into another state.
    pub(super) fn start_later(&mut self, key: IdempotencyKey, kind: ErrorKind, moment: Moment) {
        if key.0 & CONTROL_KEY != 0 && key.0 & ACKNOWLEDGE_KEY != ACKNOWLEDGE_KEY && is_passing(kind) {
            self.start_again_at = Some(moment.at.after(self.settings.reconnect_after));
        }
    }

    pub(super) fn on_link_error(&mut self, error: &DeviceError, moment: Moment, effects: &mut Vec<Effect>) {
        match error.kind {
            ErrorKind::Fenced => {
                self.halt(format!("another host has taken control of machine {}", self.machine), effects)
            }
            kind if !matches!(self.link, Link::Down(_)) => {
                self.cursor_lost |= kind == ErrorKind::CursorGone;
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
}

/// Whether a transition that PackML does not know may be a controller's start, which a link that mends itself has hidden:
/// a controller begins in one of these states whatever was before.
fn may_have_started_anew(lie: &Lie, told: &EventBody) -> bool {
    lie.kind == LieKind::ImpossibleTransition
        && matches!(told, EventBody::StateChanged(State::Stopped | State::Aborted | State::Aborting))
}

/// Whether an error means that the link, not the command, failed.
pub(super) fn is_link_error(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::LinkLost | ErrorKind::Timeout | ErrorKind::NotAttached | ErrorKind::Fenced | ErrorKind::CursorGone
    )
}
