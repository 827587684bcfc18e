//! Texts: length, stray characters, and whether the page can print them.

use unicode_normalization::UnicodeNormalization;

use crate::fault::{Faults, listed, placed};
use crate::fields::Fields;
use crate::intake::Intake;
use crate::record::{MAX_OBSERVATION, MAX_OBSERVATIONS};

/// A text that must be there, without asking whether it can be printed.
pub(crate) fn plain(
    fields: &mut Fields,
    name: &str,
    expected: &str,
    longest: usize,
    faults: &mut Faults,
) -> Option<String> {
    let text = fields.required::<String>(name, expected, faults)?;
    clean(text, &fields.path(name), longest, faults)
}

/// A text that must be there and is printed on the page.
pub(crate) fn printed(
    intake: &Intake<'_>,
    fields: &mut Fields,
    name: &str,
    expected: &str,
    longest: usize,
    faults: &mut Faults,
) -> Option<String> {
    let text = plain(fields, name, expected, longest, faults)?;
    printable(intake, &text, &fields.path(name), faults).then_some(text)
}

/// A text that may be absent, without asking whether it can be printed. The outer `None` means a fault was noted.
pub(crate) fn optional_plain(
    fields: &mut Fields,
    name: &str,
    expected: &str,
    longest: usize,
    faults: &mut Faults,
) -> Option<Option<String>> {
    match fields.optional::<String>(name, expected, faults)? {
        None => Some(None),
        Some(text) => clean(text, &fields.path(name), longest, faults).map(Some),
    }
}

/// Whether the page's fonts have every character; what they lack is noted.
pub(crate) fn printable(intake: &Intake<'_>, text: &str, path: &str, faults: &mut Faults) -> bool {
    let Err(missing) = intake.glyphs.covers(text) else { return true };
    let places = listed(placed(text).filter(|(_, character)| missing.contains(character)));
    let what = format!("not in the fonts of the page: {}", places.as_deref().unwrap_or("a character"));
    faults.add(path, what, "Use another form of the character, or have it added to the page's fonts.");
    false
}

/// The observations, all of which are printed.
pub(crate) fn observations(intake: &Intake<'_>, fields: &mut Fields, faults: &mut Faults) -> Option<Vec<String>> {
    let expected = "a list of texts, or leave it out";
    let texts = fields.optional::<Vec<String>>("observations", expected, faults)?.unwrap_or_default();
    if texts.len() > MAX_OBSERVATIONS {
        let what = format!("{} observations; the page has room for {MAX_OBSERVATIONS}", texts.len());
        faults.add("observations", what, "Leave out or join some.");
        return None;
    }
    let checked: Vec<Option<String>> = texts
        .into_iter()
        .enumerate()
        .map(|(index, text)| {
            let path = format!("observations[{index}]");
            let text = clean(text, &path, MAX_OBSERVATION, faults)?;
            printable(intake, &text, &path, faults).then_some(text)
        })
        .collect();
    checked.into_iter().collect()
}

/// The text composed (NFC), so that equal texts are equal bytes.
fn clean(text: String, path: &str, longest: usize, faults: &mut Faults) -> Option<String> {
    let text: String = text.nfc().collect();
    let length = text.chars().count();
    let mut sound = true;
    if text.trim().is_empty() {
        faults.add(path, "empty", "Give a text.");
        return None;
    }
    if text.trim() != text {
        faults.add(path, "a space stands at its beginning or end", "Take it away.");
        sound = false;
    }
    if length > longest {
        let what = format!("{length} characters; at most {longest} are allowed");
        faults.add(path, what, "Shorten it as the register's rules say.");
        sound = false;
    }
    if let Some(places) = listed(placed(&text).filter(|(_, character)| is_stray(*character))) {
        faults.add(path, format!("control or formatting characters: {places}"), "Take them away.");
        sound = false;
    }
    sound.then_some(text)
}

/// Control characters, and those that change how others are shown: marks of direction, zero-width and private ones.
fn is_stray(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{E000}'..='\u{F8FF}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
            | '\u{FFF0}'..='\u{FFFF}' | '\u{E0000}'..='\u{E01EF}' | '\u{F0000}'..='\u{10FFFF}')
}
