//! The store in memory: the same answers as the one on disk, and nothing shared.

use persoline_domain::deed::Deed;
use persoline_domain::identifiers::SignerName;
use persoline_domain::order::OrderState;
use persoline_domain::signer::SigningLedger;
use persoline_domain::store::{Outcome, Refusal, Store, StoreError};
use persoline_store::DirectStore;

use crate::centre::{Centre, NORTH, accept, act, bind, blank, dispatch, load, new_order, receive, store, ticket};

#[test]
fn it_answers_as_the_store_on_disk_does() {
    let disk = Centre::new();
    let memory = DirectStore::in_memory().unwrap();
    let fence = memory.take_fence(&NORTH.into()).unwrap();
    assert_eq!(fence, disk.fence);
    let order = persoline_domain::identifiers::OrderId(1);
    for deed in [
        receive("D1", vec![blank("P1"), blank("P2")]),
        store("D1", 3),
        store("D1", 2),
        load(NORTH, &["P1"]),
        accept(new_order(1)),
        accept(new_order(1)),
        dispatch(order, 1),
        bind(1, "P2"),
        bind(1, "P1"),
        ticket(1),
        Deed::OrderCancelled { order },
    ] {
        let shown = format!("{deed:?}");
        let answers = [&disk.store as &dyn Store, &memory].map(|store| store.commit(vec![act(deed.clone(), fence)]));
        assert_eq!(answers[0], answers[1], "{shown}");
    }
    assert_eq!(memory.order(order).unwrap().unwrap().state, OrderState::Ticketed);
    assert_eq!(memory.order(order).unwrap(), disk.store.order(order).unwrap());
    assert_eq!(memory.newest_events(99).unwrap(), disk.store.newest_events(99).unwrap());
    assert_eq!(memory.counts().unwrap(), disk.store.counts().unwrap());
    assert_eq!(memory.reconcile().unwrap(), disk.store.reconcile().unwrap());
}

#[test]
fn a_call_is_all_or_nothing_and_stores_share_nothing() {
    let memory = DirectStore::in_memory().unwrap();
    let fence = memory.take_fence(&NORTH.into()).unwrap();
    let deeds =
        vec![act(accept(new_order(1)), fence), act(dispatch(persoline_domain::identifiers::OrderId(9), 1), fence)];
    let refused = StoreError::Refused { index: 1, refusal: Refusal::NotFound("order") };
    assert_eq!(memory.commit(deeds), Err(refused));
    assert!(memory.newest_events(9).unwrap().is_empty());
    let outcomes = memory.commit(vec![act(accept(new_order(1)), fence)]).unwrap();
    assert!(matches!(outcomes[..], [Outcome::Accepted { held: false, .. }]));
    let other = DirectStore::in_memory().unwrap();
    assert!(other.newest_events(9).unwrap().is_empty());
    let signer = SignerName::from("DS-1");
    assert_eq!(memory.reserve_uses(&signer, 7, 10).unwrap(), 7);
    assert_eq!(memory.reserve_uses(&signer, 7, 10).unwrap(), 3);
    assert_eq!((memory.uses(&signer).unwrap(), other.uses(&signer).unwrap()), (10, 0));
}
