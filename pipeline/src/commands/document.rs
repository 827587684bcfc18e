//! `persoline document`: a good document is rejected after all.

use persoline_domain::deed::Deed;
use persoline_domain::identifiers::BookletSerial;
use serde::Serialize;

use super::{print_json, say};
use crate::arguments::DocumentCommand;
use crate::centre::OpenCentre;
use crate::exit::{Ending, Failure};
use crate::place::Place;

/// Rejects a document.
pub(crate) fn document(place: Place, command: &DocumentCommand) -> Result<Ending, Failure> {
    let DocumentCommand::Reject { serial, reason, actor, json } = command;
    let open = OpenCentre::open_beside(place)?;
    let deed = Deed::DocumentRejected { serial: BookletSerial(serial.clone()), reason: reason.clone() };
    open.commit_as(actor.person()?, deed)?;
    if *json {
        print_json(&View { serial, reason })?;
    } else {
        say(format!("{serial} rejected ({reason}): its order is made again, and the register is told"))?;
    }
    Ok(Ending::Done)
}

#[derive(Serialize)]
struct View<'a> {
    serial: &'a str,
    reason: &'a str,
}
