//! Doc 9303-12 10, table 19: deviation lists.

use super::master_list::{country_signer_is_there, no_revocation_lists, signer_is_told_by_key, signing_time_is_there};
use super::signed_data::SignedDataLine;
use crate::pki::lint::der::{Broken, Node};
use crate::pki::lint::oids;
use crate::pki::lint::report::{must, should};

const TABLE: &str = "Doc 9303-12 table 19";

/// `DeviationList ::= SEQUENCE { version INTEGER, digestAlgorithm OPTIONAL, deviations SET OF Deviation }`
fn content(octets: Node<'_>) -> Result<Node<'_>, Broken> {
    let sequence = Node::first(octets.value, octets.contents)?;
    if sequence.tag != 0x30 || sequence.whole.len() != octets.value.len() {
        return Err(Broken { position: sequence.position, what: "not one sequence" });
    }
    let mut fields = sequence.fields();
    let version = fields.expect(0x02, "version")?;
    fields.optional(&[0x30])?;
    fields.expect(0x31, "deviations")?;
    fields.finish("nothing follows deviations")?;
    Ok(version)
}

pub(in crate::pki::lint) static LINES: &[SignedDataLine] = &[
    must("deviation_list.content_type", TABLE, "eContentType is 2.23.136.1.1.7", |data, hits| {
        if !data.content_type.is_oid(&oids::DEVIATION_LIST) {
            hits.at(
                data.content_type.position,
                data.content_type.oid().map_or_else(String::new, |oid| oid.to_string()),
            );
        }
    }),
    should("deviation_list.country_signer", TABLE, "the certificate of the signer's CSCA is there", |data, hits| {
        country_signer_is_there(data, hits);
    }),
    must("deviation_list.revocation_lists", TABLE, "crls are not used", no_revocation_lists),
    should(
        "deviation_list.signer.identifier",
        TABLE,
        "the signer is told by its subjectKeyIdentifier",
        |data, hits| {
            signer_is_told_by_key(data, hits);
        },
    ),
    must("deviation_list.signing_time", TABLE, "signed attributes have the signing time", |data, hits| {
        signing_time_is_there(data, hits);
    }),
    must("deviation_list.unsigned_attributes", TABLE, "unsigned attributes are not used", |data, hits| {
        for attributes in data.signers.iter().filter_map(|signer| signer.unsigned_attributes) {
            hits.at(attributes.position, "present");
        }
    }),
    must("deviation_list.content.structure", "Doc 9303-12 10.2", "eContent is a DeviationList", |data, hits| {
        if let Some(Err(broken)) = data.content.map(content) {
            hits.at(broken.position, broken.what);
        }
    }),
    must("deviation_list.content.version", "Doc 9303-12 10.2", "the version is 0", |data, hits| {
        if let Some(Ok(version)) = data.content.map(content)
            && version.value != [0]
        {
            hits.at(version.position, "another version");
        }
    }),
];
