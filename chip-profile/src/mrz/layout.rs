//! The formats as data: where each element stands, which of them check digits cover, and one reader and one writer for
//! all of them.

use std::borrow::Cow;

use super::check_digit::{check_digit, check_digit_of};
use super::date::MrzDate;
use super::document_code::DocumentCode;
use super::error::{Field, MrzError, MrzErrorKind};
use super::field::{Place, Zone, is_letter, is_letter_or_filler, is_mrz_character};
use super::format::{MrzFormat, MrzLines, split};
use super::name::{MrzName, TruncationPolicy};
use super::sex::Sex;

/// Where the elements of a format stand.
pub(super) struct Layout {
    pub(super) format: MrzFormat,
    pub(super) is_code_of_format: fn(DocumentCode) -> bool,
    pub(super) document_code: Place,
    pub(super) issuing_state: Place,
    pub(super) name: Place,
    pub(super) document_number: Place,
    pub(super) document_number_check: Place,
    /// Whether a document number longer than its field runs on at the beginning of the optional data.
    pub(super) number_runs_on: bool,
    pub(super) nationality: Place,
    pub(super) date_of_birth: Place,
    pub(super) date_of_birth_check: Place,
    pub(super) sex: Place,
    pub(super) date_of_expiry: Place,
    pub(super) date_of_expiry_check: Place,
    pub(super) optional_data: Place,
    pub(super) optional_data_check: Option<Place>,
    pub(super) second_optional_data: Option<Place>,
    pub(super) composite: Option<Composite>,
}

/// The composite check digit and what it covers.
pub(super) struct Composite {
    pub(super) check: Place,
    pub(super) covered: &'static [Place],
}

impl Layout {
    /// What the formats of two lines have in common: all but the length of the lines and what follows the date of expiry.
    pub(super) const fn of_two_lines(
        format: MrzFormat,
        is_code_of_format: fn(DocumentCode) -> bool,
        optional_data_length: usize,
    ) -> Self {
        let (_, length) = format.lines();
        Layout {
            format,
            is_code_of_format,
            document_code: Place::new(Field::DocumentCode, 1, 1, 2),
            issuing_state: Place::new(Field::IssuingState, 1, 3, 3),
            name: Place::new(Field::Name, 1, 6, length - 5),
            document_number: Place::new(Field::DocumentNumber, 2, 1, 9),
            document_number_check: Place::new(Field::DocumentNumberCheckDigit, 2, 10, 1),
            number_runs_on: false,
            nationality: Place::new(Field::Nationality, 2, 11, 3),
            date_of_birth: Place::new(Field::DateOfBirth, 2, 14, 6),
            date_of_birth_check: Place::new(Field::DateOfBirthCheckDigit, 2, 20, 1),
            sex: Place::new(Field::Sex, 2, 21, 1),
            date_of_expiry: Place::new(Field::DateOfExpiry, 2, 22, 6),
            date_of_expiry_check: Place::new(Field::DateOfExpiryCheckDigit, 2, 28, 1),
            optional_data: Place::new(Field::OptionalData, 2, 29, optional_data_length),
            optional_data_check: None,
            second_optional_data: None,
            composite: None,
        }
    }
}

/// What a machine readable zone says, borrowed from whoever writes it or from the zone that is read.
pub(super) struct Contents<'a> {
    pub(super) document_code: DocumentCode,
    pub(super) issuing_state: &'a str,
    pub(super) primary_identifier: &'a str,
    pub(super) secondary_identifier: &'a str,
    pub(super) document_number: Cow<'a, str>,
    pub(super) nationality: &'a str,
    pub(super) date_of_birth: MrzDate,
    pub(super) sex: Sex,
    pub(super) date_of_expiry: MrzDate,
    pub(super) optional_data: &'a str,
    /// Empty where the format has one field of optional data.
    pub(super) second_optional_data: &'a str,
}

