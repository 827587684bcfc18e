//! What machine and store can do to a session, one at a time.

use std::collections::BTreeSet;

use persoline_domain::booklet::BookletState;
use persoline_domain::clock::Timestamp;
use persoline_domain::deed::{Act, Deed, HoldReason};
use persoline_domain::identifiers::{Actor, JobNumber};
use persoline_domain::order::OrderState;
use persoline_domain::store::{Store, StoreError};
use persoline_line::session::Step;
use printer_driver::{Alarm, AlarmId, BookletFate, DeviceError, ErrorKind, EventBody, Mode, Severity, State};

use crate::machine::{Booklet, kind};
use crate::world::{MACHINE, World};

fn keys(world: &World, what: &str) -> Vec<u128> {
    let commands = world.machine.accepted.iter().filter(|command| kind(&command.operation) == what);
    commands.map(|command| command.key.0).collect()
}

fn states(world: &World) -> Vec<OrderState> {
    world.orders().iter().map(|order| order.state).collect()
}

fn reports(world: &World, code: &str) -> usize {
    let of = |deed: &Deed| matches!(deed, Deed::MachineReported { code: told, .. } if told.starts_with(code));
    world.reports.iter().filter(|act| of(&act.deed)).count()
}

fn not_now(what: &'static str) -> (&'static str, DeviceError) {
    (what, DeviceError::untouched(ErrorKind::WrongState, "not now"))
}

#[test]
fn an_empty_feeder_is_asked_again_when_it_was_filled() {
    let mut world = World::new(1, 2, 0);
    world.is_attended = false;
    // The machine cannot tell that nothing is left.
    world.machine.feeder_lie = 5;
    world.machine.fill(Vec::new());
    world.machine.feeder_lie = 5;
    world.machine.set_state(State::Stopped);
    world.run_for(2_000);
    let tries = keys(&world, "pick").len();
    assert!((1..=4).contains(&tries), "{tries} picks");
    assert_eq!(states(&world), [OrderState::Waiting; 2]);
    world.load(3);
    world.run();
    world.check();
    assert_eq!(states(&world), [OrderState::Finished; 2]);
}

#[test]
fn a_feeder_that_was_filled_unheard_is_asked_again() {
    let mut world = World::new(1, 2, 1);
    world.is_attended = false;
    world.machine.feeder_lie = 1;
    world.run_until("both picks are on their way", |world| keys(world, "pick").len() == 2);
    // The link breaks; the second pick finds nothing; somebody fills the feeder; then the journal is read.
    world.machine.break_link(200);
    world.run_for(100);
    world.load(2);
    world.run_until("it is all done", |world| states(world) == [OrderState::Finished; 2]);
    world.run();
    world.check();
}

#[test]
fn a_full_stack_is_waited_for_and_no_document_is_lost() {
    let mut world = World::new(2, 3, 4);
    world.is_attended = false;
    world.machine.good_capacity = 1;
    world.run_for(20_000);
    assert_eq!(world.machine.good.len(), 1);
    let tries = keys(&world, "deliver good");
    assert!((5..60).contains(&tries.len()), "{} tries in twenty seconds", tries.len());
    assert_eq!(tries.iter().collect::<BTreeSet<_>>().len(), tries.len(), "each try has a key of its own");
    // A link that breaks and a host that dies meanwhile change nothing.
    world.machine.break_link(20);
    world.run_for(200);
    world.start_host();
    world.run_for(3_000);
    world.is_attended = true;
    world.run();
    world.check();
    assert_eq!(states(&world), [OrderState::Finished; 3]);
    assert!(world.machine.rejected.is_empty());
}

#[test]
fn what_the_machine_could_not_take_is_handed_in_under_another_key() {
    for dies in [false, true] {
        let mut world = World::new(3, 1, 2);
        world.machine.next_ends = [
            not_now("exchange"),
            not_now("personalise"),
            not_now("personalise"),
            not_now("deliver good"),
            not_now("deliver good"),
        ]
        .into();
        for what in ["personalise", "deliver good"] {
            // The host dies when the second of three tries has been handed in: the next one must find the way from the
            // first to the last, and neither mark nor deliver twice.
            world.run_until(what, |world| keys(world, what).len() == 2);
            if dies {
                world.die();
            }
        }
        world.run();
        world.check();
        assert_eq!(states(&world), [OrderState::Finished]);
        for what in ["personalise", "deliver good"] {
            let tries = keys(&world, what);
            assert_eq!((tries.len(), tries.iter().collect::<BTreeSet<_>>().len()), (3, 3), "{what}");
        }
        assert_eq!(world.stages.signed(), 1);
        assert_eq!(world.stages.reopened() > 0, dies);
    }
}

