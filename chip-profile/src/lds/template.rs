//! What the files have in common: the outer data object, text elements, the limit of length.

use super::MAX_FILE_LENGTH;
use super::error::{LdsError, LdsErrorKind};
use super::image_size::is_image;
use crate::tlv::{self, Tlv, TlvErrorKind};

/// Most bytes of a text in DG11 and DG12 (Doc 9303-10 tables 72 and 74).
pub(super) const TEXT_LIMIT: usize = 99;

/// The only data object of a file.
pub(super) fn outer(file: &[u8], tag: u32) -> Result<Tlv<'_>, LdsError> {
    Ok(tlv::parse_single(file, tag)?)
}

/// The file `tag` around `contents`, if readers can read it.
pub(super) fn file(tag: u32, contents: &[u8]) -> Result<Vec<u8>, LdsError> {
    let mut out = Vec::with_capacity(contents.len() + 8);
    tlv::push(&mut out, tag, contents);
    checked_length(out)
}

/// A whole file, if readers can read it.
pub(super) fn checked_length(file: Vec<u8>) -> Result<Vec<u8>, LdsError> {
    check_length(file.len()).map(|()| file)
}

/// Fails for a file of more bytes than readers can read.
pub(super) fn check_length(length: usize) -> Result<(), LdsError> {
    match length {
        0..=MAX_FILE_LENGTH => Ok(()),
        length => Err(LdsError::new(LdsErrorKind::FileTooLong { length }, length)),
    }
}

/// Appends a text element of up to `limit` bytes of UTF-8.
pub(super) fn push_text(out: &mut Vec<u8>, tag: u32, text: &str, limit: usize) -> Result<(), LdsError> {
    if text.is_empty() || text.chars().any(char::is_control) {
        return Err(LdsError::new(LdsErrorKind::Text, out.len()));
    }
    if text.len() > limit {
        return Err(LdsError::new(LdsErrorKind::TooLong { tag, limit }, out.len()));
    }
    tlv::push(out, tag, text.as_bytes());
    Ok(())
}

/// Appends a text element if there is one.
pub(super) fn push_optional_text(
    out: &mut Vec<u8>,
    tag: u32,
    text: Option<&str>,
    limit: usize,
) -> Result<(), LdsError> {
    text.map_or(Ok(()), |text| push_text(out, tag, text, limit))
}

/// Appends an image, JPEG or JPEG 2000.
pub(super) fn push_image(out: &mut Vec<u8>, tag: u32, image: &[u8]) -> Result<(), LdsError> {
    if !is_image(image) {
        return Err(LdsError::new(LdsErrorKind::ImageType, out.len()));
    }
    tlv::push(out, tag, image);
    Ok(())
}

/// The text of an element.
pub(super) fn text(object: &Tlv<'_>) -> Result<String, LdsError> {
    match core::str::from_utf8(object.value) {
        Ok(text) if !text.is_empty() && !text.chars().any(char::is_control) => Ok(text.to_owned()),
        _ => Err(LdsError::new(LdsErrorKind::Text, object.position)),
    }
}

/// Stores an element that may occur once.
pub(super) fn once<T>(place: &mut Option<T>, value: T, object: &Tlv<'_>) -> Result<(), LdsError> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(LdsError::new(LdsErrorKind::Repeated { tag: object.tag }, object.position)),
    }
}

/// The tags of a tag list, data object 5C.
pub(super) fn tag_list(object: &Tlv<'_>) -> Result<Vec<u32>, LdsError> {
    let mut tags = Vec::new();
    let mut bytes = object.value.iter().enumerate();
    while let Some((offset, first)) = bytes.next() {
        let tag = match (first & 0x1F == 0x1F).then(|| bytes.next()) {
            None => u32::from(*first),
            Some(Some((_, second))) if second & 0x80 == 0 => u32::from(*first) << 8 | u32::from(*second),
            Some(Some(_)) => return Err(LdsError::new(TlvErrorKind::TagTooLong.into(), object.position + offset)),
            Some(None) => return Err(LdsError::new(TlvErrorKind::Truncated.into(), object.position + offset)),
        };
        if tags.contains(&tag) {
            return Err(LdsError::new(LdsErrorKind::TagList, object.position + offset));
        }
        tags.push(tag);
    }
    Ok(tags)
}

/// Appends a tag list.
pub(super) fn push_tag_list(out: &mut Vec<u8>, tags: &[u32]) {
    tlv::push_nested(out, 0x5C, |out| {
        for tag in tags {
            let bytes = tag.to_be_bytes();
            out.extend(bytes.iter().skip_while(|byte| **byte == 0));
        }
    });
}

/// A count of one byte, data object 02.
pub(super) fn count(object: &Tlv<'_>) -> Result<usize, LdsError> {
    match object.value {
        [count] => Ok(usize::from(*count)),
        _ => Err(LdsError::new(LdsErrorKind::Count, object.position)),
    }
}
