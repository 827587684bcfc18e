//! The engraving line: numbers that it is told, chips that it encodes by itself, pictures taken again.

use chip_profile::access::MrzInformation;
use chip_profile::access::bac::BacKeys;
use chip_profile::ec::{Curve, KeyPair, PublicKey};
use chip_profile::lds::{ElementaryFiles, FileId};
use chip_profile::personalisation::package::{self, EncodingOrder, PackageBinding};
use chip_profile::personalisation::scp03::{MasterKey, SecurityLevel, diversify};
use chip_profile::personalisation::two_phase::MadeKeys;
use chip_profile::personalisation::{ChipData, WritePlan};
use printer_driver::{BookletFate, ChipEncoding, EncodingPackage, ErrorKind, JournalEntry, Numbering, StationKind};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use super::*;
use crate::chip::{ChipIdentity as ChipSpecimen, ChipSettings, EmulatedChip, LifeCycle};
use crate::machine::{FaultKind, FaultPlan, FolderMemory, MemoryKey, restore_emulated_chip};

const KEY_VERSION: u8 = 0x21;

fn machine_key(byte: u8) -> KeyPair {
    KeyPair::from_private_scalar(Curve::P256, &[byte; 32]).unwrap()
}

fn engraver() -> MachineSettings {
    MachineSettings::engraving_line_150("TEST-E", restore_emulated_chip, machine_key(3))
}

fn chip_serial(number: u32) -> Vec<u8> {
    format!("UTOCHIP{number:05}").into_bytes()
}

fn with_chips(numbers: std::ops::Range<u32>) -> Vec<MockBooklet> {
    let booklet = |number: u32| {
        let chip_serial = chip_serial(number);
        let transport_keys = diversify(&MasterKey::new([0x42; 16]), &chip_serial, KEY_VERSION);
        let specimen = ChipSpecimen { chip_serial, key_version: KEY_VERSION, transport_keys };
        let chip = EmulatedChip::new(specimen, ChipSettings::default(), number.into());
        MockBooklet::blank(serial(number), Format("passport-32".into()), Box::new(chip))
    };
    numbers.map(booklet).collect()
}

fn line(settings: MachineSettings) -> Line {
    let mut line = Line::running(settings, 0);
    line.core.load(FEEDER, with_chips(1..9), line.now).unwrap();
    line
}

fn files(number: u32) -> ElementaryFiles {
    [
        (FileId::COM, vec![5; 26]),
        (FileId::DG1, vec![number as u8; 93]),
        (FileId::DG2, vec![7; 3_000]),
        (FileId::SOD, vec![12; 900]),
    ]
    .into()
}

fn sealed(recipient: &PublicKey, job: u64, number: u32, master: [u8; 16]) -> EncodingPackage {
    let data = ChipData {
        files: files(number),
        basic_access: Some(BacKeys::derive(&MrzInformation::new("L898902C<", "690806", "940623").unwrap())),
        pace_parameters: Vec::new(),
        pace_passwords: Vec::new(),
        active_authentication_key: None,
        chip_authentication_key: None,
        made_on_chip: MadeKeys::default(),
    };
    let order = EncodingOrder {
        plan: WritePlan::build(&data, &ChipSettings::default().limits()).unwrap(),
        key_version: KEY_VERSION,
        transport_keys: diversify(&MasterKey::new(master), &chip_serial(number), KEY_VERSION),
        level: SecurityLevel::Full,
    };
    let binding = PackageBinding { job, chip_serial: chip_serial(number) };
    let mut rng = ChaCha20Rng::seed_from_u64(job);
    EncodingPackage(package::seal(&order, recipient, &binding, &mut rng).unwrap())
}

fn good(job: u64, number: u32) -> EncodingPackage {
    sealed(machine_key(3).public_key(), job, number, [0x42; 16])
}

fn encode(job: u64, package: EncodingPackage) -> Operation {
    Operation::Encode { job: JobId(job), package }
}

