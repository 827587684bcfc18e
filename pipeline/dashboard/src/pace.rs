//! How fast the line is, and how fast it must be to keep every due date.

use std::collections::VecDeque;
use std::time::Duration;

use persoline_domain::calendar::Calendar;
use persoline_domain::clock::Date;

use crate::local_time::Local;

/// Over how long the rate is measured.
pub(crate) const WINDOW: Duration = Duration::from_secs(300);
/// A rate over less than this says nothing.
pub(crate) const SHORTEST_WINDOW: Duration = Duration::from_secs(5);
/// Working hours are never counted as fewer, so that the rate stays a number one can act on at the end of a day.
const FEWEST_HOURS: f64 = 0.25;

/// Counts of finished documents over the last minutes.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    samples: VecDeque<(Duration, u64)>,
}

/// A measured rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rate {
    /// Documents an hour.
    pub(crate) per_hour: f64,
    /// Over how long it was measured.
    pub(crate) span: Duration,
}

impl Meter {
    /// Notes that `finished` documents were finished in all at `elapsed`.
    pub(crate) fn note(&mut self, elapsed: Duration, finished: u64) {
        self.samples.push_back((elapsed, finished));
        // The oldest sample kept is the last one at or before the window's beginning.
        while self.samples.get(1).is_some_and(|(at, _)| elapsed.saturating_sub(*at) >= WINDOW) {
            self.samples.pop_front();
        }
    }

    /// The rate over what has been noted; none while that is too short.
    pub(crate) fn rate(&self) -> Option<Rate> {
        let ((from, first), (to, last)) = (self.samples.front()?, self.samples.back()?);
        let span = to.saturating_sub(*from);
        if span < SHORTEST_WINDOW {
            return None;
        }
        Some(Rate { per_hour: last.saturating_sub(*first) as f64 * 3600.0 / span.as_secs_f64(), span })
    }
}

/// The rate that the due dates ask for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Needed {
    /// Documents an hour.
    pub(crate) per_hour: f64,
    /// The due date that asks for the highest rate.
    pub(crate) due: Date,
    /// Open orders due up to that date, overdue ones included.
    pub(crate) open: u64,
    /// Working hours left until the end of that date.
    pub(crate) hours: f64,
}

/// One due date with what it asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct DueLine {
    /// The date.
    pub(crate) due: Date,
    /// Open orders due on it.
    pub(crate) open: u64,
    /// Working days after today up to and including it; negative when it has passed.
    pub(crate) days: i32,
    /// Whether it has passed.
    pub(crate) is_overdue: bool,
    /// Documents an hour that keep this date and all before it.
    pub(crate) per_hour: f64,
    /// Open orders due up to and including it.
    pub(crate) open_until: u64,
    /// Working hours left until its end.
    pub(crate) hours: f64,
}

/// Every due date with what it asks for, earliest first.
///
/// The rate of a date is the number of open orders due up to it, overdue and held ones included, divided by the working
/// hours left until its end: `hours_a_day` for each working day after today, and for today, if it is one, the hours left
/// before midnight but no more than `hours_a_day`. What is overdue, or due before the next working day, is wanted within
/// the first working hours there are.
pub(crate) fn due_lines(
    open_by_due: &[(Date, u64)],
    calendar: &dyn Calendar,
    now: Local,
    hours_a_day: f64,
) -> Vec<DueLine> {
    let today_hours = if calendar.is_working_day(now.date) { now.hours_left().min(hours_a_day) } else { 0.0 };
    let first_hours = if today_hours > 0.0 { today_hours } else { hours_a_day };
    let mut open_until = 0;
    open_by_due
        .iter()
        .map(|(due, open)| {
            open_until += open;
            let days = calendar.working_days_between(now.date, *due);
            let hours = if days > 0 { today_hours + f64::from(days) * hours_a_day } else { first_hours };
            let hours = hours.max(FEWEST_HOURS);
            let per_hour = open_until as f64 / hours;
            DueLine { due: *due, open: *open, days, is_overdue: *due < now.date, per_hour, open_until, hours }
        })
        .collect()
}

/// The highest rate that any date asks for; none when nothing is open.
pub(crate) fn needed(lines: &[DueLine]) -> Option<Needed> {
    lines
        .iter()
        .max_by(|a, b| a.per_hour.total_cmp(&b.per_hour))
        .filter(|line| line.open_until > 0)
        .map(|line| Needed { per_hour: line.per_hour, due: line.due, open: line.open_until, hours: line.hours })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::local_time::tests::Plain;

    const FRIDAY: Date = Date::constant(2026, 11, 20);
    const MONDAY: Date = Date::constant(2026, 11, 23);

    fn at(date: Date, hour: i64) -> Local {
        Local { date, of_day: hour * 3_600_000 }
    }

    #[test]
    fn the_rate_forgets_what_is_older_than_the_window() {
        let mut meter = Meter::default();
        meter.note(Duration::from_secs(0), 100);
        meter.note(Duration::from_secs(4), 110);
        assert_eq!(meter.rate(), None);
        meter.note(Duration::from_secs(60), 110);
        assert_eq!(meter.rate(), Some(Rate { per_hour: 600.0, span: Duration::from_secs(60) }));
        meter.note(Duration::from_secs(400), 110);
        assert_eq!(meter.rate().unwrap().per_hour, 0.0);
    }

    #[test]
    fn the_date_that_asks_for_most_counts() {
        // Friday at 14:00: ten hours to midnight, so eight hours of today.
        let open = [(FRIDAY, 80), (MONDAY, 400), (Date::constant(2026, 11, 27), 10)];
        let lines = due_lines(&open, &Plain, at(FRIDAY, 14), 8.0);
        let rates: Vec<f64> = lines.iter().map(|line| line.per_hour).collect();
        assert_eq!(rates, [80.0 / 8.0, 480.0 / 16.0, 490.0 / 48.0]);
        let needed = needed(&lines).unwrap();
        assert_eq!((needed.due, needed.open, needed.hours), (MONDAY, 480, 16.0));
    }

    #[test]
    fn overdue_orders_are_wanted_first_and_a_weekend_has_no_hours() {
        let open = [(FRIDAY, 40), (MONDAY, 40)];
        let lines = due_lines(&open, &Plain, at(Date::constant(2026, 11, 21), 9), 8.0);
        assert!(lines[0].is_overdue && !lines[1].is_overdue);
        assert_eq!((lines[0].hours, lines[1].hours), (8.0, 8.0));
        assert_eq!(needed(&lines).unwrap().per_hour, 10.0);
        assert_eq!(lines[0].days, 0);
    }

    #[test]
    fn late_in_the_evening_the_rate_stays_finite() {
        let lines = due_lines(&[(FRIDAY, 1)], &Plain, Local { date: FRIDAY, of_day: 86_399_999 }, 8.0);
        assert_eq!(lines[0].per_hour, 4.0);
        assert_eq!(needed(&[]), None);
    }
}
