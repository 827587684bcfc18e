//! Doc 9303-12 table 6, column "CSCA link".

use super::CertificateLine;
use crate::pki::lint::oids;
use crate::pki::lint::report::{must, should};

pub(in crate::pki::lint) static LINES: &[CertificateLine] = &[
    must(
        "link.authority_key_identifier",
        "Doc 9303-12 table 6, AuthorityKeyIdentifier",
        "there is an authorityKeyIdentifier",
        |c, hits| c.extensions.required(&oids::AUTHORITY_KEY_IDENTIFIER, hits),
    ),
    must("link.new_key", "Doc 9303-12 7.1.1.5", "the certified key is another than the issuer's", |c, hits| {
        let authority = c.authority_key_identifier().and_then(|identifier| identifier.key_identifier);
        if let (Some(authority), Some(own)) = (authority, c.subject_key_identifier())
            && authority.value == own
        {
            hits.at(authority.position, "the same key");
        }
    }),
    must(
        "link.name_change",
        "Doc 9303-12 7.1.1.5",
        "a certificate with the old name and the new has nameChange",
        |c, hits| {
            if c.issuer.node.value != c.subject.node.value && c.extensions.find(&oids::NAME_CHANGE).is_none() {
                hits.at(c.subject.node.position, "names differ");
            }
        },
    ),
    should("link.name_change.needed", "Doc 9303-12 7.1.1.5", "nameChange tells of a change of the name", |c, hits| {
        if c.issuer.node.value == c.subject.node.value
            && let Some(extension) = c.extensions.find(&oids::NAME_CHANGE)
        {
            hits.at(extension.node.position, "names are the same");
        }
    }),
];
