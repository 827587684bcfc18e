//! One machine: as a card of the overview and, with all it tells, as a page.

use std::collections::BTreeMap;

use persoline_domain::identifiers::MachineName;
use persoline_domain::store::FirstPiece;
use persoline_domain::texts::{Text, machine as words};
use persoline_line::session::Step;
use persoline_line::watch::MachineSight;
use printer_driver::{Alarm, Feeder, Severity, State};

use crate::address::Segment;
use crate::context::{Context, number};
use crate::html::Html;
use crate::part::acts::Button;

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
    html.put("{}{}", &[&fenced(context, sight), &idle(context, sight)]);
    html.put("{}{}", &[&host_alarms(context, sight), &alarms(context, sight, false)]);
    html.put(
        "<dl class=\"brief\"><div><dt>{}</dt><dd>{}</dd></div>",
        &[&context.say(Text::Feeders), &feeders_in_brief(context, &sight.feeders)],
    );
    html.put("<div><dt>{}</dt><dd>{}</dd></div></dl>", &[&context.say(Text::Jobs), &jobs_in_brief(context, sight)]);
    html.put("<footer>{}</footer></article>", &[&steer(context, name)]);
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
    html.put("{}</span>", &[&marks(context, sight)]);
    html
}

pub(crate) fn halted(context: &Context, sight: &MachineSight) -> Html {
    match &sight.halted {
        Some(why) => Html::of("<p class=\"notice refused\">{}</p>", &[&context.fill(Text::Halted, &[("why", why)])]),
        None => Html::new(),
    }
}

/// Why the machine gets no new work, in words; nothing when it gets some, or has all that it takes.
pub(crate) fn idle(context: &Context, sight: &MachineSight) -> Html {
    let idle = sight.idle.filter(|reason| sight.halted.is_none() && reason.name() != "full");
    let Some(reason) = idle else { return Html::new() };
    let words = words::idle(reason.name()).map_or(reason.name(), |pair| context.name(pair));
    Html::of(
        "<p class=\"idle\" data-idle=\"{}\"><span class=\"quiet\">{}:</span> {}</p>",
        &[&reason.name(), &context.say(Text::GetsNoWork), &words],
    )
}

/// What people and policy say of the machine, as marks: draining, fenced off, its first piece, its health.
fn marks(context: &Context, sight: &MachineSight) -> Html {
    let mut html = Html::new();
    let mut mark = |key: &'static str, tone: &'static str, text: &str| {
        html.put("<span class=\"mark\" data-tone=\"{}\" data-mark=\"{}\">{}</span>", &[&tone, &key, &text]);
    };
    if let Some(standing) = context.snapshot.standing(&sight.machine) {
        if standing.is_draining {
            mark("draining", "warn", context.say(Text::Draining));
        }
        if standing.fenced_off.is_some() {
            mark("fenced_off", "bad", context.say(Text::FencedOff));
        }
        match standing.first_piece {
            FirstPiece::NotNeeded => {}
            FirstPiece::Needed => mark("first_piece", "plain", context.say(Text::FirstPieceNeeded)),
            FirstPiece::Pending => mark("first_piece", "warn", context.say(Text::FirstPiecePending)),
        }
    }
    let health = sight.health.name();
    if health != "sound" {
        let words = words::health(health).map_or(health, |pair| context.name(pair));
        mark("health", "warn", words);
    }
    html
}

/// Why the machine was fenced off, if it was.
pub(crate) fn fenced(context: &Context, sight: &MachineSight) -> Html {
    match context.snapshot.standing(&sight.machine).and_then(|standing| standing.fenced_off.as_deref()) {
        Some(code) => {
            let text = context.fill(Text::FencedOffBecause, &[("reason", &context.reason(code))]);
            Html::of("<p class=\"notice refused\">{}</p>", &[&text])
        }
        None => Html::new(),
    }
}

/// Alarms that this program itself has raised about the machine.
pub(crate) fn host_alarms(context: &Context, sight: &MachineSight) -> Html {
    let is_fenced = context.snapshot.standing(&sight.machine).is_some_and(|standing| standing.fenced_off.is_some());
    if sight.host_alarms.iter().all(|alarm| alarm.code == "fenced_off" && is_fenced) {
        return Html::new();
    }
    let mut html = Html::of("<ul class=\"alarms\" aria-label=\"{}\">", &[&context.say(Text::HostAlarms)]);
    // Why it was fenced off stands above already.
    for alarm in sight.host_alarms.iter().filter(|alarm| alarm.code != "fenced_off" || !is_fenced) {
        let words = words::host_alarm(alarm.code).map_or(alarm.code, |pair| context.name(pair));
        html.put(
            "<li data-host-alarm=\"{}\" data-severity=\"critical\" data-set=\"yes\">{} <span class=\"quiet\">{}</span></li>",
            &[&alarm.code, &words, &context.moment(alarm.since)],
        );
    }
    html.put("</ul>", &[]);
    html
}

/// The buttons by which persons steer a machine.
pub(crate) fn steer(context: &Context, name: &str) -> Html {
    let machine = MachineName(name.to_owned());
    let standing = context.snapshot.standing(&machine);
    let is_off = context.snapshot.is_paused(&machine) || standing.is_some_and(|standing| standing.is_draining);
    let is_fenced = standing.is_some_and(|standing| standing.fenced_off.is_some());
    let button = |id: &str, action: &'static str, label: Text, long: Text| {
        Button {
            id: &format!("{id}-{name}"),
            address: &format!("/machines/{}/{action}", Segment(name).encoded()),
            action,
            label: context.say(label),
            long: &context.fill(long, &[("machine", name)]),
        }
        .html()
    };
    let mut html = Html::of("<div class=\"buttons\">", &[]);
    if is_off {
        html.put("{}", &[&button("steer", "resume", Text::Resume, Text::ResumeMachine)]);
    } else {
        html.put("{}", &[&button("steer", "pause", Text::Pause, Text::PauseMachine)]);
        html.put("{}", &[&button("drain", "drain", Text::Drain, Text::DrainMachine)]);
    }
    if is_fenced {
        html.put("{}", &[&button("clear", "clear", Text::Clear, Text::ClearMachine)]);
    }
    html.put("</div>", &[]);
    html
}

/// The button by which a person says that an alarm was seen.
fn acknowledge(context: &Context, machine: &str, alarm: &Alarm) -> Html {
    Button {
        id: &format!("acknowledge-{}", alarm.id.0),
        address: &format!("/machines/{}/alarms/{}/acknowledge", Segment(machine).encoded(), alarm.id.0),
        action: "acknowledge",
        label: context.say(Text::Acknowledge),
        long: &context.fill(Text::AcknowledgeAlarm, &[("alarm", &alarm.code), ("machine", machine)]),
    }
    .html()
}

/// Alarms, gravest first; what a machine says in its own words is shown when the catalogue does not know its code, and
/// always in full.
pub(crate) fn alarms(context: &Context, sight: &MachineSight, in_full: bool) -> Html {
    let alarms = &sight.alarms;
    if alarms.is_empty() {
        return if in_full && sight.host_alarms.is_empty() {
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
        if in_full && !alarm.is_acknowledged {
            html.put("{}", &[&acknowledge(context, sight.machine.as_str(), alarm)]);
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
