//! Killed between every two steps: the receiver has every report once all the same.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use persoline_domain::clock::Timestamp;
use persoline_domain::deed::{Act, Deed};
use persoline_domain::identifiers::Actor;
use persoline_report::{
    Courier, Delivery, Effect, Fault, Input, JsonLinesFile, Mark, OutboxParts, Receiver, Report, Trouble,
};

use crate::world::{lose_blanks, newest, parts};

/// Carries out effects until the outbox is empty, a person has to look, or `steps` effects are done: then the program is
/// as if killed. Answers whether it came to an end, and the trouble if there is one.
fn work(parts: &OutboxParts, receiver: &mut dyn Receiver, steps: usize) -> Option<Result<(), Trouble>> {
    let mut courier = Courier::new(receiver.batch());
    let mut effect = Effect::Ask;
    for _ in 0..steps {
        let store = &parts.store;
        let input = match effect {
            Effect::Ask => match receiver.reached() {
                Ok(mark) => Input::Known { cursor: store.delivered_through("trial").unwrap(), mark },
                Err(fault) => Input::Fault(fault),
            },
            Effect::Read { after, limit } => Input::Entries(store.outbox(after, limit).unwrap()),
            Effect::Deliver(entries) => {
                let reports: Vec<Report> = entries.iter().map(|entry| Report::of(entry, "UTO")).collect();
                Input::Delivered(receiver.deliver(&reports))
            }
            Effect::Commit { through } => {
                let deed = Deed::ReportsDelivered { receiver: "trial".to_owned(), through };
                let act = Act { at: Timestamp(1_795_000_000_000), actor: Actor::Line, fence: None, deed };
                store.commit(vec![act]).unwrap();
                Input::Committed
            }
            Effect::Wait(_) => Input::Elapsed,
            Effect::Rest => return Some(Ok(())),
            Effect::Stop(trouble) => return Some(Err(trouble)),
        };
        effect = courier.handle(input, 0);
    }
    None
}

/// Kills it after one step, then after two, and so on, until it comes to its end by itself.
fn killed_after_every_step(parts: &OutboxParts, make: &mut dyn FnMut() -> Box<dyn Receiver>) -> usize {
    for steps in 0.. {
        if let Some(end) = work(parts, &mut *make(), steps) {
            assert_eq!(end, Ok(()));
            return steps;
        }
        // New reports come in meanwhile.
        if steps < 12 {
            lose_blanks(&*parts.store, &format!("K{steps:02}"), 3);
        }
    }
    0
}

fn keys_in(path: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(path).unwrap();
    assert!(text.is_empty() || text.ends_with('\n'));
    text.lines().map(|line| serde_json::from_str::<Report>(line).unwrap().key).collect()
}

fn all_keys(parts: &OutboxParts) -> Vec<String> {
    let entries = parts.store.outbox(persoline_domain::identifiers::Sequence(0), 10_000).unwrap();
    entries.into_iter().map(|entry| entry.key).collect()
}

#[test]
fn a_file_has_every_report_once_however_often_the_program_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let parts = parts(folder.path());
    let path = folder.path().join("reports.jsonl");
    lose_blanks(&*parts.store, "A", 5);
    let kills = killed_after_every_step(&parts, &mut || Box::new(JsonLinesFile::new(&path)));
    assert!(kills >= 5, "{kills}");
    assert_eq!(keys_in(&path), all_keys(&parts));
    assert_eq!(parts.store.delivered_through("trial").unwrap(), newest(&*parts.store));
}