#[test]
fn an_order_does_not_wait_for_a_machine_that_does_not_pick() {
    let mut world = World::new(4, 1, 2);
    world.machine.next_ends = [not_now("pick")].into();
    world.run_until("the pick was refused", |world| world.machine.next_ends.is_empty());
    world.machine.state = State::Held;
    world.run_for(300);
    assert_eq!(states(&world), [OrderState::Waiting], "another machine could take it");
    world.machine.set_state(State::Execute);
    world.run();
    world.check();
    assert_eq!(states(&world), [OrderState::Finished]);
}

#[test]
fn a_booklet_in_the_machine_that_belongs_to_no_job_is_put_out() {
    let mut world = World::new(5, 2, 4);
    let stray = world.machine.feeder.pop_front().unwrap();
    let serial = stray.serial.clone();
    world.machine.picked_before(7_777, &serial, &stray.chip_serial);
    world.machine.inside.insert(7_777, stray);
    world.machine.next_ends = [not_now("deliver reject")].into();
    world.run();
    world.check();
    assert_eq!(world.machine.rejected[0].serial, serial);
    assert_eq!(world.booklet(&serial), BookletState::Quarantined);
    assert_eq!(states(&world), [OrderState::Finished; 2]);
}

/// A host gave the job up because the chip was another than that of the serial, and died.
#[test]
fn nothing_is_said_of_the_serial_of_a_stray_whose_chip_is_another() {
    let mut world = World::new(5, 2, 4);
    let mut stray = world.machine.feeder.pop_front().unwrap();
    let (itself, misread) = (stray.serial.clone(), world.machine.feeder[0].serial.clone());
    world.machine.picked_before(7_777, &misread, &stray.chip_serial);
    stray.serial = misread.clone();
    world.machine.inside.insert(7_777, stray);
    world.run();
    // Two booklets bear one serial now, so the general check of what lies where would mix them up.
    assert_eq!(world.machine.rejected.len(), 1);
    assert_eq!(world.booklet(&misread), BookletState::Good, "it lay in the feeder");
    assert_eq!(world.booklet(&itself), BookletState::Loaded, "until a person has it in the hand");
    assert_eq!(states(&world), [OrderState::Finished; 2]);
    // Nor of one whose pick the machine has forgotten.
    let mut world = World::new(5, 2, 4);
    let stray = world.machine.feeder.pop_front().unwrap();
    let serial = stray.serial.clone();
    world.machine.inside.insert(7_777, stray);
    world.run();
    world.check();
    assert_eq!(world.machine.rejected[0].serial, serial);
    assert_eq!(world.booklet(&serial), BookletState::Loaded);
}

#[test]
fn booklets_that_are_not_what_they_should_be_are_put_out() {
    let mut world = World::new(6, 4, 6);
    let mut other_chip = world.machine.feeder.pop_front().unwrap();
    other_chip.chip_serial = b"another".to_vec();
    world.machine.feeder.push_front(other_chip);
    world.machine.feeder.push_front(Booklet::new("X0001"));
    world.machine.feeder.push_front(Booklet::new(&"9".repeat(40)));
    world.machine.feeder.push_front(Booklet::new(""));
    world.run();
    world.check_orders_only();
    assert_eq!(states(&world), [OrderState::Finished; 4]);
    assert_eq!(world.machine.rejected.len(), 4);
    assert_eq!((reports(&world, "foreign_booklet"), reports(&world, "other_chip")), (1, 1));
}

#[test]
fn a_booklet_that_comes_back_is_not_bound_again() {
    let mut world = World::new(7, 1, 3);
    let order = world.orders()[0].order;
    world.stages.fail_tickets(order, &[persoline_stage::workshop::Blame::Booklet]);
    world.run_until("one is spoiled", |world| !world.machine.rejected.is_empty());
    // Somebody puts it back into the feeder.
    let spoiled = world.machine.rejected.remove(0);
    let serial = spoiled.serial.clone();
    world.machine.feeder.push_front(spoiled);
    world.order();
    world.run();
    world.check();
    assert!(world.orders().iter().all(|order| order.state == OrderState::Finished));
    assert_eq!(world.booklet(&serial), BookletState::Spoiled);
    assert!(world.machine.rejected.iter().any(|booklet| booklet.serial == serial));
}

