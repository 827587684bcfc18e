//! A chip with every file, good and with files that do not go together.

use std::collections::BTreeMap;

use super::*;
use crate::access::pace::PaceParameters;
use crate::access::{CipherSuite, chip_authentication};
use crate::ec::{Curve, HashAlgorithm, KeyPair};
use crate::lds::dg2::{FaceFormat, FaceImage, FaceImageType, ImageDataType};
use crate::lds::security_infos::PUBLIC_KEY;
use crate::lds::{
    ApplicationId, AtrInfo, CardAccess, CardCapabilities, Com, Dg1, Dg2, Dg5, Dg7, Dg11, Dg12, Dg13, Dg14, Dg15, Dg16,
    Dir, ElementaryFiles, ExtendedLength, FileId, LdsDate, PersonToNotify, SecurityInfo, SecurityInfos, UnicodeVersion,
};
use crate::mrz::{CivilDate, Td3};
use crate::pki::UnixTime;
use crate::signature::SignatureScheme;
use crate::sod::testing::{Authority, start};
use crate::sod::{CardSecurityTemplate, LdsVersion};

pub(super) const ZONE: &str =
    "PPUTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10";

pub(super) fn authority() -> Authority {
    Authority::new(Curve::P256, 1)
}

pub(super) fn chip_key() -> KeyPair {
    KeyPair::from_private_scalar(Curve::P256, &[0x37; 32]).unwrap()
}

/// A face whose image is a frame header of JPEG, 413 by 531, and no more.
pub(super) fn image() -> Vec<u8> {
    let mut image = hex::decode("FFD8FFC0000B080213019D01011100").unwrap();
    image.extend([0x55; 50]);
    image.extend([0xFF, 0xD9]);
    image
}

pub(super) fn face() -> FaceImage {
    FaceImage::new(FaceImageType::FullFrontal, ImageDataType::Jpeg, (413, 531), image())
}

pub(super) fn pace() -> [SecurityInfo; 2] {
    [PaceParameters::P256_AES128, PaceParameters::P256_AES128_CAM].map(PaceParameters::security_info)
}

/// Chip authentication and its key, under the number of the curve, as the mapping wants it.
pub(super) fn agreement() -> [SecurityInfo; 2] {
    [
        SecurityInfo::ChipAuthentication {
            protocol: chip_authentication::object_identifier(CipherSuite::Aes128),
            version: 1,
            key_id: Some(12),
        },
        SecurityInfo::ChipAuthenticationPublicKey {
            protocol: PUBLIC_KEY.push_arc(2).unwrap(),
            public_key: chip_key().public_key().to_spki_explicit(),
            key_id: Some(12),
        },
    ]
}

pub(super) fn active(hash: HashAlgorithm) -> SecurityInfo {
    SecurityInfo::ActiveAuthentication { signature_algorithm: hash.ecdsa_plain_oid() }
}

pub(super) fn dg14(infos: Vec<SecurityInfo>) -> Vec<u8> {
    Dg14 { security_infos: SecurityInfos::new(infos) }.build().unwrap()
}

pub(super) fn card_security(infos: Vec<SecurityInfo>) -> Vec<u8> {
    let authority = authority();
    let scheme = SignatureScheme::for_curve(authority.curve);
    let template = CardSecurityTemplate::new(&authority.document_signer, scheme).unwrap();
    let prepared = template.prepare(&SecurityInfos::new(infos)).unwrap();
    prepared.assemble(&authority.document_signer_key.sign(authority.hash(), prepared.to_be_signed()))
}

fn common(files: &ElementaryFiles) -> Vec<u8> {
    let data_groups = files.keys().copied().filter(|file| file.data_group().is_some()).collect();
    let lds_version = crate::lds::LdsVersion::V1_8;
    Com { lds_version, unicode_version: UnicodeVersion::V4_0_0, data_groups }.build().unwrap()
}

