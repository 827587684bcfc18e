//! The order in which waiting orders are listed.

use persoline_domain::application::DocumentType;
use persoline_domain::clock::Date;
use persoline_domain::deed::{Deed, NewOrder};
use persoline_domain::order::{OrderState, Priority};
use persoline_domain::store::Store;

use crate::centre::{Centre, accept, hold, new_order, spoil};

fn due(day: i8) -> Date {
    Date::constant(2026, 12, day)
}

fn listed(centre: &Centre, documents: &[DocumentType], limit: usize) -> Vec<String> {
    centre.store.waiting(documents, limit).unwrap().into_iter().map(|order| order.application.0).collect()
}

#[test]
fn by_effective_due_date_then_remakes_then_by_arrival() {
    let centre = Centre::with_blanks(4);
    let urgent = |number, day| NewOrder { priority: Priority::Urgent, due: due(day), ..new_order(number) };
    let normal = |number, day| NewOrder { due: due(day), ..new_order(number) };
    for new in [
        normal(1, 9),
        normal(2, 8),
        urgent(3, 14),
        normal(4, 8),
        urgent(5, 7),
        normal(6, 9),
        urgent(7, 20),
        NewOrder { document: DocumentType::Passport48, ..normal(8, 1) },
    ] {
        centre.done(accept(new));
    }
    for (job, number) in [(1_u64, 6_u32), (2, 7)] {
        let order = centre.store.order_of(&format!("A-{number:05}").as_str().into()).unwrap().unwrap().order;
        centre.bring(order, job, &format!("P{job:04}"), OrderState::Bound);
        centre.done(spoil(job));
    }
    // 5 counts as the 2nd, 3 as the 9th, 7 as the 15th; 6 is a remake of the 9th.
    let expected = ["A-00005", "A-00002", "A-00004", "A-00006", "A-00001", "A-00003", "A-00007"];
    assert_eq!(listed(&centre, &[DocumentType::Passport32], 99), expected);
    assert_eq!(listed(&centre, &[DocumentType::Passport32], 3), expected[..3]);
    let both = listed(&centre, &DocumentType::ALL, 3);
    assert_eq!(both, ["A-00008", "A-00005", "A-00002", "A-00004"], "up to the limit of each document type, merged");
    assert!(listed(&centre, &[], 9).is_empty());
    let first = centre.store.waiting(&[DocumentType::Passport32], 1).unwrap().remove(0);
    assert_eq!((first.due, first.effective_due, first.received), (due(7), due(2), new_order(5).received));

    // What a person changes is seen at once.
    let order = |number: u32| centre.store.order_of(&format!("A-{number:05}").as_str().into()).unwrap().unwrap().order;
    centre.done(Deed::PriorityChanged { order: order(1), priority: Priority::Urgent });
    centre.done(Deed::PriorityChanged { order: order(7), priority: Priority::Normal });
    centre.done(hold(order(5)));
    centre.done(Deed::OrderCancelled { order: order(2) });
    assert_eq!(
        listed(&centre, &[DocumentType::Passport32], 99),
        ["A-00001", "A-00004", "A-00006", "A-00003", "A-00007"]
    );
    centre.check_counters();
}

#[test]
fn no_stream_of_newer_urgent_orders_passes_an_old_one_for_ever() {
    let centre = Centre::new();
    centre.done(accept(NewOrder { due: due(8), ..new_order(1) }));
    for day in 8..=28 {
        let urgent = NewOrder { priority: Priority::Urgent, due: due(day), ..new_order(day as u32) };
        centre.done(accept(urgent));
    }
    let listed = listed(&centre, &[DocumentType::Passport32], 99);
    let ahead = listed.iter().position(|application| application == "A-00001").unwrap();
    assert_eq!(ahead, 5, "only those that are due within the boost go ahead: {listed:?}");
}
