//! What a chip must refuse.

use super::*;
use chip_profile::personalisation::scp03::Scp03Error;
use chip_profile::personalisation::write_plan::Purpose;
use chip_profile::personalisation::{ChipFate, PersonalisationErrorKind};

#[test]
fn a_locked_chip_can_never_be_written_again() {
    let mut chip = locked();
    let before = chip.contents(FileId::DG1).unwrap().to_vec();
    for select in [SELECT_MASTER_FILE, SELECT_APPLICATION] {
        assert_eq!(status(&mut chip, select), StatusWord::OK);
        assert_eq!(status(&mut chip, &[0x00, 0xD6, 0x81, 0x00, 1, 0xFF]), StatusWord::CONDITIONS);
        assert_eq!(status(&mut chip, &[0x00, 0xE0, 0, 0, 2, 0x62, 0]), StatusWord::CONDITIONS);
        assert_eq!(status(&mut chip, &[0x00, 0xDB, 0x3F, 0xFF, 1, 0]), StatusWord::CONDITIONS);
        assert_eq!(status(&mut chip, &[0x00, 0x44, 0, 0, 2, 0x3F, 0]), StatusWord::CONDITIONS);
    }
    // Its transport keys open nothing any more, and it does not say who it is.
    assert_eq!(status(&mut chip, &[0x80, 0x50, KEY_VERSION, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8, 0]), StatusWord::CONDITIONS);
    assert_eq!(status(&mut chip, &[0x80, 0xCA, 0, 0x45, 0]), StatusWord::REFERENCE_NOT_FOUND);
    let mut again = session(&data(), &ChipLimits::SHORT, SecurityLevel::CommandEncryption);
    let error = write(&mut chip, &mut again).unwrap_err();
    assert_eq!(error.fate, ChipFate::Untouched);
    assert!(matches!(error.kind, PersonalisationErrorKind::Refused { status: StatusWord::FILE_NOT_FOUND, .. }));
    assert_eq!(chip.contents(FileId::DG1).unwrap(), before);
}

#[test]
fn a_locked_chip_gives_only_the_free_files_without_access_control() {
    let mut chip = locked();
    let read =
        |chip: &mut EmulatedChip, short: u8| Response::parse(&chip.transmit(&[0, 0xB0, 0x80 | short, 0, 0])).unwrap();
    chip.transmit(SELECT_MASTER_FILE);
    for file in [FileId::CARD_ACCESS, FileId::DIR, FileId::ATR_INFO] {
        let answer = read(&mut chip, file.short_identifier());
        assert_eq!((answer.status, Some(&answer.data)), (StatusWord::OK, data().files.get(&file)), "{file}");
    }
    assert_eq!(read(&mut chip, FileId::CARD_SECURITY.short_identifier()).status, StatusWord::SECURITY_STATUS);
    chip.transmit(SELECT_APPLICATION);
    for file in data().files.into_keys().filter(|file| file.in_application()) {
        assert_eq!(read(&mut chip, file.short_identifier()).status, StatusWord::SECURITY_STATUS, "{file}");
        let [high, low] = file.number().to_be_bytes();
        assert_eq!(status(&mut chip, &[0, 0xA4, 2, 0x0C, 2, high, low]), StatusWord::OK);
        assert_eq!(status(&mut chip, &[0, 0xB0, 0, 0, 0]), StatusWord::SECURITY_STATUS, "{file}");
    }
    assert_eq!(status(&mut chip, &[0, 0x88, 0, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8, 0]), StatusWord::SECURITY_STATUS);
}

#[test]
fn another_zone_opens_nothing() {
    let other = MrzInformation::new("L898902C<", "690806", "940624").unwrap();
    let refused = read(&mut locked(), &data(), ChipLimits::SHORT, ReadAccess::BasicAccessControl(other));
    assert!(matches!(refused, Err(ReadBackError::Access(_))));
}

#[test]
fn a_chip_without_basic_access_keys_does_not_offer_it() {
    let data = ChipData { basic_access: None, ..data() };
    let mut chip = personalised(ChipSettings::default(), &data, SecurityLevel::CommandEncryption);
    assert!(matches!(read(&mut chip, &data, ChipLimits::SHORT, basic()), Err(ReadBackError::Access(_))));
    let access = ReadAccess::Pace(PaceParameters::P256_AES128, PacePassword::mrz(&mrz()));
    assert!(read(&mut chip, &data, ChipLimits::SHORT, access).is_ok());
}

