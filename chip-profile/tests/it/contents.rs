//! What data groups say in the eyes of a stranger: `dmrtd` reads EF.COM, DG1, DG2, DG11 and DG12 and tells their contents.

use chip_profile::lds::dg2::{
    EyeColour, FaceFormat, FaceImage, FaceImageType, FeaturePoint, HairColour, ImageDataType,
};
use chip_profile::lds::{Com, Dg1, Dg2, Dg11, Dg12, FileId, LdsDate, LdsVersion, UnicodeVersion};
use chip_profile::mrz::{CivilDate, Td1, Td2, Td3};

use crate::tools::stranger;

const IMAGE_SIZE: (u16, u16) = (413, 531);

/// A JPEG as far as its frame header, and what follows it.
fn image() -> Vec<u8> {
    let mut image = hex::decode("FFD8FFC0000B080213019D01011100").unwrap();
    image.extend((0..=u8::MAX).collect::<Vec<_>>());
    image.extend([0xFF, 0xD9]);
    image
}

fn dg2() -> Dg2 {
    let point = |code| FeaturePoint { kind: 1, code, x: 100, y: 200, reserved: 0 };
    let face = FaceImage {
        eye_colour: EyeColour(0x03),
        hair_colour: HairColour(0x04),
        quality: 77,
        feature_points: vec![point(0xC1), point(0xC2)],
        ..FaceImage::new(FaceImageType::FullFrontal, ImageDataType::Jpeg, IMAGE_SIZE, image())
    };
    Dg2::with_face(FaceFormat::Iso19794, face)
}

fn dg11() -> Dg11 {
    let text = |text: &str| Some(text.to_owned());
    Dg11 {
        full_name: text("陳<<大文"),
        other_names: vec!["SMITH<<CHARLES".to_owned(), "BROWN<<CHARLIE".to_owned()],
        personal_number: text("1234567890"),
        full_date_of_birth: LdsDate::new(Some(1974), Some(8), Some(12)),
        place_of_birth: text("ANYTOWN<MN"),
        permanent_address: text("123 MAPLE RD<ANYTOWN<MN"),
        telephone: text("16125551212"),
        profession: text("TRAVEL AGENT"),
        title: text("MR"),
        personal_summary: text("A SUMMARY"),
        other_travel_documents: text("A12345678<B87654321"),
        custody_information: text("NONE"),
        ..Dg11::default()
    }
}

fn com() -> Com {
    let data_groups = vec![FileId::DG1, FileId::DG2, FileId::DG11, FileId::DG12];
    Com { lds_version: LdsVersion::V1_8, unicode_version: UnicodeVersion::V4_0_0, data_groups }
}

#[test]
fn a_stranger_reads_from_data_groups_what_was_written() {
    let dg12 = Dg12 {
        issuing_authority: Some("UTOPIA IMMIGRATION".to_owned()),
        date_of_issue: CivilDate::new(2026, 11, 22),
        ..Dg12::default()
    };
    let td1 = "I<UTOD231458907<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6ERIKSSON<<ANNA<MARIA<<<<<<<<<<";
    let td2 = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<D231458907UTO7408122F1204159<<<<<<<6";
    let zones = [
        Dg1::new(&Td1::parse(td1).unwrap().encode().unwrap()),
        Dg1::new(&Td2::parse(td2).unwrap().encode().unwrap()),
        Dg1::new(&Td3::parse(crate::specimen::ZONE).unwrap().encode().unwrap()),
    ];
    let mut places = Vec::new();
    for dg1 in zones {
        let place = tempfile::tempdir().unwrap();
        for (name, built) in [
            ("EF.COM", com().build()),
            ("DG1", dg1.build()),
            ("DG2", dg2().build()),
            ("DG11", dg11().build()),
            ("DG12", dg12.build()),
        ] {
            std::fs::write(place.path().join(format!("{name}.bin")), built.unwrap()).unwrap();
        }
        places.push(place);
    }
    let lines: Vec<String> = places.iter().map(|place| place.path().display().to_string()).collect();
    let Some(said) = stranger("dmrtd-contents", &lines) else { return };
    let before = "0108/040000/616B6C75";
    let image: String = image().iter().map(|byte| format!("{byte:02x}")).collect();
    // Coding, faces, width, height, points, type, eyes, hair, quality, image. Then DG11, whose other names the crate looks for
    // outside of the template A0 in which Doc 9303-10 4.7.11 puts them, and DG12.
    let behind = [
        &format!("Some(Jpeg)/1/413/531/2/1/3/4/77/{image}"),
        "陳<<大文//1234567890/19740812/ANYTOWN<MN/123 MAPLE RD<ANYTOWN<MN/16125551212/TRAVEL AGENT/MR/A SUMMARY/NONE",
        "A12345678<B87654321/UTOPIA IMMIGRATION/20261122",
    ]
    .join("/");
    let card = "I/UTO/ERIKSSON/ANNA MARIA/UTO/D23145890/F/740812/120415/";
    let passport = "P/UTO/ERIKSSON/ANNA MARIA/UTO/L898902C3/F/740812/380415/ZE184226B";
    for (said, zone) in said.iter().zip([format!("Td1/{card}"), format!("Td2/{card}"), format!("Td3/{passport}")]) {
        assert_eq!(*said, format!("{before}/{zone}/{behind}"));
    }
}
