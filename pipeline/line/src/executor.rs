//! What carries a session's effects out: a thread for each machine, a pool for the workshop, a few threads that wait for
//! the store.
//!
//! A machine's thread never waits for the disk or for a processor-bound step: commits and the workshop's work go to pools
//! and come back through the machine's inbox, so that commits of several jobs and machines become one group.

mod machine;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::Sender;
use persoline_domain::calendar::Calendar;
use persoline_domain::clock::Clock;
use persoline_domain::identifiers::MachineName;
use persoline_domain::store::{Store, StoreError};
use persoline_stage::workshop::Workshop;
use printer_driver::{AlarmId, MachineDriver};

use crate::session::{Input, Session, SessionSettings};
use crate::watch::Watch;

use machine::{MachineThread, Message};

/// Inputs that wait for a machine's thread at most. Each job has at most one answer under way, so this is never reached
/// by a machine within its capacity.
pub const INBOX_LIMIT: usize = 1024;
/// Threads that wait for the store. As many commits can become one group.
pub const COMMITTERS: usize = 8;
/// Commits that wait for a committer at most.
pub const COMMIT_LIMIT: usize = 256;

/// What the line works with.
#[derive(Clone)]
pub struct LineParts {
    /// The durable truth.
    pub store: Arc<dyn Store>,
    /// The stages.
    pub workshop: Arc<dyn Workshop>,
    /// The centre's calendar.
    pub calendar: Arc<dyn Calendar>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// How the line runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineSettings {
    /// Threads of the workshop.
    pub workers: usize,
    /// How long a machine is asked to wait for an event.
    pub poll_wait: Duration,
    /// Limits and delays of each session.
    pub session: SessionSettings,
}

/// A machine and the name that the centre gives it.
pub struct MachineParts {
    /// Its name.
    pub machine: MachineName,
    /// Its driver.
    pub driver: Box<dyn MachineDriver>,
}

/// The running line.
pub struct Line {
    watch: Arc<Watch>,
    inboxes: BTreeMap<MachineName, Sender<Message>>,
    threads: Vec<(MachineName, JoinHandle<Result<(), String>>)>,
    committers: Vec<JoinHandle<()>>,
    /// Every input handled, so that an observer can tell whether anything moves.
    moves: Arc<AtomicU64>,
}

/// Why the line could not be started or has ended.
#[derive(Debug)]
pub enum LineError {
    /// The store does not work.
    Store(StoreError),
    /// The system gives no threads.
    Threads(String),
}

impl core::fmt::Display for LineError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            LineError::Store(error) => write!(f, "{error}"),
            LineError::Threads(what) => write!(f, "the system gives no more threads: {what}"),
        }
    }
}

impl std::error::Error for LineError {}

impl From<StoreError> for LineError {
    fn from(error: StoreError) -> Self {
        LineError::Store(error)
    }
}

impl Line {
    /// Takes control of the machines and starts to work off what waits.
    ///
    /// # Errors
    /// [`LineError::Store`] when a fence cannot be taken or the open jobs cannot be read, [`LineError::Threads`] when
    /// the system gives no more threads.
    pub fn start(parts: &LineParts, machines: Vec<MachineParts>, settings: LineSettings) -> Result<Line, LineError> {
        let threads = |error: std::io::Error| LineError::Threads(error.to_string());
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(settings.workers.max(1))
            .thread_name(|index| format!("workshop {index}"))
            .build()
            .map_err(|error| LineError::Threads(error.to_string()))?;
        let pool = Arc::new(pool);
        let (commits, committers) = machine::committers(&parts.store).map_err(threads)?;
        let mut line = Line {
            watch: Arc::new(Watch::default()),
            inboxes: BTreeMap::new(),
            threads: Vec::new(),
            committers,
            moves: Arc::new(AtomicU64::new(0)),
        };
        let mut fenced = Vec::with_capacity(machines.len());
        for parts_of in machines {
            let fence = parts.store.take_fence(&parts_of.machine)?;
            fenced.push((parts_of, fence));
        }
        // Only now no host before this one can begin another job.
        let highest = parts.store.highest_job()?.0;
        let count = fenced.len() as u64;
        let mut ready = Vec::with_capacity(fenced.len());
        for (parts_of, fence) in fenced {
            let open = parts.store.open_jobs(&parts_of.machine)?;
            ready.push((parts_of, fence, open));
        }
        for (index, (MachineParts { machine, driver }, fence, open)) in ready.into_iter().enumerate() {
            let numbers = (highest + 1 + index as u64, count);
            let session = Session::new(machine.clone(), fence, settings.session, numbers, open);
            line.watch.show(&machine, &session, None);
            let (inbox, messages) = crossbeam_channel::bounded(INBOX_LIMIT);
            line.inboxes.insert(machine.clone(), inbox.clone());
            let thread = MachineThread {
                name: machine.clone(),
                session,
                driver,
                parts: parts.clone(),
                pool: Arc::clone(&pool),
                commits: commits.clone(),
                watch: Arc::clone(&line.watch),
                inbox,
                messages,
                poll_wait: settings.poll_wait,
                outstanding: 0,
                since: BTreeMap::new(),
                moves: Arc::clone(&line.moves),
            };
            let spawned = std::thread::Builder::new().name(format!("machine {machine}")).spawn(move || thread.run());
            match spawned {
                Ok(handle) => line.threads.push((machine, handle)),
                Err(error) => {
                    // Nobody would be left to stop those that run already.
                    line.stop();
                    let _ = line.wait();
                    return Err(threads(error));
                }
            }
        }
        Ok(line)
    }

