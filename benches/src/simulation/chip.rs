//! A chip that costs next to nothing: it takes what is written, locks it, and gives it back.
//!
//! ```text
//! "WRIT" bytes   keeps the bytes; refused once locked
//! "LOCK"         locked for ever
//! "READ"         what was written, then 1 if locked
//! ```

use std::time::Duration;

use mock_devices::machine::Coupler;
use printer_driver::ChipIdentity;

/// Modelled time that a command takes.
const COMMAND: Duration = Duration::from_millis(400);
const SUCCESS: [u8; 2] = [0x90, 0x00];
/// Conditions of use not satisfied (ISO/IEC 7816-4, 5.6).
const REFUSED: [u8; 2] = [0x69, 0x85];

/// The chip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheapChip {
    /// Its serial.
    pub chip_serial: Vec<u8>,
    /// What was written last.
    pub content: Vec<u8>,
    /// Whether it is locked.
    pub is_locked: bool,
    commands: u32,
}

impl CheapChip {
    /// A chip as its maker delivers it.
    pub fn new(chip_serial: Vec<u8>) -> Self {
        CheapChip { chip_serial, content: Vec::new(), is_locked: false, commands: 0 }
    }

    /// The chip of a snapshot.
    pub fn restore(bytes: &[u8]) -> Option<Self> {
        let ([is_locked, length], rest) = bytes.split_first_chunk()?;
        let (chip_serial, content) = rest.split_at_checked(usize::from(*length))?;
        Some(CheapChip {
            chip_serial: chip_serial.to_vec(),
            content: content.to_vec(),
            is_locked: *is_locked == 1,
            commands: 0,
        })
    }
}

/// Makes a chip again from its snapshot.
pub fn restore_cheap_chip(bytes: &[u8]) -> Option<Box<dyn Coupler>> {
    CheapChip::restore(bytes).map(|chip| Box::new(chip) as Box<dyn Coupler>)
}

impl Coupler for CheapChip {
    fn transmit(&mut self, command: &[u8]) -> Vec<u8> {
        self.commands = self.commands.saturating_add(1);
        match command.split_first_chunk::<4>() {
            Some((b"WRIT", bytes)) if !self.is_locked => {
                self.content = bytes.to_vec();
                SUCCESS.to_vec()
            }
            Some((b"LOCK", _)) if !self.is_locked => {
                self.is_locked = true;
                SUCCESS.to_vec()
            }
            Some((b"READ", _)) => [&self.content[..], &[u8::from(self.is_locked)], &SUCCESS].concat(),
            _ => REFUSED.to_vec(),
        }
    }

    fn reset(&mut self) {}

    fn elapsed(&self) -> Duration {
        COMMAND * self.commands
    }

    fn identity(&mut self) -> Option<ChipIdentity> {
        Some(ChipIdentity::new(self.chip_serial.clone(), 1))
    }

    fn snapshot(&self) -> Vec<u8> {
        let length = u8::try_from(self.chip_serial.len()).unwrap_or(u8::MAX);
        [&[u8::from(self.is_locked), length], &self.chip_serial[..], &self.content[..]].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locked_chip_is_only_read_and_survives_a_snapshot() {
        let mut chip = CheapChip::new(b"chip 1".to_vec());
        assert_eq!(chip.transmit(b"WRITabc"), SUCCESS);
        assert_eq!(chip.transmit(b"LOCK"), SUCCESS);
        assert_eq!(chip.transmit(b"WRITdef"), REFUSED);
        let mut again = CheapChip::restore(&chip.snapshot()).unwrap();
        assert_eq!(again.transmit(b"READ"), b"abc\x01\x90\x00");
        assert_eq!(again.chip_serial, b"chip 1");
    }
}
