//! Wall clock of the centre, worked out from its calendar: the calendar says which civil date a moment falls on, so the
//! time of day is the time since the first moment of that date. On the two days a year on which a zone changes its clocks
//! the hours after the change are one off; the exact moment stands beside each time in UTC.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use persoline_domain::calendar::Calendar;
use persoline_domain::clock::{Date, Timestamp};

/// Days whose beginning is remembered at most.
const DAYS_KEPT: usize = 64;
const HOUR: i64 = 3_600_000;

/// Tells local times.
pub(crate) struct LocalTime {
    calendar: Arc<dyn Calendar>,
    beginnings: Mutex<BTreeMap<Date, i64>>,
}

/// A moment as the centre's clocks show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Local {
    /// Civil date.
    pub(crate) date: Date,
    /// Milliseconds since midnight.
    pub(crate) of_day: i64,
}

impl LocalTime {
    pub(crate) fn new(calendar: Arc<dyn Calendar>) -> Self {
        LocalTime { calendar, beginnings: Mutex::default() }
    }

    pub(crate) fn of(&self, moment: Timestamp) -> Local {
        let date = self.calendar.local_date(moment);
        let mut beginnings = self.beginnings.lock().unwrap_or_else(PoisonError::into_inner);
        if beginnings.len() >= DAYS_KEPT {
            beginnings.clear();
        }
        let beginning = *beginnings.entry(date).or_insert_with(|| self.beginning(date, moment));
        Local { date, of_day: moment.0.saturating_sub(beginning).max(0) }
    }

    /// The first moment of `date`, which `moment` falls on.
    fn beginning(&self, date: Date, moment: Timestamp) -> i64 {
        let (mut before, mut within) = (moment.0.saturating_sub(26 * HOUR), moment.0);
        while within.saturating_sub(before) > 1 {
            let middle = before + (within - before) / 2;
            if self.calendar.local_date(Timestamp(middle)) == date {
                within = middle;
            } else {
                before = middle;
            }
        }
        within
    }
}

impl Local {
    /// Hours from here to midnight.
    pub(crate) fn hours_left(self) -> f64 {
        (24 * HOUR - self.of_day).max(0) as f64 / HOUR as f64
    }
    /// `14:03:07`
    pub(crate) fn clock(self) -> String {
        let seconds = self.of_day / 1000;
        format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
    }
    /// `14:03`
    pub(crate) fn minutes(self) -> String {
        let minutes = self.of_day / 60_000;
        format!("{:02}:{:02}", minutes / 60, minutes % 60)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Hong Kong without holidays: eight hours ahead of UTC, Monday to Friday.
    pub(crate) struct Plain;

    impl Calendar for Plain {
        fn due_date(&self, received: Timestamp) -> Date {
            self.local_date(received)
        }
        fn local_date(&self, moment: Timestamp) -> Date {
            Timestamp(moment.0 + 8 * HOUR).utc_date()
        }
        fn is_working_day(&self, date: Date) -> bool {
            date.weekday().to_monday_one_offset() <= 5
        }
        fn working_days_between(&self, from: Date, to: Date) -> i32 {
            let (low, high, sign) = if from <= to { (from, to, 1) } else { (to, from, -1) };
            let mut day = low;
            let mut count = 0;
            while day < high {
                day = day.tomorrow().unwrap();
                count += i32::from(self.is_working_day(day));
            }
            sign * count
        }
    }

    #[test]
    fn the_centre_s_clock_follows_from_its_calendar() {
        let time = LocalTime::new(Arc::new(Plain));
        // 2026-11-21T22:40:44Z is 06:40:44 on the 22nd in Hong Kong.
        let local = time.of(Timestamp(1_795_300_844_000));
        assert_eq!((local.date, local.clock()), (Date::constant(2026, 11, 22), "06:40:44".to_owned()));
        assert_eq!(local.minutes(), "06:40");
        let midnight = time.of(Timestamp(1_795_300_844_000 - local.of_day));
        assert_eq!((midnight.date, midnight.of_day), (local.date, 0));
        assert!((midnight.hours_left() - 24.0).abs() < 1e-9);
    }
}
