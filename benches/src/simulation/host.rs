//! A host: the sessions of production, with their effects carried out in virtual time, and every step a place to die.

mod effects;

use std::collections::VecDeque;
use std::time::Duration;

use persoline_domain::calendar::Calendar as _;
use persoline_domain::clock::Timestamp;
use persoline_domain::deed::{Act, Deed};
use persoline_domain::identifiers::{Actor, JobNumber};
use persoline_domain::store::{Outcome, StoreError};
use persoline_line::session::{Input, Moment, Session, alarm_code};
use printer_driver::MachineDriver;

use super::courier::CourierRun;
use super::crash::Side;
use super::link::Wire;
use super::world::World;

/// How soon a session is looked at again after it did something.
const SOON: u64 = 500;
/// How long a session that has nothing to do is left alone.
const SELDOM: u64 = 8_000;

/// A host.
pub(crate) struct Host {
    pub(crate) id: u32,
    /// Whether another host was started beside it.
    pub(crate) is_old: bool,
    /// By how many milliseconds its clock is off.
    pub(crate) skew: i64,
    /// Its sessions, one for each machine.
    pub(crate) running: Vec<Running>,
    pub(crate) later: Vec<Later>,
    pub(crate) couriers: Vec<CourierRun>,
}

/// A session and its way to the machine.
pub(crate) struct Running {
    pub(crate) session: Session,
    driver: Box<dyn MachineDriver>,
    /// When it is looked at next.
    pub(crate) look_at: u64,
    rest: u64,
    /// Whether it has halted.
    pub(crate) has_halted: bool,
}

/// Something that comes back to a session later.
pub(crate) struct Later {
    pub(crate) due: u64,
    order: u64,
    site: usize,
    what: Pending,
}

enum Pending {
    Commit { job: Option<JobNumber>, acts: Vec<Act>, point: &'static str },
    Answer(Input),
}

/// What came of carrying an effect out.
enum Flow {
    Goes(Option<Input>),
    Died,
}

impl Host {
    /// When it has something to do next.
    pub(crate) fn next_moment(&self) -> u64 {
        let later = self.later.iter().map(|later| later.due);
        let looks = self.running.iter().filter(|running| !running.has_halted).map(|running| running.look_at);
        let couriers = self.couriers.iter().map(|courier| courier.due);
        later.chain(looks).chain(couriers).min().unwrap_or(u64::MAX)
    }

    /// Whether a session has work under way.
    pub(crate) fn is_busy(&self) -> bool {
        let sessions = self.running.iter().any(|running| !running.has_halted && !running.session.is_idle());
        sessions || !self.later.is_empty()
    }
}

impl World<'_> {
    /// The index of a host.
    pub(crate) fn host(&self, id: u32) -> Option<usize> {
        self.hosts.iter().position(|host| host.id == id)
    }

    fn running(&mut self, id: u32, site: usize) -> Option<&mut Running> {
        let index = self.host(id)?;
        self.hosts.get_mut(index)?.running.get_mut(site).filter(|running| !running.has_halted)
    }

    /// A host is started: it takes control of every machine and takes up what the store says is open.
    pub(crate) fn start_host(&mut self) {
        if self.passes("start", Side::Before) {
            return self.start_host_after(2_000);
        }
        let id = self.next_host;
        self.next_host += 1;
        let running = match self.take_control() {
            Ok(running) => running,
            Err(error) => {
                self.tell(format_args!("host {id} cannot start: {error}"));
                return self.start_host_after(5_000);
            }
        };
        self.tell(format_args!("host {id} starts"));
        if self.passes("start", Side::After) {
            return self.start_host_after(2_000);
        }
        let couriers = CourierRun::all(self.now, self.registers.len());
        let host = Host { id, is_old: false, skew: 0, running, later: Vec::new(), couriers };
        self.hosts.push(host);
    }

    /// A host is started in so many milliseconds.
    pub(crate) fn start_host_after(&mut self, wait: u64) {
        self.host_starts.push(self.now + wait);
    }

