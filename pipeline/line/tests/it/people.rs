//! What people say in another process takes effect within a listing interval.

use persoline_dispatch::{Health, IdleReason};
use persoline_domain::booklet::BookletState;
use persoline_domain::deed::{Deed, HoldReason};
use persoline_domain::identifiers::ShiftNumber;
use persoline_domain::order::{OrderState, Priority};
use persoline_domain::policy::CentrePolicy;
use persoline_domain::store::Store;
use persoline_line::session::{Input, Step};
use printer_driver::{Alarm, AlarmId, DeviceError, ErrorKind, EventBody, Severity, State};

use crate::machine::kind;
use crate::world::{MACHINE, World};

fn accepted(world: &World, what: &str) -> usize {
    world.machine.accepted.iter().filter(|command| kind(&command.operation) == what).count()
}

fn states(world: &World) -> Vec<OrderState> {
    world.orders().iter().map(|order| order.state).collect()
}

#[test]
fn a_drained_machine_finishes_stops_and_stays_so_until_it_is_resumed() {
    let mut world = World::new(1, 6, 8);
    world.run_until("a booklet is picked", |world| world.session.steps().any(|(_, _, at)| at == Step::Preparing));
    world.person(Deed::MachineDraining { machine: MACHINE.into() }).unwrap();
    world.run_until("it has stopped", |world| world.session.is_idle() && world.machine.state == State::Stopped);
    let picks = accepted(&world, "pick");
    assert!((1..6).contains(&picks));
    // Also when the host starts again, or the machine is switched off and on.
    world.start_host();
    world.run_for(500);
    world.machine.cut_power(false);
    world.run_for(500);
    assert_eq!((world.machine.state, accepted(&world, "pick")), (State::Stopped, picks));
    assert_eq!(world.session.idle_reason(), Some(IdleReason::Draining));
    world.person(Deed::MachineResumed { machine: MACHINE.into() }).unwrap();
    world.run();
    world.check();
    assert_eq!(states(&world), [OrderState::Finished; 6]);
}

#[test]
fn a_pick_that_the_machine_could_not_take_is_withdrawn_when_it_is_drained() {
    let mut world = World::new(2, 1, 2);
    world.run_until("it attached", |world| world.session.is_linked() && world.machine.state == State::Execute);
    world.machine.rates.busy = 1_000;
    world.run_until("a pick waits", |world| world.session.steps().any(|(_, _, at)| at == Step::Picking));
    world.person(Deed::MachineDraining { machine: MACHINE.into() }).unwrap();
    world.run_until("it is withdrawn", |world| world.session.is_idle());
    assert_eq!(states(&world), [OrderState::Waiting]);
    assert_eq!(world.booklet("P0001"), BookletState::Loaded);
}

#[test]
fn an_order_that_is_stopped_before_it_is_bound_costs_no_booklet() {
    for (deed, state) in [(true, OrderState::Held), (false, OrderState::Cancelled)] {
        for step in [Step::Dispatching, Step::Picking] {
            let mut world = World::new(3, 1, 3);
            let order = world.orders()[0].order;
            world.run_until("the step is reached", |world| world.session.steps().any(|(_, _, at)| at == step));
            let deed = match deed {
                true => Deed::OrderHeld { order, reason: HoldReason::Person },
                false => Deed::OrderCancelled { order },
            };
            world.person(deed).unwrap();
            world.run();
            world.check();
            assert_eq!(world.record(order).state, state, "{step:?}");
            let spoiled = world.store().reconcile().unwrap().count(BookletState::Spoiled);
            assert_eq!((spoiled, world.record(order).serial), (0, None), "{step:?}");
        }
    }
}

#[test]
fn an_order_that_is_expedited_is_next() {
    let mut world = World::new(4, 9, 12);
    let last = world.orders().iter().map(|order| order.order).max().unwrap();
    world.run_until("some are under way", |world| accepted(world, "pick") == 3);
    world.person(Deed::PriorityChanged { order: last, priority: Priority::Urgent }).unwrap();
    world.run_until("it is taken", |world| world.record(last).state != OrderState::Waiting);
    let waiting = states(&world).iter().filter(|state| **state == OrderState::Waiting).count();
    assert!(waiting >= 4, "{waiting} still wait");
}

#[test]
fn the_first_piece_of_a_shift_goes_alone_and_waits_for_a_person() {
    let mut world = World::new(5, 4, 8);
    let policy = CentrePolicy { first_piece: true, ..CentrePolicy::default() };
    world.person(Deed::PolicySet { policy }).unwrap();
    world.run_for(500);
    assert_eq!((accepted(&world, "pick"), world.session.idle_reason()), (0, Some(IdleReason::NoShift)));
    world.person(Deed::ShiftOpened { shift: ShiftNumber(1) }).unwrap();
    world.run_until("one is finished", |world| states(world).contains(&OrderState::Finished));
    world.run_for(1_000);
    assert_eq!((accepted(&world, "pick"), world.session.idle_reason()), (1, Some(IdleReason::FirstPiece)));
    let serial = world.store().inspections(9).unwrap()[0].serial.clone();
    world.person(Deed::InspectionDecided { serial, approved: false, reason: "faint".to_owned() }).unwrap();
    // Rejected: another one goes alone.
    world.run_until("another is finished", |world| !world.store().inspections(9).unwrap().is_empty());
    world.run_for(500);
    assert_eq!(accepted(&world, "pick"), 2);
    let serial = world.store().inspections(9).unwrap()[0].serial.clone();
    world.person(Deed::InspectionDecided { serial, approved: true, reason: String::new() }).unwrap();
    world.run_until("all are finished", |world| states(world) == [OrderState::Finished; 4]);
}

