//! What the Python package `mrz` makes of zones that are written here. A Python that has it is named by
//! `PERSOLINE_PYTHON`; without one that is said, and a failure when `CI=true`.

use std::io::Write;
use std::process::{Command, Stdio};

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::mrz::any::*;
use crate::mrz::{DocumentCode, check_digit};

const SCRIPT: &str = include_str!("stranger.py");

const FORMATS: [MrzFormat; 5] = [MrzFormat::Td1, MrzFormat::Td2, MrzFormat::Td3, MrzFormat::MrvA, MrzFormat::MrvB];

#[test]
fn a_stranger_accepts_every_format_and_refuses_what_was_altered() {
    let mut random = ChaCha8Rng::seed_from_u64(9303);
    let mut zones = Vec::new();
    for format in FORMATS {
        for _ in 0..150 {
            let zone = any_zone(&mut random, format, 9);
            let text = zone.encode().unwrap();
            zones.push((format, alter(&mut random, &zone, &text), None));
            zones.push((format, text, Some(zone)));
        }
    }
    let Some(judgements) = judge(zones.iter().map(|(format, text, _)| (*format, text.as_str()))) else { return };
    assert_eq!(judgements.len(), zones.len());
    for ((format, text, zone), judgement) in zones.iter().zip(judgements) {
        match zone {
            Some(zone) => {
                let dates = format!("{} {}", zone.date_of_birth(), zone.date_of_expiry());
                let expected = format!("accepted {} {dates} ", zone.document_number());
                assert!(judgement.starts_with(&expected), "{format} {text}: {judgement}");
                let surname = judgement.strip_prefix(&expected).unwrap_or_default().replace(' ', "<");
                assert!(zone.primary_identifier().starts_with(surname.split('<').next().unwrap()), "{judgement}");
            }
            None => {
                assert!(judgement.starts_with("refused "), "{format} {text}: {judgement}");
                assert!(AnyMrz::parse_as(*format, text).is_err(), "{format} {text}");
            }
        }
    }
}

/// The package knows nothing of numbers that run on in the optional data: it misses the check digit at its usual place,
/// and finds everything else right, the composite check digit included.
#[test]
fn a_stranger_who_knows_no_long_numbers_finds_the_rest_right() {
    let mut random = ChaCha8Rng::seed_from_u64(9303);
    let zones: Vec<_> = [(MrzFormat::Td1, 22), (MrzFormat::Td2, 14)]
        .into_iter()
        .flat_map(|(format, longest)| (10..=longest).map(move |length| (format, length)))
        .map(|(format, length)| (format, any_zone(&mut random, format, length).encode().unwrap()))
        .collect();
    let Some(judgements) = judge(zones.iter().map(|(format, text)| (*format, text.as_str()))) else { return };
    for ((format, text), judgement) in zones.iter().zip(judgements) {
        assert_eq!(judgement, "refused document-number-hash", "{format} {text}");
    }
}