    /// As the line does it: fences first, so that no number of a job is given twice.
    fn take_control(&mut self) -> Result<Vec<Running>, StoreError> {
        let names: Vec<_> = self.sites.iter().map(|site| site.name.clone()).collect();
        let fences = names.iter().map(|name| self.books.take_fence(name)).collect::<Result<Vec<_>, _>>()?;
        let highest = self.books.highest_job()?.0;
        let stride = names.len() as u64;
        let mut running = Vec::new();
        for (index, (name, fence)) in names.into_iter().zip(fences).enumerate() {
            let open = self.books.open_jobs(&name)?;
            let numbers = (highest + 1 + index as u64, stride);
            let session = Session::new(name.clone(), fence, self.settings, numbers, open);
            let Some(site) = self.sites.get(index) else { continue };
            let wire = Box::new(Wire::connect(&site.handle, &site.line, self.real.is_some()));
            let driver = self.ports.driver(&name, wire);
            running.push(Running { session, driver, look_at: self.now, rest: SOON, has_halted: false });
        }
        Ok(running)
    }

    /// Whether a host dies here.
    pub(crate) fn passes(&mut self, point: &'static str, side: Side) -> bool {
        if self.now >= self.plan.troubled_until {
            return false;
        }
        let planned = self.plan.crashes.iter().position(|crash| crash.point == point && crash.side == side);
        let Some(index) = planned else { return false };
        match self.plan.crashes.get_mut(index) {
            Some(crash) if crash.skip > 0 => {
                crash.skip -= 1;
                false
            }
            _ => {
                self.plan.crashes.remove(index);
                self.tally.crash(&format!("{} {point}", side.name()));
                self.tell(format_args!("killed {} {point}", side.name()));
                true
            }
        }
    }

    /// A host is killed. What it had handed to the store may still get there.
    pub(crate) fn die(&mut self, id: u32) {
        let Some(index) = self.host(id) else { return };
        let host = self.hosts.remove(index);
        self.tell(format_args!("host {id} is dead"));
        self.registers.iter_mut().for_each(|register| register.released_by(id));
        for later in host.later {
            if let Pending::Commit { acts, .. } = later.what
                && self.dice.per_mille(500)
            {
                // Nobody hears the answer.
                let _ = self.commit(acts);
            }
        }
        if !host.is_old && self.hosts.iter().all(|other| other.is_old) && self.host_starts.is_empty() {
            let wait = self.dice.between(500, 30_000);
            self.start_host_after(wait);
        }
    }

    /// Everything that a host has to do by now.
    pub(crate) fn work(&mut self, id: u32) {
        self.answer(id);
        for site in 0..self.sites.len() {
            let moved = self.sites.get(site).is_some_and(|site| site.moved);
            let now = self.now;
            if self.running(id, site).is_some_and(|running| moved || running.look_at <= now) {
                self.look(id, site);
            }
        }
        for courier in 0..self.registers.len() {
            self.deliver(id, courier);
        }
    }

    /// Gives answers whose time has come.
    fn answer(&mut self, id: u32) {
        loop {
            let now = self.now;
            let Some(host) = self.host(id).and_then(|index| self.hosts.get_mut(index)) else { return };
            let due = host.later.iter().enumerate().filter(|(_, later)| later.due <= now);
            let Some(next) = due.min_by_key(|(_, later)| (later.due, later.order)).map(|(index, _)| index) else {
                return;
            };
            let later = host.later.swap_remove(next);
            match later.what {
                Pending::Answer(input) => self.handle(id, later.site, VecDeque::from([input])),
                Pending::Commit { job, acts, point } => {
                    if self.passes(point, Side::Before) {
                        return self.die(id);
                    }
                    let result = self.commit(acts);
                    if self.passes(point, Side::After) {
                        return self.die(id);
                    }
                    if let Some(job) = job {
                        let wait = self.dice.below(6);
                        self.later(id, later.site, wait, Pending::Answer(Input::Committed { job, result }));
                    }
                }
            }
        }
    }

    fn later(&mut self, id: u32, site: usize, wait: u64, what: Pending) {
        self.order += 1;
        let (due, order) = (self.now + wait, self.order);
        if let Some(host) = self.host(id).and_then(|index| self.hosts.get_mut(index)) {
            host.later.push(Later { due, order, site, what });
        }
    }

