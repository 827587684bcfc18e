//! Working days, holidays and cut-off: the calendar behind a due date.
//!
//! A centre has two calendars: the *pledge* calendar, by which the public is promised a document, and the *production*
//! calendar, by which the centre works. Both are a [`WorkingDays`], read from a short text file ([`file`](mod@file)) and changed
//! while it runs when a typhoon closes the day.
//!
//! ```
//! use persoline_calendar::CentreCalendars;
//! use persoline_domain::calendar::Calendar;
//! use persoline_domain::clock::{Date, Timestamp};
//!
//! let calendars = CentreCalendars::hong_kong()?;
//! // Received on Friday 13 November 2026 at 10:00 in Hong Kong.
//! let received = Timestamp(1_794_535_200_000);
//! assert_eq!(calendars.pledge.due_date(received), Date::constant(2026, 11, 20));
//! # Ok::<(), persoline_calendar::CalendarError>(())
//! ```

mod centre;
mod days;
mod error;
pub mod file;
mod week;

pub use centre::CentreCalendars;
pub use days::{Day, DayKind, WorkingDays};
pub use error::{CalendarError, CalendarErrorKind};
pub use week::WorkingWeek;
