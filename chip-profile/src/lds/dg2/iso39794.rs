//! The face record of ISO/IEC 39794-5:2019 as the ICAO application profile for eMRTDs has it.
//!
//! The ASN.1 above each structure is that of the modules ID-ICAO-ISO-IEC-39794-5-ed-1-v1 and -1-ed-1-v1, with implicit
//! tags; this software makes use of the schemas from ISO/IEC 39794-1 and ISO/IEC 39794-5 within modifications permitted
//! in these standards. Of an enumeration the profile writes the extension block with its fallback, except of the image's
//! data format; the plain code of the base standard is read as well. Fields that a later edition adds are passed over,
//! and are not there when what was read is written again.
//!
//! ```text
//! 7F2E L
//!    A1 L        biometric data in standardized format
//!       65 L     FaceImageDataBlock ::= [APPLICATION 5] SEQUENCE {
//!                    versionBlock         [0] VersionBlock,
//!                    representationBlocks [1] SEQUENCE SIZE (1) OF RepresentationBlock, ... }
//! ```

use core::fmt;

use super::super::error::{LdsError, LdsErrorKind};
use super::super::image_size::image_size;
use super::ImageDataType;
use crate::tlv::{self, Reader};
use der::{Element, ListElement, sequence};

mod common;
mod conversion;
mod der;
mod image;
mod landmark;
mod metadata;
mod presentation_attack;

pub use common::{
    DateTimeBlock, ExtendedDataBlock, QualityBlock, RegistryIdBlock, ScoreOrError, ScoringError, VersionBlock,
};
pub use image::{
    CaptureDevice2DBlock, CaptureDeviceSpectral2DBlock, CaptureDeviceTechnologyId2D, FaceImageKind2D, ImageColourSpace,
    ImageDataFormat, ImageFaceMeasurementsBlock, ImageInformation2DBlock, ImageRepresentation,
    ImageRepresentation2DBlock, ImageSizeBlock, LossyTransformationAttempts, PostAcquisitionProcessingBlock,
    ReferenceColourDefinitionAndValueBlock, ReferenceColourMappingBlock,
};
pub use landmark::{LandmarkBlock, LandmarkCoordinates, LandmarkKind, Mpeg4FeaturePoint};
pub use metadata::{
    AngleDataBlock, ExpressionBlock, EyeColourCode, GenderCode, HairColourCode, IdentityMetadataBlock, PoseAngleBlock,
    PropertiesBlock,
};
pub use presentation_attack::{
    PadCaptureContext, PadCriteriaCategory, PadDataBlock, PadDecision, PadScoreBlock, PadSupervisionLevel,
};

const TAG_STANDARDIZED: u32 = 0xA1;
const TAG_FACE_IMAGE_DATA_BLOCK: u32 = 0x65;
const TAG_VERSION: u32 = 0xA0;
const TAG_REPRESENTATIONS: u32 = 0xA1;

/// A face record: one representation, which the profile fixes.
#[derive(Clone, PartialEq, Eq)]
pub struct FaceRecord39794 {
    /// Generation and year of the standard.
    pub version: VersionBlock,
    /// The representation.
    pub representation: RepresentationBlock,
}

sequence! {
    /// ```text
    /// RepresentationBlock ::= SEQUENCE {
    ///     representationId      [0] INTEGER (0..MAX),
    ///     imageRepresentation   [1] ImageRepresentation,
    ///     captureDateTimeBlock  [2] CaptureDateTimeBlock OPTIONAL,
    ///     qualityBlocks         [3] QualityBlocks OPTIONAL,
    ///     padDataBlock          [4] PADDataBlock OPTIONAL,
    ///     sessionId             [5] INTEGER (0..MAX) OPTIONAL,
    ///     derivedFrom           [6] INTEGER (0..MAX) OPTIONAL,
    ///     captureDeviceBlock    [7] CaptureDeviceBlock OPTIONAL,
    ///     identityMetadataBlock [8] IdentityMetadataBlock OPTIONAL,
    ///     landmarkBlocks        [9] LandmarkBlocks OPTIONAL, ... }
    /// ```
    pub struct RepresentationBlock, extensible {
        /// Number of the representation, 0 where there is one.
        required representation_id: u32 = 0,
        /// The image and what is said of it.
        required image_representation: ImageRepresentation = 1,
        /// When it was captured.
        optional capture_date_time: DateTimeBlock = 2,
        /// Quality, by any number of algorithms.
        optional quality_blocks: Vec<QualityBlock> = 3,
        /// What was found out about presentation attacks.
        optional presentation_attack_data: PadDataBlock = 4,
        /// The session in which it was captured.
        optional session_id: u32 = 5,
        /// The representation from which it was derived.
        optional derived_from: u32 = 6,
        /// The capture device.
        optional capture_device: CaptureDeviceBlock = 7,
        /// What is said of the holder.
        optional identity_metadata: IdentityMetadataBlock = 8,
        /// Landmarks of the face.
        optional landmarks: Vec<LandmarkBlock> = 9,
    }
}

