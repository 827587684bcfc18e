//! A zone of any format, recognised by its lines.

use super::date::MrzDate;
use super::document_code::DocumentCode;
use super::error::{Field, MrzError, MrzErrorKind};
use super::field::Place;
use super::format::MrzFormat;
use super::sex::Sex;
use super::{MrvA, MrvB, Td1, Td2, Td3};

/// What a machine readable zone of any format says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnyMrz {
    /// Three lines of 30
    Td1(Td1),
    /// Two lines of 36
    Td2(Td2),
    /// Two lines of 44
    Td3(Td3),
    /// Two lines of 44 that begin with V
    MrvA(MrvA),
    /// Two lines of 36 that begin with V
    MrvB(MrvB),
}

macro_rules! of_each {
    ($any:ident, $zone:ident => $value:expr) => {
        match $any {
            Self::Td1($zone) => $value,
            Self::Td2($zone) => $value,
            Self::Td3($zone) => $value,
            Self::MrvA($zone) => $value,
            Self::MrvB($zone) => $value,
        }
    };
}

impl AnyMrz {
    /// Reads a zone, with or without line breaks between and after its lines, and checks every check digit. The number of
    /// characters tells the format, and the V that opens a visa.
    ///
    /// # Errors
    /// [`MrzErrorKind::Format`] when no format has this number of characters; else as [`Self::parse_as`].
    pub fn parse(text: &str) -> Result<Self, MrzError> {
        Self::parse_as(recognise(text)?, text)
    }

    /// Reads a zone whose format is known, such as that of DG1.
    ///
    /// # Errors
    /// Field, line and position of the first fault: another number of characters, a line break where the format has
    /// none, a character that the field must not have, a check digit that does not match, a code, a name or a date that
    /// is none.
    pub fn parse_as(format: MrzFormat, text: &str) -> Result<Self, MrzError> {
        match format {
            MrzFormat::Td1 => Td1::parse(text).map(Self::Td1),
            MrzFormat::Td2 => Td2::parse(text).map(Self::Td2),
            MrzFormat::Td3 => Td3::parse(text).map(Self::Td3),
            MrzFormat::MrvA => MrvA::parse(text).map(Self::MrvA),
            MrzFormat::MrvB => MrvB::parse(text).map(Self::MrvB),
        }
    }

    /// All characters of the zone as printed, line breaks left out.
    ///
    /// # Errors
    /// The first field that cannot be written: see [`Td3::encode`], which is alike for every format.
    pub fn encode(&self) -> Result<String, MrzError> {
        Ok(of_each!(self, zone => zone.encode()?.text().to_owned()))
    }

    /// The format.
    pub const fn format(&self) -> MrzFormat {
        match self {
            Self::Td1(_) => MrzFormat::Td1,
            Self::Td2(_) => MrzFormat::Td2,
            Self::Td3(_) => MrzFormat::Td3,
            Self::MrvA(_) => MrzFormat::MrvA,
            Self::MrvB(_) => MrzFormat::MrvB,
        }
    }

    /// Document code.
    pub fn document_code(&self) -> DocumentCode {
        of_each!(self, zone => zone.document_code)
    }

    /// Issuing State or organization.
    pub fn issuing_state(&self) -> &str {
        of_each!(self, zone => &zone.issuing_state)
    }

    /// Primary identifier, components separated by one filler.
    pub fn primary_identifier(&self) -> &str {
        of_each!(self, zone => &zone.primary_identifier)
    }

    /// Secondary identifier, components separated by one filler; empty when there is none.
    pub fn secondary_identifier(&self) -> &str {
        of_each!(self, zone => &zone.secondary_identifier)
    }

    /// Document number, whole where it runs on in the optional data, without the fillers at its end.
    pub fn document_number(&self) -> &str {
        of_each!(self, zone => &zone.document_number)
    }

    /// Nationality.
    pub fn nationality(&self) -> &str {
        of_each!(self, zone => &zone.nationality)
    }

    /// Date of birth.
    pub fn date_of_birth(&self) -> MrzDate {
        of_each!(self, zone => zone.date_of_birth)
    }

    /// Sex.
    pub fn sex(&self) -> Sex {
        of_each!(self, zone => zone.sex)
    }

    /// Date of expiry; of a visa the last day on which it can be used to seek entry.
    pub fn date_of_expiry(&self) -> MrzDate {
        of_each!(self, zone => zone.date_of_expiry)
    }
}

fn recognise(text: &str) -> Result<MrzFormat, MrzError> {
    let found = text.chars().filter(|character| !matches!(character, '\r' | '\n')).count();
    match (found, text.starts_with('V')) {
        (90, _) => Ok(MrzFormat::Td1),
        (72, false) => Ok(MrzFormat::Td2),
        (72, true) => Ok(MrzFormat::MrvB),
        (88, false) => Ok(MrzFormat::Td3),
        (88, true) => Ok(MrzFormat::MrvA),
        _ => Err(Place::new(Field::Zone, 1, 1, found).error(MrzErrorKind::Format { found })),
    }
}

/// Another format with the fields of a TD1.
#[cfg(test)]
macro_rules! of_td1 {
    ($name:ident, $zone:expr) => {{
        let zone = $zone;
        $name {
            document_code: zone.document_code,
            issuing_state: zone.issuing_state,
            primary_identifier: zone.primary_identifier,
            secondary_identifier: zone.secondary_identifier,
            document_number: zone.document_number,
            nationality: zone.nationality,
            date_of_birth: zone.date_of_birth,
            sex: zone.sex,
            date_of_expiry: zone.date_of_expiry,
            optional_data: zone.optional_data,
        }
    }};
}

#[cfg(test)]
mod tests;
