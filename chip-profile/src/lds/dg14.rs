//! DG14: security options (Doc 9303-10 4.7.14).
//!
//! ```text
//! 6E L
//!    SecurityInfos ::= SET OF SecurityInfo
//! ```

use super::error::LdsError;
use super::security_infos::SecurityInfos;
use super::template;

const TAG: u32 = 0x6E;

/// Data group 14.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dg14 {
    /// All that EF.CardAccess says, and what active, chip and terminal authentication need.
    pub security_infos: SecurityInfos,
}

impl Dg14 {
    /// The bytes of the file.
    ///
    /// # Errors
    /// One of the elements cannot be written ([`SecurityInfos::to_der`]), or the file would be longer than readers can
    /// read.
    pub fn build(&self) -> Result<Vec<u8>, LdsError> {
        template::file(TAG, &self.security_infos.to_der()?)
    }

    /// Reads the file.
    ///
    /// # Errors
    /// The bytes are not a data object 6E with a set of security information inside ([`SecurityInfos::from_der`]).
    pub fn parse(file: &[u8]) -> Result<Self, LdsError> {
        let object = template::outer(file, TAG)?;
        Ok(Dg14 { security_infos: SecurityInfos::from_der_at(object.value, object.position)? })
    }
}
