//! What goes into a session and what comes out of it.

use persoline_dispatch::Fleet;
use persoline_domain::application::DocumentType;
use persoline_domain::booklet::Numbering;
use persoline_domain::deed::Act;
use persoline_domain::identifiers::{BookletSerial, Fence, JobNumber, MachineName};
use persoline_domain::job::TicketRecord;
use persoline_domain::store::{Outcome, Standing, StoreError, WaitingOrder};
use persoline_stage::workshop::{ChipTurn, Conversation, PageExpectation, Ticket, TicketTask, Trouble};
use printer_driver::{
    Acceptance, AlarmId, Attached, CameraImage, Command, Description, DeviceError, EventBatch, FencingToken,
    IdempotencyKey, ImageId, JournalEntry, Snapshot,
};

/// What happened.
pub enum Input {
    /// Time has passed.
    Tick,
    /// Answer to [`Effect::Attach`].
    Attached(Result<Box<(Attached, Description, Snapshot)>, DeviceError>),
    /// Answer to [`Effect::Submit`].
    Submitted {
        /// The command's key.
        key: IdempotencyKey,
        /// What the driver said.
        result: Result<Acceptance, DeviceError>,
    },
    /// What the machine told.
    Events(Result<EventBatch, DeviceError>),
    /// Answer to [`Effect::AskJournal`].
    Journal {
        /// The command's key.
        key: IdempotencyKey,
        /// What the machine said.
        result: Result<JournalEntry, DeviceError>,
    },
    /// Answer to [`Effect::FetchImage`].
    Image {
        /// For which job.
        job: JobNumber,
        /// What the driver said.
        result: Result<CameraImage, DeviceError>,
    },
    /// Answer to [`Effect::Commit`].
    Committed {
        /// For which job.
        job: JobNumber,
        /// What the store said.
        result: Result<Vec<Outcome>, StoreError>,
    },
    /// Answer to [`Effect::ListWaiting`]; [`list`](super::list) makes it.
    Waiting(Result<Listing, StoreError>),
    /// Answer to [`Effect::AskStop`].
    Stop {
        /// For which job.
        job: JobNumber,
        /// Whether somebody wants the order stopped.
        result: Result<bool, StoreError>,
    },
    /// Answer to [`Effect::AskBooklet`]; [`check_booklet`](super::check_booklet) makes it.
    Booklet {
        /// For which job.
        job: JobNumber,
        /// What the store says.
        result: Result<BookletCheck, StoreError>,
    },
    /// Answer to [`Effect::TakeFence`].
    Fence(Result<Fence, StoreError>),
    /// Answer to [`Effect::Ticket`].
    Ticketed {
        /// For which job.
        job: JobNumber,
        /// What the workshop made.
        result: Result<Box<Ticket>, Trouble>,
    },
    /// Answer to [`Effect::TurnChip`].
    ChipTurned {
        /// For which job.
        job: JobNumber,
        /// The conversation, given back.
        conversation: Box<dyn Conversation>,
        /// What comes next.
        turn: ChipTurn,
    },
    /// Answer to [`Effect::VerifyPage`].
    PageVerified {
        /// For which job.
        job: JobNumber,
        /// What the workshop saw.
        result: Result<(), Trouble>,
    },
    /// A person has paused or resumed the machine: the store is asked at once.
    Pause(bool),
    /// People have decided something about the machine or its orders: the store is asked at once.
    Look,
    /// A person has seen an alarm of the machine.
    Acknowledge(AlarmId),
    /// Finish what is under way, start nothing new.
    Drain,
}

/// What a session is told when it asks what it may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// What people and policy say of the machine.
    pub standing: Standing,
    /// Waiting orders in rank order.
    pub waiting: Vec<WaitingOrder>,
    /// The host's other machines.
    pub fleet: Fleet,
}

/// What the books say of a booklet that was picked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookletCheck {
    /// Whether somebody wants the order stopped.
    pub is_stopped: bool,
    /// Where the booklet's number comes from; none when it is in no delivery.
    pub numbering: Option<Numbering>,
    /// The chip that its delivery file lists for it; none when it is in no delivery.
    pub chip_serial: Option<Vec<u8>>,
    /// The machine in whose feeder the books say it lies, if they say so.
    pub loaded_in: Option<MachineName>,
}

/// What is to be done.
pub enum Effect {
    /// Attach, describe and take a snapshot.
    Attach(FencingToken),
    /// Hand in a command.
    Submit(Command),
    /// Ask what became of a command.
    AskJournal(IdempotencyKey),
    /// Fetch a picture.
    FetchImage {
        /// For which job.
        job: JobNumber,
        /// Which.
        image: ImageId,
    },
    /// Make acts durable.
    Commit {
        /// For which job the answer is.
        job: JobNumber,
        /// What to commit.
        acts: Vec<Act>,
    },
    /// Make an act durable whose outcome changes nothing here.
    Report(Act),
    /// List waiting orders, with the machine's standing and its fellows.
    ListWaiting {
        /// Of these types; none when only the standing is asked for.
        documents: Vec<DocumentType>,
        /// At most so many of each.
        limit: usize,
    },
    /// Ask whether the order of a job is to be stopped.
    AskStop(JobNumber),
    /// Ask about a booklet that was picked, before it is bound.
    AskBooklet {
        /// For which job.
        job: JobNumber,
        /// The serial that was read.
        serial: BookletSerial,
    },
    /// Take a new fence for the machine: it was dead, and what was asked of it then must not be done now.
    TakeFence,
    /// Make a ticket, or the rest of one when it was signed before a crash.
    Ticket {
        /// For which booklet and order.
        task: TicketTask,
        /// What was signed before, if the chip is locked already.
        signed: Option<TicketRecord>,
    },
    /// Let a conversation with a chip go on.
    TurnChip {
        /// For which job.
        job: JobNumber,
        /// The conversation.
        conversation: Box<dyn Conversation>,
        /// Answers of the chip.
        answers: Option<Vec<Vec<u8>>>,
    },
    /// Compare a picture with what it must show.
    VerifyPage {
        /// For which job.
        job: JobNumber,
        /// What it must show.
        expected: PageExpectation,
        /// The picture.
        image: CameraImage,
    },
    /// The session cannot go on; nothing is lost.
    Halt(String),
}
