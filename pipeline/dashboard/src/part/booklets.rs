//! All booklets of an order: the present one first, then those in whose place it was made.

use persoline_domain::store::{BookletRecord, OrderRecord, StoreError};
use persoline_domain::texts::{Text, names};

use crate::address::Segment;
use crate::context::Context;
use crate::html::Html;

/// Booklets that are followed at most; an order is held long before it has lost so many.
const LIMIT: usize = 100;

pub(crate) fn part(context: &Context, order: &OrderRecord) -> Result<Html, StoreError> {
    let mut chain: Vec<BookletRecord> = Vec::new();
    let mut next = order.serial.clone();
    while let Some(serial) = next.filter(|_| chain.len() < LIMIT) {
        let Some(booklet) = context.site.store.booklet(&serial)? else { break };
        next = booklet.replaces.clone();
        chain.push(booklet);
    }
    if chain.is_empty() {
        return Ok(Html::new());
    }
    let mut html = Html::of(
        "<h2>{}</h2><div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{}\"><table><thead><tr>",
        &[&context.say(Text::Booklets), &context.say(Text::Booklets)],
    );
    for text in [
        Text::Serial,
        Text::DocumentNumber,
        Text::State,
        Text::Reason,
        Text::Machine,
        Text::ReplacesBooklet,
        Text::ReplacedByBooklet,
    ] {
        html.put("<th scope=\"col\">{}</th>", &[&context.say(text)]);
    }
    html.put("</tr></thead><tbody>", &[]);
    let mut remade: Option<&BookletRecord> = None;
    for booklet in &chain {
        let serial = booklet.blank.serial.as_str();
        html.put(
            "<tr id=\"booklet-{}\" data-booklet=\"{}\" data-state=\"{}\"><th scope=\"row\" class=\"code\">{}</th><td class=\"code\">{}</td>\
             <td>{}</td><td>{}</td><td>{}</td><td class=\"code\">{}</td><td class=\"code\">{}</td></tr>",
            &[
                &serial,
                &serial,
                &booklet.state.name(),
                &serial,
                &booklet.number.as_ref().map(|number| number.0.as_str()),
                &context.name(names::booklet_state(booklet.state)),
                &booklet.reason.as_deref().map(|reason| context.reason(reason)),
                &booklet.machine.as_ref().map(|machine| machine.0.as_str()),
                &booklet.replaces.as_ref().map(|lost| link(lost.as_str())),
                &remade.map(|made| link(made.blank.serial.as_str())),
            ],
        );
        remade = Some(booklet);
    }
    html.put("</tbody></table></div>", &[]);
    Ok(html)
}

fn link(serial: &str) -> Html {
    Html::of("<a href=\"#booklet-{}\">{}</a>", &[&Segment(serial), &serial])
}
