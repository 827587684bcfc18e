//! Listings out of order.

use std::sync::Arc;

use benches::simulation::Ports;
use benches::simulation::layer::{Layered, StoreLayer};
use persoline_domain::application::DocumentType;
use persoline_domain::store::{Store, StoreError, WaitingOrder};

use super::found;

struct Reversed(Arc<dyn Store>);

impl StoreLayer for Reversed {
    fn beneath(&self) -> &dyn Store {
        &*self.0
    }
    fn waiting(&self, documents: &[DocumentType], limit: usize) -> Result<Vec<WaitingOrder>, StoreError> {
        let mut waiting = self.0.waiting(documents, limit)?;
        waiting.reverse();
        for order in &mut waiting {
            // As a calendar that counts the wrong way would have it.
            order.effective_due = order.due;
        }
        Ok(waiting)
    }
}

/// Never lists the second order.
struct Starves(Arc<dyn Store>);

impl StoreLayer for Starves {
    fn beneath(&self) -> &dyn Store {
        &*self.0
    }
    fn waiting(&self, documents: &[DocumentType], limit: usize) -> Result<Vec<WaitingOrder>, StoreError> {
        let mut waiting = self.0.waiting(documents, limit)?;
        waiting.retain(|order| order.order.0 != 2);
        Ok(waiting)
    }
}

struct Stores(fn(Arc<dyn Store>) -> Arc<dyn Store>);

impl Ports for Stores {
    fn store(&self, store: Arc<dyn Store>) -> Arc<dyn Store> {
        (self.0)(store)
    }
}

#[test]
fn a_ranking_that_sorts_wrongly_is_found() {
    found("orders due last go first", &Stores(|store| Arc::new(Layered(Reversed(store)))), &["9"]);
}

#[test]
fn an_order_that_starves_is_found() {
    found("one order is never listed", &Stores(|store| Arc::new(Layered(Starves(store)))), &["6", "9", "1"]);
}
