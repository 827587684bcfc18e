//! What is written into the store, and what it answers.

use persoline_domain::deed::{Act, Deed};
use persoline_domain::identifiers::{Actor, JobNumber};
use persoline_domain::job::JobPhase;
use persoline_domain::store::{Outcome, Refusal, StoreError};
use printer_driver::BookletFate;

use super::{Effect, Moment, Session, Step};

impl Session {
    pub(super) fn on_committed(
        &mut self,
        number: JobNumber,
        result: Result<Vec<Outcome>, StoreError>,
        moment: Moment,
        effects: &mut Vec<Effect>,
    ) {
        let Some(job) = self.jobs.get_mut(&number) else { return };
        let step = job.step;
        let (outcomes, refusal) = match result {
            Ok(outcomes) => (outcomes, None),
            Err(StoreError::Refused { refusal, .. }) => (Vec::new(), Some(refusal)),
            Err(error) => return self.halt(error.to_string(), effects),
        };
        if refusal == Some(Refusal::Fenced) {
            return self.halt(format!("another host has taken control of machine {}", self.machine), effects);
        }
        if refusal.is_none()
            && let Some(phase) = phase_after(step)
        {
            job.phase = phase;
        }
        if let Some(Outcome::Bound { number, .. }) = outcomes.into_iter().next_back() {
            job.number_given = Some(number);
        }
        // A machine that was set apart meanwhile gets no further step; what it has done by itself is another matter.
        let goes_on = !matches!(step, Step::Finishing | Step::Failing | Step::SettingAside);
        if goes_on && self.apart.is_set_apart() && refusal.is_none() {
            return self.give_up(number, moment, effects);
        }
        if step == Step::Failing && refusal.is_none() {
            self.apart.gave_up();
        }
        match step {
            Step::Dispatching => self.on_dispatched(number, refusal.is_none(), moment, effects),
            Step::Binding => self.on_bound(number, refusal, moment, effects),
            Step::SettingAside => self.on_set_aside(number, moment, effects),
            // Somebody cancelled the order after the last check.
            Step::Signing | Step::Locking if refusal == Some(Refusal::StopRequested) => {
                self.fail(number, BookletFate::Spoiled, "stopped_before_lock", moment, effects);
            }
            _ if refusal.is_some() => {
                // The tables forbid what this session thinks comes next: it and the store disagree, so a person must look.
                let why = refusal.map(|refusal| refusal.to_string()).unwrap_or_default();
                self.halt(format!("the store refused job {number} while {step:?}: {why}"), effects);
            }
            Step::Signing => self.on_signed(number, effects),
            Step::Locking => self.lock(number, effects),
            Step::Clearing => self.mark(number, effects),
            Step::Passing => self.deliver_good(number, effects),
            Step::Finishing => self.on_finished(number),
            Step::Failing => self.after_failure(number, effects),
            _ => {}
        }
    }

    /// Ends the session; the store has the truth, so nothing is lost.
    pub(super) fn halt(&mut self, why: String, effects: &mut Vec<Effect>) {
        self.halted = true;
        effects.push(Effect::Halt(why));
    }

    pub(super) fn report(&self, code: String, moment: Moment, effects: &mut Vec<Effect>) {
        effects.push(Effect::Report(self.act(Deed::MachineReported { machine: self.machine.clone(), code }, moment)));
    }

    pub(super) fn act(&self, deed: Deed, moment: Moment) -> Act {
        Act { at: moment.at, actor: Actor::Machine(self.machine.clone()), fence: Some(self.fence), deed }
    }

    /// Commits deeds of a job, which then waits for them at `step`.
    pub(super) fn commit(
        &mut self,
        number: JobNumber,
        deeds: Vec<Deed>,
        step: Step,
        moment: Moment,
        effects: &mut Vec<Effect>,
    ) {
        let acts = deeds.into_iter().map(|deed| self.act(deed, moment)).collect();
        if let Some(job) = self.jobs.get_mut(&number) {
            job.step = step;
            job.retry_at = None;
            effects.push(Effect::Commit { job: number, acts });
        }
    }
}

/// How far a job has come once the store has what it waited for at `step`.
fn phase_after(step: Step) -> Option<JobPhase> {
    match step {
        Step::Dispatching => Some(JobPhase::Dispatched),
        Step::Binding => Some(JobPhase::Bound),
        Step::Signing => Some(JobPhase::Ticketed),
        Step::Locking => Some(JobPhase::Locking),
        Step::Clearing => Some(JobPhase::Marking),
        Step::Passing => Some(JobPhase::Verified),
        Step::Finishing | Step::Failing => Some(JobPhase::Ended),
        _ => None,
    }
}
