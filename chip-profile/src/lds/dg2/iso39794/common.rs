//! Types that all parts of ISO/IEC 39794 share (module ID-ICAO-ISO-IEC-39794-1-ed-1-v1).

use super::der::{self, Element, enumeration, sequence};
use crate::lds::LdsError;
use crate::tlv::Tlv;

sequence! {
    /// ```text
    /// VersionBlock ::= SEQUENCE {
    ///     generation [0] INTEGER (3..65535),
    ///     year       [1] INTEGER (2019..9999), ... }
    /// ```
    pub struct VersionBlock, extensible {
        /// Generation of the series of standards, 3 or above.
        required generation: u16 = 0,
        /// Year of the edition, 2019 or later.
        required year: u16 = 1,
    }
    where |block| block.generation >= 3 && (2019..=9999).contains(&block.year)
}

impl VersionBlock {
    /// Generation 3, the edition of 2019.
    pub const EDITION_1: Self = VersionBlock { generation: 3, year: 2019 };
}

sequence! {
    /// ```text
    /// RegistryIdBlock ::= SEQUENCE {
    ///     organization [0] INTEGER (1..65535),
    ///     id           [1] INTEGER (1..65535) }
    /// ```
    pub struct RegistryIdBlock, fixed {
        /// The organization's number in the registry of biometric organizations.
        required organization: u16 = 0,
        /// The number that the organization gave.
        required id: u16 = 1,
    }
    where |block| block.organization > 0 && block.id > 0
}

sequence! {
    /// ```text
    /// DateTimeBlock ::= SEQUENCE {
    ///     year        [0] INTEGER (0..9999),
    ///     month       [1] INTEGER (1..12) OPTIONAL,
    ///     day         [2] INTEGER (1..31) OPTIONAL,
    ///     hour        [3] INTEGER (0..23) OPTIONAL,
    ///     minute      [4] INTEGER (0..59) OPTIONAL,
    ///     second      [5] INTEGER (0..59) OPTIONAL,
    ///     millisecond [6] INTEGER (0..999) OPTIONAL }
    /// ```
    pub struct DateTimeBlock, fixed {
        /// Year, to 9999.
        required year: u16 = 0,
        /// Month, 1 to 12.
        optional month: u8 = 1,
        /// Day of the month, 1 to 31.
        optional day: u8 = 2,
        /// Hour, to 23.
        optional hour: u8 = 3,
        /// Minute, to 59.
        optional minute: u8 = 4,
        /// Second, to 59.
        optional second: u8 = 5,
        /// Millisecond, to 999.
        optional millisecond: u16 = 6,
    }
    where |block| block.is_within_limits()
}

impl DateTimeBlock {
    fn is_within_limits(&self) -> bool {
        let within = |value: Option<u8>, least: u8, most: u8| value.is_none_or(|value| (least..=most).contains(&value));
        self.year <= 9999
            && within(self.month, 1, 12)
            && within(self.day, 1, 31)
            && within(self.hour, 0, 23)
            && within(self.minute, 0, 59)
            && within(self.second, 0, 59)
            && self.millisecond.is_none_or(|millisecond| millisecond <= 999)
    }
}

impl From<crate::mrz::CivilDate> for DateTimeBlock {
    fn from(date: crate::mrz::CivilDate) -> Self {
        DateTimeBlock {
            year: date.year(),
            month: Some(date.month()),
            day: Some(date.day()),
            hour: None,
            minute: None,
            second: None,
            millisecond: None,
        }
    }
}

sequence! {
    /// ```text
    /// QualityBlock ::= SEQUENCE {
    ///     algorithmIdBlock [0] RegistryIdBlock,
    ///     scoreOrError     [1] ScoreOrError, ... }
    /// ```
    pub struct QualityBlock, extensible {
        /// The algorithm.
        required algorithm: RegistryIdBlock = 0,
        /// What it gave.
        required score: ScoreOrError = 1,
    }
}

sequence! {
    /// ```text
    /// ExtendedDataBlock ::= SEQUENCE {
    ///     dataTypeIdBlock [0] RegistryIdBlock,
    ///     data            [1] OCTET STRING }
    /// ```
    pub struct ExtendedDataBlock, fixed {
        /// The type of the data.
        required data_type: RegistryIdBlock = 0,
        /// The data.
        required data: Vec<u8> = 1,
    }
}

/// ```text
/// ScoreOrError ::= CHOICE { score [0] INTEGER (0..100), error [1] ScoringError }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScoreOrError {
    /// A score, 0 to 100
    Score(u8),
    /// Why there is none
    Error(ScoringError),
}

enumeration! {
    /// Why there is no score.
    pub enum ScoringError {
        /// The algorithm failed.
        FailureToAssess = 0,
    }
}

const SCORE: u32 = 0x80;
const ERROR: u32 = 0xA1;

impl Element for ScoreOrError {
    fn write(&self, out: &mut Vec<u8>) -> Result<(), LdsError> {
        match self {
            Self::Score(score) if *score <= 100 => der::push(out, SCORE, score),
            Self::Score(_) => Err(der::error(out.len())),
            Self::Error(error) => der::push(out, ERROR, error),
        }
    }

    fn read(object: &Tlv<'_>) -> Result<Self, LdsError> {
        let alternative = der::one_of(object)?;
        match alternative.tag {
            SCORE => match u8::read(&alternative)? {
                score @ 0..=100 => Ok(Self::Score(score)),
                _ => Err(der::error(alternative.position)),
            },
            ERROR => ScoringError::read(&alternative).map(Self::Error),
            _ => Err(der::error(alternative.position)),
        }
    }
}
