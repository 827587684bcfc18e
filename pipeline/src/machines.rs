//! The machines of the settings, switched on.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::{Arc, OnceLock};

use chip_profile::ec::{Curve, KeyPair};
use mock_devices::chip::{ChipIdentity, ChipSettings, EmulatedChip};
use mock_devices::machine::{
    FaultPlan, FolderMemory, MachineSettings, MemoryKey, MockBooklet, MockMachine, restore_emulated_chip,
};
use mock_devices::time::ScaledClock;
use persoline_domain::application::DocumentType;
use persoline_domain::booklet::{Blank, Numbering};
use persoline_domain::identifiers::MachineName;
use persoline_keys::KeyStore;
use persoline_line::executor::MachineParts;
use printer_driver::remote::{LinkSecurity, PrivateKeyPem, RemoteDriver, RemoteSettings, TlsSettings};
use printer_driver::{FeederId, Format, MachineDriver};

use crate::centre::KeyedCentre;
use crate::exit::{Failure, Kind, disk};
use crate::panel::{Panel, RemotePanel};
use crate::place::Place;
use crate::settings::{DriverSettings, LinkFiles, MockKind};

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
    pub(crate) panel: Arc<dyn Panel>,
    /// What it takes, once that is known.
    takes: Arc<OnceLock<Takes>>,
    /// Good documents that were taken off its stack.
    pub(crate) taken: Arc<AtomicU64>,
    /// Whether the books call blanks loaded that its feeders did not take.
    pub(crate) owes: Arc<AtomicBool>,
}

/// Which blanks belong into a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Takes {
    /// What belongs into its feeders; an empty feeder does not say.
    pub(crate) feeders: Vec<(FeederId, DocumentType)>,
    /// Those with a perforated number, or those whose number it engraves.
    pub(crate) numbering: Numbering,
}

impl Attended {
    /// A machine with this panel.
    pub(crate) fn new(machine: &MachineName, panel: Arc<dyn Panel>) -> Self {
        Attended { machine: machine.clone(), panel, takes: Arc::default(), taken: Arc::default(), owes: Arc::default() }
    }

    /// What it takes; nothing as long as a machine elsewhere has not said so, which keeps no other from its work.
    pub(crate) fn takes(&self) -> Option<&Takes> {
        if self.takes.get().is_none() {
            let _ = self.takes.set(self.panel.takes()?);
        }
        self.takes.get()
    }

    /// The same machine, with what it takes known.
    pub(crate) fn that_takes(self, takes: Takes) -> Self {
        Attended { takes: Arc::new(OnceLock::from(takes)), ..self }
    }
}

/// Machines that the line works with, and those among them that this program attends.
pub(crate) type Switched = (Vec<MachineParts>, Vec<Attended>);

/// Switches all machines on.
pub(crate) fn switch_on(keyed: &KeyedCentre, emulation: &Emulation) -> Result<Switched, Failure> {
    let clock = Arc::new(ScaledClock::start(emulation.scale));
    let mut machines = Vec::new();
    let mut attended = Vec::new();
    for (index, settings) in keyed.open.settings.machines.iter().enumerate() {
        let machine = MachineName(settings.name.clone());
        let driver: Box<dyn MachineDriver> = match &settings.driver {
            DriverSettings::Mock(kind) => {
                let (mock, attends) = mock(keyed, emulation, &machine, *kind, index as u64, &clock)?;
                attended.push(attends);
                Box::new(mock)
            }
            DriverSettings::Remote(settings) => {
                let refused = |error| Failure::input(format!("machine {machine}: {error}"));
                let security = security(&keyed.open.place, &machine, settings.tls.as_ref())?;
                let link = RemoteSettings::new(&settings.address, security.clone());
                if let Some(desk) = &settings.attended_desk {
                    let desk = RemoteSettings::new(desk, security);
                    let panel = RemotePanel::new(link.clone(), &desk).map_err(refused)?;
                    let attends = Attended::new(&machine, Arc::new(panel));
                    if attends.takes().is_none() {
                        let address = &settings.address;
                        tracing::warn!(%machine, %address, "the machine does not answer; it is attended once it does");
                    }
                    attended.push(attends);
                }
                Box::new(RemoteDriver::connect(link).map_err(refused)?)
            }
        };
        machines.push(MachineParts { machine, driver });
    }
    Ok((machines, attended))
}

