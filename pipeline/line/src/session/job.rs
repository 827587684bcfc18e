//! A job under way: where it stands, and the keys of its commands.

use persoline_domain::application::DocumentType;
use persoline_domain::clock::Timestamp;
use persoline_domain::deed::Deed;
use persoline_domain::identifiers::{ApplicationNumber, BookletSerial, DocumentNumber, JobNumber, OrderId};
use persoline_domain::job::{JobPhase, TicketRecord};
use persoline_stage::workshop::{Conversation, PageExpectation};
use printer_driver::{ChipIdentity, Command, EncodingPackage, IdempotencyKey, JobId, Layer};

/// Where a job stands. Names say what is being waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// The store, for the dispatch.
    Dispatching,
    /// The store, for the word that nobody wants a stop before a booklet is picked.
    PickCheck,
    /// The machine, for a picked booklet.
    Picking,
    /// The store, for the word that the picked booklet may be bound.
    BindCheck,
    /// The store, for the binding.
    Binding,
    /// The workshop, for the ticket.
    Preparing,
    /// The store, for the ticket.
    Signing,
    /// The workshop, for the next script.
    Wrapping,
    /// The machine, for the chip's answers.
    Encoding,
    /// The store, for the word that nobody wants a stop.
    StopCheck,
    /// The store, for leave to lock the chip.
    Locking,
    /// The store, for leave to mark the page.
    Clearing,
    /// The machine, for the marked page.
    Marking,
    /// The machine, for another picture.
    Photographing,
    /// The machine, for the picture.
    Fetching,
    /// The workshop, for the verdict on the page.
    Verifying,
    /// The store, for leave to deliver.
    Passing,
    /// The machine, for the delivery.
    Delivering,
    /// The store, for the end.
    Finishing,
    /// The store, for the word about a booklet that was picked and is not bound.
    SettingAside,
    /// The store, for the end without a document.
    Failing,
    /// The machine, for the booklet's way onto the reject stack.
    Rejecting,
    /// Time, before a step is tried again.
    Pausing,
    /// The machine's journal.
    Recovering,
}

impl Step {
    /// All, in the order of a document's way.
    pub const ALL: [Step; 24] = [
        Step::Dispatching,
        Step::PickCheck,
        Step::Picking,
        Step::BindCheck,
        Step::Binding,
        Step::Preparing,
        Step::Signing,
        Step::Wrapping,
        Step::Encoding,
        Step::StopCheck,
        Step::Locking,
        Step::Clearing,
        Step::Marking,
        Step::Photographing,
        Step::Fetching,
        Step::Verifying,
        Step::Passing,
        Step::Delivering,
        Step::Finishing,
        Step::SettingAside,
        Step::Failing,
        Step::Rejecting,
        Step::Pausing,
        Step::Recovering,
    ];
    /// The name used in views.
    pub fn name(self) -> &'static str {
        match self {
            Step::Dispatching => "dispatching",
            Step::PickCheck => "pick_check",
            Step::Picking => "picking",
            Step::BindCheck => "bind_check",
            Step::Binding => "binding",
            Step::Preparing => "preparing",
            Step::Signing => "signing",
            Step::Wrapping => "wrapping",
            Step::Encoding => "encoding",
            Step::StopCheck => "stop_check",
            Step::Locking => "locking",
            Step::Clearing => "clearing",
            Step::Marking => "marking",
            Step::Photographing => "photographing",
            Step::Fetching => "fetching",
            Step::Verifying => "verifying",
            Step::Passing => "passing",
            Step::Delivering => "delivering",
            Step::Finishing => "finishing",
            Step::SettingAside => "setting_aside",
            Step::Failing => "failing",
            Step::Rejecting => "rejecting",
            Step::Pausing => "pausing",
            Step::Recovering => "recovering",
        }
    }
}

