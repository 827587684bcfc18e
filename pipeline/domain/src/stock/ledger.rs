//! Deeds replayed into a report, by nothing but the table of lawful moves.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::sync::Arc;

use thiserror::Error;

use crate::booklet::{Blank, BookletMove, BookletState};
use crate::deed::{Act, Deed};
use crate::identifiers::{BookletSerial, JobNumber, MachineName, OrderId, Sequence};
use crate::stock::{Span, StockAct, StockBooklet, StockClass, StockDisagreement, StockMove, StockPeriod, StockReport};

/// Why a deed cannot have happened after those before it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LedgerFault {
    /// The booklet was never received.
    #[error("booklet {0} was never received")]
    NeverReceived(BookletSerial),
    /// The booklet was received before.
    #[error("booklet {0} was received before")]
    ReceivedBefore(BookletSerial),
    /// The job has no booklet, or was never begun.
    #[error("job {0} has no booklet")]
    NoBooklet(JobNumber),
    /// The table of states has no such move.
    #[error("booklet {0} was {1}, which does not allow this")]
    Unlawful(BookletSerial, &'static str),
}

/// The stock as the deeds so far have left it. Feed it every act of the log in order; call
/// [`begin`](StockLedger::begin) and [`end`](StockLedger::end) between the acts where the period begins and ends.
#[derive(Debug, Default)]
pub struct StockLedger {
    booklets: Vec<Entry>,
    by_serial: HashMap<BookletSerial, u32>,
    /// Which of the booklets came with each delivery.
    deliveries: HashMap<String, Range<usize>>,
    jobs: HashMap<JobNumber, Work>,
    /// The booklet that was bound last to each order.
    latest: HashMap<OrderId, u32>,
    /// Texts that many booklets share.
    texts: BTreeSet<Arc<str>>,
    stage: Stage,
    acts: Vec<StockAct>,
    moves: Vec<StockMove>,
}

/// Where the replay stands relative to the period.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Stage {
    #[default]
    Before,
    Within,
    After,
}

#[derive(Debug)]
struct Entry {
    serial: BookletSerial,
    class: StockClass,
    delivery: Arc<str>,
    carton: Arc<str>,
    batch: Arc<str>,
    state: BookletState,
    opening: Option<BookletState>,
    closing: Option<BookletState>,
    order: Option<OrderId>,
    replaces: Option<u32>,
    replaced_by: Option<u32>,
}

/// An open job.
#[derive(Debug)]
struct Work {
    order: OrderId,
    machine: MachineName,
    booklet: Option<u32>,
}

impl StockLedger {
    /// An empty ledger, before the first event.
    pub fn new() -> Self {
        StockLedger::default()
    }

    /// The period begins: what is in the books now is its opening stock.
    pub fn begin(&mut self) {
        if self.stage == Stage::Before {
            self.stage = Stage::Within;
            for entry in &mut self.booklets {
                entry.opening = Some(entry.state);
            }
        }
    }

    /// The period ends: what is in the books now is its closing stock.
    pub fn end(&mut self) {
        self.begin();
        if self.stage == Stage::Within {
            self.stage = Stage::After;
            for entry in &mut self.booklets {
                entry.closing = Some(entry.state);
            }
        }
    }

    /// Does what an act did.
    ///
    /// # Errors
    /// When it cannot have happened after those before it; what it had moved until then stays moved.
    pub fn apply(&mut self, sequence: Sequence, act: &Act) -> Result<(), LedgerFault> {
        let mut doing = Doing {
            act: StockAct {
                sequence,
                at: act.at,
                actor: act.actor.clone(),
                witness: None,
                reason: String::new(),
                machine: None,
            },
            moved: Vec::new(),
        };
        self.deed(&act.deed, &mut doing)?;
        if self.stage == Stage::Within && !doing.moved.is_empty() {
            let index = u32::try_from(self.acts.len()).unwrap_or(u32::MAX);
            self.acts.push(doing.act);
            self.moves.extend(doing.moved.into_iter().map(|step| StockMove { act: index, ..step }));
        }
        Ok(())
    }

    /// The state of a booklet now.
    pub fn state(&self, serial: &BookletSerial) -> Option<BookletState> {
        self.by_serial.get(serial).and_then(|index| self.booklets.get(*index as usize)).map(|entry| entry.state)
    }

    /// The report, once the whole log was fed. `columns` is what the state columns say: every booklet with its state.
    pub fn report(
        mut self,
        period: StockPeriod,
        span: Span,
        columns: impl IntoIterator<Item = (BookletSerial, String)>,
    ) -> StockReport {
        self.end();
        let disagreements = self.disagreements(columns);
        let serial_of = |index: Option<u32>| Some(self.booklets.get(index? as usize)?.serial.clone());
        let booklets = self
            .booklets
            .iter()
            .filter_map(|entry| {
                Some(StockBooklet {
                    serial: entry.serial.clone(),
                    class: entry.class,
                    delivery: Arc::clone(&entry.delivery),
                    carton: Arc::clone(&entry.carton),
                    batch: Arc::clone(&entry.batch),
                    opening: entry.opening,
                    // Those received after the period are the last of the list, so that indices hold without them.
                    closing: entry.closing?,
                    order: entry.order,
                    replaces: serial_of(entry.replaces),
                    replaced_by: serial_of(entry.replaced_by),
                })
            })
            .collect();
        StockReport { period, span, booklets, acts: self.acts, moves: self.moves, disagreements }
    }

