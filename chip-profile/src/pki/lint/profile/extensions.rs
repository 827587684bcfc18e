//! Doc 9303-12 table 6, what it says of an extension for every kind of certificate: criticality, contents, prohibitions.

use super::CertificateLine;
use crate::pki::lint::certificate::Certificate;
use crate::pki::lint::fields::{Name, shown};
use crate::pki::lint::oids;
use crate::pki::lint::report::{Hits, must, should};
use crate::pki::time::UnixTime;

const AUTHORITY: &str = "Doc 9303-12 table 6, AuthorityKeyIdentifier";
const USAGE_PERIOD: &str = "Doc 9303-12 table 6, PrivateKeyUsagePeriod";
const ALTERNATIVE: &str = "Doc 9303-12 7.1.1.2";
const DISTRIBUTION: &str = "Doc 9303-12 7.1.1.4 and table 6, CRLDistributionPoints";
const DOCUMENT_TYPES: &str = "Doc 9303-12 7.1.1.6";

const fn prohibited(
    id: &'static str,
    clause: &'static str,
    text: &'static str,
    check: fn(&Certificate<'_>, &mut Hits<'_>),
) -> CertificateLine {
    must(id, clause, text, check)
}

pub(in crate::pki::lint) static LINES: &[CertificateLine] = &[
    must(
        "extension.authority_key_identifier.criticality",
        AUTHORITY,
        "authorityKeyIdentifier is not critical",
        |c, hits| {
            c.extensions.not_critical(&oids::AUTHORITY_KEY_IDENTIFIER, hits);
        },
    ),
    must(
        "extension.authority_key_identifier.key",
        AUTHORITY,
        "authorityKeyIdentifier has a keyIdentifier",
        |c, hits| {
            if let Some(identifier) = c.authority_key_identifier()
                && identifier.key_identifier.is_none()
            {
                hits.at(identifier.node.position, "none");
            }
        },
    ),
    must(
        "extension.authority_key_identifier.pair",
        "RFC 5280 A.2, authorityKeyIdentifier",
        "authorityCertIssuer and authorityCertSerialNumber come together",
        |c, hits| {
            if let Some(identifier) = c.authority_key_identifier()
                && identifier.issuer.is_some() != identifier.serial.is_some()
            {
                hits.at(identifier.node.position, "one without the other");
            }
        },
    ),
    must(
        "extension.subject_key_identifier.criticality",
        "Doc 9303-12 table 6, SubjectKeyIdentifier",
        "subjectKeyIdentifier is not critical",
        |c, hits| c.extensions.not_critical(&oids::SUBJECT_KEY_IDENTIFIER, hits),
    ),
    must("extension.key_usage.criticality", "Doc 9303-12 table 6, KeyUsage", "keyUsage is critical", |c, hits| {
        c.extensions.critical(&oids::KEY_USAGE, hits);
    }),
    must(
        "extension.private_key_usage_period.criticality",
        USAGE_PERIOD,
        "privateKeyUsagePeriod is not critical",
        |c, hits| {
            c.extensions.not_critical(&oids::PRIVATE_KEY_USAGE_PERIOD, hits);
        },
    ),
    must(
        "extension.private_key_usage_period.contents",
        USAGE_PERIOD,
        "privateKeyUsagePeriod has notBefore or notAfter",
        |c, hits| {
            if let Some(period) = c.usage_period()
                && period.not_before.is_none()
                && period.not_after.is_none()
            {
                hits.at(period.node.position, "neither");
            }
        },
    ),
    must(
        "extension.private_key_usage_period.time",
        USAGE_PERIOD,
        "times of privateKeyUsagePeriod are GeneralizedTime",
        |c, hits| {
            let Some(period) = c.usage_period() else { return };
            for node in [period.not_before, period.not_after].into_iter().flatten() {
                if node.value.len() != 15 || UnixTime::parse(node.value).is_err() {
                    hits.at(node.position, shown(node.value));
                }
            }
        },
    ),
    must(
        "extension.private_key_usage_period.order",
        USAGE_PERIOD,
        "the usage period begins before it ends",
        |c, hits| {
            if let Some(period) = c.usage_period()
                && let (Some(start), Some(end)) = (period.start(), period.end())
                && start > end
            {
                hits.at(period.node.position, format!("{start} to {end}"));
            }
        },
    ),
    must(
        "extension.private_key_usage_period.within_validity",
        "Doc 9303-12 4.1.1.1, 4.1.4.1",
        "the private key is used within the validity of the certificate",
        |c, hits| {
            let Some(period) = c.usage_period() else { return };
            let starts_early =
                period.start().zip(c.not_before.instant).is_some_and(|(usage, validity)| usage < validity);
            let ends_late = period.end().zip(c.not_after.instant).is_some_and(|(usage, validity)| usage > validity);
            if starts_early || ends_late {
                hits.at(period.node.position, if starts_early { "begins earlier" } else { "ends later" });
            }
        },
    ),
    must(
        "extension.certificate_policies.criticality",
        "Doc 9303-12 table 6, CertificatePolicies",
        "certificatePolicies is not critical",
        |c, hits| c.extensions.not_critical(&oids::CERTIFICATE_POLICIES, hits),
    ),
    prohibited(
        "extension.policy_mappings",
        "Doc 9303-12 table 6, PolicyMappings",
        "policyMappings is not used",
        |c, hits| {
            c.extensions.prohibited(&oids::POLICY_MAPPINGS, hits);
        },
    ),
    must(
        "extension.subject_alternative_name.criticality",
        "Doc 9303-12 table 6, SubjectAltName",
        "subjectAltName is not critical",
        |c, hits| c.extensions.not_critical(&oids::SUBJECT_ALTERNATIVE_NAME, hits),
    ),
    must(
        "extension.subject_alternative_name.directory",
        ALTERNATIVE,
        "subjectAltName has a directory name with the code of the State in localityName",
        |c, hits| {
            directory_name(c, &oids::SUBJECT_ALTERNATIVE_NAME, hits);
        },
    ),
    must(
        "extension.subject_alternative_name.state",
        ALTERNATIVE,
        "localityName and stateOrProvinceName of subjectAltName are codes of one to three and of three upper-case letters",
        |c, hits| {
            state_codes(c, &oids::SUBJECT_ALTERNATIVE_NAME, hits);
        },
    ),
    must(
        "extension.subject_alternative_name.attributes",
        ALTERNATIVE,
        "the directory name of subjectAltName has no other attributes",
        |c, hits| {
            other_attributes(c, &oids::SUBJECT_ALTERNATIVE_NAME, hits);
        },
    ),
    should(
        "extension.subject_alternative_name.contact",
        ALTERNATIVE,
        "subjectAltName has an rfc822Name, dNSName or uniformResourceIdentifier",
        |c, hits| {
            contact(c, &oids::SUBJECT_ALTERNATIVE_NAME, hits);
        },
    ),
    must(
        "extension.issuer_alternative_name.criticality",
        "Doc 9303-12 table 6, IssuerAltName",
        "issuerAltName is not critical",
        |c, hits| c.extensions.not_critical(&oids::ISSUER_ALTERNATIVE_NAME, hits),
    ),
    must(
        "extension.issuer_alternative_name.directory",
        ALTERNATIVE,
        "issuerAltName has a directory name with the code of the State in localityName",
        |c, hits| {
            directory_name(c, &oids::ISSUER_ALTERNATIVE_NAME, hits);
        },
    ),
    must(
        "extension.issuer_alternative_name.state",
        ALTERNATIVE,
        "localityName and stateOrProvinceName of issuerAltName are codes of one to three and of three upper-case letters",
        |c, hits| {
            state_codes(c, &oids::ISSUER_ALTERNATIVE_NAME, hits);
        },
    ),
    must(
        "extension.issuer_alternative_name.attributes",
        ALTERNATIVE,
        "the directory name of issuerAltName has no other attributes",
        |c, hits| {
            other_attributes(c, &oids::ISSUER_ALTERNATIVE_NAME, hits);
        },
    ),
    should(
        "extension.issuer_alternative_name.contact",
        ALTERNATIVE,
        "issuerAltName has an rfc822Name, dNSName or uniformResourceIdentifier",
        |c, hits| {
            contact(c, &oids::ISSUER_ALTERNATIVE_NAME, hits);
        },
    ),
    prohibited(
        "extension.subject_directory_attributes",
        "Doc 9303-12 table 6, SubjectDirectoryAttributes",
        "subjectDirectoryAttributes is not used",
        |c, hits| c.extensions.prohibited(&oids::SUBJECT_DIRECTORY_ATTRIBUTES, hits),
    ),
    prohibited(
        "extension.name_constraints",
        "Doc 9303-12 table 6, NameConstraints",
        "nameConstraints is not used",
        |c, hits| {
            c.extensions.prohibited(&oids::NAME_CONSTRAINTS, hits);
        },
    ),
    prohibited(
        "extension.policy_constraints",
        "Doc 9303-12 table 6, PolicyConstraints",
        "policyConstraints is not used",
        |c, hits| {
            c.extensions.prohibited(&oids::POLICY_CONSTRAINTS, hits);
        },
    ),
    must(
        "extension.crl_distribution_points.criticality",
        "Doc 9303-12 table 6, CRLDistributionPoints",
        "cRLDistributionPoints is not critical",
        |c, hits| c.extensions.not_critical(&oids::CRL_DISTRIBUTION_POINTS, hits),
    ),
    must(
        "extension.crl_distribution_points.address",
        DISTRIBUTION,
        "every distribution point has an address",
        |c, hits| {
            let Some(points) = c.distribution_points() else { return };
            for point in &points {
                if point.point.is_none() || addresses(point.point).is_empty() {
                    hits.at(point.node.position, "no address");
                }
            }
            if points.is_empty()
                && let Some(extension) = c.extensions.find(&oids::CRL_DISTRIBUTION_POINTS)
            {
                hits.at(extension.node.position, "no distribution point");
            }
        },
    ),
    must(
        "extension.crl_distribution_points.scheme",
        DISTRIBUTION,
        "addresses of the revocation list are of ldap, http or https",
        |c, hits| {
            for point in c.distribution_points().iter().flatten() {
                for address in addresses(point.point) {
                    let text = address.value.to_ascii_lowercase();
                    let schemes: [&[u8]; 3] = [b"ldap://", b"http://", b"https://"];
                    if address.tag != 0x86 {
                        hits.at(address.position, "another kind of name");
                    } else if !schemes.iter().any(|scheme| text.starts_with(scheme)) {
                        hits.at(address.position, shown(address.value));
                    }
                }
            }
        },
    ),
    must(
        "extension.crl_distribution_points.reasons",
        DISTRIBUTION,
        "distribution points have no reasons",
        |c, hits| {
            for reasons in c.distribution_points().iter().flatten().filter_map(|point| point.reasons) {
                hits.at(reasons.position, "present");
            }
        },
    ),
    must(
        "extension.crl_distribution_points.issuer",
        DISTRIBUTION,
        "distribution points have no cRLIssuer",
        |c, hits| {
            for issuer in c.distribution_points().iter().flatten().filter_map(|point| point.issuer) {
                hits.at(issuer.position, "present");
            }
        },
    ),
    must(
        "extension.extended_key_usage.criticality",
        "Doc 9303-12 table 6, ExtKeyUsage",
        "extKeyUsage is critical",
        |c, hits| {
            c.extensions.critical(&oids::EXTENDED_KEY_USAGE, hits);
        },
    ),
    prohibited(
        "extension.inhibit_any_policy",
        "Doc 9303-12 table 6, InhibitAnyPolicy",
        "inhibitAnyPolicy is not used",
        |c, hits| {
            c.extensions.prohibited(&oids::INHIBIT_ANY_POLICY, hits);
        },
    ),
    prohibited("extension.freshest_crl", "Doc 9303-12 table 6, FreshestCRL", "freshestCRL is not used", |c, hits| {
        c.extensions.prohibited(&oids::FRESHEST_CRL, hits);
    }),
    must(
        "extension.name_change.criticality",
        "Doc 9303-12 table 6, NameChange",
        "nameChange is not critical",
        |c, hits| {
            c.extensions.not_critical(&oids::NAME_CHANGE, hits);
        },
    ),
    must("extension.document_type.criticality", DOCUMENT_TYPES, "documentType is not critical", |c, hits| {
        c.extensions.not_critical(&oids::DOCUMENT_TYPE, hits);
    }),
    must("extension.document_type.version", DOCUMENT_TYPES, "the version of the document type list is 0", |c, hits| {
        if let Some(types) = c.document_types()
            && types.version.value != [0]
        {
            hits.at(types.version.position, "another version");
        }
    }),
    must(
        "extension.document_type.codes",
        DOCUMENT_TYPES,
        "document types are one or two letters as in the MRZ, in PrintableString",
        |c, hits| {
            let Some(types) = c.document_types() else { return };
            for code in &types.codes {
                let letters = code.value.iter().all(|byte| byte.is_ascii_uppercase());
                if code.tag != 0x13 || !(1..=2).contains(&code.value.len()) || !letters {
                    hits.at(code.position, shown(code.value));
                }
            }
            if types.codes.is_empty() {
                hits.at(types.list.position, "none");
            }
        },
    ),
    prohibited(
        "extension.netscape_certificate_type",
        "Doc 9303-12 table 6, Netscape Certificate Type",
        "the Netscape certificate type is not used",
        |c, hits| c.extensions.prohibited(&oids::NETSCAPE_CERTIFICATE_TYPE, hits),
    ),
    must(
        "extension.other.criticality",
        "Doc 9303-12 table 6, private extensions",
        "extensions beyond the profile are not critical",
        |c, hits| c.extensions.others_are_not_critical(&KNOWN, hits),
    ),
];

