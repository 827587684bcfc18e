//! The port of the durable truth.
//!
//! One writer commits acts in groups; readers see what is committed. The store enforces by constraints of its own, beneath
//! all logic above it: an application number once, a serial bound at most once and a document number given at most once for
//! ever, one open job for an order, one good booklet for an order, lawful moves of orders and booklets only, and nothing
//! under an old fence. It holds people to their care as well: a remake is approved by as many different people as the
//! policy asks for, a booklet destroyed by two, one shift open at a time and closed over reconciled books only, one first
//! piece for a machine and a shift. What the register must hear stands in the outbox with the deed that made it so.
//!
//! In the same transaction as its deed the store decides what follows from it, so that no crash can come between: the
//! document number at [`Deed::Bound`](crate::deed::Deed::Bound), the inspection or the report at
//! [`Deed::Finished`](crate::deed::Deed::Finished), the hold for approvals at
//! [`Deed::Spoiled`](crate::deed::Deed::Spoiled). A pause or a drain is a wish that the line heeds;
//! a fenced-off machine and a first piece without approval are walls: the store refuses to dispatch.

use thiserror::Error;

use crate::application::DocumentType;
use crate::booklet::{BookletState, Reconciliation};
use crate::deed::Act;
use crate::identifiers::{
    ApplicationNumber, BookletSerial, DocumentNumber, Fence, JobNumber, MachineName, OrderId, Sequence, ShiftNumber,
};
use crate::job::JobRecord;
use crate::policy::CentrePolicy;
use crate::seal::SealedPayload;

mod care;
mod records;

pub use care::{FirstPiece, InspectionKind, InspectionRecord, OutboxEntry, OutboxKind, ShiftRecord, Standing};
pub use records::{BookletRecord, Counts, EventRecord, OrderQuery, OrderRecord, WaitingOrder};

/// The durable truth of the line.
///
/// When it cannot be read, a question is answered with [`StoreError::Broken`], or with [`StoreError::Full`] where reading
/// needs room on the disk too.
pub trait Store: Send + Sync {
    /// Makes `acts` durable, all or none, in their order; answers one outcome for each. Blocks until they are on disk;
    /// calls from several threads are committed as one group.
    ///
    /// # Errors
    /// [`StoreError::Refused`] names the first act that is unlawful, and why; none of the acts was done then. The same
    /// with [`StoreError::Full`] and [`StoreError::Broken`], when they cannot be written.
    fn commit(&self, acts: Vec<Act>) -> Result<Vec<Outcome>, StoreError>;

    /// Takes control of a machine: a new fence, higher than all before, under which alone its jobs may be changed.
    ///
    /// # Errors
    /// The fence cannot be written: [`StoreError::Full`] or [`StoreError::Broken`]. A machine that was never seen is no
    /// error.
    fn take_fence(&self, machine: &MachineName) -> Result<Fence, StoreError>;

    /// Orders that wait, most urgent first (by effective due date, of one date remakes first, then by arrival): up to
    /// `limit` of each of the document types given. Costs the same whatever the backlog.
    ///
    /// # Errors
    /// The store cannot be read.
    fn waiting(&self, documents: &[DocumentType], limit: usize) -> Result<Vec<WaitingOrder>, StoreError>;

    /// Jobs of a machine that have not ended.
    ///
    /// # Errors
    /// The store cannot be read; a machine that was never seen has no jobs.
    fn open_jobs(&self, machine: &MachineName) -> Result<Vec<JobRecord>, StoreError>;

    /// One job.
    ///
    /// # Errors
    /// The store cannot be read; a job that does not exist is `None`.
    fn job(&self, job: JobNumber) -> Result<Option<JobRecord>, StoreError>;

    /// The highest job number so far; zero when there is none.
    ///
    /// # Errors
    /// The store cannot be read.
    fn highest_job(&self) -> Result<JobNumber, StoreError>;

    /// An order's sealed payload.
    ///
    /// # Errors
    /// The store cannot be read; an order that does not exist is `None`.
    fn payload(&self, order: OrderId) -> Result<Option<SealedPayload>, StoreError>;

    /// The sealed files of a job's latest ticket.
    ///
    /// # Errors
    /// The store cannot be read; a job without a ticket is `None`.
    fn document(&self, job: JobNumber) -> Result<Option<SealedPayload>, StoreError>;

    /// One order.
    ///
    /// # Errors
    /// The store cannot be read; an order that does not exist is `None`.
    fn order(&self, order: OrderId) -> Result<Option<OrderRecord>, StoreError>;

    /// The order of an application.
    ///
    /// # Errors
    /// The store cannot be read; an application that was never accepted is `None`.
    fn order_of(&self, application: &ApplicationNumber) -> Result<Option<OrderRecord>, StoreError>;

    /// Orders that fit a query, by due date.
    ///
    /// # Errors
    /// The store cannot be read.
    fn orders(&self, query: &OrderQuery) -> Result<Vec<OrderRecord>, StoreError>;

    /// One booklet.
    ///
    /// # Errors
    /// The store cannot be read; a serial of no delivery is `None`.
    fn booklet(&self, serial: &BookletSerial) -> Result<Option<BookletRecord>, StoreError>;

