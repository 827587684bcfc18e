//! One booklet's whole way, and what repeats of its commands do.

use std::time::Duration;

use printer_driver::{
    Acceptance, Completion, Cursor, ErrorKind, EventBody, ImageId, JobId, JournalEntry, LayerKind, Operation,
    ProgressStep, Stack, StationKind,
};

use super::*;
use crate::machine::Place;

#[test]
fn one_booklet_goes_from_feeder_to_good_stack() {
    let mut line = Line::running(settings(), 30);
    let begun = line.now;
    let picked = line.carry_out(pick(1)).unwrap();
    let Completion::Picked { serial: read, chip, station } = picked else { panic!("{picked:?}") };
    assert_eq!((read, chip.chip_serial, chip.key_version), (serial(1), vec![0, 0, 0, 1], 1));
    let encoder = line.core.describe().stations.into_iter().find(|described| described.id == station).unwrap();
    assert_eq!(encoder.kind, StationKind::Encode);
    assert_eq!(line.now - begun, Duration::from_millis(3_000));

    let begun = line.now;
    line.carry_out(write(1)).unwrap();
    assert_eq!(line.now - begun, Duration::from_millis(400), "the chip's own modelled time");
    let read = Operation::Exchange { job: JobId(1), script: script(&[&[0, 0xB0, 0, 0, 0], &[0, 0xFF, 0, 0], &[0; 4]]) };
    let Completion::Answered { answers } = line.carry_out(read).unwrap() else { panic!() };
    assert_eq!(answers, [vec![0, 0, 0, 4, 0x90, 0], vec![0x6A, 0x80]], "stops at the first status not accepted");

    let begun = line.now;
    let Completion::Personalised { image } = line.carry_out(personalise(1, 1)).unwrap() else { panic!() };
    let expected = Duration::from_millis(1_000 + 500 + 9_500 + 1_000 + 6_000 + 1_000 + 500);
    assert_eq!(line.now - begun, expected);
    let steps: Vec<_> = line
        .seen
        .iter()
        .filter_map(|event| match event.body {
            EventBody::Progress { step, .. } => Some(step),
            _ => None,
        })
        .collect();
    use ProgressStep::{Captured, Engraved, Inked, SerialConfirmed};
    assert_eq!(steps, [SerialConfirmed, Engraved, Inked, Captured]);

    let picture = line.core.shot(image).unwrap().take().unwrap();
    assert_eq!((picture.width, picture.height, picture.dots_per_inch), (1476, 1039, 300));
    assert_eq!(picture, line.core.shot(image).unwrap().take().unwrap(), "the same picture again");
    let at = |x: u32, y: u32| picture.grey[(y * picture.width + x) as usize];
    assert!(at(130, 50) < 40 && at(130, 110) > 200 && at(700, 700) > 200);
    let levels: std::collections::BTreeSet<u8> = (0..100).map(|x| at(600 + x, 600)).collect();
    assert!(levels.len() > 5, "a sensor is never without noise");

    assert_eq!(line.carry_out(deliver(1, Stack::Good)).unwrap(), Completion::Delivered { stack: Stack::Good });
    let (booklet, place) = line.core.look(&serial(1)).unwrap();
    assert_eq!(place, Place::Stack(Stack::Good));
    assert_eq!(count_of(booklet), 4);
    assert!(booklet.marks.iter().all(|mark| mark.done_per_mille == 1000) && booklet.marks.len() == 2);
    assert_eq!(line.core.shot(image).err().unwrap().kind, ErrorKind::NotFound, "kept until delivery only");
    assert_eq!(line.core.shot(ImageId(99)).err().unwrap().kind, ErrorKind::NotFound);

    let snapshot = line.core.snapshot().unwrap();
    assert_eq!((snapshot.counters.picked, snapshot.counters.good), (1, 1));
    assert_eq!(snapshot.feeders[0].remaining, 29);
    assert_eq!(snapshot.feeders[0].serial_range, Some((serial(1), serial(30))));
    let numbers: Vec<u64> = line.seen.iter().map(|event| event.cursor.0).collect();
    assert_eq!(numbers, (1..=numbers.len() as u64).collect::<Vec<_>>());
    assert!(line.seen.iter().all(|event| event.machine_time_ms >= EPOCH));
}

