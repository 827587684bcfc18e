//! What the fields of all formats have in common: fixed length, filled up, with a place to name in an error.

use super::error::{Field, MrzError, MrzErrorKind};
use super::format::MrzFormat;

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

    /// The field's characters in lines that have already been found to be ASCII and long enough.
    pub(super) fn read<'a>(&self, lines: &[&'a str]) -> Result<&'a str, MrzError> {
        let line = lines.get(usize::from(self.line).wrapping_sub(1)).copied().unwrap_or_default();
        let start = usize::from(self.position).saturating_sub(1);
        let short = MrzErrorKind::Length { expected: start + self.length, found: line.len() };
        line.get(start..start + self.length).ok_or_else(|| self.error(short))
    }

    /// The field's characters without the fillers at its end, each of which `allowed` accepts.
    pub(super) fn read_value<'a>(&self, lines: &[&'a str], allowed: fn(char) -> bool) -> Result<&'a str, MrzError> {
        let value = self.read(lines)?.trim_end_matches('<');
        match value.char_indices().find(|(_, character)| !allowed(*character)) {
            Some((offset, character)) => Err(self.error_at(offset, MrzErrorKind::Character(character))),
            None => Ok(value),
        }
    }

    /// Writes `value`, each character of which `allowed` accepts, over the fillers of its field.
    pub(super) fn write(&self, zone: &mut Zone, value: &str, allowed: fn(char) -> bool) -> Result<(), MrzError> {
        if let Some((offset, character)) = value.chars().enumerate().find(|(_, character)| !allowed(*character)) {
            return Err(self.error_at(offset, MrzErrorKind::Character(character)));
        }
        if value.len() > self.length {
            return Err(self.error(MrzErrorKind::TooLong { limit: self.length }));
        }
        zone.write(*self, value);
        Ok(())
    }
}

/// The characters of a zone while it is written: fillers until a field is written over them.
pub(super) struct Zone {
    text: String,
    line_length: usize,
}

impl Zone {
    pub(super) fn new(format: MrzFormat) -> Self {
        let (_, line_length) = format.lines();
        Zone { text: "<".repeat(format.characters()), line_length }
    }

    fn start(&self, place: Place) -> usize {
        usize::from(place.line).saturating_sub(1) * self.line_length + usize::from(place.position).saturating_sub(1)
    }

    /// Writes ASCII characters at the beginning of a field.
    fn write(&mut self, place: Place, value: &str) {
        let start = self.start(place);
        let end = start + value.len();
        if self.text.get(start..end).is_some() {
            self.text.replace_range(start..end, value);
        }
    }

    /// Writes the one character of a check digit.
    pub(super) fn put(&mut self, place: Place, digit: char) {
        self.write(place, digit.encode_utf8(&mut [0; 4]));
    }

    /// The characters of a field, fillers at its end included.
    pub(super) fn field(&self, place: Place) -> &str {
        let start = self.start(place);
        self.text.get(start..start + place.length).unwrap_or_default()
    }

    /// The lines as they stand.
    pub(super) fn lines<const COUNT: usize>(&self) -> [&str; COUNT] {
        let line = |index: usize| self.text.get(index * self.line_length..(index + 1) * self.line_length);
        core::array::from_fn(|index| line(index).unwrap_or_default())
    }

    /// All characters without line breaks.
    pub(super) fn take(&mut self) -> String {
        core::mem::take(&mut self.text)
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
