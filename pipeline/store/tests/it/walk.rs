//! A walk of random deeds, lawful and not: the books are right after each step and after a rebuild.

use persoline_domain::booklet::BookletState;
use persoline_domain::deed::{Deed, NewOrder};
use persoline_domain::identifiers::{JobNumber, OrderId};
use persoline_domain::order::Priority;
use persoline_domain::store::{Store, StoreError};
use persoline_store::SqliteStore;
use proptest::prelude::*;

use crate::centre::{
    Centre, NORTH, SOUTH, accept, bind, blank, dispatch, doubt, finish, hold, load, new_order, receive, spoil, ticket,
    unload, withdraw,
};

fn any_deed() -> impl Strategy<Value = Deed> {
    let order = (1_u64..6).prop_map(OrderId);
    let job = 1_u64..20;
    let serial = (1_u32..9).prop_map(|number| format!("P{number:04}"));
    let machine = prop_oneof![3 => Just(NORTH), 1 => Just(SOUTH)];
    prop_oneof![
        2 => (0_u32..8, 0_u32..8).prop_map(|(number, person)| {
            accept(NewOrder { person: new_order(person).person, ..new_order(number) })
        }),
        1 => order.clone().prop_map(hold),
        1 => order.clone().prop_map(|order| Deed::OrderReleased { order }),
        1 => order.clone().prop_map(|order| Deed::OrderCancelled { order }),
        1 => (order.clone(), any::<bool>()).prop_map(|(order, urgent)| Deed::PriorityChanged {
            order,
            priority: if urgent { Priority::Urgent } else { Priority::Normal },
        }),
        1 => serial.clone().prop_map(|serial| receive(&serial, vec![blank(&serial), blank(&format!("{serial}x"))])),
        1 => serial.clone().prop_map(|serial| crate::centre::store(&serial, 2)),
        2 => (machine.clone(), serial.clone()).prop_map(|(machine, serial)| load(machine, &[&serial])),
        1 => (machine, serial.clone()).prop_map(|(machine, serial)| unload(machine, &[&serial])),
        1 => serial.clone().prop_map(|s| Deed::BlankSpoiled { serial: s.as_str().into(), reason: "torn".to_owned() }),
        1 => serial.clone().prop_map(|s| Deed::BlankQuarantined { serial: s.as_str().into(), reason: "odd".to_owned() }),
        4 => (order, job.clone()).prop_map(|(order, job)| dispatch(order, job)),
        6 => (job.clone(), serial).prop_map(|(job, serial)| bind(job, &serial)),
        6 => job.clone().prop_map(ticket),
        3 => job.clone().prop_map(|job| Deed::Locking { job: JobNumber(job) }),
        3 => job.clone().prop_map(|job| Deed::Marking { job: JobNumber(job) }),
        3 => job.clone().prop_map(|job| Deed::Verified { job: JobNumber(job) }),
        3 => job.clone().prop_map(finish),
        1 => job.clone().prop_map(spoil),
        1 => job.clone().prop_map(doubt),
        1 => job.prop_map(withdraw),
    ]
}

/// A deed by itself, or an order's way with a booklet as far as it goes.
fn any_step() -> impl Strategy<Value = Vec<Deed>> {
    let way = (1_u64..6, 1_u64..20, 1_u32..9, 1_usize..=7).prop_map(|(order, number, serial, length)| {
        let job = JobNumber(number);
        let mut way = vec![
            dispatch(OrderId(order), number),
            bind(number, &format!("P{serial:04}")),
            ticket(number),
            Deed::Locking { job },
            Deed::Marking { job },
            Deed::Verified { job },
            finish(number),
        ];
        way.truncate(length);
        way
    });
    prop_oneof![4 => any_deed().prop_map(|deed| vec![deed]), 1 => way]
}

/// What must hold whatever was done.
fn check(centre: &Centre) {
    centre.check_counters();
    let stranger = centre.stranger();
    let none = |what: &str, sql: &str| {
        let count: i64 = stranger.query_row(sql, [], |row| row.get(0)).unwrap();
        assert_eq!(count, 0, "{what}");
    };
    none(
        "finished orders without exactly one good booklet",
        "SELECT count(*) FROM production_order AS o WHERE state = 'finished'
         AND (SELECT count(*) FROM booklet WHERE order_id = o.id AND state = 'good') <> 1",
    );
    none(
        "good booklets of orders that are not finished",
        "SELECT count(*) FROM booklet WHERE state = 'good'
         AND (SELECT state FROM production_order WHERE id = order_id) IS NOT 'finished'",
    );
    none(
        "orders on a machine without exactly one open job",
        "SELECT count(*) FROM production_order AS o
         WHERE (state IN ('dispatched', 'bound', 'ticketed'))
         <> (SELECT count(*) FROM job WHERE order_id = o.id AND phase <> 'ended')",
    );
    none(
        "bound booklets whose binding is missing",
        "SELECT count(*) FROM booklet WHERE state IN ('bound', 'in_work', 'good')
         AND NOT EXISTS (SELECT 1 FROM binding WHERE binding.serial = booklet.serial)",
    );
    none("booklets left unknown", "SELECT count(*) FROM booklet WHERE state = 'unknown'");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn the_books_are_right_after_any_deeds(steps in proptest::collection::vec(any_step(), 20..80)) {
        let centre = Centre::with_blanks(6);
        for number in 0..3 {
            centre.order(number);
        }
        let mut done = 0;
        for deed in steps.into_iter().flatten() {
            match centre.try_deeds(vec![deed]) {
                Ok(_) => done += 1,
                Err(StoreError::Refused { .. }) => {}
                Err(error) => panic!("{error}"),
            }
        }
        check(&centre);
        let counts = centre.store.counts().unwrap();
        let books = centre.store.reconcile().unwrap();
        prop_assert!(done > 0 && books.count(BookletState::Unknown) == 0);
        let (file, _folder) = centre.close();
        SqliteStore::rebuild(&file).unwrap();
        let again = SqliteStore::open(&file).unwrap();
        prop_assert_eq!(again.counts().unwrap(), counts);
        prop_assert_eq!(again.reconcile().unwrap(), books);
    }
}
