//! Persons steer: pause, drain, hold; and what is done when a stage cannot do its work.

use persoline_domain::booklet::BookletState;
use persoline_domain::deed::{Deed, HoldReason};
use persoline_domain::identifiers::OrderId;
use persoline_domain::order::OrderState;
use persoline_line::session::{Input, Step};
use persoline_stage::workshop::Blame;

use crate::machine::kind;
use crate::world::{MACHINE, World};

fn accepted(world: &World, what: &str) -> usize {
    world.machine.accepted.iter().filter(|command| kind(&command.operation) == what).count()
}

fn states(world: &World) -> Vec<OrderState> {
    world.orders().iter().map(|order| order.state).collect()
}

fn is_at(world: &World, step: Step) -> bool {
    world.session.steps().any(|(_, _, at)| at == step)
}

/// One order on its way, at a step.
fn one_at(step: Step) -> (World, OrderId) {
    let mut world = World::new(3, 1, 4);
    world.run_until("the step is reached", |world| is_at(world, step));
    let order = world.orders()[0].order;
    (world, order)
}

fn hold(order: OrderId) -> Deed {
    Deed::OrderHeld { order, reason: HoldReason::Person }
}

#[test]
fn a_paused_machine_finishes_what_it_has_and_starts_nothing() {
    let mut world = World::new(1, 6, 8);
    world.run_until("a booklet is picked", |world| is_at(world, Step::Preparing));
    world.person(Deed::MachinePaused { machine: MACHINE.into() }).unwrap();
    world.input(Input::Pause(true));
    world.run_until("nothing is under way", |world| world.session.is_idle());
    let picks = accepted(&world, "pick");
    assert!(world.session.is_paused() && (1..6).contains(&picks));
    world.run_for(1_000);
    assert_eq!(accepted(&world, "pick"), picks);
    assert_eq!(states(&world).iter().filter(|state| **state == OrderState::Waiting).count(), 6 - picks);
    world.person(Deed::MachineResumed { machine: MACHINE.into() }).unwrap();
    world.run();
    world.check();
    assert_eq!(states(&world), [OrderState::Finished; 6]);
}

#[test]
fn a_machine_that_was_paused_stays_so_when_the_host_starts_again() {
    let mut world = World::new(1, 2, 4);
    world.person(Deed::MachinePaused { machine: MACHINE.into() }).unwrap();
    world.start_host();
    world.run_for(500);
    assert!(world.session.is_linked() && world.session.is_paused());
    assert_eq!(accepted(&world, "pick"), 0);
}

#[test]
fn a_draining_session_finishes_what_it_has_and_the_next_one_goes_on() {
    let mut world = World::new(2, 6, 8);
    world.run_until("a booklet is picked", |world| is_at(world, Step::Preparing));
    world.input(Input::Drain);
    world.run_until("nothing is under way", |world| world.session.is_idle());
    world.run_for(300);
    assert!(world.session.is_idle() && states(&world).contains(&OrderState::Waiting));
    world.start_host();
    world.run();
    world.check();
    assert_eq!(states(&world), [OrderState::Finished; 6]);
}

#[test]
fn an_order_that_is_held_in_time_is_stopped_before_its_chip_is_locked() {
    for step in [Step::Picking, Step::Binding, Step::Preparing, Step::Encoding] {
        let (mut world, order) = one_at(step);
        world.person(hold(order)).unwrap();
        world.run();
        world.check();
        let record = world.record(order);
        assert_eq!((record.state, record.hold), (OrderState::Held, Some(HoldReason::Person)), "{step:?}");
        let booklet = &world.machine.rejected[0];
        assert!(!booklet.is_locked && booklet.marks.is_empty());
        // Before it is bound it costs nothing: a person clears it for another document.
        let state = if step == Step::Picking { BookletState::Quarantined } else { BookletState::Spoiled };
        assert_eq!(world.booklet(&booklet.serial), state, "{step:?}");
        world.person(Deed::OrderReleased { order }).unwrap();
        world.run();
        world.check();
        assert_eq!(world.record(order).state, OrderState::Finished);
        assert_ne!(world.record(order).serial.unwrap().0, world.machine.rejected[0].serial);
    }
}

