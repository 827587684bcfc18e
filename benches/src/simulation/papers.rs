//! Stages that cost next to nothing: data signed with a hash, a page of one row of pixels.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use persoline_domain::clock::Date;
use persoline_domain::identifiers::{ApplicationNumber, Digest};
use persoline_domain::job::TicketRecord;
use persoline_domain::personal::Personal;
use persoline_domain::seal::SealedPayload;
use persoline_stage::workshop::{
    Blame, ChipTurn, Conversation, PageExpectation, Signed, Ticket, TicketTask, Trouble, Workshop,
};
use printer_driver::{ApduScript, BookletFate, CameraImage, Layer, LayerCoding, LayerKind};
use sha2::{Digest as _, Sha256};

use super::dice::Dice;

/// The stages.
pub struct Papers {
    inner: Arc<Mutex<Inner>>,
    /// Whether chips make their keys themselves, before anything is signed.
    keys_on_chip: bool,
}

struct Inner {
    dice: Dice,
    /// How often in a thousand a step fails, while there are faults.
    trouble: u64,
    /// Signatures so far: no two are alike.
    signed: u64,
    reached: BTreeMap<&'static str, u64>,
}

impl Papers {
    /// Stages whose troubles follow from a seed, so many in a thousand; with every third seed chips make their own keys.
    pub fn new(seed: u64, trouble: u64) -> Self {
        let dice = Dice::new(seed, "workshop");
        let inner = Inner { dice, trouble, signed: 0, reached: BTreeMap::new() };
        Papers { inner: Arc::new(Mutex::new(inner)), keys_on_chip: seed % 3 == 1 }
    }

    /// From now on everything goes well.
    pub fn calm(&self) {
        self.lock().trouble = 0;
    }

    /// Troubles that came, by name.
    pub fn reached(&self) -> BTreeMap<&'static str, u64> {
        self.lock().reached.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        lock(&self.inner)
    }
}

fn lock(inner: &Mutex<Inner>) -> MutexGuard<'_, Inner> {
    inner.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Inner {
    fn fails(&mut self, name: &'static str, part: u64) -> bool {
        let rate = self.trouble;
        let fails = self.dice.below(1000 * 10) < rate * part;
        if fails {
            *self.reached.entry(name).or_default() += 1;
        }
        fails
    }

    /// Signs a document with a hash; the chip's key is in it, where the chip has made one.
    fn sign(&mut self, task: &TicketTask, key: &[u8]) -> [u8; 32] {
        self.signed += 1;
        Sha256::new()
            .chain_update(page_text(&task.application, task.serial.as_str(), number_of(task)))
            .chain_update(self.signed.to_be_bytes())
            .chain_update(key)
            .finalize()
            .into()
    }
}

fn number_of(task: &TicketTask) -> &str {
    task.number.as_str()
}

/// What is marked on the page of a document.
pub fn page_text(application: &ApplicationNumber, serial: &str, number: &str) -> String {
    format!("{application} {serial} {number}")
}

/// A page as a layer: its text as one row of pixels.
pub fn page_layer(kind: LayerKind, text: &str) -> Layer {
    let width = u32::try_from(text.len()).unwrap_or(1).max(1);
    let mut bytes = Vec::with_capacity(128);
    let mut encoder = png::Encoder::new(&mut bytes, width, 1);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::NoCompression);
    // Writing to memory fails only for a picture of no size; then no machine will take the layer.
    let _ = encoder.write_header().and_then(|mut writer| writer.write_image_data(text.as_bytes()));
    Layer::new(kind, LayerCoding::PngGrey, 600, (width, 1), bytes)
}

impl Workshop for Papers {
    fn ticket(&self, task: &TicketTask) -> Result<Ticket, Trouble> {
        let mut inner = self.lock();
        if inner.fails("workshop: trouble of the centre", 5) {
            return Err(Trouble::new(Blame::Centre, "simulated_centre", "as drawn"));
        }
        if inner.fails("workshop: trouble with the booklet", 2) {
            return Err(Trouble::new(Blame::Booklet, "simulated_booklet", "as drawn"));
        }
        if inner.fails("workshop: trouble with the order", 2) {
            return Err(Trouble::new(Blame::Order, "simulated_order", "as drawn"));
        }
        if self.keys_on_chip {
            let making = Making { inner: Arc::clone(&self.inner), task: task.clone(), then: None };
            return Ok(ticket(task, None, Box::new(making)));
        }
        let digest = inner.sign(task, &[]);
        Ok(ticket(task, Some(sealed(digest, task.today)), Box::new(Writing { digest, turn: 0 })))
    }

