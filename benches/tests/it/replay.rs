//! A seed is one history.

use benches::simulation::{Sound, calendar, run};

#[test]
fn a_seed_replays_exactly_and_another_is_another() {
    let calendar = calendar().unwrap();
    let history = |seed| {
        let ended = run(seed, &Sound, &calendar, true).unwrap();
        (ended.digest, ended.history)
    };
    for seed in [3, 12] {
        let (first, second) = (history(seed), history(seed));
        assert_eq!(first.1, second.1, "seed {seed}");
        assert_eq!(first.0, second.0);
        assert!(first.1.len() > 50, "{} events", first.1.len());
    }
    assert_ne!(history(3).0, history(4).0);
}
