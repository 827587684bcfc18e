//! PackML (ISA-TR88.00.02): which command leads from which state to which, and what each state lets happen.

use std::time::Duration;

use printer_driver::{Completion, ControlCommand, DeviceError, ErrorKind, IdempotencyKey, State};

use super::MachineCore;
use crate::machine::job::Step;

/// The state that a command leads to; none when it is illegal in this state.
pub(super) fn target(command: ControlCommand, state: State) -> Option<State> {
    use ControlCommand as C;
    use State as S;
    match (command, state) {
        (C::Reset, S::Stopped | S::Complete) => Some(S::Resetting),
        (C::Start, S::Idle) => Some(S::Starting),
        (C::Stop, S::Stopped | S::Stopping | S::Clearing | S::Aborting | S::Aborted) => None,
        (C::Stop, _) => Some(S::Stopping),
        (C::Hold, S::Execute | S::Suspended) => Some(S::Holding),
        (C::Unhold, S::Held) => Some(S::Unholding),
        (C::Suspend, S::Execute) => Some(S::Suspending),
        (C::Unsuspend, S::Suspended) => Some(S::Unsuspending),
        (C::Abort, S::Aborting | S::Aborted) => None,
        (C::Abort, _) => Some(S::Aborting),
        (C::Clear, S::Aborted) => Some(S::Clearing),
        (C::Complete, S::Execute) => Some(S::Completing),
        _ => None,
    }
}

/// Whether laser and print head are at work, or kept ready for it, in this state.
pub(super) fn is_hot(state: State) -> bool {
    use State as S;
    !matches!(
        state,
        S::Stopped | S::Clearing | S::Resetting | S::Idle | S::Starting | S::Complete | S::Aborting | S::Aborted
    )
}

/// The state that an acting state ends in.
fn settled(state: State) -> State {
    match state {
        State::Resetting => State::Idle,
        State::Starting | State::Unholding | State::Unsuspending => State::Execute,
        State::Stopping | State::Clearing => State::Stopped,
        State::Holding => State::Held,
        State::Suspending => State::Suspended,
        State::Aborting => State::Aborted,
        State::Completing => State::Complete,
        waiting => waiting,
    }
}

impl MachineCore {
    /// Whether a control command is legal now.
    pub(super) fn admit_control(&self, command: ControlCommand) -> Result<(), DeviceError> {
        use ControlCommand as C;
        let state = self.desk.state;
        let wrong = |why: String| Err(DeviceError::untouched(ErrorKind::WrongState, why));
        if target(command, state).is_none() {
            return wrong(format!("{command:?} is not possible in {}", state.name()));
        }
        if matches!(command, ControlCommand::Start | ControlCommand::Unhold) && self.is_jammed() {
            return wrong("a booklet is stuck: take it out first".into());
        }
        let moves = [C::Reset, C::Start, C::Unhold, C::Unsuspend, C::Clear].contains(&command);
        if moves && self.desk.is_cover_open {
            return wrong("a cover is open: close it first".into());
        }
        let empty = self.desk.supplies.iter().find(|supply| supply.left == 0);
        if let Some(empty) = empty.filter(|_| matches!(command, C::Start | C::Unhold)) {
            return wrong(format!("the {} is used up: replace it first", empty.shown.name));
        }
        if command == ControlCommand::Unsuspend && self.desk.is_blocked {
            return wrong("a stack is full: empty it first".into());
        }
        Ok(())
    }

    /// Whether the mode can be changed now.
    pub(super) fn admit_mode(&self) -> Result<(), DeviceError> {
        match self.desk.state {
            State::Stopped | State::Idle | State::Aborted => Ok(()),
            state => {
                let why = format!("the mode cannot change in {}", state.name());
                Err(DeviceError::untouched(ErrorKind::WrongState, why))
            }
        }
    }

    /// Whether laser and print head are still warm from work.
    fn is_warm(&self, now: Duration) -> bool {
        self.last_hot.is_some_and(|last| now.saturating_sub(last) < self.settings.timings.cools_after)
    }

