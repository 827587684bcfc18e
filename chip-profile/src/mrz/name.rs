//! Names: from the visual zone's form to letters and fillers (Doc 9303-3 4.6), cut to the field (Doc 9303-4 4.2.3).

use core::fmt;

use thiserror::Error;

use super::error::MrzErrorKind;
use super::field::is_letter_or_filler;
use super::transliteration::{TransliterationPolicy, transliterate};

mod truncation;

pub use truncation::TruncationPolicy;

/// A name in the form of the machine readable zone: letters A to Z, one filler between the components of an identifier.
#[derive(Clone, PartialEq, Eq)]
pub struct MrzName {
    primary: String,
    secondary: String,
}

/// Why a name in visual form has no form in the machine readable zone.
///
/// The character is named because whoever mends the application must find it; the rest of the name is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum NameError {
    /// No table of Doc 9303-3 section 6 has this character.
    #[error("{part}, character {position}: {character:?} (U+{code:04X}) has no transliteration", code = u32::from(*character))]
    NoTransliteration {
        /// The identifier in which it stands.
        part: NamePart,
        /// Its place among the characters, counted from 1.
        position: usize,
        /// The character.
        character: char,
    },
    /// A numeral; numeric characters are not used in names (Doc 9303-3 4.6).
    #[error("{part}, character {position}: numerals are not allowed in a name")]
    Numeral {
        /// The identifier in which it stands.
        part: NamePart,
        /// Its place among the characters, counted from 1.
        position: usize,
    },
    /// The primary identifier is empty, or nothing of it remains.
    #[error("primary identifier is empty")]
    EmptyPrimary,
}

/// The two parts of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NamePart {
    /// Surname, main name, or the whole name where it cannot be divided.
    Primary,
    /// Forenames.
    Secondary,
}

impl fmt::Display for NamePart {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Primary => "primary identifier",
            Self::Secondary => "secondary identifier",
        })
    }
}

impl MrzName {
    /// The name from its visual form, not yet truncated.
    ///
    /// Letters are transliterated by the tables of Doc 9303-3 section 6; apostrophes and other punctuation are dropped,
    /// hyphens, spaces and commas become fillers. `secondary` may be empty.
    ///
    /// # Errors
    /// The first character that is a numeral or that no table has, with its place; [`NameError::EmptyPrimary`] when
    /// nothing remains of `primary`.
    pub fn from_visual(primary: &str, secondary: &str, policy: &TransliterationPolicy) -> Result<Self, NameError> {
        let primary = transliterate(primary, NamePart::Primary, policy)?;
        let secondary = transliterate(secondary, NamePart::Secondary, policy)?;
        if primary.is_empty() {
            return Err(NameError::EmptyPrimary);
        }
        Ok(MrzName { primary, secondary })
    }

    /// Primary identifier, components separated by one filler.
    pub fn primary(&self) -> &str {
        &self.primary
    }

    /// Secondary identifier, components separated by one filler; empty when there is none.
    pub fn secondary(&self) -> &str {
        &self.secondary
    }

    /// Positions that the name takes: both identifiers and the two fillers between them.
    pub fn positions(&self) -> usize {
        match self.secondary.len() {
            0 => self.primary.len(),
            secondary => self.primary.len() + 2 + secondary,
        }
    }

    /// The name cut to a field of `positions` characters; unchanged when it fits.
    ///
    /// A name that was cut fills the field and ends with a letter, and where it has a secondary identifier at least one
    /// letter of it stays. `None` when no such cut exists, as with twenty components of one letter.
    pub fn fit(&self, positions: usize, policy: TruncationPolicy) -> Option<Self> {
        if self.positions() <= positions {
            return Some(self.clone());
        }
        truncation::truncate(&self.primary, &self.secondary, positions, policy)
            .map(|(primary, secondary)| MrzName { primary, secondary })
    }

    /// A name from identifiers that are in the form of the machine readable zone already. The error gives the offset.
    pub(super) fn from_identifiers(primary: &str, secondary: &str) -> Result<Self, (usize, MrzErrorKind)> {
        check_identifiers(primary, secondary)?;
        Ok(MrzName { primary: primary.to_owned(), secondary: secondary.to_owned() })
    }

    /// Primary and secondary identifier of a filled name field. The error gives the offset.
    pub(super) fn split_field(field: &str) -> Result<(&str, &str), (usize, MrzErrorKind)> {
        let (primary, secondary) = field.split_once("<<").unwrap_or((field, ""));
        let identifiers = (primary.trim_end_matches('<'), secondary.trim_end_matches('<'));
        check_identifiers(identifiers.0, identifiers.1)?;
        Ok(identifiers)
    }
}

impl fmt::Display for MrzName {
    /// The contents of the name field, without the fillers at its end.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.primary)?;
        if !self.secondary.is_empty() {
            write!(formatter, "<<{}", self.secondary)?;
        }
        Ok(())
    }
}

impl fmt::Debug for MrzName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("MrzName(redacted)")
    }
}

fn check_identifiers(primary: &str, secondary: &str) -> Result<(), (usize, MrzErrorKind)> {
    if primary.is_empty() {
        return Err((0, MrzErrorKind::Empty));
    }
    check_components(primary, 0)?;
    if secondary.is_empty() { Ok(()) } else { check_components(secondary, primary.len() + 2) }
}

fn check_components(identifier: &str, offset: usize) -> Result<(), (usize, MrzErrorKind)> {
    let mut after_filler = true;
    for (index, character) in identifier.chars().enumerate() {
        if !is_letter_or_filler(character) {
            return Err((offset + index, MrzErrorKind::Character(character)));
        }
        if after_filler && character == '<' {
            return Err((offset + index, MrzErrorKind::Fillers));
        }
        after_filler = character == '<';
    }
    if after_filler { Err((offset + identifier.len(), MrzErrorKind::Fillers)) } else { Ok(()) }
}

#[cfg(test)]
mod tests;
