//! Randomness, as it is passed in.

use core::convert::Infallible;

use rand_core::{TryCryptoRng, TryRng};

/// A source of random bytes that is fit for keys and shared between threads.
pub trait RandomSource: Send + Sync {
    /// Fills `bytes` with random bytes.
    fn fill(&self, bytes: &mut [u8]);
}

/// A [`RandomSource`] as the trait that cryptographic crates take.
pub struct AsRng<'a>(pub &'a dyn RandomSource);

impl TryRng for AsRng<'_> {
    type Error = Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.0.fill(&mut bytes);
        Ok(u32::from_le_bytes(bytes))
    }
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        Ok(u64::from_le_bytes(bytes))
    }
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.0.fill(bytes);
        Ok(())
    }
}

impl TryCryptoRng for AsRng<'_> {}
