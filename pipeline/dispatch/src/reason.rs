//! Why: reasons of decisions, as operators read them.

/// Why an order went to a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// It was the most urgent that the machine can make.
    MostUrgent,
    /// It is due today or overdue, so that nothing is weighed against it.
    Overdue,
    /// The machine is set up for it; a more urgent one of another kind is not urgent enough for changing over.
    SameSetup,
    /// The machine is set up for it; a more urgent one of another kind is made by a machine that stands ready for that.
    OtherKindElsewhere,
    /// It is worth changing over for.
    Changeover,
    /// Nothing waits for which the machine is set up.
    NothingElse,
}

impl Reason {
    /// The name used in views.
    pub fn name(self) -> &'static str {
        match self {
            Reason::MostUrgent => "most_urgent",
            Reason::Overdue => "overdue",
            Reason::SameSetup => "same_setup",
            Reason::OtherKindElsewhere => "other_kind_elsewhere",
            Reason::Changeover => "changeover",
            Reason::NothingElse => "nothing_else",
        }
    }
}

/// Why a machine gets no work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum IdleReason {
    /// Its link does not work.
    NoLink,
    /// Its link has been down for so long that it counts as dead.
    Dead,
    /// It does not execute.
    NotExecuting,
    /// A person has paused it.
    Paused,
    /// It is being drained.
    Draining,
    /// It has lied.
    FencedOff,
    /// It spoiled too many booklets in a row.
    SpoiledTooMany,
    /// No shift is open.
    NoShift,
    /// Its first document of the shift waits for a person's approval.
    FirstPiece,
    /// The centre has no document number left for booklets whose number is engraved.
    NoNumbers,
    /// Chips make their keys themselves, and it gives the host no way to speak to them.
    NoCoupler,
    /// It has as many jobs as it takes.
    Full,
    /// It is on probation and has its one job.
    Probation,
    /// No feeder holds booklets.
    NoBooklets,
    /// Nothing waits that it could make.
    NothingWaits,
    /// What waits is better off with another machine.
    LeftToOthers,
}

impl IdleReason {
    /// All.
    pub const ALL: [IdleReason; 16] = [
        IdleReason::NoLink,
        IdleReason::Dead,
        IdleReason::NotExecuting,
        IdleReason::Paused,
        IdleReason::Draining,
        IdleReason::FencedOff,
        IdleReason::SpoiledTooMany,
        IdleReason::NoShift,
        IdleReason::FirstPiece,
        IdleReason::NoNumbers,
        IdleReason::NoCoupler,
        IdleReason::Full,
        IdleReason::Probation,
        IdleReason::NoBooklets,
        IdleReason::NothingWaits,
        IdleReason::LeftToOthers,
    ];
    /// The name under which the texts know it.
    pub fn name(self) -> &'static str {
        match self {
            IdleReason::NoLink => "no_link",
            IdleReason::Dead => "dead",
            IdleReason::NotExecuting => "not_executing",
            IdleReason::Paused => "paused",
            IdleReason::Draining => "draining",
            IdleReason::FencedOff => "fenced_off",
            IdleReason::SpoiledTooMany => "spoiled_too_many",
            IdleReason::NoShift => "no_shift",
            IdleReason::FirstPiece => "first_piece",
            IdleReason::NoNumbers => "no_numbers",
            IdleReason::NoCoupler => "no_coupler",
            IdleReason::Full => "full",
            IdleReason::Probation => "probation",
            IdleReason::NoBooklets => "no_booklets",
            IdleReason::NothingWaits => "nothing_waits",
            IdleReason::LeftToOthers => "left_to_others",
        }
    }
}
