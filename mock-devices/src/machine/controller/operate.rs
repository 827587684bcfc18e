//! What a person does at the machine.

use std::collections::BTreeMap;
use std::time::Duration;

use printer_driver::{ControlCommand, ControlMode, DeviceError, EventBody, FeederId, Mode, Severity, Stack, State};
use thiserror::Error;

use super::dispatch::stack_code;
use super::tell::JAM;
use super::{MachineCore, station};
use crate::machine::booklet::{MockBooklet, Place};
use crate::machine::faults::{FaultKind, FaultPlan, ForcedFault};
use crate::machine::job::Step;
use crate::machine::physical::BookletId;
use crate::machine::table;

/// The alarm code of an open cover.
const COVER_OPEN: &str = "COVER-OPEN";

/// Why a person's act at the machine was not possible.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum OperatorError {
    /// There is no such feeder, or no such consumable.
    #[error("the machine has no such part")]
    NoSuchPart,
    /// The feeder takes another format.
    #[error("the feeder takes another format than that of {serial}")]
    WrongFormat {
        /// The first booklet of another format.
        serial: String,
    },
    /// The button does nothing in this state, or the memory could not be written.
    #[error(transparent)]
    Device(#[from] DeviceError),
}

impl MachineCore {
    /// Loads booklets into a feeder, under what lies there. Booklets that the machine has ever held are left out, so
    /// that a stock can be loaded again after a restart. Returns how many were loaded.
    ///
    /// # Errors
    /// [`OperatorError::NoSuchPart`], [`OperatorError::WrongFormat`]; then none was loaded.
    pub fn load(
        &mut self,
        feeder: FeederId,
        booklets: Vec<MockBooklet>,
        now: Duration,
    ) -> Result<usize, OperatorError> {
        self.advance(now)?;
        let taken = self.settings.feeders.iter().find(|(id, _)| *id == feeder);
        let format = taken.map(|(_, format)| format.clone()).ok_or(OperatorError::NoSuchPart)?;
        if let Some(other) = booklets.iter().find(|booklet| booklet.format != format) {
            return Err(OperatorError::WrongFormat { serial: other.serial.clone() });
        }
        let mut loaded = 0usize;
        for booklet in booklets {
            if self.store.by_serial.contains_key(&booklet.serial) {
                continue;
            }
            self.widen_range(feeder, &booklet.serial);
            let id = self.store.add(booklet, feeder);
            self.touch_booklet(id);
            self.touch(table::CHIP, id.0);
            self.touch(table::MARKS, id.0);
            loaded = loaded.saturating_add(1);
        }
        if loaded > 0 {
            self.touch(table::FEEDER, feeder.0);
            self.touch_desk();
            let feed = station::feed(feeder);
            self.clear_alarm("FEEDER-EMPTY", Some(feed), now);
            self.clear_alarm("MISFEED", Some(feed), now);
            if self.store.feeders.get(&feeder).is_some_and(|order| order.len() > self.settings.feeder_low as usize) {
                self.clear_alarm("FEEDER-LOW", Some(feed), now);
            }
            self.tell_feeder(feeder, now);
        }
        self.settle()?;
        Ok(loaded)
    }

    /// Takes all booklets out of a feeder.
    ///
    /// # Errors
    /// [`OperatorError::NoSuchPart`] when there is no such feeder.
    pub fn empty_feeder(&mut self, feeder: FeederId, now: Duration) -> Result<Vec<MockBooklet>, OperatorError> {
        self.advance(now)?;
        if !self.settings.feeders.iter().any(|(id, _)| *id == feeder) {
            return Err(OperatorError::NoSuchPart);
        }
        let order = self.store.feeders.remove(&feeder).unwrap_or_default();
        let taken = order.into_iter().filter_map(|id| self.take(id)).collect();
        self.touch(table::FEEDER, feeder.0);
        self.tell_feeder(feeder, now);
        self.settle()?;
        Ok(taken)
    }

    /// A person takes a booklet away.
    fn take(&mut self, id: BookletId) -> Option<MockBooklet> {
        self.touch_booklet(id);
        self.touch(table::CHIP, id.0);
        self.touch(table::MARKS, id.0);
        let kept = self.store.booklets.get_mut(&id)?;
        kept.place = Place::Taken;
        kept.body.take()
    }

