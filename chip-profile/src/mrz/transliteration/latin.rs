//! Table A: multinational Latin-based characters, with the issuer's choices.

use super::TransliterationPolicy;

/// How Ä is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum AWithDiaeresis {
    /// AE
    #[default]
    Ae,
    /// A
    A,
}

/// How Å is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum AWithRing {
    /// AA
    #[default]
    Aa,
    /// A
    A,
}

/// How Ñ is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum NWithTilde {
    /// N
    #[default]
    N,
    /// NXX
    Nxx,
}

/// How Ö is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum OWithDiaeresis {
    /// OE
    #[default]
    Oe,
    /// O
    O,
}

/// How Ü is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum UWithDiaeresis {
    /// UE
    #[default]
    Ue,
    /// UXX
    Uxx,
    /// U
    U,
}

/// The letters for a Latin character of either case; `None` when table A does not have it.
pub(super) fn letters(character: char, policy: &TransliterationPolicy) -> Option<String> {
    let mut out = String::new();
    // The upper case of ß is SS, of ŉ an apostrophe and N: several characters each.
    for upper in character.to_uppercase() {
        if upper.is_ascii_uppercase() {
            out.push(upper);
            continue;
        }
        out.push_str(match upper {
            'Ä' => match policy.a_with_diaeresis {
                AWithDiaeresis::Ae => "AE",
                AWithDiaeresis::A => "A",
            },
            'Å' => match policy.a_with_ring {
                AWithRing::Aa => "AA",
                AWithRing::A => "A",
            },
            'Ñ' => match policy.n_with_tilde {
                NWithTilde::N => "N",
                NWithTilde::Nxx => "NXX",
            },
            'Ö' => match policy.o_with_diaeresis {
                OWithDiaeresis::Oe => "OE",
                OWithDiaeresis::O => "O",
            },
            'Ü' => match policy.u_with_diaeresis {
                UWithDiaeresis::Ue => "UE",
                UWithDiaeresis::Uxx => "UXX",
                UWithDiaeresis::U => "U",
            },
            'À' | 'Á' | 'Â' | 'Ã' | 'Ā' | 'Ă' | 'Ą' => "A",
            'Æ' => "AE",
            'Ç' | 'Ć' | 'Ĉ' | 'Ċ' | 'Č' => "C",
            'Ð' | 'Ď' | 'Đ' => "D",
            'È' | 'É' | 'Ê' | 'Ë' | 'Ē' | 'Ĕ' | 'Ė' | 'Ę' | 'Ě' => "E",
            'Ĝ' | 'Ğ' | 'Ġ' | 'Ģ' => "G",
            'Ĥ' | 'Ħ' => "H",
            'Ì' | 'Í' | 'Î' | 'Ï' | 'Ĩ' | 'Ī' | 'Ĭ' | 'Į' | 'İ' | 'ı' => "I",
            'Ĳ' => "IJ",
            'Ĵ' => "J",
            'Ķ' => "K",
            'Ĺ' | 'Ļ' | 'Ľ' | 'Ŀ' | 'Ł' => "L",
            'Ń' | 'Ņ' | 'Ň' | 'Ŋ' => "N",
            'Ò' | 'Ó' | 'Ô' | 'Õ' | 'Ō' | 'Ŏ' | 'Ő' => "O",
            'Ø' | 'Œ' => "OE",
            'Ŕ' | 'Ŗ' | 'Ř' => "R",
            'Ś' | 'Ŝ' | 'Ş' | 'Š' => "S",
            'ẞ' => "SS",
            'Ţ' | 'Ť' | 'Ŧ' => "T",
            'Þ' => "TH",
            'Ù' | 'Ú' | 'Û' | 'Ũ' | 'Ū' | 'Ŭ' | 'Ů' | 'Ű' | 'Ų' => "U",
            'Ŵ' => "W",
            'Ý' | 'Ŷ' | 'Ÿ' => "Y",
            'Ź' | 'Ż' | 'Ž' => "Z",
            // The apostrophe in the upper case of ŉ.
            '\u{02BC}' => "",
            _ => return None,
        });
    }
    Some(out)
}
