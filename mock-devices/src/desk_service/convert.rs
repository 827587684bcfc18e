//! Between booklets and messages, names and values.

use chip_profile::personalisation::scp03::StaticKeys;
use printer_driver::{ControlCommand, ControlMode, FeederId, Format, Mode, Stack, StationId};

use super::wire;
use crate::chip::{ChipIdentity, ChipSettings, EmulatedChip, LifeCycle};
use crate::machine::{FaultKind, MockBooklet, Place};

/// A blank booklet with an emulated chip, as it is laid into a feeder.
#[derive(Debug, Clone)]
pub struct BlankBooklet {
    /// The number that the maker perforated through it, or its stock serial where the machine engraves the number.
    pub serial: String,
    /// Its kind.
    pub format: Format,
    /// Serial, key version and transport keys of its chip.
    pub chip: ChipIdentity,
    /// From what the chip draws its randomness.
    pub chip_seed: u64,
}

impl BlankBooklet {
    /// The booklet itself.
    pub fn physical(self) -> MockBooklet {
        let chip = EmulatedChip::new(self.chip, ChipSettings::default(), self.chip_seed);
        MockBooklet::blank(self.serial, self.format, Box::new(chip))
    }
}

/// A booklet as it physically is.
#[derive(Clone, PartialEq, Eq)]
pub struct FoundBooklet {
    /// Its serial.
    pub serial: String,
    /// Its kind.
    pub format: Format,
    /// Where it is; where it was, for one that was just taken off a stack.
    pub place: Place,
    /// The document number that the machine engraved.
    pub number: Option<String>,
    /// How often marking its page was begun.
    pub times_marked: u32,
    /// Layers on its page, whole or in part.
    pub marks: u32,
    /// How much of the layer that is done least is on its page, in thousandths; 0 when there is none.
    pub least_done_per_mille: u16,
    /// Whether its chip has died.
    pub chip_is_dead: bool,
    /// Where its chip stands; none when that cannot be told.
    pub life_cycle: Option<LifeCycle>,
    /// The chip's [`EmulatedChip::snapshot`], when it was asked for.
    pub chip: Option<Vec<u8>>,
}

impl core::fmt::Debug for FoundBooklet {
    // Number and chip belong to a person, so they are not shown.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "FoundBooklet({}, {:?}, marked {} times)", self.serial, self.place, self.times_marked)
    }
}

impl FoundBooklet {
    pub(crate) fn of(booklet: &MockBooklet, place: Place, with_chip: bool) -> Self {
        let snapshot = booklet.chip.snapshot();
        FoundBooklet {
            serial: booklet.serial.clone(),
            format: booklet.format.clone(),
            place,
            number: booklet.number.clone(),
            times_marked: booklet.times_marked,
            marks: u32::try_from(booklet.marks.len()).unwrap_or(u32::MAX),
            least_done_per_mille: booklet.marks.iter().map(|mark| mark.done_per_mille).min().unwrap_or(0),
            chip_is_dead: booklet.chip_is_dead,
            life_cycle: EmulatedChip::restore(&snapshot).ok().map(|chip| chip.life_cycle()),
            chip: with_chip.then_some(snapshot),
        }
    }

    pub(crate) fn told(self) -> wire::Booklet {
        wire::Booklet {
            serial: self.serial,
            format: self.format.0,
            place: Some(place_told(self.place)),
            number: self.number,
            times_marked: self.times_marked,
            marks: self.marks,
            chip_is_dead: self.chip_is_dead,
            chip_life_cycle: self.life_cycle.map_or("", life_cycle_name).to_owned(),
            chip: self.chip.unwrap_or_default(),
            least_done_per_mille: self.least_done_per_mille.into(),
        }
    }

    pub(crate) fn understood(wire: wire::Booklet) -> Option<Self> {
        Some(FoundBooklet {
            serial: wire.serial,
            format: Format(wire.format),
            place: place_understood(wire.place)?,
            number: wire.number,
            times_marked: wire.times_marked,
            marks: wire.marks,
            least_done_per_mille: u16::try_from(wire.least_done_per_mille).ok()?,
            chip_is_dead: wire.chip_is_dead,
            life_cycle: LIFE_CYCLES.into_iter().find(|stage| life_cycle_name(*stage) == wire.chip_life_cycle),
            chip: (!wire.chip.is_empty()).then_some(wire.chip),
        })
    }
}

pub(crate) fn blank_told(blank: &BlankBooklet) -> wire::Blank {
    wire::Blank {
        serial: blank.serial.clone(),
        format: blank.format.0.clone(),
        chip_serial: blank.chip.chip_serial.clone(),
        key_version: blank.chip.key_version.into(),
        transport_keys: blank.chip.transport_keys.expose().to_vec(),
        chip_seed: blank.chip_seed,
    }
}

