//! Alterations of certificates.

use super::super::edit::{
    ALGORITHM, Document, INNER_ALGORITHM, ISSUER, KEY, NOT_AFTER, NOT_BEFORE, SERIAL, SUBJECT, Tree,
};
use super::{Base, Case};

const AUTHORITY_KEY: &str = "2.5.29.35";
const SUBJECT_KEY: &str = "2.5.29.14";
const KEY_USAGE: &str = "2.5.29.15";
const USAGE_PERIOD: &str = "2.5.29.16";
const SUBJECT_ALT: &str = "2.5.29.17";
const ISSUER_ALT: &str = "2.5.29.18";
const CONSTRAINTS: &str = "2.5.29.19";
const DISTRIBUTION: &str = "2.5.29.31";
const POLICIES: &str = "2.5.29.32";
const EXTENDED: &str = "2.5.29.37";
const DOCUMENT_TYPE: &str = "2.23.136.1.1.6.2";
const NAME_CHANGE: &str = "2.23.136.1.1.6.1";
const RSA_PSS: &str = "1.2.840.113549.1.1.10";
const SHA256: &str = "2.16.840.1.101.3.4.2.1";

// Places of the attributes that the names of the good documents have.
const COUNTRY: usize = 0;
const ORGANIZATION: usize = 1;
const NUMBER: usize = 2;
const COMMON: usize = 3;

