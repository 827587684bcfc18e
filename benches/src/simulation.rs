//! The promises of the design, tried in virtual time: hosts that run the code of production, links that fail, machines that
//! break, people who meddle and clear up, all under one scheduler and from one seed.
//!
//! [`run`] runs one seed. What comes of it follows from the seed alone: the same seed has the same history, event for
//! event. A seed is a small centre with two to four machines and some twenty orders. Faults strike for half an hour; then
//! the line must settle by itself; then people decide what waits for them, and every accepted order must end; then the
//! shift is closed on a count by hand, and what physically lies there is held against the books and against what the
//! register heard.
//!
//! | module | what |
//! |---|---|
//! | `plan` | what a seed has in store |
//! | `world` | the scheduler |
//! | `host` | sessions of production, each step a place to die |
//! | `courier` | the report's couriers of production, and receivers that remember |
//! | [`link`] | a link that loses, cuts, delays and repeats |
//! | [`layer`] | stores in layers, a disk that can be full |
//! | [`papers`], [`chip`] | stages and chips that cost next to nothing |
//! | [`real`] | the stages of production, for every fiftieth seed |
//! | [`ledger`] | what was ever signed |
//! | `house`, `people` | where booklets lie, and who moves them |
//! | `witness`, `verdict` | the promises, as it goes and at the end |
//! | [`tally`], [`report`] | what was reached, and what is told of it |
//!
//! [`Ports`] is where a test puts something broken between the line and its world, to see that it is found.

pub mod chip;
mod courier;
pub mod crash;
mod deeds;
pub mod dice;
pub mod history;
mod host;
mod house;
pub mod layer;
pub mod ledger;
pub mod link;
pub mod papers;
mod people;
pub mod plan;
pub mod real;
pub mod report;
pub mod tally;
mod verdict;
mod witness;
mod world;

use std::sync::{Arc, OnceLock};

use persoline_calendar::CentreCalendars;
use persoline_domain::identifiers::MachineName;
use persoline_domain::store::Store;
use persoline_stage::workshop::Workshop;
use printer_driver::MachineDriver;

use crate::Failure;
use real::RealCentre;
use tally::Tally;
use world::World;

/// What stands between the line and its world. As it is, everything is handed through.
pub trait Ports: Sync {
    /// The store as the program reaches it, once for a seed.
    fn store(&self, store: Arc<dyn Store>) -> Arc<dyn Store> {
        store
    }
    /// A driver of a machine, once for each session of a host.
    fn driver(&self, _machine: &MachineName, driver: Box<dyn MachineDriver>) -> Box<dyn MachineDriver> {
        driver
    }
    /// The stages, once for a seed.
    fn workshop(&self, workshop: Arc<dyn Workshop>) -> Arc<dyn Workshop> {
        workshop
    }
}

/// Nothing stands between.
pub struct Sound;

impl Ports for Sound {}

/// A promise that was broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// In which seed.
    pub seed: u64,
    /// Which promise of the design, by its number, or `report`.
    pub promise: &'static str,
    /// What was seen.
    pub what: String,
    /// When, in milliseconds from the beginning.
    pub at: u64,
    /// The last events before it.
    pub events: Vec<String>,
}

/// What came of a seed.
#[derive(Debug, Clone)]
pub struct Ended {
    /// The seed.
    pub seed: u64,
    /// Broken promises.
    pub violations: Vec<Violation>,
    /// Digest of everything that happened.
    pub digest: u64,
    /// Events.
    pub events: u64,
    /// What was reached.
    pub tally: Tally,
    /// Orders accepted.
    pub orders: u64,
    /// Booklets bound.
    pub booklets: u64,
    /// Virtual milliseconds.
    pub lasted: u64,
    /// The most that an order was passed over by orders due on a later day.
    pub passed_over: usize,
    /// Every event, if they were asked for.
    pub history: Vec<String>,
}

/// What all seeds of a run share.
pub struct Setting {
    calendar: Arc<CentreCalendars>,
    real: OnceLock<Result<Arc<RealCentre>, String>>,
}

impl Setting {
    /// A setting; keys for the seeds that need them are made when the first of them begins.
    ///
    /// # Errors
    /// The calendar cannot be read.
    pub fn new() -> Result<Self, Failure> {
        Ok(Setting { calendar: Arc::new(CentreCalendars::hong_kong()?), real: OnceLock::new() })
    }

    fn calendar(&self) -> Arc<CentreCalendars> {
        Arc::clone(&self.calendar)
    }

    fn real(&self) -> Result<Arc<RealCentre>, Failure> {
        let made = self
            .real
            .get_or_init(|| RealCentre::open(plan::first_moment()).map(Arc::new).map_err(|error| error.to_string()));
        made.clone().map_err(Failure::from)
    }
}

/// Runs a seed; `keeps_history` keeps the text of every event.
///
/// # Errors
/// The world cannot be made.
pub fn run(seed: u64, ports: &dyn Ports, setting: &Setting, keeps_history: bool) -> Result<Ended, Failure> {
    let mut world = World::new(seed, ports, setting)?;
    if keeps_history {
        world.history = history::History::keeping();
    }
    world.open();
    while !world.is_over() && world.violations.is_empty() {
        world.turn();
    }
    world.calm_down();
    world.settle();
    world.clear_up();
    if world.violations.is_empty() {
        world.close();
    }
    if world.violations.is_empty() {
        world.judge();
    }
    world.count_faults();
    let booklets = world.booklets_bound();
    Ok(Ended {
        seed,
        digest: world.history.digest(),
        events: world.history.events,
        orders: world.witness.accepted.len() as u64,
        booklets,
        lasted: world.now,
        passed_over: world.witness.passed_over,
        violations: world.violations,
        tally: world.tally,
        history: world.history.all(),
    })
}
