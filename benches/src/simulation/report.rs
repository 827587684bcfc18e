//! What is told of a run: text for people, one JSON object for programs.

use serde_json::{Value, json};

use super::tally::Tally;
use super::{Ended, Violation};

/// Seeds from which on everything must have been reached.
pub const LARGE: u64 = 300;

/// The sum over many seeds.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    /// Seeds run.
    pub seeds: u64,
    /// Broken promises, by seed.
    pub violations: Vec<Violation>,
    /// What was reached.
    pub tally: Tally,
    /// Orders accepted.
    pub orders: u64,
    /// Booklets bound.
    pub booklets: u64,
    /// Events.
    pub events: u64,
    /// Virtual milliseconds.
    pub lasted: u64,
    /// The most that an order was passed over by orders due on a later day.
    pub passed_over: usize,
    /// The digests of all histories, mixed.
    pub digest: u64,
}

impl Summary {
    /// Adds what came of a seed.
    pub fn add(&mut self, ended: Ended) {
        self.seeds += 1;
        self.violations.extend(ended.violations);
        self.tally.add(&ended.tally);
        self.orders += ended.orders;
        self.booklets += ended.booklets;
        self.events += ended.events;
        self.lasted += ended.lasted;
        self.passed_over = self.passed_over.max(ended.passed_over);
        self.digest ^= ended.digest.rotate_left(u32::try_from(ended.seed % 63).unwrap_or(0));
    }

    /// What a run of this size should have reached and has not.
    pub fn missing(&self) -> Vec<String> {
        if self.seeds >= LARGE { self.tally.missing() } else { Vec::new() }
    }

    /// Whether every promise held, and everything was tried that must be.
    pub fn is_clean(&self) -> bool {
        self.violations.is_empty() && self.missing().is_empty()
    }

    /// One object.
    pub fn json(&self, from: u64, seconds: f64) -> Value {
        let violations: Vec<Value> = self.violations.iter().map(violation_json).collect();
        json!({
            "from": from,
            "seconds": (seconds * 1e3).round() / 1e3,
            "milliseconds_per_seed": (seconds * 1e6 / self.seeds.max(1) as f64).round() / 1e3,
            "virtual_hours": self.lasted / 3_600_000,
            "orders": self.orders,
            "booklets": self.booklets,
            "events": self.events,
            "passed_over": self.passed_over,
            "digest": format!("{:016x}", self.digest),
            "broken": violations,
            "not_reached": self.missing(),
            "acts": self.tally.acts,
            "seeds": self.seeds,
            "violations": self.violations.len(),
            "faults": self.tally.faults,
            "crash_points": self.tally.crashes,
        })
    }

    /// Lines for people.
    pub fn text(&self, from: u64, seconds: f64) -> String {
        let mut out = String::new();
        for violation in self.violations.iter().take(3) {
            out += &violation_text(violation);
        }
        if self.violations.len() > 3 {
            let seeds: Vec<String> = self.violations.iter().map(|violation| violation.seed.to_string()).collect();
            out += &format!("seeds with broken promises: {}\n", seeds.join(" "));
        }
        out += &format!(
            "seeds {from} to {}: {} orders, {} booklets, {} virtual hours, {:.1} s, {:.1} ms a seed\n",
            (from + self.seeds).saturating_sub(1),
            self.orders,
            self.booklets,
            self.lasted / 3_600_000,
            seconds,
            seconds * 1e3 / self.seeds.max(1) as f64,
        );
        for (title, counts) in
            [("faults", &self.tally.faults), ("crashes", &self.tally.crashes), ("acts", &self.tally.acts)]
        {
            let counts: Vec<String> = counts.iter().map(|(name, count)| format!("{name} {count}")).collect();
            out += &format!("{title}: {}\n", counts.join(", "));
        }
        let missing = self.missing();
        if !missing.is_empty() {
            out += &format!("never reached, so nothing is proven about it: {}\n", missing.join(", "));
        }
        out += &format!("{} broken promises\n", self.violations.len());
        out
    }
}

fn violation_json(violation: &Violation) -> Value {
    json!({
        "seed": violation.seed,
        "promise": violation.promise,
        "what": violation.what,
        "at_ms": violation.at,
        "events": violation.events,
    })
}

fn violation_text(violation: &Violation) -> String {
    format!(
        "seed {}: promise {} is broken after {} s: {}\n  {}\nagain: simulate --from {} --seeds 1 --events\n\n",
        violation.seed,
        violation.promise,
        violation.at / 1000,
        violation.what,
        violation.events.join("\n  "),
        violation.seed,
    )
}
