//! A small centre: a store in a folder of its own, and short words for deeds.

use std::path::{Path, PathBuf};

use persoline_domain::application::{Channel, Collection, CollectionKind, DocumentType};
use persoline_domain::booklet::{Blank, BlankKind, BookletState, Numbering, QuarantineDecision};
use persoline_domain::clock::{Date, Timestamp};
use persoline_domain::deed::{Act, Deed, HoldReason, NewOrder};
use persoline_domain::identifiers::{
    Actor, BatchName, BookletSerial, Digest, Fence, JobNumber, MachineName, OrderId, PersonKey, Sequence,
};
use persoline_domain::job::TicketRecord;
use persoline_domain::order::{OrderState, Priority};
use persoline_domain::policy::CentrePolicy;
use persoline_domain::seal::SealedPayload;
use persoline_domain::store::{OutboxKind, Outcome, Refusal, Store, StoreError};
use persoline_store::SqliteStore;
use rusqlite::Connection;

pub(crate) const NORTH: &str = "north";
pub(crate) const SOUTH: &str = "south";

/// A store and its folder.
pub(crate) struct Centre {
    pub(crate) store: SqliteStore,
    pub(crate) fence: Fence,
    pub(crate) folder: tempfile::TempDir,
}

impl Centre {
    /// An empty store, with control of the machine north.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&folder.path().join("store.db")).unwrap();
        let fence = store.take_fence(&NORTH.into()).unwrap();
        Centre { store, fence, folder }
    }
    /// With `blanks` of 32 pages loaded in north: `P0001`, `P0002`, …
    pub(crate) fn with_blanks(blanks: u32) -> Self {
        let centre = Centre::new();
        let serials: Vec<String> = (1..=blanks).map(|number| format!("P{number:04}")).collect();
        centre.stock("D1", serials.iter().map(|serial| blank(serial)).collect());
        centre.done(load(NORTH, &serials.iter().map(String::as_str).collect::<Vec<_>>()));
        centre
    }
    /// Receives a delivery and counts it into the vault.
    pub(crate) fn stock(&self, delivery: &str, blanks: Vec<Blank>) {
        let counted = u32::try_from(blanks.len()).unwrap();
        self.done(receive(delivery, blanks));
        self.done(store(delivery, counted));
    }
    pub(crate) fn file(&self) -> PathBuf {
        self.store.file().to_owned()
    }
    pub(crate) fn place(&self) -> &Path {
        self.folder.path()
    }
    /// Closes the store; the folder stays.
    pub(crate) fn close(self) -> (PathBuf, tempfile::TempDir) {
        let file = self.file();
        drop(self.store);
        (file, self.folder)
    }
    /// A connection as a stranger would open it.
    pub(crate) fn stranger(&self) -> Connection {
        Connection::open(self.file()).unwrap()
    }
    pub(crate) fn act(&self, deed: Deed) -> Act {
        act(deed, self.fence)
    }
    pub(crate) fn try_deeds(&self, deeds: Vec<Deed>) -> Result<Vec<Outcome>, StoreError> {
        self.store.commit(deeds.into_iter().map(|deed| self.act(deed)).collect())
    }
    pub(crate) fn try_deed(&self, deed: Deed) -> Result<Outcome, Refusal> {
        match self.try_deeds(vec![deed]) {
            Ok(outcomes) => Ok(outcomes[0].clone()),
            Err(StoreError::Refused { index: 0, refusal }) => Err(refusal),
            Err(error) => panic!("{error}"),
        }
    }
    /// A deed by a person.
    pub(crate) fn by(&self, person: &str, deed: Deed) -> Result<Outcome, Refusal> {
        let actor = Actor::Person(person.to_owned());
        match self.store.commit(vec![Act { actor, fence: None, ..self.act(deed) }]) {
            Ok(outcomes) => Ok(outcomes[0].clone()),
            Err(StoreError::Refused { index: 0, refusal }) => Err(refusal),
            Err(error) => panic!("{error}"),
        }
    }
    /// Takes order `number` with job and booklet of the same number to its end.
    pub(crate) fn make(&self, number: u32) -> OrderId {
        let order = self.order(number);
        self.bring(order, u64::from(number), &format!("P{number:04}"), OrderState::Finished);
        order
    }
    pub(crate) fn set(&self, policy: CentrePolicy) {
        self.done(Deed::PolicySet { policy });
    }
    /// Kind, serial and reason of every report.
    pub(crate) fn reports(&self) -> Vec<(OutboxKind, String, String)> {
        let entries = self.store.outbox(Sequence(0), 999).unwrap();
        entries.into_iter().map(|entry| (entry.kind, entry.serial.0, entry.reason)).collect()
    }
    pub(crate) fn done(&self, deed: Deed) {
        let shown = format!("{deed:?}");
        self.try_deed(deed).unwrap_or_else(|refusal| panic!("{shown}: {refusal}"));
    }
    /// Accepts an order of a person of its own.
    pub(crate) fn order(&self, number: u32) -> OrderId {
        match self.try_deed(accept(new_order(number))).unwrap() {
            Outcome::Accepted { order, held: false } => order,
            other => panic!("{other:?}"),
        }
    }
    pub(crate) fn state(&self, order: OrderId) -> OrderState {
        self.store.order(order).unwrap().unwrap().state
    }
    pub(crate) fn hold(&self, order: OrderId) -> Option<HoldReason> {
        self.store.order(order).unwrap().unwrap().hold
    }
    pub(crate) fn booklet(&self, serial: &str) -> BookletState {
        self.store.booklet(&serial.into()).unwrap().unwrap().state
    }
    /// Takes an order to a phase of a job, with the booklet `serial`.
    pub(crate) fn bring(&self, order: OrderId, job: u64, serial: &str, to: OrderState) {
        self.done(dispatch(order, job));
        if to == OrderState::Dispatched {
            return;
        }
        self.done(bind(job, serial));
        if to == OrderState::Bound {
            return;
        }
        self.done(ticket(job));
        if to == OrderState::Ticketed {
            return;
        }
        self.done(Deed::Locking { job: JobNumber(job) });
        self.done(Deed::Marking { job: JobNumber(job) });
        self.done(Deed::Verified { job: JobNumber(job) });
        self.done(finish(job));
    }
    /// Every counter against a recount by SQL, and the books against what was received.
    pub(crate) fn check_counters(&self) {
        let stranger = self.stranger();
        let recount = |sql: &str| -> u64 { stranger.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap() as u64 };
        let counts = self.store.counts().unwrap();
        for state in OrderState::ALL {
            let sql = format!("SELECT count(*) FROM production_order WHERE state = '{}'", state.name());
            assert_eq!(counts.count(state), recount(&sql), "{state:?}");
        }
        let mut by_due = stranger
            .prepare(
                "SELECT due, count(*) FROM production_order WHERE state NOT IN ('finished', 'cancelled')
                 GROUP BY due ORDER BY due",
            )
            .unwrap();
        let by_due: Vec<(Date, u64)> = by_due
            .query_map([], |row| Ok((row.get::<_, String>(0)?.parse().unwrap(), row.get::<_, i64>(1)? as u64)))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        assert_eq!(counts.open_by_due, by_due);
        assert_eq!(
            counts.spoiled,
            recount(
                "SELECT count(*) FROM event WHERE kind IN ('spoiled', 'blank_spoiled', 'document_rejected')
                 OR json_extract(body, '$.decision') = 'spoil' OR json_extract(body, '$.approved') = 0",
            ),
            "spoiled"
        );
        let late = recount(
            "SELECT count(*) FROM event JOIN production_order ON id = order_id
             WHERE kind = 'finished' AND json_extract(body, '$.on') > due",
        );
        assert_eq!(counts.late, late, "late");
        let books = self.store.reconcile().unwrap();
        assert_eq!(books.difference(), 0, "{books:?}");
        assert_eq!(books.received, recount("SELECT count FROM tally WHERE name = 'received'"));
        assert_eq!(books.received, recount("SELECT count(*) FROM booklet"));
    }
}

