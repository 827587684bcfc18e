//! Doc 9303-12 9, table 18: CSCA master lists.

use super::signed_data::SignedDataLine;
use crate::pki::lint::DocumentKind;
use crate::pki::lint::der::{Broken, Node};
use crate::pki::lint::oids;
use crate::pki::lint::report::{Hits, must, should};
use crate::pki::lint::signed_data::{Identifier, SignedData};

const TABLE: &str = "Doc 9303-12 table 18";

/// `CscaMasterList ::= SEQUENCE { version INTEGER, certList SET OF Certificate }`
pub(in crate::pki::lint) struct Content<'a> {
    version: Node<'a>,
    list: Node<'a>,
    pub(in crate::pki::lint) certificates: Vec<Node<'a>>,
}

impl<'a> Content<'a> {
    pub(in crate::pki::lint) fn read(octets: Node<'a>) -> Result<Content<'a>, Broken> {
        let sequence = Node::first(octets.value, octets.contents)?;
        if sequence.tag != 0x30 || sequence.whole.len() != octets.value.len() {
            return Err(Broken { position: sequence.position, what: "not one sequence" });
        }
        let mut fields = sequence.fields();
        let version = fields.expect(0x02, "version")?;
        let list = fields.expect(0x31, "certList")?;
        fields.finish("nothing follows certList")?;
        Ok(Content { version, list, certificates: list.fields().rest()? })
    }
}

fn good<'a>(data: &SignedData<'a>) -> Option<Content<'a>> {
    Content::read(data.content?).ok()
}

pub(super) fn no_revocation_lists(data: &SignedData<'_>, hits: &mut Hits<'_>) {
    if let Some(lists) = data.revocation_lists {
        hits.at(lists.position, "present");
    }
}

pub(super) fn signer_is_told_by_key(data: &SignedData<'_>, hits: &mut Hits<'_>) {
    for signer in &data.signers {
        if matches!(signer.identifier, Identifier::IssuerAndSerial { .. }) {
            hits.at(signer.identifier_node.position, "by issuer and serial number");
        }
    }
}

pub(super) fn signing_time_is_there(data: &SignedData<'_>, hits: &mut Hits<'_>) {
    for signer in data.signers.iter().filter(|signer| signer.signed_attributes.is_some()) {
        if signer.attribute(&oids::SIGNING_TIME).is_none() {
            hits.at(signer.node.position, "none");
        }
    }
}

pub(super) fn country_signer_is_there(data: &SignedData<'_>, hits: &mut Hits<'_>) {
    let is_country_signer = |node: &Node<'_>| {
        matches!(DocumentKind::detect(node.whole), Some(DocumentKind::CountrySigner | DocumentKind::LinkCertificate))
    };
    if !data.certificates.is_empty() && !data.certificates.iter().any(is_country_signer) {
        hits.at(data.certificates_wrapper.map_or(data.sequence.position, |wrapper| wrapper.position), "none");
    }
}

pub(in crate::pki::lint) static LINES: &[SignedDataLine] = &[
    must("master_list.content_type", TABLE, "eContentType is 2.23.136.1.1.2", |data, hits| {
        if !data.content_type.is_oid(&oids::CSCA_MASTER_LIST) {
            hits.at(
                data.content_type.position,
                data.content_type.oid().map_or_else(String::new, |oid| oid.to_string()),
            );
        }
    }),
    should("master_list.country_signer", TABLE, "the certificate of the signer's CSCA is there", |data, hits| {
        country_signer_is_there(data, hits);
    }),
    must("master_list.revocation_lists", TABLE, "crls are not used", no_revocation_lists),
    should("master_list.signer.identifier", TABLE, "the signer is told by its subjectKeyIdentifier", |data, hits| {
        signer_is_told_by_key(data, hits);
    }),
    must("master_list.signing_time", TABLE, "signed attributes have the signing time", |data, hits| {
        signing_time_is_there(data, hits);
    }),
    must("master_list.content.structure", "Doc 9303-12 9.2", "eContent is a CscaMasterList", |data, hits| {
        if let Some(Err(broken)) = data.content.map(Content::read) {
            hits.at(broken.position, broken.what);
        }
    }),
    must("master_list.content.version", "Doc 9303-12 9.2", "the version is 0", |data, hits| {
        if let Some(content) = good(data).filter(|content| content.version.value != [0]) {
            hits.at(content.version.position, "another version");
        }
    }),
    must(
        "master_list.content.certificates",
        "Doc 9303-12 9.2",
        "certList is a set of CSCA certificates",
        |data, hits| {
            let Some(content) = good(data) else { return };
            for node in &content.certificates {
                match DocumentKind::detect(node.whole) {
                    Some(DocumentKind::CountrySigner | DocumentKind::LinkCertificate) => {}
                    Some(other) => hits.at(node.position, other.name()),
                    None => hits.at(node.position, "not a certificate"),
                }
            }
            if content.certificates.is_empty() {
                hits.at(content.list.position, "none");
            }
        },
    ),
    should("master_list.content.repeated", "Doc 9303-12 9.2", "no certificate is listed twice", |data, hits| {
        let Some(content) = good(data) else { return };
        let mut sorted: Vec<&Node<'_>> = content.certificates.iter().collect();
        sorted.sort_by_key(|node| node.whole);
        for pair in sorted.windows(2) {
            if let [one, other] = pair
                && one.whole == other.whole
            {
                hits.at(other.position, "again");
            }
        }
    }),
];
