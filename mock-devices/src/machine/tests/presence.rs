//! What takes a machine's time and a person's hands: warming up, covers, consumables, modes, jams that outlive a restart.

use printer_driver::{AlarmId, BookletFate, ErrorKind, Mode};

use super::*;
use crate::machine::{FaultKind, FaultPlan, OperatorError};

/// From Idle until the machine executes.
fn start_takes(line: &mut Line) -> Duration {
    let began = line.now;
    line.control(ControlCommand::Start).unwrap();
    line.now - began
}

#[test]
fn a_cold_machine_warms_up_before_it_executes_and_stays_warm_for_a_while() {
    let timings = settings().timings;
    let (cold, warm) = (timings.state_change + timings.warm_up, timings.state_change);
    let mut line = Line::switch_on(settings(), Box::new(InMemory::new()), Duration::ZERO);
    line.core.attach(TOKEN, line.now).unwrap();
    line.control(ControlCommand::Reset).unwrap();
    let start = line.submit(Operation::Control(ControlCommand::Start)).unwrap();
    assert_eq!(line.state(), State::Starting);
    assert_eq!(line.submit(pick(1)).unwrap_err().kind, ErrorKind::WrongState, "no booklet before it is warm");
    let began = line.now;
    line.wait_for(start).unwrap();
    assert_eq!(line.now - began, cold);

    line.control(ControlCommand::Stop).unwrap();
    line.control(ControlCommand::Reset).unwrap();
    assert_eq!(start_takes(&mut line), warm, "still warm");
    line.control(ControlCommand::Stop).unwrap();
    line.control(ControlCommand::Reset).unwrap();
    line.now += timings.cools_after;
    assert_eq!(start_takes(&mut line), cold, "cold again");
    line.core.power_cut(line.now).unwrap();
    line.settle();
    line.core.attach(TOKEN, line.now).unwrap();
    line.control(ControlCommand::Reset).unwrap();
    assert_eq!(start_takes(&mut line), cold, "cold after a power cut");
}

#[test]
fn an_open_cover_stops_the_laser_at_once_and_nothing_starts_until_it_is_closed() {
    let mut line = Line::running(settings(), 10);
    line.carry_out(pick(1)).unwrap();
    let marking = line.submit(personalise(1, 1)).unwrap();
    while line.core.look(&serial(1)).unwrap().1 != crate::machine::Place::Station(printer_driver::StationId(300)) {
        assert!(line.step());
    }
    line.step();
    line.core.open_cover(line.now).unwrap();
    line.settle();
    assert_eq!(line.state(), State::Aborted);
    assert!(line.has_alarm("COVER-OPEN"));
    let error = line.told(marking).remove(0).unwrap_err();
    assert_eq!((error.kind, error.fate), (ErrorKind::Fault, BookletFate::Unknown));
    assert_eq!(line.control(ControlCommand::Clear).unwrap_err().kind, ErrorKind::WrongState);
    line.core.close_cover(line.now).unwrap();
    assert!(!line.has_alarm("COVER-OPEN"));
    assert_eq!(line.state(), State::Aborted, "a person decides when it goes on");
    for command in [ControlCommand::Clear, ControlCommand::Reset, ControlCommand::Start] {
        line.control(command).unwrap();
    }
    line.carry_out(deliver(1, Stack::Reject)).unwrap();
    line.carry_out(pick(2)).unwrap();
    // A machine that stands is opened without any harm.
    line.control(ControlCommand::Stop).unwrap();
    line.core.open_cover(line.now).unwrap();
    assert_eq!(line.state(), State::Stopped);
    assert_eq!(line.control(ControlCommand::Reset).unwrap_err().kind, ErrorKind::WrongState);
}

