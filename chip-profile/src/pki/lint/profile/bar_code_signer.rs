//! Doc 9303-12 7.1.3 table 8: signers of visible digital seals.

use super::{CertificateLine, only_these_extensions, short_certificate};
use crate::pki::lint::oids;
use crate::pki::lint::report::must;

const TABLE: &str = "Doc 9303-12 table 8";

pub(in crate::pki::lint) static LINES: &[CertificateLine] = &[
    must(
        "bar_code_signer.subject",
        "Doc 9303-12 7.1.3",
        "the subject is countryName and commonName only",
        |c, hits| {
            short_certificate::subject_is_short(c, hits);
        },
    ),
    must(
        "bar_code_signer.common_name",
        "Doc 9303-12 7.1.3",
        "commonName is two upper-case characters of PrintableString",
        |c, hits| {
            if let Some(name) = c.subject.first(&oids::COMMON_NAME) {
                // Doc 9303-13 counts digits among the characters of a signer's identifier.
                let upper = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
                if name.value.tag != 0x13 || name.value.value.len() != 2 || !name.value.value.iter().all(upper) {
                    hits.at(name.value.position, super::super::fields::shown(name.value.value));
                }
            }
        },
    ),
    must("bar_code_signer.key", "Doc 9303-12 4.1.8", "the key is of an elliptic curve", |c, hits| {
        short_certificate::key_is_ec(c, hits);
    }),
    must("bar_code_signer.authority_key_identifier", TABLE, "there is an authorityKeyIdentifier", |c, hits| {
        c.extensions.required(&oids::AUTHORITY_KEY_IDENTIFIER, hits);
    }),
    must("bar_code_signer.extended_key_usage", TABLE, "there is an extKeyUsage", |c, hits| {
        c.extensions.required(&oids::EXTENDED_KEY_USAGE, hits);
    }),
    must("bar_code_signer.extended_key_usage.purpose", TABLE, "extKeyUsage is 2.23.136.1.1.11.1", |c, hits| {
        for purpose in c.purposes().iter().flatten().filter(|purpose| !purpose.is_oid(&oids::BAR_CODE_SIGNING)) {
            hits.at(purpose.position, purpose.oid().map_or_else(String::new, |oid| oid.to_string()));
        }
    }),
    must("bar_code_signer.extensions", TABLE, "there are no other extensions", |c, hits| {
        let allowed = [oids::AUTHORITY_KEY_IDENTIFIER, oids::EXTENDED_KEY_USAGE, oids::DOCUMENT_TYPE];
        only_these_extensions(c, &allowed, hits);
    }),
];
