//! Killed after every single commit, and started again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use printer_driver::{BookletFate, ErrorKind, JournalEntry};

use super::*;
use crate::machine::{Change, FolderMemory, MemoryError, MemoryKey, Place, Records};

/// Keeps a copy of itself after every commit.
#[derive(Clone, Default)]
struct Recording {
    memory: InMemory,
    copies: Arc<Mutex<Vec<InMemory>>>,
}

impl MachineMemory for Recording {
    fn load(&mut self) -> Result<Records, MemoryError> {
        self.memory.load()
    }
    fn commit(&mut self, changes: &[Change]) -> Result<(), MemoryError> {
        self.memory.commit(changes)?;
        self.copies.lock().unwrap().push(self.memory.copy());
        Ok(())
    }
}

/// Two booklets on their way at once, one cancelled; every command with its key.
fn two_booklets(line: &mut Line) -> BTreeMap<&'static str, IdempotencyKey> {
    let mut keys = BTreeMap::new();
    keys.insert("pick", line.submit(pick(1)).unwrap());
    keys.insert("pick 2", line.submit(pick(2)).unwrap());
    line.wait_for(keys["pick 2"]).unwrap();
    keys.insert("write", line.submit(write(1)).unwrap());
    keys.insert("cancel", line.submit(printer_driver::Operation::Cancel { job: JobId(2) }).unwrap());
    line.wait_for(keys["write"]).unwrap();
    keys.insert("mark", line.submit(personalise(1, 1)).unwrap());
    line.wait_for(keys["mark"]).unwrap();
    keys.insert("deliver", line.submit(deliver(1, Stack::Good)).unwrap());
    line.settle();
    keys
}

#[test]
fn killed_after_any_commit_it_is_as_it_physically_was_and_says_what_it_knows() {
    let recording = Recording::default();
    let mut line = Line::running_on(settings(), Box::new(recording.clone()), 5);
    let keys = two_booklets(&mut line);
    let whole = line.seen.clone();
    let copies = recording.copies.lock().unwrap().clone();
    assert!(copies.len() > 25, "{} commits", copies.len());
    let mut written = BTreeSet::new();
    let mut engraved = BTreeSet::new();
    for (place, copy) in copies.iter().enumerate() {
        for seed in 0..8 {
            let core = MachineCore::start(settings(), Box::new(copy.copy()), seed, Duration::ZERO, EPOCH).unwrap();
            let mut line = Line { core, now: Duration::ZERO, seen: Vec::new() };
            line.read();
            check(&mut line, &keys, &whole, place);
            if let Some((booklet, _)) = line.core.look(&serial(1)) {
                written.insert(count_of(booklet));
                engraved.insert(booklet.marks.first().map_or(0, |mark| mark.done_per_mille));
            }
            if seed == place as u64 % 8 {
                go_on(&mut line);
            }
        }
    }
    assert!(written.contains(&0) && written.contains(&4) && written.len() > 2, "{written:?}");
    assert!(engraved.contains(&0) && engraved.contains(&1000) && engraved.len() > 2, "{engraved:?}");
}