sequence! {
    /// ```text
    /// CaptureDeviceBlock ::= SEQUENCE {
    ///     modelIdBlock          [0] RegistryIdBlock OPTIONAL,
    ///     certificationIdBlocks [1] SEQUENCE OF RegistryIdBlock OPTIONAL, ... }
    /// ```
    #[derive(Default)]
    pub struct CaptureDeviceBlock, extensible {
        /// Make and model.
        optional model: RegistryIdBlock = 0,
        /// Certifications.
        optional certifications: Vec<RegistryIdBlock> = 1,
    }
}

impl FaceRecord39794 {
    /// A record with an image of which only what must be said is said, and its size.
    pub fn new(coding: ImageDataType, (width, height): (u16, u16), image: Vec<u8>) -> Self {
        let information = ImageInformation2DBlock {
            image_size: Some(ImageSizeBlock { width, height }),
            ..ImageInformation2DBlock::new(coding.into())
        };
        let representation = ImageRepresentation2DBlock { data: image, information, capture_device: None };
        FaceRecord39794 {
            version: VersionBlock::EDITION_1,
            representation: RepresentationBlock {
                representation_id: 0,
                image_representation: ImageRepresentation::TwoDimensional(representation),
                capture_date_time: None,
                quality_blocks: None,
                presentation_attack_data: None,
                session_id: None,
                derived_from: None,
                capture_device: None,
                identity_metadata: None,
                landmarks: None,
            },
        }
    }

    /// The image and what is said of it.
    pub fn image(&self) -> &ImageRepresentation2DBlock {
        let ImageRepresentation::TwoDimensional(image) = &self.representation.image_representation;
        image
    }

    /// The contents of data object 7F2E. What is declared of the image must be true of it: its coding, and its width and
    /// height where they are said.
    ///
    /// # Errors
    /// [`LdsErrorKind::ImageType`] and [`LdsErrorKind::ImageSize`] where what is declared is not true,
    /// [`LdsErrorKind::FaceBlock`] for a value outside of its limits.
    pub fn build(&self) -> Result<Vec<u8>, LdsError> {
        let mut out = Vec::with_capacity(self.about() + 256);
        self.build_into(&mut out)?;
        Ok(out)
    }

    /// Appends the contents of data object 7F2E, as [`Self::build`] gives them.
    ///
    /// # Errors
    /// As [`Self::build`]; what was appended by then stays in `out`.
    pub fn build_into(&self, out: &mut Vec<u8>) -> Result<(), LdsError> {
        let image = self.image();
        let size = image_size(image.information.data_format.coding(), &image.data);
        let size = size.ok_or(LdsError::new(LdsErrorKind::ImageType, out.len()))?;
        if image.information.image_size.as_ref().is_some_and(|declared| declared.pixels() != size) {
            return Err(LdsError::new(LdsErrorKind::ImageSize, out.len()));
        }
        let (about, mut written) = (self.about(), Ok(()));
        tlv::push_nested_about(out, TAG_STANDARDIZED, about, |out| {
            tlv::push_nested_about(out, TAG_FACE_IMAGE_DATA_BLOCK, about, |out| {
                written = der::push(out, TAG_VERSION, &self.version).and_then(|()| {
                    let representations = core::slice::from_ref(&self.representation);
                    der::push_all(out, TAG_REPRESENTATIONS, about, representations)
                });
            });
        });
        written
    }

    /// Reads the contents of data object 7F2E. Whether what it declares is true of the image is not checked.
    ///
    /// # Errors
    /// Kind and position of the first fault: fields that are not those of the standard, a value outside of its limits
    /// ([`LdsErrorKind::FaceBlock`]), a code that is not defined ([`LdsErrorKind::FaceCode`]), or a second
    /// representation.
    pub fn parse(contents: &[u8]) -> Result<Self, LdsError> {
        Self::read(Reader::new(contents))
    }

    /// Reads what stands in a data object 7F2E.
    pub(super) fn read(mut reader: Reader<'_>) -> Result<Self, LdsError> {
        let standardized = reader.expect(TAG_STANDARDIZED)?;
        reader.finish()?;
        let mut reader = standardized.reader();
        let block = reader.expect(TAG_FACE_IMAGE_DATA_BLOCK)?;
        reader.finish()?;
        let mut reader = block.reader();
        let version = VersionBlock::read(&reader.expect(TAG_VERSION)?)?;
        let representations = reader.expect(TAG_REPRESENTATIONS)?;
        der::finish_extensible(reader, TAG_REPRESENTATIONS)?;
        let mut reader = representations.reader();
        let representation = RepresentationBlock::read(&reader.expect(RepresentationBlock::UNIVERSAL)?)?;
        if !reader.is_empty() {
            return Err(LdsError::new(LdsErrorKind::Count, reader.position()));
        }
        Ok(FaceRecord39794 { version, representation })
    }

    fn about(&self) -> usize {
        self.representation.about()
    }
}

impl fmt::Debug for FaceRecord39794 {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("FaceRecord39794").field("version", &self.version).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
