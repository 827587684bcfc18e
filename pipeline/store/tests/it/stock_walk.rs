//! Random deeds about booklets, lawful and not, by several people: each booklet moves only as the table allows, nothing of
//! a refused deed stays, the sum is always what was received, and the report's equation holds wherever the log is cut.

use std::collections::BTreeMap;

use persoline_domain::booklet::{BOOKLET_MOVES, BookletMove, BookletState, QuarantineDecision};
use persoline_domain::clock::Timestamp;
use persoline_domain::deed::{Act, Deed};
use persoline_domain::identifiers::{Actor, JobNumber, OrderId, Sequence, ShiftNumber};
use persoline_domain::policy::CentrePolicy;
use persoline_domain::stock::StockPeriod;
use persoline_domain::store::{Store, StoreError};
use persoline_store::SqliteStore;
use proptest::prelude::*;
use proptest::sample::select;

use crate::centre::{
    Centre, NORTH, SOUTH, abandon, bind, blank, dispatch, doubt, finish, load, receive, serials, spoil, ticket, unload,
    withdraw,
};

/// Booklets that there may be, two to a delivery.
const BOOKLETS: u32 = 12;
const ORDERS: u64 = 5;
const JOBS: u64 = 1000;

/// One or two booklets, the same one twice among them.
fn some() -> impl Strategy<Value = Vec<String>> {
    proptest::collection::vec((1..=BOOKLETS).prop_map(name), 1..3)
}

fn name(number: u32) -> String {
    format!("P{number:04}")
}

fn texts(names: &[String]) -> Vec<&str> {
    names.iter().map(String::as_str).collect()
}

fn reason() -> String {
    "why".to_owned()
}

/// Deeds of the vault.
fn of_vault() -> impl Strategy<Value = Deed> {
    let delivery = 0_u32..BOOKLETS / 2;
    let machine = select(vec![NORTH, SOUTH]);
    prop_oneof![
        4 => delivery.clone().prop_map(|d| receive(&format!("D{d}"), vec![blank(&name(2 * d + 1)), blank(&name(2 * d + 2))])),
        6 => (delivery, prop_oneof![4 => Just(2_u32), 1 => 0_u32..4], any::<bool>()).prop_map(|(d, counted, by_carton)| Deed::StockStored {
            delivery: format!("D{d}"),
            cartons: if by_carton { vec![blank("P1").carton] } else { Vec::new() },
            counted,
        }),
        6 => (machine.clone(), some()).prop_map(|(machine, names)| load(machine, &texts(&names))),
        2 => (machine, some()).prop_map(|(machine, names)| unload(machine, &texts(&names))),
        1 => some().prop_map(|names| Deed::StockReturned { serials: serials(&texts(&names)), reason: reason() }),
        2 => some().prop_map(|names| Deed::Packed { serials: serials(&texts(&names)) }),
        2 => some().prop_map(|names| Deed::HandedOver { serials: serials(&texts(&names)) }),
        3 => (some(), select(vec!["ada", "bob", "ADA ", ""])).prop_map(|(names, witness)| Deed::BookletsDestroyed {
            serials: serials(&texts(&names)),
            witness: witness.to_owned(),
        }),
    ]
}

/// Deeds about one booklet.
fn of_booklet() -> impl Strategy<Value = Deed> {
    let serial = (1..=BOOKLETS + 1).prop_map(|number| name(number).as_str().into());
    let decision = select(QuarantineDecision::ALL.to_vec());
    prop_oneof![
        1 => serial.clone().prop_map(|serial| Deed::BookletMissing { serial, reason: reason() }),
        1 => serial.clone().prop_map(|serial| Deed::BookletFound { serial }),
        2 => (serial.clone(), decision)
            .prop_map(|(serial, decision)| Deed::QuarantineDecided { serial, decision, reason: reason() }),
        1 => serial.clone().prop_map(|serial| Deed::BookletRecalled { serial, reason: reason() }),
        1 => serial.clone().prop_map(|serial| Deed::DocumentRejected { serial, reason: reason() }),
        2 => (serial.clone(), any::<bool>())
            .prop_map(|(serial, approved)| Deed::InspectionDecided { serial, approved, reason: reason() }),
        1 => serial.clone().prop_map(|serial| Deed::BlankSpoiled { serial, reason: reason() }),
        1 => serial.prop_map(|serial| Deed::BlankQuarantined { serial, reason: reason() }),
    ]
}

