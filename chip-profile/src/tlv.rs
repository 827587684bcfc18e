//! BER-TLV with definite lengths, as elementary files and secure messaging use it (ISO/IEC 7816-4 5.2.2, ITU-T X.690 8.1).
//!
//! Both standards let a length be written in more bytes than it needs, and chips in the field have such lengths: the reader
//! takes every definite form, the writer has the shortest alone. What must be DER, the signed structures, is held to the
//! shortest form where it is read (`cms`, `sod`); of every other file a linter may say so. Tags of the logical data
//! structure have numbers below 31 in more than one byte (5F0E), which X.690 would not; a number that begins with zeros is
//! no tag in either standard.
//!
//! Reading never allocates; every error names its kind and the byte position at which it was found.

use thiserror::Error;

/// Why bytes are not the TLV structure that was expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{kind} at byte {position}")]
pub struct TlvError {
    /// What is wrong.
    pub kind: TlvErrorKind,
    /// Offset from the start of the outermost input, in bytes.
    pub position: usize,
}

/// What is wrong with a TLV structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TlvErrorKind {
    /// The input ends before the tag, the length or the value does.
    #[error("data ends early")]
    Truncated,
    /// A tag of more than one byte whose number begins with zeros (ISO/IEC 7816-4 5.2.2.1, X.690 8.1.2.4.2).
    #[error("number of the tag begins with zeros")]
    TagForm,
    /// A tag longer than three bytes.
    #[error("tag is longer than three bytes")]
    TagTooLong,
    /// Indefinite length, or more than four length bytes.
    #[error("length is indefinite or longer than four bytes")]
    LengthForm,
    /// Another tag stood where this one was required.
    #[error("expected tag {expected:02X}, found {found:02X}")]
    UnexpectedTag {
        /// The tag that the standard requires here.
        expected: u32,
        /// The tag that stood there.
        found: u32,
    },
    /// Bytes follow after the structure's end.
    #[error("bytes after the end")]
    TrailingData,
    /// The value is not of the form its tag requires.
    #[error("value does not have the required form")]
    Value,
}

/// One data object: tag as the big-endian number of its bytes (0x5F1F), value as a slice of the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tlv<'a> {
    /// Tag bytes read as a big-endian number.
    pub tag: u32,
    /// Contents, without tag and length.
    pub value: &'a [u8],
    /// Offset of the value from the start of the outermost input, in bytes.
    pub position: usize,
}

impl<'a> Tlv<'a> {
    /// A reader over the data objects inside this one, with positions that count from the outermost input.
    pub fn reader(&self) -> Reader<'a> {
        Reader { data: self.value, offset: 0, base: self.position }
    }
    /// Whether the tag announces a constructed encoding.
    pub fn is_constructed(&self) -> bool {
        let first = if self.tag > 0xFFFF {
            self.tag >> 16
        } else if self.tag > 0xFF {
            self.tag >> 8
        } else {
            self.tag
        };
        first & 0x20 != 0
    }
}

/// Reads data objects one after another.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    data: &'a [u8],
    offset: usize,
    base: usize,
}

