use super::*;
use crate::access::bac::BacKeys;
use crate::access::pace::{PaceParameters, PacePassword};
use crate::access::{CipherSuite, chip_authentication};
use crate::ec::{Curve, KeyPair};
use crate::lds::card_access::CardAccess;
use crate::lds::dg14::Dg14;
use crate::lds::dg15::Dg15;
use crate::lds::{ElementaryFiles, SecurityInfo, SecurityInfos};

fn key(byte: u8) -> KeyPair {
    KeyPair::from_private_scalar(Curve::P256, &[byte; 32]).unwrap()
}

fn dg15(key: &KeyPair) -> Vec<u8> {
    Dg15 { public_key: key.public_key().to_spki_explicit() }.build().unwrap()
}

/// With PACE and chip authentication beside basic access control.
fn data_with_pace() -> ChipData {
    let mut data = data();
    data.pace_parameters = vec![PaceParameters::P256_AES128];
    data.pace_passwords = vec![PacePassword::can("123456")];
    let suite = CipherSuite::Aes128;
    data.chip_authentication_key = Some(ChipAuthenticationKey { suite, identifier: Some(3), key: key(8) });
    let pace = PaceParameters::P256_AES128.security_info();
    let infos = vec![
        pace.clone(),
        SecurityInfo::ChipAuthentication {
            protocol: chip_authentication::object_identifier(suite),
            version: 1,
            key_id: Some(3),
        },
        SecurityInfo::ChipAuthenticationPublicKey {
            protocol: const_oid::ObjectIdentifier::new_unwrap("0.4.0.127.0.7.2.2.1.2"),
            public_key: key(8).public_key().to_spki_explicit(),
            key_id: Some(3),
        },
    ];
    let card_access = CardAccess { security_infos: SecurityInfos::new(vec![pace]) };
    data.files.insert(FileId::CARD_ACCESS, card_access.build().unwrap());
    data.files.insert(FileId::DG14, Dg14 { security_infos: SecurityInfos::new(infos) }.build().unwrap());
    data
}

#[test]
fn private_keys_and_parameters_must_be_those_that_the_files_announce() {
    assert!(WritePlan::build(&data_with_pace(), &ChipLimits::SHORT).is_ok());
    let refused = |change: fn(&mut ChipData)| {
        let mut data = data_with_pace();
        change(&mut data);
        WritePlan::build(&data, &ChipLimits::SHORT).unwrap_err()
    };
    let mismatch = |file, name| PlanError::Mismatch { file, name };
    assert_eq!(
        refused(|data| data.active_authentication_key = Some(key(7).into())),
        mismatch(FileId::DG15, "active authentication key")
    );
    assert_eq!(
        refused(|data| data.pace_parameters.push(PaceParameters::P384_AES256)),
        mismatch(FileId::CARD_ACCESS, "PACE parameters")
    );
    for change in [
        (|key| key.key = self::key(7)) as fn(&mut ChipAuthenticationKey),
        |key| key.identifier = None,
        |key| key.suite = CipherSuite::Aes256,
    ] {
        let mut data = data_with_pace();
        data.chip_authentication_key.as_mut().map(change);
        let error = WritePlan::build(&data, &ChipLimits::SHORT).unwrap_err();
        assert_eq!(error, mismatch(FileId::DG14, "chip authentication key"));
    }
    assert_eq!(
        refused(|data| drop(data.files.insert(FileId::DG14, b"\x6E\x02\x31\x00".to_vec()))),
        mismatch(FileId::DG14, "content of EF.CardAccess")
    );
    assert_eq!(
        refused(|data| drop(data.files.insert(FileId::DG15, vec![0; 9]))),
        PlanError::Malformed { file: FileId::DG15 }
    );
}

fn data() -> ChipData {
    let files: ElementaryFiles = [
        (FileId::COM, vec![1; 24]),
        (FileId::DIR, vec![2; 15]),
        (FileId::DG1, vec![3; 93]),
        (FileId::DG2, (0..40_000u32).map(|at| (at * 7 / 3) as u8).collect()),
        (FileId::DG15, dg15(&key(9))),
        (FileId::SOD, vec![4; 1800]),
    ]
    .into();
    ChipData {
        files,
        basic_access: Some(BacKeys::from_bytes([1; 16], [2; 16])),
        pace_parameters: Vec::new(),
        pace_passwords: Vec::new(),
        active_authentication_key: Some(key(9).into()),
        chip_authentication_key: None,
        made_on_chip: MadeKeys::default(),
    }
}

