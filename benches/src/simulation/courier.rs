//! Reports on their way to the register: the couriers of production, and receivers that remember all they were told.

use std::collections::BTreeSet;

use persoline_domain::deed::{Act, Deed};
use persoline_domain::identifiers::{Actor, Sequence};
use persoline_domain::outbox::{Objection, ObjectionTo};
use persoline_domain::store::OutboxEntry;
use persoline_report::receiver::{Delivery, Fault, Mark};
use persoline_report::{Courier, Effect, Input};

use super::crash::Side;
use super::dice::Dice;
use super::world::World;

/// How long an empty outbox is left alone.
const REST: u64 = 15_000;

/// A courier of one host.
pub(crate) struct CourierRun {
    courier: Courier,
    effect: Effect,
    pub(crate) due: u64,
}

impl CourierRun {
    /// A courier for each receiver.
    pub(crate) fn all(now: u64, receivers: usize) -> Vec<CourierRun> {
        let new = |index: usize| {
            let batch = if index == 0 { 8 } else { 1 };
            CourierRun { courier: Courier::new(batch), effect: Effect::Ask, due: now }
        };
        (0..receivers).map(new).collect()
    }
}

/// Where reports go.
pub(crate) struct Register {
    pub(crate) name: &'static str,
    /// Whether it is a file: it knows its last line, and one host at a time has it open. Otherwise it knows keys.
    is_file: bool,
    /// Every report that counted, in the order in which it came.
    pub(crate) seen: Vec<(Sequence, String, OutboxEntry)>,
    keys: BTreeSet<String>,
    opened_by: Option<u32>,
    dice: Dice,
    /// How often in a thousand a delivery fails.
    pub(crate) trouble: u64,
    pub(crate) lost: u64,
    pub(crate) unanswered: u64,
    /// Until when it turns the centre away: somebody has mixed up its credentials.
    turns_away_until: u64,
    pub(crate) turned_away: u64,
}

impl Register {
    /// A file and a register.
    pub(crate) fn both(seed: u64, trouble: u64) -> Vec<Register> {
        let new = |name, is_file| Register {
            name,
            is_file,
            seen: Vec::new(),
            keys: BTreeSet::new(),
            opened_by: None,
            dice: Dice::new(seed, name),
            trouble,
            lost: 0,
            unanswered: 0,
            turns_away_until: 0,
            turned_away: 0,
        };
        vec![new("file", true), new("register", false)]
    }

    /// From here it takes whatever it gets.
    pub(crate) fn calm(&mut self) {
        (self.trouble, self.turns_away_until) = (0, 0);
    }

    /// A host that is dead has no file open.
    pub(crate) fn released_by(&mut self, host: u32) {
        if self.opened_by == Some(host) {
            self.opened_by = None;
        }
    }

    fn reached(&mut self, host: u32) -> Result<Option<Mark>, Fault> {
        if !self.is_file {
            return Ok(None);
        }
        if self.opened_by.is_some_and(|other| other != host) {
            return Err(later("another program has the file open"));
        }
        self.opened_by = Some(host);
        Ok(self.seen.last().map(|(sequence, key, _)| Mark { sequence: *sequence, key: key.clone() }))
    }

