//! The file: opening it again, files that are no store, a second writer, readers beside the writer.

use std::fs;

use persoline_domain::booklet::BookletState;
use persoline_domain::deed::Deed;
use persoline_domain::order::OrderState;
use persoline_domain::signer::{SignerError, SigningLedger};
use persoline_domain::store::{Store, StoreError};
use persoline_store::SqliteStore;
use rusqlite::Connection;

use crate::centre::{Centre, NORTH, accept, act, new_order, sealed};

/// What is said of a store that does not open.
fn broken<T>(result: Result<T, StoreError>) -> String {
    match result {
        Err(StoreError::Broken { what, place }) => {
            assert!(!place.is_empty());
            what
        }
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("it opened"),
    }
}

#[test]
fn everything_is_there_when_it_is_opened_again() {
    let centre = Centre::with_blanks(3);
    let (first, second) = (centre.order(1), centre.order(2));
    centre.bring(first, 1, "P0001", OrderState::Finished);
    centre.bring(second, 2, "P0002", OrderState::Ticketed);
    centre.done(Deed::MachinePaused { machine: NORTH.into() });
    let look = |store: &SqliteStore| {
        (
            store.order(first).unwrap(),
            store.order(second).unwrap(),
            store.open_jobs(&NORTH.into()).unwrap(),
            store.counts().unwrap(),
            store.reconcile().unwrap(),
            store.newest_events(99).unwrap(),
            store.payload(second).unwrap(),
            store.paused_machines().unwrap(),
        )
    };
    let (before, fence) = (look(&centre.store), centre.fence);
    let (file, _folder) = centre.close();
    let again = SqliteStore::open(&file).unwrap();
    assert_eq!(look(&again), before);
    let newer = again.take_fence(&NORTH.into()).unwrap();
    assert!(newer > fence);
    again.commit(vec![act(Deed::Locking { job: persoline_domain::identifiers::JobNumber(2) }, newer)]).unwrap();
}

#[test]
fn a_second_writer_is_refused_and_the_first_goes_on() {
    let centre = Centre::new();
    let what = broken(SqliteStore::open(&centre.file()));
    assert_eq!(what, "another program is writing to it; end that program first");
    assert_eq!(broken(SqliteStore::rebuild(&centre.file())), what);
    centre.order(1);
    let (file, _folder) = centre.close();
    drop(SqliteStore::open(&file).unwrap());
    SqliteStore::open(&file).unwrap();
}

#[test]
fn who_writes_a_little_beside_takes_turns_with_the_writer() {
    let centre = Centre::new();
    let beside = SqliteStore::open_beside(&centre.file()).unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for number in 1000..1060 {
                beside.commit(vec![act(accept(new_order(number)), centre.fence)]).unwrap();
            }
        });
        for number in 1..60 {
            centre.order(number);
        }
    });
    assert_eq!(centre.store.counts().unwrap().count(OrderState::Waiting), 119);
    drop(beside);
    let (file, _folder) = centre.close();
    let events = SqliteStore::rebuild(&file).unwrap().events;
    assert!(events >= 119, "{events}");
}

#[test]
fn one_who_only_looks_sees_what_is_committed_and_changes_nothing() {
    let centre = Centre::with_blanks(1);
    let order = centre.order(1);
    let reader = SqliteStore::open_read_only(&centre.file()).unwrap();
    assert_eq!(reader.order(order).unwrap().unwrap().state, OrderState::Waiting);
    centre.bring(order, 1, "P0001", OrderState::Bound);
    assert_eq!(reader.order(order).unwrap().unwrap().state, OrderState::Bound);
    assert_eq!(reader.reconcile().unwrap().count(BookletState::Bound), 1);
    let refused = "it was opened for reading only";
    assert_eq!(broken(reader.commit(vec![act(accept(new_order(2)), centre.fence)])), refused);
    assert_eq!(broken(reader.take_fence(&NORTH.into())), refused);
    assert!(
        matches!(reader.reserve_uses(&"DS".into(), 1, 9), Err(SignerError::Ledger(what)) if what.contains(refused))
    );
    // It keeps nobody from writing, and opens also when nobody writes.
    drop(reader);
    let (file, _folder) = centre.close();
    let reader = SqliteStore::open_read_only(&file).unwrap();
    let writer = SqliteStore::open(&file).unwrap();
    let fence = writer.take_fence(&NORTH.into()).unwrap();
    writer.commit(vec![act(accept(new_order(2)), fence)]).unwrap();
    assert!(reader.order_of(&new_order(2).application).unwrap().is_some());
}