#[test]
fn a_repeat_of_any_command_does_nothing_twice_and_is_told_again() {
    let mut line = Line::running(settings(), 30);
    let operations =
        [pick(1), write(1), personalise(1, 1), deliver(1, Stack::Good), Operation::Control(ControlCommand::Suspend)];
    for operation in operations {
        let key = line.key();
        assert_eq!(line.submit_as(key, operation.clone()), Ok(Acceptance::Accepted));
        assert_eq!(line.submit_as(key, operation.clone()), Ok(Acceptance::Repeated));
        assert_eq!(line.core.journal(key), Ok(JournalEntry::InProgress));
        assert!(line.told(key).is_empty(), "nothing is told before it has ended");
        let first = line.wait_for(key);
        assert_eq!(line.told(key).len(), 1, "told once");
        assert_eq!(line.submit_as(key, operation), Ok(Acceptance::Repeated));
        assert_eq!(line.told(key), [first.clone(), first.clone()], "told again, and the same");
        assert_eq!(line.core.journal(key), Ok(JournalEntry::Ended(first)));
    }
    let (booklet, _) = line.core.look(&serial(1)).unwrap();
    assert_eq!((count_of(booklet), booklet.marks.len()), (4, 2));
    let snapshot = line.core.snapshot().unwrap();
    assert_eq!((snapshot.counters.picked, snapshot.counters.good, snapshot.feeders[0].remaining), (1, 1, 29));
}

#[test]
fn one_key_cannot_stand_for_two_commands() {
    let mut line = Line::running(settings(), 30);
    let key = line.key();
    line.submit_as(key, pick(1)).unwrap();
    assert_eq!(line.submit_as(key, pick(2)).unwrap_err().kind, ErrorKind::Invalid);
    assert_eq!(line.submit(pick(1)).unwrap_err().kind, ErrorKind::Invalid, "a job is used once");
}

#[test]
fn events_are_told_again_from_any_cursor_that_is_kept() {
    let mut line = Line::running(MachineSettings { events_kept: 10, ..settings() }, 30);
    line.carry_out(pick(1)).unwrap();
    line.carry_out(write(1)).unwrap();
    line.carry_out(personalise(1, 1)).unwrap();
    line.carry_out(deliver(1, Stack::Good)).unwrap();
    line.settle();
    let newest = line.seen.last().unwrap().cursor.0;
    assert!(newest > 11);
    for after in newest - 10..=newest {
        let again = line.core.events_after(Cursor(after)).unwrap().events;
        assert_eq!(again, line.seen[after as usize..]);
    }
    assert_eq!(line.core.events_after(Cursor(newest - 11)).unwrap_err().kind, ErrorKind::CursorGone);
    assert_eq!(line.core.events_after(Cursor(newest + 1)).unwrap_err().kind, ErrorKind::CursorGone);
}

#[test]
fn an_untouched_booklet_can_be_cancelled_and_a_touched_one_only_rejected() {
    let mut line = Line::running(settings(), 30);
    line.carry_out(pick(1)).unwrap();
    assert_eq!(line.carry_out(Operation::Cancel { job: JobId(1) }), Ok(Completion::Cancelled));
    assert_eq!(line.rejected(), [("cancelled".to_owned(), 1)]);
    line.carry_out(pick(2)).unwrap();
    line.carry_out(write(2)).unwrap();
    assert_eq!(line.carry_out(Operation::Cancel { job: JobId(2) }).unwrap_err().kind, ErrorKind::WrongState);
    line.carry_out(deliver(2, Stack::Reject)).unwrap();
    assert_eq!(line.core.look(&serial(2)).unwrap().1, Place::Stack(Stack::Reject));
    assert_eq!(line.carry_out(write(2)).unwrap_err().kind, ErrorKind::NotFound);
}

#[test]
fn a_page_that_cannot_be_marked_whole_is_refused_before_the_first_mark() {
    let mut line = Line::running(settings(), 30);
    line.carry_out(pick(1)).unwrap();
    let with = |change: fn(&mut Layer)| {
        let mut changed = layer(LayerKind::Laser);
        change(&mut changed);
        Operation::Personalise { job: JobId(1), expected_serial: serial(1), layers: vec![changed], number: None }
    };
    for (change, kind) in [
        (with(|layer| layer.bytes = [1, 2, 3].as_slice().into()), ErrorKind::Invalid),
        (with(|layer| layer.width = 199), ErrorKind::Invalid),
        (with(|layer| layer.left_micrometres = 124_000), ErrorKind::Invalid),
        (with(|layer| layer.dots_per_inch = 299), ErrorKind::Unsupported),
        (with(|layer| layer.coding = LayerCoding::PngRgb), ErrorKind::Unsupported),
    ] {
        assert_eq!(line.carry_out(change).unwrap_err().kind, kind);
    }
    // A PNG whose header is whole but whose samples are cut off is noticed at the laser.
    let error = line.carry_out(with(|layer| layer.bytes = layer.bytes[..60].into())).unwrap_err();
    assert_eq!((error.kind, error.fate), (ErrorKind::Invalid, printer_driver::BookletFate::Untouched));
    let error = line.carry_out(personalise(1, 2)).unwrap_err();
    assert_eq!((error.kind, error.fate), (ErrorKind::WrongSerial, printer_driver::BookletFate::Untouched));
    assert!(line.core.look(&serial(1)).unwrap().0.marks.is_empty());
    line.carry_out(personalise(1, 1)).unwrap();
    assert_eq!(line.carry_out(personalise(1, 1)).unwrap_err().kind, ErrorKind::Invalid, "no automatic reprint");
}
