//! First pieces, samples, and documents that people reject.

use persoline_domain::booklet::BookletState;
use persoline_domain::deed::Deed;
use persoline_domain::identifiers::{JobNumber, ShiftNumber};
use persoline_domain::order::OrderState;
use persoline_domain::policy::CentrePolicy;
use persoline_domain::store::{FirstPiece, InspectionKind, OutboxKind, Refusal, Store};

use crate::centre::{Centre, NORTH, SOUTH, dispatch, inspect, missing, reject, serials, withdraw};

fn shift(centre: &Centre, number: u64) {
    centre.done(Deed::ShiftOpened { shift: ShiftNumber(number) });
}

fn first_piece(centre: &Centre) -> FirstPiece {
    centre.store.standing(&NORTH.into()).unwrap().first_piece
}

fn waiting(centre: &Centre) -> Vec<(InspectionKind, String)> {
    centre.store.inspections(9).unwrap().into_iter().map(|record| (record.kind, record.serial.0)).collect()
}

fn with_first_pieces() -> Centre {
    let centre = Centre::with_blanks(9);
    centre.set(CentrePolicy { first_piece: true, ..CentrePolicy::default() });
    centre
}

#[test]
fn a_machine_gets_one_job_until_its_first_document_of_the_shift_is_approved() {
    let centre = with_first_pieces();
    let orders: Vec<_> = (11..=14).map(|number| centre.order(number)).collect();
    let barred = |why| Err(Refusal::MachineBarred(NORTH.into(), why));
    let standing = centre.store.standing(&NORTH.into()).unwrap();
    assert_eq!((standing.needs_shift, standing.has_shift, standing.allowed(4)), (true, false, 0));
    assert_eq!(centre.try_deed(dispatch(orders[0], 1)), barred("no shift is open"));
    shift(&centre, 1);
    assert_eq!(
        (first_piece(&centre), centre.store.standing(&NORTH.into()).unwrap().allowed(4)),
        (FirstPiece::Needed, 1)
    );
    centre.done(dispatch(orders[0], 1));
    assert_eq!(first_piece(&centre), FirstPiece::Pending);
    let not_yet = "its first document of the shift is not approved yet";
    assert_eq!(centre.try_deed(dispatch(orders[1], 2)), barred(not_yet));
    // A job that comes to nothing leaves the machine as it was.
    centre.done(withdraw(1));
    assert_eq!(first_piece(&centre), FirstPiece::Needed);
    centre.bring(orders[0], 2, "P0001", OrderState::Finished);
    assert_eq!(
        (first_piece(&centre), waiting(&centre)),
        (FirstPiece::Pending, vec![(InspectionKind::FirstPiece, "P0001".into())])
    );
    assert_eq!(centre.try_deed(dispatch(orders[1], 3)), barred(not_yet));
    assert!(centre.reports().is_empty(), "it is not issued before it is approved");
    // Rejected: its order is made again, and the next document is the first piece.
    centre.by("chan", inspect("P0001", false)).unwrap();
    assert_eq!((first_piece(&centre), centre.state(orders[0])), (FirstPiece::Needed, OrderState::Waiting));
    assert_eq!(centre.booklet("P0001"), BookletState::Spoiled);
    centre.bring(orders[0], 4, "P0002", OrderState::Finished);
    let record = centre.store.inspections(1).unwrap().remove(0);
    assert_eq!((record.order, record.job, record.shift), (orders[0], JobNumber(4), Some(ShiftNumber(1))));
    centre.by("chan", inspect("P0002", true)).unwrap();
    assert_eq!((first_piece(&centre), waiting(&centre)), (FirstPiece::NotNeeded, vec![]));
    centre.done(dispatch(orders[1], 5));
    centre.done(dispatch(orders[2], 6));
    assert_eq!(
        centre.reports(),
        [
            (OutboxKind::Rejected, "P0001".to_owned(), "looked_at".to_owned()),
            (OutboxKind::Issued, "P0002".to_owned(), String::new()),
        ]
    );
    assert_eq!(centre.store.booklet(&"P0002".into()).unwrap().unwrap().replaces, Some("P0001".into()));
    centre.check_counters();
}

