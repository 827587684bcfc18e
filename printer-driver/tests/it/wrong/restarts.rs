//! Drivers that are wrong after a power cut.

use printer_driver::{
    Acceptance, Attached, Command, Completion, DeviceError, ErrorKind, FencingToken, IdempotencyKey, JournalEntry,
    MachineDriver, Snapshot,
};

use super::{Case, Right, Wrong, wrong};
use crate::acme::controller::Verb;

pub(super) const CASES: &[Case] = &[
    ("forgets its keys when power is cut", wrong::<ForgetsKeys>, "repeats after a restart"),
    ("guesses that what broke off was done", wrong::<Guesses>, "restart of the machine at each step"),
    ("marks again what power interrupted", wrong::<Reprints>, "restart of the machine at each step"),
    ("loses its booklets when power is cut", wrong::<LosesBooklets>, "restart of the machine at each step"),
    ("loses its booklets at an abort", wrong::<LosesBooklets>, "abort amid a booklet"),
];

/// Starts of the machine that the driver has seen.
fn started_again(right: &Right, seen: &mut u64) -> bool {
    let starts = right.machine(|machine| machine.starts);
    let again = *seen != 0 && *seen != starts;
    *seen = starts;
    again
}

#[derive(Default)]
struct ForgetsKeys(u64);
impl Wrong for ForgetsKeys {
    fn attach(&mut self, right: &mut Right, token: FencingToken) -> Result<Attached, DeviceError> {
        if started_again(right, &mut self.0) {
            // The jobs go with the keys, so that a pick begins anew.
            right.machine(|machine| {
                for entry in machine.journal.values_mut() {
                    entry.lost = true;
                    entry.words = "forgotten".to_owned();
                }
                machine.jobs.clear();
            });
        }
        right.driver.attach(token)
    }
    fn submit(&mut self, right: &mut Right, command: &Command) -> Result<Acceptance, DeviceError> {
        right.machine(|machine| {
            if machine.journal.get(&command.key.0).is_some_and(|entry| entry.words == "forgotten") {
                machine.journal.remove(&command.key.0);
            }
        });
        right.driver.submit(command)
    }
}

#[derive(Default)]
struct Guesses;
impl Wrong for Guesses {
    fn journal(&mut self, right: &mut Right, key: IdempotencyKey) -> Result<JournalEntry, DeviceError> {
        Ok(match right.driver.journal(key)? {
            JournalEntry::Ended(Err(error)) if error.kind == ErrorKind::PowerLost => {
                JournalEntry::Ended(Ok(Completion::Done))
            }
            entry => entry,
        })
    }
}

#[derive(Default)]
struct Reprints {
    starts: u64,
    marking: Vec<u64>,
}
impl Wrong for Reprints {
    fn attach(&mut self, right: &mut Right, token: FencingToken) -> Result<Attached, DeviceError> {
        if started_again(right, &mut self.starts) {
            for job in std::mem::take(&mut self.marking) {
                right.booklet_of(job, |booklet| booklet.marks += 1);
            }
        }
        right.driver.attach(token)
    }
    fn submit(&mut self, right: &mut Right, command: &Command) -> Result<Acceptance, DeviceError> {
        let answer = right.driver.submit(command);
        let marks = |verb: &Verb| matches!(verb, Verb::Mark { .. });
        self.marking = right.machine(|machine| {
            let jobs = machine.jobs.iter();
            jobs.filter(|(_, job)| job.task.as_ref().is_some_and(|task| marks(&task.verb))).map(|(id, _)| *id).collect()
        });
        answer
    }
}

#[derive(Default)]
struct LosesBooklets {
    starts: u64,
    lost: bool,
}
impl Wrong for LosesBooklets {
    fn attach(&mut self, right: &mut Right, token: FencingToken) -> Result<Attached, DeviceError> {
        self.lost = started_again(right, &mut self.starts);
        right.driver.attach(token)
    }
    fn snapshot(&mut self, right: &mut Right) -> Result<Snapshot, DeviceError> {
        let mut snapshot = right.driver.snapshot()?;
        self.lost |= snapshot.state == printer_driver::State::Aborted;
        if self.lost {
            snapshot.jobs.clear();
        }
        Ok(snapshot)
    }
}