impl Layout {
    /// The lines, with all check digits. A name that is too long is cut by [`TruncationPolicy::default`].
    pub(super) fn write<const COUNT: usize>(&self, contents: &Contents<'_>) -> Result<MrzLines<COUNT>, MrzError> {
        let zone = &mut Zone::new(self.format);
        if !(self.is_code_of_format)(contents.document_code) {
            return Err(self.document_code.error(MrzErrorKind::DocumentCode));
        }
        self.document_code.write(zone, &contents.document_code.to_string(), is_letter_or_filler)?;
        write_code(zone, self.issuing_state, contents.issuing_state)?;
        let name = MrzName::from_identifiers(contents.primary_identifier, contents.secondary_identifier)
            .map_err(|(offset, kind)| self.name.error_at(offset, kind))?
            .fit(self.name.length, TruncationPolicy::default())
            .ok_or(self.name.error(MrzErrorKind::Truncation))?;
        self.name.write(zone, &name.to_string(), is_letter_or_filler)?;
        let rest = self.write_number(zone, &contents.document_number)?;
        write_code(zone, self.nationality, contents.nationality)?;
        write_checked(zone, self.date_of_birth, self.date_of_birth_check, &contents.date_of_birth.to_string())?;
        self.sex.write(zone, contents.sex.mrz_character().encode_utf8(&mut [0; 4]), is_letter_or_filler)?;
        if !contents.date_of_expiry.is_complete() {
            return Err(self.date_of_expiry.error(MrzErrorKind::Date));
        }
        write_checked(zone, self.date_of_expiry, self.date_of_expiry_check, &contents.date_of_expiry.to_string())?;
        self.write_optional_data(zone, contents, &rest)?;
        if let Some(composite) = &self.composite {
            let digit = composite.digit(&zone.lines::<COUNT>());
            zone.put(composite.check, digit.ok_or(composite.check.error(MrzErrorKind::CheckDigit))?);
        }
        Ok(MrzLines::new(zone.take(), self.format))
    }

    /// Writes the document number and its check digit. What runs on in the optional data is given back: the rest of the
    /// number, its check digit and a filler.
    fn write_number(&self, zone: &mut Zone, number: &str) -> Result<String, MrzError> {
        let place = self.document_number;
        let number = with_fillers(number);
        if number.trim_matches('<').is_empty() {
            return Err(place.error(MrzErrorKind::Empty));
        }
        if number.len() <= place.length || !self.number_runs_on {
            write_checked(zone, place, self.document_number_check, &number)?;
            return Ok(String::new());
        }
        if let Some((offset, character)) = number.char_indices().find(|(_, character)| !is_mrz_character(*character)) {
            return Err(place.error_at(offset, MrzErrorKind::Character(character)));
        }
        // The rest leaves room for its check digit and the filler behind that.
        let limit = place.length + self.optional_data.length - 2;
        let Some((principal, rest)) = number.split_at_checked(place.length).filter(|_| number.len() <= limit) else {
            return Err(place.error(MrzErrorKind::TooLong { limit }));
        };
        if let Some(offset) = rest.find('<') {
            return Err(self.optional_data.error_at(offset, MrzErrorKind::Fillers));
        }
        place.write(zone, principal, is_mrz_character)?;
        let digit = check_digit(&number).ok_or(place.error(MrzErrorKind::CheckDigit))?;
        Ok(format!("{rest}{digit}<"))
    }

    fn write_optional_data(&self, zone: &mut Zone, contents: &Contents<'_>, rest: &str) -> Result<(), MrzError> {
        let optional = with_fillers(contents.optional_data);
        let (place, optional) = (self.optional_data, format!("{rest}{optional}"));
        match self.optional_data_check {
            // Empty optional data has the filler, not zero, as its check digit.
            Some(check) if !optional.trim_matches('<').is_empty() => write_checked(zone, place, check, &optional)?,
            _ => place.write(zone, &optional, is_mrz_character)?,
        }
        if let Some(place) = self.second_optional_data {
            place.write(zone, &with_fillers(contents.second_optional_data), is_mrz_character)?;
        }
        Ok(())
    }