    /// As the machine's thread does it: a tick, and what the machine has told.
    fn look(&mut self, id: u32, site: usize) {
        let Some(running) = self.running(id, site) else { return };
        let mut inputs = VecDeque::from([Input::Tick]);
        let mut is_quiet = true;
        if running.session.is_linked() {
            let events = running.driver.events(running.session.cursor(), Duration::ZERO);
            is_quiet = matches!(&events, Ok(batch) if batch.events.is_empty());
            inputs.push_back(Input::Events(events));
        }
        let before = self.order;
        self.handle(id, site, inputs);
        let (now, order) = (self.now, self.order);
        if let Some(running) = self.running(id, site) {
            is_quiet &= before == order;
            running.rest = if is_quiet { (running.rest * 2).min(SELDOM) } else { SOON };
            running.look_at = now + running.rest;
        }
    }

    fn moment(&self, id: u32) -> Moment {
        let skew = self.host(id).and_then(|index| self.hosts.get(index)).map_or(0, |host| host.skew);
        let at = Timestamp(self.wall().0.saturating_add(skew));
        Moment { at, today: self.calendar.production.local_date(at) }
    }

    /// Feeds inputs to a session and carries out what comes of them.
    fn handle(&mut self, id: u32, site: usize, mut inputs: VecDeque<Input>) {
        while let Some(input) = inputs.pop_front() {
            let moment = self.moment(id);
            let soon = self.now + SOON;
            let Some(running) = self.running(id, site) else { return };
            let effects = running.session.step(input, moment);
            if !effects.is_empty() {
                running.rest = SOON;
                running.look_at = running.look_at.min(soon);
            }
            for effect in effects {
                match self.carry_out(id, site, effect) {
                    Flow::Goes(answer) => inputs.extend(answer),
                    Flow::Died => return self.die(id),
                }
            }
        }
    }

    /// Makes acts of a host durable, before the eyes of those who check.
    pub(crate) fn commit(&mut self, acts: Vec<Act>) -> Result<Vec<Outcome>, StoreError> {
        let result = self.books.commit(acts.clone());
        let mut text = String::new();
        for act in &acts {
            text += super::deeds::name_of_deed(&act.deed);
            text += " ";
        }
        match &result {
            Ok(_) => self.tell(format_args!("store: {text}{}", detail(&acts))),
            Err(error) => self.tell(format_args!("store: {text}{} {error}", detail(&acts))),
        }
        if result.is_ok() {
            self.after_commit(&acts);
        }
        result
    }

    /// A person's act.
    pub(crate) fn person(&mut self, name: &str, deed: Deed) -> Result<Vec<Outcome>, StoreError> {
        let act = Act { at: self.wall(), actor: Actor::Person(name.to_owned()), fence: None, deed };
        self.commit(vec![act])
    }

    /// A person acknowledges an alarm of a machine as the dashboard has it done: the log first, then the machine.
    /// Answers whether there was one.
    pub(crate) fn acknowledge_alarm(&mut self, name: &str, site: usize) -> bool {
        let Some(host) = self.hosts.iter().find(|host| !host.is_old) else { return false };
        let (id, running) = (host.id, host.running.get(site));
        let session = running.filter(|running| !running.has_halted).map(|running| &running.session);
        let alarm = session
            .filter(|session| session.is_linked())
            .and_then(|session| session.alarms().find(|alarm| !alarm.is_acknowledged))
            .map(|alarm| (alarm.id, alarm_code(&alarm.code).to_owned()));
        let machine = self.sites.get(site).map(|site| site.name.clone());
        let (Some((alarm, code)), Some(machine)) = (alarm, machine) else { return false };
        let is_noted = self.person(name, Deed::AlarmAcknowledged { machine, alarm: alarm.0, code }).is_ok();
        if is_noted {
            self.handle(id, site, VecDeque::from([Input::Acknowledge(alarm)]));
        }
        is_noted
    }
}

/// What the first act is about, for the history.
fn detail(acts: &[Act]) -> String {
    acts.first().map_or_else(String::new, super::deeds::subject_of_deed)
}
