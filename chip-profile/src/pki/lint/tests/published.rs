//! What states publish.

use std::collections::BTreeMap;

use super::*;
use crate::lds::{ElementaryFiles, FileId};
use crate::pki::tests::shared;

/// The report of a published list, and those of the certificates that it lists.
fn entries(file: &str) -> Option<(LintReport, Vec<LintReport>)> {
    let bytes = std::fs::read(shared()?.join("vectors/masterlist").join(file)).unwrap();
    let mut report = lint(None, &bytes);
    assert_eq!(report.kind, Some(DocumentKind::MasterList));
    let parts = std::mem::take(&mut report.parts);
    let entries = parts.into_iter().filter(|part| part.name.starts_with("entry")).map(|part| part.report).collect();
    Some((report, entries))
}

/// In how many reports each rule is broken.
fn broken(reports: &[LintReport]) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for report in reports {
        let mut ids: Vec<_> = report.findings.iter().map(|finding| finding.rule.id).collect();
        ids.dedup();
        ids.sort();
        ids.dedup();
        ids.into_iter().for_each(|id| *counts.entry(id).or_insert(0) += 1);
    }
    counts
}

/// Counted by asn1crypto 1.5.1 as well, from the same lists.
const GERMAN: [(&str, usize); 14] = [
    ("certificate.issuer.common_name", 10),
    ("certificate.subject.common_name", 10),
    ("certificate.issuer.country.case", 13),
    ("certificate.subject.country.case", 11),
    ("certificate.signature.hash", 34),
    ("country_signer.basic_constraints.path_length", 32),
    ("country_signer.crl_distribution_points", 147),
    ("country_signer.issuer_alternative_name", 171),
    ("country_signer.subject_alternative_name", 155),
    ("country_signer.private_key_usage_period", 118),
    ("country_signer.subject_key_identifier", 0),
    ("public_key.explicit_parameters", 4),
    ("public_key.cofactor", 0),
    ("encoding.boolean", 1),
];
const DUTCH: [(&str, usize); 11] = [
    ("certificate.issuer.common_name", 6),
    ("certificate.issuer.country.case", 10),
    ("certificate.signature.hash", 26),
    ("country_signer.basic_constraints.path_length", 13),
    ("country_signer.crl_distribution_points", 121),
    ("country_signer.issuer_alternative_name", 128),
    ("country_signer.subject_alternative_name", 122),
    ("country_signer.private_key_usage_period", 82),
    ("country_signer.subject_key_identifier", 0),
    ("public_key.explicit_parameters", 3),
    ("encoding.boolean", 1),
];

#[test]
fn country_signers_of_the_world_deviate_as_another_reader_counts() {
    let Some((list, reports)) = entries("DE_ML_2026-05-28-08-28-45.ml") else { return };
    assert!(list.findings.is_empty(), "{list}");
    assert_eq!(reports.len(), 588);
    let links = reports.iter().filter(|report| report.kind == Some(DocumentKind::LinkCertificate)).count();
    let roots = reports.iter().filter(|report| report.kind == Some(DocumentKind::CountrySigner)).count();
    assert_eq!((roots, links), (375, 213));
    let counts = broken(&reports);
    for (id, count) in GERMAN {
        assert_eq!(counts.get(id).copied().unwrap_or(0), count, "{id}");
    }
    assert!(reports.iter().filter(|report| report.is_clean()).count() > 200);

    let Some((list, reports)) = entries("NL_ML_2026-07-22.ml") else { return };
    assert_eq!(list.findings.iter().map(|finding| finding.rule.id).collect::<Vec<_>>(), ["master_list.country_signer"]);
    assert_eq!(reports.len(), 411);
    let counts = broken(&reports);
    for (id, count) in DUTCH {
        assert_eq!(counts.get(id).copied().unwrap_or(0), count, "{id}");
    }
}

