//! Events of the log in words.

use persoline_domain::store::EventRecord;
use persoline_domain::texts::{Text, events, machine};

use crate::address::Segment;
use crate::context::Context;
use crate::html::Html;

/// A table of events. `about_orders` adds the column that names each one's order.
pub(crate) fn table(context: &Context, list: &[EventRecord], about_orders: bool) -> Html {
    if list.is_empty() {
        return Html::of("<p class=\"none\">{}</p>", &[&context.say(Text::NoEvents)]);
    }
    let mut html = Html::of(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{}\">",
        &[&context.say(Text::Events)],
    );
    html.put("<table class=\"events\"><thead><tr>", &[]);
    let order = about_orders.then_some(Text::Application);
    for text in [Some(Text::Time), Some(Text::Event), order, Some(Text::Serial), Some(Text::Machine), Some(Text::Actor)]
        .into_iter()
        .flatten()
    {
        html.put("<th scope=\"col\">{}</th>", &[&context.say(text)]);
    }
    html.put("</tr></thead><tbody>", &[]);
    for event in list {
        html.put(
            "<tr data-sequence=\"{}\" data-kind=\"{}\" data-tone=\"{}\"><td class=\"when\">{}</td><td>{}</td>",
            &[&event.sequence.0, &event.kind, &tone(event), &context.moment(event.at), &what(context, event)],
        );
        if about_orders {
            html.put("<td class=\"code\">{}</td>", &[&order_link(event)]);
        }
        let serial = event.serial.as_ref().map(|serial| match about_orders {
            true => Html::of("{}", &[&serial.as_str()]),
            // The page of one order lists all its booklets.
            false => Html::of("<a href=\"#booklet-{}\">{}</a>", &[&Segment(serial.as_str()), &serial.as_str()]),
        });
        html.put(
            "<td class=\"code\">{}</td><td>{}</td><td class=\"quiet\">{}</td></tr>",
            &[&serial, &machine_link(event), &context.actor(&event.actor)],
        );
    }
    html.put("</tbody></table></div>", &[]);
    html
}

/// What happened, with its reason in words.
fn what(context: &Context, event: &EventRecord) -> Html {
    let kind = events::kind(&event.kind).map_or(event.kind.as_str(), |pair| context.name(pair));
    let mut html = Html::of("<b>{}</b>", &[&kind]);
    if !event.detail.is_empty() {
        html.put(" <span class=\"detail\">{}</span>", &[&detail(context, event)]);
    }
    if let Some(job) = event.job {
        let job = context.fill(Text::JobNumbered, &[("number", &job.to_string())]);
        html.put(" <span class=\"quiet\">{}</span>", &[&job]);
    }
    html
}

/// `alarm_set:JAM`, the alarm `JAM 7` that was acknowledged, and reason codes in words; anything else as it is.
fn detail(context: &Context, event: &EventRecord) -> String {
    let detail = event.detail.as_str();
    if event.kind == "alarm_acknowledged"
        && let Some((code, number)) = detail.split_once(' ')
    {
        let words = machine::alarm(code).map_or(code, |pair| context.name(pair));
        return format!("{words} ({})", context.fill(Text::AlarmNumbered, &[("number", number)]));
    }
    if let Some((word, code)) = detail.split_once(':')
        && let Some(report) = events::report(word)
    {
        let code = machine::alarm(code).map_or_else(|| context.reason(code), |pair| context.name(pair).to_owned());
        return format!("{}: {code}", context.name(report));
    }
    context.reason(detail)
}

fn tone(event: &EventRecord) -> &'static str {
    match event.kind.as_str() {
        "doubtful" | "blank_quarantined" => "bad",
        "spoiled" | "blank_spoiled" | "order_held" | "machine_paused" | "machine_reported" | "withdrawn" => "warn",
        "finished" => "good",
        _ => "plain",
    }
}

fn order_link(event: &EventRecord) -> Html {
    match &event.application {
        Some(application) => {
            Html::of("<a href=\"/orders/{}\">{}</a>", &[&Segment(application.as_str()), &application.as_str()])
        }
        None => Html::new(),
    }
}

fn machine_link(event: &EventRecord) -> Html {
    match &event.machine {
        Some(machine) => Html::of("<a href=\"/machines/{}\">{}</a>", &[&Segment(machine.as_str()), &machine.as_str()]),
        None => Html::new(),
    }
}
