//! What happened in a seed: a digest of everything, and the last of it for people.

use std::collections::VecDeque;
use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

/// Events that a violation shows.
const SHOWN: usize = 60;

/// The history of one seed.
#[derive(Debug, Default)]
pub struct History {
    digest: Sha256,
    newest: VecDeque<String>,
    /// Events so far.
    pub events: u64,
    /// Every event, for those who look into one seed.
    all: Option<Vec<String>>,
}

impl History {
    /// A history that keeps every event's text.
    pub fn keeping() -> Self {
        History { all: Some(Vec::new()), ..History::default() }
    }

    /// Something happened, at so many milliseconds from the beginning.
    pub fn tell(&mut self, now: u64, what: core::fmt::Arguments<'_>) {
        let mut line =
            if self.newest.len() >= SHOWN { self.newest.pop_front().unwrap_or_default() } else { String::new() };
        line.clear();
        // Writing to a text cannot fail.
        let _ = write!(line, "{:>6}.{:03} {what}", now / 1000, now % 1000);
        self.digest.update(line.as_bytes());
        self.digest.update(b"\n");
        self.events += 1;
        if let Some(all) = &mut self.all {
            all.push(line.clone());
        }
        self.newest.push_back(line);
    }

    /// The first eight bytes of the digest of everything that happened.
    pub fn digest(&self) -> u64 {
        self.digest.clone().finalize().iter().take(8).fold(0, |sum, byte| sum << 8 | u64::from(*byte))
    }

    /// The newest events, oldest first.
    pub fn newest(&self) -> Vec<String> {
        self.newest.iter().cloned().collect()
    }

    /// Every event, if they were kept.
    pub fn all(self) -> Vec<String> {
        self.all.unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_tells_histories_apart_and_the_newest_are_kept() {
        let history = |last: u64| {
            let mut history = History::default();
            (0..100).chain([last]).for_each(|event| history.tell(event, format_args!("event {event}")));
            history
        };
        assert_eq!(history(7).digest(), history(7).digest());
        assert_ne!(history(7).digest(), history(8).digest());
        assert_eq!(history(7).newest().len(), SHOWN);
        assert!(history(7).newest().last().is_some_and(|line| line.ends_with("event 7")));
    }
}
