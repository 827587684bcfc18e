//! Doc 9303-12 table 6, column "Master List Signer and Deviation List Signer".

use const_oid::ObjectIdentifier;

use super::{CertificateLine, usage_bits};
use crate::pki::lint::certificate::Certificate;
use crate::pki::lint::oids;
use crate::pki::lint::report::{Hits, must};

/// What both kinds have in common.
pub(in crate::pki::lint) static LINES: &[CertificateLine] = &[
    must(
        "list_signer.key_usage.bits",
        "Doc 9303-12 table 6, KeyUsage",
        "keyUsage is digitalSignature and nothing else",
        usage_bits::only_digital_signature,
    ),
    must("list_signer.extended_key_usage", "Doc 9303-12 table 6, ExtKeyUsage", "there is an extKeyUsage", |c, hits| {
        c.extensions.required(&oids::EXTENDED_KEY_USAGE, hits);
    }),
    must(
        "list_signer.crl_distribution_points",
        "Doc 9303-12 table 6, CRLDistributionPoints",
        "there are cRLDistributionPoints",
        |c, hits| c.extensions.required(&oids::CRL_DISTRIBUTION_POINTS, hits),
    ),
    must("list_signer.document_type", "Doc 9303-12 table 6, DocumentType", "documentType is not used", |c, hits| {
        c.extensions.prohibited(&oids::DOCUMENT_TYPE, hits);
    }),
];

pub(in crate::pki::lint) static MASTER: &[CertificateLine] = &[must(
    "master_list_signer.extended_key_usage.purpose",
    "Doc 9303-12 7.1.1.3",
    "extKeyUsage has 2.23.136.1.1.3",
    |c, hits| has_purpose(c, &oids::MASTER_LIST_SIGNING, hits),
)];

pub(in crate::pki::lint) static DEVIATION: &[CertificateLine] = &[must(
    "deviation_list_signer.extended_key_usage.purpose",
    "Doc 9303-12 7.1.1.3",
    "extKeyUsage has 2.23.136.1.1.8",
    |c, hits| has_purpose(c, &oids::DEVIATION_LIST_SIGNING, hits),
)];

fn has_purpose(c: &Certificate<'_>, purpose: &ObjectIdentifier, hits: &mut Hits<'_>) {
    if let Some(extension) = c.extensions.find(&oids::EXTENDED_KEY_USAGE)
        && c.purposes().is_some()
        && !c.has_purpose(purpose)
    {
        hits.at(extension.node.position, "other purposes");
    }
}
