//! How a machine is built and how long its steps take.

use std::time::Duration;

use printer_driver::{FeederId, Format, Identity};

use super::coupler::ChipRestorer;
use super::faults::FaultPlan;

/// How a machine is built.
#[derive(Debug, Clone)]
pub struct MachineSettings {
    /// Who it is.
    pub identity: Identity,
    /// Its feeders, each with the format that it takes.
    pub feeders: Vec<(FeederId, Format)>,
    /// Encoding stations side by side.
    pub encoders: u16,
    /// Booklets that may be under way at once.
    pub jobs_at_once: u32,
    /// Finished booklets that can wait for their delivery behind the camera.
    pub output_places: usize,
    /// Booklets that each output stack holds.
    pub stack_capacity: u32,
    /// A feeder with this many booklets or fewer wants attention.
    pub feeder_low: u32,
    /// A consumable at this level or lower wants attention, in thousandths of full.
    pub consumable_low_per_mille: u16,
    /// Events that are kept for replay; older ones are gone.
    pub events_kept: usize,
    /// Finished jobs whose results are kept; of older ones only the keys are known.
    pub finished_jobs_kept: usize,
    /// Longest command or answer of the coupler, in bytes.
    pub apdu_bytes: u32,
    /// How long steps take.
    pub timings: MachineTimings,
    /// What goes wrong.
    pub faults: FaultPlan,
    /// Makes chips again after a restart.
    pub restore_chip: ChipRestorer,
}

impl MachineSettings {
    /// A line of 300 documents an hour with feeders 1 (`passport-32`) and 2 (`passport-48`) and four encoding stations.
    pub fn line_300(serial_number: impl Into<String>, restore_chip: ChipRestorer) -> Self {
        MachineSettings {
            identity: Identity::new("Persoline", "Mock Line 300", serial_number, env!("CARGO_PKG_VERSION")),
            feeders: vec![(FeederId(1), Format("passport-32".into())), (FeederId(2), Format("passport-48".into()))],
            encoders: 4,
            jobs_at_once: 10,
            output_places: 4,
            stack_capacity: 500,
            feeder_low: 20,
            consumable_low_per_mille: 100,
            events_kept: 8_192,
            finished_jobs_kept: 512,
            apdu_bytes: 65_544,
            timings: MachineTimings::line_300(),
            faults: FaultPlan::none(),
            restore_chip,
        }
    }
}

/// How long each step takes. The chip's time is not here: the chip models it itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MachineTimings {
    /// A booklet leaves its feeder.
    pub feed: Duration,
    /// Serial and chip identity are read.
    pub identify: Duration,
    /// A booklet moves from one station to the next.
    pub transport: Duration,
    /// The serial is read again before the first mark.
    pub confirm: Duration,
    /// The data page is engraved.
    pub engrave: Duration,
    /// The observation page is printed.
    pub ink: Duration,
    /// The picture is taken.
    pub capture: Duration,
    /// A booklet is put out.
    pub output: Duration,
    /// Any change of the machine's state that does not wait for a booklet.
    pub state_change: Duration,
    /// From power cut to the controller answering again.
    pub boot: Duration,
}

impl MachineTimings {
    /// The laser station is the bottleneck: in, confirm, engrave, out is 12.0 seconds, 300 an hour.
    pub fn line_300() -> Self {
        MachineTimings {
            feed: Duration::from_millis(1_200),
            identify: Duration::from_millis(800),
            transport: Duration::from_millis(1_000),
            confirm: Duration::from_millis(500),
            engrave: Duration::from_millis(9_500),
            ink: Duration::from_millis(6_000),
            capture: Duration::from_millis(500),
            output: Duration::from_millis(1_000),
            state_change: Duration::from_millis(1_000),
            boot: Duration::from_secs(30),
        }
    }

    /// Documents an hour when the laser never waits.
    pub fn documents_per_hour(&self) -> u32 {
        let takt = (self.transport * 2 + self.confirm + self.engrave).as_millis().max(1);
        u32::try_from(3_600_000 / takt).unwrap_or(u32::MAX)
    }
}