#[test]
fn each_shift_and_each_machine_has_its_own_first_piece() {
    let centre = with_first_pieces();
    shift(&centre, 1);
    centre.make(1);
    centre.by("chan", inspect("P0001", true)).unwrap();
    assert_eq!(first_piece(&centre), FirstPiece::NotNeeded);
    assert_eq!(centre.store.standing(&SOUTH.into()).unwrap().first_piece, FirstPiece::Needed);
    let counted = vec![(BookletState::Loaded, 8), (BookletState::Good, 1)];
    centre.done(Deed::ShiftClosed { shift: ShiftNumber(1), counted });
    shift(&centre, 2);
    assert_eq!(first_piece(&centre), FirstPiece::Needed);
    centre.make(2);
    assert_eq!(waiting(&centre), [(InspectionKind::FirstPiece, "P0002".to_owned())]);
    // A document that is lost is no first piece any more.
    centre.done(missing("P0002"));
    assert_eq!((first_piece(&centre), waiting(&centre)), (FirstPiece::Needed, vec![]));
    assert_eq!(centre.by("chan", inspect("P0002", true)), Err(Refusal::NotFound("inspection")));
    let second = "INSERT INTO inspection SELECT 'P0009', order_id, job, machine, shift, kind, at, NULL FROM inspection
        WHERE serial = 'P0001'";
    assert!(centre.stranger().execute(second, []).is_err(), "one first piece for a machine and a shift");
}

#[test]
fn every_nth_document_of_a_machine_is_a_sample_and_does_not_stop_it() {
    let centre = Centre::with_blanks(9);
    centre.set(CentrePolicy { sample_every: 3, ..CentrePolicy::default() });
    for number in 1..=7 {
        centre.make(number);
    }
    let samples = ["P0003", "P0006"].map(|serial| (InspectionKind::Sample, serial.to_owned()));
    assert_eq!(waiting(&centre), samples);
    assert_eq!(centre.store.inspections(1).unwrap().len(), 1);
    assert_eq!(first_piece(&centre), FirstPiece::NotNeeded);
    let issued = |centre: &Centre| centre.reports().into_iter().map(|(_, serial, _)| serial).collect::<Vec<_>>();
    assert_eq!(issued(&centre), ["P0001", "P0002", "P0004", "P0005", "P0007"]);
    let pack = |serial: &str| Deed::Packed { serials: serials(&[serial]) };
    assert_eq!(centre.try_deed(pack("P0003")), Err(Refusal::Unfit("P0003".into(), "it waits for inspection")));
    let by_force = centre.stranger().execute("UPDATE booklet SET state = 'packed' WHERE serial = 'P0003'", []);
    assert!(by_force.is_err());
    assert_eq!(centre.try_deed(inspect("P0003", true)), Err(Refusal::NeedsPerson), "the line is no person");
    centre.by("chan", inspect("P0003", true)).unwrap();
    assert_eq!(centre.by("lee", inspect("P0003", false)), Err(Refusal::NotFound("inspection")), "it is decided once");
    centre.done(pack("P0003"));
    assert_eq!(issued(&centre).last().unwrap(), "P0003");
    let again = centre.stranger().execute("UPDATE inspection SET approved = 0 WHERE serial = 'P0003'", []);
    assert!(again.is_err());
}

#[test]
fn a_good_document_can_be_rejected_until_it_is_packed() {
    let centre = Centre::with_blanks(4);
    let order = centre.make(1);
    let other = centre.make(2);
    assert!(matches!(centre.try_deed(reject("P0003")), Err(Refusal::Unlawful { .. })), "a blank is no document");
    centre.done(reject("P0001"));
    assert_eq!((centre.state(order), centre.booklet("P0001")), (OrderState::Waiting, BookletState::Spoiled));
    let record = centre.store.order(order).unwrap().unwrap();
    assert_eq!((record.remakes, record.finished), (1, None));
    assert!(matches!(centre.try_deed(reject("P0001")), Err(Refusal::Unlawful { .. })));
    centre.bring(order, 3, "P0003", OrderState::Finished);
    assert!(matches!(centre.try_deed(reject("P0001")), Err(Refusal::Unlawful { .. })), "another is good now");
    centre.done(Deed::Packed { serials: serials(&["P0002"]) });
    assert!(matches!(centre.try_deed(reject("P0002")), Err(Refusal::Unlawful { .. })));
    assert_eq!(centre.state(other), OrderState::Finished);
    let kinds: Vec<_> = centre.reports().into_iter().map(|(kind, serial, _)| (kind, serial)).collect();
    let of = |kind, serial: &str| (kind, serial.to_owned());
    assert_eq!(
        kinds,
        [
            of(OutboxKind::Issued, "P0001"),
            of(OutboxKind::Issued, "P0002"),
            of(OutboxKind::Rejected, "P0001"),
            of(OutboxKind::Issued, "P0003"),
        ]
    );
    centre.check_counters();
}
