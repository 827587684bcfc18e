//! How long each step takes.

use std::time::Duration;

use persoline_domain::texts::{Text, machine};

use crate::context::{Context, number};
use crate::html::Html;

pub(crate) fn part(context: &Context) -> Html {
    let mut html = Html::of("<h2>{}</h2>", &[&context.say(Text::StepTimes)]);
    if context.snapshot.steps.is_empty() {
        html.put("<p class=\"none\">{}</p>", &[&context.say(Text::None)]);
        return html;
    }
    html.put(
        "<p class=\"quiet\">{}</p><div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{}\">",
        &[&context.say(Text::StepTimesSince), &context.say(Text::StepTimes)],
    );
    html.put("<table class=\"steps\"><thead><tr>", &[]);
    for (text, class) in [(Text::Step, ""), (Text::Times, "number"), (Text::Mean, "number"), (Text::Longest, "number")]
    {
        html.put("<th scope=\"col\" class=\"{}\">{}</th>", &[&class, &context.say(text)]);
    }
    html.put("</tr></thead><tbody>", &[]);
    for (step, time) in &context.snapshot.steps {
        let mean = u32::try_from(time.count).ok().and_then(|count| time.total.checked_div(count));
        html.put(
            "<tr data-step=\"{}\"><th scope=\"row\">{}</th><td class=\"number\">{}</td><td class=\"number\">{}</td>\
             <td class=\"number\">{}</td></tr>",
            &[
                &step.name(),
                &machine::step(step.name()).map_or(step.name(), |pair| context.name(pair)),
                &number(time.count),
                &context.duration(mean.unwrap_or(Duration::ZERO)),
                &context.duration(time.longest),
            ],
        );
    }
    html.put("</tbody></table></div>", &[]);
    html
}
