//! Promises broken on purpose, by ports put between the line and its world: each is found within a thousand seeds.

mod approvals;
mod driver;
mod machine;
mod pages;
mod ranking;
mod reports;
mod stock;
mod store;

use benches::simulation::{Ports, Setting, run};

/// Seeds within which everything must be found.
const SEEDS: u64 = 1_000;

/// Runs seeds until a promise is found broken, and says how many it took. It must be one of `promises`.
fn found(what: &str, ports: &dyn Ports, promises: &[&str]) {
    let setting = Setting::new().unwrap();
    for seed in 0..SEEDS {
        let ended = run(seed, ports, &setting, false).unwrap();
        if let Some(violation) = ended.violations.first() {
            println!("{what}: found in {} seeds, promise {}: {}", seed + 1, violation.promise, violation.what);
            assert!(promises.contains(&violation.promise), "{what}: {violation:#?}");
            return;
        }
    }
    panic!("{what}: not found in {SEEDS} seeds");
}
