//! What an answer of the register's service means.

use std::time::Duration;

use jiff::fmt::rfc2822::DateTimeParser;
use serde::Deserialize;

/// Shape of a conflict's body that names the report it knows.
#[derive(Deserialize)]
struct Named {
    key: String,
}

/// What of an answer counts.
pub(super) struct Answer {
    /// Its status.
    pub(super) status: u16,
    /// Its header `Retry-After`.
    pub(super) retry_after: Option<String>,
    /// Its header `Date`.
    pub(super) date: Option<String>,
    /// Its header `Idempotency-Key`.
    pub(super) named: Option<String>,
    /// Its body, as far as it was read.
    pub(super) body: Vec<u8>,
}

/// What an answer means.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// The service has the report, now or from before.
    Taken,
    /// It may have it later; it may have said when.
    Later(Option<Duration>),
    /// It will not have it.
    Refused,
}

impl Answer {
    /// What it means for the report with `key`.
    pub(super) fn meaning(&self, key: &str) -> Meaning {
        match self.status {
            200..=299 => Meaning::Taken,
            409 if self.names(key) => Meaning::Taken,
            // Time-out, too early, too many: the request itself is not at fault.
            408 | 425 | 429 | 500..=599 => Meaning::Later(self.asked()),
            _ => Meaning::Refused,
        }
    }

    fn names(&self, key: &str) -> bool {
        let in_header = self.named.as_deref().is_some_and(|named| named.trim_matches('"') == key);
        in_header || serde_json::from_slice::<Named>(&self.body).is_ok_and(|named| named.key == key)
    }

    /// RFC 9110 clause 10.2.3: seconds, or a date. A date is held against the answer's own, not against our clock.
    fn asked(&self) -> Option<Duration> {
        let text = self.retry_after.as_deref()?.trim();
        if let Ok(seconds) = text.parse::<u64>() {
            return Some(Duration::from_secs(seconds));
        }
        let parser = DateTimeParser::new();
        let then = parser.parse_timestamp(text).ok()?;
        let now = parser.parse_timestamp(self.date.as_deref()?.trim()).ok()?;
        Duration::try_from(then.duration_since(now)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16) -> Answer {
        Answer { status, retry_after: None, date: None, named: None, body: Vec::new() }
    }

    #[test]
    fn every_status_has_one_meaning() {
        for (status, meaning) in [
            (200, Meaning::Taken),
            (201, Meaning::Taken),
            (204, Meaning::Taken),
            (301, Meaning::Refused),
            (307, Meaning::Refused),
            (400, Meaning::Refused),
            (401, Meaning::Refused),
            (404, Meaning::Refused),
            (408, Meaning::Later(None)),
            (409, Meaning::Refused),
            (413, Meaning::Refused),
            (422, Meaning::Refused),
            (425, Meaning::Later(None)),
            (429, Meaning::Later(None)),
            (500, Meaning::Later(None)),
            (503, Meaning::Later(None)),
        ] {
            assert_eq!(answer(status).meaning("k"), meaning, "{status}");
        }
    }

    #[test]
    fn a_conflict_is_a_yes_only_when_it_names_the_report() {
        let header = |named: &str| Answer { named: Some(named.to_owned()), ..answer(409) };
        let body = |text: &str| Answer { body: text.as_bytes().to_vec(), ..answer(409) };
        assert_eq!(header("\"k-1\"").meaning("k-1"), Meaning::Taken);
        assert_eq!(header("k-1").meaning("k-1"), Meaning::Taken);
        assert_eq!(header("\"k-2\"").meaning("k-1"), Meaning::Refused);
        assert_eq!(body(r#"{"error": "known", "key": "k-1"}"#).meaning("k-1"), Meaning::Taken);
        assert_eq!(body(r#"{"key": "k-2"}"#).meaning("k-1"), Meaning::Refused);
        assert_eq!(body("k-1").meaning("k-1"), Meaning::Refused);
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let asked = |retry_after: &str, date: Option<&str>| {
            Answer { retry_after: Some(retry_after.to_owned()), date: date.map(str::to_owned), ..answer(503) }
                .meaning("k")
        };
        let date = Some("Sun, 22 Nov 2026 01:00:00 GMT");
        assert_eq!(asked("120", None), Meaning::Later(Some(Duration::from_secs(120))));
        assert_eq!(asked("Sun, 22 Nov 2026 01:01:30 GMT", date), Meaning::Later(Some(Duration::from_secs(90))));
        assert_eq!(asked("Sun, 22 Nov 2026 00:59:00 GMT", date), Meaning::Later(None));
        assert_eq!(asked("Sun, 22 Nov 2026 01:01:30 GMT", None), Meaning::Later(None));
        assert_eq!(asked("soon", date), Meaning::Later(None));
    }
}
