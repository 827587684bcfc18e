//! The port of the durable truth.
//!
//! One writer commits acts in groups; readers see what is committed. The store enforces by constraints of its own, beneath
//! all logic above it: an application number once, a serial bound at most once for ever, one open job for an order, one
//! good booklet for an order, lawful moves of orders and booklets only, and nothing under an old fence.

use thiserror::Error;

use crate::application::{Channel, Collection, DocumentType};
use crate::booklet::{Blank, BookletState, Reconciliation};
use crate::clock::{Date, Timestamp};
use crate::deed::{Act, HoldReason};
use crate::identifiers::{ApplicationNumber, BookletSerial, Fence, JobNumber, MachineName, OrderId, Sequence};
use crate::job::JobRecord;
use crate::order::{OrderState, Priority};
use crate::seal::SealedPayload;

/// The durable truth of the line.
pub trait Store: Send + Sync {
    /// Makes `acts` durable, all or none, in their order; answers one outcome for each. Blocks until they are on disk;
    /// calls from several threads are committed as one group.
    fn commit(&self, acts: Vec<Act>) -> Result<Vec<Outcome>, StoreError>;

    /// Takes control of a machine: a new fence, higher than all before, under which alone its jobs may be changed.
    fn take_fence(&self, machine: &MachineName) -> Result<Fence, StoreError>;

    /// Orders that wait, most urgent first (urgent ones, then remakes, then by due date, then by arrival), of the
    /// document types given; at most `limit`. Costs the same whatever the backlog.
    fn waiting(&self, documents: &[DocumentType], limit: usize) -> Result<Vec<WaitingOrder>, StoreError>;

    /// Jobs of a machine that have not ended.
    fn open_jobs(&self, machine: &MachineName) -> Result<Vec<JobRecord>, StoreError>;

    /// One job.
    fn job(&self, job: JobNumber) -> Result<Option<JobRecord>, StoreError>;

    /// The highest job number so far; zero when there is none.
    fn highest_job(&self) -> Result<JobNumber, StoreError>;

    /// An order's sealed payload.
    fn payload(&self, order: OrderId) -> Result<Option<SealedPayload>, StoreError>;

    /// The sealed files of a job's latest ticket.
    fn document(&self, job: JobNumber) -> Result<Option<SealedPayload>, StoreError>;

    /// One order.
    fn order(&self, order: OrderId) -> Result<Option<OrderRecord>, StoreError>;

    /// The order of an application.
    fn order_of(&self, application: &ApplicationNumber) -> Result<Option<OrderRecord>, StoreError>;

    /// Orders that fit a query, by due date.
    fn orders(&self, query: &OrderQuery) -> Result<Vec<OrderRecord>, StoreError>;

    /// One booklet.
    fn booklet(&self, serial: &BookletSerial) -> Result<Option<BookletRecord>, StoreError>;

    /// Booklets in a state, by serial, after `after`, at most `limit`.
    fn booklets(
        &self,
        state: BookletState,
        machine: Option<&MachineName>,
        after: Option<&BookletSerial>,
        limit: usize,
    ) -> Result<Vec<BookletRecord>, StoreError>;

    /// Events after a position, oldest first, at most `limit`.
    fn events_after(&self, after: Sequence, limit: usize) -> Result<Vec<EventRecord>, StoreError>;

    /// The newest `limit` events, newest first.
    fn newest_events(&self, limit: usize) -> Result<Vec<EventRecord>, StoreError>;

    /// Events of one order, oldest first.
    fn timeline(&self, order: OrderId) -> Result<Vec<EventRecord>, StoreError>;

    /// Counts of orders by state and due date, kept as it goes.
    fn counts(&self) -> Result<Counts, StoreError>;

    /// Counts of booklets against what was received. Recounts every booklet, so that it can find the counters wrong.
    fn reconcile(&self) -> Result<Reconciliation, StoreError>;

    /// Machines that are paused.
    fn paused_machines(&self) -> Result<Vec<MachineName>, StoreError>;
}

/// What came of an act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It stands in the log.
    Done(Sequence),
    /// An order was accepted; it may be held at once because the same person has another open order.
    Accepted {
        /// Its number.
        order: OrderId,
        /// Whether it is held.
        held: bool,
    },
    /// The same record was accepted before; nothing has changed.
    Unchanged(OrderId),
}

/// Why the store did not do as asked.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The act at this index is unlawful; none of the acts was done.
    #[error("act {index} is refused: {refusal}")]
    Refused {
        /// Index into the acts handed in.
        index: usize,
        /// Why.
        refusal: Refusal,
    },
    /// The disk is full; nothing was done.
    #[error("the disk is full at {place}: make room and run again; nothing was lost")]
    Full {
        /// Folder or file.
        place: String,
    },
    /// The store cannot be read or written.
    #[error("the store at {place} does not work: {what}")]
    Broken {
        /// Folder or file.
        place: String,
        /// What the system said.
        what: String,
    },
}

