//! How commands ended, held against what was asked and what was told before.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use persoline_domain::identifiers::Fence;
use printer_driver::{
    Command, Completion, DeviceError, ErrorKind, IdempotencyKey, JobId, JournalEntry, Operation, Stack,
};

use super::{Lie, LieKind, fingerprint, job_of};
use crate::session::link::{CONTROL_KEY, fence_of_control};

/// Commands that are remembered.
const REMEMBERED: usize = 4_096;

/// How a command ends when it ends well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Done,
    Picked,
    /// At most so many answers.
    Answered(usize),
    Encoded,
    Photographed,
    Delivered(Stack),
    Cancelled,
}

#[derive(Debug)]
struct Known {
    kind: Kind,
    job: Option<JobId>,
    /// Under which start of the machine it was accepted, once it was.
    accepted: Option<Option<u64>>,
    /// What was told of its end.
    end: Option<u64>,
}

/// Commands of this session, and those of earlier ones that it asked about.
#[derive(Debug)]
pub(super) struct Commands {
    fence: u64,
    first_job: u64,
    stride: u64,
    known: BTreeMap<u128, Known>,
    order: VecDeque<u128>,
    /// Jobs that something was asked for, while it is remembered.
    jobs: BTreeSet<u64>,
    /// Jobs whose commands are forgotten, up to this one.
    forgotten: u64,
    /// Jobs of others that lay in the machine when it was attached.
    inside: BTreeSet<u64>,
}

impl Commands {
    pub(super) fn new(fence: Fence, first_job: u64, stride: u64) -> Self {
        Commands {
            fence: fence.0,
            first_job,
            stride: stride.max(1),
            known: BTreeMap::new(),
            order: VecDeque::new(),
            jobs: BTreeSet::new(),
            forgotten: 0,
            inside: BTreeSet::new(),
        }
    }

    pub(super) fn takes(&mut self, fence: Fence) {
        self.fence = fence.0;
    }

    pub(super) fn lies_inside(&mut self, job: JobId) {
        self.inside.insert(job.0);
    }

    pub(super) fn asked(&mut self, command: &Command) {
        if self.known.contains_key(&command.key.0) {
            return;
        }
        let kind = kind_of(&command.operation);
        let job = command.operation.job();
        self.known.insert(command.key.0, Known { kind, job, accepted: None, end: None });
        self.order.push_back(command.key.0);
        self.jobs.extend(job.map(|job| job.0));
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
            && let Some(known) = self.known.remove(&oldest)
            && let Some(job) = known.job
        {
            self.jobs.remove(&job.0);
            self.forgotten = self.forgotten.max(job.0);
        }
    }

    pub(super) fn accepted(&mut self, key: IdempotencyKey, start_count: Option<u64>) {
        if let Some(known) = self.known.get_mut(&key.0) {
            known.accepted = Some(start_count);
        }
    }

    /// Whether the end of a command was told before.
    pub(super) fn was_told(&self, key: IdempotencyKey) -> bool {
        self.known.get(&key.0).is_some_and(|known| known.end.is_some())
    }

    /// A command has ended. `told` is the job that the machine named, if it was asked to name one.
    pub(super) fn ended(
        &mut self,
        key: IdempotencyKey,
        told: Option<Option<JobId>>,
        result: &Result<Completion, DeviceError>,
    ) -> Result<(), Lie> {
        let Some(known) = self.known.get_mut(&key.0) else { return self.not_asked(key) };
        if told.is_some_and(|told| told != known.job) {
            return Lie::told(LieKind::UnknownJob, "a command ended for another job than it was for".to_owned());
        }
        if let Ok(completion) = result
            && !fits(known.kind, completion)
        {
            return Lie::told(LieKind::OtherKind, format!("{:?} ended as {completion:?}", known.kind));
        }
        let print = print_of(result);
        match known.end.replace(print) {
            Some(before) if before != print => {
                Lie::told(LieKind::OtherResult, format!("{:?} ended twice, differently", known.kind))
            }
            _ => Ok(()),
        }
    }

