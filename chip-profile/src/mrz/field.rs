//! What the fields of all formats have in common: fixed length, filled up, with a place to name in an error.

use super::error::{Field, MrzError, MrzErrorKind};

/// A field's place: which element, which line (from 1), first position (from 1) and number of characters.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) field: Field,
    pub(super) line: u8,
    pub(super) position: u8,
    pub(super) length: usize,
}

impl Place {
    pub(super) const fn new(field: Field, line: u8, position: u8, length: usize) -> Self {
        Place { field, line, position, length }
    }

    pub(super) fn error(&self, kind: MrzErrorKind) -> MrzError {
        self.error_at(0, kind)
    }

    pub(super) fn error_at(&self, offset: usize, kind: MrzErrorKind) -> MrzError {
        let position = self.position.saturating_add(u8::try_from(offset).unwrap_or(u8::MAX));
        MrzError { field: self.field, line: self.line, position, kind }
    }

    /// The field's characters in a line that has already been found to be ASCII and long enough.
    pub(super) fn read<'a>(&self, line: &'a str) -> Result<&'a str, MrzError> {
        let start = usize::from(self.position).saturating_sub(1);
        let short = MrzErrorKind::Length { expected: start + self.length, found: line.len() };
        line.get(start..start + self.length).ok_or_else(|| self.error(short))
    }

    /// The field's characters without the fillers at its end, each of which `allowed` accepts.
    pub(super) fn read_value<'a>(&self, line: &'a str, allowed: fn(char) -> bool) -> Result<&'a str, MrzError> {
        let value = self.read(line)?.trim_end_matches('<');
        match value.char_indices().find(|(_, character)| !allowed(*character)) {
            Some((offset, character)) => Err(self.error_at(offset, MrzErrorKind::Character(character))),
            None => Ok(value),
        }
    }

    /// Appends `value`, each character of which `allowed` accepts, filled up to the field's length.
    pub(super) fn write(&self, out: &mut String, value: &str, allowed: fn(char) -> bool) -> Result<(), MrzError> {
        if let Some((offset, character)) = value.chars().enumerate().find(|(_, character)| !allowed(*character)) {
            return Err(self.error_at(offset, MrzErrorKind::Character(character)));
        }
        if value.len() > self.length {
            return Err(self.error(MrzErrorKind::TooLong { limit: self.length }));
        }
        out.push_str(value);
        out.extend(core::iter::repeat_n('<', self.length - value.len()));
        Ok(())
    }
}

/// A letter.
pub(super) fn is_letter(character: char) -> bool {
    character.is_ascii_uppercase()
}

/// A letter or a filler.
pub(super) fn is_letter_or_filler(character: char) -> bool {
    is_letter(character) || character == '<'
}

/// Any character of the machine readable zone (Doc 9303-3 figure 4).
pub(super) fn is_mrz_character(character: char) -> bool {
    is_letter_or_filler(character) || character.is_ascii_digit()
}
