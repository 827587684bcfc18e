//! What the tests of the access protocols share.

use rand_core::{Infallible, TryCryptoRng, TryRng};

/// Randomness that is written down: hands out the given bytes and stops the test when they are used up.
pub(crate) struct FixedBytes(pub(crate) Vec<u8>);

impl FixedBytes {
    pub(crate) fn hex(parts: &[&str]) -> Self {
        FixedBytes(hex::decode(parts.concat()).unwrap())
    }
}

impl TryRng for FixedBytes {
    type Error = Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }
    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        assert!(self.0.len() >= out.len(), "randomness of the example is used up");
        let rest = self.0.split_off(out.len());
        out.copy_from_slice(&std::mem::replace(&mut self.0, rest));
        Ok(())
    }
}

impl TryCryptoRng for FixedBytes {}

/// Seeded randomness for round trips.
pub(crate) fn seeded(seed: u64) -> rand_chacha::ChaCha20Rng {
    rand_core::SeedableRng::seed_from_u64(seed)
}

/// A command or an answer as the standard prints it.
pub(crate) fn bytes(printed: &str) -> Vec<u8> {
    hex::decode(printed.replace([' ', '\n'], "")).unwrap()
}

pub(crate) fn command(printed: &str) -> crate::apdu::Command {
    crate::apdu::Command::parse(&bytes(printed)).unwrap()
}

pub(crate) fn response(printed: &str) -> crate::apdu::Response {
    crate::apdu::Response::parse(&bytes(printed)).unwrap()
}
