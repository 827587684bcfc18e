//! A tolerant reader: it goes through BER where the strict readers of this crate stop, and keeps what was odd.

use const_oid::ObjectIdentifier;

/// Deepest nesting that is followed.
const DEEPEST: usize = 40;

/// Bytes that cannot be followed any further.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Broken {
    pub(super) position: usize,
    pub(super) what: &'static str,
}

/// One data object; positions count from the start of the outermost input.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node<'a> {
    pub(super) tag: u32,
    pub(super) position: usize,
    pub(super) contents: usize,
    pub(super) value: &'a [u8],
    /// With tag and length, and the end mark of an indefinite length.
    pub(super) whole: &'a [u8],
    /// The length is written in the fewest bytes and is definite.
    pub(super) shortest_length: bool,
    depth: usize,
}

impl<'a> Node<'a> {
    /// The only object of `data`, which lies at `base`; what follows it is the caller's to judge.
    pub(super) fn first(data: &'a [u8], base: usize) -> Result<Node<'a>, Broken> {
        read(data, base, 0)
    }
    /// Tag byte with the bit that says constructed.
    pub(super) fn is_constructed(&self) -> bool {
        let mut first = self.tag;
        while first > 0xFF {
            first >>= 8;
        }
        first & 0x20 != 0
    }
    pub(super) fn is_oid(&self, oid: &ObjectIdentifier) -> bool {
        self.tag == 0x06 && self.value == oid.as_bytes()
    }
    /// The identifier in dotted form, if it is one.
    pub(super) fn oid(&self) -> Option<ObjectIdentifier> {
        if self.tag == 0x06 { ObjectIdentifier::from_bytes(self.value).ok() } else { None }
    }
    pub(super) fn fields(&self) -> Fields<'a> {
        Fields { data: self.value, offset: 0, base: self.contents, depth: self.depth + 1 }
    }
    pub(super) fn end(&self) -> usize {
        self.position + self.whole.len()
    }
}

/// The objects inside another, one after the other.
#[derive(Debug, Clone)]
pub(super) struct Fields<'a> {
    data: &'a [u8],
    offset: usize,
    base: usize,
    depth: usize,
}

impl<'a> Fields<'a> {
    pub(super) fn position(&self) -> usize {
        self.base + self.offset
    }
    pub(super) fn is_empty(&self) -> bool {
        self.offset >= self.data.len()
    }
    pub(super) fn next(&mut self) -> Result<Option<Node<'a>>, Broken> {
        let rest = self.data.get(self.offset..).unwrap_or_default();
        if rest.is_empty() {
            return Ok(None);
        }
        let node = read(rest, self.position(), self.depth)?;
        self.offset += node.whole.len();
        Ok(Some(node))
    }
    pub(super) fn any(&mut self, what: &'static str) -> Result<Node<'a>, Broken> {
        let position = self.position();
        self.next()?.ok_or(Broken { position, what })
    }
    pub(super) fn expect(&mut self, tag: u32, what: &'static str) -> Result<Node<'a>, Broken> {
        let node = self.any(what)?;
        if node.tag == tag { Ok(node) } else { Err(Broken { position: node.position, what }) }
    }
    pub(super) fn optional(&mut self, tags: &[u32]) -> Result<Option<Node<'a>>, Broken> {
        let mut ahead = self.clone();
        match ahead.next()? {
            Some(node) if tags.contains(&node.tag) => {
                *self = ahead;
                Ok(Some(node))
            }
            _ => Ok(None),
        }
    }
    pub(super) fn finish(&self, what: &'static str) -> Result<(), Broken> {
        if self.is_empty() { Ok(()) } else { Err(Broken { position: self.position(), what }) }
    }
    /// What is left, in order.
    pub(super) fn rest(mut self) -> Result<Vec<Node<'a>>, Broken> {
        let mut nodes = Vec::new();
        while let Some(node) = self.next()? {
            nodes.push(node);
        }
        Ok(nodes)
    }
}

fn read(data: &[u8], base: usize, depth: usize) -> Result<Node<'_>, Broken> {
    let broken = |offset: usize, what| Broken { position: base + offset, what };
    if depth > DEEPEST {
        return Err(broken(0, "nested too deep"));
    }
    let mut offset = 0;
    let mut byte = |what| {
        let found = data.get(offset).copied().ok_or(Broken { position: base + offset, what });
        offset += 1;
        found
    };
    let first = byte("data ends early")?;
    let mut tag = u32::from(first);
    if first & 0x1F == 0x1F {
        for count in 0.. {
            let next = byte("data ends inside of a tag")?;
            tag = tag << 8 | u32::from(next);
            if next & 0x80 == 0 {
                break;
            }
            if count == 2 {
                return Err(broken(0, "tag is longer than three bytes"));
            }
        }
    }
    let first = byte("data ends before a length")?;
    let mut length = 0usize;
    let mut shortest_length = true;
    match first {
        0..=0x7F => length = usize::from(first),
        0x80 => {}
        0x81..=0x84 => {
            for _ in 0..first & 0x7F {
                length = length << 8 | usize::from(byte("data ends inside of a length")?);
            }
            let needed = if length < 0x80 { 0 } else { length.ilog2() / 8 + 1 };
            shortest_length = needed == u32::from(first & 0x7F);
        }
        _ => return Err(broken(1, "length is longer than four bytes")),
    }
    let node = |length: usize, whole: usize, shortest_length| {
        let value = data.get(offset..offset.saturating_add(length)).ok_or(broken(0, "data ends early"))?;
        let whole = data.get(..whole).ok_or(broken(0, "data ends early"))?;
        Ok(Node { tag, position: base, contents: base + offset, value, whole, shortest_length, depth })
    };
    if first != 0x80 {
        return node(length, offset.saturating_add(length), shortest_length);
    }
    let mut end = offset;
    loop {
        let rest = data.get(end..).unwrap_or_default();
        if rest.starts_with(&[0, 0]) {
            return node(end - offset, end + 2, false);
        }
        end += read(rest, base + end, depth + 1)?.whole.len();
    }
}
