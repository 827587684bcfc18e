//! A blank booklet, its states, and the equation that every count must satisfy.

use crate::application::DocumentType;
use crate::identifiers::BookletSerial;

/// States of a booklet. Each booklet is in exactly one at every moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BookletState {
    /// Delivered by the maker, not yet counted into the vault.
    Received,
    /// In the vault.
    Vault,
    /// In a machine's feeder.
    Loaded,
    /// Announced by a machine as its next and set aside for an order, revocably.
    Reserved,
    /// Picked, identified and bound to an order.
    Bound,
    /// Data may be in its chip, or marks on its page.
    InWork,
    /// A verified document.
    Good,
    /// Packed for hand-over.
    Packed,
    /// Handed over.
    HandedOver,
    /// Can no longer become a document.
    Spoiled,
    /// An irreversible step may or may not have happened.
    Unknown,
    /// Set aside for a person to look at.
    Quarantined,
    /// Destroyed in the presence of two.
    Destroyed,
    /// Sent back to the maker.
    Returned,
    /// Not found when counted.
    Missing,
    /// Called back after it was good.
    Recalled,
}

/// What moves a booklet from one state to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "each is explained by the states that the table gives it")]
pub enum BookletMove {
    Store,
    Load,
    Unload,
    Reserve,
    Unreserve,
    Bind,
    Work,
    Pass,
    Pack,
    HandOver,
    Spoil,
    Doubt,
    Quarantine,
    Clear,
    Destroy,
    SendBack,
    Lose,
    Find,
    Recall,
}

/// Every lawful move: from, move, to. SQL constraints, reconciliation and pages follow from this table.
pub const BOOKLET_MOVES: &[(BookletState, BookletMove, BookletState)] = {
    use BookletMove as M;
    use BookletState as S;
    &[
        (S::Received, M::Store, S::Vault),
        (S::Vault, M::Load, S::Loaded),
        (S::Loaded, M::Unload, S::Vault),
        (S::Loaded, M::Reserve, S::Reserved),
        (S::Reserved, M::Unreserve, S::Loaded),
        (S::Loaded, M::Bind, S::Bound),
        (S::Reserved, M::Bind, S::Bound),
        (S::Bound, M::Work, S::InWork),
        (S::InWork, M::Pass, S::Good),
        (S::Good, M::Pack, S::Packed),
        (S::Packed, M::HandOver, S::HandedOver),
        // A booklet that was bound and then given up is spoiled even if untouched: a serial is bound at most once.
        (S::Loaded, M::Spoil, S::Spoiled),
        (S::Reserved, M::Spoil, S::Spoiled),
        (S::Bound, M::Spoil, S::Spoiled),
        (S::InWork, M::Spoil, S::Spoiled),
        (S::Good, M::Spoil, S::Spoiled),
        (S::Vault, M::Spoil, S::Spoiled),
        (S::Loaded, M::Doubt, S::Unknown),
        (S::Reserved, M::Doubt, S::Unknown),
        (S::Bound, M::Doubt, S::Unknown),
        (S::InWork, M::Doubt, S::Unknown),
        (S::Unknown, M::Quarantine, S::Quarantined),
        (S::Loaded, M::Quarantine, S::Quarantined),
        (S::Vault, M::Quarantine, S::Quarantined),
        (S::Quarantined, M::Spoil, S::Spoiled),
        (S::Quarantined, M::Clear, S::Vault),
        (S::Spoiled, M::Destroy, S::Destroyed),
        (S::Received, M::SendBack, S::Returned),
        (S::Vault, M::SendBack, S::Returned),
        (S::Quarantined, M::SendBack, S::Returned),
        (S::Received, M::Lose, S::Missing),
        (S::Vault, M::Lose, S::Missing),
        (S::Loaded, M::Lose, S::Missing),
        (S::Unknown, M::Lose, S::Missing),
        (S::Quarantined, M::Lose, S::Missing),
        (S::Spoiled, M::Lose, S::Missing),
        (S::Good, M::Lose, S::Missing),
        (S::Packed, M::Lose, S::Missing),
        (S::Missing, M::Find, S::Quarantined),
        (S::Packed, M::Recall, S::Recalled),
        (S::HandedOver, M::Recall, S::Recalled),
        (S::Recalled, M::Destroy, S::Destroyed),
    ]
};

