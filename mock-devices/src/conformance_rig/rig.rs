//! What the kit asks of a bench, done on a mock machine.

use std::collections::BTreeMap;
use std::time::Duration;

use chip_profile::access::bac::BacKeys;
use chip_profile::lds::{ElementaryFiles, FileId};
use chip_profile::personalisation::package::{self, EncodingOrder, PackageBinding};
use chip_profile::personalisation::scp03::{MasterKey, SecurityLevel, diversify};
use chip_profile::personalisation::two_phase::MadeKeys;
use chip_profile::personalisation::{ChipData, WritePlan};
use printer_driver::conformance::{Disturbance, LinkCut, NotPossible, Provocation, Rig, When};
use printer_driver::{
    ApduScript, ChipIdentity, ControlCommand, ControlMode, DeviceError, EncodingPackage, FeederId, JobId, Layer,
    MachineDriver, Numbering, Stack,
};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use super::{MockRig, PlainChip};
use crate::chip::{ChipIdentity as Specimen, ChipSettings, EmulatedChip};
use crate::link::{LinkFault, LinkPlan};
use crate::machine::{Coupler, FaultKind, FaultPlan, MockBooklet, OperatorError, Place};

const KEY_VERSION: u8 = 0x21;

/// The key of the bench's chips; it protects nothing.
fn master() -> MasterKey {
    MasterKey::new([0x42; 16])
}

fn not_possible(error: OperatorError) -> NotPossible {
    NotPossible::because(error.to_string())
}

impl MockRig {
    fn chip(&self, number: u32) -> Box<dyn Coupler> {
        if self.encoding_key.is_none() {
            return Box::new(PlainChip::new(number));
        }
        let chip_serial = format!("RIGCHIP{number:05}").into_bytes();
        let transport_keys = diversify(&master(), &chip_serial, KEY_VERSION);
        let specimen = Specimen { chip_serial, key_version: KEY_VERSION, transport_keys };
        Box::new(EmulatedChip::new(specimen, ChipSettings::default(), number.into()))
    }

    fn note_taken(&mut self, booklets: &[MockBooklet]) {
        self.taken.extend(booklets.iter().map(|booklet| (booklet.serial.clone(), booklet.times_marked)));
    }
}

/// Files and keys that a chip can be given, with nothing of a holder in them but the kit's word for one.
fn chip_data() -> ChipData {
    let files: ElementaryFiles = [
        (FileId::COM, vec![5; 26]),
        (FileId::DG1, printer_driver::conformance::CANARY.as_bytes().repeat(5)),
        (FileId::DG2, vec![7; 400]),
        (FileId::SOD, vec![12; 300]),
    ]
    .into();
    ChipData {
        files,
        basic_access: Some(BacKeys::from_bytes([1; 16], [2; 16])),
        pace_parameters: Vec::new(),
        pace_passwords: Vec::new(),
        active_authentication_key: None,
        chip_authentication_key: None,
        made_on_chip: MadeKeys::default(),
    }
}

impl Rig for MockRig {
    fn connect(&mut self) -> Result<Box<dyn MachineDriver>, DeviceError> {
        Ok(Box::new(self.driver()))
    }

    fn load(&mut self, feeder: FeederId, count: u32) -> Result<Vec<String>, NotPossible> {
        let mut driver = crate::machine::StepMachine::connect(&self.machine);
        let described = driver.describe().map_err(|error| NotPossible::because(error.to_string()))?;
        let place = described.stations.iter().filter(|station| station.id.0 < 100);
        let formats = place.zip(described.capabilities.formats);
        let format = formats.into_iter().find(|(station, _)| station.id.0 == feeder.0).map(|(_, format)| format);
        let format = format.ok_or_else(|| NotPossible::because("no such feeder"))?;
        let numbers = self.last_serial.saturating_add(1)..=self.last_serial.saturating_add(count);
        self.last_serial = self.last_serial.saturating_add(count);
        let booklets: Vec<MockBooklet> = numbers
            .map(|number| MockBooklet::blank(format!("R{number:08}"), format.clone(), self.chip(number)))
            .collect();
        let serials = booklets.iter().map(|booklet| booklet.serial.clone()).collect();
        self.machine.load(feeder, booklets).map_err(not_possible)?;
        Ok(serials)
    }

