//! Three lines of 30 characters: identity cards and other documents of card size (Doc 9303-5 4.2).
//!
//! ```text
//! line 1   1-2 document code   3-5 issuing State   6-14 number  15 check   16-30 optional data
//! line 2   1-6 birth  7 check   8 sex   9-14 expiry  15 check   16-18 nationality   19-29 optional data
//!          30 composite check over 6-30 of line 1 and 1-7, 9-15, 19-29 of line 2
//! line 3   1-30 name
//! ```
//!
//! A document number of more than nine characters runs on at the beginning of the optional data of line 1, where its
//! check digit and a filler follow; position 15 then has a filler (note j).

use super::date::MrzDate;
use super::document_code::DocumentCode;
use super::error::Field;
use super::field::Place;
use super::format::MrzFormat;
use super::layout::{Composite, Layout, format_of_layout};
use super::sex::Sex;

const LAYOUT: Layout = Layout {
    format: MrzFormat::Td1,
    is_code_of_format: DocumentCode::is_td1,
    document_code: Place::new(Field::DocumentCode, 1, 1, 2),
    issuing_state: Place::new(Field::IssuingState, 1, 3, 3),
    name: Place::new(Field::Name, 3, 1, 30),
    document_number: Place::new(Field::DocumentNumber, 1, 6, 9),
    document_number_check: Place::new(Field::DocumentNumberCheckDigit, 1, 15, 1),
    number_runs_on: true,
    nationality: Place::new(Field::Nationality, 2, 16, 3),
    date_of_birth: Place::new(Field::DateOfBirth, 2, 1, 6),
    date_of_birth_check: Place::new(Field::DateOfBirthCheckDigit, 2, 7, 1),
    sex: Place::new(Field::Sex, 2, 8, 1),
    date_of_expiry: Place::new(Field::DateOfExpiry, 2, 9, 6),
    date_of_expiry_check: Place::new(Field::DateOfExpiryCheckDigit, 2, 15, 1),
    optional_data: Place::new(Field::OptionalData, 1, 16, 15),
    optional_data_check: None,
    second_optional_data: Some(Place::new(Field::OptionalData, 2, 19, 11)),
    composite: Some(Composite {
        check: Place::new(Field::CompositeCheckDigit, 2, 30, 1),
        covered: &[
            Place::new(Field::Zone, 1, 6, 25),
            Place::new(Field::Zone, 2, 1, 7),
            Place::new(Field::Zone, 2, 9, 7),
            Place::new(Field::Zone, 2, 19, 11),
        ],
    }),
};

/// What the machine readable zone of a document of size TD1 says.
#[derive(Clone, PartialEq, Eq)]
pub struct Td1 {
    /// Document code: A, C or I, and a second letter at the issuer's choice.
    pub document_code: DocumentCode,
    /// Issuing State or organization, a code of Doc 9303-3 section 5 of one to three letters (`UTO`, `D`).
    pub issuing_state: String,
    /// Primary identifier: letters, one filler between components, as
    /// [`MrzName::primary`](super::MrzName::primary) gives it. Not yet truncated.
    pub primary_identifier: String,
    /// Secondary identifier in the same form; empty when there is none.
    pub secondary_identifier: String,
    /// Document number, up to 22 letters and digits; other ASCII characters among the first nine are written as fillers.
    pub document_number: String,
    /// Nationality, a code of Doc 9303-3 section 5 of one to three letters.
    pub nationality: String,
    /// Date of birth, parts of which may be unknown.
    pub date_of_birth: MrzDate,
    /// Sex.
    pub sex: Sex,
    /// Date of expiry, which is always complete.
    pub date_of_expiry: MrzDate,
    /// Optional data of the upper line, up to 15 letters and digits, less what a long document number takes there; other
    /// ASCII characters are written as fillers.
    pub optional_data: String,
    /// Optional data of the middle line, up to 11 letters and digits.
    pub second_optional_data: String,
}

format_of_layout!(Td1, LAYOUT, 3, second_optional_data);

#[cfg(test)]
mod tests;
