//! The emulated chip as a coupler sees it.

use std::time::Duration;

use chip_profile::apdu::Response;
use chip_profile::personalisation::session::{chip_serial, identity_script};
use printer_driver::ChipIdentity;

use super::coupler::Coupler;
use crate::chip::EmulatedChip;

impl Coupler for EmulatedChip {
    fn transmit(&mut self, command: &[u8]) -> Vec<u8> {
        EmulatedChip::transmit(self, command)
    }

    fn reset(&mut self) {
        EmulatedChip::reset(self);
    }

    fn elapsed(&self) -> Duration {
        EmulatedChip::elapsed(self)
    }

    /// The serial is read over the air. The key version stands in no object of this chip that can be read before
    /// authentication; the machine has it from the chip's own settings.
    fn identity(&mut self) -> Option<ChipIdentity> {
        let script = identity_script();
        let answers = script.iter().map(|command| Response::parse(&EmulatedChip::transmit(self, &command.to_bytes())));
        let answers: Vec<Response> = answers.collect::<Result<_, _>>().ok()?;
        let chip_serial = chip_serial(&answers).ok()?;
        Some(ChipIdentity::new(chip_serial, EmulatedChip::identity(self).key_version))
    }

    fn snapshot(&self) -> Vec<u8> {
        EmulatedChip::snapshot(self)
    }
}

/// Makes an emulated chip again from its snapshot: a [`ChipRestorer`](super::ChipRestorer).
pub fn restore_emulated_chip(bytes: &[u8]) -> Option<Box<dyn Coupler>> {
    EmulatedChip::restore(bytes).ok().map(|chip| Box::new(chip) as Box<dyn Coupler>)
}
