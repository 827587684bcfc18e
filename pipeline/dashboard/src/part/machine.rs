//! One machine: as a card of the overview and, with all it tells, as a page.

use std::collections::BTreeMap;

use persoline_domain::texts::{Text, machine as words};
use persoline_line::session::Step;
use persoline_line::watch::MachineSight;
use printer_driver::{Alarm, Feeder, Severity, State};

use crate::address::Segment;
use crate::context::{Context, number};
use crate::html::Html;

/// A machine in brief, with its button.
pub(crate) fn card(context: &Context, sight: &MachineSight) -> Html {
    let name = sight.machine.as_str();
    let mut html = Html::of(
        "<article class=\"machine\" data-machine=\"{}\" data-state=\"{}\" data-linked=\"{}\" data-paused=\"{}\">\
         <header><h3><a href=\"/machines/{}\">{}</a></h3>{}</header>",
        &[
            &name,
            &sight.state.name(),
            &yes(sight.is_linked),
            &yes(context.snapshot.is_paused(&sight.machine)),
            &Segment(name),
            &name,
            &state(context, sight),
        ],
    );
    html.put("{}", &[&halted(context, sight)]);
    html.put("{}", &[&alarms(context, &sight.alarms, false)]);
    html.put(
        "<dl class=\"brief\"><div><dt>{}</dt><dd>{}</dd></div>",
        &[&context.say(Text::Feeders), &feeders_in_brief(context, &sight.feeders)],
    );
    html.put("<div><dt>{}</dt><dd>{}</dd></div></dl>", &[&context.say(Text::Jobs), &jobs_in_brief(context, sight)]);
    html.put("<footer>{}</footer></article>", &[&steer(context, name, "/")]);
    html
}

/// A machine's state in words, as a mark whose shape says how it is.
pub(crate) fn state(context: &Context, sight: &MachineSight) -> Html {
    let is_paused = context.snapshot.is_paused(&sight.machine);
    let (tone, word) = if sight.halted.is_some() || !sight.is_linked {
        ("bad", context.say(Text::NotLinked))
    } else {
        let word = words::state(sight.state.name()).map_or(sight.state.name(), |pair| context.name(pair));
        let tone = match sight.state {
            State::Aborted | State::Aborting => "bad",
            State::Execute => "good",
            State::Held | State::Suspended | State::Stopped => "warn",
            _ => "plain",
        };
        (tone, word)
    };
    let mut html = Html::of(
        "<span class=\"marks\"><span class=\"mark\" data-tone=\"{}\" data-packml=\"{}\">{}</span>",
        &[&tone, &sight.state.name(), &word],
    );
    if is_paused {
        html.put("<span class=\"mark\" data-tone=\"warn\" data-paused>{}</span>", &[&context.say(Text::Paused)]);
    }
    html.put("</span>", &[]);
    html
}

pub(crate) fn halted(context: &Context, sight: &MachineSight) -> Html {
    match &sight.halted {
        Some(why) => Html::of("<p class=\"notice refused\">{}</p>", &[&context.fill(Text::Halted, &[("why", why)])]),
        None => Html::new(),
    }
}

/// The button that pauses or resumes; `back` is where its visitor returns to.
pub(crate) fn steer(context: &Context, name: &str, back: &'static str) -> Html {
    let is_paused = context.snapshot.paused.iter().any(|paused| paused.as_str() == name);
    let (action, label, long, meaning) = if is_paused {
        ("resume", Text::Resume, Text::ResumeMachine, Text::ResumeMeaning)
    } else {
        ("pause", Text::Pause, Text::PauseMachine, Text::PauseMeaning)
    };
    Html::of(
        "<form method=\"post\" action=\"/machines/{}/{}\" data-machine=\"{}\"><input type=\"hidden\" name=\"back\" value=\"{}\">\
         <button id=\"steer-{}\" data-action=\"{}\" aria-label=\"{}\" title=\"{}\">{}</button></form>",
        &[
            &Segment(name),
            &action,
            &name,
            &back,
            &name,
            &action,
            &context.fill(long, &[("machine", name)]),
            &context.say(meaning),
            &context.say(label),
        ],
    )
}

/// Alarms, gravest first; what a machine says in its own words is shown when the catalogue does not know its code, and
/// always in full.
pub(crate) fn alarms(context: &Context, alarms: &[Alarm], in_full: bool) -> Html {
    if alarms.is_empty() {
        return if in_full {
            Html::of("<p class=\"none\">{}</p>", &[&context.say(Text::NoAlarms)])
        } else {
            Html::new()
        };
    }
    let mut sorted: Vec<&Alarm> = alarms.iter().collect();
    sorted.sort_by_key(|alarm| (!alarm.is_set, std::cmp::Reverse(alarm.severity), alarm.id));
    let mut html = Html::of("<ul class=\"alarms\">", &[]);
    for alarm in sorted {
        let severity = severity(alarm.severity);
        let known = words::alarm(&alarm.code).map(|pair| context.name(pair));
        html.put(
            "<li data-alarm=\"{}\" data-severity=\"{}\" data-set=\"{}\"><b>{}</b> <span>{}</span>",
            &[
                &alarm.code,
                &severity,
                &yes(alarm.is_set),
                &words::severity(severity).map(|pair| context.name(pair)),
                &known.unwrap_or(&alarm.text),
            ],
        );
        if !alarm.is_set {
            html.put(" <i>{}</i>", &[&context.say(Text::AlarmCleared)]);
        } else if alarm.is_acknowledged {
            html.put(" <i>{}</i>", &[&context.say(Text::AlarmAcknowledged)]);
        }
        if in_full {
            let station =
                alarm.station.map(|station| context.fill(Text::Station, &[("number", &station.0.to_string())]));
            html.put(
                "<p class=\"quiet\">{} <code>{}</code> {}</p>",
                &[&station, &alarm.code, &context.fill(Text::MachineSays, &[("text", &alarm.text)])],
            );
        }
        html.put("</li>", &[]);
    }
    html.put("</ul>", &[]);
    html
}

/// An alarm's severity by the name that the catalogue and the pages use.
pub(crate) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Notice => "notice",
        Severity::Warning => "warning",
        Severity::Critical => "critical",
    }
}

fn feeders_in_brief(context: &Context, feeders: &[Feeder]) -> Html {
    let mut html = Html::new();
    for feeder in feeders {
        let tone = if feeder.remaining == 0 { "warn" } else { "plain" };
        let left = context.fill(Text::FeederLeft, &[("count", &number(u64::from(feeder.remaining)))]);
        html.put("<span class=\"chip\" data-tone=\"{}\" data-feeder=\"{}\">{}</span>", &[&tone, &feeder.id.0, &left]);
    }
    if feeders.is_empty() { Html::of("{}", &[&context.say(Text::None)]) } else { html }
}

/// How many jobs are at each step, in the order of the way.
fn jobs_in_brief(context: &Context, sight: &MachineSight) -> Html {
    let mut at: BTreeMap<Step, u64> = BTreeMap::new();
    for (_, _, step) in &sight.jobs {
        *at.entry(*step).or_default() += 1;
    }
    if at.is_empty() {
        return Html::of("{}", &[&context.say(Text::NoJobs)]);
    }
    let mut html = Html::new();
    for (step, count) in at {
        let word = words::step(step.name()).map_or(step.name(), |pair| context.name(pair));
        html.put("<span class=\"chip\">{} <b>{}</b></span>", &[&word, &count]);
    }
    html
}

fn yes(is: bool) -> &'static str {
    if is { "yes" } else { "no" }
}
