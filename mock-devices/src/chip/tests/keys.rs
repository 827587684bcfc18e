//! Keys of every kind: brought in one command or in a chain, made on the chip, proven afterwards, and never given out.

use super::*;
use chip_profile::access::active_authentication;
use chip_profile::access::chip_authentication::ChipAuthenticationTerminal;
use chip_profile::ec::{HashAlgorithm, PublicKey};
use chip_profile::personalisation::key_object::ActiveAuthenticationKey;
use chip_profile::personalisation::scp03::{AesKey, Mode};
use chip_profile::personalisation::two_phase::{KeyGeneration, KeyOrder};
use chip_profile::personalisation::write_plan::Purpose;
use chip_profile::personalisation::{ChipFate, PersonalisationErrorKind, PlanError};
use chip_profile::signature::VerifyingKey;

const SUITE: CipherSuite = CipherSuite::Aes128;

fn orders() -> Vec<KeyOrder> {
    let curve = Curve::P256;
    vec![
        KeyOrder::ActiveAuthentication { curve },
        KeyOrder::ChipAuthentication { suite: SUITE, identifier: Some(1), curve },
    ]
}

fn channel() -> Scp03Channel {
    Scp03Channel::new(KEY_VERSION, [9; 8], SecurityLevel::CommandEncryptionResponseMac)
}

/// The document of a chip that has made these keys, as the host makes it between the phases.
fn data_for(made: &MadeKeys) -> ChipData {
    let mut data = data();
    let pace = PaceParameters::P256_AES128.security_info();
    let agreement = made.chip_authentication().unwrap();
    let infos = vec![
        pace,
        SecurityInfo::ChipAuthentication {
            protocol: chip_authentication::object_identifier(SUITE),
            version: 1,
            key_id: Some(1),
        },
        SecurityInfo::ChipAuthenticationPublicKey {
            protocol: PUBLIC_KEY.push_arc(2).unwrap(),
            public_key: agreement.public_key.to_spki_explicit(),
            key_id: Some(1),
        },
    ];
    data.files.insert(FileId::DG14, Dg14 { security_infos: SecurityInfos::new(infos) }.build().unwrap());
    let public_key = made.active_authentication().unwrap().to_spki_explicit();
    data.files.insert(FileId::DG15, Dg15 { public_key }.build().unwrap());
    data.active_authentication_key = None;
    data.chip_authentication_key = None;
    data.made_on_chip = made.clone();
    data
}

/// Both phases up to the lock; what the chip made.
fn both_phases(
    chip: &mut EmulatedChip,
    phase: KeyGeneration,
) -> Result<(ChipData, PersonalisationSession), PersonalisationError> {
    let mut session = PersonalisationSession::two_phase(phase, Some(SERIAL.to_vec()), channel());
    let answers = send(chip, &session.start()?);
    let Step::DeriveKeys(request) = session.next(&answers)? else { panic!("keys are asked for first") };
    let answers = send(chip, &session.authenticate(sign(&request))?);
    let Step::KeysMade(made) = session.next(&answers)? else { panic!("the chip makes its keys") };
    let data = data_for(&made);
    let plan = WritePlan::build(&data, &chip.settings().limits()).unwrap();
    let answers = send(chip, &session.write(plan)?);
    assert!(matches!(session.next(&answers)?, Step::Written));
    lock(chip, &mut session)?;
    chip.reset();
    Ok((data, session))
}

fn proves(chip: &mut EmulatedChip, data: &ChipData) {
    let made = &data.made_on_chip;
    let agreement = made.chip_authentication().unwrap();
    let terminal = ChipAuthenticationTerminal::new(SUITE, agreement.public_key.clone(), Some(1));
    let plan = ReadPlan::new(&data.files, ChipSettings::default().limits());
    let (result, _) = run(chip, ReadBack::new(plan, basic()).with_chip_authentication(terminal)).unwrap();
    assert_eq!((&result.files, result.chip_authentication), (&readable(data), true));
    let (challenge, answer) = result.active_authentication.unwrap();
    let key = VerifyingKey::Ec(made.active_authentication().unwrap().clone());
    active_authentication::verify(&key, Some(HashAlgorithm::Sha256), challenge, &answer).unwrap();
}

