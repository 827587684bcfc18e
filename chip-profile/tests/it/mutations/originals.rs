//! Good files of every kind: made here, and published ones where they are at hand.

use chip_profile::lds::dg2::{FaceFormat, FaceImage, FaceImageType, FaceRecord, ImageDataType};
use chip_profile::lds::{
    ApplicationId, AtrInfo, CardCapabilities, Dg1, Dg2, Dg5, Dg7, Dg13, Dg16, Dir, ElementaryFiles, ExtendedLength,
    FileId, PersonToNotify,
};
use chip_profile::mrz::{CivilDate, Td1};
use chip_profile::pki::{Certificate, MasterListContents, RevocationListRequest, SerialNumber};
use chip_profile::signature::VerifyingKey;
use chip_profile::sod::CardSecurityTemplate;

use crate::readers::Kind;
use crate::specimen::{State, list_signer, signed, start, unsigned_files};
use crate::suites::{Suite, elliptic_suites};
use crate::tools::vectors;

/// A good file.
pub(super) struct Original {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) bytes: Vec<u8>,
    pub(super) issuer: Option<VerifyingKey>,
}

impl Original {
    pub(super) fn unsigned(name: &str, kind: Kind, bytes: Vec<u8>) -> Original {
        Original { name: name.to_owned(), kind, bytes, issuer: None }
    }
}

/// A document on P-256 and the country signer that is to be trusted.
pub(super) fn signed_document() -> (ElementaryFiles, Vec<u8>) {
    let suite = elliptic_suites().swap_remove(0);
    let state = State::of(&suite);
    (signed(unsigned_files(), &suite, &state.document_signer), state.country_signer.as_bytes().to_vec())
}

pub(super) fn originals() -> Vec<Original> {
    let suite = elliptic_suites().swap_remove(0);
    let state = State::of(&suite);
    let files = signed(unsigned_files(), &suite, &state.document_signer);
    let mut originals = Vec::new();
    let kinds = [
        (FileId::COM, Kind::Com),
        (FileId::DG1, Kind::Dg1),
        (FileId::DG2, Kind::Dg2),
        (FileId::DG11, Kind::Dg11),
        (FileId::DG12, Kind::Dg12),
        (FileId::DG14, Kind::Dg14),
        (FileId::DG15, Kind::Dg15),
        (FileId::CARD_ACCESS, Kind::CardAccess),
        (FileId::SOD, Kind::SecurityObject),
    ];
    originals.extend(kinds.map(|(file, kind)| Original::unsigned(&file.to_string(), kind, files[&file].clone())));
    originals.extend(others());
    originals.extend(signed_files(&suite, &state));
    originals.extend(published());
    originals
}

/// A JPEG as far as its frame header, and what follows it.
fn jpeg(width: u16, height: u16) -> Vec<u8> {
    let [width, height] = [width, height].map(u16::to_be_bytes);
    [&b"\xFF\xD8\xFF\xC0\x00\x0B\x08"[..], &height, &width, b"\x01\x01\x11\x00", &[0x55; 60], b"\xFF\xD9"].concat()
}

