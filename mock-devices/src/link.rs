//! A link that fails between a host and any machine.
//!
//! [`FaultyLink`] goes round a driver and is one itself. Requests are lost before they arrive, answers on their way back,
//! a request that was given up arrives late, the link is cut for a time, and events come twice, late, shuffled or with one
//! missing. Each [`LinkFault`] is switched on at a rate from a printed seed, or forced onto one call; every strike is counted.
//!
//! An event keeps its cursor, and what was lost can be read again from a cursor that was kept. Commands may or may not have
//! arrived whenever [`ErrorKind::LinkLost`] or [`ErrorKind::Timeout`] is told. A driver has to put disturbed events right
//! before it tells them: [`Straight`] round a faulty link does, and together they are a driver that keeps its contract over
//! a link that does not. A faulty link alone is a driver that passes on what it gets.
//!
//! The link never waits by itself, so it can be used in virtual time on one thread; [`LinkPlan::fails_after`] makes a call to
//! a broken link take real time, for hosts that ask again at once. The same seed and the same calls give the same faults.

mod plan;
#[cfg(test)]
mod storm;
mod straight;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use printer_driver::{
    Acceptance, Attached, CameraImage, Command, Cursor, Description, DeviceError, ErrorKind, EventBatch, FencingToken,
    IdempotencyKey, ImageId, JournalEntry, MachineDriver, Operation, Snapshot,
};

pub use plan::{LinkFault, LinkPlan};
pub use straight::Straight;

use crate::chance::{Chance, Draw};
use crate::time::Clock;

/// One host's session with a machine, over a link that fails.
pub struct FaultyLink<D> {
    inner: D,
    link: LinkHandle,
    /// Commands that were given up and arrive later, and when. They die with the session.
    late: Vec<(Duration, Command)>,
    /// Until when events are held back.
    held_until: Duration,
}

/// A link as whoever pulls the cable sees it; clones are the same link.
#[derive(Clone)]
pub struct LinkHandle {
    shared: Arc<Shared>,
}

struct Shared {
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

struct State {
    plan: LinkPlan,
    calls: u64,
    is_cut: bool,
    /// Cut from the next command on, which arrives or does not.
    cut_at_command: Option<bool>,
    cut_until: Duration,
    forced: Vec<(LinkFault, Option<&'static str>)>,
    reached: BTreeMap<&'static str, u64>,
}

/// What becomes of a call.
enum Fate {
    Passes,
    /// Nothing arrives.
    Lost(DeviceError),
    /// It arrives, and the answer is lost.
    Unanswered(DeviceError),
    /// It arrives after so long, and nobody hears of it.
    Late(Duration, DeviceError),
    /// Events are told so.
    Events(LinkFault, Box<Draw>),
}

impl<D: MachineDriver> FaultyLink<D> {
    /// A link to a machine. `clock` is the machine's or the simulation's.
    pub fn new(inner: D, clock: Arc<dyn Clock>, plan: LinkPlan) -> Self {
        let state = State {
            plan,
            calls: 0,
            is_cut: false,
            cut_at_command: None,
            cut_until: Duration::ZERO,
            forced: Vec::new(),
            reached: LinkFault::ALL.into_iter().map(|fault| (fault.name(), 0)).collect(),
        };
        LinkHandle { shared: Arc::new(Shared { clock, state: Mutex::new(state) }) }.connect(inner)
    }

    /// For whoever pulls the cable.
    pub fn handle(&self) -> LinkHandle {
        self.link.clone()
    }

    /// The driver on the machine's side.
    pub fn inner_mut(&mut self) -> &mut D {
        &mut self.inner
    }

    /// Lets arrive what was given up and is due.
    fn deliver_late(&mut self) {
        let now = self.link.shared.clock.now();
        let (due, later) = std::mem::take(&mut self.late).into_iter().partition(|(at, _)| *at <= now);
        self.late = later;
        let due: Vec<(Duration, Command)> = due;
        for (_, command) in due {
            // Whoever sent it has given it up, so nobody is there to hear the answer.
            let _ = self.inner.submit(&command);
        }
    }

    fn call<T>(
        &mut self,
        name: &'static str,
        command: Option<&Command>,
        act: impl FnOnce(&mut D) -> Result<T, DeviceError>,
    ) -> Result<T, DeviceError> {
        self.deliver_late();
        match self.link.fate(name, command) {
            Fate::Passes | Fate::Events(..) => act(&mut self.inner),
            Fate::Lost(error) => self.fail(error),
            Fate::Unanswered(error) => {
                let _ = act(&mut self.inner);
                self.fail(error)
            }
            Fate::Late(after, error) => {
                let due = self.link.shared.clock.now().saturating_add(after);
                self.late.extend(command.map(|command| (due, command.clone())));
                self.fail(error)
            }
        }
    }

