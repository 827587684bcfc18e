//! Visas: two lines of 44 characters in format A, of 36 in format B (Doc 9303-7 4.2 and 7.2).
//!
//! ```text
//! line 1   1-2 document code   3-5 issuing State   6-44 or 6-36 name
//! line 2   1-9 number of passport or visa  10 check   11-13 nationality   14-19 birth  20 check   21 sex
//!          22-27 valid until  28 check   29-44 or 29-36 optional data
//! ```
//!
//! Of a number of more than nine characters the nine principal ones are written (note j): the caller chooses them.

use super::date::MrzDate;
use super::document_code::DocumentCode;
use super::format::MrzFormat;
use super::layout::{Layout, format_of_layout};
use super::sex::Sex;

const LAYOUT_A: Layout = Layout::of_two_lines(MrzFormat::MrvA, DocumentCode::is_visa, 16);
const LAYOUT_B: Layout = Layout::of_two_lines(MrzFormat::MrvB, DocumentCode::is_visa, 8);

/// What the machine readable zone of a visa of format A says.
#[derive(Clone, PartialEq, Eq)]
pub struct MrvA {
    /// Document code: V and a letter at the issuer's choice.
    pub document_code: DocumentCode,
    /// Issuing State or organization, a code of Doc 9303-3 section 5 of one to three letters (`UTO`, `D`).
    pub issuing_state: String,
    /// Primary identifier: letters, one filler between components, as
    /// [`MrzName::primary`](super::MrzName::primary) gives it. Not yet truncated.
    pub primary_identifier: String,
    /// Secondary identifier in the same form; empty when there is none.
    pub secondary_identifier: String,
    /// Number of the passport or of the visa, up to nine letters and digits; other ASCII characters are written as fillers.
    pub document_number: String,
    /// Nationality, a code of Doc 9303-3 section 5 of one to three letters.
    pub nationality: String,
    /// Date of birth, parts of which may be unknown.
    pub date_of_birth: MrzDate,
    /// Sex.
    pub sex: Sex,
    /// The last day on which it can be used to seek entry, which is always complete.
    pub date_of_expiry: MrzDate,
    /// Optional data, up to 16 letters and digits; other ASCII characters are written as fillers.
    pub optional_data: String,
}

format_of_layout!(MrvA, LAYOUT_A, 2);

/// What the machine readable zone of a visa of format B says.
#[derive(Clone, PartialEq, Eq)]
pub struct MrvB {
    /// Document code: V and a letter at the issuer's choice.
    pub document_code: DocumentCode,
    /// Issuing State or organization, a code of Doc 9303-3 section 5 of one to three letters (`UTO`, `D`).
    pub issuing_state: String,
    /// Primary identifier: letters, one filler between components, as
    /// [`MrzName::primary`](super::MrzName::primary) gives it. Not yet truncated.
    pub primary_identifier: String,
    /// Secondary identifier in the same form; empty when there is none.
    pub secondary_identifier: String,
    /// Number of the passport or of the visa, up to nine letters and digits; other ASCII characters are written as fillers.
    pub document_number: String,
    /// Nationality, a code of Doc 9303-3 section 5 of one to three letters.
    pub nationality: String,
    /// Date of birth, parts of which may be unknown.
    pub date_of_birth: MrzDate,
    /// Sex.
    pub sex: Sex,
    /// The last day on which it can be used to seek entry, which is always complete.
    pub date_of_expiry: MrzDate,
    /// Optional data, up to eight letters and digits; other ASCII characters are written as fillers.
    pub optional_data: String,
}

format_of_layout!(MrvB, LAYOUT_B, 2);

#[cfg(test)]
mod tests;
