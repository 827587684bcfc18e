//! `/orders`: orders by due date, searched by application number or booklet serial.

use persoline_domain::identifiers::{BatchName, BookletSerial};
use persoline_domain::order::OrderState;
use persoline_domain::store::{OrderQuery, OrderRecord, StoreError};
use persoline_domain::texts::{Text, names};
use serde::Deserialize;

use crate::address::Segment;
use crate::context::Context;
use crate::html::Html;
use crate::page::Tab;
use crate::part::orders;
use crate::place::{Main, Piece, Problem};
use crate::route::batch::BatchAct;

/// Orders on a page.
const PER_PAGE: usize = 50;
/// Longest search, in bytes; identifiers are shorter.
const SEARCH_BYTES: usize = 64;

/// Which orders are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wish {
    search: String,
    state: String,
    batch: String,
    page: String,
}

pub(crate) fn main(context: &Context, wish: &Wish) -> Result<Main, Problem> {
    let title = context.say(Text::Orders);
    let found = Found::of(context, wish)?;
    let mut list = booklet_note(context, wish)?;
    if found.orders.is_empty() {
        let nothing = if found.is_everything { Text::NoOrdersYet } else { Text::NoOrders };
        list.put("<p class=\"none\">{}</p>", &[&context.say(nothing)]);
    } else {
        list.put(
            "{}{}{}",
            &[&batch_acts(context, wish), &orders::table(context, &found.orders), &pages(context, wish, &found)],
        );
    }
    Ok(Main {
        title: title.to_owned(),
        tab: Tab::Orders,
        layout: "page list",
        pieces: vec![
            Piece::Still(Html::of("<h1>{}</h1>", &[&title])),
            Piece::Still(form(context, wish)),
            Piece::Live("orders", list),
        ],
    })
}

struct Found {
    orders: Vec<OrderRecord>,
    page: usize,
    has_more: bool,
    is_everything: bool,
}

impl Found {
    fn of(context: &Context, wish: &Wish) -> Result<Found, StoreError> {
        let page = wish.page.parse::<usize>().unwrap_or(1).clamp(1, usize::MAX / PER_PAGE);
        let prefix = search(wish);
        let mut query = OrderQuery {
            state: OrderState::parse(&wish.state),
            batch: batch(wish).map(BatchName::from),
            prefix: prefix.map(str::to_owned),
            offset: (page - 1) * PER_PAGE,
            limit: PER_PAGE + 1,
        };
        let mut orders = context.site.store.orders(&query)?;
        // Numbers are mostly in capitals, which people do not type.
        if let Some(prefix) = prefix.map(str::to_ascii_uppercase).filter(|_| orders.is_empty()) {
            query.prefix = Some(prefix);
            orders = context.site.store.orders(&query)?;
        }
        let has_more = orders.len() > PER_PAGE;
        orders.truncate(PER_PAGE);
        let is_everything = query.state.is_none() && query.prefix.is_none() && query.batch.is_none() && page == 1;
        Ok(Found { orders, page, has_more, is_everything })
    }
}

fn search(wish: &Wish) -> Option<&str> {
    let text = wish.search.trim();
    let end = (0..=SEARCH_BYTES.min(text.len())).rev().find(|end| text.is_char_boundary(*end))?;
    text.get(..end).filter(|text| !text.is_empty())
}

fn form(context: &Context, wish: &Wish) -> Html {
    let mut html = Html::of(
        "<form class=\"search\" method=\"get\" action=\"/orders\" role=\"search\"><label for=\"search\">{}</label>\
         <input id=\"search\" name=\"search\" type=\"search\" value=\"{}\" maxlength=\"64\" autocomplete=\"off\" \
         spellcheck=\"false\" aria-describedby=\"search-hint\"><label for=\"state\">{}</label>\
         <select id=\"state\" name=\"state\"><option value=\"\">{}</option>",
        &[
            &context.say(Text::SearchLabel),
            &wish.search.trim(),
            &context.say(Text::State),
            &context.say(Text::AnyState),
        ],
    );
    for state in OrderState::ALL {
        let selected = if wish.state == state.name() { Html::of(" selected", &[]) } else { Html::new() };
        let name = context.name(names::order_state(state));
        html.put("<option value=\"{}\"{}>{}</option>", &[&state.name(), &selected, &name]);
    }
    html.put(
        "</select><label for=\"batch-name\">{}</label><input id=\"batch-name\" name=\"batch\" value=\"{}\" maxlength=\"64\" \
         autocomplete=\"off\" spellcheck=\"false\">",
        &[&context.say(Text::BatchLabel), &wish.batch.trim()],
    );
    html.put("<button data-action=\"search\">{}</button>", &[&context.say(Text::Search)]);
    if *wish != Wish::default() {
        html.put("<a href=\"/orders\">{}</a>", &[&context.say(Text::ClearSearch)]);
    }
    html.put("<p id=\"search-hint\" class=\"quiet\">{}</p></form>", &[&context.say(Text::SearchHint)]);
    html
}