    fn fail<T>(&self, error: DeviceError) -> Result<T, DeviceError> {
        let takes = self.link.lock().plan.fails_after;
        if !takes.is_zero() {
            let clock = &self.link.shared.clock;
            clock.sleep_until(clock.now().saturating_add(takes));
        }
        Err(error)
    }

    /// Events as the fault has them arrive.
    fn disturb(
        &mut self,
        fault: LinkFault,
        mut draw: Draw,
        after: Cursor,
        wait: Duration,
    ) -> Result<EventBatch, DeviceError> {
        if fault == LinkFault::EventsLate {
            let late = draw.between(100, 10_000).unsigned_abs();
            self.held_until = self.link.shared.clock.now().saturating_add(Duration::from_millis(late));
            return Ok(EventBatch::new(Vec::new()));
        }
        if fault == LinkFault::EventsTwice {
            // What was told before the host's cursor is told again, with what is new behind it.
            let before = Cursor(after.0.saturating_sub(1 + draw.below(8)));
            let again = self.inner.events(before, Duration::ZERO);
            return match again {
                Ok(batch) if !batch.events.is_empty() => Ok(batch),
                _ => self.inner.events(after, wait),
            };
        }
        let mut batch = self.inner.events(after, wait)?;
        let count = batch.events.len();
        let place = |draw: &mut Draw, below: usize| usize::try_from(draw.below(below as u64)).unwrap_or(0);
        if fault == LinkFault::EventsShuffled {
            for at in (1..count).rev() {
                batch.events.swap(at, place(&mut draw, at + 1));
            }
        } else if count > 1 {
            // The last one stays, so that the gap can be seen.
            batch.events.remove(place(&mut draw, count - 1));
        }
        Ok(batch)
    }
}

impl LinkHandle {
    /// A session with a machine over this link, as of a host that was started again.
    pub fn connect<D: MachineDriver>(&self, inner: D) -> FaultyLink<D> {
        FaultyLink { inner, link: self.clone(), late: Vec::new(), held_until: Duration::ZERO }
    }

    /// Cuts the link until [`mend`](LinkHandle::mend); nothing arrives.
    pub fn cut(&self) {
        self.lock().is_cut = true;
    }

    /// Cuts the link while the next command is handed in, which still arrives or does not, until
    /// [`mend`](LinkHandle::mend).
    pub fn cut_at_command(&self, arrives: bool) {
        self.lock().cut_at_command = Some(arrives);
    }

    /// Cuts the link for so long.
    pub fn cut_for(&self, time: Duration) {
        let until = self.shared.clock.now().saturating_add(time);
        let mut state = self.lock();
        state.cut_until = state.cut_until.max(until);
    }

    /// Mends a link that was cut.
    pub fn mend(&self) {
        let mut state = self.lock();
        state.is_cut = false;
        state.cut_at_command = None;
        state.cut_until = Duration::ZERO;
    }

    /// Makes a fault strike at the next call that it can strike: at any, or at the next of this name, which is that of a
    /// method of the driver or of an operation (`attach`, `events`, `pick`, `personalise`).
    pub fn force(&self, fault: LinkFault, call: Option<&'static str>) {
        self.lock().forced.push((fault, call));
    }

    /// Changes what goes wrong from now on. What was forced stays.
    pub fn set_plan(&self, plan: LinkPlan) {
        self.lock().plan = plan;
    }

