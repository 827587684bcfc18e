//! The profiles of Doc 9303: one file for each, each line with its clause.

pub(super) mod bar_code_signer;
pub(super) mod card_security;
pub(super) mod certificate_fields;
pub(super) mod chip;
pub(super) mod communication;
pub(super) mod country_signer;
pub(super) mod csca;
pub(super) mod deviation_list;
pub(super) mod document_signer;
pub(super) mod extensions;
pub(super) mod file;
pub(super) mod lds2_signer;
pub(super) mod link;
pub(super) mod list_signer;
pub(super) mod master_list;
pub(super) mod public_key;
pub(super) mod revocation_list;
pub(super) mod security_object;
pub(super) mod signed_data;
pub(super) mod signer;

use const_oid::ObjectIdentifier;

use super::certificate::Certificate;
use super::report::{Hits, Line};
use super::{DocumentKind, oids};

pub(super) type CertificateLine = Line<fn(&Certificate<'_>, &mut Hits<'_>)>;

/// The files that make up the profile of this kind of certificate; none for what is not a certificate.
pub(super) fn of_certificate(kind: DocumentKind) -> Vec<&'static [CertificateLine]> {
    let own: &[&'static [CertificateLine]] = match kind {
        DocumentKind::CountrySigner => &[country_signer::LINES, csca::LINES],
        DocumentKind::LinkCertificate => &[country_signer::LINES, link::LINES],
        DocumentKind::DocumentSigner => &[signer::LINES, document_signer::LINES],
        DocumentKind::MasterListSigner => &[signer::LINES, list_signer::LINES, list_signer::MASTER],
        DocumentKind::DeviationListSigner => &[signer::LINES, list_signer::LINES, list_signer::DEVIATION],
        DocumentKind::Communication => &[signer::LINES, communication::LINES],
        DocumentKind::Lds2Signer => &[lds2_signer::LINES],
        DocumentKind::BarCodeSigner => &[bar_code_signer::LINES],
        _ => return Vec::new(),
    };
    [&[certificate_fields::LINES, public_key::LINES, extensions::LINES], own].concat()
}

/// The files that make up the profile of this kind of signed data; none for what is another.
pub(super) fn of_signed_data(kind: DocumentKind) -> Vec<&'static [signed_data::SignedDataLine]> {
    let own = match kind {
        DocumentKind::MasterList => master_list::LINES,
        DocumentKind::DeviationList => deviation_list::LINES,
        DocumentKind::SecurityObject => security_object::LINES,
        DocumentKind::CardSecurity => card_security::LINES,
        _ => return Vec::new(),
    };
    vec![signed_data::LINES, own]
}

/// Bits of keyUsage, RFC 5280 4.2.1.3: bit 0 is digitalSignature.
mod usage_bits {
    use super::{Certificate, Hits};

    pub(super) const DIGITAL_SIGNATURE: u16 = 1 << 0;
    pub(super) const KEY_ENCIPHERMENT: u16 = 1 << 2;
    pub(super) const KEY_AGREEMENT: u16 = 1 << 4;
    pub(super) const KEY_CERT_SIGN: u16 = 1 << 5;
    pub(super) const CRL_SIGN: u16 = 1 << 6;

    const NAMES: [&str; 9] = [
        "digitalSignature",
        "nonRepudiation",
        "keyEncipherment",
        "dataEncipherment",
        "keyAgreement",
        "keyCertSign",
        "cRLSign",
        "encipherOnly",
        "decipherOnly",
    ];

    pub(super) fn names(bits: u16) -> String {
        let named = NAMES.iter().enumerate().filter(|(index, _)| bits & 1 << index != 0);
        let names: Vec<&str> = named.map(|(_, name)| *name).collect();
        if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
    }

    pub(super) fn only_digital_signature(c: &Certificate<'_>, hits: &mut Hits<'_>) {
        if let Some((node, bits)) = c.key_usage()
            && bits != DIGITAL_SIGNATURE
        {
            hits.at(node.position, names(bits));
        }
    }
}

/// What certificates that are stored on chips or left out of seals have in common.
mod short_certificate {
    use super::{Certificate, Hits, oids};

    pub(super) fn subject_is_short(c: &Certificate<'_>, hits: &mut Hits<'_>) {
        let allowed = [oids::COUNTRY_NAME, oids::COMMON_NAME];
        for attribute in &c.subject.attributes {
            if !allowed.iter().any(|oid| attribute.kind.is_oid(oid)) {
                let kind = attribute.kind.oid().map_or_else(String::new, |oid| oid.to_string());
                hits.at(attribute.kind.position, kind);
            }
        }
    }
    pub(super) fn key_is_ec(c: &Certificate<'_>, hits: &mut Hits<'_>) {
        let known = [oids::RSA_ENCRYPTION, oids::RSA_PSS, oids::DSA];
        if known.iter().any(|oid| c.key.algorithm.oid.is_oid(oid)) {
            hits.at(c.key.node.position, c.key.algorithm.name());
        }
    }
}

/// Extensions beyond `allowed`; those that no certificate may have are lines of their own.
fn only_these_extensions(c: &Certificate<'_>, allowed: &[ObjectIdentifier], hits: &mut Hits<'_>) {
    let never = [
        oids::POLICY_MAPPINGS,
        oids::SUBJECT_DIRECTORY_ATTRIBUTES,
        oids::NAME_CONSTRAINTS,
        oids::POLICY_CONSTRAINTS,
        oids::INHIBIT_ANY_POLICY,
        oids::FRESHEST_CRL,
        oids::NETSCAPE_CERTIFICATE_TYPE,
    ];
    for extension in &c.extensions.0 {
        if !allowed.iter().chain(&never).any(|oid| extension.oid.is_oid(oid)) {
            hits.at(extension.node.position, extension.name());
        }
    }
}
