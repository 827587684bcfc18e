//! A face image of ISO/IEC 19794-5 said in the words of ISO/IEC 39794-5.

use super::super::{ColourSpace, EyeColour, FaceImage, FaceImageType, FeaturePoint, Gender, HairColour, ImageSource};
use super::*;

/// Type of a feature point of ISO/IEC 14496-2.
const MPEG4: u8 = 1;

impl From<FaceImage> for FaceRecord39794 {
    /// What is unspecified or has no counterpart is left out: quality and the numbers of devices, which are not those of
    /// the registry, and feature points that ISO/IEC 14496-2 does not have.
    fn from(face: FaceImage) -> Self {
        let metadata = identity_metadata(&face);
        let landmarks: Vec<_> = face.feature_points.iter().filter_map(landmark).collect();
        let kind = (face.face_image_type != FaceImageType::Basic).then_some(FaceImageKind2D::Mrtd);
        let mut record = Self::new(face.image_data_type, (face.width, face.height), face.image);
        record.representation.identity_metadata = (metadata != IdentityMetadataBlock::default()).then_some(metadata);
        record.representation.landmarks = (!landmarks.is_empty()).then_some(landmarks);
        let ImageRepresentation::TwoDimensional(image) = &mut record.representation.image_representation;
        image.information.face_image_kind = kind;
        image.information.colour_space = colour_space(face.colour_space);
        image.capture_device = technology(face.source)
            .map(|technology| CaptureDevice2DBlock { spectral: None, technology: Some(technology) });
        record
    }
}

fn identity_metadata(face: &FaceImage) -> IdentityMetadataBlock {
    IdentityMetadataBlock {
        gender: match face.gender {
            Gender::Male => Some(GenderCode::Male),
            Gender::Female => Some(GenderCode::Female),
            Gender::Unspecified | Gender::Unknown => None,
        },
        eye_colour: eye_colour(face.eye_colour),
        hair_colour: hair_colour(face.hair_colour),
        subject_height: None,
        properties: properties(face.property_mask),
        expression: expression(face.expression),
        pose_angles: pose_angles(face.pose_angle, face.pose_angle_uncertainty),
    }
}

fn eye_colour(colour: EyeColour) -> Option<EyeColourCode> {
    Some(match colour {
        EyeColour::BLACK => EyeColourCode::Black,
        EyeColour::BLUE => EyeColourCode::Blue,
        EyeColour::BROWN => EyeColourCode::Brown,
        EyeColour::GREY => EyeColourCode::Grey,
        EyeColour::GREEN => EyeColourCode::Green,
        EyeColour::MULTI_COLOURED => EyeColourCode::MultiColoured,
        EyeColour::PINK => EyeColourCode::Pink,
        EyeColour::UNKNOWN => EyeColourCode::Unknown,
        _ => return None,
    })
}

fn hair_colour(colour: HairColour) -> Option<HairColourCode> {
    Some(match colour {
        HairColour::BALD => HairColourCode::Bald,
        HairColour::BLACK => HairColourCode::Black,
        HairColour::BLONDE => HairColourCode::Blonde,
        HairColour::BROWN => HairColourCode::Brown,
        HairColour::GREY => HairColourCode::Grey,
        HairColour::WHITE => HairColourCode::White,
        HairColour::RED => HairColourCode::Red,
        HairColour::UNKNOWN => HairColourCode::Unknown,
        _ => return None,
    })
}

/// The property mask of ISO/IEC 19794-5 5.5.6, whose bit 0 says that the others are specified.
fn properties(mask: u32) -> Option<PropertiesBlock> {
    let bit = |number: u32| mask >> number & 1 == 1;
    let both_eye_patches = bit(9);
    bit(0).then(|| PropertiesBlock {
        glasses: Some(bit(1)),
        moustache: Some(bit(2)),
        beard: Some(bit(3)),
        teeth_visible: Some(bit(4)),
        pupil_or_iris_not_visible: Some(bit(5)),
        mouth_open: Some(bit(6)),
        left_eye_patch: Some(bit(7) || both_eye_patches),
        right_eye_patch: Some(bit(8) || both_eye_patches),
        dark_glasses: Some(bit(10)),
        ..PropertiesBlock::default()
    })
}

/// The expression of ISO/IEC 19794-5 5.5.7.
fn expression(code: u16) -> Option<ExpressionBlock> {
    let (none, yes) = (ExpressionBlock::default(), Some(true));
    Some(match code {
        1 => ExpressionBlock { neutral: yes, ..none },
        2 | 3 => ExpressionBlock { smile: yes, ..none },
        4 => ExpressionBlock { raised_eyebrows: yes, ..none },
        5 => ExpressionBlock { eyes_looking_away_from_the_camera: yes, ..none },
        6 => ExpressionBlock { squinting: yes, ..none },
        7 => ExpressionBlock { frowning: yes, ..none },
        _ => return None,
    })
}

/// Pose angles of ISO/IEC 19794-5 5.5.8: steps of two degrees from 1 for zero to 91 for 180, then from -178 to -2.
fn pose_angles([yaw, pitch, roll]: [u8; 3], uncertainty: [u8; 3]) -> Option<PoseAngleBlock> {
    let angle = |code: u8, uncertainty: u8| {
        let value = match i16::from(code) {
            0 | 181.. => return None,
            code @ 1..=91 => (code - 1) * 2,
            code => (code - 181) * 2,
        };
        let uncertainty =
            uncertainty.checked_sub(1).map(|steps| steps.saturating_mul(2)).filter(|degrees| *degrees <= 180);
        Some(AngleDataBlock { value, uncertainty })
    };
    let [uncertain_yaw, uncertain_pitch, uncertain_roll] = uncertainty;
    let block = PoseAngleBlock {
        yaw: angle(yaw, uncertain_yaw),
        pitch: angle(pitch, uncertain_pitch),
        roll: angle(roll, uncertain_roll),
    };
    (block != PoseAngleBlock::default()).then_some(block)
}

fn colour_space(space: ColourSpace) -> Option<ImageColourSpace> {
    Some(match space {
        ColourSpace::RGB_24 => ImageColourSpace::Rgb24Bit,
        ColourSpace::YUV_422 => ImageColourSpace::Yuv422,
        ColourSpace::GREY_8 => ImageColourSpace::Greyscale8Bit,
        ColourSpace::OTHER => ImageColourSpace::Other,
        _ => return None,
    })
}

/// The source codes of ISO/IEC 19794-5 5.7.6 are those of the technology; 0 is unspecified.
fn technology(source: ImageSource) -> Option<CaptureDeviceTechnologyId2D> {
    use CaptureDeviceTechnologyId2D as Technology;
    [
        Technology::StaticPhotographFromUnknownSource,
        Technology::StaticPhotographFromDigitalStillImageCamera,
        Technology::StaticPhotographFromScanner,
        Technology::VideoFrameFromUnknownSource,
        Technology::VideoFrameFromAnalogueVideoCamera,
        Technology::VideoFrameFromDigitalVideoCamera,
    ]
    .into_iter()
    .find(|technology| technology.code() == source.0)
}

fn landmark(point: &FeaturePoint) -> Option<LandmarkBlock> {
    let known = Mpeg4FeaturePoint::new(point.code >> 4, point.code & 0x0F).filter(|_| point.kind == MPEG4)?;
    Some(LandmarkBlock {
        kind: LandmarkKind::Mpeg4FeaturePoint(known),
        coordinates: Some(LandmarkCoordinates::Cartesian2D { x: point.x, y: point.y }),
    })
}
