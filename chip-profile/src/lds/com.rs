//! EF.COM: versions and the list of data groups (Doc 9303-10 4.6.1).
//!
//! ```text
//! 60 L
//!    5F01 04  LDS version "aabb"
//!    5F36 06  Unicode version "aabbcc"
//!    5C   L   tags of the data groups that are there
//! ```

use super::error::{LdsError, LdsErrorKind};
use super::file_id::FileId;
use super::template;
use crate::tlv::{self, Tlv};

const TAG: u32 = 0x60;
const TAG_LDS_VERSION: u32 = 0x5F01;
const TAG_UNICODE_VERSION: u32 = 0x5F36;
const TAG_LIST: u32 = 0x5C;

/// EF.COM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Com {
    /// Version of the logical data structure.
    pub lds_version: LdsVersion,
    /// Version of Unicode.
    pub unicode_version: UnicodeVersion,
    /// The data groups that are there; DG1 and DG2 always are.
    pub data_groups: Vec<FileId>,
}

/// Version of the logical data structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LdsVersion {
    /// 1.7, with an LDS security object of version 0
    V1_7,
    /// 1.8, with an LDS security object of version 1, which repeats the versions
    V1_8,
}

impl LdsVersion {
    /// The four digits: `0107` or `0108`.
    pub const fn digits(self) -> &'static str {
        match self {
            Self::V1_7 => "0107",
            Self::V1_8 => "0108",
        }
    }

    /// The version with these four digits, if it is known.
    pub fn from_digits(digits: &str) -> Option<Self> {
        [Self::V1_7, Self::V1_8].into_iter().find(|version| version.digits() == digits)
    }
}

/// Version of Unicode, each part 0 to 99.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnicodeVersion {
    major: u8,
    minor: u8,
    update: u8,
}

impl UnicodeVersion {
    /// 4.0.0, what passports usually say.
    pub const V4_0_0: Self = UnicodeVersion { major: 4, minor: 0, update: 0 };

    /// The version, `None` when a part is above 99.
    pub const fn new(major: u8, minor: u8, update: u8) -> Option<Self> {
        if major > 99 || minor > 99 || update > 99 {
            return None;
        }
        Some(UnicodeVersion { major, minor, update })
    }

    /// The six digits, such as `040000`.
    pub fn digits(self) -> String {
        format!("{:02}{:02}{:02}", self.major, self.minor, self.update)
    }

    /// The version with these six digits.
    pub fn from_digits(digits: &str) -> Option<Self> {
        if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let part = |range| digits.get(range).and_then(|part: &str| part.parse().ok());
        Self::new(part(0..2)?, part(2..4)?, part(4..6)?)
    }
}

impl Com {
    /// The bytes of the file. The list has the data groups in their order; DG1 and DG2 must be among them.
    ///
    /// # Errors
    /// [`LdsErrorKind::TagList`]: a file that is no data group, one that is named twice, or no DG1 or DG2.
    pub fn build(&self) -> Result<Vec<u8>, LdsError> {
        let mut contents = Vec::with_capacity(32);
        tlv::push(&mut contents, TAG_LDS_VERSION, self.lds_version.digits().as_bytes());
        tlv::push(&mut contents, TAG_UNICODE_VERSION, self.unicode_version.digits().as_bytes());
        let wrong_list = LdsError::new(LdsErrorKind::TagList, contents.len());
        let mut tags = Vec::with_capacity(self.data_groups.len());
        for file in &self.data_groups {
            let tag = file.tag().filter(|_| file.data_group().is_some()).ok_or(wrong_list)?;
            if tags.contains(&tag) {
                return Err(wrong_list);
            }
            tags.push(tag);
        }
        if !(self.data_groups.contains(&FileId::DG1) && self.data_groups.contains(&FileId::DG2)) {
            return Err(wrong_list);
        }
        template::push_tag_list(&mut contents, &tags);
        template::file(TAG, &contents)
    }

    /// Reads the file. A list without DG1 or DG2 is read, so that an inspection can say what is missing.
    ///
    /// # Errors
    /// Kind and position: other data objects than these three, a version that is not known, or a tag list that is
    /// malformed, repeats a tag or names what is no data group ([`LdsErrorKind::TagList`]).
    pub fn parse(file: &[u8]) -> Result<Self, LdsError> {
        let mut reader = template::outer(file, TAG)?.reader();
        let lds_version = reader.expect(TAG_LDS_VERSION)?;
        let unicode_version = reader.expect(TAG_UNICODE_VERSION)?;
        let list = reader.expect(TAG_LIST)?;
        reader.finish()?;
        let known = |object: &Tlv<'_>| LdsError::new(LdsErrorKind::Version, object.position);
        let data_groups = template::tag_list(&list)?
            .into_iter()
            .map(|tag| FileId::from_tag(tag).filter(|file| file.data_group().is_some()))
            .collect::<Option<Vec<_>>>();
        Ok(Com {
            lds_version: digits(&lds_version).and_then(LdsVersion::from_digits).ok_or(known(&lds_version))?,
            unicode_version: digits(&unicode_version)
                .and_then(UnicodeVersion::from_digits)
                .ok_or(known(&unicode_version))?,
            data_groups: data_groups.ok_or(LdsError::new(LdsErrorKind::TagList, list.position))?,
        })
    }
}

fn digits<'a>(object: &Tlv<'a>) -> Option<&'a str> {
    core::str::from_utf8(object.value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_groups_are_known_and_not_repeated() {
        let with = |data_groups: &[FileId]| Com {
            lds_version: LdsVersion::V1_7,
            unicode_version: UnicodeVersion::V4_0_0,
            data_groups: data_groups.to_vec(),
        };
        let good = with(&[FileId::DG1, FileId::DG2, FileId::DG15]);
        assert_eq!(Com::parse(&good.build().unwrap()).unwrap(), good);
        let bad: [&[FileId]; 5] = [
            &[],
            &[FileId::DG1],
            &[FileId::DG1, FileId::DG2, FileId::DG2],
            &[FileId::DG1, FileId::DG2, FileId::SOD],
            &[FileId::DG1, FileId::DG2, FileId::DIR],
        ];
        for list in bad {
            assert_eq!(with(list).build().unwrap_err().kind, LdsErrorKind::TagList);
        }
    }

    #[test]
    fn unknown_versions_and_tags_are_refused() {
        let good = b"\x60\x14\x5F\x01\x040107\x5F\x36\x06040000\x5C\x02\x61\x75".to_vec();
        assert!(Com::parse(&good).is_ok());
        let with = |at: usize, byte: u8| {
            let mut file = good.clone();
            file[at] = byte;
            Com::parse(&file).unwrap_err()
        };
        assert_eq!(with(8, b'9'), LdsError::new(LdsErrorKind::Version, 5));
        assert_eq!(with(12, b'x'), LdsError::new(LdsErrorKind::Version, 12));
        assert_eq!(with(21, 0x62).kind, LdsErrorKind::TagList);
        assert_eq!(with(21, 0x61).kind, LdsErrorKind::TagList);
        assert_eq!(with(21, 0x5F).kind, LdsErrorKind::Tlv(crate::tlv::TlvErrorKind::Truncated));
    }
}
