//! The host is killed at every effect; the link breaks at every command; the machine forgets.

use std::collections::BTreeMap;

use persoline_domain::deed::HoldReason;
use persoline_domain::order::OrderState;
use persoline_line::session::Step;
use persoline_stage::workshop::Blame;

use printer_driver::{DeviceError, ErrorKind};

use crate::machine::{Loss, Rates};
use crate::world::{Crash, World};

fn add(sum: &mut BTreeMap<Step, u64>, world: &World) {
    for (step, count) in &world.crashed_at {
        *sum.entry(*step).or_default() += count;
    }
}

/// Where the crashes fell, for people.
fn table(sum: &BTreeMap<Step, u64>) -> String {
    sum.iter().map(|(step, count)| format!("{:>12}  {count:>6} crashes\n", step.name())).collect()
}

/// A small day: one order goes well after a booklet was lost at the pick, one needs a second booklet, one waits for the
/// centre.
fn small_day(crash: Crash, keys_on_chip: bool) -> World {
    let mut world = World::new(7, 3, 6);
    world.stages.keys_on_chip = keys_on_chip;
    if keys_on_chip {
        world.stages.fail_signatures(&[Blame::Centre]);
    }
    let orders: Vec<_> = world.orders().iter().map(|order| order.order).collect();
    world.stages.fail_tickets(orders[1], &[Blame::Booklet]);
    world.stages.fail_tickets(orders[2], &[Blame::Centre]);
    let askew = DeviceError::spoiled(ErrorKind::Misfeed, "askew").with_serial("P0001");
    world.machine.next_pick_loses = Some(askew);
    world.crash = crash;
    world.run();
    world.check();
    world
}

#[test]
fn a_host_that_is_killed_at_any_effect_carries_on() {
    for keys_on_chip in [false, true] {
        let quiet = small_day(Crash::Never, keys_on_chip);
        assert!(quiet.orders().iter().all(|order| order.state == OrderState::Finished));
        let mut sum = BTreeMap::new();
        for number in 1..=quiet.effects {
            for crash in [Crash::Before(number), Crash::After(number)] {
                let world = small_day(crash, keys_on_chip);
                assert_eq!(world.crashes, 1, "{crash:?}");
                // A machine that keeps its journal leaves nothing to guess.
                let finished = world.orders().iter().filter(|order| order.state == OrderState::Finished).count();
                assert_eq!(finished, 3, "{crash:?}: {:?}", world.orders());
                add(&mut sum, &world);
            }
        }
        assert!(sum.contains_key(&Step::SettingAside));
        println!(
            "seed 7, keys on the chip {keys_on_chip}, {} effects, each before and after\n{}",
            quiet.effects,
            table(&sum)
        );
    }
}

#[test]
fn a_link_that_breaks_before_or_after_any_command_changes_nothing() {
    for keys_on_chip in [false, true] {
        let quiet = small_day(Crash::Never, keys_on_chip);
        for number in 1..=quiet.machine.submissions {
            for loss in [Loss::Before(number), Loss::After(number)] {
                let mut world = World::new(7, 3, 6);
                world.stages.keys_on_chip = keys_on_chip;
                world.machine.loss = Some(loss);
                world.run();
                world.check();
                assert!(world.orders().iter().all(|order| order.state == OrderState::Finished), "{loss:?}");
                assert_eq!(world.stages.signed(), 3, "{loss:?}: nothing is signed twice");
            }
        }
    }
}

#[test]
fn a_link_that_breaks_at_any_moment_changes_nothing() {
    for moment in (0..400).step_by(3) {
        let mut world = World::new(11, 3, 6);
        world.run_for(moment);
        world.machine.break_link(25);
        world.run();
        world.check();
        assert!(world.orders().iter().all(|order| order.state == OrderState::Finished), "after {moment} ms");
        assert_eq!(world.stages.signed(), 3, "after {moment} ms");
    }
}

#[test]
fn a_machine_that_loses_power_leaves_what_is_ambiguous_to_a_person() {
    let mut held = 0;
    for moment in (0..420).step_by(5) {
        for forgets in [false, true] {
            let mut world = World::new(13, 3, 9);
            world.stages.keys_on_chip = moment % 10 == 5;
            world.run_for(moment);
            world.machine.cut_power(forgets);
            world.run();
            world.check();
            held += world.held(HoldReason::Doubt);
        }
    }
    println!("{held} orders held in doubt");
    assert!(held > 20);
}

/// Faults of every kind at once, with crashes; everything from the seed.
fn wild_day(seed: u64, sum: &mut BTreeMap<Step, u64>) -> (usize, usize) {
    let mut world = World::new(seed, 8, 10);
    world.stages.keys_on_chip = seed % 2 == 1;
    world.stages.fail_signatures(&[Blame::Centre, Blame::Booklet]);
    let rate = |world: &mut World, most: u64| world.chance.below(most + 1);
    world.machine.rates = Rates {
        lost_before: rate(&mut world, 40),
        lost_after: rate(&mut world, 40),
        busy: rate(&mut world, 100),
        wrong_state: rate(&mut world, 60),
        spoils: rate(&mut world, 40),
        unknown: rate(&mut world, 25),
        misfeed: rate(&mut world, 200),
        power: rate(&mut world, 12),
        amnesia: 500,
    };
    world.machine.good_capacity = 2;
    world.crash = Crash::Sometimes(rate(&mut world, 30), 12);
    let orders: Vec<_> = world.orders().iter().map(|order| order.order).collect();
    world.stages.fail_tickets(orders[0], &[Blame::Centre, Blame::Booklet, Blame::Centre]);
    world.stages.fail_tickets(orders[1], &[Blame::Order]);
    world.stages.fail_pages(&[Blame::Centre, Blame::Booklet]);
    let hold_at = world.now + world.chance.below(600);
    world.run_until("somebody holds an order", |world| world.now >= hold_at);
    // An order that is finished meanwhile is not held; that is no fault.
    let _ = world.person(persoline_domain::deed::Deed::OrderHeld { order: orders[2], reason: HoldReason::Person });
    world.run();
    world.crash = Crash::Never;
    world.check();
    add(sum, &world);
    let count = |state| world.orders().iter().filter(|order| order.state == state).count();
    (count(OrderState::Finished), count(OrderState::Held))
}

#[test]
fn no_day_is_too_wild() {
    let mut sum = BTreeMap::new();
    let (mut finished, mut held) = (0, 0);
    let seeds: u64 = std::env::var("PERSOLINE_SEEDS").ok().and_then(|text| text.parse().ok()).unwrap_or(60);
    for seed in 0..seeds {
        let (good, aside) = wild_day(seed, &mut sum);
        finished += good;
        held += aside;
    }
    println!("seeds 0 to {}: {finished} orders finished, {held} held\n{}", seeds - 1, table(&sum));
    assert!(finished > held && held > 0);
    for step in Step::ALL.into_iter().filter(|step| *step != Step::SettingAside) {
        assert!(sum.contains_key(&step), "no crash at {}", step.name());
    }
}
