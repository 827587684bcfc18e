//! What chip, active and terminal authentication say of themselves.

use std::collections::BTreeSet;

use const_oid::ObjectIdentifier;

use super::{Infos, InfosLine, KeyAgreement, Parameters, arcs_below, is_standardized, parameters_of_key};
use crate::ec::{ExplicitKey, HashAlgorithm};
use crate::lds::security_infos::{CHIP_AUTHENTICATION, PACE, PUBLIC_KEY};
use crate::lds::{FileId, SecurityInfo};
use crate::pki::lint::report::{must, should};

pub(super) static LINES: &[InfosLine] = &[
    must(
        "security_infos.chip_authentication.protocol",
        "Doc 9303-11 9.2.7",
        "chip authentication has a key agreement and a cipher of the standard",
        |infos, hits| {
            for (position, info) in infos.iter() {
                if let SecurityInfo::ChipAuthentication { protocol, .. } = info
                    && !matches!(arcs_below(protocol, &CHIP_AUTHENTICATION).as_deref(), Some([1 | 2, 1..=4]))
                {
                    hits.at(position, protocol.to_string());
                }
            }
        },
    ),
    must(
        "security_infos.chip_authentication.version",
        "Doc 9303-11 9.2.5",
        "the version of chip authentication is 1",
        |infos, hits| {
            for (position, info) in infos.iter() {
                if let SecurityInfo::ChipAuthentication { version, .. } = info
                    && *version != 1
                {
                    hits.at(position, format!("version {version}"));
                }
            }
        },
    ),
    must(
        "security_infos.chip_authentication.pair",
        "Doc 9303-11 9.2, 9.2.11",
        "each ChipAuthenticationInfo has the public key of its keyId and key agreement, and in DG14 each key its info",
        |infos, hits| {
            let keys = keys(infos);
            for (position, info) in infos.iter() {
                if let SecurityInfo::ChipAuthentication { protocol, key_id, .. } = info {
                    let agreement = arcs_below(protocol, &CHIP_AUTHENTICATION).and_then(|arcs| arcs.first().copied());
                    let is_its = |key: &&Key<'_>| key.id == *key_id && key.agreement == agreement;
                    if !keys.iter().any(|key| is_its(&key)) {
                        hits.at(position, "no such key");
                    }
                }
            }
            for key in keys.iter().filter(|key| infos.file == FileId::DG14 && !is_of_mapping(infos, key)) {
                let announced = infos.iter().any(
                    |(_, info)| matches!(info, SecurityInfo::ChipAuthentication { key_id, .. } if *key_id == key.id),
                );
                if !announced {
                    hits.at(key.position, "no ChipAuthenticationInfo");
                }
            }
        },
    ),
    must(
        "security_infos.public_key.key_id",
        "Doc 9303-11 9.2.5, 9.2.6",
        "where there are several keys, each has a keyId of its own",
        |infos, hits| {
            let keys = keys(infos);
            let mut seen = BTreeSet::new();
            for key in keys.iter().filter(|_| keys.len() > 1) {
                if key.id.is_none_or(|id| !seen.insert(id)) {
                    hits.at(key.position, key.id.map_or("none".to_owned(), |id| format!("{id} again")));
                }
            }
        },
    ),
    must(
        "security_infos.public_key.protocol",
        "Doc 9303-11 9.2.6",
        "the protocol of a public key is id-PK-DH or id-PK-ECDH, as its algorithm is",
        |infos, hits| {
            for key in keys(infos) {
                let expected = match key.parameters {
                    Some(Parameters::Explicit(agreement)) => Some(agreement),
                    Some(Parameters::Standardized(number)) => Some(KeyAgreement::of_number(number)),
                    Some(Parameters::Named) => Some(KeyAgreement::EllipticCurve),
                    None => None,
                };
                let found = match key.agreement {
                    Some(1) => Some(KeyAgreement::DiffieHellman),
                    Some(2) => Some(KeyAgreement::EllipticCurve),
                    _ => None,
                };
                if found.is_none() || expected != found {
                    hits.at(key.position, "another");
                }
            }
        },
    ),
    must(
        "security_infos.public_key.parameters",
        "Doc 9303-11 9.2, 9.5",
        "domain parameters of a public key are explicit, or standardized ones by their number, and in DG14 some are explicit",
        |infos, hits| {
            let keys = keys(infos);
            let by_number = |key: &Key<'_>| match key.parameters {
                Some(Parameters::Standardized(number)) => Some(number),
                _ => None,
            };
            for key in &keys {
                if key.parameters == Some(Parameters::Named) {
                    hits.at(key.position, "a named curve");
                } else if let Some(number) = by_number(key).filter(|number| !is_standardized(*number)) {
                    hits.at(key.position, format!("number {number}"));
                }
            }
            if infos.file == FileId::DG14
                && let Some(first) = keys.first()
                && keys.iter().all(|key| by_number(key).is_some())
            {
                hits.at(first.position, "by number only");
            }
        },
    ),
    must(
        "security_infos.public_key.value",
        "Doc 9303-11 9.4.4, 9.6",
        "an elliptic-curve key is an uncompressed point of a curve over a prime field",
        |infos, hits| {
            for key in keys(infos) {
                if key.parameters == Some(Parameters::Explicit(KeyAgreement::EllipticCurve))
                    && let Err(error) = ExplicitKey::from_spki(key.public_key)
                {
                    hits.at(key.position, error.kind.to_string());
                }
            }
        },
    ),
    should(
        "security_infos.public_key.curve",
        "Doc 9303-11 9.5.1, table 12",
        "the curve of a public key is one of the standardized ones",
        |infos, hits| {
            for key in keys(infos) {
                if let Ok(read) = ExplicitKey::from_spki(key.public_key)
                    && read.curve_oid().is_none_or(|oid| TWISTED.contains(&oid))
                {
                    hits.at(key.position, format!("another curve of {} bits", read.field_bits()));
                }
            }
        },
    ),
    must(
        "security_infos.active_authentication.algorithm",
        "Doc 9303-11 6.1.2.3, 9.2.4",
        "active authentication signs with ecdsa-plain and SHA-224 to SHA-512",
        |infos, hits| {
            for (position, info) in infos.iter() {
                if let SecurityInfo::ActiveAuthentication { signature_algorithm } = info
                    && HashAlgorithm::from_ecdsa_plain_oid(signature_algorithm)
                        .is_none_or(|hash| hash == HashAlgorithm::Sha1)
                {
                    hits.at(position, signature_algorithm.to_string());
                }
            }
        },
    ),
    must(
        "security_infos.terminal_authentication.version",
        "Doc 9303-11 9.2.8",
        "the version of terminal authentication is 1",
        |infos, hits| {
            for (position, info) in infos.iter() {
                if let SecurityInfo::TerminalAuthentication { version } = info
                    && *version != 1
                {
                    hits.at(position, format!("version {version}"));
                }
            }
        },
    ),
];

