//! What DG11 and DG12 have in common: a tag list in front, and names of other persons in a template with a counter.

use super::error::{LdsError, LdsErrorKind};
use super::template::{self, TEXT_LIMIT, push_text, text};
use crate::tlv::{self, Reader, Tlv};

/// The template around the other names, `{ 02 01 number, name … }`.
pub(super) const TAG_TEMPLATE: u32 = 0xA0;

const TAG_LIST: u32 = 0x5C;
const TAG_COUNT: u32 = 0x02;

/// Appends the template with names of tag `tag`, if there are any.
pub(super) fn push(out: &mut Vec<u8>, tag: u32, names: &[String]) -> Result<(), LdsError> {
    if names.is_empty() {
        return Ok(());
    }
    let count = u8::try_from(names.len()).map_err(|_| LdsError::new(LdsErrorKind::Count, out.len()))?;
    let mut contents = Vec::new();
    tlv::push(&mut contents, TAG_COUNT, &[count]);
    for name in names {
        push_text(&mut contents, tag, name, TEXT_LIMIT)?;
    }
    tlv::push(out, TAG_TEMPLATE, &contents);
    Ok(())
}

/// The names in the template.
pub(super) fn parse(object: &Tlv<'_>, tag: u32) -> Result<Vec<String>, LdsError> {
    let mut reader = object.reader();
    let count = template::count(&reader.expect(TAG_COUNT)?)?;
    let mut names = Vec::new();
    for _ in 0..count {
        names.push(text(&reader.expect(tag)?)?);
    }
    reader.finish()?;
    Ok(names)
}

/// The elements with their tag list in front. The template of names is listed by the tag of a name.
pub(super) fn with_tag_list(elements: &[u8], name_tag: u32) -> Result<Vec<u8>, LdsError> {
    let mut tags = Vec::new();
    let mut reader = Reader::new(elements);
    while let Some(object) = reader.next_object()? {
        tags.push(if object.tag == TAG_TEMPLATE { name_tag } else { object.tag });
    }
    let mut contents = Vec::with_capacity(elements.len() + 32);
    template::push_tag_list(&mut contents, &tags);
    contents.extend_from_slice(elements);
    Ok(contents)
}

/// A reader over the elements, once the tag list in front of them has been found to name just these. The template of
/// names may be listed by its own tag or by that of a name: both are in the field.
pub(super) fn check_tag_list<'a>(file: &Tlv<'a>, name_tag: u32) -> Result<Reader<'a>, LdsError> {
    let mut reader = file.reader();
    let list = reader.expect(TAG_LIST)?;
    let mut listed = template::tag_list(&list)?;
    let mut elements = reader.clone();
    while let Some(object) = elements.next_object()? {
        let names = |tag: &u32| *tag == object.tag || object.tag == TAG_TEMPLATE && *tag == name_tag;
        match listed.iter().position(names) {
            Some(index) => listed.swap_remove(index),
            None => return Err(LdsError::new(LdsErrorKind::TagList, list.position)),
        };
    }
    if listed.is_empty() { Ok(reader) } else { Err(LdsError::new(LdsErrorKind::TagList, list.position)) }
}
