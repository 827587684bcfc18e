//! Logical data structure, Doc 9303-10: the elementary files of the chip, built and parsed.
//!
//! Each file is a struct with `build`, which gives the bytes of the whole file, and `parse`, which takes them and nothing
//! else. Parsing bad bytes is an error with kind and byte position. EF.SOD is in [`crate::sod`].
//!
//! ```
//! use chip_profile::lds::{Com, FileId, LdsVersion, UnicodeVersion};
//!
//! let com = Com {
//!     lds_version: LdsVersion::V1_8,
//!     unicode_version: UnicodeVersion::V4_0_0,
//!     data_groups: vec![FileId::DG1, FileId::DG2, FileId::DG14],
//! };
//! let bytes = com.build().unwrap();
//! assert_eq!(bytes, b"\x60\x15\x5F\x01\x040108\x5F\x36\x06040000\x5C\x03\x61\x75\x6E");
//! assert_eq!(Com::parse(&bytes).unwrap(), com);
//! ```

pub mod atr_info;
pub mod card_access;
pub mod com;
pub mod date;
pub mod dg1;
pub mod dg11;
pub mod dg12;
pub mod dg13;
pub mod dg14;
pub mod dg15;
pub mod dg16;
pub mod dg2;
pub mod dg5;
pub mod dg7;
pub mod dir;
mod displayed_images;
mod error;
pub mod file_id;
mod image_size;
mod names;
pub mod opaque;
pub mod security_infos;
mod template;

pub use atr_info::{AtrInfo, AtrObject, CardCapabilities, ExtendedLength};
pub use card_access::CardAccess;
pub use com::{Com, LdsVersion, UnicodeVersion};
pub use date::{LdsDate, LdsDateTime};
pub use dg1::Dg1;
pub use dg2::{BiometricData, BiometricHeader, Dg2, FaceFormat, FaceFormatPolicy, FaceTemplate};
pub use dg5::Dg5;
pub use dg7::Dg7;
pub use dg11::Dg11;
pub use dg12::Dg12;
pub use dg13::Dg13;
pub use dg14::Dg14;
pub use dg15::Dg15;
pub use dg16::{Dg16, PersonToNotify};
pub use dir::{ApplicationId, Dir};
pub use error::{LdsError, LdsErrorKind};
pub use file_id::{ElementaryFiles, FileId};
pub(crate) use image_size::{image_size, is_image};
pub use opaque::OpaqueDataGroup;
pub use security_infos::{SecurityInfo, SecurityInfos, StandardizedPublicKey};

/// Readers in the field fail on elementary files that are longer: 32,767 bytes, the reach of READ BINARY with a short
/// offset.
pub const MAX_FILE_LENGTH: usize = 32_767;

#[cfg(test)]
mod tests;
