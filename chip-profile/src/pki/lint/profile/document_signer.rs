//! Doc 9303-12 table 6, column "Document Signer".

use super::{CertificateLine, usage_bits};
use crate::pki::lint::oids;
use crate::pki::lint::report::{must, should};

pub(in crate::pki::lint) static LINES: &[CertificateLine] = &[
    must(
        "document_signer.key_usage.bits",
        "Doc 9303-12 table 6, KeyUsage",
        "keyUsage is digitalSignature and nothing else",
        usage_bits::only_digital_signature,
    ),
    must(
        "document_signer.private_key_usage_period",
        "Doc 9303-12 table 6, PrivateKeyUsagePeriod",
        "there is a privateKeyUsagePeriod",
        |c, hits| c.extensions.required(&oids::PRIVATE_KEY_USAGE_PERIOD, hits),
    ),
    should(
        "document_signer.private_key_usage_period.length",
        "Doc 9303-12 4.1.1.2 and table 1",
        "the key signs for three months at most, with a month of overlap",
        |c, hits| {
            if let Some(period) = c.usage_period()
                && let Some((start, end)) = period.start().or(c.not_before.instant).zip(period.end())
                && end > start.plus_months(4).plus_days(1)
            {
                hits.at(period.node.position, format!("{start} to {end}"));
            }
        },
    ),
    must(
        "document_signer.validity",
        "Doc 9303-12 4.1.1.1",
        "the certificate outlives the use of its key by the life of the documents",
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
        "document_signer.extended_key_usage",
        "Doc 9303-12 table 6, ExtKeyUsage",
        "extKeyUsage is not used",
        |c, hits| c.extensions.prohibited(&oids::EXTENDED_KEY_USAGE, hits),
    ),
    must(
        "document_signer.crl_distribution_points",
        "Doc 9303-12 table 6, CRLDistributionPoints",
        "there are cRLDistributionPoints",
        |c, hits| c.extensions.required(&oids::CRL_DISTRIBUTION_POINTS, hits),
    ),
    must("document_signer.document_type", "Doc 9303-12 7.1.1.6", "there is a documentType", |c, hits| {
        c.extensions.required(&oids::DOCUMENT_TYPE, hits);
    }),
];
