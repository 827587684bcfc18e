//! What others may see of the running line: machines as they are, and how long each step takes.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use persoline_dispatch::{Fleet, FleetMember, Health, IdleReason};
use persoline_domain::identifiers::{ApplicationNumber, JobNumber, MachineName};
use persoline_domain::store::{Standing, StoreError};
use printer_driver::{Alarm, Feeder, State};

use crate::session::{HostAlarm, Session, Step};

/// A machine as the line sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MachineSight {
    /// Its name.
    pub machine: MachineName,
    /// Manufacturer and model, once known.
    pub model: String,
    /// Documents an hour under ideal conditions, as the machine says.
    pub documents_per_hour: u32,
    /// Whether the link works.
    pub is_linked: bool,
    /// PackML state.
    pub state: State,
    /// Whether a person has paused it.
    pub is_paused: bool,
    /// What people and policy say of it; none before the store was asked.
    pub standing: Option<Standing>,
    /// Whether its link has been down for so long that it counts as dead.
    pub is_dead: bool,
    /// How it did of late.
    pub health: Health,
    /// Documents an hour, as measured while it had work.
    pub measured_per_hour: u32,
    /// Why it gets no work now, if it gets none.
    pub idle: Option<IdleReason>,
    /// Why its session has ended, if it has.
    pub halted: Option<String>,
    /// Alarms that are set or not acknowledged.
    pub alarms: Vec<Alarm>,
    /// Alarms that the host itself raised about it.
    pub host_alarms: Vec<HostAlarm>,
    /// Feeders.
    pub feeders: Vec<Feeder>,
    /// Jobs under way.
    pub jobs: Vec<(JobNumber, ApplicationNumber, Step)>,
}

/// Time spent in a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StepTime {
    /// How often.
    pub count: u64,
    /// In all.
    pub total: Duration,
    /// At the longest.
    pub longest: Duration,
}

/// Shared between the machines' threads and whoever looks.
#[derive(Debug, Default)]
pub struct Watch {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    machines: BTreeMap<MachineName, MachineSight>,
    fleet: BTreeMap<MachineName, FleetMember>,
    steps: BTreeMap<Step, StepTime>,
    finished: u64,
    store_failure: Option<StoreError>,
}

impl Watch {
    /// All machines.
    pub fn machines(&self) -> Vec<MachineSight> {
        self.lock().machines.values().cloned().collect()
    }
    /// Time spent in each step since the line was started.
    pub fn step_times(&self) -> BTreeMap<Step, StepTime> {
        self.lock().steps.clone()
    }
    /// Documents finished since the line was started.
    pub fn finished(&self) -> u64 {
        self.lock().finished
    }

    /// The first error that the store answered with, other than a refusal: why machines' sessions have ended, if it was that.
    pub fn store_failure(&self) -> Option<StoreError> {
        self.lock().store_failure.clone()
    }

    /// All machines but one, as dispatch sees them.
    pub(crate) fn fleet_without(&self, machine: &MachineName) -> Fleet {
        let inner = self.lock();
        let others = inner.fleet.iter().filter(|(name, _)| *name != machine);
        Fleet { others: others.map(|(_, member)| member.clone()).collect() }
    }

    pub(crate) fn store_failed(&self, error: &StoreError) {
        self.lock().store_failure.get_or_insert_with(|| error.clone());
    }

    pub(crate) fn show(&self, machine: &MachineName, session: &Session, halted: Option<&str>) {
        let description = session.description();
        let sight = MachineSight {
            machine: machine.clone(),
            model: description.map(|d| format!("{} {}", d.identity.manufacturer, d.identity.model)).unwrap_or_default(),
            documents_per_hour: description.map_or(0, |d| d.capabilities.documents_per_hour),
            is_linked: session.is_linked(),
            state: session.state(),
            is_paused: session.is_paused(),
            standing: session.standing().cloned(),
            is_dead: session.is_dead(),
            health: session.health(),
            measured_per_hour: session.documents_per_hour(),
            idle: session.idle_reason(),
            halted: halted.map(str::to_owned),
            alarms: session.alarms().cloned().collect(),
            host_alarms: session.host_alarms().cloned().collect(),
            feeders: session.feeders().cloned().collect(),
            jobs: session.steps().map(|(job, application, step)| (job, application.clone(), step)).collect(),
        };
        let mut inner = self.lock();
        inner.machines.insert(machine.clone(), sight);
        match halted {
            None => inner.fleet.insert(machine.clone(), session.fleet_member()),
            Some(_) => inner.fleet.remove(machine),
        };
    }

    pub(crate) fn took(&self, step: Step, time: Duration) {
        let mut inner = self.lock();
        if step == Step::Finishing {
            inner.finished += 1;
        }
        let entry = inner.steps.entry(step).or_default();
        entry.count += 1;
        entry.total += time;
        entry.longest = entry.longest.max(time);
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // What is shown is replaced whole, so a thread that died while holding the lock leaves nothing half done.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use persoline_dispatch::{Health, IdleReason};
    use persoline_domain::texts::{machine, reasons};

    use crate::session::{LieKind, Step};

    #[test]
    fn all_that_is_shown_has_texts() {
        for step in Step::ALL {
            assert!(machine::step(step.name()).is_some(), "{step:?}");
        }
        for reason in IdleReason::ALL {
            assert!(machine::idle(reason.name()).is_some(), "{reason:?}");
        }
        for health in [Health::Sound, Health::Probation, Health::Barred] {
            assert!(machine::health(health.name()).is_some(), "{health:?}");
        }
        for lie in LieKind::ALL {
            assert!(reasons::reason(lie.name()).is_some(), "{lie:?}");
        }
        for alarm in ["fenced_off", "machine_dead", "spoils_in_a_row", "keys_refused_in_a_row", "no_numbers"] {
            assert!(machine::host_alarm(alarm).is_some(), "{alarm}");
        }
    }
}
