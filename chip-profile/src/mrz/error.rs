//! What can be wrong with a machine readable zone. Errors name field and place, never the holder's data.

use core::fmt;

use thiserror::Error;

/// Why a machine readable zone cannot be written or is not valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{field} (line {line}, position {position}): {kind}")]
pub struct MrzError {
    /// The data element concerned.
    pub field: Field,
    /// Line, counted from 1.
    pub line: u8,
    /// Character position in the line, counted from 1 as in the tables of the standard.
    pub position: u8,
    /// What is wrong.
    pub kind: MrzErrorKind,
}

/// What is wrong with a machine readable zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum MrzErrorKind {
    /// The zone does not have the number of characters of its format.
    #[error("expected {expected} characters, found {found}")]
    Length {
        /// Characters that the format has.
        expected: usize,
        /// Characters that there are.
        found: usize,
    },
    /// No format has this number of characters.
    #[error("no format of machine readable zone has {found} characters")]
    Format {
        /// Characters that there are, line breaks not counted.
        found: usize,
    },
    /// A line does not end where the format ends it.
    #[error("line break is not where the format has it")]
    LineBreak,
    /// A character that this field must not contain.
    #[error("character {0:?} is not allowed here")]
    Character(char),
    /// The check digit does not belong to the data.
    #[error("check digit does not match the data")]
    CheckDigit,
    /// Not a calendar date, or one with unknown parts where they are not allowed.
    #[error("not a date")]
    Date,
    /// The document code is not one of this format.
    #[error("not a document code of this format")]
    DocumentCode,
    /// Components are not separated by one filler, or identifiers not by two.
    #[error("fillers do not separate the components as they should")]
    Fillers,
    /// More characters than the field has.
    #[error("longer than the field's {limit} characters")]
    TooLong {
        /// Characters that the field has.
        limit: usize,
    },
    /// The field must not be empty.
    #[error("is empty")]
    Empty,
    /// The name cannot be cut so that the field ends with a letter.
    #[error("name cannot be truncated as the standard asks")]
    Truncation,
}

/// A data element of the machine readable zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Field {
    /// The zone as a whole.
    Zone,
    /// Document code.
    DocumentCode,
    /// Issuing State or organization.
    IssuingState,
    /// Name of the holder.
    Name,
    /// Document number.
    DocumentNumber,
    /// Check digit of the document number.
    DocumentNumberCheckDigit,
    /// Nationality.
    Nationality,
    /// Date of birth.
    DateOfBirth,
    /// Check digit of the date of birth.
    DateOfBirthCheckDigit,
    /// Sex.
    Sex,
    /// Date of expiry.
    DateOfExpiry,
    /// Check digit of the date of expiry.
    DateOfExpiryCheckDigit,
    /// Personal number or other optional data.
    OptionalData,
    /// Check digit of the optional data.
    OptionalDataCheckDigit,
    /// Composite check digit.
    CompositeCheckDigit,
}

impl fmt::Display for Field {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Zone => "machine readable zone",
            Self::DocumentCode => "document code",
            Self::IssuingState => "issuing State",
            Self::Name => "name",
            Self::DocumentNumber => "document number",
            Self::DocumentNumberCheckDigit => "check digit of the document number",
            Self::Nationality => "nationality",
            Self::DateOfBirth => "date of birth",
            Self::DateOfBirthCheckDigit => "check digit of the date of birth",
            Self::Sex => "sex",
            Self::DateOfExpiry => "date of expiry",
            Self::DateOfExpiryCheckDigit => "check digit of the date of expiry",
            Self::OptionalData => "optional data",
            Self::OptionalDataCheckDigit => "check digit of the optional data",
            Self::CompositeCheckDigit => "composite check digit",
        })
    }
}
