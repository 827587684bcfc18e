//! Orders and booklets move as the tables of the domain allow, whoever tries.

use persoline_domain::booklet::{BOOKLET_MOVES, BookletState};
use persoline_domain::deed::{Deed, HoldReason};
use persoline_domain::identifiers::{JobNumber, OrderId};
use persoline_domain::order::{ORDER_MOVES, OrderMove, OrderState};
use persoline_domain::store::{Refusal, Store};
use rusqlite::params;

use crate::centre::{Centre, abandon, bind, dispatch, doubt, finish, hold, spoil, ticket, withdraw};

/// An order brought to `state` by deeds, with job 1 and booklet P0001 where it needs them.
fn order_at(state: OrderState) -> (Centre, OrderId) {
    let centre = Centre::with_blanks(2);
    let order = centre.order(1);
    match state {
        OrderState::Waiting => {}
        OrderState::Held => centre.done(hold(order)),
        OrderState::Cancelled => centre.done(Deed::OrderCancelled { order }),
        on_the_way => centre.bring(order, 1, "P0001", on_the_way),
    }
    assert_eq!(centre.state(order), state);
    (centre, order)
}

/// The deed that makes a move, with what must have been done before it within the same state.
fn deeds_of(step: OrderMove, from: OrderState, order: OrderId) -> Vec<Deed> {
    let job = JobNumber(1);
    match step {
        OrderMove::Dispatch => vec![dispatch(order, 2)],
        OrderMove::Withdraw => vec![withdraw(1)],
        OrderMove::Bind => vec![bind(1, "P0001")],
        OrderMove::Ticket => vec![ticket(1)],
        OrderMove::Finish if from == OrderState::Ticketed => {
            vec![Deed::Locking { job }, Deed::Marking { job }, Deed::Verified { job }, finish(1)]
        }
        OrderMove::Finish => vec![finish(1)],
        OrderMove::Remake => vec![spoil(1)],
        OrderMove::Hold if from == OrderState::Dispatched => vec![hold(order), withdraw(1)],
        OrderMove::Hold if from.is_on_machine() => vec![doubt(1)],
        OrderMove::Hold => vec![hold(order)],
        OrderMove::Release => vec![Deed::OrderReleased { order }],
        OrderMove::Cancel if from == OrderState::Dispatched => vec![Deed::OrderCancelled { order }, withdraw(1)],
        OrderMove::Cancel if from.is_on_machine() => vec![Deed::OrderCancelled { order }, spoil(1)],
        OrderMove::Cancel => vec![Deed::OrderCancelled { order }],
        OrderMove::Reject => {
            vec![Deed::DocumentRejected { serial: "P0001".into(), reason: "smudged".to_owned() }]
        }
    }
}

const STEPS: [OrderMove; 10] = [
    OrderMove::Dispatch,
    OrderMove::Withdraw,
    OrderMove::Bind,
    OrderMove::Ticket,
    OrderMove::Finish,
    OrderMove::Remake,
    OrderMove::Hold,
    OrderMove::Release,
    OrderMove::Cancel,
    OrderMove::Reject,
];

#[test]
fn every_lawful_move_of_an_order_is_done_and_every_other_refused() {
    let mut lawful = 0;
    for from in OrderState::ALL {
        for step in STEPS {
            let (centre, order) = order_at(from);
            let before = centre.store.order(order).unwrap();
            let result = centre.try_deeds(deeds_of(step, from, order));
            match from.after(step) {
                Some(to) => {
                    result.unwrap_or_else(|error| panic!("{from:?} {step:?}: {error}"));
                    assert_eq!(centre.state(order), to, "{from:?} {step:?}");
                    lawful += 1;
                }
                None => {
                    let error = result.expect_err(&format!("{from:?} {step:?} was done"));
                    assert!(
                        matches!(error.refusal(), Some(Refusal::Unlawful { .. } | Refusal::NotFound("job"))),
                        "{from:?} {step:?}: {error}"
                    );
                    assert_eq!(centre.store.order(order).unwrap(), before);
                }
            }
            centre.check_counters();
        }
    }
    assert_eq!(lawful, ORDER_MOVES.len());
}

