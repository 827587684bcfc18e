//! What is done, as it is written into the event log. Identifiers only: what is personal lies sealed beside the log.

use crate::application::{Channel, Collection, DocumentType};
use crate::booklet::Blank;
use crate::clock::{Date, Timestamp};
use crate::identifiers::{
    Actor, ApplicationNumber, BookletSerial, Digest, Fence, JobNumber, MachineName, OrderId, PersonKey,
};
use crate::job::TicketRecord;
use crate::order::Priority;
use crate::seal::SealedPayload;

/// A deed with its time and its actor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub actor: Actor,
    /// Under which control of the machine that the deed is about; required for deeds of jobs, refused when it is old.
    pub fence: Option<Fence>,
    /// What.
    pub deed: Deed,
}

/// What is done. Each is one event in the log, and lawful only where the tables of states allow it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Deed {
    /// An application becomes an order. Accepted once per application number: again with the same digest changes
    /// nothing, with another digest it is refused. Held at once when the same person has another open order.
    OrderAccepted(Box<NewOrder>),
    /// A person, or the line, holds an order. An order on a machine is stopped before its chip is locked.
    OrderHeld {
        /// Which.
        order: OrderId,
        /// Why, as a reason code.
        reason: HoldReason,
    },
    /// A held order may go on.
    OrderReleased {
        /// Which.
        order: OrderId,
    },
    /// An order will not be made.
    OrderCancelled {
        /// Which.
        order: OrderId,
    },
    /// An order becomes more or less urgent.
    PriorityChanged {
        /// Which.
        order: OrderId,
        /// To what.
        priority: Priority,
    },
    /// A maker's delivery arrives and is counted into the vault.
    StockReceived {
        /// The delivery's name, unique.
        delivery: String,
        /// Every booklet in it.
        blanks: Vec<Blank>,
    },
    /// Blanks leave the vault for a machine's feeder.
    StockLoaded {
        /// Whose feeder.
        machine: MachineName,
        /// Which.
        serials: Vec<BookletSerial>,
    },
    /// Blanks come back from a feeder into the vault.
    StockUnloaded {
        /// Whose feeder.
        machine: MachineName,
        /// Which.
        serials: Vec<BookletSerial>,
    },
    /// A machine shall not be given new work.
    MachinePaused {
        /// Which.
        machine: MachineName,
    },
    /// A machine may be given work again.
    MachineResumed {
        /// Which.
        machine: MachineName,
    },
    /// A machine told something that the log must know: an alarm, a lie, a loss of its link.
    MachineReported {
        /// Which.
        machine: MachineName,
        /// A code, not a text.
        code: String,
    },
    /// An order goes to a machine.
    Dispatched {
        /// Which order.
        order: OrderId,
        /// Under which job.
        job: JobNumber,
        /// To which machine.
        machine: MachineName,
    },
    /// A job ends before a booklet was bound; the order waits again.
    Withdrawn {
        /// Which.
        job: JobNumber,
        /// Why, as a code.
        reason: String,
    },
    /// A booklet that was picked and identified is bound to the order, for ever. Refused when the serial was ever bound
    /// before, is not loaded in that machine, has another chip or another format than the delivery file says.
    Bound {
        /// Which job.
        job: JobNumber,
        /// The serial that was read.
        serial: BookletSerial,
        /// The chip's serial that was read.
        chip_serial: Vec<u8>,
    },
    /// The document's data is signed; writing it to the chip may begin.
    Ticketed {
        /// Which job.
        job: JobNumber,
        /// What was signed.
        ticket: TicketRecord,
        /// The signed files, sealed under the order's name: what the chip must give back, for reading back after a crash,
        /// inspection and export. Kept beside the log.
        document: SealedPayload,
    },
    /// The chip is about to be locked.
    Locking {
        /// Which job.
        job: JobNumber,
    },
    /// The chip was locked and read back rightly; the page is about to be marked.
    Marking {
        /// Which job.
        job: JobNumber,
    },
    /// Chip and page were read back and agree with what was ordered.
    Verified {
        /// Which job.
        job: JobNumber,
    },
    /// The document is good and out of the machine.
    Finished {
        /// Which job.
        job: JobNumber,
        /// The civil date at the centre, against which the due date is held.
        on: Date,
    },
    /// The bound booklet can no longer become a document; the order is made again, ahead of its peers.
    Spoiled {
        /// Which job.
        job: JobNumber,
        /// Why, as a code.
        reason: String,
    },
    /// Nobody can say without looking what became of the bound booklet: quarantine, and the order is held.
    Doubtful {
        /// Which job.
        job: JobNumber,
        /// Why, as a code.
        reason: String,
    },
    /// A booklet that is not bound is unusable.
    BlankSpoiled {
        /// Which.
        serial: BookletSerial,
        /// Why, as a code.
        reason: String,
    },
    /// A booklet that is not bound is set aside for a person.
    BlankQuarantined {
        /// Which.
        serial: BookletSerial,
        /// Why, as a code.
        reason: String,
    },
}

/// An order as it is accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOrder {
    /// The register's number.
    pub application: ApplicationNumber,
    /// Digest of the whole record.
    pub digest: Digest,
    /// Recognises two orders of one person.
    pub person: PersonKey,
    /// How it came in.
    pub channel: Channel,
    /// What is to be made.
    pub document: DocumentType,
    /// How urgent it is.
    pub priority: Priority,
    /// Where it is handed over.
    pub collection: Collection,
    /// When it was received complete.
    pub received: Timestamp,
    /// When it was approved.
    pub approved: Timestamp,
    /// The last day on which it is on time.
    pub due: Date,
    /// What is personal, sealed.
    pub payload: SealedPayload,
}

/// Why an order is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum HoldReason {
    /// A person asked for it.
    Person,
    /// The same person has another open order.
    SamePerson,
    /// What became of its booklet is not known.
    Doubt,
    /// It failed too often.
    TooManyRemakes,
    /// It cannot be prepared as it is.
    Unpreparable,
}

impl HoldReason {
    /// All.
    pub const ALL: [HoldReason; 5] = [
        HoldReason::Person,
        HoldReason::SamePerson,
        HoldReason::Doubt,
        HoldReason::TooManyRemakes,
        HoldReason::Unpreparable,
    ];
    /// The name used in the store and in views.
    pub fn name(self) -> &'static str {
        match self {
            HoldReason::Person => "person",
            HoldReason::SamePerson => "same_person",
            HoldReason::Doubt => "doubt",
            HoldReason::TooManyRemakes => "too_many_remakes",
            HoldReason::Unpreparable => "unpreparable",
        }
    }
    /// The reason of that name.
    pub fn parse(name: &str) -> Option<HoldReason> {
        HoldReason::ALL.into_iter().find(|reason| reason.name() == name)
    }
}
