//! Dates and moments: that they exist, and that they can follow one another.

use jiff::civil::Date;
use persoline_domain::application::BirthDate;
use persoline_domain::clock::Timestamp;

use crate::fault::Faults;
use crate::fields::Fields;

/// Nobody older has ever been known.
const OLDEST: i16 = 122;
const MOMENT: &str = "date and time with offset, such as 2026-11-13T09:48:15+08:00";

/// Date of birth, moment of receipt, moment of approval.
pub(crate) fn dates(
    fields: &mut Fields,
    faults: &mut Faults,
) -> (Option<BirthDate>, Option<Timestamp>, Option<Timestamp>) {
    let birth = birth_date(fields, faults);
    let received = moment(fields, "received_at", faults);
    let approved = moment(fields, "approved_at", faults);
    if let (Some(received), Some(approved)) = (received, approved)
        && approved.instant < received.instant
    {
        let remedy = "Correct the one that is wrong; the promise counts from received_at.";
        faults.add("approved_at", "before received_at", remedy);
    }
    if let (Some(birth), Some(received)) = (birth, received) {
        plausible(birth, received.date, faults);
    }
    (birth, received.map(|moment| moment.instant), approved.map(|moment| moment.instant))
}

#[derive(Clone, Copy)]
struct Moment {
    instant: Timestamp,
    // The civil date at the place that wrote it.
    date: Date,
}

fn moment(fields: &mut Fields, name: &str, faults: &mut Faults) -> Option<Moment> {
    let text: String = fields.required(name, MOMENT, faults)?;
    let parsed = rfc3339(&text);
    if parsed.is_none() {
        faults.add(&fields.path(name), "not a date and time that exists, with offset", format!("Give {MOMENT}."));
    }
    parsed
}

/// RFC 3339 5.6. The parser below takes more than that, so the form is looked at first.
fn rfc3339(text: &str) -> Option<Moment> {
    let date_and_time = text.get(..19)?;
    let form = date_and_time.bytes().enumerate().all(|(at, byte)| match at {
        4 | 7 => byte == b'-',
        10 => byte == b'T',
        13 | 16 => byte == b':',
        _ => byte.is_ascii_digit(),
    });
    let rest = text.get(19..)?;
    let offset = match rest.strip_prefix('.') {
        Some(fraction) => fraction.trim_start_matches(|character: char| character.is_ascii_digit()),
        None => rest,
    };
    let offset_form =
        offset == "Z" || (offset.len() == 6 && offset.starts_with(['+', '-']) && offset.get(3..4) == Some(":"));
    if !form || !offset_form {
        return None;
    }
    let instant = text.parse::<jiff::Timestamp>().ok()?;
    let date = text.get(..10)?.parse().ok()?;
    Some(Moment { instant: Timestamp(instant.as_millisecond()), date })
}

fn birth_date(fields: &mut Fields, faults: &mut Faults) -> Option<BirthDate> {
    const FORM: &str = "a date such as 1974-08-12, with ?? for an unknown day, or ??-?? for unknown month and day";
    let text: String = fields.required("date_of_birth", FORM, faults)?;
    match read_birth_date(&text) {
        Some(birth) if exists(birth) => Some(birth),
        Some(_) => {
            faults.add("date_of_birth", "no such day in the calendar", "Correct it from the register.");
            None
        }
        None => {
            faults.add("date_of_birth", "not of the form of a date of birth", format!("Give {FORM}."));
            None
        }
    }
}

fn read_birth_date(text: &str) -> Option<BirthDate> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let year = digits(year, 4)?;
    let (month, day) = (part(month)?, part(day)?);
    if month.is_none() && day.is_some() {
        return None;
    }
    Some(BirthDate { year, month, day })
}

/// Two digits, or `??` for unknown.
fn part(text: &str) -> Option<Option<u8>> {
    if text == "??" {
        return Some(None);
    }
    digits(text, 2).and_then(|number| u8::try_from(number).ok()).map(Some)
}

fn digits(text: &str, length: usize) -> Option<u16> {
    let well_formed = text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    well_formed.then(|| text.parse().ok()).flatten()
}

fn exists(birth: BirthDate) -> bool {
    earliest(birth).is_some()
}

/// The first day that the date may mean.
fn earliest(birth: BirthDate) -> Option<Date> {
    let year = i16::try_from(birth.year).ok().filter(|year| *year > 0)?;
    let month = i8::try_from(birth.month.unwrap_or(1)).ok()?;
    let day = i8::try_from(birth.day.unwrap_or(1)).ok()?;
    Date::new(year, month, day).ok()
}

fn plausible(birth: BirthDate, received: Date, faults: &mut Faults) {
    let Some(earliest) = earliest(birth) else { return };
    if earliest > received {
        faults.add("date_of_birth", "after the application was received", "Correct it from the register.");
    } else if received.year() - earliest.year() > OLDEST {
        let what = format!("more than {OLDEST} years before the application was received");
        faults.add("date_of_birth", what, "Correct it from the register; look for a wrong century.");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_rfc_3339_and_exist() {
        for good in [
            "2026-11-13T09:48:15+08:00",
            "2026-11-13T01:48:15Z",
            "2026-11-13T01:48:15.250Z",
            "2026-11-12T20:48:15-05:00",
        ] {
            assert!(rfc3339(good).is_some(), "{good}");
        }
        assert_eq!(
            rfc3339("2026-11-13T09:48:15+08:00").unwrap().instant,
            rfc3339("2026-11-13T01:48:15Z").unwrap().instant
        );
        for bad in [
            "2026-11-13",
            "2026-11-13T09:48:15",
            "2026-11-13 09:48:15+08:00",
            "2026-02-29T09:48:15+08:00",
            "2026-11-13T25:00:00Z",
            "2026-11-13T09:48+08:00",
            "2026-11-13T09:48:15+08:00[Asia/Hong_Kong]",
            "2026-11-13T09:48:15+0800",
            "",
            "2026-11-13T09:48:15+99:00",
            "２０２６-11-13T09:48:15Z",
        ] {
            assert!(rfc3339(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn unknown_parts_of_a_birth_date() {
        let read = |text| read_birth_date(text).filter(|birth| exists(*birth));
        assert_eq!(read("1974-08-12"), Some(BirthDate { year: 1974, month: Some(8), day: Some(12) }));
        assert_eq!(read("1974-08-??"), Some(BirthDate { year: 1974, month: Some(8), day: None }));
        assert_eq!(read("1974-??-??"), Some(BirthDate { year: 1974, month: None, day: None }));
        assert!(read("2000-02-29").is_some());
        for bad in [
            "1974-??-12",
            "????-??-??",
            "1900-02-29",
            "1974-13-01",
            "1974-00-01",
            "1974-8-12",
            "12.08.1974",
            "0000-01-01",
            "1974-08-12-",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
