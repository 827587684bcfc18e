//! Between the line's time (milliseconds) and the certificates' (seconds).

use chip_profile::pki::UnixTime;
use chip_profile::pki::certificate::Certificate;
use persoline_domain::clock::Timestamp;

/// When a private key may sign; both ends are included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Period {
    pub(crate) not_before: UnixTime,
    pub(crate) not_after: UnixTime,
}

impl Period {
    /// The private key usage period of a certificate; where it names no end, that of the certificate.
    pub(crate) fn of(certificate: &Certificate) -> Period {
        let usage = certificate.private_key_usage_period();
        let begin = usage.and_then(|usage| usage.not_before).unwrap_or(certificate.not_before());
        let end = usage.and_then(|usage| usage.not_after).unwrap_or(certificate.not_after());
        Period { not_before: begin.max(certificate.not_before()), not_after: end.min(certificate.not_after()) }
    }
    pub(crate) fn contains(&self, now: Timestamp) -> bool {
        (self.not_before..=self.not_after).contains(&unix_time(now))
    }
    pub(crate) fn is_over(&self, now: Timestamp) -> bool {
        unix_time(now) > self.not_after
    }
}

pub(crate) fn unix_time(time: Timestamp) -> UnixTime {
    UnixTime(time.unix_seconds())
}

pub(crate) fn timestamp(time: UnixTime) -> Timestamp {
    Timestamp(time.0.saturating_mul(1000))
}
