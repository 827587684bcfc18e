//! Serials as people name them: one, or from the first to the last of a stack.

use core::fmt;

use thiserror::Error;

use crate::identifiers::BookletSerial;

/// Serials in one range at most: more than any carton holds, few enough that a slip of the pen does no harm.
pub const RANGE_LIMIT: u64 = 100_000;

/// Consecutive serials, both ends included: the same beginning, then digits of the same length.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SerialRange {
    /// The first.
    pub first: BookletSerial,
    /// The last; the same as the first for a single one.
    pub last: BookletSerial,
    /// How many.
    pub count: u64,
}

/// Why a text names no range of serials.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SerialRangeError {
    /// An end is empty or has other characters.
    #[error("`{0}` is no serial: capital letters and digits")]
    NoSerial(String),
    /// The ends are of different shape, or do not end in digits.
    #[error("{0} and {1} are not of one series: the same letters, then as many digits")]
    OtherSeries(BookletSerial, BookletSerial),
    /// The last comes before the first.
    #[error("{0} comes after {1}")]
    Backwards(BookletSerial, BookletSerial),
    /// More than [`RANGE_LIMIT`].
    #[error("from {0} to {1} there are more than {RANGE_LIMIT} serials")]
    TooMany(BookletSerial, BookletSerial),
}

impl SerialRange {
    /// The range from `first` to `last`.
    ///
    /// # Errors
    /// When the two are not of one series, are in the wrong order, or are too far apart.
    pub fn new(first: BookletSerial, last: BookletSerial) -> Result<Self, SerialRangeError> {
        for end in [&first, &last] {
            let is_serial = end.0.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
            if end.0.is_empty() || !is_serial {
                return Err(SerialRangeError::NoSerial(end.0.clone()));
            }
        }
        if first == last {
            return Ok(SerialRange { first, last, count: 1 });
        }
        let ((before, low), (beginning, high)) = match (split(&first.0), split(&last.0)) {
            (Some(low), Some(high)) if first.0.len() == last.0.len() && low.0 == high.0 => (low, high),
            _ => return Err(SerialRangeError::OtherSeries(first, last)),
        };
        debug_assert_eq!(before, beginning);
        let Some(apart) = high.checked_sub(low) else { return Err(SerialRangeError::Backwards(first, last)) };
        if apart >= RANGE_LIMIT {
            return Err(SerialRangeError::TooMany(first, last));
        }
        Ok(SerialRange { first, last, count: apart + 1 })
    }

    /// Reads `K00000001` or `K00000001-K00000200`.
    ///
    /// # Errors
    /// As [`new`](SerialRange::new).
    pub fn parse(text: &str) -> Result<Self, SerialRangeError> {
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        SerialRange::new(first.into(), last.into())
    }

    /// Every serial of the range, in order.
    pub fn serials(&self) -> impl Iterator<Item = BookletSerial> + use<> {
        let length = self.first.0.len();
        let (letters, low) = split(&self.first.0).map_or_else(
            // A single serial that does not end in a digit.
            || (self.first.0.clone(), None),
            |(letters, low)| (letters.to_owned(), Some(low)),
        );
        (0..self.count).map(move |step| match low {
            Some(low) => {
                let digits = length - letters.len();
                BookletSerial(format!("{letters}{:0digits$}", low + step))
            }
            None => BookletSerial(letters.clone()),
        })
    }

    /// Serials as ranges, as short as they go. Ordered by serial.
    pub fn of<'a>(serials: impl IntoIterator<Item = &'a BookletSerial>) -> Vec<SerialRange> {
        let mut sorted: Vec<&BookletSerial> = serials.into_iter().collect();
        sorted.sort();
        sorted.dedup();
        let mut ranges: Vec<SerialRange> = Vec::new();
        for serial in sorted {
            match ranges.last_mut() {
                Some(range) if follows(&range.last.0, &serial.0) => {
                    range.last = serial.clone();
                    range.count += 1;
                }
                _ => ranges.push(SerialRange { first: serial.clone(), last: serial.clone(), count: 1 }),
            }
        }
        ranges
    }
}

impl fmt::Display for SerialRange {
    /// As [`parse`](SerialRange::parse) reads it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.count == 1 { write!(f, "{}", self.first) } else { write!(f, "{}-{}", self.first, self.last) }
    }
}

/// A serial's letters, and the number that its last digits are; nothing when it does not end in a digit. At most eighteen
/// digits count as the number, so that it fits.
fn split(serial: &str) -> Option<(&str, u64)> {
    let digits = serial.bytes().rev().take(18).take_while(u8::is_ascii_digit).count();
    let (letters, digits) = serial.split_at_checked(serial.len() - digits)?;
    Some((letters, digits.parse().ok()?))
}

fn follows(before: &str, after: &str) -> bool {
    before.len() == after.len()
        && split(before).zip(split(after)).is_some_and(|(low, high)| low.0 == high.0 && low.1 + 1 == high.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_names_every_serial_between_its_ends() {
        let range = SerialRange::parse("K00000098-K00000101").unwrap();
        let serials: Vec<_> = range.serials().map(|serial| serial.0).collect();
        assert_eq!(serials, ["K00000098", "K00000099", "K00000100", "K00000101"]);
        assert_eq!((range.count, range.to_string().as_str()), (4, "K00000098-K00000101"));
        for single in ["K00000001", "ABC", "7", "12345678901234567890"] {
            let range = SerialRange::parse(single).unwrap();
            assert_eq!(range.serials().map(|serial| serial.0).collect::<Vec<_>>(), [single]);
            assert_eq!(range.to_string(), single);
        }
    }

    #[test]
    fn what_is_no_range_is_refused() {
        use SerialRangeError as E;
        assert!(matches!(SerialRange::parse(""), Err(E::NoSerial(_))));
        assert!(matches!(SerialRange::parse("K1-"), Err(E::NoSerial(_))));
        assert!(matches!(SerialRange::parse("k1"), Err(E::NoSerial(_))));
        assert!(matches!(SerialRange::parse("K1-K2-K3"), Err(E::NoSerial(_))));
        assert!(matches!(SerialRange::parse("K1-L2"), Err(E::OtherSeries(..))));
        assert!(matches!(SerialRange::parse("K9-K10"), Err(E::OtherSeries(..))));
        assert!(matches!(SerialRange::parse("AB-AC"), Err(E::OtherSeries(..))));
        assert!(matches!(SerialRange::parse("K2-K1"), Err(E::Backwards(..))));
        assert!(matches!(SerialRange::parse("K0000001-K9999999"), Err(E::TooMany(..))));
    }

    #[test]
    fn serials_fold_into_the_fewest_ranges() {
        let serials = ["K09", "K10", "K08", "K12", "L13", "ABC", "K10"].map(BookletSerial::from);
        let ranges: Vec<_> = SerialRange::of(&serials).iter().map(SerialRange::to_string).collect();
        assert_eq!(ranges, ["ABC", "K08-K10", "K12", "L13"]);
        let again: Vec<_> = SerialRange::of(&serials).iter().flat_map(SerialRange::serials).collect();
        assert_eq!(again.len(), 6);
    }
}
