//! Faults that a machine does not notice or does not tell as errors: a host must find them out.

use printer_driver::ProgressStep;

use super::*;
use crate::machine::{FaultKind, FaultPlan};

fn running_with(kind: FaultKind) -> Line {
    Line::running(MachineSettings { faults: FaultPlan::none().with_forced(kind, None), ..settings() }, 30)
}

fn picked(line: &mut Line, job: u64) -> String {
    let Ok(Completion::Picked { serial, .. }) = line.carry_out(pick(job)) else { panic!() };
    serial
}

#[test]
fn a_shifted_feed_brings_another_booklet_than_the_one_on_top() {
    let mut line = running_with(FaultKind::ShiftedFeed);
    assert_eq!(picked(&mut line, 1), serial(2));
    assert_eq!(picked(&mut line, 2), serial(1), "the one that fell back comes next");
    assert_eq!(picked(&mut line, 3), serial(3));
    assert_eq!(line.core.reached()["shifted-feed"], 1);
}

#[test]
fn an_unwanted_reprint_is_told_as_engraved_twice_and_is_physically_there() {
    let mut line = running_with(FaultKind::UnwantedReprint);
    line.carry_out(pick(1)).unwrap();
    let from = line.seen.len();
    let Ok(Completion::Personalised { image }) = line.carry_out(personalise(1, 1)) else { panic!() };
    let engraved = line.seen[from..]
        .iter()
        .filter(|event| matches!(&event.body, EventBody::Progress { job: JobId(1), step: ProgressStep::Engraved }));
    assert_eq!(engraved.count(), 2);
    let (booklet, _) = line.core.look(&serial(1)).unwrap();
    assert_eq!(booklet.times_marked, 2);
    assert!(line.core.shot(image).unwrap().marks().len() > 2, "the picture is of what is there");
    line.carry_out(pick(2)).unwrap();
    line.carry_out(personalise(2, 2)).unwrap();
    assert_eq!(line.core.look(&serial(2)).unwrap().0.times_marked, 1, "struck once");
}

#[test]
fn a_clock_that_jumps_shows_in_the_time_of_events_and_nowhere_else() {
    let mut line = running_with(FaultKind::ClockJump);
    line.carry_out(pick(1)).unwrap();
    let times: Vec<i64> = line.seen.iter().map(|event| event.machine_time_ms).collect();
    let leap = times.windows(2).map(|pair| (pair[1] - pair[0]).abs()).max().unwrap();
    assert!(leap > 60_000, "{leap} ms");
    let cursors: Vec<u64> = line.seen.iter().map(|event| event.cursor.0).collect();
    assert_eq!(cursors, (1..=cursors.len() as u64).collect::<Vec<_>>());
    line.core.restart(1, line.now).unwrap();
    line.read();
    assert!((line.seen.last().unwrap().machine_time_ms - times.last().unwrap()).abs() < 60_000, "and it stays off");
}

#[test]
fn an_end_that_is_told_twice_has_two_cursors() {
    let mut line = running_with(FaultKind::EventsTwice);
    let key = line.submit(pick(1)).unwrap();
    line.settle();
    let told = line.told(key);
    assert_eq!(told.len(), 2);
    assert_eq!(told[0], told[1]);
}

#[test]
fn an_end_that_is_told_late_is_known_to_the_journal_before() {
    let mut line = running_with(FaultKind::EventsLate);
    let key = line.submit(pick(1)).unwrap();
    while !matches!(line.core.journal(key), Ok(printer_driver::JournalEntry::Ended(_))) {
        assert!(line.step());
    }
    assert!(line.told(key).is_empty());
    let ended = line.now;
    line.wait_for(key).unwrap();
    assert!(line.now - ended >= Duration::from_millis(500) && line.now - ended <= Duration::from_secs(20));
    assert_eq!(line.told(key).len(), 1);

    // A controller that starts again tells what it still owes.
    let mut line = running_with(FaultKind::EventsLate);
    let key = line.submit(pick(1)).unwrap();
    while !matches!(line.core.journal(key), Ok(printer_driver::JournalEntry::Ended(_))) {
        assert!(line.step());
    }
    line.core.restart(3, line.now).unwrap();
    line.read();
    assert_eq!(line.told(key).len(), 1);
    line.settle();
    assert_eq!(line.told(key).len(), 1);
}

#[test]
fn every_kind_is_counted_and_can_be_reached_alone() {
    for kind in FaultKind::ALL {
        let mut line = running_with(kind);
        assert!(
            line.core.reached().values().all(|count| *count == 0) && line.core.reached().len() == FaultKind::ALL.len()
        );
        for operation in [pick(1), write(1), personalise(1, 1), deliver(1, Stack::Good)] {
            if line.carry_out(operation).is_err() {
                break;
            }
        }
        line.settle();
        let struck: Vec<_> = line.core.reached().iter().filter(|(_, count)| **count > 0).collect();
        assert_eq!(struck, [(&kind.name(), &1)]);
        line.core.restart(1, line.now).unwrap();
        assert_eq!(line.core.reached()[kind.name()], 1, "counted across a restart");
    }
}