fn check(line: &mut Line, keys: &BTreeMap<&'static str, IdempotencyKey>, whole: &[Event], place: usize) {
    let before: Vec<_> = line.seen.iter().zip(whole).take_while(|(now, then)| now == then).collect();
    let told_before: BTreeMap<_, _> = before
        .iter()
        .filter_map(|(event, _)| match &event.body {
            EventBody::Completed { key, result, .. } => Some((*key, result.clone())),
            _ => None,
        })
        .collect();
    for (name, key) in keys {
        match (line.core.journal(*key).unwrap(), told_before.get(key)) {
            (entry, Some(told)) => assert_eq!(entry, JournalEntry::Ended(told.clone()), "{name} at {place}"),
            (JournalEntry::NotReceived, None) => {}
            (JournalEntry::InProgress, None) => panic!("{name} cannot be under way after a restart, at {place}"),
            (JournalEntry::Unknown, None) => {
                assert_eq!(line.told(*key)[0].as_ref().unwrap_err().fate, BookletFate::Unknown);
                assert!(matches!(*name, "write" | "mark"), "{name} can be known, at {place}");
            }
            (JournalEntry::Ended(result), None) => {
                assert_eq!(line.told(*key), std::slice::from_ref(&result), "{name} at {place} is told once");
                assert!(result.is_ok() || result.as_ref().unwrap_err().kind == ErrorKind::PowerLost);
                let (booklet, _) = line.core.look(&serial(1)).unwrap();
                match (*name, &result) {
                    ("write", Err(error)) if error.fate == BookletFate::Untouched => assert_eq!(count_of(booklet), 0),
                    ("mark", Err(error)) if error.fate == BookletFate::Untouched => {
                        assert!(booklet.marks.is_empty(), "at {place}");
                    }
                    ("deliver" | "cancel", result) => {
                        let (number, stack) = if *name == "deliver" { (1, Stack::Good) } else { (2, Stack::Reject) };
                        let lies = line.core.look(&serial(number)).unwrap().1 == Place::Stack(stack);
                        assert_eq!(lies, result.is_ok(), "{name} at {place}");
                    }
                    _ => {}
                }
            }
            (other, None) => panic!("{name} at {place} is {other:?}"),
        }
    }
    let snapshot = line.core.snapshot().unwrap();
    let places: Vec<Place> = line.core.places().map(|(_, place)| place).collect();
    assert_eq!(
        places.iter().filter(|place| matches!(place, Place::Feeder(_))).count() as u32,
        snapshot.feeders[0].remaining
    );
    for stack in &snapshot.stacks {
        let lying = places.iter().filter(|place| **place == Place::Stack(stack.stack)).count();
        assert_eq!(lying as u32, stack.count, "at {place}");
    }
    let at_stations = places.iter().filter(|place| matches!(place, Place::Station(_))).count();
    assert_eq!(at_stations, snapshot.jobs.iter().filter(|job| job.station.is_some()).count(), "at {place}");
}

/// The machine is started again, all that is inside is rejected, and the next booklet is made.
fn go_on(line: &mut Line) {
    line.core.load(FEEDER, blanks(1..6), line.now).unwrap();
    assert_eq!(line.core.places().count(), 5, "no booklet twice");
    line.core.attach(TOKEN, line.now).unwrap();
    line.run();
    line.settle();
    let inside: Vec<JobId> =
        line.core.snapshot().unwrap().jobs.into_iter().filter(|job| job.station.is_some()).map(|job| job.job).collect();
    for job in inside {
        line.carry_out(deliver(job.0, Stack::Reject)).unwrap();
    }
    let Completion::Picked { serial: read, .. } = line.carry_out(pick(77)).unwrap() else { panic!() };
    line.carry_out(write(77)).unwrap();
    line.carry_out(personalise(77, read[1..].parse().unwrap())).unwrap();
    line.carry_out(deliver(77, Stack::Good)).unwrap();
    let counters = line.core.snapshot().unwrap().counters;
    let out: u64 = counters.good + counters.rejected.iter().map(|(_, count)| count).sum::<u64>();
    let left = line.core.places().filter(|(_, place)| matches!(place, Place::Feeder(_))).count() as u64;
    assert_eq!(out + left, 5, "every booklet is somewhere");
}