fn signed(authority: &Authority, files: &ElementaryFiles, version: LdsVersion, at: UnixTime) -> Vec<u8> {
    let template = authority.template(version);
    let hash = template.data_group_hash();
    let hashes: BTreeMap<u8, Vec<u8>> =
        files.iter().filter_map(|(file, contents)| Some((file.data_group()?, hash.digest(contents)))).collect();
    let prepared = template.prepare_at(&hashes, at).unwrap();
    prepared.assemble(&authority.document_signer_key.sign(template.scheme().hash(), prepared.to_be_signed()))
}

/// Everything but EF.COM and EF.SOD.
fn contents() -> ElementaryFiles {
    let person = PersonToNotify {
        date_recorded: CivilDate::parse("20020101").unwrap(),
        name: "SMITH<<CHARLES<R".to_owned(),
        telephone: "19525551212".to_owned(),
        address: "123 MAPLE RD<ANYTOWN<MN<55100".to_owned(),
    };
    let dg11 = Dg11 {
        full_name: Some("ERIKSSON<<ANNA<MARIA".to_owned()),
        full_date_of_birth: LdsDate::new(Some(1974), Some(8), Some(12)),
        ..Dg11::default()
    };
    let limits = ExtendedLength { command: 1000, response: 1000 };
    let atr = AtrInfo::new(CardCapabilities::BASIC.with_extended_length(), Some(limits));
    let dir = Dir { applications: vec![ApplicationId::emrtd()] };
    BTreeMap::from([
        (FileId::DG1, Dg1::new(&Td3::parse(ZONE).unwrap().encode().unwrap()).build().unwrap()),
        (FileId::DG2, Dg2::with_face(FaceFormat::Iso19794, face()).build().unwrap()),
        (FileId::DG5, Dg5 { portraits: vec![image()] }.build().unwrap()),
        (FileId::DG7, Dg7 { signatures: vec![image()] }.build().unwrap()),
        (FileId::DG11, dg11.build().unwrap()),
        (FileId::DG12, issued("20261121")),
        (FileId::DG13, Dg13 { contents: vec![1, 2, 3] }.build().unwrap()),
        (FileId::DG14, dg14([&pace()[..], &agreement(), &[active(HashAlgorithm::Sha256)]].concat())),
        (FileId::DG15, Dg15 { public_key: chip_key().public_key().to_spki_explicit() }.build().unwrap()),
        (FileId::DG16, Dg16 { persons: vec![person] }.build().unwrap()),
        (FileId::CARD_ACCESS, CardAccess { security_infos: SecurityInfos::new(pace().to_vec()) }.build().unwrap()),
        (FileId::CARD_SECURITY, card_security([&pace()[..], &agreement()].concat())),
        (FileId::DIR, dir.build().unwrap()),
        (FileId::ATR_INFO, atr.build().unwrap()),
    ])
}

fn issued(date: &str) -> Vec<u8> {
    Dg12 { date_of_issue: CivilDate::parse(date), ..Dg12::default() }.build().unwrap()
}

/// EF.COM and EF.SOD of these files.
fn complete(mut files: ElementaryFiles) -> ElementaryFiles {
    files.insert(FileId::COM, common(&files));
    let time = start().plus_days(10);
    files.insert(FileId::SOD, signed(&authority(), &files, LdsVersion::V1_8, time));
    files
}

pub(super) fn good() -> ElementaryFiles {
    complete(contents())
}

#[test]
fn a_chip_with_every_file_has_no_findings() {
    let report = lint_chip(&good());
    assert!(report.is_clean() && report.conforms(), "{report}");
    assert_eq!(report.files.len(), good().len());
    assert_eq!(report.to_string(), "16 files: 0 mandatory, 0 recommended\n");
}

