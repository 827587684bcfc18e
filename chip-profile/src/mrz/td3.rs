//! The passport's two lines of 44 characters (Doc 9303-4 4.2).
//!
//! ```text
//! line 1   1-2 document code   3-5 issuing State   6-44 name
//! line 2   1-9 number  10 check   11-13 nationality   14-19 birth  20 check   21 sex
//!          22-27 expiry  28 check   29-42 optional data  43 check   44 composite check over 1-10, 14-20, 22-43
//! ```

use core::fmt;

use super::check_digit::check_digit;
use super::date::MrzDate;
use super::document_code::DocumentCode;
use super::error::{Field, MrzError, MrzErrorKind};
use super::field::{Place, is_letter, is_letter_or_filler, is_mrz_character};
use super::name::{MrzName, TruncationPolicy};
use super::sex::Sex;

const LINE_LENGTH: usize = 44;

const ZONE: Place = Place::new(Field::Zone, 1, 1, 2 * LINE_LENGTH);
const DOCUMENT_CODE: Place = Place::new(Field::DocumentCode, 1, 1, 2);
const ISSUING_STATE: Place = Place::new(Field::IssuingState, 1, 3, 3);
const NAME: Place = Place::new(Field::Name, 1, 6, 39);
const DOCUMENT_NUMBER: Place = Place::new(Field::DocumentNumber, 2, 1, 9);
const DOCUMENT_NUMBER_CHECK: Place = Place::new(Field::DocumentNumberCheckDigit, 2, 10, 1);
const NATIONALITY: Place = Place::new(Field::Nationality, 2, 11, 3);
const DATE_OF_BIRTH: Place = Place::new(Field::DateOfBirth, 2, 14, 6);
const DATE_OF_BIRTH_CHECK: Place = Place::new(Field::DateOfBirthCheckDigit, 2, 20, 1);
const SEX: Place = Place::new(Field::Sex, 2, 21, 1);
const DATE_OF_EXPIRY: Place = Place::new(Field::DateOfExpiry, 2, 22, 6);
const DATE_OF_EXPIRY_CHECK: Place = Place::new(Field::DateOfExpiryCheckDigit, 2, 28, 1);
const OPTIONAL_DATA: Place = Place::new(Field::OptionalData, 2, 29, 14);
const OPTIONAL_DATA_CHECK: Place = Place::new(Field::OptionalDataCheckDigit, 2, 43, 1);
const COMPOSITE_CHECK: Place = Place::new(Field::CompositeCheckDigit, 2, 44, 1);

/// What the machine readable zone of a passport says.
#[derive(Clone, PartialEq, Eq)]
pub struct Td3 {
    /// Document code; its first letter is P.
    pub document_code: DocumentCode,
    /// Issuing State or organization, a code of Doc 9303-3 section 5 of one to three letters (`UTO`, `D`).
    pub issuing_state: String,
    /// Primary identifier: letters, one filler between components, as [`MrzName::primary`] gives it. Not yet truncated.
    pub primary_identifier: String,
    /// Secondary identifier in the same form; empty when there is none.
    pub secondary_identifier: String,
    /// Document number, up to nine letters and digits; other ASCII characters are written as fillers.
    pub document_number: String,
    /// Nationality, a code of Doc 9303-3 section 5 of one to three letters.
    pub nationality: String,
    /// Date of birth, parts of which may be unknown.
    pub date_of_birth: MrzDate,
    /// Sex.
    pub sex: Sex,
    /// Date of expiry, which is always complete.
    pub date_of_expiry: MrzDate,
    /// Personal number or other optional data, up to 14 letters and digits; other ASCII characters are written as fillers.
    pub optional_data: String,
}

