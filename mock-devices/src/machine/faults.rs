//! Faults that can be switched on one by one.

use std::collections::BTreeMap;

use crate::chance::Chance;

/// Something that goes wrong with a booklet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FaultKind {
    /// No booklet comes out of the feeder. Told as `Misfeed`, untouched; the booklet stays in the feeder.
    Misfeed,
    /// Two booklets come at once. Told as `DoubleFeed`, untouched; both go to the reject stack.
    DoubleFeed,
    /// The chip is dead from the maker. Told as `ChipMute` at pick, untouched; the booklet goes to the reject stack.
    ChipMute,
    /// The chip dies amid a script. Told as `ChipMute`, spoiled.
    ChipDies,
    /// One character of the serial is misread at pick. Told as a good pick with the serial that was read.
    SerialMisreadAtPick,
    /// One character of the serial is misread before the first mark. Told as `WrongSerial`, untouched.
    SerialMisreadAtConfirm,
    /// The laser fails amid the page. Told as `MarkingFailed`, spoiled.
    EngravingFault,
    /// The ink fails amid the page. Told as `MarkingFailed`, spoiled.
    InkingFault,
    /// The picture is blurred and full of noise; the machine does not notice.
    CameraMisread,
    /// No picture comes. Told as `CameraFailed`, unknown.
    CameraFailure,
    /// The booklet is stuck on its way to the identify station. Told as `Jam`, untouched; held until a person has come.
    JamAtFeed,
    /// The booklet is stuck on its way to the laser. Told as `Jam`, spoiled; held until a person has come.
    JamAtLaser,
    /// The booklet is stuck on its way out. Told as `Jam`, unknown; held until a person has come.
    JamAtOutput,
    /// The good stack's sensor says full. Told as `StackFull`, untouched; suspended until a person has come.
    StackFull,
    /// Power is cut while a chip is written.
    PowerCutAtChip,
    /// Power is cut while the page is engraved.
    PowerCutAtLaser,
    /// Two booklets come, and the upper one falls back: a good pick of the booklet that lay below. The machine does not notice;
    /// who relied on the order of the stack meets another serial than expected.
    ShiftedFeed,
    /// Engraving breaks off, and the machine by itself engraves the page a second time. Told as `Engraved` twice and then as
    /// personalised well: the host must notice.
    UnwantedReprint,
    /// The machine's clock leaps forwards or back by up to three days. Told in the time of all later events.
    ClockJump,
    /// The end of a command is told twice, each time as an event of its own.
    EventsTwice,
    /// The end of a command is told up to twenty seconds late, after what has happened since.
    EventsLate,
}

impl FaultKind {
    /// All of them.
    pub const ALL: [FaultKind; 21] = [
        FaultKind::Misfeed,
        FaultKind::DoubleFeed,
        FaultKind::ChipMute,
        FaultKind::ChipDies,
        FaultKind::SerialMisreadAtPick,
        FaultKind::SerialMisreadAtConfirm,
        FaultKind::EngravingFault,
        FaultKind::InkingFault,
        FaultKind::CameraMisread,
        FaultKind::CameraFailure,
        FaultKind::JamAtFeed,
        FaultKind::JamAtLaser,
        FaultKind::JamAtOutput,
        FaultKind::StackFull,
        FaultKind::PowerCutAtChip,
        FaultKind::PowerCutAtLaser,
        FaultKind::ShiftedFeed,
        FaultKind::UnwantedReprint,
        FaultKind::ClockJump,
        FaultKind::EventsTwice,
        FaultKind::EventsLate,
    ];

    /// A name for command lines and reports.
    pub fn name(self) -> &'static str {
        match self {
            FaultKind::Misfeed => "misfeed",
            FaultKind::DoubleFeed => "double-feed",
            FaultKind::ChipMute => "chip-mute",
            FaultKind::ChipDies => "chip-dies",
            FaultKind::SerialMisreadAtPick => "serial-misread-at-pick",
            FaultKind::SerialMisreadAtConfirm => "serial-misread-at-confirm",
            FaultKind::EngravingFault => "engraving-fault",
            FaultKind::InkingFault => "inking-fault",
            FaultKind::CameraMisread => "camera-misread",
            FaultKind::CameraFailure => "camera-failure",
            FaultKind::JamAtFeed => "jam-at-feed",
            FaultKind::JamAtLaser => "jam-at-laser",
            FaultKind::JamAtOutput => "jam-at-output",
            FaultKind::StackFull => "stack-full",
            FaultKind::PowerCutAtChip => "power-cut-at-chip",
            FaultKind::PowerCutAtLaser => "power-cut-at-laser",
            FaultKind::ShiftedFeed => "shifted-feed",
            FaultKind::UnwantedReprint => "unwanted-reprint",
            FaultKind::ClockJump => "clock-jump",
            FaultKind::EventsTwice => "events-twice",
            FaultKind::EventsLate => "events-late",
        }
    }
}

/// A fault that strikes once for certain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForcedFault {
    /// What strikes.
    pub kind: FaultKind,
    /// The booklet that it strikes; the next one when none.
    pub serial: Option<String>,
}

/// Which faults strike, and how often. The default is none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FaultPlan {
    /// Printed with every run that has faults.
    pub seed: u64,
    /// Strikes in a million booklets.
    pub rates_per_million: BTreeMap<FaultKind, u32>,
    /// Strikes that are certain, in any order.
    pub forced: Vec<ForcedFault>,
}

impl FaultPlan {
    /// No faults.
    pub fn none() -> Self {
        FaultPlan::default()
    }

    /// Every kind at the same rate.
    pub fn all_at(seed: u64, rate_per_million: u32) -> Self {
        let rates_per_million = FaultKind::ALL.into_iter().map(|kind| (kind, rate_per_million)).collect();
        FaultPlan { seed, rates_per_million, forced: Vec::new() }
    }

    /// The same plan with one more certain strike.
    pub fn with_forced(mut self, kind: FaultKind, serial: Option<&str>) -> Self {
        self.forced.push(ForcedFault { kind, serial: serial.map(str::to_owned) });
        self
    }

    /// Whether chance lets this kind strike this booklet in this round.
    pub(crate) fn draws(&self, kind: FaultKind, booklet: u64, round: u64) -> bool {
        let rate = self.rates_per_million.get(&kind).copied().unwrap_or(0);
        rate > 0 && Chance::from_seed(self.seed).draw(kind.name(), booklet, round).happens(rate)
    }
}
