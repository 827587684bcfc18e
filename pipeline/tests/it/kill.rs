//! The program is killed at every named step of a document, and carries on.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use mock_devices::machine::{FolderMemory, MachineSettings, MemoryKey, MockMachine, restore_emulated_chip};
use mock_devices::time::ScaledClock;
use persoline_domain::booklet::BookletState;
use persoline_domain::deed::HoldReason;
use persoline_domain::identifiers::Sequence;
use persoline_domain::order::OrderState;
use persoline_domain::store::{OrderQuery, OrderRecord, Store};
use persoline_keys::{KeyStore, Passphrase};
use persoline_store::SqliteStore;
use printer_driver::Stack;
use serde_json::Value;

use crate::support::{Centre, PASSPHRASE, check_books, events, sample_records, wait_for};

/// The steps by the names that the event log gives them, in an order in which each follows from what a kill at the one
/// before it leaves. A chip that was about to be locked and was not is found spoiled by the next run.
const STEPS: [&str; 9] =
    ["stock_loaded", "dispatched", "bound", "ticketed", "locking", "spoiled", "marking", "verified", "finished"];
/// How often each step is hit.
const PASSES: u64 = 3;
/// Machine time per second. A page takes a quarter of a second then, so kills fall into the work of the machine too.
const SCALE: &str = "100";
/// Orders that are fed at once, whenever nothing is left to be killed at.
const FED_AT_ONCE: usize = 12;
/// Blanks of each kind that do not fill a feeder, so that the next delivery is loaded at once.
const FEW: u32 = 4;
/// Blanks of each kind for all that follows.
const MANY: u32 = 150;
/// Faults of every kind in a million chances, for runs in which booklets shall be spoiled.
const FAULTS: &str = "30000";

/// Where a kill fell.
struct Fall {
    step: &'static str,
    delay: Duration,
    /// Orders on machines by state, as the store has them afterwards.
    found: String,
}

struct Trial {
    centre: Centre,
    waiting: std::vec::IntoIter<Value>,
    fed: u64,
    falls: Vec<Fall>,
}

#[test]
fn killed_at_every_step_of_a_document_it_carries_on() {
    let waiting = one_for_each_person().into_iter();
    let mut trial = Trial { centre: Centre::with_blanks(FEW, FEW), waiting, fed: 0, falls: Vec::new() };
    trial.feed();
    for (index, step) in STEPS.into_iter().enumerate() {
        for pass in 0..PASSES {
            if step == "stock_loaded" {
                trial.centre.receive(FEW, FEW);
            }
            // The first kill of a step falls as soon as the step stands in the log, the others into what follows it.
            let delay = Duration::from_millis(pass * (7 + 11 * index as u64));
            // Every other run finds chips that an earlier one began in the other way.
            let keys = if pass % 2 == 0 { "injected" } else { "on_chip" };
            trial.centre.set(|settings| settings["chip"]["keys"] = keys.into());
            trial.kill_at(step, delay);
            check_books(&trial.centre.store(), trial.fed);
        }
        if step == "stock_loaded" {
            trial.centre.receive(MANY, MANY);
        }
    }
    print_table(&trial.falls);
    trial.centre.run(&["run", "--scale", "1000"]).with(0, &["done: nothing waits", "difference 0"]);

    let store = trial.centre.store();
    check_books(&store, trial.fed);
    let orders = all_orders(&store);
    assert_eq!(orders.len() as u64, trial.fed);
    check_ends(&store, &orders);
    let finished = orders.iter().filter(|order| order.state == OrderState::Finished).count();
    let doubtful = orders.iter().filter(|order| order.hold == Some(HoldReason::Doubt)).count();
    let held = orders.len() - finished;
    println!("{} orders fed, {finished} finished, {held} held, {doubtful} of them in doubt", trial.fed);
    drop(store);

    physical_stack_is_what_the_books_say(&trial.centre);
    trial.centre.run(&["stock", "reconcile"]).with(0, &["difference 0"]);
    let before = contents(&trial.centre.store_file());
    trial.centre.run(&["store", "rebuild"]).with(0, &["the chain holds"]);
    assert_eq!(contents(&trial.centre.store_file()), before, "a rebuild changes nothing");
}

impl Trial {
    fn feed(&mut self) {
        let records: Vec<Value> = self.waiting.by_ref().take(FED_AT_ONCE).collect();
        assert!(!records.is_empty(), "the sample set is used up");
        self.centre.feed("orders.jsonl", &records).with(0, &["(0 held)"]);
        self.fed += records.len() as u64;
    }

