//! The calendar behind a due date, as a port.

use crate::clock::{Date, Timestamp};

/// Counts working days. The pledge to the public and the shifts of the centre are two calendars of this kind.
pub trait Calendar: Send + Sync {
    /// The last day on which a document received complete at `received` is still on time.
    fn due_date(&self, received: Timestamp) -> Date;
    /// The civil date at the centre.
    fn local_date(&self, moment: Timestamp) -> Date;
    /// Whether work is done on that day.
    fn is_working_day(&self, date: Date) -> bool;
    /// Working days after `from` up to and including `to`; negative when `to` is earlier.
    fn working_days_between(&self, from: Date, to: Date) -> i32;
}