/// Nothing of a state is taken for malformed: what cannot be read at all would be this linter's fault.
#[test]
fn every_published_certificate_is_read_to_its_end() {
    let Some(folder) = shared() else { return };
    let folder = folder.join("vectors");
    let mut files = vec![
        folder.join("masterlist/DE_ROOT_CA_CSCA07.cer"),
        folder.join("masterlist/NL_ROOT_CA.cer"),
        folder.join("bsi-tr03105-5/dsc_de_0130846f2b3e.cer"),
        folder.join("bsi-tr03105-5/dsc_de_0142fd5cf927.cer"),
        folder.join("vds/sealgen_DETS32.crt"),
        folder.join("vds/sealgen_UTTS5B.crt"),
    ];
    let indonesian = std::fs::read_dir(folder.join("masterlist/IDN_2010_SERIES_CSCA_CERT")).unwrap();
    files.extend(indonesian.map(|entry| entry.unwrap().path()));
    for file in files {
        let report = lint(None, &std::fs::read(&file).unwrap());
        println!("{}\n{report}", file.display());
        assert!(report.kind.is_some_and(DocumentKind::is_certificate), "{}", file.display());
        // The seal signers of a test state have their own names as issuers, without being signed by themselves.
        assert_eq!(report.has("csca.signature"), file.ends_with("sealgen_UTTS5B.crt"), "{}\n{report}", file.display());
        for id in ["certificate.structure", "encoding.structure", "certificate.extensions.form"] {
            assert!(!report.has(id), "{}\n{report}", file.display());
        }
    }
    for list in ["DE_ML_2026-05-28-08-28-45.ml", "NL_ML_2026-07-22.ml"] {
        let Some((_, reports)) = entries(list) else { return };
        let counts = broken(&reports);
        for id in ["certificate.structure", "encoding.structure", "certificate.extensions.form"] {
            assert_eq!(counts.get(id), None);
        }
    }
}

/// Security objects of two states and a test set: the oddities are those that are known of them.
#[test]
fn published_security_objects_deviate_as_is_known() {
    let Some(folder) = shared() else { return };
    let folder = folder.join("vectors");
    for (file, expected) in [
        ("loes2006/EF.SOD.bin", &["signed_data.digest_algorithms.parameters"][..]),
        ("bsi2008/EF.SOD.bin", &["signed_data.signer.hash", "security_object.content.hash"][..]),
        ("bsi-tr03105-5/EF.SOD.bin", &[][..]),
    ] {
        let report = lint(None, &std::fs::read(folder.join(file)).unwrap());
        println!("{file}\n{report}");
        assert_eq!(report.kind, Some(DocumentKind::SecurityObject));
        for id in expected {
            assert!(report.has(id), "{file}: {id}\n{report}");
        }
        assert!(!report.has("signed_data.signature") && !report.has("signed_data.message_digest"), "{file}\n{report}");
    }
}

/// Rule by rule what was found, `file: rule`, parts by their names.
fn said(name: &str, report: &LintReport) -> Vec<String> {
    let own = report.findings.iter().map(|finding| format!("{name}: {}", finding.rule.id));
    let inside = report.parts.iter().flat_map(|part| said(&format!("{name}, {}", part.name), &part.report));
    own.chain(inside).collect()
}

