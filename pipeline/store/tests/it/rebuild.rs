//! The event log is the truth: everything else is made again from it, and what was done to it is found.

use persoline_domain::booklet::{Blank, BookletState, Numbering, QuarantineDecision};
use persoline_domain::deed::{Deed, KeyAct, NewOrder};
use persoline_domain::identifiers::Sequence;
use persoline_domain::order::{OrderState, Priority};
use persoline_domain::policy::CentrePolicy;
use persoline_domain::store::{Store, StoreError};
use persoline_store::SqliteStore;
use rusqlite::Connection;
use rusqlite::types::Value;

use crate::centre::{
    Centre, NORTH, SOUTH, abandon, accept, blank, decide, dispatch, doubt, hold, inspect, load, missing, new_order,
    receive, reject, serials, spoil, withdraw,
};

/// A store in which every kind of deed was done, closed.
fn full_of_life() -> (std::path::PathBuf, tempfile::TempDir) {
    let centre = Centre::with_blanks(8);
    centre.stock("D2", vec![blank("Q1"), blank("Q2")]);
    centre.done(load(SOUTH, &["Q1"]));
    centre.done(crate::centre::unload(SOUTH, &["Q1"]));
    let orders: Vec<_> = (1..=8).map(|number| centre.order(number)).collect();
    centre.done(accept(NewOrder { person: new_order(1).person, ..new_order(50) }));
    centre.bring(orders[0], 1, "P0001", OrderState::Finished);
    centre.bring(orders[1], 2, "P0002", OrderState::Ticketed);
    centre.done(spoil(2));
    centre.bring(orders[1], 3, "P0003", OrderState::Bound);
    centre.bring(orders[2], 4, "P0004", OrderState::Ticketed);
    centre.done(doubt(4));
    centre.done(Deed::OrderReleased { order: orders[2] });
    centre.done(dispatch(orders[3], 5));
    centre.done(hold(orders[3]));
    centre.done(withdraw(5));
    centre.done(Deed::OrderCancelled { order: orders[4] });
    centre.done(Deed::PriorityChanged { order: orders[5], priority: Priority::Urgent });
    centre.store.take_fence(&NORTH.into()).unwrap();
    let fence = centre.store.take_fence(&NORTH.into()).unwrap();
    let centre = Centre { fence, ..centre };
    centre.bring(orders[6], 9, "P0005", OrderState::Ticketed);
    centre.done(Deed::MachinePaused { machine: SOUTH.into() });
    centre.done(Deed::MachinePaused { machine: NORTH.into() });
    centre.done(Deed::MachineResumed { machine: NORTH.into() });
    centre.done(Deed::MachineReported { machine: NORTH.into(), code: "alarm_set:7".to_owned() });
    centre.done(Deed::BlankSpoiled { serial: "P0006".into(), reason: "torn".to_owned() });
    centre.done(Deed::BlankQuarantined { serial: "P0007".into(), reason: "odd".to_owned() });
    cared_for(&centre);
    centre.close()
}

