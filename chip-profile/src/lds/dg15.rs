//! DG15: the public key of active authentication (Doc 9303-10 4.7.15, Doc 9303-11 6.1).
//!
//! ```text
//! 6F L
//!    ActiveAuthenticationPublicKeyInfo ::= SubjectPublicKeyInfo
//! ```

use super::error::LdsError;
use super::security_infos::asn1;
use super::template;

const TAG: u32 = 0x6F;

/// Data group 15.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dg15 {
    /// The public key as the DER of a SubjectPublicKeyInfo.
    pub public_key: Vec<u8>,
}

impl Dg15 {
    /// The bytes of the file.
    ///
    /// # Errors
    /// The key is not of the structure of a SubjectPublicKeyInfo, or the file would be longer than readers can read.
    pub fn build(&self) -> Result<Vec<u8>, LdsError> {
        asn1::subject_public_key_info(&self.public_key, 0)?;
        template::file(TAG, &self.public_key)
    }

    /// Reads the file. The structure of the key is checked, its algorithm and value are not.
    ///
    /// # Errors
    /// The bytes are not a data object 6F with what has the structure of a SubjectPublicKeyInfo inside.
    pub fn parse(file: &[u8]) -> Result<Self, LdsError> {
        let object = template::outer(file, TAG)?;
        asn1::subject_public_key_info(object.value, object.position)?;
        Ok(Dg15 { public_key: object.value.to_vec() })
    }
}