pub(super) static CASES: &[Case] = &[
    ("certificate.version", Base::DocumentSigner, |d| d.at(&[0, 0, 0]).bytes = vec![1]),
    ("certificate.version", Base::DocumentSigner, |d| drop(d.at(&[0]).children.remove(0))),
    ("certificate.serial_number.positive", Base::DocumentSigner, |d| d.at(SERIAL).bytes = vec![0x80, 1]),
    ("certificate.serial_number.positive", Base::DocumentSigner, |d| d.at(SERIAL).bytes = vec![0]),
    ("certificate.serial_number.length", Base::DocumentSigner, |d| d.at(SERIAL).bytes = vec![1; 21]),
    ("certificate.serial_number.shortest", Base::DocumentSigner, |d| d.at(SERIAL).bytes = vec![0, 1]),
    ("certificate.signature.equal", Base::DocumentSigner, |d| {
        d.at(INNER_ALGORITHM).at(&[0]).bytes = Tree::oid("1.2.840.10045.4.3.3").bytes
    }),
    ("certificate.signature.algorithm", Base::DocumentSigner, |d| algorithm(d, "1.2.840.10045.4.9", None)),
    ("certificate.signature.hash", Base::DocumentSigner, |d| algorithm(d, "1.2.840.10045.4.1", None)),
    ("certificate.signature.hash", Base::DocumentSigner, |d| {
        algorithm(d, RSA_PSS, Some(pss("1.3.14.3.2.26", "1.3.14.3.2.26")))
    }),
    ("certificate.signature.parameters", Base::DocumentSigner, |d| {
        algorithm(d, "1.2.840.10045.4.3.2", Some(Tree::primitive(0x05, &[])))
    }),
    ("certificate.signature.parameters", Base::DocumentSigner, |d| algorithm(d, "1.2.840.113549.1.1.11", None)),
    ("certificate.signature.parameters", Base::DocumentSigner, |d| algorithm(d, RSA_PSS, None)),
    ("certificate.signature.mask", Base::DocumentSigner, |d| {
        algorithm(d, RSA_PSS, Some(pss(SHA256, "2.16.840.1.101.3.4.2.2")))
    }),
    ("certificate.signature.value", Base::DocumentSigner, |d| d.at(&[2]).bytes = vec![0, 1, 2, 3]),
    ("certificate.issuer.country", Base::DocumentSigner, |d| drop(d.at(ISSUER).children.remove(COUNTRY))),
    ("certificate.issuer.country.case", Base::DocumentSigner, |d| attribute(d, ISSUER, COUNTRY).bytes = b"ut".to_vec()),
    ("certificate.issuer.printable", Base::DocumentSigner, |d| attribute(d, ISSUER, NUMBER).tag = 0x0C),
    ("certificate.issuer.printable", Base::DocumentSigner, |d| attribute(d, ISSUER, COUNTRY).tag = 0x0C),
    ("certificate.issuer.strings", Base::DocumentSigner, |d| attribute(d, ISSUER, ORGANIZATION).tag = 0x14),
    ("certificate.issuer.common_name", Base::DocumentSigner, |d| drop(d.at(ISSUER).children.remove(COMMON))),
    ("certificate.subject.country", Base::DocumentSigner, |d| drop(d.at(SUBJECT).children.remove(COUNTRY))),
    ("certificate.subject.country.case", Base::DocumentSigner, |d| {
        attribute(d, SUBJECT, COUNTRY).bytes = b"ut".to_vec()
    }),
    ("certificate.subject.printable", Base::DocumentSigner, |d| attribute(d, SUBJECT, NUMBER).tag = 0x0C),
    ("certificate.subject.printable", Base::DocumentSigner, |d| attribute(d, SUBJECT, COUNTRY).tag = 0x0C),
    ("certificate.subject.strings", Base::DocumentSigner, |d| attribute(d, SUBJECT, ORGANIZATION).tag = 0x14),
    ("certificate.subject.common_name", Base::DocumentSigner, |d| drop(d.at(SUBJECT).children.remove(COMMON))),
    ("certificate.issuer.country.letters", Base::DocumentSigner, |d| country(d, ISSUER, b"UTO")),
    ("certificate.subject.country.letters", Base::DocumentSigner, |d| country(d, SUBJECT, b"UTO")),
    ("certificate.subject.country.equal", Base::DocumentSigner, |d| {
        attribute(d, SUBJECT, COUNTRY).bytes = b"XX".to_vec()
    }),
    ("certificate.validity.zulu", Base::DocumentSigner, |d| d.at(NOT_BEFORE).bytes = b"261121000000+0100".to_vec()),
    ("certificate.validity.seconds", Base::DocumentSigner, |d| d.at(NOT_BEFORE).bytes = b"2611210000Z".to_vec()),
    ("certificate.validity.form", Base::DocumentSigner, |d| d.at(NOT_BEFORE).bytes = b"261321000000Z".to_vec()),
    ("certificate.validity.form", Base::DocumentSigner, |d| time(d, NOT_AFTER, 0x18, b"20500221000000.5Z")),
    ("certificate.validity.utc_time", Base::DocumentSigner, |d| time(d, NOT_AFTER, 0x18, b"20370221000000Z")),
    ("certificate.validity.order", Base::DocumentSigner, |d| order(d)),
    ("certificate.issuer_unique_id", Base::DocumentSigner, |d| {
        d.at(&[0]).children.insert(7, Tree::primitive(0x81, &[0, 1]))
    }),
    ("certificate.subject_unique_id", Base::DocumentSigner, |d| {
        d.at(&[0]).children.insert(7, Tree::primitive(0x82, &[0, 1]))
    }),
    ("certificate.extensions", Base::Lds2Signer, |d| no_extensions(d)),
    ("certificate.extensions.defaults", Base::DocumentSigner, |d| {
        d.extension(SUBJECT_KEY).children.insert(1, Tree::primitive(0x01, &[0]))
    }),
    ("certificate.extensions.defaults", Base::Csca, |d| d.value(CONSTRAINTS, |v| v.at(&[0]).bytes = vec![0])),
    ("certificate.extensions.repeated", Base::DocumentSigner, |d| repeat(d)),
    ("certificate.extensions.form", Base::DocumentSigner, |d| d.value(KEY_USAGE, |v| v.tag = 0x04)),
    ("certificate.extensions.form", Base::DocumentSigner, |d| d.extension(SUBJECT_KEY).at(&[1]).bytes.push(0)),
    ("public_key.algorithm", Base::DocumentSigner, |d| d.at(KEY).at(&[0, 0]).bytes = Tree::oid("1.3.101.112").bytes),
    ("public_key.explicit_parameters", Base::DocumentSigner, |d| {
        *d.at(KEY).at(&[0, 1]) = Tree::oid("1.2.840.10045.3.1.7")
    }),
    ("public_key.explicit_parameters", Base::DocumentSigner, |d| drop(d.at(KEY).at(&[0]).children.remove(1))),
    ("public_key.explicit_parameters", Base::DocumentSigner, |d| *d.at(KEY).at(&[0, 1]) = Tree::primitive(0x05, &[])),
    ("public_key.parameters.form", Base::DocumentSigner, |d| drop(d.at(KEY).at(&[0, 1]).children.remove(3))),
    ("public_key.cofactor", Base::DocumentSigner, |d| drop(d.at(KEY).at(&[0, 1]).children.pop())),
    ("public_key.base_point", Base::DocumentSigner, |d| compress(&mut d.at(KEY).at(&[0, 1, 3]).bytes, 0)),
    ("public_key.point", Base::DocumentSigner, |d| compress(&mut d.at(KEY).at(&[1]).bytes, 1)),
    ("public_key.coefficients", Base::DocumentSigner, |d| d.at(KEY).at(&[0, 1, 2, 1]).bytes.insert(0, 0)),
    ("public_key.point.length", Base::DocumentSigner, |d| d.at(KEY).at(&[1]).bytes.truncate(65)),
    ("public_key.rsa_parameters", Base::DocumentSigner, |d| rsa(d, 256, false)),
    ("public_key.strength", Base::DocumentSigner, |d| rsa(d, 128, true)),
    ("extension.authority_key_identifier.criticality", Base::DocumentSigner, |d| d.set_critical(AUTHORITY_KEY, true)),
    ("extension.subject_key_identifier.criticality", Base::DocumentSigner, |d| d.set_critical(SUBJECT_KEY, true)),
    ("extension.private_key_usage_period.criticality", Base::DocumentSigner, |d| d.set_critical(USAGE_PERIOD, true)),
    ("extension.subject_alternative_name.criticality", Base::DocumentSigner, |d| d.set_critical(SUBJECT_ALT, true)),
    ("extension.issuer_alternative_name.criticality", Base::DocumentSigner, |d| d.set_critical(ISSUER_ALT, true)),
    ("extension.crl_distribution_points.criticality", Base::DocumentSigner, |d| d.set_critical(DISTRIBUTION, true)),
    ("extension.document_type.criticality", Base::DocumentSigner, |d| d.set_critical(DOCUMENT_TYPE, true)),
    ("extension.key_usage.criticality", Base::DocumentSigner, |d| d.set_critical(KEY_USAGE, false)),
    ("extension.certificate_policies.criticality", Base::Csca, |d| d.set_critical(POLICIES, true)),
    ("extension.name_change.criticality", Base::LinkWithName, |d| d.set_critical(NAME_CHANGE, true)),
    ("extension.extended_key_usage.criticality", Base::MasterListSigner, |d| d.set_critical(EXTENDED, false)),
    ("extension.authority_key_identifier.key", Base::DocumentSigner, |d| {
        d.value(AUTHORITY_KEY, |v| v.children.clear())
    }),
    ("extension.authority_key_identifier.pair", Base::DocumentSigner, |d| {
        d.value(AUTHORITY_KEY, |v| v.children.push(Tree::primitive(0x82, &[1])))
    }),
    ("extension.private_key_usage_period.contents", Base::DocumentSigner, |d| {
        d.value(USAGE_PERIOD, |v| v.children.clear())
    }),
    ("extension.private_key_usage_period.time", Base::DocumentSigner, |d| {
        d.value(USAGE_PERIOD, |v| v.at(&[0]).bytes = b"261121000000Z".to_vec())
    }),
    ("extension.private_key_usage_period.order", Base::DocumentSigner, |d| {
        d.value(USAGE_PERIOD, |v| v.at(&[0]).bytes = b"20270301000000Z".to_vec())
    }),
    ("extension.private_key_usage_period.within_validity", Base::DocumentSigner, |d| {
        d.value(USAGE_PERIOD, |v| v.at(&[0]).bytes = b"20261120000000Z".to_vec())
    }),
    ("extension.policy_mappings", Base::DocumentSigner, |d| d.add("2.5.29.33", false, &[0x30, 0x00])),
    ("extension.subject_directory_attributes", Base::DocumentSigner, |d| d.add("2.5.29.9", false, &[0x30, 0x00])),
    ("extension.name_constraints", Base::DocumentSigner, |d| d.add("2.5.29.30", false, &[0x30, 0x00])),
    ("extension.policy_constraints", Base::DocumentSigner, |d| d.add("2.5.29.36", false, &[0x30, 0x00])),
    ("extension.inhibit_any_policy", Base::DocumentSigner, |d| d.add("2.5.29.54", false, &[0x30, 0x00])),
    ("extension.freshest_crl", Base::DocumentSigner, |d| d.add("2.5.29.46", false, &[0x30, 0x00])),
    ("extension.netscape_certificate_type", Base::DocumentSigner, |d| {
        d.add("2.16.840.1.113730.1.1", false, &[0x30, 0x00])
    }),
    ("extension.subject_alternative_name.directory", Base::DocumentSigner, |d| {
        d.value(SUBJECT_ALT, |v| drop(v.children.pop()))
    }),
    ("extension.subject_alternative_name.directory", Base::DocumentSigner, |d| {
        d.value(SUBJECT_ALT, |v| drop(v.at(&[1, 0]).children.pop()))
    }),
    ("extension.subject_alternative_name.state", Base::DocumentSigner, |d| {
        d.value(SUBJECT_ALT, |v| v.at(&[1, 0, 1, 0, 1]).bytes = b"Uto".to_vec())
    }),
    ("extension.subject_alternative_name.state", Base::DocumentSigner, |d| {
        d.value(SUBJECT_ALT, |v| v.at(&[1, 0, 0, 0, 1]).bytes = b"UT".to_vec())
    }),
    ("extension.subject_alternative_name.attributes", Base::DocumentSigner, |d| {
        d.value(SUBJECT_ALT, another_attribute)
    }),
    ("extension.subject_alternative_name.contact", Base::DocumentSigner, |d| {
        d.value(SUBJECT_ALT, |v| drop(v.children.remove(0)))
    }),
    ("extension.issuer_alternative_name.directory", Base::DocumentSigner, |d| {
        d.value(ISSUER_ALT, |v| drop(v.children.pop()))
    }),
    ("extension.issuer_alternative_name.directory", Base::DocumentSigner, |d| {
        d.value(ISSUER_ALT, |v| drop(v.at(&[1, 0]).children.pop()))
    }),
    ("extension.issuer_alternative_name.state", Base::DocumentSigner, |d| {
        d.value(ISSUER_ALT, |v| v.at(&[1, 0, 1, 0, 1]).bytes = b"Uto".to_vec())
    }),
    ("extension.issuer_alternative_name.state", Base::DocumentSigner, |d| {
        d.value(ISSUER_ALT, |v| v.at(&[1, 0, 0, 0, 1]).bytes = b"UT".to_vec())
    }),
    ("extension.issuer_alternative_name.attributes", Base::DocumentSigner, |d| d.value(ISSUER_ALT, another_attribute)),
    ("extension.issuer_alternative_name.contact", Base::DocumentSigner, |d| {
        d.value(ISSUER_ALT, |v| drop(v.children.remove(0)))
    }),
    ("extension.crl_distribution_points.address", Base::DocumentSigner, |d| {
        d.value(DISTRIBUTION, |v| v.at(&[0]).children.clear())
    }),
    ("extension.crl_distribution_points.address", Base::DocumentSigner, |d| {
        d.value(DISTRIBUTION, |v| v.children.clear())
    }),
    ("extension.crl_distribution_points.scheme", Base::DocumentSigner, |d| {
        d.value(DISTRIBUTION, |v| v.at(&[0, 0, 0, 0]).bytes = b"ftp://utopia.example/a".to_vec())
    }),
    ("extension.crl_distribution_points.scheme", Base::DocumentSigner, |d| {
        d.value(DISTRIBUTION, |v| v.at(&[0, 0, 0, 0]).tag = 0x82)
    }),
    ("extension.crl_distribution_points.reasons", Base::DocumentSigner, |d| {
        d.value(DISTRIBUTION, |v| v.at(&[0]).children.push(Tree::primitive(0x81, &[0, 1])))
    }),
    ("extension.crl_distribution_points.issuer", Base::DocumentSigner, |d| {
        d.value(DISTRIBUTION, |v| v.at(&[0]).children.push(Tree::constructed(0xA2, Vec::new())))
    }),
    ("extension.document_type.version", Base::DocumentSigner, |d| {
        d.value(DOCUMENT_TYPE, |v| v.at(&[0]).bytes = vec![1])
    }),
    ("extension.document_type.codes", Base::DocumentSigner, |d| d.value(DOCUMENT_TYPE, |v| v.at(&[1, 0]).tag = 0x0C)),
    ("extension.document_type.codes", Base::DocumentSigner, |d| {
        d.value(DOCUMENT_TYPE, |v| v.at(&[1, 0]).bytes = b"<".to_vec())
    }),
    ("extension.document_type.codes", Base::DocumentSigner, |d| {
        d.value(DOCUMENT_TYPE, |v| v.at(&[1]).children.clear())
    }),
    ("extension.other.criticality", Base::DocumentSigner, |d| d.add("1.3.6.1.4.1.99999.2", true, &[0x05, 0x00])),
    ("country_signer.subject_key_identifier", Base::Csca, |d| d.remove(SUBJECT_KEY)),
    ("country_signer.key_usage", Base::Csca, |d| d.remove(KEY_USAGE)),
    ("country_signer.key_usage.bits", Base::Csca, |d| d.value(KEY_USAGE, |v| v.bytes = vec![1, 0b1000_0110])),
    ("country_signer.key_usage.bits", Base::Csca, |d| d.value(KEY_USAGE, |v| v.bytes = vec![2, 0b0000_0100])),
    ("country_signer.private_key_usage_period", Base::Csca, |d| d.remove(USAGE_PERIOD)),
    ("country_signer.private_key_usage_period.length", Base::Csca, |d| {
        d.value(USAGE_PERIOD, |v| v.at(&[1]).bytes = b"20321121000000Z".to_vec())
    }),
    ("country_signer.validity", Base::Csca, |d| d.at(NOT_AFTER).bytes = b"291121000000Z".to_vec()),
    ("country_signer.subject_alternative_name", Base::Csca, |d| d.remove(SUBJECT_ALT)),
    ("country_signer.issuer_alternative_name", Base::Csca, |d| d.remove(ISSUER_ALT)),
    ("country_signer.basic_constraints", Base::Csca, |d| d.remove(CONSTRAINTS)),
    ("country_signer.basic_constraints.criticality", Base::Csca, |d| d.set_critical(CONSTRAINTS, false)),
    ("country_signer.basic_constraints.authority", Base::Csca, |d| {
        d.value(CONSTRAINTS, |v| drop(v.children.remove(0)))
    }),
    ("country_signer.basic_constraints.path_length", Base::Csca, |d| d.value(CONSTRAINTS, |v| drop(v.children.pop()))),
    ("country_signer.basic_constraints.path_length", Base::Csca, |d| {
        d.value(CONSTRAINTS, |v| v.at(&[1]).bytes = vec![1])
    }),
    ("country_signer.extended_key_usage", Base::Csca, |d| d.add(EXTENDED, true, &purpose("1.3.6.1.5.5.7.3.1"))),
    ("country_signer.crl_distribution_points", Base::Csca, |d| d.remove(DISTRIBUTION)),
    ("country_signer.document_type", Base::Csca, |d| {
        d.add(DOCUMENT_TYPE, false, &[0x30, 0x08, 0x02, 0x01, 0x00, 0x31, 0x03, 0x13, 0x01, 0x50])
    }),
    ("csca.self_issued", Base::Csca, |d| attribute(d, ISSUER, ORGANIZATION).bytes.push(b'.')),
    ("csca.signature", Base::Csca, |d| bad_signature(d)),
    ("csca.authority_key_identifier", Base::Csca, |d| d.value(AUTHORITY_KEY, |v| v.at(&[0]).bytes[0] ^= 1)),
    ("csca.alternative_names", Base::Csca, |d| d.value(ISSUER_ALT, |v| v.at(&[0]).bytes[0] ^= 1)),
    ("link.authority_key_identifier", Base::Link, |d| d.remove(AUTHORITY_KEY)),
    ("link.new_key", Base::Link, |d| same_key(d)),
    ("link.name_change", Base::LinkWithName, |d| d.remove(NAME_CHANGE)),
    ("link.name_change.needed", Base::Link, |d| d.add(NAME_CHANGE, false, &[0x05, 0x00])),
    ("signer.authority_key_identifier", Base::DocumentSigner, |d| d.remove(AUTHORITY_KEY)),
    ("signer.key_usage", Base::DocumentSigner, |d| d.remove(KEY_USAGE)),
    ("signer.subject_alternative_name", Base::DocumentSigner, |d| d.remove(SUBJECT_ALT)),
    ("signer.issuer_alternative_name", Base::DocumentSigner, |d| d.remove(ISSUER_ALT)),
    ("signer.basic_constraints", Base::DocumentSigner, |d| d.add(CONSTRAINTS, true, &[0x30, 0x00])),
    ("signer.name_change", Base::DocumentSigner, |d| d.add(NAME_CHANGE, false, &[0x05, 0x00])),
    ("document_signer.key_usage.bits", Base::DocumentSigner, |d| {
        d.value(KEY_USAGE, |v| v.bytes = vec![6, 0b1100_0000])
    }),
    ("document_signer.private_key_usage_period", Base::DocumentSigner, |d| d.remove(USAGE_PERIOD)),
    ("document_signer.private_key_usage_period.length", Base::DocumentSigner, |d| {
        d.value(USAGE_PERIOD, |v| v.at(&[1]).bytes = b"20271121000000Z".to_vec())
    }),
    ("document_signer.validity", Base::DocumentSigner, |d| d.at(NOT_AFTER).bytes = b"270221000000Z".to_vec()),
    ("document_signer.extended_key_usage", Base::DocumentSigner, |d| {
        d.add(EXTENDED, true, &purpose("1.3.6.1.5.5.7.3.1"))
    }),
    ("document_signer.crl_distribution_points", Base::DocumentSigner, |d| d.remove(DISTRIBUTION)),
    ("document_signer.document_type", Base::DocumentSigner, |d| d.remove(DOCUMENT_TYPE)),
    ("list_signer.key_usage.bits", Base::MasterListSigner, |d| d.value(KEY_USAGE, |v| v.bytes = vec![6, 0b1100_0000])),
    ("list_signer.extended_key_usage", Base::MasterListSigner, |d| d.remove(EXTENDED)),
    ("list_signer.crl_distribution_points", Base::DeviationListSigner, |d| d.remove(DISTRIBUTION)),
    ("list_signer.document_type", Base::MasterListSigner, |d| {
        d.add(DOCUMENT_TYPE, false, &[0x30, 0x08, 0x02, 0x01, 0x00, 0x31, 0x03, 0x13, 0x01, 0x50])
    }),
    ("master_list_signer.extended_key_usage.purpose", Base::MasterListSigner, |d| {
        d.value(EXTENDED, |v| *v = Tree::parse(&purpose("2.23.136.1.1.8")))
    }),
    ("deviation_list_signer.extended_key_usage.purpose", Base::DeviationListSigner, |d| {
        d.value(EXTENDED, |v| *v = Tree::parse(&purpose("2.23.136.1.1.3")))
    }),
    ("communication.key_usage.bits", Base::Communication, |d| d.value(KEY_USAGE, |v| v.bytes = vec![6, 0b1100_0000])),
    ("communication.extended_key_usage", Base::Communication, |d| d.remove(EXTENDED)),
    ("communication.document_type", Base::Communication, |d| {
        d.add(DOCUMENT_TYPE, false, &[0x30, 0x08, 0x02, 0x01, 0x00, 0x31, 0x03, 0x13, 0x01, 0x50])
    }),
    ("lds2_signer.subject", Base::Lds2Signer, |d| more_subject(d)),
    ("lds2_signer.key", Base::Lds2Signer, |d| rsa(d, 256, true)),
    ("lds2_signer.authority_key_identifier", Base::Lds2Signer, |d| d.remove(AUTHORITY_KEY)),
    ("lds2_signer.extended_key_usage", Base::Lds2Signer, |d| d.remove(EXTENDED)),
    ("lds2_signer.extended_key_usage.purpose", Base::Lds2Signer, |d| {
        d.value(EXTENDED, |v| v.children.push(Tree::oid("1.3.6.1.5.5.7.3.1")))
    }),
    ("lds2_signer.extensions", Base::Lds2Signer, |d| d.add(SUBJECT_KEY, false, &[0x04, 0x01, 0x00])),
    ("bar_code_signer.subject", Base::BarCodeSigner, |d| more_subject(d)),
    ("bar_code_signer.key", Base::BarCodeSigner, |d| rsa(d, 256, true)),
    ("bar_code_signer.authority_key_identifier", Base::BarCodeSigner, |d| d.remove(AUTHORITY_KEY)),
    ("bar_code_signer.extended_key_usage", Base::BarCodeSigner, |d| d.remove(EXTENDED)),
    ("bar_code_signer.extended_key_usage.purpose", Base::BarCodeSigner, |d| {
        d.value(EXTENDED, |v| v.children.push(Tree::oid("1.3.6.1.5.5.7.3.1")))
    }),
    ("bar_code_signer.extensions", Base::BarCodeSigner, |d| d.add(SUBJECT_KEY, false, &[0x04, 0x01, 0x00])),
    ("lds2_signer.common_name", Base::Lds2Signer, |d| attribute(d, SUBJECT, 1).bytes = b"TS00000001".to_vec()),
    ("bar_code_signer.common_name", Base::BarCodeSigner, |d| attribute(d, SUBJECT, 1).bytes = b"d1".to_vec()),
    ("bar_code_signer.common_name", Base::BarCodeSigner, |d| attribute(d, SUBJECT, 1).tag = 0x0C),
    ("encoding.length", Base::DocumentSigner, |d| d.at(&[0, 4]).long = true),
    ("encoding.length", Base::Lds2Signer, |d| d.value(EXTENDED, |v| v.long = true)),
    ("encoding.boolean", Base::DocumentSigner, |d| d.extension(KEY_USAGE).at(&[1]).bytes = vec![0x01]),
    ("encoding.bit_string", Base::DocumentSigner, |d| d.value(KEY_USAGE, |v| v.bytes = vec![7, 0b1000_0001])),
    ("encoding.set_order", Base::DocumentSigner, |d| d.value(DOCUMENT_TYPE, |v| v.at(&[1]).children.reverse())),
    ("encoding.characters", Base::DocumentSigner, |d| attribute(d, SUBJECT, ORGANIZATION).bytes = b"a_b".to_vec()),
    ("encoding.primitive", Base::DocumentSigner, |d| {
        let policy = [0x30, 0x0A, 0x30, 0x08, 0x06, 0x02, 0x2A, 0x03, 0x24, 0x02, 0x04, 0x00];
        d.add(POLICIES, false, &policy);
    }),
    ("encoding.integer", Base::DocumentSigner, |d| {
        let policy = [0x30, 0x0A, 0x30, 0x08, 0x06, 0x02, 0x2A, 0x03, 0x02, 0x02, 0x00, 0x01];
        d.add(POLICIES, false, &policy);
    }),
    ("encoding.null", Base::DocumentSigner, |d| {
        d.add(POLICIES, false, &[0x30, 0x09, 0x30, 0x07, 0x06, 0x02, 0x2A, 0x03, 0x05, 0x01, 0x00]);
    }),
    ("encoding.object_identifier", Base::DocumentSigner, |d| {
        d.add(POLICIES, false, &[0x30, 0x07, 0x30, 0x05, 0x06, 0x03, 0x2A, 0x80, 0x03]);
    }),
    ("encoding.structure", Base::DocumentSigner, |d| {
        d.add(POLICIES, false, &[0x30, 0x0A, 0x30, 0x08, 0x06, 0x02, 0x2A, 0x03, 0x30, 0x02, 0x04, 0x05]);
    }),
];

