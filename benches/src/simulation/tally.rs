//! What was reached: faults, crash points, acts of people. A check that never met a fault proves nothing about it.

use std::collections::BTreeMap;

use mock_devices::machine::FaultKind;

/// Counts by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Faults of machines, links, workshop, disk and clocks.
    pub faults: BTreeMap<String, u64>,
    /// Moments at which a host died.
    pub crashes: BTreeMap<String, u64>,
    /// Acts of people, and turns of events that no fault is.
    pub acts: BTreeMap<String, u64>,
}

impl Tally {
    /// Adds another seed's counts.
    pub fn add(&mut self, other: &Tally) {
        for (sum, more) in
            [(&mut self.faults, &other.faults), (&mut self.crashes, &other.crashes), (&mut self.acts, &other.acts)]
        {
            for (name, count) in more {
                *sum.entry(name.clone()).or_default() += count;
            }
        }
    }

    /// One more fault.
    pub fn fault(&mut self, name: &str) {
        count(&mut self.faults, name, 1);
    }

    /// So many more faults.
    pub fn faults(&mut self, name: &str, more: u64) {
        count(&mut self.faults, name, more);
    }

    /// One more crash.
    pub fn crash(&mut self, name: &str) {
        count(&mut self.crashes, name, 1);
    }

    /// One more act.
    pub fn act(&mut self, name: &str) {
        count(&mut self.acts, name, 1);
    }

    /// What every large run must have reached and this one has not.
    pub fn missing(&self) -> Vec<String> {
        let faults = expected_faults().into_iter().filter(|name| !self.faults.contains_key(name));
        let points = super::crash::POINTS
            .iter()
            .flat_map(|point| super::crash::SIDES.iter().map(move |side| format!("{} {point}", side.name())));
        let crashes = points.filter(|name| !self.crashes.contains_key(name)).map(|name| format!("crash {name}"));
        faults.chain(crashes).collect()
    }
}

fn count(counts: &mut BTreeMap<String, u64>, name: &str, more: u64) {
    match counts.get_mut(name) {
        Some(known) => *known += more,
        None => {
            counts.insert(name.to_owned(), more);
        }
    }
}

/// Faults beside those of machines, by the names under which they are counted.
pub const OTHER_FAULTS: &[&str] = &[
    "link: request lost",
    "link: answer lost",
    "link: cut for a while",
    "link: events late",
    "link: events twice",
    "workshop: trouble of the centre",
    "workshop: trouble with the booklet",
    "workshop: trouble with the order",
    "disk full",
    "clock of the host jumps",
    "power cut",
    "controller restarts",
    "machine dead for long",
    "second host takes over",
    "foreign booklet in a feeder",
    "booklet with another chip",
    "receiver: report lost",
    "receiver: answer lost",
    "receiver: turns the centre away",
];

/// Every fault that a large run must have met.
pub fn expected_faults() -> Vec<String> {
    let machine = FaultKind::ALL.iter().map(|kind| machine_fault(kind.name()));
    machine.chain(OTHER_FAULTS.iter().map(|name| (*name).to_owned())).collect()
}

/// The name under which a fault of a machine is counted.
pub fn machine_fault(kind: &str) -> String {
    format!("machine: {kind}")
}
