//! The stages with real keys, portraits and pages.

use std::sync::{Arc, Mutex, PoisonError};

use chip_profile::personalisation::{PersonalisationSession, Scp03Channel};
use persoline_domain::application::Payload;
use persoline_domain::chance::RandomSource;
use persoline_domain::clock::Clock;
use persoline_domain::identifiers::{ApplicationNumber, OrderId};
use persoline_domain::job::TicketRecord;
use persoline_domain::personal::Personal;
use persoline_domain::seal::{PayloadVault, SealedPayload};
use persoline_domain::signer::Signer;
use persoline_domain::store::Store;
use persoline_render::page::PageScratch;
use persoline_render::portrait::prepare::PortraitScratch;
use printer_driver::{CameraImage, EncodingPackage};

use crate::centre::{ActiveAuthentication, Centre};
use crate::chip::{ChipConversation, SECURITY_LEVEL};
use crate::chip_data::ChipContents;
use crate::chip_keys::{self, ChipKeys};
use crate::desk::{Completed, Desk, Draft, ReadingFacts};
use crate::document::SignedDocument;
use crate::prepare::{self, Prepared};
use crate::render;
use crate::times::StageTimes;
use crate::verify::PageVerifier;
use crate::workshop::{Blame, PageExpectation, Signed, Ticket, TicketTask, Trouble, Workshop};
use crate::{package, payload};

/// What the stages work with.
#[derive(Clone)]
pub struct WorkshopParts {
    /// Where sealed payloads lie.
    pub store: Arc<dyn Store>,
    /// What opens them.
    pub vault: Arc<dyn PayloadVault>,
    /// What signs.
    pub signer: Arc<dyn Signer>,
    /// Randomness for challenges.
    pub random: Arc<dyn RandomSource>,
    /// For measuring.
    pub clock: Arc<dyn Clock>,
}

/// The stages of a centre.
pub struct CentreWorkshop {
    desk: Arc<Desk>,
    verifier: PageVerifier,
    /// As many as documents were ever made at once. Not a worker's own: one that waits for a part of its document may make
    /// another one meanwhile.
    scratches: Mutex<Vec<Scratch>>,
}

/// Memory that is used again from document to document.
type Scratch = (PortraitScratch, PageScratch);

/// The part of a ticket that concerns the chip.
type ChipPart = (Option<Signed>, Option<EncodingPackage>, ChipConversation);

impl CentreWorkshop {
    /// The stages of `centre`.
    ///
    /// # Errors
    /// A trouble of the centre: the country signer's certificates cannot be read.
    pub fn new(centre: Centre, parts: WorkshopParts) -> Result<Self, Trouble> {
        let desk = Arc::new(Desk::new(centre, parts)?);
        Ok(CentreWorkshop { desk, verifier: PageVerifier::default(), scratches: Mutex::default() })
    }

    /// How long each stage takes.
    pub fn times(&self) -> &StageTimes {
        &self.desk.times
    }

    /// What the centre issues.
    pub fn centre(&self) -> &Centre {
        &self.desk.centre
    }

    /// Makes one key of a chip ahead of need, of those that take longer to make than a document; tells whether it made one.
    /// Whoever has time to spare calls it.
    ///
    /// # Errors
    /// A trouble of the centre: its signer makes no such keys.
    pub fn make_key_ahead(&self) -> Result<bool, Trouble> {
        match self.desk.centre.active_authentication {
            ActiveAuthentication::Ec(_) => Ok(false),
            ActiveAuthentication::Rsa => {
                let made = self.desk.parts.signer.make_rsa_key_pair_ahead();
                made.map_err(|error| Trouble::new(Blame::Centre, "document_keys", error.to_string()))
            }
        }
    }

    /// An order's payload, opened.
    ///
    /// # Errors
    /// As [`open_payload`].
    pub fn open(&self, order: OrderId, application: &ApplicationNumber) -> Result<Payload, Trouble> {
        open_payload(&*self.desk.parts.store, &*self.desk.parts.vault, order, application)
    }