    /// Reads the lines, with or without line breaks between and after them, and checks every check digit.
    pub(super) fn read<'a, const COUNT: usize>(&self, text: &'a str) -> Result<Contents<'a>, MrzError> {
        let lines: &[&'a str] = &split::<COUNT>(text, self.format)?;
        let code = DocumentCode::parse(self.document_code.read(lines)?);
        let document_code = code.filter(|code| (self.is_code_of_format)(*code));
        let (primary_identifier, secondary_identifier) =
            MrzName::split_field(self.name.read(lines)?).map_err(|(offset, kind)| self.name.error_at(offset, kind))?;
        let (document_number, optional_data) = self.read_number(lines)?;
        verify(lines, self.date_of_birth, self.date_of_birth_check)?;
        verify(lines, self.date_of_expiry, self.date_of_expiry_check)?;
        if let Some(check) = self.optional_data_check
            && !(optional_data.is_empty() && check.read(lines)? == "<")
        {
            verify(lines, self.optional_data, check)?;
        }
        if let Some(composite) = &self.composite
            && composite.digit(lines) != composite.check.read(lines)?.chars().next()
        {
            return Err(composite.check.error(MrzErrorKind::CheckDigit));
        }
        let sex = self.sex.read(lines)?.chars().next().unwrap_or_default();
        let second_optional_data = self.second_optional_data;
        Ok(Contents {
            document_code: document_code.ok_or(self.document_code.error(MrzErrorKind::DocumentCode))?,
            issuing_state: read_code(lines, self.issuing_state)?,
            primary_identifier,
            secondary_identifier,
            document_number,
            nationality: read_code(lines, self.nationality)?,
            date_of_birth: read_date(lines, self.date_of_birth)?,
            sex: Sex::from_mrz_character(sex).ok_or(self.sex.error(MrzErrorKind::Character(sex)))?,
            date_of_expiry: read_date(lines, self.date_of_expiry)
                .ok()
                .filter(|date| date.is_complete())
                .ok_or(self.date_of_expiry.error(MrzErrorKind::Date))?,
            optional_data,
            second_optional_data: second_optional_data
                .map_or(Ok(""), |place| place.read_value(lines, is_mrz_character))?,
        })
    }

    /// The document number, its check digit verified, and the optional data without what runs on in it.
    fn read_number<'a>(&self, lines: &[&'a str]) -> Result<(Cow<'a, str>, &'a str), MrzError> {
        let (place, check) = (self.document_number, self.document_number_check);
        let number = place.read_value(lines, is_mrz_character)?;
        if number.is_empty() {
            return Err(place.error(MrzErrorKind::Empty));
        }
        let optional_data = self.optional_data.read_value(lines, is_mrz_character)?;
        if !self.number_runs_on || check.read(lines)? != "<" {
            verify(lines, place, check)?;
            return Ok((number.into(), optional_data));
        }
        let field = self.optional_data.read(lines)?;
        let Some((rest, optional_data)) = field.split_once('<') else {
            return Err(self.optional_data.error_at(self.optional_data.length - 1, MrzErrorKind::Fillers));
        };
        let Some((rest, digit)) =
            rest.split_at_checked(rest.len().saturating_sub(1)).filter(|(rest, _)| !rest.is_empty())
        else {
            return Err(check.error(MrzErrorKind::CheckDigit));
        };
        let number = [place.read(lines)?, rest].concat();
        if check_digit(&number) != digit.chars().next() {
            let place = Place { field: check.field, ..self.optional_data };
            return Err(place.error_at(rest.len(), MrzErrorKind::CheckDigit));
        }
        Ok((number.into(), optional_data.trim_end_matches('<')))
    }
}

impl Composite {
    fn digit(&self, lines: &[&str]) -> Option<char> {
        check_digit_of(self.covered.iter().flat_map(|place| place.read(lines).unwrap_or_default().chars()))
    }
}

fn with_fillers(value: &str) -> String {
    let filler = |character: char| if character.is_ascii_punctuation() || character == ' ' { '<' } else { character };
    value.chars().map(filler).collect()
}

fn write_checked(zone: &mut Zone, place: Place, check: Place, value: &str) -> Result<(), MrzError> {
    place.write(zone, value, is_mrz_character)?;
    let digit = check_digit(zone.field(place)).ok_or(place.error(MrzErrorKind::CheckDigit))?;
    zone.put(check, digit);
    Ok(())
}

