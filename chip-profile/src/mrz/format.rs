//! The formats of a machine readable zone, and its lines as printed.

use core::fmt;

use super::error::{Field, MrzError, MrzErrorKind};
use super::field::{Place, is_mrz_character};

/// The format of a machine readable zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MrzFormat {
    /// Three lines of 30 characters: an identity card and other documents of that size (Doc 9303-5)
    Td1,
    /// Two lines of 36 characters (Doc 9303-6)
    Td2,
    /// Two lines of 44 characters: a passport (Doc 9303-4)
    Td3,
    /// Two lines of 44 characters: a visa of format A (Doc 9303-7)
    MrvA,
    /// Two lines of 36 characters: a visa of format B (Doc 9303-7)
    MrvB,
}

impl MrzFormat {
    /// Number of lines and characters in each.
    pub const fn lines(self) -> (usize, usize) {
        match self {
            Self::Td1 => (3, 30),
            Self::Td2 | Self::MrvB => (2, 36),
            Self::Td3 | Self::MrvA => (2, 44),
        }
    }

    /// Number of characters of all lines, without line breaks.
    pub const fn characters(self) -> usize {
        let (count, length) = self.lines();
        count * length
    }

    /// Whether this is a visa, which has no chip of its own.
    pub const fn is_visa(self) -> bool {
        matches!(self, Self::MrvA | Self::MrvB)
    }
}

impl fmt::Display for MrzFormat {
    /// The name in Doc 9303: `TD1`, …, `MRV-A`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Td1 => "TD1",
            Self::Td2 => "TD2",
            Self::Td3 => "TD3",
            Self::MrvA => "MRV-A",
            Self::MrvB => "MRV-B",
        })
    }
}

/// The lines as printed, two or three of them, all characters A to Z, 0 to 9 or `<`.
#[derive(Clone, PartialEq, Eq)]
pub struct MrzLines<const COUNT: usize = 2> {
    text: String,
    format: MrzFormat,
}

impl<const COUNT: usize> MrzLines<COUNT> {
    /// The lines of a zone that has been written.
    pub(super) fn new(text: String, format: MrzFormat) -> Self {
        MrzLines { text, format }
    }

    /// The lines from the upper to the lower.
    pub fn lines(&self) -> [&str; COUNT] {
        let (_, length) = self.format.lines();
        core::array::from_fn(|index| self.text.get(index * length..(index + 1) * length).unwrap_or_default())
    }

    /// The characters of all lines without a line break, as DG1 holds them.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The format of the zone.
    pub const fn format(&self) -> MrzFormat {
        self.format
    }
}

impl<const COUNT: usize> fmt::Debug for MrzLines<COUNT> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "MrzLines({}, redacted)", self.format)
    }
}

/// The lines of a zone of this format from a text with or without a line break between and after them.
pub(super) fn split<const COUNT: usize>(text: &str, format: MrzFormat) -> Result<[&str; COUNT], MrzError> {
    let (_, length) = format.lines();
    let expected = format.characters();
    if let Some((offset, character)) = text
        .chars()
        .filter(|character| !matches!(character, '\r' | '\n'))
        .enumerate()
        .find(|(_, character)| !is_mrz_character(*character))
    {
        return Err(MrzError {
            field: Field::Zone,
            line: u8::try_from(1 + offset / length).unwrap_or(u8::MAX),
            position: (1 + offset % length) as u8,
            kind: MrzErrorKind::Character(character),
        });
    }
    let fault = |kind| Err(Place::new(Field::Zone, 1, 1, expected).error(kind));
    let mut lines = [""; COUNT];
    match text.lines().count() {
        1 => {
            let text = text.lines().next().unwrap_or_default();
            if text.len() != expected {
                return fault(MrzErrorKind::Length { expected, found: text.len() });
            }
            for (index, line) in lines.iter_mut().enumerate() {
                *line = text.get(index * length..(index + 1) * length).unwrap_or_default();
            }
        }
        count if count == COUNT => {
            lines.iter_mut().zip(text.lines()).for_each(|(line, given)| *line = given);
            let found = lines.iter().map(|line| line.len()).sum();
            if found != expected {
                return fault(MrzErrorKind::Length { expected, found });
            }
        }
        _ => return fault(MrzErrorKind::LineBreak),
    }
    if lines.iter().any(|line| line.len() != length || line.contains('\r')) {
        return fault(MrzErrorKind::LineBreak);
    }
    Ok(lines)
}
