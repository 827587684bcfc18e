use proptest::option;
use proptest::prelude::*;

use super::super::{ColourSpace, EyeColour, FaceImage, FaceImageType, FeaturePoint, Gender, HairColour, ImageSource};
use super::*;
use crate::tlv::TlvErrorKind;

/// A JPEG as far as its frame header, 3 wide and 4 high.
const JPEG: &[u8] = b"\xFF\xD8\xFF\xC0\x00\x11\x08\x00\x04\x00\x03\x03";

fn bytes(text: &str) -> Vec<u8> {
    hex::decode(text.replace([' ', '\n'], "")).unwrap()
}

fn smallest() -> FaceRecord39794 {
    let mut record = FaceRecord39794::new(ImageDataType::Jpeg, (3, 4), JPEG.to_vec());
    information(&mut record).image_size = None;
    record
}

fn information(record: &mut FaceRecord39794) -> &mut ImageInformation2DBlock {
    let ImageRepresentation::TwoDimensional(image) = &mut record.representation.image_representation;
    &mut image.information
}

/// The smallest record, and in it what stands behind the data format.
fn with_information(fields: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let fields = bytes(fields);
    tlv::push_nested(&mut out, 0xA1, |out| {
        tlv::push_nested(out, 0x65, |out| {
            out.extend(bytes("a007 800103 810207e3"));
            tlv::push_nested(out, 0xA1, |out| {
                tlv::push_nested(out, 0x30, |out| {
                    out.extend(bytes("800100"));
                    tlv::push_nested(out, 0xA1, |out| {
                        tlv::push_nested(out, 0xA0, |out| {
                            tlv::push_nested(out, 0xA0, |out| {
                                tlv::push(out, 0x80, JPEG);
                                tlv::push_nested(out, 0xA1, |out| {
                                    out.extend([&bytes("a003800102")[..], &fields].concat())
                                });
                            });
                        });
                    });
                });
            });
        });
    });
    out
}

#[test]
fn the_smallest_record_is_that_of_the_module() {
    // Written out by hand from the ASN.1 modules of the application profile.
    let file = with_information("");
    assert_eq!(hex::encode(&file[..32]), "a12d652ba007800103810207e3a120301e800100a119a017a015800cffd8ffc0");
    assert_eq!(smallest().build().unwrap(), file);
    assert_eq!(FaceRecord39794::parse(&file).unwrap(), smallest());
    let sized = with_information("a706 800103 810104");
    assert_eq!(FaceRecord39794::new(ImageDataType::Jpeg, (3, 4), JPEG.to_vec()).build().unwrap(), sized);
}

#[test]
fn enumerations_are_read_as_codes_and_as_fallbacks_and_written_as_fallbacks() {
    let read = |fields: &str| {
        FaceRecord39794::parse(&with_information(fields)).map(|mut record| {
            *information(&mut record) == {
                let mut expected = ImageInformation2DBlock::new(ImageDataFormat::Jpeg);
                expected.colour_space = Some(ImageColourSpace::Greyscale8Bit);
                expected
            }
        })
    };
    let (code, fallback) = ("a903 800105", "a905 a103 800105");
    // An extension block whose code a later edition has added, with the fallback of this one.
    let later = "a908 a106 800105 810163";
    for fields in [code, fallback, later] {
        assert_eq!(read(fields), Ok(true), "{fields}");
        let written = FaceRecord39794::parse(&with_information(fields)).unwrap().build().unwrap();
        assert_eq!(written, with_information(fallback));
    }
    let start = with_information("a903 800107").len() - 1;
    assert_eq!(read("a903 800107"), Err(LdsError::new(LdsErrorKind::FaceCode(7), start)));
    assert!(read("a906 800105 800105").is_err());
    assert!(read("a900").is_err());
}

/// Fields that a later edition has added behind the last one are passed over; fields out of order and repeated are not.
#[test]
fn later_fields_are_passed_over() {
    let parse = |fields: &str| FaceRecord39794::parse(&with_information(fields));
    assert_eq!(parse("8b0100 ac00 9f1f0100"), Ok(smallest()));
    for fields in ["8401008301 00", "a503 800100", "ac00 8b0100", "840101 840101", "0c0141", "9f7f00 8b0100"] {
        assert!(parse(fields).is_err(), "{fields}");
    }
}