pub(crate) fn act(deed: Deed, fence: Fence) -> Act {
    Act { at: Timestamp(1_795_000_000_000), actor: Actor::Line, fence: Some(fence), deed }
}

pub(crate) fn new_order(number: u32) -> NewOrder {
    let mut digest = [0; 32];
    digest[..4].copy_from_slice(&number.to_be_bytes());
    NewOrder {
        application: format!("A-{number:05}").as_str().into(),
        digest: Digest(digest),
        person: PersonKey(Digest(digest)),
        channel: Channel::ALL[number as usize % Channel::ALL.len()],
        batch: BatchName(String::new()),
        document: DocumentType::Passport32,
        priority: Priority::Normal,
        collection: Collection { place: "Harbour".to_owned(), kind: CollectionKind::Kiosk },
        received: Timestamp(1_794_000_000_000),
        approved: Timestamp(1_794_100_000_000),
        due: Date::constant(2026, 11, 27),
        payload: sealed(number as u8),
    }
}

pub(crate) fn sealed(byte: u8) -> SealedPayload {
    SealedPayload { wrapped_key: vec![byte; 4], ciphertext: vec![byte; 9] }
}

pub(crate) fn accept(new: NewOrder) -> Deed {
    Deed::OrderAccepted(Box::new(new))
}

