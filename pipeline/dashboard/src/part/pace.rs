//! Rate now and rate needed, drawn on one scale, and the counts beside them.

use persoline_domain::order::OrderState;
use persoline_domain::texts::{Text, names};

use crate::context::{Context, number, rate, rate_up};
use crate::html::Html;

pub(crate) fn part(context: &Context) -> Html {
    let snapshot = &context.snapshot;
    let (verdict, words) = verdict(context);
    let mut html = Html::of(
        "<div class=\"head\"><h2>{}</h2><p class=\"verdict\" data-verdict=\"{}\">{}</p></div>",
        &[&context.say(Text::Pace), &verdict, &words],
    );
    html.put("<div class=\"pace\"><dl class=\"rates\">", &[]);
    let now = snapshot.rate.map_or_else(|| "–".to_owned(), |rate_now| rate(rate_now.per_hour));
    let needed = snapshot.needed.map_or_else(|| "0".to_owned(), |needed| rate_up(needed.per_hour));
    for (class, label, value) in [("now", Text::RateNow, &now), ("needed", Text::RateNeeded, &needed)] {
        html.put(
            "<div class=\"{}\"><dt>{}</dt><dd><b data-rate=\"{}\">{}</b> <span>{}</span></dd></div>",
            &[&class, &context.say(label), &class, value, &context.say(Text::PerHour)],
        );
    }
    html.put("</dl>{}", &[&gauge(context)]);
    html.put("<p class=\"because\">{} {}</p>", &[&measured(context), &because(context)]);
    html.put(
        "<details id=\"pace-rule\"><summary>{}</summary><p>{}</p></details></div>",
        &[
            &context.say(Text::HowComputed),
            &context.fill(Text::NeededRule, &[("day", &hours(context.site.centre.hours_per_working_day))]),
        ],
    );
    html.put("{}", &[&figures(context)]);
    html
}

fn verdict(context: &Context) -> (&'static str, String) {
    let say = |text| context.say(text).to_owned();
    match (context.snapshot.rate, context.snapshot.needed) {
        (_, None) => ("idle", say(Text::PaceIdle)),
        (None, Some(_)) => ("unknown", say(Text::PaceUnknown)),
        (Some(now), Some(needed)) if now.per_hour >= needed.per_hour => ("enough", say(Text::PaceEnough)),
        (Some(now), Some(needed)) => {
            ("short", context.fill(Text::PaceShort, &[("rate", &rate_up(needed.per_hour - now.per_hour))]))
        }
    }
}

fn measured(context: &Context) -> String {
    match context.snapshot.rate {
        Some(rate) => context.fill(Text::RateWindow, &[("span", &context.duration(rate.span))]),
        None => context.say(Text::RateMeasuring).to_owned(),
    }
}

fn because(context: &Context) -> String {
    match context.snapshot.needed {
        Some(needed) => context.fill(
            Text::NeededWhy,
            &[("count", &number(needed.open)), ("due", &needed.due.to_string()), ("hours", &hours(needed.hours))],
        ),
        None => context.say(Text::NeededNone).to_owned(),
    }
}

/// Hours with one decimal place, without it when it is zero.
fn hours(hours: f64) -> String {
    let text = format!("{hours:.1}");
    text.strip_suffix(".0").map_or_else(|| text.clone(), str::to_owned)
}

/// The rates on one scale: a bar for now, a mark for what is needed, a fine line for the nameplate.
fn gauge(context: &Context) -> Html {
    let now = context.snapshot.rate.map_or(0.0, |rate| rate.per_hour);
    let needed = context.snapshot.needed.map(|needed| needed.per_hour);
    let nameplate = context.site.centre.documents_per_hour.map(f64::from);
    let full = [now, needed.unwrap_or(0.0), nameplate.unwrap_or(0.0), 1.0].into_iter().fold(0.0, f64::max) * 1.08;
    let at = |value: f64| (value / full * 1000.0).round().clamp(0.0, 1000.0) as u32;
    let mut html = Html::of(
        "<svg class=\"gauge\" viewBox=\"0 0 1000 26\" preserveAspectRatio=\"none\" aria-hidden=\"true\">\
         <rect class=\"gauge-ground\" y=\"8\" width=\"1000\" height=\"10\"/>\
         <rect class=\"gauge-now\" y=\"8\" width=\"{}\" height=\"10\"/>",
        &[&at(now)],
    );
    if let Some(nameplate) = nameplate {
        html.put("<rect class=\"gauge-nameplate\" x=\"{}\" y=\"4\" width=\"2\" height=\"18\"/>", &[&at(nameplate)]);
    }
    if let Some(needed) = needed {
        html.put("<rect class=\"gauge-needed\" x=\"{}\" y=\"0\" width=\"4\" height=\"26\"/>", &[&at(needed)]);
    }
    html.put(
        "</svg><p class=\"gauge-legend\"><span class=\"key-now\">{}</span><span class=\"key-needed\">{}</span>",
        &[&context.say(Text::RateNow), &context.say(Text::RateNeeded)],
    );
    if let Some(nameplate) = nameplate {
        html.put("<span class=\"key-nameplate\">{} {}</span>", &[&context.say(Text::Nameplate), &rate(nameplate)]);
    }
    html.put("</p>", &[]);
    html
}

/// Counts that matter beside the pace; those that are wrong when above zero are marked so.
fn figures(context: &Context) -> Html {
    let snapshot = &context.snapshot;
    let held = snapshot.counts.count(OrderState::Held);
    let mut html = Html::of("<dl class=\"figures\">", &[]);
    for (key, label, count, tone) in [
        ("open", context.say(Text::OpenOrders), snapshot.open(), "plain"),
        ("overdue", context.say(Text::Overdue), snapshot.overdue(), "bad"),
        ("held", context.name(names::order_state(OrderState::Held)), held, "warn"),
        ("finished", context.say(Text::FinishedTotal), snapshot.counts.count(OrderState::Finished), "plain"),
        ("late", context.say(Text::LateFinished), snapshot.counts.late, "warn"),
        ("spoiled", context.say(Text::SpoiledBooklets), snapshot.counts.spoiled, "plain"),
    ] {
        let tone = if count == 0 { "plain" } else { tone };
        html.put(
            "<div data-tone=\"{}\"><dt>{}</dt><dd data-figure=\"{}\">{}</dd></div>",
            &[&tone, &label, &key, &number(count)],
        );
    }
    html.put("</dl>", &[]);
    html
}