#[test]
fn faults_are_named_with_their_position() {
    let fault = |fields: &str| FaceRecord39794::parse(&with_information(fields)).unwrap_err();
    let start = with_information("").len();
    let at = |kind, offset| LdsError::new(kind, start + offset);
    // Distances and lengths beyond their limits, numbers that are not in their shortest form, a boolean that is not DER.
    assert_eq!(fault("8403 00c351").kind, LdsErrorKind::FaceBlock);
    assert_eq!(fault("8502 07d1").kind, LdsErrorKind::FaceBlock);
    assert_eq!(fault("8402 0001"), at(LdsErrorKind::FaceBlock, 2));
    assert_eq!(fault("8401 ff"), at(LdsErrorKind::FaceBlock, 2));
    assert_eq!(fault("a203 800101"), at(LdsErrorKind::FaceBlock, 4));
    assert_eq!(fault("a703 800103"), at(LdsErrorKind::Tlv(TlvErrorKind::Truncated), 5));

    let with = |from: &str, to: &str| {
        let text = hex::encode(with_information("")).replacen(&from.replace(' ', ""), &to.replace(' ', ""), 1);
        FaceRecord39794::parse(&hex::decode(text).unwrap()).unwrap_err()
    };
    assert_eq!(with("800103 810207e3", "800102 810207e3"), LdsError::new(LdsErrorKind::FaceBlock, 6));
    assert_eq!(with("810207e3", "810207e2"), LdsError::new(LdsErrorKind::FaceBlock, 6));
    assert_eq!(with("a119a017a015", "a119a117a015"), LdsError::new(LdsErrorKind::FaceBlock, 24));
    assert_eq!(with("a119a017a015", "a119a017a115"), LdsError::new(LdsErrorKind::FaceBlock, 26));
    assert_eq!(with("a003800102", "a003800105").kind, LdsErrorKind::FaceCode(5));
    let other = TlvErrorKind::UnexpectedTag { expected: 0x65, found: 0x64 };
    assert_eq!(with("652b", "642b"), LdsError::new(other.into(), 2));

    // Two representations: the profile has one.
    let one = hex::encode(with_information(""));
    let block = &one[30..];
    let two = format!("a14d 654b a007800103810207e3 a140 {block}{block}").replace(' ', "");
    assert_eq!(FaceRecord39794::parse(&hex::decode(two).unwrap()), Err(LdsError::new(LdsErrorKind::Count, 47)));
}

#[test]
fn what_is_declared_must_be_true() {
    let kind = |record: &FaceRecord39794| record.build().unwrap_err().kind;
    let mut record = FaceRecord39794::new(ImageDataType::Jpeg, (4, 3), JPEG.to_vec());
    assert_eq!(kind(&record), LdsErrorKind::ImageSize);
    information(&mut record).image_size = Some(ImageSizeBlock { width: 3, height: 4 });
    assert!(record.build().is_ok());
    information(&mut record).data_format = ImageDataFormat::Jpeg2000Lossy;
    assert_eq!(kind(&record), LdsErrorKind::ImageType);
    let mut record = smallest();
    record.version.generation = 2;
    assert_eq!(kind(&record), LdsErrorKind::FaceBlock);
    let mut record = smallest();
    record.representation.capture_date_time = Some(DateTimeBlock { month: Some(13), ..date() });
    assert_eq!(kind(&record), LdsErrorKind::FaceBlock);
    assert!(!format!("{record:?} {:?}", record.representation).contains("2026"));
}

fn date() -> DateTimeBlock {
    crate::mrz::CivilDate::new(2026, 11, 22).unwrap().into()
}

