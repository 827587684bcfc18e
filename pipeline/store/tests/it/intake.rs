//! Applications become orders once.

use persoline_domain::deed::{Deed, HoldReason};
use persoline_domain::identifiers::{Digest, OrderId};
use persoline_domain::order::OrderState;
use persoline_domain::store::{OrderQuery, Outcome, Refusal, Store};

use crate::centre::{Centre, accept, new_order, sealed};

#[test]
fn the_same_record_again_changes_nothing_and_another_is_refused() {
    let centre = Centre::new();
    let order = centre.order(1);
    let before = centre.store.newest_events(10).unwrap();
    assert_eq!(centre.try_deed(accept(new_order(1))).unwrap(), Outcome::Unchanged(order));
    let other = persoline_domain::deed::NewOrder { digest: Digest([9; 32]), ..new_order(1) };
    assert_eq!(centre.try_deed(accept(other)), Err(Refusal::OtherContents("A-00001".into())));
    assert_eq!(centre.store.newest_events(10).unwrap(), before);
    assert_eq!(centre.store.payload(order).unwrap(), Some(sealed(1)));
    assert_eq!(centre.store.payload(OrderId(99)).unwrap(), None);
}

#[test]
fn a_finished_or_cancelled_order_is_not_taken_in_again() {
    let centre = Centre::with_blanks(1);
    let (finished, cancelled) = (centre.order(1), centre.order(2));
    centre.bring(finished, 1, "P0001", OrderState::Finished);
    centre.done(Deed::OrderCancelled { order: cancelled });
    assert_eq!(centre.try_deed(accept(new_order(1))).unwrap(), Outcome::Unchanged(finished));
    assert_eq!(centre.try_deed(accept(new_order(2))).unwrap(), Outcome::Unchanged(cancelled));
    assert_eq!(centre.state(cancelled), OrderState::Cancelled);
}

#[test]
fn a_second_order_of_one_person_is_held_until_a_person_lets_it_go() {
    let centre = Centre::with_blanks(1);
    let first = centre.order(1);
    let twin = |number| persoline_domain::deed::NewOrder { person: new_order(1).person, ..new_order(number) };
    let Outcome::Accepted { order: second, held: true } = centre.try_deed(accept(twin(2))).unwrap() else {
        panic!("it is not held")
    };
    assert_eq!((centre.state(second), centre.hold(second)), (OrderState::Held, Some(HoldReason::SamePerson)));
    assert_eq!(centre.state(first), OrderState::Waiting);
    centre.done(Deed::OrderReleased { order: second });
    assert_eq!((centre.state(second), centre.hold(second)), (OrderState::Waiting, None));
    // Once nothing of that person is open, the next one goes on by itself.
    centre.bring(first, 1, "P0001", OrderState::Finished);
    centre.done(Deed::OrderCancelled { order: second });
    assert!(matches!(centre.try_deed(accept(twin(3))).unwrap(), Outcome::Accepted { held: false, .. }));
    centre.check_counters();
}

#[test]
fn orders_are_found_by_the_beginning_of_application_or_serial() {
    let centre = Centre::with_blanks(3);
    let orders: Vec<OrderId> = (1..=3).map(|number| centre.order(number)).collect();
    centre.bring(orders[1], 1, "P0002", OrderState::Bound);
    let find = |prefix: &str, state| {
        let query = OrderQuery { state, prefix: Some(prefix.to_owned()), limit: 10, ..OrderQuery::default() };
        centre.store.orders(&query).unwrap().into_iter().map(|found| found.order).collect::<Vec<_>>()
    };
    assert_eq!(find("A-0000", None), orders);
    assert_eq!(find("A-00003", None), [orders[2]]);
    assert_eq!(find("P000", None), [orders[1]]);
    assert_eq!(find("A-", Some(OrderState::Waiting)), [orders[0], orders[2]]);
    assert_eq!(find("%", None), []);
    let page = OrderQuery { offset: 1, limit: 1, ..OrderQuery::default() };
    assert_eq!(centre.store.orders(&page).unwrap().len(), 1);
    assert!(centre.store.orders(&OrderQuery::default()).unwrap().is_empty());
}

#[test]
fn orders_are_listed_by_their_batch() {
    let centre = Centre::new();
    for (number, batch) in [(1, "north"), (2, "south"), (3, "north"), (4, "")] {
        centre.done(accept(persoline_domain::deed::NewOrder { batch: batch.into(), ..new_order(number) }));
    }
    centre.done(crate::centre::hold(OrderId(3)));
    let listed = |state, batch: Option<&str>| {
        let query = OrderQuery { state, batch: batch.map(Into::into), limit: 9, ..OrderQuery::default() };
        let orders = centre.store.orders(&query).unwrap();
        orders.into_iter().map(|order| (order.order.0, order.batch.0)).collect::<Vec<_>>()
    };
    let (north, none) = ("north".to_owned(), String::new());
    assert_eq!(listed(None, Some("north")), [(1, north.clone()), (3, north.clone())]);
    assert_eq!(listed(Some(OrderState::Held), Some("north")), [(3, north)]);
    assert_eq!(listed(None, Some("")), [(4, none)], "orders that came in without one");
    assert_eq!(listed(None, None).len(), 4);
}
