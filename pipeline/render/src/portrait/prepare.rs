//! All steps from the photograph's bytes to the coded portrait.

use std::fmt;

use crate::picture::Picture;
use crate::portrait::crop::{self, Eyes, FaceImageType, Frame};
use crate::portrait::decode::{self, DecodeLimits};
use crate::portrait::error::PortraitError;
use crate::portrait::jpeg::{self, JpegScratch, JpegSettings};
use crate::portrait::jpeg2000::{self, Jpeg2000Scratch, Jpeg2000Settings};
use crate::portrait::resize::{self, ResizeScratch, Source};

/// The two codings that DG2 may carry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PortraitFormat {
    /// JPEG 2000 in a JP2 file.
    #[default]
    Jpeg2000,
    /// Baseline JPEG.
    Jpeg,
}

/// What is made of photographs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PortraitSettings {
    /// Size of the portrait, pixels.
    pub frame: Frame,
    /// Coding of the portrait.
    pub format: PortraitFormat,
    /// Bytes of the coded portrait; never passed.
    pub target_bytes: usize,
    /// What photographs may be.
    pub limits: DecodeLimits,
    /// The channels guarantee that photographs are composed as full frontal images.
    pub photographs_are_composed: bool,
}

impl Default for PortraitSettings {
    /// 413 by 531 pixels, JPEG 2000 of 18,000 bytes, composed photographs.
    fn default() -> Self {
        Self {
            frame: Frame::default(),
            format: PortraitFormat::Jpeg2000,
            target_bytes: Jpeg2000Settings::default().target_bytes,
            limits: DecodeLimits::default(),
            photographs_are_composed: true,
        }
    }
}

/// Memory that preparation uses again from one portrait to the next; one for each worker.
#[derive(Default)]
pub struct PortraitScratch {
    photograph: Vec<u8>,
    resize: ResizeScratch,
    jpeg2000: Jpeg2000Scratch,
    jpeg: JpegScratch,
}

/// A portrait as page and chip need it. It shows a person: `Debug` tells sizes only.
#[derive(Clone, PartialEq, Eq)]
pub struct PreparedPortrait {
    /// RGB in the frame's size.
    pub picture: Picture,
    /// The picture coded for DG2.
    pub coded: Vec<u8>,
    /// How it is coded.
    pub format: PortraitFormat,
    /// Width, pixels.
    pub width: u32,
    /// Height, pixels.
    pub height: u32,
    /// What may truthfully be declared in the facial record.
    pub face_image_type: FaceImageType,
}

impl fmt::Debug for PreparedPortrait {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("PreparedPortrait")
            .field("width", &self.width)
            .field("height", &self.height)
            .field("format", &self.format)
            .field("coded_bytes", &self.coded.len())
            .field("face_image_type", &self.face_image_type)
            .finish_non_exhaustive()
    }
}

/// Decodes, turns upright, crops, resizes and codes one photograph. Eye positions are in pixels of the upright
/// photograph.
///
/// # Errors
/// As [`frame`] and [`encode`].
pub fn prepare(
    bytes: &[u8],
    eyes: Option<&Eyes>,
    settings: &PortraitSettings,
    scratch: &mut PortraitScratch,
) -> Result<PreparedPortrait, PortraitError> {
    let FramedPortrait { picture, face_image_type } = frame(bytes, eyes, settings, scratch)?;
    let coded = encode(&picture, settings, scratch)?;
    let (width, height) = (picture.width(), picture.height());
    Ok(PreparedPortrait { picture, coded, format: settings.format, width, height, face_image_type })
}

/// A portrait in the frame's size that is not coded yet: what the page is drawn with, while the chip's copy is coded.
pub struct FramedPortrait {
    /// RGB in the frame's size.
    pub picture: Picture,
    /// What may truthfully be declared in the facial record.
    pub face_image_type: FaceImageType,
}

/// Decodes, turns upright, crops and resizes one photograph.
///
/// # Errors
/// As [`decode::decode`] for the photograph, [`crop::plan`] for the frame around the eyes and [`resize::resize`] for
/// its size.
pub fn frame(
    bytes: &[u8],
    eyes: Option<&Eyes>,
    settings: &PortraitSettings,
    scratch: &mut PortraitScratch,
) -> Result<FramedPortrait, PortraitError> {
    let memory = std::mem::take(&mut scratch.photograph);
    let (info, photograph) = decode::decode_as_stored(bytes, &settings.limits, memory)?;
    let crop = crop::plan((info.width, info.height), eyes, settings.frame, settings.photographs_are_composed)?;
    let source = Source { stored: &photograph, orientation: info.orientation };
    let picture = resize::resize_upright(source, &crop, settings.frame, Vec::new(), &mut scratch.resize)?;
    scratch.photograph = photograph.into_pixels();
    Ok(FramedPortrait { picture, face_image_type: crop.face_image_type })
}

/// Codes a portrait of the frame's size as the settings ask.
///
/// # Errors
/// As [`jpeg2000::encode`] or [`jpeg::encode`]: mostly that it does not fit into the bytes allowed.
pub fn encode(
    picture: &Picture,
    settings: &PortraitSettings,
    scratch: &mut PortraitScratch,
) -> Result<Vec<u8>, PortraitError> {
    let target_bytes = settings.target_bytes;
    match settings.format {
        PortraitFormat::Jpeg2000 => {
            let settings = Jpeg2000Settings { target_bytes, ..Jpeg2000Settings::default() };
            jpeg2000::encode(picture, &settings, &mut scratch.jpeg2000)
        }
        PortraitFormat::Jpeg => jpeg::encode(picture, &JpegSettings { target_bytes }, &mut scratch.jpeg),
    }
}
