//! Instants as certificates write them, without a clock and without a time zone.

use thiserror::Error;

use crate::tlv;

/// Seconds since 1970-01-01T00:00:00Z, leap seconds not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixTime(pub i64);

/// A date or time that does not exist or that certificates cannot write (years 0 to 9999).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("time does not exist or lies outside the years 0 to 9999")]
pub struct TimeError;

/// Seconds of a day.
pub const DAY: i64 = 86_400;

impl UnixTime {
    /// From a date and a time of day in UTC.
    ///
    /// # Errors
    /// The date or the time of day does not exist, or the year lies outside of 0 to 9999.
    pub fn from_civil(year: i32, month: u8, day: u8, hour: u8, minute: u8, second: u8) -> Result<UnixTime, TimeError> {
        let exists = (0..=9999).contains(&year)
            && (1..=12).contains(&month)
            && day >= 1
            && day <= days_in_month(year, month)
            && hour < 24
            && minute < 60
            && second < 60;
        if !exists {
            return Err(TimeError);
        }
        let time_of_day = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second);
        Ok(UnixTime(days_from_civil(i64::from(year), i64::from(month), i64::from(day)) * DAY + time_of_day))
    }

    /// Year, month and day in UTC.
    pub fn date(self) -> (i64, u8, u8) {
        civil_from_days(self.0.div_euclid(DAY))
    }

    /// This instant and `days` days, forward or (negative) backward. Saturates at the ends of the range.
    pub const fn plus_days(self, days: i64) -> UnixTime {
        UnixTime(self.0.saturating_add(days.saturating_mul(DAY)))
    }

    /// This instant and `seconds` seconds. Saturates at the ends of the range.
    pub const fn plus_seconds(self, seconds: i64) -> UnixTime {
        UnixTime(self.0.saturating_add(seconds))
    }

    /// The same time of day `months` calendar months later or (negative) earlier; on the last day of the month when the
    /// day does not exist there.
    pub fn plus_months(self, months: i64) -> UnixTime {
        let (year, month, day) = self.date();
        let index = year.saturating_mul(12).saturating_add(i64::from(month) - 1).saturating_add(months);
        let (year, month) = (index.div_euclid(12), index.rem_euclid(12) + 1);
        let last = days_in_month_wide(year, month);
        UnixTime(days_from_civil(year, month, i64::from(day).min(last)).saturating_mul(DAY) + self.0.rem_euclid(DAY))
    }

    /// `YYYYMMDDHHMMSSZ`, the form of GeneralizedTime (RFC 5280 4.1.2.5.2). Years outside 0 to 9999 are clamped.
    pub fn to_generalized(self) -> String {
        let (year, month, day) = self.date();
        let second = self.0.rem_euclid(DAY);
        format!(
            "{:04}{month:02}{day:02}{:02}{:02}{:02}Z",
            year.clamp(0, 9999),
            second / 3600,
            second / 60 % 60,
            second % 60
        )
    }

    /// Appends Time as certificates write it: UTCTime through the year 2049, GeneralizedTime from 2050 (RFC 5280 4.1.2.5,
    /// Doc 9303-12 table 4 "validity").
    pub fn push_time(self, out: &mut Vec<u8>) {
        let text = self.to_generalized();
        match (self.date().0, text.get(2..)) {
            (1950..=2049, Some(short)) => tlv::push(out, 0x17, short.as_bytes()),
            _ => tlv::push(out, 0x18, text.as_bytes()),
        }
    }

    /// How many bytes [`push_time`](Self::push_time) appends.
    pub(crate) fn encoded_len(self) -> usize {
        if (1950..=2049).contains(&self.date().0) { 15 } else { 17 }
    }

    /// Reads `YYMMDDHHMMSSZ` (13 bytes, UTCTime) or `YYYYMMDDHHMMSSZ` (15 bytes, GeneralizedTime).
    ///
    /// # Errors
    /// The text is of neither form, or the time does not exist.
    pub fn parse(text: &[u8]) -> Result<UnixTime, TimeError> {
        let (year, rest) = match text.len() {
            13 => {
                let short = number(text, 0, 2)?;
                (if short >= 50 { 1900 + short } else { 2000 + short }, text.get(2..).ok_or(TimeError)?)
            }
            15 => (number(text, 0, 4)?, text.get(4..).ok_or(TimeError)?),
            _ => return Err(TimeError),
        };
        if rest.last() != Some(&b'Z') {
            return Err(TimeError);
        }
        let part = |at| number(rest, at, 2).map(|value| value as u8);
        UnixTime::from_civil(year, part(0)?, part(2)?, part(4)?, part(6)?, part(8)?)
    }
}

