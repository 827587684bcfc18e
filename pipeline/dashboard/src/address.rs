//! Addresses of pages: percent-encoding of identifiers, and which paths a visitor may be sent back to.

use crate::html::Slot;

/// An identifier as one segment or one query value of an address.
pub(crate) struct Segment<'a>(pub(crate) &'a str);

impl Segment<'_> {
    /// Percent-encoded: everything but the unreserved characters of RFC 3986 section 2.3.
    pub(crate) fn encoded(&self) -> String {
        let mut out = String::with_capacity(self.0.len());
        for byte in self.0.bytes() {
            if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
                out.push(char::from(byte));
            } else {
                const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
                out.push('%');
                for nibble in [byte >> 4, byte & 15] {
                    out.push(DIGITS.get(usize::from(nibble)).copied().map_or('0', char::from));
                }
            }
        }
        // A path of dots alone would be resolved away by the browser.
        if out.chars().all(|c| c == '.') { out.replace('.', "%2E") } else { out }
    }
}

impl Slot for Segment<'_> {
    fn write(&self, out: &mut String) {
        out.push_str(&self.encoded());
    }
}

/// Decodes a percent-encoded segment; none when it is malformed or not UTF-8.
pub(crate) fn decode(segment: &str) -> Option<String> {
    let mut bytes = segment.bytes();
    let mut out = Vec::with_capacity(segment.len());
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
            let (high, low) = (digit(bytes.next())?, digit(bytes.next())?);
            out.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            out.push(byte);
        }
    }
    String::from_utf8(out).ok()
}

/// Whether a visitor may be sent to `path`: an address on this site and nowhere else.
pub(crate) fn is_local(path: &str) -> bool {
    path.starts_with('/')
        && !path.starts_with("//")
        && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
}

/// The address with what was done added to its query, in place of what it told before.
pub(crate) fn with_done(address: &str, done: &str) -> String {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let is_old = |pair: &&str| ["done=", "count=", "refused="].iter().any(|name| pair.starts_with(name));
    let kept = query.split('&').filter(|pair| !pair.is_empty() && !is_old(pair));
    let pairs: Vec<&str> = kept.chain([done]).filter(|pair| !pair.is_empty()).collect();
    if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_survive_an_address() {
        for text in ["A-1", "a/b?c#d", "..", ".", "申請", "%41", " \"<>\n"] {
            let encoded = Segment(text).encoded();
            assert!(encoded.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~%".contains(&byte)), "{encoded}");
            assert!(encoded != "." && encoded != "..");
            assert_eq!(decode(&encoded).as_deref(), Some(text));
        }
    }

    #[test]
    fn malformed_segments_are_nothing() {
        for text in ["%", "%4", "%zz", "%FF"] {
            assert_eq!(decode(text), None, "{text}");
        }
    }

    #[test]
    fn what_was_done_is_told_once() {
        assert_eq!(with_done("/orders?state=held&done=hold", "done=release"), "/orders?state=held&done=release");
        assert_eq!(with_done("/?done=batch&count=2&refused=0", "done=pause"), "/?done=pause");
        assert_eq!(with_done("/shift?done=open", ""), "/shift");
    }

    #[test]
    fn nobody_is_sent_elsewhere() {
        for path in ["/", "/orders?state=held&page=2", "/orders/A%2F1"] {
            assert!(is_local(path), "{path}");
        }
        for path in ["", "orders", "//elsewhere", "/\\elsewhere", "https://elsewhere", "/a\r\nSet-Cookie: x", "/ä"] {
            assert!(!is_local(path), "{path}");
        }
    }
}
