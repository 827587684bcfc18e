//! The promises of the design, held against what physically lies there, what the books say and what the register heard.

use std::collections::{BTreeMap, BTreeSet};

use mock_devices::machine::{MockBooklet, Place};
use persoline_domain::booklet::BookletState;
use persoline_domain::identifiers::{ApplicationNumber, BookletSerial, Sequence};
use persoline_domain::order::OrderState;
use persoline_domain::store::{BookletRecord, OrderRecord, OutboxKind, Store as _};
use printer_driver::Stack;

use super::house::Seen;
use super::world::World;

/// A document that a border would accept, and where it lies.
struct Document {
    serial: String,
    seen: Seen,
    /// Whether it lies where documents lie that go to their holders.
    is_out: bool,
    marks: u32,
}

impl World<'_> {
    /// Everything that must hold at the end.
    pub(in crate::simulation) fn judge(&mut self) {
        self.check_books();
        self.check_reports();
        self.check_documents();
        self.check_remakes();
        self.check_doubts();
        for order in self.lost_orders() {
            self.violated("1", format!("order {order} was accepted and is lost"));
        }
        self.check_lateness();
    }

    /// Every blank is in one state, and the sum is what was received.
    pub(in crate::simulation) fn check_books(&mut self) {
        match self.truth.reconcile() {
            Ok(books) if books.difference() == 0 => {}
            other => self.violated("2", format!("the books do not add up: {other:?}")),
        }
    }

    /// What lies on each pile, and in each feeder, is what the books say of each single booklet.
    pub(in crate::simulation) fn check_piles(&mut self) {
        let mut found: Vec<(String, BookletState)> = Vec::new();
        for (state, pile) in self.house.piles() {
            found.extend(pile.iter().map(|booklet| (booklet.serial.clone(), state)));
        }
        for site in &self.sites {
            let places = site.handle.places().into_iter();
            let loaded = places.filter(|(_, place)| matches!(place, Place::Feeder(_)));
            found.extend(loaded.map(|(serial, _)| (serial, BookletState::Loaded)));
        }
        for (serial, state) in found.into_iter().filter(|(serial, _)| !serial.starts_with('X')) {
            let booked = self.record(&serial).map(|record| record.state);
            if booked != Some(state) {
                self.violated(
                    "2",
                    format!("booklet {serial} lies where {state:?} ones lie, and the books say {booked:?}"),
                );
            }
        }
    }

    fn record(&self, serial: &str) -> Option<BookletRecord> {
        self.truth.booklet(&BookletSerial(serial.to_owned())).ok().flatten()
    }

    /// Each receiver has seen each result exactly once, in order.
    fn check_reports(&mut self) {
        let entries = self.truth.outbox(Sequence(0), 10_000).unwrap_or_default();
        let expected: Vec<(Sequence, String)> =
            entries.iter().map(|entry| (entry.sequence, entry.key.clone())).collect();
        let mut faults = Vec::new();
        for register in &self.registers {
            let seen: Vec<(Sequence, String)> =
                register.seen.iter().map(|(sequence, key, _)| (*sequence, key.clone())).collect();
            if seen != expected {
                let twice = seen.len() - seen.iter().collect::<BTreeSet<_>>().len();
                faults.push(format!(
                    "{} has seen {} reports of {}, {twice} of them twice",
                    register.name,
                    seen.len(),
                    expected.len()
                ));
            }
        }
        let keys: BTreeSet<&String> = entries.iter().map(|entry| &entry.key).collect();
        if keys.len() != entries.len() {
            faults.push("two reports have one key".to_owned());
        }
        for fault in faults {
            self.violated("report", fault);
        }
    }

    /// The register's last word on each booklet.
    fn last_words(&self) -> BTreeMap<String, OutboxKind> {
        let seen = self.registers.last().map(|register| &register.seen);
        seen.into_iter().flatten().map(|(_, _, entry)| (entry.serial.0.clone(), entry.kind)).collect()
    }

    /// Every booklet that a border would accept by what it shows.
    fn documents(&self) -> Vec<Document> {
        let mut documents = Vec::new();
        let mut look = |booklet: &MockBooklet, is_out: bool| {
            if let Some(seen) = self.at_border(booklet) {
                let marks = booklet.times_marked;
                documents.push(Document { serial: booklet.serial.clone(), seen, is_out, marks });
            }
        };
        let out = [&self.house.good, &self.house.packed, &self.house.handed_over];
        let serials: BTreeSet<&str> = out.into_iter().flatten().map(|booklet| booklet.serial.as_str()).collect();
        for booklet in self.house.all() {
            look(booklet, serials.contains(booklet.serial.as_str()));
        }
        for site in &self.sites {
            for (serial, _) in site.handle.places() {
                let _ = site.handle.look(&serial, |booklet, place| look(booklet, place == Place::Stack(Stack::Good)));
            }
        }
        documents
    }

    fn check_documents(&mut self) {
        let documents = self.documents();
        let words = self.last_words();
        let mut good: BTreeMap<ApplicationNumber, Vec<&Document>> = BTreeMap::new();
        let mut numbers: BTreeMap<&str, &str> = BTreeMap::new();
        let mut faults: Vec<(&'static str, String)> = Vec::new();
        for document in &documents {
            let serial = &document.serial;
            let word = words.get(serial).copied();
            if word == Some(OutboxKind::Issued) {
                good.entry(document.seen.application.clone()).or_default().push(document);
            } else if document.is_out {
                faults.push((
                    "1",
                    format!("document {serial} is on its way to a holder, and the register heard {word:?}"),
                ));
            } else if word.is_none() {
                faults.push((
                    "report",
                    format!("document {serial} would pass a border, and the register never heard of it"),
                ));
            }
            if let Some(other) = numbers.insert(&document.seen.number, serial).filter(|other| other != serial) {
                faults.push(("1", format!("booklets {serial} and {other} bear one document number")));
            }
            if document.marks > 1 && document.is_out {
                faults.push(("1", format!("document {serial} was marked {} times", document.marks)));
            }
        }
        for (application, accepted) in &good {
            if accepted.len() > 1 {
                let serials: Vec<&str> = accepted.iter().map(|document| document.serial.as_str()).collect();
                faults.push(("1", format!("application {application} has documents {serials:?}")));
            }
        }
        for order in self.orders() {
            faults.extend(self.faults_of_order(&order, &good));
        }
        for (promise, what) in faults {
            self.violated(promise, what);
        }
    }

    /// What is finished is right.
    fn faults_of_order(
        &self,
        order: &OrderRecord,
        good: &BTreeMap<ApplicationNumber, Vec<&Document>>,
    ) -> Option<(&'static str, String)> {
        let documents = good.get(&order.application).map_or(&[][..], Vec::as_slice);
        let serial = order.serial.as_ref().map_or("", |serial| serial.as_str());
        let state = self.record(serial).map(|record| record.state);
        match order.state {
            OrderState::Finished if state == Some(BookletState::Recalled) || state == Some(BookletState::Missing) => {
                None
            }
            OrderState::Finished => {
                let number = order.number.as_ref().map_or("", |number| number.as_str());
                let is_right = |document: &&&Document| {
                    document.serial == serial
                        && document.seen.number == number
                        && document.is_out
                        && document.marks == 1
                };
                if documents.iter().any(|document| is_right(&document)) {
                    return None;
                }
                Some(("6", format!("order {} is finished with {serial}, and that is no document of it", order.order)))
            }
            OrderState::Cancelled if documents.is_empty() => None,
            OrderState::Cancelled => Some(("1", format!("order {} is cancelled and has a document", order.order))),
            other => Some(("1", format!("order {} is {other:?} at the end", order.order))),
        }
    }

    /// A remake has a new serial and names the one before it.
    fn check_remakes(&mut self) {
        let mut bound: BTreeMap<u64, Vec<String>> = BTreeMap::new();
        let mut owners: BTreeMap<String, u64> = BTreeMap::new();
        let mut faults = Vec::new();
        for event in self.truth.events_after(Sequence(0), 100_000).unwrap_or_default() {
            if event.kind != "bound" {
                continue;
            }
            let (Some(order), Some(serial)) = (event.order, event.serial) else { continue };
            if let Some(other) = owners.insert(serial.0.clone(), order.0) {
                faults.push(("1", format!("serial {serial} was bound to order {other} and to order {order}")));
            }
            bound.entry(order.0).or_default().push(serial.0);
        }
        for (order, serials) in &bound {
            for (before, after) in serials.iter().zip(serials.iter().skip(1)) {
                let replaces = self.record(after).and_then(|record| record.replaces);
                if replaces.as_ref().map(|serial| serial.as_str()) != Some(before.as_str()) {
                    faults.push((
                        "3",
                        format!("{after} was made for order {order} in place of {before}, and names {replaces:?}"),
                    ));
                }
            }
        }
        for (promise, what) in faults {
            self.violated(promise, what);
        }
    }

    /// What nobody can know is not guessed.
    fn check_doubts(&mut self) {
        let told: BTreeSet<String> = self.sites.iter().flat_map(|site| site.line.told_unknown()).collect();
        let events = self.truth.events_after(Sequence(0), 100_000).unwrap_or_default();
        let mut faults = Vec::new();
        for serial in told {
            let bound = events
                .iter()
                .find(|event| event.kind == "bound" && event.serial.as_ref().is_some_and(|bound| bound.0 == serial));
            let job = bound.and_then(|event| event.job);
            let is_doubted = events.iter().any(|event| event.kind == "doubtful" && event.job == job);
            if !is_doubted {
                let state = self.record(&serial).map(|record| record.state);
                faults.push(format!(
                    "the machine could not say what became of {serial}; nobody doubted it, and it is {state:?}"
                ));
            }
        }
        for fault in faults {
            self.violated("6", fault);
        }
    }

    /// With capacity to spare nothing that could be on time is late.
    fn check_lateness(&mut self) {
        if !self.plan.is_calm {
            return;
        }
        let late = self.truth.counts().map_or(0, |counts| counts.late);
        if late > 0 {
            self.violated("9", format!("{late} documents are late on a calm day with capacity to spare"));
        }
    }
}

impl World<'_> {
    /// Booklets that were ever bound.
    pub(in crate::simulation) fn booklets_bound(&self) -> u64 {
        let events = self.truth.events_after(Sequence(0), 100_000).unwrap_or_default();
        events.iter().filter(|event| event.kind == "bound").count() as u64
    }
}