/// Deeds of a shift; what was counted is put in when it is done, right or wrong.
fn of_shift() -> impl Strategy<Value = Deed> {
    let shift = (1_u64..4).prop_map(ShiftNumber);
    prop_oneof![
        1 => shift.clone().prop_map(|shift| Deed::ShiftOpened { shift }),
        2 => (shift, any::<bool>()).prop_map(|(shift, is_right)| Deed::ShiftClosed {
            shift,
            counted: if is_right { Vec::new() } else { vec![(BookletState::Vault, 99)] },
        }),
        1 => (any::<bool>(), 0_u32..3).prop_map(|(first_piece, sample_every)| Deed::PolicySet {
            policy: CentrePolicy { remake_approvals: 0, first_piece, sample_every },
        }),
    ]
}

/// A job's way as far as it goes, and how it ends.
fn of_job() -> impl Strategy<Value = Vec<Deed>> {
    let length = prop_oneof![2 => Just(7_usize), 3 => 1_usize..7];
    (1..=ORDERS, 1..=JOBS, 1..=BOOKLETS, length, 0_u8..6).prop_map(|(order, number, booklet, length, ending)| {
        let job = JobNumber(number);
        let mut way = vec![
            dispatch(OrderId(order), number),
            bind(number, &name(booklet)),
            ticket(number),
            Deed::Locking { job },
            Deed::Marking { job },
            Deed::Verified { job },
            finish(number),
        ];
        way.truncate(length);
        way.extend(match ending {
            0 => Some(spoil(number)),
            1 => Some(doubt(number)),
            2 => Some(withdraw(number)),
            3 => Some(abandon(number)),
            _ => None,
        });
        way
    })
}

/// A document's way out of the house, and back.
fn of_document() -> impl Strategy<Value = Vec<Deed>> {
    (1..=BOOKLETS, any::<bool>(), 1_usize..=6).prop_map(|(booklet, approved, length)| {
        let (serial, serials) = (name(booklet).as_str().into(), serials(&[&name(booklet)]));
        let mut way = vec![
            Deed::InspectionDecided { serial, approved, reason: reason() },
            Deed::Packed { serials: serials.clone() },
            Deed::HandedOver { serials: serials.clone() },
            Deed::BookletRecalled { serial: name(booklet).as_str().into(), reason: reason() },
            Deed::BookletsDestroyed { serials, witness: "bob".to_owned() },
        ];
        way.truncate(length);
        way
    })
}

fn any_step() -> impl Strategy<Value = (Actor, Vec<Deed>)> {
    let person = |name: &str| Actor::Person(name.to_owned());
    let actor = select(vec![
        person("ada"),
        person("bob"),
        Actor::Line,
        Actor::Machine(NORTH.into()),
        Actor::Command("x".into()),
    ]);
    let deeds = prop_oneof![
        6 => of_vault().prop_map(|deed| vec![deed]),
        6 => of_booklet().prop_map(|deed| vec![deed]),
        2 => of_shift().prop_map(|deed| vec![deed]),
        8 => of_job(),
        2 => of_document(),
    ];
    (actor, deeds)
}

type States = BTreeMap<String, (String, Option<String>, Option<i64>, Option<String>)>;

/// Every booklet's columns, as a stranger reads them.
fn states(stranger: &rusqlite::Connection) -> States {
    let mut statement =
        stranger.prepare_cached("SELECT serial, state, machine, order_id, reason FROM booklet").unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))));
    rows.unwrap().collect::<Result<_, _>>().unwrap()
}

