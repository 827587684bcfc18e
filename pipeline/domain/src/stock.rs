//! The booklet ledger as auditors read it: worked out from the event log alone, by other code than that which keeps the
//! state columns, so that each can be held against the other.
//!
//! [`StockLedger`] replays deeds and gives a [`StockReport`]; [`StockStanding`] is the present stock by state, format, kind
//! and machine, against which a count by hand is held; [`SerialRange`] is how people name many booklets.

mod ledger;
mod range;
mod report;
mod standing;

pub use ledger::{LedgerFault, StockLedger};
pub use range::{RANGE_LIMIT, SerialRange, SerialRangeError};
pub use report::{
    LogPosition, Span, StockAct, StockBooklet, StockDisagreement, StockEntry, StockFlow, StockMove, StockPeriod,
    StockReport, StockSum,
};
pub use standing::{CountedStock, StockDifference, StockLine, StockStanding};

use core::fmt;

use crate::application::DocumentType;
use crate::booklet::{Blank, BlankKind, BookletMove, Numbering};
use crate::store::StoreError;

/// What sort of booklet it is: what it can become, whether it may, and who numbers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StockClass {
    /// What it can become.
    pub format: DocumentType,
    /// Whether it may become a real document.
    pub kind: BlankKind,
    /// Where its document number comes from.
    pub numbering: Numbering,
}

impl StockClass {
    /// The class of a blank.
    pub fn of(blank: &Blank) -> Self {
        StockClass { format: blank.format, kind: blank.kind, numbering: blank.numbering }
    }
}

impl fmt::Display for StockClass {
    /// `passport-32 production perforated`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.format.name(), self.kind.name(), self.numbering.name())
    }
}

/// Who knows the present stock by state, sort and place: the store, for pages that show it.
pub trait StockSight: Send + Sync {
    /// The stock as it stands.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    fn stock_standing(&self) -> Result<StockStanding, StoreError>;
}

/// The name of a move in reports; none is the receipt, by which a booklet enters the books.
pub fn step_name(step: Option<BookletMove>) -> &'static str {
    match step {
        None => "receive",
        Some(BookletMove::Store) => "store",
        Some(BookletMove::Load) => "load",
        Some(BookletMove::Unload) => "unload",
        Some(BookletMove::Reserve) => "reserve",
        Some(BookletMove::Unreserve) => "unreserve",
        Some(BookletMove::Bind) => "bind",
        Some(BookletMove::Work) => "work",
        Some(BookletMove::Pass) => "pass",
        Some(BookletMove::Pack) => "pack",
        Some(BookletMove::HandOver) => "hand_over",
        Some(BookletMove::Spoil) => "spoil",
        Some(BookletMove::Doubt) => "doubt",
        Some(BookletMove::Quarantine) => "quarantine",
        Some(BookletMove::Clear) => "clear",
        Some(BookletMove::Destroy) => "destroy",
        Some(BookletMove::SendBack) => "send_back",
        Some(BookletMove::Lose) => "lose",
        Some(BookletMove::Find) => "find",
        Some(BookletMove::Recall) => "recall",
    }
}
