//! What data groups of texts, dates and images have in common.

use super::File;
use crate::lds::is_image;
use crate::pki::lint::der::Node;
use crate::pki::lint::report::Hits;

/// The objects inside and, where one is a template, those inside of that.
pub(super) fn elements<'a>(file: &File<'a>) -> Vec<Node<'a>> {
    let mut found = Vec::new();
    for node in file.objects() {
        found.push(node);
        if node.is_constructed() {
            found.extend(node.fields().rest().unwrap_or_default());
        }
    }
    found
}

pub(super) fn images_have_their_coding(file: &File<'_>, tags: &[u32], hits: &mut Hits<'_>) {
    for node in elements(file).iter().filter(|node| tags.contains(&node.tag)) {
        if !is_image(node.value) {
            hits.at(node.position, "another coding");
        }
    }
}

/// Texts have so many bytes at most.
pub(super) fn texts_have_their_length(file: &File<'_>, limits: &[(u32, usize)], hits: &mut Hits<'_>) {
    for node in elements(file) {
        let limit = limits.iter().find(|(tag, _)| *tag == node.tag).map(|(_, limit)| *limit);
        if limit.is_some_and(|limit| node.value.len() > limit) {
            hits.at(node.position, format!("{} bytes", node.value.len()));
        }
    }
}

/// Dates and times are digits, so many of them.
pub(super) fn dates_are_digits(file: &File<'_>, lengths: &[(u32, usize)], hits: &mut Hits<'_>) {
    for node in elements(file) {
        let length = lengths.iter().find(|(tag, _)| *tag == node.tag).map(|(_, length)| *length);
        if length.is_some_and(|length| node.value.len() != length || !node.value.iter().all(u8::is_ascii_digit)) {
            hits.at(node.position, format!("{} bytes", node.value.len()));
        }
    }
}

/// Names have fillers as in the machine readable zone, and none at their end.
pub(super) fn names_end_without_filler(file: &File<'_>, tags: &[u32], hits: &mut Hits<'_>) {
    for node in elements(file).iter().filter(|node| tags.contains(&node.tag)) {
        if node.value.last() == Some(&b'<') {
            hits.at(node.position, "a filler at the end");
        }
    }
}
