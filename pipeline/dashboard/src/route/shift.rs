//! `/shift`: opened, counted by hand, closed.

use persoline_domain::booklet::BookletState;
use persoline_domain::store::ShiftRecord;
use persoline_domain::texts::{Text, names};

use crate::context::{Context, number};
use crate::html::Html;
use crate::page::Tab;
use crate::part::acts::Button;
use crate::place::{Main, Piece, Problem};

/// A count that did not fit, as it was sent: the page shows it again with what is at odds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Counted {
    /// What was counted.
    pub(crate) counts: Vec<(BookletState, u64)>,
    /// Counted less booked, where that is not zero.
    pub(crate) differences: Vec<(BookletState, i64)>,
}

/// States whose booklets lie in the house.
pub(crate) fn countable() -> impl Iterator<Item = BookletState> {
    BookletState::ALL.into_iter().filter(|state| state.is_counted())
}

pub(crate) fn main(context: &Context, counted: &Counted) -> Result<Main, Problem> {
    let title = context.say(Text::Shift);
    let html = match context.site.store.shift()? {
        Some(shift) => open(context, &shift, counted)?,
        None => closed(context),
    };
    Ok(Main {
        title: title.to_owned(),
        tab: Tab::Shift,
        layout: "page shift-page",
        pieces: vec![Piece::Still(Html::of("<h1>{}</h1>", &[&title])), Piece::Live("shift", html)],
    })
}

fn closed(context: &Context) -> Html {
    let is_needed = context.snapshot.queues.policy.first_piece;
    let text = if is_needed { Text::ShiftIsNeeded } else { Text::ShiftIsClosed };
    let label = context.say(Text::OpenShift);
    let button = Button { id: "open-shift", address: "/shift/open", action: "open-shift", label, long: label };
    Html::of(
        "<div class=\"standing\" data-shift=\"{}\"><p>{}.</p>{}</div>",
        &[&(if is_needed { "needed" } else { "none" }), &context.say(text), &button.html()],
    )
}

fn open(context: &Context, shift: &ShiftRecord, counted: &Counted) -> Result<Html, Problem> {
    let mut html = Html::of(
        "<div class=\"standing\" data-shift=\"open\"><h2>{}</h2><p class=\"quiet\">{} {} · {}</p>",
        &[
            &context.fill(Text::ShiftIsOpen, &[("shift", &shift.shift.to_string())]),
            &context.say(Text::OpenedAt),
            &context.moment(shift.opened),
            &context.actor(&shift.by),
        ],
    );
    let books = context.snapshot.stock.as_ref().map(|(_, books)| books);
    let moving = BookletState::ALL.into_iter().filter(|state| state.is_in_motion());
    let under_way: u64 = books.map_or(0, |books| moving.map(|state| books.count(state)).sum());
    if under_way > 0 {
        let text = context.fill(Text::StillUnderWay, &[("count", &number(under_way))]);
        html.put("<p class=\"warn\">{}</p>", &[&text]);
    }
    let inspections = context.snapshot.queues.inspections.len() as u64;
    if inspections > 0 {
        let text = context.fill(Text::StillInspections, &[("count", &number(inspections))]);
        html.put("<p><a href=\"/inspections\">{}</a></p>", &[&text]);
    }
    html.put(
        "</div><h2>{}</h2><p class=\"quiet\">{}</p>",
        &[&context.say(Text::CountForm), &context.say(Text::CountMeaning)],
    );
    html.put("<div class=\"count\">", &[]);
    for state in countable() {
        field(&mut html, context, state, counted);
    }
    html.put("</div>{}", &[&elsewhere(context, counted)]);
    let label = context.say(Text::CloseShift);
    let button = Button { id: "close-shift", address: "/shift/close", action: "close-shift", label, long: label };
    html.put("{}", &[&button.html()]);
    Ok(html)
}

fn field(html: &mut Html, context: &Context, state: BookletState, counted: &Counted) {
    let name = context.name(names::booklet_state(state));
    let before = counted.counts.iter().find(|(of, _)| *of == state).map(|(_, count)| *count);
    let off = counted.differences.iter().find(|(of, _)| *of == state).map(|(_, difference)| *difference);
    let key = state.name();
    html.put(
        "<div data-count-of=\"{}\" data-tone=\"{}\"><label for=\"count-{}\">{}</label>\
         <input form=\"act\" id=\"count-{}\" name=\"count-{}\" inputmode=\"numeric\" maxlength=\"9\" autocomplete=\"off\" \
         value=\"{}\" aria-label=\"{}\">",
        &[
            &key,
            &(if off.is_some() { "bad" } else { "plain" }),
            &key,
            &name,
            &key,
            &key,
            &before,
            &context.fill(Text::CountOf, &[("state", name)]),
        ],
    );
    if let Some(off) = off {
        html.put(
            "<p data-difference=\"{}\"><a href=\"/stock?state={}#list\">{}</a></p>",
            &[&off, &key, &difference(context, state, off)],
        );
    }
    html.put("</div>", &[]);
}

/// What is at odds but not in a state that is counted.
fn elsewhere(context: &Context, counted: &Counted) -> Html {
    let mut html = Html::new();
    for (state, off) in counted.differences.iter().filter(|(state, _)| !state.is_counted()) {
        html.put(
            "<p class=\"warn\" data-difference=\"{}\"><a href=\"/stock?state={}#list\">{}</a>: {}</p>",
            &[off, &state.name(), &context.name(names::booklet_state(*state)), &difference(context, *state, *off)],
        );
    }
    html
}

fn difference(context: &Context, state: BookletState, difference: i64) -> String {
    let text = match state {
        state if state.is_in_motion() => Text::StillUnderWay,
        BookletState::Missing => Text::InNoState,
        _ if difference < 0 => Text::FewerThanBooks,
        _ => Text::MoreThanBooks,
    };
    context.fill(text, &[("count", &number(difference.unsigned_abs()))])
}
