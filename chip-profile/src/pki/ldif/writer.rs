//! Writing, RFC 2849 section "Formal Syntax Definition of LDIF" and notes 2, 4 and 7.

use base64ct::{Base64, Encoding};

use super::{Entry, LdifError, LdifErrorKind};

/// Longest line before it is folded.
const COLUMNS: usize = 76;

/// The text of these entries: a version, then each entry after an empty line. Lines are folded after 76 characters and end
/// with LF; values that are not plain ASCII are base64.
///
/// # Errors
/// [`LdifErrorKind::Name`] for an entry without a name, [`LdifErrorKind::Description`] for an attribute whose
/// description is malformed or a word of LDIF itself, such as `dn`.
pub fn write(entries: &[Entry]) -> Result<String, LdifError> {
    let mut out = String::from("version: 1\n");
    for entry in entries {
        let error = |kind, out: &String| LdifError { kind, position: out.len() };
        if entry.name.is_empty() {
            return Err(error(LdifErrorKind::Name, &out));
        }
        out.push('\n');
        push_line(&mut out, "dn", entry.name.as_bytes());
        for attribute in &entry.attributes {
            let reserved = ["dn", "version", "changetype", "control"];
            let is_reserved = reserved.iter().any(|name| attribute.description.eq_ignore_ascii_case(name));
            if !is_description(attribute.description.as_bytes()) || is_reserved {
                return Err(error(LdifErrorKind::Description, &out));
            }
            push_line(&mut out, &attribute.description, &attribute.value);
        }
    }
    Ok(out)
}

pub(super) fn is_description(text: &[u8]) -> bool {
    let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._;".contains(byte);
    text.first().is_some_and(u8::is_ascii_alphanumeric) && text.iter().all(allowed)
}

/// SAFE-STRING, without a space at the end (note 8).
pub(super) fn is_safe(value: &[u8]) -> bool {
    let inside = value.iter().all(|byte| !matches!(byte, 0x00 | b'\n' | b'\r' | 0x80..));
    inside && !matches!(value.first(), Some(b' ' | b':' | b'<')) && value.last() != Some(&b' ')
}

fn push_line(out: &mut String, description: &str, value: &[u8]) {
    let line = match std::str::from_utf8(value) {
        Ok("") => format!("{description}:"),
        Ok(text) if is_safe(value) => format!("{description}: {text}"),
        _ => format!("{description}:: {}", Base64::encode_string(value)),
    };
    // The line is ASCII: a value is safe or base64, a description has letters and digits.
    let mut rest = line.as_str();
    let mut width = COLUMNS;
    while let Some((head, tail)) = rest.split_at_checked(width).filter(|(_, tail)| !tail.is_empty()) {
        out.push_str(head);
        out.push_str("\n ");
        rest = tail;
        width = COLUMNS - 1;
    }
    out.push_str(rest);
    out.push('\n');
}

/// A value as it stands in a distinguished name, RFC 4514 2.4. The equals sign is escaped too, as the directory does it.
pub fn escape_value(value: &str) -> String {
    let mut out = String::with_capacity(value.len() + 8);
    let last = value.chars().count().saturating_sub(1);
    for (index, letter) in value.chars().enumerate() {
        let at_end = (index == 0 && matches!(letter, ' ' | '#')) || (index == last && letter == ' ');
        if letter == '\0' {
            out.push_str("\\00");
            continue;
        }
        if at_end || matches!(letter, ',' | '+' | '"' | '\\' | '<' | '>' | ';' | '=') {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}