#[test]
fn a_hold_after_the_lock_comes_too_late() {
    for step in [Step::Marking, Step::Delivering] {
        let (mut world, order) = one_at(step);
        world.person(hold(order)).unwrap();
        world.run();
        world.check();
        assert_eq!(world.record(order).state, OrderState::Finished, "{step:?}");
    }
}

#[test]
fn an_order_that_cannot_be_prepared_goes_to_a_person_and_the_others_go_on() {
    let mut world = World::new(4, 3, 6);
    let order = world.orders()[0].order;
    world.stages.fail_tickets(order, &[Blame::Order]);
    world.run();
    world.check();
    assert_eq!(world.record(order).hold, Some(HoldReason::Unpreparable));
    assert_eq!(world.machine.rejected.len(), 1);
    assert_eq!(world.booklet(&world.machine.rejected[0].serial), BookletState::Spoiled);
    assert_eq!(states(&world).iter().filter(|state| **state == OrderState::Finished).count(), 2);
}

#[test]
fn a_bad_booklet_is_written_off_and_the_order_made_with_another() {
    let mut world = World::new(5, 1, 3);
    let order = world.orders()[0].order;
    world.stages.fail_tickets(order, &[Blame::Booklet]);
    world.run();
    world.check();
    let record = world.record(order);
    assert_eq!((record.state, record.remakes), (OrderState::Finished, 1));
    assert_ne!(record.serial.unwrap().0, world.machine.rejected[0].serial);
}

#[test]
fn trouble_of_the_centre_costs_no_booklet() {
    let mut world = World::new(6, 1, 1);
    world.is_attended = false;
    let order = world.orders()[0].order;
    world.stages.fail_tickets(order, &[Blame::Centre; 5]);
    world.run_until("the order waits for the centre", |world| is_at(world, Step::Pausing));
    // Neither does a link that breaks, nor a host that dies, while it waits.
    world.machine.break_link(30);
    world.run_for(60);
    world.start_host();
    world.run();
    world.check();
    assert_eq!((world.record(order).state, world.record(order).remakes), (OrderState::Finished, 0));
    assert_eq!(world.stages.signed(), 1);
}

#[test]
fn a_page_that_could_not_be_judged_is_looked_at_again_and_not_marked_again() {
    let mut world = World::new(7, 1, 1);
    world.is_attended = false;
    world.stages.fail_pages(&[Blame::Centre; 4]);
    world.run();
    world.check();
    assert_eq!(states(&world), [OrderState::Finished]);
    assert_eq!((world.stages.signed(), accepted(&world, "personalise")), (1, 1));
}

#[test]
fn a_page_that_is_wrong_is_no_document() {
    for (blame, state) in [(Blame::Booklet, OrderState::Finished), (Blame::Order, OrderState::Held)] {
        let mut world = World::new(8, 1, 3);
        // Two more pictures are taken before it is given up.
        world.stages.fail_pages(&[blame; 3]);
        world.run();
        world.check();
        assert_eq!(states(&world), [state]);
        assert_eq!(world.booklet(&world.machine.rejected[0].serial), BookletState::Spoiled);
    }
}

#[test]
fn an_order_that_fails_too_often_goes_to_a_person_who_may_give_it_more_tries() {
    let mut world = World::new(9, 1, 20);
    let order = world.orders()[0].order;
    world.stages.fail_tickets(order, &[Blame::Booklet; 9]);
    world.run();
    world.check();
    let record = world.record(order);
    assert_eq!((record.hold, record.remakes), (Some(HoldReason::TooManyRemakes), 5));
    world.person(Deed::OrderReleased { order }).unwrap();
    world.run();
    world.check();
    assert_eq!((world.record(order).state, world.record(order).remakes), (OrderState::Finished, 9));
}
