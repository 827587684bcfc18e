//! EF.CardAccess: what PACE needs to be known before access (Doc 9303-10 3.11.3, Doc 9303-11 9.2.11).
//!
//! ```text
//! SecurityInfos ::= SET OF SecurityInfo, at least one PACEInfo among them
//! ```

use super::error::{LdsError, LdsErrorKind};
use super::security_infos::{SecurityInfo, SecurityInfos};
use super::template;

/// EF.CardAccess.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardAccess {
    /// The PACE information, and nothing that only DG14 should say.
    pub security_infos: SecurityInfos,
}

impl CardAccess {
    /// The bytes of the file.
    ///
    /// # Errors
    /// No PACEInfo is among the elements, one of them cannot be written ([`SecurityInfos::to_der`]), or the file would
    /// be longer than readers can read.
    pub fn build(&self) -> Result<Vec<u8>, LdsError> {
        self.check(0)?;
        template::checked_length(self.security_infos.to_der()?)
    }

    /// Reads the file.
    ///
    /// # Errors
    /// The bytes are not a set of security information ([`SecurityInfos::from_der`]), or no PACEInfo is in it.
    pub fn parse(file: &[u8]) -> Result<Self, LdsError> {
        let card_access = CardAccess { security_infos: SecurityInfos::from_der_at(file, 0)? };
        card_access.check(file.len())?;
        Ok(card_access)
    }

    fn check(&self, position: usize) -> Result<(), LdsError> {
        let announces_pace = self.security_infos.iter().any(|info| matches!(info, SecurityInfo::Pace { .. }));
        if announces_pace { Ok(()) } else { Err(LdsError::new(LdsErrorKind::SecurityInfo, position)) }
    }
}
