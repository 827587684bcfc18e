//! Alterations of signed files and lists.

use super::super::edit::{Document, Tree};
use super::{Base, Case};

const S: Base = Base::SecurityObject;
const M: Base = Base::MasterList;
const D: Base = Base::DeviationList;
const SHA1: &str = "1.3.14.3.2.26";
const SHA384: &str = "2.16.840.1.101.3.4.2.2";

pub(super) static CASES: &[Case] = &[
    ("signed_data.version", S, |d| d.signed_data().at(&[0]).bytes = vec![1]),
    ("signed_data.digest_algorithms", S, |d| {
        d.signed_data().at(&[1, 0, 0]).bytes = Tree::oid(SHA384).bytes;
    }),
    ("signed_data.digest_algorithms.parameters", S, |d| {
        d.signed_data().at(&[1, 0]).children.push(Tree::primitive(0x05, &[]))
    }),
    ("signed_data.content", M, |d| drop(d.signed_data().at(&[2]).children.pop())),
    ("signed_data.certificates", M, |d| drop(d.signed_data().children.remove(3))),
    ("signed_data.certificates.signer", M, |d| d.signer().at(&[1]).bytes[0] ^= 1),
    ("signed_data.certificates.order", M, |d| d.signed_data().at(&[3]).children.reverse()),
    ("signed_data.signers", M, |d| d.signed_data().at(&[4]).children.clear()),
    ("signed_data.signers.one", M, |d| {
        // Both are signed alike, before the second is added.
        signed_now(d);
        let again = d.signer().clone();
        d.signed_data().at(&[4]).children.push(again);
    }),
    ("signed_data.signer.version", S, |d| d.signer().at(&[0]).bytes = vec![3]),
    ("signed_data.signer.hash", M, |d| {
        d.sign = false;
        d.attributes().sort_by_key(Tree::to_der);
        d.signed_data().at(&[1, 0, 0]).bytes = Tree::oid("1.3.36.3.2.1").bytes;
        d.signer().at(&[2, 0]).bytes = Tree::oid("1.3.36.3.2.1").bytes;
    }),
    ("signed_data.signed_attributes", M, |d| {
        unreadable_key(d);
        drop(d.signer().children.remove(3));
    }),
    ("signed_data.signed_attributes.order", S, |d| {
        d.mend_order = false;
        d.attributes().sort_by_key(Tree::to_der);
        d.attributes().reverse();
    }),
    ("signed_data.signed_attributes.repeated", S, |d| {
        let again = d.attributes()[2].clone();
        d.attributes().push(again);
    }),
    ("signed_data.content_type_attribute", S, |d| {
        d.attributes()[0].at(&[1, 0]).bytes = Tree::oid("2.23.136.1.1.2").bytes;
    }),
    ("signed_data.content_type_attribute", S, |d| drop(d.attributes().remove(0))),
    ("signed_data.message_digest", S, |d| d.mend_digest = false),
    ("signed_data.message_digest", S, |d| drop(d.attributes().remove(1))),
    ("signed_data.signing_time.form", S, |d| d.attributes()[2].at(&[1, 0]).bytes = b"2611210000Z".to_vec()),
    ("signed_data.signature", S, |d| {
        signed_now(d);
        let last = d.signer().at(&[5]).bytes.len() - 1;
        d.signer().at(&[5]).bytes[last] ^= 1;
    }),
    ("signed_data.signature.algorithm", S, |d| d.signer().at(&[4, 0]).bytes = Tree::oid("1.2.840.10045.4.9").bytes),
    ("signed_data.signature.parameters", S, |d| d.signer().at(&[4]).children.push(Tree::primitive(0x05, &[]))),
    ("signed_data.signature.hash", S, |d| {
        // Named another than it is: the signature is then not one that verifies, so the certificate goes unread.
        unreadable_key(d);
        d.signer().at(&[4, 0]).bytes = Tree::oid("1.2.840.10045.4.3.3").bytes;
    }),
    ("signed_data.signature.mask", S, |d| {
        unreadable_key(d);
        let of = |oid: &str| Tree::constructed(0x30, vec![Tree::oid(oid)]);
        let mask = Tree::constructed(0x30, vec![Tree::oid("1.2.840.113549.1.1.8"), of(SHA384)]);
        let hash = Tree::constructed(0xA0, vec![of("2.16.840.1.101.3.4.2.1")]);
        let parameters = Tree::constructed(0x30, vec![hash, Tree::constructed(0xA1, vec![mask])]);
        *d.signer().at(&[4]) = Tree::constructed(0x30, vec![Tree::oid("1.2.840.113549.1.1.10"), parameters]);
    }),
    // EF.SOD
    ("security_object.tag", S, |d| d.tree = d.tree.children[0].clone()),
    ("security_object.content_type", S, |d| content_type(d, "2.23.136.1.1.99")),
    ("security_object.revocation_lists", S, |d| {
        d.signed_data().children.insert(4, Tree::constructed(0xA1, Vec::new()))
    }),
    ("security_object.signer.identifier", S, |d| {
        let certificate = d.signed_data().at(&[3, 0]).to_der();
        let signer = crate::pki::Certificate::parse(&certificate).unwrap();
        *d.signer().at(&[1]) = Tree::primitive(0x80, signer.subject_key_identifier().unwrap());
        d.signer().at(&[0]).bytes = vec![3];
    }),
    ("security_object.content.structure", S, |d| d.content(|v| drop(v.children.remove(1)))),
    ("security_object.content.version", S, |d| d.content(|v| v.at(&[0]).bytes = vec![2])),
    ("security_object.content.version_info", S, |d| d.content(|v| drop(v.children.pop()))),
    ("security_object.content.version_info", S, |d| d.content(|v| v.at(&[0]).bytes = vec![0])),
    ("security_object.content.hash", S, |d| {
        d.content(|v| {
            v.at(&[1, 0]).bytes = Tree::oid(SHA1).bytes;
            (0..3).for_each(|index| v.at(&[2, index, 1]).bytes.truncate(20));
        })
    }),
    ("security_object.content.hash.parameters", S, |d| {
        d.content(|v| v.at(&[1]).children.push(Tree::primitive(0x05, &[])));
    }),
    ("security_object.content.version_info.form", S, |d| d.content(|v| v.at(&[3, 0]).bytes = b"108".to_vec())),
    ("security_object.content.count", S, |d| d.content(|v| drop(v.at(&[2]).children.remove(1)))),
    ("security_object.content.numbers", S, |d| d.content(|v| v.at(&[2, 2, 0]).bytes = vec![17])),
    ("security_object.content.numbers", S, |d| d.content(|v| v.at(&[2, 2, 0]).bytes = vec![2])),
    ("security_object.content.lengths", S, |d| d.content(|v| v.at(&[2, 2, 1]).bytes.truncate(31))),
    // Master lists
    ("master_list.content_type", M, |d| content_type(d, "2.23.136.1.1.99")),
    ("master_list.country_signer", M, |d| only_signer(d)),
    ("master_list.revocation_lists", M, |d| d.signed_data().children.insert(4, Tree::constructed(0xA1, Vec::new()))),
    ("master_list.signer.identifier", M, |d| by_serial(d)),
    ("master_list.signing_time", M, |d| drop(d.attributes().pop())),
    ("master_list.content.structure", M, |d| d.content(|v| v.children.reverse())),
    ("master_list.content.version", M, |d| d.content(|v| v.at(&[0]).bytes = vec![1])),
    ("master_list.content.certificates", M, |d| d.content(|v| v.at(&[1]).children.clear())),
    ("master_list.content.certificates", M, |d| d.content(|v| v.at(&[1]).children = vec![Tree::primitive(0x05, &[])])),
    ("master_list.content.repeated", M, |d| {
        d.content(|v| {
            let again = v.at(&[1, 0]).clone();
            v.at(&[1]).children.insert(0, again);
        })
    }),
    // Deviation lists
    ("deviation_list.content_type", D, |d| content_type(d, "2.23.136.1.1.99")),
    ("deviation_list.country_signer", D, |d| only_signer(d)),
    ("deviation_list.revocation_lists", D, |d| d.signed_data().children.insert(4, Tree::constructed(0xA1, Vec::new()))),
    ("deviation_list.signer.identifier", D, |d| by_serial(d)),
    ("deviation_list.signing_time", D, |d| drop(d.attributes().pop())),
    ("deviation_list.unsigned_attributes", D, |d| d.signer().children.push(Tree::constructed(0xA1, Vec::new()))),
    ("deviation_list.content.structure", D, |d| d.content(|v| v.children.reverse())),
    ("deviation_list.content.version", D, |d| d.content(|v| v.at(&[0]).bytes = vec![1])),
    // EF.CardSecurity
    ("card_security.content_type", Base::CardSecurity, |d| content_type(d, "2.23.136.1.1.99")),
    ("card_security.content", Base::CardSecurity, |d| d.content(|v| v.tag = 0x30)),
];

