//! What all requests share.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use persoline_domain::calendar::Calendar;
use persoline_domain::clock::Clock;
use persoline_domain::identifiers::MachineName;
use persoline_domain::outbox::OutboxSight;
use persoline_domain::stock::StockSight;
use persoline_domain::store::Store;
use tokio::sync::watch;

use crate::local_time::LocalTime;
use crate::sampler::{Sampler, Snapshot};
use crate::server::{CentreSight, DashboardParts, LineSight};

/// Pages that are live at once, at most: each is a connection and a rendering a second.
const LIVE_LIMIT: usize = 64;

/// What all requests share.
pub(crate) struct Site {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) stock: Arc<dyn StockSight>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) calendar: Arc<dyn Calendar>,
    pub(crate) centre: CentreSight,
    pub(crate) time: LocalTime,
    /// Receivers of reports, by the names that the store knows.
    pub(crate) receivers: Vec<String>,
    /// Who carries reports to them.
    pub(crate) outbox: Option<Arc<dyn OutboxSight>>,
    line: RwLock<Option<LineSight>>,
    sampler: Mutex<Sampler>,
    news: watch::Sender<Arc<Snapshot>>,
    live: AtomicUsize,
}

/// Leave to keep one page live; given back when dropped.
pub(crate) struct LiveLeave(Arc<Site>);

impl Site {
    pub(crate) fn new(parts: DashboardParts) -> Self {
        let DashboardParts { store, stock, clock, calendar, centre, line, receivers, outbox } = parts;
        Site {
            store,
            stock,
            clock,
            time: LocalTime::new(Arc::clone(&calendar)),
            calendar,
            centre,
            receivers,
            outbox,
            line: RwLock::new(line),
            sampler: Mutex::default(),
            news: watch::Sender::new(Arc::new(Snapshot::default())),
            live: AtomicUsize::new(0),
        }
    }

    pub(crate) fn line(&self) -> Option<LineSight> {
        self.line.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn set_line(&self, line: Option<LineSight>) {
        *self.line.write().unwrap_or_else(PoisonError::into_inner) = line;
    }

    /// Looks at the store and the line now; whoever waits for news is told if something has changed. Blocks.
    pub(crate) fn refresh(&self) {
        let mut sampler = self.sampler.lock().unwrap_or_else(PoisonError::into_inner);
        let snapshot = sampler.sample(self);
        self.news.send_if_modified(|last| {
            let is_new = !last.shows_the_same_as(&snapshot);
            *last = Arc::new(snapshot);
            is_new
        });
    }

    pub(crate) fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.news.borrow())
    }

    pub(crate) fn news(&self) -> watch::Receiver<Arc<Snapshot>> {
        self.news.subscribe()
    }

    /// Whether the line or the store knows a machine of that name.
    pub(crate) fn knows_machine(&self, machine: &MachineName) -> bool {
        let snapshot = self.snapshot();
        snapshot.machines.iter().any(|sight| sight.machine == *machine) || snapshot.paused.contains(machine)
    }

    /// Whether a person cannot have this name, because it is one of a machine or of the line itself.
    pub(crate) fn is_no_person(&self, name: &str) -> bool {
        let is_same = |other: &str| other.to_lowercase() == name.to_lowercase();
        let snapshot = self.snapshot();
        is_same("line") || snapshot.queues.standings.keys().any(|machine| is_same(machine.as_str()))
    }

    /// Leave to keep one more page live.
    pub(crate) fn live_leave(self: &Arc<Self>) -> Option<LiveLeave> {
        self.live
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |live| (live < LIVE_LIMIT).then_some(live + 1))
            .ok()
            .map(|_| LiveLeave(Arc::clone(self)))
    }
}

impl Drop for LiveLeave {
    fn drop(&mut self) {
        self.0.live.fetch_sub(1, Ordering::AcqRel);
    }
}