#[test]
fn no_statement_moves_an_order_unlawfully() {
    for from in OrderState::ALL {
        let (centre, order) = order_at(from);
        let stranger = centre.stranger();
        for to in OrderState::ALL {
            let lawful = ORDER_MOVES.iter().any(|(f, _, t)| (*f, *t) == (from, to));
            let (hold, finished) = (to == OrderState::Held, to == OrderState::Finished);
            let transaction = stranger.unchecked_transaction().unwrap();
            let moved = transaction.execute(
                "UPDATE production_order SET state = ?1, hold = iif(?2, 'person', NULL), finished = iif(?3, 1, NULL)
                 WHERE id = ?4",
                params![to.name(), hold, finished, order.0 as i64],
            );
            assert_eq!(moved.is_ok(), lawful, "{from:?} to {to:?}: {moved:?}");
        }
        for statement in [
            "DELETE FROM production_order".to_owned(),
            "INSERT OR REPLACE INTO production_order SELECT * FROM production_order".to_owned(),
            format!("UPDATE production_order SET id = id + 1, state = '{}'", from.name()),
        ] {
            let transaction = stranger.unchecked_transaction().unwrap();
            let done = transaction.execute(&statement, []);
            // The last one names the same state, which only a ticketed order may be moved to.
            assert!(done.is_err() || from == OrderState::Ticketed && statement.starts_with("UPDATE"), "{statement}");
        }
    }
}

#[test]
fn no_statement_moves_a_booklet_unlawfully() {
    let centre = Centre::with_blanks(1);
    let stranger = centre.stranger();
    for from in BookletState::ALL {
        for to in BookletState::ALL {
            let lawful = BOOKLET_MOVES.iter().any(|(f, _, t)| (*f, *t) == (from, to));
            let transaction = stranger.unchecked_transaction().unwrap();
            // With the guard away the booklet is put into the state from which the move is tried.
            let guard: String = transaction
                .query_row("SELECT sql FROM sqlite_schema WHERE name = 'lawful_booklet_move'", [], |row| row.get(0))
                .unwrap();
            transaction.execute_batch("DROP TRIGGER lawful_booklet_move").unwrap();
            // So are the guards of what a state needs: here it is the table of moves that is looked at.
            for other in ["blanks_were_never_bound", "documents_were_bound", "destructions_begin"] {
                transaction.execute_batch(&format!("DROP TRIGGER {other}")).unwrap();
            }
            let two = "INSERT OR IGNORE INTO destruction VALUES ('P0001', 'chan', 'lee')";
            transaction.execute(two, []).unwrap();
            transaction.execute("UPDATE booklet SET state = ?1", [from.name()]).unwrap();
            transaction.execute_batch(&guard).unwrap();
            let moved = transaction.execute("UPDATE booklet SET state = ?1", [to.name()]);
            assert_eq!(moved.is_ok(), lawful, "{from:?} to {to:?}: {moved:?}");
        }
    }
    for statement in [
        "DELETE FROM booklet",
        "INSERT OR REPLACE INTO booklet SELECT * FROM booklet",
        "INSERT OR REPLACE INTO booklet SELECT serial, chip_serial, key_version, batch, format, kind, carton,
         check_value, numbering, delivery, 'received', NULL, NULL, NULL FROM booklet",
        "UPDATE booklet SET state = 'spoiled'; UPDATE booklet SET state = 'destroyed'",
    ] {
        assert!(stranger.execute_batch(statement).is_err(), "{statement}");
    }
}

#[test]
fn each_phase_of_a_job_follows_the_one_before_it() {
    let job = JobNumber(1);
    let way =
        [bind(1, "P0001"), ticket(1), Deed::Locking { job }, Deed::Marking { job }, Deed::Verified { job }, finish(1)];
    for done in 0..=way.len() {
        for next in 0..way.len() {
            let centre = Centre::with_blanks(2);
            let order = centre.order(1);
            centre.done(dispatch(order, 1));
            way[..done].iter().for_each(|deed| centre.done(deed.clone()));
            let lawful = next == done || (done == 2 && next == 1);
            assert_eq!(centre.try_deed(way[next].clone()).is_ok(), lawful, "{} after {done} deeds", next);
        }
    }
}