impl BookletState {
    /// All, in the order of a booklet's way.
    pub const ALL: [BookletState; 16] = [
        BookletState::Received,
        BookletState::Vault,
        BookletState::Loaded,
        BookletState::Reserved,
        BookletState::Bound,
        BookletState::InWork,
        BookletState::Good,
        BookletState::Packed,
        BookletState::HandedOver,
        BookletState::Spoiled,
        BookletState::Unknown,
        BookletState::Quarantined,
        BookletState::Destroyed,
        BookletState::Returned,
        BookletState::Missing,
        BookletState::Recalled,
    ];
    /// The name used in the store and in views.
    pub fn name(self) -> &'static str {
        match self {
            BookletState::Received => "received",
            BookletState::Vault => "vault",
            BookletState::Loaded => "loaded",
            BookletState::Reserved => "reserved",
            BookletState::Bound => "bound",
            BookletState::InWork => "in_work",
            BookletState::Good => "good",
            BookletState::Packed => "packed",
            BookletState::HandedOver => "handed_over",
            BookletState::Spoiled => "spoiled",
            BookletState::Unknown => "unknown",
            BookletState::Quarantined => "quarantined",
            BookletState::Destroyed => "destroyed",
            BookletState::Returned => "returned",
            BookletState::Missing => "missing",
            BookletState::Recalled => "recalled",
        }
    }
    /// The state of that name.
    pub fn parse(name: &str) -> Option<BookletState> {
        BookletState::ALL.into_iter().find(|state| state.name() == name)
    }
    /// Whether its booklets lie in the house and can be counted by hand. A recalled one may still be with its holder.
    pub fn is_counted(self) -> bool {
        use BookletState as S;
        matches!(self, S::Received | S::Vault | S::Loaded | S::Good | S::Packed | S::Spoiled | S::Quarantined)
    }
    /// Whether its booklets are on their way through a machine: a shift cannot close over them.
    pub fn is_in_motion(self) -> bool {
        use BookletState as S;
        matches!(self, S::Reserved | S::Bound | S::InWork | S::Unknown)
    }
    /// Where `step` leads from here; `None` if it is unlawful.
    pub fn after(self, step: BookletMove) -> Option<BookletState> {
        BOOKLET_MOVES.iter().find(|(from, by, _)| *from == self && *by == step).map(|(_, _, to)| *to)
    }
}

/// A booklet as the maker's delivery file lists it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Blank {
    /// Its number.
    pub serial: BookletSerial,
    /// Its chip's serial.
    pub chip_serial: Vec<u8>,
    /// Version of the chip's transport key.
    pub key_version: u8,
    /// The maker's batch.
    pub batch: String,
    /// What it can become.
    pub format: DocumentType,
    /// Whether it may become a real document.
    pub kind: BlankKind,
    /// The carton in which it came; empty when the maker names none.
    pub carton: String,
    /// Key check value of the chip's transport key; empty when the maker gives none.
    pub check_value: Vec<u8>,
    /// Where its document number comes from.
    pub numbering: Numbering,
}

/// Where the number of a document comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Numbering {
    /// Its maker perforated it through the booklet: the serial is the document number.
    #[default]
    Perforated,
    /// The machine engraves it: the next of the numbers granted to the centre.
    Engraved,
}

impl Numbering {
    /// The name used in files and in the store.
    pub fn name(self) -> &'static str {
        match self {
            Numbering::Perforated => "perforated",
            Numbering::Engraved => "engraved",
        }
    }
    /// The numbering of that name.
    pub fn parse(name: &str) -> Option<Numbering> {
        [Numbering::Perforated, Numbering::Engraved].into_iter().find(|numbering| numbering.name() == name)
    }
}