#[test]
fn a_report_of_a_chip_tells_files_apart() {
    let mut files = good();
    files.remove(&FileId::CARD_ACCESS);
    files.insert(FileId::DIR, vec![0x61, 0x07, 0x4F, 0x05, 1, 2, 3, 4, 5]);
    let report = lint_chip(&files);
    assert_eq!(
        report.to_string(),
        "mandatory chip.card_access: a chip that has PACE by its DG14 has EF.CardAccess: PACEInfo in DG14 alone (Doc \
         9303-10 3.11.3, Doc 9303-11 9.2.11)\n\
         EF.DIR:\n  mandatory dir.emrtd at byte 0: EF.DIR lists the eMRTD application A0000002471001: others only (Doc \
         9303-10 3.11.2, table 31)\n\
         15 files: 2 mandatory, 0 recommended\n"
    );
    assert!(!report.is_clean() && !report.conforms());
}

/// An empty folder, and files of nothing.
#[test]
fn whatever_is_missing_is_survived() {
    let nothing = lint_chip(&ElementaryFiles::new());
    assert_eq!(nothing.count(Severity::Mandatory), 4);
    let empty: ElementaryFiles = FileId::ALL.into_iter().map(|file| (file, Vec::new())).collect();
    assert!(!lint_chip(&empty).conforms());
    let good = good();
    for file in good.keys() {
        let mut without = good.clone();
        without.remove(file);
        let _ = lint_chip(&without);
        let mut cut = good.clone();
        cut.get_mut(file).unwrap().truncate(9);
        let _ = lint_chip(&cut);
    }
}

/// What stands on the page or in DG11 and DG12 is in no finding.
#[test]
fn findings_say_nothing_personal() {
    let mut texts: Vec<String> = cases().iter().map(|(_, files)| format!("{:?}", lint_chip(files))).collect();
    texts.extend(super::broken::files::cases().iter().map(|(_, kind, file)| format!("{:?}", lint(Some(*kind), file))));
    for text in texts {
        for personal in
            ["ERIKSSON", "ANNA", "L898902C", "740812", "19740812", "1974", "120415", "20261121", "SMITH", "PILOT"]
        {
            assert!(!text.contains(personal), "{personal} in {text}");
        }
    }
}

