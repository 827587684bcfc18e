//! The link to the machine: taking control, what the machine tells of itself, losing it.

use printer_driver::{
    Attached, Command, ControlCommand, Description, DeviceError, ErrorKind, Event, EventBody, FencingToken,
    IdempotencyKey, Operation, Snapshot, State,
};

use super::{Effect, Link, Moment, Session, code_of, is_passing};

/// Marks the keys of commands to the machine as a whole.
const CONTROL_KEY: u128 = 1 << 120;

impl Session {
    pub(super) fn on_attached(
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
    pub(super) fn start_machine(&self, effects: &mut Vec<Effect>) {
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
        effects.push(Effect::Submit(Command::new(key, FencingToken(self.fence.0), Operation::Control(command))));
    }

    pub(super) fn on_event(&mut self, event: Event, moment: Moment, effects: &mut Vec<Effect>) {
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

    /// A command to the machine as a whole was refused, perhaps because it is on its way into another state.
    pub(super) fn start_later(&mut self, key: IdempotencyKey, kind: ErrorKind, moment: Moment) {
        // A machine that has aborted by itself meanwhile waits for a person.
        let clears = key.0 & 0xFF == ControlCommand::Clear as u128;
        if key.0 & CONTROL_KEY != 0 && is_passing(kind) && (clears || self.state != State::Aborted) {
            self.start_again_at = Some(moment.at.after(self.settings.reconnect_after));
        }
    }

    pub(super) fn on_link_error(&mut self, error: &DeviceError, moment: Moment, effects: &mut Vec<Effect>) {
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
}

/// Whether an error means that the link, not the command, failed.
pub(super) fn is_link_error(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::LinkLost | ErrorKind::Timeout | ErrorKind::NotAttached | ErrorKind::Fenced | ErrorKind::CursorGone
    )
}
