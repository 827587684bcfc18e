//! Transliteration of national characters (Doc 9303-3 section 6 and appendix B).
//!
//! A letter with a diacritical mark that table A does not list, such as those of Vietnamese, loses the mark, for the
//! machine readable zone has no diacritical marks (4.6). A character that no table lists is refused.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::name::{NameError, NamePart};

mod arabic;
mod cyrillic;
mod latin;

pub use cyrillic::CyrillicLanguage;
pub use latin::{AWithDiaeresis, AWithRing, NWithTilde, OWithDiaeresis, UWithDiaeresis};

/// The choices that the tables leave to the issuer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct TransliterationPolicy {
    /// Ä
    pub a_with_diaeresis: AWithDiaeresis,
    /// Å
    pub a_with_ring: AWithRing,
    /// Ñ
    pub n_with_tilde: NWithTilde,
    /// Ö
    pub o_with_diaeresis: OWithDiaeresis,
    /// Ü
    pub u_with_diaeresis: UWithDiaeresis,
    /// The language whose exceptions in table B apply.
    pub cyrillic: CyrillicLanguage,
}

/// One identifier in the letters and fillers of the machine readable zone.
pub(super) fn transliterate(text: &str, part: NamePart, policy: &TransliterationPolicy) -> Result<String, NameError> {
    let mut out = String::with_capacity(text.len());
    // The letters of the character before, which a shadda repeats.
    let mut previous = String::new();
    let characters = normalized(text);
    for (index, &(position, character)) in characters.iter().enumerate() {
        match class(character) {
            Class::Separator => {
                if !out.is_empty() && !out.ends_with('<') {
                    out.push('<');
                }
                previous.clear();
            }
            Class::Omitted => {}
            Class::Numeral => return Err(NameError::Numeral { part, position }),
            Class::Letter => {
                let start_of_component = out.is_empty() || out.ends_with('<');
                let following = characters.get(index + 1..).unwrap_or_default();
                let end_of_component = || ends_component(following);
                if character == arabic::SHADDA {
                    out.push_str(&previous);
                    continue;
                }
                let letters = latin::letters(character, policy)
                    .or_else(|| cyrillic::letters(character, start_of_component, policy.cyrillic))
                    .or_else(|| arabic::letters(character, end_of_component))
                    .or_else(|| without_marks(character, start_of_component, policy))
                    .ok_or(NameError::NoTransliteration { part, position, character })?;
                if !letters.is_empty() {
                    out.push_str(&letters);
                    previous = letters;
                }
            }
        }
    }
    if out.ends_with('<') {
        out.pop();
    }
    Ok(out)
}

enum Class {
    /// Space, hyphen or comma: one filler.
    Separator,
    /// Apostrophes and other punctuation: nothing.
    Omitted,
    Numeral,
    Letter,
}

/// Doc 9303-3 4.6, punctuation.
fn class(character: char) -> Class {
    match character {
        ' ' | '\t' | '\u{00A0}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}' => Class::Separator,
        '-' | '\u{00AD}' | '\u{2010}'..='\u{2015}' | '\u{2212}' => Class::Separator,
        ',' | '\u{060C}' => Class::Separator,
        '\'' | '`' | '\u{00B4}' | '\u{02B9}'..='\u{02BF}' | '\u{2018}'..='\u{201B}' | '\u{2032}' | '\u{FF07}' => {
            Class::Omitted
        }
        '.'
        | ':'
        | ';'
        | '!'
        | '?'
        | '"'
        | '('
        | ')'
        | '/'
        | '&'
        | '\u{00A1}'
        | '\u{00AB}'
        | '\u{00B7}'
        | '\u{00BB}'
        | '\u{00BF}'
        | '\u{201C}'..='\u{201F}'
        | '\u{2022}'
        | '\u{2026}'
        | '\u{2039}'
        | '\u{203A}'
        | '\u{061B}'
        | '\u{061F}' => Class::Omitted,
        _ if character.is_numeric() => Class::Numeral,
        _ => Class::Letter,
    }
}

/// The characters composed (so that a letter and a combining mark meet the table's row) with the place, from 1, at which
/// each began. Presentation forms and ligatures of the Arabic script are taken apart into their letters.
fn normalized(text: &str) -> Vec<(usize, char)> {
    let mut out = Vec::with_capacity(text.len());
    let characters: Vec<char> = text.chars().collect();
    let mut start = 0;
    while start < characters.len() {
        let marks = characters.iter().skip(start + 1).take_while(|character| is_combining_mark(**character)).count();
        let cluster = characters.get(start..=start + marks).unwrap_or_default().iter().copied();
        let taken_apart = cluster.flat_map(|character| {
            let letters: Vec<char> = match character {
                '\u{FB50}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}' => core::iter::once(character).nfkc().collect(),
                _ => vec![character],
            };
            letters
        });
        out.extend(taken_apart.nfc().map(|character| (start + 1, character)));
        start += 1 + marks;
    }
    out
}

/// Whether only marks that are not encoded stand between here and the end of the component.
fn ends_component(following: &[(usize, char)]) -> bool {
    following
        .iter()
        .map(|(_, character)| *character)
        .find(|character| !is_combining_mark(*character))
        .is_none_or(|character| matches!(class(character), Class::Separator))
}

/// The letter without its diacritical marks; nothing for a mark that stands alone.
fn without_marks(character: char, start_of_component: bool, policy: &TransliterationPolicy) -> Option<String> {
    if ('\u{0300}'..='\u{036F}').contains(&character) {
        return Some(String::new());
    }
    let base = core::iter::once(character).nfd().next().filter(|base| *base != character)?;
    latin::letters(base, policy).or_else(|| cyrillic::letters(base, start_of_component, policy.cyrillic))
}

#[cfg(test)]
mod tests;
