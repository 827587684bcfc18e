//! Carries out what couriers decide: reads the store, asks receivers, waits.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use persoline_domain::chance::RandomSource;
use persoline_domain::clock::Clock;
use persoline_domain::deed::{Act, Deed};
use persoline_domain::identifiers::{Actor, Sequence};
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

/// How one receiver stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Its name.
    pub receiver: String,
    /// Up to here everything is delivered.
    pub through: Sequence,
    /// Reports delivered since the start.
    pub delivered: u64,
    /// Whether there is nothing left for it.
    pub is_done: bool,
    /// Faults in a row, and what the last one was.
    pub faults: u32,
    /// What went wrong last; `None` when the last delivery was taken.
    pub last_fault: Option<String>,
    /// Whether nothing more is delivered until a person has looked.
    pub is_stopped: bool,
}

/// The outbox at work: one thread for each receiver, so that a slow one delays no other.
pub struct Outbox {
    stop: Arc<AtomicBool>,
    lanes: Vec<Lane>,
    parts: OutboxParts,
}

struct Lane {
    standing: Arc<Mutex<Standing>>,
    thread: JoinHandle<()>,
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
            let standing = Arc::new(Mutex::new(standing_of(&name)));
            let mut round = Round { parts: parts.clone(), name, receiver, standing: Arc::clone(&standing) };
            let stopped = Arc::clone(&stop);
            let thread = std::thread::Builder::new().name("report".into()).spawn(move || {
                round.work(&|_| stopped.load(Ordering::Relaxed));
            })?;
            lanes.push(Lane { standing, thread });
        }
        Ok(Outbox { stop, lanes, parts: parts.clone() })
    }

    /// How the receivers stand.
    pub fn standings(&self) -> Vec<Standing> {
        self.lanes.iter().map(|lane| read(&lane.standing)).collect()
    }

    /// Waits until everything that stands in the outbox is delivered or given up for now, or until the time is over; then
    /// ends.
    pub fn finish(self, within: Duration) -> Vec<Standing> {
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
            read(&lane.standing)
        };
        self.lanes.into_iter().map(end).collect()
    }
}

impl Outbox {
    /// The store is asked, not the courier: what was done a moment ago may have come after it looked last.
    fn is_over(&self, standing: &Standing) -> bool {
        let is_empty = || self.parts.store.outbox(standing.through, 1).is_ok_and(|left| left.is_empty());
        standing.is_stopped || standing.faults >= FAULTS_AT_ONCE || is_empty()
    }
}

/// Delivers what stands in the outbox and ends; a receiver that fails three times in a row is given up for now.
pub fn once(parts: &OutboxParts, receivers: Vec<NamedReceiver>) -> Vec<Standing> {
    let one = |(name, receiver): NamedReceiver| {
        let standing = Arc::new(Mutex::new(standing_of(&name)));
        let mut round = Round { parts: parts.clone(), name, receiver, standing: Arc::clone(&standing) };
        round.work(&|standing| standing.is_done || standing.faults >= FAULTS_AT_ONCE);
        read(&standing)
    };
    receivers.into_iter().map(one).collect()
}

fn standing_of(name: &str) -> Standing {
    Standing {
        receiver: name.to_owned(),
        through: Sequence(0),
        delivered: 0,
        is_done: false,
        faults: 0,
        last_fault: None,
        is_stopped: false,
    }
}

fn lock(standing: &Mutex<Standing>) -> std::sync::MutexGuard<'_, Standing> {
    standing.lock().unwrap_or_else(PoisonError::into_inner)
}

fn read(standing: &Mutex<Standing>) -> Standing {
    lock(standing).clone()
}

/// One receiver's thread.
struct Round {
    parts: OutboxParts,
    name: String,
    receiver: Box<dyn Receiver>,
    standing: Arc<Mutex<Standing>>,
}

impl Round {
    /// Works until `is_over` says so, asked between any two effects, or until a person has to look.
    fn work(&mut self, is_over: &dyn Fn(&Standing) -> bool) {
        let mut courier = Courier::new(self.receiver.batch());
        let mut effect = Effect::Ask;
        loop {
            if is_over(&read(&self.standing)) {
                return;
            }
            let input = match effect {
                Effect::Stop(trouble) => {
                    tracing::error!(receiver = %self.name, "no more reports: {trouble}");
                    let mut standing = lock(&self.standing);
                    standing.is_stopped = true;
                    standing.last_fault = Some(trouble.to_string());
                    return;
                }
                Effect::Rest => {
                    lock(&self.standing).is_done = true;
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
            let mut standing = lock(&self.standing);
            standing.through = courier.cursor();
            standing.faults = courier.faults();
            if let Some(why) = told {
                tracing::warn!(receiver = %self.name, "a report could not be delivered yet: {why}");
                standing.last_fault = Some(why);
            } else if standing.faults == 0 {
                standing.last_fault = None;
            }
        }
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
                lock(&self.standing).is_done = false;
                let reports: Vec<Report> =
                    entries.iter().map(|entry| Report::of(entry, &self.parts.issuing_state)).collect();
                let delivery = self.receiver.deliver(&reports);
                lock(&self.standing).delivered += delivery.taken.min(reports.len()) as u64;
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

    fn wait(&self, duration: Duration, is_over: &dyn Fn(&Standing) -> bool) {
        let begun = self.parts.clock.elapsed();
        loop {
            let left = duration.saturating_sub(self.parts.clock.elapsed().saturating_sub(begun));
            if left.is_zero() || is_over(&read(&self.standing)) {
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
    match input {
        Input::Fault(Fault::Later { why, .. }) => Some(why.clone()),
        Input::Delivered(delivery) => match &delivery.fault {
            Some(Fault::Later { why, .. }) => Some(why.clone()),
            _ => None,
        },
        _ => None,
    }
}
