//! Chips without access control that answer as they please; access control is tested against the emulated chip.

use std::collections::BTreeMap;

use rand_core::SeedableRng;

use super::*;
use crate::apdu::{Response, StatusWord};
use crate::lds::Com;
use crate::lds::{ElementaryFiles, LdsVersion, UnicodeVersion};
use crate::personalisation::read_plan::{READ_BINARY, READ_BINARY_ODD};
use crate::tlv;

/// How a chip differs from one that follows the standard.
#[derive(Clone, Copy, Default)]
struct Habits {
    /// Refuses to be asked for more than there is.
    exact: bool,
    /// Knows no short identifiers.
    no_short_identifiers: bool,
    /// Gives at most so many bytes at once.
    most: Option<usize>,
    /// Files end in so many bytes of filling.
    filling: usize,
    /// Has no master file.
    no_master_file: bool,
}

/// A chip that gives its files to everyone.
struct PlainChip {
    files: ElementaryFiles,
    habits: Habits,
    application: bool,
    current: Option<FileId>,
}

impl PlainChip {
    fn new(files: &ElementaryFiles, habits: Habits) -> Self {
        PlainChip { files: files.clone(), habits, application: false, current: None }
    }

    fn answer(&mut self, command: &Command) -> Response {
        match (command.instruction, command.p1) {
            (0xA4, 0x00) if self.habits.no_master_file => Response::status(StatusWord::FILE_NOT_FOUND),
            (0xA4, 0x00) => Response::status(StatusWord::OK),
            (0xA4, 0x04) => {
                self.application = true;
                Response::status(StatusWord::OK)
            }
            (0xA4, 0x02) => {
                let number = u16::from_be_bytes(command.data.as_slice().try_into().unwrap());
                self.current =
                    FileId::from_number(number, self.application).filter(|file| self.files.contains_key(file));
                Response::status(if self.current.is_some() { StatusWord::OK } else { StatusWord::FILE_NOT_FOUND })
            }
            (READ_BINARY, p1) if p1 & 0x80 != 0 => {
                let here =
                    |file: &&FileId| file.in_application() == self.application && file.short_identifier() == p1 & 0x1F;
                if self.habits.no_short_identifiers {
                    return Response::status(StatusWord::WRONG_P1P2);
                }
                self.current = self.files.keys().find(here).copied();
                self.read(usize::from(command.p2), command.expected.unwrap())
            }
            (READ_BINARY, p1) => self.read(usize::from(p1) << 8 | usize::from(command.p2), command.expected.unwrap()),
            (READ_BINARY_ODD, _) => {
                let offset = tlv::parse_single(&command.data, 0x54).unwrap().value;
                let offset = usize::from(u16::from_be_bytes(offset.try_into().unwrap()));
                let expected = command.expected.unwrap();
                let length = (1..expected).rev().find(|length| tlv::encoded_len(0x53, *length) <= expected).unwrap();
                let mut answer = self.read(offset, length);
                let data = core::mem::take(&mut answer.data);
                tlv::push(&mut answer.data, 0x53, &data);
                answer
            }
            _ => Response::status(StatusWord::INSTRUCTION),
        }
    }

    fn read(&self, offset: usize, length: usize) -> Response {
        let Some(file) = self.current else { return Response::status(StatusWord::FILE_NOT_FOUND) };
        let mut contents = self.files[&file].clone();
        contents.resize(contents.len() + self.habits.filling, 0);
        let Some(rest) = contents.get(offset..).filter(|rest| !rest.is_empty()) else {
            return Response::status(StatusWord::WRONG_OFFSET);
        };
        if self.habits.exact && length > rest.len() {
            return Response::status(StatusWord::WRONG_LENGTH);
        }
        let given = length.min(rest.len()).min(self.habits.most.unwrap_or(usize::MAX));
        let status = if length > rest.len() { StatusWord::END_OF_FILE } else { StatusWord::OK };
        Response { data: rest[..given].to_vec(), status }
    }
}

fn read(answer: impl FnMut(&Command) -> Response) -> Result<ChipReading, ReaderError> {
    read_with(ReaderSettings::default(), answer)
}

