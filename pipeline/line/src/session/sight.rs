//! What others may see of a session.

use persoline_dispatch::{FleetMember, Health, IdleReason};
use persoline_domain::application::DocumentType;
use persoline_domain::identifiers::{ApplicationNumber, JobNumber};
use persoline_domain::store::Standing;
use printer_driver::{Alarm, Cursor, Description, Feeder, State};

use super::{HostAlarm, Link, Session, Step};

impl Session {
    /// The position up to which events were handled.
    pub fn cursor(&self) -> Cursor {
        self.cursor
    }
    /// Whether the machine can be polled for events.
    pub fn is_linked(&self) -> bool {
        self.link == Link::Up
    }
    /// Whether nothing is under way.
    pub fn is_idle(&self) -> bool {
        self.jobs.is_empty()
    }
    /// Whether the session has ended.
    pub fn is_halted(&self) -> bool {
        self.halted
    }
    /// The machine's PackML state as last told.
    pub fn state(&self) -> State {
        self.state
    }
    /// What people and policy say of the machine; none before the store was asked.
    pub fn standing(&self) -> Option<&Standing> {
        self.standing.as_ref()
    }
    /// Whether a person has paused it.
    pub fn is_paused(&self) -> bool {
        self.standing.as_ref().is_some_and(|standing| standing.is_paused)
    }
    /// Whether its link has been down for so long that it counts as dead.
    pub fn is_dead(&self) -> bool {
        self.apart.is_dead()
    }
    /// Why it gets no work now; none while it is given as much as it takes.
    pub fn idle_reason(&self) -> Option<IdleReason> {
        self.idle
    }
    /// How it did of late.
    pub fn health(&self) -> Health {
        self.care.health(&self.settings.dispatch)
    }
    /// Documents an hour, as measured while it had work.
    pub fn documents_per_hour(&self) -> u32 {
        let promised = self.description.as_ref().map_or(0, |told| told.capabilities.documents_per_hour);
        self.care.documents_per_hour(promised)
    }
    /// Alarms that are set or not acknowledged.
    pub fn alarms(&self) -> impl Iterator<Item = &Alarm> {
        self.alarms.values()
    }
    /// Alarms that the host itself raised about the machine.
    pub fn host_alarms(&self) -> impl Iterator<Item = &HostAlarm> {
        self.care.alarms()
    }
    /// Feeders as last announced.
    pub fn feeders(&self) -> impl Iterator<Item = &Feeder> {
        self.feeders.values()
    }
    /// Jobs under way with their steps.
    pub fn steps(&self) -> impl Iterator<Item = (JobNumber, &ApplicationNumber, Step)> {
        self.jobs.values().filter(|job| !job.is_stray()).map(|job| (job.number, &job.application, job.step))
    }
    /// What the machine said of itself.
    pub fn description(&self) -> Option<&Description> {
        self.description.as_ref()
    }
    /// The machine as dispatch on the host's other machines sees it.
    pub fn fleet_member(&self) -> FleetMember {
        let place = self.place();
        let mut documents: Vec<DocumentType> = Vec::new();
        for feeder in place.feeders.iter().filter(|feeder| feeder.free > 0) {
            if !documents.contains(&feeder.document) {
                documents.push(feeder.document);
            }
        }
        FleetMember {
            is_ready: place.is_ready,
            documents,
            setup: place.setup,
            health: place.health,
            documents_per_hour: place.documents_per_hour,
            under_way: place.under_way,
        }
    }
}