pub(crate) fn blank_understood(wire: &wire::Blank) -> Result<BlankBooklet, &'static str> {
    let keys = StaticKeys::from_slice(&wire.transport_keys).ok_or("transport keys are not 48, 72 or 96 bytes")?;
    if !(8..=32).contains(&wire.chip_serial.len()) {
        return Err("a chip's serial is not 8 to 32 bytes");
    }
    if wire.serial.is_empty() || wire.serial.len() > 64 {
        return Err("a booklet's serial is not 1 to 64 bytes");
    }
    let chip = ChipIdentity {
        chip_serial: wire.chip_serial.clone(),
        key_version: u8::try_from(wire.key_version).map_err(|_| "a key's version is beyond 255")?,
        transport_keys: keys,
    };
    Ok(BlankBooklet {
        serial: wire.serial.clone(),
        format: Format(wire.format.clone()),
        chip,
        chip_seed: wire.chip_seed,
    })
}

pub(crate) fn place_told(place: Place) -> wire::Place {
    use wire::place::Place as Wire;
    let place = match place {
        Place::Feeder(feeder) => Wire::Feeder(feeder.0.into()),
        Place::Station(station) => Wire::Station(station.0.into()),
        Place::Stack(stack) => Wire::Stack(stack_name(stack).to_owned()),
        Place::Taken => Wire::Taken(true),
    };
    wire::Place { place: Some(place) }
}

pub(crate) fn place_understood(place: Option<wire::Place>) -> Option<Place> {
    use wire::place::Place as Wire;
    Some(match place?.place? {
        Wire::Feeder(feeder) => Place::Feeder(FeederId(u16::try_from(feeder).ok()?)),
        Wire::Station(station) => Place::Station(StationId(u16::try_from(station).ok()?)),
        Wire::Stack(name) => Place::Stack(stack(&name)?),
        Wire::Taken(_) => Place::Taken,
    })
}

pub(crate) fn stack_name(stack: Stack) -> &'static str {
    match stack {
        Stack::Good => "good",
        Stack::Reject => "reject",
    }
}

pub(crate) fn stack(name: &str) -> Option<Stack> {
    [Stack::Good, Stack::Reject].into_iter().find(|stack| stack_name(*stack) == name)
}

const BUTTONS: [(&str, ControlCommand); 10] = [
    ("reset", ControlCommand::Reset),
    ("start", ControlCommand::Start),
    ("stop", ControlCommand::Stop),
    ("hold", ControlCommand::Hold),
    ("unhold", ControlCommand::Unhold),
    ("suspend", ControlCommand::Suspend),
    ("unsuspend", ControlCommand::Unsuspend),
    ("abort", ControlCommand::Abort),
    ("clear", ControlCommand::Clear),
    ("complete", ControlCommand::Complete),
];
const MODES: [(&str, Mode); 3] =
    [("production", Mode::Production), ("maintenance", Mode::Maintenance), ("manual", Mode::Manual)];
const CONTROLS: [(&str, ControlMode); 3] =
    [("offline", ControlMode::Offline), ("local", ControlMode::Local), ("remote", ControlMode::Remote)];

pub(crate) fn button(name: &str) -> Option<ControlCommand> {
    named(&BUTTONS, name)
}
pub(crate) fn button_name(command: ControlCommand) -> &'static str {
    name_of(&BUTTONS, command)
}
pub(crate) fn mode(name: &str) -> Option<Mode> {
    named(&MODES, name)
}
pub(crate) fn mode_name(mode: Mode) -> &'static str {
    name_of(&MODES, mode)
}
pub(crate) fn control(name: &str) -> Option<ControlMode> {
    named(&CONTROLS, name)
}
pub(crate) fn control_name(control: ControlMode) -> &'static str {
    name_of(&CONTROLS, control)
}
pub(crate) fn fault(name: &str) -> Option<FaultKind> {
    FaultKind::ALL.into_iter().find(|kind| kind.name() == name)
}

const LIFE_CYCLES: [LifeCycle; 4] =
    [LifeCycle::Initialised, LifeCycle::Personalising, LifeCycle::Locked, LifeCycle::Dead];

fn life_cycle_name(stage: LifeCycle) -> &'static str {
    match stage {
        LifeCycle::Initialised => "initialised",
        LifeCycle::Personalising => "personalising",
        LifeCycle::Locked => "locked",
        LifeCycle::Dead => "dead",
    }
}

fn named<T: Copy>(table: &[(&str, T)], name: &str) -> Option<T> {
    table.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
}

/// Every value stands in its table; a name that nobody knows is what another one would get.
fn name_of<T: Copy + PartialEq>(table: &[(&'static str, T)], value: T) -> &'static str {
    table.iter().find(|(_, known)| *known == value).map_or("unknown", |(name, _)| name)
}
