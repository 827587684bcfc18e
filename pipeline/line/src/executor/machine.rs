//! The thread of one machine.

use std::collections::{BTreeMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};
use persoline_domain::deed::Act;
use persoline_domain::identifiers::{JobNumber, MachineName};
use persoline_domain::store::{Outcome, Store, StoreError};
use persoline_stage::workshop::{Blame, ChipTurn, Trouble};
use printer_driver::{BookletFate, MachineDriver};

use super::{COMMIT_LIMIT, COMMITTERS, LineParts};
use crate::session::{self, Effect, Input, Moment, Session, Step};
use crate::watch::Watch;

/// How long a machine's thread waits for the workshop or the store before it looks at the machine again.
const WORK_WAIT: Duration = Duration::from_millis(1);

/// What a machine's thread is sent.
pub(super) enum Message {
    /// An answer, or a person's word.
    Input(Box<Input>),
    /// End at once.
    Stop,
}

/// A commit and what is done with its answer.
pub(super) struct CommitRequest {
    acts: Vec<Act>,
    answer: Box<dyn FnOnce(Result<Vec<Outcome>, StoreError>) + Send>,
}

/// Starts the threads that wait for the store.
pub(super) fn committers(store: &Arc<dyn Store>) -> std::io::Result<(Sender<CommitRequest>, Vec<JoinHandle<()>>)> {
    let (sender, receiver) = crossbeam_channel::bounded::<CommitRequest>(COMMIT_LIMIT);
    let threads = (0..COMMITTERS).map(|index| {
        let (store, receiver) = (Arc::clone(store), receiver.clone());
        std::thread::Builder::new().name(format!("committer {index}")).spawn(move || {
            for request in receiver {
                (request.answer)(store.commit(request.acts));
            }
        })
    });
    Ok((sender, threads.collect::<std::io::Result<_>>()?))
}

/// One machine's thread and all it needs.
pub(super) struct MachineThread {
    pub(super) name: MachineName,
    pub(super) session: Session,
    pub(super) driver: Box<dyn MachineDriver>,
    pub(super) parts: LineParts,
    pub(super) pool: Arc<rayon::ThreadPool>,
    pub(super) commits: Sender<CommitRequest>,
    pub(super) watch: Arc<Watch>,
    pub(super) inbox: Sender<Message>,
    pub(super) messages: Receiver<Message>,
    pub(super) poll_wait: Duration,
    /// Answers that are under way from the workshop and the store.
    pub(super) outstanding: usize,
    /// Since when each job has been at its step.
    pub(super) since: BTreeMap<JobNumber, (Step, Duration)>,
    pub(super) moves: Arc<AtomicU64>,
}

impl MachineThread {
    /// Works until stopped, halted, or drained and idle.
    pub(super) fn run(mut self) -> Result<(), String> {
        let mut draining = false;
        loop {
            let mut inputs = VecDeque::from([Input::Tick]);
            while let Ok(message) = self.messages.try_recv() {
                match message {
                    Message::Stop => return Ok(()),
                    Message::Input(input) => {
                        draining |= matches!(*input, Input::Drain);
                        self.arrived(&input);
                        inputs.push_back(*input);
                    }
                }
            }
            if self.session.is_linked() {
                let wait = if self.outstanding > 0 || inputs.len() > 1 { Duration::ZERO } else { self.poll_wait };
                let before = self.parts.clock.elapsed();
                let events = self.driver.events(self.session.cursor(), wait);
                let took = self.parts.clock.elapsed().saturating_sub(before);
                let is_quiet = matches!(&events, Ok(batch) if batch.events.is_empty());
                if is_quiet && took < wait / 10 {
                    // A driver that does not wait as it was asked to must not keep a core busy.
                    self.parts.clock.sleep(WORK_WAIT);
                }
                inputs.push_back(Input::Events(events));
                if is_quiet && inputs.len() == 2 && self.outstanding > 0 {
                    match self.messages.recv_timeout(WORK_WAIT) {
                        Ok(Message::Stop) => return Ok(()),
                        Ok(Message::Input(input)) => {
                            draining |= matches!(*input, Input::Drain);
                            self.arrived(&input);
                            inputs.push_back(*input);
                        }
                        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
                    }
                }
            } else if inputs.len() == 1 && !self.session.is_halted() {
                self.parts.clock.sleep(WORK_WAIT);
            }
            if let Some(why) = self.handle(inputs) {
                self.watch.show(&self.name, &self.session, Some(&why));
                return Err(why);
            }
            if draining && self.session.is_idle() && self.outstanding == 0 {
                return Ok(());
            }
        }
    }

    /// An answer that was outstanding has come.
    fn arrived(&mut self, input: &Input) {
        if matches!(
            input,
            Input::Committed { .. } | Input::Ticketed { .. } | Input::ChipTurned { .. } | Input::PageVerified { .. }
        ) {
            self.outstanding = self.outstanding.saturating_sub(1);
        }
    }

    /// Feeds inputs to the session and carries out what comes of them; says why if the session has halted.
    fn handle(&mut self, mut inputs: VecDeque<Input>) -> Option<String> {
        let mut changed = false;
        while let Some(input) = inputs.pop_front() {
            let is_quiet = match &input {
                Input::Tick => true,
                Input::Events(Ok(batch)) => batch.events.is_empty(),
                // A machine asks again and again while its feeders are full of what no order needs.
                Input::Waiting(Ok(listing)) => listing.waiting.is_empty(),
                _ => false,
            };
            if let Some(error) = store_failure(&input) {
                self.watch.store_failed(error);
            }
            let at = self.parts.clock.now();
            let moment = Moment { at, today: self.parts.calendar.local_date(at) };
            let effects = self.session.step(input, moment);
            changed |= !is_quiet || !effects.is_empty();
            if !is_quiet {
                self.moves.fetch_add(1, Ordering::Relaxed);
            }
            for effect in effects {
                match self.carry_out(effect) {
                    Ok(Some(answer)) => inputs.push_back(answer),
                    Ok(None) => {}
                    Err(why) => return Some(why),
                }
            }
        }
        if changed {
            self.measure();
            self.watch.show(&self.name, &self.session, None);
        }
        None
    }

