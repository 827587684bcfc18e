//! Open orders by due date, with what each date asks for.

use persoline_domain::texts::Text;

use super::bar;
use crate::context::{Context, number, rate_up};
use crate::html::Html;
use crate::pace::DueLine;

/// Dates that the list shows; the rest is summed up.
const DATES: usize = 8;

pub(crate) fn part(context: &Context) -> Html {
    let lines = &context.snapshot.due;
    let mut html = Html::of("<h2>{}</h2>", &[&context.say(Text::DueDates)]);
    if lines.is_empty() {
        html.put("<p class=\"none\">{}</p>", &[&context.say(Text::NeededNone)]);
        return html;
    }
    html.put(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{}\">",
        &[&context.say(Text::DueDates)],
    );
    html.put(
        "<table class=\"due\"><thead><tr><th scope=\"col\">{}</th><th scope=\"col\">{}</th>\
         <th scope=\"col\" class=\"number\">{}</th><th scope=\"col\" class=\"wide\"></th>\
         <th scope=\"col\" class=\"number\">{}</th></tr></thead><tbody>",
        &[
            &context.say(Text::Due),
            &context.say(Text::Left),
            &context.say(Text::OpenCount),
            &context.say(Text::NeededHourly),
        ],
    );
    let most = lines.iter().map(|line| line.open).max().unwrap_or(1).max(1);
    for line in lines.iter().take(DATES) {
        let due = line.due.to_string();
        html.put(
            "<tr data-due=\"{}\" data-tone=\"{}\"><th scope=\"row\">{}</th><td class=\"left\">{}</td>\
             <td class=\"number\">{}</td><td class=\"wide\">{}</td><td class=\"number\">{}</td></tr>",
            &[
                &due,
                &tone(context, line),
                &context.date(line.due),
                &left(context, line),
                &number(line.open),
                &bar(line.open as f64 / most as f64),
                &rate_up(line.per_hour),
            ],
        );
    }
    html.put("</tbody></table></div>", &[]);
    let rest = lines.get(DATES..).unwrap_or_default();
    if !rest.is_empty() {
        let orders = number(rest.iter().map(|line| line.open).sum());
        let text = context.fill(Text::MoreDates, &[("count", &rest.len().to_string()), ("orders", &orders)]);
        html.put("<p class=\"none\">{}</p>", &[&text]);
    }
    html
}

fn tone(context: &Context, line: &DueLine) -> &'static str {
    if line.is_overdue {
        "bad"
    } else if line.due == context.now.date {
        "warn"
    } else {
        "plain"
    }
}

fn left(context: &Context, line: &DueLine) -> String {
    let days = line.days.unsigned_abs().to_string();
    if line.is_overdue {
        match line.days.unsigned_abs() {
            0 => context.say(Text::OverdueSinceHoliday).to_owned(),
            1 => context.say(Text::OverdueDay).to_owned(),
            _ => context.fill(Text::OverdueDays, &[("days", &days)]),
        }
    } else if line.due == context.now.date {
        context.say(Text::DueToday).to_owned()
    } else {
        match line.days {
            ..=0 => context.say(Text::DueBeforeNextWorkingDay).to_owned(),
            1 => context.say(Text::DueInDay).to_owned(),
            _ => context.fill(Text::DueInDays, &[("days", &days)]),
        }
    }
}
