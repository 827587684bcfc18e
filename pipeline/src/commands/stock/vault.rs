//! `persoline stock store`, `persoline stock return`.

use persoline_domain::deed::Deed;
use serde::Serialize;

use super::serials::{Told, named, together};
use crate::arguments::stock::{ReasonedArguments, StoreArguments};
use crate::centre::OpenCentre;
use crate::commands::{print_json, say};
use crate::exit::{Ending, Failure};
use crate::place::Place;

/// Counts received blanks into the vault.
pub(super) fn store(place: Place, arguments: &StoreArguments) -> Result<Ending, Failure> {
    let open = OpenCentre::open_beside(place)?;
    let StoreArguments { delivery, counted, carton, .. } = arguments;
    let deed = Deed::StockStored { delivery: delivery.clone(), cartons: carton.clone(), counted: *counted };
    open.commit_as(arguments.actor.person()?, deed)?;
    if arguments.json {
        print_json(&View { delivery, cartons: carton, counted: *counted })?;
    } else {
        say(format!("delivery {delivery}: {counted} blanks counted into the vault"))?;
    }
    Ok(Ending::Done)
}

/// Sends blanks back to their maker.
pub(super) fn send_back(place: Place, arguments: &ReasonedArguments) -> Result<Ending, Failure> {
    let serials = named(&arguments.which)?;
    let open = OpenCentre::open_beside(place)?;
    let deed = Deed::StockReturned { serials: serials.clone(), reason: arguments.reason.clone() };
    let told = Told { done: "returned to their maker", serials: &serials, json: arguments.json };
    together(&open, arguments.actor.person()?, deed, &told)
}

#[derive(Serialize)]
struct View<'a> {
    delivery: &'a str,
    cartons: &'a [String],
    counted: u32,
}
