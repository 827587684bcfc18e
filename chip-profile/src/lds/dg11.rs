//! DG11: additional personal details (Doc 9303-10 4.7.11).
//!
//! ```text
//! 6B L
//!    5C   L  tags of the elements that follow
//!    5F0E L  full name in national characters, with fillers as in the machine readable zone
//!    A0   L  { 02 01 number  5F0F L other name … }
//!    5F10 L  personal number                 5F2B 08 full date of birth YYYYMMDD
//!    5F11 L  place of birth                  5F42 L  permanent address
//!    5F12 L  telephone                       5F13 L  profession
//!    5F14 L  title                           5F15 L  personal summary
//!    5F16 L  image, proof of citizenship     5F17 L  numbers of other travel documents
//!    5F18 L  custody information
//! ```
//!
//! The tag list names the other names by 5F0F, the element, not by A0, the template around them.

use core::fmt;

use super::date::LdsDate;
use super::error::{LdsError, LdsErrorKind};
use super::names;
use super::template::{self, TEXT_LIMIT, once, push_image, push_optional_text, text};

const TAG: u32 = 0x6B;
const TAG_FULL_NAME: u32 = 0x5F0E;
const TAG_OTHER_NAME: u32 = 0x5F0F;
const TAG_PERSONAL_NUMBER: u32 = 0x5F10;
const TAG_FULL_DATE_OF_BIRTH: u32 = 0x5F2B;
const TAG_PLACE_OF_BIRTH: u32 = 0x5F11;
const TAG_PERMANENT_ADDRESS: u32 = 0x5F42;
const TAG_TELEPHONE: u32 = 0x5F12;
const TAG_PROFESSION: u32 = 0x5F13;
const TAG_TITLE: u32 = 0x5F14;
const TAG_PERSONAL_SUMMARY: u32 = 0x5F15;
const TAG_PROOF_OF_CITIZENSHIP: u32 = 0x5F16;
const TAG_OTHER_TRAVEL_DOCUMENTS: u32 = 0x5F17;
const TAG_CUSTODY_INFORMATION: u32 = 0x5F18;

/// Most bytes of the custody information (table 72).
const CUSTODY_LIMIT: usize = 999;

/// Data group 11; each element is optional. Texts are at most 99 bytes of UTF-8, the custody information 999.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Dg11 {
    /// Full name in national characters: components separated by one filler, the identifiers by two (`陳<<大文`).
    pub full_name: Option<String>,
    /// Other names, written likewise.
    pub other_names: Vec<String>,
    /// Personal number.
    pub personal_number: Option<String>,
    /// Full date of birth.
    pub full_date_of_birth: Option<LdsDate>,
    /// Place of birth, its fields separated by fillers.
    pub place_of_birth: Option<String>,
    /// Permanent address, its fields separated by fillers.
    pub permanent_address: Option<String>,
    /// Telephone.
    pub telephone: Option<String>,
    /// Profession.
    pub profession: Option<String>,
    /// Title.
    pub title: Option<String>,
    /// Personal summary.
    pub personal_summary: Option<String>,
    /// Image of a proof of citizenship, JPEG or JPEG 2000.
    pub proof_of_citizenship: Option<Vec<u8>>,
    /// Numbers of other valid travel documents, separated by fillers.
    pub other_travel_documents: Option<String>,
    /// Custody information.
    pub custody_information: Option<String>,
}

