//! Writes the committed seeds: one good input of each kind for each target, all made by ourselves.
//! Run by `.ci/fuzz --seeds`.

// Brings the counters that the instrumented crates report to.
use libfuzzer_sys as _;

use chip_profile::access::bac::BacKeys;
use chip_profile::access::pace::PaceParameters;
use chip_profile::access::{CipherSuite, select_application};
use chip_profile::apdu::{Command, Response, StatusWord};
use chip_profile::ec::{Curve, HashAlgorithm, KeyPair};
use chip_profile::lds::dg2::FaceFormat;
use chip_profile::lds::{
    AtrInfo, CardCapabilities, Dg5, Dg7, Dg11, Dg12, Dg13, Dg15, Dg16, ExtendedLength, FileId, LdsVersion,
    OpaqueDataGroup, PersonToNotify, SecurityInfos,
};
use chip_profile::mrz::CivilDate;
use chip_profile::personalisation::file_control::FileControl;
use chip_profile::personalisation::two_phase::{KeyOrder, MadeKeys};
use chip_profile::personalisation::{ChipData, ChipLimits, WritePlan};
use chip_profile::pki::ldif::pkd::{DOWNLOAD_BASE, PkdObject};
use chip_profile::pki::profile::{ListKind, ListSigner};
use chip_profile::pki::{
    AlternativeName, Certificate, CertificateRequest, Contact, CountryCode, CountrySigner, DistinguishedName,
    DocumentSigner, MasterList, MasterListContents, RevocationList, RevocationListRequest, SerialNumber, UnixTime,
    UnsignedCertificate, UsagePeriod, Validity, ldif,
};
use chip_profile::signature::{SignatureScheme, VerifyingKey};
use chip_profile::sod::{CardSecurityTemplate, SecurityObjectTemplate};
use chip_profile::tlv;
use chip_profile_fuzz::plain::static_keys;
use chip_profile_fuzz::{face, key, push_piece, specimen};
use mock_devices::chip::{ChipIdentity, ChipSettings, EmulatedChip};
use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::PathBuf;

const ISSUED: UnixTime = UnixTime(1_795_132_800);

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

fn main() -> Outcome {
    files()?;
    signed()?;
    messages()?;
    chips()
}

fn put(target: &str, name: &str, bytes: &[u8]) -> Outcome {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("seeds").join(target);
    fs::create_dir_all(&folder)?;
    Ok(fs::write(folder.join(name), bytes)?)
}

