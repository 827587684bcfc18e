//! The booklet ledger against a stranger with a SQL console: each rule is SQLite's own, whatever program asks.

use persoline_domain::deed::Deed;
use persoline_domain::identifiers::ShiftNumber;
use persoline_domain::order::OrderState;
use persoline_domain::stock::StockPeriod;
use persoline_domain::store::Store;
use rusqlite::Connection;

use crate::centre::{Centre, blank, receive, serials, spoil};

/// A centre with a booklet in each of the states that the statements need: P0001 good for order 1 in place of P0002, which
/// is spoiled; P0003 to P0006 loaded; P0007 in the vault; P0008 received; P0009 a test blank in the vault; P0010 destroyed.
fn full_of_life() -> Centre {
    let centre = Centre::with_blanks(6);
    let mut test = blank("P0009");
    test.kind = persoline_domain::booklet::BlankKind::Test;
    centre.stock("D2", vec![blank("P0007"), test, blank("P0010")]);
    centre.done(receive("D3", vec![blank("P0008")]));
    let order = centre.order(1);
    centre.bring(order, 1, "P0002", OrderState::Ticketed);
    centre.done(spoil(1));
    centre.bring(order, 2, "P0001", OrderState::Finished);
    centre.done(Deed::BlankSpoiled { serial: "P0010".into(), reason: "torn".to_owned() });
    let destroy = Deed::BookletsDestroyed { serials: serials(&["P0010"]), witness: "bob".to_owned() };
    let mut act = centre.act(destroy);
    act.actor = persoline_domain::identifiers::Actor::Person("ada".to_owned());
    centre.store.commit(vec![act]).unwrap();
    centre.done(Deed::ShiftOpened { shift: ShiftNumber(1) });
    centre
}

/// Tries a statement in a transaction that is undone; what SQLite said.
fn tried(stranger: &Connection, statement: &str) -> Result<(), String> {
    let transaction = stranger.unchecked_transaction().unwrap();
    transaction.execute_batch(statement).map_err(|error| error.to_string())
}