fn batch(wish: &Wish) -> Option<&str> {
    Some(wish.batch.trim()).filter(|batch| !batch.is_empty())
}

/// What can be done to all orders of the batch that is listed; each leads to a page that says how many it concerns.
fn batch_acts(context: &Context, wish: &Wish) -> Html {
    let Some(batch) = batch(wish) else { return Html::new() };
    let mut html = Html::of(
        "<div class=\"buttons\" data-batch=\"{}\"><b>{}</b>",
        &[&batch, &context.fill(Text::BatchNamed, &[("batch", batch)])],
    );
    for act in BatchAct::ALL {
        html.put(
            "<a class=\"button\" href=\"/batches/{}/{}\" data-act=\"{}\">{}</a>",
            &[&Segment(batch), &act.name(), &act.name(), &context.say(act.label())],
        );
    }
    html.put("</div>", &[]);
    html
}

/// What became of the booklet whose whole serial was searched: an order lists only its present booklet, and one that was
/// spoiled for it is found here.
fn booklet_note(context: &Context, wish: &Wish) -> Result<Html, StoreError> {
    let Some(text) = search(wish) else { return Ok(Html::new()) };
    let mut booklet = context.site.store.booklet(&BookletSerial::from(text))?;
    if booklet.is_none() {
        booklet = context.site.store.booklet(&BookletSerial(text.to_ascii_uppercase()))?;
    }
    let Some(booklet) = booklet else { return Ok(Html::new()) };
    let state = context.name(names::booklet_state(booklet.state));
    let serial = booklet.blank.serial.as_str();
    let mut html = Html::of(
        "<p class=\"notice\" data-booklet=\"{}\" data-state=\"{}\">{}",
        &[&serial, &booklet.state.name(), &context.fill(Text::BookletFound, &[("serial", serial), ("state", state)])],
    );
    if let Some(reason) = &booklet.reason {
        html.put(" ({})", &[&context.reason(reason)]);
    }
    html.put(". ", &[]);
    if let Some(order) = booklet.order
        && let Some(order) = context.site.store.order(order)?
    {
        let application = order.application.as_str();
        html.put(
            "<a href=\"/orders/{}\">{}</a>",
            &[&Segment(application), &context.fill(Text::BoundOnceTo, &[("application", application)])],
        );
    }
    html.put("</p>", &[]);
    Ok(html)
}

fn pages(context: &Context, wish: &Wish, found: &Found) -> Html {
    let mut html = Html::of(
        "<nav class=\"pages\" aria-label=\"{}\">",
        &[&context.fill(Text::PageNumber, &[("page", &found.page.to_string())])],
    );
    let mut link = |page: usize, rel: &'static str, text: Text| {
        html.put(
            "<a rel=\"{}\" href=\"/orders?search={}&amp;state={}&amp;batch={}&amp;page={}\">{}</a>",
            &[
                &rel,
                &Segment(wish.search.trim()),
                &Segment(&wish.state),
                &Segment(wish.batch.trim()),
                &page,
                &context.say(text),
            ],
        );
    };
    if found.page > 1 {
        link(found.page - 1, "prev", Text::Previous);
    }
    if found.has_more {
        link(found.page + 1, "next", Text::Next);
    }
    let number = context.fill(Text::PageNumber, &[("page", &found.page.to_string())]);
    html.put("<span>{}</span></nav>", &[&number]);
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_cut_at_a_character() {
        let wish = |search: &str| Wish { search: search.to_owned(), ..Wish::default() };
        assert_eq!(search(&wish("  A-1 ")), Some("A-1"));
        assert_eq!(search(&wish("  ")), None);
        let long = "申".repeat(40);
        assert_eq!(search(&wish(&long)).unwrap().len(), 63);
    }
}