    /// What others may see.
    pub fn watch(&self) -> Arc<Watch> {
        Arc::clone(&self.watch)
    }

    /// A handle through which persons steer machines while the line runs.
    pub fn steering(&self) -> Steering {
        Steering { inboxes: self.inboxes.clone() }
    }

    /// Inputs handled so far by all machines.
    pub fn moves(&self) -> u64 {
        self.moves.load(Ordering::Relaxed)
    }

    /// Whether every machine's thread has ended.
    pub fn has_ended(&self) -> bool {
        self.threads.iter().all(|(_, thread)| thread.is_finished())
    }

    /// Lets every machine finish what is under way and start nothing new.
    pub fn drain(&self) {
        for inbox in self.inboxes.values() {
            // A machine whose thread has ended needs no word.
            let _ = inbox.send(Message::Input(Box::new(Input::Drain)));
        }
    }

    /// Stops at once: what is under way stays as the store has it and is taken up by the next start.
    pub fn stop(&self) {
        for inbox in self.inboxes.values() {
            let _ = inbox.send(Message::Stop);
        }
    }

    /// Waits until every machine's thread has ended; tells why those that could not go on have ended.
    ///
    /// # Errors
    /// Each machine whose thread could not go on, and why. The others have ended as they should.
    pub fn wait(self) -> Result<(), Vec<(MachineName, String)>> {
        let mut failures = Vec::new();
        for (machine, thread) in self.threads {
            match thread.join() {
                Ok(Ok(())) => {}
                Ok(Err(why)) => failures.push((machine, why)),
                Err(_) => failures.push((machine, "its thread ended unexpectedly; see the log".to_owned())),
            }
        }
        drop(self.inboxes);
        for committer in self.committers {
            let _ = committer.join();
        }
        if failures.is_empty() { Ok(()) } else { Err(failures) }
    }
}

/// Steers machines of a running line.
#[derive(Clone)]
pub struct Steering {
    inboxes: BTreeMap<MachineName, Sender<Message>>,
}

impl Steering {
    /// A machine was paused or resumed: it looks at once. The caller commits the deed before, for the store's word is the
    /// truth. `false` when there is no such machine at work.
    pub fn pause(&self, machine: &MachineName, paused: bool) -> bool {
        self.send(machine, Input::Pause(paused))
    }
    /// People have decided something else about a machine or its orders (to drain it, to clear it): it looks at once. The
    /// caller commits the deed before. `false` when there is no such machine at work.
    pub fn look(&self, machine: &MachineName) -> bool {
        self.send(machine, Input::Look)
    }
    /// A person has seen an alarm of the machine: the machine is told. The caller commits the deed before. `false` when there
    /// is no such machine at work.
    pub fn acknowledge(&self, machine: &MachineName, alarm: AlarmId) -> bool {
        self.send(machine, Input::Acknowledge(alarm))
    }
    fn send(&self, machine: &MachineName, input: Input) -> bool {
        self.inboxes.get(machine).is_some_and(|inbox| inbox.send(Message::Input(Box::new(input))).is_ok())
    }
    /// The machines.
    pub fn machines(&self) -> impl Iterator<Item = &MachineName> {
        self.inboxes.keys()
    }
}
