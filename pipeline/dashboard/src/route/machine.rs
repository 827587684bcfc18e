//! `/machines/{machine}`: one machine with all it tells, steered.

use persoline_domain::application::DocumentType;
use persoline_domain::texts::{Text, machine as words, names};
use persoline_line::watch::MachineSight;

use crate::address::Segment;
use crate::context::{Context, number};
use crate::html::Html;
use crate::page::Tab;
use crate::part::machine;
use crate::place::{Main, Piece, Problem};

pub(crate) fn main(context: &Context, name: &str) -> Result<Main, Problem> {
    let sight = context.snapshot.machines.iter().find(|sight| sight.machine.as_str() == name);
    let is_paused = context.snapshot.paused.iter().any(|paused| paused.as_str() == name);
    if sight.is_none() && !is_paused {
        return Err(Problem::NotFound(context.fill(Text::NotFoundMachine, &[("machine", name)])));
    }
    let mut pieces = vec![Piece::Still(Html::of("<h1>{} {}</h1>", &[&context.say(Text::Machine), &name]))];
    match sight {
        Some(sight) => {
            pieces.push(Piece::Live("machine-state", state(context, sight)));
            let alarms = machine::alarms(context, sight, true);
            pieces.push(Piece::Live(
                "alarms",
                Html::of(
                    "<h2>{}</h2>{}{}",
                    &[&context.say(Text::Alarms), &machine::host_alarms(context, sight), &alarms],
                ),
            ));
            pieces.push(Piece::Live("feeders", feeders(context, sight)));
            pieces.push(Piece::Live("jobs", jobs(context, sight)));
        }
        None => pieces.push(Piece::Live(
            "machine-state",
            Html::of(
                "<div class=\"standing\" data-machine=\"{}\" data-paused=\"yes\"><p>{}</p>{}</div>",
                &[&name, &context.say(Text::NoLine), &machine::steer(context, name)],
            ),
        )),
    }
    let title = format!("{} {name}", context.say(Text::Machine));
    Ok(Main { title, tab: Tab::Machines, layout: "page machine-page", pieces })
}

fn state(context: &Context, sight: &MachineSight) -> Html {
    let name = sight.machine.as_str();
    let is_paused = context.snapshot.is_paused(&sight.machine);
    let standing = context.snapshot.standing(&sight.machine);
    let meaning = if standing.is_some_and(|standing| standing.fenced_off.is_some()) {
        Text::ClearMeaning
    } else if is_paused || standing.is_some_and(|standing| standing.is_draining) {
        Text::ResumeMeaning
    } else {
        Text::PauseMeaning
    };
    Html::of(
        "<div class=\"standing\" data-machine=\"{}\" data-state=\"{}\" data-paused=\"{}\">{}{}{}{}\
         <dl class=\"facts\"><div><dt>{}</dt><dd>{}</dd></div><div><dt>{}</dt><dd>{}</dd></div>\
         <div><dt>{}</dt><dd>{} {}</dd></div><div><dt>{}</dt><dd>{} {}</dd></div><div><dt>{}</dt><dd>{}</dd></div></dl>\
         {}<p class=\"quiet\">{}</p></div>",
        &[
            &name,
            &sight.state.name(),
            &(if is_paused { "yes" } else { "no" }),
            &machine::state(context, sight),
            &machine::halted(context, sight),
            &machine::fenced(context, sight),
            &machine::idle(context, sight),
            &context.say(Text::PackML),
            &sight.state.name(),
            &context.say(Text::Model),
            &sight.model,
            &context.say(Text::IdealRate),
            &number(u64::from(sight.documents_per_hour)),
            &context.say(Text::PerHour),
            &context.say(Text::MeasuredRate),
            &number(u64::from(sight.measured_per_hour)),
            &context.say(Text::PerHour),
            &context.say(Text::Health),
            &words::health(sight.health.name()).map(|pair| context.name(pair)),
            &machine::steer(context, name),
            &context.say(meaning),
        ],
    )
}

fn feeders(context: &Context, sight: &MachineSight) -> Html {
    let mut html = Html::of("<h2>{}</h2>", &[&context.say(Text::Feeders)]);
    if sight.feeders.is_empty() {
        html.put("<p class=\"none\">{}</p>", &[&context.say(Text::None)]);
        return html;
    }
    html.put("<table><thead><tr>", &[]);
    for (text, class) in [(Text::Number, ""), (Text::Format, ""), (Text::SerialRange, ""), (Text::Remaining, "number")]
    {
        html.put("<th scope=\"col\" class=\"{}\">{}</th>", &[&class, &context.say(text)]);
    }
    html.put("</tr></thead><tbody>", &[]);
    for feeder in &sight.feeders {
        let format = feeder.format.as_ref().map_or(context.say(Text::NeverLoaded), |format| {
            // Machines name formats as the centre does; one that the domain does not know is shown by its name.
            DocumentType::parse(&format.0).map_or(format.0.as_str(), |kind| context.name(names::document(kind)))
        });
        let range = feeder.serial_range.as_ref().map(|(low, high)| format!("{low} – {high}"));
        html.put(
            "<tr data-feeder=\"{}\" data-tone=\"{}\"><th scope=\"row\">{}</th><td>{}</td><td class=\"code\">{}</td>\
             <td class=\"number\">{}</td></tr>",
            &[
                &feeder.id.0,
                &(if feeder.remaining == 0 { "warn" } else { "plain" }),
                &context.fill(Text::Feeder, &[("number", &feeder.id.0.to_string())]),
                &format,
                &range,
                &number(u64::from(feeder.remaining)),
            ],
        );
    }
    html.put("</tbody></table>", &[]);
    html
}

fn jobs(context: &Context, sight: &MachineSight) -> Html {
    let mut html = Html::of("<h2>{}</h2>", &[&context.say(Text::Jobs)]);
    if sight.jobs.is_empty() {
        html.put("<p class=\"none\">{}</p>", &[&context.say(Text::NoJobs)]);
        return html;
    }
    html.put("<table><thead><tr>", &[]);
    for text in [Text::Job, Text::Application, Text::Step] {
        html.put("<th scope=\"col\">{}</th>", &[&context.say(text)]);
    }
    html.put("</tr></thead><tbody>", &[]);
    for (job, application, step) in &sight.jobs {
        html.put(
            "<tr data-job=\"{}\" data-step=\"{}\"><th scope=\"row\">{}</th><td class=\"code\"><a href=\"/orders/{}\">{}</a></td>\
             <td>{}</td></tr>",
            &[
                &job.0,
                &step.name(),
                &job.0,
                &Segment(application.as_str()),
                &application.as_str(),
                &words::step(step.name()).map_or(step.name(), |pair| context.name(pair)),
            ],
        );
    }
    html.put("</tbody></table>", &[]);
    html
}
