//! Doc 9303-12 table 6: what CSCA certificates, self-signed and link, have in common.

use super::{CertificateLine, usage_bits};
use crate::pki::lint::oids;
use crate::pki::lint::report::{must, should};

const CONSTRAINTS: &str = "Doc 9303-12 table 6, Basic Constraints";
const USAGE: &str = "Doc 9303-12 table 6, KeyUsage";

pub(in crate::pki::lint) static LINES: &[CertificateLine] = &[
    must(
        "country_signer.subject_key_identifier",
        "Doc 9303-12 table 6, SubjectKeyIdentifier",
        "there is a subjectKeyIdentifier",
        |c, hits| c.extensions.required(&oids::SUBJECT_KEY_IDENTIFIER, hits),
    ),
    must("country_signer.key_usage", USAGE, "there is a keyUsage", |c, hits| {
        c.extensions.required(&oids::KEY_USAGE, hits);
    }),
    must("country_signer.key_usage.bits", USAGE, "keyUsage is keyCertSign and cRLSign and nothing else", |c, hits| {
        if let Some((node, bits)) = c.key_usage()
            && bits != usage_bits::KEY_CERT_SIGN | usage_bits::CRL_SIGN
        {
            hits.at(node.position, usage_bits::names(bits));
        }
    }),
    must(
        "country_signer.private_key_usage_period",
        "Doc 9303-12 table 6, PrivateKeyUsagePeriod",
        "there is a privateKeyUsagePeriod",
        |c, hits| c.extensions.required(&oids::PRIVATE_KEY_USAGE_PERIOD, hits),
    ),
    should(
        "country_signer.private_key_usage_period.length",
        "Doc 9303-12 4.1.4.2",
        "the key is replaced after three to five years",
        |c, hits| {
            if let Some(period) = c.usage_period()
                && let Some((start, end)) = period.start().or(c.not_before.instant).zip(period.end())
                && end > start.plus_months(60).plus_days(1)
            {
                hits.at(period.node.position, format!("{start} to {end}"));
            }
        },
    ),
    must(
        "country_signer.validity",
        "Doc 9303-12 4.1.4.1",
        "the certificate outlives the use of its key by the life of what is issued below",
        |c, hits| {
            if let Some(period) = c.usage_period()
                && let Some((usage, validity)) = period.end().zip(c.not_after.instant)
                && usage == validity
            {
                hits.at(c.not_after.node.position, "both end together");
            }
        },
    ),
    must(
        "country_signer.subject_alternative_name",
        "Doc 9303-12 table 6, SubjectAltName",
        "there is a subjectAltName",
        |c, hits| c.extensions.required(&oids::SUBJECT_ALTERNATIVE_NAME, hits),
    ),
    must(
        "country_signer.issuer_alternative_name",
        "Doc 9303-12 table 6, IssuerAltName",
        "there is an issuerAltName",
        |c, hits| c.extensions.required(&oids::ISSUER_ALTERNATIVE_NAME, hits),
    ),
    must("country_signer.basic_constraints", CONSTRAINTS, "there are basicConstraints", |c, hits| {
        c.extensions.required(&oids::BASIC_CONSTRAINTS, hits);
    }),
    must("country_signer.basic_constraints.criticality", CONSTRAINTS, "basicConstraints are critical", |c, hits| {
        c.extensions.critical(&oids::BASIC_CONSTRAINTS, hits);
    }),
    must("country_signer.basic_constraints.authority", CONSTRAINTS, "cA is TRUE", |c, hits| {
        // A default that is written out is the line's about defaults.
        if let Some(constraints) = c.basic_constraints()
            && constraints.authority.is_none()
        {
            hits.at(constraints.node.position, "FALSE by leaving it out");
        }
    }),
    must("country_signer.basic_constraints.path_length", CONSTRAINTS, "pathLenConstraint is 0", |c, hits| {
        let Some(constraints) = c.basic_constraints() else { return };
        match constraints.path_length {
            Some(length) if length.value == [0] => {}
            Some(length) => hits.at(length.position, "another length"),
            None => hits.at(constraints.node.position, "not there"),
        }
    }),
    must(
        "country_signer.extended_key_usage",
        "Doc 9303-12 table 6, ExtKeyUsage",
        "extKeyUsage is not used",
        |c, hits| c.extensions.prohibited(&oids::EXTENDED_KEY_USAGE, hits),
    ),
    must(
        "country_signer.crl_distribution_points",
        "Doc 9303-12 table 6, CRLDistributionPoints",
        "there are cRLDistributionPoints",
        |c, hits| c.extensions.required(&oids::CRL_DISTRIBUTION_POINTS, hits),
    ),
    must("country_signer.document_type", "Doc 9303-12 table 6, DocumentType", "documentType is not used", |c, hits| {
        c.extensions.prohibited(&oids::DOCUMENT_TYPE, hits)
    }),
];
