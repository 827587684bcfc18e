//! `persoline stock load`, `persoline stock unload`: what people put into machines that do not tell it themselves.

use persoline_domain::booklet::BookletState;
use persoline_domain::deed::Deed;
use persoline_domain::identifiers::MachineName;
use persoline_domain::store::Store;

use super::serials::{Told, named, together};
use crate::arguments::stock::FeederArguments;
use crate::centre::OpenCentre;
use crate::exit::{Ending, Failure};
use crate::place::Place;

/// Into a machine's feeder.
pub(super) fn load(place: Place, arguments: &FeederArguments) -> Result<Ending, Failure> {
    let serials = named(&arguments.which)?;
    let (open, machine) = open(place, arguments)?;
    let done = format!("loaded in {machine}");
    let deed = Deed::StockLoaded { machine, serials: serials.clone() };
    let told = Told { done: &done, serials: &serials, json: arguments.json };
    together(&open, arguments.actor.person()?, deed, &told)
}

/// Back from a machine's feeder.
pub(super) fn unload(place: Place, arguments: &FeederArguments) -> Result<Ending, Failure> {
    let serials = named(&arguments.which)?;
    let (open, machine) = open(place, arguments)?;
    let done = format!("back in the vault from {machine}");
    let deed = Deed::StockUnloaded { machine, serials: serials.clone() };
    let told = Told { done: &done, serials: &serials, json: arguments.json };
    together(&open, arguments.actor.person()?, deed, &told)
}

fn open(place: Place, arguments: &FeederArguments) -> Result<(OpenCentre, MachineName), Failure> {
    let open = OpenCentre::open_beside(place)?;
    let named = MachineName(arguments.machine.clone());
    let found = open.settings.machine_names().find(|machine| *machine == named);
    // From a machine that the settings do not name any more, blanks still come back.
    let holds = || open.store.booklets(BookletState::Loaded, Some(&named), None, 1).map(|held| !held.is_empty());
    match if found.is_none() && holds()? { Some(named.clone()) } else { found } {
        Some(machine) => Ok((open, machine)),
        None => {
            let names: Vec<String> = open.settings.machine_names().map(|machine| machine.0).collect();
            Err(Failure::input(format!("there is no machine {}; there are {}", arguments.machine, names.join(", "))))
        }
    }
}
