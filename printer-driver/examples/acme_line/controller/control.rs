//! What the machine as a whole does: states, mode, breaking off.

use super::{Controller, Trouble, Verb};

impl Controller {
    /// Goes into a state and tells it.
    pub(crate) fn enter(&mut self, state: &'static str) {
        if self.state != state {
            self.state = state;
            self.tell(format!("STATE {state}"));
        }
    }

    /// Whether a control word is possible now.
    pub(crate) fn may_control(&self, word: &str) -> Result<(), Trouble> {
        let possible = match word {
            "RESET" => matches!(self.state, "HALTED" | "ENDED"),
            "START" => self.state == "READY",
            "STOP" => !matches!(self.state, "HALTED" | "EMERGENCY"),
            "HOLD" | "SUSPEND" | "COMPLETE" => self.state == "RUNNING",
            "UNHOLD" => self.state == "PAUSED",
            "UNSUSPEND" => self.state == "WAITING",
            "ABORT" => self.state != "EMERGENCY",
            "CLEAR" => self.state == "EMERGENCY",
            _ => return Err(Trouble::untouched("invalid", "no such control word")),
        };
        if possible {
            return Ok(());
        }
        Err(Trouble::untouched("state", format!("{word} is not possible in {}", self.state)))
    }

    /// Does what a control word says; with no key when somebody pressed a button.
    pub(crate) fn do_control(&mut self, word: &str, key: Option<u128>) {
        match word {
            "RESET" => {
                self.enter("HOMING");
                self.homing = Some((self.now + 100, key));
                return;
            }
            "START" | "UNHOLD" | "UNSUSPEND" => self.enter("RUNNING"),
            "STOP" => {
                self.break_off("state", key, false);
                self.enter("HALTED");
            }
            "HOLD" => self.enter("PAUSED"),
            "SUSPEND" => self.enter("WAITING"),
            "COMPLETE" => self.enter("ENDED"),
            "ABORT" => {
                self.break_off("fault", key, false);
                self.enter("EMERGENCY");
            }
            _ => self.enter("HALTED"),
        }
        if let Some(key) = key {
            self.end(key, "OK DONE".to_owned());
        }
    }

    /// Homing is over.
    pub(crate) fn homed(&mut self) {
        let Some((_, key)) = self.homing.take() else { return };
        self.enter("READY");
        if let Some(key) = key {
            self.end(key, "OK DONE".to_owned());
        }
    }

    /// Everything stops where it is. When power was lost the box cannot know how far a mark has come.
    pub(crate) fn break_off(&mut self, kind: &'static str, cause: Option<u128>, power_was_lost: bool) {
        for id in self.jobs.keys().copied().collect::<Vec<_>>() {
            let Some(job) = self.jobs.get_mut(&id) else { continue };
            let Some(task) = job.task.take() else { continue };
            let marked = matches!(task.verb, Verb::Mark { .. }) && task.phase > 0;
            if matches!(task.verb, Verb::Pick) {
                self.jobs.remove(&id);
            }
            let mut trouble = Trouble::untouched(kind, "it broke off");
            if marked {
                trouble.fate = if power_was_lost { "unknown" } else { "spoiled" };
                if power_was_lost && let Some(entry) = self.journal.get_mut(&task.key) {
                    entry.lost = true;
                }
            }
            self.end(task.key, trouble.line());
        }
        if let Some((_, Some(key))) = self.homing.take().filter(|(_, key)| *key != cause) {
            self.end(key, Trouble::untouched(kind, "overtaken").line());
        }
    }

    /// Power goes and comes back.
    pub(crate) fn power_cut(&mut self) {
        self.break_off("power", None, true);
        self.starts += 1;
        self.attached = false;
        self.misread = None;
        self.provoked.clear();
        self.enter("HALTED");
        self.control = "offline";
        self.tell("CONTROL offline".to_owned());
    }
}
