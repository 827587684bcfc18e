//! Table B: Cyrillic characters, with the exceptions of languages.
//!
//! Three rows are read by their sense. The table prints Ћ beside code 0402, which is Ђ: both are taken, Ђ as D by its
//! code and Ћ as C, its Latin form Ć by table A. The Macedonian GJ stands beside 0492 Ғ although the letter is 0403 Ѓ:
//! both have it. Ь is in no row: it is not encoded, as in the passports of the States that use it.

/// The language whose exceptions apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum CyrillicLanguage {
    /// No exceptions: Russian and all languages that the table does not name.
    #[default]
    General,
    /// Belarusian
    Belarusian,
    /// Bulgarian
    Bulgarian,
    /// Macedonian
    Macedonian,
    /// Serbian
    Serbian,
    /// Ukrainian, with rules of its own for the first character
    Ukrainian,
}

/// The letters for a Cyrillic character of either case; `None` when table B does not have it.
pub(super) fn letters(character: char, start_of_component: bool, language: CyrillicLanguage) -> Option<String> {
    use CyrillicLanguage::{Belarusian, Bulgarian, Macedonian, Serbian, Ukrainian};
    let first_in_ukrainian = language == Ukrainian && start_of_component;
    let mut upper = character.to_uppercase();
    let (Some(upper), None) = (upper.next(), upper.next()) else { return None };
    let letters = match upper {
        'Ё' if language == Belarusian => "IO",
        'Ё' => "E",
        'Ђ' => "D",
        'Ѓ' | 'Ғ' if language == Macedonian => "GJ",
        'Ѓ' | 'Ғ' => "G",
        'Є' if first_in_ukrainian => "YE",
        'Є' => "IE",
        'Ѕ' => "DZ",
        'І' => "I",
        'Ї' if first_in_ukrainian => "YI",
        'Ї' => "I",
        'Ј' => "J",
        'Љ' => "LJ",
        'Њ' => "NJ",
        'Ћ' => "C",
        'Ќ' if language == Macedonian => "KJ",
        'Ќ' => "K",
        'Ў' => "U",
        'Џ' if language == Macedonian => "DJ",
        'Џ' => "DZ",
        'А' => "A",
        'Б' => "B",
        'В' => "V",
        'Г' if matches!(language, Belarusian | Serbian | Ukrainian) => "H",
        'Г' => "G",
        'Д' => "D",
        'Е' => "E",
        'Ж' if language == Serbian => "Z",
        'Ж' => "ZH",
        'З' => "Z",
        'И' if language == Ukrainian => "Y",
        'И' => "I",
        'Й' if first_in_ukrainian => "Y",
        'Й' => "I",
        'К' => "K",
        'Л' => "L",
        'М' => "M",
        'Н' => "N",
        'О' => "O",
        'П' => "P",
        'Р' => "R",
        'С' => "S",
        'Т' => "T",
        'У' => "U",
        'Ф' => "F",
        'Х' if matches!(language, Serbian | Macedonian) => "H",
        'Х' => "KH",
        'Ц' if matches!(language, Serbian | Macedonian) => "C",
        'Ц' => "TS",
        'Ч' if language == Serbian => "C",
        'Ч' => "CH",
        'Ш' if language == Serbian => "S",
        'Ш' => "SH",
        'Щ' if language == Bulgarian => "SHT",
        'Щ' => "SHCH",
        'Ъ' => "IE",
        'Ы' => "Y",
        'Ь' => "",
        'Э' => "E",
        'Ю' if first_in_ukrainian => "YU",
        'Ю' => "IU",
        'Я' if first_in_ukrainian => "YA",
        'Я' => "IA",
        'Ѫ' => "U",
        'Ѵ' => "Y",
        'Ґ' => "G",
        'Һ' => "C",
        _ => return None,
    };
    Some(letters.to_owned())
}