#[test]
fn what_was_committed_is_read_after_the_program_was_killed() {
    let centre = Centre::with_blanks(1);
    let order = centre.order(1);
    // As after kill -9: the file and its write-ahead log, of which nothing was put back into the file.
    let copy = centre.place().join("copy.db");
    fs::copy(centre.file(), &copy).unwrap();
    fs::copy(centre.place().join("store.db-wal"), centre.place().join("copy.db-wal")).unwrap();
    let reader = SqliteStore::open_read_only(&copy).unwrap();
    assert_eq!(reader.payload(order).unwrap(), Some(sealed(1)));
    drop(reader);
    let writer = SqliteStore::open(&copy).unwrap();
    assert_eq!(writer.order(order).unwrap().unwrap().state, OrderState::Waiting);
    assert_eq!(writer.reconcile().unwrap().difference(), 0);
}

#[test]
fn files_that_are_no_store_are_named_so_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("letter"), "Dear Sir or Madam, ".repeat(500)).unwrap();
    assert!(broken(SqliteStore::open(&at("letter"))).starts_with("the file is not a store"));
    assert!(broken(SqliteStore::open_read_only(&at("letter"))).starts_with("the file is not a store"));
    let foreign = Connection::open(at("foreign")).unwrap();
    foreign.execute_batch("CREATE TABLE recipe (name TEXT); INSERT INTO recipe VALUES ('soup')").unwrap();
    let bytes = fs::read(at("foreign")).unwrap();
    assert!(broken(SqliteStore::open(&at("foreign"))).contains("database of another program"));
    assert!(broken(SqliteStore::open_read_only(&at("foreign"))).contains("database of another program"));
    assert!(broken(SqliteStore::rebuild(&at("foreign"))).contains("database of another program"));
    assert_eq!(fs::read(at("foreign")).unwrap(), bytes);
    let empty = Connection::open(at("marked")).unwrap();
    empty.execute_batch("PRAGMA application_id = 77").unwrap();
    assert!(broken(SqliteStore::open(&at("marked"))).contains("database of another program"));
    fs::create_dir(at("directory")).unwrap();
    broken(SqliteStore::open(&at("directory")));
    assert!(broken(SqliteStore::open(&at("nowhere/store.db"))).contains("cannot be written"));
    assert!(broken(SqliteStore::open(&at("letter/store.db"))).contains("cannot be written"));
    assert!(broken(SqliteStore::open_read_only(&at("none"))).starts_with("there is no store"));
    assert!(!at("none").exists());
    fs::write(at("empty"), "").unwrap();
    assert!(broken(SqliteStore::open_read_only(&at("empty"))).contains("never been written"));
    drop(SqliteStore::open(&at("empty")).unwrap());
    SqliteStore::open_read_only(&at("empty")).unwrap();
}

#[test]
fn a_store_of_a_newer_version_is_left_alone() {
    let (file, _folder) = Centre::new().close();
    Connection::open(&file).unwrap().execute_batch("PRAGMA user_version = 9").unwrap();
    assert!(broken(SqliteStore::open(&file)).contains("newer version"));
    assert!(broken(SqliteStore::open_read_only(&file)).contains("newer version"));
    assert!(broken(SqliteStore::rebuild(&file)).contains("newer version"));
}

#[test]
fn a_damaged_store_is_named_so() {
    let centre = Centre::with_blanks(50);
    for number in 0..200 {
        centre.order(number);
    }
    let (file, _folder) = centre.close();
    let mut bytes = fs::read(&file).unwrap();
    // Everything but the first page, which says whose file it is.
    bytes[4096..].fill(0x5A);
    fs::write(&file, &bytes).unwrap();
    let what = match SqliteStore::open(&file) {
        Ok(store) => broken(store.newest_events(5)),
        Err(error) => broken::<()>(Err(error)),
    };
    assert!(what.contains("damaged"), "{what}");
}

#[cfg(unix)]
#[test]
fn a_folder_that_may_not_be_written_is_named_so() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o500)).unwrap();
    if fs::write(folder.path().join("probe"), "").is_ok() {
        println!("not run: this account may write everywhere");
        return;
    }
    assert!(broken(SqliteStore::open(&folder.path().join("store.db"))).contains("cannot be written"));
}
