//! A store with booklets that are reported missing, and time that does not really pass.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use persoline_domain::application::DocumentType;
use persoline_domain::booklet::{Blank, BlankKind, Numbering};
use persoline_domain::chance::RandomSource;
use persoline_domain::clock::{Clock, Timestamp};
use persoline_domain::deed::{Act, Deed};
use persoline_domain::identifiers::{Actor, Sequence};
use persoline_domain::store::Store;
use persoline_report::OutboxParts;
use persoline_store::SqliteStore;

/// What the outbox works with, on a store in `folder`.
pub(crate) fn parts(folder: &Path) -> OutboxParts {
    OutboxParts {
        store: Arc::new(SqliteStore::open(&folder.join("store.sqlite")).unwrap()),
        clock: Arc::new(QuickClock::oversleeping(1)),
        random: Arc::new(NoChance),
        issuing_state: "UTO".to_owned(),
    }
}

/// Receives `count` blanks as a delivery and reports each missing; answers the keys of the reports in their order.
pub(crate) fn lose_blanks(store: &dyn Store, delivery: &str, count: u32) -> Vec<String> {
    let before = newest(store);
    let serial = |number: u32| format!("{delivery}{number:04}");
    let blanks = (0..count).map(|number| Blank {
        serial: serial(number).as_str().into(),
        chip_serial: format!("chip of {}", serial(number)).into_bytes(),
        key_version: 1,
        batch: "B1".to_owned(),
        format: DocumentType::Passport32,
        kind: BlankKind::Production,
        carton: String::new(),
        check_value: Vec::new(),
        numbering: Numbering::Perforated,
    });
    commit(store, Deed::StockReceived { delivery: delivery.to_owned(), blanks: blanks.collect() });
    for number in 0..count {
        commit(
            store,
            Deed::BookletMissing { serial: serial(number).as_str().into(), reason: "not_counted".to_owned() },
        );
    }
    store.outbox(before, 10_000).unwrap().into_iter().map(|entry| entry.key).collect()
}

/// The position of the newest report.
pub(crate) fn newest(store: &dyn Store) -> Sequence {
    store.outbox(Sequence(0), 10_000).unwrap().last().map_or(Sequence(0), |entry| entry.sequence)
}

fn commit(store: &dyn Store, deed: Deed) {
    let actor = Actor::Person("somebody".to_owned());
    store.commit(vec![Act { at: Timestamp(1_795_000_000_000), actor, fence: None, deed }]).unwrap();
}

/// A clock on which every wait is over almost at once.
pub(crate) struct QuickClock {
    elapsed: AtomicU64,
    /// How many times as long as asked for every sleep is.
    times: u64,
}

impl QuickClock {
    pub(crate) fn oversleeping(times: u64) -> Self {
        QuickClock { elapsed: AtomicU64::new(0), times }
    }
}

impl Clock for QuickClock {
    fn now(&self) -> Timestamp {
        Timestamp(1_795_000_000_000)
    }
    fn elapsed(&self) -> Duration {
        Duration::from_millis(self.elapsed.load(Ordering::Relaxed))
    }
    fn sleep(&self, duration: Duration) {
        self.elapsed.fetch_add(duration.as_millis() as u64 * self.times, Ordering::Relaxed);
        std::thread::sleep(duration.min(Duration::from_millis(1)));
    }
}

/// A clock that stands: no wait ends by itself.
pub(crate) struct HeldClock;

impl Clock for HeldClock {
    fn now(&self) -> Timestamp {
        Timestamp(1_795_000_000_000)
    }
    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }
    fn sleep(&self, _duration: Duration) {
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Chance that is always the same.
pub(crate) struct NoChance;

impl RandomSource for NoChance {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(0);
    }
}
