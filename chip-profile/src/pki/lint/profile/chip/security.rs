//! EF.CardAccess, EF.CardSecurity, DG14 and DG15 against each other, and what EF.DIR asks of them.

use super::{Chip, ChipLine};
use crate::access::pace::{Mapping, PaceParameters};
use crate::ec::HashAlgorithm;
use crate::lds::{ApplicationId, FileId, SecurityInfo, SecurityInfos};
use crate::pki::lint::report::{must, should};
use crate::signature::VerifyingKey;

pub(super) static LINES: &[ChipLine] = &[
    must(
        "chip.card_access",
        "Doc 9303-10 3.11.3, Doc 9303-11 9.2.11",
        "a chip that has PACE by its DG14 has EF.CardAccess",
        |chip, hits| {
            if chip.dg14.as_ref().is_some_and(has_pace) && !chip.has(FileId::CARD_ACCESS) {
                hits.about("PACEInfo in DG14 alone");
            }
        },
    ),
    must(
        "chip.card_access.dg14",
        "Doc 9303-10 4.7.14, Doc 9303-11 9.2.11",
        "DG14 is there where EF.CardAccess is, and has all that it says",
        |chip, hits| match (&chip.card_access, &chip.dg14) {
            (Some(_), None) if !chip.has(FileId::DG14) => hits.about("no DG14"),
            (Some(free), Some(signed)) => {
                for info in free.iter().filter(|info| !signed.contains(info)) {
                    hits.about(info.protocol().to_string());
                }
            }
            _ => {}
        },
    ),
    must(
        "chip.card_security",
        "Doc 9303-10 3.11.4, Doc 9303-11 9.2.11",
        "EF.CardSecurity is there where EF.CardAccess announces chip authentication mapping",
        |chip, hits| {
            let mapping = |info: &SecurityInfo| {
                PaceParameters::from_security_info(info)
                    .is_some_and(|parameters| parameters.mapping() == Mapping::ChipAuthentication)
            };
            if chip.card_access.as_ref().is_some_and(|infos| infos.iter().any(mapping))
                && !chip.has(FileId::CARD_SECURITY)
            {
                hits.absent();
            }
        },
    ),
    must(
        "chip.card_access.card_security",
        "Doc 9303-10 3.11.4, Doc 9303-11 9.2.11",
        "EF.CardSecurity has all that EF.CardAccess says",
        |chip, hits| {
            if let (Some(free), Some(signed)) = (&chip.card_access, &chip.card_security) {
                for info in free.iter().filter(|info| !signed.contains(info)) {
                    hits.about(info.protocol().to_string());
                }
            }
        },
    ),
    must(
        "chip.active_authentication.info",
        "Doc 9303-11 9.2.4",
        "where DG15 has an elliptic-curve key, DG14 has an ActiveAuthenticationInfo",
        |chip, hits| {
            if elliptic_curve_key(chip).is_some() && announced_hash(chip).is_none() {
                hits.about(if chip.has(FileId::DG14) { "none in DG14" } else { "no DG14" });
            }
        },
    ),
    must(
        "chip.active_authentication.hash",
        "Doc 9303-11 6.1.2.3",
        "the hash value of active authentication is no longer than its key",
        |chip, hits| {
            if let (Some(bits), Some(Some(hash))) = (elliptic_curve_key(chip), announced_hash(chip))
                && hash.length() * 8 > bits
            {
                hits.about(format!("{} bits, the key has {bits}", hash.length() * 8));
            }
        },
    ),
    should(
        "chip.active_authentication.key",
        "Doc 9303-10 4.7.15, Doc 9303-11 9.2.4",
        "an ActiveAuthenticationInfo goes with a key in DG15",
        |chip, hits| {
            if announced_hash(chip).is_some() && !chip.has(FileId::DG15) {
                hits.about("no DG15");
            }
        },
    ),
    must(
        "chip.dir.signed",
        "Doc 9303-11 4.2, 9.2.10",
        "an EFDIRInfo in EF.CardSecurity holds EF.DIR as it is; it is there where EF.DIR lists other applications",
        |chip, hits| {
            let Some(dir) = chip.files.get(&FileId::DIR) else { return };
            match chip.card_security.as_ref().and_then(SecurityInfos::directory) {
                Some(copy) if copy != dir => hits.about("another EF.DIR is signed"),
                None if lists_others(chip) => hits.about("EF.DIR lists other applications and is not signed"),
                _ => {}
            }
        },
    ),
    must(
        "chip.atr_info",
        "Doc 9303-10 3.11.1",
        "EF.ATR/INFO is there where EF.DIR lists applications of LDS2",
        |chip, hits| {
            if lists_others(chip) && !chip.has(FileId::ATR_INFO) {
                hits.absent();
            }
        },
    ),
];

fn has_pace(infos: &SecurityInfos) -> bool {
    infos.iter().any(|info| matches!(info, SecurityInfo::Pace { .. }))
}

/// Length in bits of DG15's key, if it is on an elliptic curve.
fn elliptic_curve_key(chip: &Chip<'_>) -> Option<usize> {
    match VerifyingKey::from_spki(&chip.dg15.as_ref()?.public_key).ok()? {
        VerifyingKey::Ec(key) => Some(key.curve().field_length() * 8),
        VerifyingKey::Explicit(key) => Some(key.field_bits()),
        VerifyingKey::Rsa(_) => None,
    }
}

/// What DG14 says of active authentication: nothing, an algorithm that is not known, or a hash function.
fn announced_hash(chip: &Chip<'_>) -> Option<Option<HashAlgorithm>> {
    chip.dg14.as_ref()?.iter().find_map(|info| match info {
        SecurityInfo::ActiveAuthentication { signature_algorithm } => {
            Some(HashAlgorithm::from_ecdsa_plain_oid(signature_algorithm))
        }
        _ => None,
    })
}

fn lists_others(chip: &Chip<'_>) -> bool {
    chip.dir.as_ref().is_some_and(|dir| dir.applications.iter().any(ApplicationId::is_lds2))
}