fn engrave(job: u64, number: u32, document: Option<&str>) -> Operation {
    Operation::Personalise {
        job: JobId(job),
        expected_serial: serial(number),
        number: document.map(str::to_owned),
        layers: vec![layer(LayerKind::Laser)],
    }
}

/// The chip as it lies in its booklet.
fn chip(line: &Line, number: u32) -> EmulatedChip {
    EmulatedChip::restore(&line.core.look(&serial(number)).unwrap().0.chip.snapshot()).unwrap()
}

#[test]
fn three_chips_in_a_row_that_refuse_the_keys_stop_the_machine_until_a_person_lets_it_go_on() {
    use printer_driver::{ControlCommand, State};
    let mut line = line(engraver());
    let wrong = |job: u64, number| sealed(machine_key(3).public_key(), job, number, [0x43; 16]);
    let turn = |line: &mut Line, job: u64, package: EncodingPackage| {
        line.carry_out(super::pick(job)).unwrap();
        let result = line.carry_out(encode(job, package));
        line.carry_out(super::deliver(job, printer_driver::Stack::Reject)).unwrap();
        result
    };
    // A good one in between begins the count anew.
    turn(&mut line, 1, wrong(1, 1)).unwrap_err();
    turn(&mut line, 2, wrong(2, 2)).unwrap_err();
    turn(&mut line, 3, good(3, 3)).unwrap();
    turn(&mut line, 4, wrong(4, 4)).unwrap_err();
    turn(&mut line, 5, wrong(5, 5)).unwrap_err();
    assert!(!line.has_alarm("CHIP-KEYS"));
    line.carry_out(super::pick(6)).unwrap();
    let error = line.carry_out(encode(6, wrong(6, 6))).unwrap_err();
    assert_eq!(error.fate, BookletFate::Untouched);
    line.settle();
    line.read();
    assert!(line.has_alarm("CHIP-KEYS"));
    assert_eq!(line.state(), State::Held);
    line.control(ControlCommand::Unhold).unwrap();
    assert!(!line.has_alarm("CHIP-KEYS"));
    line.carry_out(super::deliver(6, printer_driver::Stack::Reject)).unwrap();
    turn(&mut line, 7, good(7, 7)).unwrap();
}

#[test]
fn it_tells_what_it_is() {
    let described = line(engraver()).core.describe();
    let capabilities = described.capabilities;
    assert_eq!((capabilities.numbering, capabilities.documents_per_hour), (Numbering::Engraved, 150));
    let recipient = machine_key(3).public_key().uncompressed().to_vec();
    assert_eq!(capabilities.encoding, ChipEncoding::Machine { recipient });
    assert_eq!(capabilities.layers, [LayerKind::Laser, LayerKind::Window]);
    assert!(described.stations.iter().all(|station| station.kind != StationKind::Inkjet));
    let other = Line::running(settings(), 1).core.describe().capabilities;
    assert_eq!((other.numbering, other.encoding), (Numbering::PrePrinted, ChipEncoding::Coupler));
    assert_eq!(other.layers.len(), 3);
}

#[test]
fn it_encodes_locks_and_engraves_the_number_it_is_told() {
    let mut line = line(engraver());
    line.carry_out(pick(1)).unwrap();
    let began = line.now;
    assert_eq!(line.carry_out(encode(1, good(1, 1))), Ok(Completion::Encoded));
    assert!(line.now - began > Duration::from_millis(500), "the chip's modelled time has passed");
    assert_eq!(chip(&line, 1).life_cycle(), LifeCycle::Locked);
    assert_eq!(chip(&line, 1).contents(FileId::DG1), Some([1; 93].as_slice()));
    // Through the coupler the host reads back what the machine wrote: a locked chip answers GET CHALLENGE.
    let read = Operation::Exchange { job: JobId(1), script: script(&[&[0x00, 0x84, 0x00, 0x00, 0x08]]) };
    assert!(matches!(line.carry_out(read), Ok(Completion::Answered { .. })));
    assert_eq!(line.carry_out(Operation::Cancel { job: JobId(1) }).unwrap_err().kind, ErrorKind::WrongState);

    for document in [None, Some("")] {
        let error = line.carry_out(engrave(1, 1, document)).unwrap_err();
        assert_eq!((error.kind, error.fate), (ErrorKind::Invalid, BookletFate::Untouched));
    }
    assert!(line.core.look(&serial(1)).unwrap().0.number.is_none());
    let Completion::Personalised { image } = line.carry_out(engrave(1, 1, Some("K87654321"))).unwrap() else {
        panic!()
    };
    let (booklet, _) = line.core.look(&serial(1)).unwrap();
    assert_eq!((booklet.number.as_deref(), booklet.times_marked), (Some("K87654321"), 1));
    assert!(line.core.shot(image).unwrap().take().is_some());
    line.carry_out(deliver(1, Stack::Good)).unwrap();
}