#[test]
fn a_document_that_was_taken_out_by_hand_is_looked_for_by_a_person() {
    for (step, state) in [(Step::Passing, BookletState::Quarantined), (Step::Clearing, BookletState::Quarantined)] {
        let mut world = World::new(8, 1, 3);
        world.run_until("the step is reached", |world| world.session.steps().any(|(_, _, at)| at == step));
        let inside = std::mem::take(&mut world.machine.inside);
        world.machine.by_hand.extend(inside.into_values());
        world.run();
        world.check();
        assert_eq!(world.held(HoldReason::Doubt), 1);
        assert_eq!(world.booklet(&world.machine.by_hand[0].serial), state);
    }
}

#[test]
fn a_host_whose_machine_was_taken_over_ends() {
    let mut world = World::new(9, 2, 4);
    world.run_until("something is under way", |world| !world.session.is_idle());
    world.store().take_fence(&MACHINE.into()).unwrap();
    world.run_for(1_000);
    assert!(world.halted.as_deref().is_some_and(|why| why.contains("another host has taken control of machine north")));
    assert!(world.session.is_halted());

    let mut world = World::new(9, 2, 4);
    world.run_until("something is under way", |world| !world.session.is_idle());
    world.machine.token = 99;
    world.run_for(1_000);
    assert!(world.halted.as_deref().is_some_and(|why| why.contains("another host")));
}

#[test]
fn a_store_that_does_not_work_ends_the_session_and_loses_nothing() {
    for fault in [
        StoreError::Full { place: "the store".to_owned() },
        StoreError::Broken { place: "the store".to_owned(), what: "no power".to_owned() },
    ] {
        for step in [Step::Picking, Step::Encoding, Step::Marking, Step::Delivering] {
            let mut world = World::new(10, 2, 4);
            world.run_until("the step is reached", |world| world.session.steps().any(|(_, _, at)| at == step));
            world.store_fault = Some(fault.clone());
            world.run_for(1_000);
            assert_eq!(world.halted.as_deref(), Some(fault.to_string().as_str()), "{step:?}");
            world.store_fault = None;
            world.start_host();
            world.run();
            world.check();
            assert_eq!(states(&world), [OrderState::Finished; 2]);
        }
    }
}

#[test]
fn an_order_that_another_machine_took_first_is_left_to_it() {
    let mut world = World::new(15, 2, 4);
    world.run_until("a dispatch is on its way", |world| {
        world.session.steps().any(|(_, _, step)| step == Step::Dispatching)
    });
    let order = world.orders()[0].order;
    let fence = Some(world.store().take_fence(&"south".into()).unwrap());
    let south = |deed| Act { at: Timestamp(0), actor: Actor::Line, fence, deed };
    let job = JobNumber(9_999);
    let taken = Deed::Dispatched { order, job, machine: "south".into() };
    world.store().commit(vec![south(taken)]).unwrap();
    world.run_until("the other order is finished", |world| states(world).contains(&OrderState::Finished));
    world.run_for(200);
    assert!(world.session.is_idle());
    assert_eq!(world.record(order).job, Some(job));
    world.store().commit(vec![south(Deed::Withdrawn { job, reason: "misfeed".to_owned() })]).unwrap();
    world.run();
    world.check();
    assert_eq!(states(&world), [OrderState::Finished; 2]);
}

#[test]
fn events_that_the_machine_no_longer_has_are_made_up_for_by_its_journal() {
    for moment in (20..200).step_by(20) {
        let mut world = World::new(16, 3, 5);
        world.run_for(moment);
        // More happens than the machine keeps, while the host hears nothing; commands complete unheard among it.
        world.now += 60;
        world.machine.advance(world.now);
        for _ in 0..300 {
            world.machine.tell(EventBody::ModeChanged(Mode::Production));
        }
        world.run();
        world.check();
        assert_eq!(states(&world), [OrderState::Finished; 3]);
        assert_eq!((world.stages.signed(), reports(&world, "link_lost:cursor_gone")), (3, 1), "after {moment} ms");
    }
}

