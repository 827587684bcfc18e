//! What is personal on a page.

use crate::picture::Picture;

use super::PageDate;

/// Sex as field 11 shows it (Doc 9303-4 4.1.1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sex {
    /// 女/F
    Female,
    /// 男/M
    Male,
    /// X: unspecified.
    Unspecified,
}

impl Sex {
    /// The initial in the national language, an oblique and the capital letter of Doc 9303.
    #[must_use]
    pub const fn viz(self) -> &'static str {
        match self {
            Self::Female => "女/F",
            Self::Male => "男/M",
            Self::Unspecified => "X",
        }
    }
}

/// What is personal on a data page and on its observation page. `Debug` shows nothing of it.
#[derive(Clone, Copy)]
pub struct DataPage<'a> {
    /// The name of the document in both languages, as on the cover (field 02): `護照 / PASSPORT`. On the blank already:
    /// shown in proofs only.
    pub document_type: &'a str,
    /// Field 03: document code, one or two letters.
    pub document_code: &'a str,
    /// Field 04: code of the issuing state or organization.
    pub issuing_state: &'a str,
    /// Field 05: passport number.
    pub passport_number: &'a str,
    /// Field 06: primary identifier in Latin letters.
    pub primary_identifier: &'a str,
    /// Field 07: secondary identifier in Latin letters; empty when there is none.
    pub secondary_identifier: &'a str,
    /// The name in Chinese characters, if there is one.
    pub chinese_name: Option<&'a str>,
    /// Field 08: nationality in full, both languages: `中國 / CHINESE`. May be empty: then the code stands alone.
    pub nationality: &'a str,
    /// Field 08: nationality as a code of Doc 9303-3 section 5.
    pub nationality_code: &'a str,
    /// Field 09: date of birth; parts may be unknown.
    pub date_of_birth: PageDate,
    /// Field 10: identity number, if shown.
    pub personal_number: Option<&'a str>,
    /// Field 11.
    pub sex: Sex,
    /// Field 12: place of birth, if shown.
    pub place_of_birth: Option<&'a str>,
    /// Field 14.
    pub date_of_issue: PageDate,
    /// Field 16.
    pub date_of_expiry: PageDate,
    /// Field 15 in Traditional Chinese.
    pub authority_chinese: &'a str,
    /// Field 15 in English.
    pub authority: &'a str,
    /// Card access number, six digits, if there is one (Doc 9303-4 4.1.1.2).
    pub card_access_number: Option<&'a str>,
    /// Field 19: the portrait, cropped and upright, in the shape of 35 × 45 mm: 413 × 531 pixels, colour or grey.
    pub portrait: &'a Picture,
    /// Field 18: the signature, dark on light; `None` leaves its place for signing by hand.
    pub signature: Option<&'a Picture>,
    /// Zone VII: the upper and the lower line, 44 characters each.
    pub mrz: [&'a str; 2],
    /// Zone VI: lines for the observation page, each a paragraph.
    pub observations: &'a [String],
}

impl std::fmt::Debug for DataPage<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("DataPage").finish_non_exhaustive()
    }
}
