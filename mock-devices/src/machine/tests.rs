//! A machine in virtual time with chips that only count.

mod control;
mod driving;
mod engraving;
mod faults;
mod personalising;
mod presence;
mod restart;
mod slips;
mod throughput;
mod way;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use printer_driver::{
    Acceptance, ApduScript, ChipIdentity, Command, Completion, ControlCommand, Cursor, DeviceError, Event, EventBody,
    FeederId, FencingToken, Format, IdempotencyKey, JobId, Layer, LayerCoding, LayerKind, Operation, Stack, State,
};

use super::{ChipRestorer, Coupler, InMemory, MachineCore, MachineMemory, MachineSettings, MockBooklet};

pub(crate) const TOKEN: FencingToken = FencingToken(5);
pub(crate) const FEEDER: FeederId = FeederId(1);
pub(crate) const EPOCH: i64 = 1_790_000_000_000;

/// A chip that remembers how many commands it got. `00 B0` reads that number, `00 FF` is refused.
pub(crate) struct CountingChip {
    serial: u32,
    pub(crate) count: u32,
    elapsed: Duration,
    per_command: Duration,
}

impl CountingChip {
    pub(crate) fn new(serial: u32) -> Self {
        CountingChip { serial, count: 0, elapsed: Duration::ZERO, per_command: Duration::from_millis(100) }
    }
    pub(crate) fn slow(serial: u32, per_command: Duration) -> Self {
        CountingChip { per_command, ..CountingChip::new(serial) }
    }
}

impl Coupler for CountingChip {
    fn transmit(&mut self, command: &[u8]) -> Vec<u8> {
        self.elapsed += self.per_command;
        match command {
            [_, 0xB0, ..] => [self.count.to_be_bytes().as_slice(), &[0x90, 0x00]].concat(),
            [_, 0xFF, ..] => vec![0x6A, 0x80],
            _ => {
                self.count += 1;
                vec![0x90, 0x00]
            }
        }
    }
    fn reset(&mut self) {}
    fn elapsed(&self) -> Duration {
        self.elapsed
    }
    fn identity(&mut self) -> Option<ChipIdentity> {
        Some(ChipIdentity::new(self.serial.to_be_bytes().to_vec(), 1))
    }
    fn snapshot(&self) -> Vec<u8> {
        let millis = self.per_command.as_millis() as u32;
        [self.serial, self.count, millis].iter().flat_map(|number| number.to_be_bytes()).collect()
    }
}

pub(crate) fn restore(bytes: &[u8]) -> Option<Box<dyn Coupler>> {
    let numbers: Vec<u32> =
        bytes.chunks_exact(4).map(|four| u32::from_be_bytes([four[0], four[1], four[2], four[3]])).collect();
    let [serial, count, millis] = numbers[..] else { return None };
    let mut chip = CountingChip::slow(serial, Duration::from_millis(millis.into()));
    chip.count = count;
    Some(Box::new(chip))
}

/// How many commands a booklet's chip got.
pub(crate) fn count_of(booklet: &MockBooklet) -> u32 {
    let bytes = booklet.chip.snapshot();
    u32::from_be_bytes([bytes[4], bytes[5], bytes[6], bytes[7]])
}

pub(crate) fn serial(number: u32) -> String {
    format!("K{number:08}")
}

pub(crate) fn blanks(numbers: std::ops::Range<u32>) -> Vec<MockBooklet> {
    numbers
        .map(|number| {
            MockBooklet::blank(serial(number), Format("passport-32".into()), Box::new(CountingChip::new(number)))
        })
        .collect()
}

pub(crate) fn settings() -> MachineSettings {
    MachineSettings::line_300("TEST-1", restore as ChipRestorer)
}

/// A grey layer at 300 dpi, 2.54 mm from the corner, whose upper half is black.
pub(crate) fn layer(kind: LayerKind) -> Layer {
    let (width, height) = (200u32, 100u32);
    let mut samples = vec![0u8; 200 * 50];
    samples.resize(200 * 100, 255);
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.write_header().unwrap().write_image_data(&samples).unwrap();
    Layer::new(kind, LayerCoding::PngGrey, 300, (width, height), bytes).at(2_540, 2_540)
}

pub(crate) fn script(commands: &[&[u8]]) -> ApduScript {
    ApduScript::new(commands.iter().map(|command| command.to_vec()).collect()).with_reset_first(true)
}

pub(crate) fn pick(job: u64) -> Operation {
    Operation::Pick { job: JobId(job), feeder: FEEDER, format: Format("passport-32".into()) }
}

