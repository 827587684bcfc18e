//! Chips that make their keys themselves, spoken to by the stages: nothing is signed before the chip has keys, nothing is
//! written before what was signed is known, and an attempt that breaks off is made good by another.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use chip_profile::lds::FileId;
use mock_devices::chip::{ChipIdentity, ChipSettings, EmulatedChip, LifeCycle};
use persoline_domain::application::DocumentType;
use persoline_domain::chance::RandomSource;
use persoline_domain::clock::{Clock, Timestamp};
use persoline_domain::identifiers::{BookletSerial, DocumentNumber, JobNumber};
use persoline_domain::signer::{
    ChipSessionKeys, ChipSessionRequest, DocumentKeyPair, DocumentSignatures, DocumentToSign, KeyCurve, Reservation,
    Signer, SignerError, SigningLedger,
};
use persoline_domain::store::Store;
use persoline_stage::centre::KeyOrigin;
use persoline_stage::workshop::{Blame, ChipTurn, Conversation, Signed, TicketTask, Workshop};
use persoline_stage::{CentreWorkshop, WorkshopParts};
use persoline_store::SqliteStore;
use printer_driver::{ApduScript, BookletFate};

use super::hand::{self, Chance};
use crate::support::{Centre, sample_records};

const SERIAL: &str = "K00000001";
const CHIP: &[u8] = b"UTOCHIP-0001";

/// A signer that makes no keys for chips, counts documents, and can be out of order.
struct Counting {
    signer: persoline_keys::SoftwareSigner,
    documents: AtomicU32,
    is_broken: AtomicBool,
}

impl Signer for Counting {
    fn reserve(&self, count: u32, now: Timestamp) -> Result<Vec<Reservation>, SignerError> {
        self.signer.reserve(count, now)
    }
    fn sign(&self, reserved: Reservation, of: &[DocumentToSign<'_>]) -> Result<Vec<DocumentSignatures>, SignerError> {
        if self.is_broken.load(Ordering::Relaxed) {
            return Err(SignerError::Device("out of order".to_owned()));
        }
        self.documents.fetch_add(of.len() as u32, Ordering::Relaxed);
        self.signer.sign(reserved, of)
    }
    fn document_key_pairs(&self, _: KeyCurve, _: u32) -> Result<Vec<DocumentKeyPair>, SignerError> {
        panic!("the host makes no keys");
    }
    fn chip_session_keys(&self, chips: &[ChipSessionRequest]) -> Result<Vec<ChipSessionKeys>, SignerError> {
        self.signer.chip_session_keys(chips)
    }
    fn country_signers(&self) -> Vec<Arc<[u8]>> {
        self.signer.country_signers()
    }
}

struct Now;

impl Clock for Now {
    fn now(&self) -> Timestamp {
        Timestamp(hand::now().0 * 1000)
    }
    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }
    fn sleep(&self, _: Duration) {}
}

/// The stages of a centre with one order.
struct Bench {
    workshop: CentreWorkshop,
    signer: Arc<Counting>,
    task: TicketTask,
    chip: EmulatedChip,
    _centre: Centre,
}

fn bench() -> Bench {
    let centre = Centre::with_keys();
    centre.feed("orders.jsonl", &sample_records()[..1]).with(0, &[]);
    let keys = hand::keys(&centre);
    let store = Arc::new(SqliteStore::open(&centre.store_file()).expect("a store"));
    let random: Arc<dyn RandomSource> = Arc::new(Chance);
    let signer = Arc::new(Counting {
        signer: keys.signer(Arc::clone(&store) as Arc<dyn SigningLedger>, Arc::clone(&random)),
        documents: AtomicU32::new(0),
        is_broken: AtomicBool::new(false),
    });
    let order = store.waiting(&DocumentType::ALL, 1).expect("orders").remove(0);
    let parts = WorkshopParts {
        store,
        vault: Arc::new(keys.vault(Arc::clone(&random))),
        signer: Arc::clone(&signer) as Arc<dyn Signer>,
        random,
        clock: Arc::new(Now),
    };
    let utopia = persoline_stage::Centre { keys: KeyOrigin::OnChip, ..persoline_stage::Centre::utopia() };
    let at = Now.now();
    let task = TicketTask {
        order: order.order,
        application: order.application,
        job: JobNumber(1),
        serial: BookletSerial(SERIAL.to_owned()),
        number: DocumentNumber(SERIAL.to_owned()),
        chip: printer_driver::ChipIdentity::new(CHIP.to_vec(), 1),
        recipient: None,
        at,
        today: at.utc_date(),
        again: false,
    };
    let identity =
        ChipIdentity { chip_serial: CHIP.to_vec(), key_version: 1, transport_keys: keys.chip_transport_keys(CHIP, 1) };
    let chip = EmulatedChip::new(identity, ChipSettings::default(), 9303);
    let workshop = CentreWorkshop::new(utopia, parts).expect("stages");
    Bench { workshop, signer, task, chip, _centre: centre }
}