fn files() -> Outcome {
    let jpeg = b"\xFF\xD8\xFF\xC0\x00\x11\x08\x00\x04\x00\x03\x03\xFF\xD9".to_vec();
    let person = PersonToNotify {
        date_recorded: CivilDate::new(2026, 11, 22).ok_or("a date")?,
        name: "SMITH<<CHARLES".into(),
        telephone: "19525551212".into(),
        address: "ANYTOWN<MN".into(),
    };
    let dg11 = Dg11 { full_name: Some("陳<<大文".into()), other_names: vec!["TIM".into()], ..Dg11::default() };
    let dg12 = Dg12 { issuing_authority: Some("UTOPIA".into()), ..Dg12::default() };
    let capabilities = CardCapabilities::BASIC.with_extended_length();
    let lengths = ExtendedLength { command: 1024, response: 1024 };
    let others = [
        ("dg3", OpaqueDataGroup::new(FileId::DG3, vec![4, 5, 6])?.build()?),
        ("dg5", Dg5 { portraits: vec![jpeg.clone()] }.build()?),
        ("dg7", Dg7 { signatures: vec![jpeg] }.build()?),
        ("dg11", dg11.build()?),
        ("dg12", dg12.build()?),
        ("dg13", Dg13 { contents: vec![1, 2, 3] }.build()?),
        ("dg16", Dg16 { persons: vec![person.clone(), person] }.build()?),
        ("atr-info", AtrInfo::new(capabilities, Some(lengths)).build()?),
    ];
    for (name, file) in others {
        put("lds_files", name, &file)?;
    }
    for (file, contents) in &specimen().chip.files {
        if !matches!(*file, FileId::DG2 | FileId::SOD) {
            put("lds_files", &file.file_name(), contents)?;
        }
    }
    // What States have issued and makers do not write: a long text, a date in binary coded decimals, no JPEG, a list without
    // DG2, a set in another order.
    let details = |elements: &[(u32, &[u8])]| {
        let mut out = Vec::new();
        tlv::push_nested(&mut out, 0x6B, |out| {
            let tags: Vec<u8> = elements.iter().flat_map(|(tag, _)| (*tag as u16).to_be_bytes()).collect();
            tlv::push(out, 0x5C, &tags);
            elements.iter().for_each(|(tag, value)| tlv::push(out, *tag, value));
        });
        out
    };
    put("lds_files", "dg11-long", &details(&[(0x5F11, &[b'A'; 100]), (0x5F2B, &[0x19, 0x74, 0x08, 0x12])]))?;
    put("lds_files", "dg11-image", &details(&[(0x5F16, b"GIF89a")]))?;
    put("lds_files", "com-without-dg2", b"\x60\x13\x5F\x01\x040107\x5F\x36\x06040000\x5C\x01\x61")?;
    let mut group = tlv::Reader::new(&specimen().chip.files[&FileId::DG14]).expect(0x6E)?.reader();
    let mut elements = Vec::new();
    let mut set = group.expect(0x31)?.reader();
    while let Some(element) = set.next_object()? {
        let mut bytes = Vec::new();
        tlv::push(&mut bytes, element.tag, element.value);
        elements.insert(0, bytes);
    }
    let mut unsorted = Vec::new();
    tlv::push_nested(&mut unsorted, 0x6E, |out| tlv::push(out, 0x31, &elements.concat()));
    put("lds_files", "dg14-unsorted", &unsorted)?;
    // The linter on single files, and on a chip with one file replaced and one removed.
    for (file, contents) in specimen().chip.files.iter().filter(|(file, _)| **file != FileId::SOD) {
        put("linter", &format!("file-{}", file.file_name()), &[&[0], contents.as_slice()].concat())?;
    }
    let number = |wanted| FileId::ALL.iter().position(|file| *file == wanted).unwrap_or_default() as u8;
    let mut chip = vec![0xFF, number(FileId::DG14)];
    push_piece(&mut chip, &unsorted);
    chip.push(number(FileId::DG15));
    push_piece(&mut chip, &[]);
    put("linter", "chip", &chip)?;
    put("dg2", "iso-19794", &face(FaceFormat::Iso19794))?;
    put("dg2", "iso-39794", &face(FaceFormat::Iso39794))?;

    put("mrz", "td3", specimen().zone.as_bytes())?;
    let zones: [(&str, &str); 5] = [
        ("td1", "I<UTOD231458907<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6ERIKSSON<<ANNA<MARIA<<<<<<<<<<"),
        ("td2", "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6"),
        ("mrv-a", "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL8988901C4XXX4009078F96121096ZE184226B<<<<<<"),
        ("mrv-b", "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nL8988901C4XXX4009078F9612109<<<<<<<<"),
        ("name", "Müller-Lüdenscheidt van der Straßen|Đặng Ελένη Юлия محمد"),
    ];
    zones.into_iter().try_for_each(|(name, zone)| put("mrz", name, zone.as_bytes()))
}

fn name(common_name: &str) -> Outcome<DistinguishedName> {
    Ok(DistinguishedName {
        country: CountryCode::new("UT")?,
        organization: Some("Utopia Immigration".to_owned()),
        organizational_unit: None,
        serial_number: Some("001".to_owned()),
        common_name: common_name.to_owned(),
    })
}

