//! Through the driver trait: blocking, in scaled time, and with a real emulated chip.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chip_profile::personalisation::scp03::StaticKeys;
use printer_driver::{Attached, ErrorKind, EventBatch, MachineDriver};

use super::*;
use crate::chip::{ChipIdentity as ChipSpecimen, ChipSettings, EmulatedChip};
use crate::machine::{MockMachine, restore_emulated_chip};
use crate::time::{Clock, ScaledClock, VirtualClock, Wake};

/// Counts how often it is waited on.
struct Counted<C> {
    clock: C,
    waits: AtomicUsize,
}

impl<C: Clock> Clock for Counted<C> {
    fn now(&self) -> Duration {
        self.clock.now()
    }
    fn unix_ms(&self) -> i64 {
        self.clock.unix_ms()
    }
    fn wait_until(&self, deadline: Duration, wake: &Arc<Wake>, seen: u64) {
        self.waits.fetch_add(1, Ordering::Relaxed);
        self.clock.wait_until(deadline, wake, seen);
    }
}

/// A host that knows nothing but the trait.
struct Host {
    machine: Box<dyn MachineDriver>,
    cursor: Cursor,
    key: u128,
}

impl Host {
    fn attach(machine: MockMachine) -> Self {
        Host::attach_after(machine, 0)
    }

    /// Its keys follow `key`.
    fn attach_after(machine: MockMachine, key: u128) -> Self {
        let mut host = Host { machine: Box::new(machine), cursor: Cursor(0), key };
        let Attached { newest, .. } = host.machine.attach(TOKEN).unwrap();
        host.cursor = newest;
        host.carry_out(Operation::Control(ControlCommand::Reset)).unwrap();
        host.carry_out(Operation::Control(ControlCommand::Start)).unwrap();
        host
    }

    fn carry_out(&mut self, operation: Operation) -> Result<Completion, DeviceError> {
        self.key += 1;
        let wanted = IdempotencyKey(self.key);
        self.machine.submit(&Command::new(wanted, TOKEN, operation))?;
        loop {
            let EventBatch { events, .. } = self.machine.events(self.cursor, Duration::from_secs(600))?;
            assert!(!events.is_empty(), "nothing in ten minutes");
            for event in events {
                self.cursor = event.cursor;
                match event.body {
                    EventBody::Completed { key, result, .. } if key == wanted => return result,
                    _ => {}
                }
            }
        }
    }
}

fn start<C: Clock + 'static>(clock: C) -> (MockMachine, Arc<Counted<C>>) {
    let clock = Arc::new(Counted { clock, waits: AtomicUsize::new(0) });
    let passed: Arc<dyn Clock> = Arc::clone(&clock) as Arc<dyn Clock>;
    let machine = MockMachine::start(settings(), passed, Box::new(InMemory::new()), 1).unwrap();
    machine.handle().load(FEEDER, blanks(1..31)).unwrap();
    (machine, clock)
}

#[test]
fn a_host_drives_it_through_the_trait_in_scaled_time_and_sleeps_in_between() {
    let (machine, clock) = start(ScaledClock::start(1_000));
    let handle = machine.handle();
    let mut host = Host::attach(machine);
    host.carry_out(pick(1)).unwrap();
    host.carry_out(write(1)).unwrap();
    let Completion::Personalised { image } = host.carry_out(personalise(1, 1)).unwrap() else { panic!() };
    assert_eq!(host.machine.image(image).unwrap().dots_per_inch, 300);
    host.carry_out(deliver(1, Stack::Good)).unwrap();
    assert!(clock.now() >= Duration::from_secs(25));
    let waits = clock.waits.load(Ordering::Relaxed);
    assert!(waits < 60, "{waits} waits for one booklet: it must sleep, not spin");
    assert_eq!(handle.look(&serial(1), |booklet, _| booklet.marks.len()), Some(2));
}

