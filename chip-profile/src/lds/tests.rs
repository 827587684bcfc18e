//! Files that others made: published examples and specimens, read from the folder that PERSOLINE_SHARED names.

use std::path::PathBuf;

use super::dg2::iso39794::{ImageRepresentation, ImageSizeBlock};
use super::dg2::{FaceImageType, FaceRecord, ImageDataType};
use super::*;
use crate::mrz::{AnyMrz, Field, MrzFormat, Sex};
use crate::tlv::{self, TlvErrorKind};

mod hostile;
mod round_trip;

/// The bytes of a vector, or `None`, said aloud, where the test data is not at hand.
pub(super) fn vector(name: &str) -> Option<Vec<u8>> {
    match std::env::var_os("PERSOLINE_SHARED") {
        Some(folder) => {
            let path = PathBuf::from(folder).join("vectors").join(name);
            Some(std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
        }
        None if std::env::var("CI").is_ok_and(|value| value == "true") => panic!("PERSOLINE_SHARED is not set"),
        None => {
            println!("not run: no test data");
            None
        }
    }
}

#[test]
fn ef_com_of_two_states() {
    let Some(german) = vector("bsi2008/EF.COM.bin") else { return };
    let com = Com::parse(&german).unwrap();
    assert_eq!(com.lds_version, LdsVersion::V1_7);
    assert_eq!(com.unicode_version, UnicodeVersion::V4_0_0);
    assert_eq!(com.data_groups, [FileId::DG1, FileId::DG2, FileId::DG3, FileId::DG14]);
    assert_eq!(com.build().unwrap(), german);

    let Some(dutch) = vector("loes2006/EF.COM.bin") else { return };
    let com = Com::parse(&dutch).unwrap();
    assert_eq!(com.data_groups, [FileId::DG1, FileId::DG2, FileId::DG15]);
    assert_eq!(com.build().unwrap(), dutch);
}

#[test]
fn dg1_in_three_formats() {
    let Some(td3) = vector("dg1-td3-doc9303-4-B.bin") else { return };
    let dg1 = Dg1::parse(&td3).unwrap();
    assert_eq!(dg1.format(), MrzFormat::Td3);
    assert_eq!(dg1.build().unwrap(), td3);
    let AnyMrz::Td3(fields) = dg1.fields().unwrap() else { panic!("another format") };
    assert_eq!((&fields.primary_identifier[..], &fields.secondary_identifier[..]), ("ERIKSSON", "ANNA<MARIA"));
    assert_eq!(Dg1::new(&fields.encode().unwrap()), dg1);

    let Some(td1) = vector("dg1-td1-doc9303-10-A.2.1.bin") else { return };
    let dg1 = Dg1::parse(&td1).unwrap();
    assert_eq!(dg1.lines().nth(2), Some("VAN<DER<STEEN<<MARIANNE<LOUISE"));
    // The example is printed with 4 as its composite check digit, which is 8.
    assert_eq!(dg1.fields().unwrap_err().field, Field::CompositeCheckDigit);
    let AnyMrz::Td1(fields) = AnyMrz::parse(&dg1.text().replace("<4VAN", "<8VAN")).unwrap() else {
        panic!("another format")
    };
    assert_eq!((&fields.document_number[..], &fields.optional_data[..]), ("XI85935F8", "999999990"));
    assert_eq!(Dg1::new(&fields.encode().unwrap()).text().replace("<8VAN", "<4VAN"), dg1.text());
    assert_eq!(dg1.build().unwrap(), td1);

    let Some(td2) = vector("dg1-td2-doc9303-10-A.2.2.bin") else { return };
    let dg1 = Dg1::parse(&td2).unwrap();
    assert_eq!(dg1.format(), MrzFormat::Td2);
    assert_eq!(dg1.lines().next(), Some("I<ATASMITH<<JOHN<T<<<<<<<<<<<<<<<<<<"));
    let AnyMrz::Td2(fields) = dg1.fields().unwrap() else { panic!("another format") };
    assert_eq!((&fields.document_number[..], &fields.nationality[..]), ("123456789012", "HMD"));
    assert_eq!(Dg1::new(&fields.encode().unwrap()), dg1);
    assert_eq!(dg1.build().unwrap(), td2);
}

#[test]
fn passports_of_two_states() {
    let Some(dutch) = vector("loes2006/DG1.bin") else { return };
    let AnyMrz::Td3(fields) = Dg1::parse(&dutch).unwrap().fields().unwrap() else { panic!("another format") };
    assert_eq!(fields.issuing_state, "NLD");
    assert_eq!(fields.primary_identifier, "MEULENDIJK");
    assert_eq!(fields.secondary_identifier, "LOES<ALBERTINE");
    assert_eq!(fields.document_number, "XX0001328");
    assert_eq!(fields.sex, Sex::Female);
    assert_eq!(Dg1::new(&fields.encode().unwrap()).build().unwrap(), dutch);

    let Some(german) = vector("bsi2008/DG1.bin") else { return };
    let dg1 = Dg1::parse(&german).unwrap();
    let fields = dg1.fields().unwrap();
    assert_eq!((fields.issuing_state(), fields.primary_identifier()), ("D", "MUSTERMANN"));
    assert_eq!(dg1.build().unwrap(), german);
}

#[test]
fn dg2_with_a_jpeg_2000_portrait() {
    let Some(dutch) = vector("loes2006/DG2.bin") else { return };
    let dg2 = Dg2::parse(&dutch).unwrap();
    assert_eq!(dg2.templates[0].header, BiometricHeader::face_iso_19794());
    let portrait = dg2.portrait().unwrap();
    assert_eq!((portrait.format, portrait.coding), (FaceFormat::Iso19794, ImageDataType::Jpeg2000));
    assert_eq!(portrait.size, Some((449, 598)));
    let BiometricData::Iso19794(record) = &dg2.templates[0].data else { panic!("other format") };
    let face = &record.images[0];
    assert_eq!(face.face_image_type, FaceImageType::FullFrontal);
    assert_eq!(face.colour_space.0, 1);
    assert_eq!(dg2.build().unwrap(), dutch);
    assert_eq!(Dg2::with_face(FaceFormat::Iso19794, face.clone()).build().unwrap(), dutch);
}

/// The German specimen's record says 337 by 449 while its image has 413 by 531 pixels: it is read, but not written.
#[test]
fn dg2_whose_record_is_wrong_about_its_image() {
    let Some(german) = vector("bsi2008/DG2.bin") else { return };
    let mut dg2 = Dg2::parse(&german).unwrap();
    assert_eq!(dg2.build().unwrap_err().kind, LdsErrorKind::ImageSize);
    let BiometricData::Iso19794(record) = &mut dg2.templates[0].data else { panic!("other format") };
    (record.images[0].width, record.images[0].height) = (413, 531);
    let mended = dg2.build().unwrap();
    let changed = german.iter().zip(&mended).filter(|(before, after)| before != after).count();
    assert_eq!((mended.len(), changed), (german.len(), 3));
}

#[test]
fn dg2_in_the_format_of_iso_39794() {
    let Some(image) = vector("iso39794/silver-face.jp2") else { return };
    for name in ["iso39794/dg2_silver_mandatory_fields.bin", "iso39794/dg2_silver_all_fields.bin"] {
        let Some(file) = vector(name) else { return };
        let dg2 = Dg2::parse(&file).unwrap();
        assert_eq!(dg2.templates[0].header.format_type, BiometricHeader::face_iso_39794().format_type);
        let portrait = dg2.portrait().unwrap();
        assert_eq!((portrait.format, portrait.coding), (FaceFormat::Iso39794, ImageDataType::Jpeg2000));
        assert_eq!(portrait.image, image, "{name}");
        if name.contains("mandatory") {
            assert_eq!(dg2.build().unwrap(), file);
            continue;
        }
        // The record with all fields says 572 by 731 while its image has 413 by 531 pixels: it is read, but not written.
        assert_eq!(dg2.build().unwrap_err().kind, LdsErrorKind::ImageSize);
        let mut mended = dg2.clone();
        let BiometricData::Iso39794(record) = &mut mended.templates[0].data else { panic!("other format") };
        let ImageRepresentation::TwoDimensional(image) = &mut record.representation.image_representation;
        image.information.image_size = Some(ImageSizeBlock { width: 413, height: 531 });
        let mended = mended.build().unwrap();
        let changed = file.iter().zip(&mended).filter(|(before, after)| before != after).count();
        assert_eq!((mended.len(), changed), (file.len(), 3));
    }
}

/// The record declares JPEG 2000 and holds a JPEG.
#[test]
fn face_record_whose_image_is_of_another_type() {
    let Some(bytes) = vector("iso19794-5-face.bin") else { return };
    let mut record = FaceRecord::parse(&bytes).unwrap();
    let face = &record.images[0];
    assert_eq!((face.face_image_type, face.image_data_type), (FaceImageType::TokenFrontal, ImageDataType::Jpeg2000));
    assert_eq!((face.width, face.height), (148, 70));
    assert_eq!(record.build().unwrap_err().kind, LdsErrorKind::ImageType);
    record.images[0].image_data_type = ImageDataType::Jpeg;
    assert_ne!(record.build().unwrap_err().kind, LdsErrorKind::ImageType);
}

/// None of these sets is in DER order; they are read as they stand and written in order, with the same elements.
#[test]
fn dg14_of_three_sources() {
    for name in ["dg14-spec-sample.bin", "bsi-tr03105-5/DG14.bin", "bsi2008/DG14.bin"] {
        let Some(file) = vector(name) else { return };
        let dg14 = Dg14::parse(&file).unwrap();
        let infos: Vec<_> = dg14.security_infos.iter().collect();
        assert_eq!(infos.len(), 3, "{name}");
        assert!(matches!(infos[0], SecurityInfo::ChipAuthenticationPublicKey { key_id: None, .. }), "{name}");
        assert!(matches!(infos[1], SecurityInfo::ChipAuthentication { version: 1, key_id: None, .. }), "{name}");
        assert_eq!(infos[2], &SecurityInfo::TerminalAuthentication { version: 1 }, "{name}");
        let ordered = dg14.build().unwrap();
        assert_eq!(ordered.len(), file.len());
        let read = Dg14::parse(&ordered).unwrap();
        assert!(read.security_infos.contains_all(&dg14.security_infos));
        assert_eq!(read.build().unwrap(), ordered);
        assert_eq!(read.security_infos.iter().next(), Some(infos[2]), "the shortest comes first");
    }
}

/// The public key of this example lacks the SEQUENCE of a SubjectPublicKeyInfo, so its element is refused; the others are
/// of version 2, domain parameters of chip authentication among them, which are kept as they are.
#[test]
fn security_infos_of_a_card_security_file() {
    let Some(file) = vector("EF.CardSecurity.bin") else { return };
    // The set lies in the signed content, an OCTET STRING at byte 57 with a header of three bytes.
    let content = &file[60..217];
    let refused = SecurityInfos::from_der(content).unwrap_err();
    assert_eq!(refused, LdsError::new(TlvErrorKind::UnexpectedTag { expected: 0x30, found: 0x06 }.into(), 77));
    let mut others = Vec::new();
    tlv::push(&mut others, 0x31, &content[3..62]);
    let infos = SecurityInfos::from_der(&others).unwrap();
    let protocols: Vec<_> = infos.iter().map(|info| info.protocol().to_string()).collect();
    assert_eq!(protocols, ["0.4.0.127.0.7.2.2.2", "0.4.0.127.0.7.2.2.3.2.2", "0.4.0.127.0.7.2.2.3.2"]);
    assert!(matches!(infos.iter().nth(1), Some(SecurityInfo::ChipAuthentication { version: 2, key_id: None, .. })));
    assert!(matches!(infos.iter().nth(2), Some(SecurityInfo::Other { .. })));
    assert_eq!(infos.to_der().unwrap(), others);
}

#[test]
fn dg15_with_keys_of_three_sources() {
    for name in ["loes2006/DG15.bin", "bsi2008/DG15.bin", "bsi-tr03105-5/DG15.bin"] {
        let Some(file) = vector(name) else { return };
        let dg15 = Dg15::parse(&file).unwrap();
        assert_eq!(dg15.public_key[0], 0x30);
        assert_eq!(dg15.build().unwrap(), file, "{name}");
    }
}
