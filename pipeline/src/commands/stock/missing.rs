//! `persoline stock missing`, `persoline stock found`.

use persoline_domain::deed::Deed;

use super::serials::{Told, each, named};
use crate::arguments::stock::{PlainArguments, ReasonedArguments};
use crate::centre::OpenCentre;
use crate::exit::{Ending, Failure};
use crate::place::Place;

/// Booklets are not where the books say.
pub(super) fn missing(place: Place, arguments: &ReasonedArguments) -> Result<Ending, Failure> {
    let serials = named(&arguments.which)?;
    let open = OpenCentre::open_beside(place)?;
    let deed = |serial| Deed::BookletMissing { serial, reason: arguments.reason.clone() };
    let told = Told { done: "missing", serials: &serials, json: arguments.json };
    each(&open, arguments.actor.person()?, deed, &told)
}

/// Missing booklets were found.
pub(super) fn found(place: Place, arguments: &PlainArguments) -> Result<Ending, Failure> {
    let serials = named(&arguments.which)?;
    let open = OpenCentre::open_beside(place)?;
    let deed = |serial| Deed::BookletFound { serial };
    let told = Told { done: "found, in quarantine", serials: &serials, json: arguments.json };
    each(&open, arguments.actor.person()?, deed, &told)
}