impl<'a> Reader<'a> {
    /// A reader at the start of `data`.
    pub fn new(data: &'a [u8]) -> Self {
        Reader { data, offset: 0, base: 0 }
    }
    /// Position of the next byte, counted from the start of the outermost input.
    pub fn position(&self) -> usize {
        self.base + self.offset
    }
    /// Whether everything has been read.
    pub fn is_empty(&self) -> bool {
        self.offset >= self.data.len()
    }
    /// What has not been read yet.
    pub fn remaining(&self) -> &'a [u8] {
        &self.data[self.offset.min(self.data.len())..]
    }
    /// The tag of the next data object without consuming it; `None` at the end.
    ///
    /// # Errors
    /// The tag ends early, is longer than three bytes, or has a number that begins with zeros.
    pub fn peek_tag(&self) -> Result<Option<u32>, TlvError> {
        if self.is_empty() {
            return Ok(None);
        }
        self.clone().tag().map(Some)
    }
    /// The next data object, or `None` at the end.
    ///
    /// # Errors
    /// The tag is malformed, the length is indefinite or has more than four bytes, or the data ends before the value
    /// does. The reader then stands amid the object.
    pub fn next_object(&mut self) -> Result<Option<Tlv<'a>>, TlvError> {
        if self.is_empty() {
            return Ok(None);
        }
        let tag = self.tag()?;
        let length = self.length()?;
        let position = self.position();
        let end = self.offset.checked_add(length).ok_or_else(|| self.error(TlvErrorKind::LengthForm))?;
        let value = self.data.get(self.offset..end).ok_or_else(|| self.error(TlvErrorKind::Truncated))?;
        self.offset = end;
        Ok(Some(Tlv { tag, value, position }))
    }
    /// The next data object, which must carry `tag`.
    ///
    /// # Errors
    /// As [`next_object`](Self::next_object); [`TlvErrorKind::UnexpectedTag`] for another object, which is consumed,
    /// and [`TlvErrorKind::Truncated`] at the end.
    pub fn expect(&mut self, tag: u32) -> Result<Tlv<'a>, TlvError> {
        let position = self.position();
        match self.next_object()? {
            Some(object) if object.tag == tag => Ok(object),
            Some(object) => {
                Err(TlvError { kind: TlvErrorKind::UnexpectedTag { expected: tag, found: object.tag }, position })
            }
            None => Err(TlvError { kind: TlvErrorKind::Truncated, position }),
        }
    }
    /// The next data object if it carries `tag`, otherwise `None` and nothing is consumed.
    ///
    /// # Errors
    /// As [`next_object`](Self::next_object).
    pub fn optional(&mut self, tag: u32) -> Result<Option<Tlv<'a>>, TlvError> {
        if self.peek_tag()? == Some(tag) { self.next_object() } else { Ok(None) }
    }
    /// Fails unless everything has been read.
    ///
    /// # Errors
    /// [`TlvErrorKind::TrailingData`], at the first byte that was not read.
    pub fn finish(&self) -> Result<(), TlvError> {
        if self.is_empty() { Ok(()) } else { Err(self.error(TlvErrorKind::TrailingData)) }
    }

    /// Steps over `count` bytes that are not a data object, such as the count of unused bits of a BIT STRING; `None` if
    /// there are fewer.
    pub fn skip(&mut self, count: usize) -> Option<&'a [u8]> {
        let skipped = self.remaining().get(..count)?;
        self.offset += count;
        Some(skipped)
    }

    fn error(&self, kind: TlvErrorKind) -> TlvError {
        TlvError { kind, position: self.position() }
    }
    fn byte(&mut self) -> Result<u8, TlvError> {
        let byte = *self.data.get(self.offset).ok_or_else(|| self.error(TlvErrorKind::Truncated))?;
        self.offset += 1;
        Ok(byte)
    }
    fn tag(&mut self) -> Result<u32, TlvError> {
        let first = self.byte()?;
        let mut tag = u32::from(first);
        if first & 0x1F == 0x1F {
            for count in 0.. {
                if count == 2 {
                    return Err(self.error(TlvErrorKind::TagTooLong));
                }
                let next = self.byte()?;
                if count == 0 && next == 0x80 {
                    return Err(self.error(TlvErrorKind::TagForm));
                }
                tag = tag << 8 | u32::from(next);
                if next & 0x80 == 0 {
                    break;
                }
            }
        }
        Ok(tag)
    }
    fn length(&mut self) -> Result<usize, TlvError> {
        let first = self.byte()?;
        match first {
            0..=0x7F => Ok(usize::from(first)),
            0x81..=0x84 => {
                let mut length = 0usize;
                for _ in 0..first & 0x7F {
                    length = length << 8 | usize::from(self.byte()?);
                }
                Ok(length)
            }
            _ => Err(self.error(TlvErrorKind::LengthForm)),
        }
    }
}

/// The only data object of `data`, which must carry `tag` and end where the input ends.
///
/// # Errors
/// Kind and position: malformed, of another tag, or followed by more bytes.
pub fn parse_single(data: &[u8], tag: u32) -> Result<Tlv<'_>, TlvError> {
    let mut reader = Reader::new(data);
    let object = reader.expect(tag)?;
    reader.finish()?;
    Ok(object)
}