impl Bench {
    fn conversation(&self) -> Box<dyn Conversation> {
        let ticket = self.workshop.ticket(&self.task).expect("a ticket");
        assert_eq!(ticket.signed, None, "nothing can be signed yet");
        assert!(ticket.package.is_none() && !ticket.layers.is_empty());
        ticket.conversation
    }

    fn send(&mut self, script: &ApduScript) -> Vec<Vec<u8>> {
        if script.reset_first {
            self.chip.reset();
        }
        let mut answers = Vec::new();
        for command in &script.commands {
            answers.push(self.chip.transmit(command));
            if !answers.last().is_some_and(|answer| answer.ends_with(&[0x90, 0x00])) {
                break;
            }
        }
        answers
    }

    /// Goes on with the conversation until it is no script that comes.
    fn talk(&mut self, conversation: &mut dyn Conversation) -> ChipTurn {
        let mut turn = conversation.turn(None);
        while let ChipTurn::Send(script) = &turn {
            let answers = self.send(script);
            turn = conversation.turn(Some(answers));
        }
        turn
    }

    fn signed(&mut self, conversation: &mut dyn Conversation) -> Signed {
        match self.talk(conversation) {
            ChipTurn::Signed(signed) => *signed,
            other => panic!("{other:?}"),
        }
    }

    fn finish(&mut self, conversation: &mut dyn Conversation) {
        assert_eq!(self.talk(conversation), ChipTurn::BeforeLock);
        assert_eq!(self.talk(conversation), ChipTurn::Done);
        assert_eq!(self.chip.life_cycle(), LifeCycle::Locked);
    }
}

#[test]
fn nothing_is_signed_before_the_chip_has_its_keys_nor_written_before_it_is_signed() {
    let mut bench = bench();
    let mut conversation = bench.conversation();
    assert_eq!(bench.signer.documents.load(Ordering::Relaxed), 0);
    bench.signed(&mut *conversation);
    // The chip has keys and nothing else.
    assert_eq!(bench.chip.life_cycle(), LifeCycle::Personalising);
    assert!(FileId::ALL.into_iter().all(|file| bench.chip.contents(file).is_none()));
    bench.finish(&mut *conversation);
    assert_eq!(bench.signer.documents.load(Ordering::Relaxed), 1);
}

#[test]
fn an_attempt_that_broke_off_between_the_phases_is_made_good_by_one_more_signature() {
    let mut bench = bench();
    let mut conversation = bench.conversation();
    let lost = bench.signed(&mut *conversation);
    drop(conversation);
    // A chip that has keys makes no others, until it is emptied.
    let mut conversation = bench.conversation();
    let failed = ChipTurn::Failed { fate: BookletFate::Spoiled, code: "chip_write".to_owned() };
    assert_eq!(bench.talk(&mut *conversation), failed);
    bench.task.again = true;
    let mut conversation = bench.conversation();
    let kept = bench.signed(&mut *conversation);
    assert_ne!(lost.record.security_object, kept.record.security_object);
    bench.finish(&mut *conversation);
    assert_eq!(bench.signer.documents.load(Ordering::Relaxed), 2);
}

#[test]
fn an_attempt_that_broke_off_in_the_second_phase_is_made_good_too() {
    let mut bench = bench();
    let mut conversation = bench.conversation();
    bench.signed(&mut *conversation);
    let ChipTurn::Send(mut script) = conversation.turn(None) else { panic!("a script") };
    script.commands.truncate(script.commands.len() / 2);
    bench.send(&script);
    assert!(bench.chip.contents(FileId::DG1).is_some(), "half of it is written");
    bench.task.again = true;
    let mut conversation = bench.conversation();
    bench.signed(&mut *conversation);
    bench.finish(&mut *conversation);
}

#[test]
fn a_signer_that_fails_meanwhile_is_the_centre_s_trouble_and_costs_no_booklet() {
    let mut bench = bench();
    bench.signer.is_broken.store(true, Ordering::Relaxed);
    let mut conversation = bench.conversation();
    let ChipTurn::Trouble(trouble) = bench.talk(&mut *conversation) else { panic!("a trouble") };
    assert_eq!((trouble.blame, trouble.code.as_str()), (Blame::Centre, "signer"));
    bench.signer.is_broken.store(false, Ordering::Relaxed);
    bench.task.again = true;
    let mut conversation = bench.conversation();
    bench.signed(&mut *conversation);
    bench.finish(&mut *conversation);
}

#[test]
fn a_booklet_in_a_machine_that_encodes_by_itself_is_given_up_for_another() {
    let mut bench = bench();
    bench.task.recipient = Some(vec![4; 65]);
    let trouble = bench.workshop.ticket(&bench.task).expect_err("a trouble");
    assert_eq!((trouble.blame, trouble.code.as_str()), (Blame::Booklet, "keys_on_chip"));
}
