//! Doc 9303-12 7.1.4, tables 9 and 10: revocation lists.

use std::collections::BTreeSet;

use super::certificate_fields::is_pair_of_integers;
use crate::pki::crl::LONGEST_INTERVAL_DAYS;
use crate::pki::lint::certificate::authority_key_identifier;
use crate::pki::lint::der::{Broken, Node};
use crate::pki::lint::fields::Extension;
use crate::pki::lint::oids::{self, SignatureKind};
use crate::pki::lint::report::{Hits, Line, must, should};
use crate::pki::lint::revocation_list::RevocationList;

pub(in crate::pki::lint) type RevocationListLine = Line<fn(&RevocationList<'_>, &mut Hits<'_>)>;

const ISSUER: &str = "Doc 9303-12 table 9, issuer";
const TIMES: &str = "Doc 9303-12 table 9, thisUpdate and nextUpdate";
const EXTENSIONS: &str = "Doc 9303-12 table 9, crlExtensions";
const AUTHORITY: &str = "Doc 9303-12 table 10, authorityKeyIdentifier";
const NUMBER: &str = "Doc 9303-12 table 10, cRLNumber";

pub(in crate::pki::lint) static LINES: &[RevocationListLine] = &[
    must("revocation_list.version", "Doc 9303-12 table 9, version", "the version is v2", |list, hits| {
        match list.version {
            Some(version) if version.value == [1] => {}
            Some(version) => hits.at(version.position, "another version"),
            None => hits.at(list.tbs.position, "v1, by leaving it out"),
        }
    }),
    must(
        "revocation_list.signature.equal",
        "Doc 9303-12 table 9, signature",
        "the algorithm inside is the one beside the signature",
        |list, hits| {
            if list.inner_algorithm.node.value != list.algorithm.node.value {
                hits.at(list.inner_algorithm.node.position, list.inner_algorithm.name());
            }
        },
    ),
    must(
        "revocation_list.signature.algorithm",
        "Doc 9303-12 4.1.6",
        "the signature is of RSA, DSA or ECDSA",
        |list, hits| {
            list.algorithm.is_known_signature(hits);
        },
    ),
    must(
        "revocation_list.signature.hash",
        "Doc 9303-12 4.1.6.4",
        "the hash function is SHA-224, SHA-256, SHA-384 or SHA-512",
        |list, hits| list.algorithm.hash_is_permitted(hits),
    ),
    must(
        "revocation_list.signature.parameters",
        "RFC 4055 3 and 5, RFC 5758 3.2",
        "parameters are NULL for PKCS#1 v1.5, given for PSS, left out for ECDSA and DSA",
        |list, hits| list.algorithm.signature_parameters_have_their_form(hits),
    ),
    should(
        "revocation_list.signature.mask",
        "RFC 4055 3.1",
        "the mask generation function of PSS has the hash function of the signature",
        |list, hits| list.algorithm.mask_generation_has_the_same_hash(hits),
    ),
    must(
        "revocation_list.signature.value",
        "Doc 9303-12 4.1.6.3, RFC 3279 2.2.3",
        "an ECDSA or DSA signature is a sequence of two integers",
        |list, hits| {
            let concerned = matches!(list.algorithm.signature_kind(), Some(SignatureKind::Ecdsa | SignatureKind::Dsa));
            if concerned && !is_pair_of_integers(list.signature.value.get(1..).unwrap_or_default()) {
                hits.at(list.signature.position, "another form");
            }
        },
    ),
    must("revocation_list.issuer.country", "Doc 9303-12 7.1.1.1.1", "the issuer has a countryName", |list, hits| {
        list.issuer.country_present(hits);
    }),
    must(
        "revocation_list.issuer.country.letters",
        "Doc 9303-12 7.1.1.1.1",
        "countryName of the issuer is a two-letter code",
        |list, hits| list.issuer.country_is_two_letters(hits),
    ),
    must("revocation_list.issuer.country.case", ISSUER, "countryName of the issuer is in upper case", |list, hits| {
        list.issuer.country_is_upper_case(hits);
    }),
    must(
        "revocation_list.issuer.printable",
        ISSUER,
        "countryName and serialNumber of the issuer are PrintableString",
        |list, hits| list.issuer.country_and_serial_number_are_printable(hits),
    ),
    must(
        "revocation_list.issuer.strings",
        ISSUER,
        "other attributes of the issuer are PrintableString or UTF8String",
        |list, hits| list.issuer.others_are_printable_or_utf8(hits),
    ),
    must("revocation_list.issuer.common_name", "Doc 9303-12 7.1.1.1.1", "the issuer has a commonName", |list, hits| {
        list.issuer.common_name_present(hits);
    }),
    must("revocation_list.times.zulu", TIMES, "times end with Z", |list, hits| {
        list.each_time(|time| time.ends_with_zulu(hits));
    }),
    must("revocation_list.times.seconds", TIMES, "times have seconds", |list, hits| {
        list.each_time(|time| time.has_seconds(hits));
    }),
    must(
        "revocation_list.times.form",
        TIMES,
        "times are YYMMDDHHMMSSZ or YYYYMMDDHHMMSSZ, no fractions",
        |list, hits| {
            list.each_time(|time| time.has_its_form(hits));
        },
    ),
    must("revocation_list.times.utc_time", TIMES, "dates through 2049 are UTCTime", |list, hits| {
        list.each_time(|time| time.is_utc_time_until_2049(hits));
    }),
    must("revocation_list.next_update", TIMES, "there is a nextUpdate", |list, hits| {
        if list.next_update.is_none() {
            hits.absent();
        }
    }),
    must(
        "revocation_list.interval",
        "Doc 9303-12 4.1.5",
        "the next list comes later, within ninety days",
        |list, hits| {
            if let Some(next) = &list.next_update
                && let Some((made, due)) = list.this_update.instant.zip(next.instant)
                && (due <= made || due > made.plus_days(LONGEST_INTERVAL_DAYS))
            {
                hits.at(next.node.position, format!("{made} to {due}"));
            }
        },
    ),
    must(
        "revocation_list.revoked",
        "Doc 9303-12 table 9, revokedCertificates",
        "revokedCertificates is left out when there are none",
        |list, hits| {
            if let Some(revoked) = list.revoked.filter(|_| list.entries.is_empty()) {
                hits.at(revoked.position, "empty");
            }
        },
    ),
    must(
        "revocation_list.revoked.date",
        "RFC 5280 5.1.2.6",
        "dates of revocation have the form of thisUpdate",
        |list, hits| {
            for time in list.entries.iter().map(|entry| &entry.since) {
                time.ends_with_zulu(hits);
                time.has_seconds(hits);
                time.has_its_form(hits);
                time.is_utc_time_until_2049(hits);
            }
        },
    ),
    should("revocation_list.revoked.repeated", "RFC 5280 5.1.2.6", "no serial number is listed twice", |list, hits| {
        let mut seen = BTreeSet::new();
        for serial in list.entries.iter().map(|entry| entry.serial) {
            if !seen.insert(serial.value) {
                hits.at(serial.position, "again");
            }
        }
    }),
    must("revocation_list.extensions", EXTENSIONS, "there are extensions", |list, hits| {
        if list.extensions.0.is_empty() {
            hits.absent();
        }
    }),
    must("revocation_list.extensions.defaults", EXTENSIONS, "default values are not encoded", |list, hits| {
        list.extensions.defaults_are_left_out(hits);
        list.entries.iter().for_each(|entry| entry.extensions.defaults_are_left_out(hits));
    }),
    must("revocation_list.extensions.repeated", "RFC 5280 4.2", "no extension appears twice", |list, hits| {
        list.extensions.none_is_repeated(hits);
        list.entries.iter().for_each(|entry| entry.extensions.none_is_repeated(hits));
    }),
    must("revocation_list.extensions.form", "RFC 5280 5.2", "the value of an extension has its type", |list, hits| {
        for extension in &list.extensions.0 {
            if let Err(broken) = form(extension) {
                hits.at(broken.position, format!("{}: {}", extension.name(), broken.what));
            }
        }
    }),
    must("revocation_list.authority_key_identifier", AUTHORITY, "there is an authorityKeyIdentifier", |list, hits| {
        list.extensions.required(&oids::AUTHORITY_KEY_IDENTIFIER, hits);
    }),
    must(
        "revocation_list.authority_key_identifier.criticality",
        AUTHORITY,
        "authorityKeyIdentifier is not critical",
        |list, hits| {
            list.extensions.not_critical(&oids::AUTHORITY_KEY_IDENTIFIER, hits);
        },
    ),
    must(
        "revocation_list.authority_key_identifier.key",
        AUTHORITY,
        "authorityKeyIdentifier has a keyIdentifier",
        |list, hits| {
            let extension = list.extensions.find(&oids::AUTHORITY_KEY_IDENTIFIER);
            let identifier = extension.and_then(|extension| authority_key_identifier(extension.value(0x30).ok()?).ok());
            if let Some(identifier) = identifier.filter(|identifier| identifier.key_identifier.is_none()) {
                hits.at(identifier.node.position, "none");
            }
        },
    ),
    must(
        "revocation_list.issuer_alternative_name.criticality",
        "Doc 9303-12 table 10, issuerAlternativeName",
        "issuerAltName is not critical",
        |list, hits| list.extensions.not_critical(&oids::ISSUER_ALTERNATIVE_NAME, hits),
    ),
    must("revocation_list.number", NUMBER, "there is a cRLNumber", |list, hits| {
        list.extensions.required(&oids::CRL_NUMBER, hits);
    }),
    must("revocation_list.number.criticality", NUMBER, "cRLNumber is not critical", |list, hits| {
        list.extensions.not_critical(&oids::CRL_NUMBER, hits);
    }),
    must("revocation_list.number.value", NUMBER, "cRLNumber is not negative", |list, hits| {
        if let Some(number) = number(list).filter(|number| number.value.first().is_some_and(|byte| byte & 0x80 != 0)) {
            hits.at(number.position, "negative");
        }
    }),
    must("revocation_list.number.length", NUMBER, "cRLNumber has at most 20 octets", |list, hits| {
        if let Some(number) = number(list).filter(|number| number.value.len() > 20) {
            hits.at(number.position, format!("{} octets", number.value.len()));
        }
    }),
    must("revocation_list.number.shortest", NUMBER, "cRLNumber is in the fewest octets", |list, hits| {
        if let Some(number) =
            number(list).filter(|number| matches!(number.value, [0x00, 0x00..=0x7F, ..] | [0xFF, 0x80..=0xFF, ..]))
        {
            hits.at(number.position, "a leading octet too many");
        }
    }),
    must(
        "revocation_list.delta",
        "Doc 9303-12 table 10, deltaCRLIndicator",
        "deltaCRLIndicator is not used",
        |list, hits| list.extensions.prohibited(&oids::DELTA_CRL_INDICATOR, hits),
    ),
    must(
        "revocation_list.issuing_distribution_point",
        "Doc 9303-12 table 10, issuingDistributionPoint",
        "issuingDistributionPoint is not used",
        |list, hits| list.extensions.prohibited(&oids::ISSUING_DISTRIBUTION_POINT, hits),
    ),
    must(
        "revocation_list.freshest_crl",
        "Doc 9303-12 table 10, freshestCRL",
        "freshestCRL is not used",
        |list, hits| {
            list.extensions.prohibited(&oids::FRESHEST_CRL, hits);
        },
    ),
    must(
        "revocation_list.revoked.extensions",
        "Doc 9303-12 table 10, CRL entry extensions",
        "entries have no reasonCode, holdInstructionCode, invalidityDate or certificateIssuer",
        |list, hits| {
            let never =
                [oids::REASON_CODE, oids::HOLD_INSTRUCTION_CODE, oids::INVALIDITY_DATE, oids::CERTIFICATE_ISSUER];
            for extension in list.entries.iter().flat_map(|entry| &entry.extensions.0) {
                if never.iter().any(|oid| extension.oid.is_oid(oid)) {
                    hits.at(extension.node.position, extension.name());
                }
            }
        },
    ),
    must(
        "revocation_list.other.criticality",
        "Doc 9303-12 table 10, other private extensions",
        "extensions beyond the profile are not critical",
        |list, hits| {
            list.extensions.others_are_not_critical(&KNOWN, hits);
            list.entries.iter().for_each(|entry| entry.extensions.others_are_not_critical(&KNOWN_OF_ENTRIES, hits));
        },
    ),
];

