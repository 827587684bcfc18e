//! Machines that are set apart: dead, or caught lying. Their jobs are given up, and the others go on.
//!
//! | phase of the job | what follows |
//! |---|---|
//! | dispatched | the order waits again |
//! | bound, ticketed | nothing can be locked: the booklet goes to quarantine, the order is made again elsewhere |
//! | locking and later | a document may exist: the booklet goes to quarantine, the order is held for a person |
//!
//! A machine on which jobs were given up is attached under a new fence when it comes back, so that nothing that was asked of
//! it before is done now. Giving up under the present fence proves that no other host has taken control meanwhile. What lies in it then belongs to no job and goes to the reject stack.

use persoline_domain::clock::Timestamp;
use persoline_domain::deed::Deed;
use persoline_domain::identifiers::{Fence, JobNumber};
use persoline_domain::job::JobPhase;
use persoline_domain::store::StoreError;

use super::care::LONGEST_GAP;
use super::lies::{Lie, Scrutiny};
use super::{Effect, Link, Moment, Session, Step};

/// How long the store may take until it shows that a machine is fenced off, before it is told again, in milliseconds.
const TOLD_AGAIN: i64 = 5_000;

/// Whether and why a machine is set apart.
#[derive(Debug, Default)]
pub(super) struct Apart {
    /// For how long the link has been down, in milliseconds, and when that was looked at last.
    down: Option<(i64, Timestamp)>,
    is_dead: bool,
    /// A new fence is due before the machine is attached again.
    needs_fence: bool,
    asks_fence: bool,
    /// Why and since when it is fenced off.
    fenced_off: Option<(String, Timestamp)>,
    /// Whether the store has shown that.
    fencing_seen: bool,
}

impl Apart {
    pub(super) fn is_dead(&self) -> bool {
        self.is_dead
    }
    pub(super) fn is_fenced_off(&self) -> bool {
        self.fenced_off.is_some()
    }
    pub(super) fn is_set_apart(&self) -> bool {
        self.is_dead || self.fenced_off.is_some()
    }
    pub(super) fn needs_fence(&self) -> bool {
        self.needs_fence
    }
    pub(super) fn asks_fence(&mut self) {
        self.asks_fence = true;
    }
    /// A job was given up under the present fence: what was asked of the machine for it must not be done any more.
    pub(super) fn gave_up(&mut self) {
        self.needs_fence |= self.is_set_apart();
    }
    pub(super) fn attached(&mut self) {
        (self.down, self.is_dead) = (None, false);
    }
}

impl Session {
    /// Whether the link may be tried: the standing is known, and nothing of a dead or lying machine is open.
    pub(super) fn may_attach(&self) -> bool {
        let is_cleared = !self.apart.is_set_apart() || self.jobs.is_empty();
        self.standing.is_some() && !self.apart.is_fenced_off() && !self.apart.asks_fence && is_cleared
    }

    /// Sees whether the machine has died, and gives up the jobs of one that is set apart.
    pub(super) fn keep_apart(&mut self, moment: Moment, effects: &mut Vec<Effect>) {
        if self.link == Link::Up {
            self.apart.down = None;
        } else {
            // A clock that jumps, or a host that sleeps, makes no machine dead.
            let (time, looked_at) = self.apart.down.unwrap_or((0, moment.at));
            let time = time.saturating_add(moment.at.milliseconds_since(looked_at).clamp(0, LONGEST_GAP));
            self.apart.down = Some((time, moment.at));
            let longest = i64::try_from(self.settings.dead_after.as_millis()).unwrap_or(i64::MAX);
            if time >= longest && !self.apart.is_dead && !self.apart.is_fenced_off() {
                self.apart.is_dead = true;
                self.care.raise("machine_dead", String::new(), moment.at);
                self.report("machine_dead".to_owned(), moment, effects);
            }
        }
        if self.apart.is_set_apart() {
            let open: Vec<JobNumber> =
                self.jobs.values().filter(|job| !job.waits_for_store()).map(|j| j.number).collect();
            for number in open {
                self.give_up(number, moment, effects);
            }
        }
    }

