//! A centre that exists only in memory: a store, a calendar, a clock, machines and a workshop, enough to look at and to
//! steer. Used by the tests and by the preview.

#[path = "fake/care.rs"]
pub(crate) mod care;
#[path = "fake/machine.rs"]
pub(crate) mod machine;
#[path = "fake/store.rs"]
pub(crate) mod store;
#[path = "fake/workshop.rs"]
pub(crate) mod workshop;

use std::sync::Mutex;
use std::time::{Duration, Instant};

use persoline_domain::calendar::Calendar;
use persoline_domain::clock::{Clock, Date, Timestamp};

const HOUR: i64 = 3_600_000;

/// Hong Kong without holidays: eight hours ahead of UTC, Monday to Friday.
pub(crate) struct PlainCalendar;

impl Calendar for PlainCalendar {
    fn due_date(&self, received: Timestamp) -> Date {
        let mut day = self.local_date(received);
        for _ in 0..5 {
            day = self.next_working_day(day);
        }
        day
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
            day = day.tomorrow().expect("the calendar does not end");
            count += i32::from(self.is_working_day(day));
        }
        sign * count
    }
}

impl PlainCalendar {
    pub(crate) fn next_working_day(&self, mut day: Date) -> Date {
        loop {
            day = day.tomorrow().expect("the calendar does not end");
            if self.is_working_day(day) {
                return day;
            }
        }
    }
}

/// A clock that is set by hand, or that runs from a moment on.
pub(crate) struct SetClock {
    at: Mutex<(Timestamp, Duration)>,
    running_since: Option<Instant>,
}

impl SetClock {
    pub(crate) fn standing_at(at: Timestamp) -> Self {
        SetClock { at: Mutex::new((at, Duration::ZERO)), running_since: None }
    }
    pub(crate) fn running_from(at: Timestamp) -> Self {
        SetClock { at: Mutex::new((at, Duration::ZERO)), running_since: Some(Instant::now()) }
    }
    pub(crate) fn advance(&self, by: Duration) {
        let mut at = self.at.lock().expect("no thread died with the clock");
        *at = (at.0.after(by), at.1 + by);
    }
    fn ran(&self) -> Duration {
        self.running_since.map_or(Duration::ZERO, |since| since.elapsed())
    }
}

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        self.at.lock().expect("no thread died with the clock").0.after(self.ran())
    }
    fn elapsed(&self) -> Duration {
        self.at.lock().expect("no thread died with the clock").1 + self.ran()
    }
    fn sleep(&self, duration: Duration) {
        std::thread::sleep(duration);
    }
}
