//! Stores in layers: each answers itself what it wants to, and hands the rest down.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use persoline_domain::application::DocumentType;
use persoline_domain::booklet::{BookletState, Reconciliation};
use persoline_domain::deed::Act;
use persoline_domain::identifiers::{
    ApplicationNumber, BookletSerial, Fence, JobNumber, MachineName, OrderId, Sequence,
};
use persoline_domain::job::JobRecord;
use persoline_domain::policy::CentrePolicy;
use persoline_domain::seal::SealedPayload;
use persoline_domain::store::{
    BookletRecord, Counts, EventRecord, InspectionRecord, OrderQuery, OrderRecord, OutboxEntry, Outcome, ShiftRecord,
    Standing, Store, StoreError, WaitingOrder,
};

/// What a layer may answer itself; what it does not is the store's beneath.
pub trait StoreLayer: Send + Sync {
    /// The store beneath.
    fn beneath(&self) -> &dyn Store;
    /// As [`Store::commit`].
    ///
    /// # Errors
    /// As the store's.
    fn commit(&self, acts: Vec<Act>) -> Result<Vec<Outcome>, StoreError> {
        self.beneath().commit(acts)
    }
    /// As [`Store::take_fence`].
    ///
    /// # Errors
    /// As the store's.
    fn take_fence(&self, machine: &MachineName) -> Result<Fence, StoreError> {
        self.beneath().take_fence(machine)
    }
    /// As [`Store::waiting`].
    ///
    /// # Errors
    /// As the store's.
    fn waiting(&self, documents: &[DocumentType], limit: usize) -> Result<Vec<WaitingOrder>, StoreError> {
        self.beneath().waiting(documents, limit)
    }
    /// As [`Store::open_jobs`].
    ///
    /// # Errors
    /// As the store's.
    fn open_jobs(&self, machine: &MachineName) -> Result<Vec<JobRecord>, StoreError> {
        self.beneath().open_jobs(machine)
    }
    /// As [`Store::job`].
    ///
    /// # Errors
    /// As the store's.
    fn job(&self, job: JobNumber) -> Result<Option<JobRecord>, StoreError> {
        self.beneath().job(job)
    }
    /// As [`Store::standing`].
    ///
    /// # Errors
    /// As the store's.
    fn standing(&self, machine: &MachineName) -> Result<Standing, StoreError> {
        self.beneath().standing(machine)
    }
    /// As [`Store::outbox`].
    ///
    /// # Errors
    /// As the store's.
    fn outbox(&self, after: Sequence, limit: usize) -> Result<Vec<OutboxEntry>, StoreError> {
        self.beneath().outbox(after, limit)
    }
    /// As [`Store::delivered_through`].
    ///
    /// # Errors
    /// As the store's.
    fn delivered_through(&self, receiver: &str) -> Result<Sequence, StoreError> {
        self.beneath().delivered_through(receiver)
    }
}

/// A layer as a store.
pub struct Layered<L>(pub L);

