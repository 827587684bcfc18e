//! A table of orders.

use persoline_domain::deed::HoldReason;
use persoline_domain::order::OrderState;
use persoline_domain::store::OrderRecord;
use persoline_domain::texts::{Text, names};

use crate::address::Segment;
use crate::context::Context;
use crate::html::Html;
use crate::part::acts::Button;
use crate::route::remakes;

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
    let has_held = orders.iter().any(|order| order.state == OrderState::Held);
    if has_held {
        html.put("<th scope=\"col\"><span class=\"unseen\">{}</span></th>", &[&context.say(Text::Decide)]);
    }
    html.put("</tr></thead><tbody>", &[]);
    for order in orders {
        row(&mut html, context, order, has_held);
    }
    html.put("</tbody></table></div>", &[]);
    html
}

fn row(html: &mut Html, context: &Context, order: &OrderRecord, has_held: bool) {
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
        "<td class=\"code\">{}</td><td>{}</td><td class=\"number\">{}</td><td class=\"quiet\">{}</td>{}</tr>",
        &[
            &order.serial.as_ref().map(|serial| serial.0.as_str()),
            &order.machine.as_ref().map(|machine| machine.0.as_str()),
            &remakes,
            &order.collection.place,
            &has_held.then(|| Html::of("<td>{}</td>", &[&let_go(context, order)])),
        ],
    );
}

/// The act by which a held order goes on.
fn let_go(context: &Context, order: &OrderRecord) -> Html {
    let application = order.application.as_str();
    match order.hold {
        _ if order.state != OrderState::Held => Html::new(),
        Some(HoldReason::RemakeApproval) => remakes::button(context, application),
        _ => Button {
            id: &format!("release-{application}"),
            address: &format!("/orders/{}/release", Segment(application).encoded()),
            action: "release",
            label: context.say(Text::Release),
            long: &context.fill(Text::ReleaseOrder, &[("application", application)]),
        }
        .html(),
    }
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
