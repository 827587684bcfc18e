//! Doc 9303-10 4.6.2, table 37 and appendix D: EF.SOD.

use super::signed_data::SignedDataLine;
use crate::pki::lint::der::{Broken, Node};
use crate::pki::lint::fields::Algorithm;
use crate::pki::lint::oids;
use crate::pki::lint::report::{must, should};
use crate::pki::lint::signed_data::{Identifier, SignedData};

const TABLE: &str = "Doc 9303-10 table 37";
const OBJECT: &str = "Doc 9303-10 4.6.2.3";

/// ```text
/// LDSSecurityObject ::= SEQUENCE {
///     version INTEGER, hashAlgorithm, dataGroupHashValues SEQUENCE SIZE (2..16) OF SEQUENCE { INTEGER, OCTET STRING },
///     ldsVersionInfo SEQUENCE { ldsVersion PrintableString, unicodeVersion PrintableString } OPTIONAL }
/// ```
struct Content<'a> {
    version: Node<'a>,
    hash: Algorithm<'a>,
    list: Node<'a>,
    values: Vec<(Node<'a>, Node<'a>)>,
    version_info: Option<Node<'a>>,
}

impl<'a> Content<'a> {
    fn read(octets: Node<'a>) -> Result<Content<'a>, Broken> {
        let sequence = Node::first(octets.value, octets.contents)?;
        if sequence.tag != 0x30 || sequence.whole.len() != octets.value.len() {
            return Err(Broken { position: sequence.position, what: "not one sequence" });
        }
        let mut fields = sequence.fields();
        let version = fields.expect(0x02, "version")?;
        let hash = Algorithm::read(fields.expect(0x30, "hashAlgorithm")?)?;
        let list = fields.expect(0x30, "dataGroupHashValues")?;
        let version_info = fields.optional(&[0x30])?;
        fields.finish("nothing follows ldsVersionInfo")?;
        let mut values = Vec::new();
        for entry in list.fields().rest()? {
            let mut pair = entry.fields();
            values.push((pair.expect(0x02, "dataGroupNumber")?, pair.expect(0x04, "dataGroupHashValue")?));
            pair.finish("a hash value is number and octets")?;
        }
        Ok(Content { version, hash, list, values, version_info })
    }
}

fn content<'a>(data: &SignedData<'a>) -> Option<Result<Content<'a>, Broken>> {
    data.content.map(Content::read)
}

fn good<'a>(data: &SignedData<'a>) -> Option<Content<'a>> {
    content(data)?.ok()
}

pub(in crate::pki::lint) static LINES: &[SignedDataLine] = &[
    must("security_object.tag", "Doc 9303-10 4.6.2", "the file has the tag 77", |data, hits| {
        if data.bytes.first() != Some(&0x77) {
            hits.at(0, "no outer tag");
        }
    }),
    must("security_object.content_type", TABLE, "eContentType is 2.23.136.1.1.1", |data, hits| {
        if !data.content_type.is_oid(&oids::LDS_SECURITY_OBJECT) {
            hits.at(
                data.content_type.position,
                data.content_type.oid().map_or_else(String::new, |oid| oid.to_string()),
            );
        }
    }),
    should("security_object.revocation_lists", TABLE, "crls are not used", |data, hits| {
        if let Some(lists) = data.revocation_lists {
            hits.at(lists.position, "present");
        }
    }),
    should(
        "security_object.signer.identifier",
        TABLE,
        "the signer is told by issuer and serial number",
        |data, hits| {
            for signer in data.signers.iter().filter(|signer| matches!(signer.identifier, Identifier::SubjectKey(_))) {
                hits.at(signer.identifier_node.position, "by its key");
            }
        },
    ),
    must("security_object.content.structure", OBJECT, "eContent is an LDSSecurityObject", |data, hits| {
        if let Some(Err(broken)) = content(data) {
            hits.at(broken.position, broken.what);
        }
    }),
    must("security_object.content.version", OBJECT, "the version is 0 or 1", |data, hits| {
        if let Some(content) = good(data).filter(|content| !matches!(content.version.value, [0 | 1])) {
            hits.at(content.version.position, "another version");
        }
    }),
    must(
        "security_object.content.version_info",
        OBJECT,
        "ldsVersionInfo comes with version 1 and only with it",
        |data, hits| {
            if let Some(content) = good(data) {
                match (content.version.value, content.version_info) {
                    ([0], Some(info)) => hits.at(info.position, "with version 0"),
                    ([1], None) => hits.at(content.version.position, "none with version 1"),
                    _ => {}
                }
            }
        },
    ),
    must(
        "security_object.content.hash",
        "Doc 9303-12 4.1.6.4",
        "data groups are hashed by SHA-224 to SHA-512",
        |data, hits| {
            if let Some(content) = good(data)
                && !oids::HASHES.iter().any(|oid| content.hash.oid.is_oid(oid))
            {
                hits.at(content.hash.node.position, content.hash.name());
            }
        },
    ),
    must(
        "security_object.content.hash.parameters",
        "Doc 9303-10 4.6.2.3 note 2",
        "the hash function of the data groups has no parameters",
        |data, hits| {
            if let Some(parameters) = good(data).and_then(|content| content.hash.parameters) {
                hits.at(parameters.position, "present");
            }
        },
    ),
    must(
        "security_object.content.version_info.form",
        "Doc 9303-10 4.6.1.1, 4.6.1.2, 4.6.2.3",
        "ldsVersionInfo has an LDS version of four digits and a Unicode version of six",
        |data, hits| {
            let Some(info) = good(data).and_then(|content| content.version_info) else { return };
            let fields = info.fields().rest().unwrap_or_default();
            let is_good = |node: &Node<'_>, count: usize| {
                node.tag == 0x13 && node.value.len() == count && node.value.iter().all(u8::is_ascii_digit)
            };
            if !matches!(&fields[..], [lds, unicode] if is_good(lds, 4) && is_good(unicode, 6)) {
                hits.at(info.position, "another form");
            }
        },
    ),
    must(
        "security_object.content.count",
        OBJECT,
        "there are hash values of 2 to 16 data groups, DG1 and DG2 among them",
        |data, hits| {
            let Some(content) = good(data) else { return };
            let has = |number: u8| content.values.iter().any(|(found, _)| found.value == [number]);
            if !(2..=16).contains(&content.values.len()) || !has(1) || !has(2) {
                hits.at(content.list.position, format!("{} values", content.values.len()));
            }
        },
    ),
    must(
        "security_object.content.numbers",
        OBJECT,
        "data groups have numbers from 1 to 16, each once",
        |data, hits| {
            let Some(content) = good(data) else { return };
            for (index, (number, _)) in content.values.iter().enumerate().take(100) {
                let before = content.values.get(..index).unwrap_or_default();
                if !matches!(number.value, [1..=16]) || before.iter().any(|(other, _)| other.value == number.value) {
                    hits.at(number.position, "another number, or again");
                }
            }
        },
    ),
    must(
        "security_object.content.lengths",
        OBJECT,
        "hash values have the length of their hash function",
        |data, hits| {
            let Some(content) = good(data) else { return };
            let Some(hash) = content.hash.digest() else { return };
            for (_, value) in content.values.iter().filter(|(_, value)| value.value.len() != hash.length()) {
                hits.at(value.position, format!("{} octets", value.value.len()));
            }
        },
    ),
];
