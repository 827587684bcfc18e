//! Bindings, fences and jobs.

use persoline_domain::application::DocumentType;
use persoline_domain::booklet::{Blank, BlankKind, BookletState};
use persoline_domain::deed::{Act, Deed, NewOrder};
use persoline_domain::identifiers::{BookletSerial, Fence, JobNumber};
use persoline_domain::order::OrderState;
use persoline_domain::store::{Refusal, Store, StoreError};

use crate::centre::{
    Centre, NORTH, SOUTH, accept, act, bind, blank, chip_of, dispatch, doubt, finish, load, new_order, sealed, spoil,
    ticket, withdraw,
};

#[test]
fn a_serial_is_bound_at_most_once_for_ever() {
    for end in [spoil(1), doubt(1)] {
        let centre = Centre::with_blanks(2);
        let (first, second) = (centre.order(1), centre.order(2));
        centre.bring(first, 1, "P0001", OrderState::Ticketed);
        centre.done(dispatch(second, 2));
        assert_eq!(centre.try_deed(bind(2, "P0001")), Err(Refusal::BoundBefore("P0001".into())));
        centre.done(end);
        assert_eq!(centre.try_deed(bind(2, "P0001")), Err(Refusal::BoundBefore("P0001".into())));
        centre.done(bind(2, "P0002"));
    }
    let centre = Centre::with_blanks(1);
    let (first, second) = (centre.order(1), centre.order(2));
    centre.bring(first, 1, "P0001", OrderState::Finished);
    centre.done(dispatch(second, 2));
    assert_eq!(centre.try_deed(bind(2, "P0001")), Err(Refusal::BoundBefore("P0001".into())));
    let stranger = centre.stranger();
    for statement in [
        "DELETE FROM binding",
        "UPDATE binding SET order_id = 2",
        "INSERT INTO binding VALUES ('P0001', 2, 2)",
        "INSERT OR REPLACE INTO binding VALUES ('P0001', 2, 2)",
        "INSERT OR REPLACE INTO binding VALUES ('P0002', 2, 1)",
    ] {
        assert!(stranger.execute(statement, []).is_err(), "{statement}");
    }
    let bound: String = stranger.query_row("SELECT serial FROM binding", [], |row| row.get(0)).unwrap();
    assert_eq!(bound, "P0001");
}

#[test]
fn what_was_picked_must_be_what_the_delivery_says_and_fit() {
    let centre = Centre::new();
    centre.stock(
        "D1",
        vec![
            blank("P1"),
            Blank { format: DocumentType::Passport48, ..blank("Q1") },
            Blank { kind: BlankKind::Test, ..blank("T1") },
            Blank { kind: BlankKind::Specimen, ..blank("S1") },
            blank("V1"),
            blank("O1"),
        ],
    );
    centre.done(load(NORTH, &["P1", "Q1", "T1", "S1"]));
    centre.done(load(SOUTH, &["O1"]));
    let order = centre.order(1);
    centre.done(dispatch(order, 1));
    let refused = |deed| centre.try_deed(deed).unwrap_err();
    let other_chip = Deed::Bound { job: JobNumber(1), serial: "P1".into(), chip_serial: chip_of("P2") };
    let unfit = |serial: &str, what| Refusal::Unfit(BookletSerial::from(serial), what);
    assert_eq!(refused(bind(1, "X1")), Refusal::ForeignBooklet("X1".into()));
    assert_eq!(refused(other_chip), Refusal::OtherChip("P1".into()));
    assert_eq!(refused(bind(1, "Q1")), unfit("Q1", "another format"));
    assert_eq!(refused(bind(1, "T1")), unfit("T1", "not for real documents"));
    assert_eq!(refused(bind(1, "S1")), unfit("S1", "not for real documents"));
    assert_eq!(refused(bind(1, "V1")), unfit("V1", "not loaded"));
    assert_eq!(refused(bind(1, "O1")), unfit("O1", "loaded in another machine"));
    assert_eq!(refused(bind(7, "P1")), Refusal::NotFound("job"));
    let record = centre.store.job(JobNumber(1)).unwrap().unwrap();
    assert_eq!((record.serial, record.chip), (None, None));
    centre.done(bind(1, "P1"));
    let record = centre.store.job(JobNumber(1)).unwrap().unwrap();
    assert_eq!((record.serial, record.chip), (Some("P1".into()), Some((chip_of("P1"), 3))));
    assert_eq!(centre.store.booklet(&"P1".into()).unwrap().unwrap().order, Some(order));
}

