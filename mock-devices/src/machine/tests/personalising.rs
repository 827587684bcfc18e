//! A real emulated chip is written, locked, restarted and read back through the machine's coupler.

use chip_profile::access::MrzInformation;
use chip_profile::access::bac::BacKeys;
use chip_profile::apdu::{Command as Apdu, Response};
use chip_profile::lds::{ElementaryFiles, FileId};
use chip_profile::personalisation::scp03::{MasterKey, SecurityLevel, derive_session_keys, diversify};
use chip_profile::personalisation::two_phase::MadeKeys;
use chip_profile::personalisation::{
    ChipData, PersonalisationSession, ReadAccess, ReadBack, ReadPlan, ReadStep, Scp03Channel, Step, WritePlan,
};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use super::*;
use crate::chip::{ChipIdentity as ChipSpecimen, ChipSettings, EmulatedChip};
use crate::machine::restore_emulated_chip;

const CHIP_SERIAL: &[u8] = b"UTOCHIP00001";
const KEY_VERSION: u8 = 0x21;

fn mrz() -> MrzInformation {
    MrzInformation::new("L898902C<", "690806", "940623").unwrap()
}

fn data() -> ChipData {
    let filled = |length: usize, with: u8| vec![with; length];
    let files: ElementaryFiles = [
        (FileId::COM, filled(26, 5)),
        (FileId::DG1, filled(93, 6)),
        (FileId::DG2, filled(18_000, 7)),
        (FileId::SOD, filled(2_000, 12)),
    ]
    .into();
    ChipData {
        files,
        basic_access: Some(BacKeys::derive(&mrz())),
        pace_parameters: Vec::new(),
        pace_passwords: Vec::new(),
        active_authentication_key: None,
        chip_authentication_key: None,
        made_on_chip: MadeKeys::default(),
    }
}

/// Sends a script through the machine, within the chip's session or after a new start of the field.
fn send(line: &mut Line, script: &[Apdu], reset_first: bool) -> Vec<Response> {
    let commands = script.iter().map(Apdu::to_bytes).collect();
    let script = ApduScript::new(commands).with_reset_first(reset_first);
    let answers = line.carry_out(Operation::Exchange { job: JobId(1), script }).unwrap();
    let Completion::Answered { answers } = answers else { panic!() };
    answers.iter().map(|answer| Response::parse(answer).unwrap()).collect()
}

fn read(line: &mut Line, data: &ChipData) -> ElementaryFiles {
    let plan = ReadPlan::new(&data.files, ChipSettings::default().limits());
    let mut reading = ReadBack::new(plan, ReadAccess::BasicAccessControl(mrz()));
    let mut rng = ChaCha20Rng::seed_from_u64(77);
    let mut answers = Vec::new();
    let mut is_first = true;
    loop {
        match reading.next(&answers, &mut rng).unwrap() {
            ReadStep::Send(script) => answers = send(line, &script, std::mem::take(&mut is_first)),
            ReadStep::Done(result) => return result.files,
        }
    }
}

