//! A walk of random deeds, lawful and not: the books are right after each step and after a rebuild.

use persoline_domain::booklet::{BookletState, QuarantineDecision};
use persoline_domain::deed::{Deed, NewOrder};
use persoline_domain::identifiers::{JobNumber, OrderId, Sequence, ShiftNumber};
use persoline_domain::order::Priority;
use persoline_domain::policy::CentrePolicy;
use persoline_domain::store::{OrderQuery, Refusal, Store};
use persoline_store::SqliteStore;
use proptest::prelude::*;

use crate::centre::{
    Centre, NORTH, SOUTH, abandon, accept, bind, blank, decide, dispatch, doubt, finish, hold, inspect, load, missing,
    new_order, receive, reject, spoil, ticket, unload, withdraw,
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
        4 => (order.clone(), job.clone()).prop_map(|(order, job)| dispatch(order, job)),
        6 => (job.clone(), serial.clone()).prop_map(|(job, serial)| bind(job, &serial)),
        6 => job.clone().prop_map(ticket),
        3 => job.clone().prop_map(|job| Deed::Locking { job: JobNumber(job) }),
        3 => job.clone().prop_map(|job| Deed::Marking { job: JobNumber(job) }),
        3 => job.clone().prop_map(|job| Deed::Verified { job: JobNumber(job) }),
        3 => job.clone().prop_map(finish),
        1 => job.clone().prop_map(spoil),
        1 => job.clone().prop_map(doubt),
        1 => job.clone().prop_map(abandon),
        2 => (0_u8..3, any::<bool>(), 0_u32..4).prop_map(|(remake_approvals, first_piece, sample_every)| {
            Deed::PolicySet { policy: CentrePolicy { remake_approvals, first_piece, sample_every } }
        }),
        1 => (1_u64..4).prop_map(|shift| Deed::ShiftOpened { shift: ShiftNumber(shift) }),
        2 => (serial.clone(), any::<bool>()).prop_map(|(serial, approved)| inspect(&serial, approved)),
        1 => serial.clone().prop_map(|serial| reject(&serial)),
        1 => serial.clone().prop_map(|serial| missing(&serial)),
        1 => serial.clone().prop_map(|serial| Deed::BookletFound { serial: serial.as_str().into() }),
        1 => (serial.clone(), 0_usize..3).prop_map(|(serial, of)| decide(&serial, QuarantineDecision::ALL[of])),
        2 => order.prop_map(|order| Deed::RemakeApproved { order }),
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
    none(
        "good booklets that are neither reported as issued nor wait for inspection",
        "SELECT count(*) FROM booklet WHERE state = 'good'
         AND EXISTS (SELECT 1 FROM outbox WHERE outbox.serial = booklet.serial AND kind = 'issued')
         = EXISTS (SELECT 1 FROM inspection WHERE inspection.serial = booklet.serial AND approved IS NULL)",
    );
    none(
        "bound booklets that are gone and of which the register was not told",
        "SELECT count(*) FROM booklet JOIN job USING (serial) WHERE security_object IS NOT NULL
         AND state IN ('spoiled', 'quarantined', 'missing')
         AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.serial = booklet.serial AND kind <> 'issued')",
    );
    none(
        "remakes that wait without the approvals that were asked for",
        "SELECT count(*) FROM production_order AS o WHERE state = 'waiting' AND approvals_needed >
         (SELECT count(*) FROM approval WHERE order_id = o.id AND lost =
          (SELECT serial FROM binding WHERE order_id = o.id ORDER BY rowid DESC LIMIT 1))",
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
            let result = match centre.try_deed(deed.clone()) {
                Err(Refusal::NeedsPerson) => centre.by(["chan", "lee"][done % 2], deed),
                other => other,
            };
            done += usize::from(result.is_ok());
        }
        check(&centre);
        let before = state(&centre.store);
        prop_assert!(done > 0);
        let (file, _folder) = centre.close();
        SqliteStore::rebuild(&file).unwrap();
        prop_assert_eq!(state(&SqliteStore::open(&file).unwrap()), before);
    }
}

/// All that a store answers about how it stands.
fn state(store: &SqliteStore) -> String {
    let booklets = BookletState::ALL.map(|state| store.booklets(state, None, None, 99).unwrap());
    let orders = store.orders(&OrderQuery { limit: 99, ..OrderQuery::default() }).unwrap();
    let standing = [NORTH, SOUTH].map(|machine| store.standing(&machine.into()).unwrap());
    let care = (store.policy().unwrap(), store.shift().unwrap(), store.inspections(99).unwrap());
    let told = (store.outbox(Sequence(0), 99).unwrap(), store.counts().unwrap(), store.reconcile().unwrap());
    format!("{booklets:?} {orders:?} {standing:?} {care:?} {told:?}")
}