#[test]
fn a_face_of_iso_19794_is_said_in_the_new_words() {
    let face = FaceImage {
        gender: Gender::Female,
        eye_colour: EyeColour::GREEN,
        hair_colour: HairColour::BLONDE,
        property_mask: 0b101_0000_0011,
        expression: 1,
        pose_angle: [1, 2, 180],
        pose_angle_uncertainty: [0, 2, 3],
        feature_points: vec![
            FeaturePoint::left_eye(200, 100),
            FeaturePoint { kind: 2, ..FeaturePoint::right_eye(1, 2) },
            FeaturePoint { code: 0x71, ..FeaturePoint::right_eye(9, 8) },
        ],
        colour_space: ColourSpace::RGB_24,
        source: ImageSource(2),
        ..FaceImage::new(FaceImageType::FullFrontal, super::super::ImageDataType::Jpeg, (3, 4), JPEG.to_vec())
    };
    let record = FaceRecord39794::from(face);
    let image = record.image();
    assert_eq!(image.information.face_image_kind, Some(FaceImageKind2D::Mrtd));
    assert_eq!(image.information.colour_space, Some(ImageColourSpace::Rgb24Bit));
    let technology = image.capture_device.as_ref().and_then(|device| device.technology);
    assert_eq!(technology, Some(CaptureDeviceTechnologyId2D::StaticPhotographFromDigitalStillImageCamera));
    let metadata = record.representation.identity_metadata.clone().unwrap();
    assert_eq!(metadata.gender, Some(GenderCode::Female));
    assert_eq!(metadata.eye_colour, Some(EyeColourCode::Green));
    assert_eq!(metadata.hair_colour, Some(HairColourCode::Blonde));
    let properties = metadata.properties.unwrap();
    assert_eq!(
        (properties.glasses, properties.moustache, properties.dark_glasses),
        (Some(true), Some(false), Some(true))
    );
    assert_eq!(metadata.expression.unwrap().neutral, Some(true));
    let pose = metadata.pose_angles.unwrap();
    let angles =
        [pose.yaw, pose.pitch, pose.roll].map(|angle| angle.map(|angle| (angle.value, angle.uncertainty)).unwrap());
    assert_eq!(angles, [(0, None), (2, Some(2)), (-2, Some(4))]);
    let landmarks = record.representation.landmarks.clone().unwrap();
    let points: Vec<_> = landmarks
        .iter()
        .map(|landmark| match landmark.kind {
            LandmarkKind::Mpeg4FeaturePoint(point) => point.group_and_number(),
            _ => (0, 0),
        })
        .collect();
    assert_eq!(points, [(12, 1), (7, 1)]);
    assert_eq!(landmarks[0].coordinates, Some(LandmarkCoordinates::Cartesian2D { x: 200, y: 100 }));
    assert_eq!(FaceRecord39794::parse(&record.build().unwrap()).unwrap(), record);

    let plain = FaceImage::new(FaceImageType::Basic, super::super::ImageDataType::Jpeg, (3, 4), JPEG.to_vec());
    let record = FaceRecord39794::from(plain);
    assert_eq!(record, FaceRecord39794::new(ImageDataType::Jpeg, (3, 4), JPEG.to_vec()));
}

fn registry() -> impl Strategy<Value = RegistryIdBlock> {
    (1u16.., 1u16..).prop_map(|(organization, id)| RegistryIdBlock { organization, id })
}

fn score() -> impl Strategy<Value = ScoreOrError> {
    prop_oneof![(0u8..=100).prop_map(ScoreOrError::Score), Just(ScoreOrError::Error(ScoringError::FailureToAssess))]
}

fn octets() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..200)
}

fn landmark() -> impl Strategy<Value = LandmarkBlock> {
    let kind = prop_oneof![
        (2u8..=12).prop_map(|group| LandmarkKind::Mpeg4FeaturePoint(Mpeg4FeaturePoint::new(group, 1).unwrap())),
        (0u8..=60).prop_map(LandmarkKind::AnthropometricName),
        (0u8..=36).prop_map(LandmarkKind::AnthropometricPointName),
        (0u8..=62).prop_map(LandmarkKind::AnthropometricPointId),
    ];
    let coordinates = prop_oneof![
        any::<(u16, u16)>().prop_map(|(x, y)| LandmarkCoordinates::Cartesian2D { x, y }),
        any::<(u32, u32)>().prop_map(|(u, v)| LandmarkCoordinates::TextureImage { u, v }),
        any::<(u16, u16, u16)>().prop_map(|(x, y, z)| LandmarkCoordinates::Cartesian3D { x, y, z }),
    ];
    (kind, option::of(coordinates)).prop_map(|(kind, coordinates)| LandmarkBlock { kind, coordinates })
}

prop_compose! {
    fn attack()(
        scores in option::of(prop::collection::vec((registry(), score()), 0..3)), risk_level in option::of(0u8..=100),
        extended in option::of(prop::collection::vec((registry(), octets()), 0..3)), parameter in option::of(octets()),
        challenges in option::of(prop::collection::vec(octets(), 0..3)),
        decision in option::of(prop::sample::select(vec![PadDecision::NoAttack, PadDecision::Attack, PadDecision::FailureToAssess])),
        level in option::of(prop::sample::select(vec![PadSupervisionLevel::Unknown, PadSupervisionLevel::Unattended])),
    ) -> PadDataBlock {
        PadDataBlock {
            decision, risk_level, parameter, challenges, supervision_level: level,
            score_blocks: scores.map(|scores| {
                scores.into_iter().map(|(mechanism, score)| PadScoreBlock { mechanism, score }).collect()
            }),
            extended_data_blocks: extended.map(|blocks| {
                blocks.into_iter().map(|(data_type, data)| ExtendedDataBlock { data_type, data }).collect()
            }),
            capture_context: Some(PadCaptureContext::Enrolment),
            criteria_category: Some(PadCriteriaCategory::Common),
            capture_date_time: Some(date()),
        }
    }
}