#[test]
fn a_chip_is_written_locked_and_read_back_even_after_a_restart() {
    let master = MasterKey::new([0x42; 16]);
    let transport_keys = diversify(&master, CHIP_SERIAL, KEY_VERSION);
    let specimen = ChipSpecimen { chip_serial: CHIP_SERIAL.to_vec(), key_version: KEY_VERSION, transport_keys };
    let chip = EmulatedChip::new(specimen, ChipSettings::default(), 7);
    let memory = InMemory::new();
    let emulated = MachineSettings { restore_chip: restore_emulated_chip, ..settings() };
    let mut line = Line::running_on(emulated.clone(), Box::new(memory.clone()), 0);
    let blank = MockBooklet::blank(serial(1), Format("passport-32".into()), Box::new(chip));
    line.core.load(FEEDER, vec![blank], line.now).unwrap();
    let Completion::Picked { chip, .. } = line.carry_out(pick(1)).unwrap() else { panic!() };
    assert_eq!((chip.chip_serial.as_slice(), chip.key_version), (CHIP_SERIAL, KEY_VERSION));

    let data = data();
    let plan = WritePlan::build(&data, &ChipSettings::default().limits()).unwrap();
    let level = SecurityLevel::CommandEncryption;
    let channel = Scp03Channel::new(chip.key_version, [9; 8], level);
    let mut session = PersonalisationSession::new(plan, Some(chip.chip_serial), channel);
    let began = line.now;
    let answers = send(&mut line, &session.start().unwrap(), true);
    let Step::DeriveKeys(request) = session.next(&answers).unwrap() else { panic!() };
    let static_keys = diversify(&master, &request.chip_serial, request.key_version);
    let keys = derive_session_keys(&static_keys, &request.host_challenge, &request.card_challenge);
    let answers = send(&mut line, &session.authenticate(keys).unwrap(), false);
    assert!(matches!(session.next(&answers).unwrap(), Step::Written));
    let answers = send(&mut line, &session.lock().unwrap(), false);
    assert!(matches!(session.next(&answers).unwrap(), Step::Locked));
    assert!(line.now - began > Duration::from_secs(1), "writing takes the chip's modelled time");
    assert_eq!(read(&mut line, &data), data.files);
    line.carry_out(personalise(1, 1)).unwrap();
    drop(line);

    let mut line = Line::switch_on(emulated, Box::new(memory), Duration::ZERO);
    line.run();
    assert_eq!(read(&mut line, &data), data.files);
    line.carry_out(deliver(1, Stack::Good)).unwrap();
    let clear = line.core.shot(printer_driver::ImageId(1)).is_err();
    assert!(clear, "the picture is kept until delivery only");
}

#[test]
fn a_power_cut_amid_writing_leaves_a_chip_that_is_partly_written() {
    let master = MasterKey::new([0x42; 16]);
    let data = data();
    let mut ends = std::collections::BTreeSet::new();
    for round in 0..4u32 {
        let transport_keys = diversify(&master, CHIP_SERIAL, KEY_VERSION);
        let specimen = ChipSpecimen { chip_serial: CHIP_SERIAL.to_vec(), key_version: KEY_VERSION, transport_keys };
        let chip = EmulatedChip::new(specimen, ChipSettings::default(), 7);
        let emulated = MachineSettings { restore_chip: restore_emulated_chip, ..settings() };
        let mut line = Line::running_on(emulated, Box::new(InMemory::new()), 0);
        // Other booklets before it, so that the seed says something else each time.
        line.core.load(FEEDER, blanks(10..10 + round), line.now).unwrap();
        let blank = MockBooklet::blank(serial(1), Format("passport-32".into()), Box::new(chip));
        line.core.load(FEEDER, vec![blank], line.now).unwrap();
        for job in 10..10 + u64::from(round) {
            line.carry_out(pick(job)).unwrap();
            line.carry_out(deliver(job, Stack::Reject)).unwrap();
        }
        line.carry_out(pick(1)).unwrap();
        let plan = WritePlan::build(&data, &ChipSettings::default().limits()).unwrap();
        let level = SecurityLevel::CommandEncryption;
        let mut session = PersonalisationSession::new(plan, None, Scp03Channel::new(KEY_VERSION, [9; 8], level));
        let answers = send(&mut line, &session.start().unwrap(), true);
        let Step::DeriveKeys(request) = session.next(&answers).unwrap() else { panic!() };
        let static_keys = diversify(&master, &request.chip_serial, request.key_version);
        let keys = derive_session_keys(&static_keys, &request.host_challenge, &request.card_challenge);
        let commands = session.authenticate(keys).unwrap().iter().map(Apdu::to_bytes).collect();
        let script = ApduScript::new(commands);
        let key = line.submit(Operation::Exchange { job: JobId(1), script }).unwrap();
        line.core.power_cut(line.now).unwrap();
        line.settle();
        line.read();
        assert_eq!(line.told(key)[0].as_ref().unwrap_err().fate, printer_driver::BookletFate::Unknown);
        ends.insert(line.core.look(&serial(1)).unwrap().0.chip.snapshot());
    }
    assert!(ends.len() > 2, "the chip is written to {} different points", ends.len());
}