    pub(super) fn journal(
        &mut self,
        key: IdempotencyKey,
        entry: &JournalEntry,
        start_count: Option<u64>,
    ) -> Result<(), Lie> {
        let contradicts = |detail: &str| Lie::told(LieKind::JournalContradicts, detail.to_owned());
        match entry {
            JournalEntry::Ended(result) => match self.ended(key, None, result) {
                Err(Lie { kind: LieKind::OtherResult, detail }) => contradicts(&detail),
                other => other,
            },
            JournalEntry::NotReceived | JournalEntry::InProgress => {
                let Some(known) = self.known.get(&key.0) else { return Ok(()) };
                if known.end.is_some() {
                    return contradicts("a command that had ended is not known to have ended");
                }
                // A machine that started anew may have lost it, but then it has to say so and not deny it.
                let is_same_start = known.accepted.is_some_and(|accepted| accepted == start_count);
                if *entry == JournalEntry::NotReceived && is_same_start {
                    return contradicts("a command that was accepted was never received");
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Something is told of a job.
    pub(super) fn told_of(&self, job: JobId) -> Result<(), Lie> {
        let is_known = self.jobs.contains(&job.0) || self.inside.contains(&job.0);
        // Jobs of earlier hosts are not remembered here; of this one's own, the oldest are forgotten.
        if is_known || job.0 < self.first_job || (self.is_own(job) && job.0 <= self.forgotten) {
            return Ok(());
        }
        Lie::told(LieKind::UnknownJob, job.to_string())
    }

    /// A command has ended that is not remembered.
    fn not_asked(&self, key: IdempotencyKey) -> Result<(), Lie> {
        let never = |what: String| Lie::told(LieKind::NeverAsked, what);
        if key.0 & CONTROL_KEY != 0 {
            return match fence_of_control(key) {
                fence if fence < self.fence => Ok(()),
                _ => never("a command to the machine".to_owned()),
            };
        }
        let job = job_of(key);
        if job.0 < self.first_job || (self.is_own(job) && job.0 <= self.forgotten) {
            return Ok(());
        }
        never(format!("a command of {job}"))
    }

    fn is_own(&self, job: JobId) -> bool {
        job.0.checked_sub(self.first_job).is_some_and(|offset| offset.is_multiple_of(self.stride))
    }
}

fn kind_of(operation: &Operation) -> Kind {
    match operation {
        Operation::Pick { .. } => Kind::Picked,
        Operation::Exchange { script, .. } => Kind::Answered(script.commands.len()),
        Operation::Encode { .. } => Kind::Encoded,
        Operation::Personalise { .. } | Operation::Photograph { .. } => Kind::Photographed,
        Operation::Deliver { stack, .. } => Kind::Delivered(*stack),
        Operation::Cancel { .. } => Kind::Cancelled,
        _ => Kind::Done,
    }
}

fn fits(kind: Kind, completion: &Completion) -> bool {
    match (kind, completion) {
        (Kind::Done, Completion::Done)
        | (Kind::Picked, Completion::Picked { .. })
        | (Kind::Encoded, Completion::Encoded)
        | (Kind::Photographed, Completion::Personalised { .. })
        | (Kind::Cancelled, Completion::Cancelled) => true,
        (Kind::Answered(most), Completion::Answered { answers }) => answers.len() <= most,
        (Kind::Delivered(asked), Completion::Delivered { stack }) => asked == *stack,
        _ => false,
    }
}

/// What must be the same when the end is told again. Texts may differ, and a picture may have another name.
fn print_of(result: &Result<Completion, DeviceError>) -> u64 {
    match result {
        Ok(Completion::Picked { serial, chip, .. }) => fingerprint(&("picked", serial, &chip.chip_serial)),
        Ok(Completion::Answered { answers }) => fingerprint(&("answered", answers)),
        Ok(_) => fingerprint(&"well"),
        // Power that was cut after the end may be what the machine remembers best.
        Err(error) if error.kind == ErrorKind::PowerLost => fingerprint(&"power"),
        Err(error) => fingerprint(&(error.kind, error.fate)),
    }
}
