//! Stages that make something recognisable of each order and can fail as told.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use persoline_domain::clock::Date;
use persoline_domain::identifiers::{Digest, OrderId};
use persoline_domain::job::TicketRecord;
use persoline_domain::personal::Personal;
use persoline_domain::seal::SealedPayload;
use persoline_stage::workshop::{
    Blame, ChipTurn, Conversation, PageExpectation, Signed, Ticket, TicketTask, Trouble, Workshop,
};
use printer_driver::{ApduScript, BookletFate, CameraImage, EncodingPackage, Layer, LayerCoding, LayerKind};

#[derive(Default)]
pub(crate) struct Stages {
    inner: Arc<Mutex<Inner>>,
    /// Whether chips make their keys themselves, before anything is signed.
    pub(crate) keys_on_chip: bool,
}

#[derive(Default)]
struct Inner {
    signed: u64,
    /// To whom each serial was given, over all hosts.
    given: BTreeMap<String, OrderId>,
    /// What the next tickets of an order end with; the last one stays.
    tickets: BTreeMap<OrderId, Vec<Blame>>,
    pages: Vec<Blame>,
    reopened: u64,
    /// So many chips from now on refuse the keys.
    chips_without_keys: u32,
    /// What the next signatures within a conversation end with, the last one first.
    signatures: Vec<Blame>,
}

impl Inner {
    /// Signs something of an order, each time something else.
    fn sign(&mut self, order: OrderId, key: &[u8]) -> [u8; 32] {
        self.signed += 1;
        let mut digest = [0; 32];
        digest[..8].copy_from_slice(&self.signed.to_be_bytes());
        digest[8..16].copy_from_slice(&order.0.to_be_bytes());
        digest[16..16 + key.len()].copy_from_slice(key);
        digest
    }
}

impl Stages {
    /// The next tickets of `order` fail so; then it goes well.
    pub(crate) fn fail_tickets(&self, order: OrderId, blames: &[Blame]) {
        self.inner.lock().unwrap().tickets.insert(order, blames.iter().rev().copied().collect());
    }
    /// The next pages are judged so; then they are right.
    pub(crate) fn fail_pages(&self, blames: &[Blame]) {
        self.inner.lock().unwrap().pages = blames.iter().rev().copied().collect();
    }
    /// The next signatures with keys that a chip has made fail so; then they go well.
    pub(crate) fn fail_signatures(&self, blames: &[Blame]) {
        self.inner.lock().unwrap().signatures = blames.iter().rev().copied().collect();
    }
    /// So many chips from now on refuse the keys.
    pub(crate) fn refuse_keys(&self, chips: u32) {
        self.inner.lock().unwrap().chips_without_keys = chips;
    }
    /// Signatures made.
    pub(crate) fn signed(&self) -> u64 {
        self.inner.lock().unwrap().signed
    }
    /// Tickets made again for a locked chip.
    pub(crate) fn reopened(&self) -> u64 {
        self.inner.lock().unwrap().reopened
    }
}

/// What is on the page of a document.
pub(crate) fn page_text(task_order: OrderId, serial: &str) -> String {
    format!("{serial} for order {task_order}")
}

fn signed(today: Date, digest: [u8; 32]) -> Signed {
    Signed {
        record: TicketRecord {
            issued: today,
            expires: Date::constant(2036, 11, 20),
            security_object: Digest(digest),
            signer: "DS-1".into(),
        },
        document: SealedPayload { wrapped_key: vec![1], ciphertext: digest.to_vec() },
    }
}

fn ticket(task: &TicketTask, digest: Option<[u8; 32]>, conversation: Box<dyn Conversation>) -> Ticket {
    let text = page_text(task.order, task.serial.as_str());
    Ticket {
        signed: digest.map(|digest| signed(task.today, digest)),
        layers: vec![Layer::new(LayerKind::Laser, LayerCoding::PngGrey, 600, (1, 1), text.as_bytes())],
        page: PageExpectation { mrz: Personal::new([text, String::new()]), card_access_number: None },
        package: None,
        conversation,
    }
}

impl Workshop for Stages {
    fn ticket(&self, task: &TicketTask) -> Result<Ticket, Trouble> {
        let mut inner = self.inner.lock().unwrap();
        let before = inner.given.insert(task.serial.0.clone(), task.order);
        assert!(before.is_none_or(|order| order == task.order), "{} was given to two orders", task.serial);
        if let Some(blame) = inner.tickets.get_mut(&task.order).and_then(Vec::pop) {
            return Err(Trouble::new(blame, "test", "as told"));
        }
        if self.keys_on_chip {
            let making = Making { inner: Arc::clone(&self.inner), task: task.clone(), then: None };
            return Ok(ticket(task, None, Box::new(making)));
        }
        let digest = inner.sign(task.order, &[]);
        if task.recipient.is_none() {
            let refuses_keys = inner.chips_without_keys > 0;
            inner.chips_without_keys = inner.chips_without_keys.saturating_sub(1);
            return Ok(ticket(task, Some(digest), Box::new(Writing { digest, refuses_keys, turn: 0 })));
        }
        let package = Some(EncodingPackage(digest.to_vec()));
        Ok(Ticket { package, ..ticket(task, Some(digest), Box::new(Reading { digest })) })
    }

