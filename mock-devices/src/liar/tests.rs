//! Each lie is told once, when it was asked for, and can be seen; without one the truth is told.

use std::sync::Arc;

use printer_driver::{ControlCommand, ErrorKind, EventBody};

use super::*;
use crate::machine::tests::{EPOCH, FEEDER, TOKEN, blanks, deliver, personalise, pick, settings, write};
use crate::machine::{InMemory, MockMachineHandle, StepMachine};
use crate::time::VirtualClock;

/// What a host heard from attaching to two booklets' delivery, with the picture of one.
struct Heard {
    events: Vec<Event>,
    newest: Vec<Cursor>,
    starts: Vec<u64>,
    journals: Vec<JournalEntry>,
    snapshot: Snapshot,
    descriptions: Vec<Description>,
    /// Fetched for the lie about it only, because developing it takes its time.
    picture: Option<CameraImage>,
}

struct Host {
    clock: Arc<VirtualClock>,
    machine: MockMachineHandle,
    liar: Liar<StepMachine>,
    keys: u128,
    events: Vec<Event>,
    asked_from: Cursor,
}

impl Host {
    fn carry_out(&mut self, operation: Operation) -> IdempotencyKey {
        self.keys += 1;
        let command = Command::new(IdempotencyKey(self.keys), TOKEN, operation);
        self.liar.submit(&command).unwrap();
        while let Some(deadline) = self.machine.next_deadline() {
            self.clock.advance_to(deadline);
            self.machine.advance().unwrap();
        }
        let batch = self.liar.events(self.asked_from, Duration::ZERO).unwrap().events;
        // A lie about cursors must not lead this host astray: it asks on from where a truthful machine would stand.
        self.asked_from = Cursor(self.asked_from.0 + batch.len() as u64 % 1_024);
        self.events.extend(batch);
        command.key
    }
}

fn hear(kind: Option<LieKind>) -> (Heard, BTreeMap<&'static str, u64>) {
    let clock = Arc::new(VirtualClock::standing(EPOCH));
    let machine = StepMachine::start(settings(), clock.clone(), Box::new(InMemory::new()), 42).unwrap();
    let handle = machine.handle();
    handle.load(FEEDER, blanks(1..9)).unwrap();
    let liar = Liar::new(machine);
    let mut host = Host { clock, machine: handle, liar, keys: 0, events: Vec::new(), asked_from: Cursor(0) };
    let mut descriptions = vec![host.liar.describe().unwrap()];
    let mut attached = vec![host.liar.attach(TOKEN).unwrap()];
    host.carry_out(Operation::Control(ControlCommand::Reset));
    host.carry_out(Operation::Control(ControlCommand::Start));
    host.carry_out(pick(1));
    let told_before = host.liar.handle().told();
    assert!(told_before.values().all(|count| *count == 0));
    if let Some(kind) = kind {
        host.liar.handle().lie(kind);
    }
    let picked = host.carry_out(pick(2));
    host.carry_out(write(1));
    host.carry_out(personalise(1, 1));
    let journals = vec![host.liar.journal(picked).unwrap(), host.liar.journal(picked).unwrap()];
    let snapshot = host.liar.snapshot().unwrap();
    let picture = (kind == Some(LieKind::ImpossibleImage)).then(|| host.liar.image(ImageId(1)).unwrap());
    descriptions.push(host.liar.describe().unwrap());
    attached.push(host.liar.attach(TOKEN).unwrap());
    host.carry_out(deliver(1, Stack::Good));
    let heard = Heard {
        events: host.events,
        newest: attached.iter().map(|attached| attached.newest).collect(),
        starts: attached.iter().map(|attached| attached.start_count).collect(),
        journals,
        snapshot,
        descriptions,
        picture,
    };
    (heard, host.liar.handle().told())
}

/// Whether a host that knows what was asked can see that something is not true.
fn is_seen(heard: &Heard, truth: &Heard) -> bool {
    let batch = |heard: &Heard| EventBatch::new(heard.events.clone()).check_limits().is_err();
    let consecutive = |heard: &Heard| heard.events.iter().zip(1..).all(|(event, cursor)| event.cursor.0 == cursor);
    batch(heard)
        || !consecutive(heard)
        || heard.events != truth.events
        || heard.newest != truth.newest
        || heard.starts != truth.starts
        || heard.journals != truth.journals
        || heard.snapshot.check_limits().is_err()
        || heard.descriptions != truth.descriptions
        || heard.picture.as_ref().is_some_and(|picture| picture.check_limits().is_err())
}

#[test]
fn every_lie_is_told_once_and_can_be_seen() {
    let (truth, told) = hear(None);
    assert!(told.values().all(|count| *count == 0) && told.len() == LieKind::ALL.len());
    assert!(!is_seen(&truth, &truth));
    for kind in LieKind::ALL {
        let (heard, told) = hear(Some(kind));
        assert_eq!(told[kind.name()], 1, "{kind:?}");
        assert_eq!(told.values().sum::<u64>(), 1, "{kind:?}");
        assert!(is_seen(&heard, &truth), "{kind:?}");
    }
}

#[test]
fn cursors_stay_consecutive_where_the_lie_is_not_about_them() {
    for kind in [LieKind::ImpossibleTransition, LieKind::ForeignJob, LieKind::ImpossibleLevel, LieKind::ForeignSerial] {
        let (heard, _) = hear(Some(kind));
        let cursors: Vec<u64> = heard.events.iter().map(|event| event.cursor.0).collect();
        assert_eq!(cursors, (1..=cursors.len() as u64).collect::<Vec<_>>(), "{kind:?}");
        assert!(heard.newest[1].0 >= heard.newest[0].0);
    }
}

#[test]
fn what_was_invented_is_told_again_from_a_kept_cursor() {
    let clock = Arc::new(VirtualClock::standing(EPOCH));
    let machine = StepMachine::start(settings(), clock.clone(), Box::new(InMemory::new()), 42).unwrap();
    let mut liar = Liar::new(machine);
    liar.attach(TOKEN).unwrap();
    liar.handle().lie(LieKind::ForeignJob);
    let first = liar.events(Cursor(0), Duration::ZERO).unwrap().events;
    let submitted = Command::new(IdempotencyKey(1), TOKEN, Operation::Control(ControlCommand::Reset));
    liar.submit(&submitted).unwrap();
    let later = liar.events(first.last().unwrap().cursor, Duration::ZERO).unwrap().events;
    let whole = liar.events(Cursor(0), Duration::ZERO).unwrap().events;
    assert_eq!(whole, [first, later.clone()].concat());
    assert!(matches!(later[0].body, EventBody::StateChanged(State::Resetting)));
    assert_eq!(liar.events(Cursor(99), Duration::ZERO).unwrap_err().kind, ErrorKind::CursorGone);
}
