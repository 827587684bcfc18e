//! Doc 9303-12 table 6, column "Communication".

use super::{CertificateLine, usage_bits};
use crate::pki::lint::oids;
use crate::pki::lint::report::must;

pub(in crate::pki::lint) static LINES: &[CertificateLine] = &[
    must(
        "communication.key_usage.bits",
        "Doc 9303-12 table 6, KeyUsage",
        "keyUsage is of digitalSignature, keyEncipherment and keyAgreement",
        |c, hits| {
            let allowed = usage_bits::DIGITAL_SIGNATURE | usage_bits::KEY_ENCIPHERMENT | usage_bits::KEY_AGREEMENT;
            if let Some((node, bits)) = c.key_usage()
                && bits & !allowed != 0
            {
                hits.at(node.position, usage_bits::names(bits));
            }
        },
    ),
    must(
        "communication.extended_key_usage",
        "Doc 9303-12 table 6, ExtKeyUsage",
        "there is an extKeyUsage",
        |c, hits| {
            c.extensions.required(&oids::EXTENDED_KEY_USAGE, hits);
        },
    ),
    must("communication.document_type", "Doc 9303-12 table 6, DocumentType", "documentType is not used", |c, hits| {
        c.extensions.prohibited(&oids::DOCUMENT_TYPE, hits);
    }),
];
