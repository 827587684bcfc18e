//! Processor time by kind of thread, from what Linux tells of each; nothing elsewhere.

use std::collections::BTreeMap;

/// Kinds of threads, by how their names begin: what the line calls its own threads, and the device's.
const KINDS: [(&str, &[&str]); 5] = [
    ("workshop", &["workshop"]),
    ("session", &["machine"]),
    ("store", &["committer", "store writer"]),
    ("device", &["device"]),
    ("other", &[""]),
];

/// Seconds of processor time by kind of thread.
pub type CpuSeconds = BTreeMap<&'static str, f64>;

/// Seconds that each thread of this process has run, by kind; none where the system does not tell.
pub fn by_kind() -> Option<CpuSeconds> {
    let mut seconds: CpuSeconds = KINDS.iter().map(|(kind, _)| (*kind, 0.0)).collect();
    for entry in std::fs::read_dir("/proc/self/task").ok()? {
        let folder = entry.ok()?.path();
        // A thread may end while it is looked at.
        let Ok(name) = std::fs::read_to_string(folder.join("comm")) else { continue };
        let Ok(schedule) = std::fs::read_to_string(folder.join("schedstat")) else { continue };
        let nanoseconds: f64 = schedule.split_whitespace().next()?.parse().ok()?;
        *seconds.entry(kind_of(name.trim_end())).or_default() += nanoseconds / 1e9;
    }
    Some(seconds)
}

/// Seconds that the process has run, in threads that are still there; none where the system does not tell.
pub fn of_process() -> Option<f64> {
    by_kind().map(|seconds| seconds.values().sum())
}

/// What was used from `before` to `after`.
pub fn between(before: &CpuSeconds, after: &CpuSeconds) -> CpuSeconds {
    after.iter().map(|(kind, seconds)| (*kind, seconds - before.get(kind).copied().unwrap_or(0.0))).collect()
}

/// The line's own part: workshop, sessions and store; the device and the rest of the program are not the line.
pub fn of_line(cpu: &CpuSeconds) -> f64 {
    ["workshop", "session", "store"].iter().filter_map(|kind| cpu.get(kind)).sum()
}

fn kind_of(thread: &str) -> &'static str {
    let fits = |prefixes: &[&str]| prefixes.iter().any(|prefix| thread.starts_with(prefix));
    KINDS.iter().find(|(_, prefixes)| fits(prefixes)).map_or("other", |(kind, _)| kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_are_told_apart_by_their_names() {
        let kinds = ["workshop 1", "machine north", "committer 3", "store writer", "device north", "line-rate"];
        assert_eq!(kinds.map(kind_of), ["workshop", "session", "store", "store", "device", "other"]);
    }

    #[test]
    fn work_is_seen_where_the_system_tells() {
        if !std::path::Path::new("/proc/thread-self/schedstat").exists() {
            return;
        }
        // A thread of a kind that no other test has: threads that end take their work out of the sum.
        let work = || {
            let before = by_kind().unwrap();
            // As much as the system's clock of threads needs to see it, however coarse it is.
            let mut rounds = 0..1_000;
            let is_seen = rounds.any(|round| {
                std::hint::black_box((0..1_000_000u64).fold(round, |sum, number| std::hint::black_box(sum ^ number)));
                between(&before, &by_kind().unwrap())["workshop"] > 0.0
            });
            assert!(is_seen, "a thread that works has used nothing");
        };
        std::thread::Builder::new().name("workshop of a test".to_owned()).spawn(work).unwrap().join().unwrap();
    }
}
