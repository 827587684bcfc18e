//! Document codes of passports and the dates from which a second letter is required (Doc 9303-4 4.4).

use core::fmt;

use super::date::CivilDate;

/// The two characters that open a machine readable zone: a letter, and a letter or filler.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DocumentCode([u8; 2]);

impl DocumentCode {
    /// `PP`, a national passport.
    pub const NATIONAL_PASSPORT: Self = DocumentCode(*b"PP");
    /// `P<`, a passport without a second letter, as issued before 2028.
    pub const PASSPORT_WITHOUT_TYPE: Self = DocumentCode(*b"P<");

    /// The code from its two characters; `None` unless a letter is followed by a letter or a filler.
    pub fn parse(text: &str) -> Option<Self> {
        match *text.as_bytes() {
            [first @ b'A'..=b'Z', second @ (b'A'..=b'Z' | b'<')] => Some(DocumentCode([first, second])),
            _ => None,
        }
    }

    /// Whether the code opens a passport (TD3): its first letter is P.
    pub const fn is_passport(self) -> bool {
        self.0[0] == b'P'
    }

    /// Whether the code opens an official travel document of size TD1: A, C or I, then a letter at the issuer's choice
    /// that is not V, nor I after A (Doc 9303-5 4.2.2 note k). AC is that of crew members.
    pub const fn is_td1(self) -> bool {
        self.is_official_travel_document() && !matches!(self.0, [b'A', b'I'])
    }

    /// Whether the code opens an official travel document of size TD2: A, C or I, then a letter at the issuer's choice
    /// that is not V, nor C after A (Doc 9303-6 4.2.2 note k).
    pub const fn is_td2(self) -> bool {
        self.is_official_travel_document() && !matches!(self.0, [b'A', b'C'])
    }

    const fn is_official_travel_document(self) -> bool {
        matches!(self.0[0], b'A' | b'C' | b'I') && self.0[1] != b'V'
    }

    /// Whether the code opens a visa: its first letter is V (Doc 9303-7 4.2.2).
    pub const fn is_visa(self) -> bool {
        self.0[0] == b'V'
    }

    /// The kind of passport of Doc 9303-4 4.4; `None` for `P<`, for letters outside the list and for other documents.
    pub fn passport_type(self) -> Option<PassportType> {
        PassportType::ALL.into_iter().find(|passport| passport.code() == self)
    }
}

impl fmt::Display for DocumentCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}{}", self.0[0] as char, self.0[1] as char)
    }
}

/// The kinds of passport that have a code of their own (Doc 9303-4 4.4, and Doc 9303-8 for the single sheet).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PassportType {
    /// PP
    National,
    /// PE
    Emergency,
    /// PD
    Diplomatic,
    /// PO
    Official,
    /// PR
    Refugee,
    /// PT
    Alien,
    /// PS
    Stateless,
    /// PL
    LaissezPasser,
    /// PM
    Military,
    /// PU, a single-sheet emergency travel document
    SingleSheet,
}

impl PassportType {
    /// All kinds, in the order of the standard's table.
    pub const ALL: [Self; 10] = [
        Self::National,
        Self::Emergency,
        Self::Diplomatic,
        Self::Official,
        Self::Refugee,
        Self::Alien,
        Self::Stateless,
        Self::LaissezPasser,
        Self::Military,
        Self::SingleSheet,
    ];

    /// The document code with the harmonized second letter.
    pub const fn code(self) -> DocumentCode {
        DocumentCode([
            b'P',
            match self {
                Self::National => b'P',
                Self::Emergency => b'E',
                Self::Diplomatic => b'D',
                Self::Official => b'O',
                Self::Refugee => b'R',
                Self::Alien => b'T',
                Self::Stateless => b'S',
                Self::LaissezPasser => b'L',
                Self::Military => b'M',
                Self::SingleSheet => b'U',
            },
        ])
    }
}

