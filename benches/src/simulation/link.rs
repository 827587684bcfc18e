//! The link between a host and a machine, as a driver of its own: it loses what is asked and what is answered, breaks for a
//! while, holds events back and tells them twice. The machine at its end is never the wiser.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use mock_devices::machine::{MockMachineHandle, StepMachine};
use printer_driver::{
    Acceptance, Attached, BookletFate, CameraImage, Command, Cursor, Description, DeviceError, ErrorKind, EventBatch,
    EventBody, FencingToken, IdempotencyKey, ImageId, JobId, JournalEntry, LayerKind, MachineDriver, Operation,
    Snapshot, Stack,
};

use super::dice::Dice;

/// How often a link fails, each in a thousand calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LinkRates {
    /// The request does not arrive.
    pub request_lost: u64,
    /// The answer does not arrive.
    pub answer_lost: u64,
    /// The link is cut for a while.
    pub cut: u64,
    /// The newest events are held back.
    pub held_back: u64,
    /// Events are told again that were told before.
    pub told_twice: u64,
}

/// The line to one machine, shared by all hosts that speak to it.
#[derive(Clone)]
pub struct Line {
    inner: Arc<Mutex<Inner>>,
}

struct Inner {
    dice: Dice,
    rates: LinkRates,
    now: u64,
    down_until: u64,
    held_until: u64,
    reached: BTreeMap<&'static str, u64>,
    /// The jobs of commands that mark or deliver, and the serials that hosts knew these jobs to work on.
    commands: BTreeMap<IdempotencyKey, JobId>,
    serials: BTreeMap<JobId, String>,
    told_unknown: BTreeSet<String>,
}

impl Line {
    /// A line whose faults follow from a seed.
    pub fn new(seed: u64, rates: LinkRates) -> Self {
        let inner = Inner {
            dice: Dice::new(seed, "link"),
            rates,
            now: 0,
            down_until: 0,
            held_until: 0,
            reached: BTreeMap::new(),
            commands: BTreeMap::new(),
            serials: BTreeMap::new(),
            told_unknown: BTreeSet::new(),
        };
        Line { inner: Arc::new(Mutex::new(inner)) }
    }

    /// Time passes.
    pub fn advance(&self, now: u64) {
        self.lock().now = now;
    }

    /// The line is down until then.
    pub fn cut(&self, until: u64) {
        let mut inner = self.lock();
        inner.down_until = inner.down_until.max(until);
    }

    /// From now on it works.
    pub fn mend(&self) {
        let mut inner = self.lock();
        inner.rates = LinkRates::default();
        inner.down_until = 0;
        inner.held_until = 0;
    }

    /// Faults that struck, by name.
    pub fn reached(&self) -> BTreeMap<&'static str, u64> {
        self.lock().reached.clone()
    }

    /// Serials of which a host was told that nobody knows whether they were marked or delivered.
    pub fn told_unknown(&self) -> BTreeSet<String> {
        self.lock().told_unknown.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn strikes(&mut self, name: &'static str, rate: u64) -> bool {
        let strikes = rate > 0 && self.dice.per_mille(rate);
        if strikes {
            *self.reached.entry(name).or_default() += 1;
        }
        strikes
    }

    /// Whether the request arrives.
    fn request(&mut self) -> Result<(), DeviceError> {
        if self.strikes("link: cut for a while", self.rates.cut) {
            let length = self.dice.between(500, 40_000);
            self.down_until = self.down_until.max(self.now + length);
        }
        if self.now < self.down_until || self.strikes("link: request lost", self.rates.request_lost) {
            return Err(lost("the request did not arrive"));
        }
        Ok(())
    }

    /// Whether the answer arrives.
    fn answer(&mut self) -> Result<(), DeviceError> {
        if self.strikes("link: answer lost", self.rates.answer_lost) {
            let kind = if self.dice.per_mille(500) { ErrorKind::LinkLost } else { ErrorKind::Timeout };
            return Err(DeviceError::unknown(kind, "the answer did not arrive"));
        }
        Ok(())
    }

    fn note_command(&mut self, command: &Command) {
        match &command.operation {
            Operation::Personalise { expected_serial, job, .. } => {
                self.serials.insert(*job, expected_serial.clone());
                self.commands.insert(command.key, *job);
            }
            Operation::Deliver { job, stack: Stack::Good } => {
                self.commands.insert(command.key, *job);
            }
            _ => {}
        }
    }

    fn note_result(&mut self, key: IdempotencyKey, error: Option<&DeviceError>) {
        let Some(job) = self.commands.get(&key) else { return };
        let is_unknown = match error {
            // A page that only lacks its picture can be photographed again.
            Some(error) => error.fate == BookletFate::Unknown && !matches!(error.kind, ErrorKind::CameraFailed),
            None => true,
        };
        if is_unknown && let Some(serial) = self.serials.get(job) {
            self.told_unknown.insert(serial.clone());
        }
    }
}

fn lost(why: &str) -> DeviceError {
    DeviceError::unknown(ErrorKind::LinkLost, why)
}

