//! What is issued here.

use super::edit::{State, start};
use super::*;
use crate::lds::{CardAccess, Com, Dg14, FileId, SecurityInfo, SecurityInfos};
use crate::pki::testing::Suite;
use crate::pki::{Certificate, MasterListContents};
use crate::sod::{CardSecurityTemplate, LdsVersion, SecurityObjectTemplate};

#[test]
fn what_every_suite_issues_has_no_findings() {
    for suite in Suite::all(1) {
        let sign = |message: &[u8]| suite.sign(message);
        let below = suite.verifying_key();
        let state = State::new(suite.verifying_key(), suite.scheme, &sign, &below);
        for (kind, bytes) in state.documents() {
            let report = lint(None, bytes);
            assert_eq!(report.kind, Some(kind), "{}", suite.name);
            assert!(report.is_clean(), "{}\n{report}", suite.name);
        }
    }
}

#[test]
fn what_document_signers_and_list_signers_sign_has_no_findings() {
    for suite in Suite::all(2) {
        let sign = |message: &[u8]| suite.sign(message);
        let state = State::new(suite.verifying_key(), suite.scheme, &sign, &suite.verifying_key());
        let clean = |kind: DocumentKind, bytes: &[u8]| {
            let report = lint(None, bytes);
            assert_eq!(report.kind, Some(kind), "{}", suite.name);
            assert!(report.is_clean(), "{}\n{report}", suite.name);
            assert!(!report.parts.is_empty());
        };
        let hash = suite.scheme.hash();
        let hashes = [1, 2, 11, 14].map(|number| (number, hash.digest(&[number]))).into_iter().collect();
        for version in [LdsVersion::V1_7, LdsVersion::V1_8] {
            let template = SecurityObjectTemplate::new(&state.document_signer, hash, suite.scheme, version).unwrap();
            for prepared in [template.prepare(&hashes).unwrap(), template.prepare_at(&hashes, start()).unwrap()] {
                clean(DocumentKind::SecurityObject, &prepared.assemble(&suite.sign(prepared.to_be_signed())));
            }
        }
        let template = CardSecurityTemplate::new(&state.document_signer, suite.scheme).unwrap();
        let infos = SecurityInfos::new(vec![SecurityInfo::from_der(&PACE_INFO).unwrap()]);
        let prepared = template.prepare(&infos).unwrap();
        clean(DocumentKind::CardSecurity, &prepared.assemble(&suite.sign(prepared.to_be_signed())));

        let [csca, signer] = [&state.csca, &state.master_list_signer].map(|bytes| Certificate::parse(bytes).unwrap());
        let contents =
            MasterListContents { certificates: vec![state.csca.clone(), state.link.clone()], signing_time: start() };
        let prepared = contents.prepare(&signer, &csca, suite.scheme).unwrap();
        clean(DocumentKind::MasterList, &prepared.assemble(&suite.sign(prepared.to_be_signed())));
    }
}

/// PACE with generic mapping, AES-128, P-256.
const PACE_INFO: [u8; 20] = [
    0x30, 0x12, 0x06, 0x0A, 0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x04, 0x02, 0x02, 0x02, 0x01, 0x02, 0x02, 0x01,
    0x0C,
];

#[test]
fn files_that_are_built_have_no_findings() {
    let infos = || SecurityInfos::new(vec![SecurityInfo::from_der(&PACE_INFO).unwrap()]);
    let mut dg1 = vec![0x61, 0x5B, 0x5F, 0x1F, 0x58];
    dg1.extend(b"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10");
    let com = Com {
        lds_version: crate::lds::LdsVersion::V1_8,
        unicode_version: crate::lds::UnicodeVersion::V4_0_0,
        data_groups: vec![FileId::DG1, FileId::DG2, FileId::DG14],
    };
    let files = [
        (FileId::COM, com.build().unwrap()),
        (FileId::DG1, dg1),
        (FileId::DG14, Dg14 { security_infos: infos() }.build().unwrap()),
        (FileId::CARD_ACCESS, CardAccess { security_infos: infos() }.build().unwrap()),
    ];
    for (file, bytes) in files {
        let report = lint(None, &bytes);
        assert_eq!(report.kind, Some(DocumentKind::File(file)));
        assert!(report.is_clean(), "{file}\n{report}");
    }
}

#[test]
fn reports_are_stable_texts() {
    let state = State::utopia();
    let mut document = super::edit::Document::new(DocumentKind::DocumentSigner, &state.document_signer);
    document.remove("2.5.29.16");
    document.set_critical("2.5.29.15", false);
    document.at(super::edit::SERIAL).bytes = vec![0x00];
    let report = lint(None, &document.finish());
    assert_eq!(
        report.to_string(),
        "mandatory document_signer.private_key_usage_period: there is a privateKeyUsagePeriod (Doc 9303-12 table 6, \
         PrivateKeyUsagePeriod)\n\
         mandatory certificate.serial_number.positive at byte 13: the serial number is positive: zero (Doc 9303-12 table 5, \
         serialNumber)\n\
         mandatory extension.key_usage.criticality at byte 609: keyUsage is critical: not critical (Doc 9303-12 table 6, \
         KeyUsage)\n\
         document signer certificate: 3 mandatory, 0 recommended\n"
    );
    assert!(!report.conforms() && report.count(Severity::Recommended) == 0);
}
