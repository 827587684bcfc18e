//! Late binding: how long a machine that has picked a booklet waits for its ticket.
//!
//! Several machines ask at nameplate rate, each at its own moment of the takt. The line is the program's own with its store
//! on disk and the stages with real keys; what is measured goes from the announced booklet to the first script of its
//! ticket at the machine: read, bound durably, prepared, signed, rendered, kept durably, first script wrapped.

use std::sync::Arc;
use std::time::{Duration, Instant};

use persoline_domain::application::{DocumentType, Payload};
use persoline_domain::identifiers::MachineName;
use persoline_domain::store::Store;
use persoline_line::executor::{Line, LineParts, LineSettings, MachineParts};
use persoline_line::session::SessionSettings;
use printer_driver::{FeederId, Format};
use serde_json::{Value, json};

use crate::burn_down::{BurnDown, load, machine_name};
use crate::hall::Hall;
use crate::machine::{InstantMachine, Output};
use crate::paced::{Latencies, Paced};
use crate::{Failure, failure};

/// Documents an hour that a machine of the field promises (DOMAIN: 300).
pub const NAMEPLATE: u32 = 300;
/// What the 99th percentile may be.
pub const BAR: Duration = Duration::from_millis(100);

/// What is measured.
#[derive(Debug, Clone, Copy)]
pub struct LateBinding {
    /// Machines.
    pub machines: usize,
    /// Documents in all.
    pub documents: usize,
    /// Times the nameplate rate.
    pub factor: f64,
    /// Threads of the workshop.
    pub workers: usize,
}

/// What was measured.
#[derive(Debug, Clone)]
pub struct Measured {
    what: LateBinding,
    /// From the shortest to the longest.
    sorted: Vec<Duration>,
    seconds: f64,
}

impl LateBinding {
    /// Brings orders and blanks in, lets the machines ask, and measures until every document is finished.
    ///
    /// # Errors
    /// A document was not made, and why.
    pub fn run(self, hall: &Hall, payloads: &[Payload]) -> Result<Measured, Failure> {
        let store = hall.store("late-binding.sqlite")?;
        let burn_down = BurnDown { orders: self.documents, workers: self.workers, machines: self.machines };
        let orders = burn_down.take_in(hall, &store, payloads)?;
        let takt = Duration::from_secs_f64(3600.0 / (f64::from(NAMEPLATE) * self.factor.max(0.01)));
        let output = Arc::new(Output::default());
        let latencies = Latencies::new();
        let workshop = hall.workshop(&store)?;
        let mut drivers = Vec::new();
        let mut first = 1;
        let names: Vec<MachineName> = (0..self.machines).map(|index| machine_name(index).into()).collect();
        for name in &names {
            let mut feeders = Vec::new();
            for (document, id) in DocumentType::ALL.into_iter().zip(1..) {
                let count = orders.get(&document).copied().unwrap_or(0);
                let booklets = load(hall, &store, name, document, first..first + count)?;
                first += count;
                feeders.push((FeederId(id), Format(document.name().to_owned()), booklets));
            }
            drivers.push(InstantMachine::start(name.as_str(), feeders, Arc::clone(&output))?);
        }
        let started = Instant::now();
        let share = takt.div_f64(self.machines.max(1) as f64);
        let machines = names.into_iter().zip(drivers).zip(1u32..).map(|((machine, driver), place)| {
            let paced = Paced::new(driver, takt, started + share * place, latencies.clone());
            MachineParts { machine, driver: Box::new(paced) }
        });
        let parts = LineParts {
            store: Arc::clone(&store) as Arc<dyn Store>,
            workshop: workshop as _,
            calendar: hall.calendar(),
            clock: Arc::clone(&hall.clock),
        };
        let settings = LineSettings {
            workers: self.workers,
            poll_wait: Duration::from_millis(20),
            session: SessionSettings::default(),
        };
        let line = Line::start(&parts, machines.collect(), settings)?;
        let awaited = burn_down.await_all(&store, &line, &output);
        let seconds = started.elapsed().as_secs_f64();
        line.stop();
        let stopped = line.wait();
        awaited?;
        if let Err(failures) = stopped {
            let why: Vec<String> = failures.iter().map(|(machine, why)| format!("machine {machine}: {why}")).collect();
            return Err(failure(format!("the line had to stop: {}", why.join("; "))));
        }
        let mut sorted = latencies.all();
        sorted.sort();
        Ok(Measured { what: self, sorted, seconds })
    }
}

impl Measured {
    /// The time within which so many in a thousand were served.
    pub fn quantile(&self, per_mille: usize) -> Duration {
        let rank = (self.sorted.len() * per_mille).div_ceil(1000).max(1);
        self.sorted.get(rank - 1).or(self.sorted.last()).copied().unwrap_or_default()
    }

    /// The longest.
    pub fn longest(&self) -> Duration {
        self.sorted.last().copied().unwrap_or_default()
    }

    /// Documents an hour that each machine asked for.
    pub fn rate(&self) -> f64 {
        f64::from(NAMEPLATE) * self.what.factor
    }

    /// One object on one line.
    pub fn json(&self) -> Value {
        json!({
            "machines": self.what.machines,
            "documents_per_hour_and_machine": self.rate(),
            "workers": self.what.workers,
            "documents": self.sorted.len(),
            "seconds": round(self.seconds * 1e3),
            "p50_ms": milliseconds(self.quantile(500)),
            "p95_ms": milliseconds(self.quantile(950)),
            "p99_ms": milliseconds(self.quantile(990)),
            "max_ms": milliseconds(self.longest()),
            "bar_p99_ms": milliseconds(BAR),
            "meets_bar": self.quantile(990) <= BAR,
        })
    }

    /// A line for people.
    pub fn text(&self) -> String {
        format!(
            "{} machines asking at {} an hour each, {} workers: {} booklets in {:.0} s, announced to ticket ready: \
             p50 {:.1} ms, p95 {:.1}, p99 {:.1}, longest {:.1}; the bar is {:.0} at p99: {}\n",
            self.what.machines,
            self.rate(),
            self.what.workers,
            self.sorted.len(),
            self.seconds,
            milliseconds(self.quantile(500)),
            milliseconds(self.quantile(950)),
            milliseconds(self.quantile(990)),
            milliseconds(self.longest()),
            milliseconds(BAR),
            if self.quantile(990) <= BAR { "met" } else { "missed" },
        )
    }
}

fn milliseconds(duration: Duration) -> f64 {
    round(duration.as_secs_f64() * 1e6)
}

/// Thousands of what is given, with three digits behind the point.
fn round(value: f64) -> f64 {
    value.round() / 1e3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_of_what_was_measured() {
        let what = LateBinding { machines: 8, documents: 200, factor: 2.0, workers: 2 };
        let sorted = (1..=200).map(Duration::from_millis).collect();
        let measured = Measured { what, sorted, seconds: 1.5 };
        let json = measured.json();
        assert_eq!(json["p50_ms"], 100.0);
        assert_eq!(json["p99_ms"], 198.0);
        assert_eq!(json["max_ms"], 200.0);
        assert_eq!(json["seconds"], 1.5);
        assert_eq!(json["documents_per_hour_and_machine"], 600.0);
        assert_eq!(json["meets_bar"], false);
    }
}
