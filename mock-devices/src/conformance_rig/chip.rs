//! A chip that is nothing but memory, for checks in which what is on the chip does not matter.

use std::time::Duration;

use printer_driver::ChipIdentity;

use crate::machine::Coupler;

/// How long a command takes.
const PER_COMMAND: Duration = Duration::from_millis(50);

/// A chip that answers every command with success and counts those that write (`D6`).
///
/// ```text
/// snapshot: "PLAIN1" serial(4) writes(4) milliseconds(8), numbers big-endian
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlainChip {
    serial: u32,
    writes: u32,
    elapsed: Duration,
}

impl PlainChip {
    /// A chip with this serial, untouched.
    pub fn new(serial: u32) -> Self {
        PlainChip { serial, writes: 0, elapsed: Duration::ZERO }
    }

    /// Commands that have written.
    pub fn writes(&self) -> u32 {
        self.writes
    }
}

const MAGIC: &[u8; 6] = b"PLAIN1";

impl Coupler for PlainChip {
    fn transmit(&mut self, command: &[u8]) -> Vec<u8> {
        self.elapsed += PER_COMMAND;
        if command.get(1) == Some(&0xD6) {
            self.writes = self.writes.saturating_add(1);
        }
        vec![0x90, 0x00]
    }
    fn reset(&mut self) {}
    fn elapsed(&self) -> Duration {
        self.elapsed
    }
    fn identity(&mut self) -> Option<ChipIdentity> {
        Some(ChipIdentity::new(self.serial.to_be_bytes().to_vec(), 1))
    }
    fn snapshot(&self) -> Vec<u8> {
        let millis = u64::try_from(self.elapsed.as_millis()).unwrap_or(u64::MAX);
        [MAGIC.as_slice(), &self.serial.to_be_bytes(), &self.writes.to_be_bytes(), &millis.to_be_bytes()].concat()
    }
}

/// Makes a plain chip again from its snapshot: a [`ChipRestorer`](crate::machine::ChipRestorer).
pub fn restore_plain_chip(bytes: &[u8]) -> Option<Box<dyn Coupler>> {
    let (serial, rest) = bytes.strip_prefix(MAGIC.as_slice())?.split_first_chunk()?;
    let (writes, rest) = rest.split_first_chunk()?;
    let millis: [u8; 8] = rest.try_into().ok()?;
    Some(Box::new(PlainChip {
        serial: u32::from_be_bytes(*serial),
        writes: u32::from_be_bytes(*writes),
        elapsed: Duration::from_millis(u64::from_be_bytes(millis)),
    }))
}
