//! States, modes, control, fencing, alarms.

use printer_driver::{Acceptance, AlarmId, ControlMode, ErrorKind, EventBody, JournalEntry, Mode, Operation};

use super::*;

#[test]
fn a_stale_host_is_fenced_off_and_a_new_one_must_attach() {
    let mut line = Line::running(settings(), 30);
    let key = line.key();
    let command = |token: u64| Command::new(key, FencingToken(token), pick(1));
    assert_eq!(line.core.submit(&command(4), line.now).unwrap_err().kind, ErrorKind::Fenced);
    assert_eq!(line.core.submit(&command(6), line.now).unwrap_err().kind, ErrorKind::NotAttached);
    assert_eq!(line.core.attach(FencingToken(4), line.now).unwrap_err().kind, ErrorKind::Fenced);
    line.core.attach(FencingToken(6), line.now).unwrap();
    assert_eq!(line.core.submit(&command(5), line.now).unwrap_err().kind, ErrorKind::Fenced);
    assert_eq!(line.core.journal(key), Ok(JournalEntry::NotReceived));
    assert_eq!(line.core.submit(&command(6), line.now), Ok(Acceptance::Accepted));
    assert_eq!(line.core.submit(&command(5), line.now).unwrap_err().kind, ErrorKind::Fenced, "repeats too");
}

#[test]
fn states_are_reached_by_their_commands_and_illegal_commands_are_refused() {
    use ControlCommand as C;
    let mut line = Line::switch_on(settings(), Box::new(InMemory::new()), Duration::ZERO);
    line.core.attach(TOKEN, line.now).unwrap();
    let all =
        [C::Reset, C::Start, C::Stop, C::Hold, C::Unhold, C::Suspend, C::Unsuspend, C::Abort, C::Clear, C::Complete];
    // In each state: the commands that are legal there; the first of them is taken, and leads to the next.
    let path: [(State, &[C]); 12] = [
        (State::Stopped, &[C::Reset, C::Abort]),
        (State::Idle, &[C::Start, C::Stop, C::Abort]),
        (State::Execute, &[C::Hold, C::Suspend, C::Complete, C::Stop, C::Abort]),
        (State::Held, &[C::Unhold, C::Stop, C::Abort]),
        (State::Execute, &[C::Suspend, C::Hold, C::Complete, C::Stop, C::Abort]),
        (State::Suspended, &[C::Unsuspend, C::Hold, C::Stop, C::Abort]),
        (State::Execute, &[C::Complete, C::Hold, C::Suspend, C::Stop, C::Abort]),
        (State::Complete, &[C::Reset, C::Stop, C::Abort]),
        (State::Idle, &[C::Abort, C::Start, C::Stop]),
        (State::Aborted, &[C::Clear]),
        (State::Stopped, &[C::Reset, C::Abort]),
        (State::Idle, &[C::Stop, C::Start, C::Abort]),
    ];
    for (state, legal) in path {
        assert_eq!(line.state(), state);
        for illegal in all.into_iter().filter(|command| !legal.contains(command)) {
            let error = line.control(illegal).unwrap_err();
            assert_eq!(error.kind, ErrorKind::WrongState, "{illegal:?} in {state:?}");
        }
        assert_eq!(line.control(legal[0]), Ok(Completion::Done), "{:?} in {state:?}", legal[0]);
    }
    let passed: std::collections::BTreeSet<State> = line
        .seen
        .iter()
        .filter_map(|event| match event.body {
            EventBody::StateChanged(state) => Some(state),
            _ => None,
        })
        .collect();
    let announced: std::collections::BTreeSet<State> = line.core.describe().capabilities.states.into_iter().collect();
    assert_eq!(passed, announced, "every announced state was passed, and no other");
    assert_eq!(announced.len(), 17);
}

#[test]
fn a_state_change_that_is_overtaken_ends_without_success() {
    let mut line = Line::running(settings(), 30);
    line.carry_out(pick(1)).unwrap();
    line.submit(personalise(1, 1)).unwrap();
    let hold = line.submit(Operation::Control(ControlCommand::Hold)).unwrap();
    assert_eq!(line.state(), State::Holding, "waits for the booklet that moves");
    assert_eq!(line.control(ControlCommand::Abort), Ok(Completion::Done));
    assert_eq!(line.told(hold)[0].as_ref().unwrap_err().kind, ErrorKind::WrongState);
    assert_eq!(line.state(), State::Aborted);
}

#[test]
fn a_held_machine_finishes_the_step_and_goes_on_when_unheld() {
    let mut line = Line::running(settings(), 30);
    line.carry_out(pick(1)).unwrap();
    let marking = line.submit(personalise(1, 1)).unwrap();
    line.control(ControlCommand::Hold).unwrap();
    assert_eq!(line.submit(pick(2)).unwrap_err().kind, ErrorKind::WrongState);
    line.settle();
    assert!(line.told(marking).is_empty());
    assert_eq!(line.core.look(&serial(1)).unwrap().0.marks.len(), 1, "engraved, but not inked while held");
    line.control(ControlCommand::Unhold).unwrap();
    line.wait_for(marking).unwrap();
}

