//! Just enough BER to cut exported files apart without help of the code that made them.

/// A data object: its tag, its value, the whole of it, and what follows.
pub(crate) struct Object<'a> {
    pub(crate) tag: u32,
    pub(crate) value: &'a [u8],
    pub(crate) whole: &'a [u8],
    pub(crate) rest: &'a [u8],
}

/// The first data object of `bytes`.
pub(crate) fn first(bytes: &[u8]) -> Option<Object<'_>> {
    let mut at = 1;
    let mut tag = u32::from(*bytes.first()?);
    if tag & 0x1F == 0x1F {
        tag = tag << 8 | u32::from(*bytes.get(1)?);
        at = 2;
    }
    let mut length = usize::from(*bytes.get(at)?);
    at += 1;
    if length > 0x80 {
        let more = bytes.get(at..at + length - 0x80)?;
        at += more.len();
        length = more.iter().fold(0, |length, byte| length << 8 | usize::from(*byte));
    }
    let end = at + length;
    Some(Object { tag, value: bytes.get(at..end)?, whole: &bytes[..end], rest: &bytes[end..] })
}

/// All data objects in a row.
pub(crate) fn all(mut bytes: &[u8]) -> Vec<Object<'_>> {
    let mut found = Vec::new();
    while let Some(object) = first(bytes) {
        bytes = object.rest;
        found.push(object);
    }
    found
}

/// The value of the object at the end of a path of tags.
pub(crate) fn at<'a>(bytes: &'a [u8], path: &[u32]) -> Option<&'a [u8]> {
    let Some((tag, path)) = path.split_first() else { return Some(bytes) };
    let object = all(bytes).into_iter().find(|object| object.tag == *tag)?;
    at(object.value, path)
}

/// Coding of a portrait (ISO/IEC 19794-5 table 8).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Coding {
    Jpeg,
    Jpeg2000,
}

/// A portrait as DG2 holds it.
#[derive(Debug)]
pub(crate) struct FaceImage {
    pub(crate) coding: Coding,
    pub(crate) width: u16,
    pub(crate) height: u16,
    pub(crate) data: Vec<u8>,
}

/// The portrait of a DG2 (Doc 9303-10 4.7.2), whichever standard its record is of.
pub(crate) fn face_image(dg2: &[u8]) -> Option<FaceImage> {
    let template = at(dg2, &[0x75, 0x7F61, 0x7F60])?;
    match at(template, &[0x7F2E]) {
        Some(record) => face_image_39794(record),
        None => face_image_19794(at(template, &[0x5F2E])?),
    }
}

/// The image of a record by ISO/IEC 19794-5 (5.4 to 5.8).
///
/// ```text
/// "FAC\0" "010\0" length (4) faces (2)
///   facial information: length (4) feature points (2) … 20 bytes; feature points of 8 bytes each
///   image information: type (1) coding (1) width (2) height (2) colour space (1) source (1) device (2) quality (2)
/// ```
fn face_image_19794(record: &[u8]) -> Option<FaceImage> {
    let two = |at: usize| Some(u16::from_be_bytes([*record.get(at)?, *record.get(at + 1)?]));
    if record.get(..8)? != b"FAC\x00010\x00" || two(12)? != 1 {
        return None;
    }
    let information = 14 + 20 + 8 * usize::from(two(18)?);
    Some(FaceImage {
        coding: match record.get(information + 1)? {
            0 => Coding::Jpeg,
            1 => Coding::Jpeg2000,
            _ => return None,
        },
        width: two(information + 2)?,
        height: two(information + 4)?,
        data: record.get(information + 12..)?.to_vec(),
    })
}

/// The image of a record by ISO/IEC 39794-5.
///
/// ```text
/// A1 65 A1 30 (the one representation) A1 A0 A0 (its two-dimensional image)
///   80 the file
///   A1 A0 80 coding: jpeg (2), jpeg2000Lossy (3)
///      A7 80 width 81 height
/// ```
fn face_image_39794(record: &[u8]) -> Option<FaceImage> {
    let image = at(record, &[0xA1, 0x65, 0xA1, 0x30, 0xA1, 0xA0, 0xA0])?;
    let number = |path: &[u32]| {
        let number = at(image, path)?;
        let number = number.iter().try_fold(0u32, |number, byte| number.checked_mul(256)?.checked_add((*byte).into()));
        u16::try_from(number?).ok()
    };
    Some(FaceImage {
        coding: match number(&[0xA1, 0xA0, 0x80])? {
            2 => Coding::Jpeg,
            3 => Coding::Jpeg2000,
            _ => return None,
        },
        width: number(&[0xA1, 0xA7, 0x80])?,
        height: number(&[0xA1, 0xA7, 0x81])?,
        data: at(image, &[0x80])?.to_vec(),
    })
}
