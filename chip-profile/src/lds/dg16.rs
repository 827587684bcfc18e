//! DG16: persons to notify (Doc 9303-10 4.7.16).
//!
//! ```text
//! 70 L
//!    02 01   number of persons
//!    A1 L    template of the first person, A2 of the second, …
//!       5F50 08  date recorded YYYYMMDD      5F51 L  name, with fillers as in the machine readable zone
//!       5F52 L   telephone                   5F53 L  address, its fields separated by fillers
//! ```

use core::fmt;

use super::MAX_FILE_LENGTH;
use super::date::civil_date;
use super::error::{LdsError, LdsErrorKind};
use super::template::{self, once, push_text, text};
use crate::mrz::CivilDate;
use crate::tlv::{self, Tlv};

const TAG: u32 = 0x70;
const TAG_COUNT: u32 = 0x02;
/// The tag before that of the first person.
const TAG_BEFORE_FIRST: u32 = 0xA0;
const TAG_DATE_RECORDED: u32 = 0x5F50;
const TAG_NAME: u32 = 0x5F51;
const TAG_TELEPHONE: u32 = 0x5F52;
const TAG_ADDRESS: u32 = 0x5F53;

/// Most persons that the tags A1 to AF can number.
const PERSON_LIMIT: usize = 15;

/// Data group 16.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dg16 {
    /// The persons, 1 to 15.
    pub persons: Vec<PersonToNotify>,
}

/// A person to notify; all four elements are mandatory (table 81).
#[derive(Clone, PartialEq, Eq)]
pub struct PersonToNotify {
    /// When this was recorded.
    pub date_recorded: CivilDate,
    /// Name, with fillers as in the machine readable zone and never truncated (`SMITH<<CHARLES<R`).
    pub name: String,
    /// Telephone number in international form, best as of ITU-T E.164.
    pub telephone: String,
    /// Address, its fields separated by fillers.
    pub address: String,
}

impl Dg16 {
    /// The bytes of the file.
    ///
    /// # Errors
    /// Nobody or more than 15 persons ([`LdsErrorKind::Count`]), a text that is empty or has control characters, or a
    /// file longer than readers can read.
    pub fn build(&self) -> Result<Vec<u8>, LdsError> {
        let count = u8::try_from(self.persons.len()).ok().filter(|count| (1..=PERSON_LIMIT as u8).contains(count));
        let mut contents = Vec::new();
        tlv::push(&mut contents, TAG_COUNT, &[count.ok_or(LdsError::new(LdsErrorKind::Count, 0))?]);
        let mut template = Vec::new();
        for (person, tag) in self.persons.iter().zip(TAG_BEFORE_FIRST + 1..) {
            template.clear();
            tlv::push(&mut template, TAG_DATE_RECORDED, person.date_recorded.to_string().as_bytes());
            push_text(&mut template, TAG_NAME, &person.name, MAX_FILE_LENGTH)?;
            push_text(&mut template, TAG_TELEPHONE, &person.telephone, MAX_FILE_LENGTH)?;
            push_text(&mut template, TAG_ADDRESS, &person.address, MAX_FILE_LENGTH)?;
            tlv::push(&mut contents, tag, &template);
        }
        template::file(TAG, &contents)
    }

    /// Reads the file. Dates are read as digits and as binary coded decimals.
    ///
    /// # Errors
    /// Kind and position: a counter outside of 1 to 15, or another number of persons than it says; of a person, an
    /// element that is missing, that occurs again or that table 81 does not have, a text or a date that is none.
    pub fn parse(file: &[u8]) -> Result<Self, LdsError> {
        let mut reader = template::outer(file, TAG)?.reader();
        let counter = reader.expect(TAG_COUNT)?;
        let count = template::count(&counter)?;
        if !(1..=PERSON_LIMIT).contains(&count) {
            return Err(LdsError::new(LdsErrorKind::Count, counter.position));
        }
        let mut persons = Vec::with_capacity(count);
        for tag in (TAG_BEFORE_FIRST + 1..).take(count) {
            persons.push(person(&reader.expect(tag)?)?);
        }
        reader.finish()?;
        Ok(Dg16 { persons })
    }
}

fn person(template: &Tlv<'_>) -> Result<PersonToNotify, LdsError> {
    let mut reader = template.reader();
    let (mut date_recorded, mut name, mut telephone, mut address) = (None, None, None, None);
    while let Some(object) = reader.next_object()? {
        match object.tag {
            TAG_DATE_RECORDED => {
                let no_date = LdsError::new(LdsErrorKind::Date, object.position);
                once(&mut date_recorded, civil_date(object.value).ok_or(no_date)?, &object)?;
            }
            TAG_NAME => once(&mut name, text(&object)?, &object)?,
            TAG_TELEPHONE => once(&mut telephone, text(&object)?, &object)?,
            TAG_ADDRESS => once(&mut address, text(&object)?, &object)?,
            _ => return Err(LdsError::new(tlv::TlvErrorKind::Value.into(), object.position)),
        }
    }
    let missing = |tag| LdsError::new(LdsErrorKind::Missing { tag }, reader.position());
    Ok(PersonToNotify {
        date_recorded: date_recorded.ok_or(missing(TAG_DATE_RECORDED))?,
        name: name.ok_or(missing(TAG_NAME))?,
        telephone: telephone.ok_or(missing(TAG_TELEPHONE))?,
        address: address.ok_or(missing(TAG_ADDRESS))?,
    })
}

