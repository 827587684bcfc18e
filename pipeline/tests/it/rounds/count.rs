//! The count: what physically is, held against the books; and the table of what people had to look at.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use mock_devices::machine::Place;
use persoline_domain::booklet::BookletState;
use persoline_domain::identifiers::{JobNumber, MachineName, Sequence};
use persoline_domain::order::OrderState;
use persoline_domain::store::{EventRecord, OutboxKind, Store};
use printer_driver::Stack;

use super::World;
use super::border::Truth;
use crate::support::{check_books, events};

/// How often feeders are counted before a difference is believed: the attendant may be filling them.
const RECOUNTS: u32 = 100;
/// Between two counts.
const RECOUNT_AFTER: Duration = Duration::from_millis(200);

impl World {
    /// Every order is finished, every booklet is where the books say, and each good document passes the border.
    pub(super) fn count(&mut self) {
        let store = self.store();
        check_books(&store, self.fed as u64);
        let finished = store.counts().expect("counts").count(OrderState::Finished);
        assert_eq!(finished, self.fed as u64, "an order is lost");
        drop(store);
        self.count_feeders();
        self.count_good();
    }

    /// What lies in feeders is what the books say. What a machine missed while it was dead is put in later.
    fn count_feeders(&mut self) {
        let mut differences = Vec::new();
        for _ in 0..RECOUNTS {
            differences = self.differences_of_feeders();
            if differences.is_empty() {
                return;
            }
            std::thread::sleep(RECOUNT_AFTER);
        }
        panic!("feeders are not what the books say: {differences:#?}");
    }

    fn differences_of_feeders(&mut self) -> Vec<String> {
        let store = self.store();
        let mut differences = Vec::new();
        for machine in &mut self.machines {
            let books = store.booklets(BookletState::Loaded, Some(&machine.machine_name()), None, 100_000);
            let books: BTreeSet<String> =
                books.expect("booklets").into_iter().map(|record| record.blank.serial.0).collect();
            let lying = machine.places().into_iter().filter(|(_, place)| matches!(place, Place::Feeder(_)));
            let lying: BTreeSet<String> = lying.map(|(serial, _)| serial).collect();
            differences.extend(books.symmetric_difference(&lying).map(|serial| format!("{}: {serial}", machine.name)));
        }
        differences
    }

    /// The good documents of the books are the documents that a border accepts, one for each order.
    fn count_good(&mut self) {
        let good = self.store().booklets(BookletState::Good, None, None, 100_000).expect("booklets");
        for record in &good {
            let serial = &record.blank.serial.0;
            assert_eq!(self.truth(serial), Some((Truth::Accepted, Some(Stack::Good))), "{serial} counts as good");
        }
        assert_eq!(good.len(), self.fed);
    }

    /// The end: the program is let finish by itself, and the whole log is gone through.
    pub(super) fn end(&mut self) {
        let newest = self.newest();
        self.kill_host(newest);
        self.centre.run(&["run", "--scale", super::SCALE]).with(0, &["done: nothing waits", "difference 0"]);
        self.centre.run(&["report", "once"]).with(0, &[]);
        self.check_reports();
        self.check_bindings();
        self.tell_losses();
        self.centre.run(&["stock", "reconcile"]).with(0, &["difference 0"]);
        self.centre.run(&["store", "rebuild"]).with(0, &["the chain holds"]);
        println!("{} orders, all finished", self.fed);
        assert!(self.faults.is_empty(), "{} faults: {:#?}", self.faults.len(), self.faults);
    }

    /// The register's file has every report once, in the outbox's order.
    fn check_reports(&self) {
        let told: Vec<String> =
            self.centre.reports().iter().map(|report| report["key"].as_str().expect("a key").to_owned()).collect();
        let outbox = self.store().outbox(Sequence(0), 100_000).expect("the outbox");
        let keys: Vec<String> = outbox.into_iter().map(|entry| entry.key).collect();
        assert_eq!(told, keys);
        println!("{} reports, each once", told.len());
    }

