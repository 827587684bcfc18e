//! `kill -9` amid a booklet: the machine that is started again over the same state tells the truth.

use mock_devices::machine::Place;
use printer_driver::remote::LinkSecurity;
use printer_driver::{
    Acceptance, BookletFate, ChipEncoding, Completion, ErrorKind, EventBody, FeederId, IdempotencyKey, JobId,
    JournalEntry, MachineDriver, Operation, ProgressStep, Stack,
};

use super::program::{Program, blank, desk, driver, serial};
use super::way::{Host, exchange, personalise, pick};

const SECURITY: LinkSecurity = LinkSecurity::PlainLoopback;

#[test]
fn killed_amid_engraving_the_machine_does_not_say_that_it_is_done() {
    // Slow enough that the kill comes while the laser works; slower where this computer is too busy for it.
    assert!([10, 3, 1].into_iter().any(killed_amid_engraving), "it was never killed in time");
}

/// Whether the kill came in time.
fn killed_amid_engraving(scale: u32) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start_at(scale, folder.path(), &[]);
    desk(&program.desk, &SECURITY).load(FeederId(1), &[blank(1), blank(2)]).unwrap();
    let mut host = Host::attach(driver(&program.machine, &SECURITY), 1);
    host.start(1);
    host.carry_out(3, pick(1)).unwrap();
    host.carry_out(4, exchange(1)).unwrap();
    assert_eq!(host.submit(5, personalise(1, &serial(1))).unwrap(), Acceptance::Accepted);
    host.until(|body| matches!(body, EventBody::Progress { step: ProgressStep::SerialConfirmed, .. }).then_some(()));
    let (cursor, starts) = (host.cursor, host.driver.attach(host.token).unwrap().start_count);
    program.kill();
    assert_eq!(host.driver.snapshot().unwrap_err().kind, ErrorKind::LinkLost);

    let program = Program::start(folder.path(), &[]);
    let mut host = Host::attach(driver(&program.machine, &SECURITY), 2);
    assert!(host.driver.attach(host.token).unwrap().start_count > starts);
    host.cursor = cursor;
    // What ended before the kill has the same end after it, and can be repeated.
    let ended = |host: &mut Host<_>, key| MachineDriver::journal(&mut host.driver, IdempotencyKey(key)).unwrap();
    assert!(matches!(ended(&mut host, 3), JournalEntry::Ended(Ok(Completion::Picked { .. }))));
    assert_eq!(host.submit(3, pick(1)).unwrap(), Acceptance::Repeated);
    // What was under way did not end well, and nobody claims that it never came.
    match ended(&mut host, 5) {
        JournalEntry::Unknown => {}
        JournalEntry::Ended(Err(error)) => {
            assert_eq!(error.kind, ErrorKind::PowerLost);
            assert_ne!(error.fate, BookletFate::Untouched, "the laser may have worked");
        }
        // The end came first. Then it must be true.
        JournalEntry::Ended(Ok(Completion::Personalised { .. })) => {
            let booklet = desk(&program.desk, &SECURITY).look(&serial(1), false).unwrap().unwrap();
            assert_eq!((booklet.times_marked, booklet.marks), (1, 1));
            return false;
        }
        other => panic!("{other:?}"),
    }
    assert!(matches!(ended(&mut host, 6), JournalEntry::NotReceived));
    // The page is not marked a second time, and the booklet goes nowhere but to the rejects.
    assert_eq!(host.submit(5, personalise(1, &serial(1))).unwrap(), Acceptance::Repeated);
    let mut desk = desk(&program.desk, &SECURITY);
    assert!(desk.look(&serial(1), false).unwrap().unwrap().times_marked <= 1);
    host.start(7);
    let place = desk.look(&serial(1), false).unwrap().unwrap().place;
    if !matches!(place, Place::Stack(Stack::Reject)) {
        host.carry_out(9, Operation::Deliver { job: JobId(1), stack: Stack::Reject }).unwrap();
    }
    let [booklet] = desk.empty_stack(Stack::Reject, false).unwrap().try_into().unwrap();
    assert!(booklet.serial == serial(1) && booklet.times_marked <= 1, "{booklet:?}");
    assert_eq!(desk.look(&serial(2), false).unwrap().unwrap().place, Place::Feeder(FeederId(1)));
    true
}

#[test]
fn killed_as_soon_as_a_command_was_accepted_the_machine_knows_of_it_and_does_not_lie() {
    let folder = tempfile::tempdir().unwrap();
    let deliver = Operation::Deliver { job: JobId(1), stack: Stack::Good };
    let steps = [pick(1), exchange(1), personalise(1, &serial(1)), deliver];
    for (last, step) in steps.iter().enumerate() {
        let folder = folder.path().join(last.to_string());
        let program = Program::start(&folder, &[]);
        desk(&program.desk, &SECURITY).load(FeederId(1), &[blank(1)]).unwrap();
        let mut host = Host::attach(driver(&program.machine, &SECURITY), 1);
        host.start(1);
        for (before, operation) in steps.iter().take(last).enumerate() {
            host.carry_out(10 + before as u128, operation.clone()).unwrap();
        }
        let key = 10 + last as u128;
        assert_eq!(host.submit(key, step.clone()).unwrap(), Acceptance::Accepted);
        program.kill();

        let program = Program::start(&folder, &[]);
        let mut host = Host::attach(driver(&program.machine, &SECURITY), 2);
        let entry = host.driver.journal(IdempotencyKey(key)).unwrap();
        let booklet = desk(&program.desk, &SECURITY).look(&serial(1), false).unwrap().unwrap();
        match &entry {
            JournalEntry::NotReceived | JournalEntry::InProgress => panic!("step {last}: {entry:?}"),
            // It came before the kill, so it must be true.
            JournalEntry::Ended(Ok(Completion::Personalised { .. })) => assert_eq!(booklet.marks, 1),
            JournalEntry::Ended(Ok(Completion::Delivered { stack })) => assert_eq!(booklet.place, Place::Stack(*stack)),
            JournalEntry::Ended(Err(error)) if error.fate == BookletFate::Untouched => {
                assert_eq!(booklet.times_marked, u32::from(last > 2), "step {last}: {error}");
            }
            _ => {}
        }
        assert!(booklet.times_marked <= 1);
        assert_eq!(host.submit(key, step.clone()).unwrap(), Acceptance::Repeated, "step {last}");
    }
}

#[test]
fn a_machine_that_encodes_keeps_its_key_over_a_kill_and_has_another_one_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let recipient = |program: &Program| {
        let description = driver(&program.machine, &SECURITY).describe().unwrap();
        let ChipEncoding::Machine { recipient } = description.capabilities.encoding else { panic!("{description:?}") };
        assert_eq!((recipient.len(), recipient[0]), (65, 4));
        recipient
    };
    let engraver =
        |name: &str| Program::start(&folder.path().join(name), &["--kind", "engraving-line", "--name", "E-1"]);
    let program = engraver("one");
    let before = recipient(&program);
    program.kill();
    assert_eq!(recipient(&engraver("one")), before);
    assert_ne!(recipient(&engraver("two")), before);
}