#[test]
fn alarms_stand_until_they_are_cleared_and_seen() {
    let mut world = World::new(17, 0, 0);
    let alarm = |id| Alarm::new(AlarmId(id), "cover_open", Severity::Warning, "Close the cover.");
    world.machine.alarms.push(alarm(1));
    world.run_for(50);
    let standing = |world: &World| world.session.alarms().map(|alarm| alarm.id.0).collect::<Vec<_>>();
    assert_eq!(standing(&world), [1]);
    let then = |world: &mut World, body| {
        world.machine.tell(body);
        world.run_for(20);
        standing(world)
    };
    assert_eq!(then(&mut world, EventBody::AlarmSet(alarm(2))), [1, 2]);
    assert_eq!(then(&mut world, EventBody::AlarmCleared(AlarmId(1))), [1, 2]);
    assert_eq!(then(&mut world, EventBody::AlarmAcknowledged(AlarmId(1))), [2]);
    assert_eq!(then(&mut world, EventBody::AlarmAcknowledged(AlarmId(2))), [2]);
    assert_eq!(then(&mut world, EventBody::AlarmCleared(AlarmId(2))), Vec::<u64>::new());
    assert_eq!(reports(&world, "alarm_set:cover_open"), 0, "the condition was known to be there already");
    // What flaps fills neither memory nor log.
    for id in 10..2_000 {
        world.machine.tell(EventBody::AlarmSet(Alarm::new(
            AlarmId(id),
            format!("code {id}"),
            Severity::Notice,
            "again",
        )));
        world.machine.tell(EventBody::AlarmCleared(AlarmId(id)));
        world.run_for(10);
    }
    assert!(world.session.alarms().count() <= 256 && reports(&world, "alarm_set") <= 60);
    // A machine with hundreds of standing alarms is none.
    for id in 3_000..3_300 {
        world.machine.tell(EventBody::AlarmSet(Alarm::new(AlarmId(id), "set", Severity::Notice, "still")));
        world.run_for(10);
    }
    assert!(world.session.host_alarms().any(|alarm| alarm.code == "fenced_off"));
}

#[test]
fn the_loss_of_a_link_is_told_once_however_long_it_lasts() {
    let mut world = World::new(11, 1, 2);
    world.run_for(50);
    world.machine.break_link(5_000);
    world.run_for(4_000);
    assert_eq!(reports(&world, "link_lost"), 1);
    world.run();
    world.machine.break_link(100);
    world.run_for(200);
    assert_eq!(reports(&world, "link_lost"), 2);
}

#[test]
fn a_machine_that_refuses_to_start_is_asked_again() {
    let mut world = World::new(12, 1, 2);
    world.machine.refuses_control = 6;
    world.machine.next_ends = [not_now("control"), not_now("control")].into();
    world.run();
    world.check();
    assert_eq!(states(&world), [OrderState::Finished]);
}

#[test]
fn a_machine_that_aborted_by_itself_waits_for_a_person() {
    let mut world = World::new(13, 3, 5);
    world.run_until("something is under way", |world| world.machine.accepted.len() > 5);
    world.machine.set_state(State::Aborted);
    let controls = keys(&world, "control").len();
    world.run_for(3_000);
    assert_eq!((world.session.state(), keys(&world, "control").len()), (State::Aborted, controls));
    world.machine.set_state(State::Stopped);
    world.run();
    world.check();
    assert_eq!(states(&world), [OrderState::Finished; 3]);
}

#[test]
fn errors_end_a_job_by_what_became_of_the_booklet() {
    let error = |kind, fate| DeviceError::new(kind, fate, String::new());
    for (what, fault, held) in [
        ("exchange", error(ErrorKind::ChipMute, BookletFate::Spoiled), 0),
        ("exchange", error(ErrorKind::ChipMute, BookletFate::Untouched), 0),
        ("exchange", error(ErrorKind::Fault, BookletFate::Unknown), 1),
        ("personalise", error(ErrorKind::WrongSerial, BookletFate::Untouched), 0),
        ("personalise", error(ErrorKind::MarkingFailed, BookletFate::Spoiled), 0),
        ("personalise", error(ErrorKind::Jam, BookletFate::Unknown), 1),
        ("deliver good", error(ErrorKind::Jam, BookletFate::Untouched), 0),
        ("deliver good", error(ErrorKind::Jam, BookletFate::Unknown), 1),
    ] {
        let mut world = World::new(14, 1, 3);
        world.machine.next_ends = [(what, fault.clone())].into();
        world.run();
        world.check();
        assert_eq!(world.held(HoldReason::Doubt), held, "{what} {fault:?}");
        let ended = world.booklet(&world.machine.rejected[0].serial);
        assert_eq!(
            ended,
            if held == 1 { BookletState::Quarantined } else { BookletState::Spoiled },
            "{what} {fault:?}"
        );
        assert_eq!(world.orders()[0].remakes, 1 - u32::try_from(held).unwrap());
    }
}
