//! Which weekdays are worked.

use jiff::civil::{Date, Weekday};

/// The weekdays on which work is done unless a day is listed otherwise. At least one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkingWeek {
    // Bit 0 is Monday.
    days: u8,
}

impl WorkingWeek {
    /// Monday to Friday.
    pub const MONDAY_TO_FRIDAY: WorkingWeek = WorkingWeek { days: 0b001_1111 };

    /// A week of these days; `None` if there is none.
    pub fn new(days: impl IntoIterator<Item = Weekday>) -> Option<Self> {
        let days = days.into_iter().fold(0, |days, day| days | bit(day));
        (days != 0).then_some(WorkingWeek { days })
    }

    /// Whether that weekday is worked.
    pub fn contains(self, day: Weekday) -> bool {
        self.days & bit(day) != 0
    }

    /// Working weekdays from the first day of the calendar up to and including `date`.
    pub(crate) fn days_up_to(self, date: Date) -> i64 {
        // 0000-01-03 was a Monday in the proleptic calendar, so whole weeks count from there.
        const FIRST_MONDAY: Date = Date::constant(0, 1, 3);
        let elapsed = i64::from((date - FIRST_MONDAY).get_days());
        let (weeks, rest) = (elapsed.div_euclid(7), elapsed.rem_euclid(7));
        let in_last_week = (0..=rest).filter(|day| self.days & (1 << day) != 0).count() as i64;
        weeks * i64::from(self.days.count_ones()) + in_last_week
    }
}

fn bit(day: Weekday) -> u8 {
    1 << day.to_monday_zero_offset()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counting_by_weeks_equals_counting_by_days() {
        let week = WorkingWeek::new([Weekday::Tuesday, Weekday::Saturday, Weekday::Sunday]).unwrap();
        let mut date = Date::constant(-1, 12, 20);
        let mut counted = week.days_up_to(date);
        for _ in 0..800 {
            date = date.tomorrow().unwrap();
            counted += i64::from(week.contains(date.weekday()));
            assert_eq!(week.days_up_to(date), counted, "{date}");
        }
    }

    #[test]
    fn a_week_without_work_is_none() {
        assert_eq!(WorkingWeek::new([]), None);
    }
}