impl Dg11 {
    /// The bytes of the file: texts up to their limits, an image that is JPEG or JPEG 2000.
    ///
    /// # Errors
    /// A text that is empty or has control characters, one that is longer than its limit ([`LdsErrorKind::TooLong`]),
    /// more than 255 other names, an image of another coding, or a file longer than readers can read.
    pub fn build(&self) -> Result<Vec<u8>, LdsError> {
        let mut elements = Vec::new();
        let out = &mut elements;
        let date_of_birth = self.full_date_of_birth.map(|date| date.to_string());
        push_optional_text(out, TAG_FULL_NAME, self.full_name.as_deref(), TEXT_LIMIT)?;
        names::push(out, TAG_OTHER_NAME, &self.other_names)?;
        push_optional_text(out, TAG_PERSONAL_NUMBER, self.personal_number.as_deref(), TEXT_LIMIT)?;
        push_optional_text(out, TAG_FULL_DATE_OF_BIRTH, date_of_birth.as_deref(), TEXT_LIMIT)?;
        push_optional_text(out, TAG_PLACE_OF_BIRTH, self.place_of_birth.as_deref(), TEXT_LIMIT)?;
        push_optional_text(out, TAG_PERMANENT_ADDRESS, self.permanent_address.as_deref(), TEXT_LIMIT)?;
        push_optional_text(out, TAG_TELEPHONE, self.telephone.as_deref(), TEXT_LIMIT)?;
        push_optional_text(out, TAG_PROFESSION, self.profession.as_deref(), TEXT_LIMIT)?;
        push_optional_text(out, TAG_TITLE, self.title.as_deref(), TEXT_LIMIT)?;
        push_optional_text(out, TAG_PERSONAL_SUMMARY, self.personal_summary.as_deref(), TEXT_LIMIT)?;
        if let Some(image) = &self.proof_of_citizenship {
            push_image(out, TAG_PROOF_OF_CITIZENSHIP, image)?;
        }
        push_optional_text(out, TAG_OTHER_TRAVEL_DOCUMENTS, self.other_travel_documents.as_deref(), TEXT_LIMIT)?;
        push_optional_text(out, TAG_CUSTODY_INFORMATION, self.custody_information.as_deref(), CUSTODY_LIMIT)?;
        template::file(TAG, &names::with_tag_list(&elements, TAG_OTHER_NAME)?)
    }

    /// Reads the file. Elements are read in any order, texts of any length, images of any coding and dates in binary coded
    /// decimals, because States have issued such; [`Self::build`] writes none of it.
    ///
    /// # Errors
    /// Kind and position: a tag list that does not name just what is there or an element that DG11 does not have
    /// ([`LdsErrorKind::TagList`]), one that occurs again, a text that is empty, not UTF-8 or has control characters,
    /// or a date that is none.
    pub fn parse(file: &[u8]) -> Result<Self, LdsError> {
        let mut reader = names::check_tag_list(&template::outer(file, TAG)?, TAG_OTHER_NAME)?;
        let mut dg11 = Dg11::default();
        let mut other_names = None;
        while let Some(object) = reader.next_object()? {
            let place = match object.tag {
                TAG_FULL_NAME => &mut dg11.full_name,
                TAG_PERSONAL_NUMBER => &mut dg11.personal_number,
                TAG_PLACE_OF_BIRTH => &mut dg11.place_of_birth,
                TAG_PERMANENT_ADDRESS => &mut dg11.permanent_address,
                TAG_TELEPHONE => &mut dg11.telephone,
                TAG_PROFESSION => &mut dg11.profession,
                TAG_TITLE => &mut dg11.title,
                TAG_PERSONAL_SUMMARY => &mut dg11.personal_summary,
                TAG_OTHER_TRAVEL_DOCUMENTS => &mut dg11.other_travel_documents,
                TAG_CUSTODY_INFORMATION => &mut dg11.custody_information,
                names::TAG_TEMPLATE => {
                    once(&mut other_names, names::parse(&object, TAG_OTHER_NAME)?, &object)?;
                    continue;
                }
                TAG_FULL_DATE_OF_BIRTH => {
                    let date = LdsDate::from_bytes(object.value);
                    let date = date.ok_or(LdsError::new(LdsErrorKind::Date, object.position))?;
                    once(&mut dg11.full_date_of_birth, date, &object)?;
                    continue;
                }
                TAG_PROOF_OF_CITIZENSHIP => {
                    once(&mut dg11.proof_of_citizenship, object.value.to_vec(), &object)?;
                    continue;
                }
                _ => return Err(LdsError::new(LdsErrorKind::TagList, object.position)),
            };
            once(place, text(&object)?, &object)?;
        }
        dg11.other_names = other_names.unwrap_or_default();
        Ok(dg11)
    }
}

