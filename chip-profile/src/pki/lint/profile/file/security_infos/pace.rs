//! PACEInfo and PACEDomainParameterInfo.

use super::{Infos, InfosLine, KeyAgreement, Parameters, arcs_below, is_standardized, parameters_of};
use crate::lds::security_infos::PACE;
use crate::lds::{FileId, SecurityInfo};
use crate::pki::lint::der::Node;
use crate::pki::lint::report::must;

/// Mapping and cipher of table 9.2.3, each an arc: DH and ECDH with generic (1, 2) and integrated mapping (3, 4), ECDH with
/// chip authentication mapping (6), which has no 3DES.
const CHIP_AUTHENTICATION_MAPPING: u8 = 6;

pub(super) static LINES: &[InfosLine] = &[
    must(
        "security_infos.pace.protocol",
        "Doc 9303-11 9.2.3",
        "PACE has a mapping and a cipher of the standard",
        |infos, hits| {
            for (position, info) in infos.iter() {
                let known = match (info, arcs_below(&info.protocol(), &PACE).as_deref()) {
                    (SecurityInfo::Pace { .. }, Some([mapping, cipher])) => match *mapping {
                        1..=4 => (1..=4).contains(cipher),
                        CHIP_AUTHENTICATION_MAPPING => (2..=4).contains(cipher),
                        _ => false,
                    },
                    (SecurityInfo::PaceDomainParameters { .. }, Some([mapping])) => {
                        matches!(*mapping, 1..=4 | CHIP_AUTHENTICATION_MAPPING)
                    }
                    (SecurityInfo::Pace { .. } | SecurityInfo::PaceDomainParameters { .. }, _) => false,
                    _ => true,
                };
                if !known {
                    hits.at(position, info.protocol().to_string());
                }
            }
        },
    ),
    must(
        "security_infos.pace.parameters",
        "Doc 9303-11 9.2.1, 9.5.1",
        "a PACEInfo names domain parameters of table 12, or those of a PACEDomainParameterInfo",
        |infos, hits| {
            for (position, protocol, number) in pace_infos(infos) {
                let is_explicit = infos.iter().any(|(_, info)| {
                    matches!(info, SecurityInfo::PaceDomainParameters { parameter_id, .. } if *parameter_id == number)
                });
                match number {
                    None if protocol.first() == Some(&CHIP_AUTHENTICATION_MAPPING) || !is_explicit => {
                        hits.at(position, "no number");
                    }
                    Some(number) if !is_explicit && !is_standardized(number) => {
                        hits.at(position, format!("number {number}"));
                    }
                    _ => {}
                }
            }
        },
    ),
    must(
        "security_infos.pace.key_agreement",
        "Doc 9303-11 9.2.1, table 12",
        "the domain parameters of a PACEInfo are of its key agreement, and those of integrated mapping not P-224",
        |infos, hits| {
            const P224: u32 = 10;
            for (position, protocol, number) in pace_infos(infos) {
                let (Some(mapping), Some(number)) =
                    (protocol.first(), number.filter(|number| is_standardized(*number)))
                else {
                    continue;
                };
                let expected = match mapping {
                    1 | 3 => KeyAgreement::DiffieHellman,
                    _ => KeyAgreement::EllipticCurve,
                };
                if KeyAgreement::of_number(number) != expected || *mapping == 4 && number == P224 {
                    hits.at(position, format!("number {number}"));
                }
            }
        },
    ),
    must(
        "security_infos.pace.standardized",
        "Doc 9303-11 9.2, 9.2.2",
        "at least one PACEInfo uses standardized domain parameters",
        |infos, hits| {
            let found = pace_infos(infos);
            if let Some((position, ..)) = found.first()
                && !found.iter().any(|(_, _, number)| number.is_some_and(|number| number < 32))
            {
                hits.at(*position, "explicit ones only");
            }
        },
    ),
    must(
        "security_infos.pace.domain_parameters",
        "Doc 9303-11 9.2.2, 9.5",
        "a PACEDomainParameterInfo gives explicit parameters under a number that is not a standardized one's",
        |infos, hits| {
            for (position, info) in infos.iter() {
                let SecurityInfo::PaceDomainParameters { domain_parameters, parameter_id, .. } = info else { continue };
                let form = Node::first(domain_parameters, 0).ok().and_then(parameters_of);
                if !matches!(form, Some(Parameters::Explicit(_))) {
                    hits.at(position, "not explicit");
                } else if let Some(number) = parameter_id.filter(|number| *number < 32) {
                    hits.at(position, format!("number {number}"));
                }
            }
        },
    ),
    must(
        "security_infos.pace.mapping_key",
        "Doc 9303-11 9.2.1, 9.2.6",
        "chip authentication mapping has a public key whose keyId is the number of the domain parameters",
        |infos, hits| {
            if infos.file != FileId::CARD_SECURITY {
                return;
            }
            for (position, protocol, number) in pace_infos(infos) {
                let is_its_key = |info: &SecurityInfo| matches!(info, SecurityInfo::ChipAuthenticationPublicKey { key_id: Some(id), .. } if Some(*id) == number);
                let mapping = protocol.first() == Some(&CHIP_AUTHENTICATION_MAPPING);
                if mapping && number.is_some() && !infos.iter().any(|(_, info)| is_its_key(info)) {
                    hits.at(position, "no key of this number");
                }
            }
        },
    ),
];

/// Place, mapping and cipher, and number of each PACEInfo.
fn pace_infos(infos: &Infos) -> Vec<(usize, Vec<u8>, Option<u32>)> {
    let pace = |(position, info): (usize, &SecurityInfo)| match info {
        SecurityInfo::Pace { protocol, parameter_id } => Some((position, arcs_below(protocol, &PACE)?, *parameter_id)),
        _ => None,
    };
    infos.iter().filter_map(pace).collect()
}