    fn chip_script(&mut self, _serial: &str) -> ApduScript {
        if self.encoding_key.is_some() {
            // SELECT of the passport's application, which a locked chip answers.
            return ApduScript::new(vec![vec![0x00, 0xA4, 0x04, 0x0C, 0x07, 0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01]])
                .with_accept(vec![0x6982])
                .with_reset_first(true);
        }
        let mut write = vec![0x00, 0xD6, 0x00, 0x00, printer_driver::conformance::CANARY.len() as u8];
        write.extend_from_slice(printer_driver::conformance::CANARY.as_bytes());
        ApduScript::new(vec![vec![0x00, 0xA4, 0x00, 0x0C, 0x02, 0x01, 0x01], write]).with_reset_first(true)
    }

    fn page(&mut self, _serial: &str) -> Vec<Layer> {
        self.layers.clone()
    }

    fn now(&self) -> Duration {
        crate::time::Clock::now(&*self.clock)
    }

    fn let_time_pass(&mut self, time: Duration) {
        self.pass(time);
    }

    fn patience(&self) -> Duration {
        Duration::from_secs(150)
    }

    fn number(&mut self, serial: &str) -> Option<String> {
        (self.numbering == Numbering::Engraved).then(|| format!("N{}", serial.get(1..).unwrap_or_default()))
    }

    fn package(&mut self, job: JobId, _serial: &str, chip: &ChipIdentity) -> Result<EncodingPackage, NotPossible> {
        let none = || NotPossible::because("this machine is encoded through its coupler");
        let key = self.encoding_key.as_ref().ok_or_else(none)?;
        let malformed = |error: &dyn std::fmt::Display| NotPossible::because(error.to_string());
        let plan =
            WritePlan::build(&chip_data(), &ChipSettings::default().limits()).map_err(|error| malformed(&error))?;
        let order = EncodingOrder {
            plan,
            key_version: chip.key_version,
            transport_keys: diversify(&master(), &chip.chip_serial, chip.key_version),
            level: SecurityLevel::Full,
        };
        let binding = PackageBinding { job: job.0, chip_serial: chip.chip_serial.clone() };
        let mut rng = ChaCha20Rng::seed_from_u64(job.0);
        let sealed = package::seal(&order, key.public_key(), &binding, &mut rng).map_err(|error| malformed(&error))?;
        Ok(EncodingPackage(sealed))
    }

    fn put_right(&mut self) -> Result<(), NotPossible> {
        self.machine.set_faults(FaultPlan::none());
        self.machine.close_cover().map_err(not_possible)?;
        self.machine.clear_jam().map_err(not_possible)?;
        let mut driver = crate::machine::StepMachine::connect(&self.machine);
        let Ok(snapshot) = driver.snapshot() else { return Ok(()) };
        for consumable in snapshot.consumables.iter().filter(|consumable| consumable.level_per_mille < 1_000) {
            self.machine.refill(&consumable.name, None, None).map_err(not_possible)?;
        }
        for stack in snapshot.stacks.iter().filter(|stack| stack.count >= stack.capacity) {
            self.empty_stack(stack.stack)?;
        }
        if snapshot.control != ControlMode::Remote {
            self.machine.turn_key(ControlMode::Remote).map_err(not_possible)?;
        }
        Ok(())
    }

    fn empty_feeder(&mut self, feeder: FeederId) -> Result<(), NotPossible> {
        self.machine.empty_feeder(feeder).map(drop).map_err(not_possible)
    }

