//! What no honest machine says. A machine that says it is fenced off, and takes nothing down with it.
//!
//! | what is told | held against | file |
//! |---|---|---|
//! | states | the transitions of ISA-TR88, and the states that the machine announced | here |
//! | how commands ended | what was asked, what was told before | `lies/commands` |
//! | positions of events | that they are consecutive and never change | `lies/cursors` |
//! | serials and chips | the books: one misreading is no lie, many are | here |
//! | sizes | the limits of the contract | here |

mod commands;
mod cursors;

use std::hash::{DefaultHasher, Hash, Hasher};

use persoline_domain::identifiers::Fence;
use printer_driver::limits::Excess;
use printer_driver::{
    Attached, Command, Consumable, Cursor, Description, Event, EventBatch, EventBody, IdempotencyKey, Identity, JobId,
    JournalEntry, Snapshot, StackLevel, State,
};

use commands::Commands;
use cursors::Cursors;

/// What a machine said, and why no honest machine says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lie {
    /// What kind of lie.
    pub kind: LieKind,
    /// What exactly, for the operator; no personal data.
    pub detail: String,
}

/// Kinds of lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum LieKind {
    /// It went from one state into another that does not follow.
    ImpossibleTransition,
    /// It is in a state that it does not have.
    UnannouncedState,
    /// A command ended that was never handed in.
    NeverAsked,
    /// A command ended as another kind of command ends.
    OtherKind,
    /// A command ended a second time, with another result.
    OtherResult,
    /// The journal contradicts what was told of a command.
    JournalContradicts,
    /// Something is told of a job that the machine never had.
    UnknownJob,
    /// Events go back, or a position holds another event than before.
    CursorBack,
    /// Events are missing from the sequence, again and again.
    CursorJump,
    /// Booklets are not what the books say, too often.
    ForeignBooklets,
    /// It started fewer times than before.
    StartsBack,
    /// It is another machine than before.
    OtherMachine,
    /// A level is beyond full.
    ImpossibleLevel,
    /// Something is larger than the contract allows.
    Oversized,
}

impl LieKind {
    /// All.
    pub const ALL: [LieKind; 14] = [
        LieKind::ImpossibleTransition,
        LieKind::UnannouncedState,
        LieKind::NeverAsked,
        LieKind::OtherKind,
        LieKind::OtherResult,
        LieKind::JournalContradicts,
        LieKind::UnknownJob,
        LieKind::CursorBack,
        LieKind::CursorJump,
        LieKind::ForeignBooklets,
        LieKind::StartsBack,
        LieKind::OtherMachine,
        LieKind::ImpossibleLevel,
        LieKind::Oversized,
    ];
    /// The reason code under which the store and the texts know it.
    pub fn name(self) -> &'static str {
        match self {
            LieKind::ImpossibleTransition => "impossible_transition",
            LieKind::UnannouncedState => "unannounced_state",
            LieKind::NeverAsked => "never_asked",
            LieKind::OtherKind => "other_kind",
            LieKind::OtherResult => "other_result",
            LieKind::JournalContradicts => "journal_contradicts",
            LieKind::UnknownJob => "unknown_job",
            LieKind::CursorBack => "cursor_back",
            LieKind::CursorJump => "cursor_jump",
            LieKind::ForeignBooklets => "foreign_booklets",
            LieKind::StartsBack => "starts_back",
            LieKind::OtherMachine => "other_machine",
            LieKind::ImpossibleLevel => "impossible_level",
            LieKind::Oversized => "oversized",
        }
    }
}

impl Lie {
    fn told<T>(kind: LieKind, detail: String) -> Result<T, Lie> {
        Err(Lie { kind, detail })
    }
}

/// All that is remembered of a machine so that it can be caught lying. Bounded, whatever the machine sends.
#[derive(Debug)]
pub(super) struct Scrutiny {
    commands: Commands,
    cursors: Cursors,
    identity: Option<Identity>,
    states: Vec<State>,
    state: Option<State>,
    /// Latest picks, newest in the lowest bit; set where the booklet was not what the books say.
    odd_picks: u64,
}

impl Scrutiny {
    /// Of a session whose own jobs are numbered from `first_job` in steps of `stride`.
    pub(super) fn new(fence: Fence, first_job: u64, stride: u64) -> Self {
        Scrutiny {
            commands: Commands::new(fence, first_job, stride),
            cursors: Cursors::default(),
            identity: None,
            states: Vec::new(),
            state: None,
            odd_picks: 0,
        }
    }

    /// The session goes on under another fence.
    pub(super) fn takes(&mut self, fence: Fence) {
        self.commands.takes(fence);
    }

