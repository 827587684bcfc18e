//! `/inspections`: documents that a person has to look at, each with its verdict beside it.

use persoline_domain::store::InspectionRecord;
use persoline_domain::texts::{Text, names};

use crate::address::Segment;
use crate::context::Context;
use crate::html::Html;
use crate::page::Tab;
use crate::part::acts::{self, Button};
use crate::part::reasons;
use crate::place::{Main, Piece, Problem};

/// Documents on the page; more come up as these are decided.
const SHOWN: usize = 50;

pub(crate) fn main(context: &Context) -> Result<Main, Problem> {
    let title = context.say(Text::Inspections);
    let head = Html::of("<h1>{}</h1><p class=\"quiet\">{}</p>", &[&title, &context.say(Text::InspectionsMeaning)]);
    Ok(Main {
        title: title.to_owned(),
        tab: Tab::Inspections,
        layout: "page list",
        pieces: vec![Piece::Still(head), Piece::Live("inspections", list(context)?)],
    })
}

fn list(context: &Context) -> Result<Html, Problem> {
    let waiting = context.site.store.inspections(SHOWN)?;
    if waiting.is_empty() {
        return Ok(Html::of("<p class=\"none\">{}</p>", &[&context.say(Text::NoInspections)]));
    }
    let mut html = Html::of(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{}\"><table class=\"acts\"><thead><tr>",
        &[&context.say(Text::Inspections)],
    );
    for text in [Text::Serial, Text::InspectionKind, Text::Machine, Text::Application, Text::FinishedAt] {
        html.put("<th scope=\"col\">{}</th>", &[&context.say(text)]);
    }
    html.put(
        "<th scope=\"col\"><span class=\"unseen\">{}</span></th></tr></thead><tbody>",
        &[&context.say(Text::Decide)],
    );
    for record in &waiting {
        row(&mut html, context, record)?;
    }
    html.put("</tbody></table></div>", &[]);
    Ok(html)
}

fn row(html: &mut Html, context: &Context, record: &InspectionRecord) -> Result<(), Problem> {
    let serial = record.serial.as_str();
    let application = context.site.store.order(record.order)?.map(|order| acts::order_link(order.application.as_str()));
    let address = |verdict: &str| format!("/inspections/{}/{verdict}", Segment(serial).encoded());
    let fill = |text| context.fill(text, &[("serial", serial)]);
    let approve = Button {
        id: &format!("approve-{serial}"),
        address: &address("approve"),
        action: "approve",
        label: context.say(Text::Approve),
        long: &fill(Text::ApproveDocument),
    };
    let reject = Button {
        id: &format!("reject-{serial}"),
        address: &address("reject"),
        action: "reject",
        label: context.say(Text::Reject),
        long: &fill(Text::RejectSerial),
    };
    let reason =
        reasons::choice(context, &reasons::REJECTION, &format!("reason-{serial}"), &fill(Text::RejectReasonFor));
    let meaning = context.say(Text::RejectDocumentMeaning);
    html.put(
        "<tr data-inspection=\"{}\" data-kind=\"{}\"><th scope=\"row\" class=\"code\">{}</th><td>{}</td><td>{}</td>\
         <td class=\"code\">{}</td><td>{}</td><td><div class=\"buttons\">{}{}</div></td></tr>",
        &[
            &serial,
            &record.kind.name(),
            &serial,
            &context.name(names::inspection(record.kind)),
            &acts::machine_link(record.machine.as_str()),
            &application,
            &context.moment(record.at),
            &approve.html(),
            &reject.confirmed(context.say(Text::Reject), meaning, &reason),
        ],
    );
    Ok(())
}
