//! DG2: the face (Doc 9303-10 4.7.2).
//!
//! ```text
//! 75 L
//!    7F61 L                  biometric information template group
//!       02   01  number of templates, 1 to 9
//!       7F60 L               biometric information template, one for each
//!          A1   L            biometric header template
//!             80 02     version of the CBEFF patron header, 0101      (optional)
//!             81 01-03  biometric type, 02 for a face                 (optional)
//!             82 01     biometric subtype, 00                         (optional)
//!             83 07     creation date and time                        (optional)
//!             85 08     validity period, from and through             (optional)
//!             86 04     creator                                       (optional)
//!             87 02     format owner, 0101 for ISO/IEC JTC 1/SC 37
//!             88 02     format type, 0008 for ISO/IEC 19794-5, 002A for ISO/IEC 39794-5
//!          5F2E L            face record of ISO/IEC 19794-5:2005, or
//!          7F2E L            face record of ISO/IEC 39794-5
//! ```

use core::fmt;

use super::error::{LdsError, LdsErrorKind};
use super::template::{self, once};
use crate::tlv::{self, Tlv};

pub mod face_record;
pub mod format;
pub mod iso39794;

pub use face_record::{
    ColourSpace, EyeColour, FaceImage, FaceImageType, FaceRecord, FeaturePoint, Gender, HairColour, ImageDataType,
    ImageSource,
};
pub use format::{FaceFormat, FaceFormatPolicy};
pub use iso39794::FaceRecord39794;

const TAG: u32 = 0x75;
const TAG_GROUP: u32 = 0x7F61;
const TAG_COUNT: u32 = 0x02;
const TAG_TEMPLATE: u32 = 0x7F60;
const TAG_HEADER: u32 = 0xA1;
const TAG_HEADER_VERSION: u32 = 0x80;
const TAG_BIOMETRIC_TYPE: u32 = 0x81;
const TAG_BIOMETRIC_SUBTYPE: u32 = 0x82;
const TAG_CREATION: u32 = 0x83;
const TAG_VALIDITY: u32 = 0x85;
const TAG_CREATOR: u32 = 0x86;
const TAG_FORMAT_OWNER: u32 = 0x87;
const TAG_FORMAT_TYPE: u32 = 0x88;
const TAG_DATA: u32 = 0x5F2E;
const TAG_DATA_CONSTRUCTED: u32 = 0x7F2E;

/// Most templates that DG2 has (table 45).
const TEMPLATE_LIMIT: usize = 9;

/// Data group 2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dg2 {
    /// The templates, 1 to 9, the most recent first.
    pub templates: Vec<FaceTemplate>,
}

/// One biometric information template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaceTemplate {
    /// The header.
    pub header: BiometricHeader,
    /// The data block.
    pub data: BiometricData,
}

/// The header of a biometric information template, CBEFF fields in the encoding of ISO/IEC 7816-11.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BiometricHeader {
    /// Version of the patron header, `[1, 1]`.
    pub version: Option<[u8; 2]>,
    /// Biometric type, one to three bytes, `[2]` for a face.
    pub biometric_type: Option<Vec<u8>>,
    /// Biometric subtype, 0 for a face.
    pub subtype: Option<u8>,
    /// When the biometric was captured, seven bytes of binary coded decimals, as
    /// [`super::LdsDateTime::binary_coded_decimals`] gives them.
    pub creation: Option<[u8; 7]>,
    /// First and last day on which it is valid, four bytes of binary coded decimals each.
    pub validity: Option<[u8; 8]>,
    /// Creator of the reference data.
    pub creator: Option<[u8; 4]>,
    /// Format owner, registered with the biometric registration authority.
    pub format_owner: u16,
    /// Format type, given by the owner.
    pub format_type: u16,
}

impl BiometricHeader {
    /// A face in ISO/IEC 19794-5:2005, with type and subtype and nothing more.
    pub fn face_iso_19794() -> Self {
        BiometricHeader {
            version: None,
            biometric_type: Some(vec![0x02]),
            subtype: Some(0x00),
            creation: None,
            validity: None,
            creator: None,
            format_owner: FORMAT_OWNER,
            format_type: FORMAT_TYPE_19794,
        }
    }

    /// A face in ISO/IEC 39794-5, with type and subtype and nothing more.
    pub fn face_iso_39794() -> Self {
        BiometricHeader { format_type: FORMAT_TYPE_39794, ..Self::face_iso_19794() }
    }
}

const FORMAT_OWNER: u16 = 0x0101;
const FORMAT_TYPE_19794: u16 = 0x0008;
const FORMAT_TYPE_39794: u16 = 0x002A;

/// The data block of a template.
#[derive(Clone, PartialEq, Eq)]
pub enum BiometricData {
    /// A face record of ISO/IEC 19794-5:2005, in data object 5F2E.
    Iso19794(FaceRecord),
    /// A face record of ISO/IEC 39794-5, in data object 7F2E.
    Iso39794(Box<FaceRecord39794>),
}

