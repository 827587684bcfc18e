//! The vendor's box: a small line of one feeder, one coupler, one laser with a camera and two stacks, and what it answers
//! on its own text protocol.
//!
//! It knows nothing of Persoline. On a real machine this is firmware behind a cable; a driver's author has it already.
//!
//! ```text
//! ATTACH token                            ATTACHED newest starts          | ERR kind fate serial text
//! DO token key verb …                     ACCEPTED | REPEATED             | ERR …
//!    PICK job format · CHIP job reset accept hex,hex · MARK job serial layer · PHOTO job · OUT job good|reject
//!    GIVEUP job · CONTROL word · MODE word · SEEN alarm
//! EVENTS after                            EV cursor milliseconds what …   (lines) | ERR …
//! JOURNAL key                             NONE | RUNNING | LOST | ENDED result
//! STATUS                                  STATE … MODE … JOB … (lines)
//! IMAGE number                            IMG width height dpi hex        | ERR …
//! ```

mod control;
mod physical;
mod serve;
mod work;

use std::collections::{BTreeMap, VecDeque};

/// Booklets under way at once.
pub(crate) const AT_ONCE: usize = 3;
/// Picks that wait beyond them.
pub(crate) const QUEUE: usize = 1;
/// Booklets that a stack holds.
pub(crate) const STACK_HOLDS: usize = 20;
/// Longest command to a chip.
pub(crate) const APDU_BYTES: usize = 261;
/// The format in the feeder.
pub(crate) const FORMAT: &str = "passport-32";

/// A refusal or a failed command: kind, fate and serial as words, then a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trouble {
    /// Word for the kind.
    pub(crate) kind: &'static str,
    /// `untouched`, `spoiled` or `unknown`.
    pub(crate) fate: &'static str,
    /// The serial that was read, if one was.
    pub(crate) serial: Option<String>,
    /// For people.
    pub(crate) text: String,
}

impl Trouble {
    /// Trouble that left the booklet as it was.
    pub(crate) fn untouched(kind: &'static str, text: impl Into<String>) -> Self {
        Trouble { kind, fate: "untouched", serial: None, text: text.into() }
    }
    /// The line that tells it.
    pub(crate) fn line(&self) -> String {
        let serial = self.serial.as_deref().unwrap_or("-");
        format!("ERR {} {} {serial} {}", self.kind, self.fate, self.text)
    }
}

/// A booklet as it physically is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Booklet {
    /// Perforated through it.
    pub(crate) serial: String,
    /// Commands that its chip has carried out.
    pub(crate) chip_commands: usize,
    /// How often marking its page was begun.
    pub(crate) marks: u32,
}

/// What a job is doing: the rest of a command that was accepted.
#[derive(Debug, Clone)]
pub(crate) struct Task {
    /// The command's key.
    pub(crate) key: u128,
    /// What is to be done.
    pub(crate) verb: Verb,
    /// When its next phase is over; none while it waits for its turn.
    pub(crate) due: Option<u64>,
    /// Phases that are over.
    pub(crate) phase: u32,
}

/// What is to be done to a booklet.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the words of the protocol above")]
pub(crate) enum Verb {
    Pick,
    Chip { commands: Vec<Vec<u8>> },
    Mark { serial: String },
    Photo,
    Out { good: bool },
    GiveUp,
}

/// A job of the host's.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    /// Its booklet, while it is inside.
    pub(crate) booklet: Option<Booklet>,
    /// The serial that was read at pick.
    pub(crate) serial: String,
    /// Whether anything irreversible was done.
    pub(crate) touched: bool,
    /// The last picture that was taken.
    pub(crate) image: Option<u64>,
    /// What it is doing.
    pub(crate) task: Option<Task>,
}

/// What became of a command.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// The command's words, so that one key cannot stand for two commands.
    pub(crate) words: String,
    /// The job, if it is about one.
    pub(crate) job: Option<u64>,
    /// The line that told its end.
    pub(crate) end: Option<String>,
    /// Whether it ended without the box knowing how.
    pub(crate) lost: bool,
}

/// An alarm.
#[derive(Debug, Clone)]
pub(crate) struct Alarm {
    /// Its number.
    pub(crate) id: u64,
    /// Its code.
    pub(crate) code: &'static str,
    /// `warning` or `critical`.
    pub(crate) severity: &'static str,
    /// What to do.
    pub(crate) text: &'static str,
    /// Whether the condition holds.
    pub(crate) set: bool,
    /// Whether somebody has seen it.
    pub(crate) seen: bool,
}

