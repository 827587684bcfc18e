//! `persoline stock destroy`: two people, by name.

use persoline_domain::deed::Deed;

use super::serials::{Told, named, together};
use crate::arguments::stock::DestroyArguments;
use crate::centre::OpenCentre;
use crate::exit::{Ending, Failure};
use crate::place::Place;

/// Destroys spoiled or recalled booklets.
pub(super) fn destroy(place: Place, arguments: &DestroyArguments) -> Result<Ending, Failure> {
    let serials = named(&arguments.which)?;
    let open = OpenCentre::open_beside(place)?;
    let done = format!("destroyed before the eyes of {}", arguments.witness);
    let deed = Deed::BookletsDestroyed { serials: serials.clone(), witness: arguments.witness.clone() };
    let told = Told { done: &done, serials: &serials, json: arguments.json };
    together(&open, arguments.actor.person()?, deed, &told)
}
