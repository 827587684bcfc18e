//! The invented people of the demo: who counts stock in, opens and closes the shift, and looks at documents.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use persoline_domain::clock::Clock;
use persoline_domain::deed::{Act, Deed};
use persoline_domain::identifiers::Actor;
use persoline_domain::store::{InspectionKind, Store, StoreError};

use crate::commands::remake;

/// Receives blanks and counts them into the vault.
pub(crate) const CLERK: &str = "demo-clerk";
/// Opens and closes shifts, and approves remakes.
pub(crate) const LEADER: &str = "demo-leader";
/// Looks at first pieces and samples, and approves remakes.
pub(crate) const INSPECTOR: &str = "demo-inspector";

/// How often they look whether something waits for them.
const LOOK: Duration = Duration::from_millis(20);
/// Documents that are looked at in one go.
const AT_ONCE: usize = 64;

/// A person of the demo as an actor.
pub(crate) fn person(name: &str) -> Actor {
    Actor::Person(name.to_owned())
}

/// What they have done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Done {
    /// First pieces approved.
    pub(crate) first_pieces: u64,
    /// Samples approved.
    pub(crate) samples: u64,
    /// Remakes approved by two.
    pub(crate) remakes: u64,
}

/// The people at work, in a thread of their own.
pub(crate) struct People {
    stop: Arc<AtomicBool>,
    done: Arc<Mutex<Done>>,
    thread: JoinHandle<()>,
}

impl People {
    /// They come to work.
    pub(crate) fn start(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> std::io::Result<People> {
        let (stop, done) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(Done::default())));
        let (stopped, shown) = (Arc::clone(&stop), Arc::clone(&done));
        let thread = std::thread::Builder::new().name("people".into()).spawn(move || {
            let mut done = Done::default();
            while !stopped.load(Ordering::Relaxed) {
                let looked = look(&*store, &*clock, &mut done);
                if let Err(error) = looked {
                    tracing::warn!(%error, "the people of the demo could not do something");
                }
                *shown.lock().unwrap_or_else(PoisonError::into_inner) = done;
                clock.sleep(LOOK);
            }
        })?;
        Ok(People { stop, done, thread })
    }

    /// They go home; answers what they have done.
    pub(crate) fn stop(self) -> Done {
        self.stop.store(true, Ordering::Relaxed);
        let _ = self.thread.join();
        *self.done.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn look(store: &dyn Store, clock: &dyn Clock, done: &mut Done) -> Result<(), StoreError> {
    for record in store.inspections(AT_ONCE)? {
        let deed = Deed::InspectionDecided { serial: record.serial, approved: true, reason: String::new() };
        if commit(store, clock, INSPECTOR, deed)? {
            match record.kind {
                InspectionKind::FirstPiece => done.first_pieces += 1,
                InspectionKind::Sample => done.samples += 1,
            }
        }
    }
    for order in remake::waiting(store)? {
        let deed = || Deed::RemakeApproved { order: order.order };
        if commit(store, clock, INSPECTOR, deed())? && commit(store, clock, LEADER, deed())? {
            done.remakes += 1;
        }
    }
    Ok(())
}

/// Whether it was done; what is refused was decided otherwise meanwhile.
fn commit(store: &dyn Store, clock: &dyn Clock, name: &str, deed: Deed) -> Result<bool, StoreError> {
    match store.commit(vec![Act { at: clock.now(), actor: person(name), fence: None, deed }]) {
        Ok(_) => Ok(true),
        Err(error) if error.refusal().is_some() => Ok(false),
        Err(error) => Err(error),
    }
}