fn content_type(d: &mut Document, oid: &str) {
    d.signed_data().at(&[2, 0]).bytes = Tree::oid(oid).bytes;
    d.attributes()[0].at(&[1, 0]).bytes = Tree::oid(oid).bytes;
}

/// Signs before the alteration goes on, and not after it.
fn signed_now(d: &mut Document) {
    let twin = Document { tree: d.tree.clone(), ..*d };
    d.tree = Tree::parse(&twin.finish());
    d.sign = false;
}

/// The certificate names an algorithm of the key that is not read: its signatures are left unverified.
fn unreadable_key(d: &mut Document) {
    for certificate in &mut d.signed_data().at(&[3]).children {
        certificate.at(&[0, 6, 0, 0]).bytes = Tree::oid("1.3.101.112").bytes;
    }
}

/// Leaves only the certificate that the signer is told by.
fn only_signer(d: &mut Document) {
    let identifier = d.signer().at(&[1]).bytes.clone();
    d.signed_data().at(&[3]).children.retain(|certificate| {
        let certificate = crate::pki::Certificate::parse(&certificate.to_der()).unwrap();
        certificate.subject_key_identifier() == Some(&identifier)
    });
}

fn by_serial(d: &mut Document) {
    let identifier = d.signer().at(&[1]).bytes.clone();
    let certificates = d.signed_data().at(&[3]).children.clone();
    for certificate in certificates {
        let certificate = crate::pki::Certificate::parse(&certificate.to_der()).unwrap();
        if certificate.subject_key_identifier() == Some(&identifier) {
            let serial = Tree::primitive(0x02, certificate.serial());
            *d.signer().at(&[1]) = Tree::constructed(0x30, vec![Tree::parse(certificate.issuer_bytes()), serial]);
            d.signer().at(&[0]).bytes = vec![1];
        }
    }
}
