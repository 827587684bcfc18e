//! Doc 9303-12 7.1.2 table 7: signers of travel records, visas and additional biometrics.

use super::{CertificateLine, only_these_extensions, short_certificate};
use crate::pki::lint::oids;
use crate::pki::lint::report::must;

const TABLE: &str = "Doc 9303-12 table 7";

pub(in crate::pki::lint) static LINES: &[CertificateLine] = &[
    must("lds2_signer.subject", "Doc 9303-12 7.1.2", "the subject is countryName and commonName only", |c, hits| {
        short_certificate::subject_is_short(c, hits);
    }),
    must("lds2_signer.common_name", "Doc 9303-12 7.1.2", "commonName has at most 9 characters", |c, hits| {
        if let Some(name) = c.subject.first(&oids::COMMON_NAME)
            && String::from_utf8_lossy(name.value.value).chars().count() > 9
        {
            hits.at(name.value.position, "longer");
        }
    }),
    must("lds2_signer.key", "Doc 9303-12 4.1.7", "the key is of an elliptic curve", |c, hits| {
        short_certificate::key_is_ec(c, hits);
    }),
    must("lds2_signer.authority_key_identifier", TABLE, "there is an authorityKeyIdentifier", |c, hits| {
        c.extensions.required(&oids::AUTHORITY_KEY_IDENTIFIER, hits);
    }),
    must("lds2_signer.extended_key_usage", TABLE, "there is an extKeyUsage", |c, hits| {
        c.extensions.required(&oids::EXTENDED_KEY_USAGE, hits);
    }),
    must(
        "lds2_signer.extended_key_usage.purpose",
        TABLE,
        "extKeyUsage has purposes of LDS2 signers only",
        |c, hits| {
            for purpose in c.purposes().iter().flatten() {
                if !oids::LDS2_SIGNERS.iter().any(|oid| purpose.is_oid(oid)) {
                    hits.at(purpose.position, purpose.oid().map_or_else(String::new, |oid| oid.to_string()));
                }
            }
        },
    ),
    must("lds2_signer.extensions", TABLE, "there are no other extensions", |c, hits| {
        only_these_extensions(c, &[oids::AUTHORITY_KEY_IDENTIFIER, oids::EXTENDED_KEY_USAGE], hits);
    }),
];
