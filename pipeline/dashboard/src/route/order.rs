//! `/orders/{application}`: one order, its facts, its booklets and its timeline, steered.

use persoline_domain::identifiers::ApplicationNumber;
use persoline_domain::job::JobPhase;
use persoline_domain::store::{EventRecord, OrderRecord, StoreError};
use persoline_domain::texts::{Text, names};

use crate::address::Segment;
use crate::context::Context;
use crate::html::{Html, Slot};
use crate::page::Tab;
use crate::part::order_acts::{self, Stop};
use crate::part::{booklets, events, orders};
use crate::place::{Main, Piece, Problem};

pub(crate) fn main(context: &Context, application: &str) -> Result<Main, Problem> {
    let store = &context.site.store;
    let Some(order) = store.order_of(&ApplicationNumber::from(application))? else {
        return Err(Problem::NotFound(context.fill(Text::NotFoundOrder, &[("application", application)])));
    };
    let job = match order.job.filter(|_| order.state.is_on_machine()) {
        Some(job) => store.job(job)?,
        None => None,
    };
    let history = store.timeline(order.order)?;
    let stop = Stop {
        is_requested: order.state.is_on_machine()
            && (order.stop_requested || job.as_ref().is_some_and(|job| job.stop_requested)),
        is_cancel: is_cancel(&history),
        is_late: job.is_some_and(|job| job.phase >= JobPhase::Locking),
    };
    let timeline = Html::of("<h2>{}</h2>{}", &[&context.say(Text::Timeline), &events::table(context, &history, false)]);
    let title = context.fill(Text::OrderOf, &[("application", application)]);
    Ok(Main {
        pieces: vec![
            Piece::Still(Html::of("<h1>{}</h1>", &[&title])),
            Piece::Live("order-state", state(context, &order, stop)?),
            Piece::Live("order-facts", facts(context, &order)),
            Piece::Live("booklets", booklets::part(context, &order)?),
            Piece::Live("timeline", timeline),
        ],
        title,
        tab: Tab::Orders,
        layout: "page order",
    })
}

/// Where the order stands, and what a person can do about it.
fn state(context: &Context, order: &OrderRecord, stop: Stop) -> Result<Html, StoreError> {
    let application = order.application.as_str();
    let mut html = Html::of(
        "<div class=\"standing\" data-order=\"{}\" data-state=\"{}\" data-tone=\"{}\" data-stop-requested=\"{}\">{}<p>{}</p>",
        &[
            &application,
            &order.state.name(),
            &orders::tone(context, order),
            &(if stop.is_requested { "yes" } else { "no" }),
            &context.order_state(order.state),
            &context.name(names::order_state_meaning(order.state)),
        ],
    );
    if let Some(reason) = order.hold {
        html.put(
            "<p class=\"warn\">{}: {}</p>",
            &[&context.say(Text::HoldReason), &context.name(names::hold_reason(reason))],
        );
    }
    if stop.is_requested {
        let text = match stop {
            Stop { is_cancel: true, .. } => Text::CancelRequested,
            Stop { is_late: true, .. } => Text::StopRequestedLate,
            _ => Text::StopRequested,
        };
        html.put("<p class=\"warn\">{}</p>", &[&context.say(text)]);
    }
    html.put("{}</div>", &[&order_acts::part(context, order, stop)?]);
    Ok(html)
}

/// Whether the last that people wished was to cancel it.
fn is_cancel(timeline: &[EventRecord]) -> bool {
    let wish = timeline.iter().rev().find_map(|event| match event.kind.as_str() {
        "order_cancelled" => Some(true),
        "order_held" | "order_released" => Some(false),
        _ => None,
    });
    wish == Some(true)
}

fn facts(context: &Context, order: &OrderRecord) -> Html {
    let mut html = Html::of("<h2>{}</h2><dl class=\"facts\">", &[&context.say(Text::Facts)]);
    let machine = order
        .machine
        .as_ref()
        .map(|machine| Html::of("<a href=\"/machines/{}\">{}</a>", &[&Segment(machine.as_str()), &machine.as_str()]));
    let finished = order.finished.map(|at| context.moment(at));
    let place = Html::of(
        "{} <span class=\"quiet\">{}</span>",
        &[&order.collection.place, &context.name(names::collection_kind(order.collection.kind))],
    );
    let batch = (!order.batch.as_str().is_empty()).then(|| {
        let name = order.batch.as_str();
        Html::of("<a href=\"/orders?batch={}\">{}</a>", &[&Segment(name), &name])
    });
    let facts: [(Text, &dyn Slot); 14] = [
        (Text::Due, &context.date(order.due)),
        (Text::DocumentType, &context.name(names::document(order.document))),
        (Text::Priority, &context.name(names::priority(order.priority))),
        (Text::Channel, &context.name(names::channel(order.channel))),
        (Text::Received, &context.moment(order.received)),
        (Text::Collection, &place),
        (Text::Serial, &order.serial.as_ref().map(|serial| serial.0.as_str())),
        (Text::DocumentNumber, &order.number.as_ref().map(|number| number.0.as_str())),
        (Text::Batch, &batch),
        (Text::Machine, &machine),
        (Text::Job, &order.job.map(|job| job.0)),
        (Text::Remakes, &order.remakes),
        (Text::Order, &order.order.0),
        (Text::FinishedAt, &finished),
    ];
    for (label, value) in facts {
        let value = Html::of("{}", &[value]);
        if !value.as_str().is_empty() {
            html.put("<div><dt>{}</dt><dd>{}</dd></div>", &[&context.say(label), &value]);
        }
    }
    html.put("</dl><p class=\"quiet\">{}</p>", &[&context.say(Text::NoPersonalData)]);
    html
}
