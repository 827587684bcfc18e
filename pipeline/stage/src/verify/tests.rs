//! Pages as the laser marks them, seen by a perfect camera.

use chip_profile::access::can::CardAccessNumber;
use persoline_domain::personal::Personal;
use persoline_render::page::{DataPage, PageDate, PageScratch, PageSettings, Sex, code_laser, compose_laser};
use persoline_render::portrait::decode::{DecodeLimits, decode};

use super::*;

const MRZ: [&str; 2] = ["PPUTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"];
const DPI: u32 = 300;

/// The whole page at 300 dots per inch, with this number on it.
fn page(card_access_number: Option<&str>) -> CameraImage {
    let portrait = Picture::filled(413, 531, Channels::Rgb, 180).unwrap();
    let data = DataPage {
        document_type: "PASSPORT",
        document_code: "PP",
        issuing_state: "UTO",
        passport_number: "L898902C3",
        primary_identifier: "ERIKSSON",
        secondary_identifier: "ANNA MARIA",
        chinese_name: None,
        nationality: "UTOPIAN",
        nationality_code: "UTO",
        date_of_birth: PageDate::new(1974, 8, 12),
        personal_number: None,
        sex: Sex::Female,
        place_of_birth: None,
        date_of_issue: PageDate::new(2026, 11, 21),
        date_of_expiry: PageDate::new(2036, 11, 20),
        authority_chinese: "",
        authority: "PASSPORT OFFICE",
        card_access_number,
        portrait: &portrait,
        signature: None,
        mrz: MRZ,
        observations: &[],
    };
    let settings = PageSettings { dpi: DPI, ..PageSettings::default() };
    let mut scratch = PageScratch::new();
    compose_laser(&data, &settings, &mut scratch).unwrap();
    let layer = code_laser(&settings, &scratch).unwrap();
    let limits = DecodeLimits { max_bytes: 1 << 24, max_pixels: 1 << 24, min_width: 1, min_height: 1 };
    let engraved = decode(&layer.bytes, &limits).unwrap().to_grey();
    let pixels = |millimetres: f32| (millimetres / 25.4 * DPI as f32).round() as usize;
    let (width, height) = (pixels(125.0), pixels(88.0));
    let (left, top) = (pixels(layer.origin.0), pixels(layer.origin.1));
    let mut grey = vec![255; width * height];
    for (row, marked) in engraved.pixels().chunks_exact(engraved.width() as usize).enumerate() {
        let at = (top + row) * width + left;
        grey[at..at + marked.len()].copy_from_slice(marked);
    }
    CameraImage::new(width as u32, height as u32, DPI, grey)
}

fn expectation(card_access_number: Option<&str>) -> PageExpectation {
    PageExpectation {
        mrz: Personal::new(MRZ.map(str::to_owned)),
        card_access_number: card_access_number.map(|digits| CardAccessNumber::parse(digits).unwrap()),
    }
}

#[test]
fn a_page_shows_the_card_access_number_that_opens_its_chip() {
    let verifier = PageVerifier::default();
    let code = |printed, ordered| {
        verifier.verify(&expectation(ordered), &page(printed)).map_err(|trouble| (trouble.blame, trouble.code))
    };
    let booklet = |code: &str| Err((Blame::Booklet, code.to_owned()));
    assert_eq!(code(Some("482915"), Some("482915")), Ok(()));
    assert_eq!(code(None, None), Ok(()));
    assert_eq!(code(Some("482915"), Some("482916")), booklet("can_differs"));
    assert_eq!(code(None, Some("482915")), booklet("can_unreadable"));
}

#[test]
fn a_page_shows_the_ordered_zone() {
    let verifier = PageVerifier::default();
    let mut ordered = expectation(None);
    ordered.mrz = Personal::new([MRZ[0].to_owned(), MRZ[1].replace("UTO", "UT0")]);
    let trouble = verifier.verify(&ordered, &page(None)).unwrap_err();
    assert_eq!((trouble.code.as_str(), trouble.blame), ("mrz_differs", Blame::Booklet));
    assert!(trouble.detail.starts_with("1 character"), "{}", trouble.detail);
    let empty = CameraImage::new(10, 10, DPI, vec![255; 100]);
    assert_eq!(verifier.verify(&ordered, &empty).unwrap_err().code, "mrz_unreadable");
}
