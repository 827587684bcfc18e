//! DG12: additional document details (Doc 9303-10 4.7.12).
//!
//! ```text
//! 6C L
//!    5C   L  tags of the elements that follow
//!    5F19 L  issuing authority               5F26 08 date of issue YYYYMMDD
//!    A0   L  { 02 01 number  5F1A L name of another person … }
//!    5F1B L  endorsements, observations      5F1C L  tax and exit requirements
//!    5F1D L  image of the front              5F1E L  image of the rear
//!    5F55 0E personalisation YYYYMMDDhhmmss  5F56 L  serial number of the personalisation system
//! ```

use core::fmt;

use super::date::{LdsDateTime, civil_date};
use super::error::{LdsError, LdsErrorKind};
use super::names;
use super::template::{self, TEXT_LIMIT, once, push_image, push_optional_text, text};
use crate::mrz::CivilDate;

const TAG: u32 = 0x6C;
const TAG_ISSUING_AUTHORITY: u32 = 0x5F19;
const TAG_DATE_OF_ISSUE: u32 = 0x5F26;
const TAG_OTHER_PERSON: u32 = 0x5F1A;
const TAG_ENDORSEMENTS: u32 = 0x5F1B;
const TAG_TAX_OR_EXIT_REQUIREMENTS: u32 = 0x5F1C;
const TAG_IMAGE_OF_FRONT: u32 = 0x5F1D;
const TAG_IMAGE_OF_REAR: u32 = 0x5F1E;
const TAG_PERSONALISATION_TIME: u32 = 0x5F55;
const TAG_PERSONALISATION_SYSTEM: u32 = 0x5F56;

/// Data group 12; each element is optional. Texts are at most 99 bytes of UTF-8.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Dg12 {
    /// Issuing authority.
    pub issuing_authority: Option<String>,
    /// Date of issue.
    pub date_of_issue: Option<CivilDate>,
    /// Names of other persons, written as in DG11.
    pub other_persons: Vec<String>,
    /// Endorsements and observations.
    pub endorsements: Option<String>,
    /// Tax and exit requirements.
    pub tax_or_exit_requirements: Option<String>,
    /// Image of the front of the document, JPEG or JPEG 2000.
    pub image_of_front: Option<Vec<u8>>,
    /// Image of the rear of the document, JPEG or JPEG 2000.
    pub image_of_rear: Option<Vec<u8>>,
    /// When the document was personalised.
    pub personalisation_time: Option<LdsDateTime>,
    /// Serial number of the personalisation system.
    pub personalisation_system: Option<String>,
}

impl Dg12 {
    /// The bytes of the file: texts up to their limits, images that are JPEG or JPEG 2000.
    ///
    /// # Errors
    /// A text that is empty or has control characters, one that is longer than its limit ([`LdsErrorKind::TooLong`]),
    /// more than 255 other persons, an image of another coding, or a file longer than readers can read.
    pub fn build(&self) -> Result<Vec<u8>, LdsError> {
        let mut elements = Vec::new();
        let out = &mut elements;
        let date_of_issue = self.date_of_issue.map(|date| date.to_string());
        let personalisation_time = self.personalisation_time.map(|time| time.to_string());
        push_optional_text(out, TAG_ISSUING_AUTHORITY, self.issuing_authority.as_deref(), TEXT_LIMIT)?;
        push_optional_text(out, TAG_DATE_OF_ISSUE, date_of_issue.as_deref(), TEXT_LIMIT)?;
        names::push(out, TAG_OTHER_PERSON, &self.other_persons)?;
        push_optional_text(out, TAG_ENDORSEMENTS, self.endorsements.as_deref(), TEXT_LIMIT)?;
        push_optional_text(out, TAG_TAX_OR_EXIT_REQUIREMENTS, self.tax_or_exit_requirements.as_deref(), TEXT_LIMIT)?;
        for (tag, image) in [(TAG_IMAGE_OF_FRONT, &self.image_of_front), (TAG_IMAGE_OF_REAR, &self.image_of_rear)] {
            if let Some(image) = image {
                push_image(out, tag, image)?;
            }
        }
        push_optional_text(out, TAG_PERSONALISATION_TIME, personalisation_time.as_deref(), TEXT_LIMIT)?;
        push_optional_text(out, TAG_PERSONALISATION_SYSTEM, self.personalisation_system.as_deref(), TEXT_LIMIT)?;
        template::file(TAG, &names::with_tag_list(&elements, TAG_OTHER_PERSON)?)
    }

