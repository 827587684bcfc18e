//! Books that do not agree with the shelves.

use std::sync::{Arc, Mutex};

use benches::simulation::Ports;
use benches::simulation::layer::{Layered, StoreLayer};
use persoline_domain::deed::{Act, Deed};
use persoline_domain::identifiers::Sequence;
use persoline_domain::store::{Outcome, Refusal, Store, StoreError};

use super::found;

/// Nods at blanks that leave the vault, and now and then does not write it down.
struct ForgetsLoads(Arc<dyn Store>, Mutex<u64>);

impl StoreLayer for ForgetsLoads {
    fn beneath(&self) -> &dyn Store {
        &*self.0
    }
    fn commit(&self, acts: Vec<Act>) -> Result<Vec<Outcome>, StoreError> {
        if let [Act { deed: Deed::StockLoaded { .. }, .. }] = &acts[..] {
            let mut count = self.1.lock().unwrap();
            *count += 1;
            if count.is_multiple_of(5) {
                return Ok(vec![Outcome::Done(Sequence(0))]);
            }
        }
        self.0.commit(acts)
    }
}

/// Closes a shift whatever was counted.
struct ClosesAnyway(Arc<dyn Store>);

impl StoreLayer for ClosesAnyway {
    fn beneath(&self) -> &dyn Store {
        &*self.0
    }
    fn commit(&self, acts: Vec<Act>) -> Result<Vec<Outcome>, StoreError> {
        match self.0.commit(acts) {
            Err(StoreError::Refused { refusal: Refusal::NotReconciled { .. }, .. }) => {
                Ok(vec![Outcome::Done(Sequence(0))])
            }
            other => other,
        }
    }
}

struct Stores(fn(Arc<dyn Store>) -> Arc<dyn Store>);

impl Ports for Stores {
    fn store(&self, store: Arc<dyn Store>) -> Arc<dyn Store> {
        (self.0)(store)
    }
}

#[test]
fn blanks_that_leave_the_vault_unwritten_are_found() {
    let ports = Stores(|store| Arc::new(Layered(ForgetsLoads(store, Mutex::default()))));
    found("a vault whose door is not watched", &ports, &["2"]);
}

#[test]
fn a_shift_that_closes_on_a_wrong_count_is_found() {
    found("a shift that always closes", &Stores(|store| Arc::new(Layered(ClosesAnyway(store)))), &["2"]);
}
