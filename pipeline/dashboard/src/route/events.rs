//! `/events`: the log, newest first; its first page is live.

use persoline_domain::identifiers::Sequence;
use persoline_domain::texts::Text;
use serde::Deserialize;

use crate::context::Context;
use crate::html::Html;
use crate::page::Tab;
use crate::part::events;
use crate::place::{Main, Piece, Problem};
use crate::sampler::NEWEST_EVENTS;

/// Which events are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wish {
    /// Only those with a lower number.
    before: String,
}

pub(crate) fn main(context: &Context, wish: &Wish) -> Result<Main, Problem> {
    let title = context.say(Text::Events);
    let page = NEWEST_EVENTS as u64;
    let before = wish.before.parse::<u64>().ok().filter(|before| *before > 0);
    let list = match before {
        None => context.snapshot.events.clone(),
        Some(before) => {
            // Numbers are consecutive, so a page back begins a page's length earlier.
            let from = before.saturating_sub(page + 1);
            let wanted = usize::try_from(before - 1 - from).unwrap_or(NEWEST_EVENTS);
            let mut list = context.site.store.events_after(Sequence(from), wanted)?;
            list.reverse();
            list
        }
    };
    let mut html = events::table(context, &list, true);
    html.put("<nav class=\"pages\">", &[]);
    if before.is_some() {
        html.put("<a rel=\"first\" href=\"/events\">{}</a>", &[&context.say(Text::Newest)]);
    }
    if let Some(last) = list.last().filter(|last| last.sequence.0 > 1) {
        html.put("<a rel=\"next\" href=\"/events?before={}\">{}</a>", &[&last.sequence.0, &context.say(Text::Older)]);
    }
    html.put("</nav>", &[]);
    Ok(Main {
        title: title.to_owned(),
        tab: Tab::Events,
        layout: "page list",
        pieces: vec![Piece::Still(Html::of("<h1>{}</h1>", &[&title])), Piece::Live("events", html)],
    })
}
