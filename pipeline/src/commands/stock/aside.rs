//! `persoline stock spoil`, `quarantine` and `decide`: blanks that are no good, or may not be.

use persoline_domain::booklet::QuarantineDecision;
use persoline_domain::deed::Deed;

use super::serials::{Told, each, named};
use crate::arguments::stock::{DecideArguments, DecisionArgument, ReasonedArguments};
use crate::centre::OpenCentre;
use crate::exit::{Ending, Failure};
use crate::place::Place;

/// Writes blanks off.
pub(super) fn spoil(place: Place, arguments: &ReasonedArguments) -> Result<Ending, Failure> {
    let serials = named(&arguments.which)?;
    let open = OpenCentre::open_beside(place)?;
    let deed = |serial| Deed::BlankSpoiled { serial, reason: arguments.reason.clone() };
    let told = Told { done: "written off", serials: &serials, json: arguments.json };
    each(&open, arguments.actor.person()?, deed, &told)
}

/// Sets blanks aside.
pub(super) fn quarantine(place: Place, arguments: &ReasonedArguments) -> Result<Ending, Failure> {
    let serials = named(&arguments.which)?;
    let open = OpenCentre::open_beside(place)?;
    let deed = |serial| Deed::BlankQuarantined { serial, reason: arguments.reason.clone() };
    let told = Told { done: "set aside in quarantine", serials: &serials, json: arguments.json };
    each(&open, arguments.actor.person()?, deed, &told)
}

/// Ends a quarantine.
pub(super) fn decide(place: Place, arguments: &DecideArguments) -> Result<Ending, Failure> {
    let serials: Vec<_> = arguments.serials.serials().collect();
    let open = OpenCentre::open_beside(place)?;
    let (decision, done) = match arguments.decision {
        DecisionArgument::Spoil => (QuarantineDecision::Spoil, "of the quarantine written off"),
        DecisionArgument::Clear => (QuarantineDecision::Clear, "of the quarantine cleared, back in the vault"),
        DecisionArgument::SendBack => (QuarantineDecision::SendBack, "of the quarantine returned to their maker"),
    };
    let deed = |serial| Deed::QuarantineDecided { serial, decision, reason: arguments.reason.clone() };
    let told = Told { done, serials: &serials, json: arguments.json };
    each(&open, arguments.actor.person()?, deed, &told)
}
