//! Bad bytes never panic, loop or take memory that the input does not justify.

use proptest::prelude::*;

use super::super::dg2::FaceRecord;
use super::super::*;

/// Every parser, on any bytes. EF.ATR/INFO is any list of data objects, so it is not counted.
fn parse_all(bytes: &[u8]) -> usize {
    let _ = AtrInfo::parse(bytes);
    [
        Com::parse(bytes).is_ok(),
        Dg1::parse(bytes).is_ok(),
        Dg2::parse(bytes).is_ok(),
        FaceRecord::parse(bytes).is_ok(),
        dg2::FaceRecord39794::parse(bytes).is_ok(),
        Dg5::parse(bytes).is_ok(),
        Dg7::parse(bytes).is_ok(),
        Dg11::parse(bytes).is_ok(),
        Dg12::parse(bytes).is_ok(),
        Dg13::parse(bytes).is_ok(),
        Dg14::parse(bytes).is_ok(),
        Dg15::parse(bytes).is_ok(),
        Dg16::parse(bytes).is_ok(),
        OpaqueDataGroup::parse(FileId::DG3, bytes).is_ok(),
        CardAccess::parse(bytes).is_ok(),
        Dir::parse(bytes).is_ok(),
        SecurityInfos::from_der(bytes).is_ok(),
    ]
    .into_iter()
    .filter(|parsed| *parsed)
    .count()
}

/// One good file of each kind.
fn good_files() -> Vec<Vec<u8>> {
    let jpeg = b"\xFF\xD8\xFF\xC0\x00\x11\x08\x00\x04\x00\x03\x03\xFF\xD9".to_vec();
    let dg5 = Dg5 { portraits: vec![jpeg.clone()] };
    let dg7 = Dg7 { signatures: vec![jpeg.clone()] };
    let person = PersonToNotify {
        date_recorded: crate::mrz::CivilDate::new(2026, 11, 22).unwrap(),
        name: "SMITH<<CHARLES".into(),
        telephone: "19525551212".into(),
        address: "ANYTOWN<MN".into(),
    };
    let mut face = dg2::FaceImage::new(dg2::FaceImageType::TokenFrontal, dg2::ImageDataType::Jpeg, (3, 4), jpeg);
    face.feature_points = vec![dg2::FeaturePoint::left_eye(1, 2)];
    let dg11 = Dg11 { full_name: Some("陳<<大文".into()), other_names: vec!["TIM".into()], ..Dg11::default() };
    let dg12 = Dg12 { issuing_authority: Some("UTOPIA".into()), ..Dg12::default() };
    let com = Com {
        lds_version: LdsVersion::V1_8,
        unicode_version: UnicodeVersion::V4_0_0,
        data_groups: vec![FileId::DG1, FileId::DG2],
    };
    let key = hex::decode("6f163014300d06092a864886f70d01010105000303000102").unwrap();
    let infos = hex::decode("31143012060a04007f0007020204020202010202010d").unwrap();
    let dg14 = Dg14 { security_infos: SecurityInfos::from_der(&infos).unwrap() };
    vec![
        com.build().unwrap(),
        Dg2::with_face(FaceFormat::Iso19794, face.clone()).build().unwrap(),
        Dg2::with_face(FaceFormat::Iso39794, face).build().unwrap(),
        dg11.build().unwrap(),
        dg12.build().unwrap(),
        dg14.build().unwrap(),
        Dg15::parse(&key).unwrap().build().unwrap(),
        infos,
        Dir::default().build().unwrap(),
        dg5.build().unwrap(),
        dg7.build().unwrap(),
        Dg13 { contents: vec![1, 2, 3] }.build().unwrap(),
        Dg16 { persons: vec![person.clone(), person] }.build().unwrap(),
        OpaqueDataGroup::new(FileId::DG3, vec![4, 5, 6]).unwrap().build().unwrap(),
    ]
}

#[test]
fn truncated_files_are_refused() {
    for file in good_files() {
        assert!(parse_all(&file) > 0, "{file:02X?}");
        for length in 0..file.len() {
            assert_eq!(parse_all(&file[..length]), 0, "{file:02X?} cut to {length}");
        }
        let longer = [&file[..], &[0]].concat();
        assert_eq!(parse_all(&longer), 0);
    }
}

#[test]
fn truncated_lists_of_capabilities_are_refused() {
    let capabilities = CardCapabilities::BASIC.with_extended_length();
    let file = AtrInfo::new(capabilities, Some(ExtendedLength { command: 2048, response: 4096 })).build().unwrap();
    for length in 1..file.len() {
        assert!(AtrInfo::parse(&file[..length]).is_err(), "cut to {length}");
    }
    for at in 0..file.len() {
        for byte in 0..=u8::MAX {
            let mut file = file.clone();
            file[at] = byte;
            let _ = AtrInfo::parse(&file);
        }
    }
}

#[test]
fn flipped_bytes_are_read_or_refused() {
    for file in good_files() {
        for at in 0..file.len() {
            for byte in 0..=u8::MAX {
                let mut file = file.clone();
                file[at] = byte;
                parse_all(&file);
            }
        }
    }
}

#[test]
fn specimens_with_truncations_and_flips() {
    let names = [
        "loes2006/DG2.bin",
        "iso39794/dg2_silver_all_fields.bin",
        "iso19794-5-face.bin",
        "bsi2008/DG14.bin",
        "loes2006/DG15.bin",
        "loes2006/DG1.bin",
    ];
    for name in names {
        let Some(file) = super::vector(name) else { return };
        for length in (0..file.len()).filter(|length| *length < 400 || length % 97 == 0) {
            assert_eq!(parse_all(&file[..length]), 0, "{name} cut to {length}");
        }
        // Headers, and what stands behind the image.
        for at in (0..file.len()).filter(|at| *at < 400 || at + 650 > file.len()) {
            for flip in [0x01, 0x20, 0x80, 0xFF] {
                let mut file = file.clone();
                file[at] ^= flip;
                parse_all(&file);
            }
        }
    }
}

proptest! {
    #[test]
    fn any_bytes(tag in prop::sample::select(vec![0x60u8, 0x61, 0x75, 0x63, 0x65, 0x67, 0x6D, 0x70, 0x6B, 0x6C, 0x6E, 0x6F, 0x31, 0x46]),
                 bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        parse_all(&bytes);
        let mut file = Vec::new();
        crate::tlv::push(&mut file, u32::from(tag), &bytes);
        parse_all(&file);
    }
}
