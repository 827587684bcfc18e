//! How long a chip takes. Rough figures of chips on the market: 25 to 40 KB take 4 to 15 s to write at 848 kbit/s, most of it
//! the memory's own time.

use super::BitRate;
use std::time::Duration;

/// Field up, anticollision, selection, ATS and protocol parameters.
pub(super) const ACTIVATION: Duration = Duration::from_millis(30);
/// Erasing and programming one page of memory.
const PAGE: Duration = Duration::from_micros(8_500);
const PAGE_LENGTH: usize = 64;
/// What any command costs.
pub(super) const COMMAND: Duration = Duration::from_micros(900);
/// One block of 16 bytes encrypted and authenticated.
const CIPHER_BLOCK: Duration = Duration::from_micros(45);
/// One multiplication on an elliptic curve with its protections.
pub(super) const POINT: Duration = Duration::from_millis(55);
/// Making a key pair on an elliptic curve, checks included.
pub(super) const KEY_PAIR: Duration = Duration::from_millis(140);
/// Longest pause that wrong passwords bring about.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// Creating a file.
pub(super) const CREATION: Duration = Duration::from_millis(12);

/// Bytes that one block on the air carries (ISO/IEC 14443-4 with frames of 256 bytes: less prologue and checksum).
const BLOCK: usize = 253;
/// Prologue and checksum of a block, in bytes.
const BLOCK_OVERHEAD: usize = 3;
/// Pause between blocks.
const TURNAROUND: Duration = Duration::from_micros(180);

/// Time on the air of a command and its answer, both in bytes. Every byte takes nine bits: ISO/IEC 14443 type A adds parity.
pub(super) fn transmission(rate: BitRate, command: usize, answer: usize) -> Duration {
    let blocks = |length: usize| length.div_ceil(BLOCK).max(1);
    let blocks = blocks(command) + blocks(answer);
    let bits = (command + answer + blocks * BLOCK_OVERHEAD) as u64 * 9;
    Duration::from_nanos(bits * 1_000_000_000 / rate.bits_per_second()) + TURNAROUND * blocks as u32
}

/// Writing bytes from `offset` on: every page that is touched is programmed.
pub(super) fn writing(offset: usize, length: usize) -> Duration {
    let first = offset / PAGE_LENGTH;
    let last = (offset + length.max(1) - 1) / PAGE_LENGTH;
    PAGE * (last - first + 1) as u32
}

/// How long a chip lets itself be asked again after so many wrong passwords in a row: guessing the six digits of a card access
/// number takes years.
pub(super) fn pause(wrong_passwords: u8) -> Duration {
    match wrong_passwords {
        0 => Duration::ZERO,
        count => Duration::from_millis(100 << u32::from(count - 1).min(10)).min(LONGEST_PAUSE),
    }
}

/// One private operation with an RSA key of so many bytes, with the Chinese remainder theorem: 60 ms at 1,280 bits, and eight
/// times as long at twice the length.
pub(super) fn rsa(modulus: usize) -> Duration {
    let length = modulus as u64;
    Duration::from_micros(60_000 * length * length * length / (160 * 160 * 160))
}

/// Encrypting or decrypting and authenticating `length` bytes.
pub(super) fn ciphering(length: usize) -> Duration {
    CIPHER_BLOCK * (length / 16 + 2) as u32
}
