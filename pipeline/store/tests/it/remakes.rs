//! Remakes: linked to what they replace, and approved by different people where the policy asks.

use persoline_domain::booklet::BookletState;
use persoline_domain::deed::{Deed, HoldReason};
use persoline_domain::identifiers::OrderId;
use persoline_domain::order::OrderState;
use persoline_domain::policy::CentrePolicy;
use persoline_domain::store::{OutboxKind, Refusal, Store};

use crate::centre::{Centre, abandon, dispatch, doubt, hold, missing, reject, spoil};

fn with_approvals(count: u8) -> Centre {
    let centre = Centre::with_blanks(9);
    centre.set(CentrePolicy { remake_approvals: count, ..CentrePolicy::default() });
    assert_eq!(centre.store.policy().unwrap().remake_approvals, count);
    centre
}

fn approve(order: OrderId) -> Deed {
    Deed::RemakeApproved { order }
}

fn standing(centre: &Centre, order: OrderId) -> (OrderState, Option<HoldReason>) {
    (centre.state(order), centre.hold(order))
}

const ASKED: (OrderState, Option<HoldReason>) = (OrderState::Held, Some(HoldReason::RemakeApproval));

#[test]
fn a_remake_waits_for_as_many_different_people_as_the_policy_asks() {
    let centre = with_approvals(2);
    let order = centre.order(1);
    assert!(matches!(centre.by("chan", approve(order)), Err(Refusal::Unlawful { .. })), "there is nothing to approve");
    centre.bring(order, 1, "P0001", OrderState::Bound);
    centre.done(spoil(1));
    assert_eq!(standing(&centre, order), ASKED);
    assert!(matches!(centre.try_deed(Deed::OrderReleased { order }), Err(Refusal::Unlawful { .. })));
    assert_eq!(centre.try_deed(approve(order)), Err(Refusal::NeedsPerson));
    centre.by("chan", approve(order)).unwrap();
    for same in ["chan", "Chan", " chan "] {
        assert_eq!(centre.by(same, approve(order)), Err(Refusal::NeedsAnotherPerson), "{same:?}");
    }
    assert_eq!(centre.by(" ", approve(order)), Err(Refusal::NeedsPerson), "a person has a name");
    assert_eq!(standing(&centre, order), ASKED);
    for statement in [
        "UPDATE production_order SET state = 'waiting', hold = NULL",
        "UPDATE approval SET person = 'lee'",
        "DELETE FROM approval",
        "INSERT INTO approval SELECT * FROM approval",
    ] {
        assert!(centre.stranger().execute(statement, []).is_err(), "{statement}");
    }
    centre.by("lee", approve(order)).unwrap();
    assert_eq!(standing(&centre, order), (OrderState::Waiting, None));
    // The next loss asks again, and who approved the last time may do so again.
    centre.bring(order, 2, "P0002", OrderState::Ticketed);
    centre.done(spoil(2));
    assert_eq!(standing(&centre, order), ASKED);
    centre.by("chan", approve(order)).unwrap();
    centre.by("lee", approve(order)).unwrap();
    centre.bring(order, 3, "P0003", OrderState::Finished);
    centre.done(reject("P0003"));
    assert_eq!(standing(&centre, order), ASKED, "a rejected document is made again as a remake");
    centre.done(Deed::OrderCancelled { order });
    assert_eq!(standing(&centre, order), (OrderState::Cancelled, None));
    centre.check_counters();
}

#[test]
fn no_other_hold_is_a_way_around_the_approvals() {
    let centre = with_approvals(1);
    let (held, doubtful) = (centre.order(1), centre.order(2));
    centre.bring(held, 1, "P0001", OrderState::Bound);
    centre.done(hold(held));
    centre.done(spoil(1));
    assert_eq!(standing(&centre, held), (OrderState::Held, Some(HoldReason::Person)));
    centre.done(Deed::OrderReleased { order: held });
    assert_eq!(standing(&centre, held), ASKED);
    centre.by("chan", approve(held)).unwrap();
    assert_eq!(standing(&centre, held), (OrderState::Waiting, None));
    centre.bring(doubtful, 2, "P0002", OrderState::Ticketed);
    centre.done(doubt(2));
    // Approved while somebody still looks into it: the hold stays, and its release is enough then.
    centre.by("chan", approve(doubtful)).unwrap();
    assert_eq!(standing(&centre, doubtful), (OrderState::Held, Some(HoldReason::Doubt)));
    centre.done(Deed::OrderReleased { order: doubtful });
    assert_eq!(standing(&centre, doubtful), (OrderState::Waiting, None));
}

#[test]
fn an_order_that_is_held_for_approvals_by_hand_is_released_like_any_other() {
    let centre = Centre::with_blanks(1);
    let order = centre.order(1);
    centre.done(Deed::OrderHeld { order, reason: HoldReason::RemakeApproval });
    centre.done(Deed::OrderReleased { order });
    assert_eq!(standing(&centre, order), (OrderState::Waiting, None));
}