fn alternative_name() -> AlternativeName {
    AlternativeName {
        state: "UTO".to_owned(),
        territory: None,
        contacts: vec![Contact::Email("pki@utopia.example".to_owned())],
    }
}

fn sign(key: &KeyPair, unsigned: &UnsignedCertificate) -> Vec<u8> {
    unsigned.assemble(&key.sign(key.curve().hash(), unsigned.to_be_signed()))
}

fn signed() -> Outcome {
    for curve in Curve::ALL {
        let key = key(curve);
        let scheme = SignatureScheme::Ecdsa(curve.hash());
        let public_key = VerifyingKey::Ec(key.public_key().clone());
        let addresses = vec!["https://pki.utopia.example/UTO.crl".to_owned()];
        let years = |months| Validity { not_before: ISSUED, not_after: ISSUED.plus_months(months) };
        let use_of = |months| UsagePeriod { not_before: ISSUED, not_after: ISSUED.plus_months(months) };
        let of_curve = |name: &str| format!("{name}-{curve:?}").to_lowercase();
        let country_signer = sign(
            &key,
            &CountrySigner {
                serial: SerialNumber::from_octets([1; 20]),
                name: name("CSCA Utopia")?,
                alternative_name: alternative_name(),
                validity: years(180),
                usage_period: use_of(36),
                public_key: public_key.clone(),
                revocation_list_addresses: addresses.clone(),
                policies: Vec::new(),
            }
            .finalize(scheme)?,
        );
        let issuer = Certificate::parse(&country_signer)?;
        let document_signer = sign(
            &key,
            &DocumentSigner {
                serial: SerialNumber::from_octets([2; 20]),
                subject: name("Document Signer")?,
                alternative_name: alternative_name(),
                validity: years(123),
                usage_period: use_of(3),
                public_key: public_key.clone(),
                document_types: vec!["P".to_owned()],
                revocation_list_addresses: addresses.clone(),
                policies: Vec::new(),
            }
            .finalize(&issuer, scheme)?,
        );
        let list_signer = sign(
            &key,
            &ListSigner {
                kind: ListKind::Master,
                serial: SerialNumber::from_octets([3; 20]),
                subject: name("Master List Signer")?,
                alternative_name: alternative_name(),
                validity: years(60),
                usage_period: Some(use_of(12)),
                public_key: public_key.clone(),
                revocation_list_addresses: addresses,
                policies: Vec::new(),
            }
            .finalize(&issuer, scheme)?,
        );
        let list_request = RevocationListRequest {
            number: 1,
            this_update: ISSUED,
            next_update: ISSUED.plus_days(90),
            revoked: vec![(SerialNumber::from_octets([2; 20]), ISSUED)],
        };
        let revocation_list = sign(&key, &list_request.finalize(&issuer, scheme)?);
        let contents = MasterListContents { certificates: vec![country_signer.clone()], signing_time: ISSUED };
        let prepared = contents.prepare(&Certificate::parse(&list_signer)?, &issuer, scheme)?;
        let master_list = prepared.assemble(&key.sign(curve.hash(), prepared.to_be_signed()));
        let template = SecurityObjectTemplate::new(&document_signer, curve.hash(), scheme, LdsVersion::V1_8)?;
        let hashes = BTreeMap::from([1, 2, 14].map(|number| (number, curve.hash().digest(&[number]))));
        let prepared = template.prepare_at(&hashes, ISSUED)?;
        let security_object = prepared.assemble(&key.sign(curve.hash(), prepared.to_be_signed()));
        let infos = SecurityInfos::new(vec![PaceParameters::P256_AES128.security_info()]);
        let prepared = CardSecurityTemplate::new(&document_signer, scheme)?.prepare(&infos)?;
        let card_security = prepared.assemble(&key.sign(curve.hash(), prepared.to_be_signed()));
        let asked = CertificateRequest {
            subject: name("Document Signer")?,
            public_key: public_key.clone(),
            usage_period: Some(use_of(3)),
            document_types: vec!["P".to_owned()],
        };
        let request = sign(&key, &asked.finalize(scheme)?);

        put("certificate", &of_curve("country-signer"), &country_signer)?;
        put("certificate", &of_curve("document-signer"), &document_signer)?;
        put("revocation_list", &of_curve("list"), &revocation_list)?;
        put("master_list", &of_curve("list"), &master_list)?;
        put("signed_data", &of_curve("security-object"), &security_object)?;
        put("signed_data", &of_curve("card-security"), &card_security)?;
        put("request", &of_curve("request"), &request)?;
        let mut public = Vec::new();
        push_piece(&mut public, &scheme.to_der());
        push_piece(&mut public, &public_key.to_spki());
        push_piece(&mut public, b"message");
        push_piece(&mut public, &key.sign(curve.hash(), b"message"));
        put("public_key", &of_curve("key"), &public)?;
        if curve != Curve::P256 {
            continue;
        }
        let kinds = [
            ("country-signer", 1, &country_signer),
            ("document-signer", 3, &document_signer),
            ("list-signer", 4, &list_signer),
            ("revocation-list", 9, &revocation_list),
            ("master-list", 10, &master_list),
            ("security-object", 12, &security_object),
            ("card-security", 13, &card_security),
        ];
        for (name, kind, bytes) in kinds {
            for selector in [0, kind] {
                put("linter", &format!("{name}-{selector}"), &[&[selector], bytes.as_slice()].concat())?;
            }
        }
        let objects = [
            PkdObject::Certificate(Box::new(Certificate::parse(&document_signer)?)),
            PkdObject::RevocationList(RevocationList::parse(&revocation_list)?),
            PkdObject::MasterList(Box::new(MasterList::parse(&master_list)?)),
        ];
        for (name, object) in ["certificate", "revocation-list", "master-list"].into_iter().zip(objects) {
            put("ldif", name, ldif::write(&[object.to_entry(DOWNLOAD_BASE)?])?.as_bytes())?;
        }
    }
    rsa_key()
}

