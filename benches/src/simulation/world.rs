//! Host, links, machines, chips, store, people and register of one seed, under one scheduler in virtual time.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use mock_devices::machine::{InMemory, MachineSettings, MachineTimings, MockMachineHandle, StepMachine};
use mock_devices::time::VirtualClock;
use persoline_calendar::CentreCalendars;
use persoline_domain::clock::Timestamp;
use persoline_domain::identifiers::MachineName;
use persoline_domain::store::Store;
use persoline_line::session::SessionSettings;
use persoline_stage::workshop::Workshop;
use persoline_store::DirectStore;
use printer_driver::FeederId;

use super::chip::restore_cheap_chip;
use super::courier::Register;
use super::dice::Dice;
use super::history::History;
use super::host::Host;
use super::house::House;
use super::layer::{Disk, Layered};
use super::ledger::Ledger;
use super::link::Line;
use super::papers::Papers;
use super::people::People;
use super::plan::{MachinePlan, Plan, Turn};
use super::real::RealCentre;
use super::tally::{Tally, machine_fault};
use super::witness::Witness;
use super::{Ports, Setting, Violation};
use crate::{Failure, failure};

/// How long a link may be down before its machine counts as dead, so that a day of minutes has dead machines.
const DEAD_AFTER: Duration = Duration::from_secs(150);
/// Longest time between two looks at the world.
const LONGEST: u64 = 60_000;

/// Turns at one moment after which something goes round in circles.
const STUCK: u32 = 5_000;

/// The world of one seed.
pub(crate) struct World<'a> {
    pub(crate) seed: u64,
    pub(crate) plan: Plan,
    /// Milliseconds since the beginning.
    pub(crate) now: u64,
    pub(crate) ports: &'a dyn Ports,
    pub(crate) clock: Arc<VirtualClock>,
    pub(crate) calendar: Arc<CentreCalendars>,
    /// The store as it is, for those who check.
    pub(crate) truth: Arc<DirectStore>,
    /// The store as the program reaches it.
    pub(crate) books: Arc<dyn Store>,
    disk_is_full: Arc<AtomicBool>,
    disk_full_until: u64,
    pub(crate) papers: Arc<Papers>,
    pub(crate) workshop: Arc<dyn Workshop>,
    pub(crate) settings: SessionSettings,
    /// The stages of production, in some seeds.
    pub(crate) real: Option<Arc<RealCentre>>,
    /// What was ever signed.
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) sites: Vec<Site>,
    pub(crate) hosts: Vec<Host>,
    pub(crate) host_starts: Vec<u64>,
    pub(crate) next_host: u32,
    pub(crate) house: House,
    pub(crate) people: People,
    pub(crate) registers: Vec<Register>,
    pub(crate) history: History,
    pub(crate) tally: Tally,
    pub(crate) witness: Witness,
    pub(crate) violations: Vec<Violation>,
    pub(crate) dice: Dice,
    /// Counts what comes back later, so that of two things due at once the older comes first.
    pub(crate) order: u64,
    turns_now: u32,
}

/// Where a machine stands.
pub(crate) struct Site {
    pub(crate) name: MachineName,
    pub(crate) handle: MockMachineHandle,
    pub(crate) line: Line,
    pub(crate) plan: MachinePlan,
    /// Its feeders with the formats that they take.
    pub(crate) feeders: Vec<(FeederId, String)>,
    /// Whether anything happened there since hosts looked last.
    pub(crate) moved: bool,
}

