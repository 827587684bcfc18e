//! What the ICAO public key directory is given and gives out: LDIF, RFC 2849.
//!
//! An entry is a distinguished name and attributes; [`write()`] makes the text that a directory's tools upload and [`parse`]
//! reads what it publishes. [`pkd`] knows the directory's tree and classes.
//!
//! ```
//! use chip_profile::pki::ldif::{self, Attribute, Entry};
//!
//! let entry = Entry {
//!     name: "cn=Müller,o=dsc,c=UT".to_owned(),
//!     attributes: vec![Attribute::text("objectClass", "top"), Attribute::new("userCertificate;binary", [0x30, 0x00])],
//! };
//! let text = ldif::write(&[entry.clone()]).unwrap();
//! assert_eq!(text, "version: 1\n\ndn:: Y249TcO8bGxlcixvPWRzYyxjPVVU\nobjectClass: top\nuserCertificate;binary:: MAA=\n");
//! assert_eq!(ldif::parse(text.as_bytes()).unwrap(), [entry]);
//! ```

pub mod pkd;
mod reader;
mod writer;

use thiserror::Error;

pub use reader::parse;
pub use writer::{escape_value, write};

/// One attribute of an entry; one that has several values appears once for each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// Description: type and options, `userCertificate;binary`.
    pub description: String,
    /// The value's bytes, neither folded nor encoded.
    pub value: Vec<u8>,
}

impl Attribute {
    /// An attribute with a value of bytes.
    pub fn new(description: &str, value: impl Into<Vec<u8>>) -> Attribute {
        Attribute { description: description.to_owned(), value: value.into() }
    }
    /// An attribute with a value of text.
    pub fn text(description: &str, value: &str) -> Attribute {
        Attribute::new(description, value.as_bytes())
    }
}

/// One entry of a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Distinguished name in the text form of RFC 4514.
    pub name: String,
    /// Attributes, in their order.
    pub attributes: Vec<Attribute>,
}

impl Entry {
    /// The first value of an attribute; upper and lower case are the same in a description.
    pub fn value(&self, description: &str) -> Option<&[u8]> {
        let found = self.attributes.iter().find(|one| one.description.eq_ignore_ascii_case(description));
        found.map(|attribute| attribute.value.as_slice())
    }
    /// Every value of an attribute.
    pub fn values<'a>(&'a self, description: &'a str) -> impl Iterator<Item = &'a [u8]> {
        let matching = self.attributes.iter().filter(|one| one.description.eq_ignore_ascii_case(description));
        matching.map(|attribute| attribute.value.as_slice())
    }
}

/// Why bytes are not LDIF, or an entry cannot be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{kind} at byte {position}")]
pub struct LdifError {
    /// What is wrong.
    pub kind: LdifErrorKind,
    /// When reading, offset of the line from the start of the text; when writing, the length of what had been written.
    pub position: usize,
}

/// What is wrong with LDIF.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum LdifErrorKind {
    /// A version other than 1.
    #[error("version is not 1")]
    Version,
    /// A line without a colon, or one that continues nothing.
    #[error("not a line of name and value")]
    Line,
    /// A description that is empty or has other characters than letters, digits, `-`, `.`, `_` and `;`.
    #[error("not an attribute description")]
    Description,
    /// A value that is not base64 where it says so.
    #[error("value is not base64")]
    Base64,
    /// A value that begins with a space, colon or `<`, or has other characters than ASCII, without base64.
    #[error("value needs base64")]
    UnsafeValue,
    /// An entry that does not begin with its name, or a name that is empty or not UTF-8.
    #[error("entry does not begin with a distinguished name")]
    Name,
    /// A value that lies in another file: nothing is fetched.
    #[error("value is a reference to elsewhere")]
    Reference,
    /// A record that changes or deletes; only contents and additions are read.
    #[error("record is neither a content nor an addition")]
    Change,
}

#[cfg(test)]
mod tests;