/// Files that the documents of the matrix do not have.
fn others() -> Vec<Original> {
    let card = "I<UTOD231458907<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6ERIKSSON<<ANNA<MARIA<<<<<<<<<<";
    let face = || FaceImage::new(FaceImageType::FullFrontal, ImageDataType::Jpeg, (413, 531), jpeg(413, 531));
    let person = |name: &str| PersonToNotify {
        date_recorded: CivilDate::new(2026, 11, 21).unwrap(),
        name: name.to_owned(),
        telephone: "+1234".to_owned(),
        address: "1 MAIN STREET".to_owned(),
    };
    let application = |last| ApplicationId::new(&[0xA0, 0, 0, 2, 0x47, 0x10, last]).unwrap();
    let limits = ExtendedLength { command: 65_535, response: 65_535 };
    let atr_info = AtrInfo::new(CardCapabilities([0x33, 0x01, 0xE0]), Some(limits));
    vec![
        ("DG1 of a card", Kind::Dg1, Dg1::new(&Td1::parse(card).unwrap().encode().unwrap()).build()),
        ("DG2 of ISO 39794", Kind::Dg2, Dg2::with_face(FaceFormat::Iso39794, face()).build()),
        ("face record", Kind::FaceRecord, FaceRecord { images: vec![face()] }.build()),
        ("DG5", Kind::Dg5, Dg5 { portraits: vec![jpeg(3, 4)] }.build()),
        ("DG7", Kind::Dg7, Dg7 { signatures: vec![jpeg(30, 10), jpeg(5, 5)] }.build()),
        ("DG13", Kind::Dg13, Dg13 { contents: b"national".to_vec() }.build()),
        ("DG16", Kind::Dg16, Dg16 { persons: vec![person("SMITH<<CHARLES"), person("BROWN<<MARY")] }.build()),
        ("EF.DIR", Kind::Dir, Dir { applications: vec![application(1), application(2)] }.build()),
        ("EF.ATR/INFO", Kind::AtrInfo, atr_info.build()),
    ]
    .into_iter()
    .map(|(name, kind, built)| Original::unsigned(name, kind, built.unwrap()))
    .collect()
}

/// Certificates, lists and EF.CardSecurity.
fn signed_files(suite: &Suite, state: &State) -> Vec<Original> {
    let key = suite.country_signer.key();
    let by_country_signer =
        |name: &str, kind, bytes: Vec<u8>| Original { name: name.to_owned(), kind, bytes, issuer: Some(key.clone()) };
    let card_access = chip_profile::lds::CardAccess::parse(&unsigned_files()[&FileId::CARD_ACCESS]).unwrap();
    let template = CardSecurityTemplate::new(state.document_signer.as_bytes(), suite.scheme).unwrap();
    let prepared = template.prepare_at(&card_access.security_infos, start()).unwrap();
    let card_security = prepared.assemble(&suite.document_signer.sign(suite.scheme, prepared.to_be_signed()));

    let list_signer = list_signer(suite, &state.country_signer);
    let contents = MasterListContents {
        certificates: [&state.country_signer, &state.foreign_country_signer].map(|one| one.as_bytes().to_vec()).into(),
        signing_time: start(),
    };
    let prepared = contents.prepare(&list_signer, &state.country_signer, suite.scheme).unwrap();
    let master_list = prepared.assemble(&suite.document_signer.sign(suite.scheme, prepared.to_be_signed()));

    let unsigned = RevocationListRequest {
        number: 7,
        this_update: start(),
        next_update: start().plus_days(90),
        revoked: [8, 9].map(|number| (SerialNumber::from_octets([number; 20]), start())).into(),
    }
    .finalize(&state.country_signer, suite.scheme)
    .unwrap();
    let revocation_list = unsigned.assemble(&suite.country_signer.sign(suite.scheme, unsigned.to_be_signed()));
    let bytes = |certificate: &Certificate| certificate.as_bytes().to_vec();
    vec![
        Original::unsigned("EF.CardSecurity", Kind::CardSecurity, card_security),
        Original::unsigned("master list", Kind::MasterList, master_list),
        by_country_signer("revocation list", Kind::RevocationList, revocation_list),
        by_country_signer("country signer", Kind::Certificate, bytes(&state.country_signer)),
        by_country_signer("document signer", Kind::Certificate, bytes(&state.document_signer)),
    ]
}

/// Files of states and of test sets.
fn published() -> Vec<Original> {
    let Some(folder) = vectors() else { return Vec::new() };
    [
        ("loes2006/EF.SOD.bin", Kind::SecurityObject),
        ("bsi-tr03105-5/EF.SOD.bin", Kind::SecurityObject),
        ("loes2006/DG2.bin", Kind::Dg2),
        ("loes2006/DG15.bin", Kind::Dg15),
        ("iso39794/dg2_silver_mandatory_fields.bin", Kind::Dg2),
        ("bsi2008/DG14.bin", Kind::Dg14),
    ]
    .into_iter()
    .map(|(name, kind)| Original::unsigned(name, kind, std::fs::read(folder.join(name)).unwrap()))
    .collect()
}
