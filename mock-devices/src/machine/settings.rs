//! How a machine is built and how long its steps take.

use std::time::Duration;

use chip_profile::ec::KeyPair;
use printer_driver::{FeederId, Format, Identity, LayerCoding, LayerKind, Numbering, StationKind};

use super::coupler::ChipRestorer;
use super::faults::FaultPlan;

/// How a machine is built.
#[derive(Debug, Clone)]
pub struct MachineSettings {
    /// Who it is.
    pub identity: Identity,
    /// Its feeders, each with the format that it takes.
    pub feeders: Vec<(FeederId, Format)>,
    /// How numbers come onto booklets.
    pub numbering: Numbering,
    /// The key to which packages are sealed, of a machine that encodes chips by itself; none where the host does it through
    /// the coupler. It is on P-256.
    pub encoding_key: Option<KeyPair>,
    /// Encoding stations side by side.
    pub encoders: u16,
    /// Whether there is an inkjet for the observation page.
    pub has_inkjet: bool,
    /// What is used up.
    pub supplies: Vec<SupplySettings>,
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

/// Something that a machine uses up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupplySettings {
    /// What operators call it.
    pub name: &'static str,
    /// The kind of station that uses it: [`StationKind::Laser`], [`StationKind::Inkjet`], [`StationKind::Camera`] or
    /// [`StationKind::Output`].
    pub used_at: StationKind,
    /// What one document takes, in millionths of full.
    pub per_document: u32,
    /// The lot that it comes with.
    pub lot: &'static str,
    /// Its last day of use, `YYYY-MM-DD`.
    pub expiry: Option<&'static str>,
}

/// The laser source, whose level is what is left of its hours.
pub(crate) const LASER_SOURCE: &str = "laser source";
/// The inkjet's ink.
pub(crate) const INK: &str = "ink";

impl MachineSettings {
    /// A line of 300 documents an hour for pre-numbered booklets, with feeders 1 (`passport-32`) and 2 (`passport-48`), four
    /// encoding stations and an inkjet. The host encodes through its coupler.
    pub fn line_300(serial_number: impl Into<String>, restore_chip: ChipRestorer) -> Self {
        let supply = |name, used_at, per_document, lot, expiry| SupplySettings {
            name,
            used_at,
            per_document,
            lot,
            expiry: Some(expiry),
        };
        MachineSettings {
            identity: Identity::new("Persoline", "Mock Line 300", serial_number, env!("CARGO_PKG_VERSION")),
            feeders: vec![(FeederId(1), Format("passport-32".into())), (FeederId(2), Format("passport-48".into()))],
            numbering: Numbering::PrePrinted,
            encoding_key: None,
            encoders: 4,
            has_inkjet: true,
            supplies: vec![
                // Ten thousand hours at 9.5 seconds a page.
                SupplySettings {
                    name: LASER_SOURCE,
                    used_at: StationKind::Laser,
                    per_document: 1,
                    lot: "LS-2026-01",
                    expiry: None,
                },
                supply(INK, StationKind::Inkjet, 250, "INK-2026-07", "2028-06-30"),
                supply("cleaning ribbon", StationKind::Camera, 400, "RB-2026-03", "2029-12-31"),
            ],
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

    /// A line of 150 documents an hour for booklets that carry a stock serial only: it engraves the document number it is
    /// told, has no inkjet, covers each page with a laminate, and encodes chips by itself from packages that are sealed to
    /// `encoding_key`, on two encoding stations. Feeders as those of [`line_300`](MachineSettings::line_300).
    pub fn engraving_line_150(
        serial_number: impl Into<String>,
        restore_chip: ChipRestorer,
        encoding_key: KeyPair,
    ) -> Self {
        MachineSettings {
            identity: Identity::new("Persoline", "Mock Engraver 150", serial_number, env!("CARGO_PKG_VERSION")),
            numbering: Numbering::Engraved,
            encoding_key: Some(encoding_key),
            encoders: 2,
            has_inkjet: false,
            supplies: vec![
                SupplySettings {
                    name: LASER_SOURCE,
                    used_at: StationKind::Laser,
                    per_document: 2,
                    lot: "LS-2026-04",
                    expiry: None,
                },
                SupplySettings {
                    name: "laminate",
                    used_at: StationKind::Camera,
                    per_document: 1_000,
                    lot: "LAM-2026-02",
                    expiry: Some("2027-11-30"),
                },
            ],
            jobs_at_once: 6,
            output_places: 2,
            stack_capacity: 250,
            timings: MachineTimings::engraving_line_150(),
            ..MachineSettings::line_300("", restore_chip)
        }
    }

    /// The layers that it can mark, with the codings that it takes of each.
    pub(crate) fn codings(&self) -> Vec<(LayerKind, LayerCoding)> {
        let mut codings = vec![(LayerKind::Laser, LayerCoding::PngGrey), (LayerKind::Window, LayerCoding::PngGrey)];
        if self.has_inkjet {
            let inkjet = [LayerCoding::PngGrey, LayerCoding::PngRgb, LayerCoding::JpegRgb];
            codings.extend(inkjet.map(|coding| (LayerKind::Observation, coding)));
        }
        codings
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
    /// The data page is engraved, with the number where it is engraved.
    pub engrave: Duration,
    /// The observation page is printed.
    pub ink: Duration,
    /// The picture is taken.
    pub capture: Duration,
    /// A booklet is put out.
    pub output: Duration,
    /// Any change of the machine's state that does not wait for a booklet.
    pub state_change: Duration,
    /// Laser and print head from cold to ready; a cold machine starts for so long.
    pub warm_up: Duration,
    /// A machine that has not executed for so long is cold again, as it is after power was cut.
    pub cools_after: Duration,
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
            warm_up: Duration::from_secs(30),
            cools_after: Duration::from_secs(1_800),
            boot: Duration::from_secs(30),
        }
    }

    /// The laser station is the bottleneck: in, confirm, engrave page and number, out is 24.0 seconds, 150 an hour.
    pub fn engraving_line_150() -> Self {
        MachineTimings {
            feed: Duration::from_millis(2_000),
            identify: Duration::from_millis(1_500),
            transport: Duration::from_millis(1_500),
            confirm: Duration::from_millis(500),
            engrave: Duration::from_millis(20_500),
            capture: Duration::from_millis(800),
            output: Duration::from_millis(1_500),
            warm_up: Duration::from_secs(60),
            boot: Duration::from_secs(45),
            ..MachineTimings::line_300()
        }
    }

    /// Documents an hour when the laser never waits.
    pub fn documents_per_hour(&self) -> u32 {
        let takt = (self.transport * 2 + self.confirm + self.engrave).as_millis().max(1);
        u32::try_from(3_600_000 / takt).unwrap_or(u32::MAX)
    }
}
