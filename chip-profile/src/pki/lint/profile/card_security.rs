//! Doc 9303-10 3.11.4 and Doc 9303-11 9.2: EF.CardSecurity.

use super::signed_data::SignedDataLine;
use crate::lds::SecurityInfos;
use crate::pki::lint::oids;
use crate::pki::lint::report::must;

pub(in crate::pki::lint) static LINES: &[SignedDataLine] = &[
    must(
        "card_security.content_type",
        "Doc 9303-10 3.11.4, TR-03110-3 A.1.2.5",
        "eContentType is 0.4.0.127.0.7.3.2.1",
        |data, hits| {
            if !data.content_type.is_oid(&oids::SECURITY_OBJECT) {
                let found = data.content_type.oid();
                hits.at(data.content_type.position, found.map_or_else(String::new, |oid| oid.to_string()));
            }
        },
    ),
    must("card_security.content", "Doc 9303-11 9.2", "eContent is SecurityInfos", |data, hits| {
        if let Some(content) = data.content
            && let Err(error) = SecurityInfos::from_der(content.value)
        {
            hits.at(content.position, error.to_string());
        }
    }),
];
