//! What happens to booklets.

use super::{AT_ONCE, Booklet, Controller, STACK_HOLDS, Trouble, Verb};

/// How long a phase takes, in milliseconds.
fn takes(verb: &Verb) -> u64 {
    match verb {
        Verb::Pick => 300,
        Verb::Chip { .. } => 250,
        Verb::Mark { .. } => 150,
        Verb::Photo => 100,
        Verb::Out { .. } | Verb::GiveUp => 200,
    }
}

impl Controller {
    /// Tasks whose turn has come begin, if the state lets them.
    pub(crate) fn begin_tasks(&mut self) {
        if self.state != "RUNNING" {
            return;
        }
        let (now, mut inside) = (self.now, 0);
        for job in self.jobs.values_mut() {
            let Some(task) = &mut job.task else {
                inside += usize::from(job.booklet.is_some());
                continue;
            };
            let is_pick = matches!(task.verb, Verb::Pick);
            if task.due.is_some() || !is_pick {
                inside += 1;
            }
            if task.due.is_none() && !is_pick {
                task.due = Some(now + takes(&task.verb));
            }
        }
        for job in self.jobs.values_mut() {
            let Some(task) = job.task.as_mut().filter(|task| task.due.is_none()) else { continue };
            if inside < AT_ONCE {
                task.due = Some(now + takes(&task.verb));
                inside += 1;
            }
        }
    }

    /// The next thing that is due happens.
    pub(crate) fn happen(&mut self) {
        if self.homing.is_some_and(|(due, _)| due <= self.now) {
            self.homed();
            return;
        }
        let due = |job: &super::Job| job.task.as_ref().and_then(|task| task.due);
        let next = self.jobs.iter().filter(|(_, job)| due(job).is_some_and(|at| at <= self.now));
        let Some(id) = next.min_by_key(|(_, job)| due(job)).map(|(id, _)| *id) else { return };
        let Some((key, verb, phase)) =
            self.jobs.get(&id).and_then(|job| job.task.as_ref()).map(|task| (task.key, task.verb.clone(), task.phase))
        else {
            return;
        };
        match verb {
            Verb::Pick => self.picked(id, key),
            Verb::Chip { commands } => self.chip(id, key, &commands),
            Verb::Mark { serial } => self.mark(id, key, &serial, phase),
            Verb::Photo => self.photograph(id, key),
            Verb::Out { good } => self.out(id, key, good, false),
            Verb::GiveUp => self.out(id, key, false, true),
        }
    }

    fn finish(&mut self, id: u64, key: u128, end: String) {
        if let Some(job) = self.jobs.get_mut(&id) {
            job.task = None;
            if job.booklet.is_none() {
                self.finished.insert(id, (job.serial.clone(), job.touched));
                self.jobs.remove(&id);
            }
        }
        self.end(key, end);
    }

    fn fail(&mut self, id: u64, key: u128, trouble: &Trouble) {
        self.finish(id, key, trouble.line());
    }

    fn picked(&mut self, id: u64, key: u128) {
        let misfed = self.strikes("misfeed");
        let Some(booklet) = (if misfed { None } else { self.feeder.pop_front() }) else {
            self.jobs.remove(&id);
            let kind = if misfed { "misfeed" } else { "empty" };
            self.end(key, Trouble::untouched(kind, "no booklet came").line());
            return;
        };
        self.picked += 1;
        self.tell_feeder();
        if self.strikes("mute chip") {
            let trouble = Trouble::untouched("mute", format!("the chip of {} does not answer", booklet.serial));
            self.jobs.remove(&id);
            self.lay(booklet, false, "mute chip");
            self.end(key, trouble.line());
            return;
        }
        let serial = booklet.serial.clone();
        let chip: String = serial.bytes().map(|byte| format!("{byte:02x}")).collect();
        if let Some(job) = self.jobs.get_mut(&id) {
            job.booklet = Some(booklet);
            job.serial.clone_from(&serial);
        }
        self.finish(id, key, format!("OK PICKED {serial} {chip} 1 2"));
    }