    /// Lays spare booklets, which are nobody's, onto a stack until it is full.
    ///
    /// # Errors
    /// [`OperatorError::Device`] when the memory cannot be written.
    pub fn fill_stack(&mut self, stack: Stack, now: Duration) -> Result<(), OperatorError> {
        self.advance(now)?;
        self.desk.set_stacked(stack, self.settings.stack_capacity);
        self.tell(EventBody::StackChanged(self.stack_level(stack)), now);
        self.set_alarm(stack_code(stack), Severity::Critical, "Empty the stack.", Some(station::OUTPUT), now);
        self.suspend_itself(now);
        self.dispatch(now);
        Ok(self.settle()?)
    }

    fn widen_range(&mut self, feeder: FeederId, serial: &str) {
        // A new load into an empty feeder has a range of its own.
        if self.store.feeders.get(&feeder).is_none_or(|order| order.is_empty()) {
            self.desk.ranges.retain(|(id, _)| *id != feeder.0);
        }
        match self.desk.ranges.iter_mut().find(|(id, _)| *id == feeder.0) {
            Some((_, (lowest, highest))) => {
                if serial < lowest.as_str() {
                    *lowest = serial.to_owned();
                }
                if serial > highest.as_str() {
                    *highest = serial.to_owned();
                }
            }
            None => self.desk.ranges.push((feeder.0, (serial.to_owned(), serial.to_owned()))),
        }
    }

    /// Takes all booklets off a stack.
    ///
    /// # Errors
    /// [`OperatorError::Device`] when the memory cannot be written.
    pub fn empty_stack(&mut self, stack: Stack, now: Duration) -> Result<Vec<MockBooklet>, OperatorError> {
        self.advance(now)?;
        let lying: Vec<BookletId> = self
            .store
            .booklets
            .iter()
            .filter(|(_, kept)| kept.place == Place::Stack(stack))
            .map(|(id, _)| *id)
            .collect();
        let taken = lying.into_iter().filter_map(|id| self.take(id)).collect();
        self.desk.set_stacked(stack, 0);
        self.tell(EventBody::StackChanged(self.stack_level(stack)), now);
        self.clear_alarm(stack_code(stack), Some(station::OUTPUT), now);
        let still_full = self.desk.alarms.iter().any(|alarm| alarm.is_set && alarm.code.starts_with("STACK-FULL"));
        if self.desk.is_blocked && !still_full {
            self.desk.is_blocked = false;
            if matches!(self.desk.state, State::Suspending | State::Suspended) {
                self.enter(State::Unsuspending, None, now);
            }
        }
        self.dispatch(now);
        self.settle()?;
        Ok(taken)
    }

    /// Takes stuck booklets out and lays them onto the reject stack. Returns how many there were.
    ///
    /// # Errors
    /// [`OperatorError::Device`] when the memory cannot be written.
    pub fn clear_jam(&mut self, now: Duration) -> Result<usize, OperatorError> {
        self.advance(now)?;
        let mut cleared = 0usize;
        for id in self.inside.clone() {
            let Some(job) = self.jobs.get(&id) else { continue };
            if job.record.step != Step::Jammed {
                continue;
            }
            if let Some(booklet) = job.record.booklet {
                self.lay_on_stack(id, booklet, Stack::Reject, now);
            }
            cleared = cleared.saturating_add(1);
        }
        for id in self.desk.clear_alarms(|alarm| alarm.code == JAM) {
            self.tell(EventBody::AlarmCleared(id), now);
        }
        self.dispatch(now);
        self.settle()?;
        Ok(cleared)
    }

    /// Presses a button on the panel.
    ///
    /// # Errors
    /// [`OperatorError::Device`] when the button does nothing in this state.
    pub fn press(&mut self, command: ControlCommand, now: Duration) -> Result<(), OperatorError> {
        self.advance(now)?;
        self.answers()?;
        self.admit_control(command)?;
        self.control(command, None, now);
        self.dispatch(now);
        Ok(self.settle()?)
    }