/// Deeds about the care of people, on top of what was done.
fn cared_for(centre: &Centre) {
    let machine = || NORTH.into();
    let shift = persoline_domain::identifiers::ShiftNumber(4);
    let policy = CentrePolicy { remake_approvals: 2, first_piece: true, sample_every: 2 };
    let by = |person: &str, deed: Deed| drop(centre.by(person, deed).unwrap());
    let made = serials(&["R1", "R2", "R3", "R4", "R5", "R6", "R7"]);
    let blanks = made.iter().map(|serial| Blank {
        carton: if serial.as_str() < "R6" { "C1" } else { "C2" }.to_owned(),
        check_value: vec![1, 2, 3],
        numbering: if serial.as_str() < "R4" { Numbering::Engraved } else { Numbering::Perforated },
        ..blank(serial.as_str())
    });
    centre.done(receive("D3", blanks.collect()));
    let cartons = vec!["C1".to_owned()];
    centre.done(Deed::StockStored { delivery: "D3".to_owned(), cartons, counted: 5 });
    centre.done(Deed::StockReturned { serials: serials(&["R6"]), reason: "torn".to_owned() });
    centre.done(load(NORTH, &["R1", "R2", "R3", "R4", "R5"]));
    centre.done(Deed::NumbersGranted { first: "KA01".into(), last: "KA99".into() });
    let digest = Some(persoline_domain::identifiers::Digest([7; 32]));
    for (act, digest) in KeyAct::ALL.into_iter().zip([digest, None].into_iter().cycle()) {
        by("chan", Deed::KeyHandled { act, name: "ds-001".to_owned(), digest, reason: "key_compromise".to_owned() });
    }
    centre.done(Deed::ShiftOpened { shift });
    let (first, second) = (centre.order(21), centre.order(22));
    centre.bring(first, 21, "R1", OrderState::Finished);
    centre.set(policy);
    centre.done(reject("R1"));
    by("chan", Deed::RemakeApproved { order: first });
    by("lee", Deed::RemakeApproved { order: first });
    centre.done(abandon(9));
    centre.done(abandon(3));
    centre.bring(first, 22, "R2", OrderState::Finished);
    by("chan", inspect("R2", true));
    centre.bring(second, 23, "R3", OrderState::Finished);
    centre.done(Deed::Packed { serials: serials(&["R2"]) });
    centre.done(Deed::HandedOver { serials: serials(&["R2"]) });
    centre.done(Deed::BookletRecalled { serial: "R2".into(), reason: "wrong_person".to_owned() });
    by("chan", Deed::BookletsDestroyed { serials: serials(&["R1", "R2"]), witness: "lee".to_owned() });
    centre.done(missing("P0001"));
    centre.done(Deed::BookletFound { serial: "P0001".into() });
    centre.done(decide("P0001", QuarantineDecision::Spoil));
    centre.done(decide("P0007", QuarantineDecision::Clear));
    centre.done(Deed::MachineDraining { machine: machine() });
    centre.done(Deed::MachineFencedOff { machine: machine(), reason: "foreign_job".to_owned() });
    by("chan", Deed::MachineCleared { machine: machine() });
    by("lee", Deed::AlarmAcknowledged { machine: machine(), alarm: 7, code: "JAM".to_owned() });
    centre.done(Deed::MachineFencedOff { machine: SOUTH.into(), reason: "foreign_job".to_owned() });
    let through = centre.store.outbox(Sequence(0), 2).unwrap()[1].sequence;
    centre.done(Deed::ReportsDelivered { receiver: "register".to_owned(), through });
    let counted = |state: BookletState| (state, centre.store.reconcile().unwrap().count(state));
    let counted = BookletState::ALL.into_iter().filter(|state| state.is_counted()).map(counted).collect();
    centre.done(Deed::ShiftClosed { shift, counted });
    centre.done(Deed::ShiftOpened { shift: persoline_domain::identifiers::ShiftNumber(5) });
    let third = centre.order(23);
    centre.done(Deed::MachineResumed { machine: machine() });
    centre.bring(third, 24, "R4", OrderState::Ticketed);
    centre.done(Deed::OrderCancelled { order: third });
}

/// Every row of every table, as text.
fn dump(file: &std::path::Path) -> Vec<String> {
    let connection = Connection::open(file).unwrap();
    let mut tables = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").unwrap();
    let tables: Vec<String> = tables.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
    assert!(tables.len() >= 25, "{tables:?}");
    let mut lines = Vec::new();
    for table in tables {
        let mut statement = connection.prepare(&format!("SELECT * FROM {table} ORDER BY 1, 2")).unwrap();
        let columns = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let values: Vec<Value> = (0..columns).map(|index| row.get(index).unwrap()).collect();
            lines.push(format!("{table} {values:?}"));
        }
    }
    lines
}

fn structure(file: &std::path::Path) -> Vec<(String, Option<String>)> {
    let connection = Connection::open(file).unwrap();
    let mut statement = connection.prepare("SELECT name, sql FROM sqlite_schema ORDER BY name").unwrap();
    statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().collect::<Result<_, _>>().unwrap()
}

/// Does something to a closed store that its guards forbid, as someone with the file in hand can.
fn tamper(file: &std::path::Path, sql: &str) {
    let connection = Connection::open(file).unwrap();
    connection
        .execute_batch("DROP TRIGGER events_stay_u; DROP TRIGGER events_stay_d; DROP TRIGGER events_follow")
        .unwrap();
    let changed = connection.execute(sql, []).unwrap();
    assert!(changed > 0, "{sql}");
}

fn fault(file: &std::path::Path) -> String {
    let before = dump(file);
    let Err(StoreError::Broken { what, .. }) = SqliteStore::rebuild(file) else { panic!("nothing was found") };
    assert_eq!(dump(file), before, "nothing is changed when the log is not right");
    what
}

