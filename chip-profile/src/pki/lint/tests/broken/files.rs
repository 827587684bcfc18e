//! Files that break a rule of their table and no other.

use const_oid::ObjectIdentifier;

use super::super::chip::{active, agreement, card_security, chip_key, dg14, face, good, image, pace};
use crate::ec::HashAlgorithm;
use crate::lds::dg2::{BiometricData, FaceFormat, FaceImage, FaceImageType, FaceRecord};
use crate::lds::security_infos::{CHIP_AUTHENTICATION, PACE, PUBLIC_KEY};
use crate::lds::{
    ApplicationId, AtrInfo, AtrObject, CardCapabilities, Dg2, Dg15, Dir, ExtendedLength, FileId, SecurityInfo,
    SecurityInfos, StandardizedPublicKey,
};
use crate::mrz::check_digit;
use crate::pki::lint::DocumentKind;
use crate::tlv;

type Case = (&'static str, DocumentKind, Vec<u8>);

/// The outer tag, a tag list, and these elements.
fn group(tag: u32, elements: &[(u32, &[u8])]) -> Vec<u8> {
    let mut out = Vec::new();
    tlv::push_nested(&mut out, tag, |out| {
        tlv::push_nested(out, 0x5C, |out| {
            for (tag, _) in elements {
                out.extend(tag.to_be_bytes().iter().skip_while(|byte| **byte == 0));
            }
        });
        elements.iter().for_each(|(tag, value)| tlv::push(out, *tag, value));
    });
    out
}

/// DG1 of a passport with these characters in its lower line, check digits made anew.
fn zone(birth: &str, sex: &str, expiry: &str) -> Vec<u8> {
    let digit = |text: &str| check_digit(text).unwrap();
    let birth = format!("{birth}{}", digit(birth));
    let rest = format!("{expiry}{}ZE184226B<<<<<1", digit(expiry));
    let composite = digit(&format!("L898902C36{birth}{rest}"));
    let text = format!("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO{birth}{sex}{rest}{composite}");
    let mut out = vec![0x61, 0x5B, 0x5F, 0x1F, 0x58];
    out.extend(text.bytes());
    out
}

fn dg2(change: impl FnOnce(&mut Dg2)) -> Vec<u8> {
    let mut dg2 = Dg2::with_face(FaceFormat::Iso19794, face());
    change(&mut dg2);
    dg2.build().unwrap()
}

/// Bytes in place of others that stand there once.
fn replaced(file: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    let mut file = file.to_vec();
    let at = file.windows(old.len()).position(|window| window == old).unwrap();
    file[at..at + old.len()].copy_from_slice(new);
    file
}

pub(in super::super) fn cases() -> Vec<Case> {
    let mut all = Vec::new();
    for (file, found) in [
        (FileId::COM, com()),
        (FileId::DG1, dg1()),
        (FileId::DG2, faces()),
        (FileId::DG11, personal_details()),
        (FileId::DG12, document_details()),
        (FileId::DG14, security_infos()),
        (FileId::DG15, active_authentication_keys()),
    ] {
        all.extend(found.into_iter().map(|(id, bytes)| (id, file.into(), bytes)));
    }
    let unknown = SecurityInfos::new(agreement().to_vec()).to_der().unwrap();
    let mapping_only = card_security(pace().to_vec());
    let limits = ExtendedLength { command: 1000, response: 1000 };
    let other = AtrObject::Other { tag: 0x43, value: vec![0] };
    let person: &[u8] = b"\x70\x35\x02\x01\x01\xA1\x30\x5F\x50\x0820020101\x5F\x51\x10SMITH<<CHARLES<R\x5F\x52\x0B19525551212\x5F\x53\x01X";
    let decimal: &[u8] = b"\x70\x31\x02\x01\x01\xA1\x2C\x5F\x50\x04\x20\x02\x01\x01\x5F\x51\x10SMITH<<CHARLES<R\x5F\x52\x0B19525551212\x5F\x53\x01X";
    let application = ApplicationId::new(&[1, 2, 3, 4, 5]).unwrap();
    all.extend([
        ("file.structure", FileId::DG1.into(), good()[&FileId::DG1][..92].to_vec()),
        ("displayed_image.coding", FileId::DG5.into(), b"\x65\x09\x02\x01\x01\x5F\x40\x03GIF".to_vec()),
        ("displayed_image.coding", FileId::DG7.into(), b"\x67\x09\x02\x01\x01\x5F\x43\x03GIF".to_vec()),
        ("dg16.dates", FileId::DG16.into(), decimal.to_vec()),
        ("dg16.names", FileId::DG16.into(), replaced(person, b"CHARLES<R", b"CHARLES<<")),
        ("card_access.pace_info", FileId::CARD_ACCESS.into(), unknown),
        ("security_infos.pace.mapping_key", FileId::CARD_SECURITY.into(), mapping_only),
        ("dir.emrtd", FileId::DIR.into(), Dir { applications: vec![application] }.build().unwrap()),
        ("atr_info.card_capabilities", FileId::ATR_INFO.into(), AtrInfo { objects: vec![other] }.build().unwrap()),
        (
            "atr_info.data_unit",
            FileId::ATR_INFO.into(),
            AtrInfo::new(CardCapabilities([0x84, 0x02, 0x00]), None).build().unwrap(),
        ),
        (
            "atr_info.extended_length",
            FileId::ATR_INFO.into(),
            AtrInfo::new(CardCapabilities::BASIC, Some(limits)).build().unwrap(),
        ),
    ]);
    all
}

fn com() -> Vec<(&'static str, Vec<u8>)> {
    let com = good()[&FileId::COM].clone();
    vec![
        ("com.versions", replaced(&com, b"0108", b"0109")),
        ("com.versions", replaced(&com, b"040000", b"04000X")),
        ("com.mandatory_data_groups", b"\x60\x13\x5F\x01\x040107\x5F\x36\x06040000\x5C\x01\x61".to_vec()),
    ]
}

fn dg1() -> Vec<(&'static str, Vec<u8>)> {
    let good = zone("740812", "F", "120415");
    let mut wrong_digit = good.clone();
    wrong_digit[5 + 44 + 9] = b'7';
    vec![
        ("dg1.check_digits", wrong_digit),
        ("dg1.dates", zone("741312", "F", "120415")),
        ("dg1.dates", zone("740812", "F", "1204<<")),
        ("dg1.fields", zone("740812", "A", "120415")),
    ]
}

fn faces() -> Vec<(&'static str, Vec<u8>)> {
    let good = good()[&FileId::DG2].clone();
    let two = |dg2: &mut Dg2| {
        let image = face();
        dg2.templates[0].data = BiometricData::Iso19794(FaceRecord { images: vec![image.clone(), image] });
    };
    let basic = |dg2: &mut Dg2| {
        let image = FaceImage { face_image_type: FaceImageType::Basic, ..face() };
        dg2.templates[0].data = BiometricData::Iso19794(FaceRecord { images: vec![image] });
    };
    vec![
        ("dg2.header.version", dg2(|dg2| dg2.templates[0].header.version = Some([2, 0]))),
        ("dg2.header.type", dg2(|dg2| dg2.templates[0].header.biometric_type = Some(vec![0x08]))),
        ("dg2.header.format", dg2(|dg2| dg2.templates[0].header.format_type = 0x0007)),
        ("dg2.header.dates", dg2(|dg2| dg2.templates[0].header.creation = Some([0x20, 0x26, 0x1A, 1, 0, 0, 0]))),
        ("dg2.one_face", dg2(two)),
        ("dg2.image.coding", replaced(&good, b"\xFF\xD8\xFF", b"\xFF\xD8\x00")),
        ("dg2.image.size", replaced(&good, &[0x01, 0x9D, 0x02, 0x13], &[0x01, 0x9E, 0x02, 0x13])),
        ("dg2.image.frontal", dg2(basic)),
        // The type of the image stands before its coding and its size.
        ("dg2.image.token_frame", replaced(&good, &[1, 0, 1, 0x9D, 2, 0x13], &[2, 0, 1, 0x9D, 2, 0x13])),
    ]
}

fn personal_details() -> Vec<(&'static str, Vec<u8>)> {
    let group = |elements: &[(u32, &[u8])]| group(0x6B, elements);
    vec![
        ("dg11.length", group(&[(0x5F11, &[b'A'; 100])])),
        ("dg11.length", group(&[(0x5F18, &[b'A'; 1000])])),
        ("dg11.date_of_birth", group(&[(0x5F2B, &[0x19, 0x74, 0x08, 0x12])])),
        ("dg11.names", group(&[(0x5F0E, b"ERIKSSON<<")])),
        ("dg11.names", group(&[(0xA0, b"\x02\x01\x01\x5F\x0F\x03A<<")])),
        ("dg11.proof_of_citizenship", group(&[(0x5F16, b"GIF")])),
        ("dg11.depending_elements", group(&[(0x5F13, b"PILOT")])),
        ("dg11.depending_elements", group(&[(0x5F13, b"PILOT"), (0x5F14, b"DR"), (0x5F15, b"X")])),
    ]
}

fn document_details() -> Vec<(&'static str, Vec<u8>)> {
    let group = |elements: &[(u32, &[u8])]| group(0x6C, elements);
    vec![
        ("dg12.length", group(&[(0x5F19, &[b'A'; 100])])),
        ("dg12.dates", group(&[(0x5F26, &[0x20, 0x26, 0x11, 0x21])])),
        ("dg12.dates", group(&[(0x5F55, &[0x20, 0x26, 0x11, 0x21, 0x10, 0x11, 0x12])])),
        ("dg12.names", group(&[(0xA0, b"\x02\x01\x01\x5F\x1A\x03A<<")])),
        ("dg12.images", group(&[(0x5F1D, b"GIF")])),
        ("dg12.images", group(&[(0x5F1E, &image()[1..])])),
    ]
}

fn active_authentication_keys() -> Vec<(&'static str, Vec<u8>)> {
    let dg15 = |public_key: Vec<u8>| Dg15 { public_key }.build().unwrap();
    let mut edwards = hex::decode("302A300506032B6570032100").unwrap();
    edwards.extend([0x55; 32]);
    let mut elsewhere = chip_key().public_key().to_spki_explicit();
    *elsewhere.last_mut().unwrap() ^= 1;
    vec![
        ("dg15.key", dg15(edwards)),
        ("dg15.key", dg15(elsewhere)),
        ("dg15.parameters", dg15(chip_key().public_key().to_spki_named())),
    ]
}

/// SubjectPublicKeyInfo of the generator of secp256k1, with explicit parameters.
fn another_curve() -> Vec<u8> {
    let number = |text: &str| hex::decode(text).unwrap();
    let generator = number(
        "0479BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798\
         483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8",
    );
    let prime = number("00FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFC2F");
    let order = number("00FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141");
    let mut out = Vec::new();
    tlv::push_nested(&mut out, 0x30, |out| {
        tlv::push_nested(out, 0x30, |out| {
            tlv::push(out, 0x06, ObjectIdentifier::new_unwrap("1.2.840.10045.2.1").as_bytes());
            tlv::push_nested(out, 0x30, |out| {
                tlv::push(out, 0x02, &[1]);
                tlv::push_nested(out, 0x30, |out| {
                    tlv::push(out, 0x06, ObjectIdentifier::new_unwrap("1.2.840.10045.1.1").as_bytes());
                    tlv::push(out, 0x02, &prime);
                });
                tlv::push_nested(out, 0x30, |out| {
                    tlv::push(out, 0x04, &[0; 32]);
                    let mut seven = [0; 32];
                    seven[31] = 7;
                    tlv::push(out, 0x04, &seven);
                });
                tlv::push(out, 0x04, &generator);
                tlv::push(out, 0x02, &order);
                tlv::push(out, 0x02, &[1]);
            });
        });
        tlv::push(out, 0x03, &[&[0], &generator[..]].concat());
    });
    out
}

fn security_infos() -> Vec<(&'static str, Vec<u8>)> {
    let below =
        |parent: ObjectIdentifier, arcs: &[u32]| arcs.iter().fold(parent, |oid, arc| oid.push_arc(*arc).unwrap());
    let pace_info = |arcs: &[u32], parameter_id| SecurityInfo::Pace { protocol: below(PACE, arcs), parameter_id };
    let agreement = |arcs: &[u32], version, key_id| SecurityInfo::ChipAuthentication {
        protocol: below(CHIP_AUTHENTICATION, arcs),
        version,
        key_id,
    };
    let explicit = chip_key().public_key().to_spki_explicit();
    let key = |arc, public_key: &[u8], key_id| SecurityInfo::ChipAuthenticationPublicKey {
        protocol: below(PUBLIC_KEY, &[arc]),
        public_key: public_key.to_vec(),
        key_id,
    };
    // The algorithm identifier of an explicit key is one of explicit domain parameters.
    let mut algorithm = Vec::new();
    let inner = tlv::parse_single(&explicit, 0x30).unwrap().reader().expect(0x30).unwrap();
    tlv::push(&mut algorithm, 0x30, inner.value);
    let parameters = |parameter_id| SecurityInfo::PaceDomainParameters {
        protocol: below(PACE, &[2]),
        domain_parameters: algorithm.clone(),
        parameter_id,
    };
    let by_number = SecurityInfo::standardized_pace_domain_parameters(below(PACE, &[2]), 12, Some(40));
    let standardized = StandardizedPublicKey { parameter_id: 12, key: chip_key().public_key().uncompressed().to_vec() };
    let standardized = standardized.to_spki().unwrap();
    let mut elsewhere = explicit.clone();
    *elsewhere.last_mut().unwrap() ^= 1;
    let [good_pace, _] = pace();
    let pair = |public_key: &[u8]| vec![agreement(&[2, 2], 1, None), key(2, public_key, None)];
    let info = |id: &str| SecurityInfo::ActiveAuthentication { signature_algorithm: ObjectIdentifier::new_unwrap(id) };
    [
        ("security_infos.pace.protocol", vec![pace_info(&[2, 9], Some(12))]),
        ("security_infos.pace.protocol", vec![good_pace.clone(), pace_info(&[6, 1], Some(12))]),
        ("security_infos.pace.parameters", vec![good_pace.clone(), pace_info(&[2, 2], Some(20))]),
        ("security_infos.pace.parameters", vec![good_pace.clone(), pace_info(&[2, 2], None)]),
        ("security_infos.pace.key_agreement", vec![pace_info(&[1, 2], Some(12))]),
        ("security_infos.pace.key_agreement", vec![pace_info(&[4, 2], Some(10))]),
        ("security_infos.pace.standardized", vec![pace_info(&[2, 2], Some(40)), parameters(Some(40))]),
        ("security_infos.pace.domain_parameters", vec![good_pace.clone(), parameters(Some(13))]),
        ("security_infos.pace.domain_parameters", vec![good_pace.clone(), by_number]),
        ("security_infos.chip_authentication.protocol", vec![agreement(&[2, 9], 1, None), key(2, &explicit, None)]),
        ("security_infos.chip_authentication.version", vec![agreement(&[2, 2], 2, None), key(2, &explicit, None)]),
        ("security_infos.chip_authentication.pair", vec![agreement(&[2, 2], 1, None)]),
        (
            "security_infos.chip_authentication.pair",
            vec![agreement(&[2, 2], 1, Some(1)), agreement(&[2, 2], 1, None), key(2, &explicit, None)],
        ),
        ("security_infos.chip_authentication.pair", vec![key(2, &explicit, None)]),
        (
            "security_infos.public_key.key_id",
            [&pair(&explicit)[..], &[agreement(&[2, 4], 1, Some(1)), key(2, &explicit, Some(1))]].concat(),
        ),
        (
            "security_infos.public_key.key_id",
            vec![agreement(&[2, 2], 1, Some(1)), key(2, &explicit, Some(1)), key(2, &elsewhere_point(), Some(1))],
        ),
        ("security_infos.public_key.protocol", vec![agreement(&[1, 2], 1, None), key(1, &explicit, None)]),
        ("security_infos.public_key.parameters", pair(&chip_key().public_key().to_spki_named())),
        ("security_infos.public_key.parameters", pair(&standardized)),
        ("security_infos.public_key.value", pair(&elsewhere)),
        ("security_infos.public_key.curve", pair(&another_curve())),
        ("security_infos.active_authentication.algorithm", vec![active(HashAlgorithm::Sha1)]),
        ("security_infos.active_authentication.algorithm", vec![info("1.2.840.10045.4.3.2")]),
        ("security_infos.terminal_authentication.version", vec![SecurityInfo::TerminalAuthentication { version: 2 }]),
    ]
    .map(|(id, infos)| (id, dg14(infos)))
    .into()
}

/// Another key of the same curve.
fn elsewhere_point() -> Vec<u8> {
    let key = crate::ec::KeyPair::from_private_scalar(crate::ec::Curve::P256, &[0x11; 32]).unwrap();
    key.public_key().to_spki_explicit()
}