impl Td3 {
    /// The two lines, with all check digits.
    ///
    /// A name that is too long is truncated by [`TruncationPolicy::default`]; for another way of cutting pass a name
    /// through [`MrzName::fit`] first. Empty optional data has the filler, not zero, as its check digit.
    pub fn encode(&self) -> Result<MrzLines, MrzError> {
        let mut text = String::with_capacity(2 * LINE_LENGTH);
        if !self.document_code.is_passport() {
            return Err(DOCUMENT_CODE.error(MrzErrorKind::DocumentCode));
        }
        DOCUMENT_CODE.write(&mut text, &self.document_code.to_string(), is_letter_or_filler)?;
        write_code(&mut text, ISSUING_STATE, &self.issuing_state)?;
        let name = MrzName::from_identifiers(&self.primary_identifier, &self.secondary_identifier)
            .map_err(|(offset, kind)| NAME.error_at(offset, kind))?
            .fit(NAME.length, TruncationPolicy::default())
            .ok_or(NAME.error(MrzErrorKind::Truncation))?;
        NAME.write(&mut text, &name.to_string(), is_letter_or_filler)?;

        let number = with_fillers(&self.document_number);
        if number.trim_matches('<').is_empty() {
            return Err(DOCUMENT_NUMBER.error(MrzErrorKind::Empty));
        }
        write_checked(&mut text, DOCUMENT_NUMBER, &number)?;
        write_code(&mut text, NATIONALITY, &self.nationality)?;
        write_checked(&mut text, DATE_OF_BIRTH, &self.date_of_birth.to_string())?;
        text.push(self.sex.mrz_character());
        if !self.date_of_expiry.is_complete() {
            return Err(DATE_OF_EXPIRY.error(MrzErrorKind::Date));
        }
        write_checked(&mut text, DATE_OF_EXPIRY, &self.date_of_expiry.to_string())?;
        let optional = with_fillers(&self.optional_data);
        if optional.trim_matches('<').is_empty() {
            OPTIONAL_DATA.write(&mut text, "", is_mrz_character)?;
            text.push('<');
        } else {
            write_checked(&mut text, OPTIONAL_DATA, &optional)?;
        }
        let composite = text.get(LINE_LENGTH..).and_then(composite_check_digit);
        text.push(composite.ok_or(COMPOSITE_CHECK.error(MrzErrorKind::CheckDigit))?);
        Ok(MrzLines { text })
    }

    /// Reads the two lines, with or without a line break between and after them, and checks every check digit.
    pub fn parse(text: &str) -> Result<Self, MrzError> {
        let [first, second] = split_lines(text)?;
        let code = DOCUMENT_CODE.read(first)?;
        let document_code = DocumentCode::parse(code).filter(|code| code.is_passport());
        let name = MrzName::from_field(NAME.read(first)?).map_err(|(offset, kind)| NAME.error_at(offset, kind))?;
        let document_number = DOCUMENT_NUMBER.read_value(second, is_mrz_character)?;
        if document_number.is_empty() {
            return Err(DOCUMENT_NUMBER.error(MrzErrorKind::Empty));
        }
        verify(second, DOCUMENT_NUMBER, DOCUMENT_NUMBER_CHECK)?;
        verify(second, DATE_OF_BIRTH, DATE_OF_BIRTH_CHECK)?;
        verify(second, DATE_OF_EXPIRY, DATE_OF_EXPIRY_CHECK)?;
        let optional_data = OPTIONAL_DATA.read_value(second, is_mrz_character)?;
        if !(optional_data.is_empty() && OPTIONAL_DATA_CHECK.read(second)? == "<") {
            verify(second, OPTIONAL_DATA, OPTIONAL_DATA_CHECK)?;
        }
        if composite_check_digit(second) != COMPOSITE_CHECK.read(second)?.chars().next() {
            return Err(COMPOSITE_CHECK.error(MrzErrorKind::CheckDigit));
        }
        let sex = SEX.read(second)?.chars().next().unwrap_or_default();
        Ok(Td3 {
            document_code: document_code.ok_or(DOCUMENT_CODE.error(MrzErrorKind::DocumentCode))?,
            issuing_state: read_code(first, ISSUING_STATE)?,
            primary_identifier: name.primary().to_owned(),
            secondary_identifier: name.secondary().to_owned(),
            document_number: document_number.to_owned(),
            nationality: read_code(second, NATIONALITY)?,
            date_of_birth: read_date(second, DATE_OF_BIRTH)?,
            sex: Sex::from_mrz_character(sex).ok_or(SEX.error(MrzErrorKind::Character(sex)))?,
            date_of_expiry: read_date(second, DATE_OF_EXPIRY)
                .ok()
                .filter(|date| date.is_complete())
                .ok_or(DATE_OF_EXPIRY.error(MrzErrorKind::Date))?,
            optional_data: optional_data.to_owned(),
        })
    }
}

