//! Host, store, workshop and machine in one virtual time, from one seed.

use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;

use mock_devices::liar::LiarHandle;
use persoline_dispatch::{Fleet, Health};
use persoline_domain::application::{Channel, Collection, CollectionKind, DocumentType};
use persoline_domain::booklet::{Blank, BlankKind, BookletState, Numbering};
use persoline_domain::clock::{Date, Timestamp};
use persoline_domain::deed::{Act, Deed, HoldReason, NewOrder};
use persoline_domain::identifiers::{
    Actor, BatchName, BookletSerial, Digest, DocumentNumber, JobNumber, MachineName, OrderId, PersonKey,
};
use persoline_domain::order::{OrderState, Priority};
use persoline_domain::seal::SealedPayload;
use persoline_domain::store::{OrderQuery, OrderRecord, Outcome, Store, StoreError};
use persoline_line::session::{Effect, Input, Moment, Session, SessionSettings, Step, check_booklet, list};
use persoline_stage::workshop::Workshop;
use persoline_store::SqliteStore;
use printer_driver::MachineDriver;
use std::time::Duration;

use crate::chance::Chance;
use crate::driver::Driver;
use crate::machine::{Booklet, Machine};
use crate::workshop::{Stages, page_text};

pub(crate) const MACHINE: &str = "north";
const TODAY: Date = Date::constant(2026, 11, 21);
/// Turns of the world after which nothing that is still open will ever end.
const TURNS: u64 = 20_000;

/// When the host dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Crash {
    Never,
    /// Just before the effect of this number is carried out.
    Before(u64),
    /// Just after; its answer is lost.
    After(u64),
    /// At any effect, so often in a thousand, at most so many times.
    Sometimes(u64, u32),
}

/// Something that comes back later.
enum Later {
    Commit { job: Option<JobNumber>, acts: Vec<Act> },
    Answer(Box<Input>),
}

pub(crate) struct World {
    pub(crate) seed: u64,
    pub(crate) chance: Chance,
    pub(crate) now: u64,
    pub(crate) machine: Machine,
    pub(crate) stages: Stages,
    pub(crate) session: Session,
    pub(crate) settings: SessionSettings,
    pub(crate) crash: Crash,
    pub(crate) crashes: u32,
    /// Effects carried out so far.
    pub(crate) effects: u64,
    /// Steps of all jobs under way at each crash.
    pub(crate) crashed_at: BTreeMap<Step, u64>,
    /// Why the session has halted.
    pub(crate) halted: Option<String>,
    /// What the store says to every commit of a job.
    pub(crate) store_fault: Option<StoreError>,
    /// Whether a person empties the stack and fills the feeder when needed.
    pub(crate) is_attended: bool,
    /// Codes of reports.
    pub(crate) reports: Vec<Act>,
    /// By how much the host's clock is ahead.
    pub(crate) clock_ahead: i64,
    /// What makes the driver lie.
    pub(crate) liar: Option<LiarHandle>,
    /// The host's other machines, as the session is told.
    pub(crate) fleet: Fleet,
    store: Option<SqliteStore>,
    file: PathBuf,
    _folder: tempfile::TempDir,
    later: Vec<(u64, Later)>,
    next_blank: u32,
    next_order: u32,
}

impl World {
    /// A world with so many orders and loaded blanks.
    pub(crate) fn new(seed: u64, orders: u32, blanks: u32) -> Self {
        World::with(Machine::new(seed), orders, blanks)
    }

    /// A world whose machine engraves numbers and encodes chips by itself.
    pub(crate) fn engraving(seed: u64, orders: u32, blanks: u32) -> Self {
        let world = World::without_numbers(seed, orders, blanks);
        world.person(World::numbers()).unwrap();
        world
    }

    /// The same, and the register has granted no numbers.
    pub(crate) fn without_numbers(seed: u64, orders: u32, blanks: u32) -> Self {
        let mut machine = Machine::new(seed);
        machine.engraves = true;
        World::with(machine, orders, blanks)
    }

    /// The register grants numbers.
    pub(crate) fn numbers() -> Deed {
        let number = |number: &str| DocumentNumber(number.to_owned());
        Deed::NumbersGranted { first: number("K00000001"), last: number("K00000099") }
    }

