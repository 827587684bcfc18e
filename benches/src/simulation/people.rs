//! People: who loads and empties machines, who decides about orders and documents, who opens and closes shifts.

mod attendant;
mod clear_up;
mod inspector;
mod operator;
mod shift;
mod stock;

use std::collections::BTreeMap;

use persoline_domain::identifiers::{OrderId, Sequence};

use super::dice::Dice;
use super::world::World;

/// The people of the centre, by the names of their accounts.
pub(crate) const PEOPLE: [&str; 4] = ["ada", "ben", "cho", "dee"];

/// What people have in mind.
pub(crate) struct People {
    pub(crate) dice: Dice,
    /// When the attendant looks at each machine next, by site.
    rounds: BTreeMap<usize, u64>,
    /// When the operators look next.
    office_at: u64,
    /// Orders that have not come in yet: index into the plan.
    pub(crate) next_order: usize,
    /// Numbers of blanks and cartons made so far.
    pub(crate) blanks: u32,
    pub(crate) cartons: u32,
    /// The open shift.
    pub(crate) shift: u64,
    /// Whether somebody wants to end the shift.
    pub(crate) ends_shift: bool,
    /// Since when machines are drained for it.
    pub(crate) drained_since: Option<u64>,
    /// Who approved which remake, as the people themselves remember it, and how far the log was then.
    pub(crate) approvals: Vec<(OrderId, &'static str, Sequence)>,
    /// Whether every order was made when somebody looked last.
    pub(crate) sees_the_end: bool,
    /// Whether everything that waits for a person is decided at once.
    pub(crate) is_clearing_up: bool,
    /// When each booklet in somebody's hand was taken, by serial.
    pub(crate) taken_at: BTreeMap<String, u64>,
}

impl People {
    pub(crate) fn new(seed: u64) -> People {
        People {
            dice: Dice::new(seed, "people"),
            rounds: BTreeMap::new(),
            office_at: 0,
            next_order: 0,
            blanks: 0,
            cartons: 0,
            shift: 0,
            ends_shift: false,
            drained_since: None,
            approvals: Vec::new(),
            sees_the_end: false,
            is_clearing_up: false,
            taken_at: BTreeMap::new(),
        }
    }

    /// When somebody does something next.
    pub(crate) fn next_moment(&self) -> u64 {
        self.rounds.values().copied().chain([self.office_at]).min().unwrap_or(self.office_at)
    }
}

impl World<'_> {
    /// Everything that people do by now.
    pub(crate) fn people_act(&mut self) {
        for site in 0..self.sites.len() {
            if self.people.rounds.get(&site).is_none_or(|at| *at <= self.now) {
                let wait = self.people.dice.between(10_000, 45_000);
                self.people.rounds.insert(site, self.now + wait);
                self.attend(site);
            }
        }
        if self.people.office_at <= self.now {
            let wait = self.people.dice.between(5_000, 25_000);
            self.people.office_at = self.now + wait;
            self.sort_hands();
            self.take_orders_in();
            self.operate();
            self.inspect();
            self.mind_the_stock();
            self.mind_the_shift();
        }
    }
}
