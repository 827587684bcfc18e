//! Working days of one calendar.

use std::collections::BTreeMap;
use std::ops::Bound;

use jiff::civil::Time;
use jiff::tz::TimeZone;
use persoline_domain::calendar::Calendar;
use persoline_domain::clock::{Date, Timestamp};

use crate::week::WorkingWeek;

/// Working days: a week, the days that differ from it, the cut-off of a day and the number of days promised.
#[derive(Debug, Clone)]
pub struct WorkingDays {
    pub(crate) zone: TimeZone,
    pub(crate) week: WorkingWeek,
    pub(crate) cut_off: Option<Time>,
    pub(crate) promise: u16,
    pub(crate) listed: BTreeMap<Date, Day>,
}

/// A day that differs from its weekday, or has a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// What kind of day it is.
    pub kind: DayKind,
    /// What it is called, or why it is so.
    pub name: String,
}

/// Kinds of listed days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DayKind {
    /// A general holiday: no work.
    Holiday,
    /// Closed for an extraordinary reason, such as a typhoon: no work.
    Closed,
    /// Worked though its weekday is not, such as a Saturday of a busy spring.
    Open,
}

impl WorkingDays {
    /// A calendar without listed days: its zone, its week, the time after which a day's receipts count as the next working
    /// day's (`None`: midnight), and the number of working days promised.
    pub fn new(zone: TimeZone, week: WorkingWeek, cut_off: Option<Time>, promise: u16) -> Self {
        WorkingDays { zone, week, cut_off, promise, listed: BTreeMap::new() }
    }

    /// Closes a day, for example because a typhoon signal is hoisted. What was listed for it gives way.
    pub fn close(&mut self, date: Date, reason: &str) {
        self.listed.insert(date, Day { kind: DayKind::Closed, name: reason.to_owned() });
    }

    /// Opens a day that would not be worked. What was listed for it gives way.
    pub fn open(&mut self, date: Date, reason: &str) {
        self.listed.insert(date, Day { kind: DayKind::Open, name: reason.to_owned() });
    }

    /// What is listed for a day: its kind and its name.
    pub fn listed(&self, date: Date) -> Option<&Day> {
        self.listed.get(&date)
    }

    /// All listed days in order.
    pub fn all_listed(&self) -> impl Iterator<Item = (Date, &Day)> {
        self.listed.iter().map(|(date, day)| (*date, day))
    }

    /// Whether general holidays of that year are listed. A due date in a year without them may be too early.
    pub fn knows_year(&self, year: i16) -> bool {
        self.listed.iter().any(|(date, day)| date.year() == year && day.kind == DayKind::Holiday)
    }

    /// The day as which a receipt counts: the civil day, or the next working day if it came after the cut-off or on a day
    /// that is not worked. (Were Saturday to count from itself, what came later would be due earlier than what came on
    /// Friday evening.)
    pub fn day_of_receipt(&self, received: Timestamp) -> Date {
        let (date, time) = self.local(received);
        let late = self.cut_off.is_some_and(|cut_off| time > cut_off);
        if late || !self.is_working_day(date) { self.add_working_days(date, 1) } else { date }
    }

    /// The `count`th working day after `date`; `date` itself for 0. The end of the calendar (year 9999) is not passed.
    pub fn add_working_days(&self, date: Date, count: u16) -> Date {
        let mut date = date;
        for _ in 0..count {
            loop {
                match date.tomorrow() {
                    Ok(tomorrow) => date = tomorrow,
                    Err(_) => return date,
                }
                if self.is_working_day(date) {
                    break;
                }
            }
        }
        date
    }

    /// The time zone of the centre.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    fn local(&self, moment: Timestamp) -> (Date, Time) {
        match jiff::Timestamp::from_millisecond(moment.0) {
            Ok(instant) => {
                let local = self.zone.to_datetime(instant);
                (local.date(), local.time())
            }
            Err(_) if moment.0 < 0 => (Date::MIN, Time::MIN),
            Err(_) => (Date::MAX, Time::MAX),
        }
    }

    /// By how many days the listed days after `from` up to and including `to` change what the week alone would give.
    fn correction(&self, from: Date, to: Date) -> i64 {
        self.listed
            .range((Bound::Excluded(from), Bound::Included(to)))
            .map(|(date, day)| match (self.week.contains(date.weekday()), day.kind) {
                (true, DayKind::Holiday | DayKind::Closed) => -1,
                (false, DayKind::Open) => 1,
                _ => 0,
            })
            .sum()
    }
}

impl Calendar for WorkingDays {
    fn due_date(&self, received: Timestamp) -> Date {
        self.add_working_days(self.day_of_receipt(received), self.promise)
    }

    fn local_date(&self, moment: Timestamp) -> Date {
        self.local(moment).0
    }

    fn is_working_day(&self, date: Date) -> bool {
        match self.listed.get(&date).map(|day| day.kind) {
            Some(DayKind::Holiday | DayKind::Closed) => false,
            Some(DayKind::Open) => true,
            None => self.week.contains(date.weekday()),
        }
    }

    fn working_days_between(&self, from: Date, to: Date) -> i32 {
        let (first, last, sign) = match from.cmp(&to) {
            std::cmp::Ordering::Less => (from, to, 1),
            std::cmp::Ordering::Equal => return 0,
            std::cmp::Ordering::Greater => (to, from, -1),
        };
        let count = self.week.days_up_to(last) - self.week.days_up_to(first) + self.correction(first, last);
        i32::try_from(sign * count).unwrap_or(i32::MAX)
    }
}

#[cfg(test)]
mod tests;
