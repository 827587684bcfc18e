//! What the machine tells: events with consecutive cursors, and the ends of commands.

use std::time::Duration;

use printer_driver::limits::MAX_BATCH_BYTES;
use printer_driver::{
    Completion, ControlMode, Cursor, DeviceError, ErrorKind, Event, EventBatch, EventBody, IdempotencyKey, JobId,
    Severity, State, StationId,
};

use super::control::is_hot;
use super::{EVENTS_AT_ONCE, MachineCore};
use crate::machine::faults::FaultKind;
use crate::machine::job::Step;
use crate::machine::journal::Outcome;
use crate::machine::record::record_struct;
use crate::machine::table;

/// The alarm code of a booklet that is stuck.
pub(super) const JAM: &str = "JAM";

/// An event as it is kept. A completion's result lies in the journal only, because a chip's answers are long.
pub(super) struct StoredEvent {
    pub(super) cursor: u64,
    machine_time_ms: i64,
    completed: Option<(IdempotencyKey, Option<JobId>)>,
    other: Option<EventBody>,
}

record_struct!(StoredEvent { cursor, machine_time_ms, completed, other });

impl MachineCore {
    /// Events after `after`, oldest first, up to [`EVENTS_AT_ONCE`].
    ///
    /// # Errors
    /// [`ErrorKind::CursorGone`] when what followed `after` is no longer kept, or when the machine never got that far;
    /// [`ErrorKind::LinkLost`] while power is off.
    pub fn events_after(&mut self, after: Cursor) -> Result<EventBatch, DeviceError> {
        self.answers()?;
        self.settle()?;
        let oldest = self.events.front().map_or(self.desk.newest_event.saturating_add(1), |event| event.cursor);
        if after.0 > self.desk.newest_event || after.0.saturating_add(1) < oldest {
            return Err(DeviceError::untouched(
                ErrorKind::CursorGone,
                format!("events {oldest} to {} are kept", self.desk.newest_event),
            ));
        }
        let skip = usize::try_from(after.0.saturating_add(1) - oldest).unwrap_or(usize::MAX);
        let kept = self.events.iter().skip(skip).take(EVENTS_AT_ONCE).filter_map(|event| self.told(event));
        let mut room = MAX_BATCH_BYTES;
        let mut events = Vec::new();
        for event in kept {
            let bytes = answer_bytes(&event);
            if bytes > room && !events.is_empty() {
                break;
            }
            room = room.saturating_sub(bytes);
            events.push(event);
        }
        Ok(EventBatch::new(events))
    }

    fn told(&self, event: &StoredEvent) -> Option<Event> {
        let body = match (&event.completed, &event.other) {
            (Some((key, job)), _) => EventBody::Completed { key: *key, job: *job, result: self.journal.told(*key)? },
            (None, other) => other.clone()?,
        };
        Some(Event::new(Cursor(event.cursor), event.machine_time_ms, body))
    }

    pub(super) fn tell(&mut self, body: EventBody, now: Duration) {
        self.push_event(None, Some(body), now);
    }

    /// Tells (again) how a command ended.
    pub(super) fn tell_completed(&mut self, key: IdempotencyKey, now: Duration) {
        let job = self.journal.known.get(&key).and_then(|known| known.job);
        self.push_event(Some((key, job)), None, now);
    }

    fn push_event(
        &mut self,
        completed: Option<(IdempotencyKey, Option<JobId>)>,
        other: Option<EventBody>,
        now: Duration,
    ) {
        self.desk.newest_event = self.desk.newest_event.saturating_add(1);
        let cursor = self.desk.newest_event;
        let since_epoch = i64::try_from(now.as_millis()).unwrap_or(i64::MAX);
        let machine_time_ms = self.epoch_unix_ms.saturating_add(since_epoch).saturating_add(self.desk.clock_offset_ms);
        self.events.push_back(StoredEvent { cursor, machine_time_ms, completed, other });
        self.touch(table::EVENT, cursor);
        self.touch_desk();
        while self.events.len() > self.settings.events_kept.max(1) {
            let Some(gone) = self.events.pop_front() else { break };
            self.touch(table::EVENT, gone.cursor);
        }
    }

