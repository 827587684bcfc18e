//! What an answer of the register's service means.

use std::time::Duration;

use jiff::fmt::rfc2822::DateTimeParser;
use persoline_domain::outbox::{Objection, ObjectionTo};
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
    /// It would have no report from this centre, or at this address; it may have said when to come again.
    TurnedAway(Objection, Option<Duration>),
    /// It will not have it.
    Refused,
}

impl Answer {
    /// What it means for the report with `key`.
    pub(super) fn meaning(&self, key: &str) -> Meaning {
        let turned_away = |about| Meaning::TurnedAway(Objection { about, status: self.status }, self.asked());
        match self.status {
            200..=299 => Meaning::Taken,
            409 if self.names(key) => Meaning::Taken,
            // Time-out, too early, too many: the request itself is not at fault.
            408 | 425 | 429 | 500..=599 => Meaning::Later(self.asked()),
            // Who we are, or where we knock, and not what we bring: the next report would be answered the same.
            401 | 403 | 407 => turned_away(ObjectionTo::Credentials),
            300..=399 | 404 | 405 | 410 | 421 => turned_away(ObjectionTo::Address),
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
        let credentials = |status| Meaning::TurnedAway(Objection { about: ObjectionTo::Credentials, status }, None);
        let address = |status| Meaning::TurnedAway(Objection { about: ObjectionTo::Address, status }, None);
        for (status, meaning) in [
            (200, Meaning::Taken),
            (201, Meaning::Taken),
            (204, Meaning::Taken),
            (301, address(301)),
            (307, address(307)),
            (400, Meaning::Refused),
            (401, credentials(401)),
            (403, credentials(403)),
            (404, address(404)),
            (405, address(405)),
            (406, Meaning::Refused),
            (407, credentials(407)),
            (410, address(410)),
            (415, Meaning::Refused),
            (421, address(421)),
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
        let said = |status, retry_after: &str, date: Option<&str>| {
            Answer { retry_after: Some(retry_after.to_owned()), date: date.map(str::to_owned), ..answer(status) }
                .meaning("k")
        };
        let asked = |retry_after: &str, date: Option<&str>| said(503, retry_after, date);
        let date = Some("Sun, 22 Nov 2026 01:00:00 GMT");
        assert_eq!(asked("120", None), Meaning::Later(Some(Duration::from_secs(120))));
        assert_eq!(asked("Sun, 22 Nov 2026 01:01:30 GMT", date), Meaning::Later(Some(Duration::from_secs(90))));
        assert_eq!(asked("Sun, 22 Nov 2026 00:59:00 GMT", date), Meaning::Later(None));
        assert_eq!(asked("Sun, 22 Nov 2026 01:01:30 GMT", None), Meaning::Later(None));
        assert_eq!(asked("soon", date), Meaning::Later(None));
        let objection = Objection { about: ObjectionTo::Credentials, status: 403 };
        assert_eq!(said(403, "90", None), Meaning::TurnedAway(objection, Some(Duration::from_secs(90))));
    }
}
