//! The figures of a burn-down, as text and as JSON.

use serde_json::{Map, Value, json};

use crate::burn_down::Burnt;
use crate::cpu;
use crate::inputs::Photographs;
use crate::primitives::{self, Measured, PRIMITIVES, Round};

/// A burn-down and the primitives measured around it.
pub struct Report<'a> {
    /// Threads of the workshop.
    pub workers: usize,
    /// Machines.
    pub machines: usize,
    /// Whose photographs.
    pub photographs: Photographs,
    /// What came of it.
    pub burnt: &'a Burnt,
    /// The primitives, measured before and after it.
    pub primitives: &'a Measured,
}

impl Report<'_> {
    /// Documents a second of wall time and worker.
    pub fn per_second_and_core(&self) -> f64 {
        self.burnt.documents as f64 / (self.burnt.wall.as_secs_f64() * self.workers.max(1) as f64).max(1e-9)
    }

    /// Milliseconds that the primitives of one document take in all, the median of each.
    pub fn sum_of_primitives(&self) -> f64 {
        self.medians().iter().sum()
    }

    fn medians(&self) -> Round {
        primitives::medians(&self.primitives.rounds)
    }

    /// The share of the workers' time that the primitives explain: 1 would be a line that costs nothing.
    pub fn ratio(&self) -> f64 {
        self.per_second_and_core() * self.sum_of_primitives() / 1e3
    }

    /// The share of the line's processor time that the primitives explain, both in time that the processor worked: what
    /// other programs take away at the same time is in neither, and neither is a worker that waits.
    pub fn ratio_of_processor_time(&self) -> Option<f64> {
        let line = cpu::of_line(self.burnt.cpu.as_ref()?) * 1e3 / self.burnt.documents.max(1) as f64;
        let primitives = self.sum_of_primitives() * self.primitives.processor_share()?;
        (line > 0.0).then(|| primitives / line)
    }

    /// One object on one line.
    pub fn json(&self) -> Value {
        let per_document = 1e3 / self.burnt.documents.max(1) as f64;
        let primitives: Map<String, Value> =
            PRIMITIVES.iter().zip(self.medians()).map(|(name, time)| ((*name).to_owned(), rounded(time))).collect();
        let cpu = self.burnt.cpu.as_ref().map(|cpu| {
            let kinds = cpu.iter().map(|(kind, seconds)| ((*kind).to_owned(), rounded(seconds * per_document)));
            kinds.collect::<Map<String, Value>>()
        });
        let stages = self.burnt.stages.iter();
        let stages: Map<String, Value> = stages
            .map(|(stage, time)| ((*stage).to_owned(), rounded(time.total.as_secs_f64() * per_document)))
            .collect();
        json!({
            "workers": self.workers,
            "machines": self.machines,
            "photographs": self.photographs.name(),
            "documents": self.burnt.documents,
            "seconds": rounded(self.burnt.wall.as_secs_f64()),
            "documents_per_second": rounded(self.per_second_and_core() * self.workers as f64),
            "documents_per_second_per_core": rounded(self.per_second_and_core()),
            "sum_of_primitives_ms": rounded(self.sum_of_primitives()),
            "ratio_to_primitives": rounded(self.ratio()),
            "ratio_of_processor_time": self.ratio_of_processor_time().map(rounded),
            "processor_share_of_primitives": self.primitives.processor_share().map(rounded),
            "primitives_ms": primitives,
            "cpu_ms_per_document": cpu,
            "stage_ms_per_document": stages,
        })
    }

    /// Lines for people.
    pub fn text(&self) -> String {
        let workers = if self.workers == 1 { "1 worker".to_owned() } else { format!("{} workers", self.workers) };
        let mut out = format!(
            "{workers}: {} documents in {:.2} s, {:.1} a second, {:.1} a second and core\n",
            self.burnt.documents,
            self.burnt.wall.as_secs_f64(),
            self.per_second_and_core() * self.workers as f64,
            self.per_second_and_core(),
        );
        let named = |items: Vec<(&str, f64)>| -> String {
            items.iter().map(|(name, time)| format!("{name} {time:.2}")).collect::<Vec<_>>().join(", ")
        };
        let per_document = 1e3 / self.burnt.documents.max(1) as f64;
        let primitives = PRIMITIVES.iter().copied().zip(self.medians()).collect();
        out += &format!("  primitives, ms a document: {}\n", named(primitives));
        out += &format!("  sum of primitives {:.2} ms, ratio {:.3}\n", self.sum_of_primitives(), self.ratio());
        let stages = self.burnt.stages.iter();
        let stages = stages.map(|(stage, time)| (*stage, time.total.as_secs_f64() * per_document)).collect();
        out += &format!("  stages, ms a document: {}\n", named(stages));
        if let Some((ratio, share)) = self.ratio_of_processor_time().zip(self.primitives.processor_share()) {
            out += &format!(
                "  ratio of processor time {ratio:.3}; primitives had the processor {:.0} % of their time\n",
                share * 100.0
            );
        }
        if let Some(cpu) = &self.burnt.cpu {
            let kinds = cpu.iter().map(|(kind, seconds)| (*kind, seconds * per_document)).collect();
            out += &format!("  processor time by kind of thread, ms a document: {}\n", named(kinds));
        }
        out
    }
}

/// Four digits are more than a noisy machine gives.
fn rounded(value: f64) -> Value {
    json!((value * 1e4).round() / 1e4)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_ratio_is_primitives_over_the_workers_time() {
        let burnt = Burnt {
            documents: 100,
            wall: Duration::from_secs(2),
            cpu: Some([("workshop", 1.8), ("store", 0.2), ("device", 9.0)].into()),
            stages: std::collections::BTreeMap::new(),
        };
        let round = core::array::from_fn(|index| if index == 0 { 30.0 } else { 0.0 });
        let primitives = &Measured { rounds: vec![round], wall: 2.0, cpu: Some(1.0) };
        let report = Report { workers: 2, machines: 1, photographs: Photographs::Samples, burnt: &burnt, primitives };
        assert_eq!(report.json()["documents_per_second_per_core"], 25.0);
        assert_eq!(report.json()["ratio_to_primitives"], 0.75);
        assert_eq!(report.json()["ratio_of_processor_time"], 0.75);
        assert!(report.text().contains("ratio 0.750"));
    }
}
