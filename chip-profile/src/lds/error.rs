//! What can be wrong with an elementary file.

use thiserror::Error;

use crate::tlv::{TlvError, TlvErrorKind};

/// Why an elementary file cannot be built or is not valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{kind} at byte {position}")]
pub struct LdsError {
    /// What is wrong.
    pub kind: LdsErrorKind,
    /// When parsing, offset from the start of the file; when building, the length of what had been written.
    pub position: usize,
}

/// What is wrong with an elementary file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum LdsErrorKind {
    /// The bytes are not the data objects that the file consists of.
    #[error(transparent)]
    Tlv(#[from] TlvErrorKind),
    /// The file would be longer than readers can read.
    #[error("file of {length} bytes is longer than {} bytes", super::MAX_FILE_LENGTH)]
    FileTooLong {
        /// Length of the file, in bytes.
        length: usize,
    },
    /// A version that is not known.
    #[error("version is not known")]
    Version,
    /// The tag list names what is not there, or does not name what is.
    #[error("tag list does not agree with the contents")]
    TagList,
    /// A data object that the standard requires is not there.
    #[error("data object {tag:02X} is missing")]
    Missing {
        /// Its tag.
        tag: u32,
    },
    /// A data object that may occur once occurs again.
    #[error("data object {tag:02X} occurs again")]
    Repeated {
        /// Its tag.
        tag: u32,
    },
    /// A data object is longer than the standard allows.
    #[error("data object {tag:02X} is longer than {limit} bytes")]
    TooLong {
        /// Its tag.
        tag: u32,
        /// The standard's limit in bytes.
        limit: usize,
    },
    /// Text that is not UTF-8, is empty or has control characters.
    #[error("not a text")]
    Text,
    /// Not a date, or not a time.
    #[error("not a date or time")]
    Date,
    /// The number of templates is not what the counter says, or not one the standard allows; in EF.DIR, the number of bytes
    /// of an identifier.
    #[error("number of instances does not agree")]
    Count,
    /// The file is not a data group.
    #[error("not a data group")]
    NoDataGroup,
    /// Not the characters of a machine readable zone of 72, 88 or 90 characters.
    #[error("not a machine readable zone")]
    Mrz,
    /// Not a face record of ISO/IEC 19794-5:2005.
    #[error("not a face record of ISO/IEC 19794-5:2005")]
    FaceRecord,
    /// Not a face record of ISO/IEC 39794-5, or a value that is outside its limits.
    #[error("not a face record of ISO/IEC 39794-5")]
    FaceBlock,
    /// A code that ISO/IEC 19794-5 or 39794-5 does not define here.
    #[error("code {0:02X} is not defined in the standard of the face record")]
    FaceCode(u8),
    /// The image is not of the declared type.
    #[error("image is not of the declared type")]
    ImageType,
    /// The image does not have the declared width and height.
    #[error("image does not have the declared width and height")]
    ImageSize,
    /// A token frontal image is not 3 wide by 4 high.
    #[error("token frontal image is not 3:4")]
    TokenFrame,
    /// Not the ASN.1 structure of the protocol.
    #[error("not the structure that its protocol requires")]
    SecurityInfo,
}

impl LdsError {
    pub(super) const fn new(kind: LdsErrorKind, position: usize) -> Self {
        LdsError { kind, position }
    }
}

impl From<TlvError> for LdsError {
    fn from(error: TlvError) -> Self {
        LdsError { kind: LdsErrorKind::Tlv(error.kind), position: error.position }
    }
}