#[test]
fn plan_writes_every_byte_once_and_locks_last() {
    for limits in [ChipLimits::SHORT, ChipLimits::new(2048, true)] {
        let data = data();
        let plan = WritePlan::build(&data, &limits).unwrap();
        let mut written: ElementaryFiles = ElementaryFiles::new();
        let chunk = limits.update_chunk().unwrap();
        for planned in plan.before_lock() {
            assert!(planned.command.data.len() <= chunk, "{}", planned.purpose);
            if let Purpose::Write { file, offset } = planned.purpose {
                let contents = written.entry(file).or_default();
                assert_eq!(contents.len(), offset);
                let field = &planned.command.data;
                if planned.command.instruction == UPDATE_BINARY_ODD {
                    let mut reader = tlv::Reader::new(field);
                    assert_eq!(reader.expect(0x54).unwrap().value, (offset as u16).to_be_bytes());
                    contents.extend_from_slice(reader.expect(0x53).unwrap().value);
                } else {
                    assert_eq!([planned.command.p1, planned.command.p2], (offset as u16).to_be_bytes());
                    assert!(planned.command.p1 < 0x80);
                    contents.extend_from_slice(field);
                }
            }
        }
        assert_eq!(written, data.files);
        assert_eq!(plan.lock().len(), 1);
        assert_eq!(plan.lock()[0].command.to_bytes(), [0x00, 0x44, 0, 0, 2, 0x3F, 0x00]);
        assert_eq!(plan.before_lock().len() + 1, plan.commands().len());
    }
}

#[test]
fn order_is_master_file_application_files_secrets() {
    let plan = WritePlan::build(&data(), &ChipLimits::SHORT).unwrap();
    let creations: Vec<String> = plan
        .commands()
        .iter()
        .filter(|planned| !matches!(planned.purpose, Purpose::Write { .. }))
        .map(|planned| planned.purpose.to_string())
        .collect();
    assert_eq!(
        creations,
        [
            "SELECT of the master file",
            "CREATE FILE of EF.DIR",
            "CREATE FILE of the application",
            "CREATE FILE of DG1",
            "CREATE FILE of DG2",
            "CREATE FILE of DG15",
            "CREATE FILE of EF.SOD",
            "CREATE FILE of EF.COM",
            "PUT DATA of the basic access keys",
            "PUT DATA of the active authentication key",
            "ACTIVATE FILE",
        ]
    );
}

#[test]
fn data_that_contradict_themselves_are_refused_before_a_chip_is_touched() {
    let refused = |change: fn(&mut ChipData)| {
        let mut data = data();
        change(&mut data);
        WritePlan::build(&data, &ChipLimits::SHORT).unwrap_err()
    };
    assert_eq!(refused(|data| drop(data.files.remove(&FileId::SOD))), PlanError::MissingFile { file: FileId::SOD });
    assert_eq!(refused(|data| drop(data.files.remove(&FileId::DG15))), PlanError::MissingFile { file: FileId::DG15 });
    assert_eq!(refused(|data| data.active_authentication_key = None), PlanError::MissingKey { file: FileId::DG15 });
    assert_eq!(refused(|data| data.basic_access = None), PlanError::NoAccess);
    assert_eq!(
        refused(|data| data.pace_passwords.push(PacePassword::can("123456"))),
        PlanError::MissingFile { file: FileId::CARD_ACCESS }
    );
    assert_eq!(
        refused(|data| drop(data.files.insert(FileId::DG2, Vec::new()))),
        PlanError::FileLength { file: FileId::DG2, length: 0 }
    );
    assert_eq!(
        refused(|data| drop(data.files.insert(FileId::DG2, vec![0; 65_536]))),
        PlanError::FileLength { file: FileId::DG2, length: 65_536 }
    );
    let tight = ChipLimits::new(64, false);
    assert_eq!(WritePlan::build(&data(), &tight).unwrap_err(), PlanError::Buffer { bytes: 64 });
}

#[test]
fn personal_data_do_not_appear_in_debug_output() {
    let data = data();
    let text = format!("{data:?} {:?}", WritePlan::build(&data, &ChipLimits::SHORT).unwrap());
    assert!(text.contains("DG2") && !text.contains("3, 3") && !text.contains("[1,"), "{text}");
}
