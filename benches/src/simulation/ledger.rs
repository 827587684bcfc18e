//! Everything that was ever signed, whichever host asked for it: by this a border can tell valid data from any other.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use persoline_domain::identifiers::{ApplicationNumber, BookletSerial};
use persoline_domain::job::TicketRecord;
use persoline_stage::workshop::{PageExpectation, Ticket, TicketTask, Trouble, Workshop};
use printer_driver::{CameraImage, LayerKind};
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
    signed: Mutex<BTreeMap<[u8; 32], Signed>>,
}

impl Ledger {
    /// Writes down what `workshop` signs.
    pub fn of(workshop: Arc<dyn Workshop>) -> Self {
        Ledger { workshop, signed: Mutex::default() }
    }

    /// What was signed with a security object of this digest.
    pub fn signed(&self, digest: &[u8]) -> Option<Signed> {
        self.lock().get(digest).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<[u8; 32], Signed>> {
        self.signed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self, task: &TicketTask, ticket: &Ticket) {
        let mut signed = self.lock();
        let entry = signed.entry(ticket.record.security_object.0).or_insert_with(|| Signed {
            application: task.application.clone(),
            serial: task.serial.clone(),
            number: task.number.0.clone(),
            pages: BTreeSet::new(),
        });
        let engraved = ticket.layers.iter().filter(|layer| layer.kind == LayerKind::Laser);
        entry.pages.extend(engraved.map(|layer| digest(&layer.bytes)));
    }
}

/// SHA-256.
pub fn digest(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

impl Workshop for Ledger {
    fn ticket(&self, task: &TicketTask) -> Result<Ticket, Trouble> {
        let ticket = self.workshop.ticket(task)?;
        self.write(task, &ticket);
        Ok(ticket)
    }
    fn reopen(&self, task: &TicketTask, signed: &TicketRecord) -> Result<Ticket, Trouble> {
        let ticket = self.workshop.reopen(task, signed)?;
        self.write(task, &ticket);
        Ok(ticket)
    }
    fn verify_page(&self, expected: &PageExpectation, image: &CameraImage) -> Result<(), Trouble> {
        self.workshop.verify_page(expected, image)
    }
}