    /// A command has come to its end.
    pub(super) fn end(&mut self, key: IdempotencyKey, result: Result<Completion, DeviceError>, now: Duration) {
        self.end_as(key, Outcome::Ended(result), now);
    }

    pub(super) fn end_as(&mut self, key: IdempotencyKey, outcome: Outcome, now: Duration) {
        if let Some(known) = self.journal.known.get_mut(&key) {
            known.outcome = outcome;
        }
        self.touch(table::JOURNAL, key.0);
        let job = self.journal.known.get(&key).and_then(|known| self.jobs.get(&known.job?));
        let Some((booklet, round)) = job.and_then(|job| Some((job.record.booklet?, job.round()))) else {
            self.tell_completed(key, now);
            return;
        };
        if self.strikes(FaultKind::EventsLate, booklet, round) {
            let late = self.chance.draw("how late an event is", booklet.0, round).between(500, 20_000);
            let late = Duration::from_millis(late.unsigned_abs());
            self.late.push((now.saturating_add(late), key));
            self.desk.untold.push(key);
            self.touch_desk();
            return;
        }
        self.tell_completed(key, now);
        if self.strikes(FaultKind::EventsTwice, booklet, round) {
            self.tell_completed(key, now);
        }
    }

    /// Tells how a command ended, some time after it has.
    pub(super) fn tell_late(&mut self, key: IdempotencyKey, now: Duration) {
        self.desk.untold.retain(|known| *known != key);
        self.tell_completed(key, now);
    }

    /// A jam that outlives a start of the controller sets its alarm again, so that a host that reads events only hears of it.
    pub(super) fn set_jam_alarms(&mut self, now: Duration) {
        for id in self.desk.clear_alarms(|alarm| alarm.code == JAM) {
            self.tell(EventBody::AlarmCleared(id), now);
        }
        let inside = self.inside.iter().filter_map(|id| self.jobs.get(id));
        let jammed = inside.filter(|job| job.record.step == Step::Jammed);
        let stations: Vec<Option<StationId>> = jammed.map(|job| job.record.station).collect();
        for at in stations {
            self.set_alarm(JAM, Severity::Critical, "A booklet is stuck: take it out.", at, now);
        }
    }

    pub(super) fn set_state(&mut self, state: State, now: Duration) {
        if self.desk.state != state {
            if is_hot(self.desk.state) {
                self.last_hot = Some(now);
            }
            self.desk.state = state;
            self.tell(EventBody::StateChanged(state), now);
        }
        self.touch_desk();
    }

    pub(super) fn set_control(&mut self, control: ControlMode, now: Duration) {
        if self.desk.control != control {
            self.desk.control = control;
            self.tell(EventBody::ControlChanged(control), now);
        }
        self.touch_desk();
    }

    pub(super) fn set_alarm(
        &mut self,
        code: &str,
        severity: Severity,
        text: impl Into<String>,
        station: Option<StationId>,
        now: Duration,
    ) {
        if let Some(alarm) = self.desk.set_alarm(code, severity, text.into(), station) {
            self.tell(EventBody::AlarmSet(alarm), now);
        }
    }

    pub(super) fn clear_alarm(&mut self, code: &str, station: Option<StationId>, now: Duration) {
        for id in self.desk.clear_alarms(|alarm| alarm.code == code && alarm.station == station) {
            self.tell(EventBody::AlarmCleared(id), now);
        }
    }
}

/// How long a chip's answers are that an event carries, in bytes.
fn answer_bytes(event: &Event) -> usize {
    match &event.body {
        EventBody::Completed { result: Ok(Completion::Answered { answers }), .. } => answers.iter().map(Vec::len).sum(),
        _ => 0,
    }
}
