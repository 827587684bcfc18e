//! The face record of ISO/IEC 19794-5:2005, clause 5.
//!
//! ```text
//! facial record header   14   "FAC\0" "010\0"  length of record 4  number of images 2
//! facial information     20   length of block 4  number of feature points 2  gender 1  eye colour 1  hair colour 1
//!                             property mask 3  expression 2  pose angle 3  pose angle uncertainty 3
//! feature points    8 each    type 1  point code 1  x 2  y 2  reserved 2
//! image information      12   face image type 1  image data type 1  width 2  height 2  colour space 1  source type 1
//!                             device type 2  quality 2
//! image data                  to the end of the block
//! ```
//!
//! Numbers are big-endian; facial information to image data repeat for each image.

use core::fmt;

use super::super::error::{LdsError, LdsErrorKind};
use super::super::image_size::image_size;

mod codes;

pub use codes::{ColourSpace, EyeColour, FaceImageType, Gender, HairColour, ImageDataType, ImageSource};

const MAGIC: &[u8; 8] = b"FAC\x00010\x00";
const HEADER_LENGTH: usize = 14;
const INFORMATION_LENGTH: usize = 20;
const FEATURE_POINT_LENGTH: usize = 8;
const IMAGE_INFORMATION_LENGTH: usize = 12;

/// A face record with its images.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaceRecord {
    /// The images, at least one.
    pub images: Vec<FaceImage>,
}

/// One face image and what is said of it.
#[derive(Clone, PartialEq, Eq)]
pub struct FaceImage {
    /// Gender.
    pub gender: Gender,
    /// Eye colour.
    pub eye_colour: EyeColour,
    /// Hair colour.
    pub hair_colour: HairColour,
    /// Property mask, 24 bits; bit 0 says that the others are specified, 0 that nothing is.
    pub property_mask: u32,
    /// Expression, 0 unspecified, 1 neutral.
    pub expression: u16,
    /// Yaw, pitch and roll in steps of two degrees, 0 unspecified.
    pub pose_angle: [u8; 3],
    /// Their uncertainty, 0 unspecified.
    pub pose_angle_uncertainty: [u8; 3],
    /// Feature points, such as the centres of the eyes.
    pub feature_points: Vec<FeaturePoint>,
    /// The conditions that the image fulfils.
    pub face_image_type: FaceImageType,
    /// The coding of the image.
    pub image_data_type: ImageDataType,
    /// Width in pixels.
    pub width: u16,
    /// Height in pixels.
    pub height: u16,
    /// Colour space.
    pub colour_space: ColourSpace,
    /// Source of the image.
    pub source: ImageSource,
    /// The vendor's number of the capture device, 0 unspecified.
    pub device_type: u16,
    /// Quality, 0 unspecified.
    pub quality: u16,
    /// The image file.
    pub image: Vec<u8>,
}

/// A feature point in the image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FeaturePoint {
    /// Type; 1 for a point of ISO/IEC 14496-2.
    pub kind: u8,
    /// Point code: major in the upper four bits, minor in the lower.
    pub code: u8,
    /// Pixels from the left edge.
    pub x: u16,
    /// Pixels from the upper edge.
    pub y: u16,
    /// Reserved, 0.
    pub reserved: u16,
}

impl FeaturePoint {
    /// The centre of the left eye, point 12.1.
    pub const fn left_eye(x: u16, y: u16) -> Self {
        FeaturePoint { kind: 1, code: 0xC1, x, y, reserved: 0 }
    }

    /// The centre of the right eye, point 12.2.
    pub const fn right_eye(x: u16, y: u16) -> Self {
        FeaturePoint { kind: 1, code: 0xC2, x, y, reserved: 0 }
    }
}

impl FaceImage {
    /// An image of which only what must be said is said.
    pub fn new(
        face_image_type: FaceImageType,
        image_data_type: ImageDataType,
        (width, height): (u16, u16),
        image: Vec<u8>,
    ) -> Self {
        FaceImage {
            gender: Gender::Unspecified,
            eye_colour: EyeColour::UNSPECIFIED,
            hair_colour: HairColour::UNSPECIFIED,
            property_mask: 0,
            expression: 0,
            pose_angle: [0; 3],
            pose_angle_uncertainty: [0; 3],
            feature_points: Vec::new(),
            face_image_type,
            image_data_type,
            width,
            height,
            colour_space: ColourSpace::UNSPECIFIED,
            source: ImageSource::UNSPECIFIED,
            device_type: 0,
            quality: 0,
            image,
        }
    }

