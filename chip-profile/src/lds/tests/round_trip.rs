//! What is built is read again as it was.

use proptest::option;
use proptest::prelude::*;

use super::super::dg2::*;
use super::super::*;
use crate::mrz::CivilDate;

fn text() -> impl Strategy<Value = String> {
    "[A-Z<陳大文é ]{1,30}"
}

fn date() -> impl Strategy<Value = CivilDate> {
    (1u16..=9999, 1u8..13, 1u8..29).prop_map(|(year, month, day)| CivilDate::new(year, month, day).unwrap())
}

/// A JPEG as far as its frame header.
fn jpeg(width: u16, height: u16, rest: &[u8]) -> Vec<u8> {
    let [width, height] = [width, height].map(u16::to_be_bytes);
    [&b"\xFF\xD8\xFF\xC0\x00\x11\x08"[..], &height, &width, rest].concat()
}

prop_compose! {
    fn dg11()(
        full_name in option::of(text()), other_names in prop::collection::vec(text(), 0..4),
        personal_number in option::of(text()), telephone in option::of(text()), title in option::of(text()),
        birth in option::of((option::of(1u16..=9999), option::of(1u8..13), option::of(1u8..29))),
        place_of_birth in option::of(text()), profession in option::of(text()),
        proof in option::of(prop::collection::vec(any::<u8>(), 0..300)),
        custody_information in option::of("[A-Z]{1,999}"),
    ) -> Dg11 {
        let full_date_of_birth = birth.map(|(year, month, day)| LdsDate::new(year, month, day).unwrap());
        Dg11 {
            full_name, other_names, personal_number, telephone, title, full_date_of_birth, place_of_birth, profession,
            proof_of_citizenship: proof.map(|rest| jpeg(3, 4, &rest)), custody_information, ..Dg11::default()
        }
    }
}

prop_compose! {
    fn face()(
        width in any::<u16>(), height in any::<u16>(), rest in prop::collection::vec(any::<u8>(), 0..300),
        mask in 0u32..0x100_0000, numbers in any::<[u16; 3]>(), bytes in any::<[u8; 4]>(), pose in any::<[u8; 3]>(),
        points in prop::collection::vec(any::<(u8, u8, u16, u16, u16)>(), 0..5),
    ) -> FaceImage {
        FaceImage {
            property_mask: mask, expression: numbers[0], device_type: numbers[1], quality: numbers[2],
            eye_colour: EyeColour(bytes[0]), hair_colour: HairColour(bytes[1]), colour_space: ColourSpace(bytes[2]),
            source: ImageSource(bytes[3]), pose_angle: pose, pose_angle_uncertainty: pose,
            feature_points: points.into_iter()
                .map(|(kind, code, x, y, reserved)| FeaturePoint { kind, code, x, y, reserved }).collect(),
            ..FaceImage::new(FaceImageType::Basic, ImageDataType::Jpeg, (width, height), jpeg(width, height, &rest))
        }
    }
}

