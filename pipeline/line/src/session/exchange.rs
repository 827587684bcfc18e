//! What goes into a session and what comes out of it.

use persoline_domain::application::DocumentType;
use persoline_domain::deed::Act;
use persoline_domain::identifiers::JobNumber;
use persoline_domain::job::TicketRecord;
use persoline_domain::store::{Outcome, StoreError, WaitingOrder};
use persoline_stage::workshop::{ChipTurn, Conversation, PageExpectation, Ticket, TicketTask, Trouble};
use printer_driver::{
    Acceptance, Attached, CameraImage, Command, Description, DeviceError, EventBatch, FencingToken, IdempotencyKey,
    ImageId, JournalEntry, Snapshot,
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
    /// Answer to [`Effect::ListWaiting`].
    Waiting(Result<Vec<WaitingOrder>, StoreError>),
    /// Answer to [`Effect::AskStop`].
    Stop {
        /// For which job.
        job: JobNumber,
        /// Whether somebody wants the order stopped.
        result: Result<bool, StoreError>,
    },
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
    /// A person pauses or resumes the machine.
    Pause(bool),
    /// Finish what is under way, start nothing new.
    Drain,
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
    /// List waiting orders.
    ListWaiting {
        /// Of these types.
        documents: Vec<DocumentType>,
        /// At most so many.
        limit: usize,
    },
    /// Ask whether the order of a job is to be stopped.
    AskStop(JobNumber),
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
