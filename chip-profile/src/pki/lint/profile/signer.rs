//! Doc 9303-12 table 6: what certificates below the CSCA have in common, but for those of LDS2 and bar code signers.

use super::CertificateLine;
use crate::pki::lint::oids;
use crate::pki::lint::report::must;

pub(in crate::pki::lint) static LINES: &[CertificateLine] = &[
    must(
        "signer.authority_key_identifier",
        "Doc 9303-12 table 6, AuthorityKeyIdentifier",
        "there is an authorityKeyIdentifier",
        |c, hits| c.extensions.required(&oids::AUTHORITY_KEY_IDENTIFIER, hits),
    ),
    must("signer.key_usage", "Doc 9303-12 table 6, KeyUsage", "there is a keyUsage", |c, hits| {
        c.extensions.required(&oids::KEY_USAGE, hits);
    }),
    must(
        "signer.subject_alternative_name",
        "Doc 9303-12 table 6, SubjectAltName",
        "there is a subjectAltName",
        |c, hits| c.extensions.required(&oids::SUBJECT_ALTERNATIVE_NAME, hits),
    ),
    must(
        "signer.issuer_alternative_name",
        "Doc 9303-12 table 6, IssuerAltName",
        "there is an issuerAltName",
        |c, hits| c.extensions.required(&oids::ISSUER_ALTERNATIVE_NAME, hits),
    ),
    must(
        "signer.basic_constraints",
        "Doc 9303-12 table 6, Basic Constraints",
        "basicConstraints are not used",
        |c, hits| c.extensions.prohibited(&oids::BASIC_CONSTRAINTS, hits),
    ),
    must("signer.name_change", "Doc 9303-12 table 6, NameChange", "nameChange is not used", |c, hits| {
        c.extensions.prohibited(&oids::NAME_CHANGE, hits);
    }),
];
