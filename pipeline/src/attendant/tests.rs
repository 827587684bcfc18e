use std::sync::Mutex;

use persoline_keys::{CeremonyRequest, Passphrase, PassphraseCost, ceremony};
use persoline_store::DirectStore;
use printer_driver::{ControlMode, Feeder, Mode, Snapshot};

use super::*;
use crate::machines::Takes;
use crate::panel::Panel;
use crate::system::{SystemClock, SystemRandom};

/// A panel that can be silent and whose feeder can be shut.
#[derive(Default)]
struct Shutter {
    is_silent: AtomicBool,
    is_shut: AtomicBool,
    inside: Mutex<Vec<String>>,
}

impl Panel for Shutter {
    fn takes(&self) -> Option<Takes> {
        let feeders = vec![(FeederId(1), DocumentType::Passport32)];
        let is_heard = !self.is_silent.load(Ordering::Relaxed);
        is_heard.then_some(Takes { feeders, numbering: Numbering::Perforated })
    }
    fn look(&self) -> Option<Snapshot> {
        let mut snapshot = Snapshot::new(State::Execute, Mode::Production, ControlMode::Remote);
        let remaining = u32::try_from(self.inside.lock().unwrap().len()).unwrap();
        let format = printer_driver::Format("passport-32".to_owned());
        snapshot.feeders = vec![Feeder::new(FeederId(1)).with_load(format, None, remaining)];
        Some(snapshot)
    }
    fn load(&self, _: FeederId, blanks: &[&Blank], _: &KeyStore) -> bool {
        let is_open = !self.is_shut.load(Ordering::Relaxed);
        if is_open {
            self.inside.lock().unwrap().extend(blanks.iter().map(|blank| blank.serial.0.clone()));
        }
        is_open
    }
    fn has_held(&self, serial: &str) -> bool {
        self.inside.lock().unwrap().iter().any(|inside| inside == serial)
    }
    fn empty(&self, _: Stack) -> Option<Vec<String>> {
        None
    }
    fn refill(&self, _: &str) {}
    fn clear_jam(&self) {}
    fn press(&self, _: ControlCommand) {}
    fn memory_failure(&self) -> Option<String> {
        None
    }
    fn is_busy(&self) -> bool {
        false
    }
}

fn blank(number: u32) -> Blank {
    Blank {
        serial: BookletSerial(format!("K{number:08}")),
        chip_serial: number.to_be_bytes().to_vec(),
        key_version: 1,
        batch: "B".to_owned(),
        format: DocumentType::Passport32,
        kind: BlankKind::Production,
        carton: "C".to_owned(),
        check_value: Vec::new(),
        numbering: Numbering::Perforated,
    }
}

fn keys(folder: &std::path::Path) -> KeyStore {
    let passphrase = Passphrase::new("for trials only".to_owned());
    let cost = PassphraseCost { memory: 8, iterations: 1, lanes: 1 };
    let request = CeremonyRequest { cost, ..CeremonyRequest::specimen() };
    let place = folder.join("keys");
    ceremony(&request, &passphrase, SystemClock::new().now(), &SystemRandom, &place).unwrap();
    KeyStore::open(&place, &passphrase, "UTO").unwrap()
}

#[test]
fn a_feeder_that_takes_nothing_does_not_empty_the_vault_into_the_books() {
    let folder = tempfile::tempdir().unwrap();
    let panel = Arc::new(Shutter::default());
    let attended = Attended::new(&"north".into(), Arc::clone(&panel) as Arc<dyn Panel>);
    let store = Arc::new(DirectStore::in_memory().unwrap());
    let parts = AttendantParts {
        store: Arc::clone(&store) as Arc<dyn Store>,
        clock: Arc::new(SystemClock::new()),
        keys: Arc::new(keys(folder.path())),
        machines: vec![attended.clone()],
    };
    let blanks: Vec<Blank> = (0..300).map(blank).collect();
    parts.commit(Deed::StockReceived { delivery: "D".to_owned(), blanks }).unwrap();
    parts.commit(Deed::StockStored { delivery: "D".to_owned(), cartons: Vec::new(), counted: 300 }).unwrap();
    let loaded = || store.booklets(BookletState::Loaded, None, None, 999).unwrap().len();

    panel.is_silent.store(true, Ordering::Relaxed);
    parts.prepare().unwrap();
    parts.round(&attended).unwrap();
    assert_eq!(loaded(), 0, "what a silent machine takes is not known");
    panel.is_silent.store(false, Ordering::Relaxed);

    panel.is_shut.store(true, Ordering::Relaxed);
    for _ in 0..5 {
        parts.round(&attended).unwrap();
    }
    assert_eq!(loaded(), FILL_WITH);
    panel.is_shut.store(false, Ordering::Relaxed);
    parts.round(&attended).unwrap();
    assert_eq!((loaded(), panel.inside.lock().unwrap().len()), (FILL_WITH, FILL_WITH), "the same ones lie in it now");
}