#[test]
fn an_order_has_one_open_job_and_a_job_number_is_used_once() {
    let centre = Centre::with_blanks(2);
    let (first, second) = (centre.order(1), centre.order(2));
    centre.done(dispatch(first, 1));
    assert!(matches!(centre.try_deed(dispatch(first, 2)), Err(Refusal::Unlawful { .. })));
    assert!(matches!(centre.try_deed(dispatch(second, 1)), Err(Refusal::Constraint(_))));
    assert_eq!(centre.state(second), OrderState::Waiting);
    let stranger = centre.stranger();
    let raw = "INSERT INTO job (job, order_id, machine, fence, phase) VALUES (9, ?1, 'north', 1, 'dispatched')";
    assert!(stranger.execute(raw, [first.0 as i64]).is_err(), "a second open job of one order");
    assert!(stranger.execute(raw, [77]).is_err() || centre.store.job(JobNumber(9)).unwrap().is_none());
    centre.done(withdraw(1));
    assert!(matches!(centre.try_deed(dispatch(first, 1)), Err(Refusal::Constraint(_))), "numbers are not reused");
    centre.done(dispatch(first, 3));
    assert_eq!(centre.store.highest_job().unwrap(), JobNumber(3));
    let open: Vec<_> = centre.store.open_jobs(&NORTH.into()).unwrap().into_iter().map(|job| job.job).collect();
    assert_eq!(open, [JobNumber(3)]);
}

#[test]
fn an_order_has_one_good_booklet_whatever_is_tried() {
    let centre = Centre::with_blanks(2);
    let order = centre.order(1);
    centre.bring(order, 1, "P0001", OrderState::Finished);
    assert!(matches!(centre.try_deed(dispatch(order, 2)), Err(Refusal::Unlawful { .. })));
    assert!(centre.try_deed(spoil(1)).is_err() && centre.try_deed(finish(1)).is_err());
    let stranger = centre.stranger();
    // Lawful moves of a booklet, one by one, but towards a second good one of the same order.
    let bound =
        "INSERT INTO binding (serial, order_id, job, number, replaces) VALUES ('P0002', ?1, 2, 'P0002', 'P0001')";
    stranger.execute(bound, [order.0 as i64]).unwrap();
    for state in ["bound", "in_work"] {
        stranger
            .execute("UPDATE booklet SET state = ?1, order_id = ?2 WHERE serial = 'P0002'", (state, order.0 as i64))
            .unwrap();
    }
    let second = stranger.execute("UPDATE booklet SET state = 'good' WHERE serial = 'P0002'", []);
    assert!(second.unwrap_err().to_string().contains("UNIQUE"));
}