    fn with_scratch<T>(&self, work: impl FnOnce(&mut Scratch) -> T) -> T {
        let mut scratch = self.scratches.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
        let result = work(&mut scratch);
        self.scratches.lock().unwrap_or_else(PoisonError::into_inner).push(scratch);
        result
    }

    fn make(&self, task: &TicketTask, payload: &Payload, (portrait, page): &mut Scratch) -> Result<Ticket, Trouble> {
        let Desk { centre, parts, .. } = &*self.desk;
        let prepared = self.desk.measure("prepare", || {
            prepare::prepare(centre, &*parts.random, payload, &task.number, task.today, portrait)
        })?;
        // A machine waits for the slower of the two, not for both, where another worker is free.
        let (chip, layers) = rayon::join(
            || {
                let contents =
                    self.desk.measure("encode", || ChipContents::of(centre, payload, &prepared, task.at, portrait))?;
                self.chip(Draft { task: task.clone(), contents, facts: reading_facts(&prepared) })
            },
            || self.desk.measure("render", || render::layers(centre, payload, &prepared.facts(&task.number), page)),
        );
        let ((signed, package, conversation), layers) = (chip?, layers?);
        let conversation = Box::new(conversation);
        Ok(Ticket { signed, layers, page: page_expectation(&prepared), package, conversation })
    }

    /// The chip's keys, signature and conversation; or the conversation alone, when the chip makes its keys and the signature
    /// follows from them.
    fn chip(&self, draft: Draft) -> Result<ChipPart, Trouble> {
        let Desk { centre, parts, .. } = &*self.desk;
        let (task, context) = (draft.task.clone(), self.desk.context());
        if let Some(keys) = chip_keys::to_be_made(centre) {
            if task.recipient.is_some() {
                // Such a machine gets no work; this booklet was bound before the settings were changed.
                let what =
                    "chips make their keys themselves, which a machine that encodes by itself cannot have them do";
                return Err(Trouble::new(Blame::Booklet, "keys_on_chip", what));
            }
            let keys = if task.again { keys.starting_over() } else { keys };
            let (serial, channel) = self.channel(&task);
            let session = PersonalisationSession::two_phase(keys, serial, channel);
            let desk = Arc::clone(&self.desk);
            let completion = Box::new(move |made| desk.complete(draft, ChipKeys::Made(made)));
            return Ok((None, None, ChipConversation::two_phase(context, session, completion)));
        }
        let keys = self.desk.measure("keys", || ChipKeys::injected(centre, &*parts.signer))?;
        let Completed { signed, plan, reading } = self.desk.complete(draft, keys)?;
        // A chip that an earlier ticket of this job may have begun to fill is emptied first.
        let plan = if task.again { plan.starting_over() } else { plan };
        if let Some(recipient) = &task.recipient {
            let package = package::seal(&*parts.signer, &*parts.random, &task, plan, recipient)?;
            return Ok((Some(signed), Some(package), ChipConversation::read(context, reading)));
        }
        let (serial, channel) = self.channel(&task);
        let session = PersonalisationSession::new(plan, serial, channel);
        Ok((Some(signed), None, ChipConversation::write(context, session, reading)))
    }

    /// The serial of the bound chip, if it is known, and the channel to it.
    fn channel(&self, task: &TicketTask) -> (Option<Vec<u8>>, Scp03Channel) {
        let mut challenge = [0u8; 8];
        self.desk.parts.random.fill(&mut challenge);
        let serial = (!task.chip.chip_serial.is_empty()).then(|| task.chip.chip_serial.clone());
        (serial, Scp03Channel::new(task.chip.key_version, challenge, SECURITY_LEVEL))
    }