#[test]
fn a_file_that_was_torn_by_a_loss_of_power_is_made_whole() {
    let folder = tempfile::tempdir().unwrap();
    let parts = parts(folder.path());
    let path = folder.path().join("reports.jsonl");
    lose_blanks(&*parts.store, "A", 2);
    assert_eq!(work(&parts, &mut JsonLinesFile::new(&path), usize::MAX), Some(Ok(())));
    let kept = std::fs::metadata(&path).unwrap().len();
    lose_blanks(&*parts.store, "B", 4);
    // Ask, read and deliver, but no commit: of what was written any part may have reached the disk.
    assert_eq!(work(&parts, &mut JsonLinesFile::new(&path), 3), None);
    let written = std::fs::read(&path).unwrap();
    assert!(written.len() as u64 > kept);
    let cursor = parts.store.delivered_through("trial").unwrap();
    for length in (kept as usize..=written.len()).step_by(37) {
        std::fs::write(&path, &written[..length]).unwrap();
        // The cursor of this trial has moved after the first length, so each length is a receiver of its own.
        let mut file = JsonLinesFile::new(&path);
        let mark = file.reached().unwrap().unwrap();
        assert!(mark.sequence >= cursor);
        let entries = parts.store.outbox(mark.sequence, 100).unwrap();
        let rest: Vec<Report> = entries.iter().map(|entry| Report::of(entry, "UTO")).collect();
        assert_eq!(file.deliver(&rest), Delivery { taken: rest.len(), fault: None });
        assert_eq!(keys_in(&path), all_keys(&parts), "{length}");
    }
    std::fs::write(&path, &written[..written.len() - 1]).unwrap();
    assert_eq!(work(&parts, &mut JsonLinesFile::new(&path), usize::MAX), Some(Ok(())));
    assert_eq!(keys_in(&path), all_keys(&parts));
}

#[test]
fn a_file_of_another_centre_or_an_old_copy_gets_nothing() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (ours, theirs) = (parts(folder.path()), parts(other.path()));
    let path = folder.path().join("reports.jsonl");
    lose_blanks(&*ours.store, "A", 3);
    lose_blanks(&*theirs.store, "X", 40);
    let foreign = other.path().join("reports.jsonl");
    assert_eq!(work(&theirs, &mut JsonLinesFile::new(&foreign), usize::MAX), Some(Ok(())));
    let before = std::fs::read(&foreign).unwrap();
    assert_eq!(work(&ours, &mut JsonLinesFile::new(&foreign), usize::MAX), Some(Err(Trouble::Foreign)));
    assert_eq!(std::fs::read(&foreign).unwrap(), before);

    assert_eq!(work(&ours, &mut JsonLinesFile::new(&path), usize::MAX), Some(Ok(())));
    let copy = std::fs::read(&path).unwrap();
    let first_line = copy.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    std::fs::write(&path, &copy[..first_line]).unwrap();
    let end = work(&ours, &mut JsonLinesFile::new(&path), usize::MAX);
    assert!(matches!(end, Some(Err(Trouble::Behind { .. }))), "{end:?}");
    // Moved away, a new one is begun with what comes from here.
    std::fs::remove_file(&path).unwrap();
    let new = lose_blanks(&*ours.store, "B", 2);
    assert_eq!(work(&ours, &mut JsonLinesFile::new(&path), usize::MAX), Some(Ok(())));
    assert_eq!(keys_in(&path), new);
}

/// A register in memory that counts by key. Its connection breaks by a pattern: a request is lost, or an answer is.
#[derive(Default)]
struct Register {
    accepted: Vec<String>,
    offered: BTreeMap<String, u32>,
    calls: u32,
}

struct Line(Arc<Mutex<Register>>);

impl Receiver for Line {
    fn batch(&self) -> usize {
        4
    }
    fn reached(&mut self) -> Result<Option<Mark>, Fault> {
        Ok(None)
    }
    fn deliver(&mut self, reports: &[Report]) -> Delivery {
        let mut register = self.0.lock().unwrap();
        for (taken, report) in reports.iter().enumerate() {
            register.calls += 1;
            let broken = Delivery { taken, fault: Some(Fault::Later { why: "cut".to_owned(), asked: None }) };
            if register.calls.is_multiple_of(5) {
                return broken;
            }
            *register.offered.entry(report.key.clone()).or_default() += 1;
            if !register.accepted.contains(&report.key) {
                register.accepted.push(report.key.clone());
            }
            if register.calls.is_multiple_of(3) {
                return broken;
            }
        }
        Delivery { taken: reports.len(), fault: None }
    }
}

#[test]
fn a_register_has_every_report_once_in_order_however_its_answers_are_lost() {
    let folder = tempfile::tempdir().unwrap();
    let parts = parts(folder.path());
    lose_blanks(&*parts.store, "A", 5);
    let register = Arc::new(Mutex::new(Register::default()));
    killed_after_every_step(&parts, &mut || Box::new(Line(Arc::clone(&register))));
    let register = register.lock().unwrap();
    assert_eq!(register.accepted, all_keys(&parts));
    assert!(register.offered.values().any(|times| *times > 1), "nothing was ever offered twice: {register:?}");
}

impl std::fmt::Debug for Register {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} calls, {:?}", self.calls, self.offered)
    }
}