impl StoreError {
    /// The refusal, if it is one.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            StoreError::Refused { refusal, .. } => Some(refusal),
            _ => None,
        }
    }
}

/// Why an act is unlawful.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The application number is known with other contents.
    #[error("application {0} was accepted before with other contents")]
    OtherContents(ApplicationNumber),
    /// No such order, job, booklet or machine.
    #[error("no such {0}")]
    NotFound(&'static str),
    /// The table of states has no such move.
    #[error("{what} is {state}, which does not allow this")]
    Unlawful {
        /// Order, job or booklet.
        what: String,
        /// The state it is in.
        state: &'static str,
    },
    /// The serial was bound before.
    #[error("booklet {0} was bound before")]
    BoundBefore(BookletSerial),
    /// The serial is in no delivery file.
    #[error("booklet {0} is in no delivery")]
    ForeignBooklet(BookletSerial),
    /// The chip is not the one that the delivery file lists for the serial.
    #[error("booklet {0} has another chip than its delivery file says")]
    OtherChip(BookletSerial),
    /// The booklet is of another format or kind than the order needs, or not loaded in that machine.
    #[error("booklet {0} does not fit: {1}")]
    Unfit(BookletSerial, &'static str),
    /// Another host has taken control since.
    #[error("another host has taken control of the machine")]
    Fenced,
    /// A delivery of that name, or one of its serials, was received before.
    #[error("delivery {0} or one of its serials was received before")]
    DeliveredBefore(String),
    /// An underlying constraint said no.
    #[error("constraint: {0}")]
    Constraint(String),
}

/// An order that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingOrder {
    /// Its number.
    pub order: OrderId,
    /// The register's number.
    pub application: ApplicationNumber,
    /// What is to be made.
    pub document: DocumentType,
    /// How urgent.
    pub priority: Priority,
    /// How often a booklet was spoiled for it since a person last released it.
    pub remakes: u32,
    /// The last day on which it is on time.
    pub due: Date,
}

/// An order as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderRecord {
    /// Its number.
    pub order: OrderId,
    /// The register's number.
    pub application: ApplicationNumber,
    /// Its state.
    pub state: OrderState,
    /// Why it is held, if it is.
    pub hold: Option<HoldReason>,
    /// How it came in.
    pub channel: Channel,
    /// What is to be made.
    pub document: DocumentType,
    /// How urgent.
    pub priority: Priority,
    /// Where it is handed over.
    pub collection: Collection,
    /// When it was received complete.
    pub received: Timestamp,
    /// The last day on which it is on time.
    pub due: Date,
    /// When it was finished, if it is.
    pub finished: Option<Timestamp>,
    /// How often a booklet was spoiled for it.
    pub remakes: u32,
    /// The machine that has it or had it last.
    pub machine: Option<MachineName>,
    /// Its present or last job.
    pub job: Option<JobNumber>,
    /// Its present or last booklet.
    pub serial: Option<BookletSerial>,
}

/// Which orders to list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OrderQuery {
    /// Only in this state.
    pub state: Option<OrderState>,
    /// Only those whose application number or booklet serial begins so.
    pub prefix: Option<String>,
    /// Skip so many.
    pub offset: usize,
    /// At most so many; 0 lists none.
    pub limit: usize,
}

/// A booklet as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookletRecord {
    /// What its delivery file says.
    pub blank: Blank,
    /// Its delivery.
    pub delivery: String,
    /// Its state.
    pub state: BookletState,
    /// The machine in which it is or was last.
    pub machine: Option<MachineName>,
    /// The order to which it was bound, if it ever was.
    pub order: Option<OrderId>,
    /// Why it was spoiled or set aside, as a code.
    pub reason: Option<String>,
}

/// An event as the log shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRecord {
    /// Its position.
    pub sequence: Sequence,
    /// When.
    pub at: Timestamp,
    /// By whom, as text.
    pub actor: String,
    /// What kind: the name of the deed in snake case.
    pub kind: String,
    /// The order it is about, if it is about one.
    pub order: Option<OrderId>,
    /// That order's application.
    pub application: Option<ApplicationNumber>,
    /// The job, if it is about one.
    pub job: Option<JobNumber>,
    /// The booklet, if it is about one.
    pub serial: Option<BookletSerial>,
    /// The machine, if it is about one.
    pub machine: Option<MachineName>,
    /// Reason code or other short detail without personal data; may be empty.
    pub detail: String,
}

/// Counts of orders, kept as it goes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counts {
    /// Orders by state, every state listed.
    pub by_state: Vec<(OrderState, u64)>,
    /// Orders that are neither finished nor cancelled, by due date, earliest first.
    pub open_by_due: Vec<(Date, u64)>,
    /// Booklets spoiled since the beginning.
    pub spoiled: u64,
    /// Documents finished after their due date.
    pub late: u64,
}

impl Counts {
    /// Orders in one state.
    pub fn count(&self, state: OrderState) -> u64 {
        self.by_state.iter().find(|(s, _)| *s == state).map_or(0, |(_, count)| *count)
    }
}
