//! What the store answers about orders, booklets and events.

use crate::application::{Channel, Collection, DocumentType};
use crate::booklet::{Blank, BookletState};
use crate::clock::{Date, Timestamp};
use crate::deed::HoldReason;
use crate::identifiers::{
    ApplicationNumber, BatchName, BookletSerial, DocumentNumber, JobNumber, MachineName, OrderId, Sequence,
};
use crate::order::{OrderState, Priority};

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
    /// The date by which it is ranked: [`effective_due`](crate::order::effective_due).
    pub effective_due: Date,
    /// When it was received complete.
    pub received: Timestamp,
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
    /// The set of orders with which it came in; may be empty.
    pub batch: BatchName,
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
    /// The document number of that booklet.
    pub number: Option<DocumentNumber>,
    /// Whether somebody wants it stopped before its chip is locked: it then ends held or cancelled.
    pub stop_requested: bool,
}

/// Which orders to list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OrderQuery {
    /// Only in this state.
    pub state: Option<OrderState>,
    /// Only of this batch.
    pub batch: Option<BatchName>,
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
    /// Its document number, if it was ever bound.
    pub number: Option<DocumentNumber>,
    /// The booklet in whose place it was bound, for the same order.
    pub replaces: Option<BookletSerial>,
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
