use persoline_domain::clock::Timestamp;
use persoline_domain::outbox::ObjectionTo;
use persoline_domain::store::OutboxKind;

use super::*;

fn entry(sequence: u64) -> OutboxEntry {
    OutboxEntry {
        sequence: Sequence(sequence),
        key: format!("key-{sequence}"),
        kind: OutboxKind::Missing,
        serial: "K1".into(),
        number: None,
        application: None,
        chip_serial: Vec::new(),
        issued: None,
        expires: None,
        at: Timestamp(0),
        reason: String::new(),
    }
}

fn known(cursor: u64) -> Input {
    Input::Known { cursor: Sequence(cursor), mark: None }
}

fn marked(cursor: u64, mark: u64, key: &str) -> Input {
    Input::Known { cursor: Sequence(cursor), mark: Some(Mark { sequence: Sequence(mark), key: key.to_owned() }) }
}

fn later(asked: Option<Duration>) -> Fault {
    Fault::Later { why: "some".to_owned(), asked }
}

fn turned_away(asked: Option<u64>) -> Fault {
    let objection = Objection { about: ObjectionTo::Credentials, status: 401 };
    Fault::TurnedAway { objection, asked: asked.map(Duration::from_secs) }
}

fn read(after: u64) -> Effect {
    Effect::Read { after: Sequence(after), limit: 4 }
}

#[test]
fn the_cursor_moves_after_the_delivery_and_only_as_far_as_was_taken() {
    let mut courier = Courier::new(4);
    assert_eq!(courier.handle(known(7), 0), read(7));
    let entries = vec![entry(9), entry(12), entry(13)];
    assert_eq!(courier.handle(Input::Entries(entries.clone()), 0), Effect::Deliver(entries));
    let delivery = Delivery { taken: 2, fault: Some(later(None)) };
    assert_eq!(courier.handle(Input::Delivered(delivery), 0), Effect::Commit { through: Sequence(12) });
    assert_eq!(courier.cursor(), Sequence(7), "not before it is durable");
    assert_eq!(courier.handle(Input::Committed, 0), Effect::Wait(FIRST_WAIT / 2));
    assert_eq!(courier.cursor(), Sequence(12));
    // The receiver is asked again: what it did not answer it may have taken.
    assert_eq!(courier.handle(Input::Elapsed, 0), Effect::Ask);
    assert_eq!(courier.handle(known(12), 0), read(12));
    assert_eq!(courier.handle(Input::Entries(Vec::new()), 0), Effect::Rest);
    assert_eq!(courier.handle(Input::Elapsed, 0), read(12));
}

#[test]
fn what_the_receiver_has_more_is_matched_and_not_sent_again() {
    let mut courier = Courier::new(4);
    assert_eq!(courier.handle(marked(7, 12, "key-12"), 0), read(7));
    let entries = vec![entry(9), entry(12), entry(13)];
    assert_eq!(courier.handle(Input::Entries(entries), 0), Effect::Commit { through: Sequence(12) });
    assert_eq!(courier.handle(Input::Committed, 0), read(12));
}

#[test]
fn a_receiver_with_other_reports_or_with_fewer_gets_nothing() {
    let entries = || Input::Entries(vec![entry(9), entry(12)]);
    for key in ["key-11", ""] {
        let mut courier = Courier::new(4);
        courier.handle(marked(7, 12, key), 0);
        assert_eq!(courier.handle(entries(), 0), Effect::Stop(Trouble::Foreign));
        assert_eq!(courier.handle(Input::Elapsed, 0), Effect::Stop(Trouble::Foreign), "and stays so");
    }
    let mut courier = Courier::new(4);
    let behind = Trouble::Behind { found: Sequence(6), delivered: Sequence(7) };
    assert_eq!(courier.handle(marked(7, 6, "key-6"), 0), Effect::Stop(behind));
    let mut courier = Courier::new(4);
    assert_eq!(courier.handle(marked(7, 7, "key-7"), 0), read(7));
}

#[test]
fn a_refused_report_stops_after_those_before_it_are_kept() {
    let mut courier = Courier::new(4);
    courier.handle(known(0), 0);
    courier.handle(Input::Entries(vec![entry(1), entry(2)]), 0);
    let trouble = Trouble::Refused { key: "key-2".to_owned(), status: 400 };
    let delivery = Delivery { taken: 1, fault: Some(Fault::Stop(trouble.clone())) };
    assert_eq!(courier.handle(Input::Delivered(delivery), 0), Effect::Commit { through: Sequence(1) });
    assert_eq!(courier.handle(Input::Committed, 0), Effect::Stop(trouble));
}

