//! The stock in brief, and the equation that its books must satisfy.

use persoline_domain::booklet::{BookletState, Reconciliation};
use persoline_domain::clock::Timestamp;
use persoline_domain::texts::{Text, names};

use crate::context::{Context, number};
use crate::html::Html;

/// States that want a person's attention when a booklet is in one.
const WANT_ATTENTION: [BookletState; 3] = [BookletState::Unknown, BookletState::Quarantined, BookletState::Missing];

/// Every state that is not empty, and the difference.
pub(crate) fn in_brief(context: &Context) -> Html {
    let mut html = Html::of("<h2>{}</h2>", &[&context.say(Text::Stock)]);
    let Some((at, books)) = &context.snapshot.stock else {
        html.put("<p class=\"none\">{}</p>", &[&context.say(Text::NotCounted)]);
        return html;
    };
    html.put("<dl class=\"stock\">", &[]);
    line(&mut html, context.say(Text::ReceivedStock), "received-total", books.received, "plain");
    for (state, count) in books.by_state.iter().filter(|(_, count)| *count > 0) {
        line(&mut html, context.name(names::booklet_state(*state)), state.name(), *count, tone(*state));
    }
    html.put("</dl>{}{}", &[&verdict(context, books), &counted(context, *at)]);
    html
}

fn line(html: &mut Html, label: &str, key: &str, count: u64, tone: &str) {
    html.put(
        "<div data-tone=\"{}\" data-booklets=\"{}\"><dt>{}</dt><dd>{}</dd></div>",
        &[&tone, &key, &label, &number(count)],
    );
}

/// The equation: received = the sum over all states, and the difference.
pub(crate) fn equation(context: &Context, chosen: Option<BookletState>) -> Html {
    let mut html = Html::of("<h2>{}</h2>", &[&context.say(Text::Reconciliation)]);
    let Some((at, books)) = &context.snapshot.stock else {
        html.put("<p class=\"none\">{}</p>", &[&context.say(Text::NotCounted)]);
        return html;
    };
    html.put(
        "<div class=\"equation\"><p class=\"term total\"><b data-stock=\"received\">{}</b><span>{}</span></p>\
         <p class=\"sign\">=</p><ul>",
        &[&number(books.received), &context.say(Text::ReceivedStock)],
    );
    for (state, count) in &books.by_state {
        let current = if chosen == Some(*state) { Html::of(" aria-current=\"true\"", &[]) } else { Html::new() };
        let name = context.name(names::booklet_state(*state));
        html.put(
            "<li><a href=\"/stock?state={}#list\" class=\"term\" data-tone=\"{}\" data-empty=\"{}\" data-state=\"{}\" \
             aria-label=\"{} {}\"{}><b data-count=\"{}\">{}</b><span>{}</span></a></li>",
            &[
                &state.name(),
                &(if *count > 0 { tone(*state) } else { "plain" }),
                &(if *count == 0 { "yes" } else { "no" }),
                &state.name(),
                &context.fill(Text::ShowList, &[("state", name)]),
                &number(*count),
                &current,
                count,
                &number(*count),
                &name,
            ],
        );
    }
    let difference = books.difference();
    let tone = if difference == 0 { "good" } else { "bad" };
    html.put(
        "</ul><p class=\"sign\">+</p><p class=\"term total\" data-tone=\"{}\"><b data-stock=\"difference\">{}</b>\
         <span>{}</span></p></div>{}{}",
        &[&tone, &difference, &context.say(Text::Difference), &verdict(context, books), &counted(context, *at)],
    );
    html
}

/// Every state that is not empty by format, kind, origin of the number, and machine.
pub(crate) fn by_kind(context: &Context) -> Html {
    let lines = &context.snapshot.stock_lines;
    if lines.is_empty() {
        return Html::new();
    }
    let title = context.say(Text::ByKind);
    let mut html = Html::of(
        "<details id=\"stock-by-kind\" open><summary>{}</summary><div class=\"scroll\" tabindex=\"0\" role=\"region\" \
         aria-label=\"{}\"><table><thead><tr>",
        &[&title, &title],
    );
    for text in [Text::State, Text::Format, Text::BlankKind, Text::Numbering, Text::Machine] {
        html.put("<th scope=\"col\">{}</th>", &[&context.say(text)]);
    }
    html.put("<th scope=\"col\" class=\"number\">{}</th></tr></thead><tbody>", &[&context.say(Text::Count)]);
    for line in lines {
        html.put(
            "<tr data-line=\"{}\"><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td>\
             <td class=\"number\">{}</td></tr>",
            &[
                &line.state.name(),
                &context.name(names::booklet_state(line.state)),
                &context.name(names::document(line.class.format)),
                &context.name(names::blank_kind(line.class.kind)),
                &context.name(names::numbering(line.class.numbering)),
                &line.machine.as_ref().map(|machine| super::acts::machine_link(machine.as_str())),
                &number(line.count),
            ],
        );
    }
    html.put("</tbody></table></div></details>", &[]);
    html
}

fn verdict(context: &Context, books: &Reconciliation) -> Html {
    match books.difference() {
        0 => Html::of(
            "<p class=\"verdict\" data-verdict=\"enough\" data-difference=\"0\">{}</p>",
            &[&context.say(Text::BooksRight)],
        ),
        difference => {
            let count = number(difference.unsigned_abs());
            Html::of(
                "<p class=\"verdict\" data-verdict=\"short\" data-difference=\"{}\">{}</p>",
                &[&difference, &context.fill(Text::BooksWrong, &[("count", &count)])],
            )
        }
    }
}

fn counted(context: &Context, at: Timestamp) -> Html {
    let local = context.site.time.of(at);
    let time =
        if local.date == context.now.date { local.minutes() } else { format!("{} {}", local.date, local.minutes()) };
    Html::of("<p class=\"quiet\">{}</p>", &[&context.fill(Text::CountedAt, &[("time", &time)])])
}

fn tone(state: BookletState) -> &'static str {
    if WANT_ATTENTION.contains(&state) { "warn" } else { "plain" }
}
