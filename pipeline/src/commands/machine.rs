//! `persoline machine`: pause, resume, drain, clear.

use persoline_domain::deed::Deed;
use persoline_domain::identifiers::MachineName;
use persoline_domain::store::Store;
use serde::Serialize;

use super::{print_json, say};
use crate::arguments::MachineCommand;
use crate::centre::OpenCentre;
use crate::exit::{Ending, Failure};
use crate::place::Place;

/// Steers a machine; a line that runs in another program obeys within a second.
pub(crate) fn machine(place: Place, command: &MachineCommand) -> Result<Ending, Failure> {
    type Make = fn(MachineName) -> Deed;
    let (arguments, deed, done): (_, Make, _) = match command {
        MachineCommand::Pause(arguments) => (arguments, |machine| Deed::MachinePaused { machine }, "paused"),
        MachineCommand::Resume(arguments) => (arguments, |machine| Deed::MachineResumed { machine }, "resumed"),
        MachineCommand::Drain(arguments) => (arguments, |machine| Deed::MachineDraining { machine }, "draining"),
        MachineCommand::Clear(arguments) => (arguments, |machine| Deed::MachineCleared { machine }, "cleared"),
    };
    let open = OpenCentre::open_beside(place)?;
    let machine = MachineName(arguments.name.clone());
    let known: Vec<String> = open.settings.machine_names().map(|name| name.0).collect();
    if !known.contains(&machine.0) {
        return Err(Failure::input(format!("there is no machine {machine}; there are {}", known.join(", "))));
    }
    open.commit_as(arguments.actor.person()?, deed(machine.clone()))?;
    if arguments.json {
        let standing = open.store.standing(&machine)?;
        return print_json(&View {
            machine: machine.0,
            paused: standing.is_paused,
            draining: standing.is_draining,
            fenced_off: standing.fenced_off,
        })
        .map(|()| Ending::Done);
    }
    say(format!("machine {machine} {done}")).map(|()| Ending::Done)
}

/// How a machine stands, as JSON.
#[derive(Serialize)]
struct View {
    machine: String,
    paused: bool,
    draining: bool,
    fenced_off: Option<String>,
}
