//! Events as a liar tells them.

use printer_driver::limits::{MAX_EVENTS_IN_BATCH, MAX_SCRIPT_BYTES, MAX_SERIAL_BYTES};
use printer_driver::{
    Alarm, AlarmId, BookletFate, Completion, Consumable, Cursor, DeviceError, ErrorKind, Event, EventBody,
    IdempotencyKey, JobId, Operation, ProgressStep, Severity, Stack, StackLevel, State,
};

use super::{LieKind, Told, another};

/// A key that no host chooses.
const NO_KEY: IdempotencyKey = IdempotencyKey(u128::MAX - 0xBAD);
/// A job that never was.
const NO_JOB: JobId = JobId(u64::MAX - 0xBAD);

impl Told {
    /// What is told of the machine's own events after a cursor.
    pub(super) fn tell(&mut self, after: Cursor, own: Vec<Event>) -> Vec<Event> {
        let mut events = Vec::with_capacity(own.len());
        let mut next = after.0.saturating_add(1);
        self.retell(&mut next, &mut events);
        for mut event in own {
            event.cursor = Cursor(self.shown(event.cursor.0));
            next = event.cursor.0.saturating_add(1);
            let is_new = event.cursor.0 > self.newest;
            self.rewrite(&mut event);
            if is_new {
                self.note(&event);
            }
            events.push(event);
            self.retell(&mut next, &mut events);
        }
        if next > self.newest {
            let time = events.last().map_or(0, |event| event.machine_time_ms);
            for body in self.invent() {
                let event = Event::new(Cursor(next), time, body);
                self.invented.insert(next, event.clone());
                events.push(event);
                next = next.saturating_add(1);
            }
        }
        self.newest = self.newest.max(next.saturating_sub(1));
        self.renumber(&mut events);
        events
    }

    /// Tells what was invented before again, at its place.
    fn retell(&self, next: &mut u64, events: &mut Vec<Event>) {
        while let Some(invented) = self.invented.get(next) {
            events.push(invented.clone());
            *next = next.saturating_add(1);
        }
    }

    fn note(&mut self, event: &Event) {
        match &event.body {
            EventBody::StateChanged(state) => self.state = Some(*state),
            EventBody::Completed { result, job, .. } => {
                if let (Ok(Completion::Picked { serial, chip, .. }), Some(job)) = (result, job) {
                    self.serials.insert(serial.clone());
                    self.chips.insert(chip.chip_serial.clone(), *job);
                }
                self.last_end = Some(event.clone());
            }
            _ => {}
        }
    }

    /// Lies about something that has happened.
    fn rewrite(&mut self, event: &mut Event) {
        let EventBody::Completed { key, result: Ok(completion), .. } = &mut event.body else { return };
        let operation = self.operations.get(key).cloned();
        match completion {
            Completion::Picked { serial, chip, .. } => {
                let earlier = self.serials.iter().find(|known| *known != serial).cloned();
                let other = self.chips.keys().find(|known| **known != chip.chip_serial).cloned();
                if self.tells(LieKind::ForeignSerial) {
                    *serial = "ZZ9999999".to_owned();
                } else if self.tells(LieKind::OversizedSerial) {
                    *serial = "Z".repeat(1_000.max(MAX_SERIAL_BYTES + 1));
                } else if let Some(earlier) = earlier.filter(|_| self.tells(LieKind::SerialAgain)) {
                    *serial = earlier;
                }
                if self.is_asked(LieKind::ForeignChip) {
                    chip.chip_serial = other.unwrap_or_else(|| b"NO SUCH CHIP".to_vec());
                    self.tells(LieKind::ForeignChip);
                }
            }
            Completion::Answered { answers } => {
                if self.tells(LieKind::OversizedAnswers) {
                    answers.resize(MAX_SCRIPT_BYTES / 0x1_0000 + 1, vec![0; 0x1_0000]);
                } else if self.tells(LieKind::ExtraAnswers) {
                    answers.extend([vec![0x90, 0x00], vec![0x90, 0x00]]);
                }
            }
            _ => {}
        }
        if let Some(operation) = operation.filter(|operation| operation.job().is_some())
            && self.tells(LieKind::WrongCompletion)
        {
            *completion = another(&operation);
        }
    }

    /// What is told although it never happened.
    fn invent(&mut self) -> Vec<EventBody> {
        let mut bodies = Vec::new();
        if let Some(state) = self.state
            && self.tells(LieKind::ImpossibleTransition)
        {
            // Complete is reached from Completing only, and Unholding from Held only.
            let is_near = matches!(state, State::Completing | State::Complete);
            bodies.push(EventBody::StateChanged(if is_near { State::Unholding } else { State::Complete }));
        }
        if let Some(job) = self.last_job
            && self.tells(LieKind::UnacceptedCompletion)
        {
            let result = Ok(Completion::Delivered { stack: Stack::Good });
            bodies.push(EventBody::Completed { key: NO_KEY, job: Some(job), result });
        }
        if self.tells(LieKind::ForeignJob) {
            bodies.push(EventBody::Progress { job: NO_JOB, step: ProgressStep::Engraved });
            let result = Ok(Completion::Delivered { stack: Stack::Good });
            bodies.push(EventBody::Completed { key: NO_KEY, job: Some(NO_JOB), result });
        }
        if let Some(Event { body: EventBody::Completed { key, job: Some(job), result }, .. }) = self.last_end.clone()
            && self.tells(LieKind::ContraryCompletion)
        {
            let result = match (result, self.operations.get(&key)) {
                (Ok(_), _) => Err(DeviceError::new(ErrorKind::Fault, BookletFate::Untouched, "it never was")),
                (Err(_), Some(Operation::Deliver { stack, .. })) => Ok(Completion::Delivered { stack: *stack }),
                (Err(_), _) => Ok(Completion::Done),
            };
            bodies.push(EventBody::Completed { key, job: Some(job), result });
        }
        if self.tells(LieKind::OversizedAlarm) {
            bodies.push(EventBody::AlarmSet(Alarm::new(
                AlarmId(u64::MAX),
                "OVERSIZED",
                Severity::Notice,
                "Z".repeat(1 << 20),
            )));
        }
        if self.tells(LieKind::ImpossibleLevel) {
            bodies.push(EventBody::StackChanged(StackLevel::new(Stack::Good, u32::MAX, 10)));
            bodies.push(EventBody::ConsumableChanged(Consumable::new("ink", u16::MAX)));
        }
        bodies
    }

    /// Lies about cursors and about how much there is.
    fn renumber(&mut self, events: &mut Vec<Event>) {
        let Some(first) = events.first().map(|event| event.cursor.0) else { return };
        if first > 1 && self.tells(LieKind::CursorBack) {
            for (event, cursor) in events.iter_mut().zip(1..) {
                event.cursor = Cursor(cursor);
            }
        } else if self.tells(LieKind::CursorLeap) {
            for event in events.iter_mut() {
                event.cursor = Cursor(event.cursor.0.saturating_add(1_000));
            }
        } else if self.tells(LieKind::OversizedBatch) {
            let filler = events.last().map(|event| event.machine_time_ms).unwrap_or(0);
            let last = events.last().map_or(0, |event| event.cursor.0);
            let more = (1..=MAX_EVENTS_IN_BATCH as u64).map(|number| {
                let level = StackLevel::new(Stack::Reject, 0, 10);
                Event::new(Cursor(last.saturating_add(number)), filler, EventBody::StackChanged(level))
            });
            events.extend(more);
        }
    }
}