#[test]
fn every_consumable_warns_before_it_runs_out_and_stops_the_machine_when_it_has() {
    for (name, per_document) in [("laser source", 1), ("ink", 250), ("cleaning ribbon", 400)] {
        let mut line = Line::running(settings(), 10);
        line.core.drain_for_test(name, 100_000 + per_document);
        line.carry_out(pick(1)).unwrap();
        line.carry_out(personalise(1, 1)).unwrap();
        assert!(line.has_alarm("CONSUMABLE-LOW") && !line.has_alarm("CONSUMABLE-EMPTY"), "{name}");
        line.core.drain_for_test(name, per_document);
        line.carry_out(pick(2)).unwrap();
        let marking = line.submit(personalise(2, 2)).unwrap();
        line.settle();
        assert_eq!(line.state(), State::Held, "{name}");
        assert!(line.has_alarm("CONSUMABLE-EMPTY"), "{name}");
        let refused = line.control(ControlCommand::Unhold).unwrap_err();
        assert_eq!(refused.kind, ErrorKind::WrongState, "{name}: nothing to go on with");
        line.core.refill(name, None, None, line.now).unwrap();
        assert!(!line.has_alarm("CONSUMABLE-LOW") && !line.has_alarm("CONSUMABLE-EMPTY"), "{name}");
        line.control(ControlCommand::Unhold).unwrap();
        line.settle();
        assert!(line.told(marking)[0].is_ok(), "{name}");
    }
    let mut line = Line::running(settings(), 0);
    line.core.use_up("ink", 90, line.now).unwrap();
    assert!(line.has_alarm("CONSUMABLE-LOW"));
    assert_eq!(line.state(), State::Execute);
    line.core.use_up("ink", 0, line.now).unwrap();
    line.settle();
    assert_eq!(line.state(), State::Held);
    assert_eq!(line.core.use_up("tea", 0, line.now), Err(OperatorError::NoSuchPart));
}

#[test]
fn a_person_puts_the_machine_into_maintenance_and_nothing_is_made_there() {
    let mut line = Line::running(settings(), 10);
    assert!(line.core.set_mode(Mode::Maintenance, line.now).is_err(), "not while it runs");
    line.control(ControlCommand::Stop).unwrap();
    line.core.set_mode(Mode::Maintenance, line.now).unwrap();
    line.read();
    assert!(line.seen.iter().any(|event| event.body == EventBody::ModeChanged(Mode::Maintenance)));
    line.control(ControlCommand::Reset).unwrap();
    line.control(ControlCommand::Start).unwrap();
    assert_eq!(line.submit(pick(1)).unwrap_err().kind, ErrorKind::WrongState);
    line.control(ControlCommand::Stop).unwrap();
    line.core.set_mode(Mode::Production, line.now).unwrap();
    line.control(ControlCommand::Reset).unwrap();
    line.control(ControlCommand::Start).unwrap();
    line.carry_out(pick(1)).unwrap();
}

#[test]
fn a_jam_that_outlives_a_restart_sets_its_alarm_again() {
    let faults = FaultPlan::none().with_forced(FaultKind::JamAtLaser, None);
    let mut line = Line::running(MachineSettings { faults, ..settings() }, 10);
    line.carry_out(pick(1)).unwrap();
    line.carry_out(personalise(1, 1)).unwrap_err();
    line.settle();
    let alarms = |line: &Line, from: usize| -> Vec<AlarmId> {
        let set = line.seen[from..].iter().filter_map(|event| match &event.body {
            EventBody::AlarmSet(alarm) if alarm.code == "JAM" => Some(alarm.id),
            _ => None,
        });
        set.collect()
    };
    let before = alarms(&line, 0);
    let from = line.seen.len();
    line.core.restart(7, line.now).unwrap();
    line.read();
    let after = alarms(&line, from);
    assert_eq!((before.len(), after.len()), (1, 1));
    assert_ne!(before, after);
    assert!(line.seen[from..].iter().any(|event| event.body == EventBody::AlarmCleared(before[0])));
    assert!(line.has_alarm("JAM"));
    line.core.clear_jam(line.now).unwrap();
    line.core.restart(8, line.now).unwrap();
    assert!(!line.has_alarm("JAM"));
}

#[test]
fn a_restart_in_place_is_a_start_of_the_controller_and_forgets_nothing_it_has_told() {
    let mut line = Line::running(settings(), 10);
    line.carry_out(pick(1)).unwrap();
    let marking = line.submit(personalise(1, 1)).unwrap();
    let told = line.seen.clone();
    line.core.restart(9, line.now).unwrap();
    line.read();
    assert_eq!(line.seen[..told.len()], told);
    assert_eq!(line.told(marking)[0].as_ref().unwrap_err().kind, ErrorKind::PowerLost);
    assert_eq!(line.submit(pick(2)).unwrap_err().kind, ErrorKind::NotAttached);
    assert_eq!(line.core.attach(TOKEN, line.now).unwrap().start_count, 2);
    line.run();
    line.carry_out(personalise(1, 1)).unwrap();
    assert_eq!(line.core.look(&serial(1)).unwrap().0.times_marked, 1);
}