    /// Booklets in a state, by serial, after `after`, at most `limit`.
    ///
    /// # Errors
    /// The store cannot be read.
    fn booklets(
        &self,
        state: BookletState,
        machine: Option<&MachineName>,
        after: Option<&BookletSerial>,
        limit: usize,
    ) -> Result<Vec<BookletRecord>, StoreError>;

    /// Events after a position, oldest first, at most `limit`.
    ///
    /// # Errors
    /// The store cannot be read.
    fn events_after(&self, after: Sequence, limit: usize) -> Result<Vec<EventRecord>, StoreError>;

    /// The newest `limit` events, newest first.
    ///
    /// # Errors
    /// The store cannot be read.
    fn newest_events(&self, limit: usize) -> Result<Vec<EventRecord>, StoreError>;

    /// Events of one order, oldest first.
    ///
    /// # Errors
    /// The store cannot be read; an order that does not exist has no events.
    fn timeline(&self, order: OrderId) -> Result<Vec<EventRecord>, StoreError>;

    /// Counts of orders by state and due date, kept as it goes.
    ///
    /// # Errors
    /// The store cannot be read.
    fn counts(&self) -> Result<Counts, StoreError>;

    /// Counts of booklets against what was received. Recounts every booklet, so that it can find the counters wrong.
    ///
    /// # Errors
    /// The store cannot be read; counters that are wrong are no error but what the answer tells.
    fn reconcile(&self) -> Result<Reconciliation, StoreError>;

    /// Machines that are paused.
    ///
    /// # Errors
    /// The store cannot be read.
    fn paused_machines(&self) -> Result<Vec<MachineName>, StoreError>;

    /// Whether a machine may be given work, as far as people and policy decide; also for one that was never seen.
    ///
    /// # Errors
    /// The store cannot be read.
    fn standing(&self, machine: &MachineName) -> Result<Standing, StoreError>;

    /// Documents that wait for a person's inspection, oldest first, at most `limit`.
    ///
    /// # Errors
    /// The store cannot be read.
    fn inspections(&self, limit: usize) -> Result<Vec<InspectionRecord>, StoreError>;

    /// The open shift, if there is one.
    ///
    /// # Errors
    /// The store cannot be read.
    fn shift(&self) -> Result<Option<ShiftRecord>, StoreError>;

    /// What the centre has decided about its own care.
    ///
    /// # Errors
    /// The store cannot be read.
    fn policy(&self) -> Result<CentrePolicy, StoreError>;

    /// Reports for the issuing register after a position, oldest first, at most `limit`.
    ///
    /// # Errors
    /// The store cannot be read.
    fn outbox(&self, after: Sequence, limit: usize) -> Result<Vec<OutboxEntry>, StoreError>;

    /// The last report that a receiver has taken over; zero before the first.
    ///
    /// # Errors
    /// The store cannot be read.
    fn delivered_through(&self, receiver: &str) -> Result<Sequence, StoreError>;
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
    /// A booklet was bound and has its document number.
    Bound {
        /// Position in the log.
        sequence: Sequence,
        /// The number.
        number: DocumentNumber,
    },
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
    /// No granted number is left for a booklet whose number is engraved.
    #[error("no document number is left: ask the register for more")]
    NoNumbers,
    /// Numbers cannot be granted.
    #[error("numbers {0} to {1} cannot be granted: {2}")]
    UnfitNumbers(DocumentNumber, DocumentNumber, &'static str),
    /// What was counted by hand is not what lies there by the books.
    #[error("{counted} were counted, but the books say {books}")]
    Miscounted {
        /// By hand.
        counted: u64,
        /// By the books.
        books: u64,
    },
    /// The shift cannot close: for each state at odds what was counted less the books. For a state in motion it is what
    /// is still there, as a negative number; what the books cannot account for at all stands under missing.
    #[error("the books do not agree with the count: {}", told(differences))]
    NotReconciled {
        /// Each state at odds, with the difference.
        differences: Vec<(BookletState, i64)>,
    },
    /// A shift is open.
    #[error("shift {0} is open")]
    ShiftOpen(ShiftNumber),
    /// A shift of that number was open before.
    #[error("shift {0} was open before")]
    ShiftBefore(ShiftNumber),
    /// Only a person may do this, by the account's name.
    #[error("only a person may do this")]
    NeedsPerson,
    /// It takes another person.
    #[error("it takes another person")]
    NeedsAnotherPerson,
    /// Somebody has held or cancelled the order: its chip must not be locked.
    #[error("the order was held or cancelled: stop before its chip is locked")]
    StopRequested,
    /// The machine may not be given work.
    #[error("machine {0} may not be given work: {1}")]
    MachineBarred(MachineName, &'static str),
    /// An underlying constraint said no.
    #[error("constraint: {0}")]
    Constraint(String),
}

/// Differences as `vault -2, good +1`.
fn told(differences: &[(BookletState, i64)]) -> String {
    differences.iter().map(|(state, count)| format!("{} {count:+}", state.name())).collect::<Vec<_>>().join(", ")
}
