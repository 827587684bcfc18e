//! What the machine has told and what it remembers of its commands, shared between its two sides.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use printer_driver::{
    Attached, CameraImage, Command, Completion, Cursor, DeviceError, ErrorKind, Event, EventBatch, EventBody, Feeder,
    FeederId, FencingToken, Format, IdempotencyKey, ImageId, JobId, JournalEntry,
};

/// Events that stay after they were read past.
const EVENTS_KEPT: u64 = 64;

/// How a command ended.
pub(super) type Ended = Result<Completion, DeviceError>;

/// Shared between the host's side and the device's.
pub(super) struct Told {
    state: Mutex<State>,
    news: Condvar,
}

struct State {
    token: FencingToken,
    newest: u64,
    events: VecDeque<Event>,
    /// Commands by key; those that are under way have no end yet.
    commands: BTreeMap<IdempotencyKey, Option<Ended>>,
    feeders: BTreeMap<FeederId, Feeder>,
    images: BTreeMap<ImageId, CameraImage>,
}

/// A feeder as the machine announces it.
pub(super) fn feeder(id: FeederId, format: Format, booklets: usize) -> Feeder {
    let remaining = u32::try_from(booklets).unwrap_or(u32::MAX);
    Feeder::new(id).with_load(format, None, remaining)
}

impl Told {
    pub(super) fn new(feeders: Vec<Feeder>) -> Self {
        let state = State {
            token: FencingToken(0),
            newest: 0,
            events: VecDeque::new(),
            commands: BTreeMap::new(),
            feeders: feeders.into_iter().map(|feeder| (feeder.id, feeder)).collect(),
            images: BTreeMap::new(),
        };
        Told { state: Mutex::new(state), news: Condvar::new() }
    }

    pub(super) fn attach(&self, token: FencingToken) -> Result<Attached, DeviceError> {
        let mut state = self.lock();
        state.check(token)?;
        state.token = token;
        Ok(Attached::new(Cursor(state.newest), 1))
    }

    /// Notes a command; `false` when its key is known, and then its end is told again if it has one.
    pub(super) fn accept(&self, command: &Command) -> Result<bool, DeviceError> {
        let mut state = self.lock();
        state.check(command.token)?;
        let job = command.operation.job();
        if let Some(known) = state.commands.get(&command.key) {
            if let Some(result) = known.clone() {
                state.tell(EventBody::Completed { key: command.key, job, result });
                self.news.notify_all();
            }
            return Ok(false);
        }
        state.commands.insert(command.key, None);
        Ok(true)
    }

    /// A command has ended; `before` is told first.
    pub(super) fn end(&self, key: IdempotencyKey, job: Option<JobId>, before: Option<EventBody>, result: Ended) {
        let mut state = self.lock();
        if let (Ok(Completion::Delivered { .. } | Completion::Cancelled), Some(job)) = (&result, job) {
            // The booklet is out: of its commands only the last is ever asked for again.
            state.commands.retain(|key, _| key.0 >> 32 != u128::from(job.0));
        }
        state.commands.insert(key, Some(result.clone()));
        before.into_iter().for_each(|body| state.tell(body));
        state.tell(EventBody::Completed { key, job, result });
        self.news.notify_all();
    }

    pub(super) fn events(&self, after: Cursor, wait: Duration) -> Result<EventBatch, DeviceError> {
        let until = Instant::now() + wait;
        let mut state = self.lock();
        while state.newest <= after.0 {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(EventBatch::default());
            }
            state = self.news.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        while state.events.front().is_some_and(|event| event.cursor.0 + EVENTS_KEPT < after.0) {
            state.events.pop_front();
        }
        if state.events.front().is_some_and(|event| event.cursor.0 > after.0 + 1) {
            return Err(DeviceError::untouched(ErrorKind::CursorGone, "these events are gone"));
        }
        let news = state.events.iter().rev().take_while(|event| event.cursor > after);
        let mut events: Vec<Event> = news.cloned().collect();
        events.reverse();
        Ok(EventBatch::new(events))
    }

    pub(super) fn journal(&self, key: IdempotencyKey) -> JournalEntry {
        match self.lock().commands.get(&key) {
            None => JournalEntry::NotReceived,
            Some(None) => JournalEntry::InProgress,
            Some(Some(result)) => JournalEntry::Ended(result.clone()),
        }
    }

    pub(super) fn feeders(&self) -> Vec<Feeder> {
        self.lock().feeders.values().cloned().collect()
    }

    /// A booklet has left a feeder; what the machine announces of it now.
    pub(super) fn picked(&self, id: FeederId) -> Option<EventBody> {
        let mut state = self.lock();
        let feeder = state.feeders.get_mut(&id)?;
        feeder.remaining = feeder.remaining.saturating_sub(1);
        Some(EventBody::FeederChanged(feeder.clone()))
    }

    pub(super) fn keep_image(&self, id: ImageId, image: CameraImage) {
        self.lock().images.insert(id, image);
    }

    /// Gives a picture out for good: a host that fetches it once needs no copy.
    pub(super) fn take_image(&self, id: ImageId) -> Option<CameraImage> {
        self.lock().images.remove(&id)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn check(&self, token: FencingToken) -> Result<(), DeviceError> {
        if token < self.token {
            return Err(DeviceError::untouched(ErrorKind::Fenced, "a newer host has control"));
        }
        Ok(())
    }

    fn tell(&mut self, body: EventBody) {
        self.newest += 1;
        self.events.push_back(Event::new(Cursor(self.newest), 0, body));
    }
}
