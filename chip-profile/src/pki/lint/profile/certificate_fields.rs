//! Doc 9303-12 table 5: fields of every certificate.

use super::CertificateLine;
use crate::pki::lint::oids::SignatureKind;
use crate::pki::lint::report::{must, should};

const SERIAL: &str = "Doc 9303-12 table 5, serialNumber";
const SIGNATURE: &str = "Doc 9303-12 table 5, signature";
const ISSUER: &str = "Doc 9303-12 table 5, issuer";
const SUBJECT: &str = "Doc 9303-12 table 5, subject";
const VALIDITY: &str = "Doc 9303-12 table 5, validity";
const EXTENSIONS: &str = "Doc 9303-12 table 5, extensions";

pub(in crate::pki::lint) static LINES: &[CertificateLine] = &[
    must("certificate.version", "Doc 9303-12 table 5, version", "the version is v3", |c, hits| match c.version {
        Some(version) if version.value == [2] => {}
        Some(version) => hits.at(version.position, "another version"),
        None => hits.at(c.tbs.position, "v1, by leaving it out"),
    }),
    must("certificate.serial_number.positive", SERIAL, "the serial number is positive", |c, hits| {
        let negative = c.serial.value.first().is_some_and(|byte| byte & 0x80 != 0);
        if negative || c.serial.value.iter().all(|byte| *byte == 0) {
            hits.at(c.serial.position, if negative { "negative" } else { "zero" });
        }
    }),
    must("certificate.serial_number.length", SERIAL, "the serial number has at most 20 octets", |c, hits| {
        if c.serial.value.len() > 20 {
            hits.at(c.serial.position, format!("{} octets", c.serial.value.len()));
        }
    }),
    must("certificate.serial_number.shortest", SERIAL, "the serial number is in the fewest octets", |c, hits| {
        if matches!(c.serial.value, [0x00, 0x01..=0x7F, ..] | [0xFF, 0x80..=0xFF, ..]) {
            hits.at(c.serial.position, "a leading octet too many");
        }
    }),
    must(
        "certificate.signature.equal",
        SIGNATURE,
        "the algorithm inside is the one beside the signature",
        |c, hits| {
            if c.inner_algorithm.node.value != c.algorithm.node.value {
                hits.at(c.inner_algorithm.node.position, c.inner_algorithm.name());
            }
        },
    ),
    must("certificate.signature.algorithm", "Doc 9303-12 4.1.6", "the signature is of RSA, DSA or ECDSA", |c, hits| {
        c.algorithm.is_known_signature(hits);
    }),
    must(
        "certificate.signature.hash",
        "Doc 9303-12 4.1.6.4",
        "the hash function is SHA-224, SHA-256, SHA-384 or SHA-512",
        |c, hits| c.algorithm.hash_is_permitted(hits),
    ),
    must(
        "certificate.signature.parameters",
        "RFC 4055 3 and 5, RFC 5758 3.2",
        "parameters are NULL for PKCS#1 v1.5, given for PSS, left out for ECDSA and DSA",
        |c, hits| c.algorithm.signature_parameters_have_their_form(hits),
    ),
    should(
        "certificate.signature.mask",
        "RFC 4055 3.1",
        "the mask generation function of PSS has the hash function of the signature",
        |c, hits| c.algorithm.mask_generation_has_the_same_hash(hits),
    ),
    must(
        "certificate.signature.value",
        "Doc 9303-12 4.1.6.3, RFC 3279 2.2.3",
        "an ECDSA or DSA signature is a sequence of two integers",
        |c, hits| {
            let concerned = matches!(c.algorithm.signature_kind(), Some(SignatureKind::Ecdsa | SignatureKind::Dsa));
            if concerned && !is_pair_of_integers(c.signature.value.get(1..).unwrap_or_default()) {
                hits.at(c.signature.position, "another form");
            }
        },
    ),
    must("certificate.issuer.country", "Doc 9303-12 7.1.1.1.1", "the issuer has a countryName", |c, hits| {
        c.issuer.country_present(hits);
    }),
    must(
        "certificate.issuer.country.letters",
        "Doc 9303-12 7.1.1.1.1",
        "countryName of the issuer is a two-letter code",
        |c, hits| c.issuer.country_is_two_letters(hits),
    ),
    must("certificate.issuer.country.case", ISSUER, "countryName of the issuer is in upper case", |c, hits| {
        c.issuer.country_is_upper_case(hits);
    }),
    must(
        "certificate.issuer.printable",
        ISSUER,
        "countryName and serialNumber of the issuer are PrintableString",
        |c, hits| c.issuer.country_and_serial_number_are_printable(hits),
    ),
    must(
        "certificate.issuer.strings",
        ISSUER,
        "other attributes of the issuer are PrintableString or UTF8String",
        |c, hits| c.issuer.others_are_printable_or_utf8(hits),
    ),
    must("certificate.issuer.common_name", "Doc 9303-12 7.1.1.1.1", "the issuer has a commonName", |c, hits| {
        c.issuer.common_name_present(hits);
    }),
    must("certificate.validity.zulu", VALIDITY, "times end with Z", |c, hits| {
        [c.not_before, c.not_after].iter().for_each(|time| time.ends_with_zulu(hits));
    }),
    must("certificate.validity.seconds", VALIDITY, "times have seconds", |c, hits| {
        [c.not_before, c.not_after].iter().for_each(|time| time.has_seconds(hits));
    }),
    must(
        "certificate.validity.form",
        VALIDITY,
        "times are YYMMDDHHMMSSZ or YYYYMMDDHHMMSSZ, no fractions",
        |c, hits| {
            [c.not_before, c.not_after].iter().for_each(|time| time.has_its_form(hits));
        },
    ),
    must("certificate.validity.utc_time", VALIDITY, "dates through 2049 are UTCTime", |c, hits| {
        [c.not_before, c.not_after].iter().for_each(|time| time.is_utc_time_until_2049(hits));
    }),
    must("certificate.validity.order", "RFC 5280 4.1.2.5", "the validity begins before it ends", |c, hits| {
        if let (Some(start), Some(end)) = (c.not_before.instant, c.not_after.instant)
            && start >= end
        {
            hits.at(c.not_after.node.position, format!("{start} to {end}"));
        }
    }),
    must("certificate.subject.country", "Doc 9303-12 7.1.1.1.1", "the subject has a countryName", |c, hits| {
        c.subject.country_present(hits);
    }),
    must(
        "certificate.subject.country.letters",
        "Doc 9303-12 7.1.1.1.1",
        "countryName of the subject is a two-letter code",
        |c, hits| c.subject.country_is_two_letters(hits),
    ),
    must("certificate.subject.country.case", SUBJECT, "countryName of the subject is in upper case", |c, hits| {
        c.subject.country_is_upper_case(hits);
    }),
    must("certificate.subject.country.equal", SUBJECT, "countryName is the same in issuer and subject", |c, hits| {
        if let (Some(issuer), Some(subject)) = (c.issuer.country(), c.subject.country())
            && (issuer.len(), subject.len()) == (2, 2)
            && !issuer.eq_ignore_ascii_case(subject)
        {
            hits.at(c.subject.node.position, super::super::fields::shown(subject));
        }
    }),
    must(
        "certificate.subject.printable",
        SUBJECT,
        "countryName and serialNumber of the subject are PrintableString",
        |c, hits| c.subject.country_and_serial_number_are_printable(hits),
    ),
    must(
        "certificate.subject.strings",
        SUBJECT,
        "other attributes of the subject are PrintableString or UTF8String",
        |c, hits| c.subject.others_are_printable_or_utf8(hits),
    ),
    must("certificate.subject.common_name", "Doc 9303-12 7.1.1.1.1", "the subject has a commonName", |c, hits| {
        c.subject.common_name_present(hits);
    }),
    must(
        "certificate.issuer_unique_id",
        "Doc 9303-12 table 5, issuerUniqueID",
        "issuerUniqueID is not used",
        |c, hits| {
            if let Some(node) = c.issuer_unique_id {
                hits.at(node.position, "present");
            }
        },
    ),
    must(
        "certificate.subject_unique_id",
        "Doc 9303-12 table 5, subjectUniqueID",
        "subjectUniqueID is not used",
        |c, hits| {
            if let Some(node) = c.subject_unique_id {
                hits.at(node.position, "present");
            }
        },
    ),
    must("certificate.extensions", EXTENSIONS, "there are extensions", |c, hits| {
        if c.extensions.0.is_empty() {
            hits.absent();
        }
    }),
    must("certificate.extensions.defaults", EXTENSIONS, "default values are not encoded", |c, hits| {
        c.extensions.defaults_are_left_out(hits);
        if let Some(authority) = c.basic_constraints().and_then(|constraints| constraints.authority)
            && authority.value == [0x00]
        {
            hits.at(authority.position, "cA FALSE");
        }
    }),
    must("certificate.extensions.repeated", "RFC 5280 4.2", "no extension appears twice", |c, hits| {
        c.extensions.none_is_repeated(hits);
    }),
    must("certificate.extensions.form", "RFC 5280 4.2.1", "the value of an extension has its type", |c, hits| {
        for extension in &c.extensions.0 {
            if let Err(broken) = super::super::certificate::extension_form(extension) {
                hits.at(broken.position, format!("{}: {}", extension.name(), broken.what));
            }
        }
    }),
];

pub(super) fn is_pair_of_integers(bytes: &[u8]) -> bool {
    let read = || {
        let node = super::super::der::Node::first(bytes, 0).ok()?;
        let mut fields = node.fields();
        fields.expect(0x02, "r").ok()?;
        fields.expect(0x02, "s").ok()?;
        (node.tag == 0x30 && fields.is_empty() && node.whole.len() == bytes.len()).then_some(())
    };
    read().is_some()
}
