//! The system's clock, randomness, signals and log: the only place where they are named.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use persoline_domain::chance::RandomSource;
use persoline_domain::clock::{Clock, Timestamp};
use persoline_domain::identifiers::Actor;

/// The system's clock.
pub(crate) struct SystemClock {
    started: Instant,
}

impl SystemClock {
    /// The clock, measuring from now.
    pub(crate) fn new() -> Self {
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
pub(crate) struct SystemRandom;

impl RandomSource for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) {
        if getrandom::fill(bytes).is_err() {
            // Without randomness no key can be made and nothing signed: going on would be worse than ending here.
            std::process::abort();
        }
    }
}

/// Set when the program is asked to end (Ctrl-C, SIGTERM). The second time ends it at once.
pub(crate) fn interrupted() -> Arc<AtomicBool> {
    let flag = Arc::new(AtomicBool::new(false));
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        // Without a handler the signal ends the program at once, which it survives as well.
        let _ = signal_hook::flag::register_conditional_shutdown(signal, 130, Arc::clone(&flag));
        let _ = signal_hook::flag::register(signal, Arc::clone(&flag));
    }
    flag
}

/// A closed pipe ends the program as it ends other programs of the shell.
pub(crate) fn end_quietly_on_broken_pipe() {
    #[cfg(unix)]
    let _ = signal_hook::flag::register_conditional_shutdown(
        signal_hook::consts::SIGPIPE,
        141,
        Arc::new(AtomicBool::new(true)),
    );
}

/// Records of what happens go to standard error, warnings and worse unless `RUST_LOG` says otherwise.
pub(crate) fn log_to_stderr() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}

/// The program on the command line, by the name of the system's account: as the session says it, or else, as in a container
/// or under a supervisor, as the system's list of accounts does.
pub(crate) fn actor() -> Actor {
    let told =
        ["USER", "LOGNAME"].iter().find_map(|variable| std::env::var(variable).ok().filter(|name| !name.is_empty()));
    let name = told.or_else(|| whoami::username().ok()).unwrap_or_default();
    let name: String = name.chars().filter(|c| c.is_alphanumeric() || "-_.".contains(*c)).take(64).collect();
    Actor::Command(if name.is_empty() { "unknown".to_owned() } else { name })
}
