//! Clocks that are passed in: real, scaled, and virtual for tests.
//!
//! A [`Clock`] tells machine time as a [`Duration`] since its own epoch and waits on it. A wait ends early when its
//! [`Wake`] is rung, so that a thread that waits for a machine's next event costs nothing and still hears at once that a
//! command was handed in by another thread.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Tells machine time and waits on it.
pub trait Clock: Send + Sync {
    /// Machine time since the clock's epoch. Never goes back.
    fn now(&self) -> Duration;

    /// The machine's idea of the date: milliseconds since 1970 UTC.
    fn unix_ms(&self) -> i64;

    /// Waits until machine time is `deadline`, or until `wake` was rung after `seen` was read from
    /// [`Wake::generation`]. May return early; callers look again.
    fn wait_until(&self, deadline: Duration, wake: &Arc<Wake>, seen: u64);

    /// Waits until machine time is `deadline`.
    fn sleep_until(&self, deadline: Duration) {
        let wake = Arc::new(Wake::new());
        while self.now() < deadline {
            self.wait_until(deadline, &wake, wake.generation());
        }
    }
}

/// Ends waits early. Ringing is counted, so a ring between looking and waiting is not lost.
#[derive(Debug, Default)]
pub struct Wake {
    generation: Mutex<u64>,
    changed: Condvar,
}

impl Wake {
    /// One that was never rung.
    pub fn new() -> Self {
        Wake::default()
    }

    /// How often it was rung.
    pub fn generation(&self) -> u64 {
        *locked(&self.generation)
    }

    /// Ends every wait that began before.
    pub fn ring(&self) {
        let mut generation = locked(&self.generation);
        *generation = generation.wrapping_add(1);
        self.changed.notify_all();
    }

    /// Lets waiters look at their clock again.
    fn nudge(&self) {
        let _generation = locked(&self.generation);
        self.changed.notify_all();
    }
}

/// Machine time is real time. Its epoch is the moment it was made.
#[derive(Debug)]
pub struct RealClock(ScaledClock);

impl RealClock {
    /// Starts now.
    pub fn start() -> Self {
        RealClock(ScaledClock::start(1))
    }
}

impl Clock for RealClock {
    fn now(&self) -> Duration {
        self.0.now()
    }
    fn unix_ms(&self) -> i64 {
        self.0.unix_ms()
    }
    fn wait_until(&self, deadline: Duration, wake: &Arc<Wake>, seen: u64) {
        self.0.wait_until(deadline, wake, seen);
    }
}

/// Machine seconds pass `factor` times as fast as real ones. Its epoch is the moment it was made.
#[derive(Debug)]
pub struct ScaledClock {
    factor: u32,
    started: Instant,
    started_unix_ms: i64,
}

impl ScaledClock {
    /// Starts now; a factor of zero counts as one.
    pub fn start(factor: u32) -> Self {
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        ScaledClock {
            factor: factor.max(1),
            started: Instant::now(),
            started_unix_ms: i64::try_from(since_1970.as_millis()).unwrap_or(i64::MAX),
        }
    }

    /// How many machine seconds pass in a real one.
    pub fn factor(&self) -> u32 {
        self.factor
    }
}

impl Clock for ScaledClock {
    fn now(&self) -> Duration {
        self.started.elapsed().saturating_mul(self.factor)
    }

    fn unix_ms(&self) -> i64 {
        self.started_unix_ms.saturating_add(millis(self.now()))
    }

    fn wait_until(&self, deadline: Duration, wake: &Arc<Wake>, seen: u64) {
        let mut generation = locked(&wake.generation);
        while *generation == seen {
            let left = deadline.saturating_sub(self.now()) / self.factor;
            if left.is_zero() {
                return;
            }
            generation = wake.changed.wait_timeout(generation, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

/// Time that passes only when a test lets it, or jumps to whatever is waited for.
#[derive(Debug)]
pub struct VirtualClock {
    inner: Mutex<Virtual>,
    started_unix_ms: i64,
    jumps: bool,
}

#[derive(Debug, Default)]
struct Virtual {
    now: Duration,
    waiters: Vec<Weak<Wake>>,
}

impl VirtualClock {
    /// Stands still until [`advance`](VirtualClock::advance).
    pub fn standing(started_unix_ms: i64) -> Self {
        VirtualClock { inner: Mutex::default(), started_unix_ms, jumps: false }
    }

    /// A wait takes no real time: the clock jumps to its deadline. For a program with one thread.
    pub fn jumping(started_unix_ms: i64) -> Self {
        VirtualClock { inner: Mutex::default(), started_unix_ms, jumps: true }
    }

    /// Lets time pass and wakes whoever waits.
    pub fn advance(&self, by: Duration) {
        let waiters = {
            let mut inner = locked(&self.inner);
            inner.now = inner.now.saturating_add(by);
            inner.waiters.retain(|waiter| waiter.strong_count() > 0);
            inner.waiters.clone()
        };
        for waiter in waiters.iter().filter_map(Weak::upgrade) {
            waiter.nudge();
        }
    }

    /// Lets time pass until `deadline`; time does not go back.
    pub fn advance_to(&self, deadline: Duration) {
        self.advance(deadline.saturating_sub(self.now()));
    }

    fn register(&self, wake: &Arc<Wake>) {
        let mut inner = locked(&self.inner);
        let known = inner.waiters.iter().any(|waiter| waiter.as_ptr() == Arc::as_ptr(wake));
        if !known {
            inner.waiters.push(Arc::downgrade(wake));
        }
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> Duration {
        locked(&self.inner).now
    }

    fn unix_ms(&self) -> i64 {
        self.started_unix_ms.saturating_add(millis(self.now()))
    }

    fn wait_until(&self, deadline: Duration, wake: &Arc<Wake>, seen: u64) {
        if self.jumps {
            if wake.generation() == seen {
                let mut inner = locked(&self.inner);
                inner.now = inner.now.max(deadline);
            }
            return;
        }
        self.register(wake);
        // The wake's lock is held while the time is read, and `advance` takes it before it nudges, so no advance is missed.
        let mut generation = locked(&wake.generation);
        while *generation == seen && self.now() < deadline {
            generation = wake.changed.wait(generation).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn virtual_time_passes_only_by_hand_and_wakes_a_waiter() {
        let clock = Arc::new(VirtualClock::standing(1_000));
        let waiting = Arc::clone(&clock);
        let waiter = std::thread::spawn(move || {
            waiting.sleep_until(Duration::from_secs(10));
            waiting.now()
        });
        clock.advance(Duration::from_secs(4));
        clock.advance(Duration::from_secs(6));
        assert_eq!(waiter.join().unwrap(), Duration::from_secs(10));
        assert_eq!(clock.unix_ms(), 11_000);
    }

    #[test]
    fn a_ring_ends_a_wait_that_would_last_for_ever() {
        let clock = Arc::new(VirtualClock::standing(0));
        let wake = Arc::new(Wake::new());
        let seen = wake.generation();
        let (waiting, bell) = (Arc::clone(&clock), Arc::clone(&wake));
        let waiter = std::thread::spawn(move || waiting.wait_until(Duration::MAX, &bell, seen));
        wake.ring();
        waiter.join().unwrap();
        clock.wait_until(Duration::MAX, &wake, seen);
    }

    #[test]
    fn scaled_time_runs_faster_than_real_time() {
        let clock = ScaledClock::start(1_000);
        let real = Instant::now();
        clock.sleep_until(Duration::from_secs(5));
        assert!(clock.now() >= Duration::from_secs(5));
        assert!(real.elapsed() < Duration::from_secs(5));
    }
}
