//! How long each stage takes.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use persoline_domain::clock::Clock;

/// Time spent in a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StageTime {
    /// How often.
    pub count: u64,
    /// In all.
    pub total: Duration,
}

/// Times of all stages by name, shared between workers.
#[derive(Debug, Default)]
pub struct StageTimes(Mutex<BTreeMap<&'static str, StageTime>>);

impl StageTimes {
    /// Does `work` and adds its time to `stage`.
    pub fn measure<T>(&self, clock: &dyn Clock, stage: &'static str, work: impl FnOnce() -> T) -> T {
        let before = clock.elapsed();
        let result = work();
        let time = clock.elapsed().saturating_sub(before);
        let mut times = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = times.entry(stage).or_default();
        entry.count += 1;
        entry.total += time;
        result
    }

    /// All of them.
    pub fn all(&self) -> BTreeMap<&'static str, StageTime> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