/// A key of 1,024 bits that nobody has the private half of.
fn rsa_key() -> Outcome {
    let mut modulus = vec![0xC3; 128];
    modulus[127] |= 1;
    let key = VerifyingKey::Rsa(chip_profile::rsa::PublicKey::new(&modulus, &[1, 0, 1])?);
    for (name, scheme) in [
        ("rsa-pkcs1", SignatureScheme::RsaPkcs1(HashAlgorithm::Sha256)),
        ("rsa-pss", SignatureScheme::rsa_pss(HashAlgorithm::Sha256)),
    ] {
        let mut public = Vec::new();
        push_piece(&mut public, &scheme.to_der());
        push_piece(&mut public, &key.to_spki());
        push_piece(&mut public, b"message");
        push_piece(&mut public, &[0x41; 128]);
        put("public_key", name, &public)?;
    }
    Ok(())
}

fn pieces(head: &[u8], pieces: &[&[u8]]) -> Vec<u8> {
    let mut out = head.to_vec();
    pieces.iter().for_each(|piece| push_piece(&mut out, piece));
    out
}

fn messages() -> Outcome {
    let read = Command::new(0, 0xB0, 0x81, 0).expecting(256).to_bytes();
    let update = Command::new(0, 0xD6, 0, 0).with_data([1, 2, 3]).to_bytes();
    let extended = Command::new(0, 0xB0, 0x81, 0).expecting(65_536).to_bytes();
    let answer = Response::data([0x61, 0x02, 0x5F, 0x1F]).to_bytes();
    put("apdu", "read", &read)?;
    put("apdu", "update", &update)?;
    put("apdu", "extended", &extended)?;
    put("apdu", "answer", &answer)?;
    for suite in 0..4 {
        put(
            "secure_messaging",
            &format!("suite-{suite}"),
            &pieces(&[suite], &[&read, &[], &answer, &update, &[], &answer]),
        )?;
    }
    for protocol in 0..8u8 {
        // Honest all along, a command through the session, an answer.
        let honest = [&[protocol, 0, 0, 0, 0, 0][..], &pieces(&[], &[&read]), b"answer"].concat();
        let changed = [&[protocol, 0, 0, 1][..], &pieces(&[], &[&[0, 0, 0, 0, 0, 0, 1]])].concat();
        for target in ["access_chip", "access_terminal"] {
            put(target, &format!("honest-{protocol}"), &honest)?;
            put(target, &format!("changed-{protocol}"), &changed)?;
        }
    }
    Ok(())
}