/// A job under way.
pub(super) struct Job {
    pub(super) number: JobNumber,
    pub(super) order: OrderId,
    pub(super) application: ApplicationNumber,
    pub(super) document: DocumentType,
    pub(super) step: Step,
    /// How far the store knows it to be.
    pub(super) phase: JobPhase,
    pub(super) feeder: u16,
    /// The serial that was read at the pick; bound from that phase on.
    pub(super) serial: Option<BookletSerial>,
    /// Whether the chip that was read is the one that the books list for that serial: only then is it that booklet, and not
    /// another whose serial was misread.
    pub(super) is_itself: bool,
    /// The document number, once bound.
    pub(super) number_given: Option<DocumentNumber>,
    pub(super) chip: Option<ChipIdentity>,
    /// The command that was handed in and has not completed.
    pub(super) pending: Option<Command>,
    /// When a step is tried again.
    pub(super) retry_at: Option<Timestamp>,
    pub(super) conversation: Option<Box<dyn Conversation>>,
    /// What a machine that encodes by itself is sent.
    pub(super) package: Option<EncodingPackage>,
    pub(super) layers: Vec<Layer>,
    pub(super) page: Option<PageExpectation>,
    pub(super) ticket: Option<TicketRecord>,
    /// Whether something may have been written into the chip, or made in it, by an attempt that did not come to its end.
    pub(super) is_touched: bool,
    /// Whether the chip was locked before a crash, so that it is only read back.
    pub(super) only_read_back: bool,
    /// Chip scripts sent by this session.
    pub(super) exchanges: u32,
    /// Pictures asked for beyond the first.
    pub(super) photographs: u32,
    /// How often the machine told that the page was engraved.
    pub(super) engraved: u32,
    /// The ordinal of the latest command.
    pub(super) ordinal: u32,
    /// How often a command with this ordinal ended without effect and was handed in anew under another key.
    pub(super) attempts: u32,
    /// The latest trouble of a stage that was told.
    pub(super) trouble: Option<String>,
    /// What follows a commit that ends the job: reject the booklet, or nothing.
    pub(super) rejects_after: bool,
    /// The deed about the booklet that a failed pick named, if the books say that it lay in this machine's feeder.
    pub(super) named: Option<Deed>,
    /// Why the job is given up once the store knows of its booklet.
    pub(super) withdrawal: Option<String>,
}

impl Job {
    /// A job that begins at `step`.
    pub(super) fn new(
        number: JobNumber,
        (order, application, document): (OrderId, ApplicationNumber, DocumentType),
        step: Step,
        phase: JobPhase,
    ) -> Self {
        Job {
            number,
            order,
            application,
            document,
            step,
            phase,
            feeder: u16::MAX,
            serial: None,
            is_itself: false,
            number_given: None,
            chip: None,
            pending: None,
            retry_at: None,
            conversation: None,
            package: None,
            layers: Vec::new(),
            page: None,
            ticket: None,
            is_touched: false,
            only_read_back: false,
            exchanges: 0,
            photographs: 0,
            engraved: 0,
            ordinal: 0,
            attempts: 0,
            trouble: None,
            rejects_after: false,
            named: None,
            withdrawal: None,
        }
    }
    /// Whether it is no job of the store's, but a booklet in the machine that belongs to none.
    pub(super) fn is_stray(&self) -> bool {
        self.order == OrderId(0)
    }
    /// Whether the store gave leave to lock the chip.
    pub(super) fn may_be_locked(&self) -> bool {
        self.phase > JobPhase::Ticketed
    }
    /// Whether an answer to a commit is under way.
    pub(super) fn waits_for_store(&self) -> bool {
        matches!(
            self.step,
            Step::Dispatching
                | Step::Binding
                | Step::Signing
                | Step::Locking
                | Step::Clearing
                | Step::Passing
                | Step::Finishing
                | Step::SettingAside
                | Step::Failing
        )
    }
}

/// Ordinals of a job's commands; with them keys are the same after a restart.
pub(super) mod ordinal {
    pub(in crate::session) const PICK: u32 = 1;
    pub(in crate::session) const PERSONALISE: u32 = 2;
    pub(in crate::session) const DELIVER_GOOD: u32 = 3;
    pub(in crate::session) const DELIVER_REJECT: u32 = 4;
    pub(in crate::session) const ENCODE: u32 = 5;
    /// Pictures beyond the first: bits 8 to 15 count them.
    pub(in crate::session) const PHOTOGRAPH: u32 = 0x0001_0000;
    /// Chip scripts: bits 12 to 30 are the fence's, the lowest 12 bits count, so that a script of an earlier host is not
    /// taken for one of this.
    pub(in crate::session) const EXCHANGE: u32 = 0x8000_0000;
}

/// The key of a job's command; above those bits that [`IdempotencyKey::of_job`] uses it counts attempts.
///
/// An attempt is counted only when the one before it stands in the machine's journal as ended, and each ordinal counts its
/// own. So after a crash, which forgets the count, the journal leads from the first attempt to the last one.
pub(super) fn key_of(number: JobNumber, ordinal: u32, attempt: u32) -> IdempotencyKey {
    IdempotencyKey(IdempotencyKey::of_job(JobId(number.0), ordinal).0 | u128::from(attempt & 0xFF_FFFF) << 96)
}
