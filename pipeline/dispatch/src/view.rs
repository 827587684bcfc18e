//! What dispatch knows: a place, the rest of the fleet, the limits.

use persoline_domain::application::DocumentType;

use crate::Health;

/// A feeder of a machine, as far as dispatch needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FeederView {
    /// Its number in the machine.
    pub feeder: u16,
    /// What its booklets can become.
    pub document: DocumentType,
    /// Booklets left that no job has been promised.
    pub free: u32,
}

/// What a machine can take now.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PlaceView {
    /// Whether it may be given work: it executes, its link works, and nobody has forbidden it.
    pub is_ready: bool,
    /// Jobs that it can take more than it has.
    pub free_places: u32,
    /// Jobs that it has.
    pub under_way: u32,
    /// Its feeders.
    pub feeders: Vec<FeederView>,
    /// What it made last, for which it is set up; none before its first job.
    pub setup: Option<DocumentType>,
    /// How it did of late.
    pub health: Health,
    /// Documents an hour, as measured.
    pub documents_per_hour: u32,
}

/// The other machines of the centre.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fleet {
    /// Each of them. None is known when a machine works alone.
    pub others: Vec<FleetMember>,
}

/// Another machine.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FleetMember {
    /// Whether it can be given work: it executes, its link works, nobody has forbidden it. A machine whose places are all
    /// taken is still ready.
    pub is_ready: bool,
    /// What its loaded feeders can make.
    pub documents: Vec<DocumentType>,
    /// What it made last, for which it is set up.
    pub setup: Option<DocumentType>,
    /// How it did of late.
    pub health: Health,
    /// Documents an hour, as measured.
    pub documents_per_hour: u32,
    /// Jobs that it has.
    pub under_way: u32,
}

impl FleetMember {
    /// Whether it can be relied upon to make such documents.
    pub fn is_good_for(&self, document: DocumentType) -> bool {
        self.is_ready && self.health == Health::Sound && self.documents.contains(&document)
    }
}

/// Limits of dispatch, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DispatchLimits {
    /// Booklets that may be spoiled for one order before a person has to look.
    pub remakes: u32,
    /// Days by which an order of another kind must be more urgent before a machine changes over to it.
    pub setup_days: u32,
    /// Jobs of a machine that are looked back at to judge its health, at most 64.
    pub health_window: u32,
    /// Of these, so many spoiled put it on probation.
    pub spoils_on_probation: u32,
    /// So many spoiled in a row, each of another order, and it gets nothing until a person has looked.
    pub spoils_in_a_row: u32,
}

impl Default for DispatchLimits {
    fn default() -> Self {
        DispatchLimits { remakes: 4, setup_days: 1, health_window: 20, spoils_on_probation: 5, spoils_in_a_row: 6 }
    }
}
