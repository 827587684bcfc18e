//! Worked cases by a wall calendar of Hong Kong.

use persoline_domain::calendar::Calendar;
use persoline_domain::clock::{Date, Timestamp};

use super::*;

fn hong_kong() -> WorkingDays {
    WorkingDays::parse(include_str!("../../data/hong-kong.txt")).unwrap()
}

fn at(text: &str) -> Timestamp {
    Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_millisecond())
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// When received, which day it counts as, when due.
fn check(calendar: &WorkingDays, cases: &[(&str, &str, &str)]) {
    for (received, counts_as, due) in cases {
        assert_eq!(calendar.day_of_receipt(at(received)), day(counts_as), "{received}");
        assert_eq!(calendar.due_date(at(received)), day(due), "{received}");
    }
}

#[test]
fn an_ordinary_week_and_its_weekend() {
    check(
        &hong_kong(),
        &[
            ("2026-11-16T09:00:00+08:00", "2026-11-16", "2026-11-23"),
            ("2026-11-20T16:59:59+08:00", "2026-11-20", "2026-11-27"),
            ("2026-11-20T17:00:00+08:00", "2026-11-20", "2026-11-27"),
            ("2026-11-20T17:00:01+08:00", "2026-11-23", "2026-11-30"),
            ("2026-11-21T10:00:00+08:00", "2026-11-23", "2026-11-30"),
            ("2026-11-22T23:59:59+08:00", "2026-11-23", "2026-11-30"),
            ("2026-11-23T00:00:00+08:00", "2026-11-23", "2026-11-30"),
        ],
    );
}

#[test]
fn midnight_is_the_centres_own() {
    let mut calendar = hong_kong();
    calendar.cut_off = None;
    check(
        &calendar,
        &[
            // 15:59:59 UTC is one second before midnight in Hong Kong.
            ("2026-11-17T15:59:59Z", "2026-11-17", "2026-11-24"),
            ("2026-11-17T16:00:00Z", "2026-11-18", "2026-11-25"),
            // Tuesday evening in New York is Wednesday in Hong Kong.
            ("2026-11-17T20:00:00-05:00", "2026-11-18", "2026-11-25"),
        ],
    );
    assert_eq!(calendar.local_date(at("2026-11-17T15:59:59.999Z")), day("2026-11-17"));
    assert_eq!(calendar.local_date(at("2026-11-17T16:00:00Z")), day("2026-11-18"));
}

#[test]
fn lunar_new_year() {
    check(
        &hong_kong(),
        &[
            // Thursday 12 February: 13, 16, then three days of New Year, 20, 23, 24.
            ("2026-02-12T10:00:00+08:00", "2026-02-12", "2026-02-24"),
            // The evening before New Year counts as Friday the 20th.
            ("2026-02-16T18:00:00+08:00", "2026-02-20", "2026-02-27"),
            ("2026-02-18T12:00:00+08:00", "2026-02-20", "2026-02-27"),
            // In 2027 New Year falls on a Saturday: Monday and Tuesday are free.
            ("2027-02-05T10:00:00+08:00", "2027-02-05", "2027-02-16"),
        ],
    );
}

#[test]
fn easter_and_ching_ming_together() {
    check(&hong_kong(), &[("2026-04-02T10:00:00+08:00", "2026-04-02", "2026-04-14")]);
}

#[test]
fn the_end_of_the_year() {
    check(
        &hong_kong(),
        &[
            // 28, 29, 30, 31 December, then 4 January.
            ("2026-12-24T10:00:00+08:00", "2026-12-24", "2027-01-04"),
            ("2026-12-31T17:30:00+08:00", "2027-01-04", "2027-01-11"),
        ],
    );
}

#[test]
fn a_closure_inserted_later_moves_what_is_not_yet_due() {
    let mut calendar = hong_kong();
    let received = at("2026-09-21T10:00:00+08:00");
    assert_eq!(calendar.due_date(received), day("2026-09-28"));
    calendar.close(day("2026-09-24"), "Typhoon signal No. 10");
    assert_eq!(calendar.due_date(received), day("2026-09-29"));
    assert_eq!(calendar.due_date(at("2026-09-15T10:00:00+08:00")), day("2026-09-22"));
    // What arrives during the typhoon counts as the day after.
    assert_eq!(calendar.day_of_receipt(at("2026-09-24T10:00:00+08:00")), day("2026-09-25"));
    assert_eq!(calendar.listed(day("2026-09-24")).unwrap().name, "Typhoon signal No. 10");
}

#[test]
fn an_opened_saturday_is_worked() {
    let mut calendar = hong_kong();
    calendar.open(day("2026-11-28"), "Overtime");
    assert_eq!(calendar.working_days_between(day("2026-11-27"), day("2026-11-30")), 2);
    assert_eq!(calendar.due_date(at("2026-11-23T10:00:00+08:00")), day("2026-11-28"));
}

#[test]
fn days_between_agree_with_counting_one_by_one() {
    let mut calendar = hong_kong();
    calendar.close(day("2026-09-24"), "Typhoon");
    calendar.close(day("2026-10-01"), "Typhoon on a holiday");
    calendar.close(day("2026-10-03"), "Typhoon on a Saturday");
    calendar.open(day("2026-11-28"), "Overtime");
    calendar.open(day("2026-11-30"), "A Monday, open as ever");
    let first = day("2025-12-20");
    let (mut date, mut counted) = (first, 0);
    while date < day("2028-01-10") {
        date = date.tomorrow().unwrap();
        counted += i32::from(calendar.is_working_day(date));
        assert_eq!(calendar.working_days_between(first, date), counted, "{date}");
        assert_eq!(calendar.working_days_between(date, first), -counted, "{date}");
    }
    assert_eq!(calendar.working_days_between(first, first), 0);
    assert_eq!(calendar.working_days_between(day("2026-11-20"), day("2026-11-27")), 5);
}

#[test]
fn what_comes_later_is_never_due_earlier() {
    let calendar = hong_kong();
    let (mut moment, end) = (at("2025-12-30T00:00:00Z"), at("2027-01-20T00:00:00Z"));
    let mut before = calendar.due_date(moment);
    while moment < end {
        moment = moment.after(std::time::Duration::from_secs(37 * 60));
        let due = calendar.due_date(moment);
        assert!(due >= before && calendar.is_working_day(due), "{moment}");
        before = due;
    }
}

#[test]
fn the_holidays_of_both_years_are_there_with_their_names() {
    let calendar = hong_kong();
    let count = |year| calendar.all_listed().filter(|(date, _)| date.year() == year).count();
    // Seventeen general holidays a year besides Sundays.
    assert_eq!((count(2026), count(2027)), (17, 17));
    assert!(calendar.knows_year(2027) && !calendar.knows_year(2028));
    assert!(
        calendar.all_listed().all(|(date, day)| date.weekday() != jiff::civil::Weekday::Sunday && !day.name.is_empty())
    );
    assert_eq!(calendar.listed(day("2026-10-19")).unwrap().name, "The day following Chung Yeung Festival");
    assert_eq!(calendar.zone().iana_name(), Some("Asia/Hong_Kong"));
}

#[test]
fn the_ends_of_time_do_not_break_it() {
    let calendar = hong_kong();
    for moment in [Timestamp(i64::MIN), Timestamp(i64::MAX)] {
        let due = calendar.due_date(moment);
        assert!(due >= calendar.local_date(moment));
    }
    assert_eq!(
        calendar.working_days_between(Date::MIN, Date::MAX),
        -calendar.working_days_between(Date::MAX, Date::MIN)
    );
}
