//! The main header of a codestream put right, and the boxes of a JP2 file around it (ISO/IEC 15444-1 annexes A and I).

use crate::picture::{Channels, Picture};
use crate::portrait::error::PortraitError;

/// Signature box 12, file type box 20, header box 8 + image header box 22 + colour specification box 15, and the eight
/// bytes before the codestream.
pub(super) const BOX_BYTES: usize = 12 + 20 + 8 + 22 + 15 + 8;

const SOC: [u8; 2] = [0xff, 0x4f];
const SIZ: [u8; 2] = [0xff, 0x51];
const COM: [u8; 2] = [0xff, 0x64];
const SOT: [u8; 2] = [0xff, 0x90];
/// Of the SIZ segment, up to and with the number of components (A.5.1): marker, Lsiz, Rsiz, eight sizes, Csiz.
const SIZ_FIXED: usize = 2 + 2 + 2 + 8 * 4 + 2;

/// Sets the precision in the codestream to eight bits, leaves out the coder's comment, and puts the JP2 boxes around.
pub(super) fn to_jp2(codestream: &mut [u8], coarsening: u32, picture: &Picture) -> Result<Vec<u8>, PortraitError> {
    let components = picture.channels().count();
    set_precision(codestream, components, 8 - coarsening)?;
    let comments = comments(codestream)?;

    let mut file = Vec::with_capacity(BOX_BYTES + codestream.len());
    // I.5.1, I.5.2: signature; brand jp2, version 0, compatible with jp2.
    file.extend_from_slice(b"\0\0\0\x0cjP  \r\n\x87\n\0\0\0\x14ftypjp2 \0\0\0\0jp2 ");
    // I.5.3: image header (height, width, components, bits less one, compression 7, colour space known, no rights)
    // and colour specification (enumerated: 16 is sRGB, 17 is grey).
    file.extend_from_slice(b"\0\0\0\x2djp2h\0\0\0\x16ihdr");
    file.extend_from_slice(&picture.height().to_be_bytes());
    file.extend_from_slice(&picture.width().to_be_bytes());
    file.extend_from_slice(&[0, components as u8, 7, 7, 0, 0]);
    file.extend_from_slice(b"\0\0\0\x0fcolr\x01\0\0\0\0\0");
    file.push(match picture.channels() {
        Channels::Rgb => 16,
        Channels::Grey => 17,
    });
    // I.5.4: the codestream; a length of zero would mean "to the end", the true one is safer for readers.
    let without_comments = codestream.len().checked_sub(comments.len()).ok_or(UNEXPECTED)?;
    let length = u32::try_from(8 + without_comments).map_err(|_| UNEXPECTED)?;
    file.extend_from_slice(&length.to_be_bytes());
    file.extend_from_slice(b"jp2c");
    file.extend_from_slice(codestream.get(..comments.start).ok_or(UNEXPECTED)?);
    file.extend_from_slice(codestream.get(comments.end..).ok_or(UNEXPECTED)?);
    Ok(file)
}

const UNEXPECTED: PortraitError = PortraitError::Coder("the header of a JPEG 2000 codestream");

fn set_precision(codestream: &mut [u8], components: usize, coded_bits: u32) -> Result<(), PortraitError> {
    if !codestream.starts_with(&[SOC, SIZ].concat()) {
        return Err(UNEXPECTED);
    }
    let start = SOC.len() + SIZ_FIXED;
    let table = codestream.get_mut(start..start + 3 * components).ok_or(UNEXPECTED)?;
    for entry in table.chunks_exact_mut(3) {
        match entry {
            // Ssiz (bits less one, unsigned), XRsiz, YRsiz.
            [bits, 1, 1] if u32::from(*bits) + 1 == coded_bits => *bits = 7,
            _ => return Err(UNEXPECTED),
        }
    }
    Ok(())
}

/// Where the comment segments of the main header lie. OpenJPEG writes one, last of all or between others.
fn comments(codestream: &[u8]) -> Result<std::ops::Range<usize>, PortraitError> {
    let mut at = SOC.len();
    let mut found = at..at;
    loop {
        let &[m1, m0, l1, l0] = codestream.get(at..).and_then(<[u8]>::first_chunk::<4>).ok_or(UNEXPECTED)?;
        if [m1, m0] == SOT {
            return Ok(found);
        }
        let end = at + 2 + usize::from(u16::from_be_bytes([l1, l0]));
        if [m1, m0] == COM {
            found = at..end;
        }
        if m1 != 0xff || end <= at + 3 {
            return Err(UNEXPECTED);
        }
        at = end;
    }
}
