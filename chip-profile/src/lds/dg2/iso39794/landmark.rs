//! Landmarks of the face.

use super::der::{self, Element, sequence};
use crate::lds::{LdsError, LdsErrorKind};
use crate::tlv::{self, Tlv};

sequence! {
    /// ```text
    /// LandmarkBlock ::= SEQUENCE {
    ///     landmarkKind        [0] LandmarkKind,
    ///     landmarkCoordinates [1] LandmarkCoordinates OPTIONAL, ... }
    /// ```
    pub struct LandmarkBlock, extensible {
        /// Which landmark it is.
        required kind: LandmarkKind = 0,
        /// Where it is.
        optional coordinates: LandmarkCoordinates = 1,
    }
}

/// ```text
/// LandmarkKind     ::= CHOICE { base [0] LandmarkKindBase, extensionBlock [1] … }
/// LandmarkKindBase ::= CHOICE { mpeg4FeaturePoint [0] …, anthropometricLandmark [1] AnthropometricLandmark }
/// AnthropometricLandmark     ::= CHOICE { base [0] AnthropometricLandmarkBase, extensionBlock [1] … }
/// AnthropometricLandmarkBase ::= CHOICE { anthropometricLandmarkName [0] …,
///     anthropometricLandmarkPointName [1] …, anthropometricLandmarkPointId [2] … }
/// ```
///
/// Extension blocks are of later editions and are refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LandmarkKind {
    /// A feature point of ISO/IEC 14496-2
    Mpeg4FeaturePoint(Mpeg4FeaturePoint),
    /// An anthropometric landmark by its name: the code of AnthropometricLandmarkNameCode, 0 (vertex) to 60 (tragion)
    AnthropometricName(u8),
    /// An anthropometric landmark by the name of its point: AnthropometricLandmarkPointNameCode, 0 to 36
    AnthropometricPointName(u8),
    /// An anthropometric landmark by the identifier of its point: AnthropometricLandmarkPointIdCode, 0 (v) to 62 (t)
    AnthropometricPointId(u8),
}

const BASE: u32 = 0xA0;
const MPEG4_FEATURE_POINT: u32 = 0xA0;
const ANTHROPOMETRIC_LANDMARK: u32 = 0xA1;
const NAME: u32 = 0xA0;
const POINT_NAME: u32 = 0xA1;
const POINT_ID: u32 = 0xA2;
const LAST_NAME: u8 = 60;
const LAST_POINT_NAME: u8 = 36;
const LAST_POINT_ID: u8 = 62;

impl Element for LandmarkKind {
    fn write(&self, out: &mut Vec<u8>) -> Result<(), LdsError> {
        let (path, code, last): (&[u32], u8, u8) = match self {
            Self::Mpeg4FeaturePoint(point) => (&[BASE, MPEG4_FEATURE_POINT], point.0, Mpeg4FeaturePoint::LAST),
            Self::AnthropometricName(code) => (&[BASE, ANTHROPOMETRIC_LANDMARK, BASE, NAME], *code, LAST_NAME),
            Self::AnthropometricPointName(code) => {
                (&[BASE, ANTHROPOMETRIC_LANDMARK, BASE, POINT_NAME], *code, LAST_POINT_NAME)
            }
            Self::AnthropometricPointId(code) => {
                (&[BASE, ANTHROPOMETRIC_LANDMARK, BASE, POINT_ID], *code, LAST_POINT_ID)
            }
        };
        if code > last {
            return Err(LdsError::new(LdsErrorKind::FaceCode(code), out.len()));
        }
        push_path(out, path, code)
    }

    fn read(object: &Tlv<'_>) -> Result<Self, LdsError> {
        let point = der::one_of(&base(object)?)?;
        let (kind, choice, last) = match point.tag {
            MPEG4_FEATURE_POINT => {
                let kind: fn(u8) -> Self = |code| Self::Mpeg4FeaturePoint(Mpeg4FeaturePoint(code));
                (kind, point, Mpeg4FeaturePoint::LAST)
            }
            ANTHROPOMETRIC_LANDMARK => {
                let landmark = der::one_of(&base(&point)?)?;
                match landmark.tag {
                    NAME => (Self::AnthropometricName as fn(u8) -> Self, landmark, LAST_NAME),
                    POINT_NAME => (Self::AnthropometricPointName as fn(u8) -> Self, landmark, LAST_POINT_NAME),
                    POINT_ID => (Self::AnthropometricPointId as fn(u8) -> Self, landmark, LAST_POINT_ID),
                    _ => return Err(der::error(landmark.position)),
                }
            }
            _ => return Err(der::error(point.position)),
        };
        match der::read_code(&choice)? {
            (code, _) if code <= last => Ok(kind(code)),
            (code, position) => Err(LdsError::new(LdsErrorKind::FaceCode(code), position)),
        }
    }
}

/// The alternative `base` of a choice.
fn base<'a>(choice: &Tlv<'a>) -> Result<Tlv<'a>, LdsError> {
    match der::one_of(choice)? {
        base if base.tag == BASE => Ok(base),
        other => Err(der::error(other.position)),
    }
}

fn push_path(out: &mut Vec<u8>, path: &[u32], code: u8) -> Result<(), LdsError> {
    let Some((tag, path)) = path.split_first() else { return der::write_fallback(out, code) };
    let mut written = Ok(());
    tlv::push_nested(out, *tag, |out| written = push_path(out, path, code));
    written
}