    /// No serial and no number twice, on the books or on pages; each remake replaces the booklet before it.
    fn check_bindings(&mut self) {
        let mut numbers = BTreeSet::new();
        let mut last = BTreeMap::new();
        let mut marked = 0;
        for event in events(&self.store(), Sequence(0)).into_iter().filter(|event| event.kind == "bound") {
            let serial = event.serial.expect("a binding names a serial").0;
            let record = self.record(&serial);
            let number = record.number.as_ref().expect("a number").0.clone();
            assert!(numbers.insert(number.clone()), "{number} is given twice");
            let before = last.insert(event.order, serial.clone());
            assert_eq!(record.replaces.map(|serial| serial.0), before, "{serial} replaces another");
            let found = self.machines.iter_mut().find_map(|machine| machine.look(&serial)).expect("a booklet");
            assert!(found.times_marked <= 1, "{serial} is marked twice");
            marked += found.times_marked;
            if let Some(engraved) = found.number {
                assert_eq!(engraved, number, "{serial} bears another number");
            }
        }
        println!("{} bindings, {marked} pages marked", numbers.len());
    }

    /// Tells what became in truth of every booklet that was given up, and what had befallen it.
    fn tell_losses(&mut self) {
        let all = events(&self.store(), Sequence(0));
        let outbox = self.store().outbox(Sequence(0), 100_000).expect("the outbox");
        let mut table: BTreeMap<String, u32> = BTreeMap::new();
        let lost = |event: &&EventRecord| ["doubtful", "spoiled", "abandoned"].contains(&event.kind.as_str());
        for event in all.iter().filter(lost) {
            let job = event.job.expect("a job");
            // A job may be given up before it has a booklet.
            let Some(serial) = event.serial.clone() else {
                *table.entry(format!("{:<9} {:<24} without a booklet", event.kind, event.detail)).or_default() += 1;
                continue;
            };
            let (truth, stack) = self.truth(&serial.0).unwrap_or_else(|| panic!("{serial} is gone"));
            let blow =
                self.begun.iter().rev().find(|(begin, _)| *begin < event.sequence).map_or("none", |(_, b)| b.name());
            let line = format!(
                "{:<9} {:<24} in truth {truth:?} on {stack:?}, in a round of: {blow}",
                event.kind, event.detail
            );
            *table.entry(line.clone()).or_default() += 1;
            let since = dispatched(&all, job);
            let fell = |kills: &[Sequence]| kills.iter().any(|at| *at >= since && *at < event.sequence);
            let machine = self.machines.iter().find(|m| Some(m.machine_name()) == self.machine_of(&all, job));
            let (machine_fell, host_fell) = (machine.is_some_and(|m| fell(&m.killed_at)), fell(&self.host_killed_at));
            // A machine that lived knows what it did, and its journal says so.
            if event.kind == "doubtful" && !machine_fell {
                self.faults.push(format!("the host could have known: {serial} job {job}: {line}"));
            }
            if !machine_fell && !host_fell {
                self.faults.push(format!("lost without a kill: {serial} job {job}: {line}"));
            }
            let is_told = outbox.iter().any(|e| e.serial == serial && e.kind == OutboxKind::SpoiledAfterEncoding);
            if !is_told && truth > Truth::Written {
                self.faults.push(format!("{serial} holds a signed document and the register does not know: {line}"));
            }
        }
        for (line, count) in table {
            println!("{count:>4} {line}");
        }
        let mut others: BTreeMap<(String, String), u32> = BTreeMap::new();
        let unbound = |event: &&EventRecord| {
            ["withdrawn", "blank_spoiled", "blank_quarantined", "quarantine_decided"].contains(&event.kind.as_str())
        };
        for event in all.iter().filter(unbound) {
            *others.entry((event.kind.clone(), event.detail.clone())).or_default() += 1;
        }
        println!("{others:?}");
    }

    fn machine_of(&self, all: &[EventRecord], job: JobNumber) -> Option<MachineName> {
        all.iter().find(|event| event.kind == "dispatched" && event.job == Some(job))?.machine.clone()
    }
}

/// Where a job began in the log.
fn dispatched(all: &[EventRecord], job: JobNumber) -> Sequence {
    let begin = all.iter().find(|event| event.kind == "dispatched" && event.job == Some(job));
    begin.map_or(Sequence(0), |event| event.sequence)
}
