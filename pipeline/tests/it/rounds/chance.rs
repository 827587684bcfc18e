//! Chance from a printed seed, and how much of it a run shall see.

use std::cell::Cell;
use std::time::Duration;

use persoline_domain::chance::RandomSource;

/// Names the seed and the number of rounds, as `SEED:ROUNDS`.
const VARIABLE: &str = "PERSOLINE_ROUNDS";
/// What is run when nobody asks: on a slow computer as many of these rounds as there is time for.
const USUAL: (u64, u32, Duration) = (9303, 20, Duration::from_secs(150));

/// The seed, the number of rounds that were asked for, and after what time no further ones are begun.
pub(super) fn asked() -> (u64, u32, Duration) {
    let Ok(text) = std::env::var(VARIABLE) else { return USUAL };
    let parsed =
        text.split_once(':').and_then(|(seed, rounds)| Some((seed.parse().ok()?, rounds.parse().ok()?, Duration::MAX)));
    parsed.unwrap_or_else(|| panic!("{VARIABLE} is `{text}`, not SEED:ROUNDS"))
}

/// Draws that follow from a seed (SplitMix64).
pub(super) struct Chance(Cell<u64>);

impl Chance {
    pub(super) fn new(seed: u64) -> Chance {
        Chance(Cell::new(seed))
    }

    fn next(&self) -> u64 {
        let state = self.0.get().wrapping_add(0x9E37_79B9_7F4A_7C15);
        self.0.set(state);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`.
    pub(super) fn below(&self, limit: u64) -> u64 {
        self.next() % limit.max(1)
    }

    /// One of them.
    pub(super) fn one_of<T: Copy>(&self, of: &[T]) -> T {
        of[usize::try_from(self.below(of.len() as u64)).expect("an index")]
    }

    /// A time below so many milliseconds.
    pub(super) fn time(&self, below: u64) -> Duration {
        Duration::from_millis(self.below(below))
    }
}

/// Randomness of an inspection system that reads chips in a test.
pub(super) struct Reader;

impl RandomSource for Reader {
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("randomness of the system");
    }
}