impl<'a> World<'a> {
    /// The world of a seed before its first moment.
    pub(crate) fn new(seed: u64, ports: &'a dyn Ports, setting: &Setting) -> Result<World<'a>, Failure> {
        let plan = Plan::draw(seed);
        let real = if plan.is_real { Some(setting.real()?) } else { None };
        let clock = Arc::new(VirtualClock::standing(plan.start.0));
        let truth = Arc::new(DirectStore::in_memory()?);
        let disk_is_full = Arc::new(AtomicBool::new(false));
        let disk = Disk::new(Arc::clone(&truth) as Arc<dyn Store>, Arc::clone(&disk_is_full));
        let books = ports.store(Arc::new(Layered(disk)));
        let papers = Arc::new(Papers::new(seed, plan.workshop));
        let stages: Arc<dyn Workshop> = match &real {
            None => Arc::clone(&papers) as _,
            Some(centre) => centre.workshop(seed, Arc::clone(&books), Arc::clone(&truth) as _, &clock)?,
        };
        let ledger = Arc::new(Ledger::of(stages));
        let workshop = ports.workshop(Arc::clone(&ledger) as Arc<dyn Workshop>);
        let sites = plan.machines.iter().enumerate().map(|(index, machine)| {
            let settings = machine_settings(machine, real.as_deref());
            let feeders = settings.feeders.iter().map(|(id, format)| (*id, format.0.clone())).collect();
            let seed = seed.wrapping_mul(8).wrapping_add(index as u64);
            let machine_clock = Arc::clone(&clock) as Arc<dyn mock_devices::time::Clock>;
            let started = StepMachine::start(settings, machine_clock, Box::new(InMemory::new()), seed);
            Ok(Site {
                name: machine.name.into(),
                handle: started.map_err(failure)?.handle(),
                line: Line::new(seed, plan.link),
                plan: machine.clone(),
                feeders,
                moved: true,
            })
        });
        let sites = sites.collect::<Result<Vec<_>, Failure>>()?;
        let settings = SessionSettings {
            dead_after: DEAD_AFTER,
            retry_after: Duration::from_secs(1),
            listing_interval: Duration::from_secs(2),
            ..SessionSettings::default()
        };
        Ok(World {
            seed,
            now: 0,
            ports,
            clock,
            calendar: setting.calendar(),
            truth,
            books,
            disk_is_full,
            disk_full_until: 0,
            papers,
            workshop,
            settings,
            real,
            ledger,
            sites,
            hosts: Vec::new(),
            host_starts: vec![0],
            next_host: 1,
            house: House::default(),
            people: People::new(seed),
            registers: Register::both(seed, plan.receiver),
            history: History::default(),
            tally: Tally::default(),
            witness: Witness::default(),
            violations: Vec::new(),
            dice: Dice::new(seed, "hosts"),
            order: 0,
            turns_now: 0,
            plan,
        })
    }

    /// The time that everybody's wall shows.
    pub(crate) fn wall(&self) -> Timestamp {
        Timestamp(self.plan.start.0.saturating_add(i64::try_from(self.now).unwrap_or(i64::MAX)))
    }

    pub(crate) fn tell(&mut self, what: core::fmt::Arguments<'_>) {
        self.history.tell(self.now, what);
    }

    /// A promise is broken.
    pub(crate) fn violated(&mut self, promise: &'static str, what: String) {
        self.tell(format_args!("PROMISE {promise} BROKEN: {what}"));
        let (seed, at) = (self.seed, self.now);
        self.violations.push(Violation { seed, promise, what, at, events: self.history.newest() });
    }

    pub(crate) fn name_of(&self, site: usize) -> &'static str {
        self.sites.get(site).map_or("nowhere", |site| site.plan.name)
    }

    /// Whether faults are over.
    pub(crate) fn is_calm(&self) -> bool {
        self.now >= self.plan.troubled_until
    }

    /// Whether nothing more can go wrong: faults are over, or there is nothing left for them to strike.
    pub(crate) fn is_over(&self) -> bool {
        self.is_calm() || (self.plan.turns.is_empty() && self.people.sees_the_end)
    }

    /// Time goes on to the next thing that happens, and it happens.
    pub(crate) fn turn(&mut self) {
        let next = self.next_moment().clamp(self.now, self.now + LONGEST);
        self.turns_now = if next == self.now { self.turns_now + 1 } else { 0 };
        if self.turns_now > STUCK {
            self.violated("6", "time stands still: something is done again and again without end".to_owned());
        }
        self.now = next;
        self.clock.advance_to(Duration::from_millis(self.now));
        for site in &mut self.sites {
            site.line.advance(self.now);
            if site.handle.next_deadline().is_some_and(|deadline| millis(deadline) <= self.now) {
                // A memory of this kind never fails.
                let _ = site.handle.advance();
                site.moved = true;
            }
        }
        self.take_turns();
        self.people_act();
        if self.host_starts.iter().any(|at| *at <= self.now) {
            let now = self.now;
            self.host_starts.retain(|at| *at > now);
            self.start_host();
        }
        let hosts: Vec<u32> = self.hosts.iter().map(|host| host.id).collect();
        for id in hosts {
            self.work(id);
        }
        self.sites.iter_mut().for_each(|site| site.moved = false);
        // Whatever was done may have set a machine going that another host looks at.
    }

    fn next_moment(&self) -> u64 {
        let machines = self.sites.iter().filter_map(|site| site.handle.next_deadline()).map(millis);
        let hosts = self.hosts.iter().map(Host::next_moment);
        let turns = self.plan.turns.first().map(|(at, _)| *at);
        let starts = self.host_starts.iter().copied();
        let disk = (self.disk_full_until > self.now).then_some(self.disk_full_until);
        let others = [Some(self.people.next_moment()), turns, disk].into_iter().flatten();
        machines.chain(hosts).chain(starts).chain(others).min().unwrap_or(u64::MAX)
    }

