//! The files of a signed document, as bytes to be sealed.
//!
//! ```text
//! 1 byte version (1), then each file: 1 byte place (0 master file, 1 application), 2 bytes number, 4 bytes length, contents
//! ```
//!
//! Numbers are big-endian.

use chip_profile::lds::{ElementaryFiles, FileId};
use zeroize::Zeroizing;

const VERSION: u8 = 1;

/// The bytes of files.
pub fn encode(files: &ElementaryFiles) -> Zeroizing<Vec<u8>> {
    let mut out =
        Zeroizing::new(Vec::with_capacity(1 + files.values().map(|contents| contents.len() + 7).sum::<usize>()));
    out.push(VERSION);
    for (file, contents) in files {
        out.push(u8::from(file.in_application()));
        out.extend_from_slice(&file.number().to_be_bytes());
        out.extend_from_slice(&u32::try_from(contents.len()).unwrap_or(u32::MAX).to_be_bytes());
        out.extend_from_slice(contents);
    }
    out
}

/// The files of bytes; `None` when they are of another version or damaged.
pub fn decode(bytes: &[u8]) -> Option<ElementaryFiles> {
    let (version, mut rest) = bytes.split_first()?;
    if *version != VERSION {
        return None;
    }
    let mut files = ElementaryFiles::new();
    while !rest.is_empty() {
        let (head, tail) = rest.split_first_chunk::<7>()?;
        let [place, number @ .., a, b, c, d] = head;
        let (contents, tail) = tail.split_at_checked(usize::try_from(u32::from_be_bytes([*a, *b, *c, *d])).ok()?)?;
        let number = u16::from_be_bytes(*number);
        files.insert(FileId::from_number(number, *place == 1)?, contents.to_vec());
        rest = tail;
    }
    Some(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_read_back_and_cuts_are_noticed() {
        let files = ElementaryFiles::from([
            (FileId::CARD_SECURITY, vec![1]),
            (FileId::SOD, vec![2; 300]),
            (FileId::DG1, Vec::new()),
        ]);
        let bytes = encode(&files);
        assert_eq!(decode(&bytes), Some(files));
        assert!((2..bytes.len()).all(|end| decode(&bytes[..end]).is_none_or(|cut| cut.len() < 3)));
        assert_eq!(decode(&[2]), None);
    }
}
