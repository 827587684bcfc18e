//! Single commands and the status words that a card gives them.

use super::*;
use chip_profile::tlv;

fn answer(chip: &mut EmulatedChip, command: &[u8]) -> Response {
    Response::parse(&chip.transmit(command)).unwrap()
}

#[test]
fn files_are_selected_by_identifier_path_and_application() {
    let mut chip = locked();
    let selected = |chip: &mut EmulatedChip, command: &[u8]| status(chip, command);
    for (command, expected) in [
        // The master file, in every way in which it is asked for.
        (&[0, 0xA4, 0, 0x0C, 2, 0x3F, 0][..], StatusWord::OK),
        (&[0, 0xA4, 0, 0x0C], StatusWord::OK),
        (&[0, 0xA4, 3, 0x0C], StatusWord::OK),
        // EF.CardAccess: by identifier, under the current directory, by path from the master file and from here.
        (&[0, 0xA4, 0, 0x0C, 2, 1, 0x1C], StatusWord::OK),
        (&[0, 0xA4, 2, 0x0C, 2, 1, 0x1C], StatusWord::OK),
        (&[0, 0xA4, 8, 0x0C, 2, 1, 0x1C], StatusWord::OK),
        (&[0, 0xA4, 9, 0x0C, 2, 1, 0x1C], StatusWord::OK),
        // Files of the application are not seen from here.
        (&[0, 0xA4, 2, 0x0C, 2, 1, 0x01], StatusWord::FILE_NOT_FOUND),
        (&[0, 0xA4, 8, 0x0C, 4, 1, 0x01, 1, 0x1C], StatusWord::FILE_NOT_FOUND),
        (&[0, 0xA4, 4, 0x0C, 7, 0xA0, 0, 0, 2, 0x47, 0x10, 2], StatusWord::FILE_NOT_FOUND),
        (&[0, 0xA4, 4, 0x0C, 4, 0xA0, 0, 0, 2], StatusWord::FILE_NOT_FOUND),
        // A part of an identifier that begins with its provider is enough.
        (&[0, 0xA4, 4, 0x0C, 5, 0xA0, 0, 0, 2, 0x47], StatusWord::OK),
        (SELECT_APPLICATION, StatusWord::OK),
        (&[0, 0xA4, 2, 0x0C, 2, 1, 0x01], StatusWord::OK),
        (&[0, 0xA4, 8, 0x0C, 2, 1, 0x1C], StatusWord::OK),
        (&[0, 0xA4, 2, 0x0C, 1, 1], StatusWord::WRONG_LENGTH),
        (&[0, 0xA4, 0, 0x0C, 3, 1, 2, 3], StatusWord::WRONG_LENGTH),
        (&[0, 0xA4, 5, 0x0C, 2, 1, 0x01], StatusWord::WRONG_P1P2),
        (&[0, 0xA4, 2, 0x13, 2, 1, 0x01], StatusWord::WRONG_P1P2),
        (&[0x40, 0xA4, 4, 0x0C, 2, 1, 1], StatusWord::CLASS),
        (&[0, 0xA5, 4, 0x0C, 2, 1, 1], StatusWord::INSTRUCTION),
    ] {
        assert_eq!(selected(&mut chip, command), expected, "{command:02X?}");
    }
}

#[test]
fn control_information_is_given_when_it_is_asked_for() {
    let mut chip = locked();
    let selected = answer(&mut chip, &[0, 0xA4, 4, 0, 7, 0xA0, 0, 0, 2, 0x47, 0x10, 1, 0]);
    assert_eq!(selected.data, b"\x6F\x09\x84\x07\xA0\x00\x00\x02\x47\x10\x01");
    let quiet = answer(&mut chip, &[0, 0xA4, 4, 0, 7, 0xA0, 0, 0, 2, 0x47, 0x10, 1]);
    assert_eq!((quiet.data.len(), quiet.status), (0, StatusWord::OK));
    let parameters = answer(&mut chip, &[0, 0xA4, 2, 4, 2, 1, 1, 0]);
    assert_eq!(parameters.data, b"\x62\x0B\x80\x02\x00\x5D\x82\x01\x01\x83\x02\x01\x01");
    // Le that is too short is told the right one.
    assert_eq!(status(&mut chip, &[0, 0xA4, 2, 4, 2, 1, 1, 5]), StatusWord(0x6C0D));
    assert_eq!(answer(&mut chip, &[0, 0xA4, 2, 4, 2, 1, 1, 0x0D]), parameters);
}