#[test]
fn a_machine_of_the_other_kind_refuses_untouched() {
    let mut pre_printed = Line::running(settings(), 3);
    pre_printed.carry_out(pick(1)).unwrap();
    let numbered = engrave(1, 1, Some("K1"));
    assert_eq!(pre_printed.carry_out(numbered).unwrap_err().kind, ErrorKind::Unsupported);
    assert_eq!(pre_printed.carry_out(encode(1, good(1, 1))).unwrap_err().kind, ErrorKind::Unsupported);
    assert!(pre_printed.carry_out(Operation::Cancel { job: JobId(1) }).is_ok());

    let mut engraving = line(engraver());
    engraving.carry_out(pick(1)).unwrap();
    let inked = Operation::Personalise {
        job: JobId(1),
        expected_serial: serial(1),
        number: Some("K1".into()),
        layers: vec![layer(LayerKind::Laser), layer(LayerKind::Observation)],
    };
    assert_eq!(engraving.carry_out(inked).unwrap_err().kind, ErrorKind::Unsupported);
    assert!(engraving.carry_out(Operation::Cancel { job: JobId(1) }).is_ok());
}

#[test]
fn a_package_that_is_foreign_tampered_or_stale_is_refused_and_the_chip_is_as_before() {
    let mut line = line(engraver());
    line.carry_out(pick(1)).unwrap();
    let mut tampered = good(1, 1);
    let middle = tampered.0.len() / 2;
    tampered.0[middle] ^= 1;
    let foreign = sealed(machine_key(4).public_key(), 1, 1, [0x42; 16]);
    for package in [good(1, 2), good(2, 1), foreign, tampered, EncodingPackage(vec![0; 10])] {
        let error = line.carry_out(encode(1, package)).unwrap_err();
        assert_eq!((error.kind, error.fate), (ErrorKind::Invalid, BookletFate::Untouched));
    }
    assert_eq!(chip(&line, 1).life_cycle(), LifeCycle::Initialised);
    // The right package with the wrong keys: the chip itself refuses.
    let wrong_keys = sealed(machine_key(3).public_key(), 1, 1, [0x43; 16]);
    let error = line.carry_out(encode(1, wrong_keys)).unwrap_err();
    assert_eq!((error.kind, error.fate), (ErrorKind::Fault, BookletFate::Untouched));
    assert_eq!(line.carry_out(encode(1, good(1, 1))), Ok(Completion::Encoded), "none of it did harm");
    let again = line.carry_out(encode(1, good(1, 1))).unwrap_err();
    assert_eq!((again.kind, again.fate), (ErrorKind::Fault, BookletFate::Untouched), "locked is locked");

    line.carry_out(pick(2)).unwrap();
    line.carry_out(encode(2, good(1, 2))).unwrap_err();
    assert_eq!(line.carry_out(Operation::Cancel { job: JobId(2) }), Ok(Completion::Cancelled), "still untouched");
}

