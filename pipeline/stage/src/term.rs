//! Dates of issue and expiry.
//!
//! The date of issue is the civil date at the centre on which the document's data is signed; a document that is made again
//! is issued on the day of the new one. The date of expiry is the same day of the year so many years later; 29 February
//! becomes 28 February where there is none. A holder who has reached the age of majority for passports on the date of issue
//! gets the long term, any other the short one; of a date of birth whose month or day is unknown the latest possible day
//! counts, so that nobody gets the long term too early.

use persoline_domain::application::BirthDate;
use persoline_domain::clock::Date;

/// How long documents are valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// Age in years from which the long term is given.
    pub long_term_age: i16,
    /// The long term, years.
    pub long_years: i16,
    /// The short term, years.
    pub short_years: i16,
}

impl Default for Validity {
    fn default() -> Self {
        Validity { long_term_age: 16, long_years: 10, short_years: 5 }
    }
}

impl Validity {
    /// The date of expiry of a document issued on `issued` to somebody born on `birth`.
    pub fn expiry(&self, issued: Date, birth: BirthDate) -> Date {
        let years = if age(issued, birth) >= self.long_term_age { self.long_years } else { self.short_years };
        years_later(issued, years)
    }
}

/// Completed years on `on`, by the latest day that the date of birth may mean.
pub fn age(on: Date, birth: BirthDate) -> i16 {
    let year = i16::try_from(birth.year).unwrap_or(i16::MAX);
    let month = birth.month.map_or(12, |month| month as i8);
    let day = birth.day.map_or(31, |day| day as i8);
    let years = on.year().saturating_sub(year);
    // Somebody born on 29 February completes a year on 1 March where there is no such day.
    if (on.month(), on.day()) >= (month, day) { years } else { years.saturating_sub(1) }
}

fn years_later(date: Date, years: i16) -> Date {
    let year = date.year().saturating_add(years);
    Date::new(year, date.month(), date.day()).or_else(|_| Date::new(year, date.month(), 28)).unwrap_or(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn born(year: u16, month: Option<u8>, day: Option<u8>) -> BirthDate {
        BirthDate { year, month, day }
    }

    #[test]
    fn the_sixteenth_birthday_decides() {
        let rule = Validity::default();
        let birth = born(2010, Some(11), Some(20));
        assert_eq!(rule.expiry(Date::constant(2026, 11, 19), birth), Date::constant(2031, 11, 19));
        assert_eq!(rule.expiry(Date::constant(2026, 11, 20), birth), Date::constant(2036, 11, 20));
    }

    #[test]
    fn what_is_unknown_counts_as_late() {
        let on = Date::constant(2026, 11, 20);
        assert_eq!(age(on, born(2010, None, None)), 15);
        assert_eq!(age(on, born(2010, Some(11), None)), 15);
        assert_eq!(age(on, born(2010, Some(10), None)), 16);
        assert_eq!(age(on, born(2009, None, None)), 16);
    }

    #[test]
    fn leap_days_end_on_the_twenty_eighth() {
        let rule = Validity::default();
        assert_eq!(rule.expiry(Date::constant(2028, 2, 29), born(1990, Some(1), Some(1))), Date::constant(2038, 2, 28));
        assert_eq!(rule.expiry(Date::constant(2028, 2, 29), born(2020, Some(1), Some(1))), Date::constant(2033, 2, 28));
        assert_eq!(age(Date::constant(2026, 2, 28), born(2010, Some(2), Some(29))), 15);
        assert_eq!(age(Date::constant(2026, 3, 1), born(2010, Some(2), Some(29))), 16);
    }
}