prop_compose! {
    fn metadata()(
        subject_height in option::of(1u16..), bits in any::<[Option<bool>; 4]>(),
        yaw in option::of((-180i16..=180, option::of(0u8..=180))), roll in option::of((-180i16..=180, option::of(0u8..=180))),
        hair in option::of(prop::sample::select(vec![HairColourCode::Unknown, HairColourCode::KnownColoured])),
    ) -> IdentityMetadataBlock {
        let angle = |angle: Option<(i16, Option<u8>)>| angle.map(|(value, uncertainty)| AngleDataBlock { value, uncertainty });
        IdentityMetadataBlock {
            gender: Some(GenderCode::Other),
            eye_colour: Some(EyeColourCode::Hazel),
            hair_colour: hair,
            subject_height,
            properties: Some(PropertiesBlock { glasses: bits[0], head_coverings_present: bits[1], ..Default::default() }),
            expression: Some(ExpressionBlock { neutral: bits[2], frowning: bits[3], ..Default::default() }),
            pose_angles: Some(PoseAngleBlock { yaw: angle(yaw), pitch: None, roll: angle(roll) }),
        }
    }
}

prop_compose! {
    fn record()(
        rest in prop::collection::vec(any::<u8>(), 0..70_000), numbers in any::<[Option<u32>; 4]>(), bits in any::<[Option<bool>; 4]>(),
        lengths in any::<[Option<u16>; 2]>(), distance in option::of(0u16..=50_000), colours in option::of(octets()),
        landmarks in option::of(prop::collection::vec(landmark(), 0..5)), attack in option::of(attack()),
        metadata in option::of(metadata()), qualities in option::of(prop::collection::vec((registry(), score()), 0..3)),
        model in option::of(registry()), millisecond in option::of(0u16..1000), year in 2019u16..=9999,
    ) -> FaceRecord39794 {
        let mut record = FaceRecord39794::new(ImageDataType::Jpeg, (3, 4), [JPEG, &rest].concat());
        record.version.year = year;
        record.representation.representation_id = numbers[0].unwrap_or_default();
        record.representation.session_id = numbers[1];
        record.representation.derived_from = numbers[2];
        record.representation.capture_date_time = Some(DateTimeBlock { millisecond, ..date() });
        record.representation.quality_blocks = qualities.map(|blocks| {
            blocks.into_iter().map(|(algorithm, score)| QualityBlock { algorithm, score }).collect()
        });
        record.representation.presentation_attack_data = attack;
        record.representation.identity_metadata = metadata;
        record.representation.landmarks = landmarks;
        let certifications = model.clone().map(|model| vec![model.clone(), model]);
        record.representation.capture_device = Some(CaptureDeviceBlock { model, certifications });
        let ImageRepresentation::TwoDimensional(image) = &mut record.representation.image_representation;
        image.capture_device = Some(CaptureDevice2DBlock {
            spectral: Some(CaptureDeviceSpectral2DBlock { white_light: bits[0], near_infrared: bits[1], thermal: None }),
            technology: Some(CaptureDeviceTechnologyId2D::StaticPhotographFromScanner),
        });
        let information = &mut image.information;
        information.face_image_kind = Some(FaceImageKind2D::Mrtd);
        information.post_acquisition_processing =
            Some(PostAcquisitionProcessingBlock { rotated: bits[2], normalised: bits[3], ..Default::default() });
        information.lossy_transformation_attempts = Some(LossyTransformationAttempts::MoreThanOne);
        information.camera_to_subject_distance = distance;
        information.sensor_diagonal = lengths[0].map(|length| length % 2001);
        information.lens_focal_length = lengths[1].map(|length| length % 2001);
        information.face_measurements = Some(ImageFaceMeasurementsBlock { head_width: numbers[3], ..Default::default() });
        information.colour_space = Some(ImageColourSpace::Rgb48Bit);
        information.reference_colour_mapping = Some(ReferenceColourMappingBlock {
            schema: colours.clone(),
            definitions_and_values: colours.map(|value| {
                vec![ReferenceColourDefinitionAndValueBlock { definition: None, value: Some(value) }]
            }),
        });
        record
    }
}

proptest! {
    #[test]
    fn records_are_read_as_written(record in record()) {
        let bytes = record.build().unwrap();
        prop_assert_eq!(&FaceRecord39794::parse(&bytes).unwrap(), &record);
        let mut appended = vec![1, 2, 3];
        record.build_into(&mut appended).unwrap();
        prop_assert_eq!(&appended[3..], &bytes[..]);
    }

    #[test]
    fn altered_records_are_read_or_refused(record in record(), at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>()) {
        let mut bytes = record.build().unwrap();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let _ = FaceRecord39794::parse(&bytes);
        prop_assert!(FaceRecord39794::parse(&bytes[..cut.index(bytes.len())]).is_err());
    }
}
