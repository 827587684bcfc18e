//! Drivers that are wrong about where booklets go and how many there are.

use printer_driver::{Acceptance, Command, DeviceError, MachineDriver, Operation, Snapshot, Stack};

use super::{Case, Right, Wrong, wrong};

pub(super) const CASES: &[Case] = &[
    ("puts what was cancelled onto the good stack", wrong::<CancelledIsGood>, "cancelling an untouched booklet"),
    ("lays booklets beside a full stack", wrong::<NeverFull>, "full stack"),
    ("counts each booklet twice", wrong::<CountsTwice>, "counters"),
    ("mixes up booklets that are under way at once", wrong::<MixesUp>, "several booklets at once"),
];

#[derive(Default)]
struct CancelledIsGood;
impl Wrong for CancelledIsGood {
    fn events(
        &mut self,
        right: &mut Right,
        after: printer_driver::Cursor,
        wait: std::time::Duration,
    ) -> Result<printer_driver::EventBatch, DeviceError> {
        let batch = right.driver.events(after, wait)?;
        right.machine(|machine| {
            let lying = std::mem::take(&mut machine.reject);
            machine.good.extend(lying);
        });
        Ok(batch)
    }
}

#[derive(Default)]
struct NeverFull;
impl Wrong for NeverFull {
    fn submit(&mut self, right: &mut Right, command: &Command) -> Result<Acceptance, DeviceError> {
        if matches!(command.operation, Operation::Deliver { .. }) {
            right.machine(|machine| machine.spare = [0; 2]);
        }
        right.driver.submit(command)
    }
}

#[derive(Default)]
struct CountsTwice;
impl Wrong for CountsTwice {
    fn snapshot(&mut self, right: &mut Right) -> Result<Snapshot, DeviceError> {
        let mut snapshot = right.driver.snapshot()?;
        snapshot.counters.picked *= 2;
        Ok(snapshot)
    }
}

#[derive(Default)]
struct MixesUp(bool);
impl Wrong for MixesUp {
    fn submit(&mut self, right: &mut Right, command: &Command) -> Result<Acceptance, DeviceError> {
        let mut command = command.clone();
        let inside = right.machine(|machine| machine.jobs.values().filter(|job| job.booklet.is_some()).count());
        if let Operation::Deliver { job, stack: Stack::Good } = &mut command.operation
            && inside > 1
            && !std::mem::replace(&mut self.0, true)
        {
            right.machine(|machine| {
                let other = machine.jobs.iter().find(|(id, at)| **id != job.0 && at.booklet.is_some());
                let Some(other) = other.map(|(id, _)| *id) else { return };
                let mine = machine.jobs.get_mut(&job.0).and_then(|job| job.booklet.take());
                let theirs = machine.jobs.get_mut(&other).and_then(|job| job.booklet.take());
                machine.jobs.entry(job.0).and_modify(|job| job.booklet = theirs);
                machine.jobs.entry(other).and_modify(|job| job.booklet = mine);
            });
        }
        right.driver.submit(&command)
    }
}
