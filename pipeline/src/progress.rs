//! Progress of a run: bars on a terminal, plain lines elsewhere.

use std::io::{IsTerminal, Write};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use persoline_domain::clock::Clock;
use persoline_domain::order::OrderState;
use persoline_domain::store::Counts;

/// How often a plain line is printed.
const LINE_EVERY: Duration = Duration::from_secs(2);

/// Shows how far a run is.
pub(crate) enum Progress {
    /// Bars.
    Bars {
        /// Keeps the bars together.
        _all: MultiProgress,
        /// Finished documents of all open ones.
        finished: ProgressBar,
        /// What is on machines.
        machines: ProgressBar,
    },
    /// Lines, with the time of the last one.
    Lines(Option<Duration>),
}

impl Progress {
    /// Bars if standard error is a terminal.
    pub(crate) fn new() -> Progress {
        if !std::io::stderr().is_terminal() {
            return Progress::Lines(None);
        }
        let all = MultiProgress::new();
        let style = |template: &str| {
            ProgressStyle::with_template(template)
                .unwrap_or_else(|_| ProgressStyle::default_bar())
                .progress_chars("━╸─")
        };
        let finished = all.add(ProgressBar::new(0));
        finished.set_style(style("{prefix:>12} {bar:40.green/dim} {pos}/{len}  {msg}"));
        finished.set_prefix("documents");
        let machines = all.add(ProgressBar::new(0));
        machines.set_style(style("{prefix:>12} {msg}"));
        machines.set_prefix("on machines");
        Progress::Bars { _all: all, finished, machines }
    }

    /// Shows counts.
    pub(crate) fn show(&mut self, counts: &Counts, clock: &dyn Clock) {
        let count = |state| counts.count(state);
        let done = count(OrderState::Finished);
        let on_machines = count(OrderState::Dispatched) + count(OrderState::Bound) + count(OrderState::Ticketed);
        let waiting = count(OrderState::Waiting);
        let held = count(OrderState::Held);
        match self {
            Progress::Bars { finished, machines, .. } => {
                finished.set_length(done + on_machines + waiting);
                finished.set_position(done);
                finished.set_message(format!("{waiting} waiting, {held} held, {} spoiled", counts.spoiled));
                machines.set_message(format!(
                    "{on_machines}: {} dispatched, {} bound, {} ticketed",
                    count(OrderState::Dispatched),
                    count(OrderState::Bound),
                    count(OrderState::Ticketed)
                ));
            }
            Progress::Lines(last) => {
                let now = clock.elapsed();
                if last.is_none_or(|last| now.saturating_sub(last) >= LINE_EVERY) {
                    *last = Some(now);
                    let spoiled = counts.spoiled;
                    let _ = writeln!(
                        std::io::stderr(),
                        "finished {done}, on machines {on_machines}, waiting {waiting}, held {held}, spoiled {spoiled}"
                    );
                }
            }
        }
    }

    /// Takes the bars away.
    pub(crate) fn end(self) {
        if let Progress::Bars { finished, machines, .. } = self {
            finished.finish_and_clear();
            machines.finish_and_clear();
        }
    }
}
