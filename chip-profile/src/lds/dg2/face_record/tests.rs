use super::*;

/// A JPEG as far as its frame header, 3 wide by 4 high.
const JPEG: &[u8] = b"\xFF\xD8\xFF\xC0\x00\x11\x08\x00\x04\x00\x03\x03\xFF\xD9";

fn image() -> FaceImage {
    FaceImage {
        gender: Gender::Female,
        eye_colour: EyeColour::BROWN,
        hair_colour: HairColour::BLACK,
        property_mask: 0x01_0203,
        expression: 1,
        pose_angle: [1, 2, 3],
        pose_angle_uncertainty: [4, 5, 6],
        feature_points: vec![FeaturePoint::left_eye(2, 1), FeaturePoint::right_eye(1, 1)],
        colour_space: ColourSpace::RGB_24,
        source: ImageSource::DIGITAL_CAMERA,
        device_type: 0x0708,
        quality: 0x090A,
        ..FaceImage::new(FaceImageType::TokenFrontal, ImageDataType::Jpeg, (3, 4), JPEG.to_vec())
    }
}

/// Written out by hand from the tables of clause 5.
const RECORD: &[u8] = b"FAC\x00010\x00\x00\x00\x00\x4C\x00\x01\
    \x00\x00\x00\x3E\x00\x02\x02\x03\x02\x01\x02\x03\x00\x01\x01\x02\x03\x04\x05\x06\
    \x01\xC1\x00\x02\x00\x01\x00\x00\x01\xC2\x00\x01\x00\x01\x00\x00\
    \x02\x00\x00\x03\x00\x04\x01\x02\x07\x08\x09\x0A\
    \xFF\xD8\xFF\xC0\x00\x11\x08\x00\x04\x00\x03\x03\xFF\xD9";

#[test]
fn every_field_stands_where_the_standard_has_it() {
    let record = FaceRecord { images: vec![image()] };
    assert_eq!(record.build().unwrap(), RECORD);
    assert_eq!(FaceRecord::parse(RECORD).unwrap(), record);
}

#[test]
fn several_images() {
    let record = FaceRecord { images: vec![image(), FaceImage { feature_points: vec![], ..image() }] };
    assert_eq!(FaceRecord::parse(&record.build().unwrap()).unwrap(), record);
}

#[test]
fn what_is_declared_must_be_true() {
    let fault = |image: FaceImage| FaceRecord { images: vec![image] }.build().unwrap_err().kind;
    assert_eq!(fault(FaceImage { width: 4, ..image() }), LdsErrorKind::ImageSize);
    assert_eq!(fault(FaceImage { image_data_type: ImageDataType::Jpeg2000, ..image() }), LdsErrorKind::ImageType);
    assert_eq!(fault(FaceImage { image: vec![], ..image() }), LdsErrorKind::ImageType);
    let mut wide = JPEG.to_vec();
    wide[10] = 4;
    assert_eq!(fault(FaceImage { width: 4, image: wide.clone(), ..image() }), LdsErrorKind::TokenFrame);
    let frontal = FaceImage { face_image_type: FaceImageType::FullFrontal, width: 4, image: wide, ..image() };
    assert!(FaceRecord { images: vec![frontal] }.build().is_ok());
    assert_eq!(fault(FaceImage { property_mask: 0x0100_0000, ..image() }), LdsErrorKind::FaceRecord);
    assert_eq!(FaceRecord { images: vec![] }.build().unwrap_err().kind, LdsErrorKind::Count);
}

#[test]
fn faults_are_named_with_their_position() {
    let with = |at: usize, byte: u8| {
        let mut record = RECORD.to_vec();
        record[at] = byte;
        FaceRecord::parse(&record).unwrap_err()
    };
    assert_eq!(with(5, b'2'), LdsError::new(LdsErrorKind::FaceRecord, 0));
    assert_eq!(with(11, 0x4D), LdsError::new(LdsErrorKind::FaceRecord, 8));
    assert_eq!(with(13, 0), LdsError::new(LdsErrorKind::Count, 12));
    assert_eq!(with(13, 2), LdsError::new(LdsErrorKind::FaceRecord, 76));
    assert_eq!(with(17, 0x3F), LdsError::new(LdsErrorKind::FaceRecord, 62));
    assert_eq!(with(17, 0x3D), LdsError::new(LdsErrorKind::FaceRecord, 75));
    assert_eq!(with(17, 1), LdsError::new(LdsErrorKind::FaceRecord, 14));
    assert_eq!(with(18, 0xFF).kind, LdsErrorKind::FaceRecord);
    assert_eq!(with(20, 3), LdsError::new(LdsErrorKind::FaceCode(3), 20));
    assert_eq!(with(50, 3), LdsError::new(LdsErrorKind::FaceCode(3), 50));
    assert_eq!(with(51, 2), LdsError::new(LdsErrorKind::FaceCode(2), 51));
}

#[test]
fn debug_shows_no_image() {
    assert!(!format!("{:?}", image()).contains("255"));
}
