//! `/stock`: the books of the blanks, and the booklets in one state.

use persoline_domain::booklet::{BookletState, QuarantineDecision};
use persoline_domain::identifiers::BookletSerial;
use persoline_domain::store::BookletRecord;
use persoline_domain::texts::{Text, names};
use serde::Deserialize;

use crate::address::Segment;
use crate::context::Context;
use crate::html::Html;
use crate::page::Tab;
use crate::part::acts::{self, Button};
use crate::part::{reasons, stock};
use crate::place::{Main, Piece, Problem};

/// Booklets on a page.
const PER_PAGE: usize = 50;

/// Which booklets are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wish {
    state: String,
    after: String,
}

impl Wish {
    /// Those that wait for a person's decision.
    pub(crate) fn quarantine() -> Wish {
        Wish { state: BookletState::Quarantined.name().to_owned(), after: String::new() }
    }
}

pub(crate) fn main(context: &Context, wish: &Wish) -> Result<Main, Problem> {
    let title = context.say(Text::Stock);
    let state = match wish.state.as_str() {
        "" => None,
        name => match BookletState::parse(name) {
            Some(state) => Some(state),
            None => return Err(Problem::NotFound(context.say(Text::NotFoundState).to_owned())),
        },
    };
    let list = match state {
        Some(state) => list(context, wish, state)?,
        None => Html::of("<p class=\"none\">{}</p>", &[&context.say(Text::ChooseState)]),
    };
    Ok(Main {
        title: title.to_owned(),
        tab: Tab::Stock,
        layout: "page stock-page",
        pieces: vec![
            Piece::Still(Html::of("<h1>{}</h1>", &[&title])),
            Piece::Live("reconciliation", stock::equation(context, state)),
            Piece::Live("by-kind", stock::by_kind(context)),
            Piece::Live("list", list),
        ],
    })
}

fn list(context: &Context, wish: &Wish, state: BookletState) -> Result<Html, Problem> {
    let after = (!wish.after.is_empty()).then(|| BookletSerial(wish.after.clone()));
    let mut booklets = context.site.store.booklets(state, None, after.as_ref(), PER_PAGE + 1)?;
    let has_more = booklets.len() > PER_PAGE;
    booklets.truncate(PER_PAGE);
    let name = context.name(names::booklet_state(state));
    let mut html = Html::of("<h2>{}</h2>", &[&context.fill(Text::BookletsIn, &[("state", name)])]);
    if booklets.is_empty() {
        html.put("<p class=\"none\">{}</p>", &[&context.say(Text::NoBooklets)]);
        return Ok(html);
    }
    html.put("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{}\"><table><thead><tr>", &[&name]);
    for text in
        [Text::Serial, Text::Format, Text::BlankKind, Text::Delivery, Text::Machine, Text::Application, Text::Reason]
    {
        html.put("<th scope=\"col\">{}</th>", &[&context.say(text)]);
    }
    if state == BookletState::Quarantined {
        html.put("<th scope=\"col\">{}</th>", &[&context.say(Text::Decide)]);
    }
    html.put("</tr></thead><tbody>", &[]);
    for booklet in &booklets {
        row(&mut html, context, booklet)?;
    }
    html.put("</tbody></table></div><nav class=\"pages\">", &[]);
    if after.is_some() {
        html.put(
            "<a rel=\"first\" href=\"/stock?state={}#list\">{}</a>",
            &[&state.name(), &context.say(Text::FirstPage)],
        );
    }
    if let Some(last) = booklets.last().filter(|_| has_more) {
        html.put(
            "<a rel=\"next\" href=\"/stock?state={}&amp;after={}#list\">{}</a>",
            &[&state.name(), &Segment(last.blank.serial.as_str()), &context.say(Text::Next)],
        );
    }
    html.put("</nav>", &[]);
    Ok(html)
}

fn row(html: &mut Html, context: &Context, booklet: &BookletRecord) -> Result<(), Problem> {
    let application = match booklet.order {
        Some(order) => context.site.store.order(order)?.map(|order| order.application),
        None => None,
    };
    let link = application.map(|application| {
        Html::of("<a href=\"/orders/{}\">{}</a>", &[&Segment(application.as_str()), &application.as_str()])
    });
    html.put(
        "<tr data-booklet=\"{}\" data-state=\"{}\"><th scope=\"row\" class=\"code\">{}</th><td>{}</td><td>{}</td>\
         <td class=\"code\">{}</td><td>{}</td><td class=\"code\">{}</td><td>{}</td>{}</tr>",
        &[
            &booklet.blank.serial.as_str(),
            &booklet.state.name(),
            &booklet.blank.serial.as_str(),
            &context.name(names::document(booklet.blank.format)),
            &context.name(names::blank_kind(booklet.blank.kind)),
            &booklet.delivery,
            &booklet.machine.as_ref().map(|machine| machine.0.as_str()),
            &link,
            &booklet.reason.as_deref().map(|reason| context.reason(reason)),
            &decision(context, booklet),
        ],
    );
    Ok(())
}

/// What a person decides about a booklet in quarantine; one that was ever bound does not come back.
fn decision(context: &Context, booklet: &BookletRecord) -> Option<Html> {
    if booklet.state != BookletState::Quarantined {
        return None;
    }
    let serial = booklet.blank.serial.as_str();
    let fill = |text| context.fill(text, &[("serial", serial)]);
    let choices: Vec<(&str, &str)> = QuarantineDecision::ALL
        .into_iter()
        .filter(|decision| *decision != QuarantineDecision::Clear || booklet.order.is_none())
        .map(|decision| (decision.name(), context.name(names::quarantine_decision(decision))))
        .collect();
    let first = context.say(Text::ChooseDecision);
    let what = acts::choice(&format!("decision-{serial}"), &fill(Text::DecisionFor), first, &choices);
    let why =
        reasons::choice(context, &reasons::QUARANTINE, &format!("reason-{serial}"), &fill(Text::DecisionReasonFor));
    let button = Button {
        id: &format!("decide-{serial}"),
        address: &format!("/booklets/{}/decide", Segment(serial).encoded()),
        action: "decide",
        label: context.say(Text::Decide),
        long: &fill(Text::DecideOn),
    };
    Some(Html::of("<td><div class=\"buttons\">{}{}{}</div></td>", &[&what, &why, &button.html()]))
}