#[test]
fn a_chip_makes_its_keys_and_the_files_follow_and_a_border_accepts_it() {
    let mut chip = chip();
    let (data, session) = both_phases(&mut chip, KeyGeneration::new(orders())).unwrap();
    assert_eq!((session.fate(), chip.life_cycle()), (ChipFate::Locked, LifeCycle::Locked));
    proves(&mut chip, &data);
    // It also does after its machine was switched off.
    proves(&mut EmulatedChip::restore(&chip.snapshot()).unwrap(), &data);
    // Another chip makes other keys.
    let mut other = chip_with(ChipSettings::default());
    other.rng = ChaCha20Rng::seed_from_u64(2);
    let (other, _) = both_phases(&mut other, KeyGeneration::new(orders())).unwrap();
    assert_ne!(other.made_on_chip, data.made_on_chip);
}

#[test]
fn wherever_the_field_drops_in_two_phases_the_chip_can_be_started_over() {
    let mut reference = chip();
    let (data, _) = both_phases(&mut reference, KeyGeneration::new(orders())).unwrap();
    let written = WritePlan::build(&data, &ChipSettings::default().limits()).unwrap().commands().len();
    let total = 4 + KeyGeneration::new(orders()).commands().len() + written;
    for dropped_after in 3..total {
        let mut chip = chip();
        chip.inject(ChipFault::DropFieldAfter(dropped_after as u32));
        let error = both_phases(&mut chip, KeyGeneration::new(orders())).unwrap_err();
        let fate = if dropped_after == 3 { ChipFate::Untouched } else { ChipFate::PartWritten };
        assert_eq!(error.fate, fate, "after {dropped_after}");
        assert_ne!(chip.life_cycle(), LifeCycle::Locked);
        let (data, _) = both_phases(&mut chip, KeyGeneration::new(orders()).starting_over()).unwrap();
        proves(&mut chip, &data);
    }
}

#[test]
fn a_plan_for_other_keys_or_one_that_would_delete_them_is_not_sent() {
    let mut chip = chip();
    let mut session = PersonalisationSession::two_phase(KeyGeneration::new(orders()), None, channel());
    let answers = send(&mut chip, &session.start().unwrap());
    let Step::DeriveKeys(request) = session.next(&answers).unwrap() else { panic!("keys are asked for first") };
    let answers = send(&mut chip, &session.authenticate(sign(&request)).unwrap());
    let Step::KeysMade(made) = session.next(&answers).unwrap() else { panic!("the chip makes its keys") };
    let limits = chip.settings().limits();
    let foreign = WritePlan::build(&data(), &limits).unwrap();
    let deleting = WritePlan::build(&data_for(&made), &limits).unwrap().starting_over();
    for plan in [foreign, deleting] {
        let error = session.write(plan).unwrap_err();
        assert_eq!((error.fate, error.kind), (ChipFate::PartWritten, PersonalisationErrorKind::OtherKeys));
    }
    assert_eq!(session.lock().unwrap_err().kind, PersonalisationErrorKind::OutOfOrder);
    let right = WritePlan::build(&data_for(&made), &limits).unwrap();
    let answers = send(&mut chip, &session.write(right).unwrap());
    assert!(matches!(session.next(&answers).unwrap(), Step::Written));
    // Data that bring a key beside the one that was made contradict themselves.
    let mut twice = data_for(&made);
    twice.active_authentication_key = Some(key(Curve::P256).into());
    let refused = WritePlan::build(&twice, &limits).unwrap_err();
    assert_eq!(refused, PlanError::TwoKeys { name: "active authentication key" });
    let mut other = data_for(&made);
    other.files.insert(FileId::DG15, data().files.remove(&FileId::DG15).unwrap());
    assert!(matches!(WritePlan::build(&other, &limits), Err(PlanError::Mismatch { file: FileId::DG15, .. })));
}