#[test]
fn a_remake_names_the_booklet_that_it_replaces_and_goes_ahead_of_its_peers() {
    let centre = Centre::with_blanks(5);
    let (order, peer) = (centre.order(1), centre.order(2));
    let _ = peer;
    centre.bring(order, 1, "P0001", OrderState::Ticketed);
    centre.done(spoil(1));
    assert_eq!(
        centre.store.waiting(&[persoline_domain::application::DocumentType::Passport32], 9).unwrap()[0].order,
        order
    );
    centre.bring(order, 2, "P0002", OrderState::Ticketed);
    centre.done(doubt(2));
    centre.done(Deed::OrderReleased { order });
    centre.bring(order, 3, "P0003", OrderState::Finished);
    let replaces =
        |serial: &str| centre.store.booklet(&serial.into()).unwrap().unwrap().replaces.map(|serial| serial.0);
    assert_eq!(replaces("P0001"), None);
    assert_eq!(replaces("P0002").as_deref(), Some("P0001"));
    assert_eq!(replaces("P0003").as_deref(), Some("P0002"));
    let other = centre.order(3);
    centre.done(dispatch(other, 9));
    let false_link = "INSERT INTO binding VALUES ('P0004', 3, 9, 'P0004', 'P0001')";
    assert!(centre.stranger().execute(false_link, []).is_err());
}

#[test]
fn a_lost_document_is_made_again_and_what_is_found_is_none() {
    let centre = with_approvals(1);
    let order = centre.make(1);
    centre.done(missing("P0001"));
    assert_eq!((standing(&centre, order), centre.booklet("P0001")), (ASKED, BookletState::Missing));
    centre.by("chan", approve(order)).unwrap();
    centre.bring(order, 2, "P0002", OrderState::Finished);
    centre.done(Deed::BookletFound { serial: "P0001".into() });
    assert_eq!(centre.booklet("P0001"), BookletState::Quarantined);
    assert_eq!(
        centre.try_deed(crate::centre::decide("P0001", persoline_domain::booklet::QuarantineDecision::Clear)),
        Err(Refusal::BoundBefore("P0001".into()))
    );
    centre.done(missing("P0001"));
    let kinds: Vec<_> = centre.reports().into_iter().map(|(kind, ..)| kind).collect();
    assert_eq!(kinds, [OutboxKind::Issued, OutboxKind::Missing, OutboxKind::Issued, OutboxKind::Missing]);
    centre.check_counters();
}

#[test]
fn work_of_a_dead_machine_moves_on_unless_its_chip_may_be_locked() {
    let centre = Centre::with_blanks(5);
    let orders: Vec<_> = (1..=4).map(|number| centre.order(number)).collect();
    centre.bring(orders[0], 1, "", OrderState::Dispatched);
    centre.bring(orders[1], 2, "P0002", OrderState::Bound);
    centre.bring(orders[2], 3, "P0003", OrderState::Ticketed);
    centre.bring(orders[3], 4, "P0004", OrderState::Ticketed);
    centre.done(Deed::Locking { job: persoline_domain::identifiers::JobNumber(4) });
    for job in 1..=3 {
        centre.done(abandon(job));
    }
    assert!(matches!(centre.try_deed(abandon(4)), Err(Refusal::Unlawful { state: "locking", .. })));
    let remakes = |order| centre.store.order(order).unwrap().unwrap().remakes;
    assert_eq!(
        orders.iter().map(|order| (centre.state(*order), remakes(*order))).collect::<Vec<_>>(),
        [(OrderState::Waiting, 0), (OrderState::Waiting, 1), (OrderState::Waiting, 1), (OrderState::Ticketed, 0),]
    );
    assert_eq!(["P0002", "P0003"].map(|serial| centre.booklet(serial)), [BookletState::Quarantined; 2]);
    let told = (OutboxKind::SpoiledAfterEncoding, "P0003".to_owned(), "machine_dead".to_owned());
    assert_eq!(centre.reports(), [told], "nothing was signed for P0002");
    centre.check_counters();
}

#[test]
fn a_cancelled_order_is_stopped_on_its_machine_before_its_chip_is_locked() {
    let centre = Centre::with_blanks(5);
    let (order, late) = (centre.order(1), centre.order(2));
    centre.bring(order, 1, "P0001", OrderState::Ticketed);
    centre.done(Deed::OrderCancelled { order });
    let record = centre.store.order(order).unwrap().unwrap();
    assert_eq!((record.state, record.stop_requested), (OrderState::Ticketed, true));
    assert!(centre.store.job(persoline_domain::identifiers::JobNumber(1)).unwrap().unwrap().stop_requested);
    let locking = Deed::Locking { job: persoline_domain::identifiers::JobNumber(1) };
    assert_eq!(centre.try_deed(locking), Err(Refusal::StopRequested), "who looked before the wish came is told now");
    // Whoever holds it meanwhile does not bring it back.
    centre.done(hold(order));
    centre.done(spoil(1));
    assert_eq!(standing(&centre, order), (OrderState::Cancelled, None));
    centre.bring(late, 2, "P0002", OrderState::Ticketed);
    centre.done(Deed::OrderCancelled { order: late });
    centre.done(Deed::OrderReleased { order: late });
    assert!(!centre.store.order(late).unwrap().unwrap().stop_requested, "it is taken back");
    centre.done(Deed::Locking { job: persoline_domain::identifiers::JobNumber(2) });
    assert!(matches!(centre.try_deed(Deed::OrderCancelled { order: late }), Err(Refusal::Unlawful { .. })));
    centre.check_counters();
}