#[test]
fn every_way_round_the_ledger_is_refused_by_sqlite_itself() {
    let centre = full_of_life();
    let stranger = centre.stranger();
    for (statement, told) in [
        // A booklet is in the books for ever, once, as it was delivered.
        ("DELETE FROM booklet WHERE serial = 'P0008'", "stays in the books"),
        ("INSERT OR REPLACE INTO booklet SELECT * FROM booklet WHERE serial = 'P0008'", "once"),
        ("UPDATE OR REPLACE booklet SET serial = 'P0003' WHERE serial = 'P0008'", "delivered never changes"),
        ("UPDATE booklet SET kind = 'production' WHERE serial = 'P0009'", "delivered never changes"),
        ("UPDATE booklet SET chip_serial = x'00' WHERE serial = 'P0008'", "delivered never changes"),
        ("UPDATE booklet SET numbering = 'engraved' WHERE serial = 'P0008'", "delivered never changes"),
        ("DELETE FROM delivery WHERE name = 'D3'", "delivery stays"),
        ("UPDATE delivery SET blanks = blanks - 1 WHERE name = 'D1'", "delivery never changes"),
        ("INSERT OR REPLACE INTO delivery VALUES ('D3', 0, 0)", "received once"),
        // It is in one state at every moment, a known one, and moves as the table says.
        ("UPDATE booklet SET state = NULL WHERE serial = 'P0007'", "unlawful move"),
        ("UPDATE booklet SET state = 'lent' WHERE serial = 'P0007'", "unlawful move"),
        ("UPDATE booklet SET state = 'vault loaded' WHERE serial = 'P0007'", "unlawful move"),
        ("UPDATE booklet SET state = 'returned' WHERE serial = 'P0003'", "unlawful move"),
        ("UPDATE booklet SET state = 'loaded', machine = 'north' WHERE serial = 'P0008'", "unlawful move"),
        ("UPDATE booklet SET state = 'vault' WHERE serial = 'P0010'", "unlawful move"),
        ("UPDATE booklet SET state = 'loaded' WHERE serial = 'P0007'", "names it"),
        ("UPDATE booklet SET machine = NULL WHERE serial = 'P0003'", "names it"),
        ("INSERT INTO booklet_move VALUES ('destroyed', 'vault')", "are what they are"),
        ("INSERT OR IGNORE INTO booklet_move VALUES ('destroyed', 'vault')", "are what they are"),
        ("UPDATE booklet_move SET target = 'vault' WHERE source = 'spoiled'", "are what they are"),
        ("DELETE FROM booklet_move", "are what they are"),
        ("DELETE FROM booklet_state", "are what they are"),
        ("UPDATE booklet_state SET counted = 0", "are what they are"),
        // A serial is bound once for ever, to one order, under one number.
        ("INSERT INTO binding VALUES ('P0002', 7, 77, 'P0002', NULL)", "bound at most once"),
        ("INSERT OR REPLACE INTO binding VALUES ('P0002', 7, 77, 'P0002', NULL)", "bound at most once"),
        ("INSERT INTO binding VALUES ('P0003', 7, 2, 'P0003', NULL)", "bound at most once"),
        ("INSERT INTO binding VALUES ('P0003', 7, 77, 'K9', NULL)", "its serial as number"),
        ("INSERT INTO binding VALUES ('P0003', 1, 77, 'P0003', NULL)", "in whose place"),
        ("INSERT INTO binding VALUES ('P0003', 1, 77, 'P0003', 'P0002')", "in whose place"),
        ("INSERT INTO binding VALUES ('P0009', 7, 77, 'P0009', NULL)", "only production blanks"),
        ("INSERT INTO binding VALUES ('P9999', 7, 77, 'P9999', NULL)", "only production blanks"),
        ("UPDATE binding SET order_id = 7 WHERE serial = 'P0002'", "binding never changes"),
        ("DELETE FROM binding WHERE serial = 'P0002'", "binding never changes"),
        // Nobody becomes a document without being bound, or a blank after it.
        ("UPDATE booklet SET state = 'bound' WHERE serial = 'P0003'", "to which it is bound"),
        ("UPDATE booklet SET state = 'bound', order_id = 1 WHERE serial = 'P0003'", "to which it is bound"),
        ("UPDATE booklet SET order_id = NULL WHERE serial = 'P0001'", "to which it is bound"),
        ("UPDATE booklet SET order_id = 2 WHERE serial = 'P0001'", "to which it is bound"),
        // Two people destroy, what may be destroyed.
        ("UPDATE booklet SET state = 'destroyed' WHERE serial = 'P0002'", "by two people"),
        ("INSERT INTO destruction VALUES ('P0002', 'ada', 'ada')", "two different people"),
        ("INSERT INTO destruction VALUES ('P0002', 'ada', ' ADA')", "two different people"),
        ("INSERT INTO destruction VALUES ('P0002', 'ada', '')", "two different people"),
        ("INSERT INTO destruction VALUES ('P0007', 'ada', 'bob')", "spoiled or recalled"),
        ("INSERT OR REPLACE INTO destruction VALUES ('P0010', 'eve', 'bob')", "once"),
        ("UPDATE destruction SET witness = 'eve'", "destruction never changes"),
        ("DELETE FROM destruction", "destruction stays"),
        // A shift closes over reconciled books, once.
        ("UPDATE shift SET closed = 1", "reconciled books only"),
        ("INSERT INTO shift_count VALUES (1, 'loaded', 4); UPDATE shift SET closed = 1", "reconciled books only"),
        ("INSERT INTO shift_count VALUES (2, 'loaded', 4)", "open shift is counted"),
        ("INSERT INTO shift VALUES (2, 0, 'x', NULL)", "while no other is open"),
        ("DELETE FROM shift", "shift stays"),
        ("DELETE FROM event WHERE sequence = 3", "event never changes"),
        ("UPDATE event SET body = '{}' WHERE sequence = 3", "event never changes"),
    ] {
        let said = tried(&stranger, statement).expect_err(statement);
        assert!(said.contains(told), "{statement}: {said}");
    }
    // Nothing of all that has stayed.
    centre.check_counters();
    assert_eq!(centre.store.stock_report(StockPeriod::All).unwrap().difference(), 0);
}

#[test]
fn a_booklet_back_from_quarantine_is_a_blank_only_when_it_never_was_bound() {
    let centre = full_of_life();
    let aside = |serial: &str| Deed::BlankQuarantined { serial: serial.into(), reason: "odd".to_owned() };
    centre.done(aside("P0003"));
    centre.done(Deed::BookletMissing { serial: "P0001".into(), reason: "not_there".to_owned() });
    centre.done(Deed::BookletFound { serial: "P0001".into() });
    let stranger = centre.stranger();
    assert_eq!(tried(&stranger, "UPDATE booklet SET state = 'vault' WHERE serial = 'P0003'"), Ok(()));
    let bound = tried(&stranger, "UPDATE booklet SET state = 'vault' WHERE serial = 'P0001'").unwrap_err();
    assert!(bound.contains("that was bound is no blank"), "{bound}");
}

#[test]
fn a_right_count_closes_a_shift_also_by_hand_and_then_nothing_of_it_changes() {
    let centre = full_of_life();
    let stranger = centre.stranger();
    for (state, count) in centre.store.reconcile().unwrap().by_state.iter().filter(|(state, _)| state.is_counted()) {
        let note = "INSERT INTO shift_count VALUES (1, ?1, ?2)";
        stranger.execute(note, (state.name(), i64::try_from(*count).unwrap())).unwrap();
    }
    stranger.execute("UPDATE shift SET closed = 1", []).unwrap();
    for statement in [
        "UPDATE shift_count SET counted = 0",
        "DELETE FROM shift_count",
        "INSERT OR REPLACE INTO shift_count VALUES (1, 'vault', 0)",
        "UPDATE shift SET closed = NULL",
    ] {
        assert!(tried(&stranger, statement).is_err(), "{statement}");
    }
}
