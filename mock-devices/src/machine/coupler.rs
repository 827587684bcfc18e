//! What a machine needs of a chip: a contactless coupler's view of it.

use std::time::Duration;

use printer_driver::ChipIdentity;

/// A chip in the field of a station's coupler.
pub trait Coupler: Send {
    /// Sends one command APDU and returns the answer with its status word; empty when the chip does not answer.
    fn transmit(&mut self, command: &[u8]) -> Vec<u8>;

    /// Drops the field and raises it again, which ends any session.
    fn reset(&mut self);

    /// Modelled time that the chip has spent answering since it was made.
    fn elapsed(&self) -> Duration;

    /// What a blank says of itself; none when it does not answer.
    fn identity(&mut self) -> Option<ChipIdentity>;

    /// Everything that outlives the field, and the chip's own source of randomness, as bytes.
    fn snapshot(&self) -> Vec<u8>;
}

/// Makes a chip again from its [`Coupler::snapshot`]; none when the bytes are not one.
pub type ChipRestorer = fn(&[u8]) -> Option<Box<dyn Coupler>>;