/// Extensions that lines of their own speak of.
pub(super) const KNOWN: [const_oid::ObjectIdentifier; 19] = [
    oids::AUTHORITY_KEY_IDENTIFIER,
    oids::SUBJECT_KEY_IDENTIFIER,
    oids::KEY_USAGE,
    oids::PRIVATE_KEY_USAGE_PERIOD,
    oids::CERTIFICATE_POLICIES,
    oids::POLICY_MAPPINGS,
    oids::SUBJECT_ALTERNATIVE_NAME,
    oids::ISSUER_ALTERNATIVE_NAME,
    oids::SUBJECT_DIRECTORY_ATTRIBUTES,
    oids::BASIC_CONSTRAINTS,
    oids::NAME_CONSTRAINTS,
    oids::POLICY_CONSTRAINTS,
    oids::EXTENDED_KEY_USAGE,
    oids::CRL_DISTRIBUTION_POINTS,
    oids::INHIBIT_ANY_POLICY,
    oids::FRESHEST_CRL,
    oids::NAME_CHANGE,
    oids::DOCUMENT_TYPE,
    oids::NETSCAPE_CERTIFICATE_TYPE,
];

/// The directory names of an alternative name; one that has not its form is another line's.
fn directory_names<'a>(c: &Certificate<'a>, oid: &const_oid::ObjectIdentifier) -> Vec<Name<'a>> {
    let names = c.general_names(oid).map(|(_, names)| names).unwrap_or_default();
    let directory = names.iter().filter(|name| name.tag == 0xA4);
    directory.filter_map(|name| Name::read(name.fields().expect(0x30, "a directory name").ok()?).ok()).collect()
}

