//! `persoline stock pack`, `hand-over` and `recall`: documents on their way out, and back.

use persoline_domain::deed::Deed;

use super::serials::{Told, each, named, together};
use crate::arguments::stock::{PlainArguments, ReasonedArguments};
use crate::centre::OpenCentre;
use crate::exit::{Ending, Failure};
use crate::place::Place;

/// Packs good documents.
pub(super) fn pack(place: Place, arguments: &PlainArguments) -> Result<Ending, Failure> {
    let serials = named(&arguments.which)?;
    let open = OpenCentre::open_beside(place)?;
    let told = Told { done: "packed", serials: &serials, json: arguments.json };
    together(&open, arguments.actor.person()?, Deed::Packed { serials: serials.clone() }, &told)
}

/// Hands packed documents over.
pub(super) fn hand_over(place: Place, arguments: &PlainArguments) -> Result<Ending, Failure> {
    let serials = named(&arguments.which)?;
    let open = OpenCentre::open_beside(place)?;
    let told = Told { done: "handed over", serials: &serials, json: arguments.json };
    together(&open, arguments.actor.person()?, Deed::HandedOver { serials: serials.clone() }, &told)
}

/// Calls documents back.
pub(super) fn recall(place: Place, arguments: &ReasonedArguments) -> Result<Ending, Failure> {
    let serials = named(&arguments.which)?;
    let open = OpenCentre::open_beside(place)?;
    let deed = |serial| Deed::BookletRecalled { serial, reason: arguments.reason.clone() };
    let told = Told { done: "recalled", serials: &serials, json: arguments.json };
    each(&open, arguments.actor.person()?, deed, &told)
}
