//! Who stands at emulated machines: fills feeders from the vault, empties stacks, clears jams, refills what is used up.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use persoline_domain::application::DocumentType;
use persoline_domain::booklet::{Blank, BlankKind, BookletState, Numbering};
use persoline_domain::clock::Clock;
use persoline_domain::deed::{Act, Deed};
use persoline_domain::identifiers::{Actor, BookletSerial, MachineName};
use persoline_domain::store::{BookletRecord, Store, StoreError};
use persoline_keys::KeyStore;
use printer_driver::{ControlCommand, FeederId, Stack, State};

use crate::machines::Attended;

/// How often the attendant makes a round.
const ROUND: Duration = Duration::from_millis(50);
/// Booklets in a feeder below which it is filled up.
const FILL_BELOW: u32 = 20;
/// The alarm of emulated machines for booklets that are stuck.
const JAM: &str = "JAM";
/// Booklets that are put into a feeder at once.
const FILL_WITH: usize = 60;

/// The attendant's thread.
pub(crate) struct Attendant {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

/// What the attendant works with.
pub(crate) struct AttendantParts {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) keys: Arc<KeyStore>,
    pub(crate) machines: Vec<Attended>,
}

impl AttendantParts {
    /// Puts into the machines what the store says is loaded in them, and fills their feeders: to be called once before the
    /// line starts, because a program that was killed may have told the store and not the machine.
    pub(crate) fn prepare(&self) -> Result<(), StoreError> {
        for attended in &self.machines {
            self.load_what_is_loaded(attended)?;
            self.fill(attended)?;
        }
        Ok(())
    }

    /// Starts making rounds.
    pub(crate) fn start(self) -> std::io::Result<Attendant> {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = std::thread::Builder::new().name("attendant".into()).spawn(move || {
            while !stopped.load(Ordering::Relaxed) {
                for attended in &self.machines {
                    if let Err(error) = self.round(attended) {
                        tracing::warn!(machine = %attended.machine, %error, "the attendant could not finish a round");
                    }
                }
                self.clock.sleep(ROUND);
            }
        })?;
        Ok(Attendant { stop, thread })
    }

    fn round(&self, attended: &Attended) -> Result<(), StoreError> {
        self.fill(attended)?;
        let Some(snapshot) = attended.panel.look() else { return Ok(()) };
        for stack in &snapshot.stacks {
            if stack.count * 10 >= stack.capacity * 9 {
                self.empty(attended, stack.stack)?;
            }
        }
        for consumable in snapshot.consumables.iter().filter(|consumable| consumable.level_per_mille < 100) {
            attended.panel.refill(&consumable.name);
        }
        if snapshot.alarms.iter().any(|alarm| alarm.is_set && alarm.code == JAM) {
            attended.panel.clear_jam();
        }
        match snapshot.state {
            State::Aborted => attended.panel.press(ControlCommand::Clear),
            State::Held => attended.panel.press(ControlCommand::Unhold),
            _ => {}
        }
        Ok(())
    }