/// The image of a face, whatever the format of its record.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Portrait<'a> {
    /// The format of the record.
    pub format: FaceFormat,
    /// The coding that the record declares.
    pub coding: ImageDataType,
    /// Width and height in pixels as the record declares them, where it does.
    pub size: Option<(u16, u16)>,
    /// The image file.
    pub image: &'a [u8],
}

impl Dg2 {
    /// A data group with one face, in either format.
    pub fn with_face(format: FaceFormat, image: FaceImage) -> Self {
        let (header, data) = match format {
            FaceFormat::Iso19794 => {
                let record = FaceRecord { images: vec![image] };
                (BiometricHeader::face_iso_19794(), BiometricData::Iso19794(record))
            }
            FaceFormat::Iso39794 => {
                (BiometricHeader::face_iso_39794(), BiometricData::Iso39794(Box::new(image.into())))
            }
        };
        Dg2 { templates: vec![FaceTemplate { header, data }] }
    }

    /// The first face, which is the most recent.
    pub fn portrait(&self) -> Option<Portrait<'_>> {
        match &self.templates.first()?.data {
            BiometricData::Iso19794(record) => record.images.first().map(|face| Portrait {
                format: FaceFormat::Iso19794,
                coding: face.image_data_type,
                size: Some((face.width, face.height)),
                image: &face.image,
            }),
            BiometricData::Iso39794(record) => {
                let image = record.image();
                Some(Portrait {
                    format: FaceFormat::Iso39794,
                    coding: image.information.data_format.coding(),
                    size: image.information.image_size.as_ref().map(|size| (size.width, size.height)),
                    image: &image.data,
                })
            }
        }
    }

    /// The bytes of the file. What the record declares of an image must be true of it.
    ///
    /// # Errors
    /// No template or more than 9 ([`LdsErrorKind::Count`]), a biometric type that does not have one to three bytes, a
    /// record that [`FaceRecord::build`] or [`FaceRecord39794::build`] refuses, or a file longer than readers can read.
    pub fn build(&self) -> Result<Vec<u8>, LdsError> {
        let mut out = Vec::new();
        self.build_into(&mut out)?;
        Ok(out)
    }

    /// Appends the bytes of the file, as [`Self::build`] gives them, to what `out` holds.
    ///
    /// # Errors
    /// As [`Self::build`]; what was appended by then stays in `out`.
    pub fn build_into(&self, out: &mut Vec<u8>) -> Result<(), LdsError> {
        let count = u8::try_from(self.templates.len()).ok().filter(|count| (1..=TEMPLATE_LIMIT as u8).contains(count));
        let count = count.ok_or(LdsError::new(LdsErrorKind::Count, out.len()))?;
        let about = self.templates.iter().map(|template| template.data.about()).sum();
        out.reserve(about + 256 * self.templates.len());
        let (start, mut written) = (out.len(), Ok(()));
        tlv::push_nested_about(out, TAG, about, |out| {
            tlv::push_nested_about(out, TAG_GROUP, about, |out| {
                tlv::push(out, TAG_COUNT, &[count]);
                written = self.templates.iter().try_for_each(|template| push_template(out, template));
            });
        });
        written.and_then(|()| template::check_length(out.len() - start))
    }

    /// Reads the file. Whether what a record declares of its images is true is not checked: States have issued faces whose
    /// image has another size than its record says, which readers show all the same ([`lint`](mod@crate::pki::lint) names them).
    ///
    /// # Errors
    /// Kind and position: a counter outside of 1 to 9, or another number of templates than it says; of a template, a
    /// header that is malformed or without format owner and type, or a record that [`FaceRecord::parse`] or
    /// [`FaceRecord39794::parse`] refuses.
    pub fn parse(file: &[u8]) -> Result<Self, LdsError> {
        let mut reader = template::outer(file, TAG)?.reader();
        let group = reader.expect(TAG_GROUP)?;
        reader.finish()?;
        let mut reader = group.reader();
        let counter = reader.expect(TAG_COUNT)?;
        let count = template::count(&counter)?;
        if !(1..=TEMPLATE_LIMIT).contains(&count) {
            return Err(LdsError::new(LdsErrorKind::Count, counter.position));
        }
        let mut templates = Vec::with_capacity(count);
        for _ in 0..count {
            templates.push(parse_template(&reader.expect(TAG_TEMPLATE)?)?);
        }
        reader.finish()?;
        Ok(Dg2 { templates })
    }
}

impl fmt::Debug for BiometricData {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Iso19794(_) => "Iso19794(redacted)",
            Self::Iso39794(_) => "Iso39794(redacted)",
        })
    }
}

impl BiometricData {
    /// Nearly how many bytes the record has.
    fn about(&self) -> usize {
        match self {
            Self::Iso19794(record) => record.images.iter().map(|face| face.image.len()).sum(),
            Self::Iso39794(record) => record.image().data.len(),
        }
    }
}

impl fmt::Debug for Portrait<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Portrait({:?}, {:?}, redacted)", self.format, self.coding)
    }
}

