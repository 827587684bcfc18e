use super::super::bench::{Bench, Result, demand, failed};
use super::Check;
use crate::{ControlCommand, ControlMode, ErrorKind, Operation, State};

pub(super) const BUTTONS: Check =
    Check { name: "buttons on the panel", demand: "what people do at the machine is told to the host", run: buttons };

pub(super) const KEY: Check = Check {
    name: "key on the panel",
    demand: "while people command the machine the host is refused, and the change is told",
    run: key,
};

fn buttons(bench: &mut Bench<'_>) -> Result<()> {
    bench.ready()?;
    bench.rig.press(ControlCommand::Stop)?;
    bench.until("StateChanged(Stopped) after Stop was pressed", |bench| {
        Ok((bench.watch.state() == Some(State::Stopped)).then_some(()))
    })?;
    bench.execute()
}

fn key(bench: &mut Bench<'_>) -> Result<()> {
    bench.ready()?;
    bench.load_only(1)?;
    if !bench.description()?.capabilities.control_modes.contains(&ControlMode::Local) {
        return Ok(());
    }
    bench.rig.turn_key(ControlMode::Local)?;
    bench.read_once()?;
    let control = bench.snapshot()?.control;
    demand(control == ControlMode::Local, || format!("the control is told as {control:?}"), "tell who commands")?;
    let (_, pick) = bench.pick_order()?;
    for operation in [pick, Operation::Control(ControlCommand::Stop)] {
        let command = bench.command(operation);
        match bench.hand_in(&command)? {
            Err(error) => bench.refused_as(&error, &[ErrorKind::WrongState], "a command while the panel commands")?,
            Ok(_) => return failed("a command was accepted while the panel commands", "answer WrongState"),
        }
    }
    bench.rig.turn_key(ControlMode::Remote)?;
    bench.read_once()?;
    bench.execute()?;
    bench.pick().map(|_| ())
}
