//! Many callers at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::thread;

use persoline_domain::application::DocumentType;
use persoline_domain::deed::Deed;
use persoline_domain::identifiers::{JobNumber, SignerName};
use persoline_domain::signer::SigningLedger;
use persoline_domain::store::{Outcome, Refusal, Store, StoreError};

use crate::centre::{Centre, accept, act, bind, dispatch, new_order};

#[test]
fn calls_of_many_threads_are_each_done_wholly_or_not_at_all() {
    let centre = Centre::new();
    let accepted = AtomicU32::new(0);
    thread::scope(|scope| {
        for thread in 0..16_u32 {
            let (centre, accepted) = (&centre, &accepted);
            scope.spawn(move || {
                for round in 0..20_u32 {
                    let number = thread * 100 + round * 2;
                    let mut deeds = vec![accept(new_order(number)), accept(new_order(number + 1))];
                    // Every third call ends with a deed that is refused: then nothing of it may stay.
                    let spoils = round % 3 == 2;
                    if spoils {
                        deeds
                            .push(Deed::OrderReleased { order: persoline_domain::identifiers::OrderId(u64::MAX >> 2) });
                    }
                    match centre.try_deeds(deeds) {
                        Ok(outcomes) => {
                            assert!(!spoils);
                            assert_eq!(outcomes.len(), 2);
                            accepted.fetch_add(2, Ordering::Relaxed);
                        }
                        Err(StoreError::Refused { index: 2, refusal: Refusal::NotFound("order") }) => assert!(spoils),
                        Err(error) => panic!("{error}"),
                    }
                    let stands = centre.store.order_of(&new_order(number).application).unwrap().is_some();
                    assert_eq!(stands, !spoils, "a caller sees at once what was answered");
                }
            });
        }
    });
    let accepted = accepted.load(Ordering::Relaxed) as usize;
    let waiting = centre.store.waiting(&[DocumentType::Passport32], usize::MAX).unwrap();
    assert_eq!(waiting.len(), accepted);
    let events = centre.store.events_after(persoline_domain::identifiers::Sequence(0), usize::MAX).unwrap();
    assert_eq!(events.len(), accepted, "no event of a refused call");
    assert!(events.iter().zip(1..).all(|(event, sequence)| event.sequence.0 == sequence));
    centre.check_counters();
}

#[test]
fn of_many_who_want_one_order_or_one_booklet_one_gets_it() {
    let centre = Arc::new(Centre::with_blanks(1));
    let orders: Vec<_> = (0..8).map(|number| centre.order(number)).collect();
    let (dispatched, bound) = (AtomicU64::new(0), AtomicU64::new(0));
    thread::scope(|scope| {
        for thread in 0..8_u64 {
            let (centre, dispatched, bound, orders) = (&centre, &dispatched, &bound, &orders);
            scope.spawn(move || {
                // All want the first order; then each takes its own and all want the one booklet.
                if centre.try_deed(dispatch(orders[0], 100 + thread)).is_ok() {
                    dispatched.fetch_add(1, Ordering::Relaxed);
                }
                if thread > 0 {
                    centre.done(dispatch(orders[thread as usize], thread));
                    match centre.try_deed(bind(thread, "P0001")) {
                        Ok(Outcome::Bound { .. }) => drop(bound.fetch_add(1, Ordering::Relaxed)),
                        Err(Refusal::BoundBefore(_)) => {}
                        other => panic!("{other:?}"),
                    }
                }
            });
        }
    });
    assert_eq!((dispatched.into_inner(), bound.into_inner()), (1, 1));
    let bound: Vec<_> =
        (1..8).filter(|job| centre.store.job(JobNumber(*job)).unwrap().unwrap().serial.is_some()).collect();
    assert_eq!(bound.len(), 1);
    centre.check_counters();
}

#[test]
fn a_signer_is_never_used_more_often_than_its_limit() {
    let centre = Centre::new();
    let signer = SignerName::from("DS-1");
    let granted = AtomicU64::new(0);
    let limit = 1_000;
    thread::scope(|scope| {
        for thread in 0..16_u32 {
            let (store, signer, granted) = (&centre.store, &signer, &granted);
            scope.spawn(move || {
                for round in 0..25 {
                    let asked = 1 + (thread * 7 + round * 3) % 9;
                    let got = store.reserve_uses(signer, asked, limit).unwrap();
                    assert!(got <= asked);
                    granted.fetch_add(u64::from(got), Ordering::Relaxed);
                }
            });
        }
    });
    assert_eq!(granted.into_inner(), limit, "more was asked for than there is, so all is granted and nothing more");
    assert_eq!(centre.store.uses(&signer).unwrap(), limit);
    assert_eq!(centre.store.reserve_uses(&signer, 5, limit).unwrap(), 0);
    assert_eq!(centre.store.reserve_uses(&signer, 5, limit - 9).unwrap(), 0, "a lower limit takes nothing back");
    assert_eq!(centre.store.reserve_uses(&signer, 5, limit + 3).unwrap(), 3);
    assert_eq!(centre.store.reserve_uses(&"DS-2".into(), 5, limit).unwrap(), 5);
    // Reserved uses are durable.
    let (file, _folder) = centre.close();
    let again = persoline_store::SqliteStore::open(&file).unwrap();
    assert_eq!(again.uses(&signer).unwrap(), limit + 3);
}

#[test]
fn readers_see_one_moment_while_the_writer_works() {
    let centre = Centre::new();
    thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for round in 0..60 {
                let serials: Vec<String> = (0..5).map(|index| format!("R{round:03}-{index}")).collect();
                let blanks = serials.iter().map(|serial| crate::centre::blank(serial)).collect();
                let deed = crate::centre::receive(&format!("D{round}"), blanks);
                centre.store.commit(vec![act(deed, centre.fence)]).unwrap();
            }
        });
        while !writer.is_finished() {
            let books = centre.store.reconcile().unwrap();
            assert_eq!(books.difference(), 0, "{books:?}");
        }
    });
}
