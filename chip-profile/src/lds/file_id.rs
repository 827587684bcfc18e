//! Identifiers, tags and names of the elementary files (Doc 9303-10 3.6.3, 3.11 and 4.6).

use core::fmt;
use std::collections::BTreeMap;

/// The contents of elementary files by identifier.
pub type ElementaryFiles = BTreeMap<FileId, Vec<u8>>;

/// An elementary file of the master file or of the eMRTD application.
///
/// EF.CardSecurity and EF.SOD share the number 011D: the one lies in the master file, the other in the application, so
/// the place is part of the identifier. The order is that of a chip: master file first, then the application by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId {
    application: bool,
    number: u16,
}

impl FileId {
    /// EF.CardAccess in the master file: what PACE needs, always readable.
    pub const CARD_ACCESS: Self = Self::master_file(0x011C);
    /// EF.CardSecurity in the master file: signed security information, readable after access control.
    pub const CARD_SECURITY: Self = Self::master_file(0x011D);
    /// EF.DIR in the master file: the applications of the chip.
    pub const DIR: Self = Self::master_file(0x2F00);
    /// EF.ATR/INFO in the master file: buffer sizes of the chip.
    pub const ATR_INFO: Self = Self::master_file(0x2F01);
    /// EF.COM: LDS version and list of data groups.
    pub const COM: Self = Self::application(0x011E);
    /// EF.SOD: the document security object.
    pub const SOD: Self = Self::application(0x011D);
    /// Data group 1: the machine readable zone.
    pub const DG1: Self = Self::application(0x0101);
    /// Data group 2: the face.
    pub const DG2: Self = Self::application(0x0102);
    /// Data group 3: fingers.
    pub const DG3: Self = Self::application(0x0103);
    /// Data group 4: irises.
    pub const DG4: Self = Self::application(0x0104);
    /// Data group 5: displayed portrait.
    pub const DG5: Self = Self::application(0x0105);
    /// Data group 6: reserved.
    pub const DG6: Self = Self::application(0x0106);
    /// Data group 7: displayed signature or usual mark.
    pub const DG7: Self = Self::application(0x0107);
    /// Data group 8: data features.
    pub const DG8: Self = Self::application(0x0108);
    /// Data group 9: structure features.
    pub const DG9: Self = Self::application(0x0109);
    /// Data group 10: substance features.
    pub const DG10: Self = Self::application(0x010A);
    /// Data group 11: additional personal details.
    pub const DG11: Self = Self::application(0x010B);
    /// Data group 12: additional document details.
    pub const DG12: Self = Self::application(0x010C);
    /// Data group 13: optional details at the issuer's choice.
    pub const DG13: Self = Self::application(0x010D);
    /// Data group 14: security options.
    pub const DG14: Self = Self::application(0x010E);
    /// Data group 15: active authentication public key.
    pub const DG15: Self = Self::application(0x010F);
    /// Data group 16: persons to notify.
    pub const DG16: Self = Self::application(0x0110);

    /// Every file that Doc 9303-10 names, in order.
    pub const ALL: [Self; 22] = [
        Self::CARD_ACCESS,
        Self::CARD_SECURITY,
        Self::DIR,
        Self::ATR_INFO,
        Self::DG1,
        Self::DG2,
        Self::DG3,
        Self::DG4,
        Self::DG5,
        Self::DG6,
        Self::DG7,
        Self::DG8,
        Self::DG9,
        Self::DG10,
        Self::DG11,
        Self::DG12,
        Self::DG13,
        Self::DG14,
        Self::DG15,
        Self::DG16,
        Self::SOD,
        Self::COM,
    ];

    const fn master_file(number: u16) -> Self {
        FileId { application: false, number }
    }

    const fn application(number: u16) -> Self {
        FileId { application: true, number }
    }

    /// The data group with this number, 1 to 16; `None` for any other number.
    pub const fn from_data_group(number: u8) -> Option<Self> {
        match number {
            1..=16 => Some(Self::application(0x0100 + number as u16)),
            _ => None,
        }
    }

