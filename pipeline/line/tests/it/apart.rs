//! Machines that die and come back.

use std::time::Duration;

use persoline_domain::booklet::BookletState;
use persoline_domain::clock::Timestamp;
use persoline_domain::deed::{Act, Deed, HoldReason};
use persoline_domain::identifiers::{Actor, JobNumber};
use persoline_domain::order::OrderState;
use persoline_domain::store::Store;
use persoline_line::session::Step;

use crate::world::World;

/// A world whose machine counts as dead after half a second.
fn world(seed: u64, orders: u32) -> World {
    let mut world = World::new(seed, orders, 12);
    world.settings.dead_after = Duration::from_millis(500);
    world.start_host();
    world
}

#[test]
fn the_work_of_a_dead_machine_moves_on_and_what_may_be_locked_is_held() {
    for step in Step::ALL {
        let mut world = world(31, 3);
        for _ in 0..4_000 {
            if world.session.steps().any(|(_, _, at)| at == step) {
                break;
            }
            world.turn();
        }
        let has_jobs = !world.session.is_idle();
        world.machine.break_link(3_000);
        world.run_until("it is dead", |world| world.session.is_dead() && world.session.is_idle());
        assert!(world.session.host_alarms().any(|alarm| alarm.code == "machine_dead"));
        for order in world.orders() {
            let is_right = match order.state {
                OrderState::Waiting | OrderState::Finished => true,
                OrderState::Held => order.hold == Some(HoldReason::Doubt),
                _ => false,
            };
            assert!(is_right, "{step:?}: {order:?}");
        }
        // The machine comes back, having gone on by itself with what it had; its booklets belong to nobody.
        world.run();
        world.check();
        assert!(world.session.host_alarms().next().is_none());
        // What was asked of it before can no longer be done: it is attached under a new fence.
        assert_eq!(world.machine.token > 2, has_jobs, "{step:?}");
    }
}

#[test]
fn another_machine_makes_the_order_meanwhile_and_there_is_one_document() {
    let mut world = world(32, 1);
    world.run_until("a booklet is in work", |world| world.session.steps().any(|(_, _, at)| at == Step::Encoding));
    let order = world.orders()[0].order;
    let first = world.record(order).serial.unwrap();
    world.machine.break_link(2_000);
    world.run_until("it is dead", |world| world.session.is_dead() && world.session.is_idle());
    assert_eq!(
        (world.record(order).state, world.booklet(first.as_str())),
        (OrderState::Waiting, BookletState::Quarantined)
    );
    let fence = Some(world.store().take_fence(&"south".into()).unwrap());
    let south = |deed| Act { at: Timestamp(0), actor: Actor::Line, fence, deed };
    let job = JobNumber(9_999);
    world.store().commit(vec![south(Deed::Dispatched { order, job, machine: "south".into() })]).unwrap();
    // The dead machine comes back while the other has the order, and puts its booklet out.
    world.run_until("the first machine is back", |world| {
        world.session.is_linked() && !world.machine.rejected.is_empty()
    });
    world.run_for(300);
    assert!(world.machine.good.is_empty() && world.machine.rejected[0].serial == first.0);
    assert!(world.machine.rejected[0].marks.is_empty());
    assert_eq!(world.record(order).job, Some(job));
}

#[test]
fn a_pick_that_waited_in_a_dead_machine_is_put_out_when_it_ends_at_last() {
    let mut world = world(35, 1);
    world.machine.picks_wait = 4_000;
    world.run_until("a pick waits", |world| world.session.steps().any(|(_, _, at)| at == Step::Picking));
    world.machine.break_link(1_000);
    world.run_until("it is dead", |world| world.session.is_dead() && world.session.is_idle());
    world.machine.picks_wait = 0;
    world.run();
    world.run_for(5_000);
    world.check();
    assert_eq!(world.machine.rejected.len(), 1);
    assert_eq!(world.booklet(&world.machine.rejected[0].serial), BookletState::Quarantined);
    assert_eq!((world.orders()[0].state, world.orders()[0].remakes), (OrderState::Finished, 0));
}

#[test]
fn a_clock_that_goes_back_stops_nothing() {
    let mut world = world(34, 3);
    world.now = 9_000_000;
    world.run_until("a booklet is in work", |world| world.session.steps().any(|(_, _, at)| at == Step::Encoding));
    world.machine.break_link(20);
    world.run_for(30);
    world.clock_ahead = -8_000_000;
    world.run_for(2_000);
    assert!(world.orders().iter().all(|order| order.state == OrderState::Finished));
    world.check();
}

#[test]
fn a_link_that_is_down_for_less_changes_nothing() {
    let mut world = world(33, 2);
    world.run_until("a booklet is in work", |world| world.session.steps().any(|(_, _, at)| at == Step::Encoding));
    world.machine.break_link(400);
    world.run();
    world.check();
    assert!(world.orders().iter().all(|order| (order.state, order.remakes) == (OrderState::Finished, 0)));
}
