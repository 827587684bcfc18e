//! Carries out what couriers decide: reads the store, asks receivers, waits.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use persoline_domain::chance::RandomSource;
use persoline_domain::clock::Clock;
use persoline_domain::deed::{Act, Deed};
use persoline_domain::identifiers::Actor;
use persoline_domain::outbox::{OutboxSight, ReceiverStanding, TurnedAway};
use persoline_domain::store::{Store, StoreError};

use crate::courier::{Courier, Effect, Input, REST};
use crate::receiver::{Fault, NamedReceiver, Receiver};
use crate::view::Report;

/// How often a courier that waits looks whether it shall end.
const LOOK: Duration = Duration::from_millis(50);
/// Faults in a row after which [`once`] gives a receiver up.
const FAULTS_AT_ONCE: u32 = 3;

/// What couriers work with.
#[derive(Clone)]
pub struct OutboxParts {
    /// Where the outbox is.
    pub store: Arc<dyn Store>,
    /// The time, for waits and for the log.
    pub clock: Arc<dyn Clock>,
    /// Spreads the waits.
    pub random: Arc<dyn RandomSource>,
    /// Issuing state as the machine readable zone writes it.
    pub issuing_state: String,
}

/// The outbox at work: one thread for each receiver, so that a slow one delays no other.
pub struct Outbox {
    stop: Arc<AtomicBool>,
    lanes: Vec<Lane>,
    parts: OutboxParts,
}

struct Lane {
    shared: Arc<Shared>,
    thread: JoinHandle<()>,
}

/// What a receiver's thread shares with those who look.
struct Shared {
    standing: Mutex<ReceiverStanding>,
    /// Somebody does not want to wait any longer.
    is_asked: AtomicBool,
}

/// The receivers of an outbox at work, for those who look.
struct Sight {
    stop: Arc<AtomicBool>,
    lanes: Vec<Arc<Shared>>,
}

impl Outbox {
    /// Begins to deliver.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(parts: &OutboxParts, receivers: Vec<NamedReceiver>) -> std::io::Result<Outbox> {
        let stop = Arc::new(AtomicBool::new(false));
        let mut lanes = Vec::new();
        for (name, receiver) in receivers {
            let shared = Shared::of(&name);
            let mut round = Round { parts: parts.clone(), name, receiver, shared: Arc::clone(&shared) };
            let stopped = Arc::clone(&stop);
            let thread = std::thread::Builder::new().name("report".into()).spawn(move || {
                round.work(&|_| stopped.load(Ordering::Relaxed));
            })?;
            lanes.push(Lane { shared, thread });
        }
        Ok(Outbox { stop, lanes, parts: parts.clone() })
    }

    /// How the receivers stand.
    pub fn standings(&self) -> Vec<ReceiverStanding> {
        self.lanes.iter().map(|lane| lane.shared.read()).collect()
    }

    /// For those who look at it while it works.
    pub fn sight(&self) -> Arc<dyn OutboxSight> {
        let lanes = self.lanes.iter().map(|lane| Arc::clone(&lane.shared)).collect();
        Arc::new(Sight { stop: Arc::clone(&self.stop), lanes })
    }

    /// Waits until everything that stands in the outbox is delivered or given up for now, or until the time is over; then
    /// ends.
    pub fn finish(self, within: Duration) -> Vec<ReceiverStanding> {
        let clock = &self.parts.clock;
        let begun = clock.elapsed();
        while !self.standings().iter().all(|standing| self.is_over(standing))
            && clock.elapsed().saturating_sub(begun) < within
        {
            clock.sleep(LOOK);
        }
        self.stop.store(true, Ordering::Relaxed);
        let end = |lane: Lane| {
            let _ = lane.thread.join();
            lane.shared.read()
        };
        self.lanes.into_iter().map(end).collect()
    }
}

impl Outbox {
    /// The store is asked, not the courier: what was done a moment ago may have come after it looked last.
    fn is_over(&self, standing: &ReceiverStanding) -> bool {
        let is_empty = || self.parts.store.outbox(standing.through, 1).is_ok_and(|left| left.is_empty());
        is_given_up(standing) || is_empty()
    }
}

/// Delivers what stands in the outbox and ends; a receiver that fails three times in a row, or turns this centre away, is
/// given up for now.
pub fn once(parts: &OutboxParts, receivers: Vec<NamedReceiver>) -> Vec<ReceiverStanding> {
    let one = |(name, receiver): NamedReceiver| {
        let shared = Shared::of(&name);
        let mut round = Round { parts: parts.clone(), name, receiver, shared: Arc::clone(&shared) };
        round.work(&|standing| standing.is_done || is_given_up(standing));
        shared.read()
    };
    receivers.into_iter().map(one).collect()
}

/// Whether whoever wants to come to an end waits no longer for a receiver.
fn is_given_up(standing: &ReceiverStanding) -> bool {
    standing.needs_people() || standing.faults >= FAULTS_AT_ONCE
}

impl Shared {
    fn of(name: &str) -> Arc<Shared> {
        Arc::new(Shared { standing: Mutex::new(ReceiverStanding::new(name)), is_asked: AtomicBool::new(false) })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, ReceiverStanding> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read(&self) -> ReceiverStanding {
        self.lock().clone()
    }
}

impl OutboxSight for Sight {
    fn standings(&self) -> Vec<ReceiverStanding> {
        if self.stop.load(Ordering::Relaxed) {
            return Vec::new();
        }
        self.lanes.iter().map(|lane| lane.read()).collect()
    }