    /// Turns of events whose time has come.
    fn take_turns(&mut self) {
        if self.disk_full_until <= self.now && self.disk_is_full.swap(false, Ordering::Relaxed) {
            self.tell(format_args!("there is room on the disk again"));
        }
        while let Some((_, turn)) = self.plan.turns.first().copied().filter(|(at, _)| *at <= self.now) {
            self.plan.turns.remove(0);
            self.tell(format_args!("{turn:?}"));
            self.take_turn(turn);
        }
    }

    fn take_turn(&mut self, turn: Turn) {
        match turn {
            Turn::SecondHost => {
                if self.host_starts.is_empty() && !self.hosts.is_empty() {
                    self.hosts.iter_mut().for_each(|host| host.is_old = true);
                    self.tally.fault("second host takes over");
                    self.start_host();
                }
            }
            Turn::DiskFull(length) => {
                self.tally.fault("disk full");
                self.disk_is_full.store(true, Ordering::Relaxed);
                self.disk_full_until = self.now + length;
            }
            Turn::ClockJumps(by) => {
                self.tally.fault("clock of the host jumps");
                self.hosts.iter_mut().for_each(|host| host.skew += by);
            }
            Turn::PowerCut(site) => {
                self.tally.fault("power cut");
                self.at(site, |site| drop(site.handle.power_cut()));
            }
            Turn::ControllerRestarts(site) => {
                self.tally.fault("controller restarts");
                let seed = self.dice.draw();
                self.at(site, |site| drop(site.handle.restart(seed)));
            }
            Turn::MachineDead(site, length) => {
                self.tally.fault("machine dead for long");
                let until = self.now + length;
                self.at(site, |site| site.line.cut(until));
            }
            Turn::ShiftEnds => self.people.ends_shift = true,
            Turn::ForeignBooklet(site) => self.misplace(site, false),
            Turn::OtherChip(site) => self.misplace(site, true),
            Turn::Panel(site) => self.press_at_panel(site),
        }
    }

    /// Does something at a machine, which hosts then look at.
    pub(crate) fn at<T>(&mut self, site: usize, act: impl FnOnce(&mut Site) -> T) -> Option<T> {
        let site = self.sites.get_mut(site)?;
        site.moved = true;
        Some(act(site))
    }

    /// Faults are over: links are mended, machines do what they are told.
    pub(crate) fn calm_down(&mut self) {
        self.tell(format_args!("from here nothing goes wrong any more"));
        self.plan.turns.clear();
        self.disk_full_until = 0;
        self.disk_is_full.store(false, Ordering::Relaxed);
        self.papers.calm();
        self.registers.iter_mut().for_each(Register::calm);
        self.hosts.iter_mut().for_each(|host| host.skew = 0);
        for site in &mut self.sites {
            site.line.mend();
            site.handle.set_faults(mock_devices::machine::FaultPlan::none());
            site.moved = true;
        }
    }

    /// Counts what struck in machines, links, workshop and receivers.
    pub(crate) fn count_faults(&mut self) {
        let mut counts = vec![self.papers.reached()];
        counts.extend(self.sites.iter().map(|site| site.line.reached()));
        for (name, count) in counts.into_iter().flatten() {
            self.tally.faults(name, count);
        }
        for site in &self.sites {
            for (kind, count) in site.handle.reached() {
                if count > 0 {
                    self.tally.faults(&machine_fault(kind), count);
                }
            }
        }
        for register in &self.registers {
            for (name, count) in [
                ("receiver: report lost", register.lost),
                ("receiver: answer lost", register.unanswered),
                ("receiver: turns the centre away", register.turned_away),
            ] {
                if count > 0 {
                    self.tally.faults(name, count);
                }
            }
        }
    }
}

fn machine_settings(plan: &MachinePlan, real: Option<&RealCentre>) -> MachineSettings {
    let mut settings = match real {
        Some(centre) => centre.machine(plan.name, plan.engraves),
        None => MachineSettings::line_300(plan.name, restore_cheap_chip),
    };
    if plan.engraves && real.is_none() {
        let line = settings;
        settings = MachineSettings {
            numbering: printer_driver::Numbering::Engraved,
            encoders: 2,
            has_inkjet: false,
            timings: MachineTimings::engraving_line_150(),
            ..line
        };
    }
    settings.faults = plan.faults.clone();
    settings.stack_capacity = plan.stack_capacity;
    settings.jobs_at_once = plan.jobs_at_once;
    settings.feeder_low = 1;
    settings
}

/// Milliseconds, a part of one counted as a whole: nothing is looked at before it has happened.
pub(crate) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX)
}
