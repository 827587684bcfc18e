//! Health: a machine that spoiled too much of late is on probation; one that spoils everything gets nothing.

use persoline_domain::clock::Date;
use persoline_domain::identifiers::OrderId;
use persoline_domain::order::Priority;
use persoline_domain::store::WaitingOrder;

use crate::{DispatchLimits, Fleet, FleetMember};

/// How a machine did of late.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Health {
    /// As it should.
    #[default]
    Sound,
    /// It spoiled too much: one job at a time, and no remake or urgent order while another can take it.
    Probation,
    /// It spoiled everything: nothing until a person has looked.
    Barred,
}

impl Health {
    /// The name used in views.
    pub fn name(self) -> &'static str {
        match self {
            Health::Sound => "sound",
            Health::Probation => "probation",
            Health::Barred => "barred",
        }
    }
}

/// The ends of a machine's latest jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct HealthRecord {
    /// Newest in the lowest bit; set where the machine spoiled.
    ends: u64,
    /// Spoiled since the last good one, each of another order than the one before.
    in_a_row: u32,
    last_spoiled: Option<OrderId>,
}

impl HealthRecord {
    /// A document came out well.
    pub fn good(&mut self) {
        self.ends <<= 1;
        self.in_a_row = 0;
        self.last_spoiled = None;
    }

    /// A booklet was lost on the machine. One order that is lost twice in a row says more of the order than of the machine.
    pub fn spoiled(&mut self, order: OrderId) {
        self.ends = self.ends << 1 | 1;
        if self.last_spoiled != Some(order) {
            self.in_a_row = self.in_a_row.saturating_add(1);
        }
        self.last_spoiled = Some(order);
    }

    /// The health that follows.
    pub fn health(&self, limits: &DispatchLimits) -> Health {
        let window = match limits.health_window.min(64) {
            64 => u64::MAX,
            bits => (1 << bits) - 1,
        };
        if self.in_a_row >= limits.spoils_in_a_row {
            Health::Barred
        } else if (self.ends & window).count_ones() >= limits.spoils_on_probation {
            Health::Probation
        } else {
            Health::Sound
        }
    }
}

/// Places that health leaves of `free`, with so many jobs under way.
pub(crate) fn places(health: Health, free: u32, under_way: u32) -> u32 {
    match health {
        Health::Sound => free,
        Health::Probation => free.min(1_u32.saturating_sub(under_way)),
        Health::Barred => 0,
    }
}

/// Whether an order is too dear for a machine of this health, because a sound one makes it within the hour, with all that
/// goes before it: `ahead` listed orders of its kind. What is due today is made wherever it can be made.
pub(crate) fn is_left(health: Health, order: &WaitingOrder, ahead: u32, fleet: &Fleet, today: Date) -> bool {
    let is_dear = order.remakes > 0 || order.priority == Priority::Urgent;
    let can_take = |member: &FleetMember| {
        member.is_good_for(order.document)
            && member.under_way.saturating_add(ahead).saturating_add(1) <= member.documents_per_hour
    };
    health != Health::Sound && is_dear && order.due > today && fleet.others.iter().any(can_take)
}
