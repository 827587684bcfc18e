//! Shifts: one at a time, and none closes over books that do not agree.

use persoline_domain::booklet::{BookletState, QuarantineDecision};
use persoline_domain::deed::Deed;
use persoline_domain::identifiers::ShiftNumber;
use persoline_domain::order::OrderState;
use persoline_domain::store::{Refusal, Store};

use crate::centre::{Centre, decide, doubt, missing, spoil};

fn open(shift: u64) -> Deed {
    Deed::ShiftOpened { shift: ShiftNumber(shift) }
}

fn close(shift: u64, counted: &[(BookletState, u64)]) -> Deed {
    Deed::ShiftClosed { shift: ShiftNumber(shift), counted: counted.to_vec() }
}

fn not_reconciled(differences: &[(BookletState, i64)]) -> Result<(), Refusal> {
    Err(Refusal::NotReconciled { differences: differences.to_vec() })
}

#[test]
fn one_shift_is_open_at_a_time_and_none_twice() {
    let centre = Centre::new();
    assert_eq!(centre.store.shift().unwrap(), None);
    centre.by("chan", open(1)).unwrap();
    let shift = centre.store.shift().unwrap().unwrap();
    assert_eq!((shift.shift, shift.by.as_str()), (ShiftNumber(1), "person:chan"));
    assert_eq!(shift.opened, centre.act(open(1)).at);
    assert_eq!(centre.try_deed(open(2)), Err(Refusal::ShiftOpen(ShiftNumber(1))));
    assert_eq!(centre.try_deed(close(2, &[])), Err(Refusal::NotFound("open shift")));
    centre.done(close(1, &[]));
    assert_eq!(centre.store.shift().unwrap(), None);
    assert_eq!(centre.try_deed(close(1, &[])), Err(Refusal::NotFound("open shift")));
    assert_eq!(centre.try_deed(open(1)), Err(Refusal::ShiftBefore(ShiftNumber(1))));
    centre.done(open(2));
    for statement in [
        "INSERT INTO shift (number, opened, by) VALUES (3, 0, '')",
        "INSERT OR REPLACE INTO shift (number, opened, by) VALUES (1, 0, '')",
        "UPDATE shift SET closed = NULL WHERE number = 1",
        "DELETE FROM shift",
    ] {
        assert!(centre.stranger().execute(statement, []).is_err(), "{statement}");
    }
}

#[test]
fn a_shift_closes_over_the_right_count_only() {
    use BookletState::{Good, Loaded, Missing, Quarantined, Spoiled};
    let centre = Centre::with_blanks(8);
    centre.done(open(1));
    centre.make(1);
    let (spoiled, doubtful) = (centre.order(2), centre.order(3));
    centre.bring(spoiled, 2, "P0002", OrderState::Bound);
    centre.done(spoil(2));
    centre.bring(doubtful, 3, "P0003", OrderState::Ticketed);
    let still = |counted: &[_]| centre.try_deed(close(1, counted)).map(drop);
    let right = [(Loaded, 5), (Good, 1), (Spoiled, 1), (Quarantined, 1)];
    assert_eq!(still(&right), not_reconciled(&[(BookletState::InWork, -1), (Quarantined, 1)]));
    centre.done(doubt(3));
    assert_eq!(
        still(&[(Loaded, 6), (Spoiled, 1)]),
        not_reconciled(&[(Loaded, 1), (Good, -1), (Quarantined, -1)]),
        "too many here, too few there, and what was not listed"
    );
    assert_eq!(still(&[(Loaded, 4), (Good, 1), (Spoiled, 1), (Quarantined, 1)]), not_reconciled(&[(Loaded, -1)]));
    let shown = centre.try_deed(close(1, &[])).unwrap_err().to_string();
    assert!(shown.contains("loaded -5, good -1"), "{shown}");
    // What is not there is written down as missing; then the count is right.
    centre.done(missing("P0008"));
    centre.done(decide("P0003", QuarantineDecision::Spoil));
    centre.done(close(1, &[(Loaded, 2), (Loaded, 2), (Good, 1), (Spoiled, 2), (Missing, 7)]));
    centre.check_counters();
}

#[test]
fn no_statement_closes_a_shift_over_wrong_books() {
    let centre = Centre::with_blanks(2);
    let order = centre.order(1);
    centre.done(open(1));
    let stranger = centre.stranger();
    // What was received and counted is guarded by itself.
    stranger.execute_batch("DROP TRIGGER shift_counts_stay_u; DROP TRIGGER deliveries_stay_u").unwrap();
    let close = || stranger.execute("UPDATE shift SET closed = 1", []);
    assert!(close().is_err(), "nothing was counted");
    stranger.execute("INSERT INTO shift_count VALUES (1, 'loaded', 2)", []).unwrap();
    centre.bring(order, 1, "P0001", OrderState::Bound);
    stranger.execute("UPDATE shift_count SET counted = 1", []).unwrap();
    assert!(close().is_err(), "a booklet is bound");
    centre.done(spoil(1));
    assert!(close().is_err(), "the spoiled one was not counted");
    stranger.execute("INSERT INTO shift_count VALUES (1, 'spoiled', 1)", []).unwrap();
    stranger.execute("UPDATE delivery SET blanks = 3", []).unwrap();
    assert!(close().is_err(), "one that was received is nowhere");
    let nowhere = centre.try_deed(Deed::ShiftClosed {
        shift: ShiftNumber(1),
        counted: vec![(BookletState::Loaded, 1), (BookletState::Spoiled, 1)],
    });
    assert_eq!(nowhere.map(drop), not_reconciled(&[(BookletState::Missing, 1)]));
    stranger.execute("UPDATE delivery SET blanks = 2", []).unwrap();
    assert_eq!(close(), Ok(1));
}