    fn make_again(
        &self,
        task: &TicketTask,
        signed: &TicketRecord,
        payload: &Payload,
        (portrait, page): &mut Scratch,
    ) -> Result<Ticket, Trouble> {
        let Desk { centre, parts, .. } = &*self.desk;
        let sealed = parts
            .store
            .document(task.job)
            .map_err(|error| Trouble::new(Blame::Centre, "store", error.to_string()))?
            .ok_or_else(|| Trouble::new(Blame::Booklet, "document_missing", "what was signed is not there any more"))?;
        let SignedDocument { files, card_access_number } = open_document(&*parts.vault, &task.application, &sealed)?;
        let dates = (signed.issued, signed.expires);
        let number = &task.number;
        let prepared = prepare::prepare_again(centre, payload, number, dates, card_access_number, portrait)?;
        let layers = render::layers(centre, payload, &prepared.facts(number), page)?;
        let reading = self.desk.reading(task, signed.security_object, files, &reading_facts(&prepared))?;
        Ok(Ticket {
            signed: Some(Signed { record: signed.clone(), document: sealed }),
            layers,
            page: page_expectation(&prepared),
            package: None,
            conversation: Box::new(ChipConversation::read(self.desk.context(), reading)),
        })
    }
}

impl Workshop for CentreWorkshop {
    fn ticket(&self, task: &TicketTask) -> Result<Ticket, Trouble> {
        let payload = self.desk.measure("open", || self.open(task.order, &task.application))?;
        self.with_scratch(|scratch| self.make(task, &payload, scratch))
    }

    fn reopen(&self, task: &TicketTask, signed: &TicketRecord) -> Result<Ticket, Trouble> {
        let payload = self.open(task.order, &task.application)?;
        self.with_scratch(|scratch| self.make_again(task, signed, &payload, scratch))
    }

    fn verify_page(&self, expected: &PageExpectation, image: &CameraImage) -> Result<(), Trouble> {
        self.desk.measure("verify", || self.verifier.verify(expected, image))
    }
}

/// An order's payload, opened.
///
/// # Errors
/// A trouble of the order: it has no payload, or one that does not open or is damaged. A trouble of the centre: the
/// store cannot be read.
pub fn open_payload(
    store: &dyn Store,
    vault: &dyn PayloadVault,
    order: OrderId,
    application: &ApplicationNumber,
) -> Result<Payload, Trouble> {
    let sealed = store
        .payload(order)
        .map_err(|error| Trouble::new(Blame::Centre, "store", error.to_string()))?
        .ok_or_else(|| Trouble::new(Blame::Order, "payload_missing", "the order has no payload"))?;
    let bytes = vault
        .open(application, &sealed)
        .map_err(|error| Trouble::new(Blame::Order, "payload_sealed", error.to_string()))?;
    payload::decode(&bytes)
        .ok_or_else(|| Trouble::new(Blame::Order, "payload_damaged", "the payload is of another version or damaged"))
}

/// A signed document, opened.
///
/// # Errors
/// A trouble of the booklet: what was signed does not open or is damaged.
pub fn open_document(
    vault: &dyn PayloadVault,
    application: &ApplicationNumber,
    sealed: &SealedPayload,
) -> Result<SignedDocument, Trouble> {
    let bytes = vault
        .open(application, sealed)
        .map_err(|error| Trouble::new(Blame::Booklet, "document_sealed", error.to_string()))?;
    SignedDocument::decode(&bytes)
        .ok_or_else(|| Trouble::new(Blame::Booklet, "document_damaged", "what was signed is damaged"))
}

fn page_expectation(prepared: &Prepared) -> PageExpectation {
    PageExpectation {
        mrz: Personal::new(prepared.mrz.lines().map(str::to_owned)),
        card_access_number: prepared.card_access_number.clone(),
    }
}

fn reading_facts(prepared: &Prepared) -> ReadingFacts {
    ReadingFacts {
        mrz: prepared.mrz.clone(),
        issued: prepared.issued,
        expires: prepared.expires,
        card_access_number: prepared.card_access_number.clone(),
    }
}
