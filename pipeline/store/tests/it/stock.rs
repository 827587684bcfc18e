//! Deliveries, feeders, the count of every blank.

use persoline_domain::booklet::BookletState;
use persoline_domain::deed::Deed;
use persoline_domain::order::OrderState;
use persoline_domain::store::{Refusal, Store};

use crate::centre::{Centre, NORTH, SOUTH, blank, load, receive, unload};

#[test]
fn a_delivery_and_each_of_its_serials_and_chips_come_once() {
    let centre = Centre::new();
    centre.done(receive("D1", vec![blank("P1"), blank("P2")]));
    let before = |name: &str| Err(Refusal::DeliveredBefore(name.to_owned()));
    assert_eq!(centre.try_deed(receive("D1", vec![blank("P3")])), before("D1"));
    assert_eq!(centre.try_deed(receive("D2", vec![blank("P3"), blank("P2")])), before("D2"));
    let mut same_chip = blank("P4");
    same_chip.chip_serial = blank("P1").chip_serial;
    assert_eq!(centre.try_deed(receive("D3", vec![same_chip])), before("D3"));
    assert_eq!(centre.try_deed(receive("D4", vec![blank("P5"), blank("P5")])), before("D4"));
    let books = centre.store.reconcile().unwrap();
    assert_eq!((books.received, books.count(BookletState::Received), books.difference()), (2, 2, 0));
    centre.check_counters();
}

#[test]
fn feeders_are_filled_and_emptied_all_or_none() {
    let centre = Centre::new();
    centre.stock("D1", ["P1", "P2", "P3"].map(blank).to_vec());
    centre.done(load(NORTH, &["P1", "P2"]));
    assert!(matches!(centre.try_deed(load(SOUTH, &["P3", "P2"])), Err(Refusal::Unlawful { .. })));
    assert_eq!(centre.booklet("P3"), BookletState::Vault);
    assert_eq!(centre.try_deed(unload(SOUTH, &["P1"])), Err(Refusal::Unfit("P1".into(), "loaded in another machine")));
    assert_eq!(centre.try_deed(load(NORTH, &["P9"])), Err(Refusal::ForeignBooklet("P9".into())));
    centre.done(unload(NORTH, &["P1"]));
    let list = |state, machine: Option<&str>, after: Option<&str>| {
        let (machine, after) = (machine.map(Into::into), after.map(Into::into));
        let found = centre.store.booklets(state, machine.as_ref(), after.as_ref(), 9).unwrap();
        found.into_iter().map(|booklet| booklet.blank.serial.0).collect::<Vec<_>>()
    };
    assert_eq!(list(BookletState::Vault, None, None), ["P1", "P3"]);
    assert_eq!(list(BookletState::Vault, None, Some("P1")), ["P3"]);
    assert_eq!(list(BookletState::Loaded, Some(NORTH), None), ["P2"]);
    assert_eq!(list(BookletState::Loaded, Some(SOUTH), None), Vec::<String>::new());
    centre.check_counters();
}

#[test]
fn blanks_are_written_off_and_set_aside_but_bound_ones_only_with_their_job() {
    let centre = Centre::with_blanks(4);
    let spoil = |serial: &str| Deed::BlankSpoiled { serial: serial.into(), reason: "torn".to_owned() };
    let aside = |serial: &str| Deed::BlankQuarantined { serial: serial.into(), reason: "odd".to_owned() };
    centre.done(spoil("P0001"));
    centre.done(aside("P0002"));
    assert_eq!(centre.store.booklet(&"P0001".into()).unwrap().unwrap().reason.as_deref(), Some("torn"));
    let (bound, good) = (centre.order(1), centre.order(2));
    centre.bring(bound, 1, "P0003", OrderState::Bound);
    centre.bring(good, 2, "P0004", OrderState::Finished);
    for serial in ["P0003", "P0004"] {
        assert!(matches!(centre.try_deed(spoil(serial)), Err(Refusal::Unlawful { .. })), "{serial}");
        assert!(matches!(centre.try_deed(aside(serial)), Err(Refusal::Unlawful { .. })), "{serial}");
    }
    assert_eq!(centre.try_deed(spoil("P9")), Err(Refusal::ForeignBooklet("P9".into())));
    assert_eq!(centre.store.counts().unwrap().spoiled, 1);
    centre.check_counters();
}

#[test]
fn a_recount_finds_a_booklet_that_is_not_in_the_books() {
    let centre = Centre::with_blanks(3);
    let stranger = centre.stranger();
    stranger.execute_batch("DROP TRIGGER booklets_stay; DELETE FROM booklet WHERE serial = 'P0002'").unwrap();
    assert_eq!(centre.store.reconcile().unwrap().difference(), 1);
}