fn attribute<'d>(d: &'d mut Document, name: &[usize], attribute: usize) -> &'d mut Tree {
    d.at(name).at(&[attribute, 0, 1])
}

fn country(d: &mut Document, name: &[usize], code: &[u8]) {
    attribute(d, name, COUNTRY).bytes = code.to_vec();
}

fn algorithm(d: &mut Document, oid: &str, parameters: Option<Tree>) {
    let algorithm = Tree::constructed(0x30, [Some(Tree::oid(oid)), parameters].into_iter().flatten().collect());
    *d.at(INNER_ALGORITHM) = algorithm.clone();
    *d.at(ALGORITHM) = algorithm;
}

/// RSASSA-PSS-params with these hash functions.
fn pss(hash: &str, mask_hash: &str) -> Tree {
    let of = |oid: &str| Tree::constructed(0x30, vec![Tree::oid(oid)]);
    let mask = Tree::constructed(0x30, vec![Tree::oid("1.2.840.113549.1.1.8"), of(mask_hash)]);
    Tree::constructed(0x30, vec![Tree::constructed(0xA0, vec![of(hash)]), Tree::constructed(0xA1, vec![mask])])
}

fn time(d: &mut Document, place: &[usize], tag: u8, text: &[u8]) {
    *d.at(place) = Tree::primitive(tag, text);
}

