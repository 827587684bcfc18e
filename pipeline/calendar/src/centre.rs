//! The two calendars of a centre.

use persoline_domain::clock::Date;

use crate::days::WorkingDays;
use crate::error::CalendarError;

/// The promise to the public and the centre's own shifts.
#[derive(Debug, Clone)]
pub struct CentreCalendars {
    /// By this the public is promised a document: due dates follow from it.
    pub pledge: WorkingDays,
    /// On these days the centre works: forecasts follow from it.
    pub production: WorkingDays,
}

impl CentreCalendars {
    /// Hong Kong's general holidays of 2026 and 2027, Monday to Friday, five working days, cut-off at 17:00 for the pledge;
    /// production on the same days.
    ///
    /// # Errors
    /// None in practice: the text is built in and tested.
    pub fn hong_kong() -> Result<Self, CalendarError> {
        let pledge = WorkingDays::parse(include_str!("../data/hong-kong.txt"))?;
        let production = WorkingDays { cut_off: None, ..pledge.clone() };
        Ok(CentreCalendars { pledge, production })
    }

    /// One file for both.
    pub fn same(calendar: WorkingDays) -> Self {
        CentreCalendars { pledge: calendar.clone(), production: calendar }
    }

    /// Closes the day in both calendars, for example when a typhoon signal is hoisted. Due dates asked for afterwards
    /// follow; those given before are the caller's to ask for again.
    pub fn close(&mut self, date: Date, reason: &str) {
        self.pledge.close(date, reason);
        self.production.close(date, reason);
    }
}

#[cfg(test)]
mod tests {
    use persoline_domain::calendar::Calendar;

    use super::*;

    #[test]
    fn a_closure_stops_work_and_moves_the_pledge() {
        let mut calendars = CentreCalendars::hong_kong().unwrap();
        let date = Date::constant(2026, 9, 24);
        assert!(calendars.pledge.is_working_day(date) && calendars.production.is_working_day(date));
        calendars.close(date, "Typhoon signal No. 10");
        assert!(!calendars.pledge.is_working_day(date) && !calendars.production.is_working_day(date));
    }

    #[test]
    fn overtime_does_not_shorten_the_pledge() {
        let mut calendars = CentreCalendars::hong_kong().unwrap();
        let saturday = Date::constant(2026, 11, 28);
        calendars.production.open(saturday, "Overtime");
        assert!(calendars.production.is_working_day(saturday) && !calendars.pledge.is_working_day(saturday));
    }
}