    /// Gives a job up whose machine is dead or has lied; nothing more is asked of the machine for it.
    pub(super) fn give_up(&mut self, number: JobNumber, moment: Moment, effects: &mut Vec<Effect>) {
        let reason = match &self.apart.fenced_off {
            Some(_) => "machine_lied",
            None => "machine_dead",
        };
        let Some(job) = self.jobs.get_mut(&number) else { return };
        if job.is_stray() || job.phase == JobPhase::Ended {
            return self.forget(number);
        }
        job.conversation = None;
        job.pending = None;
        job.layers = Vec::new();
        job.rejects_after = false;
        let deed = if job.phase <= JobPhase::Ticketed {
            Deed::Abandoned { job: number, reason: reason.to_owned() }
        } else {
            Deed::Doubtful { job: number, reason: reason.to_owned() }
        };
        // What was read at the pick and is not bound lies somewhere in the machine.
        let unbound = job.serial.clone().filter(|_| job.phase == JobPhase::Dispatched && job.is_itself);
        if let Some(serial) = unbound {
            let deed = Deed::BlankQuarantined { serial, reason: reason.to_owned() };
            effects.push(Effect::Report(self.act(deed, moment)));
        }
        self.commit(number, vec![deed], Step::Failing, moment, effects);
    }

    /// The machine has lied: it gets nothing until a person clears it, and nothing more is taken from it.
    pub(super) fn fence_off(&mut self, lie: &Lie, moment: Moment, effects: &mut Vec<Effect>) {
        if self.apart.is_fenced_off() {
            return;
        }
        let reason = lie.kind.name().to_owned();
        self.apart.fencing_seen = false;
        self.care.raise("fenced_off", format!("{reason}: {}", lie.detail), moment.at);
        self.report(format!("lie:{reason}"), moment, effects);
        self.set_fenced_off(reason.clone(), moment);
        let deed = Deed::MachineFencedOff { machine: self.machine.clone(), reason };
        effects.push(Effect::Report(self.act(deed, moment)));
    }

    fn set_fenced_off(&mut self, reason: String, moment: Moment) {
        self.apart.fenced_off = Some((reason, moment.at));
        self.link = Link::Down(moment.at);
        self.apart.is_dead = false;
        self.care.clear("machine_dead");
    }

    /// What the store says of the fencing off: that it stands, or that a person has cleared the machine.
    pub(super) fn on_fencing_told(&mut self, told: Option<&str>, moment: Moment, effects: &mut Vec<Effect>) {
        match (told, &self.apart.fenced_off) {
            (Some(reason), None) => {
                self.apart.fencing_seen = true;
                self.care.raise("fenced_off", reason.to_owned(), moment.at);
                self.set_fenced_off(reason.to_owned(), moment);
            }
            (Some(_), Some(_)) => self.apart.fencing_seen = true,
            (None, Some(_)) if self.apart.fencing_seen => {
                self.apart.fenced_off = None;
                self.care.clear("fenced_off");
                self.scrutiny = Scrutiny::new(self.fence, self.next_job, self.job_stride);
                self.start_count = None;
                self.link = Link::Down(moment.at);
            }
            (None, Some((reason, since))) if moment.at.milliseconds_since(*since) > TOLD_AGAIN => {
                let reason = reason.clone();
                self.apart.fenced_off = Some((reason.clone(), moment.at));
                let deed = Deed::MachineFencedOff { machine: self.machine.clone(), reason };
                effects.push(Effect::Report(self.act(deed, moment)));
            }
            (None, _) => {}
        }
    }

    pub(super) fn on_fence(&mut self, result: Result<Fence, StoreError>, effects: &mut Vec<Effect>) {
        self.apart.asks_fence = false;
        match result {
            Ok(fence) => {
                self.fence = fence;
                self.apart.needs_fence = false;
                self.scrutiny.takes(fence);
            }
            Err(error) => self.halt(error.to_string(), effects),
        }
    }
}
