//! Time, as it is passed in.

use core::fmt;
use core::time::Duration;

pub use jiff::civil::Date;

/// A moment: milliseconds since 1970-01-01 00:00 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The moment `duration` later.
    pub fn after(self, duration: Duration) -> Timestamp {
        Timestamp(self.0.saturating_add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }
    /// Milliseconds from `earlier` to here; negative if it is later.
    pub fn milliseconds_since(self, earlier: Timestamp) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
    /// Seconds since 1970-01-01 00:00 UTC.
    pub fn unix_seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }
    /// The civil date in UTC.
    pub fn utc_date(self) -> Date {
        jiff::Timestamp::from_millisecond(self.0)
            .map_or(Date::constant(1970, 1, 1), |moment| moment.to_zoned(jiff::tz::TimeZone::UTC).date())
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(moment) => write!(f, "{moment:.3}"),
            Err(_) => write!(f, "{} ms", self.0),
        }
    }
}

/// Where the time comes from.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
    /// Time since some fixed moment, for measuring: it never goes back.
    fn elapsed(&self) -> Duration;
    /// Blocks for `duration`, or as long as this clock takes for it.
    fn sleep(&self, duration: Duration);
}
