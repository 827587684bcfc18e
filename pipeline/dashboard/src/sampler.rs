//! Looks at the store and the line once a second, for all pages together.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use persoline_domain::booklet::Reconciliation;
use persoline_domain::clock::Timestamp;
use persoline_domain::identifiers::{MachineName, Sequence};
use persoline_domain::order::OrderState;
use persoline_domain::outbox::ReceiverStanding;
use persoline_domain::stock::StockLine;
use persoline_domain::store::{Counts, EventRecord, Standing, StoreError};
use persoline_line::session::Step;
use persoline_line::watch::{MachineSight, StepTime};

use crate::pace::{self, DueLine, Meter, Needed, Rate};
use crate::queues::Queues;
use crate::site::Site;

/// How often it looks.
pub(crate) const INTERVAL: Duration = Duration::from_secs(1);
/// Events that a snapshot carries.
pub(crate) const NEWEST_EVENTS: usize = 60;
/// Counting the stock walks all booklets: it is done at most so often …
const STOCK_INTERVAL: Duration = Duration::from_secs(5);
/// … and takes at most this share of the time.
const STOCK_SHARE: u32 = 20;

/// The store and the line at one moment.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Snapshot {
    /// When.
    pub(crate) at: Timestamp,
    /// Orders by state and due date.
    pub(crate) counts: Counts,
    /// Due dates with what they ask for.
    pub(crate) due: Vec<DueLine>,
    /// Measured rate.
    pub(crate) rate: Option<Rate>,
    /// The rate that the due dates ask for.
    pub(crate) needed: Option<Needed>,
    /// Newest events, newest first.
    pub(crate) events: Vec<EventRecord>,
    /// Whether a line runs.
    pub(crate) has_line: bool,
    /// Machines of the running line.
    pub(crate) machines: Vec<MachineSight>,
    /// Time spent in each step since the line was started.
    pub(crate) steps: BTreeMap<Step, StepTime>,
    /// Machines that are paused, as the store has it.
    pub(crate) paused: Vec<MachineName>,
    /// What waits for people.
    pub(crate) queues: Queues,
    /// Receivers of reports that people have to do something about.
    pub(crate) hindered: Vec<ReceiverStanding>,
    /// The stock and when it was counted.
    pub(crate) stock: Option<(Timestamp, Reconciliation)>,
    /// The same by state, sort and place.
    pub(crate) stock_lines: Vec<StockLine>,
    /// Why the store could not be read; what else stands here is then older.
    pub(crate) trouble: Option<StoreError>,
}

/// The stock with when it was counted, and its lines.
type Stock = (Option<(Timestamp, Reconciliation)>, Vec<StockLine>);

/// What is kept from one look to the next.
#[derive(Debug, Default)]
pub(crate) struct Sampler {
    meter: Meter,
    last: Snapshot,
    queues_read: Option<Sequence>,
    stock_counted: Option<(Sequence, Duration, Duration)>,
}

/// Looks until it is dropped.
pub(crate) async fn run(site: Arc<Site>) {
    let mut ticks = tokio::time::interval(INTERVAL);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let site = Arc::clone(&site);
        if let Err(error) = tokio::task::spawn_blocking(move || site.refresh()).await {
            tracing::error!(%error, "a look at the store failed");
        }
    }
}

impl Snapshot {
    /// Whether a page of `other` would read the same.
    pub(crate) fn shows_the_same_as(&self, other: &Snapshot) -> bool {
        let at = |snapshot: &Snapshot| snapshot.stock.as_ref().map(|(_, stock)| stock.clone());
        self.counts == other.counts
            && self.due == other.due
            && self.rate.map(|rate| rate.per_hour.round()) == other.rate.map(|rate| rate.per_hour.round())
            && self.events == other.events
            && self.has_line == other.has_line
            && self.machines == other.machines
            && self.steps == other.steps
            && self.paused == other.paused
            && self.queues == other.queues
            && self.hindered == other.hindered
            && at(self) == at(other)
            && self.stock_lines == other.stock_lines
            && self.trouble == other.trouble
    }

