//! A deed as the log keeps it: JSON with the deed's name, identifiers, and names of states.

use persoline_domain::application::DocumentType;
use persoline_domain::booklet::{Blank, BlankKind, Numbering};
use serde::{Deserialize, Serialize};

use super::{hexadecimal, parse_hexadecimal};

/// A deed as the log keeps it.
#[derive(Serialize, Deserialize)]
#[serde(tag = "deed", rename_all = "snake_case")]
pub(crate) enum Body {
    OrderAccepted {
        application: String,
        digest: String,
        person: String,
        channel: String,
        #[serde(default)]
        batch: String,
        document: String,
        priority: String,
        place: String,
        place_kind: String,
        received: i64,
        approved: i64,
        due: String,
    },
    OrderHeld {
        order: u64,
        reason: String,
    },
    OrderReleased {
        order: u64,
    },
    OrderCancelled {
        order: u64,
    },
    PriorityChanged {
        order: u64,
        priority: String,
    },
    StockReceived {
        delivery: String,
        blanks: Vec<BlankBody>,
        /// Whether counting into the vault is a deed of its own. Logs of the first version counted while receiving.
        #[serde(default)]
        uncounted: bool,
    },
    StockStored {
        delivery: String,
        cartons: Vec<String>,
        counted: u32,
    },
    StockReturned {
        serials: Vec<String>,
        reason: String,
    },
    BookletMissing {
        serial: String,
        reason: String,
    },
    BookletFound {
        serial: String,
    },
    QuarantineDecided {
        serial: String,
        decision: String,
        reason: String,
    },
    BookletsDestroyed {
        serials: Vec<String>,
        witness: String,
    },
    BookletRecalled {
        serial: String,
        reason: String,
    },
    Packed {
        serials: Vec<String>,
    },
    HandedOver {
        serials: Vec<String>,
    },
    ShiftOpened {
        shift: u64,
    },
    ShiftClosed {
        shift: u64,
        counted: Vec<(String, u64)>,
    },
    PolicySet {
        remake_approvals: u8,
        first_piece: bool,
        sample_every: u32,
    },
    RemakeApproved {
        order: u64,
    },
    NumbersGranted {
        first: String,
        last: String,
    },
    KeyHandled {
        act: String,
        name: String,
        digest: Option<String>,
        reason: String,
    },
    InspectionDecided {
        serial: String,
        approved: bool,
        reason: String,
    },
    DocumentRejected {
        serial: String,
        reason: String,
    },
    ReportsDelivered {
        receiver: String,
        through: u64,
    },
    MachineDraining {
        machine: String,
    },
    MachineFencedOff {
        machine: String,
        reason: String,
    },
    MachineCleared {
        machine: String,
    },
    AlarmAcknowledged {
        machine: String,
        alarm: u64,
        code: String,
    },
    Abandoned {
        job: u64,
        reason: String,
    },
    StockLoaded {
        machine: String,
        serials: Vec<String>,
    },
    StockUnloaded {
        machine: String,
        serials: Vec<String>,
    },
    MachinePaused {
        machine: String,
    },
    MachineResumed {
        machine: String,
    },
    MachineReported {
        machine: String,
        code: String,
    },
    Dispatched {
        order: u64,
        job: u64,
        machine: String,
    },
    Withdrawn {
        job: u64,
        reason: String,
    },
    Bound {
        job: u64,
        serial: String,
        chip_serial: String,
    },
    Ticketed {
        job: u64,
        issued: String,
        expires: String,
        security_object: String,
        signer: String,
    },
    Locking {
        job: u64,
    },
    Marking {
        job: u64,
    },
    Verified {
        job: u64,
    },
    Finished {
        job: u64,
        on: String,
    },
    Spoiled {
        job: u64,
        reason: String,
    },
    Doubtful {
        job: u64,
        reason: String,
    },
    BlankSpoiled {
        serial: String,
        reason: String,
    },
    BlankQuarantined {
        serial: String,
        reason: String,
    },
}

/// A blank as the log keeps it.
#[derive(Serialize, Deserialize)]
pub(crate) struct BlankBody {
    serial: String,
    chip: String,
    key: u8,
    batch: String,
    format: String,
    kind: String,
    #[serde(default)]
    carton: String,
    #[serde(default)]
    check: String,
    #[serde(default = "perforated")]
    numbering: String,
}

/// The numbering of blanks that were written down before others were known.
fn perforated() -> String {
    Numbering::Perforated.name().to_owned()
}

impl BlankBody {
    pub(super) fn of(blank: &Blank) -> Self {
        BlankBody {
            serial: blank.serial.0.clone(),
            chip: hexadecimal(&blank.chip_serial),
            key: blank.key_version,
            batch: blank.batch.clone(),
            format: blank.format.name().into(),
            kind: blank.kind.name().into(),
            carton: blank.carton.clone(),
            check: hexadecimal(&blank.check_value),
            numbering: blank.numbering.name().into(),
        }
    }
    pub(super) fn into_blank(self) -> Option<Blank> {
        Some(Blank {
            chip_serial: parse_hexadecimal(&self.chip)?,
            key_version: self.key,
            format: DocumentType::parse(&self.format)?,
            kind: BlankKind::parse(&self.kind)?,
            serial: self.serial.as_str().into(),
            batch: self.batch,
            check_value: parse_hexadecimal(&self.check)?,
            numbering: Numbering::parse(&self.numbering)?,
            carton: self.carton,
        })
    }
}
