//! Outboxes that forget.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use benches::simulation::Ports;
use benches::simulation::layer::{Layered, StoreLayer};
use persoline_domain::identifiers::Sequence;
use persoline_domain::store::{OutboxEntry, Store, StoreError};

use super::found;

/// Does not know what was delivered.
struct ForgetsCursor(Arc<dyn Store>);

impl StoreLayer for ForgetsCursor {
    fn beneath(&self) -> &dyn Store {
        &*self.0
    }
    fn delivered_through(&self, _: &str) -> Result<Sequence, StoreError> {
        Ok(Sequence(0))
    }
}

/// Gives a report another key each time.
struct ChangesKeys(Arc<dyn Store>, AtomicU64);

impl StoreLayer for ChangesKeys {
    fn beneath(&self) -> &dyn Store {
        &*self.0
    }
    fn outbox(&self, after: Sequence, limit: usize) -> Result<Vec<OutboxEntry>, StoreError> {
        let mut entries = self.0.outbox(after, limit)?;
        for entry in &mut entries {
            entry.key = format!("{} {}", entry.key, self.1.fetch_add(1, Ordering::Relaxed));
        }
        Ok(entries)
    }
}

/// Leaves every seventh report out.
struct SkipsReports(Arc<dyn Store>);

impl StoreLayer for SkipsReports {
    fn beneath(&self) -> &dyn Store {
        &*self.0
    }
    fn outbox(&self, after: Sequence, limit: usize) -> Result<Vec<OutboxEntry>, StoreError> {
        let mut entries = self.0.outbox(after, limit)?;
        entries.retain(|entry| !entry.sequence.0.is_multiple_of(7));
        Ok(entries)
    }
}

struct Stores(fn(Arc<dyn Store>) -> Arc<dyn Store>);

impl Ports for Stores {
    fn store(&self, store: Arc<dyn Store>) -> Arc<dyn Store> {
        (self.0)(store)
    }
}

#[test]
fn an_outbox_that_forgets_its_cursor_is_found() {
    found("an outbox without a cursor", &Stores(|store| Arc::new(Layered(ForgetsCursor(store)))), &["report"]);
}

#[test]
fn keys_that_change_are_found() {
    let ports = Stores(|store| Arc::new(Layered(ChangesKeys(store, AtomicU64::new(0)))));
    found("reports whose keys change", &ports, &["report"]);
}

#[test]
fn a_report_that_is_skipped_is_found() {
    found("reports left out", &Stores(|store| Arc::new(Layered(SkipsReports(store)))), &["report", "1"]);
}
