//! Chance from a printed seed.
//!
//! A draw depends on the seed, on what is drawn for, on its subject and on the round, never on how many draws were made
//! before. So the same booklet meets the same fate whatever order threads or stations work in, and a run that was
//! killed and started again is still the same run.

use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

/// A seeded source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chance {
    seed: u64,
}

impl Chance {
    /// From a seed that is printed with whatever depends on it.
    pub fn from_seed(seed: u64) -> Self {
        Chance { seed }
    }

    /// The seed.
    pub fn seed(self) -> u64 {
        self.seed
    }

    /// What chance says about `subject` in this `round` of `purpose`.
    pub fn draw(self, purpose: &str, subject: u64, round: u64) -> Draw {
        let mut key = [0u8; 32];
        for (part, value) in key.chunks_exact_mut(8).zip([self.seed, name_hash(purpose), subject, round]) {
            part.copy_from_slice(&value.to_le_bytes());
        }
        Draw(ChaCha8Rng::from_seed(key))
    }
}

/// One draw, from which as many numbers can be taken as are needed.
#[derive(Debug, Clone)]
pub struct Draw(ChaCha8Rng);

impl Draw {
    /// True in `rate` of a million draws.
    pub fn happens(&mut self, rate_per_million: u32) -> bool {
        self.below(1_000_000) < u64::from(rate_per_million)
    }

    /// A number from zero up to but not including `limit`; zero when the limit is zero.
    pub fn below(&mut self, limit: u64) -> u64 {
        // The product's upper half is uniform but for a bias of limit / 2^64, which no test here can see.
        u64::try_from((u128::from(self.0.next_u64()) * u128::from(limit)) >> 64).unwrap_or(0)
    }

    /// A number from `lowest` to `highest`, both included.
    pub fn between(&mut self, lowest: i64, highest: i64) -> i64 {
        let width = u64::try_from(highest.saturating_sub(lowest)).unwrap_or(0).saturating_add(1);
        lowest.saturating_add(i64::try_from(self.below(width)).unwrap_or(0))
    }

    /// Fills `bytes`.
    pub fn fill(&mut self, bytes: &mut [u8]) {
        self.0.fill_bytes(bytes);
    }
}

/// FNV-1a, which only has to tell a handful of names apart.
fn name_hash(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draw_depends_on_seed_purpose_subject_and_round_alone() {
        let chance = Chance::from_seed(7);
        let first = chance.draw("jam", 3, 1).below(u64::MAX);
        assert_eq!(first, chance.draw("jam", 3, 1).below(u64::MAX));
        for other in [
            Chance::from_seed(8).draw("jam", 3, 1),
            chance.draw("misfeed", 3, 1),
            chance.draw("jam", 4, 1),
            chance.draw("jam", 3, 2),
        ] {
            assert_ne!(first, other.clone().below(u64::MAX));
        }
    }

    #[test]
    fn rates_are_kept() {
        let chance = Chance::from_seed(1);
        let hits = (0..10_000).filter(|&subject| chance.draw("x", subject, 0).happens(100_000)).count();
        assert!((800..1_200).contains(&hits), "{hits} of 10000 at one in ten");
        assert!(!chance.draw("x", 0, 0).happens(0));
        assert!(chance.draw("x", 0, 0).happens(1_000_000));
    }
}
