//! Booklets taken out of an emulated machine when the program has ended, and their chips read by the reader of a border.

use std::sync::Arc;

use chip_profile::access::MrzInformation;
use chip_profile::apdu::Response;
use chip_profile::inspection::reader::{ChipReader, ChipReading, ReaderPassword, ReaderSettings, ReaderStep};
use chip_profile::mrz::Td3;
use chip_profile::pki::UnixTime;
use mock_devices::chip::{EmulatedChip, LifeCycle};
use mock_devices::machine::{FolderMemory, MachineSettings, MemoryKey, MockMachine, restore_emulated_chip};
use mock_devices::time::ScaledClock;
use persoline_domain::chance::{AsRng, RandomSource};
use persoline_keys::{KeyStore, Passphrase};

use crate::support::{Centre, PASSPHRASE};

/// Randomness of the system.
pub(super) struct Chance;

impl RandomSource for Chance {
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("randomness of the system");
    }
}

/// The keys of a centre.
pub(super) fn keys(centre: &Centre) -> KeyStore {
    let passphrase = Passphrase::new(PASSPHRASE.to_owned());
    KeyStore::open(&centre.data.join("keys"), &passphrase, "UTO").expect("keys")
}

/// The emulated machine of that name, switched on again over what it remembers.
pub(super) fn machine(centre: &Centre, name: &str) -> MockMachine {
    let key = MemoryKey(*keys(centre).derived_key("memory of emulated machines"));
    let memory = FolderMemory::open(centre.data.join("machines").join(name), &key).expect("a memory");
    let settings = MachineSettings::line_300("ML300-0001".to_owned(), restore_emulated_chip);
    MockMachine::start(settings, Arc::new(ScaledClock::start(1)), Box::new(memory), 1).expect("a machine")
}

/// The chip of a booklet that lies in the machine.
pub(super) fn chip_of(machine: &MockMachine, serial: &str) -> EmulatedChip {
    let snapshot = machine.handle().look(serial, |booklet, _| booklet.chip.snapshot()).expect("a booklet");
    let chip = EmulatedChip::restore(&snapshot).expect("a chip");
    assert_eq!(chip.life_cycle(), LifeCycle::Locked);
    chip
}

/// Reads a chip with what is printed: two lines.
pub(super) fn read(chip: &mut EmulatedChip, zone: &str) -> ChipReading {
    let lines = Td3::parse(&zone.replace('\n', "")).expect("a zone").encode().expect("a zone");
    let password = ReaderPassword::Mrz(MrzInformation::of_lines(&lines));
    let mut reader = ChipReader::new(ReaderSettings::with_password(password));
    chip.reset();
    let mut step = reader.start();
    loop {
        match step {
            ReaderStep::Done(reading) => return reading,
            ReaderStep::Send(command) => {
                let answer = Response::parse(&chip.transmit(&command.to_bytes())).expect("an answer");
                step = reader.next(&answer, &mut AsRng(&Chance)).expect("a chip that can be read");
            }
        }
    }
}

/// The time.
pub(super) fn now() -> UnixTime {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("a clock");
    UnixTime(i64::try_from(now.as_secs()).expect("a time"))
}