/// What a person decides about a booklet in quarantine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum QuarantineDecision {
    /// It is spoiled.
    Spoil,
    /// It goes back to the vault; only one that was never bound.
    Clear,
    /// It goes back to its maker.
    SendBack,
}

impl QuarantineDecision {
    /// All.
    pub const ALL: [QuarantineDecision; 3] =
        [QuarantineDecision::Spoil, QuarantineDecision::Clear, QuarantineDecision::SendBack];
    /// The name used in the store and in views.
    pub fn name(self) -> &'static str {
        match self {
            QuarantineDecision::Spoil => "spoil",
            QuarantineDecision::Clear => "clear",
            QuarantineDecision::SendBack => "send_back",
        }
    }
    /// The decision of that name.
    pub fn parse(name: &str) -> Option<QuarantineDecision> {
        QuarantineDecision::ALL.into_iter().find(|decision| decision.name() == name)
    }
    /// The move that it is.
    pub fn by(self) -> BookletMove {
        match self {
            QuarantineDecision::Spoil => BookletMove::Spoil,
            QuarantineDecision::Clear => BookletMove::Clear,
            QuarantineDecision::SendBack => BookletMove::SendBack,
        }
    }
}

/// Whether a blank may become a real document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BlankKind {
    /// It may.
    Production,
    /// For trials of machines.
    Test,
    /// For show.
    Specimen,
}

impl BlankKind {
    /// The name used in files and in the store.
    pub fn name(self) -> &'static str {
        match self {
            BlankKind::Production => "production",
            BlankKind::Test => "test",
            BlankKind::Specimen => "specimen",
        }
    }
    /// The kind of that name.
    pub fn parse(name: &str) -> Option<BlankKind> {
        [BlankKind::Production, BlankKind::Test, BlankKind::Specimen].into_iter().find(|kind| kind.name() == name)
    }
}

/// Counts of booklets by state against what was received: the books are right when the difference is zero.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reconciliation {
    /// Booklets that delivery files brought.
    pub received: u64,
    /// Booklets by present state, every state listed.
    pub by_state: Vec<(BookletState, u64)>,
}

impl Reconciliation {
    /// Received minus the sum over all states; zero when the books are right.
    pub fn difference(&self) -> i64 {
        let sum: u64 = self.by_state.iter().map(|(_, count)| count).sum();
        i64::try_from(self.received).unwrap_or(i64::MAX) - i64::try_from(sum).unwrap_or(i64::MAX)
    }
    /// Booklets in one state.
    pub fn count(&self, state: BookletState) -> u64 {
        self.by_state.iter().find(|(s, _)| *s == state).map_or(0, |(_, count)| *count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_serial_that_was_bound_never_comes_back_to_the_vault_by_itself() {
        // From bound, the vault is reachable only through quarantine, which is a person's decision; the binding itself
        // is kept by the store's unique constraint.
        let mut reached = vec![BookletState::Bound];
        let mut index = 0;
        while index < reached.len() {
            for (from, by, to) in BOOKLET_MOVES {
                if *from == reached[index] && *by != BookletMove::Clear && !reached.contains(to) {
                    reached.push(*to);
                }
            }
            index += 1;
        }
        for state in [BookletState::Vault, BookletState::Loaded, BookletState::Reserved] {
            assert!(!reached.contains(&state), "{state:?}");
        }
    }

    #[test]
    fn every_state_is_reached_and_named() {
        for state in BookletState::ALL {
            assert_eq!(BookletState::parse(state.name()), Some(state));
            assert!(state == BookletState::Received || BOOKLET_MOVES.iter().any(|(_, _, to)| *to == state));
        }
    }

    #[test]
    fn the_difference_is_what_is_not_accounted_for() {
        let books = Reconciliation {
            received: 10,
            by_state: vec![(BookletState::Vault, 7), (BookletState::Good, 2), (BookletState::Spoiled, 1)],
        };
        assert_eq!(books.difference(), 0);
        assert_eq!(Reconciliation { received: 11, ..books }.difference(), 1);
    }
}
