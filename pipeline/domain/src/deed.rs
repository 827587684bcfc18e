//! What is done, as it is written into the event log. Identifiers only: what is personal lies sealed beside the log.

mod key_act;

use crate::application::{Channel, Collection, DocumentType};
use crate::booklet::{Blank, BookletState, QuarantineDecision};
use crate::clock::{Date, Timestamp};
use crate::identifiers::{
    Actor, ApplicationNumber, BatchName, BookletSerial, Digest, DocumentNumber, Fence, JobNumber, MachineName, OrderId,
    PersonKey, Sequence, ShiftNumber,
};
use crate::job::TicketRecord;
use crate::order::Priority;
use crate::policy::CentrePolicy;
use crate::seal::SealedPayload;

pub use key_act::KeyAct;

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
    /// A held order may go on, and a stop that was asked for is taken back. Refused while a remake lacks approvals.
    OrderReleased {
        /// Which.
        order: OrderId,
    },
    /// An order will not be made. One on a machine is stopped before its chip is locked and then ends cancelled; refused
    /// when its chip may be locked already.
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
    /// A person approves that an order is made again. The last of as many different people as the policy asks for, since
    /// its last booklet was lost, lets it wait again.
    RemakeApproved {
        /// Which.
        order: OrderId,
    },
    /// A maker's delivery arrives with its delivery file; nothing of it is counted yet.
    StockReceived {
        /// The delivery's name, unique.
        delivery: String,
        /// Every booklet in it.
        blanks: Vec<Blank>,
    },
    /// Received blanks are counted into the vault. Refused unless `counted` is what the books say lies there received.
    StockStored {
        /// Which delivery.
        delivery: String,
        /// Which of its cartons; empty for all of it.
        cartons: Vec<String>,
        /// Booklets that were counted by hand.
        counted: u32,
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
    /// Blanks go back to their maker.
    StockReturned {
        /// Which.
        serials: Vec<BookletSerial>,
        /// Why, as a code.
        reason: String,
    },
    /// A booklet is not where the books say. A good document that is lost is made again under its order.
    BookletMissing {
        /// Which.
        serial: BookletSerial,
        /// Why, as a code.
        reason: String,
    },
    /// A missing booklet was found: quarantine.
    BookletFound {
        /// Which.
        serial: BookletSerial,
    },
    /// A person decides what becomes of a booklet in quarantine.
    QuarantineDecided {
        /// Which.
        serial: BookletSerial,
        /// What.
        decision: QuarantineDecision,
        /// Why, as a code.
        reason: String,
    },
    /// Spoiled or recalled booklets are destroyed by a person before the eyes of another.
    BookletsDestroyed {
        /// Which.
        serials: Vec<BookletSerial>,
        /// Who saw it, by the name of the account.
        witness: String,
    },
    /// A document is called back after it was packed or handed over.
    BookletRecalled {
        /// Which.
        serial: BookletSerial,
        /// Why, as a code.
        reason: String,
    },
    /// Good documents are packed for hand-over. Refused for one that waits for inspection.
    Packed {
        /// Which.
        serials: Vec<BookletSerial>,
    },
    /// Packed documents were handed over.
    HandedOver {
        /// Which.
        serials: Vec<BookletSerial>,
    },
    /// A shift begins. Refused while another is open.
    ShiftOpened {
        /// Its number, never used before.
        shift: ShiftNumber,
    },
    /// A shift ends. Refused unless what was counted by hand equals the books for every state whose booklets lie in the
    /// house, the books account for all that was received, and no booklet is in motion.
    ShiftClosed {
        /// Which.
        shift: ShiftNumber,
        /// What was counted; a state that is not listed counts as zero.
        counted: Vec<(BookletState, u64)>,
    },
    /// The centre decides about its own care.
    PolicySet {
        /// What holds from here.
        policy: CentrePolicy,
    },
    /// The register grants document numbers for booklets whose number is engraved, both ends included: capital letters,
    /// then digits, of one shape. Refused when one of them was granted before or is a serial.
    NumbersGranted {
        /// The first.
        first: DocumentNumber,
        /// The last.
        last: DocumentNumber,
    },
    /// A person has looked at a document that waited for inspection. A document that is not approved is rejected.
    InspectionDecided {
        /// Which.
        serial: BookletSerial,
        /// Whether it is right.
        approved: bool,
        /// Why, as a code; may be empty for an approved one.
        reason: String,
    },
    /// A good document is rejected: its booklet is spoiled and its order made again.
    DocumentRejected {
        /// Which.
        serial: BookletSerial,
        /// Why, as a code.
        reason: String,
    },
    /// Something was done with the keys or certificates of the issuing state.
    KeyHandled {
        /// What.
        act: KeyAct,
        /// To which key, certificate or list, by its name.
        name: String,
        /// Digest of the certificate, request or list that came of it.
        digest: Option<Digest>,
        /// Why, as a code; empty where the act says it all.
        reason: String,
    },
    /// A receiver has taken over all reports up to a position of the outbox.
    ReportsDelivered {
        /// What the centre calls the receiver.
        receiver: String,
        /// The last that it has.
        through: Sequence,
    },
    /// A machine shall not be given new work.
    MachinePaused {
        /// Which.
        machine: MachineName,
    },
    /// A machine shall finish what it has and be given nothing new.
    MachineDraining {
        /// Which.
        machine: MachineName,
    },
    /// A machine has lied: it gets no work until a person clears it.
    MachineFencedOff {
        /// Which.
        machine: MachineName,
        /// What it did, as a code.
        reason: String,
    },
    /// A person trusts a machine again that was fenced off.
    MachineCleared {
        /// Which.
        machine: MachineName,
    },
    /// A person has seen an alarm of a machine. Committed before the machine is told; refused for a machine of which no
    /// host has ever taken control.
    AlarmAcknowledged {
        /// Whose alarm.
        machine: MachineName,
        /// The number by which the machine knows it.
        alarm: u64,
        /// What it is about: a code, not a text.
        code: String,
    },
    /// A machine that was paused or draining may be given work again.
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
    /// The machine is dead and its chip cannot have been locked. Before a booklet was bound it is as if withdrawn; a bound
    /// booklet goes to quarantine and the order waits again as a remake. Refused once the chip may be locked.
    Abandoned {
        /// Which.
        job: JobNumber,
        /// Why, as a code.
        reason: String,
    },
    /// A booklet that was picked and identified is bound to the order, for ever, and gets its document number. Refused when the serial was ever bound
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
    /// The chip is about to be locked. Refused when the order was cancelled meanwhile.
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
    /// The bound booklet can no longer become a document; the order is made again, ahead of its peers, where the policy
    /// asks for it only when people have approved it.
    Spoiled {
        /// Which job.
        job: JobNumber,
        /// Why, as a code.
        reason: String,
    },
    /// Nobody can say without looking what became of the bound booklet: quarantine, and the order is held. Where the policy
    /// asks for approvals of remakes, its release is not enough.
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
    /// The set of orders with which it came in; may be empty.
    pub batch: BatchName,
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
    /// People have to approve that it is made again.
    RemakeApproval,
}

impl HoldReason {
    /// All.
    pub const ALL: [HoldReason; 6] = [
        HoldReason::Person,
        HoldReason::SamePerson,
        HoldReason::Doubt,
        HoldReason::TooManyRemakes,
        HoldReason::Unpreparable,
        HoldReason::RemakeApproval,
    ];
    /// The name used in the store and in views.
    pub fn name(self) -> &'static str {
        match self {
            HoldReason::Person => "person",
            HoldReason::SamePerson => "same_person",
            HoldReason::Doubt => "doubt",
            HoldReason::TooManyRemakes => "too_many_remakes",
            HoldReason::Unpreparable => "unpreparable",
            HoldReason::RemakeApproval => "remake_approval",
        }
    }
    /// The reason of that name.
    pub fn parse(name: &str) -> Option<HoldReason> {
        HoldReason::ALL.into_iter().find(|reason| reason.name() == name)
    }
}
