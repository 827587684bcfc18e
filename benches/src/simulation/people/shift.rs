//! Shifts: opened, closed with what was counted by hand.

use mock_devices::machine::Place;
use persoline_domain::booklet::BookletState;
use persoline_domain::deed::Deed;
use persoline_domain::identifiers::{MachineName, ShiftNumber};
use persoline_domain::store::{Refusal, Store as _};

use crate::simulation::world::World;

/// How long people wait for machines to finish before they put the end of the shift off.
const PATIENCE: u64 = 6 * 60_000;

impl World<'_> {
    /// A shift is opened when there is none, and ended when somebody wants it and everything lies still.
    pub(in crate::simulation) fn mind_the_shift(&mut self) {
        if self.truth.shift().ok().flatten().is_none() {
            self.open_shift();
        }
        if !self.people.ends_shift || self.people.is_clearing_up {
            return;
        }
        match self.people.drained_since {
            None => {
                self.people.drained_since = Some(self.now);
                self.tell(format_args!("people drain all machines to end the shift"));
                let names: Vec<MachineName> = self.sites.iter().map(|site| site.name.clone()).collect();
                for machine in names {
                    let _ = self.person("ada", Deed::MachineDraining { machine });
                }
            }
            Some(since) => {
                let closed = self.lies_still() && self.close_shift();
                if closed || self.now > since + PATIENCE {
                    self.people.drained_since = None;
                    self.people.ends_shift = false;
                    self.resume_machines();
                }
            }
        }
    }

    fn open_shift(&mut self) {
        let shift = ShiftNumber(self.people.shift + 1);
        if self.person("ada", Deed::ShiftOpened { shift }).is_ok() {
            self.people.shift += 1;
            self.tally.act("opens a shift");
        }
    }

    /// Whether nothing is on its way through a machine or through somebody's hands.
    pub(in crate::simulation) fn lies_still(&self) -> bool {
        let in_machines = self.sites.iter().any(|site| {
            site.handle.places().iter().any(|(_, place)| matches!(place, Place::Station(_) | Place::Stack(_)))
        });
        let in_books = self.truth.reconcile().is_ok_and(|books| {
            BookletState::ALL.iter().filter(|state| state.is_in_motion()).all(|state| books.count(*state) == 0)
        });
        !in_machines && in_books && self.house.hand.is_empty()
    }

    /// Everything that lies in the house, counted by hand.
    fn count(&self) -> Vec<(BookletState, u64)> {
        let mut counted: Vec<(BookletState, u64)> =
            self.house.piles().into_iter().map(|(state, pile)| (state, pile.len() as u64)).collect();
        let feeders = self.sites.iter().flat_map(|site| site.handle.places());
        // A stranger in a feeder is in no book.
        let loaded = feeders.filter(|(serial, place)| matches!(place, Place::Feeder(_)) && !serial.starts_with('X'));
        counted.push((BookletState::Loaded, loaded.count() as u64));
        counted
    }

    /// Closes the shift with what was counted; answers whether it is closed.
    pub(in crate::simulation) fn close_shift(&mut self) -> bool {
        let counted = self.count();
        let shift = ShiftNumber(self.people.shift);
        if self.people.dice.per_mille(300) {
            self.try_a_wrong_count(shift, counted.clone());
        }
        match self.person("ada", Deed::ShiftClosed { shift, counted: counted.clone() }) {
            Ok(_) => {
                self.tally.act("closes a shift");
                self.check_piles();
                true
            }
            Err(error) => {
                let refused = matches!(error.refusal(), Some(Refusal::NotReconciled { .. }));
                if refused && self.lies_still() {
                    self.violated("2", format!("counted by hand {counted:?}, and the shift does not close: {error}"));
                }
                false
            }
        }
    }

    /// A shift must not close over a count that is wrong.
    fn try_a_wrong_count(&mut self, shift: ShiftNumber, mut counted: Vec<(BookletState, u64)>) {
        let index = usize::try_from(self.people.dice.below(counted.len() as u64)).unwrap_or(0);
        if let Some((_, count)) = counted.get_mut(index) {
            *count += 1;
        }
        if self.person("ada", Deed::ShiftClosed { shift, counted }).is_ok() {
            self.violated("2", "a shift closed over a wrong count".to_owned());
        } else {
            self.tally.act("is refused to close a shift on a wrong count");
        }
    }
}

impl World<'_> {
    /// Before the first moment: the centre's rules are set and the first blanks are counted in.
    pub(in crate::simulation) fn open(&mut self) {
        let policy = self.plan.policy;
        if let Err(error) = self.person("ada", Deed::PolicySet { policy }) {
            self.violated("2", format!("the centre cannot set its rules: {error}"));
        }
        self.mind_the_shift();
        self.mind_the_stock();
    }

    /// After the last: rejects are torn up, and the shift is closed on a count.
    pub(in crate::simulation) fn close(&mut self) {
        self.destroy();
        self.check_piles();
        if self.truth.shift().ok().flatten().is_none() {
            self.open_shift();
        }
        if self.violations.is_empty() && !self.close_shift() && self.violations.is_empty() {
            self.violated("2", "the last shift does not close".to_owned());
        }
    }
}
