//! The image of a representation and what is said of it.

use super::ImageDataType;
use super::der::{self, Element, enumeration, sequence};
use crate::lds::LdsError;
use crate::tlv::Tlv;

/// ```text
/// ImageRepresentation     ::= CHOICE { base [0] ImageRepresentationBase, extensionBlock [1] … }
/// ImageRepresentationBase ::= CHOICE { imageRepresentation2DBlock [0] ImageRepresentation2DBlock }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImageRepresentation {
    /// A two-dimensional image, the only kind of the profile
    TwoDimensional(ImageRepresentation2DBlock),
}

const BASE: u32 = 0xA0;
const TWO_DIMENSIONAL: u32 = 0xA0;

impl Element for ImageRepresentation {
    fn write(&self, out: &mut Vec<u8>) -> Result<(), LdsError> {
        let Self::TwoDimensional(block) = self;
        let mut written = Ok(());
        crate::tlv::push_nested_about(out, BASE, block.about(), |out| written = der::push(out, TWO_DIMENSIONAL, block));
        written
    }

    fn read(object: &Tlv<'_>) -> Result<Self, LdsError> {
        let base = der::one_of(object)?;
        let block = match base.tag {
            BASE => der::one_of(&base)?,
            _ => return Err(der::error(base.position)),
        };
        match block.tag {
            TWO_DIMENSIONAL => ImageRepresentation2DBlock::read(&block).map(Self::TwoDimensional),
            _ => Err(der::error(block.position)),
        }
    }

    fn about(&self) -> usize {
        let Self::TwoDimensional(block) = self;
        block.about()
    }
}

sequence! {
    /// ```text
    /// ImageRepresentation2DBlock ::= SEQUENCE {
    ///     representationData2D    [0] OCTET STRING,
    ///     imageInformation2DBlock [1] ImageInformation2DBlock,
    ///     captureDevice2DBlock    [2] CaptureDevice2DBlock OPTIONAL, ... }
    /// ```
    pub struct ImageRepresentation2DBlock, extensible {
        /// The image file.
        required data: Vec<u8> = 0,
        /// What is said of it.
        required information: ImageInformation2DBlock = 1,
        /// The camera.
        optional capture_device: CaptureDevice2DBlock = 2,
    }
}

sequence! {
    /// ```text
    /// ImageInformation2DBlock ::= SEQUENCE {
    ///     imageDataFormat                [0] ImageDataFormat,
    ///     faceImageKind2D                [1] FaceImageKind2D OPTIONAL,
    ///     postAcquisitionProcessingBlock [2] PostAcquisitionProcessingBlock OPTIONAL,
    ///     lossyTransformationAttempts    [3] LossyTransformationAttempts OPTIONAL,
    ///     cameraToSubjectDistance        [4] INTEGER (0..50000) OPTIONAL,
    ///     sensorDiagonal                 [5] INTEGER (0..2000) OPTIONAL,
    ///     lensFocalLength                [6] INTEGER (0..2000) OPTIONAL,
    ///     imageSizeBlock                 [7] ImageSizeBlock OPTIONAL,
    ///     imageFaceMeasurementsBlock     [8] ImageFaceMeasurementsBlock OPTIONAL,
    ///     imageColourSpace               [9] ImageColourSpace OPTIONAL,
    ///     referenceColourMappingBlock   [10] ReferenceColourMappingBlock OPTIONAL, ... }
    /// ```
    pub struct ImageInformation2DBlock, extensible {
        /// The coding of the image.
        required data_format: ImageDataFormat = 0,
        /// The conditions that the image fulfils.
        optional face_image_kind: FaceImageKind2D = 1,
        /// What was done to it after it was captured.
        optional post_acquisition_processing: PostAcquisitionProcessingBlock = 2,
        /// How often it was coded with loss.
        optional lossy_transformation_attempts: LossyTransformationAttempts = 3,
        /// Distance of the camera in millimetres, to 50,000.
        optional camera_to_subject_distance: u16 = 4,
        /// Diagonal of the sensor in tenths of a millimetre, to 2,000.
        optional sensor_diagonal: u16 = 5,
        /// Focal length in tenths of a millimetre, to 2,000.
        optional lens_focal_length: u16 = 6,
        /// Width and height.
        optional image_size: ImageSizeBlock = 7,
        /// Measurements of the face in it.
        optional face_measurements: ImageFaceMeasurementsBlock = 8,
        /// Colour space.
        optional colour_space: ImageColourSpace = 9,
        /// Reference colours.
        optional reference_colour_mapping: ReferenceColourMappingBlock = 10,
    }
    where |block| block.camera_to_subject_distance.is_none_or(|distance| distance <= 50_000)
        && [block.sensor_diagonal, block.lens_focal_length].into_iter().flatten().all(|length| length <= 2_000)
}