    fn block_length(&self) -> usize {
        let points = self.feature_points.len() * FEATURE_POINT_LENGTH;
        INFORMATION_LENGTH + points + IMAGE_INFORMATION_LENGTH + self.image.len()
    }

    /// Fails unless image type, width, height and the token frame are as declared.
    fn check_declaration(&self, position: usize) -> Result<(), LdsError> {
        let fault = |kind| Err(LdsError::new(kind, position));
        match image_size(self.image_data_type, &self.image) {
            None => return fault(LdsErrorKind::ImageType),
            Some(size) if size != (u32::from(self.width), u32::from(self.height)) => {
                return fault(LdsErrorKind::ImageSize);
            }
            Some(_) => {}
        }
        let token_frame = u32::from(self.width) * 4 == u32::from(self.height) * 3;
        if self.face_image_type == FaceImageType::TokenFrontal && !token_frame {
            return fault(LdsErrorKind::TokenFrame);
        }
        Ok(())
    }
}

impl fmt::Debug for FaceImage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("FaceImage")
            .field("face_image_type", &self.face_image_type)
            .field("image_data_type", &self.image_data_type)
            .field("width", &self.width)
            .field("height", &self.height)
            .finish_non_exhaustive()
    }
}

impl FaceRecord {
    /// The bytes of the record. What is declared of an image must be true of it: its coding, width and height, and the
    /// frame of 3:4 if it is a token.
    ///
    /// # Errors
    /// [`LdsErrorKind::ImageType`], [`LdsErrorKind::ImageSize`] and [`LdsErrorKind::TokenFrame`] where what is declared
    /// is not true, [`LdsErrorKind::Count`] without an image, [`LdsErrorKind::FaceRecord`] for a number that does not
    /// fit its field.
    pub fn build(&self) -> Result<Vec<u8>, LdsError> {
        let mut out = Vec::with_capacity(self.length());
        self.build_into(&mut out)?;
        Ok(out)
    }

    /// Appends the bytes of the record, as [`Self::build`] gives them.
    ///
    /// # Errors
    /// As [`Self::build`]; what was appended by then stays in `out`.
    pub fn build_into(&self, out: &mut Vec<u8>) -> Result<(), LdsError> {
        let start = out.len();
        let count = u16::try_from(self.images.len()).ok().filter(|count| *count > 0);
        let count = count.ok_or(LdsError::new(LdsErrorKind::Count, start))?;
        let length = u32::try_from(self.length()).map_err(|_| LdsError::new(LdsErrorKind::FaceRecord, start))?;
        out.extend_from_slice(MAGIC);
        out.extend(length.to_be_bytes());
        out.extend(count.to_be_bytes());
        for image in &self.images {
            let position = out.len();
            image.check_declaration(position)?;
            push_block(out, image).ok_or(LdsError::new(LdsErrorKind::FaceRecord, position))?;
        }
        Ok(())
    }

    fn length(&self) -> usize {
        HEADER_LENGTH + self.images.iter().map(FaceImage::block_length).sum::<usize>()
    }

    /// Reads a record. Whether what it declares is true of the images is not checked.
    ///
    /// # Errors
    /// [`LdsErrorKind::FaceRecord`] for what is not a record of version 010 or has lengths that do not agree,
    /// [`LdsErrorKind::FaceCode`] for a code that is not defined, [`LdsErrorKind::Count`] for a record without an
    /// image; the position counts from the start of the record.
    pub fn parse(record: &[u8]) -> Result<Self, LdsError> {
        let mut bytes = Bytes { record, offset: 0 };
        let wrong = |position| LdsError::new(LdsErrorKind::FaceRecord, position);
        if bytes.array()? != *MAGIC {
            return Err(wrong(0));
        }
        if bytes.u32()? as usize != record.len() {
            return Err(wrong(8));
        }
        let count = bytes.u16()?;
        if count == 0 {
            return Err(LdsError::new(LdsErrorKind::Count, 12));
        }
        let mut images = Vec::new();
        for _ in 0..count {
            images.push(bytes.image()?);
        }
        if bytes.offset == record.len() { Ok(FaceRecord { images }) } else { Err(wrong(bytes.offset)) }
    }
}

