//! A table of orders.

use persoline_domain::store::OrderRecord;
use persoline_domain::texts::{Text, names};

use crate::address::Segment;
use crate::context::Context;
use crate::html::Html;

pub(crate) fn table(context: &Context, orders: &[OrderRecord]) -> Html {
    let mut html = Html::of(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{}\">",
        &[&context.say(Text::Orders)],
    );
    html.put("<table class=\"orders\"><thead><tr>", &[]);
    for text in [
        Text::Due,
        Text::Application,
        Text::State,
        Text::DocumentType,
        Text::Priority,
        Text::Serial,
        Text::Machine,
        Text::Remakes,
        Text::Collection,
    ] {
        html.put("<th scope=\"col\">{}</th>", &[&context.say(text)]);
    }
    html.put("</tr></thead><tbody>", &[]);
    for order in orders {
        row(&mut html, context, order);
    }
    html.put("</tbody></table></div>", &[]);
    html
}

fn row(html: &mut Html, context: &Context, order: &OrderRecord) {
    let application = order.application.as_str();
    html.put(
        "<tr data-order=\"{}\" data-state=\"{}\" data-tone=\"{}\"><td>{}</td>\
         <td class=\"code\"><a href=\"/orders/{}\">{}</a></td><td>{}{}</td><td>{}</td><td>{}</td>",
        &[
            &application,
            &order.state.name(),
            &tone(context, order),
            &context.date(order.due),
            &Segment(application),
            &application,
            &context.order_state(order.state),
            &hold(context, order),
            &context.name(names::document(order.document)),
            &priority(context, order),
        ],
    );
    let remakes = (order.remakes > 0).then_some(order.remakes);
    html.put(
        "<td class=\"code\">{}</td><td>{}</td><td class=\"number\">{}</td><td class=\"quiet\">{}</td></tr>",
        &[
            &order.serial.as_ref().map(|serial| serial.0.as_str()),
            &order.machine.as_ref().map(|machine| machine.0.as_str()),
            &remakes,
            &order.collection.place,
        ],
    );
}

/// Whether an order is open past its due date.
pub(crate) fn tone(context: &Context, order: &OrderRecord) -> &'static str {
    use persoline_domain::order::OrderState::{Cancelled, Finished};
    if matches!(order.state, Finished | Cancelled) {
        "plain"
    } else if order.due < context.now.date {
        "bad"
    } else if order.due == context.now.date {
        "warn"
    } else {
        "plain"
    }
}

fn hold(context: &Context, order: &OrderRecord) -> Html {
    match order.hold {
        Some(reason) => Html::of(" <span class=\"detail\">{}</span>", &[&context.name(names::hold_reason(reason))]),
        None => Html::new(),
    }
}

fn priority(context: &Context, order: &OrderRecord) -> Html {
    let name = context.name(names::priority(order.priority));
    Html::of("<span class=\"priority\" data-priority=\"{}\">{}</span>", &[&order.priority.name(), &name])
}
