//! The auditor's report: from the log alone, by period, against the state columns.

use persoline_domain::booklet::{BlankKind, BookletMove, BookletState};
use persoline_domain::clock::Timestamp;
use persoline_domain::deed::{Act, Deed};
use persoline_domain::identifiers::{Actor, Sequence, ShiftNumber};
use persoline_domain::order::OrderState;
use persoline_domain::stock::{CountedStock, StockPeriod, StockReport};
use persoline_domain::store::{Refusal, Store, StoreError};
use persoline_store::SqliteStore;

use crate::centre::{Centre, NORTH, abandon, blank, doubt, load, receive, serials, spoil};

/// By a person, at a second of the day.
fn at(centre: &Centre, second: i64, person: &str, deed: Deed) {
    let act = Act { at: Timestamp(second * 1000), actor: Actor::Person(person.to_owned()), fence: None, deed };
    centre.store.commit(vec![act]).unwrap();
}

fn counted(centre: &Centre) -> Vec<(BookletState, u64)> {
    centre.store.reconcile().unwrap().by_state
}

fn report(centre: &Centre, period: StockPeriod) -> StockReport {
    let report = centre.store.stock_report(period).unwrap();
    assert_eq!(report.difference(), 0, "{report:#?}");
    report
}

fn closing(report: &StockReport) -> Vec<(&'static str, u64)> {
    report.sums().iter().filter(|sum| sum.closing > 0).map(|sum| (sum.state.name(), sum.closing)).collect()
}

#[test]
fn two_shifts_make_one_story_without_a_gap() {
    let centre = Centre::with_blanks(8);
    let shift = |number| Deed::ShiftOpened { shift: ShiftNumber(number) };
    let close = |number| Deed::ShiftClosed { shift: ShiftNumber(number), counted: counted(&centre) };
    let destroy = Deed::BookletsDestroyed { serials: serials(&["P0001"]), witness: "bob".to_owned() };
    at(&centre, 1, "ada", shift(1));
    let (first, second) = (centre.order(1), centre.order(2));
    centre.bring(first, 1, "P0001", OrderState::Ticketed);
    centre.done(spoil(1));
    centre.bring(first, 2, "P0002", OrderState::Finished);
    at(&centre, 2, "ada", close(1));
    at(&centre, 3, "eve", shift(2));
    at(&centre, 4, "eve", destroy);
    centre.bring(second, 3, "P0003", OrderState::Ticketed);
    centre.done(doubt(3));
    at(&centre, 5, "eve", Deed::BookletMissing { serial: "P0008".into(), reason: "not_there".to_owned() });
    at(&centre, 6, "eve", close(2));

    let [one, two] = [1, 2].map(|number| report(&centre, StockPeriod::Shift(ShiftNumber(number))));
    assert_eq!(one.span.after.sequence, Sequence(0), "the first shift's report begins with the log");
    assert_eq!(one.span.through, two.span.after, "one report ends where the next begins, under the same hash");
    assert_eq!(one.closing(), two.opening());
    assert_eq!(closing(&one), [("loaded", 6), ("good", 1), ("spoiled", 1)]);
    assert_eq!(closing(&two), [("loaded", 4), ("good", 1), ("quarantined", 1), ("destroyed", 1), ("missing", 1)]);
    assert_eq!((two.span.first, two.span.last), (Some(Timestamp(3000)), Some(Timestamp(6000))));
    let lost = &one.booklets[0];
    assert_eq!((lost.serial.as_str(), lost.replaced_by.as_ref().map(|s| s.as_str())), ("P0001", Some("P0002")));
    let entry = two.entries().find(|entry| entry.step.step == Some(BookletMove::Destroy)).unwrap();
    assert_eq!(entry.act.actor, Actor::Person("eve".to_owned()));
    assert_eq!(entry.act.witness.as_deref(), Some("bob"));
    assert!(!two.entries().any(|entry| entry.step.step.is_none()), "nothing was received in the second shift");
    assert_eq!(
        centre.store.stock_report(StockPeriod::Shift(ShiftNumber(9))),
        Err(StoreError::Refused { index: 0, refusal: Refusal::NotFound("shift") })
    );
    let all = report(&centre, StockPeriod::All);
    assert_eq!(all.moves.len(), one.moves.len() + two.moves.len());
    assert_eq!((all.closing(), all.opening().len()), (two.closing(), 0));
}

#[test]
fn an_open_shift_is_told_up_to_now_and_other_periods_as_they_are_asked_for() {
    let centre = Centre::new();
    at(&centre, 10, "ada", receive("D1", vec![blank("P1"), blank("P2"), blank("P3")]));
    at(&centre, 20, "ada", Deed::StockStored { delivery: "D1".to_owned(), cartons: Vec::new(), counted: 3 });
    at(&centre, 30, "ada", Deed::ShiftOpened { shift: ShiftNumber(4) });
    at(&centre, 40, "ada", load(NORTH, &["P1", "P2"]));
    let open = report(&centre, StockPeriod::Shift(ShiftNumber(4)));
    assert_eq!((open.span.after.sequence.0, open.span.through.sequence.0), (0, 4));
    let seconds = |from: i64, to: i64| {
        let times = StockPeriod::Times { from: Timestamp(from * 1000), to: Timestamp(to * 1000) };
        let report = report(&centre, times);
        (report.span.after.sequence.0, report.span.through.sequence.0, report.moves.len())
    };
    assert_eq!(seconds(0, 100), (0, 4, 8));
    assert_eq!(seconds(20, 40), (1, 3, 3));
    assert_eq!(seconds(21, 30), (2, 2, 0));
    assert_eq!(seconds(41, 99), (4, 4, 0));
    let part = report(&centre, StockPeriod::Sequences { after: Sequence(3), through: Sequence(4) });
    assert_eq!((closing(&part), part.moves.len()), (vec![("vault", 1), ("loaded", 2)], 2));
    let after = report(&centre, StockPeriod::Sequences { after: Sequence(1), through: Sequence(1) });
    assert_eq!((closing(&after), after.moves.len()), (vec![("received", 3)], 0));
}

