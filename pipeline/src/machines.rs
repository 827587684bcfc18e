//! The machines of the settings, switched on.

use std::sync::Arc;

use mock_devices::chip::{ChipIdentity, ChipSettings, EmulatedChip};
use mock_devices::machine::{
    FaultPlan, FolderMemory, MachineSettings, MemoryKey, MockBooklet, MockMachine, MockMachineHandle,
    restore_emulated_chip,
};
use mock_devices::time::ScaledClock;
use persoline_domain::application::DocumentType;
use persoline_domain::booklet::Blank;
use persoline_domain::identifiers::MachineName;
use persoline_keys::KeyStore;
use persoline_line::executor::MachineParts;
use printer_driver::{FeederId, Format};

use crate::centre::KeyedCentre;
use crate::exit::{Failure, Kind};
use crate::settings::DriverKind;

/// How emulated machines behave.
#[derive(Debug, Clone)]
pub(crate) struct Emulation {
    /// How many times faster than real machines.
    pub(crate) scale: u32,
    /// Seed of chance.
    pub(crate) seed: u64,
    /// What goes wrong, and how often.
    pub(crate) faults: FaultPlan,
}

/// An emulated machine as its attendant knows it.
#[derive(Clone)]
pub(crate) struct Attended {
    /// What the centre calls it.
    pub(crate) machine: MachineName,
    /// Its panel.
    pub(crate) handle: MockMachineHandle,
    /// What belongs into its feeders; an empty feeder does not say.
    pub(crate) feeders: Vec<(FeederId, DocumentType)>,
}

/// Switches all machines on.
pub(crate) fn switch_on(
    keyed: &KeyedCentre,
    emulation: &Emulation,
) -> Result<(Vec<MachineParts>, Vec<Attended>), Failure> {
    let clock = Arc::new(ScaledClock::start(emulation.scale));
    let memory_key = MemoryKey(*keyed.keys.derived_key("memory of emulated machines"));
    let mut machines = Vec::new();
    let mut attended = Vec::new();
    for (index, settings) in keyed.open.settings.machines.iter().enumerate() {
        let machine = MachineName(settings.name.clone());
        match settings.driver {
            DriverKind::EmulatedLine300 => {
                let failed = |error: &dyn std::fmt::Display| memory_trouble(&settings.name, error);
                let memory = FolderMemory::open(keyed.open.place.machine(&settings.name), &memory_key)
                    .map_err(|error| failed(&error))?;
                let serial_number = format!("ML300-{:04}", index + 1);
                let mut line = MachineSettings::line_300(serial_number, restore_emulated_chip);
                line.faults = emulation.faults.clone();
                let feeders = line
                    .feeders
                    .iter()
                    .filter_map(|(feeder, format)| Some((*feeder, DocumentType::parse(&format.0)?)))
                    .collect();
                let seed = emulation.seed.wrapping_add(index as u64);
                let mock =
                    MockMachine::start(line, clock.clone(), Box::new(memory), seed).map_err(|error| failed(&error))?;
                attended.push(Attended { machine: machine.clone(), handle: mock.handle(), feeders });
                machines.push(MachineParts { machine, driver: Box::new(mock) });
            }
        }
    }
    Ok((machines, attended))
}

/// A machine's memory cannot be read or written.
pub(crate) fn memory_trouble(machine: &str, what: &dyn std::fmt::Display) -> Failure {
    let remedy = "make room if the disk is full, and run again";
    Failure::new(Kind::Store, format!("machine {machine}: {what}; {remedy}"))
}

/// The booklet that a delivery file lists, as it would physically be: its chip holds the transport keys of its serial.
pub(crate) fn physical(blank: &Blank, keys: &KeyStore) -> MockBooklet {
    let identity = ChipIdentity {
        chip_serial: blank.chip_serial.clone(),
        key_version: blank.key_version,
        transport_keys: keys.chip_transport_keys(&blank.chip_serial, blank.key_version),
    };
    let seed =
        blank.serial.0.bytes().fold(0xCBF2_9CE4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
        });
    let chip = EmulatedChip::new(identity, ChipSettings::default(), seed);
    MockBooklet::blank(blank.serial.0.clone(), Format(blank.format.name().to_owned()), Box::new(chip))
}
