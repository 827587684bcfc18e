//! A seed is one history.

use benches::simulation::{Setting, Sound, run};

#[test]
fn a_seed_replays_exactly_and_another_is_another() {
    let setting = Setting::new().unwrap();
    let history = |seed| {
        let ended = run(seed, &Sound, &setting, true).unwrap();
        (ended.digest, ended.history)
    };
    // The last is one with real keys and documents.
    for seed in [3, 12, 49] {
        let (first, second) = (history(seed), history(seed));
        assert_eq!(first.1, second.1, "seed {seed}");
        assert_eq!(first.0, second.0);
        assert!(first.1.len() > 50, "{} events", first.1.len());
    }
    assert_ne!(history(3).0, history(4).0);
}
