use std::path::Path;

use persoline_domain::clock::Timestamp;
use persoline_domain::deed::Deed;
use persoline_domain::identifiers::Actor;
use persoline_domain::store::Refusal;

use super::*;
use crate::schema;

/// What became of a call.
type Answered = Receiver<Result<Vec<Outcome>, StoreError>>;

fn writer(folder: &Path) -> Writer {
    let file = folder.join("store.db");
    let (connection, lock) = schema::open_for_writing(&file).unwrap();
    Writer::new(connection, Some(lock), file)
}

/// A call with one deed: a report whose code has so many bytes.
fn report(bytes: usize) -> (Request, Answered) {
    call(Deed::MachineReported { machine: "north".into(), code: "x".repeat(bytes) })
}

fn call(deed: Deed) -> (Request, Answered) {
    let (reply, answer) = crossbeam_channel::bounded(1);
    let act = Act { at: Timestamp(0), actor: Actor::Line, fence: None, deed };
    (Request::Commit { acts: vec![act], reply }, answer)
}

fn limit_pages(writer: &Writer, more: i64) {
    let used: i64 = writer.connection.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
    writer.connection.query_row(&format!("PRAGMA max_page_count = {}", used + more), [], |_| Ok(())).unwrap();
}

fn events(writer: &Writer) -> i64 {
    writer.connection.query_row("SELECT count(*) FROM event", [], |row| row.get(0)).unwrap()
}

#[test]
fn a_full_disk_refuses_what_does_not_fit_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = writer(folder.path());
    writer.serve(&[report(10).0]);
    limit_pages(&writer, 4);
    // One group: small, far too large, small. The large one must not take its neighbours with it, and none may be told
    // that it failed and yet be there.
    let calls = [report(10), report(100_000), report(20)];
    let (requests, answers): (Vec<_>, Vec<_>) = calls.into_iter().unzip();
    writer.serve(&requests);
    let place = writer.file.display().to_string();
    assert!(answers[0].recv().unwrap().is_ok());
    assert_eq!(answers[1].recv().unwrap(), Err(StoreError::Full { place }));
    assert!(answers[2].recv().unwrap().is_ok());
    assert_eq!(events(&writer), 3);
    // With room again everything goes on.
    limit_pages(&writer, 1000);
    let (request, answer) = report(100_000);
    writer.serve(&[request]);
    assert!(answer.recv().unwrap().is_ok());
    assert_eq!(events(&writer), 4);
}

#[test]
fn a_disk_without_any_room_answers_every_call_and_keeps_what_was_there() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = writer(folder.path());
    writer.serve(&[report(10).0]);
    limit_pages(&writer, 0);
    let (requests, answers): (Vec<_>, Vec<_>) = (0..40).map(|_| report(5_000)).unzip();
    writer.serve(&requests);
    for answer in answers {
        assert!(matches!(answer.recv().unwrap(), Err(StoreError::Full { .. })));
    }
    assert_eq!(events(&writer), 1);
}

#[test]
fn a_refused_call_leaves_the_others_of_its_group_alone() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = writer(folder.path());
    let unlawful = Deed::OrderReleased { order: persoline_domain::identifiers::OrderId(9) };
    let (requests, answers): (Vec<_>, Vec<_>) = [report(1), call(unlawful), report(2)].into_iter().unzip();
    writer.serve(&requests);
    assert_eq!(answers[0].recv().unwrap(), Ok(vec![Outcome::Done(persoline_domain::identifiers::Sequence(1))]));
    let refused = StoreError::Refused { index: 0, refusal: Refusal::NotFound("order") };
    assert_eq!(answers[1].recv().unwrap(), Err(refused));
    assert_eq!(answers[2].recv().unwrap(), Ok(vec![Outcome::Done(persoline_domain::identifiers::Sequence(2))]));
}

#[test]
fn a_store_that_another_program_holds_answers_the_whole_group() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = writer(folder.path());
    writer.connection.busy_timeout(std::time::Duration::ZERO).unwrap();
    let stranger = Connection::open(&writer.file).unwrap();
    stranger.execute_batch("BEGIN IMMEDIATE").unwrap();
    let (requests, answers): (Vec<_>, Vec<_>) = (0..3).map(|_| report(1)).unzip();
    writer.serve(&requests);
    for answer in answers {
        assert!(
            matches!(answer.recv().unwrap(), Err(StoreError::Broken { what, .. }) if what.contains("another program"))
        );
    }
    stranger.execute_batch("ROLLBACK").unwrap();
    let (request, answer) = report(1);
    writer.serve(&[request]);
    assert!(answer.recv().unwrap().is_ok());
}