    /// Carries an effect out; its answer comes at once, or later through the inbox.
    fn carry_out(&mut self, effect: Effect) -> Result<Option<Input>, String> {
        Ok(match effect {
            Effect::Attach(token) => {
                let driver = &mut self.driver;
                let answer =
                    driver.attach(token).and_then(|attached| Ok((attached, driver.describe()?, driver.snapshot()?)));
                Some(Input::Attached(answer.map(Box::new)))
            }
            Effect::Submit(command) => {
                Some(Input::Submitted { key: command.key, result: self.driver.submit(&command) })
            }
            Effect::AskJournal(key) => Some(Input::Journal { key, result: self.driver.journal(key) }),
            Effect::FetchImage { job, image } => Some(Input::Image { job, result: self.driver.image(image) }),
            Effect::ListWaiting { documents, limit } => {
                let fleet = self.watch.fleet_without(&self.name);
                Some(Input::Waiting(session::list(&*self.parts.store, &self.name, &documents, limit, fleet)))
            }
            Effect::AskBooklet { job, serial } => {
                let result = session::check_booklet(&*self.parts.store, job, &serial);
                Some(Input::Booklet { job, result })
            }
            Effect::TakeFence => Some(Input::Fence(self.parts.store.take_fence(&self.name))),
            Effect::AskStop(job) => {
                let result = self.parts.store.job(job).map(|record| record.is_none_or(|record| record.stop_requested));
                Some(Input::Stop { job, result })
            }
            Effect::Commit { job, acts } => {
                let inbox = self.inbox.clone();
                let answer = move |result| {
                    // The machine's thread may have been stopped meanwhile; the store has what it needs.
                    let _ = inbox.send(Message::Input(Box::new(Input::Committed { job, result })));
                };
                self.commit(acts, Box::new(answer))?;
                self.outstanding += 1;
                None
            }
            Effect::Report(act) => {
                let machine = self.name.clone();
                let answer = move |result: Result<Vec<Outcome>, StoreError>| {
                    if let Err(error) = result {
                        tracing::warn!(%machine, %error, "a report was not kept");
                    }
                };
                self.commit(vec![act], Box::new(answer))?;
                None
            }
            Effect::Ticket { task, signed } => {
                let (job, workshop) = (task.job, Arc::clone(&self.parts.workshop));
                self.work(move || {
                    let result = guarded(|| match &signed {
                        None => workshop.ticket(&task),
                        Some(record) => workshop.reopen(&task, record),
                    });
                    Input::Ticketed { job, result: result.and_then(|result| result).map(Box::new) }
                });
                None
            }
            Effect::TurnChip { job, mut conversation, answers } => {
                self.work(move || {
                    let turn = guarded(|| conversation.turn(answers))
                        .unwrap_or_else(|trouble| ChipTurn::Failed { fate: BookletFate::Unknown, code: trouble.code });
                    Input::ChipTurned { job, conversation, turn }
                });
                None
            }
            Effect::VerifyPage { job, expected, image } => {
                let workshop = Arc::clone(&self.parts.workshop);
                self.work(move || {
                    let result = guarded(|| workshop.verify_page(&expected, &image)).and_then(|result| result);
                    Input::PageVerified { job, result }
                });
                None
            }
            Effect::Halt(why) => return Err(why),
        })
    }

    fn commit(
        &self,
        acts: Vec<Act>,
        answer: Box<dyn FnOnce(Result<Vec<Outcome>, StoreError>) + Send>,
    ) -> Result<(), String> {
        self.commits.send(CommitRequest { acts, answer }).map_err(|_| "the threads that commit have ended".to_owned())
    }

    /// Gives work to the pool; its answer comes through the inbox.
    fn work(&mut self, work: impl FnOnce() -> Input + Send + 'static) {
        let inbox = self.inbox.clone();
        self.outstanding += 1;
        self.pool.spawn(move || {
            let _ = inbox.send(Message::Input(Box::new(work())));
        });
    }

    /// Notes how long jobs were at steps that they have left.
    fn measure(&mut self) {
        let now = self.parts.clock.elapsed();
        let current: BTreeMap<JobNumber, Step> = self.session.steps().map(|(job, _, step)| (job, step)).collect();
        let watch = &self.watch;
        self.since.retain(|job, (step, since)| match current.get(job) {
            Some(now_at) if now_at == step => true,
            _ => {
                watch.took(*step, now.saturating_sub(*since));
                false
            }
        });
        for (job, step) in current {
            self.since.entry(job).or_insert((step, now));
        }
    }
}

/// The store's error in an answer, if it does not work; a refusal is no failure.
fn store_failure(input: &Input) -> Option<&StoreError> {
    match input {
        Input::Committed { result: Err(error), .. }
        | Input::Waiting(Err(error))
        | Input::Booklet { result: Err(error), .. }
        | Input::Fence(Err(error))
        | Input::Stop { result: Err(error), .. } => Some(error),
        _ => None,
    }
    .filter(|error| error.refusal().is_none())
}

/// Runs work of a document so that a fault in it stops that document, not the line.
fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, Trouble> {
    catch_unwind(AssertUnwindSafe(work))
        .map_err(|_| Trouble::new(Blame::Order, "internal_fault", "a fault of this program; see its log"))
}