proptest! {
    #[test]
    fn dg11_is_read_as_written(dg11 in dg11()) {
        prop_assert_eq!(Dg11::parse(&dg11.build().unwrap()).unwrap(), dg11);
    }

    #[test]
    fn dg12_is_read_as_written(
        issuing_authority in option::of(text()), date_of_issue in option::of(date()),
        other_persons in prop::collection::vec(text(), 0..4), endorsements in option::of(text()),
        time in option::of((date(), 0u8..24, 0u8..60, 0u8..60)), personalisation_system in option::of(text()),
    ) {
        let personalisation_time = time.map(|(date, hour, minute, second)| LdsDateTime::new(date, hour, minute, second).unwrap());
        let dg12 = Dg12 {
            issuing_authority, date_of_issue, other_persons, endorsements, personalisation_time, personalisation_system,
            ..Dg12::default()
        };
        prop_assert_eq!(Dg12::parse(&dg12.build().unwrap()).unwrap(), dg12);
    }

    #[test]
    fn dg2_is_read_as_written(
        faces in prop::collection::vec(face(), 1..4), creation in option::of(any::<[u8; 7]>()),
        validity in option::of(any::<[u8; 8]>()), creator in option::of(any::<[u8; 4]>()),
        version in option::of(any::<[u8; 2]>()), subtype in option::of(any::<u8>()),
    ) {
        let header = BiometricHeader { creation, validity, creator, version, subtype, ..BiometricHeader::face_iso_19794() };
        let template = |face: FaceImage| FaceTemplate {
            header: header.clone(),
            data: BiometricData::Iso19794(FaceRecord { images: vec![face] }),
        };
        let dg2 = Dg2 { templates: faces.into_iter().map(template).collect() };
        prop_assert_eq!(Dg2::parse(&dg2.build().unwrap()).unwrap(), dg2);
    }

    #[test]
    fn com_is_read_as_written(groups in prop::collection::btree_set(3u8..=16, 0..14), parts in (0u8..100, 0u8..100, 0u8..100)) {
        let others = groups.into_iter().filter_map(FileId::from_data_group);
        let com = Com {
            lds_version: LdsVersion::V1_8,
            unicode_version: UnicodeVersion::new(parts.0, parts.1, parts.2).unwrap(),
            data_groups: [FileId::DG1, FileId::DG2].into_iter().chain(others).collect(),
        };
        prop_assert_eq!(Com::parse(&com.build().unwrap()).unwrap(), com);
    }

    #[test]
    fn pace_and_chip_authentication_are_read_as_written(
        mapping in 1u32..7, cipher in 1u32..5, number in option::of(any::<u32>()), agreement in 1u32..3,
    ) {
        let identifier = |text: String| const_oid::ObjectIdentifier::new(&text).unwrap();
        let infos: SecurityInfos = [
            SecurityInfo::Pace {
                protocol: identifier(format!("0.4.0.127.0.7.2.2.4.{mapping}.{cipher}")),
                parameter_id: number,
            },
            SecurityInfo::ChipAuthentication {
                protocol: identifier(format!("0.4.0.127.0.7.2.2.3.{agreement}.{cipher}")),
                version: 1,
                key_id: number,
            },
        ].into_iter().collect();
        let dg14 = Dg14 { security_infos: infos };
        let file = dg14.build().unwrap();
        let read = Dg14::parse(&file).unwrap();
        prop_assert!(read.security_infos.contains_all(&dg14.security_infos));
        prop_assert_eq!(read.build().unwrap(), file);
    }

    #[test]
    fn displayed_images_are_read_as_written(rests in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 1..10)) {
        let images: Vec<_> = rests.iter().map(|rest| jpeg(3, 4, rest)).collect();
        let dg5 = Dg5 { portraits: images.clone() };
        prop_assert_eq!(Dg5::parse(&dg5.build().unwrap()).unwrap(), dg5);
        let dg7 = Dg7 { signatures: images };
        prop_assert_eq!(Dg7::parse(&dg7.build().unwrap()).unwrap(), dg7);
    }

    #[test]
    fn dg13_and_opaque_groups_are_read_as_written(contents in prop::collection::vec(any::<u8>(), 0..400), number in 1u8..=16) {
        let dg13 = Dg13 { contents: contents.clone() };
        prop_assert_eq!(Dg13::parse(&dg13.build().unwrap()).unwrap(), dg13);
        let file = FileId::from_data_group(number).unwrap();
        let group = OpaqueDataGroup::new(file, contents).unwrap();
        prop_assert_eq!(OpaqueDataGroup::parse(file, &group.build().unwrap()).unwrap(), group);
    }

    #[test]
    fn dg16_is_read_as_written(persons in prop::collection::vec((date(), text(), "[0-9<+]{1,20}", text()), 1..16)) {
        let person = |(date_recorded, name, telephone, address)| PersonToNotify { date_recorded, name, telephone, address };
        let dg16 = Dg16 { persons: persons.into_iter().map(person).collect() };
        prop_assert_eq!(Dg16::parse(&dg16.build().unwrap()).unwrap(), dg16);
    }

    #[test]
    fn atr_info_is_read_as_written(
        capabilities in any::<[u8; 3]>(), command in 1u32.., response in 1u32..,
        others in prop::collection::vec((prop::sample::select(vec![0x43u32, 0x46, 0x5F52, 0x7F74]), prop::collection::vec(any::<u8>(), 0..20)), 0..4),
    ) {
        let mut atr_info = AtrInfo::new(CardCapabilities(capabilities), Some(ExtendedLength { command, response }));
        atr_info.objects.extend(others.into_iter().map(|(tag, value)| AtrObject::Other { tag, value }));
        prop_assert_eq!(AtrInfo::parse(&atr_info.build().unwrap()).unwrap(), atr_info);
    }
}