    /// The file of the eMRTD application whose contents begin with this tag (Doc 9303-10 table 32).
    pub fn from_tag(tag: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|file| file.application && file.tag() == Some(tag))
    }

    /// The file with this number, in the eMRTD application or in the master file; `None` when there is no such file.
    pub fn from_number(number: u16, in_application: bool) -> Option<Self> {
        Self::ALL.into_iter().find(|file| file.number == number && file.application == in_application)
    }

    /// The name under which the file lies in a folder: `EF.COM.bin`, `EF.DG1.bin`, `EF.ATR_INFO.bin`.
    pub fn file_name(self) -> String {
        let prefix = if self.data_group().is_some() { "EF." } else { "" };
        format!("{prefix}{}.bin", self.name().replace('/', "_"))
    }

    /// The file that has this name in a folder, in any case of letters, `EF.` being optional: `DG1.bin`, `EF.DG1.bin`,
    /// `ef.com.bin`.
    pub fn from_file_name(name: &str) -> Option<Self> {
        let plain = |name: &str| {
            let name = name.to_ascii_uppercase();
            name.strip_prefix("EF.").map_or(name.clone(), str::to_owned)
        };
        Self::ALL.into_iter().find(|file| plain(&file.file_name()) == plain(name))
    }

    /// The two-byte file identifier for SELECT.
    pub const fn number(self) -> u16 {
        self.number
    }

    /// The short identifier for READ BINARY: the low five bits, but 1E for EF.DIR (Doc 9303-10 3.11.1).
    pub const fn short_identifier(self) -> u8 {
        match self {
            Self::DIR => 0x1E,
            _ => (self.number & 0x1F) as u8,
        }
    }

    /// Whether the file lies in the eMRTD application rather than in the master file.
    pub const fn in_application(self) -> bool {
        self.application
    }

    /// The number of the data group, 1 to 16; `None` for the other files.
    pub const fn data_group(self) -> Option<u8> {
        match (self.application, self.number) {
            (true, 0x0101..=0x0110) => Some((self.number & 0xFF) as u8),
            _ => None,
        }
    }

    /// The tag of the data object that the file consists of; `None` for EF.ATR/INFO, whose objects follow one another.
    pub const fn tag(self) -> Option<u32> {
        Some(match (self.application, self.number) {
            (true, 0x011E) => 0x60,
            (true, 0x011D) => 0x77,
            (true, 0x0101) => 0x61,
            (true, 0x0102) => 0x75,
            (true, 0x0103) => 0x63,
            (true, 0x0104) => 0x76,
            (true, 0x0105) => 0x65,
            (true, 0x0106) => 0x66,
            (true, 0x0107) => 0x67,
            (true, 0x0108) => 0x68,
            (true, 0x0109) => 0x69,
            (true, 0x010A) => 0x6A,
            (true, 0x010B) => 0x6B,
            (true, 0x010C) => 0x6C,
            (true, 0x010D) => 0x6D,
            (true, 0x010E) => 0x6E,
            (true, 0x010F) => 0x6F,
            (true, 0x0110) => 0x70,
            (false, 0x011C) => 0x31,
            (false, 0x011D) => 0x30,
            (false, 0x2F00) => 0x61,
            _ => return None,
        })
    }

    /// The name in Doc 9303: `EF.COM`, `DG1`, …
    pub const fn name(self) -> &'static str {
        match (self.application, self.number) {
            (true, 0x011E) => "EF.COM",
            (true, 0x011D) => "EF.SOD",
            (true, 0x0101) => "DG1",
            (true, 0x0102) => "DG2",
            (true, 0x0103) => "DG3",
            (true, 0x0104) => "DG4",
            (true, 0x0105) => "DG5",
            (true, 0x0106) => "DG6",
            (true, 0x0107) => "DG7",
            (true, 0x0108) => "DG8",
            (true, 0x0109) => "DG9",
            (true, 0x010A) => "DG10",
            (true, 0x010B) => "DG11",
            (true, 0x010C) => "DG12",
            (true, 0x010D) => "DG13",
            (true, 0x010E) => "DG14",
            (true, 0x010F) => "DG15",
            (true, 0x0110) => "DG16",
            (false, 0x011C) => "EF.CardAccess",
            (false, 0x011D) => "EF.CardSecurity",
            (false, 0x2F00) => "EF.DIR",
            _ => "EF.ATR/INFO",
        }
    }
}

impl fmt::Display for FileId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_have_the_numbers_tags_and_names_of_the_standard() {
        let expected = [
            (FileId::COM, 0x011E, 0x1E, Some(0x60), "EF.COM"),
            (FileId::SOD, 0x011D, 0x1D, Some(0x77), "EF.SOD"),
            (FileId::DG1, 0x0101, 0x01, Some(0x61), "DG1"),
            (FileId::DG2, 0x0102, 0x02, Some(0x75), "DG2"),
            (FileId::DG14, 0x010E, 0x0E, Some(0x6E), "DG14"),
            (FileId::DG16, 0x0110, 0x10, Some(0x70), "DG16"),
            (FileId::CARD_ACCESS, 0x011C, 0x1C, Some(0x31), "EF.CardAccess"),
            (FileId::CARD_SECURITY, 0x011D, 0x1D, Some(0x30), "EF.CardSecurity"),
            (FileId::DIR, 0x2F00, 0x1E, Some(0x61), "EF.DIR"),
            (FileId::ATR_INFO, 0x2F01, 0x01, None, "EF.ATR/INFO"),
        ];
        for (file, number, short, tag, name) in expected {
            assert_eq!((file.number(), file.short_identifier(), file.tag(), file.name()), (number, short, tag, name));
            assert_eq!(file.to_string(), name);
        }
        assert_ne!(FileId::SOD, FileId::CARD_SECURITY);
    }

    #[test]
    fn every_file_is_found_again_by_number_tag_and_data_group() {
        for file in FileId::ALL {
            assert_eq!(FileId::from_number(file.number(), file.in_application()), Some(file));
            if file.in_application() {
                assert_eq!(file.tag().and_then(FileId::from_tag), Some(file));
            }
            if let Some(number) = file.data_group() {
                assert_eq!(FileId::from_data_group(number), Some(file));
            }
        }
        assert!(FileId::ALL.is_sorted());
        for file in FileId::ALL {
            assert_eq!(FileId::from_file_name(&file.file_name()), Some(file));
        }
        assert_eq!(FileId::from_file_name("dg15.bin"), Some(FileId::DG15));
        assert_eq!(FileId::ATR_INFO.file_name(), "EF.ATR_INFO.bin");
        for other in ["DG1", "DG17.bin", "EF.DG1.bin.bak", "csca.der", ""] {
            assert_eq!(FileId::from_file_name(other), None);
        }
        assert_eq!((1..=16).filter_map(FileId::from_data_group).count(), 16);
        assert_eq!(FileId::from_data_group(0), None);
        assert_eq!(FileId::from_data_group(17), None);
        assert_eq!(FileId::from_tag(0x62), None);
    }
}