fn directory_name(c: &Certificate<'_>, oid: &const_oid::ObjectIdentifier, hits: &mut Hits<'_>) {
    let has_locality = |name: &Name<'_>| name.first(&oids::LOCALITY_NAME).is_some();
    if let Some((node, _)) = c.general_names(oid)
        && !directory_names(c, oid).iter().any(has_locality)
    {
        hits.at(node.position, "none");
    }
}

fn state_codes(c: &Certificate<'_>, oid: &const_oid::ObjectIdentifier, hits: &mut Hits<'_>) {
    for name in directory_names(c, oid) {
        for (attribute, lengths) in [(&oids::LOCALITY_NAME, 1..=3), (&oids::STATE_OR_PROVINCE_NAME, 3..=3)] {
            if let Some(found) = name.first(attribute) {
                let letters = found.value.value.iter().all(u8::is_ascii_uppercase);
                if !letters || !lengths.contains(&found.value.value.len()) {
                    hits.at(found.value.position, shown(found.value.value));
                }
            }
        }
    }
}

fn other_attributes(c: &Certificate<'_>, oid: &const_oid::ObjectIdentifier, hits: &mut Hits<'_>) {
    let allowed = [oids::LOCALITY_NAME, oids::STATE_OR_PROVINCE_NAME];
    for name in directory_names(c, oid) {
        for attribute in &name.attributes {
            if !allowed.iter().any(|oid| attribute.kind.is_oid(oid)) {
                let kind = attribute.kind.oid().map_or_else(String::new, |oid| oid.to_string());
                hits.at(attribute.kind.position, kind);
            }
        }
    }
}

fn contact(c: &Certificate<'_>, oid: &const_oid::ObjectIdentifier, hits: &mut Hits<'_>) {
    if let Some((node, names)) = c.general_names(oid)
        && !names.iter().any(|name| matches!(name.tag, 0x81 | 0x82 | 0x86))
    {
        hits.at(node.position, "none");
    }
}

/// What `distributionPoint [0] CHOICE { fullName [0] GeneralNames, … }` names.
fn addresses(point: Option<crate::pki::lint::der::Node<'_>>) -> Vec<crate::pki::lint::der::Node<'_>> {
    let read = || point?.fields().expect(0xA0, "fullName").ok()?.fields().rest().ok();
    read().unwrap_or_default()
}
