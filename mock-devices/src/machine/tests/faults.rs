//! Each fault is reached and told as its documentation says.

use std::collections::BTreeMap;

use printer_driver::{BookletFate, ErrorKind, JournalEntry};

use super::*;
use crate::machine::{FaultKind, FaultPlan, Place};

/// How one booklet's way ended: the command that failed, its kind, and the booklet's fate.
fn way(line: &mut Line) -> Option<(&'static str, ErrorKind, BookletFate)> {
    let operations =
        [("pick", pick(1)), ("write", write(1)), ("mark", personalise(1, 1)), ("deliver", deliver(1, Stack::Good))];
    for (name, operation) in operations {
        if let Err(error) = line.carry_out(operation) {
            return Some((name, error.kind, error.fate));
        }
    }
    None
}

fn struck(kind: FaultKind) -> (Line, Option<(&'static str, ErrorKind, BookletFate)>) {
    let mut line =
        Line::running(MachineSettings { faults: FaultPlan::none().with_forced(kind, None), ..settings() }, 30);
    let end = way(&mut line);
    line.settle();
    (line, end)
}

#[test]
fn every_fault_is_told_with_its_kind_its_fate_and_what_a_person_must_do() {
    use BookletFate::{Spoiled, Unknown, Untouched};
    use FaultKind as F;
    let cases = [
        (F::Misfeed, "pick", ErrorKind::Misfeed, Untouched, Some("MISFEED"), State::Execute),
        (F::DoubleFeed, "pick", ErrorKind::DoubleFeed, Untouched, None, State::Execute),
        (F::ChipMute, "pick", ErrorKind::ChipMute, Untouched, None, State::Execute),
        (F::ChipDies, "write", ErrorKind::ChipMute, Spoiled, None, State::Execute),
        (F::SerialMisreadAtConfirm, "mark", ErrorKind::WrongSerial, Untouched, None, State::Execute),
        (F::EngravingFault, "mark", ErrorKind::MarkingFailed, Spoiled, Some("LASER-FAULT"), State::Execute),
        (F::InkingFault, "mark", ErrorKind::MarkingFailed, Spoiled, Some("INKJET-FAULT"), State::Execute),
        (F::CameraFailure, "mark", ErrorKind::CameraFailed, Unknown, Some("CAMERA-FAULT"), State::Execute),
        (F::JamAtFeed, "pick", ErrorKind::Jam, Untouched, Some("JAM"), State::Held),
        (F::JamAtLaser, "mark", ErrorKind::Jam, Spoiled, Some("JAM"), State::Held),
        (F::JamAtOutput, "deliver", ErrorKind::Jam, Unknown, Some("JAM"), State::Held),
        (F::StackFull, "deliver", ErrorKind::StackFull, Untouched, Some("STACK-FULL-GOOD"), State::Suspended),
    ];
    for (fault, command, kind, fate, alarm, state) in cases {
        let (mut line, end) = struck(fault);
        assert_eq!(end, Some((command, kind, fate)), "{fault:?}");
        assert_eq!(line.state(), state, "{fault:?}");
        let is_set = alarm.is_none_or(|code| line.has_alarm(code));
        assert!(is_set, "{fault:?} sets {alarm:?}");
    }
}

#[test]
fn a_misfed_booklet_stays_and_a_double_feed_rejects_two() {
    let (mut line, _) = struck(FaultKind::Misfeed);
    assert_eq!(line.core.look(&serial(1)).unwrap().1, Place::Feeder(FEEDER));
    line.carry_out(pick(2)).unwrap();
    assert!(!line.has_alarm("MISFEED"), "cleared by the next good feed");

    let (mut line, _) = struck(FaultKind::DoubleFeed);
    assert_eq!(line.rejected(), [("double feed".to_owned(), 2)]);
    assert_eq!(line.core.look(&serial(2)).unwrap().1, Place::Stack(Stack::Reject));
    let Completion::Picked { serial: third, .. } = line.carry_out(pick(2)).unwrap() else { panic!() };
    assert_eq!(third, serial(3));
}

#[test]
fn a_booklet_with_a_mute_chip_is_rejected_by_the_machine_and_its_serial_can_be_asked() {
    let (mut line, _) = struck(FaultKind::ChipMute);
    assert_eq!(line.rejected(), [("chip mute".to_owned(), 1)]);
    let position = line.core.snapshot().unwrap().jobs.remove(0);
    assert_eq!((position.job, position.serial, position.station), (JobId(1), serial(1), None));
    let again = line.carry_out(deliver(1, Stack::Reject));
    assert_eq!(again, Ok(Completion::Delivered { stack: Stack::Reject }), "it lies there already");
    assert_eq!(line.rejected(), [("chip mute".to_owned(), 1)]);
    assert!(line.core.look(&serial(1)).unwrap().0.chip_is_dead);
}

#[test]
fn a_misread_serial_is_told_as_read_and_stopped_before_the_first_mark() {
    let (line, end) = struck(FaultKind::SerialMisreadAtPick);
    assert_eq!(end, None, "this host did not compare");
    let read = line.seen.iter().find_map(|event| match &event.body {
        EventBody::Completed { result: Ok(Completion::Picked { serial, .. }), .. } => Some(serial.clone()),
        _ => None,
    });
    assert_ne!(read.unwrap(), serial(1));

    let (mut line, _) = struck(FaultKind::SerialMisreadAtConfirm);
    assert!(line.core.look(&serial(1)).unwrap().0.marks.is_empty());
    line.carry_out(personalise(1, 1)).unwrap();
}

#[test]
fn broken_off_marks_are_physically_there() {
    let (line, _) = struck(FaultKind::EngravingFault);
    let marks = &line.core.look(&serial(1)).unwrap().0.marks;
    assert!(marks.len() == 1 && (50..=950).contains(&marks[0].done_per_mille));
    let (line, _) = struck(FaultKind::InkingFault);
    let marks = &line.core.look(&serial(1)).unwrap().0.marks;
    assert!(marks.len() == 2 && marks[0].done_per_mille == 1000 && marks[1].done_per_mille < 1000);
}

#[test]
fn a_misread_picture_comes_without_an_error_and_is_worse() {
    let contrast = |faults: FaultPlan| {
        let mut line = Line::running(MachineSettings { faults, ..settings() }, 30);
        line.carry_out(pick(1)).unwrap();
        let Completion::Personalised { image } = line.carry_out(personalise(1, 1)).unwrap() else { panic!() };
        let picture = line.core.shot(image).unwrap().take().unwrap();
        // The blank part of the page: how far its pixels scatter.
        let blank: Vec<f64> = picture.grey[600 * 1476..650 * 1476].iter().map(|&level| f64::from(level)).collect();
        let mean = blank.iter().sum::<f64>() / blank.len() as f64;
        (blank.iter().map(|level| (level - mean).powi(2)).sum::<f64>() / blank.len() as f64).sqrt()
    };
    let good = contrast(FaultPlan::none());
    let bad = contrast(FaultPlan::none().with_forced(FaultKind::CameraMisread, Some(&serial(1))));
    assert!(good < 6.0 && bad > 4.0 * good, "{good:.1} and {bad:.1}");
}

#[test]
fn a_person_clears_a_jam_and_the_machine_goes_on() {
    let (mut line, _) = struck(FaultKind::JamAtLaser);
    assert_eq!(line.control(ControlCommand::Unhold).unwrap_err().kind, ErrorKind::WrongState);
    assert_eq!(line.carry_out(deliver(1, Stack::Reject)).unwrap_err().kind, ErrorKind::Jam);
    assert_eq!(line.core.clear_jam(line.now), Ok(1));
    assert!(!line.has_alarm("JAM"));
    assert_eq!(line.rejected(), [("jam".to_owned(), 1)]);
    line.control(ControlCommand::Unhold).unwrap();
    line.carry_out(deliver(1, Stack::Reject)).unwrap();
    line.carry_out(pick(2)).unwrap();
    line.carry_out(personalise(2, 2)).unwrap();
}

#[test]
fn a_full_stack_suspends_the_machine_until_it_is_emptied() {
    let mut line = Line::running(MachineSettings { stack_capacity: 1, ..settings() }, 30);
    line.carry_out(pick(1)).unwrap();
    line.carry_out(pick(2)).unwrap();
    line.carry_out(deliver(1, Stack::Good)).unwrap();
    line.settle();
    assert_eq!(line.state(), State::Suspended);
    assert_eq!(line.submit(pick(3)).unwrap_err().kind, ErrorKind::WrongState);
    assert_eq!(line.control(ControlCommand::Unsuspend).unwrap_err().kind, ErrorKind::WrongState);
    assert_eq!(line.carry_out(deliver(2, Stack::Good)).unwrap_err().kind, ErrorKind::StackFull);
    line.carry_out(deliver(2, Stack::Reject)).unwrap();
    assert_eq!(line.core.empty_stack(Stack::Good, line.now).unwrap().len(), 1);
    assert_eq!(line.core.empty_stack(Stack::Reject, line.now).unwrap().len(), 1);
    line.settle();
    assert_eq!(line.state(), State::Execute);
    assert!(line.core.look(&serial(1)).is_none());
    assert!(line.core.has_held(&serial(1)));
    line.carry_out(pick(3)).unwrap();
}

#[test]
fn a_power_cut_silences_the_machine_and_what_it_cannot_know_is_unknown() {
    for (fault, command) in [(FaultKind::PowerCutAtChip, 1), (FaultKind::PowerCutAtLaser, 2)] {
        let faults = FaultPlan::none().with_forced(fault, None);
        let mut line = Line::running(MachineSettings { faults, ..settings() }, 30);
        line.carry_out(pick(1)).unwrap();
        if command == 2 {
            line.carry_out(write(1)).unwrap();
        }
        let key = line.submit(if command == 1 { write(1) } else { personalise(1, 1) }).unwrap();
        while line.core.events_after(Cursor(0)).is_ok() {
            assert!(line.step());
        }
        assert_eq!(line.core.journal(key).unwrap_err().kind, ErrorKind::LinkLost);
        assert_eq!(line.submit(pick(2)).unwrap_err().kind, ErrorKind::LinkLost);
        line.settle();
        let error = line.told(key).remove(0).unwrap_err();
        assert_eq!((error.kind, error.fate), (ErrorKind::PowerLost, BookletFate::Unknown));
        assert_eq!(line.core.journal(key), Ok(JournalEntry::Unknown));
        assert_eq!(line.state(), State::Stopped);
        assert_eq!(line.submit(pick(2)).unwrap_err().kind, ErrorKind::NotAttached);
        assert_eq!(line.core.attach(TOKEN, line.now).unwrap().start_count, 2);
        line.run();
        line.carry_out(deliver(1, Stack::Reject)).unwrap();
        assert_eq!(line.rejected(), [("power lost".to_owned(), 1)]);
    }
}

#[test]
fn an_abort_leaves_booklets_where_they_are_and_marks_as_the_seed_says() {
    let mut line = Line::running(settings(), 30);
    line.carry_out(pick(1)).unwrap();
    line.carry_out(pick(2)).unwrap();
    let marking = line.submit(personalise(1, 1)).unwrap();
    for _ in 0..2 {
        line.step();
    }
    assert_eq!(line.control(ControlCommand::Abort), Ok(Completion::Done));
    let error = line.told(marking).remove(0).unwrap_err();
    assert_eq!((error.kind, error.fate), (ErrorKind::Fault, BookletFate::Unknown));
    for command in [ControlCommand::Clear, ControlCommand::Reset, ControlCommand::Start] {
        line.control(command).unwrap();
    }
    line.carry_out(deliver(1, Stack::Reject)).unwrap();
    line.carry_out(write(2)).unwrap();
}

#[test]
fn rates_strike_the_same_booklets_whenever_the_seed_is_the_same() {
    let run = |seed: u64| {
        let faults =
            FaultPlan { seed, rates_per_million: BTreeMap::from([(FaultKind::ChipMute, 300_000)]), forced: vec![] };
        let mut line = Line::running(MachineSettings { faults, ..settings() }, 30);
        let dead: Vec<bool> = (1..=20)
            .map(|job| {
                let is_dead = line.carry_out(pick(job)).is_err();
                line.carry_out(deliver(job, Stack::Reject)).ok();
                line.settle();
                is_dead
            })
            .collect();
        dead
    };
    let first = run(1);
    assert_eq!(first, run(1));
    assert_ne!(first, run(2));
    assert!((2..=12).contains(&first.iter().filter(|dead| **dead).count()));
}
