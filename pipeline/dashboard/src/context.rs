//! With what a page is rendered: language, moment, snapshot; and how values read in it.

use std::sync::Arc;
use std::time::Duration;

use persoline_domain::clock::{Date, Timestamp};
use persoline_domain::identifiers::Actor;
use persoline_domain::texts::{Language, Pair, Text, names, reasons};

use persoline_domain::order::OrderState;

use crate::html::Html;
use crate::local_time::Local;
use crate::sampler::Snapshot;
use crate::site::Site;

/// With what a page is rendered.
pub(crate) struct Context {
    pub(crate) site: Arc<Site>,
    pub(crate) language: Language,
    pub(crate) snapshot: Arc<Snapshot>,
    /// The present moment at the centre.
    pub(crate) now: Local,
}

impl Context {
    pub(crate) fn new(site: &Arc<Site>, language: Language) -> Self {
        let now = site.time.of(site.clock.now());
        Context { site: Arc::clone(site), language, snapshot: site.snapshot(), now }
    }

    pub(crate) fn say(&self, text: Text) -> &'static str {
        text.of(self.language)
    }

    pub(crate) fn fill(&self, text: Text, values: &[(&str, &str)]) -> String {
        text.filled(self.language, values)
    }

    pub(crate) fn name(&self, pair: Pair) -> &'static str {
        pair.of(self.language)
    }

    /// A moment: the time of day, with its date unless that is today; the exact moment in UTC stands beside it.
    pub(crate) fn moment(&self, moment: Timestamp) -> Html {
        let local = self.site.time.of(moment);
        let shown =
            if local.date == self.now.date { local.clock() } else { format!("{} {}", local.date, local.minutes()) };
        let exact = moment.to_string();
        Html::of("<time datetime=\"{}\" title=\"{}\">{}</time>", &[&exact, &exact, &shown])
    }

    /// A due date.
    pub(crate) fn date(&self, date: Date) -> Html {
        let date = date.to_string();
        Html::of("<time datetime=\"{}\">{}</time>", &[&date, &date])
    }

    /// Who did something, in words.
    pub(crate) fn actor(&self, actor: &str) -> String {
        match Actor::parse(actor) {
            Some(Actor::Line) => self.say(Text::ActorLine).to_owned(),
            Some(Actor::Machine(name)) => self.fill(Text::ActorMachine, &[("name", name.as_str())]),
            Some(Actor::Person(name)) => self.fill(Text::ActorPerson, &[("name", &name)]),
            Some(Actor::Command(name)) => self.fill(Text::ActorCommand, &[("name", &name)]),
            None => actor.to_owned(),
        }
    }

    /// A reason code in words; a code that is not in the catalogue as it is.
    pub(crate) fn reason(&self, code: &str) -> String {
        reasons::reason(code).map_or_else(|| code.to_owned(), |pair| self.name(pair).to_owned())
    }

    /// A state of an order, as a mark.
    pub(crate) fn order_state(&self, state: OrderState) -> Html {
        Html::of(
            "<span class=\"state\" data-state=\"{}\">{}</span>",
            &[&state.name(), &self.name(names::order_state(state))],
        )
    }

    /// A duration in the unit that fits.
    pub(crate) fn duration(&self, duration: Duration) -> String {
        let seconds = duration.as_secs_f64();
        let (text, number) = if seconds >= 120.0 {
            (Text::InMinutes, format!("{:.0}", seconds / 60.0))
        } else if seconds >= 10.0 {
            (Text::InSeconds, format!("{seconds:.0}"))
        } else if seconds >= 1.0 {
            (Text::InSeconds, format!("{seconds:.1}"))
        } else if seconds >= 0.01 {
            (Text::InMilliseconds, format!("{:.0}", seconds * 1000.0))
        } else {
            (Text::InMilliseconds, format!("{:.2}", seconds * 1000.0))
        };
        self.fill(text, &[("number", &number)])
    }
}

/// A count with a comma between thousands.
pub(crate) fn number(count: u64) -> String {
    let digits = count.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Documents an hour as a whole number.
pub(crate) fn rate(per_hour: f64) -> String {
    number(per_hour.round().max(0.0) as u64)
}

/// A needed rate as a whole number, never rounded down.
pub(crate) fn rate_up(per_hour: f64) -> String {
    number(per_hour.ceil().max(0.0) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_parted() {
        for (count, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(number(count), text);
        }
        assert_eq!((rate(299.6), rate_up(299.01)), ("300".to_owned(), "300".to_owned()));
    }
}