#[test]
fn rebuilding_gives_the_same_tables() {
    let (file, _folder) = full_of_life();
    let (before, shape) = (dump(&file), structure(&file));
    let rebuilt = SqliteStore::rebuild(&file).unwrap();
    assert_eq!(dump(&file), before);
    assert_eq!(structure(&file), shape);
    let events = before.iter().filter(|line| line.starts_with("event ")).count();
    assert_eq!(rebuilt.events as usize, events);
    assert_eq!(SqliteStore::rebuild(&file).unwrap(), rebuilt);
    // The rebuilt store goes on where it was.
    let store = SqliteStore::open(&file).unwrap();
    let fence = store.take_fence(&NORTH.into()).unwrap();
    assert_eq!(fence.0, 4);
    store.commit(vec![crate::centre::act(spoil(24), fence)]).unwrap();
}

#[test]
fn state_columns_that_were_changed_by_hand_are_made_right_again() {
    let (file, _folder) = full_of_life();
    let before = dump(&file);
    let stranger = Connection::open(&file).unwrap();
    stranger
        .execute_batch(
            "UPDATE production_order SET due = '2099-01-01'; UPDATE count_of_orders SET count = 7;
             UPDATE job SET phase = 'ended'; UPDATE booklet SET machine = 'south'; UPDATE tally SET count = 0;
             DROP TRIGGER orders_stay; DELETE FROM production_order WHERE id = 8",
        )
        .unwrap();
    drop(stranger);
    assert_ne!(dump(&file), before);
    SqliteStore::rebuild(&file).unwrap();
    assert_eq!(dump(&file), before);
}

#[test]
fn an_event_never_changes_nor_goes() {
    let centre = Centre::new();
    centre.order(1);
    let stranger = centre.stranger();
    for statement in [
        "UPDATE event SET at = 0",
        "DELETE FROM event",
        "INSERT OR REPLACE INTO event SELECT * FROM event",
        "INSERT INTO event (sequence, at, actor, kind, detail, body, hash) VALUES (9, 0, '', '', '', '', x'')",
    ] {
        assert!(stranger.execute(statement, []).is_err(), "{statement}");
    }
}

#[test]
fn any_column_of_an_event_that_was_changed_is_found_and_named() {
    for column in [
        "at = at + 1",
        "actor = 'person:somebody'",
        "kind = 'order_held'",
        "order_id = 2",
        "job = 1",
        "serial = 'P0001'",
        "machine = 'south'",
        "detail = 'x'",
        "body = replace(body, 'Harbour', 'Airport')",
        "hash = randomblob(32)",
    ] {
        let (file, _folder) = full_of_life();
        let number: i64 = Connection::open(&file)
            .unwrap()
            .query_row("SELECT sequence FROM event WHERE order_id = 3 AND kind = 'order_accepted'", [], |row| {
                row.get(0)
            })
            .unwrap();
        tamper(&file, &format!("UPDATE event SET {column} WHERE sequence = {number}"));
        assert_eq!(fault(&file), format!("event {number} was changed after it was written"), "{column}");
    }
}

#[test]
fn missing_events_are_found_and_named() {
    for (sql, missing) in [
        ("DELETE FROM event WHERE sequence = 7", 7),
        ("DELETE FROM event WHERE sequence BETWEEN 5 AND 20", 5),
        ("DELETE FROM event WHERE sequence = 1", 1),
    ] {
        let (file, _folder) = full_of_life();
        tamper(&file, sql);
        assert_eq!(fault(&file), format!("event {missing} is missing from the log"));
    }
    // With the numbers closed up the chain tells.
    let (file, _folder) = full_of_life();
    tamper(&file, "DELETE FROM event WHERE sequence = 7");
    let connection = Connection::open(&file).unwrap();
    connection.execute_batch("UPDATE event SET sequence = -(sequence - 1) WHERE sequence > 7").unwrap();
    connection.execute_batch("UPDATE event SET sequence = -sequence WHERE sequence < 0").unwrap();
    drop(connection);
    assert_eq!(fault(&file), "event 7 was changed after it was written");
}