    /// Carries out a control command that was admitted.
    pub(super) fn control(&mut self, command: ControlCommand, key: Option<IdempotencyKey>, now: Duration) {
        if let Some(state) = target(command, self.desk.state) {
            self.enter(state, key, now);
        }
    }

    /// Begins an acting state; a control command that waited for another one ends without success.
    pub(super) fn enter(&mut self, state: State, key: Option<IdempotencyKey>, now: Duration) {
        if let Some(overtaken) = self.control_command.take() {
            let error = DeviceError::untouched(ErrorKind::WrongState, format!("overtaken by {}", state.name()));
            self.end(overtaken, Err(error), now);
        }
        self.set_state(state, now);
        self.state_due = match state {
            State::Stopping | State::Holding | State::Completing => None,
            State::Starting if !self.is_warm(now) => {
                let timings = self.settings.timings;
                Some(now.saturating_add(timings.state_change).saturating_add(timings.warm_up))
            }
            _ => Some(now.saturating_add(self.settings.timings.state_change)),
        };
        if matches!(state, State::Unholding | State::Starting) {
            self.forget_refusals(now);
        }
        match state {
            State::Aborting => self.interrupt(ErrorKind::Fault, key, now),
            State::Stopping => self.drop_waiting_picks(now),
            _ => {}
        }
        self.control_command = key;
    }

    /// An acting state has come to its end.
    pub(super) fn state_settled(&mut self, now: Duration) {
        self.set_state(settled(self.desk.state), now);
        if let Some(key) = self.control_command.take() {
            self.end(key, Ok(Completion::Done), now);
        }
    }

    /// Ends the acting states that wait for booklets.
    pub(super) fn settle_waiting_state(&mut self, now: Duration) {
        let is_still = !self.inside.iter().filter_map(|id| self.jobs.get(id)).any(|job| job.volatile.due.is_some());
        let is_over = match self.desk.state {
            State::Stopping | State::Holding => is_still,
            State::Completing => self.inside.is_empty(),
            _ => false,
        };
        if is_over {
            self.state_settled(now);
        }
    }

    /// The machine holds itself, because a person has to come.
    pub(super) fn hold_itself(&mut self, now: Duration) {
        if matches!(
            self.desk.state,
            State::Execute
                | State::Completing
                | State::Suspending
                | State::Suspended
                | State::Unsuspending
                | State::Starting
                | State::Unholding
        ) {
            self.enter(State::Holding, None, now);
        }
    }

    /// The machine suspends itself, because a stack is full.
    pub(super) fn suspend_itself(&mut self, now: Duration) {
        self.desk.is_blocked = true;
        if self.desk.state == State::Execute {
            self.enter(State::Suspending, None, now);
        }
    }

    /// Whether booklets that are inside may begin another step.
    pub(super) fn may_move(&self) -> bool {
        matches!(
            self.desk.state,
            State::Execute
                | State::Completing
                | State::Suspending
                | State::Suspended
                | State::Unsuspending
                | State::Stopping
        )
    }

    /// Whether commands about booklets that are inside are accepted; those of a held machine wait.
    pub(super) fn accepts_work(&self) -> bool {
        let is_held = matches!(self.desk.state, State::Holding | State::Held | State::Unholding);
        is_held || (self.may_move() && self.desk.state != State::Stopping)
    }

    pub(super) fn is_jammed(&self) -> bool {
        self.inside.iter().filter_map(|id| self.jobs.get(id)).any(|job| job.record.step == Step::Jammed)
    }

    fn drop_waiting_picks(&mut self, now: Duration) {
        for id in self.inside.clone() {
            if self.jobs.get(&id).is_some_and(|job| job.record.step == Step::AwaitFeeder) {
                self.fail(id, DeviceError::untouched(ErrorKind::WrongState, "the machine is stopping"), now);
                self.close_without_booklet(id);
            }
        }
    }
}