    fn deed(&mut self, deed: &Deed, doing: &mut Doing) -> Result<(), LedgerFault> {
        use BookletMove as M;
        match deed {
            Deed::StockReceived { delivery, blanks } => {
                doing.act.reason.clone_from(delivery);
                let first = self.booklets.len();
                blanks.iter().try_for_each(|blank| self.receive(delivery, blank, doing))?;
                self.deliveries.insert(delivery.clone(), first..self.booklets.len());
                Ok(())
            }
            Deed::StockStored { delivery, cartons, .. } => {
                doing.act.reason.clone_from(delivery);
                self.store(delivery, cartons, doing)
            }
            Deed::StockLoaded { machine, serials } => {
                doing.act.machine = Some(machine.clone());
                self.all(serials, M::Load, doing)
            }
            Deed::StockUnloaded { machine, serials } => {
                doing.act.machine = Some(machine.clone());
                self.all(serials, M::Unload, doing)
            }
            Deed::StockReturned { serials, reason } => {
                doing.act.reason.clone_from(reason);
                self.all(serials, M::SendBack, doing)
            }
            Deed::BookletsDestroyed { serials, witness } => {
                doing.act.witness = Some(witness.clone());
                self.all(serials, M::Destroy, doing)
            }
            Deed::Packed { serials } => self.all(serials, M::Pack, doing),
            Deed::HandedOver { serials } => self.all(serials, M::HandOver, doing),
            Deed::BookletFound { serial } => self.one(serial, M::Find, "", doing),
            Deed::BookletMissing { serial, reason } => self.one(serial, M::Lose, reason, doing),
            Deed::BookletRecalled { serial, reason } => self.one(serial, M::Recall, reason, doing),
            Deed::QuarantineDecided { serial, decision, reason } => self.one(serial, decision.by(), reason, doing),
            Deed::BlankSpoiled { serial, reason } | Deed::DocumentRejected { serial, reason } => {
                self.one(serial, M::Spoil, reason, doing)
            }
            Deed::BlankQuarantined { serial, reason } => self.one(serial, M::Quarantine, reason, doing),
            Deed::InspectionDecided { serial, approved: false, reason } => self.one(serial, M::Spoil, reason, doing),
            of_job => self.job(of_job, doing),
        }
    }

    fn job(&mut self, deed: &Deed, doing: &mut Doing) -> Result<(), LedgerFault> {
        use BookletMove as M;
        match deed {
            Deed::Dispatched { order, job, machine } => {
                self.jobs.insert(*job, Work { order: *order, machine: machine.clone(), booklet: None });
                Ok(())
            }
            Deed::Withdrawn { job, .. } => {
                self.jobs.remove(job);
                Ok(())
            }
            Deed::Bound { job, serial, .. } => self.bind(*job, serial, doing),
            Deed::Ticketed { job, .. } => {
                // Made ready again for the same booklet before its chip was locked: no move.
                let booklet = self.booklet_of(*job, "", doing)?;
                let is_bound = self.booklets.get(booklet as usize).is_some_and(|b| b.state == BookletState::Bound);
                if is_bound { self.step(booklet, M::Work, doing) } else { Ok(()) }
            }
            Deed::Finished { job, .. } => {
                let booklet = self.booklet_of(*job, "", doing)?;
                self.jobs.remove(job);
                self.step(booklet, M::Pass, doing)
            }
            Deed::Spoiled { job, reason } => {
                let booklet = self.booklet_of(*job, reason, doing)?;
                self.jobs.remove(job);
                self.step(booklet, M::Spoil, doing)
            }
            Deed::Doubtful { job, reason } => {
                let booklet = self.booklet_of(*job, reason, doing)?;
                self.jobs.remove(job);
                self.step(booklet, M::Doubt, doing)?;
                self.step(booklet, M::Quarantine, doing)
            }
            Deed::Abandoned { job, reason } => {
                if self.jobs.get(job).is_some_and(|work| work.booklet.is_none()) {
                    self.jobs.remove(job);
                    return Ok(());
                }
                let booklet = self.booklet_of(*job, reason, doing)?;
                self.jobs.remove(job);
                self.step(booklet, M::Doubt, doing)?;
                self.step(booklet, M::Quarantine, doing)
            }
            _ => Ok(()),
        }
    }

    fn receive(&mut self, delivery: &str, blank: &Blank, doing: &mut Doing) -> Result<(), LedgerFault> {
        let index = u32::try_from(self.booklets.len()).unwrap_or(u32::MAX);
        if self.by_serial.insert(blank.serial.clone(), index).is_some() {
            return Err(LedgerFault::ReceivedBefore(blank.serial.clone()));
        }
        let entry = Entry {
            serial: blank.serial.clone(),
            class: StockClass::of(blank),
            delivery: self.text(delivery),
            carton: self.text(&blank.carton),
            batch: self.text(&blank.batch),
            state: BookletState::Received,
            opening: None,
            closing: None,
            order: None,
            replaces: None,
            replaced_by: None,
        };
        self.booklets.push(entry);
        doing.moved.push(StockMove { act: 0, booklet: index, step: None, from: None, to: BookletState::Received });
        Ok(())
    }

