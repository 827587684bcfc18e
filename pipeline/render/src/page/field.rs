//! The fields of the page, with the numbers and the captions of Doc 9303-4 3.2 and 4.1.1.1.

use std::fmt;

/// A field of the data page or of the observation page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Field {
    /// 03: document code.
    DocumentCode,
    /// 04: issuing state or organization, in code.
    IssuingState,
    /// 05: passport number.
    PassportNumber,
    /// 06: primary identifier.
    PrimaryIdentifier,
    /// 07: secondary identifier.
    SecondaryIdentifier,
    /// 06/07 in national characters.
    ChineseName,
    /// 08: nationality.
    Nationality,
    /// 09: date of birth.
    DateOfBirth,
    /// 10: personal number.
    PersonalNumber,
    /// 11: sex.
    Sex,
    /// 12: place of birth.
    PlaceOfBirth,
    /// 14: date of issue.
    DateOfIssue,
    /// 15: authority.
    Authority,
    /// 16: date of expiry.
    DateOfExpiry,
    /// 18: the holder's signature.
    Signature,
    /// Card access number (4.1.1.2).
    CardAccessNumber,
    /// Zone VII.
    MachineReadableZone,
    /// Zone VI: observations.
    Observations,
}

impl Field {
    /// Field number of Doc 9303-4; `None` for what it does not number.
    #[must_use]
    pub const fn number(self) -> Option<u8> {
        Some(match self {
            Self::DocumentCode => 3,
            Self::IssuingState => 4,
            Self::PassportNumber => 5,
            Self::PrimaryIdentifier => 6,
            Self::SecondaryIdentifier => 7,
            Self::Nationality => 8,
            Self::DateOfBirth => 9,
            Self::PersonalNumber => 10,
            Self::Sex => 11,
            Self::PlaceOfBirth => 12,
            Self::DateOfIssue => 14,
            Self::Authority => 15,
            Self::DateOfExpiry => 16,
            Self::Signature => 18,
            Self::ChineseName | Self::CardAccessNumber | Self::MachineReadableZone | Self::Observations => return None,
        })
    }

    /// The caption on the blank in Traditional Chinese and English (Doc 9303-3 3.3: the national language first).
    #[must_use]
    pub const fn captions(self) -> (&'static str, &'static str) {
        match self {
            Self::DocumentCode => ("類型", "Type"),
            Self::IssuingState => ("簽發國代碼", "Code of issuing State"),
            Self::PassportNumber => ("護照號碼", "Passport No."),
            Self::PrimaryIdentifier => ("姓", "Surname"),
            Self::SecondaryIdentifier => ("名", "Given names"),
            Self::ChineseName => ("中文姓名", "Name in Chinese"),
            Self::Nationality => ("國籍", "Nationality"),
            Self::DateOfBirth => ("出生日期", "Date of birth"),
            Self::PersonalNumber => ("身份證號碼", "Identity No."),
            Self::Sex => ("性別", "Sex"),
            Self::PlaceOfBirth => ("出生地點", "Place of birth"),
            Self::DateOfIssue => ("簽發日期", "Date of issue"),
            Self::Authority => ("簽發機關", "Authority"),
            Self::DateOfExpiry => ("有效期至", "Date of expiry"),
            Self::Signature => ("持照人簽署", "Signature of bearer"),
            Self::CardAccessNumber => ("讀取碼", "CAN"),
            Self::MachineReadableZone => ("機讀區", "Machine readable zone"),
            Self::Observations => ("備註", "Observations"),
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.captions().1)
    }
}