#[test]
fn a_chip_that_dies_and_a_power_cut_are_told_and_keys_are_nowhere() {
    let dies = FaultPlan::none().with_forced(FaultKind::ChipDies, None);
    let mut struck = line(MachineSettings { faults: dies, ..engraver() });
    struck.carry_out(pick(1)).unwrap();
    let error = struck.carry_out(encode(1, good(1, 1))).unwrap_err();
    assert_eq!(error.kind, ErrorKind::ChipMute);

    let folder = tempfile::tempdir().unwrap();
    let open = || Box::new(FolderMemory::open(folder.path(), &MemoryKey([3; 32])).unwrap());
    let cut = FaultPlan::none().with_forced(FaultKind::PowerCutAtChip, None);
    let mut line = Line::running_on(MachineSettings { faults: cut, ..engraver() }, open(), 0);
    line.core.load(FEEDER, with_chips(1..4), line.now).unwrap();
    line.carry_out(pick(1)).unwrap();
    let key = line.submit(encode(1, good(1, 1))).unwrap();
    line.settle();
    line.read();
    let error = line.told(key).remove(0).unwrap_err();
    assert_eq!((error.kind, error.fate), (ErrorKind::PowerLost, BookletFate::Unknown));
    assert_eq!(line.core.journal(key), Ok(JournalEntry::Unknown));
    assert_ne!(chip(&line, 1).life_cycle(), LifeCycle::Dead);
}

#[test]
fn what_the_memory_keeps_holds_no_package() {
    let memory = InMemory::new();
    let mut line = Line::running_on(engraver(), Box::new(memory.clone()), 0);
    line.core.load(FEEDER, with_chips(1..4), line.now).unwrap();
    line.carry_out(pick(1)).unwrap();
    let package = good(1, 1);
    line.submit(encode(1, package.clone())).unwrap();
    let records = memory.copy().load().unwrap();
    let part = &package.0[100..132];
    assert!(records.values().all(|record| !record.windows(part.len()).any(|window| window == part)));
    // After a restart the package is gone with the conversation that was under way.
    let mut again = Line::switch_on(engraver(), Box::new(memory.copy()), line.now);
    again.read();
    let last = again.seen.iter().rev().find_map(|event| match &event.body {
        EventBody::Completed { result: Err(error), .. } => Some(error.fate),
        _ => None,
    });
    assert_eq!(last, Some(BookletFate::Unknown));
}

#[test]
fn a_picture_is_taken_again_without_marking_again() {
    let failing = FaultPlan::none().with_forced(FaultKind::CameraFailure, None);
    let mut line = line(MachineSettings { faults: failing, ..engraver() });
    line.carry_out(pick(1)).unwrap();
    let photograph = Operation::Photograph { job: JobId(1) };
    assert_eq!(line.carry_out(photograph.clone()).unwrap_err().kind, ErrorKind::Invalid, "nothing is marked yet");
    let error = line.carry_out(engrave(1, 1, Some("K1"))).unwrap_err();
    assert_eq!((error.kind, error.fate), (ErrorKind::CameraFailed, BookletFate::Unknown));
    let Ok(Completion::Personalised { image: first }) = line.carry_out(photograph.clone()) else { panic!() };
    let Ok(Completion::Personalised { image: second }) = line.carry_out(photograph) else { panic!() };
    assert_ne!(first, second);
    assert!(line.core.shot(first).is_ok() && line.core.shot(second).is_ok(), "kept until delivery");
    assert_eq!(line.core.look(&serial(1)).unwrap().0.times_marked, 1);
    assert_eq!(line.carry_out(engrave(1, 1, Some("K1"))).unwrap_err().kind, ErrorKind::Invalid);
    line.carry_out(deliver(1, Stack::Good)).unwrap();
    assert_eq!(line.core.shot(second).err().unwrap().kind, ErrorKind::NotFound);
}

#[test]
fn a_booklet_goes_back_to_the_camera_when_all_places_behind_it_are_taken() {
    let mut line = line(engraver());
    for job in 1..=3u64 {
        line.carry_out(pick(job)).unwrap();
        line.carry_out(engrave(job, job as u32, Some("K1"))).unwrap();
        line.settle();
    }
    // Two lie at the output's two places, the third at the camera.
    let again = line.carry_out(Operation::Photograph { job: JobId(1) });
    assert!(matches!(again, Ok(Completion::Personalised { .. })), "{again:?}");
}
