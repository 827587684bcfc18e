//! Why a photograph does not become a portrait, with the remedy in words for the one who hands it in.

use thiserror::Error;

use crate::picture::PictureError;

/// What is wrong with a photograph, or with what was asked of it. No text shows anything of the photograph itself.
#[derive(Clone, Debug, Error, PartialEq)]
#[non_exhaustive]
pub enum PortraitError {
    /// The data is neither JPEG nor PNG.
    #[error("the portrait is not a JPEG or PNG image; supply the photograph as a JPEG or PNG file")]
    NotAnImage,
    /// There is no data at all.
    #[error("the portrait file is empty; supply the photograph again")]
    Empty,
    /// The file is larger than the limit.
    #[error("the portrait file has {bytes} bytes, the limit is {limit}; save the photograph with fewer pixels")]
    TooManyBytes {
        /// Bytes of the file.
        bytes: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// Width × height is above the limit; found in the header, before memory is taken.
    #[error("the portrait has {width} by {height} pixels, more than {limit} in all; scale the photograph down")]
    TooManyPixels {
        /// Width in the header, pixels.
        width: u32,
        /// Height in the header, pixels.
        height: u32,
        /// Pixels allowed in all.
        limit: u64,
    },
    /// A side is below the limit.
    #[error(
        "the portrait has {width} by {height} pixels, at least {min_width} by {min_height} are needed; take or scan the \
         photograph at a higher resolution"
    )]
    TooSmall {
        /// Width when upright, pixels.
        width: u32,
        /// Height when upright, pixels.
        height: u32,
        /// Width needed, pixels.
        min_width: u32,
        /// Height needed, pixels.
        min_height: u32,
    },
    /// The data ends before the picture does.
    #[error("the portrait file ends before the picture does; transfer the photograph again")]
    Truncated,
    /// The data contradicts its format.
    #[error("the portrait file is damaged ({0}); save or transfer the photograph again")]
    Damaged(&'static str),
    /// The file is sound, but of a kind that is not read here.
    #[error(
        "the portrait is of a kind that is not supported ({0}); save the photograph as an ordinary 8-bit JPEG or PNG"
    )]
    Unsupported(&'static str),
    /// The eye positions given do not allow a full frontal frame.
    #[error("no full frontal frame around the eyes: {0}")]
    Eyes(EyesFault),
    /// The frame, the size target or the limits asked for make no sense. A fault of configuration, not of the photograph.
    #[error("portrait settings: {0}")]
    Settings(&'static str),
    /// The portrait cannot be coded within the bytes allowed.
    #[error("the portrait does not fit into {target} bytes; allow more for the coded portrait")]
    DoesNotFit {
        /// Bytes allowed.
        target: usize,
    },
    /// A coder refused. A fault of this program or of memory, not of the photograph.
    #[error("the portrait coder failed in: {0}")]
    Coder(&'static str),
}

/// What keeps a full frontal frame from being laid around the eyes.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum EyesFault {
    /// An eye lies outside the photograph, or a position is not a number.
    #[error("an eye position lies outside the photograph; mark the eyes again")]
    Outside,
    /// The left and the right eye are exchanged, or are one point.
    #[error("the eye positions are exchanged or the same; mark the eyes again, the first being the one on the left")]
    Order,
    /// The head is tilted further than may be turned back.
    #[error("the head is tilted too far; take the photograph again with the head upright")]
    Tilted,
    /// The photograph ends too close to the head.
    #[error("too little is left around the head; take the photograph again from further away")]
    TooClose,
}

impl From<PictureError> for PortraitError {
    fn from(_: PictureError) -> Self {
        Self::Coder("size of a picture")
    }
}
