//! Each fault of a link strikes as it says, and a host that keeps to the contract comes through all of them.

use std::sync::Arc;

use printer_driver::{Completion, ControlCommand, Event, EventBody, JobId, Stack, State};

use super::*;
use crate::machine::tests::{EPOCH, FEEDER, TOKEN, blanks, deliver, personalise, pick, serial, settings, write};
use crate::machine::{InMemory, MockMachineHandle, StepMachine};
use crate::time::VirtualClock;

/// A host that repeats whatever it has no answer to, and reads events again from its cursor.
struct Host {
    clock: Arc<VirtualClock>,
    link: FaultyLink<StepMachine>,
    machine: MockMachineHandle,
    cursor: Cursor,
    seen: Vec<Event>,
    keys: u128,
}

impl Host {
    fn new(plan: LinkPlan, booklets: u32) -> Self {
        let clock = Arc::new(VirtualClock::standing(EPOCH));
        let machine = StepMachine::start(settings(), clock.clone(), Box::new(InMemory::new()), 42).unwrap();
        let handle = machine.handle();
        handle.load(FEEDER, blanks(1..booklets + 1)).unwrap();
        let link = FaultyLink::new(machine, clock.clone(), plan);
        let mut host = Host { clock, link, machine: handle, cursor: Cursor(0), seen: Vec::new(), keys: 0 };
        host.insist(|link| link.attach(TOKEN));
        for command in [ControlCommand::Reset, ControlCommand::Start] {
            host.carry_out(Operation::Control(command)).unwrap();
        }
        host
    }

    /// Time passes until the next thing happens, at least a tenth of a second.
    fn pass(&mut self) {
        let soon = self.clock.now() + Duration::from_millis(100);
        self.clock.advance_to(self.machine.next_deadline().map_or(soon, |next| next.max(soon)));
        self.machine.advance().unwrap();
    }

    fn insist<T>(&mut self, mut ask: impl FnMut(&mut FaultyLink<StepMachine>) -> Result<T, DeviceError>) -> T {
        loop {
            match ask(&mut self.link) {
                Ok(answer) => return answer,
                Err(error) => assert!(matches!(error.kind, ErrorKind::LinkLost | ErrorKind::Timeout), "{error}"),
            }
            self.pass();
        }
    }

    fn read(&mut self) {
        let Ok(batch) = self.link.events(self.cursor, Duration::from_secs(1)) else { return };
        let mut events = batch.events;
        events.sort_by_key(|event| event.cursor);
        for event in events {
            if event.cursor.0 == self.cursor.0 + 1 {
                self.cursor = event.cursor;
                self.seen.push(event);
            }
        }
    }

    fn command(&mut self, operation: Operation) -> Command {
        self.keys += 1;
        Command::new(IdempotencyKey(self.keys), TOKEN, operation)
    }

    fn ended(&self, wanted: IdempotencyKey) -> Option<Result<Completion, DeviceError>> {
        self.seen.iter().find_map(|event| match &event.body {
            EventBody::Completed { key, result, .. } if *key == wanted => Some(result.clone()),
            _ => None,
        })
    }

    fn carry_out(&mut self, operation: Operation) -> Result<Completion, DeviceError> {
        let command = self.command(operation);
        self.insist(|link| link.submit(&command));
        loop {
            self.read();
            if let Some(result) = self.ended(command.key) {
                return result;
            }
            self.pass();
        }
    }
}

fn marked(host: &Host, number: u32) -> u32 {
    host.machine.look(&serial(number), |booklet, _| booklet.times_marked).unwrap()
}

#[test]
fn a_lost_request_did_not_arrive_and_a_lost_answer_did() {
    for (fault, arrives) in [
        (LinkFault::RequestLost, false),
        (LinkFault::LostBeforeIrreversible, false),
        (LinkFault::Cut, false),
        (LinkFault::AnswerLost, true),
        (LinkFault::LostAfterIrreversible, true),
    ] {
        let mut host = Host::new(LinkPlan::none(), 3);
        host.carry_out(pick(1)).unwrap();
        host.link.handle().force(fault, Some("personalise"));
        let command = host.command(personalise(1, 1));
        let error = host.link.submit(&command).unwrap_err();
        assert!(matches!(error.kind, ErrorKind::LinkLost | ErrorKind::Timeout), "{error}");
        host.link.handle().mend();
        let entry = host.link.journal(command.key).unwrap();
        assert_eq!(entry != JournalEntry::NotReceived, arrives, "{fault:?}");
        let acceptance = host.link.submit(&command).unwrap();
        assert_eq!(acceptance, if arrives { Acceptance::Repeated } else { Acceptance::Accepted });
        while host.ended(command.key).is_none() {
            host.pass();
            host.read();
        }
        assert_eq!(marked(&host, 1), 1, "{fault:?}");
        assert_eq!(host.link.handle().reached()[fault.name()], 1);
    }
}