    fn chip(&mut self, id: u64, key: u128, commands: &[Vec<u8>]) {
        let Some(job) = self.jobs.get_mut(&id) else { return };
        job.touched = true;
        let mut answers: Vec<String> = Vec::new();
        for command in commands {
            if let Some(booklet) = &mut job.booklet {
                booklet.chip_commands += 1;
            }
            let known = command.get(1) != Some(&0xFE);
            answers.push(if known { "9000" } else { "6d00" }.to_owned());
            if !known {
                break;
            }
        }
        self.finish(id, key, format!("OK ANSWERED {}", answers.join(",")));
    }

    /// First the serial is confirmed and the laser begins, then the page is done, then the picture is taken.
    fn mark(&mut self, id: u64, key: u128, expected: &str, phase: u32) {
        let misread = if phase == 0 { self.misread.take() } else { None };
        let Some(booklet) = self.jobs.get(&id).and_then(|job| job.booklet.as_ref()) else { return };
        let read = misread.unwrap_or_else(|| booklet.serial.clone());
        if phase == 0 {
            if read != expected {
                let mut trouble = Trouble::untouched("serial", "another booklet lies before the laser");
                trouble.serial = Some(read);
                return self.fail(id, key, &trouble);
            }
            self.tell(format!("STEP {id} CONFIRMED"));
        }
        if phase == 1 && self.strikes("marking breaks off") {
            self.alarm("LASER", "warning", "The laser broke off: look at it.");
            let trouble =
                Trouble { kind: "laser", fate: "spoiled", serial: None, text: "marking broke off".to_owned() };
            return self.fail(id, key, &trouble);
        }
        if phase == 1 {
            self.tell(format!("STEP {id} ENGRAVED"));
        }
        if phase == 2 {
            return self.photograph(id, key);
        }
        let now = self.now;
        let Some(job) = self.jobs.get_mut(&id) else { return };
        if let (0, Some(booklet)) = (phase, &mut job.booklet) {
            job.touched = true;
            booklet.marks += 1;
        }
        if let Some(task) = &mut job.task {
            task.phase += 1;
            task.due = Some(now + 150);
        }
    }

    fn photograph(&mut self, id: u64, key: u128) {
        if self.strikes("camera fails") {
            let trouble = Trouble { kind: "camera", fate: "unknown", serial: None, text: "no picture came".to_owned() };
            return self.fail(id, key, &trouble);
        }
        self.last_image += 1;
        let image = self.last_image;
        if let Some(job) = self.jobs.get_mut(&id) {
            job.image = Some(image);
        }
        self.tell(format!("STEP {id} CAPTURED"));
        self.finish(id, key, format!("OK PHOTO {image}"));
    }

    fn out(&mut self, id: u64, key: u128, good: bool, given_up: bool) {
        if self.stacked(good) >= STACK_HOLDS {
            self.alarm("STACK", "critical", "A stack is full: empty it.");
            return self.fail(id, key, &Trouble::untouched("full", "the stack is full"));
        }
        if self.strikes("jam") {
            self.alarm("JAM", "critical", "A booklet is stuck on its way out: free it.");
            let trouble =
                Trouble { kind: "jam", fate: "unknown", serial: None, text: "stuck at the output".to_owned() };
            self.fail(id, key, &trouble);
            self.enter("PAUSED");
            return;
        }
        let Some(booklet) = self.jobs.get_mut(&id).and_then(|job| job.booklet.take()) else { return };
        self.lay(booklet, good, if given_up { "given up" } else { "rejected by the host" });
        let end = match (given_up, good) {
            (true, _) => "OK GIVENUP",
            (false, true) => "OK OUT good",
            (false, false) => "OK OUT reject",
        };
        self.finish(id, key, end.to_owned());
    }

    /// Booklets on a stack, spare ones among them.
    pub(crate) fn stacked(&self, good: bool) -> usize {
        let (stack, spare) = if good { (&self.good, self.spare[0]) } else { (&self.reject, self.spare[1]) };
        stack.len() + spare
    }

    fn lay(&mut self, booklet: Booklet, good: bool, reason: &'static str) {
        if good {
            self.good.push(booklet);
            self.counted_good += 1;
        } else {
            self.reject.push(booklet);
            *self.rejected.entry(reason).or_default() += 1;
        }
        self.tell_stack(good);
    }
}