#[test]
fn a_chip_that_lacks_the_curve_or_has_the_key_already_makes_none() {
    let settings = ChipSettings { curves: vec![Curve::P384], ..ChipSettings::default() };
    let error = both_phases(&mut chip_with(settings), KeyGeneration::new(orders())).unwrap_err();
    let purpose = Purpose::MakeKey("active authentication key");
    assert_eq!(error.kind, PersonalisationErrorKind::RefusedInPlan { purpose, status: StatusWord(0x6A81) });
    let twice = vec![orders()[0], orders()[0]];
    let error = both_phases(&mut chip(), KeyGeneration::new(twice)).unwrap_err();
    assert_eq!(error.kind, PersonalisationErrorKind::RefusedInPlan { purpose, status: StatusWord(0x6A89) });
}

/// DG15 of an RSA key.
fn rsa_dg15(bits: usize) -> Vec<u8> {
    let key = rsa_key(bits);
    let integer = |number: &[u8]| {
        let mut out = Vec::new();
        let digits = if number[0] & 0x80 == 0 { number.to_vec() } else { [&[0], number].concat() };
        chip_profile::tlv::push(&mut out, 0x02, &digits);
        out
    };
    let object = |tag, parts: &[&[u8]]| {
        let mut out = Vec::new();
        chip_profile::tlv::push(&mut out, tag, &parts.concat());
        out
    };
    let numbers = object(0x30, &[&integer(key.modulus()), &integer(key.public_exponent())]);
    let algorithm = b"\x30\x0D\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x01\x01\x05\x00";
    let public_key = object(0x30, &[algorithm, &object(0x03, &[&[0], &numbers])]);
    Dg15 { public_key }.build().unwrap()
}

fn rsa_data(bits: usize) -> ChipData {
    let mut data = data();
    data.files.insert(FileId::DG15, rsa_dg15(bits));
    let key = ActiveAuthenticationKey::Rsa { key: rsa_key(bits), hash: HashAlgorithm::Sha256 };
    data.active_authentication_key = Some(key);
    data
}

#[test]
fn rsa_keys_of_every_length_go_in_in_chains_and_answer_challenges() {
    for bits in [1280, 2048, 3072] {
        for settings in
            [ChipSettings::default(), ChipSettings { buffer: 255, extended_length: false, ..ChipSettings::default() }]
        {
            let data = rsa_data(bits);
            let mut chip = chip_with(settings.clone());
            let mut session = session(&data, &settings.limits(), SecurityLevel::CommandEncryption);
            let result = write(&mut chip, &mut session).and_then(|()| lock(&mut chip, &mut session));
            if bits > 1784 && !settings.extended_length {
                let purpose = Purpose::PutKey("active authentication key");
                let refused = PersonalisationErrorKind::RefusedInPlan { purpose, status: StatusWord(0x6A81) };
                assert_eq!(result.unwrap_err().kind, refused);
                continue;
            }
            result.unwrap();
            let (read, _) = read(&mut chip, &data, settings.limits(), basic()).unwrap();
            assert_eq!(read.files, readable(&data), "{bits}");
            let group = Dg15::parse(&read.files[&FileId::DG15]).unwrap();
            let public_key = VerifyingKey::from_spki(&group.public_key).unwrap();
            let (challenge, answer) = read.active_authentication.unwrap();
            active_authentication::verify(&public_key, None, challenge, &answer).unwrap();
            let image = chip.personalised();
            let kept = image.keys.iter().any(|object| {
                matches!(object, KeyObject::ActiveAuthentication { key: ActiveAuthenticationKey::Rsa { key, .. } }
                    if key.modulus() == rsa_key(bits).modulus())
            });
            assert!(kept);
        }
    }
    let mut wrong = rsa_data(2048);
    wrong.files.insert(FileId::DG15, rsa_dg15(1280));
    let error = WritePlan::build(&wrong, &ChipLimits::SHORT).unwrap_err();
    assert_eq!(error, PlanError::Mismatch { file: FileId::DG15, name: "active authentication key" });
}