/// An emulated machine inside this program, over its memory in the data folder.
fn mock(
    keyed: &KeyedCentre,
    emulation: &Emulation,
    machine: &MachineName,
    kind: MockKind,
    index: u64,
    clock: &Arc<ScaledClock>,
) -> Result<(MockMachine, Attended), Failure> {
    let failed = |error: &dyn std::fmt::Display| memory_trouble(machine.as_str(), error);
    let memory_key = MemoryKey(*keyed.keys.derived_key("memory of emulated machines"));
    let memory =
        FolderMemory::open(keyed.open.place.machine(machine.as_str()), &memory_key).map_err(|error| failed(&error))?;
    let (mut settings, numbering) = match kind {
        MockKind::PassportLine => {
            let settings = MachineSettings::line_300(format!("ML300-{:04}", index + 1), restore_emulated_chip);
            (settings, Numbering::Perforated)
        }
        MockKind::EngravingLine => {
            let serial_number = format!("ME150-{:04}", index + 1);
            let key = encoding_key(&keyed.keys, machine)?;
            (MachineSettings::engraving_line_150(serial_number, restore_emulated_chip, key), Numbering::Engraved)
        }
    };
    settings.faults = emulation.faults.clone();
    let feeders = settings
        .feeders
        .iter()
        .filter_map(|(feeder, format)| Some((*feeder, DocumentType::parse(&format.0)?)))
        .collect();
    let seed = emulation.seed.wrapping_add(index);
    let clock = Arc::clone(clock);
    let mock = MockMachine::start(settings, clock, Box::new(memory), seed).map_err(|error| failed(&error))?;
    let attended = Attended::new(machine, Arc::new(mock.handle())).that_takes(Takes { feeders, numbering });
    Ok((mock, attended))
}

/// The key to which an emulated machine has packages sealed: its own, and the same after a restart.
fn encoding_key(keys: &KeyStore, machine: &MachineName) -> Result<KeyPair, Failure> {
    let scalar = keys.derived_key(&format!("encoding key of the emulated machine {machine}"));
    KeyPair::from_private_scalar(Curve::P256, scalar.as_slice())
        .map_err(|error| Failure::new(Kind::Keys, format!("machine {machine}: {error}")))
}

/// How both sides of a remote machine's link know each other, certificates read.
fn security(place: &Place, machine: &MachineName, tls: Option<&LinkFiles>) -> Result<LinkSecurity, Failure> {
    let Some(files) = tls else { return Ok(LinkSecurity::PlainLoopback) };
    let read = |file: &Path| {
        let file = place.inside(file);
        std::fs::read_to_string(&file)
            .map_err(|error| Failure::input(format!("machine {machine}: {}", disk(&file, &error))))
    };
    let key = PrivateKeyPem::new(read(&files.key)?);
    let tls = TlsSettings::new(read(&files.certificate_authority)?, read(&files.certificate)?, key);
    Ok(LinkSecurity::MutualTls(match &files.peer_name {
        Some(name) => tls.with_peer_name(name),
        None => tls,
    }))
}

/// A machine's memory cannot be read or written.
pub(crate) fn memory_trouble(machine: &str, what: &dyn std::fmt::Display) -> Failure {
    let remedy = "make room if the disk is full, and run again";
    Failure::new(Kind::Store, format!("machine {machine}: {what}; {remedy}"))
}

/// The booklet that a delivery file lists, as it would physically be: its chip holds the transport keys of its serial.
pub(crate) fn physical(blank: &Blank, keys: &KeyStore) -> MockBooklet {
    let chip = EmulatedChip::new(chip_identity(blank, keys), ChipSettings::default(), chip_seed(blank));
    MockBooklet::blank(blank.serial.0.clone(), Format(blank.format.name().to_owned()), Box::new(chip))
}

/// Serial, key version and transport keys of a blank's chip.
pub(crate) fn chip_identity(blank: &Blank, keys: &KeyStore) -> ChipIdentity {
    ChipIdentity {
        chip_serial: blank.chip_serial.clone(),
        key_version: blank.key_version,
        transport_keys: keys.chip_transport_keys(&blank.chip_serial, blank.key_version),
    }
}

/// From what a blank's chip draws its randomness: the same after a restart.
pub(crate) fn chip_seed(blank: &Blank) -> u64 {
    let step = |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3);
    blank.serial.0.bytes().fold(0xCBF2_9CE4_8422_2325, step)
}
