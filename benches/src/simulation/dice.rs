//! Chance of one seed, drawn in the order of the one thread that runs it.

/// A sequence of numbers that follows from its seed (SplitMix64, Steele, Lea and Flood 2014).
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// The sequence of a seed and a purpose: other purposes of the same seed have sequences of their own, so that one
    /// draw more in one place does not change the others.
    pub fn new(seed: u64, purpose: &str) -> Self {
        let purpose = purpose
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        let mut dice = Dice(seed ^ purpose);
        dice.draw();
        dice
    }

    /// Any number.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`; zero when the limit is zero.
    pub fn below(&mut self, limit: u64) -> u64 {
        // The product's upper half is uniform but for a bias of limit / 2^64.
        u64::try_from((u128::from(self.draw()) * u128::from(limit)) >> 64).unwrap_or(0)
    }

    /// A number from `lowest` to `highest`, both included.
    pub fn between(&mut self, lowest: u64, highest: u64) -> u64 {
        lowest + self.below(highest.saturating_sub(lowest) + 1)
    }

    /// True `rate` times in a thousand.
    pub fn per_mille(&mut self, rate: u64) -> bool {
        self.below(1000) < rate
    }

    /// One of `items`; none when there are none.
    pub fn one_of<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        let index = usize::try_from(self.below(items.len() as u64)).unwrap_or(0);
        items.get(index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_and_a_purpose_are_one_sequence() {
        let numbers = |seed, purpose| {
            let mut dice = Dice::new(seed, purpose);
            [dice.draw(), dice.draw()]
        };
        assert_eq!(numbers(1, "people"), numbers(1, "people"));
        assert_ne!(numbers(1, "people"), numbers(2, "people"));
        assert_ne!(numbers(1, "people"), numbers(1, "links"));
    }

    #[test]
    fn bounds_are_kept() {
        let mut dice = Dice::new(7, "bounds");
        assert!((0..1000).all(|_| (3..=5).contains(&dice.between(3, 5))));
        assert_eq!(dice.below(0), 0);
        assert!((0..100).all(|_| dice.per_mille(1000)));
        assert!(!(0..100).any(|_| dice.per_mille(0)));
    }
}