#[test]
fn chips_with_long_transport_keys_and_macs_are_personalised_the_same() {
    let master = MasterKey::new([0x42; 32]);
    for mode in [Mode::S8, Mode::S16] {
        for extended_length in [true, false] {
            let buffer = if extended_length { 1024 } else { 255 };
            let settings = ChipSettings { mode, extended_length, buffer, ..ChipSettings::default() };
            let identity = ChipIdentity {
                chip_serial: SERIAL.to_vec(),
                key_version: KEY_VERSION,
                transport_keys: diversify(&master, SERIAL, KEY_VERSION),
            };
            let chip = EmulatedChip::new(identity, settings.clone(), 4);
            let mut chip = EmulatedChip::restore(&chip.snapshot()).unwrap();
            let data = data();
            let plan = WritePlan::build(&data, &settings.limits()).unwrap();
            let level = SecurityLevel::Full;
            let channel = match mode {
                Mode::S8 => Scp03Channel::new(KEY_VERSION, [9; 8], level),
                Mode::S16 => Scp03Channel::new(KEY_VERSION, [9; 16], level),
            };
            let mut session = PersonalisationSession::new(plan, None, channel);
            let answers = send(&mut chip, &session.start().unwrap());
            let Step::DeriveKeys(request) = session.next(&answers).unwrap() else { panic!("keys first") };
            let static_keys = diversify(&master, &request.chip_serial, request.key_version);
            let keys = derive_session_keys(&static_keys, &request.host_challenge, &request.card_challenge);
            assert!(AesKey::from_slice(keys.expose()[0]).is_some_and(|key| matches!(key, AesKey::Aes256(_))));
            let script = session.authenticate(keys).unwrap();
            assert!(script.iter().all(|command| command.data.len() <= buffer));
            let answers = send(&mut chip, &script);
            assert!(matches!(session.next(&answers).unwrap(), Step::Written));
            lock(&mut chip, &mut session).unwrap();
            assert_eq!(read(&mut chip, &data, settings.limits(), basic()).unwrap().0.files, readable(&data));
        }
    }
    // A host of the other mode is refused for the length of its challenge.
    let mut chip = chip_with(ChipSettings { mode: Mode::S16, ..ChipSettings::default() });
    let mut host = session(&data(), &ChipLimits::SHORT, SecurityLevel::Full);
    assert_eq!(write(&mut chip, &mut host).unwrap_err().fate, ChipFate::Untouched);
}

#[test]
fn a_public_key_is_all_that_leaves_the_chip() {
    let mut chip = chip();
    let mut session = PersonalisationSession::two_phase(KeyGeneration::new(orders()), None, channel());
    let answers = send(&mut chip, &session.start().unwrap());
    let Step::DeriveKeys(request) = session.next(&answers).unwrap() else { panic!("keys are asked for first") };
    let answers = send(&mut chip, &session.authenticate(sign(&request)).unwrap());
    let secrets: Vec<Vec<u8>> = chip
        .memory
        .keys
        .iter()
        .filter_map(|object| match object {
            KeyObject::ActiveAuthentication { key: ActiveAuthenticationKey::Ec(key) }
            | KeyObject::ChipAuthentication { key, .. } => Some(key.private_scalar().as_bytes().to_vec()),
            _ => None,
        })
        .collect();
    assert_eq!(secrets.len(), 2);
    for answer in &answers {
        assert!(!secrets.iter().any(|secret| answer.data.windows(8).any(|part| part == &secret[..8])));
    }
    let points = answers.iter().filter(|answer| answer.data.len() > 65).count();
    assert_eq!(points, 2);
    assert!(PublicKey::from_uncompressed(Curve::P256, &answers[3].data[5..70]).is_ok());
}
