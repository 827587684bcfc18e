//! A machine that engraves the number it is told and encodes chips by itself.

use persoline_dispatch::IdleReason;
use persoline_domain::booklet::BookletState;
use persoline_domain::deed::{Deed, HoldReason};
use persoline_domain::order::OrderState;
use printer_driver::{BookletFate, DeviceError, ErrorKind};

use crate::machine::kind;
use crate::world::{Crash, World};

fn accepted(world: &World, what: &str) -> usize {
    world.machine.accepted.iter().filter(|command| kind(&command.operation) == what).count()
}

#[test]
fn numbers_come_from_the_ledger_and_chips_are_written_by_the_machine() {
    let mut world = World::engraving(1, 3, 5);
    world.run();
    world.check();
    assert!(world.orders().iter().all(|order| order.state == OrderState::Finished));
    let mut numbers: Vec<String> = world.orders().iter().map(|order| order.number.clone().unwrap().0).collect();
    numbers.sort();
    assert_eq!(numbers, ["K00000001", "K00000002", "K00000003"]);
    assert_eq!(accepted(&world, "encode"), 3);
}

#[test]
fn a_host_that_is_killed_at_any_effect_makes_no_second_document() {
    let day = |crash| {
        let mut world = World::engraving(3, 2, 6);
        world.crash = crash;
        world.run();
        world.check();
        world
    };
    let quiet = day(Crash::Never);
    for number in 1..=quiet.effects {
        for crash in [Crash::Before(number), Crash::After(number)] {
            let world = day(crash);
            // A package that never arrived is lost with its keys: that costs a booklet and nothing more.
            assert!(world.orders().iter().all(|order| order.state == OrderState::Finished), "{crash:?}");
            assert!(world.orders().iter().all(|order| order.remakes <= 1), "{crash:?}");
        }
    }
}

#[test]
fn what_the_machine_says_of_its_encoding_is_held_against_the_chip() {
    let end = |fate| DeviceError::new(ErrorKind::Fault, fate, "as told");
    for (fate, held, remakes) in
        [(BookletFate::Untouched, 0, 1), (BookletFate::Spoiled, 0, 1), (BookletFate::Unknown, 1, 0)]
    {
        let mut world = World::engraving(4, 1, 3);
        world.machine.next_ends = [("encode", end(fate))].into();
        world.run();
        world.check();
        assert_eq!((world.held(HoldReason::Doubt), world.orders()[0].remakes), (held, remakes), "{fate:?}");
    }
    // A machine that forgets what it did is not believed either way: the chip is read.
    let mut world = World::engraving(5, 1, 3);
    world.run_until("a package is on its way", |world| accepted(world, "encode") == 1);
    world.machine.cut_power(true);
    world.run();
    world.check();
}

#[test]
fn perforated_booklets_are_not_given_to_a_machine_that_engraves() {
    let mut world = World::engraving(6, 1, 0);
    world.machine.engraves = false;
    let perforated = world.load(1);
    world.machine.engraves = true;
    world.load(2);
    world.run();
    world.check();
    assert_eq!(world.booklet(&perforated[0]), BookletState::Quarantined);
    assert_eq!(world.record(world.orders()[0].order).remakes, 0, "it was never bound");
}

#[test]
fn without_numbers_a_booklet_waits_and_nothing_new_is_begun() {
    let mut world = World::without_numbers(7, 3, 6);
    world.run_for(3_000);
    assert!(world.session.host_alarms().any(|alarm| alarm.code == "no_numbers"));
    assert!(accepted(&world, "pick") <= 3 && accepted(&world, "deliver reject") == 0, "no booklet is lost to it");
    assert!(world.orders().iter().all(|order| order.state != OrderState::Held));
    world.person(World::numbers()).unwrap();
    world.run();
    world.check();
    assert!(world.session.host_alarms().next().is_none());
    assert!(world.orders().iter().all(|order| (order.state, order.remakes) == (OrderState::Finished, 0)));
}

#[test]
fn a_page_that_the_machine_marks_again_by_itself_is_no_document() {
    for breaks in [false, true] {
        let mut world = World::new(8, 1, 3);
        world.machine.reprints = 1;
        if breaks {
            // The host dies meanwhile and hears nothing of it but what it looks back at.
            world.run_until("the page is marked", |world| accepted(world, "personalise") == 1);
            world.die();
        }
        world.run();
        world.check();
        assert_eq!(world.held(HoldReason::Doubt), 1);
        assert_eq!(world.booklet(&world.machine.rejected[0].serial), BookletState::Quarantined);
    }
}

#[test]
fn a_camera_that_fails_is_asked_again_before_a_document_is_given_up() {
    let failed = || DeviceError::unknown(ErrorKind::CameraFailed, "dark");
    for (times, finished) in [(1, true), (2, true), (3, false)] {
        let mut world = World::new(9, 1, 3);
        let again = (1..times).map(|_| ("photograph", failed()));
        world.machine.camera_fails = 1;
        world.machine.next_ends = again.collect();
        world.run();
        world.check();
        let expected = if finished { OrderState::Finished } else { OrderState::Held };
        assert_eq!(world.orders()[0].state, expected, "{times} failures");
        assert_eq!(accepted(&world, "personalise"), 1);
    }
    // So is one whose picture cannot be read.
    let mut world = World::new(10, 1, 3);
    world.stages.fail_pages(&[persoline_stage::workshop::Blame::Booklet; 2]);
    world.run();
    world.check();
    assert_eq!((world.orders()[0].state, world.orders()[0].remakes), (OrderState::Finished, 0));
    assert_eq!(accepted(&world, "photograph"), 2);
}

#[test]
fn booklets_that_a_failed_pick_names_leave_the_feeder_in_the_books_too() {
    let of = |fate| DeviceError::new(ErrorKind::ChipMute, fate, "as told").with_serial("P0001");
    for (fate, state) in [
        (BookletFate::Untouched, BookletState::Quarantined),
        (BookletFate::Spoiled, BookletState::Spoiled),
        (BookletFate::Unknown, BookletState::Quarantined),
    ] {
        let mut world = World::new(11, 1, 3);
        world.machine.next_pick_loses = Some(of(fate));
        world.run();
        world.check();
        assert_eq!(world.booklet("P0001"), state, "{fate:?}");
        assert_eq!(world.orders()[0].state, OrderState::Finished);
        let is_told = |act: &persoline_domain::deed::Act| matches!(act.deed, Deed::Withdrawn { .. });
        assert!(!world.reports.iter().any(is_told));
    }
}

#[test]
fn a_machine_that_encodes_by_itself_gets_no_work_when_chips_make_their_own_keys() {
    let mut world = World::engraving(9, 2, 4);
    world.settings.needs_coupler = true;
    world.start_host();
    world.run_for(600);
    assert_eq!(world.session.idle_reason(), Some(IdleReason::NoCoupler));
    assert_eq!(accepted(&world, "pick"), 0);
    world.settings.needs_coupler = false;
    world.start_host();
    world.run();
    world.check();
    assert!(world.orders().iter().all(|order| order.state == OrderState::Finished));
}