/// Curves of RFC 5639 in their twisted form, which table 12 does not list.
const TWISTED: [ObjectIdentifier; 6] = [
    ObjectIdentifier::new_unwrap("1.3.36.3.3.2.8.1.1.4"),
    ObjectIdentifier::new_unwrap("1.3.36.3.3.2.8.1.1.6"),
    ObjectIdentifier::new_unwrap("1.3.36.3.3.2.8.1.1.8"),
    ObjectIdentifier::new_unwrap("1.3.36.3.3.2.8.1.1.10"),
    ObjectIdentifier::new_unwrap("1.3.36.3.3.2.8.1.1.12"),
    ObjectIdentifier::new_unwrap("1.3.36.3.3.2.8.1.1.14"),
];

/// A ChipAuthenticationPublicKeyInfo.
struct Key<'a> {
    position: usize,
    /// The arc below id-PK: 1 for DH, 2 for ECDH.
    agreement: Option<u8>,
    public_key: &'a [u8],
    id: Option<u32>,
    parameters: Option<Parameters>,
}

fn keys(infos: &Infos) -> Vec<Key<'_>> {
    let mut found = Vec::new();
    for (position, info) in infos.iter() {
        if let SecurityInfo::ChipAuthenticationPublicKey { protocol, public_key, key_id } = info {
            found.push(Key {
                position,
                agreement: arcs_below(protocol, &PUBLIC_KEY).and_then(|arcs| arcs.first().copied()),
                public_key,
                id: *key_id,
                parameters: parameters_of_key(public_key),
            });
        }
    }
    found
}

/// Whether the key serves chip authentication mapping, which needs no ChipAuthenticationInfo.
fn is_of_mapping(infos: &Infos, key: &Key<'_>) -> bool {
    infos.iter().any(|(_, info)| match info {
        SecurityInfo::Pace { protocol, parameter_id } => {
            let mapping = arcs_below(protocol, &PACE).and_then(|arcs| arcs.first().copied());
            mapping == Some(6) && *parameter_id == key.id
        }
        _ => false,
    })
}
