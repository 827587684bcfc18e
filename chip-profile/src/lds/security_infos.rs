//! SecurityInfos: which protocols a chip supports and with what (Doc 9303-11 9.2).
//!
//! ```text
//! SecurityInfos ::= SET OF SecurityInfo
//! SecurityInfo ::= SEQUENCE {
//!     protocol     OBJECT IDENTIFIER,
//!     requiredData ANY DEFINED BY protocol,
//!     optionalData ANY DEFINED BY protocol OPTIONAL }
//! ```

use const_oid::ObjectIdentifier;

use super::error::{LdsError, LdsErrorKind};
use crate::tlv::{self, Reader};
use asn1::{INTEGER, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE, SET};

pub(super) mod asn1;
mod info;
mod standardized;

pub use info::{
    ACTIVE_AUTHENTICATION, CHIP_AUTHENTICATION, EF_DIR, PACE, PUBLIC_KEY, SecurityInfo, TERMINAL_AUTHENTICATION,
};
pub use standardized::{STANDARDIZED_DOMAIN_PARAMETERS, StandardizedPublicKey};

/// A set of security information, kept in the order it was given or read. Two are equal when they have the same elements,
/// whatever their order.
#[derive(Debug, Clone, Default)]
pub struct SecurityInfos(Vec<SecurityInfo>);

impl SecurityInfos {
    /// The set of these elements.
    pub fn new(infos: Vec<SecurityInfo>) -> Self {
        SecurityInfos(infos)
    }

    /// The elements.
    pub fn iter(&self) -> core::slice::Iter<'_, SecurityInfo> {
        self.0.iter()
    }

    /// Whether the set has this element.
    pub fn contains(&self, info: &SecurityInfo) -> bool {
        self.0.contains(info)
    }

    /// Whether every element of `other` is in this set, as DG14 must have all of EF.CardAccess.
    pub fn contains_all(&self, other: &SecurityInfos) -> bool {
        other.iter().all(|info| self.contains(info))
    }

    /// EF.DIR as an EFDIRInfo holds it, which EF.CardSecurity has where there are applications of LDS2
    /// (Doc 9303-11 9.2.10).
    pub fn directory(&self) -> Option<&Vec<u8>> {
        self.iter().find_map(|info| match info {
            SecurityInfo::EfDir { contents } => Some(contents),
            _ => None,
        })
    }

    /// The DER of the set: elements in ascending order of their encodings, whatever their order here (ITU-T X.690 11.6).
    ///
    /// # Errors
    /// As [`SecurityInfo::to_der`], for the first element that cannot be written.
    pub fn to_der(&self) -> Result<Vec<u8>, LdsError> {
        let mut elements = self.0.iter().map(SecurityInfo::to_der).collect::<Result<Vec<_>, _>>()?;
        elements.sort();
        let mut out = Vec::new();
        tlv::push(&mut out, SET, &elements.concat());
        Ok(out)
    }

    /// Reads a set, in DER or, as older chips have it, with elements in another order.
    ///
    /// # Errors
    /// The bytes are not a SET of SEQUENCEs, or [`SecurityInfo::from_der`] refuses one of these; the position counts
    /// from the start of the set.
    pub fn from_der(bytes: &[u8]) -> Result<Self, LdsError> {
        Self::from_der_at(bytes, 0)
    }

    /// Reads a set that begins at `position` of its file.
    pub(super) fn from_der_at(bytes: &[u8], position: usize) -> Result<Self, LdsError> {
        let shifted = |error: LdsError| LdsError { position: error.position + position, ..error };
        let read = || {
            let mut reader = tlv::parse_single(bytes, SET)?.reader();
            let mut infos = Vec::new();
            while !reader.is_empty() {
                let start = reader.position();
                reader.expect(SEQUENCE)?;
                let element = bytes.get(start..reader.position()).unwrap_or_default();
                infos.push(
                    SecurityInfo::from_der(element)
                        .map_err(|error| LdsError { position: error.position + start, ..error })?,
                );
            }
            Ok(SecurityInfos(infos))
        };
        read().map_err(shifted)
    }
}

impl PartialEq for SecurityInfos {
    fn eq(&self, other: &Self) -> bool {
        let count = |set: &Self, wanted: &SecurityInfo| set.iter().filter(|info| *info == wanted).count();
        self.0.len() == other.0.len() && self.iter().all(|info| count(self, info) == count(other, info))
    }
}

impl Eq for SecurityInfos {}

impl FromIterator<SecurityInfo> for SecurityInfos {
    fn from_iter<I: IntoIterator<Item = SecurityInfo>>(infos: I) -> Self {
        SecurityInfos(infos.into_iter().collect())
    }
}

impl<'a> IntoIterator for &'a SecurityInfos {
    type Item = &'a SecurityInfo;
    type IntoIter = core::slice::Iter<'a, SecurityInfo>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests;