fn write_code(zone: &mut Zone, place: Place, code: &str) -> Result<(), MrzError> {
    if code.is_empty() {
        return Err(place.error(MrzErrorKind::Empty));
    }
    place.write(zone, code, is_letter)
}

fn read_code<'a>(lines: &[&'a str], place: Place) -> Result<&'a str, MrzError> {
    match place.read_value(lines, is_letter)? {
        "" => Err(place.error(MrzErrorKind::Empty)),
        code => Ok(code),
    }
}

fn read_date(lines: &[&str], place: Place) -> Result<MrzDate, MrzError> {
    MrzDate::parse(place.read(lines)?).ok_or(place.error(MrzErrorKind::Date))
}

fn verify(lines: &[&str], data: Place, check: Place) -> Result<(), MrzError> {
    if check_digit(data.read(lines)?) == check.read(lines)?.chars().next() {
        Ok(())
    } else {
        Err(check.error(MrzErrorKind::CheckDigit))
    }
}

/// Writing and reading of a format by its layout, for a struct with the fields that all formats have.
macro_rules! format_of_layout {
    ($name:ident, $layout:ident, $lines:literal $(, $second:ident)?) => {
        impl $name {
            /// The lines, with all check digits.
            ///
            /// A name that is too long is truncated by [`TruncationPolicy::default`](super::TruncationPolicy); for another
            /// way of cutting pass a name through [`MrzName::fit`](super::MrzName::fit) first.
            ///
            /// # Errors
            /// The first field that cannot be written: a document code of another format, an empty value, one with a
            /// character that the field must not have, one that is longer than the field, a date of expiry with unknown
            /// parts, or a name that cannot be cut as the standard asks.
            pub fn encode(&self) -> Result<super::MrzLines<$lines>, super::MrzError> {
                $layout.write(&self.contents())
            }

            /// Reads the lines, with or without line breaks between and after them, and checks every check digit.
            ///
            /// # Errors
            /// Field, line and position of the first fault: another number of characters, a line break where the format
            /// has none, a character that the field must not have, a check digit that does not match, a code, a name or
            /// a date that is none.
            pub fn parse(text: &str) -> Result<Self, super::MrzError> {
                let contents = $layout.read::<$lines>(text)?;
                Ok($name {
                    document_code: contents.document_code,
                    issuing_state: contents.issuing_state.to_owned(),
                    primary_identifier: contents.primary_identifier.to_owned(),
                    secondary_identifier: contents.secondary_identifier.to_owned(),
                    document_number: contents.document_number.into_owned(),
                    nationality: contents.nationality.to_owned(),
                    date_of_birth: contents.date_of_birth,
                    sex: contents.sex,
                    date_of_expiry: contents.date_of_expiry,
                    optional_data: contents.optional_data.to_owned(),
                    $($second: contents.$second.to_owned(),)?
                })
            }

            /// What it says, borrowed.
            fn contents(&self) -> super::layout::Contents<'_> {
                super::layout::Contents {
                    document_code: self.document_code,
                    issuing_state: &self.issuing_state,
                    primary_identifier: &self.primary_identifier,
                    secondary_identifier: &self.secondary_identifier,
                    document_number: self.document_number.as_str().into(),
                    nationality: &self.nationality,
                    date_of_birth: self.date_of_birth,
                    sex: self.sex,
                    date_of_expiry: self.date_of_expiry,
                    optional_data: &self.optional_data,
                    second_optional_data: format_of_layout!(@second self $($second)?),
                }
            }
        }

        impl core::fmt::Debug for $name {
            /// Shows what kind of document it is and nothing of its holder.
            fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                formatter
                    .debug_struct(stringify!($name))
                    .field("document_code", &self.document_code)
                    .field("issuing_state", &self.issuing_state)
                    .finish_non_exhaustive()
            }
        }
    };
    (@second $self:ident) => {
        ""
    };
    (@second $self:ident $second:ident) => {
        &$self.$second
    };
}

pub(super) use format_of_layout;