impl fmt::Debug for PersonToNotify {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("PersonToNotify(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tlv::TlvErrorKind;

    /// Doc 9303-10 appendix A.6.
    const FILE: &[u8] = b"\x70\x81\xA2\x02\x01\x02\
        \xA1\x4C\x5F\x50\x0820020101\x5F\x51\x10SMITH<<CHARLES<R\x5F\x52\x0B19525551212\
        \x5F\x53\x1D123 MAPLE RD<ANYTOWN<MN<55100\
        \xA2\x4F\x5F\x50\x0820020315\x5F\x51\x0DBROWN<<MARY<J\x5F\x52\x0B14155551212\
        \x5F\x53\x2349 REDWOOD LN<OCEAN BREEZE<CA<94000";

    fn person(date: &str, name: &str, telephone: &str, address: &str) -> PersonToNotify {
        PersonToNotify {
            date_recorded: CivilDate::parse(date).unwrap(),
            name: name.into(),
            telephone: telephone.into(),
            address: address.into(),
        }
    }

    #[test]
    fn persons_of_doc_9303_10() {
        let dg16 = Dg16 {
            persons: vec![
                person("20020101", "SMITH<<CHARLES<R", "19525551212", "123 MAPLE RD<ANYTOWN<MN<55100"),
                person("20020315", "BROWN<<MARY<J", "14155551212", "49 REDWOOD LN<OCEAN BREEZE<CA<94000"),
            ],
        };
        assert_eq!(dg16.build().unwrap(), FILE);
        assert_eq!(Dg16::parse(FILE).unwrap(), dg16);
        assert!(!format!("{dg16:?}").contains("SMITH"));
    }

    #[test]
    fn faults_are_named_with_their_position() {
        let with = |at: usize, byte: u8| {
            let mut file = FILE.to_vec();
            file[at] = byte;
            Dg16::parse(&file).unwrap_err()
        };
        assert_eq!(with(5, 0), LdsError::new(LdsErrorKind::Count, 5));
        assert_eq!(with(5, 16), LdsError::new(LdsErrorKind::Count, 5));
        assert_eq!(with(5, 1), LdsError::new(TlvErrorKind::TrailingData.into(), 84));
        assert_eq!(with(5, 3), LdsError::new(TlvErrorKind::Truncated.into(), 165));
        let other = TlvErrorKind::UnexpectedTag { expected: 0xA2, found: 0xA3 };
        assert_eq!(with(84, 0xA3), LdsError::new(other.into(), 84));
        assert_eq!(with(11, b'x'), LdsError::new(LdsErrorKind::Date, 11));
        assert_eq!(with(22, 0xFF), LdsError::new(LdsErrorKind::Text, 22));
        assert_eq!(with(20, 0x52), LdsError::new(LdsErrorKind::Repeated { tag: 0x5F52 }, 41));
        assert_eq!(with(20, 0x54), LdsError::new(TlvErrorKind::Value.into(), 22));
        let without_address =
            b"\x70\x26\x02\x01\x01\xA1\x21\x5F\x50\x0820020101\x5F\x51\x05SMITH\x5F\x52\x0B19525551212";
        assert_eq!(Dg16::parse(without_address), Err(LdsError::new(LdsErrorKind::Missing { tag: 0x5F53 }, 40)));
    }

    #[test]
    fn what_does_not_fit_is_not_written() {
        let one = person("20020101", "A", "1", "B");
        let kind = |persons: Vec<PersonToNotify>| Dg16 { persons }.build().unwrap_err().kind;
        assert_eq!(kind(vec![]), LdsErrorKind::Count);
        assert_eq!(kind(vec![one.clone(); 16]), LdsErrorKind::Count);
        let fifteen = Dg16 { persons: vec![one.clone(); 15] };
        assert_eq!(Dg16::parse(&fifteen.build().unwrap()).unwrap(), fifteen);
        assert_eq!(kind(vec![PersonToNotify { telephone: String::new(), ..one.clone() }]), LdsErrorKind::Text);
        let long = PersonToNotify { address: "B".repeat(MAX_FILE_LENGTH), ..one };
        assert!(matches!(kind(vec![long]), LdsErrorKind::FileTooLong { .. }));
    }
}
