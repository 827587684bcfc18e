//! A signed document, as bytes to be sealed: its files, and the number that opens them beside the MRZ.
//!
//! ```text
//! 1 byte version (2), then each part: 1 byte place, 2 bytes number, 4 bytes length, contents
//!   place 0: file of the master file, 1: file of the application, 2: card access number, its six digits (number 0)
//! ```
//!
//! Numbers are big-endian. Version 1 had no card access number.

use chip_profile::access::can::CardAccessNumber;
use chip_profile::lds::{ElementaryFiles, FileId};
use zeroize::Zeroizing;

const VERSIONS: [u8; 2] = [1, 2];
const MASTER_FILE: u8 = 0;
const APPLICATION: u8 = 1;
const CARD_ACCESS_NUMBER: u8 = 2;

/// What a centre keeps of a document that it signed, as long as it may have to make its page again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedDocument {
    /// The chip's files, EF.SOD among them.
    pub files: ElementaryFiles,
    /// The card access number that is printed on the page, where the centre prints one.
    pub card_access_number: Option<CardAccessNumber>,
}

impl SignedDocument {
    /// As bytes.
    pub fn encode(&self) -> Zeroizing<Vec<u8>> {
        let length = self.files.values().map(|contents| contents.len() + 7).sum::<usize>() + 1 + 13;
        let mut out = Zeroizing::new(Vec::with_capacity(length));
        out.extend_from_slice(&VERSIONS[1..]);
        for (file, contents) in &self.files {
            push(&mut out, u8::from(file.in_application()), file.number(), contents);
        }
        if let Some(number) = &self.card_access_number {
            push(&mut out, CARD_ACCESS_NUMBER, 0, number.digits().as_bytes());
        }
        out
    }

    /// From bytes; `None` when they are of another version or damaged.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let (version, mut rest) = bytes.split_first()?;
        if !VERSIONS.contains(version) {
            return None;
        }
        let mut document = SignedDocument { files: ElementaryFiles::new(), card_access_number: None };
        while !rest.is_empty() {
            let (head, tail) = rest.split_first_chunk::<7>()?;
            let [place, number @ .., a, b, c, d] = head;
            let (contents, tail) =
                tail.split_at_checked(usize::try_from(u32::from_be_bytes([*a, *b, *c, *d])).ok()?)?;
            let number = u16::from_be_bytes(*number);
            match *place {
                MASTER_FILE | APPLICATION => {
                    let file = FileId::from_number(number, *place == APPLICATION)?;
                    document.files.insert(file, contents.to_vec());
                }
                CARD_ACCESS_NUMBER => {
                    let digits = std::str::from_utf8(contents).ok()?;
                    document.card_access_number = Some(CardAccessNumber::parse(digits).ok()?);
                }
                _ => return None,
            }
            rest = tail;
        }
        Some(document)
    }
}

fn push(out: &mut Vec<u8>, place: u8, number: u16, contents: &[u8]) {
    out.push(place);
    out.extend_from_slice(&number.to_be_bytes());
    out.extend_from_slice(&u32::try_from(contents.len()).unwrap_or(u32::MAX).to_be_bytes());
    out.extend_from_slice(contents);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_read_back_and_cuts_are_noticed() {
        let files = ElementaryFiles::from([
            (FileId::CARD_SECURITY, vec![1]),
            (FileId::SOD, vec![2; 300]),
            (FileId::DG1, Vec::new()),
        ]);
        for number in [None, Some(CardAccessNumber::parse("004217").unwrap())] {
            let document = SignedDocument { files: files.clone(), card_access_number: number };
            let bytes = document.encode();
            assert_eq!(SignedDocument::decode(&bytes).as_ref(), Some(&document));
            assert!((1..bytes.len()).all(|end| SignedDocument::decode(&bytes[..end]) != Some(document.clone())));
            assert!(!format!("{document:?}").contains("004217"));
        }
        assert_eq!(SignedDocument::decode(&[3]), None);
        assert_eq!(SignedDocument::decode(&[2, 2, 0, 0, 0, 0, 0, 2, b'1', b'2']), None, "not six digits");
        assert_eq!(SignedDocument::decode(&[2, 7, 0, 0, 0, 0, 0, 0]), None);
    }

    #[test]
    fn documents_of_the_first_version_are_read() {
        let bytes = [1, 1, 1, 0x1D, 0, 0, 0, 2, 5, 6];
        let document = SignedDocument::decode(&bytes).unwrap();
        assert_eq!(document.files, ElementaryFiles::from([(FileId::SOD, vec![5, 6])]));
        assert_eq!(document.card_access_number, None);
    }
}
