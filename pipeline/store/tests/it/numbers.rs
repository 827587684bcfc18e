//! Document numbers: perforated ones are serials, engraved ones come from what the register granted.

use persoline_domain::booklet::{Blank, Numbering};
use persoline_domain::deed::Deed;
use persoline_domain::identifiers::{DocumentNumber, JobNumber};
use persoline_domain::order::OrderState;
use persoline_domain::store::{Outcome, Refusal, Store};

use crate::centre::{Centre, NORTH, bind, blank, dispatch, load, receive, spoil};

fn grant(first: &str, last: &str) -> Deed {
    Deed::NumbersGranted { first: first.into(), last: last.into() }
}

fn engraved(serial: &str) -> Blank {
    Blank { numbering: Numbering::Engraved, ..blank(serial) }
}

/// Blanks whose number is engraved, loaded in north: `E1`, `E2`, …
fn with_engraved(count: u32) -> Centre {
    let centre = Centre::new();
    let serials: Vec<String> = (1..=count).map(|number| format!("E{number}")).collect();
    centre.stock("D1", serials.iter().map(|serial| engraved(serial)).collect());
    centre.done(load(NORTH, &serials.iter().map(String::as_str).collect::<Vec<_>>()));
    centre
}

fn bound(outcome: Result<Outcome, Refusal>) -> String {
    match outcome {
        Ok(Outcome::Bound { number, .. }) => number.0,
        other => panic!("{other:?}"),
    }
}

#[test]
fn engraved_numbers_are_given_in_order_each_once_until_none_is_left() {
    let centre = with_engraved(6);
    centre.done(grant("KA009", "KA010"));
    centre.done(grant("K0000007", "K0000007"));
    let mut given = Vec::new();
    for number in 1..=3 {
        let order = centre.order(number);
        let job = u64::from(number);
        centre.done(dispatch(order, job));
        given.push(bound(centre.try_deed(bind(job, &format!("E{number}")))));
        let number = Some(DocumentNumber(given.last().unwrap().clone()));
        assert_eq!(centre.store.job(JobNumber(job)).unwrap().unwrap().number, number);
        assert_eq!(centre.store.order(order).unwrap().unwrap().number, number);
        assert_eq!(centre.store.booklet(&format!("E{job}").as_str().into()).unwrap().unwrap().number, number);
    }
    assert_eq!(given, ["KA009", "KA010", "K0000007"]);
    let order = centre.order(4);
    centre.done(dispatch(order, 4));
    assert_eq!(centre.try_deed(bind(4, "E4")), Err(Refusal::NoNumbers));
    assert_eq!(centre.state(order), OrderState::Dispatched, "nothing of it was done");
    centre.done(grant("KA011", "KA019"));
    assert_eq!(bound(centre.try_deed(bind(4, "E4"))), "KA011");
    // A number whose booklet is spoiled is gone with it.
    centre.done(spoil(4));
    centre.done(dispatch(order, 5));
    assert_eq!(bound(centre.try_deed(bind(5, "E5"))), "KA012");
    let detail = &centre.store.newest_events(1).unwrap()[0].detail;
    assert_eq!(detail, "KA012");
}

#[test]
fn a_perforated_booklet_bears_its_serial() {
    let centre = Centre::with_blanks(1);
    centre.done(grant("KA1", "KA9"));
    let order = centre.order(1);
    assert_eq!(centre.store.order(order).unwrap().unwrap().number, None);
    centre.done(dispatch(order, 1));
    assert_eq!(bound(centre.try_deed(bind(1, "P0001"))), "P0001");
}

#[test]
fn what_cannot_be_granted_is_refused_with_its_reason() {
    let centre = with_engraved(1);
    centre.stock("D2", vec![blank("KB05")]);
    centre.done(grant("KA10", "KA20"));
    for (first, last, why) in [
        ("KA20", "KA30", "before"),
        ("KA05", "KA10", "before"),
        ("KA12", "KA13", "before"),
        ("KA00", "KA99", "before"),
        ("KB00", "KB09", "serial"),
        ("KB05", "KB05", "serial"),
        ("KC2", "KC1", "comes before"),
        ("KC1", "KC10", "as many digits"),
        ("KC1", "KD2", "same letters"),
        ("KC", "KC", "capital letters, then digits"),
        ("kc1", "kc2", "capital letters, then digits"),
        ("K1C1", "K1C2", "capital letters, then digits"),
        ("", "", "capital letters, then digits"),
        ("KC12345678", "KC12345679", "nine characters"),
    ] {
        match centre.try_deed(grant(first, last)) {
            Err(Refusal::UnfitNumbers(f, l, what)) => {
                assert_eq!((f.as_str(), l.as_str()), (first, last));
                assert!(what.contains(why), "{first} {last}: {what}");
            }
            other => panic!("{first} {last}: {other:?}"),
        }
    }
    for (first, last) in [("KA21", "KA30"), ("KA010", "KA020"), ("KB06", "KB09"), ("000000001", "999999999")] {
        centre.done(grant(first, last));
    }
    // What was granted cannot be delivered as a serial any more, neither to the store nor past it.
    let clash = centre.try_deed(receive("D3", vec![blank("KA15")]));
    assert!(matches!(clash, Err(Refusal::Constraint(what)) if what.contains("granted")));
    for statement in [
        "UPDATE number_range SET next = next - 1",
        "UPDATE number_range SET high = high + 1",
        "DELETE FROM number_range",
        "INSERT INTO number_range (letters, width, low, high, next) VALUES ('KA', 2, 15, 15, 15)",
    ] {
        assert!(centre.stranger().execute(statement, []).is_err(), "{statement}");
    }
}

#[test]
fn no_statement_gives_a_number_twice() {
    let centre = with_engraved(2);
    centre.done(grant("KA1", "KA2"));
    let order = centre.order(1);
    centre.done(dispatch(order, 1));
    centre.done(bind(1, "E1"));
    let stranger = centre.stranger();
    for statement in [
        "INSERT INTO binding VALUES ('E2', 1, 2, 'KA1', 'E1')",
        "INSERT OR REPLACE INTO binding VALUES ('E2', 1, 2, 'KA1', 'E1')",
        "UPDATE binding SET number = 'KA2'",
    ] {
        assert!(stranger.execute(statement, []).is_err(), "{statement}");
    }
    let perforated = Centre::with_blanks(1);
    perforated.order(1);
    let other = "INSERT INTO binding VALUES ('P0001', 1, 1, 'P0009', NULL)";
    assert!(perforated.stranger().execute(other, []).is_err());
}