#[test]
fn a_machine_that_spoils_everything_is_paused_for_a_person() {
    let mut world = World::new(6, 9, 30);
    world.is_attended = false;
    world.machine.rates.spoils = 1_000;
    world.run_until("it is barred", |world| world.session.health() == Health::Barred);
    world.run_until("the store knows", |world| world.store().standing(&MACHINE.into()).unwrap().is_paused);
    world.run_until("nothing is under way", |world| world.session.is_idle());
    let picks = accepted(&world, "pick");
    world.run_for(1_000);
    assert_eq!((accepted(&world, "pick"), world.session.idle_reason()), (picks, Some(IdleReason::SpoiledTooMany)));
    assert!(world.session.host_alarms().any(|alarm| alarm.code == "spoils_in_a_row"));
    assert!(!world.session.fleet_member().is_ready);
    // It stays so when the host starts again, until a person who has mended it resumes it.
    world.start_host();
    world.run_for(500);
    assert_eq!(accepted(&world, "pick"), picks);
    world.machine.rates.spoils = 0;
    world.is_attended = true;
    world.person(Deed::MachineResumed { machine: MACHINE.into() }).unwrap();
    world.run();
    world.check();
    assert_eq!(states(&world), [OrderState::Finished; 9]);
}

#[test]
fn a_machine_whose_chips_refuse_the_keys_gets_no_more_of_them() {
    let mut world = World::new(11, 9, 30);
    world.is_attended = false;
    world.stages.refuse_keys(u32::MAX);
    world.run_until("it is barred", |world| world.session.health() == Health::Barred);
    world.run_until("the store knows", |world| world.store().standing(&MACHINE.into()).unwrap().is_paused);
    world.run_until("nothing is under way", |world| world.session.is_idle());
    let picks = accepted(&world, "pick");
    assert!(picks < 9, "after three chips no more are begun, whatever was under way: {picks}");
    world.run_for(1_000);
    assert_eq!(accepted(&world, "pick"), picks);
    let codes: Vec<_> = world.session.host_alarms().map(|alarm| alarm.code).collect();
    assert_eq!(codes, ["keys_refused_in_a_row"], "the machine itself is not blamed");
    // The right keys are in place, and a person says so.
    world.stages.refuse_keys(0);
    world.is_attended = true;
    world.person(Deed::MachineResumed { machine: MACHINE.into() }).unwrap();
    world.run();
    world.check();
    assert!(world.session.host_alarms().next().is_none());
    assert_eq!(states(&world), [OrderState::Finished; 9]);
}

#[test]
fn two_chips_that_refuse_the_keys_are_no_reason_to_stop() {
    let mut world = World::new(12, 4, 12);
    world.stages.refuse_keys(2);
    world.run();
    world.check();
    assert_eq!((world.session.health(), states(&world)), (Health::Sound, vec![OrderState::Finished; 4]));
}

#[test]
fn a_person_who_resumes_a_machine_has_looked_at_it() {
    let mut world = World::new(7, 9, 30);
    world.is_attended = false;
    let mute = || ("exchange", DeviceError::spoiled(ErrorKind::ChipMute, "mute"));
    world.machine.next_ends = std::iter::repeat_with(mute).take(12).collect();
    world.run_until("the store knows", |world| world.store().standing(&MACHINE.into()).unwrap().is_paused);
    world.run_until("nothing is under way", |world| world.session.is_idle());
    world.machine.next_ends.clear();
    world.person(Deed::MachineResumed { machine: MACHINE.into() }).unwrap();
    world.run_for(100);
    assert_eq!(world.session.health(), Health::Sound);
    assert!(world.session.host_alarms().next().is_none());
    world.is_attended = true;
    world.run();
    world.check();
}

#[test]
fn alarms_are_acknowledged_at_the_machine() {
    let mut world = World::new(8, 0, 0);
    let alarm = Alarm::new(AlarmId(7), "cover_open", Severity::Warning, "Close the cover.");
    world.machine.alarms.push(alarm.clone());
    world.run_for(50);
    world.input(Input::Acknowledge(AlarmId(7)));
    world.run_for(100);
    assert!(world.machine.alarms[0].is_acknowledged);
    assert!(world.session.alarms().all(|alarm| alarm.is_acknowledged));
    world.input(Input::Acknowledge(AlarmId(7)));
    world.run_for(100);
    assert_eq!(accepted(&world, "acknowledge"), 1, "it is told once");
    world.machine.tell(EventBody::AlarmCleared(AlarmId(7)));
    world.run_for(50);
    assert_eq!(world.session.alarms().count(), 0);
    world.input(Input::Acknowledge(AlarmId(7)));
    assert_eq!(accepted(&world, "acknowledge"), 1, "an alarm that is over is not acknowledged");
}
