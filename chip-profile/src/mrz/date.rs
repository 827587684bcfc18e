//! Dates: six characters in the machine readable zone, with parts that may be unknown (Doc 9303-3 4.8), and whole
//! calendar dates, from which they are made.

use core::fmt;

/// A date of the Gregorian calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CivilDate {
    year: u16,
    month: u8,
    day: u8,
}

impl CivilDate {
    /// The date, year 1 to 9999; `None` when there is no such day.
    pub const fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        if year == 0 || year > 9999 || day == 0 || day > days_in_month(year, month) {
            return None;
        }
        Some(CivilDate { year, month, day })
    }

    /// The date from `YYYYMMDD`.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != 8 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let number = |range| text.get(range).and_then(|part: &str| part.parse::<u16>().ok());
        Self::new(number(0..4)?, number(4..6)? as u8, number(6..8)? as u8)
    }

    /// Year, with century.
    pub const fn year(self) -> u16 {
        self.year
    }

    /// Month, 1 to 12.
    pub const fn month(self) -> u8 {
        self.month
    }

    /// Day of the month, 1 to 31.
    pub const fn day(self) -> u8 {
        self.day
    }
}

impl fmt::Display for CivilDate {
    /// `YYYYMMDD`, as DG11 and DG12 write it.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}{:02}{:02}", self.year, self.month, self.day)
    }
}

/// A date of the machine readable zone: `YYMMDD`, two fillers for each part that is unknown.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct MrzDate {
    year: Option<u8>,
    month: Option<u8>,
    day: Option<u8>,
}

impl MrzDate {
    /// A date of which nothing is known.
    pub const UNKNOWN: Self = MrzDate { year: None, month: None, day: None };

    /// A date from its parts, `None` for each that is unknown: year 0 to 99, month 1 to 12, day 1 to 31.
    ///
    /// `None` when the known parts cannot stand together. The century is not known, so 29 February is taken in every
    /// year that a leap year can have.
    pub const fn new(year: Option<u8>, month: Option<u8>, day: Option<u8>) -> Option<Self> {
        if let Some(year) = year
            && year > 99
        {
            return None;
        }
        if let Some(month) = month
            && (month == 0 || month > 12)
        {
            return None;
        }
        if let Some(day) = day {
            // 2000 stands for every year that may be a leap year: 2000 + 96 is one, 1900 + 96 as well.
            let year = match year {
                Some(year) => 2000 + year as u16,
                None => 2000,
            };
            let longest = match month {
                Some(month) => days_in_month(year, month),
                None => 31,
            };
            if day == 0 || day > longest {
                return None;
            }
        }
        Some(MrzDate { year, month, day })
    }

    /// The date from six characters, digits or pairs of fillers.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != 6 {
            return None;
        }
        let part = |range| match text.get(range)? {
            "<<" => Some(None),
            digits if digits.bytes().all(|byte| byte.is_ascii_digit()) => Some(Some(digits.parse::<u8>().ok()?)),
            _ => None,
        };
        Self::new(part(0..2)?, part(2..4)?, part(4..6)?)
    }

    /// The last two digits of the year, if known.
    pub const fn year(self) -> Option<u8> {
        self.year
    }

    /// Month, 1 to 12, if known.
    pub const fn month(self) -> Option<u8> {
        self.month
    }

    /// Day of the month, 1 to 31, if known.
    pub const fn day(self) -> Option<u8> {
        self.day
    }

    /// Whether no part is unknown.
    pub const fn is_complete(self) -> bool {
        self.year.is_some() && self.month.is_some() && self.day.is_some()
    }
}

impl From<CivilDate> for MrzDate {
    fn from(date: CivilDate) -> Self {
        MrzDate { year: Some((date.year % 100) as u8), month: Some(date.month), day: Some(date.day) }
    }
}

impl fmt::Display for MrzDate {
    /// The six characters of the machine readable zone.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in [self.year, self.month, self.day] {
            match part {
                Some(number) => write!(formatter, "{number:02}")?,
                None => formatter.write_str("<<")?,
            }
        }
        Ok(())
    }
}

impl fmt::Debug for MrzDate {
    /// A date of birth is personal: Debug shows only which parts are known.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("MrzDate(")?;
        for part in [self.year, self.month, self.day] {
            formatter.write_str(if part.is_some() { "**" } else { "<<" })?;
        }
        formatter.write_str(")")
    }
}

const fn days_in_month(year: u16, month: u8) -> u8 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calendar_dates_exist_or_are_refused() {
        assert_eq!(CivilDate::parse("20240229"), CivilDate::new(2024, 2, 29));
        for bad in ["20230229", "19000229", "20241301", "20240001", "20240431", "2024022", "2024+229", "00000101", "２"]
        {
            assert_eq!(CivilDate::parse(bad), None, "{bad}");
        }
        assert!(CivilDate::new(2000, 2, 29).is_some());
        assert_eq!(CivilDate::new(1974, 8, 12).unwrap().to_string(), "19740812");
    }

    #[test]
    fn unknown_parts_are_fillers() {
        for text in ["420712", "<<<<<<", "74<<<<", "7408<<", "<<0812", "<<<<12", "000229", "960229"] {
            assert_eq!(MrzDate::parse(text).unwrap().to_string(), text);
        }
        for bad in [
            "741301", "740832", "740431", "7<0812", "74081", "7408123", "74 812", "970229", "740812é", "<<0230",
            "+10101",
        ] {
            assert_eq!(MrzDate::parse(bad), None, "{bad}");
        }
        let date = MrzDate::from(CivilDate::new(1942, 7, 12).unwrap());
        assert_eq!(date.to_string(), "420712");
        assert!(date.is_complete() && !MrzDate::UNKNOWN.is_complete());
        assert_eq!(format!("{date:?}"), "MrzDate(******)");
    }
}
