//! The system's clock and randomness, as the program's entry gives them to the line.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use persoline_domain::chance::RandomSource;
use persoline_domain::clock::{Clock, Timestamp};

/// The system's clock.
pub struct SystemClock {
    started: Instant,
}

impl SystemClock {
    /// The clock, measuring from now.
    pub fn start() -> Self {
        SystemClock { started: Instant::now() }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
    fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }
    fn sleep(&self, duration: Duration) {
        std::thread::sleep(duration);
    }
}

/// The system's randomness.
pub struct SystemRandom;

impl RandomSource for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) {
        if getrandom::fill(bytes).is_err() {
            // Without randomness there are no keys and nothing to measure.
            std::process::abort();
        }
    }
}
