//! Why an EF.SOD is not one.

use thiserror::Error;

use crate::cms::{CmsError, CmsErrorKind};
use crate::tlv::TlvError;

/// Why bytes are not an EF.SOD.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{kind} at byte {position}")]
pub struct SodError {
    /// What is wrong.
    pub kind: SodErrorKind,
    /// Offset from the start of the file, in bytes.
    pub position: usize,
}

/// What is wrong with an EF.SOD.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SodErrorKind {
    /// The SignedData around the hashes, or the encoding of the hashes themselves.
    #[error(transparent)]
    Cms(CmsErrorKind),
    /// The version of the LDSSecurityObject is neither 0 nor 1.
    #[error("version of the LDSSecurityObject is {0}, not 0 or 1")]
    LdsSecurityObjectVersion(u32),
    /// ldsVersionInfo must be there with version 1 and must not be with version 0.
    #[error("ldsVersionInfo does not go with the version of the LDSSecurityObject")]
    LdsVersionInfo,
    /// Fewer than two or more than sixteen data groups.
    #[error("{0} data group hashes, not 2 to 16")]
    DataGroupCount(usize),
    /// A data group number outside 1 to 16.
    #[error("data group number {0} does not exist")]
    DataGroupNumber(u32),
    /// A data group number appears twice.
    #[error("data group {0} is repeated")]
    DataGroupRepeated(u8),
    /// A hash value that the hash function cannot have made.
    #[error("hash of data group {0} has the wrong length")]
    HashLength(u8),
}

impl From<CmsError> for SodError {
    fn from(error: CmsError) -> Self {
        SodError { kind: SodErrorKind::Cms(error.kind), position: error.position }
    }
}

impl From<TlvError> for SodError {
    fn from(error: TlvError) -> Self {
        SodError::from(CmsError::from(error))
    }
}