/// The judgement of each zone, or `None`, said aloud, where there is no such Python.
fn judge<'a>(zones: impl Iterator<Item = (MrzFormat, &'a str)>) -> Option<Vec<String>> {
    let python = std::env::var_os("PERSOLINE_PYTHON").unwrap_or_else(|| "python3".into());
    let mut package = Command::new(&python);
    let found = package.args(["-c", "import mrz"]).stdin(Stdio::null()).stderr(Stdio::null()).status();
    if !found.is_ok_and(|status| status.success()) {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "no Python with mrz");
        println!("not run: no Python with mrz");
        return None;
    }
    let mut command = Command::new(&python);
    command.args(["-c", SCRIPT]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut input = String::new();
    for (format, text) in zones {
        let (_, length) = format.lines();
        let lines: Vec<_> = text.as_bytes().chunks(length).map(|line| std::str::from_utf8(line).unwrap()).collect();
        input.push_str(&format!("{format} {}\n", lines.join("/")));
    }
    let mut writer = child.stdin.take().unwrap();
    let writing = std::thread::spawn(move || writer.write_all(input.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writing.join().unwrap().unwrap();
    assert!(output.status.success());
    Some(String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect())
}

/// A zone with a document number of `length` characters and States that there are.
fn any_zone(random: &mut ChaCha8Rng, format: MrzFormat, length: usize) -> AnyMrz {
    let states = ["UTO", "D", "NLD", "CHN", "FRA", "XXA", "UNO", "USA"];
    let names = ["ERIKSSON", "VAN<DER<MUELLEN", "BENNELONG<WOOLOOMOOLOO<WARRANDYTE<WARNAMBOOL", "LI", "AL<BASRI"];
    let forenames = ["ANNA<MARIA", "", "X", "CHAYAPA<DEJTHAMRONG<KRASUANG", "HUDA<MUHAMMAD<JAWAD"];
    let code = match format {
        MrzFormat::Td1 | MrzFormat::Td2 => ["I<", "ID", "A<", "C<", "IP"],
        MrzFormat::Td3 => ["P<", "PP", "PD", "PO", "PE"],
        MrzFormat::MrvA | MrzFormat::MrvB => ["V<", "VN", "VB", "V<", "VT"],
    };
    // Every second zone has optional data, as much as there is room for beside a long number.
    let room = match format {
        MrzFormat::Td1 if length > 9 => 15 - (length - 9) - 2,
        MrzFormat::Td2 if length > 9 => 7 - (length - 9) - 2,
        MrzFormat::Td2 => 7,
        MrzFormat::MrvB => 8,
        _ => 14,
    };
    let optional = if random.next_u32().is_multiple_of(2) { pick(random, room) } else { 0 };
    let number = if length > 9 { length } else { 1 + pick(random, length) };
    let years = (70 + pick(random, 30) as u8, 27 + pick(random, 10) as u8);
    let zone = Td1 {
        document_code: DocumentCode::parse(code[pick(random, 5)]).unwrap(),
        issuing_state: states[pick(random, 8)].into(),
        primary_identifier: names[pick(random, 5)].into(),
        secondary_identifier: forenames[pick(random, 5)].into(),
        document_number: characters(random, number),
        nationality: states[pick(random, 8)].into(),
        date_of_birth: date(random, years.0),
        sex: [Sex::Male, Sex::Female, Sex::Unspecified][pick(random, 3)],
        date_of_expiry: date(random, years.1),
        optional_data: characters(random, optional),
        second_optional_data: if random.next_u32().is_multiple_of(2) { characters(random, 11) } else { String::new() },
    };
    match format {
        MrzFormat::Td1 => AnyMrz::Td1(zone),
        MrzFormat::Td2 => AnyMrz::Td2(of_td1!(Td2, zone)),
        MrzFormat::Td3 => AnyMrz::Td3(of_td1!(Td3, zone)),
        MrzFormat::MrvA => AnyMrz::MrvA(of_td1!(MrvA, zone)),
        MrzFormat::MrvB => AnyMrz::MrvB(of_td1!(MrvB, zone)),
    }
}

/// The zone with one character of document number, dates or check digits replaced by one of another value.
fn alter(random: &mut ChaCha8Rng, zone: &AnyMrz, text: &str) -> String {
    let places: Vec<usize> = match zone.format() {
        MrzFormat::Td1 => (5..15).chain(30..37).chain(38..45).chain([59]).collect(),
        format => {
            let start = text.len() / 2;
            let composite = (!format.is_visa()).then_some(text.len() - 1);
            (start..start + 10).chain(start + 13..start + 20).chain(start + 21..start + 28).chain(composite).collect()
        }
    };
    let at = places[pick(random, places.len())];
    let value = check_digit(&text[at..=at]);
    let other = (0..).map(|_| characters(random, 1)).find(|other| check_digit(other) != value).unwrap();
    let mut altered = text.to_owned();
    altered.replace_range(at..=at, &other);
    altered
}

fn date(random: &mut ChaCha8Rng, year: u8) -> MrzDate {
    MrzDate::new(Some(year), Some(1 + pick(random, 12) as u8), Some(1 + pick(random, 28) as u8)).unwrap()
}

fn characters(random: &mut ChaCha8Rng, count: usize) -> String {
    let alphabet = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    (0..count).map(|_| alphabet[pick(random, alphabet.len())] as char).collect()
}

fn pick(random: &mut ChaCha8Rng, below: usize) -> usize {
    random.next_u32() as usize % below.max(1)
}