pub(crate) fn blank(serial: &str) -> Blank {
    Blank {
        serial: serial.into(),
        chip_serial: chip_of(serial),
        key_version: 3,
        batch: "B7".to_owned(),
        format: DocumentType::Passport32,
        kind: BlankKind::Production,
        carton: String::new(),
        check_value: Vec::new(),
        numbering: Numbering::Perforated,
    }
}

pub(crate) fn chip_of(serial: &str) -> Vec<u8> {
    format!("chip {serial}").into_bytes()
}

pub(crate) fn receive(delivery: &str, blanks: Vec<Blank>) -> Deed {
    Deed::StockReceived { delivery: delivery.to_owned(), blanks }
}

pub(crate) fn store(delivery: &str, counted: u32) -> Deed {
    Deed::StockStored { delivery: delivery.to_owned(), cartons: Vec::new(), counted }
}

pub(crate) fn serials(texts: &[&str]) -> Vec<BookletSerial> {
    texts.iter().map(|text| BookletSerial::from(*text)).collect()
}

pub(crate) fn load(machine: &str, texts: &[&str]) -> Deed {
    Deed::StockLoaded { machine: machine.into(), serials: serials(texts) }
}

pub(crate) fn unload(machine: &str, texts: &[&str]) -> Deed {
    Deed::StockUnloaded { machine: machine.into(), serials: serials(texts) }
}

pub(crate) fn dispatch(order: OrderId, job: u64) -> Deed {
    Deed::Dispatched { order, job: JobNumber(job), machine: MachineName::from(NORTH) }
}

pub(crate) fn bind(job: u64, serial: &str) -> Deed {
    Deed::Bound { job: JobNumber(job), serial: serial.into(), chip_serial: chip_of(serial) }
}

pub(crate) fn ticket(job: u64) -> Deed {
    Deed::Ticketed {
        job: JobNumber(job),
        ticket: TicketRecord {
            issued: Date::constant(2026, 11, 21),
            expires: Date::constant(2036, 11, 20),
            security_object: Digest([job as u8; 32]),
            signer: "DS-1".into(),
        },
        document: sealed(job as u8),
    }
}

pub(crate) fn finish(job: u64) -> Deed {
    Deed::Finished { job: JobNumber(job), on: Date::constant(2026, 11, 21) }
}

pub(crate) fn spoil(job: u64) -> Deed {
    Deed::Spoiled { job: JobNumber(job), reason: "chip_mute".to_owned() }
}

pub(crate) fn doubt(job: u64) -> Deed {
    Deed::Doubtful { job: JobNumber(job), reason: "power_lost".to_owned() }
}

pub(crate) fn abandon(job: u64) -> Deed {
    Deed::Abandoned { job: JobNumber(job), reason: "machine_dead".to_owned() }
}

pub(crate) fn withdraw(job: u64) -> Deed {
    Deed::Withdrawn { job: JobNumber(job), reason: "misfeed".to_owned() }
}

pub(crate) fn hold(order: OrderId) -> Deed {
    Deed::OrderHeld { order, reason: HoldReason::Person }
}

pub(crate) fn missing(serial: &str) -> Deed {
    Deed::BookletMissing { serial: serial.into(), reason: "not_counted".to_owned() }
}

pub(crate) fn decide(serial: &str, decision: QuarantineDecision) -> Deed {
    Deed::QuarantineDecided { serial: serial.into(), decision, reason: "looked_at".to_owned() }
}

pub(crate) fn inspect(serial: &str, approved: bool) -> Deed {
    Deed::InspectionDecided { serial: serial.into(), approved, reason: "looked_at".to_owned() }
}

pub(crate) fn reject(serial: &str) -> Deed {
    Deed::DocumentRejected { serial: serial.into(), reason: "smudged".to_owned() }
}