fn read_with(
    settings: ReaderSettings,
    mut answer: impl FnMut(&Command) -> Response,
) -> Result<ChipReading, ReaderError> {
    let mut rng = rand_chacha::ChaCha20Rng::seed_from_u64(3);
    let mut reader = ChipReader::new(settings);
    let mut step = reader.start();
    let mut exchanges = 0;
    loop {
        match step {
            ReaderStep::Done(reading) => {
                assert_eq!(reading.exchanges, exchanges);
                assert_eq!(reader.progress().phase, ReaderPhase::Ended);
                assert!(matches!(reader.next(&Response::data([]), &mut rng), Err(ReaderError::OutOfOrder)));
                return Ok(reading);
            }
            ReaderStep::Send(command) => {
                exchanges += 1;
                let command = Command::parse(&command.to_bytes()).unwrap();
                step = reader.next(&answer(&command), &mut rng)?;
            }
        }
    }
}

fn file(tag: u32, length: usize) -> Vec<u8> {
    let mut out = Vec::new();
    let contents: Vec<u8> = (0..length).map(|at| (at * 7 % 251) as u8).collect();
    tlv::push(&mut out, tag, &contents);
    out
}

fn com(data_groups: Vec<FileId>) -> Vec<u8> {
    Com { lds_version: LdsVersion::V1_8, unicode_version: UnicodeVersion::V4_0_0, data_groups }.build().unwrap()
}

fn files() -> ElementaryFiles {
    BTreeMap::from([
        (FileId::DIR, file(0x61, 9)),
        (FileId::COM, com(vec![FileId::DG1, FileId::DG2, FileId::DG3, FileId::DG11])),
        (FileId::SOD, file(0x77, 1800)),
        (FileId::DG1, file(0x61, 91)),
        (FileId::DG2, file(0x75, 40_000)),
        (FileId::DG11, file(0x6B, 2)),
    ])
}

#[test]
fn chips_of_every_habit_are_read_to_the_last_byte() {
    let all = [
        Habits::default(),
        Habits { exact: true, ..Habits::default() },
        Habits { no_short_identifiers: true, ..Habits::default() },
        Habits { exact: true, no_short_identifiers: true, ..Habits::default() },
        Habits { most: Some(100), ..Habits::default() },
        Habits { filling: 700, ..Habits::default() },
        Habits { no_master_file: true, ..Habits::default() },
    ];
    for habits in all {
        let mut chip = PlainChip::new(&files(), habits);
        let reading = read(|command| chip.answer(command)).unwrap();
        let mut expected = files();
        if habits.filling > 0 {
            // EF.DIR has no end of its own.
            expected.get_mut(&FileId::DIR).unwrap().extend(vec![0; habits.filling]);
        }
        assert!(reading.files == expected, "{:?}", reading);
        assert_eq!(reading.not_read, []);
        assert_eq!(reading.access, AccessUsed::None);
    }
}

#[test]
fn wanted_data_groups_alone_are_read_and_missing_ones_are_named() {
    let mut chip = PlainChip::new(&files(), Habits::default());
    let settings = ReaderSettings { data_groups: Some(vec![FileId::DG1]), ..ReaderSettings::default() };
    let reading = read_with(settings, |command| chip.answer(command)).unwrap();
    let names: Vec<_> = reading.files.keys().copied().collect();
    assert_eq!(names, [FileId::DIR, FileId::DG1, FileId::SOD, FileId::COM]);

    let mut lacking = files();
    lacking.remove(&FileId::DG11);
    let mut chip = PlainChip::new(&lacking, Habits::default());
    let reading = read(|command| chip.answer(command)).unwrap();
    let refused = NotReadReason::Refused(StatusWord::FILE_NOT_FOUND);
    assert_eq!(reading.not_read, [NotRead { file: FileId::DG11, reason: refused }]);
    assert!(reading.files == lacking);
}

