//! How long the challenges, cryptograms and MACs of a session are: eight bytes in S8 mode, sixteen in S16 mode
//! (Amendment D 1.2, 4.1.4).

use core::fmt;

/// The mode of a session, which the card's keys fix: the host must know it before its first command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Mode {
    /// Eight bytes.
    #[default]
    S8,
    /// Sixteen bytes.
    S16,
}

impl Mode {
    /// Length of the challenges of host and card, of their cryptograms and of the MACs that are transmitted, in bytes.
    pub const fn length(self) -> usize {
        match self {
            Mode::S8 => 8,
            Mode::S16 => 16,
        }
    }
    /// The same in bits, as key derivation writes it.
    pub(super) const fn bits(self) -> u16 {
        match self {
            Mode::S8 => 0x0040,
            Mode::S16 => 0x0080,
        }
    }
}

/// A challenge of host or card. It is no secret.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Challenge {
    /// Of S8 mode.
    S8([u8; 8]),
    /// Of S16 mode.
    S16([u8; 16]),
}

impl Challenge {
    /// A challenge of eight or sixteen bytes; `None` of any other number.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        match bytes.len() {
            8 => bytes.try_into().ok().map(Challenge::S8),
            16 => bytes.try_into().ok().map(Challenge::S16),
            _ => None,
        }
    }
    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Challenge::S8(bytes) => bytes,
            Challenge::S16(bytes) => bytes,
        }
    }
    /// The mode whose challenges are so long.
    pub fn mode(&self) -> Mode {
        match self {
            Challenge::S8(_) => Mode::S8,
            Challenge::S16(_) => Mode::S16,
        }
    }
    pub(super) fn of(mode: Mode, block: &[u8; 16]) -> Self {
        match mode {
            Mode::S8 => {
                let [a, b, c, d, e, f, g, h, ..] = *block;
                Challenge::S8([a, b, c, d, e, f, g, h])
            }
            Mode::S16 => Challenge::S16(*block),
        }
    }
}

impl From<[u8; 8]> for Challenge {
    fn from(bytes: [u8; 8]) -> Self {
        Challenge::S8(bytes)
    }
}

impl From<[u8; 16]> for Challenge {
    fn from(bytes: [u8; 16]) -> Self {
        Challenge::S16(bytes)
    }
}

impl fmt::Debug for Challenge {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_bytes().iter().try_for_each(|byte| write!(formatter, "{byte:02X}"))
    }
}
