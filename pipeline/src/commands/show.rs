//! `persoline show`.

use persoline_domain::store::{EventRecord, OrderRecord, Store};
use serde::Serialize;

use super::{print_json, say};
use crate::arguments::ShowArguments;
use crate::centre::OpenCentre;
use crate::exit::{Ending, Failure};
use crate::place::Place;

/// Shows one order with its timeline. Nothing personal: that lies sealed.
pub(crate) fn show(place: Place, arguments: &ShowArguments) -> Result<Ending, Failure> {
    let open = OpenCentre::open_for_reading(place)?;
    let application = arguments.application.as_str().into();
    let order = open
        .store
        .order_of(&application)?
        .ok_or_else(|| Failure::input(format!("there is no application {application}")))?;
    let events = open.store.timeline(order.order)?;
    if arguments.json {
        print_json(&View::of(&order, &events))?;
        return Ok(Ending::Done);
    }
    let or_none = |text: Option<String>| text.unwrap_or_else(|| "none".to_owned());
    say(format!("application  {}", order.application))?;
    say(format!("order        {}", order.order))?;
    say(format!(
        "state        {}{}",
        order.state.name(),
        order.hold.map_or(String::new(), |h| format!(" ({})", h.name()))
    ))?;
    say(format!("document     {}", order.document.name()))?;
    say(format!("priority     {}", order.priority.name()))?;
    say(format!("channel      {}", order.channel.name()))?;
    say(format!("batch        {}", order.batch))?;
    say(format!("collection   {} ({})", order.collection.place, order.collection.kind.name()))?;
    say(format!("received     {}", order.received))?;
    say(format!("due          {}", order.due))?;
    say(format!("finished     {}", or_none(order.finished.map(|at| at.to_string()))))?;
    say(format!("booklet      {}", or_none(order.serial.as_ref().map(ToString::to_string))))?;
    say(format!("number       {}", or_none(order.number.as_ref().map(ToString::to_string))))?;
    say(format!("remakes      {}", order.remakes))?;
    say("timeline")?;
    for event in &events {
        let booklet = event.serial.as_ref().map_or(String::new(), |serial| format!("  {serial}"));
        let detail = if event.detail.is_empty() { String::new() } else { format!("  {}", event.detail) };
        say(format!("  {}  {:<16} {}{booklet}{detail}", event.at, event.kind, event.actor))?;
    }
    Ok(Ending::Done)
}

/// An order, as JSON.
#[derive(Serialize)]
struct View {
    application: String,
    order: u64,
    state: &'static str,
    hold: Option<&'static str>,
    document: &'static str,
    priority: &'static str,
    channel: &'static str,
    batch: String,
    collection_place: String,
    received: String,
    due: String,
    finished: Option<String>,
    booklet: Option<String>,
    document_number: Option<String>,
    stop_requested: bool,
    machine: Option<String>,
    remakes: u32,
    timeline: Vec<EventView>,
}

/// An event, as JSON.
#[derive(Serialize)]
struct EventView {
    sequence: u64,
    at: String,
    kind: String,
    actor: String,
    booklet: Option<String>,
    detail: String,
}

impl View {
    fn of(order: &OrderRecord, events: &[EventRecord]) -> Self {
        View {
            application: order.application.to_string(),
            order: order.order.0,
            state: order.state.name(),
            hold: order.hold.map(persoline_domain::deed::HoldReason::name),
            document: order.document.name(),
            priority: order.priority.name(),
            channel: order.channel.name(),
            batch: order.batch.to_string(),
            collection_place: order.collection.place.clone(),
            received: order.received.to_string(),
            due: order.due.to_string(),
            finished: order.finished.map(|at| at.to_string()),
            booklet: order.serial.as_ref().map(ToString::to_string),
            document_number: order.number.as_ref().map(ToString::to_string),
            stop_requested: order.stop_requested,
            machine: order.machine.as_ref().map(ToString::to_string),
            remakes: order.remakes,
            timeline: events
                .iter()
                .map(|event| EventView {
                    sequence: event.sequence.0,
                    at: event.at.to_string(),
                    kind: event.kind.clone(),
                    actor: event.actor.clone(),
                    booklet: event.serial.as_ref().map(ToString::to_string),
                    detail: event.detail.clone(),
                })
                .collect(),
        }
    }
}
