//! The outbox to the issuing register.

use std::collections::BTreeSet;

use persoline_domain::booklet::QuarantineDecision;
use persoline_domain::clock::Date;
use persoline_domain::deed::Deed;
use persoline_domain::identifiers::Sequence;
use persoline_domain::order::OrderState;
use persoline_domain::store::{OutboxKind, Refusal, Store};

use crate::centre::{Centre, chip_of, decide, doubt, missing, serials, spoil};

fn delivered(receiver: &str, through: Sequence) -> Deed {
    Deed::ReportsDelivered { receiver: receiver.to_owned(), through }
}

#[test]
fn a_report_says_all_that_the_register_needs() {
    let centre = Centre::with_blanks(3);
    centre.make(1);
    let entry = centre.store.outbox(Sequence(0), 9).unwrap().remove(0);
    let newest = centre.store.newest_events(1).unwrap().remove(0);
    assert_eq!((newest.kind.as_str(), newest.sequence), ("finished", entry.sequence));
    assert_eq!(entry.key, format!("issued-P0001-{}", entry.sequence));
    assert_eq!((entry.kind, entry.serial.as_str(), entry.reason.as_str()), (OutboxKind::Issued, "P0001", ""));
    assert_eq!(entry.number.unwrap().as_str(), "P0001");
    assert_eq!(entry.application.unwrap().as_str(), "A-00001");
    assert_eq!(entry.chip_serial, chip_of("P0001"));
    assert_eq!(entry.issued, Some(Date::constant(2026, 11, 21)));
    assert_eq!(entry.expires, Some(Date::constant(2036, 11, 20)));
    assert_eq!(entry.at, newest.at);
    centre.done(missing("P0003"));
    let blank = centre.store.outbox(entry.sequence, 9).unwrap().remove(0);
    assert_eq!(
        (blank.kind, blank.serial.as_str(), blank.reason.as_str()),
        (OutboxKind::Missing, "P0003", "not_counted")
    );
    assert_eq!((blank.number, blank.application, blank.issued), (None, None, None));
}

#[test]
fn each_end_of_a_booklets_story_is_told_once() {
    let centre = Centre::with_blanks(9);
    let before_signing = centre.order(1);
    centre.bring(before_signing, 1, "P0001", OrderState::Bound);
    centre.done(spoil(1));
    assert!(centre.reports().is_empty(), "nothing was signed for it");
    let (spoiled, doubtful) = (centre.order(2), centre.order(3));
    centre.bring(spoiled, 2, "P0002", OrderState::Ticketed);
    centre.done(spoil(2));
    centre.bring(doubtful, 3, "P0003", OrderState::Ticketed);
    centre.done(doubt(3));
    centre.done(decide("P0003", QuarantineDecision::Spoil));
    centre.make(4);
    centre.done(Deed::Packed { serials: serials(&["P0004"]) });
    centre.done(Deed::HandedOver { serials: serials(&["P0004"]) });
    centre.done(Deed::BookletRecalled { serial: "P0004".into(), reason: "wrong_person".to_owned() });
    centre.done(missing("P0009"));
    centre.done(Deed::BookletFound { serial: "P0009".into() });
    centre.done(missing("P0009"));
    let of = |kind, serial: &str, reason: &str| (kind, serial.to_owned(), reason.to_owned());
    assert_eq!(
        centre.reports(),
        [
            of(OutboxKind::SpoiledAfterEncoding, "P0002", "chip_mute"),
            of(OutboxKind::SpoiledAfterEncoding, "P0003", "power_lost"),
            of(OutboxKind::Issued, "P0004", ""),
            of(OutboxKind::Recalled, "P0004", "wrong_person"),
            of(OutboxKind::Missing, "P0009", "not_counted"),
            of(OutboxKind::Missing, "P0009", "not_counted"),
        ]
    );
    let entries = centre.store.outbox(Sequence(0), 9).unwrap();
    let keys: BTreeSet<&str> = entries.iter().map(|entry| entry.key.as_str()).collect();
    assert_eq!(keys.len(), entries.len());
    assert_eq!(centre.store.outbox(entries[1].sequence, 2).unwrap(), entries[2..4]);
    for statement in [
        "UPDATE outbox SET reason = ''",
        "DELETE FROM outbox",
        "INSERT INTO outbox VALUES (1, 'issued', 'P0001', 0, '')",
        "INSERT INTO outbox VALUES (999, 'issued', 'P0004', 0, '')",
    ] {
        assert!(centre.stranger().execute(statement, []).is_err(), "{statement}");
    }
}

#[test]
fn a_receiver_goes_on_and_never_back() {
    let centre = Centre::with_blanks(4);
    for number in 1..=3 {
        centre.make(number);
    }
    let at: Vec<Sequence> = centre.store.outbox(Sequence(0), 9).unwrap().iter().map(|entry| entry.sequence).collect();
    let through = |receiver: &str| centre.store.delivered_through(receiver).unwrap();
    assert_eq!(through("register"), Sequence(0));
    centre.done(delivered("register", at[1]));
    assert_eq!((through("register"), through("file")), (at[1], Sequence(0)), "each receiver by itself");
    centre.done(delivered("register", at[1]));
    let refused = Err(Refusal::NotFound("report"));
    assert_eq!(centre.try_deed(delivered("register", at[0])), refused);
    assert_eq!(centre.try_deed(delivered("register", Sequence(at[2].0 + 9))), refused);
    assert!(centre.stranger().execute("UPDATE receiver SET delivered = 0", []).is_err());
    centre.done(delivered("register", at[2]));
    assert_eq!(through("register"), at[2]);
}