/// One host's session with a machine over its line.
pub struct Wire {
    machine: StepMachine,
    handle: MockMachineHandle,
    line: Line,
    /// Whether pictures are those of the machine's own camera, which cost what they cost.
    real_pictures: bool,
}

impl Wire {
    /// A session with the machine of `handle`.
    pub fn connect(handle: &MockMachineHandle, line: &Line, real_pictures: bool) -> Self {
        Wire { machine: StepMachine::connect(handle), handle: handle.clone(), line: line.clone(), real_pictures }
    }

    fn call<T>(&mut self, act: impl FnOnce(&mut Self) -> Result<T, DeviceError>) -> Result<T, DeviceError> {
        self.line.lock().request()?;
        let answer = act(self);
        self.line.lock().answer()?;
        answer
    }

    /// What is on the page, without a lens: the bytes of its layers.
    fn develop(&mut self, image: ImageId) -> Result<CameraImage, DeviceError> {
        let shot = self.handle.shot(image)?;
        if shot.is_misread() {
            return Ok(CameraImage::new(1, 1, 300, vec![0]));
        }
        // Marks that lie exactly upon each other look like one.
        let mut seen: Vec<&[u8]> = Vec::new();
        // The observation page is not in the camera's view.
        let marks = || shot.marks().iter().filter(|mark| mark.layer.kind != LayerKind::Observation);
        for mark in marks() {
            let bytes = &mark.layer.bytes[..];
            if !seen.contains(&bytes) {
                seen.push(bytes);
            }
        }
        let is_whole = marks().any(|mark| mark.done_per_mille >= 1000);
        let grey = match seen[..] {
            [one] if is_whole => text_of(one).unwrap_or_default(),
            _ => Vec::new(),
        };
        let width = u32::try_from(grey.len()).unwrap_or(0);
        Ok(CameraImage::new(width, 1, 300, grey))
    }
}

/// The row of pixels of a page's layer.
pub fn text_of(layer: &[u8]) -> Option<Vec<u8>> {
    let mut reader = png::Decoder::new(std::io::Cursor::new(layer)).read_info().ok()?;
    let mut samples = vec![0; reader.output_buffer_size()?];
    reader.next_frame(&mut samples).ok()?;
    Some(samples)
}

impl MachineDriver for Wire {
    fn describe(&mut self) -> Result<Description, DeviceError> {
        self.call(|wire| wire.machine.describe())
    }

    fn attach(&mut self, token: FencingToken) -> Result<Attached, DeviceError> {
        self.call(|wire| wire.machine.attach(token))
    }

    fn submit(&mut self, command: &Command) -> Result<Acceptance, DeviceError> {
        self.line.lock().note_command(command);
        self.call(|wire| wire.machine.submit(command))
    }

    fn events(&mut self, after: Cursor, wait: Duration) -> Result<EventBatch, DeviceError> {
        {
            // A question that has no answer yet costs no luck: how often a host looks must not decide how often it fails.
            let inner = self.line.lock();
            if inner.now < inner.down_until {
                return Err(lost("the request did not arrive"));
            }
        }
        let mut batch = self.machine.events(after, wait)?;
        if batch.events.is_empty() {
            return Ok(batch);
        }
        let mut inner = self.line.lock();
        inner.request()?;
        let rates = inner.rates;
        if inner.now < inner.held_until {
            return Ok(EventBatch::default());
        }
        if inner.strikes("link: events late", rates.held_back) {
            inner.held_until = inner.now + inner.dice.between(200, 8_000);
            let told = usize::try_from(inner.dice.below(batch.events.len() as u64)).unwrap_or(0);
            batch.events.truncate(told);
        }
        inner.answer()?;
        for event in &batch.events {
            if let EventBody::Completed { key, result: Err(error), .. } = &event.body {
                inner.note_result(*key, Some(error));
            }
        }
        let again = after.0 > 0 && inner.strikes("link: events twice", rates.told_twice);
        if again {
            let back = inner.dice.between(1, 6).min(after.0);
            drop(inner);
            if let Ok(mut earlier) = self.machine.events(Cursor(after.0 - back), Duration::ZERO) {
                earlier.events.retain(|event| event.cursor <= after);
                earlier.events.append(&mut batch.events);
                return Ok(earlier);
            }
        }
        Ok(batch)
    }

    fn snapshot(&mut self) -> Result<Snapshot, DeviceError> {
        self.call(|wire| wire.machine.snapshot())
    }

    fn journal(&mut self, key: IdempotencyKey) -> Result<JournalEntry, DeviceError> {
        let entry = self.call(|wire| wire.machine.journal(key));
        match &entry {
            Ok(JournalEntry::Ended(Err(error))) => self.line.lock().note_result(key, Some(error)),
            Ok(JournalEntry::Unknown) => self.line.lock().note_result(key, None),
            _ => {}
        }
        entry
    }

    fn image(&mut self, image: ImageId) -> Result<CameraImage, DeviceError> {
        let real = self.real_pictures;
        self.call(|wire| if real { wire.machine.image(image) } else { wire.develop(image) })
    }
}
