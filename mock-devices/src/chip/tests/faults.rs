//! Chips that break, and what the host makes of it.

use super::*;
use chip_profile::personalisation::write_plan::Purpose;
use chip_profile::personalisation::{ChipFate, PersonalisationErrorKind};

fn personalise_with(fault: ChipFault) -> (EmulatedChip, PersonalisationSession, Result<(), PersonalisationError>) {
    let data = data();
    let mut chip = chip();
    chip.inject(fault);
    let mut session = session(&data, &chip.settings().limits(), SecurityLevel::CommandEncryption);
    let result = write(&mut chip, &mut session).and_then(|()| lock(&mut chip, &mut session));
    (chip, session, result)
}

#[test]
fn a_mute_chip_is_untouched() {
    let (mut chip, _, result) = personalise_with(ChipFault::Mute);
    let error = result.unwrap_err();
    assert_eq!((error.fate, error.kind), (ChipFate::Untouched, PersonalisationErrorKind::Interrupted));
    assert_eq!(chip.transmit(SELECT_MASTER_FILE), b"");
}

#[test]
fn wherever_a_chip_dies_the_host_says_the_truth_about_it() {
    let total = WritePlan::build(&data(), &ChipSettings::default().limits()).unwrap().commands().len() as u32 + 4;
    for answered in 0..=total {
        let (chip, session, result) = personalise_with(ChipFault::DieAfter(answered));
        let fate = result.map_or_else(|error| error.fate, |()| ChipFate::Locked);
        let truth = chip.life_cycle();
        match fate {
            ChipFate::Untouched => assert_eq!(truth, LifeCycle::Initialised, "after {answered}"),
            ChipFate::PartWritten => assert_ne!(truth, LifeCycle::Locked, "after {answered}"),
            ChipFate::Locked => assert_eq!(truth, LifeCycle::Locked, "after {answered}"),
            ChipFate::Unknown => assert_eq!(answered, total - 1, "only the lock's own answer leaves doubt"),
        }
        assert_eq!(session.fate(), fate, "after {answered}");
        assert_eq!(fate == ChipFate::Locked, answered == total);
    }
}

#[test]
fn a_dropped_field_ends_the_channel_and_leaves_the_chip_part_written() {
    let (chip, _, result) = personalise_with(ChipFault::DropFieldAfter(20));
    let error = result.unwrap_err();
    assert_eq!(error.fate, ChipFate::PartWritten);
    // Without the channel the next wrapped command is refused.
    let PersonalisationErrorKind::RefusedInPlan { purpose, status } = error.kind else { panic!("{:?}", error.kind) };
    assert_eq!(status, StatusWord::SECURITY_STATUS);
    assert!(matches!(purpose, Purpose::Write { file: FileId::DG2, .. }), "{purpose}");
    assert_eq!(chip.life_cycle(), LifeCycle::Personalising);
}

/// The field drops before each command of the personalisation in turn, the lock among them.
#[test]
fn wherever_the_field_drops_the_chip_can_be_started_over_or_is_locked() {
    let total = WritePlan::build(&data(), &ChipSettings::default().limits()).unwrap().commands().len() as u32 + 4;
    let mut seen = Vec::new();
    for dropped_after in 0..total {
        let (mut chip, session, result) = personalise_with(ChipFault::DropFieldAfter(dropped_after));
        let Err(error) = result else {
            // Before the channel begins to open there is nothing to lose.
            assert!(dropped_after <= 2, "after {dropped_after}");
            continue;
        };
        assert_eq!(session.fate(), error.fate);
        // EXTERNAL AUTHENTICATE after a drop is refused for its missing challenge, and counts nowhere.
        let untouched = dropped_after == 3;
        let (fate, truth) = if untouched {
            (ChipFate::Untouched, LifeCycle::Initialised)
        } else if dropped_after <= 5 {
            (ChipFate::PartWritten, LifeCycle::Initialised)
        } else {
            (ChipFate::PartWritten, LifeCycle::Personalising)
        };
        assert_eq!((error.fate, chip.life_cycle()), (fate, truth), "after {dropped_after}");
        seen.push(error.fate);
        let data = data();
        let plan = WritePlan::build(&data, &chip.settings().limits()).unwrap().starting_over();
        let level = SecurityLevel::CommandEncryption;
        let channel = Scp03Channel::new(KEY_VERSION, [8; 8], level);
        let mut again = PersonalisationSession::new(plan, Some(SERIAL.to_vec()), channel);
        write(&mut chip, &mut again).unwrap();
        lock(&mut chip, &mut again).unwrap();
        let (result, _) = read(&mut chip, &data, ChipLimits::SHORT, basic()).unwrap();
        assert_eq!(result.files, readable(&data));
        assert!(result.active_authentication.is_some());
        assert_eq!(status(&mut chip, &[0x00, 0xE4, 0, 0, 2, 0x3F, 0]), StatusWord::CONDITIONS);
    }
    assert_eq!(seen.len() as u32, total - 3, "every command but the first three is a point of no quiet return");
}

#[test]
fn a_file_that_cannot_be_written_is_named() {
    let (_, _, result) = personalise_with(ChipFault::MemoryFailure { file: FileId::DG11 });
    let error = result.unwrap_err();
    assert_eq!(error.to_string(), "chip part-written: UPDATE BINARY of DG11 at 0 was answered 6581");
}

#[test]
fn a_bad_byte_shows_in_the_read_back_and_nowhere_else() {
    let data = data();
    for offset in [0, 300, 21_999] {
        let mut chip = locked();
        chip.inject(ChipFault::CorruptByte { file: FileId::DG2, offset });
        let mut chip = EmulatedChip::restore(&chip.snapshot()).unwrap();
        let (result, _) = read(&mut chip, &data, ChipLimits::SHORT, basic()).unwrap();
        let mut expected = readable(&data);
        expected.get_mut(&FileId::DG2).unwrap()[offset] ^= 1;
        assert_eq!(result.files, expected);
    }
}

#[test]
fn nothing_personal_appears_in_debug_output() {
    let chip = locked();
    let text = format!("{chip:?}");
    let first = format!("{:?}", &chip.contents(FileId::DG1).unwrap()[..4]);
    assert!(text.contains("File(93 bytes") && !text.contains(first.trim_matches(['[', ']'])));
}

#[test]
fn a_slow_chip_takes_its_time() {
    let (slow, _, _) = personalise_with(ChipFault::Slow(3));
    assert!(slow.elapsed() > locked().elapsed() * 2);
}
