//! The stages with real keys, portraits and pages.

use std::sync::{Arc, Mutex, PoisonError};

use chip_profile::access::MrzInformation;
use chip_profile::access::pace::PacePassword;
use chip_profile::inspection::{TrustAnchors, chip_authentication_terminal};
use chip_profile::lds::{ElementaryFiles, FileId};
use chip_profile::mrz::MrzLines;
use chip_profile::personalisation::{PersonalisationSession, ReadAccess, ReadBack, ReadPlan, Scp03Channel, WritePlan};
use chip_profile::pki::UnixTime;
use persoline_domain::application::Payload;
use persoline_domain::chance::RandomSource;
use persoline_domain::clock::{Clock, Date};
use persoline_domain::identifiers::{ApplicationNumber, Digest, OrderId};
use persoline_domain::job::TicketRecord;
use persoline_domain::personal::Personal;
use persoline_domain::seal::{PayloadVault, SealedPayload};
use persoline_domain::signer::Signer;
use persoline_domain::store::Store;
use persoline_render::page::PageScratch;
use persoline_render::portrait::prepare::PortraitScratch;
use printer_driver::CameraImage;
use sha2::{Digest as _, Sha256};

use crate::centre::Centre;
use crate::chip::{ChipContext, ChipConversation, ChipExpectation, SECURITY_LEVEL};
use crate::document::SignedDocument;
use crate::prepare::{self, Prepared};
use crate::render;
use crate::sign::SigningStage;
use crate::times::StageTimes;
use crate::verify::PageVerifier;
use crate::workshop::{Blame, PageExpectation, Ticket, TicketTask, Trouble, Workshop};
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
    centre: Centre,
    parts: WorkshopParts,
    signing: SigningStage,
    anchors: Arc<TrustAnchors>,
    verifier: PageVerifier,
    times: StageTimes,
    /// As many as documents were ever made at once. Not a worker's own: one that waits for a part of its document may make
    /// another one meanwhile.
    scratches: Mutex<Vec<Scratch>>,
}

/// Memory that is used again from document to document.
type Scratch = (PortraitScratch, PageScratch);

impl CentreWorkshop {
    /// The stages of `centre`.
    pub fn new(centre: Centre, parts: WorkshopParts) -> Result<Self, Trouble> {
        let signing = SigningStage::new(Arc::clone(&parts.signer), centre.lds_version)?;
        let anchors = TrustAnchors { country_signers: signing.country_signers().to_vec(), ..TrustAnchors::default() };
        Ok(CentreWorkshop {
            centre,
            parts,
            signing,
            anchors: Arc::new(anchors),
            verifier: PageVerifier::default(),
            times: StageTimes::default(),
            scratches: Mutex::default(),
        })
    }

    /// How long each stage takes.
    pub fn times(&self) -> &StageTimes {
        &self.times
    }

    /// What the centre issues.
    pub fn centre(&self) -> &Centre {
        &self.centre
    }

    /// An order's payload, opened.
    pub fn open(&self, order: OrderId, application: &ApplicationNumber) -> Result<Payload, Trouble> {
        open_payload(&*self.parts.store, &*self.parts.vault, order, application)
    }

    fn measure<T>(&self, stage: &'static str, work: impl FnOnce() -> T) -> T {
        self.times.measure(&*self.parts.clock, stage, work)
    }

    fn context(&self) -> ChipContext {
        ChipContext { signer: Arc::clone(&self.parts.signer), random: Arc::clone(&self.parts.random) }
    }

    fn expectation(&self, task: &TicketTask, sod: Digest, mrz: &str, files: ElementaryFiles) -> ChipExpectation {
        ChipExpectation {
            security_object: sod,
            files,
            mrz: mrz.to_owned(),
            anchors: Arc::clone(&self.anchors),
            now: UnixTime(task.at.unix_seconds()),
        }
    }

    /// The way in which a border reads: PACE (or BAC) with the MRZ, all files, chip and active authentication.
    fn read_back(&self, files: &ElementaryFiles, mrz: &MrzLines, issued: Date) -> Result<ReadBack, Trouble> {
        let information = MrzInformation::of_lines(mrz);
        let access = if self.centre.access.offer(prepare::civil(issued)?).pace {
            ReadAccess::Pace(self.centre.pace, PacePassword::mrz(&information))
        } else {
            ReadAccess::BasicAccessControl(information)
        };
        let read_back = ReadBack::new(ReadPlan::new(files, self.centre.chip_limits), access);
        let terminal = chip_authentication_terminal(files)
            .ok_or_else(|| Trouble::new(Blame::Booklet, "dg14", "DG14 announces no key of chip authentication"))?;
        Ok(read_back.with_chip_authentication(terminal))
    }

    fn with_scratch<T>(&self, work: impl FnOnce(&mut Scratch) -> T) -> T {
        let mut scratch = self.scratches.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
        let result = work(&mut scratch);
        self.scratches.lock().unwrap_or_else(PoisonError::into_inner).push(scratch);
        result
    }

    /// Opens the chip with its card access number and reads one file, so that the printed number is known to work.
    fn other_password(&self, document: &SignedDocument) -> Option<ReadBack> {
        let number = document.card_access_number.as_ref()?;
        let com = document.files.get_key_value(&FileId::COM).map(|(file, contents)| (*file, contents.clone()));
        let plan = ReadPlan::new(&com.into_iter().collect(), self.centre.chip_limits);
        Some(ReadBack::new(plan, ReadAccess::Pace(self.centre.pace, number.password())))
    }