/// A feature point of ISO/IEC 14496-2, as its MPEG4FeaturePointCode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Mpeg4FeaturePoint(u8);

impl Mpeg4FeaturePoint {
    const LAST: u8 = 87;
    /// Number of points in each group from group 2 on; the codes run through them in order.
    const GROUPS: [u8; 11] = [14, 14, 6, 4, 4, 1, 10, 15, 10, 6, 4];

    /// The point of this group (2 to 12) and number in it, such as 12.1, the centre of the left eye; `None` when there is
    /// no such point.
    pub fn new(group: u8, number: u8) -> Option<Self> {
        let index = usize::from(group.checked_sub(2)?);
        if !(1..=*Self::GROUPS.get(index)?).contains(&number) {
            return None;
        }
        let before: u8 = Self::GROUPS.iter().take(index).sum();
        Some(Mpeg4FeaturePoint(before + number - 1))
    }

    /// Group and number in it.
    pub fn group_and_number(self) -> (u8, u8) {
        let mut rest = self.0;
        for (count, group) in Self::GROUPS.into_iter().zip(2..) {
            if rest < count {
                return (group, rest + 1);
            }
            rest -= count;
        }
        (0, 0)
    }
}

/// ```text
/// LandmarkCoordinates     ::= CHOICE { base [0] LandmarkCoordinatesBase, extensionBlock [1] … }
/// LandmarkCoordinatesBase ::= CHOICE {
///     coordinateCartesian2DBlock  [0] SEQUENCE { x [0] INTEGER (0..65535), y [1] INTEGER (0..65535) },
///     coordinateTextureImageBlock [1] SEQUENCE { uInPixel [0] INTEGER (0..MAX), vInPixel [1] INTEGER (0..MAX) },
///     coordinateCartesian3DBlock  [2] SEQUENCE { x [0], y [1], z [2] INTEGER (0..65535) } }
/// ```
///
/// Extension blocks are of later editions and are refused.
#[derive(Clone, PartialEq, Eq)]
pub enum LandmarkCoordinates {
    /// In pixels of the image
    Cartesian2D {
        /// From the left edge.
        x: u16,
        /// From the upper edge.
        y: u16,
    },
    /// In pixels of a texture
    TextureImage {
        /// Horizontal
        u: u32,
        /// Vertical
        v: u32,
    },
    /// In space
    Cartesian3D {
        /// Horizontal
        x: u16,
        /// Vertical
        y: u16,
        /// Depth
        z: u16,
    },
}

const CARTESIAN_2D: u32 = 0xA0;
const TEXTURE_IMAGE: u32 = 0xA1;
const CARTESIAN_3D: u32 = 0xA2;

impl Element for LandmarkCoordinates {
    fn write(&self, out: &mut Vec<u8>) -> Result<(), LdsError> {
        let (tag, numbers, count) = match *self {
            Self::Cartesian2D { x, y } => (CARTESIAN_2D, [x.into(), y.into(), 0], 2),
            Self::TextureImage { u, v } => (TEXTURE_IMAGE, [u, v, 0], 2),
            Self::Cartesian3D { x, y, z } => (CARTESIAN_3D, [x.into(), y.into(), z.into()], 3),
        };
        let mut written = Ok(());
        tlv::push_nested(out, BASE, |out| {
            tlv::push_nested(out, tag, |out| {
                let mut numbers = numbers.iter().zip(0..).take(count);
                written = numbers.try_for_each(|(number, index)| der::push(out, der::tag_of::<u32>(index), number));
            });
        });
        written
    }

    fn read(object: &Tlv<'_>) -> Result<Self, LdsError> {
        let block = der::one_of(&base(object)?)?;
        let mut reader = block.reader();
        fn next<T: Element>(reader: &mut tlv::Reader<'_>, number: u8) -> Result<T, LdsError> {
            T::read(&reader.expect(der::tag_of::<T>(number))?)
        }
        let coordinates = match block.tag {
            CARTESIAN_2D => Self::Cartesian2D { x: next(&mut reader, 0)?, y: next(&mut reader, 1)? },
            TEXTURE_IMAGE => Self::TextureImage { u: next(&mut reader, 0)?, v: next(&mut reader, 1)? },
            CARTESIAN_3D => {
                Self::Cartesian3D { x: next(&mut reader, 0)?, y: next(&mut reader, 1)?, z: next(&mut reader, 2)? }
            }
            _ => return Err(der::error(block.position)),
        };
        reader.finish()?;
        Ok(coordinates)
    }
}

impl core::fmt::Debug for LandmarkCoordinates {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.write_str("LandmarkCoordinates(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn feature_points_have_the_codes_of_the_module() {
        for (group, number, code) in
            [(2, 1, 0), (2, 14, 13), (3, 1, 14), (7, 1, 42), (8, 1, 43), (11, 6, 83), (12, 1, 84)]
        {
            let point = Mpeg4FeaturePoint::new(group, number).unwrap();
            assert_eq!(point.0, code);
        }
        for code in 0..=Mpeg4FeaturePoint::LAST {
            let (group, number) = Mpeg4FeaturePoint(code).group_and_number();
            assert_eq!(Mpeg4FeaturePoint::new(group, number), Some(Mpeg4FeaturePoint(code)));
        }
        for (group, number) in [(1, 1), (13, 1), (7, 2), (12, 5), (12, 0), (0, 0), (255, 255)] {
            assert_eq!(Mpeg4FeaturePoint::new(group, number), None);
        }
    }
}