#[test]
fn an_old_or_missing_fence_is_refused_for_every_deed_of_a_job() {
    let centre = Centre::with_blanks(2);
    let order = centre.order(1);
    let waiting = centre.order(2);
    centre.bring(order, 1, "P0001", OrderState::Ticketed);
    let newer = centre.store.take_fence(&NORTH.into()).unwrap();
    assert!(newer > centre.fence);
    let job = JobNumber(1);
    let deeds = [
        dispatch(waiting, 2),
        ticket(1),
        Deed::Locking { job },
        Deed::Marking { job },
        Deed::Verified { job },
        finish(1),
        spoil(1),
        doubt(1),
        withdraw(1),
        bind(1, "P0002"),
    ];
    for deed in deeds {
        for fence in [Some(centre.fence), Some(Fence(newer.0 + 1)), None] {
            let old = Act { fence, ..act(deed.clone(), centre.fence) };
            let refused = StoreError::Refused { index: 0, refusal: Refusal::Fenced };
            assert_eq!(centre.store.commit(vec![old]), Err(refused), "{deed:?} under {fence:?}");
        }
    }
    // The new host goes on with the old one's job; another machine's fence does not matter.
    centre.store.take_fence(&SOUTH.into()).unwrap();
    centre.store.commit(vec![act(Deed::Locking { job }, newer)]).unwrap();
    // A deed that is no job's needs no fence.
    let pause = Act { fence: None, ..act(Deed::MachinePaused { machine: NORTH.into() }, newer) };
    centre.store.commit(vec![pause]).unwrap();
    assert_eq!(centre.store.paused_machines().unwrap(), [NORTH.into()]);
}

#[test]
fn a_ticket_and_its_sealed_files_are_kept_and_replaced_together() {
    let centre = Centre::with_blanks(1);
    let order = centre.order(1);
    centre.bring(order, 1, "P0001", OrderState::Ticketed);
    let Deed::Ticketed { ticket: first, .. } = ticket(1) else { panic!() };
    assert_eq!(centre.store.job(JobNumber(1)).unwrap().unwrap().ticket, Some(first));
    let Deed::Ticketed { ticket: mut second, .. } = ticket(1) else { panic!() };
    second.security_object.0 = [7; 32];
    centre.done(Deed::Ticketed { job: JobNumber(1), ticket: second.clone(), document: sealed(7) });
    assert_eq!(centre.store.job(JobNumber(1)).unwrap().unwrap().ticket, Some(second));
    assert_eq!(centre.store.document(JobNumber(1)).unwrap(), Some(sealed(7)));
    assert_eq!(centre.store.document(JobNumber(2)).unwrap(), None);
}

#[test]
fn a_released_order_gets_as_many_tries_again() {
    let centre = Centre::with_blanks(3);
    let order = centre.order(1);
    let remakes = |centre: &Centre| centre.store.waiting(&[DocumentType::Passport32], 9).unwrap()[0].remakes;
    for (job, serial) in [(1, "P0001"), (2, "P0002")] {
        centre.bring(order, job, serial, OrderState::Bound);
        centre.done(spoil(job));
        assert_eq!(u64::from(remakes(&centre)), job);
    }
    centre.done(crate::centre::hold(order));
    centre.done(Deed::OrderReleased { order });
    assert_eq!(remakes(&centre), 0);
    assert_eq!(centre.store.order(order).unwrap().unwrap().remakes, 2, "what happened stays known");
    centre.bring(order, 3, "P0003", OrderState::Bound);
    centre.done(spoil(3));
    assert_eq!(remakes(&centre), 1);
}

#[test]
fn late_is_counted_by_the_civil_date_of_finishing() {
    let centre = Centre::with_blanks(2);
    for (number, on) in [(1_u32, "2026-11-27"), (2, "2026-11-28")] {
        let new = NewOrder { ..new_order(number) };
        centre.done(accept(new));
        let order = centre.store.order_of(&format!("A-{number:05}").as_str().into()).unwrap().unwrap().order;
        let job = JobNumber(u64::from(number));
        centre.bring(order, job.0, &format!("P{number:04}"), OrderState::Ticketed);
        for deed in [Deed::Locking { job }, Deed::Marking { job }, Deed::Verified { job }] {
            centre.done(deed);
        }
        centre.done(Deed::Finished { job, on: on.parse().unwrap() });
    }
    assert_eq!(centre.store.counts().unwrap().late, 1);
    assert_eq!(centre.booklet("P0002"), BookletState::Good);
    centre.check_counters();
}
