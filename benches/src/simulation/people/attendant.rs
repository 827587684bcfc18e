//! Who stands at the machines: loads, empties, clears jams, refills, starts again.

use mock_devices::machine::StepMachine;
use persoline_domain::booklet::BookletState;
use persoline_domain::deed::Deed;
use persoline_domain::identifiers::BookletSerial;
use persoline_domain::store::Store as _;
use printer_driver::{ControlCommand, ControlMode, FeederId, MachineDriver as _, Stack, State};

use crate::simulation::house::take;
use crate::simulation::world::World;

/// Booklets in a feeder below which it is loaded.
const LOW: usize = 2;
/// Booklets that are loaded at once.
const LOAD: u64 = 5;

impl World<'_> {
    /// A round at one machine.
    pub(in crate::simulation) fn attend(&mut self, site: usize) {
        let Some(handle) = self.sites.get(site).map(|site| site.handle.clone()) else { return };
        let Ok(snapshot) = StepMachine::connect(&handle).snapshot() else { return };
        if snapshot.alarms.iter().any(|alarm| alarm.is_set && alarm.code == "JAM") {
            self.tally.act("clears a jam");
            self.at(site, |site| drop(site.handle.clear_jam()));
        }
        if snapshot.control == ControlMode::Local {
            self.at(site, |site| drop(site.handle.turn_key(ControlMode::Remote)));
        }
        for consumable in snapshot.consumables.iter().filter(|consumable| consumable.level_per_mille < 100) {
            self.tally.act("refills");
            self.at(site, |site| drop(site.handle.refill(&consumable.name, None, None)));
        }
        match snapshot.state {
            State::Held => self.press(site, ControlCommand::Unhold),
            State::Aborted => self.press(site, ControlCommand::Clear),
            State::Suspended => self.press(site, ControlCommand::Unsuspend),
            _ => {}
        }
        for stack in [Stack::Good, Stack::Reject] {
            let count = self.on_stack(site, stack);
            let capacity = self.sites.get(site).map_or(1, |site| site.plan.stack_capacity as usize);
            if count > 0 && (count >= capacity || self.people.is_clearing_up || self.people.dice.per_mille(250)) {
                self.empty(site, stack);
            }
        }
        self.fill(site);
    }

    fn press(&mut self, site: usize, command: ControlCommand) {
        // What is not possible now is tried again in the next round.
        self.at(site, |site| drop(site.handle.press(command)));
    }

    /// Somebody stops the machine at its panel.
    pub(in crate::simulation) fn press_at_panel(&mut self, site: usize) {
        let commands = [ControlCommand::Hold, ControlCommand::Abort, ControlCommand::Stop, ControlCommand::Suspend];
        match self.people.dice.below(5) {
            0 => self.at(site, |site| drop(site.handle.turn_key(ControlMode::Local))).unwrap_or_default(),
            other => {
                let command = commands.get(usize::try_from(other - 1).unwrap_or(0));
                self.press(site, command.copied().unwrap_or(ControlCommand::Hold));
            }
        }
        self.tally.act("stops a machine at its panel");
    }

    fn empty(&mut self, site: usize, stack: Stack) {
        let Some(Ok(taken)) = self.at(site, |site| site.handle.empty_stack(stack)) else { return };
        self.tally.act("empties a stack");
        self.tell(format_args!("{} booklets taken off {stack:?} of {}", taken.len(), self.name_of(site)));
        for booklet in taken {
            self.people.taken_at.insert(booklet.serial.clone(), self.now);
            self.house.hand.push((booklet, stack));
        }
    }

    fn fill(&mut self, site: usize) {
        for (feeder, format) in self.feeders_of(site) {
            if self.in_feeder(site, feeder) > LOW {
                continue;
            }
            let count = usize::try_from(self.people.dice.between(2, LOAD)).unwrap_or(2);
            let Some(handle) = self.sites.get(site).map(|site| site.handle.clone()) else { return };
            let engraves = self.sites.get(site).is_some_and(|site| site.plan.engraves);
            let fits = |booklet: &&mock_devices::machine::MockBooklet| {
                booklet.format.0 == format
                    && booklet.serial.starts_with(if engraves { 'S' } else { 'P' })
                    // A machine that has had a booklet before is not given it again by these people.
                    && !handle.has_held(&booklet.serial)
            };
            let serials: Vec<String> =
                self.house.vault.iter().filter(fits).take(count).map(|booklet| booklet.serial.clone()).collect();
            if serials.is_empty() {
                continue;
            }
            let name = self.sites.get(site).map(|site| site.name.clone());
            let Some(machine) = name else { return };
            let texts = serials.iter().map(|serial| BookletSerial(serial.clone())).collect();
            if self.person("dee", Deed::StockLoaded { machine, serials: texts }).is_err() {
                // No room on the disk, or the books say otherwise: nothing is loaded.
                continue;
            }
            let booklets: Vec<_> = serials.iter().filter_map(|serial| take(&mut self.house.vault, serial)).collect();
            self.tally.act("loads a feeder");
            self.at(site, |site| drop(site.handle.load(feeder, booklets)));
        }
    }

    /// The feeders of a machine with the formats that they take.
    pub(in crate::simulation) fn feeders_of(&self, site: usize) -> Vec<(FeederId, String)> {
        self.sites.get(site).map(|site| site.feeders.clone()).unwrap_or_default()
    }

    /// What was taken from stacks is put where the books say that it belongs.
    pub(in crate::simulation) fn sort_hands(&mut self) {
        for (booklet, stack) in std::mem::take(&mut self.house.hand) {
            let serial = BookletSerial(booklet.serial.clone());
            let state = self.truth.booklet(&serial).ok().flatten().map(|record| record.state);
            let since = self.now - self.people.taken_at.get(&booklet.serial).copied().unwrap_or(self.now);
            match (state, stack) {
                (None, _) => self.house.foreign.push(booklet),
                (Some(BookletState::Good), Stack::Good) => self.house.good.push(booklet),
                (Some(BookletState::Good), Stack::Reject) => {
                    self.violated("1", format!("document {serial} is good by the books and lay on the reject stack"));
                    self.house.good.push(booklet);
                }
                (Some(BookletState::Spoiled), Stack::Good) if self.at_border(&booklet).is_some() => {
                    self.violated("1", format!("document {serial} is spoiled by the books and lay on the good stack"));
                    self.house.rejects.push(booklet);
                }
                (Some(BookletState::Spoiled), _) => self.house.rejects.push(booklet),
                (Some(BookletState::Quarantined), _) => self.house.shelf.push(booklet),
                // Nobody's job has it any more, and it came out of the machine: it is accounted for by hand.
                (Some(BookletState::Loaded), Stack::Reject) if since > 60_000 => {
                    self.tally.act("accounts for a reject");
                    let reason = "found_on_reject_stack".to_owned();
                    let deed = if self.is_virgin(&booklet) && self.people.dice.per_mille(500) {
                        Deed::BlankQuarantined { serial, reason }
                    } else {
                        Deed::BlankSpoiled { serial, reason }
                    };
                    // Looked at again in the next round, whatever the books said to this.
                    let _ = self.person("dee", deed);
                    self.house.hand.push((booklet, stack));
                }
                _ => self.house.hand.push((booklet, stack)),
            }
        }
    }
}