/// Appends one block; `None` when a number does not fit its field.
fn push_block(out: &mut Vec<u8>, image: &FaceImage) -> Option<()> {
    let points = u16::try_from(image.feature_points.len()).ok()?;
    let [0, mask @ ..] = image.property_mask.to_be_bytes() else { return None };
    out.extend(u32::try_from(image.block_length()).ok()?.to_be_bytes());
    out.extend(points.to_be_bytes());
    out.extend([image.gender.code(), image.eye_colour.0, image.hair_colour.0]);
    out.extend(mask);
    out.extend(image.expression.to_be_bytes());
    out.extend(image.pose_angle);
    out.extend(image.pose_angle_uncertainty);
    for point in &image.feature_points {
        out.extend([point.kind, point.code]);
        for number in [point.x, point.y, point.reserved] {
            out.extend(number.to_be_bytes());
        }
    }
    out.extend([image.face_image_type.code(), image.image_data_type.code()]);
    out.extend(image.width.to_be_bytes());
    out.extend(image.height.to_be_bytes());
    out.extend([image.colour_space.0, image.source.0]);
    out.extend(image.device_type.to_be_bytes());
    out.extend(image.quality.to_be_bytes());
    out.extend_from_slice(&image.image);
    Some(())
}

/// Reads numbers one after another.
struct Bytes<'a> {
    record: &'a [u8],
    offset: usize,
}

impl<'a> Bytes<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], LdsError> {
        let end = self.offset.saturating_add(length);
        let truncated = LdsError::new(LdsErrorKind::FaceRecord, self.offset);
        let taken = self.record.get(self.offset..end).ok_or(truncated)?;
        self.offset = end;
        Ok(taken)
    }

    fn array<const LENGTH: usize>(&mut self) -> Result<[u8; LENGTH], LdsError> {
        let position = self.offset;
        self.take(LENGTH)?.try_into().map_err(|_| LdsError::new(LdsErrorKind::FaceRecord, position))
    }

    fn u32(&mut self) -> Result<u32, LdsError> {
        self.array().map(u32::from_be_bytes)
    }

    fn u16(&mut self) -> Result<u16, LdsError> {
        self.array().map(u16::from_be_bytes)
    }

    fn u8(&mut self) -> Result<u8, LdsError> {
        self.array().map(u8::from_be_bytes)
    }

    fn code<T>(&mut self, decode: fn(u8) -> Option<T>) -> Result<T, LdsError> {
        let position = self.offset;
        let code = self.u8()?;
        decode(code).ok_or(LdsError::new(LdsErrorKind::FaceCode(code), position))
    }

    fn image(&mut self) -> Result<FaceImage, LdsError> {
        let start = self.offset;
        let length = self.u32()? as usize;
        let points = self.u16()?;
        let gender = self.code(Gender::from_code)?;
        let (eye_colour, hair_colour) = (EyeColour(self.u8()?), HairColour(self.u8()?));
        let [high, middle, low] = self.array()?;
        let expression = self.u16()?;
        let (pose_angle, pose_angle_uncertainty) = (self.array()?, self.array()?);
        let mut feature_points = Vec::new();
        for _ in 0..points {
            let (kind, code) = (self.u8()?, self.u8()?);
            let (x, y, reserved) = (self.u16()?, self.u16()?, self.u16()?);
            feature_points.push(FeaturePoint { kind, code, x, y, reserved });
        }
        let face_image_type = self.code(FaceImageType::from_code)?;
        let image_data_type = self.code(ImageDataType::from_code)?;
        let (width, height) = (self.u16()?, self.u16()?);
        let (colour_space, source) = (ColourSpace(self.u8()?), ImageSource(self.u8()?));
        let (device_type, quality) = (self.u16()?, self.u16()?);
        let image_length = start.saturating_add(length).checked_sub(self.offset);
        let image_length = image_length.ok_or(LdsError::new(LdsErrorKind::FaceRecord, start))?;
        Ok(FaceImage {
            gender,
            eye_colour,
            hair_colour,
            property_mask: u32::from_be_bytes([0, high, middle, low]),
            expression,
            pose_angle,
            pose_angle_uncertainty,
            feature_points,
            face_image_type,
            image_data_type,
            width,
            height,
            colour_space,
            source,
            device_type,
            quality,
            image: self.take(image_length)?.to_vec(),
        })
    }
}

#[cfg(test)]
mod tests;