/// Extensions that lines of their own speak of.
const KNOWN: [const_oid::ObjectIdentifier; 6] = [
    oids::AUTHORITY_KEY_IDENTIFIER,
    oids::ISSUER_ALTERNATIVE_NAME,
    oids::CRL_NUMBER,
    oids::DELTA_CRL_INDICATOR,
    oids::ISSUING_DISTRIBUTION_POINT,
    oids::FRESHEST_CRL,
];
const KNOWN_OF_ENTRIES: [const_oid::ObjectIdentifier; 4] =
    [oids::REASON_CODE, oids::HOLD_INSTRUCTION_CODE, oids::INVALIDITY_DATE, oids::CERTIFICATE_ISSUER];

fn number<'a>(list: &RevocationList<'a>) -> Option<Node<'a>> {
    list.extensions.find(&oids::CRL_NUMBER)?.value(0x02).ok()
}

fn form(extension: &Extension<'_>) -> Result<(), Broken> {
    if extension.oid.is_oid(&oids::AUTHORITY_KEY_IDENTIFIER) {
        authority_key_identifier(extension.value(0x30)?)?;
    } else if extension.oid.is_oid(&oids::CRL_NUMBER) {
        extension.value(0x02)?;
    } else if extension.oid.is_oid(&oids::ISSUER_ALTERNATIVE_NAME) {
        extension.value(0x30)?;
    }
    Ok(())
}