    /// What the machine says of itself when it is attached. `start_count` is the one before; events will be read after
    /// `from`.
    pub(super) fn attached(
        &mut self,
        (attached, description, snapshot): &(Attached, Description, Snapshot),
        start_count: Option<u64>,
        from: Cursor,
    ) -> Result<(), Lie> {
        self.sizes(description.check_limits())?;
        self.sizes(snapshot.check_limits())?;
        if let Some(before) = start_count.filter(|before| *before > attached.start_count) {
            return Lie::told(LieKind::StartsBack, format!("{} after {before}", attached.start_count));
        }
        // Its software may be another one; a machine that was built by somebody else may not.
        let Identity { manufacturer, model, serial_number, .. } = &description.identity;
        let known = self.identity.get_or_insert_with(|| description.identity.clone());
        if (&known.manufacturer, &known.model, &known.serial_number) != (manufacturer, model, serial_number) {
            return Lie::told(LieKind::OtherMachine, format!("{manufacturer} {model} {serial_number}"));
        }
        let has_restarted = start_count != Some(attached.start_count);
        self.cursors.attached(attached.newest, from, has_restarted)?;
        snapshot.stacks.iter().try_for_each(stack_level)?;
        snapshot.consumables.iter().try_for_each(consumable_level)?;
        self.states.clone_from(&description.capabilities.states);
        // A state that was reached unheard needs no path, but it has to exist. What the machine went through between its
        // attaching and its snapshot is told after the snapshot, so the snapshot's state precedes nothing that is told.
        self.state = None;
        self.state(snapshot.state)?;
        self.state = None;
        snapshot.jobs.iter().for_each(|position| self.commands.lies_inside(position.job));
        Ok(())
    }

    pub(super) fn sizes(&self, check: Result<(), Excess>) -> Result<(), Lie> {
        check.or_else(|excess| Lie::told(LieKind::Oversized, excess.to_string()))
    }

    /// The events of a batch that are new and follow each other without a gap, oldest first.
    pub(super) fn batch(&mut self, batch: EventBatch) -> Result<Vec<Event>, Lie> {
        self.sizes(batch.check_limits())?;
        self.cursors.next(batch.events)
    }

    /// One event, in its turn; `is_before` when it happened before the machine was attached, so that its state says nothing.
    pub(super) fn event(&mut self, body: &EventBody, is_before: bool) -> Result<(), Lie> {
        match body {
            EventBody::StateChanged(_) if is_before => Ok(()),
            EventBody::StateChanged(state) => self.state(*state),
            EventBody::Completed { key, job, result } => self.commands.ended(*key, Some(*job), result),
            EventBody::Progress { job, .. } => self.commands.told_of(*job),
            EventBody::StackChanged(level) => stack_level(level),
            EventBody::ConsumableChanged(consumable) => consumable_level(consumable),
            EventBody::StationChanged(station) => station.job.map_or(Ok(()), |job| self.commands.told_of(job)),
            _ => Ok(()),
        }
    }

    /// Whether it is the end of a command that was told before.
    pub(super) fn was_told(&self, body: &EventBody) -> bool {
        matches!(body, EventBody::Completed { key, .. } if self.commands.was_told(*key))
    }

    fn state(&mut self, state: State) -> Result<(), Lie> {
        if !self.states.contains(&state) {
            return Lie::told(LieKind::UnannouncedState, state.name().to_owned());
        }
        if let Some(before) = self.state.replace(state)
            && before != state
            && !before.leads_to(state, &self.states)
        {
            return Lie::told(LieKind::ImpossibleTransition, format!("{} to {}", before.name(), state.name()));
        }
        Ok(())
    }

    /// A command is handed in, or its outcome is asked for.
    pub(super) fn asked(&mut self, command: &Command) {
        self.commands.asked(command);
    }

    /// The machine has taken a command over, or known it.
    pub(super) fn accepted(&mut self, key: IdempotencyKey, start_count: Option<u64>) {
        self.commands.accepted(key, start_count);
    }

    /// What the journal says of a command.
    pub(super) fn journal(
        &mut self,
        key: IdempotencyKey,
        entry: &JournalEntry,
        start_count: Option<u64>,
    ) -> Result<(), Lie> {
        self.sizes(entry.check_limits())?;
        self.commands.journal(key, entry, start_count)
    }

    /// A booklet was picked; `is_odd` when it was not what the books say.
    pub(super) fn picked(&mut self, is_odd: bool, most: u32, of: u32) -> Result<(), Lie> {
        self.odd_picks = self.odd_picks << 1 | u64::from(is_odd);
        let window = match of.min(64) {
            64 => u64::MAX,
            bits => (1 << bits) - 1,
        };
        let odd = (self.odd_picks & window).count_ones();
        if is_odd && odd >= most {
            return Lie::told(LieKind::ForeignBooklets, format!("{odd} of the latest picks"));
        }
        Ok(())
    }
}

fn stack_level(level: &StackLevel) -> Result<(), Lie> {
    if level.count <= level.capacity {
        return Ok(());
    }
    Lie::told(LieKind::ImpossibleLevel, format!("{} booklets on a stack for {}", level.count, level.capacity))
}

fn consumable_level(consumable: &Consumable) -> Result<(), Lie> {
    if consumable.level_per_mille <= 1_000 {
        return Ok(());
    }
    Lie::told(LieKind::ImpossibleLevel, format!("{} thousandths of a consumable", consumable.level_per_mille))
}

/// Recognises something that is told again.
fn fingerprint(text: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// The job that a key belongs to, as the host makes keys.
fn job_of(key: IdempotencyKey) -> JobId {
    JobId(u64::try_from(key.0 >> 32 & u128::from(u64::MAX)).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests;
