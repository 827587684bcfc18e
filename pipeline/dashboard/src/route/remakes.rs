//! `/remakes`: orders that are made again only when people approve it.

use persoline_domain::store::OrderRecord;
use persoline_domain::texts::Text;

use crate::address::Segment;
use crate::context::Context;
use crate::html::Html;
use crate::page::Tab;
use crate::part::acts::{self, Button};
use crate::place::{Main, Piece, Problem};

/// Orders on the page; more come up as these are approved.
const SHOWN: usize = 50;

pub(crate) fn main(context: &Context) -> Result<Main, Problem> {
    let title = context.say(Text::RemakesToApprove);
    let meaning = match context.snapshot.queues.policy.remake_approvals {
        0 | 1 => context.say(Text::RemakesMeaningOne).to_owned(),
        count => context.fill(Text::RemakesMeaning, &[("count", &count.to_string())]),
    };
    Ok(Main {
        title: title.to_owned(),
        tab: Tab::Remakes,
        layout: "page list",
        pieces: vec![
            Piece::Still(Html::of("<h1>{}</h1><p class=\"quiet\">{}</p>", &[&title, &meaning])),
            Piece::Live("remakes", list(context)?),
        ],
    })
}

fn list(context: &Context) -> Result<Html, Problem> {
    let waiting = &context.snapshot.queues.remakes;
    if waiting.is_empty() {
        return Ok(Html::of("<p class=\"none\">{}</p>", &[&context.say(Text::NoRemakes)]));
    }
    let mut html = Html::of(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{}\"><table class=\"acts\"><thead><tr>",
        &[&context.say(Text::RemakesToApprove)],
    );
    for text in
        [Text::Due, Text::Application, Text::Remakes, Text::LostBooklet, Text::Reason, Text::Machine, Text::ApprovedBy]
    {
        html.put("<th scope=\"col\">{}</th>", &[&context.say(text)]);
    }
    html.put(
        "<th scope=\"col\"><span class=\"unseen\">{}</span></th></tr></thead><tbody>",
        &[&context.say(Text::Approve)],
    );
    for order in waiting.iter().take(SHOWN) {
        row(&mut html, context, order)?;
    }
    html.put("</tbody></table></div>", &[]);
    Ok(html)
}

fn row(html: &mut Html, context: &Context, order: &OrderRecord) -> Result<(), Problem> {
    let application = order.application.as_str();
    let lost = match &order.serial {
        Some(serial) => context.site.store.booklet(serial)?,
        None => None,
    };
    let reason = lost.as_ref().and_then(|lost| lost.reason.as_deref()).map(|reason| context.reason(reason));
    html.put(
        "<tr data-remake=\"{}\"><td>{}</td><th scope=\"row\" class=\"code\">{}</th><td class=\"number\">{}</td>\
         <td class=\"code\">{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
        &[
            &application,
            &context.date(order.due),
            &acts::order_link(application),
            &order.remakes,
            &order.serial.as_ref().map(|serial| serial.0.as_str()),
            &reason,
            &order.machine.as_ref().map(|machine| acts::machine_link(machine.as_str())),
            &approved_by(context, order)?,
            &button(context, application),
        ],
    );
    Ok(())
}

/// The button that approves a remake.
pub(crate) fn button(context: &Context, application: &str) -> Html {
    Button {
        id: &format!("approve-{application}"),
        address: &format!("/remakes/{}/approve", Segment(application).encoded()),
        action: "approve-remake",
        label: context.say(Text::ApproveRemake),
        long: &context.fill(Text::ApproveRemakeOf, &[("application", application)]),
    }
    .html()
}

/// Who has approved it since its last booklet was lost.
fn approved_by(context: &Context, order: &OrderRecord) -> Result<String, Problem> {
    let timeline = context.site.store.timeline(order.order)?;
    let mut names: Vec<String> = timeline
        .iter()
        .rev()
        .take_while(|event| event.kind != "bound")
        .filter(|event| event.kind == "remake_approved")
        .map(|event| context.actor(&event.actor))
        .collect();
    names.reverse();
    Ok(names.join(", "))
}
