//! Everything that was ever signed, whichever host asked for it: by this a border can tell valid data from any other.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use persoline_domain::identifiers::{ApplicationNumber, BookletSerial};
use persoline_domain::job::TicketRecord;
use persoline_stage::workshop::{ChipTurn, Conversation, PageExpectation, Ticket, TicketTask, Trouble, Workshop};
use printer_driver::{CameraImage, Layer, LayerKind};
use sha2::{Digest as _, Sha256};

/// What was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// For whom.
    pub application: ApplicationNumber,
    /// For which booklet.
    pub serial: BookletSerial,
    /// The document number in it.
    pub number: String,
    /// Digests of the engraved layers that belong to it.
    pub pages: BTreeSet<[u8; 32]>,
}

/// Stages whose work is written down.
pub struct Ledger {
    workshop: Arc<dyn Workshop>,
    signed: Arc<Records>,
}

#[derive(Default)]
struct Records(Mutex<BTreeMap<[u8; 32], Signed>>);

impl Ledger {
    /// Writes down what `workshop` signs.
    pub fn of(workshop: Arc<dyn Workshop>) -> Self {
        Ledger { workshop, signed: Arc::default() }
    }

    /// What was signed with a security object of this digest.
    pub fn signed(&self, digest: &[u8]) -> Option<Signed> {
        self.signed.lock().get(digest).cloned()
    }
}

impl Records {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<[u8; 32], Signed>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self, task: &TicketTask, record: &TicketRecord, layers: &[Layer]) {
        let mut signed = self.lock();
        let entry = signed.entry(record.security_object.0).or_insert_with(|| Signed {
            application: task.application.clone(),
            serial: task.serial.clone(),
            number: task.number.0.clone(),
            pages: BTreeSet::new(),
        });
        let engraved = layers.iter().filter(|layer| layer.kind == LayerKind::Laser);
        entry.pages.extend(engraved.map(|layer| digest(&layer.bytes)));
    }
}

/// A conversation within which something is signed.
struct Overheard {
    conversation: Box<dyn Conversation>,
    records: Arc<Records>,
    task: TicketTask,
    layers: Vec<Layer>,
}

impl Conversation for Overheard {
    fn turn(&mut self, answers: Option<Vec<Vec<u8>>>) -> ChipTurn {
        let turn = self.conversation.turn(answers);
        if let ChipTurn::Signed(signed) = &turn {
            self.records.write(&self.task, &signed.record, &self.layers);
        }
        turn
    }
}

/// SHA-256.
pub fn digest(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

impl Workshop for Ledger {
    fn ticket(&self, task: &TicketTask) -> Result<Ticket, Trouble> {
        let ticket = self.workshop.ticket(task)?;
        Ok(match &ticket.signed {
            Some(signed) => {
                self.signed.write(task, &signed.record, &ticket.layers);
                ticket
            }
            // The chip makes its keys first, and the conversation tells what was signed with them.
            None => {
                let (records, task, layers) = (Arc::clone(&self.signed), task.clone(), ticket.layers.clone());
                let conversation = Box::new(Overheard { conversation: ticket.conversation, records, task, layers });
                Ticket { conversation, ..ticket }
            }
        })
    }
    fn reopen(&self, task: &TicketTask, signed: &TicketRecord) -> Result<Ticket, Trouble> {
        let ticket = self.workshop.reopen(task, signed)?;
        self.signed.write(task, signed, &ticket.layers);
        Ok(ticket)
    }
    fn verify_page(&self, expected: &PageExpectation, image: &CameraImage) -> Result<(), Trouble> {
        self.workshop.verify_page(expected, image)
    }
}