#[test]
fn free_files_are_read_by_short_identifier_offset_and_odd_instruction() {
    let mut chip = locked();
    let file = data().files.remove(&FileId::CARD_ACCESS).unwrap();
    chip.transmit(SELECT_MASTER_FILE);
    assert_eq!(status(&mut chip, &[0, 0xB0, 0, 0, 0]), StatusWord::NOT_ALLOWED);
    assert_eq!(answer(&mut chip, &[0, 0xB0, 0x9C, 2, 4]).data, file[2..6]);
    assert_eq!(answer(&mut chip, &[0, 0xB0, 0, 4, 0]).data, file[4..]);
    let odd = answer(&mut chip, &[0, 0xB1, 0, 0x1C, 3, 0x54, 1, 1, 8]);
    assert_eq!(tlv::parse_single(&odd.data, 0x53).unwrap().value, &file[1..7]);
    let odd = answer(&mut chip, &[0, 0xB1, 1, 0x1C, 4, 0x54, 2, 0, 1, 0]);
    assert_eq!(tlv::parse_single(&odd.data, 0x53).unwrap().value, &file[1..]);
    let beyond = file.len() as u8;
    assert_eq!(status(&mut chip, &[0, 0xB0, 0, beyond, 0]), StatusWord::WRONG_OFFSET);
    assert_eq!(status(&mut chip, &[0, 0xB0, 0, beyond - 2, 9]), StatusWord::END_OF_FILE);
    assert_eq!(status(&mut chip, &[0, 0xB0, 0x9B, 0, 0]), StatusWord::FILE_NOT_FOUND);
    assert_eq!(status(&mut chip, &[0, 0xB0, 0xC0, 0, 0]), StatusWord::WRONG_P1P2);
    assert_eq!(status(&mut chip, &[0, 0xB0, 0, 0]), StatusWord::WRONG_LENGTH);
    assert_eq!(status(&mut chip, &[0, 0xB1, 0, 0, 2, 0x54, 0, 0]), StatusWord::WRONG_DATA);
    let long = [&[0, 0xB0, 0, 0, 0][..], &[1, 0]].concat();
    assert_eq!(answer(&mut chip, &long).data, file, "extended Le");
    let settings = ChipSettings { extended_length: false, buffer: 255, ..ChipSettings::default() };
    let mut short = PersonalisedChip::from_data(&data()).open(settings, 1);
    assert_eq!(status(&mut short, &long), StatusWord::WRONG_LENGTH);
}

#[test]
fn a_chip_announces_its_limits_in_a_file_that_it_is_given() {
    use chip_profile::lds::atr_info::AtrInfo;
    for settings in
        [ChipSettings::default(), ChipSettings { extended_length: false, buffer: 255, ..ChipSettings::default() }]
    {
        let limits = settings.limits();
        let mut data = data();
        data.files.insert(FileId::ATR_INFO, limits.atr_info().build().unwrap());
        let mut chip = personalised(settings, &data, SecurityLevel::CommandEncryption);
        chip.transmit(SELECT_MASTER_FILE);
        let told = answer(&mut chip, &[0, 0xB0, 0x81, 0, 0]).data;
        assert_eq!(ChipLimits::announced_by(&AtrInfo::parse(&told).unwrap()), limits);
    }
}

#[test]
fn chains_end_in_their_last_command_or_not_at_all() {
    let mut chip = chip();
    // Without a channel a chain is refused where it ends; another command breaks it.
    let object = KeyObject::PacePassword { password: PacePassword::can("123456") }.to_bytes();
    let part = |class: u8, data: &[u8]| [&[class, 0xDB, 0x3F, 0xFF, data.len() as u8], data].concat();
    assert_eq!(status(&mut chip, &part(0x10, &object[..5])), StatusWord::OK);
    assert_eq!(status(&mut chip, &part(0x00, &object[5..])), StatusWord::SECURITY_STATUS);
    assert_eq!(status(&mut chip, &part(0x10, &object[..5])), StatusWord::OK);
    assert_eq!(status(&mut chip, SELECT_MASTER_FILE), StatusWord(0x6883));
    assert_eq!(status(&mut chip, SELECT_MASTER_FILE), StatusWord::OK);
    assert_eq!(status(&mut chip, &[0x10, 0xA4, 0, 0x0C, 2, 0x3F, 0]), StatusWord(0x6884));
    // A chain without an end is cut off.
    let long = vec![0xA4; 255];
    let statuses: Vec<_> = (0..18).map(|_| status(&mut chip, &part(0x10, &long))).collect();
    assert!(statuses.contains(&StatusWord::WRONG_LENGTH));
}

#[test]
fn three_wrong_hosts_block_the_transport_keys_and_six_digits_are_not_guessed() {
    assert_eq!(ChipSettings::default().attempts, 3);
    let mut chip = locked();
    let attempt = |chip: &mut EmulatedChip, digits: &str| {
        let before = chip.elapsed();
        let access = ReadAccess::Pace(PaceParameters::P256_AES128, PacePassword::can(digits));
        chip.reset();
        let result = read(chip, &data(), ChipSettings::default().limits(), access);
        (result.is_ok(), chip.elapsed() - before)
    };
    let times: Vec<_> = (0..10).map(|guess| attempt(&mut chip, &format!("00000{guess}"))).collect();
    assert!(times.iter().all(|(opened, _)| !opened));
    assert!(times[9].1 > times[0].1 * 20, "{times:?}");
    // It is as slow after the field was gone, until the right password comes.
    let mut chip = EmulatedChip::restore(&chip.snapshot()).unwrap();
    let (opened, slow) = attempt(&mut chip, "314159");
    let (_, quick) = attempt(&mut chip, "314159");
    assert!(opened && slow > quick * 2, "{slow:?} {quick:?}");
}
