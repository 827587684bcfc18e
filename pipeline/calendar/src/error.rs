//! What can be wrong with a calendar file.

use thiserror::Error;

/// A calendar file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {line}: {kind}")]
pub struct CalendarError {
    /// The line, counted from 1; for what is missing in the whole file, its last line.
    pub line: usize,
    /// What is wrong.
    pub kind: CalendarErrorKind,
}

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CalendarErrorKind {
    /// The first word is neither a date nor a setting.
    #[error("{0:?} is neither a date (2026-12-25) nor one of zone, week, cut-off, promise")]
    Word(String),
    /// The date has the right form but does not exist.
    #[error("there is no day {0}")]
    Date(String),
    /// The date stands in the file twice.
    #[error("{0} is listed twice")]
    Twice(String),
    /// The second word is not a kind of day.
    #[error("{0:?} is not one of holiday, closed, open")]
    Kind(String),
    /// A listed day has no name.
    #[error("the day has no name")]
    Nameless,
    /// The time zone is not known.
    #[error("unknown time zone {0:?}")]
    Zone(String),
    /// Not a weekday.
    #[error("{0:?} is not one of Mon Tue Wed Thu Fri Sat Sun")]
    Weekday(String),
    /// A week without a working day.
    #[error("a week needs at least one working day")]
    EmptyWeek,
    /// Not a time of day.
    #[error("{0:?} is not a time of day such as 17:00, nor none")]
    CutOff(String),
    /// Not a number of working days.
    #[error("{0:?} is not a number of working days from 0 to 366")]
    Promise(String),
}

impl CalendarErrorKind {
    pub(crate) fn at(self, line: usize) -> CalendarError {
        CalendarError { line, kind: self }
    }
}