    fn reopen(&self, task: &TicketTask, signed: &TicketRecord) -> Result<Ticket, Trouble> {
        if self.lock().fails("workshop: trouble of the centre", 5) {
            return Err(Trouble::new(Blame::Centre, "simulated_centre", "as drawn"));
        }
        let digest = signed.security_object.0;
        Ok(ticket(task, Some(sealed(digest, signed.issued)), Box::new(Reading { digest })))
    }

    fn verify_page(&self, expected: &PageExpectation, image: &CameraImage) -> Result<(), Trouble> {
        if self.lock().fails("workshop: trouble of the centre", 5) {
            return Err(Trouble::new(Blame::Centre, "simulated_centre", "as drawn"));
        }
        let [text, _] = expected.mrz.expose();
        if image.grey == text.as_bytes() {
            Ok(())
        } else {
            Err(Trouble::new(Blame::Booklet, "simulated_page", "the picture shows another page"))
        }
    }
}

fn sealed(digest: [u8; 32], issued: Date) -> Signed {
    Signed {
        record: TicketRecord {
            issued,
            expires: issued.saturating_add(jiff::Span::new().years(10)),
            security_object: Digest(digest),
            signer: "DS-1".into(),
        },
        document: SealedPayload { wrapped_key: vec![1], ciphertext: digest.to_vec() },
    }
}

fn ticket(task: &TicketTask, signed: Option<Signed>, conversation: Box<dyn Conversation>) -> Ticket {
    let text = page_text(&task.application, task.serial.as_str(), number_of(task));
    Ticket {
        signed,
        layers: vec![page_layer(LayerKind::Laser, &text), page_layer(LayerKind::Observation, &text)],
        page: PageExpectation { mrz: Personal::new([text, String::new()]), card_access_number: None },
        package: None,
        conversation,
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
    turn: u32,
}

impl Conversation for Writing {
    fn turn(&mut self, answers: Option<Vec<Vec<u8>>>) -> ChipTurn {
        self.turn += 1;
        if answers.as_ref().is_some_and(|answers| answers.iter().any(|answer| !answer.ends_with(&[0x90, 0]))) {
            return failed(BookletFate::Spoiled, "simulated_chip");
        }
        match (self.turn, answers) {
            (1, None) => script(vec![b"WRIThalf".to_vec()]),
            (2, Some(_)) => script(vec![[b"WRIT", &self.digest[..]].concat(), b"READ".to_vec()]),
            (3, Some(_)) => ChipTurn::BeforeLock,
            (4, None) => script(vec![b"LOCK".to_vec(), b"READ".to_vec()]),
            (5, Some(answers)) if is_read_back(&answers, &self.digest) => ChipTurn::Done,
            _ => failed(BookletFate::Spoiled, "simulated_chip"),
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
        let key = match (&mut self.then, &answers) {
            (Some(writing), _) => return writing.turn(answers),
            (None, None) if self.task.again => return script(vec![b"EMPT".to_vec(), b"MAKE".to_vec()]),
            (None, None) => return script(vec![b"MAKE".to_vec()]),
            (None, Some(answers)) => match answers.last().map(Vec::as_slice) {
                Some([key @ .., 0x90, 0]) => key,
                _ => return failed(BookletFate::Spoiled, "simulated_chip"),
            },
        };
        let mut inner = lock(&self.inner);
        if inner.fails("workshop: trouble of the centre", 5) {
            return ChipTurn::Trouble(Trouble::new(Blame::Centre, "simulated_centre", "as drawn"));
        }
        let digest = inner.sign(&self.task, key);
        self.then = Some(Writing { digest, turn: 0 });
        ChipTurn::Signed(Box::new(sealed(digest, self.task.today)))
    }
}

/// Reads a chip that is said to be locked.
struct Reading {
    digest: [u8; 32],
}

impl Conversation for Reading {
    fn turn(&mut self, answers: Option<Vec<Vec<u8>>>) -> ChipTurn {
        match answers {
            None => script(vec![b"READ".to_vec()]),
            Some(answers) if is_read_back(&answers, &self.digest) => ChipTurn::Done,
            Some(_) => failed(BookletFate::Spoiled, "simulated_unlocked"),
        }
    }
}