#[test]
fn a_chip_that_lies_about_a_file_does_not_take_the_others_along() {
    type Expected = fn(&NotReadReason) -> bool;
    let lies: [(Vec<u8>, Expected); 3] = [
        (vec![0x6B, 0x84, 0x7F, 0xFF, 0xFF, 0xFF], |reason| matches!(reason, NotReadReason::TooLong(2_147_483_653))),
        (vec![0x6B, 0x80, 0x00], |reason| matches!(reason, NotReadReason::NoObject(_))),
        (vec![0x6B, 0x82, 0x40, 0x00, 1, 2], |reason| {
            matches!(reason, NotReadReason::Refused(StatusWord::WRONG_OFFSET))
        }),
    ];
    for (contents, expected) in lies {
        let mut lying = files();
        lying.insert(FileId::DG11, contents);
        let mut chip = PlainChip::new(&lying, Habits::default());
        let reading = read(|command| chip.answer(command)).unwrap();
        assert_eq!(reading.not_read.len(), 1);
        assert_eq!(reading.not_read[0].file, FileId::DG11);
        assert!(expected(&reading.not_read[0].reason), "{:?}", reading.not_read);
        assert_eq!(reading.files.len(), lying.len() - 1);
    }
}

#[test]
fn endless_and_empty_answers_end() {
    // Always the same two bytes, whatever is asked: tag and the beginning of a length that never ends.
    let drip = |command: &Command| match command.instruction {
        0xA4 => Response::status(StatusWord::OK),
        _ => Response::data([0x61]),
    };
    let settings = ReaderSettings { most_exchanges: 50, ..ReaderSettings::default() };
    assert!(matches!(read_with(settings, drip), Err(ReaderError::TooManyExchanges { most: 50, .. })));
    let mut sent = 0;
    let endless = read(|command| {
        sent += 1;
        match command.instruction {
            0xA4 => Response::status(StatusWord::OK),
            _ => Response::data(vec![0x30; command.expected.unwrap_or(0)]),
        }
    });
    assert!(endless.is_ok_and(|reading| reading.files.values().all(|contents| contents.len() <= 4_096)));
    assert!(sent < 100, "{sent}");
    for answer in [Response::data([]), Response::status(StatusWord::INSTRUCTION), Response::data(vec![0xFF; 60_000])] {
        let outcome = read(|_| answer.clone());
        assert!(outcome.is_err() || outcome.is_ok_and(|reading| reading.files.is_empty()));
    }
}

#[test]
fn errors_name_step_and_status_and_no_password() {
    let can = ReaderSettings::with_password(ReaderPassword::can("314159"));
    assert!(!format!("{:?}", ChipReader::new(can.clone())).contains("314159"));
    let locked = |command: &Command| match command.instruction {
        0xA4 => Response::status(StatusWord::OK),
        READ_BINARY if command.p1 == 0x9E => Response::status(StatusWord::SECURITY_STATUS),
        _ => Response::status(StatusWord::FILE_NOT_FOUND),
    };
    assert_eq!(read(locked).unwrap_err(), ReaderError::PasswordNeeded);
    assert_eq!(read_with(can, locked).unwrap_err(), ReaderError::CanWithoutPace);
    let zone = MrzInformation::new("L898902C<", "690806", "940623").unwrap();
    let error = read_with(ReaderSettings::with_password(ReaderPassword::Mrz(zone)), locked).unwrap_err();
    assert_eq!(error.to_string(), "basic access control: chip answered 6A82 to GET CHALLENGE");
    let no_application = |command: &Command| match command.p1 {
        0x04 => Response::status(StatusWord::FILE_NOT_FOUND),
        _ => Response::status(StatusWord::OK),
    };
    let error = read(no_application).unwrap_err();
    assert_eq!(error.to_string(), "selection of the eMRTD application: the chip answered 6A82");
}

#[test]
fn random_answers_are_survived() {
    use rand_core::Rng;
    let mut dice = rand_chacha::ChaCha20Rng::seed_from_u64(9303);
    let mut ends = [0; 2];
    for _ in 0..200 {
        let mut chip = PlainChip::new(&files(), Habits::default());
        let settings = ReaderSettings { most_exchanges: 300, ..ReaderSettings::default() };
        let outcome = read_with(settings, |command| {
            let mut answer = chip.answer(command);
            if dice.next_u32() % 20 == 0 {
                match dice.next_u32() % 4 {
                    0 => answer.status = StatusWord(dice.next_u32() as u16),
                    1 => answer.data.truncate(dice.next_u32() as usize % (answer.data.len() + 1)),
                    2 => answer.data.iter_mut().take(3).for_each(|byte| *byte ^= 0x55),
                    _ => answer.data.extend([0; 9]),
                }
            }
            answer
        });
        ends[usize::from(outcome.is_ok())] += 1;
    }
    assert!(ends.iter().all(|count| *count > 0), "{ends:?}");
}
