//! `persoline status`.

use std::collections::BTreeMap;

use persoline_domain::store::Store;
use serde::Serialize;

use super::{print_json, say};
use crate::centre::OpenCentre;
use crate::exit::{Ending, Failure};
use crate::place::Place;

/// Shows how things stand.
pub(crate) fn status(place: Place, json: bool) -> Result<Ending, Failure> {
    let open = OpenCentre::open_for_reading(place)?;
    let counts = open.store.counts()?;
    let stock = open.store.reconcile()?;
    let view = View {
        state: open.settings.state.clone(),
        machines: open.settings.machine_names().map(|machine| machine.0).collect(),
        paused: open.store.paused_machines()?.into_iter().map(|machine| machine.0).collect(),
        orders: counts.by_state.iter().map(|(state, count)| (state.name(), *count)).collect(),
        open_by_due_date: counts.open_by_due.iter().map(|(due, count)| (due.to_string(), *count)).collect(),
        finished_late: counts.late,
        booklets_spoiled: counts.spoiled,
        booklets: stock.by_state.iter().filter(|(_, n)| *n > 0).map(|(state, n)| (state.name(), *n)).collect(),
        booklets_received: stock.received,
        stock_difference: stock.difference(),
    };
    if json {
        print_json(&view)?;
        return Ok(Ending::Done);
    }
    say(format!("state {}", view.state))?;
    say("orders")?;
    for (state, count) in &counts.by_state {
        say(format!("  {:<12} {count}", state.name()))?;
    }
    say("open by due date")?;
    for (due, count) in &view.open_by_due_date {
        say(format!("  {due:<12} {count}"))?;
    }
    say(format!("booklets: {} received, difference {}", view.booklets_received, view.stock_difference))?;
    for (state, count) in &view.booklets {
        say(format!("  {state:<12} {count}"))?;
    }
    if !view.paused.is_empty() {
        say(format!("paused machines: {}", view.paused.join(", ")))?;
    }
    Ok(Ending::Done)
}

/// How things stand, as JSON.
#[derive(Serialize)]
struct View {
    state: String,
    machines: Vec<String>,
    paused: Vec<String>,
    orders: BTreeMap<&'static str, u64>,
    open_by_due_date: BTreeMap<String, u64>,
    finished_late: u64,
    booklets_spoiled: u64,
    booklets: BTreeMap<&'static str, u64>,
    booklets_received: u64,
    stock_difference: i64,
}