/// The vendor's box with everything in it. What survives a power cut is everything but `attached` and the tasks.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "named after what they are")]
pub(crate) struct Controller {
    pub(crate) now: u64,
    pub(crate) starts: u64,
    pub(crate) token: u64,
    pub(crate) attached: bool,
    pub(crate) state: &'static str,
    pub(crate) mode: &'static str,
    pub(crate) control: &'static str,
    /// When homing is over, and the command that waits for it.
    pub(crate) homing: Option<(u64, Option<u128>)>,
    pub(crate) feeder: VecDeque<Booklet>,
    pub(crate) range: Option<(String, String)>,
    pub(crate) jobs: BTreeMap<u64, Job>,
    /// Jobs whose booklet is out, with its serial and whether it was touched.
    pub(crate) finished: BTreeMap<u64, (String, bool)>,
    pub(crate) good: Vec<Booklet>,
    pub(crate) reject: Vec<Booklet>,
    /// Places on the good stack and on the reject stack that are taken by spare booklets.
    pub(crate) spare: [usize; 2],
    pub(crate) journal: BTreeMap<u128, Entry>,
    pub(crate) events: Vec<(u64, String)>,
    pub(crate) alarms: Vec<Alarm>,
    pub(crate) last_alarm: u64,
    pub(crate) last_image: u64,
    pub(crate) picked: u64,
    pub(crate) counted_good: u64,
    pub(crate) rejected: BTreeMap<&'static str, u64>,
    /// What goes wrong the next time it can.
    pub(crate) provoked: Vec<&'static str>,
    /// The serial that is read instead of the right one before the next mark.
    pub(crate) misread: Option<String>,
}

impl Default for Controller {
    fn default() -> Self {
        let mut controller = Controller {
            now: 0,
            starts: 1,
            token: 0,
            attached: false,
            state: "HALTED",
            mode: "production",
            control: "offline",
            homing: None,
            feeder: VecDeque::new(),
            range: None,
            jobs: BTreeMap::new(),
            finished: BTreeMap::new(),
            good: Vec::new(),
            reject: Vec::new(),
            spare: [0; 2],
            journal: BTreeMap::new(),
            events: Vec::new(),
            alarms: Vec::new(),
            last_alarm: 0,
            last_image: 0,
            picked: 0,
            counted_good: 0,
            rejected: BTreeMap::new(),
            provoked: Vec::new(),
            misread: None,
        };
        controller.tell("STATE HALTED".to_owned());
        controller
    }
}

impl Controller {
    /// Lets milliseconds pass.
    pub(crate) fn advance(&mut self, milliseconds: u64) {
        let until = self.now.saturating_add(milliseconds);
        loop {
            self.begin_tasks();
            let next = self.next_due().filter(|due| *due <= until);
            let Some(due) = next else { break };
            self.now = self.now.max(due);
            self.happen();
        }
        self.now = until;
    }

    /// Tells something.
    pub(crate) fn tell(&mut self, what: String) {
        self.events.push((self.now, what));
    }

    /// Cursor of the newest event: the first one is 1.
    pub(crate) fn newest(&self) -> u64 {
        self.events.len() as u64
    }

    /// A command has come to its end.
    pub(crate) fn end(&mut self, key: u128, end: String) {
        let job = self.journal.get(&key).and_then(|entry| entry.job);
        if let Some(entry) = self.journal.get_mut(&key) {
            entry.end = Some(end.clone());
        }
        self.tell_end(key, job, &end);
    }

    /// Tells (again) how a command ended.
    pub(crate) fn tell_end(&mut self, key: u128, job: Option<u64>, end: &str) {
        let job = job.map_or("-".to_owned(), |job| job.to_string());
        self.tell(format!("END {key:x} {job} {end}"));
    }

    /// Sets an alarm, unless it is set.
    pub(crate) fn alarm(&mut self, code: &'static str, severity: &'static str, text: &'static str) {
        if self.alarms.iter().any(|alarm| alarm.code == code && alarm.set) {
            return;
        }
        self.last_alarm += 1;
        let id = self.last_alarm;
        self.alarms.push(Alarm { id, code, severity, text, set: true, seen: false });
        self.tell(format!("ALARM SET {id} {code} {severity} {text}"));
    }

    /// Clears the alarm of a condition that is gone.
    pub(crate) fn clear(&mut self, code: &str) {
        let gone: Vec<u64> = self.alarms.iter().filter(|at| at.code == code && at.set).map(|at| at.id).collect();
        for id in gone {
            for alarm in self.alarms.iter_mut().filter(|alarm| alarm.id == id) {
                alarm.set = false;
            }
            self.tell(format!("ALARM CLEARED {id}"));
        }
        self.alarms.retain(|alarm| alarm.set || !alarm.seen);
    }

    /// Takes a provocation, if it was made.
    pub(crate) fn strikes(&mut self, what: &str) -> bool {
        let place = self.provoked.iter().position(|provoked| *provoked == what);
        place.map(|place| self.provoked.remove(place)).is_some()
    }

    fn next_due(&self) -> Option<u64> {
        let tasks = self.jobs.values().filter_map(|job| job.task.as_ref()?.due);
        tasks.chain(self.homing.map(|(due, _)| due)).min()
    }
}
