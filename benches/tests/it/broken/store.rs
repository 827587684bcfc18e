//! Stores that forget.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use benches::simulation::Ports;
use benches::simulation::layer::{Layered, StoreLayer};
use persoline_domain::deed::{Act, Deed};
use persoline_domain::identifiers::{DocumentNumber, Fence, JobNumber, MachineName, Sequence};
use persoline_domain::job::{JobPhase, JobRecord};
use persoline_domain::store::{Outcome, Refusal, Store, StoreError};

use super::found;

/// Lets every host write as if it were the newest.
struct ForgetsFences(Arc<dyn Store>, Mutex<BTreeMap<MachineName, Fence>>);

impl StoreLayer for ForgetsFences {
    fn beneath(&self) -> &dyn Store {
        &*self.0
    }
    fn take_fence(&self, machine: &MachineName) -> Result<Fence, StoreError> {
        let fence = self.0.take_fence(machine)?;
        self.1.lock().unwrap().insert(machine.clone(), fence);
        Ok(fence)
    }
    fn commit(&self, mut acts: Vec<Act>) -> Result<Vec<Outcome>, StoreError> {
        for act in &mut acts {
            if let persoline_domain::identifiers::Actor::Machine(machine) = &act.actor {
                act.fence = self.1.lock().unwrap().get(machine).copied();
            }
        }
        self.0.commit(acts)
    }
}

/// Says yes to every tenth commit that ends a job and forgets it.
struct ForgetsCommits(Arc<dyn Store>, Mutex<u64>);

impl StoreLayer for ForgetsCommits {
    fn beneath(&self) -> &dyn Store {
        &*self.0
    }
    fn commit(&self, acts: Vec<Act>) -> Result<Vec<Outcome>, StoreError> {
        if matches!(acts.last().map(|act| &act.deed), Some(Deed::Finished { .. } | Deed::Spoiled { .. })) {
            let mut count = self.1.lock().unwrap();
            *count += 1;
            if count.is_multiple_of(10) {
                return Ok(acts.iter().map(|_| Outcome::Done(Sequence(0))).collect());
            }
        }
        self.0.commit(acts)
    }
}

/// Lets a booklet be bound that is bound already, and nods at all that follows.
struct BindsTwice(Arc<dyn Store>, Mutex<(u64, BTreeSet<JobNumber>)>);

impl StoreLayer for BindsTwice {
    fn beneath(&self) -> &dyn Store {
        &*self.0
    }
    fn commit(&self, mut acts: Vec<Act>) -> Result<Vec<Outcome>, StoreError> {
        let nods = |acts: &[Act]| Ok(acts.iter().map(|_| Outcome::Done(Sequence(0))).collect());
        let mut state = self.1.lock().unwrap();
        if let Some(Act { deed: Deed::Bound { job, serial, .. }, .. }) = acts.last_mut() {
            state.0 += 1;
            if state.0.is_multiple_of(10) {
                state.1.insert(*job);
                return Ok(vec![Outcome::Bound { sequence: Sequence(0), number: DocumentNumber(serial.0.clone()) }]);
            }
        }
        match self.0.commit(acts.clone()) {
            Err(StoreError::Refused { refusal: Refusal::Unlawful { .. }, .. }) if !state.1.is_empty() => nods(&acts),
            other => other,
        }
    }
}

/// Takes a step back in what it says of open jobs.
struct RemembersWrongly(Arc<dyn Store>);

impl StoreLayer for RemembersWrongly {
    fn beneath(&self) -> &dyn Store {
        &*self.0
    }
    fn open_jobs(&self, machine: &MachineName) -> Result<Vec<JobRecord>, StoreError> {
        let mut jobs = self.0.open_jobs(machine)?;
        for job in jobs.iter_mut().filter(|job| job.phase >= JobPhase::Locking) {
            job.phase = JobPhase::Ticketed;
        }
        Ok(jobs)
    }
}

struct Stores(fn(Arc<dyn Store>) -> Arc<dyn Store>);

impl Ports for Stores {
    fn store(&self, store: Arc<dyn Store>) -> Arc<dyn Store> {
        (self.0)(store)
    }
}

#[test]
fn a_store_without_fences_is_found() {
    let ports = Stores(|store| Arc::new(Layered(ForgetsFences(store, Mutex::default()))));
    found("a store that forgets fences", &ports, &["1", "2", "6"]);
}

#[test]
fn a_store_that_forgets_is_found() {
    let ports = Stores(|store| Arc::new(Layered(ForgetsCommits(store, Mutex::default()))));
    found("a store that forgets a commit", &ports, &["1", "2", "6"]);
}

#[test]
fn a_store_that_binds_twice_is_found() {
    let ports = Stores(|store| Arc::new(Layered(BindsTwice(store, Mutex::default()))));
    found("a store that lets bind what it does not know", &ports, &["1", "2", "6"]);
}

#[test]
fn a_store_that_remembers_an_earlier_phase_is_found() {
    let ports = Stores(|store| Arc::new(Layered(RemembersWrongly(store))));
    found("a store that forgets how far a job was", &ports, &["1", "6"]);
}
