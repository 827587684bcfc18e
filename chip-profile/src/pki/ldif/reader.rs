//! Reading, RFC 2849.

use base64ct::{Base64, Encoding};

use super::writer::is_description;
use super::{Attribute, Entry, LdifError, LdifErrorKind};

/// Reads the entries of a text: contents, and records that add. Comments are skipped, folded lines joined; lines end with
/// LF or CR LF. Memory stays below the length of the text.
///
/// # Errors
/// The first line that is not LDIF, that changes or deletes, or that refers to elsewhere, with its position.
pub fn parse(text: &[u8]) -> Result<Vec<Entry>, LdifError> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut open = false;
    let mut versioned = false;
    for line in Lines::new(text) {
        let Line { position, text } = line?;
        let wrong = |kind| LdifError { kind, position };
        if text.is_empty() {
            open = false;
            continue;
        }
        let (description, value) = split(&text).map_err(wrong)?;
        if description.eq_ignore_ascii_case("version") && entries.is_empty() && !versioned {
            if value != b"1" {
                return Err(wrong(LdifErrorKind::Version));
            }
            versioned = true;
            continue;
        }
        let is_name = description.eq_ignore_ascii_case("dn");
        match (open, is_name, entries.last_mut()) {
            (false, true, _) => {
                let name = String::from_utf8(value).map_err(|_| wrong(LdifErrorKind::Name))?;
                if name.is_empty() {
                    return Err(wrong(LdifErrorKind::Name));
                }
                entries.push(Entry { name, attributes: Vec::new() });
                open = true;
            }
            (true, false, Some(_)) if description.eq_ignore_ascii_case("changetype") => {
                if value != b"add" {
                    return Err(wrong(LdifErrorKind::Change));
                }
            }
            (true, false, Some(_))
                if ["version", "control"].iter().any(|reserved| description.eq_ignore_ascii_case(reserved)) =>
            {
                return Err(wrong(LdifErrorKind::Description));
            }
            (true, false, Some(entry)) => entry.attributes.push(Attribute { description, value }),
            _ => return Err(wrong(LdifErrorKind::Name)),
        }
    }
    Ok(entries)
}

fn split(line: &[u8]) -> Result<(String, Vec<u8>), LdifErrorKind> {
    let colon = line.iter().position(|byte| *byte == b':').ok_or(LdifErrorKind::Line)?;
    let (description, rest) = line.split_at(colon);
    let description = std::str::from_utf8(description).ok().filter(|text| is_description(text.as_bytes()));
    let description = description.ok_or(LdifErrorKind::Description)?.to_owned();
    let trimmed = |text: &[u8]| text.iter().position(|byte| *byte != b' ').map_or(0, |at| at.min(text.len()));
    match rest.get(1..).unwrap_or_default() {
        [b':', value @ ..] => {
            let value = value.get(trimmed(value)..).unwrap_or_default();
            let value = value
                .iter()
                .rposition(|byte| *byte != b' ')
                .map_or(&[][..], |last| value.get(..=last).unwrap_or_default());
            let text = std::str::from_utf8(value).map_err(|_| LdifErrorKind::Base64)?;
            Ok((description, Base64::decode_vec(text).map_err(|_| LdifErrorKind::Base64)?))
        }
        [b'<', ..] => Err(LdifErrorKind::Reference),
        value => {
            let value = value.get(trimmed(value)..).unwrap_or_default();
            let unsafe_start = matches!(value.first(), Some(b':' | b'<'));
            if unsafe_start || value.iter().any(|byte| matches!(byte, 0x00 | b'\r' | 0x80..)) {
                return Err(LdifErrorKind::UnsafeValue);
            }
            Ok((description, value.to_vec()))
        }
    }
}

/// A line with what continues it.
struct Line {
    position: usize,
    text: Vec<u8>,
}

/// Joins folded lines and leaves out comments; an empty line stays, it ends an entry.
struct Lines<'a> {
    text: &'a [u8],
    offset: usize,
}

impl<'a> Lines<'a> {
    fn new(text: &'a [u8]) -> Lines<'a> {
        Lines { text, offset: 0 }
    }
    fn rest(&self) -> &'a [u8] {
        self.text.get(self.offset..).unwrap_or_default()
    }
    fn physical(&mut self) -> &'a [u8] {
        let rest = self.rest();
        let length = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
        self.offset += (length + 1).min(rest.len());
        let line = rest.get(..length).unwrap_or_default();
        line.strip_suffix(b"\r").unwrap_or(line)
    }
}

impl Iterator for Lines<'_> {
    type Item = Result<Line, LdifError>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.rest().is_empty() {
            let position = self.offset;
            let first = self.physical();
            if first.first() == Some(&b' ') {
                return Some(Err(LdifError { kind: LdifErrorKind::Line, position }));
            }
            let mut text = first.to_vec();
            while self.rest().first() == Some(&b' ') {
                text.extend_from_slice(self.physical().get(1..).unwrap_or_default());
            }
            if text.first() != Some(&b'#') {
                return Some(Ok(Line { position, text }));
            }
        }
        None
    }
}
