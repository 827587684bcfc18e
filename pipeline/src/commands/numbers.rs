//! `persoline numbers`: document numbers for booklets whose number the machine engraves.

use persoline_domain::deed::Deed;
use persoline_domain::identifiers::DocumentNumber;
use serde::Serialize;

use super::{print_json, say};
use crate::arguments::NumbersCommand;
use crate::centre::OpenCentre;
use crate::exit::{Ending, Failure};
use crate::place::Place;

/// Takes over a range of numbers.
pub(crate) fn numbers(place: Place, command: &NumbersCommand) -> Result<Ending, Failure> {
    let NumbersCommand::Grant { first, last, actor, json } = command;
    let open = OpenCentre::open_beside(place)?;
    let deed = Deed::NumbersGranted { first: DocumentNumber(first.clone()), last: DocumentNumber(last.clone()) };
    open.commit_as(actor.person()?, deed)?;
    if *json {
        print_json(&View { first, last })?;
    } else {
        say(format!("document numbers {first} to {last} granted"))?;
    }
    Ok(Ending::Done)
}

#[derive(Serialize)]
struct View<'a> {
    first: &'a str,
    last: &'a str,
}
