//! Names: on the page, in the machine readable zone, and in Chinese.

use chip_profile::mrz::{MrzName, NameError, NamePart, TransliterationPolicy, TruncationPolicy};
use persoline_domain::personal::Personal;

use super::texts;
use crate::fault::{Faults, listed, placed};
use crate::fields::Fields;
use crate::intake::Intake;
use crate::record::{MAX_CHINESE, MAX_TEXT};

/// Characters of the passport's name field (Doc 9303-4 4.2.2).
const NAME_FIELD: usize = 39;
const PRIMARY: &str = "names.primary";
const SECONDARY: &str = "names.secondary";
const CHINESE: &str = "names.chinese";
const LATIN_FORM: &str =
    "Give the Latin form that the machine readable zone shall carry, in letters of Doc 9303-3 section 6.";

/// Names that passed.
pub(crate) struct CheckedNames {
    pub(crate) primary: Personal<String>,
    pub(crate) secondary: Personal<String>,
    pub(crate) chinese: Option<Personal<String>>,
    pub(crate) machine_readable: MrzName,
}

/// The names of the holder.
pub(crate) fn names(intake: &Intake<'_>, fields: &mut Fields, faults: &mut Faults) -> Option<CheckedNames> {
    let mut names = fields.object("names", "an object with primary, and secondary and chinese if there are", faults)?;
    let primary = texts::plain(&mut names, "primary", "the surname, or the whole name", MAX_TEXT, faults);
    let secondary =
        texts::optional_plain(&mut names, "secondary", "the given names, or leave it out", MAX_TEXT, faults);
    let expected = "the name in Chinese characters, or leave it out";
    let chinese = texts::optional_plain(&mut names, "chinese", expected, MAX_CHINESE, faults);
    names.finish(faults);

    let chinese_sound = match &chinese {
        Some(Some(name)) => all_chinese(name, faults) & texts::printable(intake, name, CHINESE, faults),
        Some(None) => true,
        None => false,
    };
    let mut latin_sound = true;
    for (path, text) in [(PRIMARY, primary.as_deref()), (SECONDARY, secondary.as_ref().and_then(Option::as_deref))] {
        if let Some(text) = text {
            latin_sound &= texts::printable(intake, text, path, faults) & all_transliterable(text, path, faults);
        }
    }
    let (primary, secondary) = (primary?, secondary?.unwrap_or_default());
    let machine_readable = if latin_sound { machine_readable(&primary, &secondary, faults)? } else { return None };
    Some(CheckedNames {
        primary: Personal::new(primary),
        secondary: Personal::new(secondary),
        chinese: chinese.filter(|_| chinese_sound)?.map(Personal::new),
        machine_readable,
    })
}

/// Whether each character has a form in the machine readable zone; those that have none are noted.
fn all_transliterable(text: &str, path: &str, faults: &mut Faults) -> bool {
    // An A goes before, lest a mark or an apostrophe alone be an empty name.
    let refused =
        |character| MrzName::from_visual(&format!("A{character}"), "", &TransliterationPolicy::default()).is_err();
    match listed(placed(text).filter(|(_, character)| refused(*character))) {
        None => true,
        Some(places) => {
            faults.add(path, format!("no form in the machine readable zone: {places}"), LATIN_FORM);
            false
        }
    }
}

fn machine_readable(primary: &str, secondary: &str, faults: &mut Faults) -> Option<MrzName> {
    let name = match MrzName::from_visual(primary, secondary, &TransliterationPolicy::default()) {
        Ok(name) => name,
        Err(NameError::NoTransliteration { part: NamePart::Secondary, .. }) => {
            faults.add(SECONDARY, "no form in the machine readable zone", LATIN_FORM);
            return None;
        }
        Err(_) => {
            faults.add(PRIMARY, "nothing of it remains in the machine readable zone", LATIN_FORM);
            return None;
        }
    };
    if !secondary.is_empty() && name.secondary().is_empty() {
        let remedy = "Give letters, or leave the field out.";
        faults.add(SECONDARY, "nothing of it remains in the machine readable zone", remedy);
        return None;
    }
    if name.fit(NAME_FIELD, TruncationPolicy::default()).is_none() {
        let what = "cannot be cut to the 39 characters of the machine readable zone by the rules of Doc 9303-4";
        faults.add("names", what, "Write components that belong together as one word.");
        return None;
    }
    Some(name)
}

fn all_chinese(name: &str, faults: &mut Faults) -> bool {
    match listed(placed(name).filter(|(_, character)| !is_chinese(*character))) {
        None => true,
        Some(places) => {
            let remedy = "Give the Chinese name alone; Latin names stand in primary and secondary.";
            faults.add(CHINESE, format!("not Chinese: {places}"), remedy);
            false
        }
    }
}

/// Ideographs of Unicode's blocks, and the dots that separate parts of names.
fn is_chinese(character: char) -> bool {
    matches!(character,
        '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{323AF}'
        | '\u{3007}' | '\u{3005}' | '\u{00B7}' | '\u{2027}' | '\u{30FB}')
}