    fn take(&mut self, now: u64, host: u32, entries: Vec<OutboxEntry>) -> Delivery {
        if self.is_file && self.opened_by != Some(host) {
            return Delivery { taken: 0, fault: Some(later("the file is not open")) };
        }
        if !self.is_file && now >= self.turns_away_until && self.dice.per_mille(self.trouble / 4) {
            self.turns_away_until = now + self.dice.between(1, 12) * 60_000;
        }
        if now < self.turns_away_until {
            self.turned_away += 1;
            let objection = Objection { about: ObjectionTo::Credentials, status: 401 };
            return Delivery { taken: 0, fault: Some(Fault::TurnedAway { objection, asked: None }) };
        }
        let count = entries.len();
        if self.dice.per_mille(self.trouble) {
            self.lost += 1;
            return Delivery { taken: 0, fault: Some(later("it does not answer")) };
        }
        let is_cut = self.dice.per_mille(self.trouble);
        // A disk that fails amid a write has some of the lines.
        let written = if is_cut && self.is_file { self.dice.below(count as u64 + 1) } else { count as u64 };
        for entry in entries.into_iter().take(usize::try_from(written).unwrap_or(count)) {
            if self.is_file || self.keys.insert(entry.key.clone()) {
                self.seen.push((entry.sequence, entry.key.clone(), entry));
            }
        }
        if is_cut {
            self.unanswered += 1;
            return Delivery { taken: 0, fault: Some(later("its answer did not arrive")) };
        }
        Delivery { taken: count, fault: None }
    }
}

fn later(why: &str) -> Fault {
    Fault::Later { why: why.to_owned(), asked: None }
}

impl World<'_> {
    /// A courier of a host does what is due.
    pub(crate) fn deliver(&mut self, id: u32, receiver: usize) {
        let now = self.now;
        let Some(host) = self.host(id).and_then(|index| self.hosts.get_mut(index)) else { return };
        let Some(run) = host.couriers.get_mut(receiver).filter(|run| run.due <= now) else { return };
        let effect = std::mem::replace(&mut run.effect, Effect::Ask);
        let Some(name) = self.registers.get(receiver).map(|register| register.name) else { return };
        let input = match effect {
            Effect::Ask => match (self.books.delivered_through(name), self.reached(id, receiver)) {
                (Err(error), _) => Input::Fault(later(&error.to_string())),
                (_, Err(fault)) => Input::Fault(fault),
                (Ok(cursor), Ok(mark)) => Input::Known { cursor, mark },
            },
            Effect::Read { after, limit } => match self.books.outbox(after, limit) {
                Ok(entries) => Input::Entries(entries),
                Err(error) => Input::Fault(later(&error.to_string())),
            },
            Effect::Deliver(entries) => {
                if self.passes("deliver report", Side::Before) {
                    return self.die(id);
                }
                self.tell(format_args!("host {id} hands {} reports to {name}", entries.len()));
                let delivery = match self.registers.get_mut(receiver) {
                    Some(register) => register.take(now, id, entries),
                    None => return,
                };
                if self.passes("deliver report", Side::After) {
                    return self.die(id);
                }
                Input::Delivered(delivery)
            }
            Effect::Commit { through } => {
                if self.passes("commit report", Side::Before) {
                    return self.die(id);
                }
                let deed = Deed::ReportsDelivered { receiver: name.to_owned(), through };
                let act = Act { at: self.wall(), actor: Actor::Line, fence: None, deed };
                let result = self.commit(vec![act]);
                if self.passes("commit report", Side::After) {
                    return self.die(id);
                }
                match result {
                    Ok(_) => Input::Committed,
                    Err(error) => Input::Fault(later(&error.to_string())),
                }
            }
            Effect::Rest | Effect::Wait(_) => Input::Elapsed,
            Effect::Stop(trouble) => {
                self.violated("report", format!("the courier to {name} stands still: {trouble}"));
                return;
            }
        };
        let chance = u32::try_from(self.dice.below(u64::from(u32::MAX))).unwrap_or(0);
        let Some(host) = self.host(id).and_then(|index| self.hosts.get_mut(index)) else { return };
        let Some(run) = host.couriers.get_mut(receiver) else { return };
        run.effect = run.courier.handle(input, chance);
        run.due = now
            + match &run.effect {
                Effect::Rest => REST,
                Effect::Wait(duration) => u64::try_from(duration.as_millis()).unwrap_or(REST),
                _ => 20,
            };
    }

    fn reached(&mut self, host: u32, receiver: usize) -> Result<Option<Mark>, Fault> {
        self.registers.get_mut(receiver).map_or(Ok(None), |register| register.reached(host))
    }
}