#[test]
fn waits_double_spread_end_at_the_longest_and_heed_what_was_asked() {
    let mut courier = Courier::new(4);
    let mut waits = Vec::new();
    for _ in 0..40 {
        let Effect::Wait(wait) = courier.handle(Input::Fault(later(None)), u32::MAX) else { panic!("it waits") };
        waits.push(wait.as_secs_f64().round() as u64);
    }
    assert_eq!(waits[..10], [1, 2, 4, 8, 16, 32, 64, 128, 256, 300]);
    assert!(waits[10..].iter().all(|wait| *wait == 300), "{waits:?}");
    assert_eq!(courier.handle(Input::Fault(later(None)), 0), Effect::Wait(LONGEST_WAIT / 2));
    let asked = |seconds| Input::Fault(later(Some(Duration::from_secs(seconds))));
    assert_eq!(Courier::new(1).handle(asked(90), 0), Effect::Wait(Duration::from_secs(90)));
    assert_eq!(Courier::new(1).handle(asked(1_000_000), 0), Effect::Wait(LONGEST_ASKED));
    // One that works again begins anew.
    courier.handle(Input::Elapsed, 0);
    courier.handle(known(0), 0);
    courier.handle(Input::Entries(vec![entry(1)]), 0);
    courier.handle(Input::Delivered(Delivery { taken: 1, fault: None }), 0);
    courier.handle(Input::Committed, 0);
    assert_eq!(courier.faults(), 0);
}

/// Offers reports 8 and 9 to the receiver, which answers so; what follows, after the cursor is durable where it moves.
fn offered(courier: &mut Courier, taken: usize, fault: Option<Fault>) -> Effect {
    let entries = vec![entry(8), entry(9)];
    assert_eq!(courier.handle(known(7), 0), read(7));
    assert_eq!(courier.handle(Input::Entries(entries.clone()), 0), Effect::Deliver(entries), "the same ones, in order");
    match courier.handle(Input::Delivered(Delivery { taken, fault }), u32::MAX) {
        Effect::Commit { .. } => courier.handle(Input::Committed, u32::MAX),
        effect => effect,
    }
}

#[test]
fn a_receiver_that_turns_the_centre_away_is_asked_seldom_and_for_ever() {
    let mut courier = Courier::new(4);
    let mut waits = Vec::new();
    for _ in 0..60 {
        let Effect::Wait(wait) = offered(&mut courier, 0, Some(turned_away(None))) else { panic!("it waits") };
        waits.push(wait.as_secs_f64().round() as u64);
        assert_eq!(courier.objection().map(|objection| objection.status), Some(401));
        assert_eq!(courier.handle(Input::Elapsed, 0), Effect::Ask);
        assert!(courier.objection().is_some(), "not before it answers otherwise");
    }
    assert_eq!(waits[..6], [60, 120, 240, 480, 960, 1800]);
    assert!(waits[6..].iter().all(|wait| *wait == 1800), "{waits:?}");
    assert_eq!(offered(&mut courier, 2, None), read(9));
    assert_eq!((courier.objection(), courier.faults(), courier.cursor()), (None, 0, Sequence(9)));
    // The next time begins anew, and what it asks for is heeded within bounds.
    let waits_when_asked = |seconds| {
        let mut courier = Courier::new(4);
        offered(&mut courier, 0, Some(turned_away(Some(seconds))))
    };
    assert_eq!(waits_when_asked(1), Effect::Wait(FIRST_WAIT_TURNED_AWAY));
    assert_eq!(waits_when_asked(900), Effect::Wait(Duration::from_secs(900)));
    assert_eq!(waits_when_asked(1_000_000), Effect::Wait(LONGEST_ASKED));
}

#[test]
fn what_was_taken_before_it_turned_away_is_kept_and_another_fault_ends_the_objection() {
    let mut courier = Courier::new(4);
    assert_eq!(offered(&mut courier, 1, Some(turned_away(None))), Effect::Wait(FIRST_WAIT_TURNED_AWAY));
    assert_eq!(courier.cursor(), Sequence(8));
    assert!(courier.objection().is_some());
    courier.handle(Input::Elapsed, 0);
    // A store that does not answer says nothing about the receiver.
    courier.handle(Input::Fault(later(None)), 0);
    assert!(courier.objection().is_some());
    courier.handle(Input::Elapsed, 0);
    courier.handle(known(8), 0);
    courier.handle(Input::Entries(vec![entry(9)]), 0);
    courier.handle(Input::Delivered(Delivery { taken: 0, fault: Some(later(None)) }), 0);
    assert_eq!(courier.objection(), None);
    // Nothing may be left for it either, where another program has delivered.
    let mut courier = Courier::new(4);
    offered(&mut courier, 0, Some(turned_away(None)));
    courier.handle(Input::Elapsed, 0);
    courier.handle(known(9), 0);
    assert_eq!(courier.handle(Input::Entries(Vec::new()), 0), Effect::Rest);
    assert_eq!(courier.objection(), None);
}

#[test]
fn a_receiver_that_takes_less_without_a_word_is_asked_again_and_one_that_claims_more_is_not_believed() {
    let mut courier = Courier::new(4);
    courier.handle(known(0), 0);
    courier.handle(Input::Entries(vec![entry(1), entry(2)]), 0);
    let delivered = |taken| Input::Delivered(Delivery { taken, fault: None });
    assert_eq!(courier.handle(delivered(0), 0), Effect::Wait(FIRST_WAIT / 2));
    courier.handle(Input::Elapsed, 0);
    courier.handle(known(0), 0);
    courier.handle(Input::Entries(vec![entry(1), entry(2)]), 0);
    assert_eq!(courier.handle(delivered(99), 0), Effect::Commit { through: Sequence(2) });
}
