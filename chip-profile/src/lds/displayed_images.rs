//! What DG5 and DG7 have in common: images to be shown, with a counter in front (Doc 9303-10 4.7.5 and 4.7.7).

use super::error::{LdsError, LdsErrorKind};
use super::template::{self, push_image};
use crate::tlv;

const TAG_COUNT: u32 = 0x02;

/// Most images that such a data group has (tables 60 and 64).
const IMAGE_LIMIT: usize = 9;

/// The file `tag` with one data object `image_tag` for each image, JPEG or JPEG 2000.
pub(super) fn build(tag: u32, image_tag: u32, images: &[Vec<u8>]) -> Result<Vec<u8>, LdsError> {
    let count = u8::try_from(images.len()).ok().filter(|count| (1..=IMAGE_LIMIT).contains(&usize::from(*count)));
    let mut contents = Vec::with_capacity(images.iter().map(|image| image.len() + 8).sum::<usize>() + 3);
    tlv::push(&mut contents, TAG_COUNT, &[count.ok_or(LdsError::new(LdsErrorKind::Count, 0))?]);
    for image in images {
        push_image(&mut contents, image_tag, image)?;
    }
    template::file(tag, &contents)
}

/// The images of the file `tag`. Their coding is not checked, for a reader can show a file whose image is of another.
pub(super) fn parse(file: &[u8], tag: u32, image_tag: u32) -> Result<Vec<Vec<u8>>, LdsError> {
    let mut reader = template::outer(file, tag)?.reader();
    let counter = reader.expect(TAG_COUNT)?;
    let count = template::count(&counter)?;
    if !(1..=IMAGE_LIMIT).contains(&count) {
        return Err(LdsError::new(LdsErrorKind::Count, counter.position));
    }
    let mut images = Vec::with_capacity(count);
    for _ in 0..count {
        images.push(reader.expect(image_tag)?.value.to_vec());
    }
    reader.finish()?;
    Ok(images)
}

#[cfg(test)]
mod tests {
    use super::super::{Dg5, Dg7, MAX_FILE_LENGTH};
    use super::*;
    use crate::tlv::TlvErrorKind;

    /// A JPEG as far as its frame header, `length` bytes long.
    fn jpeg(length: usize) -> Vec<u8> {
        let mut image = b"\xFF\xD8\xFF\xC0\x00\x11\x08\x00\x04\x00\x03\x03".to_vec();
        image.resize(length, 0);
        image
    }

    /// Doc 9303-10 appendix A.4.
    #[test]
    fn displayed_portrait_of_doc_9303_10() {
        let dg5 = Dg5 { portraits: vec![jpeg(2000)] };
        let file = dg5.build().unwrap();
        let header = [0x65, 0x82, 0x07, 0xD8, 0x02, 0x01, 0x01, 0x5F, 0x40, 0x82, 0x07, 0xD0];
        assert_eq!((&file[..12], file.len()), (&header[..], 2012));
        assert_eq!(Dg5::parse(&file).unwrap(), dg5);
    }

    #[test]
    fn several_signatures_are_written_and_read() {
        let dg7 = Dg7 { signatures: vec![jpeg(20), jpeg(200)] };
        let file = dg7.build().unwrap();
        assert!(file.starts_with(&[0x67, 0x81, 0xE6, 0x02, 0x01, 0x02, 0x5F, 0x43, 0x14, 0xFF, 0xD8]));
        assert_eq!(Dg7::parse(&file).unwrap(), dg7);
        assert!(!format!("{dg7:?}").contains("255"));
    }

    #[test]
    fn faults_are_named_with_their_position() {
        let kind = |signatures: Vec<Vec<u8>>| Dg7 { signatures }.build().unwrap_err().kind;
        assert_eq!(kind(vec![]), LdsErrorKind::Count);
        assert_eq!(kind(vec![jpeg(20); 10]), LdsErrorKind::Count);
        assert_eq!(kind(vec![b"GIF89a".to_vec()]), LdsErrorKind::ImageType);
        assert!(matches!(kind(vec![jpeg(MAX_FILE_LENGTH)]), LdsErrorKind::FileTooLong { .. }));

        let good = Dg7 { signatures: vec![jpeg(20)] }.build().unwrap();
        let with = |at: usize, byte: u8| {
            let mut file = good.clone();
            file[at] = byte;
            Dg7::parse(&file).unwrap_err()
        };
        assert_eq!(with(4, 0), LdsError::new(LdsErrorKind::Count, 4));
        assert_eq!(with(4, 10), LdsError::new(LdsErrorKind::Count, 4));
        assert_eq!(with(4, 2), LdsError::new(LdsErrorKind::Tlv(TlvErrorKind::Truncated), 28));
        let other = TlvErrorKind::UnexpectedTag { expected: 0x5F43, found: 0x5F40 };
        assert_eq!(with(6, 0x40), LdsError::new(LdsErrorKind::Tlv(other), 5));
    }
}