    /// Reads the file. Elements are read in any order, texts of any length, images of any coding and dates in binary coded
    /// decimals, because States have issued such; [`Self::build`] writes none of it.
    ///
    /// # Errors
    /// Kind and position: a tag list that does not name just what is there or an element that DG12 does not have
    /// ([`LdsErrorKind::TagList`]), one that occurs again, a text that is empty, not UTF-8 or has control characters,
    /// or a date or time that is none.
    pub fn parse(file: &[u8]) -> Result<Self, LdsError> {
        let mut reader = names::check_tag_list(&template::outer(file, TAG)?, TAG_OTHER_PERSON)?;
        let mut dg12 = Dg12::default();
        let mut other_persons = None;
        while let Some(object) = reader.next_object()? {
            let no_date = LdsError::new(LdsErrorKind::Date, object.position);
            match object.tag {
                TAG_ISSUING_AUTHORITY => once(&mut dg12.issuing_authority, text(&object)?, &object)?,
                TAG_DATE_OF_ISSUE => {
                    once(&mut dg12.date_of_issue, civil_date(object.value).ok_or(no_date)?, &object)?;
                }
                names::TAG_TEMPLATE => {
                    once(&mut other_persons, names::parse(&object, TAG_OTHER_PERSON)?, &object)?;
                }
                TAG_ENDORSEMENTS => once(&mut dg12.endorsements, text(&object)?, &object)?,
                TAG_TAX_OR_EXIT_REQUIREMENTS => once(&mut dg12.tax_or_exit_requirements, text(&object)?, &object)?,
                TAG_IMAGE_OF_FRONT => once(&mut dg12.image_of_front, object.value.to_vec(), &object)?,
                TAG_IMAGE_OF_REAR => once(&mut dg12.image_of_rear, object.value.to_vec(), &object)?,
                TAG_PERSONALISATION_TIME => {
                    let time = LdsDateTime::from_bytes(object.value).ok_or(no_date)?;
                    once(&mut dg12.personalisation_time, time, &object)?;
                }
                TAG_PERSONALISATION_SYSTEM => once(&mut dg12.personalisation_system, text(&object)?, &object)?,
                _ => return Err(LdsError::new(LdsErrorKind::TagList, object.position)),
            }
        }
        dg12.other_persons = other_persons.unwrap_or_default();
        Ok(dg12)
    }
}

impl fmt::Debug for Dg12 {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Dg12")
            .field("issuing_authority", &self.issuing_authority)
            .field("date_of_issue", &self.date_of_issue)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Written out by hand from table 73.
    const FILE: &[u8] = b"\x6C\x34\x5C\x08\x5F\x19\x5F\x26\x5F\x55\x5F\x56\
        \x5F\x19\x06UTOPIA\x5F\x26\x0820261121\x5F\x55\x0E20261121235959\x5F\x56\x02P1";

    fn utopia() -> Dg12 {
        let date = CivilDate::new(2026, 11, 21).unwrap();
        Dg12 {
            issuing_authority: Some("UTOPIA".into()),
            date_of_issue: Some(date),
            personalisation_time: LdsDateTime::new(date, 23, 59, 59),
            personalisation_system: Some("P1".into()),
            ..Dg12::default()
        }
    }

    #[test]
    fn elements_stand_in_the_order_of_the_table() {
        assert_eq!(utopia().build().unwrap(), FILE);
        assert_eq!(Dg12::parse(FILE).unwrap(), utopia());
    }

    #[test]
    fn every_element_is_written_and_read() {
        let dg12 = Dg12 {
            other_persons: vec!["ERIKSSON<<LARS".into(), "ERIKSSON<<EVA".into()],
            endorsements: Some("SEE PAGE 5".into()),
            tax_or_exit_requirements: Some("NONE".into()),
            image_of_front: Some(b"\xFF\xD8\xFF\xC0\x00\x11\x08\x00\x04\x00\x03\x03".to_vec()),
            image_of_rear: Some(b"\xFF\xD8\xFF\xC0\x00\x11\x08\x00\x05\x00\x03\x03".to_vec()),
            ..utopia()
        };
        let other = Dg12 { image_of_rear: Some(b"GIF89a".to_vec()), ..dg12.clone() };
        assert_eq!(other.build().unwrap_err().kind, LdsErrorKind::ImageType);
        assert_eq!(Dg12::parse(&dg12.build().unwrap()).unwrap(), dg12);
        assert_eq!(Dg12::parse(&Dg12::default().build().unwrap()).unwrap(), Dg12::default());
    }

    #[test]
    fn dates_may_be_binary_coded_decimals() {
        let file =
            b"\x6C\x17\x5C\x04\x5F\x26\x5F\x55\x5F\x26\x04\x20\x26\x11\x21\x5F\x55\x07\x20\x26\x11\x21\x23\x59\x59";
        let dg12 = Dg12::parse(file).unwrap();
        assert_eq!(
            (dg12.date_of_issue, dg12.personalisation_time),
            (utopia().date_of_issue, utopia().personalisation_time)
        );
    }
}