#[test]
fn a_forged_event_with_a_right_hash_is_still_unlawful() {
    use sha2::{Digest, Sha256};
    let (file, _folder) = full_of_life();
    let connection = Connection::open(&file).unwrap();
    let (last, previous): (i64, Vec<u8>) = connection
        .query_row("SELECT sequence, hash FROM event ORDER BY sequence DESC LIMIT 1", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .unwrap();
    let (sequence, body) = (last + 1, r#"{"deed":"order_cancelled","order":5}"#);
    let mut hash = Sha256::new();
    hash.update(&previous);
    hash.update(sequence.to_be_bytes());
    hash.update(0_i64.to_be_bytes());
    hash.update(b"line\0");
    hash.update(body);
    connection
        .execute(
            "INSERT INTO event (sequence, at, actor, kind, order_id, detail, body, hash)
             VALUES (?1, 0, 'line', 'order_cancelled', 5, '', ?2, ?3)",
            (sequence, body, hash.finalize().to_vec()),
        )
        .unwrap();
    drop(connection);
    assert_eq!(
        fault(&file),
        format!("event {sequence} is unlawful after those before it: order 5 is cancelled, which does not allow this")
    );
}

#[test]
fn every_kind_of_deed_was_done_before_the_rebuild() {
    let (file, _folder) = full_of_life();
    let connection = Connection::open(&file).unwrap();
    let mut kinds = connection.prepare("SELECT DISTINCT kind FROM event").unwrap();
    let done: Vec<String> = kinds.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
    for kind in persoline_domain::texts::events::kinds() {
        assert!(done.iter().any(|name| name == kind), "{kind} was not done");
    }
    assert!(done.iter().all(|kind| persoline_domain::texts::events::kind(kind).is_some()), "{done:?} have no names");
    for table in ["approval", "inspection", "number_range", "shift", "shift_count", "destruction", "outbox", "receiver"]
    {
        let count: i64 = connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap();
        assert!(count > 0, "{table} is empty");
    }
}

/// A store that the first version wrote.
fn first_version() -> (std::path::PathBuf, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store.db");
    Connection::open(&file).unwrap().execute_batch(include_str!("version_1.sql")).unwrap();
    (file, folder)
}

#[test]
fn a_store_of_the_first_version_is_brought_up_from_its_own_log() {
    let (file, _folder) = first_version();
    let log = |file: &std::path::Path| dump_of(file, "SELECT * FROM event ORDER BY 1");
    let of_orders = "SELECT id, application, state, hold, remakes, due, serial FROM production_order ORDER BY 1";
    let of_booklets = "SELECT serial, state, machine, order_id, reason FROM booklet ORDER BY 1";
    let before = [log(&file), dump_of(&file, of_orders), dump_of(&file, of_booklets)];
    let look = SqliteStore::open_read_only(&file).err().unwrap().to_string();
    assert!(look.contains("earlier version") && look.contains("store rebuild"), "{look}");
    let store = SqliteStore::open(&file).unwrap();
    assert_eq!([log(&file), dump_of(&file, of_orders), dump_of(&file, of_booklets)], before);
    assert_eq!(store.paused_machines().unwrap(), [SOUTH.into()]);
    let issued = store.outbox(Sequence(0), 9).unwrap();
    assert_eq!(issued[0].serial.as_str(), "P0001");
    let booklet = store.booklet(&"P0003".into()).unwrap().unwrap();
    assert_eq!((booklet.replaces, booklet.number), (Some("P0002".into()), Some("P0003".into())));
    assert_eq!((booklet.blank.carton.as_str(), booklet.blank.numbering), ("", Numbering::Perforated));
    let fence = store.take_fence(&NORTH.into()).unwrap();
    assert_eq!(fence.0, 4);
    store.commit(vec![crate::centre::act(spoil(9), fence)]).unwrap();
    assert_eq!(store.reconcile().unwrap().difference(), 0);
    drop(store);
    let brought_up = dump(&file);
    SqliteStore::rebuild(&file).unwrap();
    assert_eq!(dump(&file), brought_up);
}

#[test]
fn a_store_of_the_first_version_whose_log_is_not_right_stays_as_it_is() {
    let (file, _folder) = first_version();
    tamper(&file, "UPDATE event SET at = at + 1 WHERE sequence = 9");
    let before = dump_of(&file, "SELECT * FROM production_order");
    let Err(StoreError::Broken { what, .. }) = SqliteStore::open(&file) else { panic!("it was brought up") };
    assert!(what.contains("event 9 was changed"), "{what}");
    assert_eq!(dump_of(&file, "SELECT * FROM production_order"), before);
}

fn dump_of(file: &std::path::Path, sql: &str) -> Vec<String> {
    let connection = Connection::open(file).unwrap();
    let mut statement = connection.prepare(sql).unwrap();
    let columns = statement.column_count();
    let line = |row: &rusqlite::Row<'_>| {
        let values: Vec<Value> = (0..columns).map(|index| row.get(index)).collect::<Result<_, _>>()?;
        Ok(format!("{values:?}"))
    };
    statement.query_map([], line).unwrap().collect::<Result<_, _>>().unwrap()
}