#[test]
fn an_unlocked_chip_shows_nothing_without_the_channel() {
    let mut chip = chip();
    assert_eq!(status(&mut chip, SELECT_APPLICATION), StatusWord::FILE_NOT_FOUND);
    assert_eq!(status(&mut chip, &[0x00, 0xE0, 0, 0, 2, 0x62, 0]), StatusWord::SECURITY_STATUS);
    let mut session = session(&data(), &chip.settings().limits(), SecurityLevel::CommandEncryption);
    write(&mut chip, &mut session).unwrap();
    chip.reset();
    assert_eq!(chip.life_cycle(), LifeCycle::Personalising);
    for (select, short) in [(SELECT_MASTER_FILE, 0x1C), (SELECT_APPLICATION, 0x01), (SELECT_APPLICATION, 0x02)] {
        assert_eq!(status(&mut chip, select), StatusWord::OK);
        assert_eq!(status(&mut chip, &[0, 0xB0, 0x80 | short, 0, 0]), StatusWord::SECURITY_STATUS);
        assert_eq!(status(&mut chip, &[0, 0xD6, 0x80 | short, 0, 1, 0]), StatusWord::SECURITY_STATUS);
        assert_eq!(status(&mut chip, &[0, 0x84, 0, 0, 8]), StatusWord::CONDITIONS);
    }
}

/// EXTERNAL AUTHENTICATE with made-up cryptogram and MAC.
fn guess(chip: &mut EmulatedChip) -> StatusWord {
    let opened = status(chip, &[0x80, 0x50, KEY_VERSION, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8, 0]);
    if !opened.is_ok() {
        return opened;
    }
    let mut command = vec![0x84, 0x82, 0x03, 0, 16];
    command.extend([0; 16]);
    status(chip, &command)
}

#[test]
fn wrong_transport_keys_kill_the_chip_and_a_right_one_clears_the_count() {
    let mut chip = chip_with(ChipSettings { attempts: 3, ..ChipSettings::default() });
    for _ in 0..2 {
        assert_eq!(guess(&mut chip), StatusWord::AUTHENTICATION_FAILED);
    }
    let mut opened = session(&data(), &ChipLimits::SHORT, SecurityLevel::CommandEncryption);
    write(&mut chip, &mut opened).unwrap();
    for _ in 0..2 {
        assert_eq!(guess(&mut chip), StatusWord::AUTHENTICATION_FAILED);
        chip.reset();
    }
    assert_eq!(guess(&mut chip), StatusWord(0x6983));
    assert_eq!(chip.life_cycle(), LifeCycle::Dead);
    let mut chip = EmulatedChip::restore(&chip.snapshot()).unwrap();
    assert_eq!(guess(&mut chip), StatusWord(0x6983));
    let mut late = session(&data(), &ChipLimits::SHORT, SecurityLevel::CommandEncryption);
    assert_eq!(write(&mut chip, &mut late).unwrap_err().fate, ChipFate::Untouched);
}

#[test]
fn a_host_with_wrong_keys_notices_before_the_chip_counts() {
    let mut chip = chip_with(ChipSettings { attempts: 1, ..ChipSettings::default() });
    chip.inject(ChipFault::WrongTransportKeys);
    let mut first = session(&data(), &ChipLimits::SHORT, SecurityLevel::CommandEncryption);
    let error = write(&mut chip, &mut first).unwrap_err();
    assert_eq!(error.fate, ChipFate::Untouched);
    assert_eq!(error.kind, PersonalisationErrorKind::Channel(Scp03Error::Cryptogram.into()));
    assert!(error.kind.speaks_for_wrong_keys());
    chip.heal();
    let mut second = session(&data(), &ChipLimits::SHORT, SecurityLevel::CommandEncryption);
    write(&mut chip, &mut second).unwrap();
}