#[test]
fn an_abandoned_job_leaves_its_booklet_in_quarantine_and_its_order_another_one() {
    let centre = Centre::with_blanks(2);
    let order = centre.order(1);
    centre.bring(order, 1, "P0001", OrderState::Bound);
    centre.done(abandon(1));
    centre.bring(order, 2, "P0002", OrderState::Finished);
    let report = report(&centre, StockPeriod::All);
    assert_eq!(closing(&report), [("good", 1), ("quarantined", 1)]);
    assert_eq!(report.booklets[1].replaces.as_ref(), Some(&report.booklets[0].serial));
}

#[test]
fn columns_that_were_tampered_with_are_told_booklet_by_booklet() {
    let centre = Centre::with_blanks(4);
    let stranger = centre.stranger();
    // Lawful moves by the table, but nobody's deed.
    stranger.execute_batch("UPDATE booklet SET state = 'spoiled' WHERE serial = 'P0002'").unwrap();
    stranger.execute_batch("DROP TRIGGER booklets_stay; DELETE FROM booklet WHERE serial = 'P0003'").unwrap();
    let report = centre.store.stock_report(StockPeriod::All).unwrap();
    let told: Vec<_> = report
        .disagreements
        .iter()
        .map(|d| (d.serial.as_str(), d.log.map(BookletState::name), d.books.as_deref()))
        .collect();
    assert_eq!(told, [("P0002", Some("loaded"), Some("spoiled")), ("P0003", Some("loaded"), None)]);
    assert_eq!(report.difference(), 2);
}

#[test]
fn no_report_rests_on_a_log_that_was_changed() {
    let tampered = |sql: &str| {
        let centre = Centre::with_blanks(3);
        centre
            .stranger()
            .execute_batch(&format!("DROP TRIGGER events_stay_u; DROP TRIGGER events_stay_d; {sql}"))
            .unwrap();
        match centre.store.stock_report(StockPeriod::All) {
            Err(StoreError::Broken { what, .. }) => what,
            other => panic!("{sql}: {other:?}"),
        }
    };
    assert!(tampered("UPDATE event SET body = replace(body, 'P0002', 'P0009') WHERE sequence = 3").contains("event 3"));
    assert!(tampered("UPDATE event SET actor = 'person:eve' WHERE sequence = 2").contains("event 2 was changed"));
    assert!(tampered("UPDATE event SET at = at + 1 WHERE sequence = 1").contains("event 1 was changed"));
    assert!(tampered("DELETE FROM event WHERE sequence = 2").contains("event 2 is missing"));
}

#[test]
fn the_standing_tells_machines_and_kinds_apart_and_what_does_not_fit() {
    let centre = Centre::with_blanks(5);
    let mut test = blank("T1");
    test.kind = BlankKind::Test;
    centre.stock("D2", vec![test, blank("P9")]);
    centre.done(load("south", &["P9"]));
    centre.done(Deed::BlankSpoiled { serial: "P0005".into(), reason: "torn".to_owned() });
    let standing = centre.store.stock_standing().unwrap();
    let lines: Vec<_> = standing
        .lines
        .iter()
        .map(|line| (line.state.name(), line.class.kind.name(), line.machine.as_ref().map(|m| m.as_str()), line.count))
        .collect();
    assert_eq!(
        lines,
        [
            ("vault", "test", None, 1),
            ("loaded", "production", Some("north"), 4),
            ("loaded", "production", Some("south"), 1),
            ("spoiled", "production", None, 1),
        ]
    );
    assert_eq!((standing.difference(), standing.reconciliation()), (0, centre.store.reconcile().unwrap()));
    let count = |state, count| CountedStock::of_state(state, count);
    let fitting = [count(BookletState::Vault, 1), count(BookletState::Loaded, 5), count(BookletState::Spoiled, 1)];
    assert_eq!(standing.differences(&fitting), []);
    let found = standing.differences(&fitting[..2]);
    assert_eq!((found.len(), found[0].difference(), found[0].lines.len()), (1, -1, 1));
}

#[test]
fn a_log_of_the_first_version_counted_while_receiving() {
    let centre = Centre::new();
    centre.done(receive("D1", vec![blank("P1"), blank("P2")]));
    let (file, _folder) = centre.close();
    // The same event as the first version wrote it, under the hash that it had.
    let connection = rusqlite::Connection::open(&file).unwrap();
    let (at, actor, body): (i64, String, String) = connection
        .query_row("SELECT at, actor, body FROM event", [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .unwrap();
    let old = body.replace(",\"uncounted\":true", "");
    assert_ne!(old, body);
    use sha2::{Digest, Sha256};
    let hash = Sha256::new()
        .chain_update([0; 32])
        .chain_update(1_i64.to_be_bytes())
        .chain_update(at.to_be_bytes())
        .chain_update(&actor)
        .chain_update([0])
        .chain_update(&old)
        .finalize();
    connection.execute_batch("DROP TRIGGER events_stay_u; UPDATE booklet SET state = 'vault'").unwrap();
    connection.execute("UPDATE event SET body = ?1, hash = ?2", rusqlite::params![old, hash.as_slice()]).unwrap();
    drop(connection);
    let store = SqliteStore::open(&file).unwrap();
    let report = store.stock_report(StockPeriod::All).unwrap();
    assert_eq!((report.difference(), closing(&report)), (0, vec![("vault", 2)]));
}
