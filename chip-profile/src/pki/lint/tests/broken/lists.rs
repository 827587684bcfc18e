//! Alterations of revocation lists.

use super::super::edit::{Document, Tree};
use super::{Base, Case};

// Places in a revocation list, from the outermost sequence.
const VERSION: &[usize] = &[0, 0];
const INNER_ALGORITHM: &[usize] = &[0, 1];
const ISSUER: &[usize] = &[0, 2];
const THIS_UPDATE: &[usize] = &[0, 3];
const NEXT_UPDATE: &[usize] = &[0, 4];
const REVOKED: &[usize] = &[0, 5];

const AUTHORITY_KEY: &str = "2.5.29.35";
const ISSUER_ALT: &str = "2.5.29.18";
const NUMBER: &str = "2.5.29.20";
const R: Base = Base::RevocationList;

pub(super) static CASES: &[Case] = &[
    ("revocation_list.version", R, |d| d.at(VERSION).bytes = vec![0]),
    ("revocation_list.signature.equal", R, |d| {
        d.at(INNER_ALGORITHM).at(&[0]).bytes = Tree::oid("1.2.840.10045.4.3.3").bytes
    }),
    ("revocation_list.signature.algorithm", R, |d| algorithm(d, "1.2.840.10045.4.9", None)),
    ("revocation_list.signature.hash", R, |d| algorithm(d, "1.2.840.10045.4.1", None)),
    ("revocation_list.signature.parameters", R, |d| algorithm(d, "1.2.840.113549.1.1.12", None)),
    ("revocation_list.signature.mask", R, |d| {
        let of = |oid: &str| Tree::constructed(0x30, vec![Tree::oid(oid)]);
        let mask = Tree::constructed(0x30, vec![Tree::oid("1.2.840.113549.1.1.8"), of("2.16.840.1.101.3.4.2.2")]);
        let hash = Tree::constructed(0xA0, vec![of("2.16.840.1.101.3.4.2.1")]);
        let parameters = Tree::constructed(0x30, vec![hash, Tree::constructed(0xA1, vec![mask])]);
        algorithm(d, "1.2.840.113549.1.1.10", Some(parameters));
    }),
    ("revocation_list.signature.value", R, |d| d.at(&[2]).bytes = vec![0, 0x30, 0x00]),
    ("revocation_list.issuer.country", R, |d| drop(d.at(ISSUER).children.remove(0))),
    ("revocation_list.issuer.country.letters", R, |d| d.at(ISSUER).at(&[0, 0, 1]).bytes = b"UTO".to_vec()),
    ("revocation_list.issuer.country.case", R, |d| d.at(ISSUER).at(&[0, 0, 1]).bytes = b"ut".to_vec()),
    ("revocation_list.issuer.printable", R, |d| d.at(ISSUER).at(&[0, 0, 1]).tag = 0x0C),
    ("revocation_list.issuer.strings", R, |d| d.at(ISSUER).at(&[1, 0, 1]).tag = 0x16),
    ("revocation_list.issuer.common_name", R, |d| drop(d.at(ISSUER).children.remove(3))),
    ("revocation_list.times.zulu", R, |d| d.at(THIS_UPDATE).bytes = b"261121000000+0000".to_vec()),
    ("revocation_list.times.seconds", R, |d| d.at(NEXT_UPDATE).bytes = b"2702190000Z".to_vec()),
    ("revocation_list.times.form", R, |d| d.at(THIS_UPDATE).bytes = b"261121000000.0Z".to_vec()),
    ("revocation_list.times.utc_time", R, |d| *d.at(NEXT_UPDATE) = Tree::primitive(0x18, b"20270219000000Z")),
    ("revocation_list.next_update", R, |d| drop(d.at(&[0]).children.remove(4))),
    ("revocation_list.interval", R, |d| d.at(NEXT_UPDATE).bytes = b"270220000000Z".to_vec()),
    ("revocation_list.interval", R, |d| d.at(NEXT_UPDATE).bytes = b"261121000000Z".to_vec()),
    ("revocation_list.revoked", R, |d| d.at(REVOKED).children.clear()),
    ("revocation_list.revoked.date", R, |d| d.at(REVOKED).at(&[0, 1]).bytes = b"2611200000Z".to_vec()),
    ("revocation_list.revoked.repeated", R, |d| {
        let serial = d.at(REVOKED).at(&[0, 0]).clone();
        *d.at(REVOKED).at(&[1, 0]) = serial;
    }),
    ("revocation_list.extensions", R, |d| drop(d.at(&[0]).children.pop())),
    ("revocation_list.extensions.defaults", R, |d| d.extension(NUMBER).children.insert(1, Tree::primitive(0x01, &[0]))),
    ("revocation_list.extensions.repeated", R, |d| {
        let again = d.extension(NUMBER).clone();
        d.at(&[0]).children.last_mut().unwrap().children[0].children.push(again);
    }),
    ("revocation_list.extensions.form", R, |d| d.value(NUMBER, |v| v.tag = 0x04)),
    ("revocation_list.authority_key_identifier", R, |d| d.remove(AUTHORITY_KEY)),
    ("revocation_list.authority_key_identifier.criticality", R, |d| d.set_critical(AUTHORITY_KEY, true)),
    ("revocation_list.authority_key_identifier.key", R, |d| d.value(AUTHORITY_KEY, |v| v.children.clear())),
    ("revocation_list.issuer_alternative_name.criticality", R, |d| d.add(ISSUER_ALT, true, &[0x30, 0x00])),
    ("revocation_list.number", R, |d| d.remove(NUMBER)),
    ("revocation_list.number.criticality", R, |d| d.set_critical(NUMBER, true)),
    ("revocation_list.number.value", R, |d| d.value(NUMBER, |v| v.bytes = vec![0x80])),
    ("revocation_list.number.length", R, |d| d.value(NUMBER, |v| v.bytes = vec![1; 21])),
    ("revocation_list.number.shortest", R, |d| d.value(NUMBER, |v| v.bytes = vec![0, 1])),
    ("revocation_list.delta", R, |d| d.add("2.5.29.27", false, &[0x02, 0x01, 0x01])),
    ("revocation_list.issuing_distribution_point", R, |d| d.add("2.5.29.28", true, &[0x30, 0x00])),
    ("revocation_list.freshest_crl", R, |d| d.add("2.5.29.46", false, &[0x30, 0x00])),
    ("revocation_list.revoked.extensions", R, |d| entry_extension(d, "2.5.29.21", false)),
    ("revocation_list.other.criticality", R, |d| entry_extension(d, "1.3.6.1.4.1.99999.2", true)),
    ("revocation_list.other.criticality", R, |d| d.add("1.3.6.1.4.1.99999.2", true, &[0x05, 0x00])),
];

fn algorithm(d: &mut Document, oid: &str, parameters: Option<Tree>) {
    let algorithm = Tree::constructed(0x30, [Some(Tree::oid(oid)), parameters].into_iter().flatten().collect());
    *d.at(INNER_ALGORITHM) = algorithm.clone();
    *d.at(&[1]) = algorithm;
}

fn entry_extension(d: &mut Document, oid: &str, critical: bool) {
    let mut children = vec![Tree::oid(oid)];
    if critical {
        children.push(Tree::primitive(0x01, &[0xFF]));
    }
    children.push(Tree::primitive(0x04, &[0x0A, 0x01, 0x01]));
    let extension = Tree::constructed(0x30, children);
    d.at(REVOKED).at(&[0]).children.push(Tree::constructed(0x30, vec![extension]));
}
