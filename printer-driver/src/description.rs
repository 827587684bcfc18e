//! Who a machine is and what it can do.

use crate::{LayerKind, State};

/// Answer to [`MachineDriver::describe`](crate::MachineDriver::describe).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    /// Who the machine is.
    pub identity: Identity,
    /// What it can do.
    pub capabilities: Capabilities,
    /// Its stations in the order of the booklet's way.
    pub stations: Vec<StationDescription>,
}

/// Who a machine is.
#[derive(Debug, Clone, PartialEq, Eq)]
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

/// What a machine can do.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Capabilities {
    /// PackML states that occur, the four required ones among them.
    pub states: Vec<State>,
    /// Formats of booklets that it takes.
    pub formats: Vec<Format>,
    /// How numbers come onto booklets.
    pub numbering: Numbering,
    /// Layers that it can mark.
    pub layers: Vec<LayerKind>,
    /// Resolutions that it takes, in pixels per inch.
    pub dots_per_inch: Vec<u32>,
    /// Booklets that can be under way at once.
    pub jobs_at_once: u32,
    /// Longest answer or command of the chip coupler, in bytes; 261 without extended length.
    pub apdu_bytes: u32,
    /// Documents an hour under ideal conditions.
    pub documents_per_hour: u32,
}

impl Capabilities {
    /// Capabilities with the four required states and nothing else; fill the fields in.
    pub fn minimal() -> Self {
        Capabilities {
            states: State::REQUIRED.to_vec(),
            formats: Vec::new(),
            numbering: Numbering::PrePrinted,
            layers: Vec::new(),
            dots_per_inch: Vec::new(),
            jobs_at_once: 1,
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
pub enum Numbering {
    /// The maker has perforated or printed them.
    PrePrinted,
    /// The machine engraves the number it is told.
    Engraved,
}

/// Names a station of a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StationId(pub u16);

/// A station of a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StationDescription {
    /// Its number in the machine.
    pub id: StationId,
    /// What it does.
    pub kind: StationKind,
    /// What operators call it.
    pub name: String,
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
}
