//! Who a machine is and what it can do.

use crate::{ControlMode, LayerCoding, LayerKind, Mode, State};

/// The edition of the contract that this crate holds. It grows only when something is taken away or changes its meaning.
pub const EDITION: u32 = 1;

/// Answer to [`MachineDriver::describe`](crate::MachineDriver::describe).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Description {
    /// Edition of the contract that the driver was written against; [`EDITION`] today.
    pub edition: u32,
    /// Who the machine is.
    pub identity: Identity,
    /// What it can do.
    pub capabilities: Capabilities,
    /// Its stations in the order of the booklet's way.
    pub stations: Vec<StationDescription>,
}

impl Description {
    /// A machine of the present [`EDITION`] without stations.
    pub fn new(identity: Identity, capabilities: Capabilities) -> Self {
        Description { edition: EDITION, identity, capabilities, stations: Vec::new() }
    }
    /// The same machine with these stations, in the order of the booklet's way.
    #[must_use]
    pub fn with_stations(mut self, stations: Vec<StationDescription>) -> Self {
        self.stations = stations;
        self
    }
}

/// Who a machine is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Identity {
    /// Who built it.
    pub manufacturer: String,
    /// Its type.
    pub model: String,
    /// Its own serial number.
    pub serial_number: String,
    /// Version of its controller's software.
    pub software_version: String,
}

impl Identity {
    /// Maker, type, serial number, and version of the controller's software.
    pub fn new(
        manufacturer: impl Into<String>,
        model: impl Into<String>,
        serial_number: impl Into<String>,
        software_version: impl Into<String>,
    ) -> Self {
        Identity {
            manufacturer: manufacturer.into(),
            model: model.into(),
            serial_number: serial_number.into(),
            software_version: software_version.into(),
        }
    }
}

/// What a machine can do.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Capabilities {
    /// PackML states that occur, the four required ones among them.
    pub states: Vec<State>,
    /// Modes that it can be brought into, production among them.
    pub modes: Vec<Mode>,
    /// Parties that can command it, the host ([`ControlMode::Remote`]) among them.
    pub control_modes: Vec<ControlMode>,
    /// Formats of booklets that it takes.
    pub formats: Vec<Format>,
    /// How numbers come onto booklets.
    pub numbering: Numbering,
    /// Layers that it can mark.
    pub layers: Vec<LayerKind>,
    /// Resolutions that it takes, in pixels per inch.
    pub dots_per_inch: Vec<u32>,
    /// Codings that it takes of each layer; each of [`Capabilities::layers`] stands here at least once.
    pub codings: Vec<(LayerKind, LayerCoding)>,
    /// Who encodes the chip.
    pub encoding: ChipEncoding,
    /// Booklets that can be under way at once.
    pub jobs_at_once: u32,
    /// Commands that it accepts before they can begin, beyond those that are being carried out; what comes then is
    /// answered [`ErrorKind::Busy`](crate::ErrorKind::Busy).
    pub queue_depth: u32,
    /// Longest answer or command of the chip coupler, in bytes; 261 without extended length.
    pub apdu_bytes: u32,
    /// Documents an hour under ideal conditions.
    pub documents_per_hour: u32,
}

impl Capabilities {
    /// Capabilities with the four required states, production under the host's control, pre-printed numbers, chips
    /// encoded through the coupler, one booklet at once, and nothing else; fill the fields in.
    pub fn minimal() -> Self {
        Capabilities {
            states: State::REQUIRED.to_vec(),
            modes: vec![Mode::Production],
            control_modes: vec![ControlMode::Remote],
            formats: Vec::new(),
            numbering: Numbering::PrePrinted,
            layers: Vec::new(),
            dots_per_inch: Vec::new(),
            codings: Vec::new(),
            encoding: ChipEncoding::Coupler,
            jobs_at_once: 1,
            queue_depth: 0,
            apdu_bytes: 261,
            documents_per_hour: 0,
        }
    }
}

/// A kind of booklet, as the centre names it (`passport-32`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Format(pub String);

/// How numbers come onto booklets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Numbering {
    /// The maker has perforated or printed them: the serial is the document number.
    PrePrinted,
    /// The machine engraves or perforates the number it is told in [`Operation::Personalise`](crate::Operation).
    Engraved,
}

/// Who encodes the chip.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChipEncoding {
    /// The host, through the machine's coupler, by [`Operation::Exchange`](crate::Operation::Exchange).
    Coupler,
    /// The machine, from a package, by [`Operation::Encode`](crate::Operation::Encode). Afterwards it takes
    /// [`Operation::Exchange`](crate::Operation::Exchange) for reading back.
    Machine {
        /// The machine's public key on P-256 to which packages are wrapped, as an uncompressed point: 65 bytes that
        /// begin with 04 (SEC 1, 2.3.3).
        recipient: Vec<u8>,
    },
}

/// Names a station of a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StationId(pub u16);

/// A station of a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StationDescription {
    /// Its number in the machine.
    pub id: StationId,
    /// What it does.
    pub kind: StationKind,
    /// What operators call it.
    pub name: String,
}

impl StationDescription {
    /// A station with its number, what it does and what operators call it.
    pub fn new(id: StationId, kind: StationKind, name: impl Into<String>) -> Self {
        StationDescription { id, kind, name: name.into() }
    }
}

/// What a station does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StationKind {
    /// Takes booklets from a feeder.
    Feed,
    /// Reads the serial and the chip's identity.
    Identify,
    /// Talks to the chip.
    Encode,
    /// Engraves the data page.
    Laser,
    /// Prints the observation page.
    Inkjet,
    /// Takes pictures.
    Camera,
    /// Puts booklets out.
    Output,
    /// Something that none of the others names.
    Other,
}