impl fmt::Debug for Td3 {
    /// Shows what kind of document it is and nothing of its holder.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Td3")
            .field("document_code", &self.document_code)
            .field("issuing_state", &self.issuing_state)
            .finish_non_exhaustive()
    }
}

/// The two lines of 44 characters as printed, all of them A to Z, 0 to 9 or `<`.
#[derive(Clone, PartialEq, Eq)]
pub struct MrzLines {
    text: String,
}

impl MrzLines {
    /// Upper and lower line.
    pub fn lines(&self) -> [&str; 2] {
        let (first, second) = self.text.split_at_checked(LINE_LENGTH).unwrap_or_default();
        [first, second]
    }

    /// The 88 characters without a line break, as DG1 holds them.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for MrzLines {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("MrzLines(redacted)")
    }
}

fn split_lines(text: &str) -> Result<[&str; 2], MrzError> {
    if let Some((offset, character)) = text
        .chars()
        .filter(|character| !matches!(character, '\r' | '\n'))
        .enumerate()
        .find(|(_, character)| !is_mrz_character(*character))
    {
        let (line, position) = (1 + offset / LINE_LENGTH, 1 + offset % LINE_LENGTH);
        return Err(MrzError {
            field: Field::Zone,
            line: u8::try_from(line).unwrap_or(u8::MAX),
            position: position as u8,
            kind: MrzErrorKind::Character(character),
        });
    }
    let mut lines = text.lines();
    let (first, second) = match (lines.next(), lines.next(), lines.next()) {
        (Some(both), None, None) => match both.split_at_checked(LINE_LENGTH) {
            Some(halves) => halves,
            None => return Err(ZONE.error(MrzErrorKind::Length { expected: ZONE.length, found: both.len() })),
        },
        (Some(first), Some(second), None) => (first, second),
        _ => return Err(ZONE.error(MrzErrorKind::LineBreak)),
    };
    let found = first.len() + second.len();
    if found != ZONE.length {
        return Err(ZONE.error(MrzErrorKind::Length { expected: ZONE.length, found }));
    }
    if first.len() != LINE_LENGTH || first.contains('\r') || second.contains('\r') {
        return Err(ZONE.error(MrzErrorKind::LineBreak));
    }
    Ok([first, second])
}

fn with_fillers(value: &str) -> String {
    let filler = |character: char| if character.is_ascii_punctuation() || character == ' ' { '<' } else { character };
    value.chars().map(filler).collect()
}

fn write_checked(out: &mut String, place: Place, value: &str) -> Result<(), MrzError> {
    let start = out.len();
    place.write(out, value, is_mrz_character)?;
    let digit = out.get(start..).and_then(check_digit).ok_or(place.error(MrzErrorKind::CheckDigit))?;
    out.push(digit);
    Ok(())
}

fn write_code(out: &mut String, place: Place, code: &str) -> Result<(), MrzError> {
    if code.is_empty() {
        return Err(place.error(MrzErrorKind::Empty));
    }
    place.write(out, code, is_letter)
}

fn read_code(line: &str, place: Place) -> Result<String, MrzError> {
    match place.read_value(line, is_letter)? {
        "" => Err(place.error(MrzErrorKind::Empty)),
        code => Ok(code.to_owned()),
    }
}

fn read_date(line: &str, place: Place) -> Result<MrzDate, MrzError> {
    MrzDate::parse(place.read(line)?).ok_or(place.error(MrzErrorKind::Date))
}

fn verify(line: &str, data: Place, check: Place) -> Result<(), MrzError> {
    if check_digit(data.read(line)?) == check.read(line)?.chars().next() {
        Ok(())
    } else {
        Err(check.error(MrzErrorKind::CheckDigit))
    }
}

/// Over positions 1-10, 14-20 and 22-43 of the lower line (Doc 9303-4 4.2.4).
fn composite_check_digit(line: &str) -> Option<char> {
    check_digit(&[line.get(..10)?, line.get(13..20)?, line.get(21..43)?].concat())
}

#[cfg(test)]
mod tests;