    fn fill(&self, attended: &Attended) -> Result<(), StoreError> {
        // What the books call loaded and no feeder took comes first, or the whole vault would follow it into the books.
        if attended.owes.swap(false, Ordering::Relaxed) {
            self.load_what_is_loaded(attended)?;
        }
        let Some(takes) = attended.takes() else { return Ok(()) };
        let Some(snapshot) = attended.panel.look() else { return Ok(()) };
        for feeder in snapshot.feeders.iter().filter(|feeder| feeder.remaining < FILL_BELOW) {
            if attended.owes.load(Ordering::Relaxed) {
                return Ok(());
            }
            let Some((_, document)) = takes.feeders.iter().find(|(known, _)| *known == feeder.id) else { continue };
            let blanks = self.in_vault(*document, takes.numbering)?;
            let Some(serials) = non_empty(blanks.iter().map(|record| record.blank.serial.clone()).collect()) else {
                continue;
            };
            let deed = Deed::StockLoaded { machine: attended.machine.clone(), serials };
            match self.commit(deed) {
                Ok(()) => self.put_in(attended, feeder.id, &blanks),
                // Another attendant took the same booklets: the next round finds others.
                Err(error) if error.refusal().is_some() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Blanks of one format and numbering from the vault, by serial; none but production ones.
    fn in_vault(&self, document: DocumentType, numbering: Numbering) -> Result<Vec<BookletRecord>, StoreError> {
        let mut found = Vec::new();
        let mut after: Option<BookletSerial> = None;
        while found.len() < FILL_WITH {
            let page = self.store.booklets(BookletState::Vault, None, after.as_ref(), 512)?;
            let Some(last) = page.last() else { break };
            after = Some(last.blank.serial.clone());
            let fits = |record: &BookletRecord| {
                let blank = &record.blank;
                blank.format == document && blank.numbering == numbering && blank.kind == BlankKind::Production
            };
            found.extend(page.into_iter().filter(fits));
        }
        found.truncate(FILL_WITH);
        Ok(found)
    }

    fn load_what_is_loaded(&self, attended: &Attended) -> Result<(), StoreError> {
        let Some(takes) = attended.takes() else {
            attended.owes.store(true, Ordering::Relaxed);
            return Ok(());
        };
        let mut after: Option<BookletSerial> = None;
        loop {
            let machine: &MachineName = &attended.machine;
            let page = self.store.booklets(BookletState::Loaded, Some(machine), after.as_ref(), 512)?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.blank.serial.clone());
            for (feeder, document) in &takes.feeders {
                let blanks: Vec<BookletRecord> = page
                    .iter()
                    .filter(|record| record.blank.format == *document)
                    .filter(|record| !attended.panel.has_held(&record.blank.serial.0))
                    .cloned()
                    .collect();
                if !blanks.is_empty() {
                    self.put_in(attended, *feeder, &blanks);
                }
            }
        }
    }

    fn put_in(&self, attended: &Attended, feeder: FeederId, blanks: &[BookletRecord]) {
        let blanks: Vec<&Blank> = blanks.iter().map(|record| &record.blank).collect();
        if !attended.panel.load(feeder, &blanks, &self.keys) {
            attended.owes.store(true, Ordering::Relaxed);
            tracing::warn!(machine = %attended.machine, "the feeder did not take the booklets; it is tried again");
        }
    }

    /// Takes a stack out. Booklets on the reject stack that were never bound are written off.
    fn empty(&self, attended: &Attended, stack: Stack) -> Result<(), StoreError> {
        let Some(serials) = attended.panel.empty(stack) else { return Ok(()) };
        if stack == Stack::Good {
            attended.taken.fetch_add(serials.len() as u64, Ordering::Relaxed);
        } else {
            for serial in serials.into_iter().map(BookletSerial) {
                let record = self.store.booklet(&serial)?;
                if record.is_some_and(|record| record.state == BookletState::Loaded) {
                    match self.commit(Deed::BlankSpoiled { serial, reason: "rejected_by_machine".to_owned() }) {
                        Err(error) if error.refusal().is_none() => return Err(error),
                        _ => {}
                    }
                }
            }
        }
        Ok(())
    }

    /// At the end of a run: the reject stacks are taken out and accounted for.
    pub(crate) fn clear_up(&self) -> Result<(), StoreError> {
        self.machines.iter().try_for_each(|attended| self.empty(attended, Stack::Reject))
    }

    fn commit(&self, deed: Deed) -> Result<(), StoreError> {
        let actor = Actor::Person("attendant".to_owned());
        self.store.commit(vec![Act { at: self.clock.now(), actor, fence: None, deed }]).map(drop)
    }
}

impl Attendant {
    /// Ends the rounds.
    pub(crate) fn stop(self) {
        self.stop.store(true, Ordering::Relaxed);
        let _ = self.thread.join();
    }
}

fn non_empty<T>(items: Vec<T>) -> Option<Vec<T>> {
    (!items.is_empty()).then_some(items)
}

#[cfg(test)]
mod tests;
