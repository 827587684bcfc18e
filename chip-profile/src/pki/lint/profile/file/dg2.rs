//! Doc 9303-10 4.7.2: the face.

use super::{File, FileLine};
use crate::lds::dg2::{BiometricData, FaceImageType, FaceTemplate, ImageDataType};
use crate::lds::{BiometricHeader, Dg2, image_size};
use crate::pki::lint::der::Node;
use crate::pki::lint::report::{must, should};

const TABLE: &str = "Doc 9303-10 table 44";

pub(super) static LINES: &[FileLine] = &[
    must("dg2.header.version", TABLE, "the version of the header, if it is there, is 0101", |file, hits| {
        for (position, face) in templates(file) {
            if face.header.version.is_some_and(|version| version != [1, 1]) {
                hits.at(position, "another version");
            }
        }
    }),
    must(
        "dg2.header.type",
        "Doc 9303-10 table 44, ISO/IEC 7816-11",
        "the biometric type is a face, 02",
        |file, hits| {
            for (position, face) in templates(file) {
                if face.header.biometric_type.is_some_and(|kind| kind != [0x02]) {
                    hits.at(position, "another type");
                }
            }
        },
    ),
    must(
        "dg2.header.format",
        "Doc 9303-10 4.5.6, 4.7.2.1",
        "format owner and type are those of the data object that follows",
        |file, hits| {
            for (position, face) in templates(file) {
                let expected = match face.data {
                    BiometricData::Iso19794(_) => BiometricHeader::face_iso_19794(),
                    BiometricData::Iso39794(_) => BiometricHeader::face_iso_39794(),
                };
                let BiometricHeader { format_owner: owner, format_type, .. } = face.header;
                if (owner, format_type) != (expected.format_owner, expected.format_type) {
                    hits.at(position, format!("owner {owner:04X}, type {format_type:04X}"));
                }
            }
        },
    ),
    must(
        "dg2.header.dates",
        "Doc 9303-10 table 44, ISO/IEC 7816-11",
        "creation and validity are dates in binary coded decimals",
        |file, hits| {
            for (position, FaceTemplate { header, .. }) in templates(file) {
                let decimal = |bytes: &[u8]| bytes.iter().all(|byte| byte >> 4 < 10 && byte & 0x0F < 10);
                let (creation, validity) = (header.creation.as_ref(), header.validity.as_ref());
                if !creation.is_none_or(|bytes| decimal(bytes)) || !validity.is_none_or(|bytes| decimal(bytes)) {
                    hits.at(position, "not decimal");
                }
            }
        },
    ),
    should(
        "dg2.one_face",
        "Doc 9303-10 4.7.2.1, ISO/IEC 19794-5 5.4",
        "a template holds one image; another face has a template of its own",
        |file, hits| {
            for (position, face) in templates(file) {
                if let BiometricData::Iso19794(record) = &face.data
                    && record.images.len() != 1
                {
                    hits.at(position, format!("{} images", record.images.len()));
                }
            }
        },
    ),
    must(
        "dg2.image.coding",
        "Doc 9303-10 4.7.2, ISO/IEC 19794-5 5.7, ISO/IEC 39794-5 7.3",
        "an image is JPEG or JPEG 2000, as its record declares",
        |file, hits| {
            for (position, face) in templates(file) {
                for image in images(&face) {
                    if image_size(image.coding, image.bytes).is_none() {
                        hits.at(position, format!("not {:?}", image.coding));
                    }
                }
            }
        },
    ),
    must(
        "dg2.image.size",
        "Doc 9303-10 4.7.2, ISO/IEC 19794-5 5.7, ISO/IEC 39794-5 7.3",
        "width and height of an image are those that its record declares",
        |file, hits| {
            for (position, face) in templates(file) {
                for image in images(&face) {
                    let declared = image.size.map(|(width, height)| (u32::from(width), u32::from(height)));
                    if let (Some(declared), Some(found)) = (declared, image_size(image.coding, image.bytes))
                        && declared != found
                    {
                        let ((width, height), (of, by)) = (declared, found);
                        hits.at(position, format!("{width} by {height} declared, the image has {of} by {by}"));
                    }
                }
            }
        },
    ),
    must(
        "dg2.image.token_frame",
        "ISO/IEC 19794-5 9.2",
        "a token image is declared three wide by four high",
        |file, hits| {
            for (position, face) in templates(file) {
                let BiometricData::Iso19794(record) = &face.data else { continue };
                let tokens = record.images.iter().filter(|image| image.face_image_type == FaceImageType::TokenFrontal);
                for image in tokens.filter(|image| u32::from(image.width) * 4 != u32::from(image.height) * 3) {
                    hits.at(position, format!("{} by {}", image.width, image.height));
                }
            }
        },
    ),
    should(
        "dg2.image.frontal",
        "Doc 9303-9 4.1, ISO/IEC 19794-5 8 and 9",
        "the image is a full frontal or a token image",
        |file, hits| {
            for (position, face) in templates(file) {
                if let BiometricData::Iso19794(record) = &face.data
                    && record.images.iter().any(|image| image.face_image_type == FaceImageType::Basic)
                {
                    hits.at(position, "basic");
                }
            }
        },
    ),
];

struct Image<'a> {
    coding: ImageDataType,
    size: Option<(u16, u16)>,
    bytes: &'a [u8],
}

fn images(face: &FaceTemplate) -> Vec<Image<'_>> {
    match &face.data {
        BiometricData::Iso19794(record) => record
            .images
            .iter()
            .map(|face| Image {
                coding: face.image_data_type,
                size: Some((face.width, face.height)),
                bytes: &face.image,
            })
            .collect(),
        BiometricData::Iso39794(record) => {
            let image = record.image();
            let size = image.information.image_size.as_ref().map(|size| (size.width, size.height));
            vec![Image { coding: image.information.data_format.coding(), size, bytes: &image.data }]
        }
    }
}

/// The templates with their places; none of a file that cannot be read.
fn templates(file: &File<'_>) -> Vec<(usize, FaceTemplate)> {
    let Ok(dg2) = Dg2::parse(file.bytes) else { return Vec::new() };
    let nodes = file.object(0x7F61).and_then(|group| group.fields().rest().ok()).unwrap_or_default();
    let places = nodes.iter().filter(|node| node.tag == 0x7F60).map(|node: &Node<'_>| node.position);
    places.zip(dg2.templates).collect()
}
