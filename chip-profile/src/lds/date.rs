//! Dates and times of DG11 and DG12: digits, or, as some States wrote them, binary coded decimals (Doc 9303-10 4.7.12).

use core::fmt;

use crate::mrz::CivilDate;

/// A date of birth with century, each part of which may be unknown and is then written as zeros (Doc 9303-10 4.7.11.1).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct LdsDate {
    year: Option<u16>,
    month: Option<u8>,
    day: Option<u8>,
}

impl LdsDate {
    /// A date from its parts, `None` for each that is unknown; `None` when the known parts cannot stand together.
    pub fn new(year: Option<u16>, month: Option<u8>, day: Option<u8>) -> Option<Self> {
        // What is unknown is taken as the part that leaves most room: a leap year, a month of 31 days, the first.
        let leap_year = 2000;
        CivilDate::new(year.unwrap_or(leap_year), month.unwrap_or(1), day.unwrap_or(1))?;
        Some(LdsDate { year, month, day })
    }

    /// Year with century, if known.
    pub const fn year(self) -> Option<u16> {
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

    /// The date from eight digits or four bytes of binary coded decimals.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let digits = digits::<8>(bytes)?;
        let known = |number: u16| (number != 0).then_some(number);
        let [month, day] =
            [number(&digits[4..6]), number(&digits[6..8])].map(|part| known(part).map(|part| part as u8));
        Self::new(known(number(&digits[..4])), month, day)
    }
}

impl From<CivilDate> for LdsDate {
    fn from(date: CivilDate) -> Self {
        LdsDate { year: Some(date.year()), month: Some(date.month()), day: Some(date.day()) }
    }
}

impl fmt::Display for LdsDate {
    /// `YYYYMMDD`, zeros for what is unknown.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = |part: Option<u8>| part.unwrap_or(0);
        write!(formatter, "{:04}{:02}{:02}", self.year.unwrap_or(0), part(self.month), part(self.day))
    }
}

impl fmt::Debug for LdsDate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("LdsDate(redacted)")
    }
}

/// A moment to the second, in the issuer's local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LdsDateTime {
    date: CivilDate,
    hour: u8,
    minute: u8,
    second: u8,
}

impl LdsDateTime {
    /// The moment; `None` unless hour is below 24, minute and second below 60.
    pub const fn new(date: CivilDate, hour: u8, minute: u8, second: u8) -> Option<Self> {
        if hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        Some(LdsDateTime { date, hour, minute, second })
    }

    /// The date.
    pub const fn date(self) -> CivilDate {
        self.date
    }

    /// The seven bytes of binary coded decimals that the header of a biometric template has (ISO/IEC 7816-11 tag 83).
    pub fn binary_coded_decimals(self) -> [u8; 7] {
        let year = self.date.year();
        let pair = |number: u8| ((number / 10) << 4) | (number % 10);
        let century = [(year / 100) as u8, (year % 100) as u8];
        let [century, year] = century.map(pair);
        [
            century,
            year,
            pair(self.date.month()),
            pair(self.date.day()),
            pair(self.hour),
            pair(self.minute),
            pair(self.second),
        ]
    }

    /// The moment from fourteen digits or seven bytes of binary coded decimals.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let digits = digits::<14>(bytes)?;
        let part = |at: usize| digits.get(at..at + 2).map(|part| number(part) as u8);
        let date = CivilDate::new(number(&digits[..4]), part(4)?, part(6)?)?;
        Self::new(date, part(8)?, part(10)?, part(12)?)
    }
}

impl fmt::Display for LdsDateTime {
    /// `YYYYMMDDhhmmss`
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}{:02}{:02}{:02}", self.date, self.hour, self.minute, self.second)
    }
}

/// A date that is wholly known.
pub(super) fn civil_date(bytes: &[u8]) -> Option<CivilDate> {
    let date = LdsDate::from_bytes(bytes)?;
    CivilDate::new(date.year?, date.month?, date.day?)
}

/// The decimal digits that bytes hold, as characters or as binary coded decimals.
fn digits<const COUNT: usize>(bytes: &[u8]) -> Option<[u8; COUNT]> {
    let mut out = [0; COUNT];
    for (index, digit) in out.iter_mut().enumerate() {
        *digit = if bytes.len() == COUNT {
            bytes.get(index)?.checked_sub(b'0')?
        } else if bytes.len() * 2 == COUNT {
            let byte = bytes.get(index / 2)?;
            if index % 2 == 0 { byte >> 4 } else { byte & 0x0F }
        } else {
            return None;
        };
        if *digit > 9 {
            return None;
        }
    }
    Some(out)
}

fn number(digits: &[u8]) -> u16 {
    digits.iter().fold(0, |number, digit| number * 10 + u16::from(*digit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_and_binary_coded_decimals_say_the_same() {
        let date = LdsDate::from_bytes(b"19740812").unwrap();
        assert_eq!(LdsDate::from_bytes(&[0x19, 0x74, 0x08, 0x12]), Some(date));
        assert_eq!((date.year(), date.month(), date.day()), (Some(1974), Some(8), Some(12)));
        let moment = LdsDateTime::from_bytes(b"20261121235959").unwrap();
        assert_eq!(LdsDateTime::from_bytes(&moment.binary_coded_decimals()), Some(moment));
        assert_eq!(moment.to_string(), "20261121235959");
        assert_eq!(moment.binary_coded_decimals(), [0x20, 0x26, 0x11, 0x21, 0x23, 0x59, 0x59]);
    }

    #[test]
    fn unknown_parts_are_zeros() {
        for text in ["19740000", "19740800", "00000812", "00000000", "00000229", "00000031"] {
            assert_eq!(LdsDate::from_bytes(text.as_bytes()).unwrap().to_string(), text);
            assert_eq!(civil_date(text.as_bytes()), None);
        }
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for bad in ["19741301", "19740832", "1974081", "197408123", "1974 812", "20230229", "19740431", "1974081:", ""]
        {
            assert_eq!(LdsDate::from_bytes(bad.as_bytes()), None, "{bad}");
        }
        for bad in ["20261121240000", "20261121236000", "20261121235960", "20261100000000", "2026112123595"] {
            assert_eq!(LdsDateTime::from_bytes(bad.as_bytes()), None, "{bad}");
        }
        assert_eq!(LdsDate::from_bytes(&[0x19, 0x7A, 0x08, 0x12]), None);
    }
}