#[test]
fn a_job_ends_in_every_way_from_where_it_may_and_takes_its_booklet_along() {
    let job = JobNumber(1);
    let way = [bind(1, "P0001"), ticket(1), Deed::Locking { job }, Deed::Marking { job }, Deed::Verified { job }];
    for done in 0..=way.len() {
        let left_behind = if done == 0 { BookletState::Loaded } else { BookletState::Quarantined };
        let ends = [
            (withdraw(1), done == 0, OrderState::Waiting, BookletState::Loaded),
            (spoil(1), done > 0, OrderState::Waiting, BookletState::Spoiled),
            (doubt(1), done > 0, OrderState::Held, BookletState::Quarantined),
            (abandon(1), done <= 2, OrderState::Waiting, left_behind),
            (finish(1), done == way.len(), OrderState::Finished, BookletState::Good),
        ];
        for (end, lawful, order_state, booklet_state) in ends {
            let centre = Centre::with_blanks(1);
            let order = centre.order(1);
            centre.done(dispatch(order, 1));
            way[..done].iter().for_each(|deed| centre.done(deed.clone()));
            let result = centre.try_deed(end.clone());
            assert_eq!(result.is_ok(), lawful, "{end:?} after {done} deeds: {result:?}");
            if lawful {
                assert_eq!((centre.state(order), centre.booklet("P0001")), (order_state, booklet_state), "{end:?}");
                assert!(centre.store.open_jobs(&"north".into()).unwrap().is_empty());
                assert!(centre.try_deed(end).is_err(), "a job ends once");
            }
            centre.check_counters();
        }
    }
}

#[test]
fn a_hold_of_an_order_on_a_machine_waits_for_the_end_of_its_job() {
    for (end, state) in [
        (vec![withdraw(1)], OrderState::Dispatched),
        (vec![spoil(1)], OrderState::Bound),
        (vec![spoil(1)], OrderState::Ticketed),
    ] {
        let (centre, order) = order_at(state);
        centre.done(hold(order));
        assert_eq!((centre.state(order), centre.hold(order)), (state, None));
        assert!(centre.store.job(JobNumber(1)).unwrap().unwrap().stop_requested);
        // Steps within the machine's work do not forget it.
        if state == OrderState::Dispatched {
            let (other, order) = order_at(state);
            other.done(hold(order));
            other.done(bind(1, "P0001"));
            other.done(ticket(1));
            assert!(other.store.job(JobNumber(1)).unwrap().unwrap().stop_requested);
        }
        centre.try_deeds(end).unwrap();
        assert_eq!((centre.state(order), centre.hold(order)), (OrderState::Held, Some(HoldReason::Person)));
        centre.done(Deed::OrderReleased { order });
        assert_eq!((centre.state(order), centre.hold(order)), (OrderState::Waiting, None));
        centre.check_counters();
    }
}

#[test]
fn a_hold_that_was_answered_keeps_the_chip_from_being_locked() {
    let (centre, order) = order_at(OrderState::Ticketed);
    centre.done(hold(order));
    let locking = Deed::Locking { job: JobNumber(1) };
    assert_eq!(centre.try_deed(locking), Err(Refusal::StopRequested), "who looked before the hold came is told now");
    centre.done(spoil(1));
    assert_eq!((centre.state(order), centre.hold(order)), (OrderState::Held, Some(HoldReason::Person)));
    centre.check_counters();
}

#[test]
fn a_hold_that_is_taken_back_in_time_or_comes_too_late_changes_nothing() {
    let (centre, order) = order_at(OrderState::Ticketed);
    centre.done(hold(order));
    centre.done(Deed::OrderReleased { order });
    assert!(!centre.store.job(JobNumber(1)).unwrap().unwrap().stop_requested);
    assert!(matches!(centre.try_deed(Deed::OrderReleased { order }), Err(Refusal::Unlawful { .. })));
    centre.done(Deed::Locking { job: JobNumber(1) });
    centre.done(hold(order));
    centre.done(Deed::Marking { job: JobNumber(1) });
    centre.done(Deed::Verified { job: JobNumber(1) });
    centre.done(finish(1));
    assert_eq!((centre.state(order), centre.hold(order)), (OrderState::Finished, None));
    centre.check_counters();
}