    fn with(machine: Machine, orders: u32, blanks: u32) -> Self {
        let seed = machine.chance.0;
        // In memory where the system has such a folder: what is proven here is the logic, not the disk.
        let memory = std::path::Path::new("/dev/shm");
        let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap();
        let file = folder.path().join("store.db");
        let store = SqliteStore::open(&file).unwrap();
        let settings = SessionSettings {
            retry_after: Duration::from_millis(10),
            reconnect_after: Duration::from_millis(40),
            listing_interval: Duration::from_millis(20),
            ..SessionSettings::default()
        };
        let fence = store.take_fence(&MACHINE.into()).unwrap();
        let session = Session::new(MACHINE.into(), fence, settings, (1, 1), Vec::new());
        let mut world = World {
            seed,
            chance: Chance(seed ^ 0x00C0_FFEE),
            now: 1_000,
            machine,
            stages: Stages::default(),
            session,
            settings,
            crash: Crash::Never,
            crashes: 0,
            effects: 0,
            crashed_at: BTreeMap::new(),
            halted: None,
            store_fault: None,
            is_attended: true,
            reports: Vec::new(),
            clock_ahead: 0,
            liar: None,
            fleet: Fleet::default(),
            store: Some(store),
            file,
            _folder: folder,
            later: Vec::new(),
            next_blank: 1,
            next_order: 1,
        };
        for _ in 0..orders {
            world.order();
        }
        world.load(blanks);
        world
    }