    /// Orders that are neither finished nor cancelled.
    pub(crate) fn open(&self) -> u64 {
        self.counts.open_by_due.iter().map(|(_, open)| open).sum()
    }
    /// Open orders whose due date has passed.
    pub(crate) fn overdue(&self) -> u64 {
        self.due.iter().filter(|line| line.is_overdue).map(|line| line.open).sum()
    }
    /// How a machine stands, as the store has it.
    pub(crate) fn standing(&self, machine: &MachineName) -> Option<&Standing> {
        self.queues.standings.get(machine)
    }
    /// Whether a person has paused the machine, as the store has it.
    pub(crate) fn is_paused(&self, machine: &MachineName) -> bool {
        self.paused.contains(machine)
    }
}

impl Sampler {
    pub(crate) fn sample(&mut self, site: &Site) -> Snapshot {
        let at = site.clock.now();
        let line = site.line();
        let mut snapshot = match self.read_store(site, at) {
            Ok(snapshot) => snapshot,
            Err(trouble) => Snapshot { trouble: Some(trouble), ..self.last.clone() },
        };
        snapshot.at = at;
        snapshot.has_line = line.is_some();
        (snapshot.machines, snapshot.steps) =
            line.map_or_else(Default::default, |line| (line.watch.machines(), line.watch.step_times()));
        let mut standings = site.outbox.as_ref().map(|outbox| outbox.standings()).unwrap_or_default();
        standings.retain(ReceiverStanding::needs_people);
        snapshot.hindered = standings;
        self.last = snapshot.clone();
        snapshot
    }

    fn read_store(&mut self, site: &Site, at: Timestamp) -> Result<Snapshot, StoreError> {
        let counts = site.store.counts()?;
        let events = site.store.newest_events(NEWEST_EVENTS)?;
        let paused = site.store.paused_machines()?;
        let newest = events.first().map_or(Sequence(0), |event| event.sequence);
        let machines = site.line().map(|line| line.watch.machines()).unwrap_or_default();
        let names: BTreeSet<MachineName> =
            machines.into_iter().map(|sight| sight.machine).chain(paused.clone()).collect();
        let known = self.queues_read.filter(|read| *read == newest).map(|_| &self.last.queues);
        let queues = Queues::read(site.store.as_ref(), names.into_iter(), &site.receivers, &counts, known)?;
        self.queues_read = Some(newest);
        let (stock, stock_lines) = self.count_stock(site, at, newest)?;
        let elapsed = site.clock.elapsed();
        self.meter.note(elapsed, counts.count(OrderState::Finished));
        let hours_a_day = site.centre.hours_per_working_day.clamp(1.0, 24.0);
        let due = pace::due_lines(&counts.open_by_due, site.calendar.as_ref(), site.time.of(at), hours_a_day);
        Ok(Snapshot {
            needed: pace::needed(&due),
            rate: self.meter.rate(),
            counts,
            due,
            events,
            paused,
            queues,
            stock,
            stock_lines,
            ..Snapshot::default()
        })
    }

    fn count_stock(&mut self, site: &Site, at: Timestamp, newest: Sequence) -> Result<Stock, StoreError> {
        let started = site.clock.elapsed();
        if let Some((sequence, counted, took)) = self.stock_counted {
            let pause = STOCK_INTERVAL.max(took.saturating_mul(STOCK_SHARE));
            if sequence == newest || started.saturating_sub(counted) < pause {
                return Ok((self.last.stock.clone(), self.last.stock_lines.clone()));
            }
        }
        let stock = site.store.reconcile()?;
        let lines = site.stock.stock_standing()?.lines;
        let ended = site.clock.elapsed();
        self.stock_counted = Some((newest, ended, ended.saturating_sub(started)));
        Ok((Some((at, stock)), lines))
    }
}
