//! Two lines of 36 characters: official travel documents of size TD2 (Doc 9303-6 4.2).
//!
//! ```text
//! line 1   1-2 document code   3-5 issuing State   6-36 name
//! line 2   1-9 number  10 check   11-13 nationality   14-19 birth  20 check   21 sex
//!          22-27 expiry  28 check   29-35 optional data   36 composite check over 1-10, 14-20, 22-35
//! ```
//!
//! A document number of more than nine characters runs on at the beginning of the optional data, where its check digit
//! and a filler follow; position 10 then has a filler (note j).

use super::date::MrzDate;
use super::document_code::DocumentCode;
use super::error::Field;
use super::field::Place;
use super::format::MrzFormat;
use super::layout::{Composite, Layout, format_of_layout};
use super::sex::Sex;

const LAYOUT: Layout = Layout {
    number_runs_on: true,
    composite: Some(Composite {
        check: Place::new(Field::CompositeCheckDigit, 2, 36, 1),
        covered: &[
            Place::new(Field::Zone, 2, 1, 10),
            Place::new(Field::Zone, 2, 14, 7),
            Place::new(Field::Zone, 2, 22, 14),
        ],
    }),
    ..Layout::of_two_lines(MrzFormat::Td2, DocumentCode::is_td2, 7)
};

/// What the machine readable zone of a document of size TD2 says.
#[derive(Clone, PartialEq, Eq)]
pub struct Td2 {
    /// Document code: A, C or I, and a second letter at the issuer's choice.
    pub document_code: DocumentCode,
    /// Issuing State or organization, a code of Doc 9303-3 section 5 of one to three letters (`UTO`, `D`).
    pub issuing_state: String,
    /// Primary identifier: letters, one filler between components, as
    /// [`MrzName::primary`](super::MrzName::primary) gives it. Not yet truncated.
    pub primary_identifier: String,
    /// Secondary identifier in the same form; empty when there is none.
    pub secondary_identifier: String,
    /// Document number, up to 14 letters and digits; other ASCII characters among the first nine are written as fillers.
    pub document_number: String,
    /// Nationality, a code of Doc 9303-3 section 5 of one to three letters.
    pub nationality: String,
    /// Date of birth, parts of which may be unknown.
    pub date_of_birth: MrzDate,
    /// Sex.
    pub sex: Sex,
    /// Date of expiry, which is always complete.
    pub date_of_expiry: MrzDate,
    /// Optional data, up to seven letters and digits, less what a long document number takes there; other ASCII characters
    /// are written as fillers.
    pub optional_data: String,
}

format_of_layout!(Td2, LAYOUT, 2);

#[cfg(test)]
mod tests;