    /// How often each kind of fault has struck, by its name; all kinds are there.
    pub fn reached(&self) -> BTreeMap<&'static str, u64> {
        self.lock().reached.clone()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fate(&self, name: &'static str, command: Option<&Command>) -> Fate {
        let now = self.shared.clock.now();
        let mut state = self.lock();
        state.calls = state.calls.wrapping_add(1);
        if state.is_cut || now < state.cut_until {
            return Fate::Lost(link_lost());
        }
        if command.is_some()
            && let Some(arrives) = state.cut_at_command.take()
        {
            state.is_cut = true;
            return if arrives { Fate::Unanswered(link_lost()) } else { Fate::Lost(link_lost()) };
        }
        let Some(fault) = state.strike(name, command) else { return Fate::Passes };
        let count = state.reached.entry(fault.name()).or_insert(0);
        *count = count.saturating_add(1);
        let mut draw = Chance::from_seed(state.plan.seed).draw("what the link does", state.calls, 1);
        let error = if draw.below(2) == 0 { link_lost() } else { timed_out() };
        match fault {
            LinkFault::RequestLost | LinkFault::LostBeforeIrreversible => Fate::Lost(error),
            LinkFault::AnswerLost | LinkFault::LostAfterIrreversible => Fate::Unanswered(error),
            LinkFault::RequestLate => {
                Fate::Late(Duration::from_millis(draw.between(50, 5_000).unsigned_abs()), timed_out())
            }
            LinkFault::Cut => {
                let time = Duration::from_millis(draw.between(500, 30_000).unsigned_abs());
                state.cut_until = now.saturating_add(time);
                Fate::Lost(link_lost())
            }
            LinkFault::EventsTwice | LinkFault::EventsLate | LinkFault::EventsShuffled | LinkFault::EventsGapped => {
                Fate::Events(fault, Box::new(draw))
            }
        }
    }
}

impl State {
    /// The fault that strikes this call, if one does: what was forced first, then as chance has it.
    fn strike(&mut self, name: &'static str, command: Option<&Command>) -> Option<LinkFault> {
        let can = |fault: LinkFault| fault.can_strike(name, command);
        let forced = self.forced.iter().position(|(fault, call)| can(*fault) && call.is_none_or(|call| call == name));
        if let Some(place) = forced {
            return Some(self.forced.remove(place).0);
        }
        let chance = Chance::from_seed(self.plan.seed);
        LinkFault::ALL.into_iter().filter(|fault| can(*fault)).find(|fault| {
            let rate = self.plan.rates_per_million.get(fault).copied().unwrap_or(0);
            rate > 0 && chance.draw(fault.name(), self.calls, 0).happens(rate)
        })
    }
}

impl<D: MachineDriver> MachineDriver for FaultyLink<D> {
    fn describe(&mut self) -> Result<Description, DeviceError> {
        self.call("describe", None, D::describe)
    }

    /// A new session: what was given up in the old one no longer arrives.
    fn attach(&mut self, token: FencingToken) -> Result<Attached, DeviceError> {
        self.late.clear();
        self.held_until = Duration::ZERO;
        self.call("attach", None, |inner| inner.attach(token))
    }

    fn submit(&mut self, command: &Command) -> Result<Acceptance, DeviceError> {
        self.call(operation_name(&command.operation), Some(command), |inner| inner.submit(command))
    }

    fn events(&mut self, after: Cursor, wait: Duration) -> Result<EventBatch, DeviceError> {
        self.deliver_late();
        let clock = &self.link.shared.clock;
        if clock.now() < self.held_until {
            if !self.link.lock().plan.fails_after.is_zero() {
                clock.sleep_until(clock.now().saturating_add(wait).min(self.held_until));
            }
            return Ok(EventBatch::new(Vec::new()));
        }
        match self.link.fate("events", None) {
            Fate::Lost(error) => self.fail(error),
            Fate::Events(fault, draw) => self.disturb(fault, *draw, after, wait),
            // An answer that is lost does no harm: events are read again.
            Fate::Unanswered(error) | Fate::Late(_, error) => self.fail(error),
            Fate::Passes => self.inner.events(after, wait),
        }
    }

    fn snapshot(&mut self) -> Result<Snapshot, DeviceError> {
        self.call("snapshot", None, D::snapshot)
    }

    fn journal(&mut self, key: IdempotencyKey) -> Result<JournalEntry, DeviceError> {
        self.call("journal", None, |inner| inner.journal(key))
    }

    fn image(&mut self, image: ImageId) -> Result<CameraImage, DeviceError> {
        self.call("image", None, |inner| inner.image(image))
    }
}

/// An operation's name in calls that are forced to fail.
pub fn operation_name(operation: &Operation) -> &'static str {
    match operation {
        Operation::Control(_) => "control",
        Operation::SetMode(_) => "set-mode",
        Operation::AcknowledgeAlarm(_) => "acknowledge-alarm",
        Operation::Pick { .. } => "pick",
        Operation::Exchange { .. } => "exchange",
        Operation::Encode { .. } => "encode",
        Operation::Personalise { .. } => "personalise",
        Operation::Photograph { .. } => "photograph",
        Operation::Deliver { .. } => "deliver",
        Operation::Cancel { .. } => "cancel",
        _ => "other",
    }
}

fn link_lost() -> DeviceError {
    DeviceError::unknown(ErrorKind::LinkLost, "the link broke")
}

fn timed_out() -> DeviceError {
    DeviceError::unknown(ErrorKind::Timeout, "no answer came in time")
}