/// Whole documents, with every finding: between the files, in them, and in the certificates inside. The specimens are older
/// than the rules about names of signers, lists of document types and addresses of revocation lists.
#[test]
fn published_chips_deviate_in_just_these_rules() {
    let Some(folder) = shared() else { return };
    let loes: &[&str] = &[
        "EF.SOD: signed_data.digest_algorithms.parameters",
        "EF.SOD: security_object.content.hash.parameters",
        "EF.SOD: signed_data.digest_algorithms.parameters",
        "EF.SOD, certificate 1: signer.subject_alternative_name",
        "EF.SOD, certificate 1: signer.issuer_alternative_name",
        "EF.SOD, certificate 1: document_signer.crl_distribution_points",
        "EF.SOD, certificate 1: document_signer.document_type",
    ];
    let bsi: &[&str] = &[
        "chip.data_groups.signed",
        "DG2: dg2.image.size",
        "DG14: encoding.set_order",
        // The modulus is a negative INTEGER.
        "DG15: dg15.key",
        "EF.SOD: signed_data.digest_algorithms.parameters",
        "EF.SOD: security_object.content.hash",
        "EF.SOD: security_object.content.hash.parameters",
        "EF.SOD: signed_data.signer.hash",
        "EF.SOD: signed_data.digest_algorithms.parameters",
        "EF.SOD: signed_data.signature.parameters",
        "EF.SOD, certificate 1: signer.key_usage",
        "EF.SOD, certificate 1: signer.subject_alternative_name",
        "EF.SOD, certificate 1: signer.issuer_alternative_name",
        "EF.SOD, certificate 1: document_signer.crl_distribution_points",
        "EF.SOD, certificate 1: document_signer.document_type",
        "EF.SOD, certificate 1: certificate.issuer.country",
        "EF.SOD, certificate 1: extension.private_key_usage_period.within_validity",
        "EF.SOD, certificate 1: document_signer.private_key_usage_period.length",
        "EF.SOD, certificate 1: certificate.signature.hash",
    ];
    // Three files of a document, not the whole.
    let tr_03105: &[&str] = &[
        "chip.mandatory_files",
        "chip.mandatory_files",
        "chip.mandatory_files",
        "chip.data_groups.signed",
        "chip.data_groups.present",
        "chip.data_groups.present",
        "DG14: encoding.set_order",
        "EF.SOD: signed_data.digest_algorithms.parameters",
        "EF.SOD: security_object.content.hash.parameters",
        "EF.SOD: signed_data.digest_algorithms.parameters",
        "EF.SOD, certificate 1: signer.subject_alternative_name",
        "EF.SOD, certificate 1: signer.issuer_alternative_name",
        "EF.SOD, certificate 1: document_signer.private_key_usage_period",
        "EF.SOD, certificate 1: document_signer.crl_distribution_points",
        "EF.SOD, certificate 1: document_signer.document_type",
    ];
    for (set, expected) in [("loes2006", loes), ("bsi2008", bsi), ("bsi-tr03105-5", tr_03105)] {
        let mut files = ElementaryFiles::new();
        for entry in std::fs::read_dir(folder.join("vectors").join(set)).unwrap() {
            let path = entry.unwrap().path();
            if let Some(file) = path.file_name().and_then(|name| FileId::from_file_name(name.to_str()?)) {
                files.insert(file, std::fs::read(path).unwrap());
            }
        }
        let report = lint_chip(&files);
        let mut found: Vec<String> = report.findings.iter().map(|finding| finding.rule.id.to_owned()).collect();
        found.extend(report.files.iter().flat_map(|(file, report)| said(file.name(), report)));
        assert_eq!(found, expected, "{set}\n{report}");
    }
}

/// Single files of strangers.
#[test]
fn published_files_deviate_in_just_these_rules() {
    let Some(folder) = shared() else { return };
    for (name, file, expected) in [
        // The size is one of the values that only show that every field can be filled.
        ("iso39794/dg2_silver_all_fields.bin", FileId::DG2, &["DG2: dg2.image.size"][..]),
        ("iso39794/dg2_silver_mandatory_fields.bin", FileId::DG2, &[]),
        // Printed so in the standard.
        ("dg1-td1-doc9303-10-A.2.1.bin", FileId::DG1, &["DG1: dg1.check_digits"]),
        ("dg1-td2-doc9303-10-A.2.2.bin", FileId::DG1, &[]),
        ("dg1-td3-doc9303-4-B.bin", FileId::DG1, &[]),
        ("dg14-spec-sample.bin", FileId::DG14, &["DG14: encoding.set_order"]),
        (
            "EF.CardSecurity.bin",
            FileId::CARD_SECURITY,
            &[
                "EF.CardSecurity: card_security.content",
                "EF.CardSecurity: signed_data.signed_attributes",
                "EF.CardSecurity, certificate 1: certificate.extensions",
                "EF.CardSecurity, certificate 1: certificate.version",
                "EF.CardSecurity, certificate 1: public_key.explicit_parameters",
            ],
        ),
    ] {
        let report = lint(Some(file.into()), &std::fs::read(folder.join("vectors").join(name)).unwrap());
        assert_eq!(said(file.name(), &report), expected as &[&str], "{name}\n{report}");
    }
}
