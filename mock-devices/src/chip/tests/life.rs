//! From delivery to the border.

use super::*;
use chip_profile::access::active_authentication;
use chip_profile::access::chip_authentication::ChipAuthenticationTerminal;

#[test]
fn what_was_written_over_the_channel_is_read_back_with_basic_access_control() {
    let short = ChipSettings { buffer: 255, extended_length: false, ..ChipSettings::default() };
    for settings in [ChipSettings::default(), short] {
        for level in [SecurityLevel::CommandEncryption, SecurityLevel::Full] {
            let data = data();
            let limits = settings.limits();
            let mut chip = personalised(settings.clone(), &data, level);
            assert_eq!(chip.life_cycle(), LifeCycle::Locked);
            let (result, scripts) = read(&mut chip, &data, limits, basic()).unwrap();
            assert_eq!(result.files, readable(&data));
            assert_eq!(scripts, 3);
            let (challenge, answer) = result.active_authentication.unwrap();
            let key = key(Curve::P256).public_key().clone().into();
            let hash = Some(Curve::P256.hash());
            assert!(active_authentication::verify(&key, hash, challenge, &answer).is_ok());
            assert!(active_authentication::verify(&key, hash, [0; 8], &answer).is_err());
        }
    }
}

#[test]
fn what_was_written_over_the_channel_is_read_back_with_pace() {
    let data = data();
    for password in [PacePassword::mrz(&mrz()), PacePassword::can("314159")] {
        let mut chip = locked();
        let access = ReadAccess::Pace(PaceParameters::P256_AES128, password);
        let (result, scripts) = read(&mut chip, &data, ChipSettings::default().limits(), access).unwrap();
        assert_eq!(result.files, readable(&data));
        assert_eq!(scripts, 6);
    }
    let wrong = ReadAccess::Pace(PaceParameters::P256_AES128, PacePassword::can("271828"));
    assert!(matches!(read(&mut locked(), &data, ChipLimits::SHORT, wrong), Err(ReadBackError::Access(_))));
}

#[test]
fn files_beyond_the_reach_of_the_short_offset_are_written_and_read() {
    let mut data = data();
    data.files.insert(FileId::DG2, noise(50_000, 3));
    for settings in
        [ChipSettings::default(), ChipSettings { buffer: 255, extended_length: false, ..ChipSettings::default() }]
    {
        let limits = settings.limits();
        let mut chip = personalised(settings, &data, SecurityLevel::CommandEncryption);
        assert_eq!(chip.contents(FileId::DG2), data.files.get(&FileId::DG2).map(Vec::as_slice));
        assert_eq!(read(&mut chip, &data, limits, basic()).unwrap().0.files, readable(&data));
    }
}

#[test]
fn a_chip_comes_back_from_its_snapshot_at_every_stage_of_its_life() {
    let data = data();
    let fresh = chip();
    let mut chip = EmulatedChip::restore(&fresh.snapshot()).unwrap();
    assert_eq!(chip.snapshot(), fresh.snapshot());
    let mut session = session(&data, &chip.settings().limits(), SecurityLevel::CommandEncryption);
    write(&mut chip, &mut session).unwrap();
    let part = EmulatedChip::restore(&chip.snapshot()).unwrap();
    assert_eq!((part.life_cycle(), part.elapsed()), (LifeCycle::Personalising, chip.elapsed()));
    assert_eq!(part.contents(FileId::DG1), chip.contents(FileId::DG1));
    lock(&mut chip, &mut session).unwrap();
    let mut chip = EmulatedChip::restore(&chip.snapshot()).unwrap();
    let (result, _) = read(&mut chip, &data, ChipLimits::SHORT, basic()).unwrap();
    assert_eq!(result.files, readable(&data));
    assert!(result.active_authentication.is_some());
    let snapshot = chip.snapshot();
    for end in 0..40 {
        assert!(EmulatedChip::restore(&snapshot[..end]).is_err());
    }
}

#[test]
fn the_modelled_time_is_that_of_real_chips() {
    let time = |bit_rate| {
        let settings = ChipSettings { bit_rate, ..ChipSettings::default() };
        personalised(settings, &data(), SecurityLevel::CommandEncryption).elapsed().as_secs_f64()
    };
    assert!((4.0..15.0).contains(&time(BitRate::Kbit848)), "{}", time(BitRate::Kbit848));
    assert!(time(BitRate::Kbit106) > time(BitRate::Kbit848) + 1.5);
}

#[test]
fn a_chip_behaves_the_same_from_the_same_seed() {
    let transcript = || {
        let mut chip = locked();
        chip.transmit(SELECT_APPLICATION);
        chip.transmit(&[0x00, 0x84, 0x00, 0x00, 0x08])
    };
    assert_eq!(transcript(), transcript());
    assert_eq!(transcript().len(), 10);
}

#[test]
fn the_chip_proves_its_chip_authentication_key_and_a_copy_does_not() {
    let data = data();
    let prove = |key: &KeyPair| {
        let suite = chip_profile::access::CipherSuite::Aes128;
        let terminal = ChipAuthenticationTerminal::new(suite, key.public_key().clone(), None);
        let plan = ReadPlan::new(&data.files, ChipSettings::default().limits());
        let mut chip = locked();
        run(&mut chip, ReadBack::new(plan, basic()).with_chip_authentication(terminal))
    };
    let (result, scripts) = prove(&key(Curve::P256)).unwrap();
    assert_eq!((result.files, result.chip_authentication, scripts), (readable(&data), true, 4));
    assert!(result.active_authentication.is_some());
    let other = KeyPair::from_private_scalar(Curve::P256, &[0x38; 32]).unwrap();
    assert!(matches!(prove(&other), Err(ReadBackError::ChipAuthentication(_))));
}