    fn fill_stack(&mut self, stack: Stack) -> Result<(), NotPossible> {
        self.machine.fill_stack(stack).map_err(not_possible)
    }

    fn empty_stack(&mut self, stack: Stack) -> Result<Vec<String>, NotPossible> {
        let booklets = self.machine.empty_stack(stack).map_err(not_possible)?;
        self.note_taken(&booklets);
        Ok(booklets.into_iter().map(|booklet| booklet.serial).collect())
    }

    fn found_on(&mut self, stack: Stack) -> Option<Vec<String>> {
        let lying = self.machine.places().into_iter().filter(|(_, place)| *place == Place::Stack(stack));
        Some(lying.map(|(serial, _)| serial).collect())
    }

    fn marks_on(&mut self, serial: &str) -> Option<u32> {
        let inside = self.machine.look(serial, |booklet, _| booklet.times_marked);
        inside.or_else(|| self.taken.get(serial).copied())
    }

    fn present_wrong_serial(&mut self, when: When) -> Result<Option<String>, NotPossible> {
        match when {
            When::AtNextPick => {
                self.machine.force_fault(FaultKind::ShiftedFeed, None);
                let feeding = self.machine.places().into_iter().filter(|(_, place)| matches!(place, Place::Feeder(_)));
                // The one on top falls back, and the one below it is picked.
                Ok(feeding.map(|(serial, _)| serial).nth(1))
            }
            When::BeforeNextMark => {
                self.machine.force_fault(FaultKind::SerialMisreadAtConfirm, None);
                Ok(None)
            }
        }
    }

    fn restart_machine(&mut self) -> Result<(), NotPossible> {
        self.machine.power_cut().map_err(not_possible)
    }

    fn cut_link(&mut self, at: LinkCut) -> Result<(), NotPossible> {
        self.link.cut_at_command(at == LinkCut::BeforeAnswer);
        Ok(())
    }

    fn mend_link(&mut self) {
        self.link.mend();
    }

    fn disturb_events(&mut self, disturbance: Disturbance) -> Result<(), NotPossible> {
        let fault = match disturbance {
            Disturbance::None => None,
            Disturbance::Late => Some((LinkFault::EventsLate, 300_000)),
            Disturbance::Twice => Some((LinkFault::EventsTwice, 1_000_000)),
            Disturbance::OutOfOrder => Some((LinkFault::EventsShuffled, 1_000_000)),
        };
        let mut rates = self.plan.rates_per_million.clone();
        rates.extend(fault.into_iter().collect::<BTreeMap<_, _>>());
        self.link.set_plan(LinkPlan { rates_per_million: rates, ..self.plan.clone() });
        Ok(())
    }

    fn press(&mut self, command: ControlCommand) -> Result<(), NotPossible> {
        self.machine.press(command).map_err(not_possible)
    }

    fn turn_key(&mut self, control: ControlMode) -> Result<(), NotPossible> {
        self.machine.turn_key(control).map_err(not_possible)
    }

    fn raise_alarm(&mut self) -> Result<(), NotPossible> {
        self.machine.use_up("laser source", 50).map_err(not_possible)
    }

    fn end_alarm(&mut self) -> Result<(), NotPossible> {
        self.machine.refill("laser source", None, None).map_err(not_possible)
    }

    fn provoke(&mut self, provocation: Provocation) -> Result<(), NotPossible> {
        let kind = match provocation {
            Provocation::Misfeed => FaultKind::Misfeed,
            Provocation::MuteChip => FaultKind::ChipMute,
            Provocation::MarkingBreaksOff => FaultKind::EngravingFault,
            Provocation::CameraFails => FaultKind::CameraFailure,
            Provocation::Jam => FaultKind::JamAtOutput,
            _ => return Err(NotPossible::because("the mock machines do not fail in this way")),
        };
        self.machine.force_fault(kind, None);
        Ok(())
    }
}