    fn make(&self, task: &TicketTask, payload: &Payload, (portrait, page): &mut Scratch) -> Result<Ticket, Trouble> {
        let prepared = self.measure("prepare", || {
            prepare::prepare(&self.centre, &*self.parts.random, payload, &task.number, task.today, portrait)
        })?;
        // A machine waits for the slower of the two, not for both, where another worker is free.
        let (signed, layers) = rayon::join(
            || {
                let mut chip = self.measure("encode", || {
                    prepare::chip_data(&self.centre, &*self.parts.signer, payload, &prepared, task.at, portrait)
                })?;
                let signer = self.measure("sign", || self.signing.sign(&mut chip.files, task.at))?;
                Ok((chip, signer))
            },
            || self.measure("render", || render::layers(&self.centre, payload, &prepared.facts(&task.number), page)),
        );
        let ((chip, signer), layers) = (signed?, layers?);

        let document =
            SignedDocument { files: chip.files.clone(), card_access_number: prepared.card_access_number.clone() };
        let sod = digest(chip.files.get(&FileId::SOD));
        let record = TicketRecord { issued: prepared.issued, expires: prepared.expires, security_object: sod, signer };
        let plan = self.measure("ticket", || WritePlan::build(&chip, &self.centre.chip_limits));
        let plan = plan.map_err(|error| Trouble::new(Blame::Order, "chip_plan", error.to_string()))?;
        // A chip that an earlier ticket of this job may have begun to fill is emptied first.
        let plan = if task.again { plan.starting_over() } else { plan };
        let read_back = self.read_back(&document.files, &prepared.mrz, prepared.issued)?;
        let sealed = self
            .measure("seal", || self.parts.vault.seal(&task.application, &document.encode()))
            .map_err(|error| Trouble::new(Blame::Centre, "seal", error.to_string()))?;
        let other_password = self.other_password(&document);
        let expected = self.expectation(task, sod, prepared.mrz.text(), document.files);
        let (package, conversation) = match &task.recipient {
            Some(recipient) => {
                let package = package::seal(&*self.parts.signer, &*self.parts.random, task, plan, recipient)?;
                (Some(package), ChipConversation::read(self.context(), read_back, expected))
            }
            None => {
                let mut challenge = [0u8; 8];
                self.parts.random.fill(&mut challenge);
                let serial = (!task.chip.chip_serial.is_empty()).then(|| task.chip.chip_serial.clone());
                let channel = Scp03Channel::new(task.chip.key_version, challenge, SECURITY_LEVEL);
                let session = PersonalisationSession::new(plan, serial, channel);
                (None, ChipConversation::write(self.context(), session, read_back, expected))
            }
        };
        Ok(Ticket {
            record,
            document: sealed,
            layers,
            page: page_expectation(&prepared),
            package,
            conversation: Box::new(conversation.with_other_password(other_password)),
        })
    }

    fn make_again(
        &self,
        task: &TicketTask,
        signed: &TicketRecord,
        payload: &Payload,
        (portrait, page): &mut Scratch,
    ) -> Result<Ticket, Trouble> {
        let sealed = self
            .parts
            .store
            .document(task.job)
            .map_err(|error| Trouble::new(Blame::Centre, "store", error.to_string()))?
            .ok_or_else(|| Trouble::new(Blame::Booklet, "document_missing", "what was signed is not there any more"))?;
        let document = open_document(&*self.parts.vault, &task.application, &sealed)?;
        let other_password = self.other_password(&document);
        let SignedDocument { files, card_access_number } = document;
        let dates = (signed.issued, signed.expires);
        let (centre, number) = (&self.centre, &task.number);
        let prepared = prepare::prepare_again(centre, payload, number, dates, card_access_number, portrait)?;
        let layers = render::layers(centre, payload, &prepared.facts(number), page)?;
        let read_back = self.read_back(&files, &prepared.mrz, prepared.issued)?;
        let expected = self.expectation(task, signed.security_object, prepared.mrz.text(), files);
        Ok(Ticket {
            record: signed.clone(),
            document: sealed,
            layers,
            page: page_expectation(&prepared),
            package: None,
            conversation: Box::new(
                ChipConversation::read(self.context(), read_back, expected).with_other_password(other_password),
            ),
        })
    }
}

impl Workshop for CentreWorkshop {
    fn ticket(&self, task: &TicketTask) -> Result<Ticket, Trouble> {
        let payload = self.measure("open", || self.open(task.order, &task.application))?;
        self.with_scratch(|scratch| self.make(task, &payload, scratch))
    }

    fn reopen(&self, task: &TicketTask, signed: &TicketRecord) -> Result<Ticket, Trouble> {
        let payload = self.open(task.order, &task.application)?;
        self.with_scratch(|scratch| self.make_again(task, signed, &payload, scratch))
    }

    fn verify_page(&self, expected: &PageExpectation, image: &CameraImage) -> Result<(), Trouble> {
        self.measure("verify", || self.verifier.verify(expected, image))
    }
}

/// An order's payload, opened.
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

fn digest(bytes: Option<&Vec<u8>>) -> Digest {
    Digest(Sha256::digest(bytes.map_or(&[][..], Vec::as_slice)).into())
}