    fn reopen(&self, task: &TicketTask, signed: &TicketRecord) -> Result<Ticket, Trouble> {
        self.inner.lock().unwrap().reopened += 1;
        let digest = signed.security_object.0;
        Ok(ticket(task, Some(digest), Box::new(Reading { digest })))
    }

    fn verify_page(&self, expected: &PageExpectation, image: &CameraImage) -> Result<(), Trouble> {
        if let Some(blame) = self.inner.lock().unwrap().pages.pop() {
            return Err(Trouble::new(blame, "test", "as told"));
        }
        if expected.mrz.expose()[0].as_bytes() == image.grey {
            Ok(())
        } else {
            Err(Trouble::new(Blame::Booklet, "other_page", "another page"))
        }
    }
}

fn script(commands: Vec<Vec<u8>>) -> ChipTurn {
    ChipTurn::Send(ApduScript::new(commands))
}

fn failed(fate: BookletFate, code: &str) -> ChipTurn {
    ChipTurn::Failed { fate, code: code.to_owned() }
}

fn is_read_back(answers: &[Vec<u8>], digest: &[u8]) -> bool {
    answers.last().is_some_and(|answer| *answer == [digest, &[1, 0x90, 0]].concat())
}

/// Writes, locks, reads back.
struct Writing {
    digest: [u8; 32],
    refuses_keys: bool,
    turn: u32,
}

impl Conversation for Writing {
    fn turn(&mut self, answers: Option<Vec<Vec<u8>>>) -> ChipTurn {
        self.turn += 1;
        if answers.as_ref().is_some_and(|answers| answers.iter().any(|answer| !answer.ends_with(&[0x90, 0]))) {
            return failed(BookletFate::Spoiled, "chip_refused");
        }
        match (self.turn, answers) {
            (1, None) if self.refuses_keys => failed(BookletFate::Untouched, "chip_keys"),
            (1, None) => script(vec![b"Whalf".to_vec()]),
            (2, Some(_)) => script(vec![[b"W", &self.digest[..]].concat(), b"R".to_vec()]),
            (3, Some(_)) => ChipTurn::BeforeLock,
            (4, None) => script(vec![b"L".to_vec(), b"R".to_vec()]),
            (5, Some(answers)) if is_read_back(&answers, &self.digest) => ChipTurn::Done,
            _ => failed(BookletFate::Spoiled, "chip_differs"),
        }
    }
}

/// Has the chip make its key, signs with it, then writes.
struct Making {
    inner: Arc<Mutex<Inner>>,
    task: TicketTask,
    /// What follows once something is signed.
    then: Option<Writing>,
}

impl Conversation for Making {
    fn turn(&mut self, answers: Option<Vec<Vec<u8>>>) -> ChipTurn {
        match (&mut self.then, answers) {
            (Some(writing), answers) => writing.turn(answers),
            (None, None) if self.task.again => script(vec![b"E".to_vec(), b"K".to_vec()]),
            (None, None) => script(vec![b"K".to_vec()]),
            (None, Some(answers)) => {
                let Some([key @ .., 0x90, 0]) = answers.last().map(Vec::as_slice) else {
                    return failed(BookletFate::Spoiled, "chip_refused");
                };
                let mut inner = self.inner.lock().unwrap();
                if let Some(blame) = inner.signatures.pop() {
                    return ChipTurn::Trouble(Trouble::new(blame, "test", "as told"));
                }
                let digest = inner.sign(self.task.order, key);
                self.then = Some(Writing { digest, refuses_keys: false, turn: 0 });
                ChipTurn::Signed(Box::new(signed(self.task.today, digest)))
            }
        }
    }
}

/// Reads a chip that is said to be locked.
struct Reading {
    digest: [u8; 32],
}

impl Conversation for Reading {
    fn turn(&mut self, answers: Option<Vec<Vec<u8>>>) -> ChipTurn {
        match answers {
            None => script(vec![b"R".to_vec()]),
            Some(answers) if is_read_back(&answers, &self.digest) => ChipTurn::Done,
            Some(_) => failed(BookletFate::Spoiled, "chip_not_locked"),
        }
    }
}