fn push_template(out: &mut Vec<u8>, template: &FaceTemplate) -> Result<(), LdsError> {
    let (about, mut written) = (template.data.about(), Ok(()));
    tlv::push_nested_about(out, TAG_TEMPLATE, about, |out| {
        written = push_header(out, &template.header);
        if written.is_err() {
            return;
        }
        let tag = match &template.data {
            BiometricData::Iso19794(_) => TAG_DATA,
            BiometricData::Iso39794(_) => TAG_DATA_CONSTRUCTED,
        };
        tlv::push_nested_about(out, tag, about, |out| {
            written = match &template.data {
                BiometricData::Iso19794(record) => record.build_into(out),
                BiometricData::Iso39794(record) => record.build_into(out),
            };
        });
    });
    written
}

fn push_header(out: &mut Vec<u8>, header: &BiometricHeader) -> Result<(), LdsError> {
    if header.biometric_type.as_ref().is_some_and(|kind| !matches!(kind.len(), 1..=3)) {
        return Err(LdsError::new(LdsErrorKind::TooLong { tag: TAG_BIOMETRIC_TYPE, limit: 3 }, out.len()));
    }
    let owner = header.format_owner.to_be_bytes();
    let format = header.format_type.to_be_bytes();
    let subtype = header.subtype.map(|subtype| [subtype]);
    let elements: [(u32, Option<&[u8]>); 8] = [
        (TAG_HEADER_VERSION, header.version.as_ref().map(|value| &value[..])),
        (TAG_BIOMETRIC_TYPE, header.biometric_type.as_deref()),
        (TAG_BIOMETRIC_SUBTYPE, subtype.as_ref().map(|value| &value[..])),
        (TAG_CREATION, header.creation.as_ref().map(|value| &value[..])),
        (TAG_VALIDITY, header.validity.as_ref().map(|value| &value[..])),
        (TAG_CREATOR, header.creator.as_ref().map(|value| &value[..])),
        (TAG_FORMAT_OWNER, Some(&owner)),
        (TAG_FORMAT_TYPE, Some(&format)),
    ];
    tlv::push_nested(out, TAG_HEADER, |out| {
        for (tag, value) in elements {
            if let Some(value) = value {
                tlv::push(out, tag, value);
            }
        }
    });
    Ok(())
}

fn parse_template(template: &Tlv<'_>) -> Result<FaceTemplate, LdsError> {
    let mut reader = template.reader();
    let header = parse_header(&reader.expect(TAG_HEADER)?)?;
    let data = match reader.optional(TAG_DATA_CONSTRUCTED)? {
        Some(object) => BiometricData::Iso39794(Box::new(FaceRecord39794::read(object.reader())?)),
        None => {
            let object = reader.expect(TAG_DATA)?;
            let record = FaceRecord::parse(object.value);
            let shifted = |error: LdsError| LdsError { position: error.position + object.position, ..error };
            BiometricData::Iso19794(record.map_err(shifted)?)
        }
    };
    reader.finish()?;
    Ok(FaceTemplate { header, data })
}

fn parse_header(header: &Tlv<'_>) -> Result<BiometricHeader, LdsError> {
    let mut reader = header.reader();
    let (mut version, mut biometric_type, mut subtype, mut creation) = (None, None, None, None);
    let (mut validity, mut creator, mut format_owner, mut format_type) = (None, None, None, None);
    while let Some(object) = reader.next_object()? {
        match object.tag {
            TAG_HEADER_VERSION => once(&mut version, fixed(&object)?, &object)?,
            TAG_BIOMETRIC_TYPE if matches!(object.value.len(), 1..=3) => {
                once(&mut biometric_type, object.value.to_vec(), &object)?;
            }
            TAG_BIOMETRIC_SUBTYPE => once(&mut subtype, fixed::<1>(&object)?[0], &object)?,
            TAG_CREATION => once(&mut creation, fixed(&object)?, &object)?,
            TAG_VALIDITY => once(&mut validity, fixed(&object)?, &object)?,
            TAG_CREATOR => once(&mut creator, fixed(&object)?, &object)?,
            TAG_FORMAT_OWNER => once(&mut format_owner, u16::from_be_bytes(fixed(&object)?), &object)?,
            TAG_FORMAT_TYPE => once(&mut format_type, u16::from_be_bytes(fixed(&object)?), &object)?,
            _ => return Err(LdsError::new(tlv::TlvErrorKind::Value.into(), object.position)),
        }
    }
    let missing = |tag| LdsError::new(LdsErrorKind::Missing { tag }, reader.position());
    Ok(BiometricHeader {
        version,
        biometric_type,
        subtype,
        creation,
        validity,
        creator,
        format_owner: format_owner.ok_or(missing(TAG_FORMAT_OWNER))?,
        format_type: format_type.ok_or(missing(TAG_FORMAT_TYPE))?,
    })
}

fn fixed<const LENGTH: usize>(object: &Tlv<'_>) -> Result<[u8; LENGTH], LdsError> {
    object.value.try_into().map_err(|_| LdsError::new(tlv::TlvErrorKind::Value.into(), object.position))
}
