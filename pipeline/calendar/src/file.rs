//! The text file of a calendar.
//!
//! One entry a line; words are separated by spaces or tabs, `#` begins a comment line, empty lines do not count.
//!
//! ```text
//! # general
//! zone     Asia/Hong_Kong
//! week     Mon Tue Wed Thu Fri
//! cut-off  17:00
//! promise  5
//! 2026-12-25  holiday  Christmas Day
//! 2026-09-24  closed   Typhoon signal No. 10
//! 2026-11-28  open     Overtime Saturday
//! ```
//!
//! | word | meaning | if absent |
//! |---|---|---|
//! | `zone` | IANA name of the time zone | UTC |
//! | `week` | weekdays on which work is done | Monday to Friday |
//! | `cut-off` | what comes later counts as the next working day's; `none` is midnight | `none` |
//! | `promise` | working days after the day of receipt, 0 to 366 | 5 |
//! | a date | a day that differs from its weekday: `holiday`, `closed` or `open`, then its name for people | |
//!
//! A day stands in the file once.

use std::collections::btree_map::Entry;

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;

use crate::days::{Day, DayKind, WorkingDays};
use crate::error::{CalendarError, CalendarErrorKind};
use crate::week::WorkingWeek;

const DEFAULT_PROMISE: u16 = 5;
const MAXIMUM_PROMISE: u16 = 366;

impl WorkingDays {
    /// A calendar from the text of its file.
    ///
    /// # Errors
    /// The first line that cannot be read, with its number and why: see [`CalendarErrorKind`].
    pub fn parse(text: &str) -> Result<WorkingDays, CalendarError> {
        let mut calendar = WorkingDays::new(TimeZone::UTC, WorkingWeek::MONDAY_TO_FRIDAY, None, DEFAULT_PROMISE);
        // Files made on Windows may begin with a byte order mark.
        for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            entry(&mut calendar, line).map_err(|kind| kind.at(index + 1))?;
        }
        Ok(calendar)
    }
}

fn entry(calendar: &mut WorkingDays, line: &str) -> Result<(), CalendarErrorKind> {
    let (word, rest) = first_word(line);
    match word {
        "zone" => calendar.zone = TimeZone::get(rest).map_err(|_| CalendarErrorKind::Zone(rest.to_owned()))?,
        "week" => {
            let days = rest.split_whitespace().map(weekday).collect::<Result<Vec<_>, _>>()?;
            calendar.week = WorkingWeek::new(days).ok_or(CalendarErrorKind::EmptyWeek)?;
        }
        "cut-off" => calendar.cut_off = if rest == "none" { None } else { Some(time_of_day(rest)?) },
        "promise" => {
            let promise = rest.parse().ok().filter(|days| *days <= MAXIMUM_PROMISE);
            calendar.promise = promise.ok_or_else(|| CalendarErrorKind::Promise(rest.to_owned()))?;
        }
        _ if looks_like_a_date(word) => {
            let date: Date = word.parse().map_err(|_| CalendarErrorKind::Date(word.to_owned()))?;
            let day = listed_day(rest)?;
            match calendar.listed.entry(date) {
                Entry::Occupied(_) => return Err(CalendarErrorKind::Twice(word.to_owned())),
                Entry::Vacant(place) => place.insert(day),
            };
        }
        _ => return Err(CalendarErrorKind::Word(word.to_owned())),
    }
    Ok(())
}

fn listed_day(rest: &str) -> Result<Day, CalendarErrorKind> {
    let (word, name) = first_word(rest);
    let kind = match word {
        "holiday" => DayKind::Holiday,
        "closed" => DayKind::Closed,
        "open" => DayKind::Open,
        _ => return Err(CalendarErrorKind::Kind(word.to_owned())),
    };
    if name.is_empty() {
        return Err(CalendarErrorKind::Nameless);
    }
    Ok(Day { kind, name: name.to_owned() })
}

fn first_word(text: &str) -> (&str, &str) {
    text.split_once(char::is_whitespace).map_or((text, ""), |(word, rest)| (word, rest.trim()))
}

fn looks_like_a_date(word: &str) -> bool {
    word.len() == 10
        && word
            .bytes()
            .enumerate()
            .all(|(at, byte)| if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() })
}

fn weekday(word: &str) -> Result<Weekday, CalendarErrorKind> {
    Ok(match word {
        "Mon" => Weekday::Monday,
        "Tue" => Weekday::Tuesday,
        "Wed" => Weekday::Wednesday,
        "Thu" => Weekday::Thursday,
        "Fri" => Weekday::Friday,
        "Sat" => Weekday::Saturday,
        "Sun" => Weekday::Sunday,
        _ => return Err(CalendarErrorKind::Weekday(word.to_owned())),
    })
}

fn time_of_day(text: &str) -> Result<Time, CalendarErrorKind> {
    let wrong = || CalendarErrorKind::CutOff(text.to_owned());
    let (hour, minute) = text.split_once(':').ok_or_else(wrong)?;
    if hour.len() != 2 || minute.len() != 2 {
        return Err(wrong());
    }
    let (hour, minute) = (hour.parse().map_err(|_| wrong())?, minute.parse().map_err(|_| wrong())?);
    Time::new(hour, minute, 0, 0).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wrong_line_is_named() {
        let wrong: [(&str, CalendarErrorKind); 11] = [
            ("hello world", CalendarErrorKind::Word("hello".into())),
            ("2026-02-30 holiday No such day", CalendarErrorKind::Date("2026-02-30".into())),
            ("2026-12-25 feast Christmas", CalendarErrorKind::Kind("feast".into())),
            ("2026-12-25", CalendarErrorKind::Kind(String::new())),
            ("2026-12-25 holiday", CalendarErrorKind::Nameless),
            ("zone Asia/Atlantis", CalendarErrorKind::Zone("Asia/Atlantis".into())),
            ("week Mon Tuesday", CalendarErrorKind::Weekday("Tuesday".into())),
            ("week", CalendarErrorKind::EmptyWeek),
            ("cut-off 24:00", CalendarErrorKind::CutOff("24:00".into())),
            ("cut-off 5pm", CalendarErrorKind::CutOff("5pm".into())),
            ("promise -1", CalendarErrorKind::Promise("-1".into())),
        ];
        for (line, kind) in wrong {
            let text = format!("# made by hand\n\n{line}\n");
            assert_eq!(WorkingDays::parse(&text).unwrap_err(), kind.at(3), "{line}");
        }
        let twice = "2026-12-25 holiday Christmas Day\r\n2026-12-25 closed Christmas Day\r\n";
        assert_eq!(WorkingDays::parse(twice).unwrap_err(), CalendarErrorKind::Twice("2026-12-25".into()).at(2));
    }

    #[test]
    fn settings_are_taken() {
        let text = "\u{feff}zone America/New_York\nweek Sun Mon\ncut-off 09:30\npromise 10\n2026-12-25\topen\tAll hands on deck\n";
        let calendar = WorkingDays::parse(text).unwrap();
        assert_eq!(calendar.zone.iana_name(), Some("America/New_York"));
        assert_eq!(calendar.week, WorkingWeek::new([Weekday::Sunday, Weekday::Monday]).unwrap());
        assert_eq!((calendar.cut_off, calendar.promise), (Some(Time::constant(9, 30, 0, 0)), 10));
        assert_eq!(calendar.listed(Date::constant(2026, 12, 25)).unwrap().name, "All hands on deck");
    }
}
