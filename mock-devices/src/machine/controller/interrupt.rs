//! Power cuts and aborts: what had begun is physically done, partly done or not done, as the seed says.

use std::time::Duration;

use printer_driver::{DeviceError, ErrorKind, IdempotencyKey, JobId, LayerKind};

use super::MachineCore;
use crate::machine::faults::FaultKind;
use crate::machine::job::Step;
use crate::machine::journal::Outcome;
use crate::machine::physical::BookletId;

impl MachineCore {
    /// Power is cut now and comes back by itself; until the controller has started again the machine does not answer.
    pub(super) fn cut_power(&mut self, now: Duration) {
        if self.off_until.is_some() {
            return;
        }
        self.interrupt(ErrorKind::PowerLost, None, now);
        self.state_due = None;
        self.power_cut_due = None;
        self.off_until = Some(now.saturating_add(self.settings.timings.boot));
    }

    /// Lets chance decide whether power is cut amid a step that begins now.
    pub(super) fn maybe_cut_power(
        &mut self,
        kind: FaultKind,
        booklet: BookletId,
        round: u64,
        takes: Duration,
        now: Duration,
    ) {
        if self.strikes(kind, booklet, round) {
            let part = self.chance.draw("moment of the power cut", booklet.0, round).between(100, 900);
            let after = takes.saturating_mul(u32::try_from(part).unwrap_or(500)) / 1000;
            self.power_cut_due = Some(now.saturating_add(after));
        }
    }

    /// Everything stops where it is. Commands that were under way, but for the `cause`, end with `kind`.
    pub(super) fn interrupt(&mut self, kind: ErrorKind, cause: Option<IdempotencyKey>, now: Duration) {
        for id in self.inside.clone() {
            self.interrupt_job(id, kind, now);
        }
        self.control_command = None;
        self.power_cut_due = None;
        // What is still open now is a control command; after a restart it is known from the journal only.
        let open: Vec<_> = self
            .journal
            .known
            .iter()
            .filter(|(_, known)| matches!(known.outcome, Outcome::UnderWay))
            .map(|(key, _)| *key)
            .filter(|key| Some(*key) != cause)
            .collect();
        for key in open {
            self.end(key, Err(DeviceError::untouched(kind, "the command broke off")), now);
        }
    }

    fn interrupt_job(&mut self, id: JobId, kind: ErrorKind, now: Duration) {
        let Some(job) = self.jobs.get_mut(&id) else { return };
        job.volatile.due = None;
        let (step, booklet, round) = (job.record.step, job.record.booklet, job.round());
        let mut draw = self.chance.draw("what an interrupted step has done", job.record.arrival, round);
        let untouched = |detail: &str| DeviceError::untouched(kind, detail);
        let Some(booklet) = booklet else {
            self.fail(id, untouched("no booklet was taken yet"), now);
            self.close_without_booklet(id);
            return;
        };
        match step {
            Step::Resting | Step::Jammed | Step::Out => {}
            Step::AwaitFeeder | Step::Feeding | Step::AwaitIdentify | Step::Identifying | Step::MovingToEncoder => {
                // Feeding order shifts: what lies between feeder and encoder is nobody's and goes to the reject stack.
                self.fail(id, untouched("the pick broke off; the booklet will be rejected"), now);
                self.divert_unnoticed(id);
            }
            Step::AwaitExchange => self.fail(id, untouched("the chip was not talked to"), now),
            Step::Exchanging => {
                self.cut_exchange(id, booklet);
                self.lose(id, kind, "the chip was being written", now);
            }
            Step::AwaitLaser | Step::MovingToLaser | Step::Confirming => {
                if step == Step::MovingToLaser {
                    // The transport is cleared at start by running it to its end.
                    self.place(id, super::station::LASER);
                }
                self.fail(id, untouched("nothing was marked yet"), now);
            }
            Step::Engraving => {
                let done = outcome(&mut draw);
                if done > 0 {
                    self.mark(id, booklet, &[LayerKind::Laser, LayerKind::Window], done);
                }
                self.lose(id, kind, "the page was being engraved", now);
            }
            Step::AwaitInkjet | Step::MovingToInkjet if !self.is_marked(booklet) => {
                self.arrive(id);
                self.fail(id, untouched("nothing was marked yet"), now);
            }
            Step::AwaitInkjet | Step::MovingToInkjet => {
                self.arrive(id);
                let error = DeviceError::spoiled(kind, "the page is engraved, the observations are not");
                self.fail(id, error, now);
            }
            Step::Inking => {
                let done = outcome(&mut draw);
                if done > 0 {
                    self.touched(id);
                    self.mark(id, booklet, &[LayerKind::Observation], done);
                }
                self.lose(id, kind, "the observations were being printed", now);
            }
            Step::AwaitCamera | Step::MovingToCamera | Step::Capturing => {
                self.arrive(id);
                if self.jobs.get(&id).is_some_and(|job| job.record.is_photographing) {
                    self.fail(id, untouched("no picture was taken"), now);
                    return;
                }
                self.lose(id, kind, "the page is marked, but no picture was taken", now);
            }
            Step::AwaitOutput => self.interrupt_waiting_output(id, kind, now),
            Step::Delivering => {
                // The sensors at both ends tell at start whether the booklet has come out.
                let stack = self.jobs.get(&id).and_then(|job| job.record.stack);
                match stack.filter(|_| draw.below(2) == 0) {
                    Some(stack) => self.lay_on_stack(id, booklet, stack, now),
                    None => self.interrupt_waiting_output(id, kind, now),
                }
            }
        }
    }

    fn interrupt_waiting_output(&mut self, id: JobId, kind: ErrorKind, now: Duration) {
        let Some(job) = self.jobs.get_mut(&id) else { return };
        if job.record.command.is_none() {
            // The machine's own diversion goes on when it moves again.
            self.wait_step(id, Step::AwaitOutput);
            return;
        }
        job.record.stack = None;
        job.record.is_cancelling = false;
        let reason = job.record.reason.take();
        self.fail(id, DeviceError::untouched(kind, "the booklet has not moved"), now);
        if let Some(job) = self.jobs.get_mut(&id) {
            job.record.reason = reason;
        }
    }

    /// A booklet that was on its way is where it was going to.
    fn arrive(&mut self, id: JobId) {
        if let Some(to) = self.jobs.get(&id).and_then(|job| job.record.reserved) {
            self.place(id, to);
        }
    }

    fn is_marked(&self, booklet: BookletId) -> bool {
        self.store.body(booklet).is_some_and(|body| body.times_marked > 0)
    }

    /// A command ends, and the machine cannot say how.
    fn lose(&mut self, id: JobId, kind: ErrorKind, detail: &str, now: Duration) {
        let Some(job) = self.jobs.get_mut(&id) else { return };
        let key = job.record.command.take();
        job.record.reason = Some(kind.to_string());
        let error = DeviceError::unknown(kind, detail);
        self.finish_command(id, Err(error.clone()), now);
        if let Some(key) = key {
            self.end_as(key, Outcome::Lost(error), now);
        }
    }
}

/// Nothing, something or all, in thousandths.
fn outcome(draw: &mut crate::chance::Draw) -> i64 {
    match draw.below(3) {
        0 => 0,
        1 => draw.between(1, 999),
        _ => 1000,
    }
}