fn chips() -> Outcome {
    let chip = &specimen().chip;
    let mut inspected = Vec::new();
    for (file, contents) in &chip.files {
        let number = FileId::ALL.iter().position(|known| known == file).ok_or("a file")?;
        inspected.push(u8::try_from(number)?);
        push_piece(&mut inspected, contents);
        // Read with every password and length, this file as it is.
        let mut reading = vec![u8::try_from(number)? & 1 | 0x0E, u8::try_from(number)?];
        push_piece(&mut reading, contents);
        put("chip_reader", &file.file_name(), &reading)?;
    }
    put("inspection", "without-zone", &inspected)?;
    inspected.push(0xFF);
    push_piece(&mut inspected, specimen().zone.as_bytes());
    put("inspection", "with-zone", &inspected)?;
    for how in [1, 2, 8, 0x2E] {
        put("chip_reader", &format!("specimen-{how}"), &[how])?;
    }
    let answers: Vec<Vec<u8>> =
        [0x9000, 0x6A82, 0x9000, 0x9000].map(|status| Response::status(StatusWord(status)).to_bytes()).into();
    let answers: Vec<&[u8]> = answers.iter().map(Vec::as_slice).collect();
    put("chip_reader", "answers", &pieces(&[0x12], &answers))?;

    for object in &chip.keys {
        put("personalisation", object.name(), &[&[1], object.to_bytes().as_slice()].concat())?;
    }
    let application = FileControl::parse(&create_application()?)?;
    put("personalisation", "file-control", &[&[0], application.to_bytes().as_slice()].concat())?;
    let order = KeyOrder::ChipAuthentication { suite: CipherSuite::Aes128, identifier: Some(1), curve: Curve::P256 };
    put("personalisation", "key-order", &[&[3], order.to_bytes().as_slice()].concat())?;
    let mut contents = vec![4, 1, 1, 0x21, 0x33];
    contents.extend_from_slice(&[5; 48]);
    let select = Command::new(0, 0xA4, 0, 0x0C).with_data([0x3F, 0]).to_bytes();
    let lock = Command::new(0, 0x44, 0, 0).to_bytes();
    contents.extend_from_slice(&[0, 2]);
    for (purpose, command) in [(0, &select), (8, &lock)] {
        contents.extend_from_slice(&[purpose, 0, 0, 0, 0, 0, 0, 0, 0, 0, u8::try_from(command.len())?]);
        contents.extend_from_slice(command);
    }
    put("personalisation", "package", &contents)?;
    let channel = pieces(&[5, 0, 4], &[&select, &select, &select, &[], b"answer", &lock, &[], b""]);
    put("personalisation", "channel", &channel)?;
    let ok = Response::data([]).to_bytes();
    put("personalisation", "answers", &pieces(&[8, 4, 3], &[&ok, &ok, &ok]))?;
    put("personalisation", "made-keys", &pieces(&[7, 2], &[&ok, &ok]))?;
    put("personalisation", "read-back", &pieces(&[9, 0, 3], &[&ok, &ok, &ok]))?;
    put("personalisation", "host", &pieces(&[6], &[&ok, &ok]))?;

    commands()
}

