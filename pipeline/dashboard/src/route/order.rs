//! `/orders/{application}`: one order, its facts and its timeline, held and released.

use persoline_domain::identifiers::ApplicationNumber;
use persoline_domain::job::JobPhase;
use persoline_domain::order::OrderState;
use persoline_domain::store::OrderRecord;
use persoline_domain::texts::{Text, names};

use crate::address::Segment;
use crate::context::Context;
use crate::html::{Html, Slot};
use crate::page::Tab;
use crate::part::{events, orders};
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
    let stop = Stop {
        is_requested: job.as_ref().is_some_and(|job| job.stop_requested),
        is_late: job.is_some_and(|job| job.phase >= JobPhase::Locking),
    };
    let timeline = Html::of(
        "<h2>{}</h2>{}",
        &[&context.say(Text::Timeline), &events::table(context, &store.timeline(order.order)?, false)],
    );
    let title = context.fill(Text::OrderOf, &[("application", application)]);
    Ok(Main {
        pieces: vec![
            Piece::Still(Html::of("<h1>{}</h1>", &[&title])),
            Piece::Live("order-state", state(context, &order, stop)),
            Piece::Live("order-facts", facts(context, &order)),
            Piece::Live("timeline", timeline),
        ],
        title,
        tab: Tab::Orders,
        layout: "page order",
    })
}

/// Whether somebody wants the order off its machine, and whether its chip may be locked already.
#[derive(Clone, Copy)]
struct Stop {
    is_requested: bool,
    is_late: bool,
}

/// Where the order stands, and what a person can do about it.
fn state(context: &Context, order: &OrderRecord, stop: Stop) -> Html {
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
        let text = if stop.is_late { Text::StopRequestedLate } else { Text::StopRequested };
        html.put("<p class=\"warn\">{}</p>", &[&context.say(text)]);
    }
    let choice = match order.state {
        OrderState::Held => Some((Act::Release, Text::ReleaseMeaning)),
        state if state.is_on_machine() && stop.is_requested => Some((Act::Release, Text::ReleaseOnMachineMeaning)),
        state if state.is_on_machine() && stop.is_late => Some((Act::Hold, Text::HoldAfterLockMeaning)),
        state if state.is_on_machine() => Some((Act::Hold, Text::HoldOnMachineMeaning)),
        OrderState::Waiting => Some((Act::Hold, Text::HoldMeaning)),
        _ => None,
    };
    match choice {
        Some((act, meaning)) => {
            html.put("{}<p class=\"quiet\">{}</p>", &[&button(context, application, act), &context.say(meaning)])
        }
        None => html.put("<p class=\"quiet\">{}</p>", &[&context.say(Text::NotSteerable)]),
    };
    html.put("</div>", &[]);
    html
}

#[derive(Clone, Copy)]
enum Act {
    Hold,
    Release,
}

fn button(context: &Context, application: &str, act: Act) -> Html {
    let (action, label, long) = match act {
        Act::Hold => ("hold", Text::Hold, Text::HoldOrder),
        Act::Release => ("release", Text::Release, Text::ReleaseOrder),
    };
    Html::of(
        "<form method=\"post\" action=\"/orders/{}/{}\" data-order=\"{}\">\
         <button id=\"steer-order\" data-action=\"{}\" aria-label=\"{}\">{}</button></form>",
        &[
            &Segment(application),
            &action,
            &application,
            &action,
            &context.fill(long, &[("application", application)]),
            &context.say(label),
        ],
    )
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
    let facts: [(Text, &dyn Slot); 12] = [
        (Text::Due, &context.date(order.due)),
        (Text::DocumentType, &context.name(names::document(order.document))),
        (Text::Priority, &context.name(names::priority(order.priority))),
        (Text::Channel, &context.name(names::channel(order.channel))),
        (Text::Received, &context.moment(order.received)),
        (Text::Collection, &place),
        (Text::Serial, &order.serial.as_ref().map(|serial| serial.0.as_str())),
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