/// For each rule about files together, a chip that breaks it and no other of them.
pub(super) fn cases() -> Vec<(&'static str, ElementaryFiles)> {
    let altered = |change: &dyn Fn(&mut ElementaryFiles)| {
        let mut files = contents();
        change(&mut files);
        complete(files)
    };
    let afterwards = |change: &dyn Fn(&mut ElementaryFiles)| {
        let mut files = good();
        change(&mut files);
        files
    };
    let with_code = |code: &[u8]| {
        let mut dg1 = contents()[&FileId::DG1].clone();
        dg1[5..7].copy_from_slice(code);
        dg1
    };
    let lds2 = Dir {
        applications: vec![ApplicationId::emrtd(), ApplicationId::new(&[0xA0, 0, 0, 2, 0x47, 0x20, 1]).unwrap()],
    };
    let lds2 = lds2.build().unwrap();
    let of_dir = |dir: &[u8]| {
        card_security([&pace()[..], &agreement(), &[SecurityInfo::EfDir { contents: dir.to_vec() }]].concat())
    };
    let without_pace = [&agreement()[..], &[active(HashAlgorithm::Sha256)]].concat();
    vec![
        ("chip.mandatory_files", afterwards(&|files| drop(files.remove(&FileId::COM)))),
        ("chip.data_groups.announced", {
            let mut fewer = contents();
            fewer.remove(&FileId::DG16);
            let com = common(&fewer);
            afterwards(&|files| drop(files.insert(FileId::COM, com.clone())))
        }),
        ("chip.data_groups.signed", {
            let mut fewer = contents();
            let dg13 = fewer.remove(&FileId::DG13).unwrap();
            let mut files = complete(fewer);
            files.insert(FileId::DG13, dg13);
            files
        }),
        ("chip.data_groups.present", afterwards(&|files| drop(files.remove(&FileId::DG13)))),
        ("chip.data_groups.hashes", afterwards(&|files| files.get_mut(&FileId::DG13).unwrap()[3] ^= 1)),
        ("chip.versions", {
            let old = signed(&authority(), &contents(), LdsVersion::V1_7, start().plus_days(10));
            afterwards(&|files| drop(files.insert(FileId::SOD, old.clone())))
        }),
        ("chip.card_access", altered(&|files| drop(files.remove(&FileId::CARD_ACCESS)))),
        (
            "chip.card_access.dg14",
            altered(&|files| {
                let infos = [&pace()[..1], &agreement(), &[active(HashAlgorithm::Sha256)]].concat();
                files.insert(FileId::DG14, dg14(infos));
            }),
        ),
        (
            "chip.card_access.dg14",
            altered(&|files| {
                files.remove(&FileId::DG14);
                files.remove(&FileId::DG15);
            }),
        ),
        ("chip.card_security", altered(&|files| drop(files.remove(&FileId::CARD_SECURITY)))),
        (
            "chip.card_access.card_security",
            altered(&|files| {
                let infos = [&pace()[1..], &agreement()].concat();
                files.insert(FileId::CARD_SECURITY, card_security(infos));
            }),
        ),
        (
            "chip.active_authentication.info",
            altered(&|files| drop(files.insert(FileId::DG14, dg14([&pace()[..], &agreement()].concat())))),
        ),
        (
            "chip.active_authentication.hash",
            altered(&|files| {
                let infos = [&pace()[..], &agreement(), &[active(HashAlgorithm::Sha384)]].concat();
                files.insert(FileId::DG14, dg14(infos));
            }),
        ),
        ("chip.active_authentication.key", altered(&|files| drop(files.remove(&FileId::DG15)))),
        (
            "chip.dir.signed",
            altered(&|files| drop(files.insert(FileId::CARD_SECURITY, of_dir(&[0x61, 0x02, 0x4F, 0x00])))),
        ),
        ("chip.dir.signed", altered(&|files| drop(files.insert(FileId::DIR, lds2.clone())))),
        (
            "chip.atr_info",
            altered(&|files| {
                files.insert(FileId::DIR, lds2.clone());
                files.insert(FileId::CARD_SECURITY, of_dir(&lds2));
                files.remove(&FileId::ATR_INFO);
            }),
        ),
        (
            "chip.date_of_birth",
            altered(&|files| {
                let date = LdsDate::new(Some(1974), Some(8), Some(13));
                files.insert(FileId::DG11, Dg11 { full_date_of_birth: date, ..Dg11::default() }.build().unwrap());
            }),
        ),
        ("chip.document_code", altered(&|files| drop(files.insert(FileId::DG1, with_code(b"PX"))))),
        (
            "chip.document_code",
            altered(&|files| {
                files.insert(FileId::DG1, with_code(b"P<"));
                files.insert(FileId::DG12, issued("20280101"));
            }),
        ),
        ("chip.face_format", altered(&|files| drop(files.insert(FileId::DG12, issued("20300101"))))),
        (
            "chip.pace",
            altered(&|files| {
                files.remove(&FileId::CARD_ACCESS);
                files.insert(FileId::DG14, dg14(without_pace.clone()));
                files.insert(FileId::DG12, issued("20270101"));
            }),
        ),
        ("chip.signer.document_type", {
            let cards = Authority::with(Curve::P256, 1, |profile| profile.document_types = vec!["PD".to_owned()]);
            let mut files = good();
            files.insert(FileId::SOD, signed(&cards, &files, LdsVersion::V1_8, start().plus_days(10)));
            files
        }),
        ("chip.signer.validity", {
            let mut files = good();
            files.insert(FileId::SOD, signed(&authority(), &files, LdsVersion::V1_8, start().plus_days(200)));
            files
        }),
    ]
}
