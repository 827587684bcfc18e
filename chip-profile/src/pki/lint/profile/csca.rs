//! Doc 9303-12 table 6, column "CSCA self-signed root".

use super::CertificateLine;
use crate::pki::lint::oids;
use crate::pki::lint::report::must;
use crate::signature::{SignatureScheme, VerifyingKey};

pub(in crate::pki::lint) static LINES: &[CertificateLine] = &[
    must("csca.self_issued", "Doc 9303-12 7.1.1.5", "issuer and subject are the same", |c, hits| {
        if c.issuer.node.value != c.subject.node.value {
            hits.at(c.subject.node.position, "they differ");
        }
    }),
    must("csca.signature", "Doc 9303-12 7.1.1", "the certificate is signed by its own key", |c, hits| {
        // What cannot be verified here is not this line's.
        let scheme = SignatureScheme::from_der(c.algorithm.node.whole);
        if let (Ok(key), Ok(scheme)) = (VerifyingKey::from_spki(c.key.node.whole), scheme)
            && key.verify(scheme, c.tbs.whole, c.signature.value.get(1..).unwrap_or_default()).is_err()
        {
            hits.at(c.signature.position, "it does not verify");
        }
    }),
    must(
        "csca.authority_key_identifier",
        "RFC 5280 4.2.1.1",
        "authorityKeyIdentifier, if there is one, is the own subjectKeyIdentifier",
        |c, hits| {
            let authority = c.authority_key_identifier().and_then(|identifier| identifier.key_identifier);
            if let (Some(authority), Some(own)) = (authority, c.subject_key_identifier())
                && authority.value != own
            {
                hits.at(authority.position, "another key");
            }
        },
    ),
    must(
        "csca.alternative_names",
        "Doc 9303-12 7.1.1.2",
        "issuerAltName and subjectAltName are identical",
        |c, hits| {
            let name = |oid| c.extensions.find(oid).map(|extension| extension.octets);
            if let (Some(subject), Some(issuer)) =
                (name(&oids::SUBJECT_ALTERNATIVE_NAME), name(&oids::ISSUER_ALTERNATIVE_NAME))
                && subject.value != issuer.value
            {
                hits.at(issuer.position, "they differ");
            }
        },
    ),
];