/// Length of the data object with which `data` begins, tag and length field included, in bytes; `None` while they are not
/// whole yet. The value need not be there.
///
/// # Errors
/// Tag or length is of a form that no data object has, however many bytes follow.
pub fn length_of_first(data: &[u8]) -> Result<Option<usize>, TlvError> {
    let mut reader = Reader::new(data);
    let mut header = || {
        reader.tag()?;
        let length = reader.length()?;
        reader.offset.checked_add(length).ok_or_else(|| reader.error(TlvErrorKind::LengthForm))
    };
    match header() {
        Ok(length) => Ok(Some(length)),
        Err(TlvError { kind: TlvErrorKind::Truncated, .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Appends a data object.
pub fn push(out: &mut Vec<u8>, tag: u32, value: &[u8]) {
    push_header(out, tag, value.len());
    out.extend_from_slice(value);
}

/// Appends tag and length of a data object whose `length` bytes of contents follow.
pub fn push_header(out: &mut Vec<u8>, tag: u32, length: usize) {
    push_minimal(out, tag as usize);
    push_length(out, length);
}

/// Appends a data object whose contents `fill` writes in place.
pub fn push_nested(out: &mut Vec<u8>, tag: u32, fill: impl FnOnce(&mut Vec<u8>)) {
    push_nested_about(out, tag, 0, fill);
}

/// Appends a data object whose contents, about `length` bytes, `fill` writes in place. Where the estimate has the length
/// field as long as it comes to be, nothing is moved afterwards.
pub fn push_nested_about(out: &mut Vec<u8>, tag: u32, length: usize, fill: impl FnOnce(&mut Vec<u8>)) {
    push_minimal(out, tag as usize);
    let field = out.len();
    push_length(out, length);
    let start = out.len();
    fill(out);
    let end = out.len();
    push_length(out, end.saturating_sub(start));
    // The length now stands behind the contents: it is copied to its field and taken away again.
    let mut length = [0; 9];
    let size = out.len() - end;
    if let (Some(to), Some(from)) = (length.get_mut(..size), out.get(end..)) {
        to.copy_from_slice(from);
    }
    out.truncate(end);
    out.splice(field..start, length.into_iter().take(size));
}

/// Number of bytes that a data object with `length` bytes of contents takes.
pub fn encoded_len(tag: u32, length: usize) -> usize {
    let tag_octets = (usize::BITS - (tag as usize | 1).leading_zeros()).div_ceil(8) as usize;
    tag_octets + length_octets(length).1 + length
}

fn push_minimal(out: &mut Vec<u8>, number: usize) {
    let bytes = number.to_be_bytes();
    let skip = bytes.iter().take_while(|byte| **byte == 0).count().min(bytes.len() - 1);
    out.extend_from_slice(&bytes[skip..]);
}

fn push_length(out: &mut Vec<u8>, length: usize) {
    let (octets, size) = length_octets(length);
    out.extend_from_slice(&octets[..size]);
}

/// The octets of a length in its shortest form, and how many they are.
fn length_octets(length: usize) -> ([u8; size_of::<usize>() + 1], usize) {
    let mut octets = [0; size_of::<usize>() + 1];
    if length < 0x80 {
        octets[0] = length as u8;
        return (octets, 1);
    }
    let bytes = length.to_be_bytes();
    let skip = length.leading_zeros() as usize / 8;
    let count = bytes.len() - skip;
    octets[0] = 0x80 | count as u8;
    octets[1..=count].copy_from_slice(&bytes[skip..]);
    (octets, count + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_and_reads_all_length_forms() {
        for length in [0, 1, 127, 128, 255, 256, 65_535, 65_536] {
            for tag in [0x61, 0x5F1F, 0x7F61] {
                let mut out = Vec::new();
                push(&mut out, tag, &vec![7; length]);
                assert_eq!(out.len(), encoded_len(tag, length));
                let object = parse_single(&out, tag).unwrap();
                assert_eq!(object.value.len(), length);
                let mut nested = Vec::new();
                push_nested(&mut nested, tag, |out| out.extend(vec![7; length]));
                assert_eq!(nested, out);
                for about in [0, 127, 128, 300, 65_536] {
                    let mut nested = vec![1, 2];
                    push_nested_about(&mut nested, tag, about, |out| out.extend(vec![7; length]));
                    assert_eq!(nested[2..], out);
                }
            }
        }
    }

    #[test]
    fn names_kind_and_position_of_a_fault() {
        let cases: [(&[u8], TlvErrorKind, usize); 6] = [
            (&[0x1F, 0x80, 0x01, 0], TlvErrorKind::TagForm, 2),
            (&[0x61, 0x05, 1], TlvErrorKind::Truncated, 2),
            (&[0x61, 0x80, 0, 0], TlvErrorKind::LengthForm, 2),
            (&[0x1F, 0x81, 0x81, 0x01, 0], TlvErrorKind::TagTooLong, 3),
            (&[0x61, 0x00, 0x00], TlvErrorKind::TrailingData, 2),
            (&[0x60, 0x00], TlvErrorKind::UnexpectedTag { expected: 0x61, found: 0x60 }, 0),
        ];
        for (bytes, kind, position) in cases {
            assert_eq!(parse_single(bytes, 0x61).unwrap_err(), TlvError { kind, position }, "{bytes:02X?}");
        }
    }
}
