//! `/`: the line at a glance.

use persoline_domain::texts::Text;

use crate::context::Context;
use crate::html::Html;
use crate::page::Tab;
use crate::part::{due, events, machine, pace, stages, stock, trouble, waits};
use crate::place::{Main, Piece};

/// Events that the overview shows.
const EVENTS: usize = 18;

pub(crate) fn main(context: &Context) -> Main {
    let title = context.say(Text::Overview);
    let newest = context.snapshot.events.get(..EVENTS).unwrap_or(&context.snapshot.events);
    let more = |address: &'static str, text| {
        Html::of("<p class=\"more\"><a href=\"{}\">{}</a></p>", &[&address, &context.say(text)])
    };
    let events = Html::of(
        "<h2>{}</h2>{}{}",
        &[&context.say(Text::NewestEvents), &events::table(context, newest, true), &more("/events", Text::AllEvents)],
    );
    let due = Html::of("{}{}", &[&due::part(context), &more("/orders", Text::AllOrders)]);
    let stock = Html::of("{}{}", &[&stock::in_brief(context), &more("/stock", Text::AllStock)]);
    Main {
        title: title.to_owned(),
        tab: Tab::Overview,
        layout: "page overview",
        pieces: vec![
            Piece::Still(Html::of("<h1 class=\"unseen\">{}</h1>", &[&title])),
            trouble::piece(context),
            Piece::Live("waits", waits::part(context)),
            Piece::Live("pace", pace::part(context)),
            Piece::Live("stages", stages::part(context)),
            Piece::Live("machines", machines(context)),
            Piece::Live("due", due),
            Piece::Live("stock", stock),
            Piece::Live("newest-events", events),
        ],
    }
}

fn machines(context: &Context) -> Html {
    let mut html = Html::of("<h2>{}</h2>", &[&context.say(Text::Machines)]);
    if !context.snapshot.has_line {
        html.put("<p class=\"none\">{}</p>", &[&context.say(Text::NoLine)]);
    } else if context.snapshot.machines.is_empty() {
        html.put("<p class=\"none\">{}</p>", &[&context.say(Text::NoMachines)]);
    }
    html.put("<div class=\"machines\">", &[]);
    for sight in &context.snapshot.machines {
        html.put("{}", &[&machine::card(context, sight)]);
    }
    html.put("</div>", &[]);
    html
}