    fn store(&mut self, delivery: &str, cartons: &[String], doing: &mut Doing) -> Result<(), LedgerFault> {
        let is_counted = |entry: &Entry| {
            entry.state == BookletState::Received
                && (cartons.is_empty() || cartons.iter().any(|carton| **carton == *entry.carton))
        };
        let of_delivery = self.deliveries.get(delivery).cloned().unwrap_or_default();
        let entries = self.booklets.get(of_delivery.clone()).unwrap_or_default();
        let counted: Vec<u32> = of_delivery
            .zip(entries)
            .filter(|(_, entry)| is_counted(entry))
            .filter_map(|(index, _)| u32::try_from(index).ok())
            .collect();
        counted.into_iter().try_for_each(|booklet| self.step(booklet, BookletMove::Store, doing))
    }

    fn bind(&mut self, job: JobNumber, serial: &BookletSerial, doing: &mut Doing) -> Result<(), LedgerFault> {
        let booklet = self.index(serial)?;
        let work = self.jobs.get_mut(&job).ok_or(LedgerFault::NoBooklet(job))?;
        work.booklet = Some(booklet);
        doing.act.machine = Some(work.machine.clone());
        let order = work.order;
        let before = self.latest.insert(order, booklet);
        if let Some(entry) = before.and_then(|before| self.booklets.get_mut(before as usize)) {
            entry.replaced_by = Some(booklet);
        }
        if let Some(entry) = self.booklets.get_mut(booklet as usize) {
            entry.order = Some(order);
            entry.replaces = before;
        }
        self.step(booklet, BookletMove::Bind, doing)
    }

    fn all(&mut self, serials: &[BookletSerial], by: BookletMove, doing: &mut Doing) -> Result<(), LedgerFault> {
        serials.iter().try_for_each(|serial| {
            let booklet = self.index(serial)?;
            self.step(booklet, by, doing)
        })
    }

    fn one(
        &mut self,
        serial: &BookletSerial,
        by: BookletMove,
        reason: &str,
        doing: &mut Doing,
    ) -> Result<(), LedgerFault> {
        reason.clone_into(&mut doing.act.reason);
        let booklet = self.index(serial)?;
        self.step(booklet, by, doing)
    }

    fn step(&mut self, booklet: u32, by: BookletMove, doing: &mut Doing) -> Result<(), LedgerFault> {
        let Some(entry) = self.booklets.get_mut(booklet as usize) else { return Ok(()) };
        let from = entry.state;
        let to = from.after(by).ok_or_else(|| LedgerFault::Unlawful(entry.serial.clone(), from.name()))?;
        entry.state = to;
        doing.moved.push(StockMove { act: 0, booklet, step: Some(by), from: Some(from), to });
        Ok(())
    }

    /// The booklet of a job; the act is about the job's machine.
    fn booklet_of(&self, job: JobNumber, reason: &str, doing: &mut Doing) -> Result<u32, LedgerFault> {
        let work = self.jobs.get(&job).ok_or(LedgerFault::NoBooklet(job))?;
        doing.act.machine = Some(work.machine.clone());
        reason.clone_into(&mut doing.act.reason);
        work.booklet.ok_or(LedgerFault::NoBooklet(job))
    }

    fn index(&self, serial: &BookletSerial) -> Result<u32, LedgerFault> {
        self.by_serial.get(serial).copied().ok_or_else(|| LedgerFault::NeverReceived(serial.clone()))
    }

    fn text(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.texts.get(text) {
            return Arc::clone(known);
        }
        let new: Arc<str> = text.into();
        self.texts.insert(Arc::clone(&new));
        new
    }

    fn disagreements(&self, columns: impl IntoIterator<Item = (BookletSerial, String)>) -> Vec<StockDisagreement> {
        let mut seen = vec![false; self.booklets.len()];
        let mut found = Vec::new();
        for (serial, books) in columns {
            let index = self.by_serial.get(&serial).map(|index| *index as usize);
            let log = index.and_then(|index| self.booklets.get(index)).map(|entry| entry.state);
            if let Some(slot) = index.and_then(|index| seen.get_mut(index)) {
                *slot = true;
            }
            if log.map(BookletState::name) != Some(books.as_str()) {
                found.push(StockDisagreement { serial, log, books: Some(books) });
            }
        }
        let gone = self.booklets.iter().zip(&seen).filter(|(_, seen)| !**seen);
        found.extend(gone.map(|(entry, _)| StockDisagreement {
            serial: entry.serial.clone(),
            log: Some(entry.state),
            books: None,
        }));
        found
    }
}

/// An act while it is being done.
struct Doing {
    act: StockAct,
    moved: Vec<StockMove>,
}

#[cfg(test)]
mod tests;
