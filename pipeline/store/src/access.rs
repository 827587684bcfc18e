//! The ports of the domain over what a store has to bring: a way to write, and a way to query.

use persoline_domain::deed::Act;
use persoline_domain::identifiers::{Fence, MachineName, SignerName};
use persoline_domain::store::{Outcome, StoreError};
use rusqlite::Connection;

/// What a store brings.
pub(crate) trait Access {
    /// Makes acts durable, all or none.
    fn write(&self, acts: Vec<Act>) -> Result<Vec<Outcome>, StoreError>;
    /// Raises a machine's fence.
    fn new_fence(&self, machine: &MachineName) -> Result<Fence, StoreError>;
    /// Adds up to `count` uses of a document signer within `limit`.
    fn grant_uses(&self, signer: &SignerName, count: u32, limit: u64) -> Result<u32, StoreError>;
    /// Asks something of one moment.
    fn read<T>(&self, query: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, StoreError>;
}

/// Implements the ports `Store` and `SigningLedger` for a type with [`Access`].
macro_rules! store_by_access {
    ($store:ty) => {
        const _: () = {
            use persoline_domain::application::DocumentType;
            use persoline_domain::booklet::{BookletState, Reconciliation};
            use persoline_domain::identifiers::{ApplicationNumber, BookletSerial, JobNumber, OrderId, Sequence};
            use persoline_domain::job::JobRecord;
            use persoline_domain::policy::CentrePolicy;
            use persoline_domain::seal::SealedPayload;
            use persoline_domain::signer::{SignerError, SigningLedger};
            use persoline_domain::store::{
                BookletRecord, Counts, EventRecord, InspectionRecord, OrderQuery, OrderRecord, OutboxEntry,
                ShiftRecord, Standing, Store, WaitingOrder,
            };
            use $crate::read;

            impl Store for $store {
                fn commit(&self, acts: Vec<Act>) -> Result<Vec<Outcome>, StoreError> {
                    Access::write(self, acts)
                }
                fn take_fence(&self, machine: &MachineName) -> Result<Fence, StoreError> {
                    Access::new_fence(self, machine)
                }
                fn waiting(&self, documents: &[DocumentType], limit: usize) -> Result<Vec<WaitingOrder>, StoreError> {
                    self.read(|connection| read::waiting(connection, documents, limit))
                }
                fn open_jobs(&self, machine: &MachineName) -> Result<Vec<JobRecord>, StoreError> {
                    self.read(|connection| read::open_jobs(connection, machine))
                }
                fn job(&self, job: JobNumber) -> Result<Option<JobRecord>, StoreError> {
                    self.read(|connection| read::job(connection, job))
                }
                fn highest_job(&self) -> Result<JobNumber, StoreError> {
                    self.read(read::highest_job)
                }
                fn payload(&self, order: OrderId) -> Result<Option<SealedPayload>, StoreError> {
                    self.read(|connection| read::payload(connection, order))
                }
                fn document(&self, job: JobNumber) -> Result<Option<SealedPayload>, StoreError> {
                    self.read(|connection| read::document(connection, job))
                }
                fn order(&self, order: OrderId) -> Result<Option<OrderRecord>, StoreError> {
                    self.read(|connection| read::order(connection, order))
                }
                fn order_of(&self, application: &ApplicationNumber) -> Result<Option<OrderRecord>, StoreError> {
                    self.read(|connection| read::order_of(connection, application))
                }
                fn orders(&self, query: &OrderQuery) -> Result<Vec<OrderRecord>, StoreError> {
                    self.read(|connection| read::orders(connection, query))
                }
                fn booklet(&self, serial: &BookletSerial) -> Result<Option<BookletRecord>, StoreError> {
                    self.read(|connection| read::booklet(connection, serial))
                }
                fn booklets(
                    &self,
                    state: BookletState,
                    machine: Option<&MachineName>,
                    after: Option<&BookletSerial>,
                    limit: usize,
                ) -> Result<Vec<BookletRecord>, StoreError> {
                    self.read(|connection| read::booklets(connection, state, machine, after, limit))
                }
                fn events_after(&self, after: Sequence, limit: usize) -> Result<Vec<EventRecord>, StoreError> {
                    self.read(|connection| read::events_after(connection, after, limit))
                }
                fn newest_events(&self, limit: usize) -> Result<Vec<EventRecord>, StoreError> {
                    self.read(|connection| read::newest_events(connection, limit))
                }
                fn timeline(&self, order: OrderId) -> Result<Vec<EventRecord>, StoreError> {
                    self.read(|connection| read::timeline(connection, order))
                }
                fn counts(&self) -> Result<Counts, StoreError> {
                    self.read(read::counts)
                }
                fn reconcile(&self) -> Result<Reconciliation, StoreError> {
                    self.read(read::reconcile)
                }
                fn paused_machines(&self) -> Result<Vec<MachineName>, StoreError> {
                    self.read(read::paused_machines)
                }
                fn standing(&self, machine: &MachineName) -> Result<Standing, StoreError> {
                    self.read(|connection| read::standing(connection, machine))
                }
                fn inspections(&self, limit: usize) -> Result<Vec<InspectionRecord>, StoreError> {
                    self.read(|connection| read::inspections(connection, limit))
                }
                fn shift(&self) -> Result<Option<ShiftRecord>, StoreError> {
                    self.read(read::shift)
                }
                fn policy(&self) -> Result<CentrePolicy, StoreError> {
                    self.read(read::policy)
                }
                fn outbox(&self, after: Sequence, limit: usize) -> Result<Vec<OutboxEntry>, StoreError> {
                    self.read(|connection| read::outbox(connection, after, limit))
                }
                fn delivered_through(&self, receiver: &str) -> Result<Sequence, StoreError> {
                    self.read(|connection| read::delivered_through(connection, receiver))
                }
            }

            impl SigningLedger for $store {
                fn reserve_uses(&self, signer: &SignerName, count: u32, limit: u64) -> Result<u32, SignerError> {
                    self.grant_uses(signer, count, limit).map_err(|error| SignerError::Ledger(error.to_string()))
                }
                fn uses(&self, signer: &SignerName) -> Result<u64, SignerError> {
                    self.read(|connection| read::uses(connection, signer))
                        .map_err(|error| SignerError::Ledger(error.to_string()))
                }
            }
        };
    };
}