    /// Opens a cover. A machine that moves aborts at once, because the laser must not shine; until it is closed nothing starts.
    ///
    /// # Errors
    /// [`OperatorError::Device`] when the memory cannot be written.
    pub fn open_cover(&mut self, now: Duration) -> Result<(), OperatorError> {
        self.advance(now)?;
        self.desk.is_cover_open = true;
        self.set_alarm(COVER_OPEN, Severity::Critical, "A cover is open: close it.", None, now);
        let stands = matches!(
            self.desk.state,
            State::Stopped | State::Idle | State::Complete | State::Aborting | State::Aborted
        );
        if !stands && self.off_until.is_none() {
            self.enter(State::Aborting, None, now);
        }
        self.dispatch(now);
        Ok(self.settle()?)
    }

    /// Closes the cover. The machine stays where it is until somebody clears and starts it.
    ///
    /// # Errors
    /// [`OperatorError::Device`] when the memory cannot be written.
    pub fn close_cover(&mut self, now: Duration) -> Result<(), OperatorError> {
        self.advance(now)?;
        self.desk.is_cover_open = false;
        self.touch_desk();
        self.clear_alarm(COVER_OPEN, None, now);
        Ok(self.settle()?)
    }

    /// Turns the mode switch on the panel.
    ///
    /// # Errors
    /// [`OperatorError::Device`] when the mode cannot change in this state.
    pub fn set_mode(&mut self, mode: Mode, now: Duration) -> Result<(), OperatorError> {
        self.advance(now)?;
        self.answers()?;
        self.admit_mode()?;
        if self.desk.mode != mode {
            self.desk.mode = mode;
            self.tell(EventBody::ModeChanged(mode), now);
        }
        Ok(self.settle()?)
    }

    /// Turns the key on the panel: who commands the machine.
    ///
    /// # Errors
    /// [`OperatorError::Device`] when the memory cannot be written.
    pub fn turn_key(&mut self, control: ControlMode, now: Duration) -> Result<(), OperatorError> {
        self.advance(now)?;
        self.set_control(control, now);
        Ok(self.settle()?)
    }

    /// Cuts the power; it comes back by itself.
    ///
    /// # Errors
    /// [`OperatorError::Device`] when the memory cannot be written.
    pub fn power_cut(&mut self, now: Duration) -> Result<(), OperatorError> {
        self.advance(now)?;
        self.cut_power(self.now);
        Ok(self.settle()?)
    }

    /// Changes what goes wrong from now on.
    pub fn set_faults(&mut self, faults: FaultPlan) {
        self.settings.faults = faults;
        self.desk.spent_faults.clear();
        self.touch_desk();
    }

    /// Makes a fault strike once more.
    pub fn force_fault(&mut self, kind: FaultKind, serial: Option<String>) {
        self.settings.faults.forced.push(ForcedFault { kind, serial });
    }

    /// How often each kind of fault has struck since the machine was switched on, by the fault's name; all kinds are there.
    pub fn reached(&self) -> &BTreeMap<&'static str, u64> {
        &self.reached
    }

    /// Whether the machine has ever held a booklet with this serial.
    pub fn has_held(&self, serial: &str) -> bool {
        self.store.by_serial.contains_key(serial)
    }

    /// A booklet as it physically is; none when there is none with this serial or a person has taken it.
    pub fn look(&self, serial: &str) -> Option<(&MockBooklet, Place)> {
        let kept = self.store.booklets.get(self.store.by_serial.get(serial)?)?;
        Some((kept.body.as_ref()?, kept.place))
    }

    /// A booklet as it physically is, in a person's hands.
    pub fn look_mut(&mut self, serial: &str) -> Option<&mut MockBooklet> {
        let id = *self.store.by_serial.get(serial)?;
        self.touch_booklet(id);
        self.touch(table::CHIP, id.0);
        self.touch(table::MARKS, id.0);
        self.store.body_mut(id)
    }

    /// What went wrong when the memory was last written; until it can be written the machine tells nothing.
    pub fn memory_failure(&self) -> Option<&str> {
        self.memory_failure.as_deref()
    }

    /// Whether a command is under way.
    pub fn is_busy(&self) -> bool {
        self.journal.is_busy()
    }

    /// Every booklet that was ever loaded, by serial, with where it is.
    pub fn places(&self) -> impl Iterator<Item = (&str, Place)> {
        self.store.booklets.values().map(|kept| (kept.serial.as_str(), kept.place))
    }
}
