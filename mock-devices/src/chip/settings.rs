//! Who a chip is and what it can do.

use chip_profile::ec::Curve;
use chip_profile::personalisation::scp03::{Mode, StaticKeys};
use chip_profile::personalisation::{ChannelKind, ChipLimits};

/// Who a chip is, as the maker's delivery file says.
#[derive(Debug, Clone)]
pub struct ChipIdentity {
    /// Serial, 8 to 32 bytes.
    pub chip_serial: Vec<u8>,
    /// Version of its transport keys.
    pub key_version: u8,
    /// Its transport keys.
    pub transport_keys: StaticKeys,
}

/// Bit rate on the air (ISO/IEC 14443-3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BitRate {
    /// 106 kbit/s.
    Kbit106,
    /// 212 kbit/s.
    Kbit212,
    /// 424 kbit/s.
    Kbit424,
    /// 848 kbit/s.
    Kbit848,
}

impl BitRate {
    /// Every rate, the slowest first.
    pub const ALL: [BitRate; 4] = [BitRate::Kbit106, BitRate::Kbit212, BitRate::Kbit424, BitRate::Kbit848];

    /// Bits per second: the carrier of 13.56 MHz divided by 128, 64, 32 or 16.
    pub const fn bits_per_second(self) -> u64 {
        match self {
            BitRate::Kbit106 => 105_938,
            BitRate::Kbit212 => 211_875,
            BitRate::Kbit424 => 423_750,
            BitRate::Kbit848 => 847_500,
        }
    }
}

/// What a chip can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChipSettings {
    /// Bytes of a data field that it takes or gives in one exchange.
    pub buffer: usize,
    /// Whether it speaks extended length.
    pub extended_length: bool,
    /// Bit rate that it agrees on with the coupler.
    pub bit_rate: BitRate,
    /// Curves on which it can keep private keys.
    pub curves: Vec<Curve>,
    /// Bytes for files.
    pub memory: usize,
    /// Failed authentications with transport keys in a row that block them for good.
    pub attempts: u8,
    /// Mode of its SCP03.
    pub mode: Mode,
}

impl Default for ChipSettings {
    /// 1,024 bytes of buffer, extended length, 848 kbit/s, every curve, 80 KB, three attempts, S8 mode.
    fn default() -> Self {
        ChipSettings {
            buffer: 1024,
            extended_length: true,
            bit_rate: BitRate::Kbit848,
            curves: Curve::ALL.to_vec(),
            memory: 80 * 1024,
            attempts: 3,
            mode: Mode::S8,
        }
    }
}

impl ChipSettings {
    /// The same as a host needs it to plan.
    pub fn limits(&self) -> ChipLimits {
        let channel = ChannelKind::Scp03(self.mode);
        ChipLimits { channel, ..ChipLimits::new(self.buffer, self.extended_length) }
    }

    /// Longest data field in one exchange, in bytes.
    pub(super) fn field(&self) -> usize {
        self.buffer.min(if self.extended_length { 65_535 } else { 256 })
    }
}