fn create_application() -> Outcome<Vec<u8>> {
    let plan = plan()?;
    let create = plan.iter().find(|command| command.instruction == 0xE0).ok_or("a command that creates")?;
    Ok(create.data.clone())
}

/// The plan of a chip with basic access control and active authentication.
fn plan() -> Outcome<Vec<Command>> {
    let mut data = ChipData {
        files: specimen().chip.files.clone(),
        basic_access: Some(BacKeys::from_bytes([1; 16], [2; 16])),
        pace_parameters: Vec::new(),
        pace_passwords: Vec::new(),
        active_authentication_key: Some(key(Curve::P256).into()),
        chip_authentication_key: None,
        made_on_chip: MadeKeys::default(),
    };
    data.files.remove(&FileId::CARD_ACCESS);
    data.files.remove(&FileId::DG14);
    let public_key = key(Curve::P256).public_key().to_spki_explicit();
    data.files.insert(FileId::DG15, Dg15 { public_key }.build()?);
    let plan = WritePlan::build(&data, &ChipLimits::SHORT)?;
    Ok(plan.commands().iter().map(|planned| planned.command.clone()).collect())
}

fn commands() -> Outcome {
    let select = select_application().to_bytes();
    let read = Command::new(0, 0xB0, 0x81, 0).expecting(256).to_bytes();
    let challenge = Command::new(0, 0x84, 0, 0).expecting(8).to_bytes();
    let mut written = vec![1];
    for command in plan()? {
        written.push(3);
        push_piece(&mut written, &command.to_bytes());
    }
    put("emulated_chip", "written", &written)?;
    let mut made = vec![2];
    for order in [
        KeyOrder::ActiveAuthentication { curve: Curve::P256 },
        KeyOrder::ChipAuthentication { suite: CipherSuite::Aes128, identifier: None, curve: Curve::P256 },
    ] {
        made.push(3);
        push_piece(&mut made, &Command::new(0, 0x47, 0x80, 0).with_data(order.to_bytes()).expecting(256).to_bytes());
    }
    put("emulated_chip", "keys-made", &made)?;
    let mut agree = Vec::new();
    tlv::push(&mut agree, 0x80, b"\x04\x00\x7F\x00\x07\x02\x02\x03\x02\x02");
    let set = Command::new(0, 0x22, 0x41, 0xA4).with_data(agree).to_bytes();
    let mut pace = Vec::new();
    tlv::push(&mut pace, 0x80, PaceParameters::P256_AES128.object_identifier().as_bytes());
    tlv::push(&mut pace, 0x83, &[1]);
    let pace = Command::new(0, 0x22, 0xC1, 0xA4).with_data(pace).to_bytes();
    let nonce = Command::new(0x10, 0x86, 0, 0).with_data([0x7C, 0]).expecting(256).to_bytes();
    let authenticate = Command::new(0, 0x88, 0, 0).with_data(*b"CHALLENG").expecting(256).to_bytes();
    for (name, how, commands) in [
        ("delivered", 0, vec![&select, &read, &challenge]),
        ("locked", 3, vec![&select, &challenge, &read]),
        ("pace", 3, vec![&pace, &nonce]),
    ] {
        let mut seed = vec![how];
        for command in commands {
            seed.push(0);
            push_piece(&mut seed, command);
        }
        put("emulated_chip", name, &seed)?;
    }
    let mut session = vec![4];
    for command in [&read, &authenticate, &set] {
        session.push(3);
        push_piece(&mut session, command);
    }
    put("emulated_chip", "session", &session)?;
    let identity = ChipIdentity { chip_serial: b"UTOCHIP1".to_vec(), key_version: 1, transport_keys: static_keys() };
    let chip = EmulatedChip::new(identity, ChipSettings::default(), 1);
    put("emulated_chip", "snapshot", &pieces(&[5], &[&chip.snapshot()]))
}