impl std::fmt::Display for UnixTime {
    /// ISO 8601 in UTC, to the second.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (year, month, day) = self.date();
        let second = self.0.rem_euclid(DAY);
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        write!(formatter, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

fn number(text: &[u8], at: usize, length: usize) -> Result<i32, TimeError> {
    let digits = text.get(at..at + length).ok_or(TimeError)?;
    digits.iter().try_fold(0, |sum, digit| match digit {
        b'0'..=b'9' => Ok(sum * 10 + i32::from(digit - b'0')),
        _ => Err(TimeError),
    })
}

fn days_in_month(year: i32, month: u8) -> u8 {
    days_in_month_wide(i64::from(year), i64::from(month)) as u8
}

fn days_in_month_wide(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 in the proleptic Gregorian calendar; years are counted from March so that the leap day is last.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year.saturating_sub(1) } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era.saturating_mul(146_097).saturating_add(day_of_era - 719_468)
}

fn civil_from_days(days: i64) -> (i64, u8, u8) {
    let days = days.saturating_add(719_468);
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month as u8, day as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_four_centuries_goes_there_and_back() {
        let mut expected = UnixTime::from_civil(1900, 1, 1, 0, 0, 0).unwrap();
        assert_eq!(expected, UnixTime(-2_208_988_800));
        for year in 1900..2301 {
            for month in 1..=12 {
                for day in 1..=days_in_month(year, month) {
                    let time = UnixTime::from_civil(year, month, day, 0, 0, 0).unwrap();
                    assert_eq!(time, expected);
                    assert_eq!(time.date(), (i64::from(year), month, day));
                    expected = expected.plus_days(1);
                }
            }
        }
    }

    #[test]
    fn reads_and_writes_both_forms_at_the_turn_of_2050() {
        let last = UnixTime::from_civil(2049, 12, 31, 23, 59, 59).unwrap();
        let mut out = Vec::new();
        last.push_time(&mut out);
        assert_eq!(out, b"\x17\x0D491231235959Z");
        assert_eq!(UnixTime::parse(&out[2..]), Ok(last));
        let mut out = Vec::new();
        last.plus_seconds(1).push_time(&mut out);
        assert_eq!(out, b"\x18\x0F20500101000000Z");
        assert_eq!(UnixTime::parse(&out[2..]), Ok(last.plus_seconds(1)));
        assert_eq!(last.to_string(), "2049-12-31T23:59:59Z");
        for wrong in ["", "491231235959", "4912312359590", "490229000000Z", "20491231240000Z", "2049123123595xZ"] {
            assert_eq!(UnixTime::parse(wrong.as_bytes()), Err(TimeError), "{wrong}");
        }
    }

    #[test]
    fn months_end_where_the_month_ends() {
        let day = |year, month, day| UnixTime::from_civil(year, month, day, 8, 30, 0).unwrap();
        assert_eq!(day(2024, 11, 30).plus_months(3), day(2025, 2, 28));
        assert_eq!(day(2026, 12, 31).plus_months(2), day(2027, 2, 28));
        assert_eq!(day(2026, 1, 15).plus_months(-1), day(2025, 12, 15));
        assert_eq!(day(2026, 1, 15).plus_months(123), day(2036, 4, 15));
    }
}
