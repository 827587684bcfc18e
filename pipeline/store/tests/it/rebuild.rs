//! The event log is the truth: everything else is made again from it, and what was done to it is found.

use persoline_domain::deed::{Deed, NewOrder};
use persoline_domain::order::{OrderState, Priority};
use persoline_domain::store::{Store, StoreError};
use persoline_store::SqliteStore;
use rusqlite::Connection;
use rusqlite::types::Value;

use crate::centre::{Centre, NORTH, SOUTH, accept, blank, dispatch, doubt, hold, load, new_order, spoil, withdraw};

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
    centre.close()
}

/// Every row of every table, as text.
fn dump(file: &std::path::Path) -> Vec<String> {
    let connection = Connection::open(file).unwrap();
    let mut tables = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").unwrap();
    let tables: Vec<String> = tables.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
    assert!(tables.len() >= 13, "{tables:?}");
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
    store.commit(vec![crate::centre::act(spoil(9), fence)]).unwrap();
}

#[test]
fn state_columns_that_were_changed_by_hand_are_made_right_again() {
    let (file, _folder) = full_of_life();
    let before = dump(&file);
    let stranger = Connection::open(&file).unwrap();
    stranger
        .execute_batch(
            "UPDATE production_order SET due = '2099-01-01'; UPDATE count_of_orders SET count = 7;
             UPDATE job SET phase = 'ended'; UPDATE booklet SET machine = NULL; UPDATE tally SET count = 0;
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
    let (sequence, body) = (last + 1, r#"{"deed":"order_cancelled","order":1}"#);
    let mut hash = Sha256::new();
    hash.update(&previous);
    hash.update(sequence.to_be_bytes());
    hash.update(0_i64.to_be_bytes());
    hash.update(b"line\0");
    hash.update(body);
    connection
        .execute(
            "INSERT INTO event (sequence, at, actor, kind, order_id, detail, body, hash)
             VALUES (?1, 0, 'line', 'order_cancelled', 1, '', ?2, ?3)",
            (sequence, body, hash.finalize().to_vec()),
        )
        .unwrap();
    drop(connection);
    assert_eq!(
        fault(&file),
        format!("event {sequence} is unlawful after those before it: order 1 is finished, which does not allow this")
    );
}
