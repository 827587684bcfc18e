//! A chip that costs next to nothing: it takes what is written, locks it, and gives it back.
//!
//! ```text
//! "WRIT" bytes   keeps the bytes; refused once locked
//! "LOCK"         locked for ever
//! "READ"         what was written, then 1 if locked
//! "MAKE"         makes a key and gives its public half, eight bytes; refused once it has one, or is locked
//! "EMPT"         forgets key and bytes; refused once locked
//! ```

use std::time::Duration;

use mock_devices::machine::Coupler;
use printer_driver::ChipIdentity;
use sha2::{Digest as _, Sha256};

/// Modelled time that a command takes.
const COMMAND: Duration = Duration::from_millis(400);
const SUCCESS: [u8; 2] = [0x90, 0x00];
/// Bytes of a key.
const KEY: usize = 8;
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
    /// The key that it has made itself.
    key: Option<[u8; KEY]>,
    /// Keys that it has ever made: no two are alike.
    made: u32,
    commands: u32,
}

impl CheapChip {
    /// A chip as its maker delivers it.
    pub fn new(chip_serial: Vec<u8>) -> Self {
        CheapChip { chip_serial, content: Vec::new(), is_locked: false, key: None, made: 0, commands: 0 }
    }

    /// The chip of a snapshot.
    pub fn restore(bytes: &[u8]) -> Option<Self> {
        let ([is_locked, has_key, length], rest) = bytes.split_first_chunk()?;
        let (made, rest) = rest.split_first_chunk::<4>()?;
        let (key, rest) = rest.split_first_chunk::<KEY>()?;
        let (chip_serial, content) = rest.split_at_checked(usize::from(*length))?;
        Some(CheapChip {
            chip_serial: chip_serial.to_vec(),
            content: content.to_vec(),
            is_locked: *is_locked == 1,
            key: (*has_key == 1).then_some(*key),
            made: u32::from_be_bytes(*made),
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
            Some((b"MAKE", _)) if !self.is_locked && self.key.is_none() => {
                self.made = self.made.saturating_add(1);
                let digest =
                    Sha256::new().chain_update(&self.chip_serial).chain_update(self.made.to_be_bytes()).finalize();
                let mut key = [0; KEY];
                key.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
                self.key = Some(key);
                [&key[..], &SUCCESS].concat()
            }
            Some((b"EMPT", _)) if !self.is_locked => {
                (self.key, self.content) = (None, Vec::new());
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
        let head = [u8::from(self.is_locked), u8::from(self.key.is_some()), length];
        let (made, key) = (self.made.to_be_bytes(), self.key.unwrap_or_default());
        [&head[..], &made, &key, &self.chip_serial, &self.content].concat()
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

    #[test]
    fn a_chip_has_one_key_until_it_is_emptied_and_never_the_same_again() {
        let mut chip = CheapChip::new(b"chip 1".to_vec());
        let key = chip.transmit(b"MAKE");
        assert_eq!(key.len(), KEY + 2);
        assert_eq!(chip.transmit(b"MAKE"), REFUSED);
        let mut again = CheapChip::restore(&chip.snapshot()).unwrap();
        assert_eq!(again.transmit(b"MAKE"), REFUSED);
        assert_eq!(again.transmit(b"EMPT"), SUCCESS);
        assert_ne!(again.transmit(b"MAKE"), key);
        assert_eq!(again.transmit(b"LOCK"), SUCCESS);
        assert_eq!(again.transmit(b"EMPT"), REFUSED);
    }
}
