//! `/machines`: all machines, and how long each step takes.

use persoline_domain::texts::Text;

use crate::context::Context;
use crate::html::Html;
use crate::page::Tab;
use crate::part::{machine, steps};
use crate::place::{Main, Piece};

pub(crate) fn main(context: &Context) -> Main {
    let title = context.say(Text::Machines);
    let mut cards = Html::new();
    if !context.snapshot.has_line {
        cards.put("<p class=\"none\">{}</p>", &[&context.say(Text::NoLine)]);
    }
    cards.put("<div class=\"machines\">", &[]);
    for sight in &context.snapshot.machines {
        cards.put("{}", &[&machine::card(context, sight)]);
    }
    for name in &context.snapshot.paused {
        if !context.snapshot.machines.iter().any(|sight| sight.machine == *name) {
            cards.put("{}", &[&at_rest(context, name.as_str())]);
        }
    }
    cards.put("</div>", &[]);
    Main {
        title: title.to_owned(),
        tab: Tab::Machines,
        layout: "page machines-page",
        pieces: vec![
            Piece::Still(Html::of("<h1>{}</h1>", &[&title])),
            Piece::Live("machines", cards),
            Piece::Live("steps", steps::part(context)),
        ],
    }
}

/// A machine that is paused and not at work: it can be resumed before the line runs.
fn at_rest(context: &Context, name: &str) -> Html {
    Html::of(
        "<article class=\"machine\" data-machine=\"{}\" data-paused=\"yes\"><header><h3>{}</h3>\
         <span class=\"mark\" data-tone=\"warn\">{}</span></header><footer>{}</footer></article>",
        &[&name, &name, &context.say(Text::Paused), &machine::steer(context, name)],
    )
}