/// Which document code a passport carries, by its date of issue.
///
/// A second letter must come from the standard's list from 1 January 2026 and must be there from 1 January 2028. Before
/// [`Self::type_letter_from`] the code is [`Self::code_before`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DocumentCodePolicy {
    /// The kind of passport.
    pub passport_type: PassportType,
    /// The first date of issue on which the second letter is written.
    pub type_letter_from: CivilDate,
    /// The code of passports issued before that date.
    pub code_before: DocumentCode,
}

impl DocumentCodePolicy {
    /// The policy that changes on the last day the standard leaves: `P<` until 31 December 2027, then the letter.
    pub const fn latest(passport_type: PassportType) -> Self {
        DocumentCodePolicy {
            passport_type,
            type_letter_from: START_OF_2028,
            code_before: DocumentCode::PASSPORT_WITHOUT_TYPE,
        }
    }

    /// The code of a passport issued on `date_of_issue`.
    pub fn code(&self, date_of_issue: CivilDate) -> DocumentCode {
        if date_of_issue >= self.type_letter_from.min(START_OF_2028) {
            self.passport_type.code()
        } else {
            self.code_before
        }
    }
}

impl Default for DocumentCodePolicy {
    /// A national passport that changes as late as the standard allows.
    fn default() -> Self {
        Self::latest(PassportType::National)
    }
}

/// The day from which every passport carries a second letter of the list; no policy may go beyond it.
const START_OF_2028: CivilDate = match CivilDate::new(2028, 1, 1) {
    Some(date) => date,
    None => unreachable!(),
};

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> CivilDate {
        CivilDate::parse(text).unwrap()
    }

    #[test]
    fn second_letter_comes_with_2028_or_earlier_by_policy() {
        let policy = DocumentCodePolicy::default();
        assert_eq!(policy.code(date("20271231")).to_string(), "P<");
        assert_eq!(policy.code(date("20280101")).to_string(), "PP");

        let early = DocumentCodePolicy { type_letter_from: date("20260101"), ..policy };
        assert_eq!(early.code(date("20251231")).to_string(), "P<");
        assert_eq!(early.code(date("20261121")).to_string(), "PP");

        let too_late = DocumentCodePolicy { type_letter_from: date("20350101"), ..policy };
        assert_eq!(too_late.code(date("20280101")).to_string(), "PP");
    }

    #[test]
    fn codes_are_those_of_the_list() {
        let codes: Vec<_> = PassportType::ALL.iter().map(|passport| passport.code().to_string()).collect();
        assert_eq!(codes, ["PP", "PE", "PD", "PO", "PR", "PT", "PS", "PL", "PM", "PU"]);
        assert_eq!(DocumentCode::parse("PD").unwrap().passport_type(), Some(PassportType::Diplomatic));
        assert_eq!(DocumentCode::PASSPORT_WITHOUT_TYPE.passport_type(), None);
        for bad in ["", "P", "<P", "PPP", "p<", "P1", "é"] {
            assert_eq!(DocumentCode::parse(bad), None, "{bad}");
        }
        assert!(!DocumentCode::parse("I<").unwrap().is_passport());
    }

    #[test]
    fn cards_and_visas_have_their_own_letters() {
        let code = |text: &str| DocumentCode::parse(text).unwrap();
        for card in ["A<", "C<", "I<", "ID", "IP", "II", "CA"] {
            assert!(code(card).is_td1() && code(card).is_td2() && !code(card).is_visa(), "{card}");
        }
        for other in ["AV", "IV", "CV", "P<", "V<", "VI", "B<"] {
            assert!(!code(other).is_td1() && !code(other).is_td2(), "{other}");
        }
        assert!(code("AC").is_td1() && !code("AC").is_td2());
        assert!(!code("AI").is_td1() && code("AI").is_td2());
        assert!(code("V<").is_visa() && code("VN").is_visa());
    }
}