impl ImageInformation2DBlock {
    /// An image of this format of which nothing else is said.
    pub const fn new(data_format: ImageDataFormat) -> Self {
        ImageInformation2DBlock {
            data_format,
            face_image_kind: None,
            post_acquisition_processing: None,
            lossy_transformation_attempts: None,
            camera_to_subject_distance: None,
            sensor_diagonal: None,
            lens_focal_length: None,
            image_size: None,
            face_measurements: None,
            colour_space: None,
            reference_colour_mapping: None,
        }
    }
}

/// ```text
/// ImageDataFormat ::= CHOICE { code [0] ImageDataFormatCode, extensionBlock [1] … }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ImageDataFormat {
    /// ISO/IEC 10918-1
    Jpeg,
    /// ISO/IEC 15444-1, with loss
    Jpeg2000Lossy,
    /// ISO/IEC 15444-1, without loss
    Jpeg2000Lossless,
}

impl ImageDataFormat {
    /// The coding of the image.
    pub const fn coding(self) -> ImageDataType {
        match self {
            Self::Jpeg => ImageDataType::Jpeg,
            Self::Jpeg2000Lossy | Self::Jpeg2000Lossless => ImageDataType::Jpeg2000,
        }
    }

    const fn code(self) -> u8 {
        match self {
            Self::Jpeg => 2,
            Self::Jpeg2000Lossy => 3,
            Self::Jpeg2000Lossless => 4,
        }
    }
}

impl From<ImageDataType> for ImageDataFormat {
    /// JPEG 2000 is taken to be with loss, as portraits of passports are.
    fn from(coding: ImageDataType) -> Self {
        match coding {
            ImageDataType::Jpeg => Self::Jpeg,
            ImageDataType::Jpeg2000 => Self::Jpeg2000Lossy,
        }
    }
}

impl Element for ImageDataFormat {
    fn write(&self, out: &mut Vec<u8>) -> Result<(), LdsError> {
        der::push(out, der::tag_of::<u8>(0), &self.code())
    }

    fn read(object: &Tlv<'_>) -> Result<Self, LdsError> {
        let (code, position) = der::read_code(object)?;
        let known =
            [Self::Jpeg, Self::Jpeg2000Lossy, Self::Jpeg2000Lossless].into_iter().find(|format| format.code() == code);
        known.ok_or(LdsError::new(crate::lds::LdsErrorKind::FaceCode(code), position))
    }
}

enumeration! {
    /// The conditions that an image fulfils.
    pub enum FaceImageKind2D {
        /// Those of machine readable travel documents.
        Mrtd = 0,
    }
}

sequence! {
    /// `PostAcquisitionProcessingBlock ::= SEQUENCE` of BOOLEAN OPTIONAL with tags 0 to 11
    #[derive(Default)]
    pub struct PostAcquisitionProcessingBlock, extensible {
        /// Rotated
        optional rotated: bool = 0,
        /// Cropped
        optional cropped: bool = 1,
        /// Sampled down
        optional down_sampled: bool = 2,
        /// White balance adjusted
        optional white_balance_adjusted: bool = 3,
        /// Compressed several times
        optional multiply_compressed: bool = 4,
        /// Interpolated
        optional interpolated: bool = 5,
        /// Contrast stretched
        optional contrast_stretched: bool = 6,
        /// Pose corrected
        optional pose_corrected: bool = 7,
        /// Made of several views
        optional multi_view_image: bool = 8,
        /// Age progressed
        optional age_progressed: bool = 9,
        /// Processed to a higher resolution
        optional super_resolution_processed: bool = 10,
        /// Normalised
        optional normalised: bool = 11,
    }
}

enumeration! {
    /// How often an image was coded with loss.
    pub enum LossyTransformationAttempts {
        /// Not known
        Unknown = 0,
        /// Never
        Zero = 1,
        /// Once
        One = 2,
        /// Several times
        MoreThanOne = 3,
    }
}

sequence! {
    /// ```text
    /// ImageSizeBlock ::= SEQUENCE { width [0] INTEGER (0..65535), height [1] INTEGER (0..65535) }
    /// ```
    pub struct ImageSizeBlock, fixed {
        /// Width in pixels.
        required width: u16 = 0,
        /// Height in pixels.
        required height: u16 = 1,
    }
}