    /// Runs the line and kills it `delay` after an event of this kind stands in the log.
    fn kill_at(&mut self, step: &'static str, delay: Duration) {
        loop {
            let store = self.centre.store();
            let begin = store.newest_events(1).expect("events").first().map_or(Sequence(0), |event| event.sequence);
            let faults = if step == "spoiled" { FAULTS } else { "0" };
            let mut running = self.centre.start(&["run", "--scale", SCALE, "--faults", faults]);
            let mut seen = begin;
            let reached = wait_for(&mut running, || {
                let news = events(&store, seen);
                seen = news.last().map_or(seen, |event| event.sequence);
                news.iter().any(|event| event.kind == step).then_some(())
            });
            // The next run shall find the store as a dead program left it, not held open by this one.
            drop(store);
            if reached.is_some() && !running.has_ended() {
                std::thread::sleep(delay);
                let ended = running.kill();
                if ended.code.is_none() {
                    let store = self.centre.store();
                    self.falls.push(Fall { step, delay, found: on_machines(&store) });
                    return;
                }
            } else {
                let ended = running.wait();
                assert!(matches!(ended.code, Some(0)), "{ended:#?}");
            }
            self.feed();
        }
    }
}

/// Every order has ended: finished with the one good booklet of its own, or held with a reason that its timeline bears out.
fn check_ends(store: &SqliteStore, orders: &[OrderRecord]) {
    let good = store.booklets(BookletState::Good, None, None, 100_000).expect("booklets");
    let mut finished = 0;
    for order in orders {
        let kinds: Vec<String> = store.timeline(order.order).expect("events").into_iter().map(|e| e.kind).collect();
        let count = |kind: &str| kinds.iter().filter(|known| *known == kind).count();
        let owned: Vec<_> = good.iter().filter(|record| record.order == Some(order.order)).collect();
        match order.state {
            OrderState::Finished => {
                finished += 1;
                assert_eq!(owned.len(), 1, "{} {kinds:?}", order.application);
                assert_eq!(Some(&owned[0].blank.serial), order.serial.as_ref());
                assert_eq!((count("finished"), count("order_accepted")), (1, 1), "{} {kinds:?}", order.application);
            }
            OrderState::Held => {
                assert!(owned.is_empty(), "{} {kinds:?}", order.application);
                match order.hold {
                    Some(HoldReason::Doubt) => assert!(count("doubtful") > 0, "{} {kinds:?}", order.application),
                    Some(HoldReason::TooManyRemakes) => assert!(order.remakes > 4, "{} {kinds:?}", order.application),
                    other => panic!("{} is held because of {other:?}: {kinds:?}", order.application),
                }
            }
            other => panic!("{} is {}: {kinds:?}", order.application, other.name()),
        }
    }
    assert_eq!(good.len(), finished);
}

/// The machines' own memories, read without the line: what lies on their good stacks is what the store calls good.
fn physical_stack_is_what_the_books_say(centre: &Centre) {
    let keys = KeyStore::open(&centre.data.join("keys"), &Passphrase::new(PASSPHRASE.to_owned()), "UTO").expect("keys");
    let key = MemoryKey(*keys.derived_key("memory of emulated machines"));
    let mut lying = BTreeSet::new();
    for machine in ["north", "south"] {
        let memory = FolderMemory::open(centre.data.join("machines").join(machine), &key).expect("a memory");
        let settings = MachineSettings::line_300("physical count", restore_emulated_chip);
        let clock = Arc::new(ScaledClock::start(100_000));
        let mock = MockMachine::start(settings, clock, Box::new(memory), 1).expect("a machine");
        for booklet in mock.handle().empty_stack(Stack::Good).expect("a stack") {
            assert!(lying.insert(booklet.serial.clone()), "{} lies in two machines", booklet.serial);
        }
    }
    let good = centre.store().booklets(BookletState::Good, None, None, 100_000).expect("booklets");
    let good: BTreeSet<String> = good.into_iter().map(|record| record.blank.serial.0).collect();
    assert_eq!(lying, good);
}

#[test]
fn killed_during_intake_every_record_is_taken_once() {
    let centre = Centre::with_keys();
    let records = sample_records();
    let file = centre.write_records("orders.jsonl", &records);
    let all = records.len() as u64;
    let mut falls = Vec::new();
    for least in [0, 1, all / 2] {
        let mut running = centre.start(&["intake", "--unsigned", &file]);
        let taken =
            |centre: &Centre| SqliteStore::open_read_only(&centre.store_file()).map(|s| accepted(&s)).unwrap_or(0);
        let reached = wait_for(&mut running, || (taken(&centre) >= least).then_some(()));
        assert!(reached.is_some());
        running.kill();
        falls.push(taken(&centre));
    }
    println!("killed during intake with {falls:?} of {all} records taken");
    assert!(falls.windows(2).all(|pair| pair[0] <= pair[1]), "{falls:?}");
    let answer = centre.run(&["intake", "--unsigned", &file, "--json"]).with(0, &[]).json();
    let number = |field: &str| answer[0][field].as_u64().expect("a number");
    assert_eq!(number("accepted") + number("unchanged"), all, "{answer}");
    assert_eq!(number("unchanged"), *falls.last().expect("three kills"), "{answer}");
    let store = centre.store();
    check_books(&store, all);
    for record in &records {
        let application = record["application_number"].as_str().expect("a number");
        assert!(store.order_of(&application.into()).expect("orders").is_some(), "{application} is lost");
    }
    drop(store);
    let again = centre.run(&["intake", "--unsigned", &file, "--json"]).with(0, &[]).json();
    assert_eq!(again[0]["unchanged"].as_u64(), Some(all));
}

