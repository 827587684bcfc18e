//! What people do at the machine.

use super::{Booklet, Controller, STACK_HOLDS};

impl Controller {
    /// Lays booklets behind those in the feeder.
    pub(crate) fn load(&mut self, serials: &[String]) {
        for serial in serials {
            self.feeder.push_back(Booklet { serial: serial.clone(), chip_commands: 0, marks: 0 });
        }
        let all = self.feeder.iter().map(|booklet| booklet.serial.clone());
        self.range = all.clone().min().zip(all.max());
        self.tell_feeder();
    }

    /// Takes everything out of the feeder.
    pub(crate) fn unload(&mut self) {
        self.feeder.clear();
        self.tell_feeder();
    }

    /// Tells what is in the feeder.
    pub(crate) fn tell_feeder(&mut self) {
        let line = self.feeder_line();
        self.tell(line);
    }

    /// Tells a stack's level.
    pub(crate) fn tell_stack(&mut self, good: bool) {
        let line = self.stack_line(good);
        self.tell(line);
    }

    /// Lays spare booklets onto a stack until it is full.
    pub(crate) fn fill(&mut self, good: bool) {
        let free = STACK_HOLDS.saturating_sub(self.stacked(good));
        self.spare[usize::from(!good)] += free;
        self.tell_stack(good);
    }

    /// Takes everything off a stack.
    pub(crate) fn empty(&mut self, good: bool) -> Vec<Booklet> {
        self.spare[usize::from(!good)] = 0;
        let taken = std::mem::take(if good { &mut self.good } else { &mut self.reject });
        self.tell_stack(good);
        self.clear("STACK");
        taken
    }

    /// Frees what is stuck and closes what is open.
    pub(crate) fn put_right(&mut self) {
        for code in ["JAM", "LASER", "FLAP"] {
            self.clear(code);
        }
    }

    /// Every booklet that is in the machine or on its stacks.
    pub(crate) fn booklets(&self) -> impl Iterator<Item = &Booklet> {
        let inside = self.jobs.values().filter_map(|job| job.booklet.as_ref());
        self.feeder.iter().chain(inside).chain(&self.good).chain(&self.reject)
    }
}
