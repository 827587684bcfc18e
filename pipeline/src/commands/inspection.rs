//! `persoline inspection`: first pieces and samples, looked at by a person.

use persoline_domain::deed::Deed;
use persoline_domain::identifiers::BookletSerial;
use persoline_domain::store::{InspectionRecord, Store};
use serde::Serialize;

use super::{print_json, say};
use crate::arguments::InspectionCommand;
use crate::centre::OpenCentre;
use crate::exit::{Ending, Failure};
use crate::place::Place;

/// Inspections that are listed at most.
const LISTED: usize = 10_000;

/// Lists what waits, or decides.
pub(crate) fn inspection(place: Place, command: &InspectionCommand) -> Result<Ending, Failure> {
    let (serial, approved, reason, actor, json) = match command {
        InspectionCommand::List { json } => return list(place, *json),
        InspectionCommand::Approve { serial, actor, json } => (serial, true, String::new(), actor, *json),
        InspectionCommand::Reject { serial, reason, actor, json } => (serial, false, reason.clone(), actor, *json),
    };
    let open = OpenCentre::open_beside(place)?;
    let serial = BookletSerial(serial.clone());
    let deed = Deed::InspectionDecided { serial: serial.clone(), approved, reason };
    open.commit_as(actor.person()?, deed)?;
    if json {
        print_json(&DecidedView { serial: serial.0, approved })?;
    } else if approved {
        say(format!("{serial} approved"))?;
    } else {
        say(format!("{serial} rejected: its order is made again, and its machine waits for another first piece"))?;
    }
    Ok(Ending::Done)
}

fn list(place: Place, json: bool) -> Result<Ending, Failure> {
    let open = OpenCentre::open_for_reading(place)?;
    let pending = open.store.inspections(LISTED)?;
    if json {
        let views = pending.iter().map(|record| View::of(&open, record)).collect::<Result<Vec<_>, _>>()?;
        print_json(&views)?;
        return Ok(Ending::Done);
    }
    if pending.is_empty() {
        say("nothing waits for inspection")?;
    }
    for record in &pending {
        let view = View::of(&open, record)?;
        say(format!("{}  {:<11}  machine {}  application {}", view.serial, view.kind, view.machine, view.application))?;
    }
    Ok(Ending::Done)
}

/// A document that waits, as JSON.
#[derive(Serialize)]
struct View {
    serial: String,
    kind: &'static str,
    machine: String,
    application: String,
    shift: Option<u64>,
    at: String,
}

impl View {
    fn of(open: &OpenCentre, record: &InspectionRecord) -> Result<View, Failure> {
        let order = open.store.order(record.order)?;
        Ok(View {
            serial: record.serial.to_string(),
            kind: record.kind.name(),
            machine: record.machine.to_string(),
            application: order.map_or_else(String::new, |order| order.application.to_string()),
            shift: record.shift.map(|shift| shift.0),
            at: record.at.to_string(),
        })
    }
}

#[derive(Serialize)]
struct DecidedView {
    serial: String,
    approved: bool,
}
