//! `kill -9` amid a booklet: the machine that is started again over the same state tells the truth.

use mock_devices::machine::Place;
use printer_driver::remote::LinkSecurity;
use printer_driver::{
    Acceptance, BookletFate, Completion, ErrorKind, EventBody, FeederId, IdempotencyKey, JobId, JournalEntry,
    MachineDriver, Operation, ProgressStep, Stack,
};

use super::program::{Program, blank, desk, driver, serial};
use super::way::{Host, exchange, personalise, pick};

const SECURITY: LinkSecurity = LinkSecurity::PlainLoopback;

#[test]
fn killed_amid_engraving_the_machine_does_not_say_that_it_is_done() {
    // Slow enough that the kill comes while the laser works.
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start_at(10, folder.path(), &[]);
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
}