#[test]
fn a_machine_in_a_folder_is_taken_up_with_jam_alarms_and_token() {
    let folder = tempfile::tempdir().unwrap();
    let key = MemoryKey([3; 32]);
    let open = || Box::new(FolderMemory::open(folder.path(), &key).unwrap());
    let faults = crate::machine::FaultPlan::none().with_forced(crate::machine::FaultKind::JamAtLaser, Some(&serial(1)));
    let with_jam = MachineSettings { faults, ..settings() };
    let mut line = Line::running_on(with_jam.clone(), open(), 30);
    line.carry_out(pick(1)).unwrap();
    line.carry_out(pick(2)).unwrap();
    line.carry_out(write(1)).unwrap();
    line.carry_out(personalise(1, 1)).unwrap_err();
    line.settle();
    let told = line.seen.clone();
    drop(line);

    let mut line = Line::switch_on(with_jam, open(), Duration::ZERO);
    line.read();
    assert_eq!(line.seen[..told.len()], told);
    assert!(line.has_alarm("JAM"));
    assert_eq!(line.core.attach(FencingToken(4), line.now).unwrap_err().kind, ErrorKind::Fenced);
    assert_eq!(line.core.attach(TOKEN, line.now).unwrap().start_count, 2);
    line.control(ControlCommand::Reset).unwrap();
    assert_eq!(line.control(ControlCommand::Start).unwrap_err().kind, ErrorKind::WrongState, "still stuck");
    line.core.clear_jam(line.now).unwrap();
    line.control(ControlCommand::Start).unwrap();
    line.carry_out(write(2)).unwrap();
    line.carry_out(personalise(2, 2)).unwrap();
    line.carry_out(deliver(2, Stack::Good)).unwrap();
    assert_eq!(count_of(line.core.look(&serial(1)).unwrap().0), 4);
}

/// Fails on demand, as a full disk does.
#[derive(Clone, Default)]
struct Failing {
    memory: InMemory,
    is_full: Arc<Mutex<bool>>,
}

impl MachineMemory for Failing {
    fn load(&mut self) -> Result<Records, MemoryError> {
        self.memory.load()
    }
    fn commit(&mut self, changes: &[Change]) -> Result<(), MemoryError> {
        if *self.is_full.lock().unwrap() {
            return Err(std::io::Error::from(std::io::ErrorKind::StorageFull).into());
        }
        self.memory.commit(changes)
    }
}

#[test]
fn nothing_is_told_before_it_is_written() {
    let failing = Failing::default();
    let mut line = Line::running_on(settings(), Box::new(failing.clone()), 30);
    *failing.is_full.lock().unwrap() = true;
    let key = line.key();
    assert_eq!(line.submit_as(key, pick(1)).unwrap_err().kind, ErrorKind::Timeout);
    let newest = line.seen.last().unwrap().cursor;
    assert_eq!(line.core.advance(Duration::from_secs(100)).unwrap_err().kind, ErrorKind::Timeout);
    assert_eq!(line.core.events_after(newest).unwrap_err().kind, ErrorKind::Timeout);
    assert_eq!(line.core.journal(key).unwrap_err().kind, ErrorKind::Timeout);
    *failing.is_full.lock().unwrap() = false;
    line.now = Duration::from_secs(100);
    assert_eq!(line.submit_as(key, pick(1)), Ok(Acceptance::Repeated));
    assert!(line.told(key)[0].is_ok());
    assert_eq!(line.core.snapshot().unwrap().counters.picked, 1);
}

#[test]
fn results_of_old_jobs_are_forgotten_but_their_keys_are_not() {
    let memory = InMemory::new();
    let few = MachineSettings { finished_jobs_kept: 2, ..settings() };
    let mut line = Line::running_on(few, Box::new(memory.clone()), 30);
    let first = line.key();
    line.submit_as(first, pick(1)).unwrap();
    line.wait_for(first).unwrap();
    for job in 1..=3 {
        if job > 1 {
            line.carry_out(pick(job)).unwrap();
        }
        line.carry_out(deliver(job, Stack::Good)).unwrap();
    }
    assert_eq!(line.core.journal(first), Ok(JournalEntry::Unknown));
    assert_eq!(line.submit_as(first, pick(1)), Ok(Acceptance::Repeated));
    assert_eq!(line.core.snapshot().unwrap().counters.picked, 3);
    let again = Line::switch_on(settings(), Box::new(memory), Duration::ZERO);
    assert_eq!({ again }.core.journal(first), Ok(JournalEntry::Unknown));
}