impl fmt::Debug for Dg11 {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Dg11(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tlv::TlvErrorKind;

    /// Written out by hand from table 71.
    const FILE: &[u8] = b"\x6B\x3D\x5C\x0A\x5F\x0E\x5F\x0F\x5F\x10\x5F\x2B\x5F\x11\
        \x5F\x0E\x0B\xE9\x99\xB3<<\xE5\xA4\xA7\xE6\x96\x87\
        \xA0\x09\x02\x01\x01\x5F\x0F\x03TIM\
        \x5F\x10\x05A1234\x5F\x2B\x0819740812\x5F\x11\x02HK";

    fn chan() -> Dg11 {
        Dg11 {
            full_name: Some("陳<<大文".into()),
            other_names: vec!["TIM".into()],
            personal_number: Some("A1234".into()),
            full_date_of_birth: LdsDate::new(Some(1974), Some(8), Some(12)),
            place_of_birth: Some("HK".into()),
            ..Dg11::default()
        }
    }

    #[test]
    fn elements_stand_in_the_order_of_the_table() {
        assert_eq!(chan().build().unwrap(), FILE);
        assert_eq!(Dg11::parse(FILE).unwrap(), chan());
        assert!(!format!("{:?}", chan()).contains("1234"));
    }

    /// Doc 9303-10 appendix A.5; the lengths are those of the telephone number with its hyphens.
    #[test]
    fn details_of_doc_9303_10() {
        let file = b"\x6B\x63\x5C\x0A\x5F\x0E\x5F\x11\x5F\x42\x5F\x12\x5F\x13\
            \x5F\x0E\x0DSMITH<<JOHN<J\x5F\x11\x0AANYTOWN<MN\
            \x5F\x42\x17123 MAPLE RD<ANYTOWN<MN\x5F\x12\x0E1-612-555-1212\x5F\x13\x0CTRAVEL<AGENT";
        let text = |text: &str| Some(text.to_owned());
        let dg11 = Dg11 {
            full_name: text("SMITH<<JOHN<J"),
            place_of_birth: text("ANYTOWN<MN"),
            permanent_address: text("123 MAPLE RD<ANYTOWN<MN"),
            telephone: text("1-612-555-1212"),
            profession: text("TRAVEL<AGENT"),
            ..Dg11::default()
        };
        assert_eq!(dg11.build().unwrap(), file);
        assert_eq!(Dg11::parse(file).unwrap(), dg11);
    }

    #[test]
    fn every_element_is_written_and_read() {
        let text = |text: &str| Some(text.to_owned());
        let dg11 = Dg11 {
            permanent_address: text("1 HIGH STREET<TOWN"),
            telephone: text("+85212345678"),
            profession: text("BAKER"),
            title: text("DR"),
            personal_summary: text("NONE"),
            proof_of_citizenship: Some(b"\xFF\xD8\xFF\xC0\x00\x11\x08\x00\x04\x00\x03\x03".to_vec()),
            other_travel_documents: text("K1<K2"),
            custody_information: Some("C".repeat(999)),
            ..chan()
        };
        assert_eq!(Dg11::parse(&dg11.build().unwrap()).unwrap(), dg11);
        assert_eq!(Dg11::parse(&Dg11::default().build().unwrap()).unwrap(), Dg11::default());
    }

    #[test]
    fn texts_have_limits() {
        let kind = |dg11: Dg11| dg11.build().unwrap_err().kind;
        let long = Some("語".repeat(34));
        assert_eq!(kind(Dg11 { full_name: long, ..chan() }), LdsErrorKind::TooLong { tag: 0x5F0E, limit: 99 });
        assert_eq!(kind(Dg11 { title: Some("\n".into()), ..chan() }), LdsErrorKind::Text);
        assert_eq!(kind(Dg11 { title: Some(String::new()), ..chan() }), LdsErrorKind::Text);
        assert_eq!(kind(Dg11 { other_names: vec!["A".into(); 256], ..chan() }), LdsErrorKind::Count);
        let other = Some(b"GIF89a".to_vec());
        assert_eq!(kind(Dg11 { proof_of_citizenship: other, ..chan() }), LdsErrorKind::ImageType);
        let mut image = b"\xFF\xD8\xFF\xC0\x00\x11\x08\x00\x04\x00\x03\x03".to_vec();
        image.resize(super::super::MAX_FILE_LENGTH, 0);
        let image = Some(image);
        assert!(matches!(kind(Dg11 { proof_of_citizenship: image, ..chan() }), LdsErrorKind::FileTooLong { .. }));
    }

    #[test]
    fn faults_are_named_with_their_position() {
        let with = |at: usize, byte: u8| {
            let mut file = FILE.to_vec();
            file[at] = byte;
            Dg11::parse(&file).unwrap_err()
        };
        assert_eq!(with(13, 0x12), LdsError::new(LdsErrorKind::TagList, 4));
        assert_eq!(with(7, 0x10), LdsError::new(LdsErrorKind::TagList, 8));
        assert_eq!(with(17, 0xFF), LdsError::new(LdsErrorKind::Text, 17));
        assert_eq!(with(32, 2), LdsError::new(LdsErrorKind::Tlv(TlvErrorKind::Truncated), 39));
        assert_eq!(with(52, b'x').kind, LdsErrorKind::Date);
        assert_eq!(with(1, 0x3E).kind, LdsErrorKind::Tlv(TlvErrorKind::Truncated));
    }
}
