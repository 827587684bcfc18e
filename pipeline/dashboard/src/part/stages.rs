//! A document's way as five stages with what stands in each, and what stands aside.

use persoline_domain::order::OrderState;
use persoline_domain::texts::{Text, names};

use crate::context::{Context, number};
use crate::html::Html;

const WAY: [OrderState; 5] =
    [OrderState::Waiting, OrderState::Dispatched, OrderState::Bound, OrderState::Ticketed, OrderState::Finished];
const ASIDE: [OrderState; 2] = [OrderState::Held, OrderState::Cancelled];

pub(crate) fn part(context: &Context) -> Html {
    let mut html = Html::of("<h2>{}</h2><div class=\"stages\"><ol class=\"way\">", &[&context.say(Text::Stages)]);
    for state in WAY {
        html.put("<li>{}</li>", &[&stage(context, state)]);
    }
    html.put("</ol><ul class=\"off\" aria-label=\"{}\">", &[&context.say(Text::Aside)]);
    for state in ASIDE {
        html.put("<li>{}</li>", &[&stage(context, state)]);
    }
    html.put("</ul></div>", &[]);
    html
}

fn stage(context: &Context, state: OrderState) -> Html {
    let count = context.snapshot.counts.count(state);
    let meaning = context.name(names::order_state_meaning(state));
    Html::of(
        "<a href=\"/orders?state={}\" data-state=\"{}\" data-empty=\"{}\" title=\"{}\"><span>{}</span>\
         <b data-count=\"{}\">{}</b></a>",
        &[
            &state.name(),
            &state.name(),
            &(if count == 0 { "yes" } else { "no" }),
            &meaning,
            &context.name(names::order_state(state)),
            &count,
            &number(count),
        ],
    )
}
