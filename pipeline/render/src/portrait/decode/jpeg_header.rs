//! The marker segments of a JPEG file (ISO/IEC 10918-1 annex B), read before any decoder is trusted with it.
//!
//! The walk goes segment by segment, so that a thumbnail inside an application segment is never taken for the picture,
//! and, when asked for the whole file, through the entropy-coded data up to the end-of-image marker: a file without one
//! is truncated.

use super::orientation::Orientation;
use crate::portrait::error::PortraitError;

const SOI: u8 = 0xd8;
const EOI: u8 = 0xd9;
const SOS: u8 = 0xda;
const DRI: u8 = 0xdd;
const APP1: u8 = 0xe1;
const APP14: u8 = 0xee;
const TEM: u8 = 0x01;
const EXIF: &[u8] = b"Exif\0\0";

/// How far the file is walked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// Up to the first scan.
    Header,
    /// Up to the end-of-image marker, which has to be there.
    Whole,
}

/// What the segments say.
#[derive(Debug)]
pub(super) struct JpegHeader<'a> {
    pub(super) width: u16,
    pub(super) height: u16,
    pub(super) components: u8,
    pub(super) has_adobe_segment: bool,
    pub(super) has_restarts: bool,
    exif: Option<&'a [u8]>,
}

impl JpegHeader<'_> {
    pub(super) fn size(&self) -> (u32, u32) {
        (u32::from(self.width), u32::from(self.height))
    }

    pub(super) fn orientation(&self) -> Orientation {
        self.exif.map_or(Orientation::Upright, Orientation::of_exif)
    }
}

/// Walks the segments. Refuses what ends early, what is no JPEG, and coding processes that are not read here.
pub(super) fn read(bytes: &[u8], extent: Extent) -> Result<JpegHeader<'_>, PortraitError> {
    let mut walk = Walk { bytes, at: 0 };
    if walk.marker()? != SOI {
        return Err(PortraitError::NotAnImage);
    }
    let mut frame = None;
    let mut exif = None;
    let mut has_adobe_segment = false;
    let mut has_restarts = false;
    let mut has_scan = false;
    loop {
        let marker = walk.marker()?;
        match marker {
            EOI => break,
            SOI => return Err(PortraitError::Damaged("a second start of image")),
            TEM | 0xd0..=0xd7 => continue,
            _ => {}
        }
        let segment = walk.segment()?;
        match marker {
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                let earlier = frame.replace(Frame::read(marker, segment)?);
                if earlier.is_some() {
                    return Err(PortraitError::Unsupported("JPEG with several frames"));
                }
            }
            APP1 if exif.is_none() => exif = segment.strip_prefix(EXIF),
            APP14 => has_adobe_segment |= segment.starts_with(b"Adobe"),
            DRI => has_restarts |= segment != [0, 0],
            SOS => {
                has_scan = true;
                if extent == Extent::Header {
                    break;
                }
                walk.skip_entropy_coded();
            }
            _ => {}
        }
    }
    let frame = frame.ok_or(PortraitError::Damaged("a JPEG without a frame"))?;
    if !has_scan {
        return Err(PortraitError::Damaged("a JPEG without a scan"));
    }
    let Frame { width, height, components } = frame;
    Ok(JpegHeader { width, height, components, has_adobe_segment, has_restarts, exif })
}

/// B.2.2: precision (1 byte), lines (2), samples a line (2), components (1), then three bytes for each component.
struct Frame {
    width: u16,
    height: u16,
    components: u8,
}

impl Frame {
    fn read(marker: u8, segment: &[u8]) -> Result<Self, PortraitError> {
        match marker {
            0xc0..=0xc2 => {}
            0xc3 | 0xc7 | 0xcb | 0xcf => return Err(PortraitError::Unsupported("lossless JPEG")),
            0xc9..=0xca => return Err(PortraitError::Unsupported("arithmetic coding in a JPEG")),
            _ => return Err(PortraitError::Unsupported("hierarchical JPEG")),
        }
        let &[precision, h1, h0, w1, w0, components, ..] = segment else {
            return Err(PortraitError::Damaged("the frame header of a JPEG"));
        };
        let (width, height) = (u16::from_be_bytes([w1, w0]), u16::from_be_bytes([h1, h0]));
        if precision != 8 {
            return Err(PortraitError::Unsupported("JPEG of more than 8 bits a sample"));
        }
        if width == 0 {
            return Err(PortraitError::Damaged("a JPEG of width zero"));
        }
        if height == 0 {
            return Err(PortraitError::Unsupported("JPEG whose height is not in its header"));
        }
        if !matches!(components, 1 | 3 | 4) {
            return Err(PortraitError::Unsupported("JPEG of other than one, three or four components"));
        }
        if segment.len() != 6 + 3 * usize::from(components) {
            return Err(PortraitError::Damaged("the frame header of a JPEG"));
        }
        Ok(Self { width, height, components })
    }
}

struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Walk<'a> {
    fn byte(&mut self) -> Result<u8, PortraitError> {
        let byte = *self.bytes.get(self.at).ok_or(PortraitError::Truncated)?;
        self.at += 1;
        Ok(byte)
    }

    /// A marker is 0xff, any number of fill bytes 0xff, and a code that is neither 0 nor 0xff (B.1.1.2).
    fn marker(&mut self) -> Result<u8, PortraitError> {
        if self.byte()? != 0xff {
            return Err(PortraitError::Damaged("bytes between the segments of a JPEG"));
        }
        loop {
            match self.byte()? {
                0xff => {}
                0 => return Err(PortraitError::Damaged("a marker of a JPEG")),
                code => return Ok(code),
            }
        }
    }

    /// The content of a segment: its length field counts itself.
    fn segment(&mut self) -> Result<&'a [u8], PortraitError> {
        let length = usize::from(u16::from_be_bytes([self.byte()?, self.byte()?]));
        let content = length.checked_sub(2).ok_or(PortraitError::Damaged("the length of a segment of a JPEG"))?;
        let segment = self.bytes.get(self.at..self.at + content).ok_or(PortraitError::Truncated)?;
        self.at += content;
        Ok(segment)
    }

    /// Goes to the first marker that is neither a stuffed zero nor a restart marker; at the end when there is none.
    fn skip_entropy_coded(&mut self) {
        while let Some(found) = self.bytes.get(self.at..).and_then(|rest| rest.iter().position(|&byte| byte == 0xff)) {
            self.at += found;
            match self.bytes.get(self.at + 1) {
                Some(0 | 0xd0..=0xd7) => self.at += 2,
                Some(0xff) => self.at += 1,
                _ => return,
            }
        }
        self.at = self.bytes.len();
    }
}