    /// The machine, as its driver gives it: perhaps lying.
    fn driver(&mut self) -> Box<dyn MachineDriver + '_> {
        let driver = Driver(&mut self.machine);
        match &self.liar {
            None => Box::new(driver),
            Some(liar) => Box::new(liar.connect(driver)),
        }
    }

    pub(crate) fn store(&self) -> &SqliteStore {
        self.store.as_ref().unwrap()
    }

    pub(crate) fn person(&self, deed: Deed) -> Result<Vec<Outcome>, StoreError> {
        let at = Timestamp(self.now.cast_signed());
        self.store().commit(vec![Act { at, actor: Actor::Person("tester".to_owned()), fence: None, deed }])
    }

    /// A new order.
    pub(crate) fn order(&mut self) -> OrderId {
        let mut digest = [0; 32];
        digest[..4].copy_from_slice(&self.next_order.to_be_bytes());
        let new = NewOrder {
            application: format!("A-{:04}", self.next_order).as_str().into(),
            digest: Digest(digest),
            person: PersonKey(Digest(digest)),
            channel: Channel::Web,
            batch: BatchName(String::new()),
            document: DocumentType::Passport32,
            priority: Priority::Normal,
            collection: Collection { place: "Harbour".to_owned(), kind: CollectionKind::Counter },
            received: Timestamp(0),
            approved: Timestamp(0),
            due: TODAY,
            payload: SealedPayload { wrapped_key: vec![1], ciphertext: vec![2] },
        };
        self.next_order += 1;
        match self.person(Deed::OrderAccepted(Box::new(new))).unwrap()[..] {
            [Outcome::Accepted { order, .. }] => order,
            ref other => panic!("{other:?}"),
        }
    }

    /// Blanks are received and loaded, in the books and in the machine.
    pub(crate) fn load(&mut self, count: u32) -> Vec<String> {
        if count == 0 {
            return Vec::new();
        }
        let numbering = if self.machine.engraves { Numbering::Engraved } else { Numbering::Perforated };
        let serials: Vec<String> = (0..count).map(|index| format!("P{:04}", self.next_blank + index)).collect();
        self.next_blank += count;
        let blanks = serials.iter().map(|serial| Blank {
            serial: serial.as_str().into(),
            chip_serial: Booklet::new(serial).chip_serial,
            key_version: 1,
            batch: "B".to_owned(),
            format: DocumentType::Passport32,
            kind: BlankKind::Production,
            carton: String::new(),
            check_value: Vec::new(),
            numbering,
        });
        let delivery = format!("D{}", self.next_blank);
        self.person(Deed::StockReceived { delivery: delivery.clone(), blanks: blanks.collect() }).unwrap();
        self.person(Deed::StockStored { delivery, cartons: Vec::new(), counted: count }).unwrap();
        let texts = serials.iter().map(|serial| BookletSerial(serial.clone())).collect();
        self.person(Deed::StockLoaded { machine: MACHINE.into(), serials: texts }).unwrap();
        self.machine.fill(serials.iter().map(|serial| Booklet::new(serial)).collect());
        serials
    }

    pub(crate) fn orders(&self) -> Vec<OrderRecord> {
        self.store().orders(&OrderQuery { limit: 1000, ..OrderQuery::default() }).unwrap()
    }

    pub(crate) fn record(&self, order: OrderId) -> OrderRecord {
        self.store().order(order).unwrap().unwrap()
    }

    pub(crate) fn booklet(&self, serial: &str) -> BookletState {
        self.store().booklet(&serial.into()).unwrap().unwrap().state
    }

    fn moment(&self) -> Moment {
        Moment { at: Timestamp(self.now.cast_signed() + self.clock_ahead), today: TODAY }
    }

    /// A person's word to the session.
    pub(crate) fn input(&mut self, input: Input) {
        self.handle(VecDeque::from([input]));
    }

    /// Runs until every order is finished or held and the session has nothing left to do.
    pub(crate) fn run(&mut self) {
        self.run_until("every order ends", |world| {
            // A host that has just started learns what lies in the machine when it attaches.
            world.session.is_linked()
                && world.session.is_idle()
                && world.later.is_empty()
                && world
                    .orders()
                    .iter()
                    .all(|order| matches!(order.state, OrderState::Finished | OrderState::Held | OrderState::Cancelled))
        });
    }

    /// Runs until something is so; panics when it never is.
    pub(crate) fn run_until(&mut self, what: &str, mut is_so: impl FnMut(&World) -> bool) {
        for _ in 0..TURNS {
            if is_so(self) {
                return;
            }
            assert!(self.halted.is_none(), "seed {}: halted: {:?}", self.seed, self.halted);
            self.turn();
        }
        let steps: Vec<_> = self.session.steps().map(|(job, _, step)| (job, step)).collect();
        let orders: Vec<_> = self.orders().iter().map(|order| (order.order, order.state, order.remakes)).collect();
        panic!(
            "seed {} {:?}: stuck before {what}: idle {:?}, {:?}, machine {:?}, steps {steps:?}, orders {orders:?}, {} left, inside {:?}",
            self.seed,
            self.crash,
            self.session.idle_reason(),
            self.session.host_alarms().collect::<Vec<_>>(),
            self.machine.state,
            self.machine.feeder.len(),
            self.machine.inside.keys().collect::<Vec<_>>()
        );
    }

    /// Runs for so many milliseconds.
    pub(crate) fn run_for(&mut self, milliseconds: u64) {
        let end = self.now + milliseconds;
        while self.now < end && self.halted.is_none() {
            self.turn();
        }
    }

    /// Time goes on to the next thing that happens, and it happens.
    pub(crate) fn turn(&mut self) {
        let next = self.machine.advance(self.now);
        let answer = self.later.iter().map(|(due, _)| *due).min();
        let soonest = [next, answer].into_iter().flatten().min().unwrap_or(u64::MAX);
        self.now = soonest.clamp(self.now + 1, self.now + 10);
        self.machine.advance(self.now);
        if self.is_attended {
            self.attend();
        }
        let mut inputs = VecDeque::from([Input::Tick]);
        let mut index = 0;
        while index < self.later.len() {
            if self.later[index].0 > self.now {
                index += 1;
                continue;
            }
            match self.later.swap_remove(index).1 {
                Later::Answer(input) => inputs.push_back(*input),
                Later::Commit { job, acts } => inputs.extend(self.commit(job, acts)),
            }
        }
        if self.session.is_linked() {
            let cursor = self.session.cursor();
            inputs.push_back(Input::Events(self.driver().events(cursor, Duration::ZERO)));
        }
        self.handle(inputs);
    }

    /// A person looks after stack and feeder now and then.
    fn attend(&mut self) {
        if self.machine.good.len() >= self.machine.good_capacity && self.chance.per_mille(50) {
            self.machine.empty_stack();
        }
        if self.session.health() == Health::Barred && self.session.is_paused() && self.chance.per_mille(50) {
            self.person(Deed::MachineResumed { machine: MACHINE.into() }).unwrap();
        }
        if self.machine.feeder.is_empty() && self.chance.per_mille(50) {
            self.load(4);
        }
    }

    fn commit(&mut self, job: Option<JobNumber>, acts: Vec<Act>) -> Option<Input> {
        let result = match (&self.store_fault, job) {
            (Some(fault), Some(_)) => Err(fault.clone()),
            _ => self.store().commit(acts),
        };
        job.map(|job| Input::Committed { job, result })
    }

    /// As the executor does it: driver calls are answered at once and in order, the rest comes later.
    fn handle(&mut self, mut inputs: VecDeque<Input>) {
        while let Some(input) = inputs.pop_front() {
            for effect in self.session.step(input, self.moment()) {
                self.effects += 1;
                let (before, after) = match self.crash {
                    Crash::Never => (false, false),
                    Crash::Before(number) => (number == self.effects, false),
                    Crash::After(number) => (false, number == self.effects),
                    Crash::Sometimes(rate, most) if self.crashes < most => {
                        (self.chance.per_mille(rate), self.chance.per_mille(rate))
                    }
                    Crash::Sometimes(..) => (false, false),
                };
                if before {
                    return self.die();
                }
                let answer = self.carry_out(effect, after);
                if after {
                    return self.die();
                }
                inputs.extend(answer);
                if self.halted.is_some() {
                    return;
                }
            }
        }
    }

    fn carry_out(&mut self, effect: Effect, at_once: bool) -> Option<Input> {
        let later = match effect {
            Effect::Attach(token) => {
                let mut driver = self.driver();
                let answer =
                    driver.attach(token).and_then(|attached| Ok((attached, driver.describe()?, driver.snapshot()?)));
                return Some(Input::Attached(answer.map(Box::new)));
            }
            Effect::Submit(command) => {
                return Some(Input::Submitted { key: command.key, result: self.driver().submit(&command) });
            }
            Effect::AskJournal(key) => return Some(Input::Journal { key, result: self.driver().journal(key) }),
            Effect::FetchImage { job, image } => {
                return Some(Input::Image { job, result: self.driver().image(image) });
            }
            Effect::ListWaiting { documents, limit } => {
                return Some(Input::Waiting(list(
                    self.store(),
                    &MACHINE.into(),
                    &documents,
                    limit,
                    self.fleet.clone(),
                )));
            }
            Effect::AskBooklet { job, serial } => {
                return Some(Input::Booklet { job, result: check_booklet(self.store(), job, &serial) });
            }
            Effect::TakeFence => return Some(Input::Fence(self.store().take_fence(&MACHINE.into()))),
            Effect::AskStop(job) => {
                let result = self.store().job(job).map(|record| record.is_none_or(|record| record.stop_requested));
                return Some(Input::Stop { job, result });
            }
            Effect::Halt(why) => {
                self.halted = Some(why);
                return None;
            }
            Effect::Commit { job, acts } => Later::Commit { job: Some(job), acts },
            Effect::Report(act) => {
                self.reports.push(act.clone());
                Later::Commit { job: None, acts: vec![act] }
            }
            Effect::Ticket { task, signed } => {
                let job = task.job;
                let result = match &signed {
                    None => self.stages.ticket(&task),
                    Some(record) => self.stages.reopen(&task, record),
                };
                Later::Answer(Box::new(Input::Ticketed { job, result: result.map(Box::new) }))
            }
            Effect::TurnChip { job, mut conversation, answers } => {
                let turn = conversation.turn(answers);
                Later::Answer(Box::new(Input::ChipTurned { job, conversation, turn }))
            }
            Effect::VerifyPage { job, expected, image } => {
                let result = self.stages.verify_page(&expected, &image);
                Later::Answer(Box::new(Input::PageVerified { job, result }))
            }
        };
        match later {
            Later::Commit { job, acts } if at_once => drop(self.commit(job, acts)),
            later => self.later.push((self.now + self.chance.below(12), later)),
        }
        None
    }

    /// The host is killed and started again; store and machine stay.
    pub(crate) fn die(&mut self) {
        self.crashes += 1;
        for (_, _, step) in self.session.steps() {
            *self.crashed_at.entry(step).or_default() += 1;
        }
        // What was handed to the store may still get there, or not.
        for (_, later) in std::mem::take(&mut self.later) {
            if let Later::Commit { job, acts } = later
                && self.chance.per_mille(500)
            {
                self.commit(job, acts);
            }
        }
        self.now += self.chance.below(60);
        self.start_host();
    }

    /// A host takes control.
    pub(crate) fn start_host(&mut self) {
        drop(self.store.take());
        self.store = Some(SqliteStore::open(&self.file).unwrap());
        let machine = MachineName::from(MACHINE);
        let fence = self.store().take_fence(&machine).unwrap();
        let open = self.store().open_jobs(&machine).unwrap();
        let first = self.store().highest_job().unwrap().0 + 1;
        self.halted = None;
        self.session = Session::new(machine, fence, self.settings, (first, 1), open);
    }

    /// Everything that must hold when all is at rest and every booklet is in the books.
    pub(crate) fn check(&mut self) {
        self.check_orders_only();
        self.check_what_is_not_out();
    }

    /// What must hold of orders and documents.
    pub(crate) fn check_orders_only(&mut self) {
        let context = format!("seed {} {:?}", self.seed, self.crash);
        let books = self.store().reconcile().unwrap();
        assert_eq!(books.difference(), 0, "{context}: {books:?}");
        for state in [BookletState::Bound, BookletState::InWork, BookletState::Unknown, BookletState::Reserved] {
            assert_eq!(books.count(state), 0, "{context}: {state:?}");
        }
        assert!(self.machine.inside.is_empty(), "{context}: left inside: {:?}", self.machine.inside.keys());
        let out: Vec<&Booklet> = self.machine.taken.iter().chain(&self.machine.good).collect();
        let mut good_of: BTreeMap<OrderId, u32> = BTreeMap::new();
        // Physical truth: what lies on the good stack is a finished document, or a person looks for it.
        for booklet in &out {
            let record = self.store().booklet(&booklet.serial.as_str().into()).unwrap().unwrap();
            let order = record.order.unwrap();
            *good_of.entry(order).or_default() += 1;
            match record.state {
                BookletState::Good => {
                    assert!(!self.machine.told_unknown.contains(&booklet.serial), "{context}: a guess");
                    let ticket = self.record(order).job.and_then(|job| self.store().job(job).unwrap()?.ticket).unwrap();
                    assert!(booklet.is_locked, "{context}: a chip that is open");
                    assert_eq!(booklet.content, ticket.security_object.0, "{context}: not what was signed last");
                    if self.stages.keys_on_chip {
                        assert!(!booklet.key.is_empty(), "{context}: a chip without a key of its own");
                        assert_eq!(booklet.content[16..24], booklet.key, "{context}: signed for another key");
                    }
                    let number = self.record(order).number.map(|number| number.0);
                    assert_eq!(booklet.number, number.filter(|_| self.machine.engraves), "{context}: another number");
                    assert_eq!(booklet.marks, [page_text(order, &booklet.serial).into_bytes()], "{context}");
                }
                BookletState::Quarantined => assert_eq!(self.record(order).state, OrderState::Held, "{context}"),
                other => panic!("{context}: {} is out and {other:?}", booklet.serial),
            }
        }
        assert!(good_of.values().all(|count| *count == 1), "{context}: two documents of one order");
        for order in self.orders() {
            match order.state {
                OrderState::Finished => {
                    let serial = order.serial.unwrap();
                    assert_eq!(self.booklet(serial.as_str()), BookletState::Good, "{context}");
                    assert!(out.iter().any(|booklet| booklet.serial == serial.0), "{context}: {serial} is nowhere");
                }
                OrderState::Held => assert!(order.hold.is_some()),
                OrderState::Cancelled => {}
                other => panic!("{context}: order {} is {other:?}", order.order),
            }
        }
        assert_eq!(books.count(BookletState::Good) as usize, {
            self.orders().iter().filter(|order| order.state == OrderState::Finished).count()
        });
    }

    /// What must hold of booklets that did not become documents.
    fn check_what_is_not_out(&mut self) {
        let context = format!("seed {} {:?}", self.seed, self.crash);
        let elsewhere = self.machine.rejected.iter().chain(&self.machine.by_hand).chain(&self.machine.feeder);
        for booklet in elsewhere {
            let state = self.booklet(&booklet.serial);
            assert_ne!(state, BookletState::Good, "{context}: {}", booklet.serial);
            let is_right = booklet.marks.len() <= 1 || state == BookletState::Quarantined;
            assert!(is_right, "{context}: {} is marked twice", booklet.serial);
            if booklet.is_locked || !booklet.marks.is_empty() {
                let written_off = matches!(state, BookletState::Spoiled | BookletState::Quarantined);
                assert!(written_off, "{context}: {} is {state:?}", booklet.serial);
            }
        }
        for serial in &self.machine.told_unknown {
            assert_eq!(self.booklet(serial), BookletState::Quarantined, "{context}: {serial}");
        }
        // Every event that was written makes sense again from the beginning.
        drop(self.store.take());
        SqliteStore::rebuild(&self.file).unwrap_or_else(|error| panic!("{context}: {error}"));
        self.store = Some(SqliteStore::open(&self.file).unwrap());
    }

    /// How many orders are held for a reason.
    pub(crate) fn held(&self, reason: HoldReason) -> usize {
        self.orders().iter().filter(|order| order.hold == Some(reason)).count()
    }
}