#[test]
fn another_chip_than_the_bound_one_is_left_alone() {
    let mut chip = chip();
    let plan = WritePlan::build(&data(), &ChipLimits::SHORT).unwrap();
    let channel = Scp03Channel::new(KEY_VERSION, [9; 8], SecurityLevel::CommandEncryption);
    let mut session = PersonalisationSession::new(plan, Some(b"UTOCHIP00002".to_vec()), channel);
    let error = write(&mut chip, &mut session).unwrap_err();
    assert_eq!((error.fate, error.kind), (ChipFate::Untouched, PersonalisationErrorKind::OtherChip));
    assert_eq!(chip.life_cycle(), LifeCycle::Initialised);
}

#[test]
fn a_second_personalisation_and_an_empty_lock_are_refused() {
    let mut chip = chip();
    let mut first = session(&data(), &ChipLimits::SHORT, SecurityLevel::CommandEncryption);
    write(&mut chip, &mut first).unwrap();
    chip.reset();
    let mut second = session(&data(), &ChipLimits::SHORT, SecurityLevel::CommandEncryption);
    let error = write(&mut chip, &mut second).unwrap_err();
    assert_eq!(error.fate, ChipFate::PartWritten);
    let purpose = Purpose::CreateFile(FileId::CARD_ACCESS);
    assert_eq!(error.kind, PersonalisationErrorKind::RefusedInPlan { purpose, status: StatusWord(0x6A89) });
}

#[test]
fn keys_on_a_curve_that_the_chip_lacks_and_files_too_large_are_refused() {
    let mut refusing = chip_with(ChipSettings { curves: vec![Curve::P384], ..ChipSettings::default() });
    let mut first = session(&data(), &ChipLimits::SHORT, SecurityLevel::CommandEncryption);
    let error = write(&mut refusing, &mut first).unwrap_err();
    let purpose = Purpose::PutKey("active authentication key");
    assert_eq!(error.kind, PersonalisationErrorKind::RefusedInPlan { purpose, status: StatusWord(0x6A81) });
    let mut small = chip_with(ChipSettings { memory: 20_000, ..ChipSettings::default() });
    let mut second = session(&data(), &ChipLimits::SHORT, SecurityLevel::CommandEncryption);
    let error = write(&mut small, &mut second).unwrap_err();
    let purpose = Purpose::CreateFile(FileId::DG2);
    assert_eq!(error.kind, PersonalisationErrorKind::RefusedInPlan { purpose, status: StatusWord::NO_MEMORY });
}

#[test]
fn secrets_do_not_leave_the_host_in_the_clear() {
    let mut chip = chip();
    let mut plain = session(&data(), &ChipLimits::SHORT, SecurityLevel::CommandAndResponseMac);
    let error = write(&mut chip, &mut plain).unwrap_err();
    assert_eq!(error.kind, PersonalisationErrorKind::Unencrypted);
    let mut protected = session(&data(), &ChipLimits::SHORT, SecurityLevel::CommandEncryption);
    let answers = send(&mut chip, &protected.start().unwrap());
    let Step::DeriveKeys(request) = protected.next(&answers).unwrap() else { panic!("keys are asked for first") };
    let script = protected.authenticate(sign(&request)).unwrap();
    let secret = key(Curve::P256).private_scalar();
    assert!(!script.iter().any(|command| command.data.windows(8).any(|part| part == &secret.as_bytes()[..8])));
}

#[test]
fn steps_out_of_order_change_nothing() {
    let mut chip = chip();
    let mut session = session(&data(), &ChipLimits::SHORT, SecurityLevel::CommandEncryption);
    let out_of_order = |error: PersonalisationError| (error.fate, error.kind);
    let untouched = (ChipFate::Untouched, PersonalisationErrorKind::OutOfOrder);
    assert_eq!(out_of_order(session.lock().unwrap_err()), untouched);
    assert_eq!(out_of_order(session.next(&[]).unwrap_err()), untouched);
    write(&mut chip, &mut session).unwrap();
    assert_eq!(session.fate(), ChipFate::PartWritten);
    assert_eq!(out_of_order(session.start().unwrap_err()).0, ChipFate::PartWritten);
    lock(&mut chip, &mut session).unwrap();
    assert_eq!(session.fate(), ChipFate::Locked);
    assert_eq!(out_of_order(session.lock().unwrap_err()).0, ChipFate::Locked);
}
