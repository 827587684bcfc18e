//! LDSSecurityObject: the hashes of the data groups, Doc 9303-10 4.6.2.3.
//!
//! ```text
//! LDSSecurityObject ::= SEQUENCE {
//!     version             INTEGER { v0(0), v1(1) },
//!     hashAlgorithm       DigestAlgorithmIdentifier,
//!     dataGroupHashValues SEQUENCE SIZE (2..16) OF SEQUENCE {
//!         dataGroupNumber    INTEGER (1..16),
//!         dataGroupHashValue OCTET STRING },
//!     ldsVersionInfo      SEQUENCE {                       -- with version 1, and only then
//!         ldsVersion     PrintableString,
//!         unicodeVersion PrintableString } OPTIONAL }
//! ```

use std::collections::BTreeMap;

use super::{INTEGER, OCTET_STRING, PRINTABLE_STRING, SEQUENCE, SodError, SodErrorKind};
use crate::cms::CmsErrorKind;
use crate::cms::strict::{self, push_digest_algorithm};
use crate::ec::HashAlgorithm;
use crate::lds::{LdsVersion, UnicodeVersion};
use crate::tlv::{self, Reader, TlvErrorKind};

/// ldsVersionInfo as it stands in the object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LdsVersionInfo {
    /// Version of the logical data structure, four digits: `0108`.
    pub lds_version: String,
    /// Version of Unicode, six digits: `040000`.
    pub unicode_version: String,
}

/// The signed list of hashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LdsSecurityObject {
    /// The hash function of the data groups.
    pub hash: HashAlgorithm,
    /// Hash values by data group number.
    pub data_group_hashes: BTreeMap<u8, Vec<u8>>,
    /// Present with version 1 (LDS 1.8), absent with version 0 (LDS 1.7).
    pub version_info: Option<LdsVersionInfo>,
}

impl LdsSecurityObject {
    /// Appends the object, version 0 for LDS 1.7, version 1 with Unicode 4.0.0 for LDS 1.8; the caller vouches for numbers and lengths.
    pub(super) fn push(out: &mut Vec<u8>, version: LdsVersion, hash: HashAlgorithm, hashes: &BTreeMap<u8, Vec<u8>>) {
        tlv::push_nested(out, SEQUENCE, |out| {
            tlv::push(out, INTEGER, &[u8::from(version == LdsVersion::V1_8)]);
            push_digest_algorithm(out, hash);
            tlv::push_nested(out, SEQUENCE, |out| {
                for (number, value) in hashes {
                    tlv::push_nested(out, SEQUENCE, |out| {
                        tlv::push(out, INTEGER, &[*number]);
                        tlv::push(out, OCTET_STRING, value);
                    });
                }
            });
            if version == LdsVersion::V1_8 {
                tlv::push_nested(out, SEQUENCE, |out| {
                    tlv::push(out, PRINTABLE_STRING, version.digits().as_bytes());
                    tlv::push(out, PRINTABLE_STRING, UnicodeVersion::V4_0_0.digits().as_bytes());
                });
            }
        });
    }

    /// Reads the object; `reader` stands at it and must end with it.
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, SodError> {
        let sequence = strict::expect(reader, SEQUENCE)?;
        reader.finish()?;
        let mut inner = sequence.reader();
        let (version, position) = strict::integer(&mut inner)?;
        if version > 1 {
            return Err(fault(SodErrorKind::LdsSecurityObjectVersion(version), position));
        }
        let hash = strict::digest_algorithm(&mut inner)?;
        let data_group_hashes = read_hashes(&mut inner, hash)?;
        let position = inner.position();
        let version_info = if inner.is_empty() { None } else { Some(read_version_info(&mut inner)?) };
        inner.finish()?;
        if version_info.is_some() != (version == 1) {
            return Err(fault(SodErrorKind::LdsVersionInfo, position));
        }
        Ok(LdsSecurityObject { hash, data_group_hashes, version_info })
    }
}

fn fault(kind: SodErrorKind, position: usize) -> SodError {
    SodError { kind, position }
}

fn read_hashes(reader: &mut Reader<'_>, hash: HashAlgorithm) -> Result<BTreeMap<u8, Vec<u8>>, SodError> {
    let list = strict::expect(reader, SEQUENCE)?;
    let mut entries = list.reader();
    let mut hashes = BTreeMap::new();
    while !entries.is_empty() {
        let entry = strict::expect(&mut entries, SEQUENCE)?;
        let mut entry = entry.reader();
        let (number, position) = strict::integer(&mut entry)?;
        let group = u8::try_from(number)
            .ok()
            .filter(|group| (1..=16).contains(group))
            .ok_or_else(|| fault(SodErrorKind::DataGroupNumber(number), position))?;
        // A SEQUENCE OF has no order of its own: published files list the data groups in any.
        if hashes.contains_key(&group) {
            return Err(fault(SodErrorKind::DataGroupRepeated(group), position));
        }
        let value = strict::expect(&mut entry, OCTET_STRING)?;
        if value.value.len() != hash.length() {
            return Err(fault(SodErrorKind::HashLength(group), value.position));
        }
        entry.finish()?;
        hashes.insert(group, value.value.to_vec());
    }
    if hashes.len() < 2 {
        return Err(fault(SodErrorKind::DataGroupCount(hashes.len()), list.position));
    }
    Ok(hashes)
}

fn read_version_info(reader: &mut Reader<'_>) -> Result<LdsVersionInfo, SodError> {
    let sequence = strict::expect(reader, SEQUENCE)?;
    let mut inner = sequence.reader();
    let mut digits = |count: usize| {
        let text = strict::expect(&mut inner, PRINTABLE_STRING)?;
        match core::str::from_utf8(text.value) {
            Ok(digits) if digits.len() == count && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                Ok(digits.to_owned())
            }
            _ => Err(fault(SodErrorKind::Cms(CmsErrorKind::Tlv(TlvErrorKind::Value)), text.position)),
        }
    };
    let info = LdsVersionInfo { lds_version: digits(4)?, unicode_version: digits(6)? };
    inner.finish()?;
    Ok(info)
}
