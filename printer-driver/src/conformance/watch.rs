//! What holds in every check: looked at in everything that the driver says, and told by checks of their own.

use std::collections::BTreeMap;

use crate::limits::Excess;
use crate::{
    Alarm, Capabilities, Completion, Cursor, Description, DeviceError, Event, EventBatch, EventBody, IdempotencyKey,
    Snapshot, State,
};

use super::CANARY;

/// Most findings of one kind that are kept; the first says enough.
const KEPT: usize = 3;

/// What a driver did that no driver may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Breach {
    Cursors,
    Ends,
    States,
    Secrecy,
    Limits,
    Waiting,
}

/// Ends of a command as they were told, in order.
pub(super) type Ends = Vec<Result<Completion, DeviceError>>;

/// Everything that the driver said since the kit began, and what was wrong with it.
#[derive(Default)]
pub(super) struct Watch {
    breaches: BTreeMap<Breach, Vec<String>>,
    announced: Vec<State>,
    /// The last state that was told; none when it is not known, as after a restart.
    state: Option<State>,
    /// Keys that were handed in, with how often.
    handed_in: BTreeMap<IdempotencyKey, u32>,
    ends: BTreeMap<IdempotencyKey, Ends>,
    seen: BTreeMap<u64, Event>,
}

impl Watch {
    pub(super) fn breach(&mut self, breach: Breach, what: String) {
        let kept = self.breaches.entry(breach).or_default();
        if kept.len() < KEPT && !kept.contains(&what) {
            kept.push(what);
        }
    }

    pub(super) fn breaches(&self, breach: Breach) -> Option<String> {
        self.breaches.get(&breach).map(|kept| kept.join("; "))
    }

    pub(super) fn handed_in(&mut self, key: IdempotencyKey) {
        *self.handed_in.entry(key).or_default() += 1;
    }

    pub(super) fn ends(&self, key: IdempotencyKey) -> &[Result<Completion, DeviceError>] {
        self.ends.get(&key).map_or(&[], Vec::as_slice)
    }

    pub(super) fn seen(&self, cursor: u64) -> Option<&Event> {
        self.seen.get(&cursor)
    }

    /// What was told after a cursor, in order.
    pub(super) fn told_after(&self, after: u64) -> impl Iterator<Item = &EventBody> {
        self.seen.range(after.saturating_add(1)..).map(|(_, event)| &event.body)
    }

    /// How many events were told.
    pub(super) fn count(&self) -> usize {
        self.seen.len()
    }

    pub(super) fn state(&self) -> Option<State> {
        self.state
    }

    /// The state is read from a snapshot, or nobody knows it.
    pub(super) fn set_state(&mut self, state: Option<State>) {
        self.state = state;
    }

    pub(super) fn description(&mut self, description: &Description) {
        self.excess("describe", description.check_limits());
        let Capabilities { states, .. } = &description.capabilities;
        self.announced.clone_from(states);
        for station in &description.stations {
            self.text("name of a station", &station.name);
        }
    }

    pub(super) fn snapshot(&mut self, snapshot: &Snapshot) {
        self.excess("snapshot", snapshot.check_limits());
        for alarm in &snapshot.alarms {
            self.alarm(alarm);
        }
        for consumable in &snapshot.consumables {
            self.text("name of a consumable", &consumable.name);
        }
        for (reason, _) in &snapshot.counters.rejected {
            self.text("reason of a rejection", reason);
        }
    }

    pub(super) fn error(&mut self, error: &DeviceError) {
        self.excess("an error", error.check_limits());
        self.text("detail of an error", &error.detail);
        self.text("serial of an error", error.serial.as_deref().unwrap_or_default());
    }

    pub(super) fn excess(&mut self, of: &str, checked: Result<(), Excess>) {
        if let Err(excess) = checked {
            self.breach(Breach::Limits, format!("{of}: {excess}"));
        }
    }

    /// Takes what was read after a cursor; returns the cursor of the last event.
    pub(super) fn batch(&mut self, after: Cursor, batch: &EventBatch) -> Cursor {
        self.excess("events", batch.check_limits());
        let mut last = after;
        for event in &batch.events {
            if event.cursor.0 != last.0.saturating_add(1) {
                let what = format!("event {} came after {}", event.cursor.0, last.0);
                self.breach(Breach::Cursors, what);
            }
            last = last.max(event.cursor);
            match self.seen.get(&event.cursor.0) {
                Some(known) if known == event => continue,
                Some(_) => {
                    self.breach(Breach::Cursors, format!("event {} was another one when read again", event.cursor.0));
                }
                None => self.event(event),
            }
        }
        last
    }

    fn event(&mut self, event: &Event) {
        self.seen.insert(event.cursor.0, event.clone());
        match &event.body {
            EventBody::Completed { key, result, .. } => self.end(*key, result),
            EventBody::StateChanged(next) => self.next_state(*next),
            EventBody::AlarmSet(alarm) => self.alarm(alarm),
            EventBody::ConsumableChanged(consumable) => self.text("name of a consumable", &consumable.name),
            _ => {}
        }
    }

    fn end(&mut self, key: IdempotencyKey, result: &Result<Completion, DeviceError>) {
        if let Err(error) = result {
            self.error(error);
        }
        let handed_in = self.handed_in.get(&key).copied().unwrap_or(0);
        let ends = self.ends.entry(key).or_default();
        let before = ends.first().cloned();
        ends.push(result.clone());
        let told = ends.len();
        if handed_in == 0 {
            self.breach(Breach::Ends, format!("the end of {key:?} was told, which was never handed in"));
        } else if told > handed_in as usize {
            self.breach(Breach::Ends, format!("{key:?} was handed in {handed_in} times and its end told {told} times"));
        }
        if before.is_some_and(|before| before != *result) {
            self.breach(Breach::Ends, format!("{key:?} ended in two ways: told as {result:?} after another"));
        }
    }

    fn next_state(&mut self, next: State) {
        if !self.announced.contains(&next) {
            self.breach(Breach::States, format!("{} was told and is not announced", next.name()));
        }
        if let Some(state) = self.state
            && next != State::Stopped
            && !state.leads_to(next, &self.announced)
        {
            self.breach(Breach::States, format!("{} followed {}", next.name(), state.name()));
        }
        self.state = Some(next);
    }

    fn alarm(&mut self, alarm: &Alarm) {
        self.text("code of an alarm", &alarm.code);
        self.text("text of an alarm", &alarm.text);
    }

    fn text(&mut self, of: &str, text: &str) {
        if text.contains(CANARY) {
            self.breach(Breach::Secrecy, format!("the {of} holds what stood in a page or a script"));
        }
    }
}
