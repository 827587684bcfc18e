//! What waits for people, in one line; each leads to the list with the act beside it.

use persoline_domain::booklet::BookletState;
use persoline_domain::order::OrderState;
use persoline_domain::outbox::ReceiverStanding;
use persoline_domain::store::InspectionKind;
use persoline_domain::texts::Text;

use crate::address::Segment;
use crate::context::{Context, number};
use crate::html::Html;
use crate::part::acts::Button;

pub(crate) fn part(context: &Context) -> Html {
    let snapshot = &context.snapshot;
    let queues = &snapshot.queues;
    let quarantined = snapshot.stock.as_ref().map_or(0, |(_, books)| books.count(BookletState::Quarantined));
    let held = snapshot.counts.count(OrderState::Held).saturating_sub(queues.remakes.len() as u64);
    let stopped = snapshot.machines.iter().filter(|sight| is_stopped(sight)).count() as u64;
    let waiting = [
        ("first-pieces", Text::WaitingFirstPieces, "/inspections", queues.inspections_of(InspectionKind::FirstPiece)),
        ("samples", Text::WaitingSamples, "/inspections", queues.inspections_of(InspectionKind::Sample)),
        ("remakes", Text::WaitingRemakes, "/remakes", queues.remakes.len() as u64),
        ("quarantine", Text::WaitingQuarantine, "/stock?state=quarantined#list", quarantined),
        ("held", Text::WaitingHeld, "/orders?state=held", held),
        ("fenced", Text::WaitingFenced, "/machines", queues.fenced_off()),
        ("stopped", Text::WaitingStopped, "/machines", stopped),
    ];
    let mut html = Html::of("<h2>{}</h2><ul class=\"waits\">", &[&context.say(Text::WaitsForPeople)]);
    if waiting.iter().all(|(_, _, _, count)| *count == 0) && snapshot.hindered.is_empty() {
        html.put("<li class=\"none\">{}</li>", &[&context.say(Text::NothingForPeople)]);
    }
    for (key, text, address, count) in waiting.into_iter().filter(|(_, _, _, count)| *count > 0) {
        html.put(
            "<li><a href=\"{}\" data-waits=\"{}\"><b>{}</b> {}</a></li>",
            &[&address, &key, &number(count), &context.say(text)],
        );
    }
    html.put("{}{}</ul>", &[&shift(context), &reports(context)]);
    for standing in &snapshot.hindered {
        html.put("{}", &[&hindered(context, standing)]);
    }
    html
}

/// Whether dispatch gives the machine nothing until a person has looked at it, without its being fenced off.
fn is_stopped(sight: &persoline_line::watch::MachineSight) -> bool {
    sight.is_dead || sight.health.name() == "barred"
}

fn shift(context: &Context) -> Html {
    let queues = &context.snapshot.queues;
    let (state, tone, text) = match &queues.shift {
        Some(open) => ("open", "plain", context.fill(Text::ShiftIsOpen, &[("shift", &open.shift.to_string())])),
        None if queues.policy.first_piece => ("needed", "warn", context.say(Text::ShiftIsNeeded).to_owned()),
        None => ("none", "plain", context.say(Text::ShiftIsClosed).to_owned()),
    };
    Html::of("<li><a href=\"/shift\" data-shift=\"{}\" data-tone=\"{}\">{}</a></li>", &[&state, &tone, &text])
}

/// An alarm: what people have to do so that reports reach a receiver again.
fn hindered(context: &Context, standing: &ReceiverStanding) -> Html {
    let name = &standing.receiver;
    let Some(turned_away) = &standing.turned_away else {
        return Html::of(
            "<div class=\"notice refused\" role=\"alert\" data-receiver=\"{}\" data-hindered=\"stopped\">\
             <p><b>{}</b> {}</p></div>",
            &[name, &context.fill(Text::ReceiverStopped, &[("receiver", name)]), &standing.last_fault],
        );
    };
    let button = Button {
        id: &format!("try-{name}"),
        address: &format!("/receivers/{}/try", Segment(name).encoded()),
        action: "try",
        label: context.say(Text::TryNow),
        long: &context.fill(Text::TryReceiverNow, &[("receiver", name)]),
    };
    let mut html = Html::of(
        "<div class=\"notice refused\" role=\"alert\" data-receiver=\"{}\" data-hindered=\"turned_away\" \
         data-status=\"{}\"><p><b>{}</b> {}</p>",
        &[
            name,
            &turned_away.objection.status,
            &context.fill(Text::ReceiverTurnsAway, &[("receiver", name)]),
            &turned_away.objection.text(context.language),
        ],
    );
    html.put(
        "<p>{} {} · {} {} {}</p></div>",
        &[
            &context.say(Text::TurnedAwaySince),
            &context.moment(turned_away.since),
            &context.say(Text::TriedAgainAt),
            &context.moment(turned_away.next),
            &button.html(),
        ],
    );
    html
}

fn reports(context: &Context) -> Html {
    let reports = &context.snapshot.queues.reports;
    let mut html = Html::new();
    for (receiver, count) in reports.iter().filter(|(_, count)| *count > 0) {
        let text = context.fill(Text::WaitingReports, &[("receiver", receiver)]);
        html.put("<li data-reports=\"{}\"><b>{}</b> {}</li>", &[receiver, &number(*count as u64), &text]);
    }
    if !reports.is_empty() && reports.iter().all(|(_, count)| *count == 0) {
        html.put("<li class=\"quiet\" data-reports>{}</li>", &[&context.say(Text::ReportsDelivered)]);
    }
    html
}