#[test]
fn stop_and_complete_let_booklets_finish() {
    let mut line = Line::running(settings(), 30);
    line.carry_out(pick(1)).unwrap();
    let marking = line.submit(personalise(1, 1)).unwrap();
    let complete = line.submit(Operation::Control(ControlCommand::Complete)).unwrap();
    assert_eq!(line.submit(pick(2)).unwrap_err().kind, ErrorKind::WrongState);
    line.wait_for(marking).unwrap();
    assert!(line.told(complete).is_empty());
    line.carry_out(deliver(1, Stack::Good)).unwrap();
    line.wait_for(complete).unwrap();
    assert_eq!(line.state(), State::Complete);
    line.control(ControlCommand::Reset).unwrap();
    line.control(ControlCommand::Start).unwrap();
    line.carry_out(pick(2)).unwrap();
    let marking = line.submit(personalise(2, 2)).unwrap();
    line.control(ControlCommand::Stop).unwrap();
    assert!(line.told(marking)[0].is_ok());
    assert_eq!(line.carry_out(deliver(2, Stack::Good)).unwrap_err().kind, ErrorKind::WrongState);
}

#[test]
fn the_panel_and_the_mode_keep_the_host_out() {
    let mut line = Line::running(settings(), 30);
    line.core.turn_key(ControlMode::Local, line.now).unwrap();
    assert_eq!(line.submit(pick(1)).unwrap_err().kind, ErrorKind::WrongState);
    line.core.turn_key(ControlMode::Remote, line.now).unwrap();
    assert_eq!(line.carry_out(Operation::SetMode(Mode::Maintenance)).unwrap_err().kind, ErrorKind::WrongState);
    line.control(ControlCommand::Stop).unwrap();
    line.carry_out(Operation::SetMode(Mode::Maintenance)).unwrap();
    line.control(ControlCommand::Reset).unwrap();
    line.control(ControlCommand::Start).unwrap();
    assert_eq!(line.submit(pick(1)).unwrap_err().kind, ErrorKind::WrongState);
}

#[test]
fn the_queue_has_a_depth_and_feeders_have_a_format() {
    let mut line = Line::running(MachineSettings { jobs_at_once: 2, ..settings() }, 30);
    line.submit(pick(1)).unwrap();
    line.submit(pick(2)).unwrap();
    assert_eq!(line.submit(pick(3)).unwrap_err().kind, ErrorKind::Busy);
    line.settle();
    line.carry_out(Operation::Cancel { job: JobId(1) }).unwrap();
    line.carry_out(pick(3)).unwrap();
    line.carry_out(Operation::Cancel { job: JobId(2) }).unwrap();
    let pick_of = |feeder: u16, format: &str| Operation::Pick {
        job: JobId(9),
        feeder: FeederId(feeder),
        format: Format(format.into()),
    };
    assert_eq!(line.carry_out(pick_of(7, "passport-32")).unwrap_err().kind, ErrorKind::NotFound);
    assert_eq!(line.carry_out(pick_of(2, "passport-32")).unwrap_err().kind, ErrorKind::Invalid);
    assert_eq!(line.carry_out(pick_of(2, "passport-48")).unwrap_err().kind, ErrorKind::FeederEmpty);
    assert!(line.has_alarm("FEEDER-EMPTY"));
    let wrong = line.core.load(FeederId(2), blanks(100..101), line.now);
    assert!(matches!(wrong, Err(crate::machine::OperatorError::WrongFormat { .. })));
}

#[test]
fn alarms_are_set_acknowledged_and_cleared() {
    let mut line = Line::running(MachineSettings { feeder_low: 2, ..settings() }, 3);
    line.carry_out(pick(1)).unwrap();
    let alarm = line.core.snapshot().unwrap().alarms.remove(0);
    assert_eq!((alarm.code.as_str(), alarm.is_set, alarm.is_acknowledged), ("FEEDER-LOW", true, false));
    line.carry_out(Operation::AcknowledgeAlarm(alarm.id)).unwrap();
    assert!(line.core.snapshot().unwrap().alarms[0].is_acknowledged);
    assert_eq!(line.core.load(FEEDER, blanks(1..20), line.now), Ok(16), "what was held before is left out");
    line.read();
    assert!(line.core.snapshot().unwrap().alarms.is_empty());
    assert!(line.seen.iter().any(|event| event.body == EventBody::AlarmAcknowledged(alarm.id)));
    assert!(line.seen.iter().any(|event| event.body == EventBody::AlarmCleared(alarm.id)));
    let unknown = Operation::AcknowledgeAlarm(AlarmId(99));
    assert_eq!(line.carry_out(unknown).unwrap_err().kind, ErrorKind::NotFound);
}

#[test]
fn consumables_run_down_and_an_empty_one_holds_the_machine() {
    let mut line = Line::running(settings(), 30);
    line.core.drain_for_test("ink", 100_500);
    line.carry_out(pick(1)).unwrap();
    line.carry_out(personalise(1, 1)).unwrap();
    assert!(!line.has_alarm("CONSUMABLE-LOW"));
    line.carry_out(deliver(1, Stack::Good)).unwrap();
    line.core.drain_for_test("ink", 250);
    line.carry_out(pick(2)).unwrap();
    let marking = line.submit(personalise(2, 2)).unwrap();
    line.settle();
    assert_eq!(line.state(), State::Held);
    assert!(line.has_alarm("CONSUMABLE-EMPTY"));
    line.core.refill("ink", Some("LOT-2".into()), None, line.now).unwrap();
    line.control(ControlCommand::Unhold).unwrap();
    line.wait_for(marking).unwrap();
    let ink = line.core.snapshot().unwrap().consumables.into_iter().find(|supply| supply.name == "ink").unwrap();
    assert_eq!((ink.level_per_mille, ink.lot.as_deref()), (1000, Some("LOT-2")));
}
