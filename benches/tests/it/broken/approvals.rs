//! Approvals that do not count people.

use std::sync::Arc;

use benches::simulation::Ports;
use benches::simulation::layer::{Layered, StoreLayer};
use persoline_domain::deed::{Act, Deed};
use persoline_domain::identifiers::Actor;
use persoline_domain::store::{Outcome, Store, StoreError};

use super::found;

/// Whoever approves a remake is taken for two.
struct CountsTwice(Arc<dyn Store>);

impl StoreLayer for CountsTwice {
    fn beneath(&self) -> &dyn Store {
        &*self.0
    }
    fn commit(&self, acts: Vec<Act>) -> Result<Vec<Outcome>, StoreError> {
        let double = match &acts[..] {
            [act @ Act { deed: Deed::RemakeApproved { .. }, .. }] => {
                Some(Act { actor: Actor::Person("nobody".to_owned()), ..act.clone() })
            }
            _ => None,
        };
        let outcomes = self.0.commit(acts);
        if let (Ok(_), Some(double)) = (&outcomes, double) {
            // Refused where one approval is enough.
            let _ = self.0.commit(vec![double]);
        }
        outcomes
    }
}

struct Approvals;

impl Ports for Approvals {
    fn store(&self, store: Arc<dyn Store>) -> Arc<dyn Store> {
        Arc::new(Layered(CountsTwice(store)))
    }
}

#[test]
fn one_person_who_counts_twice_is_found() {
    found("one person approves for two", &Approvals, &["3"]);
}