/// The end before the beginning; the usage period goes, it would lie outside.
fn order(d: &mut Document) {
    d.value(USAGE_PERIOD, |v| drop(v.children.pop()));
    d.at(NOT_AFTER).bytes = b"261120000000Z".to_vec();
}

fn no_extensions(d: &mut Document) {
    drop(d.at(&[0]).children.pop());
}

fn repeat(d: &mut Document) {
    let again = d.extension(SUBJECT_KEY).clone();
    d.at(&[0]).children.last_mut().unwrap().children[0].children.push(again);
}

/// The point after `start` bytes becomes a compressed one.
fn compress(bytes: &mut Vec<u8>, start: usize) {
    bytes[start] = 2;
    bytes.truncate(start + 33);
}

/// A key of RSA with a modulus of this many bytes.
fn rsa(d: &mut Document, length: usize, null: bool) {
    let mut algorithm = vec![Tree::oid("1.2.840.113549.1.1.1")];
    if null {
        algorithm.push(Tree::primitive(0x05, &[]));
    }
    let modulus = [vec![0], vec![0xC5; length]].concat();
    let numbers = vec![Tree::primitive(0x02, &modulus), Tree::primitive(0x02, &[1, 0, 1])];
    let bits = [vec![0], Tree::constructed(0x30, numbers).to_der()].concat();
    *d.at(KEY) = Tree::constructed(0x30, vec![Tree::constructed(0x30, algorithm), Tree::primitive(0x03, &bits)]);
}

fn another_attribute(names: &mut Tree) {
    let pair = vec![Tree::oid("2.5.4.10"), Tree::primitive(0x13, b"Utopia")];
    let set = Tree::constructed(0x31, vec![Tree::constructed(0x30, pair)]);
    names.at(&[1, 0]).children.push(set);
}

fn purpose(oid: &str) -> Vec<u8> {
    Tree::constructed(0x30, vec![Tree::oid(oid)]).to_der()
}

fn bad_signature(d: &mut Document) {
    d.sign = false;
    let last = d.at(&[2]).bytes.len() - 1;
    d.at(&[2]).bytes[last] ^= 1;
}

fn same_key(d: &mut Document) {
    let mut own = Vec::new();
    d.value(SUBJECT_KEY, |v| own = v.bytes.clone());
    d.value(AUTHORITY_KEY, |v| v.at(&[0]).bytes = own);
}

fn more_subject(d: &mut Document) {
    let pair = vec![Tree::oid("2.5.4.10"), Tree::primitive(0x13, b"Utopia")];
    d.at(SUBJECT).children.push(Tree::constructed(0x31, vec![Tree::constructed(0x30, pair)]));
}