pub(crate) fn write(job: u64) -> Operation {
    let write: &[u8] = &[0x00, 0xD6, 0x00, 0x00];
    Operation::Exchange { job: JobId(job), script: script(&[write, write, write, write]) }
}

pub(crate) fn personalise(job: u64, expected: u32) -> Operation {
    let layers = vec![layer(LayerKind::Laser), layer(LayerKind::Observation)];
    Operation::Personalise { job: JobId(job), expected_serial: serial(expected), layers, number: None }
}

pub(crate) fn deliver(job: u64, stack: Stack) -> Operation {
    Operation::Deliver { job: JobId(job), stack }
}

/// A machine, its time, and a host that reads every event.
pub(crate) struct Line {
    pub(crate) core: MachineCore,
    pub(crate) now: Duration,
    pub(crate) seen: Vec<Event>,
}

impl Line {
    /// Switched on, loaded and executing.
    pub(crate) fn running(settings: MachineSettings, booklets: u32) -> Self {
        Line::running_on(settings, Box::new(InMemory::new()), booklets)
    }

    pub(crate) fn running_on(settings: MachineSettings, memory: Box<dyn MachineMemory>, booklets: u32) -> Self {
        let mut line = Line::switch_on(settings, memory, Duration::ZERO);
        line.core.load(FEEDER, blanks(1..booklets + 1), line.now).unwrap();
        line.run();
        line
    }

    pub(crate) fn switch_on(settings: MachineSettings, memory: Box<dyn MachineMemory>, now: Duration) -> Self {
        let core = MachineCore::start(settings, memory, 42, now, EPOCH).unwrap();
        Line { core, now, seen: Vec::new() }
    }

    /// From Stopped to Execute.
    pub(crate) fn run(&mut self) {
        self.core.attach(TOKEN, self.now).unwrap();
        self.control(ControlCommand::Reset).unwrap();
        self.control(ControlCommand::Start).unwrap();
        assert_eq!(self.state(), State::Execute);
    }

    /// A key that no command ever had, not even before a restart.
    pub(crate) fn key(&mut self) -> IdempotencyKey {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        IdempotencyKey(NEXT.fetch_add(1, Ordering::Relaxed).into())
    }

    pub(crate) fn control(&mut self, command: ControlCommand) -> Result<Completion, DeviceError> {
        self.carry_out(Operation::Control(command))
    }

    pub(crate) fn submit(&mut self, operation: Operation) -> Result<IdempotencyKey, DeviceError> {
        let key = self.key();
        self.submit_as(key, operation).map(|_| key)
    }

    pub(crate) fn submit_as(&mut self, key: IdempotencyKey, operation: Operation) -> Result<Acceptance, DeviceError> {
        let acceptance = self.core.submit(&Command::new(key, TOKEN, operation), self.now);
        self.read();
        acceptance
    }

    /// Hands a command in and lets time pass until it has ended.
    pub(crate) fn carry_out(&mut self, operation: Operation) -> Result<Completion, DeviceError> {
        let key = self.submit(operation)?;
        self.wait_for(key)
    }

    pub(crate) fn wait_for(&mut self, key: IdempotencyKey) -> Result<Completion, DeviceError> {
        loop {
            if let Some(result) = self.told(key).pop() {
                return result;
            }
            assert!(self.step(), "nothing happens any more, and {key:?} has not ended");
        }
    }

    /// Every end of this command that was told.
    pub(crate) fn told(&self, wanted: IdempotencyKey) -> Vec<Result<Completion, DeviceError>> {
        let ends = self.seen.iter().filter_map(|event| match &event.body {
            EventBody::Completed { key, result, .. } if *key == wanted => Some(result.clone()),
            _ => None,
        });
        ends.collect()
    }

    /// Lets the next thing happen; false when nothing will.
    pub(crate) fn step(&mut self) -> bool {
        let Some(next) = self.core.next_deadline() else { return false };
        self.now = self.now.max(next);
        self.core.advance(self.now).unwrap();
        self.read();
        true
    }

    pub(crate) fn settle(&mut self) {
        while self.step() {}
    }

    pub(crate) fn read(&mut self) {
        let after = self.seen.last().map_or(Cursor(0), |event| event.cursor);
        if let Ok(batch) = self.core.events_after(after) {
            self.seen.extend(batch.events);
        }
    }

    pub(crate) fn state(&mut self) -> State {
        self.core.snapshot().unwrap().state
    }

    pub(crate) fn has_alarm(&mut self, code: &str) -> bool {
        self.core.snapshot().unwrap().alarms.iter().any(|alarm| alarm.code == code && alarm.is_set)
    }

    pub(crate) fn rejected(&mut self) -> Vec<(String, u64)> {
        self.core.snapshot().unwrap().counters.rejected
    }
}
