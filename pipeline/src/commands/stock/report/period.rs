//! From when to when.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use persoline_domain::clock::Timestamp;
use persoline_domain::identifiers::ShiftNumber;
use persoline_domain::stock::StockPeriod;

use crate::arguments::stock::StockReportArguments;
use crate::exit::Failure;

/// The period that was asked for. A date is the centre's; as an end it includes that day.
pub(super) fn of(arguments: &StockReportArguments, zone: &TimeZone) -> Result<StockPeriod, Failure> {
    if let Some(shift) = arguments.shift {
        return Ok(StockPeriod::Shift(ShiftNumber(shift)));
    }
    let (from, to) = (arguments.from.as_deref(), arguments.to.as_deref());
    if from.is_none() && to.is_none() {
        return Ok(StockPeriod::All);
    }
    let from = from.map_or(Ok(Timestamp(i64::MIN)), |text| moment(text, zone, false))?;
    let to = to.map_or(Ok(Timestamp(i64::MAX)), |text| moment(text, zone, true))?;
    if to <= from {
        return Err(Failure::input("the period ends before it begins: look at --from and --to"));
    }
    Ok(StockPeriod::Times { from, to })
}

fn moment(text: &str, zone: &TimeZone, is_end: bool) -> Result<Timestamp, Failure> {
    let refused =
        || Failure::input(format!("`{text}` is no date such as 2026-11-22 and no moment such as 2026-11-22T08:00:00Z"));
    if let Ok(date) = text.parse::<Date>().and_then(|date| if is_end { date.tomorrow() } else { Ok(date) })
        && !text.contains(['T', 't', ' '])
    {
        let start = date.to_zoned(zone.clone()).map_err(|_| refused())?;
        return Ok(Timestamp(start.timestamp().as_millisecond()));
    }
    text.parse::<jiff::Timestamp>().map(|at| Timestamp(at.as_millisecond())).map_err(|_| refused())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_centre_and_include_their_last_day() {
        let zone = TimeZone::get("Asia/Hong_Kong").unwrap();
        let of = |from: Option<&str>, to: Option<&str>| {
            let arguments = StockReportArguments {
                shift: None,
                from: from.map(str::to_owned),
                to: to.map(str::to_owned),
                csv: None,
                csv_movements: None,
                actor: Default::default(),
            };
            super::of(&arguments, &zone)
        };
        let day = Timestamp(1_795_276_800_000);
        assert_eq!(day.to_string(), "2026-11-21T16:00:00.000Z");
        let next = Timestamp(day.0 + 86_400_000);
        assert_eq!(of(Some("2026-11-22"), Some("2026-11-22")).unwrap(), StockPeriod::Times { from: day, to: next });
        let exact = of(Some("2026-11-21T16:00:00Z"), Some("2026-11-23T00:00:00+08:00")).unwrap();
        assert_eq!(exact, StockPeriod::Times { from: day, to: next });
        assert_eq!(of(None, None).unwrap(), StockPeriod::All);
        assert!(of(Some("2026-11-23"), Some("2026-11-22")).is_err());
        assert!(of(Some("yesterday"), None).is_err());
        assert!(of(Some("2026-11-22T08:00:00"), None).is_err(), "a moment without its zone is ambiguous");
    }
}