impl<L: StoreLayer> Store for Layered<L> {
    fn commit(&self, acts: Vec<Act>) -> Result<Vec<Outcome>, StoreError> {
        self.0.commit(acts)
    }
    fn take_fence(&self, machine: &MachineName) -> Result<Fence, StoreError> {
        self.0.take_fence(machine)
    }
    fn waiting(&self, documents: &[DocumentType], limit: usize) -> Result<Vec<WaitingOrder>, StoreError> {
        self.0.waiting(documents, limit)
    }
    fn open_jobs(&self, machine: &MachineName) -> Result<Vec<JobRecord>, StoreError> {
        self.0.open_jobs(machine)
    }
    fn job(&self, job: JobNumber) -> Result<Option<JobRecord>, StoreError> {
        self.0.job(job)
    }
    fn highest_job(&self) -> Result<JobNumber, StoreError> {
        self.0.beneath().highest_job()
    }
    fn payload(&self, order: OrderId) -> Result<Option<SealedPayload>, StoreError> {
        self.0.beneath().payload(order)
    }
    fn document(&self, job: JobNumber) -> Result<Option<SealedPayload>, StoreError> {
        self.0.beneath().document(job)
    }
    fn order(&self, order: OrderId) -> Result<Option<OrderRecord>, StoreError> {
        self.0.beneath().order(order)
    }
    fn order_of(&self, application: &ApplicationNumber) -> Result<Option<OrderRecord>, StoreError> {
        self.0.beneath().order_of(application)
    }
    fn orders(&self, query: &OrderQuery) -> Result<Vec<OrderRecord>, StoreError> {
        self.0.beneath().orders(query)
    }
    fn booklet(&self, serial: &BookletSerial) -> Result<Option<BookletRecord>, StoreError> {
        self.0.beneath().booklet(serial)
    }
    fn booklets(
        &self,
        state: BookletState,
        machine: Option<&MachineName>,
        after: Option<&BookletSerial>,
        limit: usize,
    ) -> Result<Vec<BookletRecord>, StoreError> {
        self.0.beneath().booklets(state, machine, after, limit)
    }
    fn events_after(&self, after: Sequence, limit: usize) -> Result<Vec<EventRecord>, StoreError> {
        self.0.beneath().events_after(after, limit)
    }
    fn newest_events(&self, limit: usize) -> Result<Vec<EventRecord>, StoreError> {
        self.0.beneath().newest_events(limit)
    }
    fn timeline(&self, order: OrderId) -> Result<Vec<EventRecord>, StoreError> {
        self.0.beneath().timeline(order)
    }
    fn counts(&self) -> Result<Counts, StoreError> {
        self.0.beneath().counts()
    }
    fn reconcile(&self) -> Result<Reconciliation, StoreError> {
        self.0.beneath().reconcile()
    }
    fn paused_machines(&self) -> Result<Vec<MachineName>, StoreError> {
        self.0.beneath().paused_machines()
    }
    fn standing(&self, machine: &MachineName) -> Result<Standing, StoreError> {
        self.0.standing(machine)
    }
    fn inspections(&self, limit: usize) -> Result<Vec<InspectionRecord>, StoreError> {
        self.0.beneath().inspections(limit)
    }
    fn shift(&self) -> Result<Option<ShiftRecord>, StoreError> {
        self.0.beneath().shift()
    }
    fn policy(&self) -> Result<CentrePolicy, StoreError> {
        self.0.beneath().policy()
    }
    fn outbox(&self, after: Sequence, limit: usize) -> Result<Vec<OutboxEntry>, StoreError> {
        self.0.outbox(after, limit)
    }
    fn delivered_through(&self, receiver: &str) -> Result<Sequence, StoreError> {
        self.0.delivered_through(receiver)
    }
}

/// A disk that can be full.
pub struct Disk {
    beneath: Arc<dyn Store>,
    full: Arc<AtomicBool>,
}

impl Disk {
    /// The store on a disk, which is full while `full` says so.
    pub fn new(beneath: Arc<dyn Store>, full: Arc<AtomicBool>) -> Self {
        Disk { beneath, full }
    }

    fn room(&self) -> Result<(), StoreError> {
        if self.full.load(Ordering::Relaxed) {
            Err(StoreError::Full { place: "the disk of the simulation".to_owned() })
        } else {
            Ok(())
        }
    }
}

impl StoreLayer for Disk {
    fn beneath(&self) -> &dyn Store {
        &*self.beneath
    }
    fn commit(&self, acts: Vec<Act>) -> Result<Vec<Outcome>, StoreError> {
        self.room()?;
        self.beneath.commit(acts)
    }
    fn take_fence(&self, machine: &MachineName) -> Result<Fence, StoreError> {
        self.room()?;
        self.beneath.take_fence(machine)
    }
}