/// Whether one deed can lead from one state to another: a move, or a doubt that ends in quarantine at once.
fn is_lawful(from: &str, to: &str) -> bool {
    let (from, to) = (BookletState::parse(from).unwrap(), BookletState::parse(to).unwrap());
    let doubted = from.after(BookletMove::Doubt).and_then(|state| state.after(BookletMove::Quarantine));
    from == to || doubted == Some(to) || BOOKLET_MOVES.iter().any(|(a, _, b)| (*a, *b) == (from, to))
}

fn rightly_counted(centre: &Centre, deed: Deed) -> Deed {
    match deed {
        Deed::ShiftClosed { shift, counted } if counted.is_empty() => {
            Deed::ShiftClosed { shift, counted: centre.store.reconcile().unwrap().by_state }
        }
        other => other,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn booklets_move_as_the_table_allows_and_every_one_is_accounted_for(
        steps in proptest::collection::vec(any_step(), 40..100),
        cut in any::<prop::sample::Index>(),
    ) {
        let centre = Centre::new();
        for number in 0..u32::try_from(ORDERS).unwrap() {
            centre.order(number);
        }
        // Half of the booklets lie in the feeder already, so that most walks come to documents.
        for delivery in 0..BOOKLETS / 4 {
            let names = [name(2 * delivery + 1), name(2 * delivery + 2)];
            centre.stock(&format!("D{delivery}"), names.iter().map(|name| blank(name)).collect());
            centre.done(load(NORTH, &texts(&names)));
        }
        let stranger = centre.stranger();
        let mut before = states(&stranger);
        let mut at = 0;
        for (actor, deed) in steps.into_iter().flat_map(|(actor, deeds)| deeds.into_iter().map(move |d| (actor.clone(), d))) {
            at += 1000;
            let deed = rightly_counted(&centre, deed);
            let shown = format!("{actor}: {deed:?}");
            let (fence, closes) = (Some(centre.fence), matches!(deed, Deed::ShiftClosed { .. }));
            let result = centre.store.commit(vec![Act { at: Timestamp(at), actor, fence, deed }]);
            let after = states(&stranger);
            match result {
                Ok(_) => {}
                Err(StoreError::Refused { .. }) => prop_assert_eq!(&before, &after, "{} was refused", shown),
                Err(error) => panic!("{shown}: {error}"),
            }
            for (serial, (state, ..)) in &before {
                prop_assert!(after.contains_key(serial), "{} is gone after {}", serial, shown);
                prop_assert!(is_lawful(state, &after[serial].0), "{} {} -> {}: {}", serial, state, after[serial].0, shown);
            }
            let new = after.iter().filter(|(serial, _)| !before.contains_key(*serial));
            prop_assert!(new.clone().all(|(_, (state, ..))| state == "received"), "{}", shown);
            let books = centre.store.reconcile().unwrap();
            prop_assert_eq!((books.difference(), books.received), (0, after.len() as u64), "{}", shown);
            prop_assert!(!closes || books.by_state.iter().all(|(s, n)| !s.is_in_motion() || *n == 0) || before == after);
            before = after;
        }
        let whole = centre.store.stock_report(StockPeriod::All).unwrap();
        prop_assert_eq!(whole.difference(), 0, "{:#?}", whole);
        let head = whole.span.head.sequence;
        let middle = Sequence(cut.index(usize::try_from(head.0).unwrap() + 1) as u64);
        let part = |after, through| centre.store.stock_report(StockPeriod::Sequences { after, through }).unwrap();
        let (first, last) = (part(Sequence(0), middle), part(middle, head));
        prop_assert_eq!((first.difference(), last.difference()), (0, 0));
        prop_assert_eq!(first.closing(), last.opening());
        prop_assert_eq!(last.closing(), whole.closing());
        prop_assert_eq!(first.moves.len() + last.moves.len(), whole.moves.len());
        let standing = centre.store.stock_standing().unwrap();
        prop_assert_eq!(standing.reconciliation(), centre.store.reconcile().unwrap());
        drop(stranger);
        let (file, _folder) = centre.close();
        SqliteStore::rebuild(&file).unwrap();
        prop_assert_eq!(states(&rusqlite::Connection::open(&file).unwrap()), before);
    }
}
