//! Where a host can die.

use persoline_domain::deed::Deed;
use persoline_line::session::Effect;
use printer_driver::{Operation, Stack};

/// Before or after the step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// It is not done.
    Before,
    /// It is done, and its answer is lost.
    After,
}

/// Both sides.
pub const SIDES: [Side; 2] = [Side::Before, Side::After];

impl Side {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Side::Before => "before",
            Side::After => "after",
        }
    }
}

/// Every step at which a host can die.
pub const POINTS: &[&str] = &[
    "start",
    "attach",
    "submit control",
    "submit pick",
    "submit exchange",
    "submit encode",
    "submit personalise",
    "submit photograph",
    "submit deliver good",
    "submit deliver reject",
    "journal",
    "image",
    "list waiting",
    "stop check",
    "booklet check",
    "take fence",
    "ticket",
    "ticket again",
    "chip",
    "page",
    "report",
    "commit dispatched",
    "commit withdrawn",
    "commit bound",
    "commit ticketed",
    "commit locking",
    "commit marking",
    "commit verified",
    "commit finished",
    "commit spoiled",
    "commit doubtful",
    "commit abandoned",
    "deliver report",
    "commit report",
];

/// The step of an effect.
pub fn point_of(effect: &Effect) -> &'static str {
    match effect {
        Effect::Attach(_) => "attach",
        Effect::Submit(command) => match &command.operation {
            Operation::Pick { .. } => "submit pick",
            Operation::Exchange { .. } => "submit exchange",
            Operation::Encode { .. } => "submit encode",
            Operation::Personalise { .. } => "submit personalise",
            Operation::Photograph { .. } => "submit photograph",
            Operation::Deliver { stack: Stack::Good, .. } => "submit deliver good",
            Operation::Deliver { .. } => "submit deliver reject",
            Operation::Cancel { .. } => "submit cancel",
            _ => "submit control",
        },
        Effect::AskJournal(_) => "journal",
        Effect::FetchImage { .. } => "image",
        Effect::Commit { acts, .. } => acts.last().map_or("commit nothing", |act| point_of_deed(&act.deed)),
        Effect::Report(_) => "report",
        Effect::ListWaiting { .. } => "list waiting",
        Effect::AskStop(_) => "stop check",
        Effect::AskBooklet { .. } => "booklet check",
        Effect::TakeFence => "take fence",
        Effect::Ticket { signed: None, .. } => "ticket",
        Effect::Ticket { .. } => "ticket again",
        Effect::TurnChip { .. } => "chip",
        Effect::VerifyPage { .. } => "page",
        Effect::Halt(_) => "halt",
    }
}

/// The step at which a deed of a job becomes durable.
pub fn point_of_deed(deed: &Deed) -> &'static str {
    match deed {
        Deed::Dispatched { .. } => "commit dispatched",
        Deed::Withdrawn { .. } => "commit withdrawn",
        Deed::Bound { .. } => "commit bound",
        Deed::Ticketed { .. } => "commit ticketed",
        Deed::Locking { .. } => "commit locking",
        Deed::Marking { .. } => "commit marking",
        Deed::Verified { .. } => "commit verified",
        Deed::Finished { .. } => "commit finished",
        Deed::Spoiled { .. } => "commit spoiled",
        Deed::Doubtful { .. } => "commit doubtful",
        Deed::Abandoned { .. } => "commit abandoned",
        _ => "commit other",
    }
}
