//! What is wrong with a record, told so that it can be mended and without saying anything of the person.

use core::fmt;

/// One fault of a record. Its texts name the field and at most a character's code point, never the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Line of the file, counted from 1.
    pub line: u64,
    /// The field, nested ones with dots (`names.primary`); `record` when it is the line as a whole.
    pub field: String,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub remedy: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, {}: {}. {}", self.line, self.field, self.what, self.remedy)
    }
}

/// Collects the faults of one record.
#[derive(Debug)]
pub(crate) struct Faults {
    line: u64,
    found: Vec<Fault>,
}

impl Faults {
    pub(crate) fn new(line: u64) -> Self {
        Faults { line, found: Vec::new() }
    }

    pub(crate) fn add(&mut self, field: &str, what: impl Into<String>, remedy: impl Into<String>) {
        self.found.push(Fault { line: self.line, field: field.to_owned(), what: what.into(), remedy: remedy.into() });
    }

    pub(crate) fn into_found(self) -> Vec<Fault> {
        self.found
    }
}

/// Characters as they may be named in a fault: their places, counted from 1, and code points. `None` if there are none.
pub(crate) fn listed(characters: impl IntoIterator<Item = (usize, char)>) -> Option<String> {
    const MOST: usize = 8;
    let mut characters = characters.into_iter();
    let mut places: Vec<String> = characters
        .by_ref()
        .take(MOST)
        .map(|(place, character)| format!("character {place} (U+{:04X})", u32::from(character)))
        .collect();
    if characters.next().is_some() {
        places.push("and more".to_owned());
    }
    (!places.is_empty()).then(|| places.join(", "))
}

/// The characters of a text with their places, counted from 1.
pub(crate) fn placed(text: &str) -> impl Iterator<Item = (usize, char)> {
    text.chars().enumerate().map(|(index, character)| (index + 1, character))
}