    fn try_now(&self, receiver: &str) -> bool {
        let is_meant = |standing: &ReceiverStanding| standing.receiver == receiver && !standing.is_stopped;
        let lane = self.lanes.iter().find(|lane| is_meant(&lane.lock()));
        match lane.filter(|_| !self.stop.load(Ordering::Relaxed)) {
            Some(lane) => {
                lane.is_asked.store(true, Ordering::Relaxed);
                true
            }
            None => false,
        }
    }
}

/// One receiver's thread.
struct Round {
    parts: OutboxParts,
    name: String,
    receiver: Box<dyn Receiver>,
    shared: Arc<Shared>,
}

impl Round {
    /// Works until `is_over` says so, asked between any two effects, or until a person has to look.
    fn work(&mut self, is_over: &dyn Fn(&ReceiverStanding) -> bool) {
        let mut courier = Courier::new(self.receiver.batch());
        let mut effect = Effect::Ask;
        loop {
            if is_over(&self.shared.read()) {
                return;
            }
            let input = match effect {
                Effect::Stop(trouble) => {
                    tracing::error!(receiver = %self.name, "no more reports: {trouble}");
                    let mut standing = self.shared.lock();
                    standing.is_stopped = true;
                    standing.turned_away = None;
                    standing.last_fault = Some(trouble.to_string());
                    return;
                }
                Effect::Rest => {
                    self.shared.lock().is_done = true;
                    self.wait(REST, is_over);
                    Input::Elapsed
                }
                Effect::Wait(duration) => {
                    self.wait(duration, is_over);
                    Input::Elapsed
                }
                effect => self.carry_out(effect),
            };
            let told = fault_of(&input);
            effect = courier.handle(input, self.chance());
            let mut standing = self.shared.lock();
            standing.through = courier.cursor();
            standing.faults = courier.faults();
            let was_turned_away = standing.turned_away;
            standing.turned_away = self.turned_away(&courier, was_turned_away, &effect);
            match (was_turned_away, standing.turned_away) {
                (None, Some(now)) => {
                    tracing::error!(receiver = %self.name, "reports are turned away: {}", now.objection);
                }
                (Some(_), None) => tracing::warn!(receiver = %self.name, "reports are no longer turned away"),
                _ => {}
            }
            if let Some(why) = told {
                if standing.turned_away.is_none() {
                    tracing::warn!(receiver = %self.name, "a report could not be delivered yet: {why}");
                }
                standing.last_fault = Some(why);
            } else if standing.faults == 0 {
                standing.last_fault = None;
            }
        }
    }

    /// How the receiver turns this centre away, if it does: since when, and until when it is left alone.
    fn turned_away(&self, courier: &Courier, before: Option<TurnedAway>, effect: &Effect) -> Option<TurnedAway> {
        let objection = courier.objection()?;
        let now = self.parts.clock.now();
        let since = before.map_or(now, |before| before.since);
        let next = match effect {
            Effect::Wait(duration) => now.after(*duration),
            _ => before.map_or(now, |before| before.next),
        };
        Some(TurnedAway { objection, since, next })
    }

    fn carry_out(&mut self, effect: Effect) -> Input {
        match effect {
            Effect::Ask => match (self.parts.store.delivered_through(&self.name), self.receiver.reached()) {
                (Err(error), _) => store_fault(&error),
                (_, Err(fault)) => Input::Fault(fault),
                (Ok(cursor), Ok(mark)) => Input::Known { cursor, mark },
            },
            Effect::Read { after, limit } => match self.parts.store.outbox(after, limit) {
                Ok(entries) => Input::Entries(entries),
                Err(error) => store_fault(&error),
            },
            Effect::Deliver(entries) => {
                self.shared.lock().is_done = false;
                let reports: Vec<Report> =
                    entries.iter().map(|entry| Report::of(entry, &self.parts.issuing_state)).collect();
                let delivery = self.receiver.deliver(&reports);
                self.shared.lock().delivered += delivery.taken.min(reports.len()) as u64;
                Input::Delivered(delivery)
            }
            Effect::Commit { through } => {
                let deed = Deed::ReportsDelivered { receiver: self.name.clone(), through };
                let act = Act { at: self.parts.clock.now(), actor: Actor::Line, fence: None, deed };
                match self.parts.store.commit(vec![act]) {
                    Ok(_) => Input::Committed,
                    Err(error) => store_fault(&error),
                }
            }
            Effect::Rest | Effect::Wait(_) | Effect::Stop(_) => Input::Elapsed,
        }
    }

    /// Waits so long, until it is over, or until somebody asks for another attempt.
    fn wait(&self, duration: Duration, is_over: &dyn Fn(&ReceiverStanding) -> bool) {
        let begun = self.parts.clock.elapsed();
        loop {
            let left = duration.saturating_sub(self.parts.clock.elapsed().saturating_sub(begun));
            let is_asked = self.shared.is_asked.swap(false, Ordering::Relaxed);
            if left.is_zero() || is_asked || is_over(&self.shared.read()) {
                return;
            }
            self.parts.clock.sleep(left.min(LOOK));
        }
    }

    fn chance(&self) -> u32 {
        let mut bytes = [0; 4];
        self.parts.random.fill(&mut bytes);
        u32::from_le_bytes(bytes)
    }
}

fn store_fault(error: &StoreError) -> Input {
    Input::Fault(Fault::Later { why: error.to_string(), asked: None })
}

fn fault_of(input: &Input) -> Option<String> {
    let fault = match input {
        Input::Fault(fault) => Some(fault),
        Input::Delivered(delivery) => delivery.fault.as_ref(),
        _ => None,
    };
    match fault? {
        Fault::Later { why, .. } => Some(why.clone()),
        Fault::TurnedAway { objection, .. } => Some(objection.to_string()),
        Fault::Stop(_) => None,
    }
}
