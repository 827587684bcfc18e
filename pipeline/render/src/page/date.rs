//! Dates as the visual inspection zone shows them (Doc 9303-3 3.8).

/// A date of which parts may be unknown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PageDate {
    /// Year, four digits; `None` when unknown.
    pub year: Option<u16>,
    /// Month, 1 to 12; `None` when unknown.
    pub month: Option<u8>,
    /// Day of the month, 1 to 31; `None` when unknown.
    pub day: Option<u8>,
}

impl PageDate {
    /// A date known in full. The caller answers for its being in the calendar.
    #[must_use]
    pub const fn new(year: u16, month: u8, day: u8) -> Self {
        Self { year: Some(year), month: Some(month), day: Some(day) }
    }

    /// The date in words of both languages: `01 七月/JUL 1997`. What is unknown is X, place for place:
    /// `XX XX月/XXX 1997`.
    #[must_use]
    pub fn viz(&self) -> String {
        let day = self.day.map_or_else(|| "XX".to_owned(), |day| format!("{day:02}"));
        let year = self.year.map_or_else(|| "XXXX".to_owned(), |year| format!("{year:04}"));
        let (chinese, english) =
            self.month.and_then(|month| MONTHS.get(usize::from(month).wrapping_sub(1))).unwrap_or(&("XX月", "XXX"));
        format!("{day} {chinese}/{english} {year}")
    }
}

/// It may be a date of birth.
impl std::fmt::Debug for PageDate {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("PageDate(..)")
    }
}

/// Doc 9303-3 table 1, English, with the Chinese months.
const MONTHS: [(&str, &str); 12] = [
    ("一月", "JAN"),
    ("二月", "FEB"),
    ("三月", "MAR"),
    ("四月", "APR"),
    ("五月", "MAY"),
    ("六月", "JUN"),
    ("七月", "JUL"),
    ("八月", "AUG"),
    ("九月", "SEP"),
    ("十月", "OCT"),
    ("十一月", "NOV"),
    ("十二月", "DEC"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_and_unknown_parts() {
        assert_eq!(PageDate::new(1942, 7, 12).viz(), "12 七月/JUL 1942");
        assert_eq!(PageDate::new(2026, 12, 1).viz(), "01 十二月/DEC 2026");
        assert_eq!(PageDate { year: Some(1950), month: Some(3), day: None }.viz(), "XX 三月/MAR 1950");
        assert_eq!(PageDate { year: Some(1950), month: None, day: None }.viz(), "XX XX月/XXX 1950");
        assert_eq!(PageDate { year: None, month: None, day: None }.viz(), "XX XX月/XXX XXXX");
        assert!(!format!("{:?}", PageDate::new(1942, 7, 12)).contains("42"));
    }
}
