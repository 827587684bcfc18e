//! `persoline report`: how far the issuing register has been told, and telling it now.

use persoline_domain::identifiers::Sequence;
use persoline_domain::outbox::ReceiverStanding;
use persoline_domain::store::Store;
use serde::Serialize;

use super::{print_json, say};
use crate::arguments::ReportCommand;
use crate::centre::OpenCentre;
use crate::exit::{Ending, Failure};
use crate::place::Place;
use crate::reports;

/// Reports that are counted at once.
const PAGE: usize = 1024;

/// Shows how far the receivers are, or delivers what is left.
pub(crate) fn report(place: Place, command: &ReportCommand) -> Result<Ending, Failure> {
    match command {
        ReportCommand::Status { json } => status(place, *json),
        ReportCommand::Once { json } => once(place, *json),
    }
}

fn status(place: Place, json: bool) -> Result<Ending, Failure> {
    let open = OpenCentre::open_for_reading(place)?;
    let mut views = Vec::new();
    for receiver in &open.settings.reports {
        let through = open.store.delivered_through(&receiver.name)?;
        let (undelivered, oldest) = undelivered(&*open.store, through)?;
        views.push(StatusView { receiver: receiver.name.clone(), through: through.0, undelivered, oldest });
    }
    if json {
        print_json(&views)?;
        return Ok(Ending::Done);
    }
    if views.is_empty() {
        say("no receiver is set up: name one under \"reports\" in centre.json")?;
    }
    for view in &views {
        let oldest = view.oldest.as_ref().map_or(String::new(), |at| format!(", the oldest of {at}"));
        say(format!("{}: delivered up to {}, {} not yet{oldest}", view.receiver, view.through, view.undelivered))?;
    }
    Ok(Ending::Done)
}

/// Reports after a position, and when the first of them was written.
fn undelivered(store: &dyn Store, through: Sequence) -> Result<(u64, Option<String>), Failure> {
    let (mut count, mut oldest, mut after) = (0, None, through);
    loop {
        let page = store.outbox(after, PAGE)?;
        let (Some(first), Some(last)) = (page.first(), page.last()) else { return Ok((count, oldest)) };
        oldest = oldest.or_else(|| Some(first.at.to_string()));
        count += page.len() as u64;
        after = last.sequence;
    }
}

fn once(place: Place, json: bool) -> Result<Ending, Failure> {
    let open = OpenCentre::open_beside(place)?;
    let standings = reports::once(&open)?;
    if json {
        print_json(&standings.iter().map(View::of).collect::<Vec<_>>())?;
    } else {
        if standings.is_empty() {
            say("no receiver is set up: name one under \"reports\" in centre.json")?;
        }
        standings.iter().try_for_each(tell)?;
    }
    Ok(if standings.iter().all(|standing| standing.is_done) { Ending::Done } else { Ending::Findings })
}

/// Tells how a receiver stands.
pub(crate) fn tell(standing: &ReceiverStanding) -> Result<(), Failure> {
    let ReceiverStanding { receiver, delivered, last_fault, .. } = standing;
    let fault = last_fault.as_deref().unwrap_or("not all was delivered yet");
    match (standing.is_stopped, standing.is_done) {
        (true, _) => say(format!("report to {receiver}: {delivered} delivered, then stopped: {fault}")),
        (false, true) => say(format!("report to {receiver}: {delivered} delivered, nothing left")),
        (false, false) => say(format!("report to {receiver}: {delivered} delivered, the rest later: {fault}")),
    }
}

/// How a receiver stands, as JSON.
#[derive(Serialize)]
pub(crate) struct View {
    receiver: String,
    delivered: u64,
    through: u64,
    done: bool,
    stopped: bool,
    /// The HTTP status with which it turns this centre away, whatever it is sent.
    turned_away: Option<u16>,
    fault: Option<String>,
}

impl View {
    /// The view of a standing.
    pub(crate) fn of(standing: &ReceiverStanding) -> View {
        View {
            receiver: standing.receiver.clone(),
            delivered: standing.delivered,
            through: standing.through.0,
            done: standing.is_done,
            stopped: standing.is_stopped,
            turned_away: standing.turned_away.map(|turned_away| turned_away.objection.status),
            fault: standing.last_fault.clone(),
        }
    }
}

/// A receiver and what it lacks, as JSON.
#[derive(Serialize)]
struct StatusView {
    receiver: String,
    through: u64,
    undelivered: u64,
    oldest: Option<String>,
}
