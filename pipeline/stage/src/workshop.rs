//! What the line asks of its stages, as traits, so that a simulation can put stages of its own in their place.

use chip_profile::access::can::CardAccessNumber;
use persoline_domain::clock::{Date, Timestamp};
use persoline_domain::identifiers::{ApplicationNumber, BookletSerial, DocumentNumber, JobNumber, OrderId};
use persoline_domain::job::TicketRecord;
use persoline_domain::personal::Personal;
use persoline_domain::seal::SealedPayload;
use printer_driver::{ApduScript, BookletFate, CameraImage, ChipIdentity, EncodingPackage, Layer};

/// The steps of a document that need a processor, keys or the payload. Calls block and may run side by side.
pub trait Workshop: Send + Sync {
    /// Prepares, signs and renders a document for a bound booklet; nothing of it existed before.
    ///
    /// # Errors
    /// A trouble, with whom to blame: the order cannot be made as it is, the booklet cannot be used, or the centre's
    /// store, keys or calendar do not work.
    fn ticket(&self, task: &TicketTask) -> Result<Ticket, Trouble>;
    /// Makes the page of a document again whose chip was locked before a crash, and a conversation that only reads that
    /// chip back and compares it with what was signed.
    ///
    /// # Errors
    /// As [`ticket`](Self::ticket); and a trouble of the booklet, when what was signed is not there any more, does not
    /// open or is damaged.
    fn reopen(&self, task: &TicketTask, signed: &TicketRecord) -> Result<Ticket, Trouble>;
    /// Whether the camera's picture shows the page that was ordered.
    ///
    /// # Errors
    /// A trouble of the booklet: the page cannot be read, or what it shows is not what was ordered.
    fn verify_page(&self, expected: &PageExpectation, image: &CameraImage) -> Result<(), Trouble>;
}

/// A booklet that is bound to an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketTask {
    /// The order.
    pub order: OrderId,
    /// Its application.
    pub application: ApplicationNumber,
    /// The job.
    pub job: JobNumber,
    /// The booklet's serial.
    pub serial: BookletSerial,
    /// The document number: the serial with pre-numbered stock, else one that was granted to the centre.
    pub number: DocumentNumber,
    /// Its chip.
    pub chip: ChipIdentity,
    /// The public key of a machine that encodes by itself, an uncompressed point of P-256: what it is to write is sealed to
    /// it. None when the host writes through the machine's coupler.
    pub recipient: Option<Vec<u8>>,
    /// Now.
    pub at: Timestamp,
    /// The civil date at the centre: the date of issue.
    pub today: Date,
    /// Whether keys or data of an earlier attempt may be in the chip already.
    pub again: bool,
}

/// What was signed for one document, to be made durable before the chip is given any of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// What the store is to know of it.
    pub record: TicketRecord,
    /// The signed files, sealed.
    pub document: SealedPayload,
}

/// All that a machine needs for one document.
pub struct Ticket {
    /// What was signed. None where the chip makes its keys itself: then the conversation begins before anything is signed, and
    /// tells what was with [`ChipTurn::Signed`].
    pub signed: Option<Signed>,
    /// What is marked on the page.
    pub layers: Vec<Layer>,
    /// What the camera must see.
    pub page: PageExpectation,
    /// What a machine that encodes by itself is sent, when the task named its key and nothing may be locked yet.
    pub package: Option<EncodingPackage>,
    /// How the chip is spoken to; with a package only to read back.
    pub conversation: Box<dyn Conversation>,
}

impl core::fmt::Debug for Ticket {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Ticket").field("signed", &self.signed).field("layers", &self.layers).finish_non_exhaustive()
    }
}

/// What the camera must see on the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageExpectation {
    /// The two lines of the MRZ.
    pub mrz: Personal<[String; 2]>,
    /// The card access number, where the page shows one.
    pub card_access_number: Option<CardAccessNumber>,
}

/// One chip's way from its transport key to locked, read back and inspected. A state machine without I/O.
pub trait Conversation: Send {
    /// Takes the answers to the script that was sent last (none at the start and after [`ChipTurn::Signed`] and
    /// [`ChipTurn::BeforeLock`]) and says what comes next.
    fn turn(&mut self, answers: Option<Vec<Vec<u8>>>) -> ChipTurn;
}

/// What comes next with a chip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChipTurn {
    /// Send this script and come back with its answers.
    Send(ApduScript),
    /// The chip has made its keys, and this was signed with them. Make it durable, then come back without answers.
    Signed(Box<Signed>),
    /// Everything is written; the last check before the lock is due. Come back without answers.
    BeforeLock,
    /// The chip is locked, what was read back is what was signed, and it passes inspection.
    Done,
    /// It cannot be completed.
    Failed {
        /// What became of the booklet.
        fate: BookletFate,
        /// Why, as a code.
        code: String,
    },
    /// What follows from the chip's keys could not be made. Nothing of the document is in the chip, which can be emptied and
    /// begun anew.
    Trouble(Trouble),
}

/// Why a stage could not do its work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// Whose fault it is, and so what the line does about it.
    pub blame: Blame,
    /// Why, as a code for the log.
    pub code: String,
    /// For the operator: what, where and what to do; no personal data.
    pub detail: String,
}

/// Whose fault a trouble is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Blame {
    /// The order cannot be made as it is: a person has to look.
    Order,
    /// The booklet: made again with another.
    Booklet,
    /// The centre itself: keys, disk. The same will be tried again later.
    Centre,
}

impl Trouble {
    /// A trouble with a code and a text for the operator.
    pub fn new(blame: Blame, code: &str, detail: impl Into<String>) -> Self {
        Trouble { blame, code: code.to_owned(), detail: detail.into() }
    }
}

impl core::fmt::Display for Trouble {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{}: {}", self.code, self.detail)
    }
}
