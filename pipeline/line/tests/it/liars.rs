//! A machine that lies is fenced off with a reason, and takes nothing down with it.

use mock_devices::liar::{LiarHandle, LieKind};
use persoline_domain::booklet::BookletState;
use persoline_domain::deed::Deed;
use persoline_domain::order::OrderState;
use persoline_domain::store::Store;
use persoline_line::session::{LieKind as Caught, Step};

use printer_driver::{EventBody, Mode, State};

use crate::machine::kind;
use crate::world::{MACHINE, World};

/// A world whose machine can be made to lie; nothing is lied yet.
fn world(seed: u64) -> (World, LiarHandle) {
    let mut world = World::new(seed, 6, 12);
    let liar = LiarHandle::default();
    world.liar = Some(liar.clone());
    (world, liar)
}

fn fenced_off(world: &World) -> Option<String> {
    world.store().standing(&MACHINE.into()).unwrap().fenced_off
}

/// As what each lie is caught.
fn expected(lie: LieKind) -> Caught {
    match lie {
        LieKind::ImpossibleTransition => Caught::ImpossibleTransition,
        LieKind::ForeignSerial | LieKind::SerialAgain | LieKind::ForeignChip => Caught::ForeignBooklets,
        LieKind::ExtraAnswers | LieKind::WrongCompletion | LieKind::JournalWrong => Caught::OtherKind,
        LieKind::UnacceptedCompletion => Caught::NeverAsked,
        LieKind::ContraryCompletion => Caught::OtherResult,
        LieKind::ForeignJob => Caught::UnknownJob,
        LieKind::ImpossibleLevel => Caught::ImpossibleLevel,
        LieKind::CursorBack | LieKind::NewestBack => Caught::CursorBack,
        LieKind::CursorLeap => Caught::CursorJump,
        LieKind::StartCountBack => Caught::StartsBack,
        LieKind::ForeignIdentity => Caught::OtherMachine,
        LieKind::JournalDenies => Caught::JournalContradicts,
        LieKind::OversizedSerial
        | LieKind::OversizedAnswers
        | LieKind::OversizedAlarm
        | LieKind::OversizedBatch
        | LieKind::OversizedSnapshot
        | LieKind::OversizedDescription
        | LieKind::ImpossibleImage => Caught::Oversized,
    }
}

#[test]
fn every_lie_is_caught_by_its_name_and_costs_no_order() {
    for lie in LieKind::ALL {
        let (mut world, liar) = world(21);
        world.run_until("a document is finished", |world| {
            world.orders().iter().any(|order| order.state == OrderState::Finished)
        });
        // One booklet that is not what it should be is no lie; a row of them is.
        let times = if expected(lie) == Caught::ForeignBooklets { world.settings.odd_booklets } else { 1 };
        (0..times).for_each(|_| liar.lie(lie));
        for _ in 0..40 {
            // What is told when a host attaches, or asks the journal, is told when the link was lost.
            if fenced_off(&world).is_some() {
                break;
            }
            let is_told_so = matches!(
                lie,
                LieKind::NewestBack
                    | LieKind::StartCountBack
                    | LieKind::OversizedSnapshot
                    | LieKind::OversizedDescription
                    | LieKind::ForeignIdentity
                    | LieKind::JournalWrong
                    | LieKind::JournalDenies
            );
            if is_told_so {
                world.machine.break_link(15);
            }
            world.run_for(if times > 1 { 300 } else { 120 });
        }
        assert_eq!(fenced_off(&world).as_deref(), Some(expected(lie).name()), "{lie:?} {:?}", liar.told());
        world.run_for(200);
        assert!(world.session.is_idle() && !world.session.is_linked(), "{lie:?}: nothing is asked of it any more");
        let alarm = world.session.host_alarms().find(|alarm| alarm.code == "fenced_off");
        assert!(alarm.is_some_and(|alarm| alarm.detail.starts_with(expected(lie).name())), "{lie:?}");
        // What was on the machine is accounted for: nothing is in motion, and no order is lost.
        let books = world.store().reconcile().unwrap();
        for state in [BookletState::Bound, BookletState::InWork, BookletState::Unknown, BookletState::Reserved] {
            assert_eq!(books.count(state), 0, "{lie:?} {state:?}");
        }
        let picks = picks(&world);
        world.run_for(500);
        assert_eq!(picks, self::picks(&world), "{lie:?}");
        // A person clears it, and it works again; what lies in it goes to the reject stack.
        world.machine.tell(EventBody::ModeChanged(Mode::Production));
        world.person(Deed::MachineCleared { machine: MACHINE.into() }).unwrap();
        world.run();
        world.check();
        assert!(world.session.host_alarms().next().is_none());
        let is_over = |state| matches!(state, OrderState::Finished | OrderState::Held);
        assert!(world.orders().iter().all(|order| is_over(order.state)), "{lie:?}");
    }
}