#[test]
fn a_late_request_arrives_after_it_was_given_up_unless_the_session_is_over() {
    for is_new_session in [false, true] {
        let mut host = Host::new(LinkPlan::none(), 3);
        host.link.handle().force(LinkFault::RequestLate, None);
        let command = host.command(pick(1));
        assert_eq!(host.link.submit(&command).unwrap_err().kind, ErrorKind::Timeout);
        assert_eq!(host.link.journal(command.key), Ok(JournalEntry::NotReceived));
        if is_new_session {
            host.link.attach(TOKEN).unwrap();
        }
        host.clock.advance(Duration::from_secs(5));
        let entry = host.link.journal(command.key).unwrap();
        assert_eq!(entry == JournalEntry::NotReceived, is_new_session);
    }
}

#[test]
fn a_cut_link_lets_nothing_through_until_it_is_mended() {
    let mut host = Host::new(LinkPlan::none(), 3);
    let link = host.link.handle();
    link.cut();
    let command = host.command(pick(1));
    assert_eq!(host.link.submit(&command).unwrap_err().kind, ErrorKind::LinkLost);
    assert_eq!(host.link.snapshot().unwrap_err().kind, ErrorKind::LinkLost);
    assert_eq!(host.link.events(host.cursor, Duration::ZERO).unwrap_err().kind, ErrorKind::LinkLost);
    link.mend();
    assert_eq!(host.link.journal(command.key), Ok(JournalEntry::NotReceived));
    link.cut_for(Duration::from_secs(3));
    assert!(host.link.describe().is_err());
    host.clock.advance(Duration::from_secs(3));
    assert!(host.link.describe().is_ok());
}

#[test]
fn events_come_twice_late_shuffled_or_with_a_gap_and_none_is_lost() {
    let all = |host: &mut Host| {
        host.machine.next_deadline();
        let mut direct = StepMachine::connect(&host.machine);
        direct.events(Cursor(0), Duration::ZERO).unwrap().events
    };
    for fault in [LinkFault::EventsTwice, LinkFault::EventsLate, LinkFault::EventsShuffled, LinkFault::EventsGapped] {
        let mut host = Host::new(LinkPlan::none(), 3);
        host.carry_out(pick(1)).unwrap();
        let from = host.cursor;
        let command = host.command(personalise(1, 1));
        host.link.submit(&command).unwrap();
        while host.machine.next_deadline().is_some() {
            host.pass();
        }
        let whole: Vec<Event> = all(&mut host).into_iter().filter(|event| event.cursor > from).collect();
        assert!(whole.len() > 3);
        host.link.handle().force(fault, None);
        let batch = host.link.events(from, Duration::ZERO).unwrap().events;
        match fault {
            LinkFault::EventsTwice => {
                assert!(batch[0].cursor <= from && batch.ends_with(&whole), "told again from before the cursor");
            }
            LinkFault::EventsLate => assert!(batch.is_empty()),
            LinkFault::EventsShuffled => {
                assert_ne!(batch, whole);
                assert!(batch.len() == whole.len() && whole.iter().all(|event| batch.contains(event)));
            }
            _ => assert_eq!((batch.len(), batch.last()), (whole.len() - 1, whole.last())),
        }
        host.clock.advance(Duration::from_secs(10));
        assert_eq!(host.link.events(from, Duration::ZERO).unwrap().events, whole, "{fault:?}");
    }
}

fn burn_down(seed: u64) -> BTreeMap<&'static str, u64> {
    let mut host = Host::new(LinkPlan::all_at(seed, 30_000), 40);
    for job in 1..=30u64 {
        host.carry_out(pick(job)).unwrap();
        host.carry_out(write(job)).unwrap();
        host.carry_out(personalise(job, job as u32)).unwrap();
        host.carry_out(deliver(job, Stack::Good)).unwrap();
        assert_eq!(marked(&host, job as u32), 1, "job {job}, seed {seed}");
    }
    let snapshot = host.insist(|link| link.snapshot());
    assert_eq!((snapshot.state, snapshot.counters.picked, snapshot.counters.good), (State::Execute, 30, 30));
    let cursors: Vec<u64> = host.seen.iter().map(|event| event.cursor.0).collect();
    assert_eq!(cursors, (1..=host.cursor.0).collect::<Vec<_>>());
    let told = host.seen.iter().filter(|event| {
        matches!(&event.body, EventBody::Completed { job: Some(JobId(7)), result: Ok(Completion::Picked { .. }), .. })
    });
    assert!(told.count() >= 1);
    host.link.handle().reached()
}

#[test]
fn a_host_that_repeats_makes_each_booklet_once_through_every_fault_of_a_seed() {
    let mut reached: BTreeMap<&'static str, u64> = BTreeMap::new();
    for seed in 1..=6 {
        for (name, count) in burn_down(seed) {
            *reached.entry(name).or_default() += count;
        }
    }
    assert_eq!(reached.len(), LinkFault::ALL.len());
    assert!(reached.values().all(|count| *count > 0), "{reached:?}");
    assert_eq!(burn_down(3), burn_down(3), "the same seed, the same faults");
    assert_ne!(burn_down(3), burn_down(4));
}