#[test]
fn a_wait_ends_at_its_time_or_when_somebody_else_acts() {
    let (machine, clock) = start(VirtualClock::standing(EPOCH));
    let handle = machine.handle();
    let mut waiting = handle.connect();
    let newest = waiting.attach(TOKEN).unwrap().newest;
    let waiter = std::thread::spawn(move || {
        let woken = waiting.events(newest, Duration::from_secs(60)).unwrap();
        let last = woken.events.last().unwrap().cursor;
        (woken, waiting.events(last, Duration::from_secs(60)).unwrap())
    });
    while clock.waits.load(Ordering::Relaxed) < 1 {
        std::thread::yield_now();
    }
    handle.load(FEEDER, blanks(40..41)).unwrap();
    while clock.waits.load(Ordering::Relaxed) < 2 {
        std::thread::yield_now();
    }
    clock.clock.advance(Duration::from_secs(60));
    let (woken, empty) = waiter.join().unwrap();
    assert!(matches!(woken.events[0].body, EventBody::FeederChanged(_)));
    assert!(empty.events.is_empty());
}

#[test]
fn a_second_host_fences_the_first_off() {
    let (machine, _) = start(VirtualClock::jumping(EPOCH));
    let handle = machine.handle();
    let mut first = Host::attach(machine);
    let mut second = handle.connect();
    second.attach(FencingToken(TOKEN.0 + 1)).unwrap();
    assert_eq!(first.carry_out(pick(1)).unwrap_err().kind, ErrorKind::Fenced);
    let newest = second.attach(FencingToken(TOKEN.0 + 1)).unwrap().newest;
    assert!(first.machine.events(Cursor(0), Duration::ZERO).unwrap().events.last().unwrap().cursor == newest);
}

#[test]
fn an_emulated_chip_is_identified_and_outlives_a_restart() {
    let chip = || {
        let transport_keys = StaticKeys::new([1; 16], [2; 16], [3; 16]);
        let identity = ChipSpecimen { chip_serial: b"UTOCHIP00001".to_vec(), key_version: 0x21, transport_keys };
        EmulatedChip::new(identity, ChipSettings::default(), 7)
    };
    let memory = InMemory::new();
    let emulated = || MachineSettings::line_300("TEST-2", restore_emulated_chip);
    let clock: Arc<dyn Clock> = Arc::new(VirtualClock::jumping(EPOCH));
    for start in 1..=2u64 {
        let machine = MockMachine::start(emulated(), Arc::clone(&clock), Box::new(memory.clone()), 1).unwrap();
        let blank = MockBooklet::blank("K00000001", Format("passport-32".into()), Box::new(chip()));
        assert_eq!(machine.handle().load(FEEDER, vec![blank]), Ok(if start == 1 { 1 } else { 0 }));
        let mut host = Host::attach_after(machine, u128::from(start) * 1_000);
        if start == 1 {
            let picked = host.carry_out(pick(1)).unwrap();
            let Completion::Picked { serial, chip, .. } = picked else { panic!() };
            assert_eq!((serial.as_str(), chip.chip_serial.as_slice()), ("K00000001", b"UTOCHIP00001".as_slice()));
            assert_eq!(chip.key_version, 0x21);
        }
        let began = clock.now();
        let read = Operation::Exchange { job: JobId(1), script: script(&[&[0x80, 0xCA, 0x00, 0x45, 0x00]]) };
        let Completion::Answered { answers } = host.carry_out(read).unwrap() else { panic!() };
        assert_eq!(answers, [b"\x45\x0CUTOCHIP00001\x90\x00".to_vec()]);
        assert!(clock.now() > began, "the chip's modelled time has passed");
    }
}

#[test]
fn a_machine_without_power_lets_a_host_wait_for_its_link() {
    let (machine, clock) = start(VirtualClock::jumping(EPOCH));
    let handle = machine.handle();
    let mut host = Host::attach(machine);
    handle.power_cut().unwrap();
    assert_eq!(host.machine.describe().unwrap_err().kind, ErrorKind::LinkLost);
    let cut = clock.now();
    assert_eq!(host.machine.events(host.cursor, Duration::from_secs(600)).unwrap_err().kind, ErrorKind::LinkLost);
    assert_eq!(clock.now() - cut, settings().timings.boot);
    let events = host.machine.events(host.cursor, Duration::ZERO).unwrap().events;
    assert!(events.iter().any(|event| event.body == EventBody::StateChanged(State::Stopped)));
    assert_eq!(host.carry_out(pick(1)).unwrap_err().kind, ErrorKind::NotAttached);
    assert_eq!(host.machine.attach(TOKEN).unwrap().start_count, 2);
}