impl ImageSizeBlock {
    /// Width and height.
    pub(super) fn pixels(&self) -> (u32, u32) {
        (self.width.into(), self.height.into())
    }
}

sequence! {
    /// `ImageFaceMeasurementsBlock ::= SEQUENCE` of INTEGER (0..MAX) OPTIONAL with tags 0 to 3, in pixels
    #[derive(Default)]
    pub struct ImageFaceMeasurementsBlock, extensible {
        /// Width of the head.
        optional head_width: u32 = 0,
        /// Distance between the centres of the eyes.
        optional inter_eye_distance: u32 = 1,
        /// Distance from the eyes to the mouth.
        optional eye_to_mouth_distance: u32 = 2,
        /// Length of the head.
        optional head_length: u32 = 3,
    }
}

enumeration! {
    /// Colour space of an image.
    pub enum ImageColourSpace {
        /// Not known
        Unknown = 0,
        /// Another one
        Other = 1,
        /// 24 bit RGB
        Rgb24Bit = 2,
        /// 48 bit RGB
        Rgb48Bit = 3,
        /// YUV 4:2:2
        Yuv422 = 4,
        /// 8 bit greyscale
        Greyscale8Bit = 5,
        /// 16 bit greyscale
        Greyscale16Bit = 6,
    }
}

sequence! {
    /// ```text
    /// ReferenceColourMappingBlock ::= SEQUENCE {
    ///     referenceColourSchema                   [0] OCTET STRING OPTIONAL,
    ///     referenceColourDefinitionAndValueBlocks [1] SEQUENCE OF … OPTIONAL, ... }
    /// ```
    #[derive(Default)]
    pub struct ReferenceColourMappingBlock, extensible {
        /// The schema.
        optional schema: Vec<u8> = 0,
        /// Definitions and values.
        optional definitions_and_values: Vec<ReferenceColourDefinitionAndValueBlock> = 1,
    }
}

sequence! {
    /// ```text
    /// ReferenceColourDefinitionAndValueBlock ::= SEQUENCE {
    ///     referenceColourDefinition [0] OCTET STRING OPTIONAL,
    ///     referenceColourValue      [1] OCTET STRING OPTIONAL, ... }
    /// ```
    #[derive(Default)]
    pub struct ReferenceColourDefinitionAndValueBlock, extensible {
        /// The definition.
        optional definition: Vec<u8> = 0,
        /// The value.
        optional value: Vec<u8> = 1,
    }
}

sequence! {
    /// ```text
    /// CaptureDevice2DBlock ::= SEQUENCE {
    ///     captureDeviceSpectral2DBlock [0] CaptureDeviceSpectral2DBlock OPTIONAL,
    ///     captureDeviceTechnologyId2D  [1] CaptureDeviceTechnologyId2D OPTIONAL, ... }
    /// ```
    #[derive(Default)]
    pub struct CaptureDevice2DBlock, extensible {
        /// The light that it records.
        optional spectral: CaptureDeviceSpectral2DBlock = 0,
        /// What kind of device it is.
        optional technology: CaptureDeviceTechnologyId2D = 1,
    }
}

sequence! {
    /// `CaptureDeviceSpectral2DBlock ::= SEQUENCE` of BOOLEAN OPTIONAL with tags 0 to 2
    #[derive(Default)]
    pub struct CaptureDeviceSpectral2DBlock, extensible {
        /// White light
        optional white_light: bool = 0,
        /// Near infrared
        optional near_infrared: bool = 1,
        /// Thermal
        optional thermal: bool = 2,
    }
}

enumeration! {
    /// The kind of device with which an image was captured.
    pub enum CaptureDeviceTechnologyId2D {
        /// Not known
        Unknown = 0,
        /// Static photograph from an unknown source
        StaticPhotographFromUnknownSource = 1,
        /// Static photograph from a digital still-image camera
        StaticPhotographFromDigitalStillImageCamera = 2,
        /// Static photograph from a scanner
        StaticPhotographFromScanner = 3,
        /// Video frame from an unknown source
        VideoFrameFromUnknownSource = 4,
        /// Video frame from an analogue video camera
        VideoFrameFromAnalogueVideoCamera = 5,
        /// Video frame from a digital video camera
        VideoFrameFromDigitalVideoCamera = 6,
    }
}