#[test]
fn asked_to_end_it_ends_orderly_and_the_next_run_goes_on() {
    let centre = Centre::with_blanks(20, 20);
    let mut records = one_for_each_person();
    records.truncate(8);
    centre.feed("orders.jsonl", &records).with(0, &[]);
    for (signal, step) in [("INT", "bound"), ("TERM", "marking")] {
        let store = centre.store();
        let begin = store.newest_events(1).expect("events").first().map_or(Sequence(0), |event| event.sequence);
        let mut running = centre.start(&["run", "--stay", "--scale", SCALE]);
        wait_for(&mut running, || events(&store, begin).iter().any(|event| event.kind == step).then_some(()))
            .expect("the step is reached");
        running.signal(signal);
        running.wait().with(0, &["interrupted: what was under way is taken up by the next run"]);
        check_books(&store, 8);
    }
    centre.run(&["run", "--scale", "1000"]).with(0, &["done: nothing waits"]);
    let store = centre.store();
    check_books(&store, 8);
    check_ends(&store, &all_orders(&store));
    assert_eq!(store.counts().expect("counts").count(OrderState::Finished), 8);
}

#[test]
fn whoever_hangs_up_does_not_end_a_run() {
    let centre = Centre::with_blanks(4, 4);
    let store = centre.store();
    let mut running = centre.start(&["run", "--stay", "--scale", "1000"]);
    let has_begun = || events(&store, Sequence(0)).iter().any(|event| event.kind == "stock_loaded").then_some(());
    wait_for(&mut running, has_begun).expect("it runs");
    // What the system sends when a machine, a browser or the register closes a connection that is being written to.
    running.signal("PIPE");
    centre.feed("orders.jsonl", &one_for_each_person()[..1]).with(0, &["(0 held)"]);
    let is_finished = || (store.counts().expect("counts").count(OrderState::Finished) == 1).then_some(());
    wait_for(&mut running, is_finished).expect("it goes on");
    running.signal("INT");
    running.wait().with(0, &[]);
}

/// Samples without second orders of one person, which would be held.
fn one_for_each_person() -> Vec<Value> {
    let mut seen = BTreeSet::new();
    let mut records = sample_records();
    records.retain(|record| {
        let person = [&record["identity_number"], &record["names"], &record["date_of_birth"]].map(Value::to_string);
        seen.insert(person[0].clone()) | (record["identity_number"].is_null() && seen.insert(person[1..].concat()))
    });
    records
}

fn accepted(store: &SqliteStore) -> u64 {
    store.counts().map(|counts| counts.by_state.iter().map(|(_, count)| count).sum()).unwrap_or(0)
}

fn all_orders(store: &SqliteStore) -> Vec<OrderRecord> {
    store.orders(&OrderQuery { limit: 10_000, ..OrderQuery::default() }).expect("orders")
}

fn on_machines(store: &SqliteStore) -> String {
    let open = ["north", "south"].map(|machine| store.open_jobs(&machine.into()).expect("jobs"));
    let mut phases: BTreeMap<_, usize> = BTreeMap::new();
    for job in open.iter().flatten() {
        *phases.entry(job.phase).or_default() += 1;
    }
    let phases: Vec<String> = phases.iter().map(|(phase, count)| format!("{count} {}", phase.name())).collect();
    if phases.is_empty() { "nothing".to_owned() } else { phases.join(", ") }
}

fn print_table(falls: &[Fall]) {
    println!("{:<14} {:>8}  left on machines", "killed after", "later by");
    for step in STEPS {
        for fall in falls.iter().filter(|fall| fall.step == step) {
            println!("{step:<14} {:>5} ms  {}", fall.delay.as_millis(), fall.found);
        }
    }
    for step in STEPS {
        let kills = falls.iter().filter(|fall| fall.step == step).count() as u64;
        println!("{step:<14} {kills} kills");
        assert!(kills >= PASSES, "{step} was not hit often enough");
    }
}

/// Every row of every table of a SQLite file, as text.
fn contents(file: &Path) -> BTreeMap<String, Vec<String>> {
    let connection =
        rusqlite::Connection::open_with_flags(file, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY).expect("a store");
    let names: Vec<String> = connection
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        .and_then(|mut statement| statement.query_map([], |row| row.get(0))?.collect())
        .expect("tables");
    let rows = |table: &str| -> rusqlite::Result<Vec<String>> {
        let mut statement = connection.prepare(&format!("SELECT * FROM \"{table}\""))?;
        let columns = statement.column_count();
        let text = |row: &rusqlite::Row<'_>| {
            (0..columns).map(|at| Ok(format!("{:?}", row.get_ref(at)?))).collect::<rusqlite::Result<Vec<_>>>()
        };
        let mut rows: Vec<String> =
            statement.query_map([], text)?.map(|row| Ok(row?.join("|"))).collect::<rusqlite::Result<_>>()?;
        rows.sort();
        Ok(rows)
    };
    names.into_iter().map(|name| (name.clone(), rows(&name).expect("rows"))).collect()
}
