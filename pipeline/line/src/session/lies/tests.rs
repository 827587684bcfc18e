//! What an honest machine says is no lie, however bad the link; what no honest machine says is one.

use printer_driver::State::{Execute, Held, Idle, Resetting, Starting, Stopped};
use printer_driver::{ControlCommand, Cursor, FencingToken, Mode, Operation};

use super::*;
use crate::session::link::CONTROL_KEY;

#[test]
fn a_state_that_does_not_follow_is_a_lie_and_one_told_twice_is_none() {
    let mut scrutiny = Scrutiny::new(Fence(1), 1, 1);
    scrutiny.states = State::ALL.to_vec();
    for state in [Stopped, Stopped, Resetting, Idle, Starting, Execute, Held] {
        let told = scrutiny.state(state);
        match state {
            Held => assert_eq!(told.unwrap_err().kind, LieKind::ImpossibleTransition),
            _ => assert_eq!(told, Ok(())),
        }
    }
}

fn event(cursor: u64) -> Event {
    Event::new(Cursor(cursor), 0, EventBody::AlarmCleared(printer_driver::AlarmId(cursor)))
}

fn taken(cursors: &mut Cursors, told: impl IntoIterator<Item = u64>) -> Vec<u64> {
    let events = cursors.next(told.into_iter().map(event).collect()).unwrap();
    events.into_iter().map(|event| event.cursor.0).collect()
}

#[test]
fn a_link_may_repeat_shuffle_and_lose_events() {
    let mut cursors = Cursors::default();
    cursors.attached(Cursor(10), Cursor(10), false).unwrap();
    assert_eq!(taken(&mut cursors, [11, 12]), [11, 12]);
    assert_eq!(taken(&mut cursors, [5, 9, 11, 12, 13]), [13], "told again");
    assert_eq!(taken(&mut cursors, [16, 14, 15]), [14, 15, 16], "shuffled");
    assert_eq!(taken(&mut cursors, [18, 19]), [] as [u64; 0], "one is missing, and asked for again");
    assert_eq!(taken(&mut cursors, [17, 18, 20]), [17, 18]);
    assert_eq!(taken(&mut cursors, []), [] as [u64; 0]);
}

#[test]
fn events_that_change_go_back_leap_or_stay_away_are_lies() {
    let cursors = || {
        let mut cursors = Cursors::default();
        cursors.attached(Cursor(1_000), Cursor(1_000), false).unwrap();
        taken(&mut cursors, 1_001..=1_010);
        cursors
    };
    let kind = |result: Result<Vec<Event>, Lie>| result.unwrap_err().kind;
    let other = Event::new(Cursor(1_005), 0, EventBody::ModeChanged(Mode::Manual));
    assert_eq!(kind(cursors().next(vec![other])), LieKind::CursorBack);
    assert_eq!(kind(cursors().next(vec![event(1)])), LieKind::CursorBack);
    assert_eq!(kind(cursors().next(vec![event(2_011)])), LieKind::CursorJump);
    let mut patient = cursors();
    let last = (0..100).find_map(|_| patient.next(vec![event(1_012)]).err()).unwrap();
    assert_eq!(last.kind, LieKind::CursorJump);
    assert_eq!(cursors().attached(Cursor(900), Cursor(900), false).unwrap_err().kind, LieKind::CursorBack);
    assert_eq!(cursors().attached(Cursor(3), Cursor(3), true), Ok(()), "a controller that started anew may count anew");
}

#[test]
fn commands_of_earlier_hosts_and_of_long_ago_are_no_lies() {
    let key = |job: u64| IdempotencyKey(u128::from(job) << 32 | 1);
    let done = Ok(printer_driver::Completion::Delivered { stack: printer_driver::Stack::Good });
    let mut commands = Commands::new(Fence(7), 100, 2);
    assert_eq!(commands.ended(key(99), Some(Some(JobId(99))), &done), Ok(()));
    assert_eq!(commands.ended(key(100), None, &done).unwrap_err().kind, LieKind::NeverAsked);
    assert_eq!(commands.told_of(JobId(100)).unwrap_err().kind, LieKind::UnknownJob);
    assert_eq!(commands.told_of(JobId(41)), Ok(()));
    let control = |fence: u64| IdempotencyKey(CONTROL_KEY | u128::from(fence) << 64 | 9);
    assert_eq!(commands.ended(control(6), None, &Ok(printer_driver::Completion::Done)), Ok(()));
    assert!(commands.ended(control(7), None, &Ok(printer_driver::Completion::Done)).is_err());
    let start = Command::new(control(7), FencingToken(7), Operation::Control(ControlCommand::Start));
    commands.asked(&start);
    assert_eq!(commands.ended(control(7), Some(None), &Ok(printer_driver::Completion::Done)), Ok(()));
    // Memory is bounded: of the first of very many commands nothing is said any more.
    for job in (100..30_000).step_by(2) {
        let operation = Operation::Deliver { job: JobId(job), stack: printer_driver::Stack::Good };
        commands.asked(&Command::new(key(job), FencingToken(7), operation));
    }
    assert_eq!(commands.ended(key(100), Some(Some(JobId(100))), &done), Ok(()));
    assert!(commands.ended(key(101), None, &done).is_err(), "a job of another machine's");
    assert_eq!(commands.ended(key(29_998), Some(Some(JobId(29_998))), &done), Ok(()));
    let other = Ok(printer_driver::Completion::Done);
    assert_eq!(commands.ended(key(29_998), None, &other).unwrap_err().kind, LieKind::OtherKind);
}