fn picks(world: &World) -> usize {
    world.machine.accepted.iter().filter(|command| kind(&command.operation) == "pick").count()
}

#[test]
fn one_misread_serial_is_no_lie() {
    for lie in [LieKind::ForeignSerial, LieKind::ForeignChip] {
        let (mut world, liar) = world(22);
        liar.lie(lie);
        world.run();
        assert_eq!((fenced_off(&world), liar.told()[lie.name()]), (None, 1));
        assert!(world.orders().iter().all(|order| order.state == OrderState::Finished), "{lie:?}");
    }
}

#[test]
fn no_irreversible_step_is_asked_of_a_liar_at_whatever_step_its_jobs_are() {
    for step in Step::ALL {
        let (mut world, liar) = world(23);
        for _ in 0..4_000 {
            if world.session.steps().any(|(_, _, at)| at == step) {
                break;
            }
            world.turn();
        }
        liar.lie(LieKind::ForeignJob);
        world.run_until("it is fenced off", |world| world.session.host_alarms().next().is_some());
        let before = world.machine.accepted.len();
        world.run_for(1_000);
        assert_eq!(world.machine.accepted.len(), before, "{step:?}: {:?}", &world.machine.accepted[before..]);
        assert!(world.session.is_idle(), "{step:?}");
        world.machine.tell(EventBody::ModeChanged(Mode::Production));
        world.person(Deed::MachineCleared { machine: MACHINE.into() }).unwrap();
        world.run();
        world.check();
    }
}

#[test]
fn a_machine_stays_fenced_off_when_the_host_starts_again() {
    let (mut world, liar) = world(24);
    world.run_until("something is under way", |world| !world.session.is_idle());
    liar.lie(LieKind::OversizedAlarm);
    world.run_until("it is fenced off", |world| fenced_off(world).is_some());
    // Even when the host dies before it has given up what was under way.
    world.die();
    let accepted = world.machine.accepted.len();
    world.run_for(1_000);
    assert!(world.session.is_idle() && !world.session.is_linked());
    assert_eq!(accepted, world.machine.accepted.len());
    assert!(world.session.host_alarms().any(|alarm| alarm.code == "fenced_off"));
    world.machine.tell(EventBody::ModeChanged(Mode::Production));
    world.person(Deed::MachineCleared { machine: MACHINE.into() }).unwrap();
    world.run();
    world.check();
}

/// A world in which a machine works that passes through Stopping before it stops.
fn at_work(seed: u64) -> World {
    let mut world = World::new(seed, 3, 12);
    world.machine.announces_stopping = true;
    world.start_host();
    world.run_until("a booklet is in work", |world| world.session.steps().any(|(_, _, at)| at == Step::Encoding));
    world
}

#[test]
fn a_restart_that_the_link_has_hidden_is_no_lie() {
    let mut world = at_work(36);
    world.machine.cut_power_unseen();
    world.run();
    world.check();
    assert_eq!(fenced_off(&world), None);
}

#[test]
fn a_machine_that_stops_at_once_without_a_restart_lies() {
    let mut world = at_work(37);
    world.machine.set_state(State::Stopped);
    world.run_until("it is fenced off", |world| fenced_off(world).is_some());
    assert_eq!(fenced_off(&world).as_deref(), Some(Caught::ImpossibleTransition.name()));
}
